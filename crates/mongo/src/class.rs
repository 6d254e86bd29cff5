//! The classes of `_id` values, as MongoDB sorts them: comparison operators keep to one
//! class, so that each has a mark and a query of its own.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, DateTime, Document, Timestamp, doc};

/// A class of values among which comparison operators compare; in the server's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum IdClass {
    MinKey,
    /// Null, and no `_id` at all, as views may have it.
    Null,
    /// Int, long, double and decimal.
    Number,
    /// Strings and symbols.
    String,
    Object,
    Binary,
    ObjectId,
    Bool,
    Date,
    Timestamp,
    Code,
    CodeWithScope,
    MaxKey,
}

impl IdClass {
    /// All classes that an `_id` may have, in the server's order.
    pub(crate) const ALL: [Self; 13] = [
        Self::MinKey,
        Self::Null,
        Self::Number,
        Self::String,
        Self::Object,
        Self::Binary,
        Self::ObjectId,
        Self::Bool,
        Self::Date,
        Self::Timestamp,
        Self::Code,
        Self::CodeWithScope,
        Self::MaxKey,
    ];

    /// Returns the class of a document's `_id`, where it has one.
    pub(crate) fn of_id(id: Option<&Bson>) -> Self {
        // What no `_id` can be comes from a view; it is sought nowhere else.
        id.and_then(Self::of).unwrap_or(Self::Null)
    }

    /// Returns the class of a value; none for those that no `_id` may have (arrays, regular
    /// expressions and the like).
    pub(crate) fn of(value: &Bson) -> Option<Self> {
        Some(match value {
            Bson::MinKey => Self::MinKey,
            Bson::Null => Self::Null,
            Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => Self::Number,
            Bson::String(_) | Bson::Symbol(_) => Self::String,
            Bson::Document(_) => Self::Object,
            Bson::Binary(_) => Self::Binary,
            Bson::ObjectId(_) => Self::ObjectId,
            Bson::Boolean(_) => Self::Bool,
            Bson::DateTime(_) => Self::Date,
            Bson::Timestamp(_) => Self::Timestamp,
            Bson::JavaScriptCode(_) => Self::Code,
            Bson::JavaScriptCodeWithScope(_) => Self::CodeWithScope,
            Bson::MaxKey => Self::MaxKey,
            Bson::Array(_) | Bson::RegularExpression(_) | Bson::Undefined | Bson::DbPointer(_) => {
                return None;
            }
        })
    }

    /// The server's alias of the type (of the first, where a class has several).
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::MinKey => "minKey",
            Self::Null => "null",
            Self::Number => "number",
            Self::String => "string",
            Self::Object => "object",
            Self::Binary => "binData",
            Self::ObjectId => "objectId",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Code => "javascript",
            Self::CodeWithScope => "javascriptWithScope",
            Self::MaxKey => "maxKey",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Whether a value of the class says when it was made.
    pub(crate) const fn has_time(self) -> bool {
        matches!(self, Self::ObjectId | Self::Date | Self::Timestamp)
    }

    /// Condition on a field for all values of the class: a range that keeps to it, because a
    /// range is read from an index by any server, and a `$type` not by all.
    pub(crate) fn whole(self) -> Bson {
        let from = |least: Bson| Bson::Document(doc! { "$gte": least });
        match self {
            // Equality to null finds missing fields too.
            Self::Null => Bson::Null,
            Self::MinKey => Bson::MinKey,
            Self::MaxKey => Bson::MaxKey,
            Self::String => from(Bson::String(String::new())),
            Self::Object => from(Bson::Document(Document::new())),
            Self::Binary => from(Bson::Binary(Binary {
                subtype: BinarySubtype::Generic,
                bytes: Vec::new(),
            })),
            Self::ObjectId => from(Bson::ObjectId(ObjectId::from_bytes([0; 12]))),
            Self::Bool => from(Bson::Boolean(false)),
            Self::Timestamp => from(Bson::Timestamp(Timestamp {
                time: 0,
                increment: 0,
            })),
            Self::Code => from(Bson::JavaScriptCode(String::new())),
            // NaN is in no range, and not every server takes the least of dates.
            Self::Number | Self::Date | Self::CodeWithScope => {
                Bson::Document(doc! { "$type": self.name() })
            }
        }
    }

    /// Condition on a field for all values after one of the class; none where there can be
    /// no other value after it.
    pub(crate) fn above(self, value: &Bson) -> Option<Bson> {
        match self {
            Self::MinKey | Self::MaxKey => None,
            // All are equal; one more look at the one document costs nothing.
            Self::Null => Some(self.whole()),
            Self::Number if is_nan(value) => {
                // NaN comes first among numbers, and no comparison with it holds.
                Some(Bson::Document(doc! { "$gte": f64::NEG_INFINITY }))
            }
            _ => Some(Bson::Document(doc! { "$gt": value.clone() })),
        }
    }

    /// The least value of the class at a time, in milliseconds since 1970; none for a class
    /// without time.
    pub(crate) fn at_time(self, ms: i64) -> Option<Bson> {
        match self {
            Self::ObjectId => {
                let seconds = seconds(ms);
                Some(Bson::ObjectId(ObjectId::from_parts(
                    seconds, [0; 5], [0; 3],
                )))
            }
            Self::Date => Some(Bson::DateTime(DateTime::from_millis(ms))),
            Self::Timestamp => Some(Bson::Timestamp(Timestamp {
                time: seconds(ms),
                increment: 0,
            })),
            _ => None,
        }
    }
}

fn seconds(ms: i64) -> u32 {
    let seconds = ms.div_euclid(1000).max(0);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// Returns when a value was made, in milliseconds since 1970, where it says so.
pub(crate) fn time_of(value: &Bson) -> Option<i64> {
    match value {
        Bson::ObjectId(id) => Some(id.timestamp().timestamp_millis()),
        Bson::DateTime(date) => Some(date.timestamp_millis()),
        Bson::Timestamp(stamp) => Some(i64::from(stamp.time) * 1000),
        _ => None,
    }
}

fn is_nan(value: &Bson) -> bool {
    match value {
        Bson::Double(number) => number.is_nan(),
        Bson::Decimal128(number) => number.to_string() == "NaN",
        _ => false,
    }
}

/// Returns `{field: condition}`.
pub(crate) fn on(field: &str, condition: Bson) -> Document {
    let mut document = Document::new();
    document.insert(field, condition);
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_class() {
        for class in IdClass::ALL {
            assert_eq!(IdClass::from_name(class.name()), Some(class));
        }
    }

    #[test]
    fn an_object_id_of_a_time_is_the_least_of_its_second() {
        // 2025-01-12T07:13:03Z is 1736665983 s, 0x67836B7F.
        let id = IdClass::ObjectId.at_time(1_736_665_983_999).unwrap();
        let expected = ObjectId::parse_str("67836b7f0000000000000000").unwrap();
        assert_eq!(id, Bson::ObjectId(expected));
        assert_eq!(time_of(&id), Some(1_736_665_983_000));
    }

    #[test]
    fn times_before_1970_give_the_least_object_id_of_all() {
        let id = IdClass::ObjectId.at_time(-1).unwrap();
        assert_eq!(id, Bson::ObjectId(ObjectId::from_bytes([0; 12])));
    }

    #[test]
    fn above_nan_come_all_other_numbers() {
        let condition = IdClass::Number.above(&Bson::Double(f64::NAN)).unwrap();
        assert_eq!(
            condition,
            Bson::Document(doc! { "$gte": f64::NEG_INFINITY })
        );
    }
}
