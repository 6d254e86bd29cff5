//! What to read of a collection: bounds, query, overlap, limits.

use std::fmt;
use std::sync::Arc;

use mongodb::bson::{Bson, Document};
use veriscope_base::{Clock, ErrorClass, SystemClock};
use veriscope_source::Limits;

/// How a collection is read.
#[derive(Clone)]
pub struct ReadOptions {
    /// Between which times.
    pub bounds: Bounds,
    /// Further condition.
    pub query: Option<Query>,
    /// How far before the mark reading begins anew, for writers whose `_id`s or times are
    /// older than their writes; milliseconds.
    pub overlap_ms: i64,
    /// Where documents keep the time of their last change.
    pub updated_field: Option<FieldPath>,
    /// Whether to go on with changes after all that is there was read.
    pub follow: bool,
    /// What bounds a document.
    pub limits: Limits,
    /// Number of the first document.
    pub first_ordinal: u64,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            bounds: Bounds::default(),
            query: None,
            overlap_ms: 600_000,
            updated_field: None,
            follow: false,
            limits: Limits::default(),
            first_ordinal: 0,
            clock: Arc::new(SystemClock),
        }
    }
}

/// Times, in milliseconds since 1970, that documents lie between: the times of their
/// `_id`s, or those of [`ReadOptions::updated_field`] where it is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// From this time on, whatever was read before.
    pub since_ms: Option<i64>,
    /// Before this time.
    pub until_ms: Option<i64>,
}

/// Why an option can't be used. No message holds a part of the query: it may hold identities.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionProblem {
    /// The query is no JSON object.
    #[error("the query is no JSON object: write {{\"field\": value}}, values in Extended JSON")]
    NoObject,
    /// The path of a field is empty or has an empty part.
    #[error("`{0}` is no path of a field: write names with dots between them")]
    NoPath(String),
}

impl OptionProblem {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Usage
    }
}

/// A condition on documents, in MongoDB's query language. Shows nothing of itself.
#[derive(Clone, PartialEq)]
pub struct Query(Document);

impl Query {
    /// Reads a JSON object, whose values may be Extended JSON.
    ///
    /// # Errors
    /// [`OptionProblem::NoObject`].
    pub fn parse(text: &str) -> Result<Self, OptionProblem> {
        let parsed: Result<Bson, _> = serde_json::from_str(text);
        match parsed {
            Ok(Bson::Document(document)) => Ok(Self(document)),
            Ok(_) | Err(_) => Err(OptionProblem::NoObject),
        }
    }

    /// Returns the query as BSON, to tell one from another.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // What was read as a document can be written as one.
        self.0.to_vec().unwrap_or_default()
    }

    pub(crate) fn document(&self) -> &Document {
        &self.0
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query(not shown)")
    }
}

/// The path of a field, with dots between the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(String);

impl FieldPath {
    /// Reads a path such as `meta.updated_at`.
    ///
    /// # Errors
    /// [`OptionProblem::NoPath`].
    pub fn parse(text: &str) -> Result<Self, OptionProblem> {
        let is_name =
            |name: &str| !name.is_empty() && !name.starts_with('$') && !name.contains('\0');
        if text.split('.').all(is_name) {
            return Ok(Self(text.to_owned()));
        }
        Err(OptionProblem::NoPath(text.to_owned()))
    }

    /// Returns the path as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mongodb::bson::{DateTime, doc, oid::ObjectId};

    #[test]
    fn a_query_reads_extended_json_and_keeps_operators() {
        let query = Query::parse(
            r#"{"$or": [{"n": {"$gt": {"$numberLong": "5"}}}, {"_id": {"$oid": "67836b7f0000000000000000"}}],
                "at": {"$gte": {"$date": {"$numberLong": "1000"}}}, "s": {"$type": "string"}, "k": {"$regex": "^a"}}"#,
        )
        .unwrap();
        let id = ObjectId::parse_str("67836b7f0000000000000000").unwrap();
        let expected = doc! {
            "$or": [{"n": {"$gt": 5_i64}}, {"_id": id}],
            "at": {"$gte": DateTime::from_millis(1000)},
            "s": {"$type": "string"},
            "k": {"$regex": "^a"},
        };
        assert_eq!(query.document(), &expected);
        assert_eq!(format!("{query:?}"), "Query(not shown)");
    }

    #[test]
    fn what_is_no_object_is_no_query() {
        for text in [
            "",
            "5",
            "[]",
            "{",
            "{\"a\": }",
            "{\"$oid\": \"67836b7f0000000000000000\"}",
        ] {
            assert_eq!(Query::parse(text), Err(OptionProblem::NoObject), "{text}");
        }
    }

    #[test]
    fn a_path_has_names_between_its_dots() {
        assert_eq!(FieldPath::parse("a.b").unwrap().as_str(), "a.b");
        for text in ["", ".", "a.", "a..b", "$a", "a.$b"] {
            assert!(FieldPath::parse(text).is_err(), "{text}");
        }
    }
}
