//! A small card and key of the tests' own.

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, new_null_array};
use veriscope_card::{Card, Feature, Generalise, Kind, PathKey, Privacy, ValueType};

use crate::Key;

/// The bytes 0 to 31.
pub(crate) fn key() -> Key {
    let mut bytes = [0; 32];
    for (byte, value) in bytes.iter_mut().zip(0..) {
        *byte = value;
    }
    Key::from_bytes(bytes)
}

fn feature(name: &str, value_type: ValueType, privacy: Privacy) -> Feature {
    Feature {
        name: name.into(),
        path: vec![PathKey::Key(name.into())],
        value_type,
        kind: Kind::Text,
        unit: None,
        valid: None,
        privacy,
        derived: None,
        image: None,
        policy: false,
        may_equal: Vec::new(),
        description: String::new(),
    }
}

/// One feature of each class. `town` may equal `land`.
pub(crate) fn card() -> Card {
    // Reading the built-in card takes too long for each case of a property.
    static CARD: LazyLock<Card> = LazyLock::new(make_card);
    CARD.clone()
}

fn make_card() -> Card {
    let text = |name, privacy| feature(name, ValueType::String, privacy);
    let mut town = text("town", Privacy::Drop);
    town.may_equal = vec!["land".into()];
    // What does not matter here is the built-in card's.
    Card {
        name: "tests".into(),
        features: vec![
            text("id", Privacy::Keep),
            feature("at", ValueType::Datetime, Privacy::Keep),
            text("person", Privacy::Token),
            text("customer", Privacy::Number),
            text("account", Privacy::Number),
            feature("pixels", ValueType::Int, Privacy::Keep),
            feature("ratio", ValueType::Float, Privacy::Keep),
        ],
        context: vec![
            text("land", Privacy::Keep),
            text("note", Privacy::Generalise(Generalise::Prefix(20))),
            text("agent", Privacy::Generalise(Generalise::UserAgent)),
            town,
            text("number", Privacy::Drop),
            feature("latitude", ValueType::Float, Privacy::Drop),
        ],
        ..Card::builtin().unwrap()
    }
}

/// A raw batch of [`card`]: the given columns, nulls elsewhere.
pub(crate) fn raw_batch(rows: usize, columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let schema = card().raw_schema();
    let arrays = schema
        .fields()
        .iter()
        .map(|field| {
            let given = columns.iter().find(|(name, _)| name == field.name());
            given.map_or_else(
                || new_null_array(field.data_type(), rows),
                |(_, array)| Arc::clone(array),
            )
        })
        .collect();
    RecordBatch::try_new(schema, arrays).unwrap()
}

pub(crate) fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

pub(crate) fn ints(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

pub(crate) fn floats(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}
