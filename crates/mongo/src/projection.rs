//! The projection: only the card's paths cross the wire.
//!
//! An inclusion drops whatever scalar stands where the card expects an object, so that a
//! document of another shape would look like one that ended early. [`ODD_SHAPE`] tells them
//! apart: it is there where such a scalar is, and the reader then fetches the whole document.

use std::collections::BTreeSet;

use mongodb::bson::{Bson, Document, doc};
use veriscope_card::{Card, PathKey};

use crate::options::FieldPath;

/// Name of the field that the server adds to a document of another shape than the card's.
pub const ODD_SHAPE: &str = "__veriscope_odd_shape";

/// What the server sends of each document.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Paths that are sent, none of them within another; none where the card has a path that
    /// can't be named, so that whole documents are sent.
    paths: Option<BTreeSet<Vec<String>>>,
    /// Paths above them, where an object is due.
    inner: BTreeSet<Vec<String>>,
}

impl Projection {
    /// Makes the projection of a card's features, published and context.
    ///
    /// A projection can't name elements of arrays, nor keys with a dot or a dollar sign: of
    /// such a path the part above is sent whole. `_id` is always sent.
    #[must_use]
    pub fn new(card: &Card, updated_field: Option<&FieldPath>) -> Self {
        let features = card.all_features().map(|feature| named(&feature.path));
        let updated =
            updated_field.map(|field| field.as_str().split('.').map(str::to_owned).collect());
        let id = vec!["_id".to_owned()];
        let wanted: BTreeSet<Vec<String>> = features.chain(updated).chain([id]).collect();
        if wanted.contains(&Vec::new()) {
            return Self {
                paths: None,
                inner: BTreeSet::new(),
            };
        }
        let is_within = |path: &Vec<String>| {
            (1..path.len()).any(|length| {
                path.get(..length)
                    .is_some_and(|above| wanted.contains(above))
            })
        };
        let paths: BTreeSet<Vec<String>> = wanted
            .iter()
            .filter(|path| !is_within(path))
            .cloned()
            .collect();
        let inner = paths
            .iter()
            .flat_map(|path| (1..path.len()).filter_map(|length| path.get(..length)))
            .map(<[String]>::to_vec)
            .collect();
        Self {
            paths: Some(paths),
            inner,
        }
    }

    /// Returns the projection of a `find`.
    #[must_use]
    pub fn of_find(&self) -> Option<Document> {
        self.below(None)
    }

    /// Returns the `$project` stage of a change stream, which also keeps what tells a change.
    #[must_use]
    pub fn of_changes(&self) -> Document {
        let mut stage = self
            .below(Some("fullDocument"))
            .unwrap_or_else(|| doc! { "fullDocument": 1 });
        for field in ["_id", "operationType", "documentKey"] {
            stage.insert(field, 1);
        }
        doc! { "$project": stage }
    }

    fn below(&self, parent: Option<&str>) -> Option<Document> {
        let paths = self.paths.as_ref()?;
        let dotted = |path: &Vec<String>| match parent {
            None => path.join("."),
            Some(parent) => format!("{parent}.{}", path.join(".")),
        };
        let mut projection = Document::new();
        for path in paths {
            projection.insert(dotted(path), 1);
        }
        let types: Vec<Bson> = self
            .inner
            .iter()
            .map(|path| Bson::Document(doc! { "$type": format!("${}", dotted(path)) }))
            .collect();
        if !types.is_empty() {
            // Arrays keep their place in a projection, and nulls read as missing anyway.
            let usual = ["object", "array", "missing", "null", "undefined"];
            projection.insert(
                ODD_SHAPE,
                doc! { "$cond": [{ "$setIsSubset": [types, usual.to_vec()] }, "$$REMOVE", true] },
            );
        }
        Some(projection)
    }
}

/// The part of a path that a projection can name.
fn named(path: &[PathKey]) -> Vec<String> {
    let mut names = Vec::new();
    for key in path {
        match key {
            PathKey::Key(name)
                if !name.is_empty() && !name.contains(['.', '\0']) && !name.starts_with('$') =>
            {
                names.push(name.clone());
            }
            PathKey::Key(_) | PathKey::Index(_) => break,
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> PathKey {
        PathKey::Key(name.to_owned())
    }

    #[test]
    fn a_path_is_named_up_to_an_index_or_a_dot() {
        assert_eq!(named(&[key("a"), key("b")]), ["a", "b"]);
        assert_eq!(named(&[key("a"), PathKey::Index(0), key("b")]), ["a"]);
        assert_eq!(named(&[key("a"), key("as_3.5_thr")]), ["a"]);
        assert!(named(&[key("$a")]).is_empty());
    }

    #[test]
    fn the_built_in_card_sends_no_path_within_another_and_no_landmark() {
        let card = Card::builtin().unwrap();
        let projection = Projection::new(&card, None).of_find().unwrap();
        let paths: Vec<&String> = projection.keys().collect();
        for path in &paths {
            let within = format!("{path}.");
            assert!(
                !paths.iter().any(|other| other.starts_with(&within)),
                "{path}"
            );
            assert!(!path.contains("landmark"), "{path}");
        }
        for path in [
            "_id",
            "file_token",
            "metadata.near_img.integrity_dims.results.raw_img_size",
            "metadata.far_img.as_heuristics.results.config",
            "user_data.trazabilidad.NumDoc",
            ODD_SHAPE,
        ] {
            assert!(projection.contains_key(path), "{path}");
        }
    }

    #[test]
    fn every_feature_lies_within_a_path_that_is_sent() {
        let card = Card::builtin().unwrap();
        let projection = Projection::new(&card, None).of_find().unwrap();
        for feature in card.all_features() {
            let names = named(&feature.path);
            let sent =
                (1..=names.len()).any(|length| projection.contains_key(names[..length].join(".")));
            assert!(sent, "{}", feature.name);
        }
    }

    #[test]
    fn the_field_of_changes_is_sent_and_swallows_what_lies_within_it() {
        let card = Card::builtin().unwrap();
        let field = FieldPath::parse("user_data").unwrap();
        let projection = Projection::new(&card, Some(&field)).of_find().unwrap();
        assert!(projection.contains_key("user_data"));
        assert!(!projection.keys().any(|path| path.starts_with("user_data.")));
    }

    #[test]
    fn changes_carry_what_tells_them_and_the_same_paths_one_level_lower() {
        let card = Card::builtin().unwrap();
        let stage = Projection::new(&card, None).of_changes();
        let stage = stage.get_document("$project").unwrap();
        for path in [
            "_id",
            "operationType",
            "documentKey",
            "fullDocument._id",
            "fullDocument.summary.code",
        ] {
            assert!(stage.contains_key(path), "{path}");
        }
        let odd = stage.get_document(ODD_SHAPE).unwrap().to_string();
        assert!(odd.contains("$fullDocument.summary"), "{odd}");
    }
}
