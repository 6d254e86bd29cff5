//! The built-in card and a quite different one, from raw batch to leak scan.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow_schema::DataType;
use veriscope_card::{Card, Privacy};
use veriscope_privacy::{Key, LeakScan, Origin, Pseudonymiser, Registry};

const OCR: &str = include_str!("../../../card/tests/cards/ocr.yaml");

fn cards() -> [Card; 2] {
    [Card::builtin().unwrap(), Card::parse(OCR).unwrap()]
}

/// A value of class token, number or drop for each feature, in each of three rows; features
/// that are kept are null.
fn identities(card: &Card) -> RecordBatch {
    let schema = card.raw_schema();
    let arrays = schema.fields().iter().map(|field| {
        let is_kept = card
            .feature(field.name())
            .is_none_or(|f| f.privacy == Privacy::Keep);
        if is_kept || *field.data_type() != DataType::Utf8 {
            return new_null_array(field.data_type(), 3);
        }
        let values = (1..=3).map(|row| Some(format!("Secret {row} of {}", field.name())));
        Arc::new(values.collect::<StringArray>()) as ArrayRef
    });
    let columns = arrays.collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

#[test]
fn each_card_is_made_pseudonymous_and_clean() {
    for card in cards() {
        let raw = identities(&card);
        let pseudonymiser = Pseudonymiser::new(&card, &Key::from_bytes([7; 32]));
        let mut registry = Registry::default();
        let result = pseudonymiser
            .apply(&raw, Origin::Raw, &mut registry)
            .unwrap();

        let scan = LeakScan::new(&result.raw_values, &card);
        scan.check(&result.batch).unwrap();
        assert!(scan.check(&raw).is_err(), "{}", card.name);

        for feature in card.all_features() {
            let column = result.batch.column_by_name(&feature.name);
            match feature.privacy {
                Privacy::Drop => assert!(column.is_none(), "{}", feature.name),
                Privacy::Number => {
                    let cells: Vec<&str> = column
                        .unwrap()
                        .as_string::<i32>()
                        .iter()
                        .flatten()
                        .collect();
                    let expected = [1, 2, 3].map(|n| format!("{}_{n}", feature.name));
                    assert_eq!(cells, expected);
                }
                Privacy::Token | Privacy::Keep | Privacy::Generalise(_) => {
                    assert_eq!(column.unwrap().len(), 3);
                }
            }
        }
        let numbers = card
            .all_features()
            .filter(|f| f.privacy == Privacy::Number)
            .count();
        assert_eq!(registry.len(), 3 * numbers);
    }
}

#[test]
fn a_value_planted_in_any_kept_text_column_of_a_card_is_found() {
    for card in cards() {
        let raw = identities(&card);
        let pseudonymiser = Pseudonymiser::new(&card, &Key::from_bytes([7; 32]));
        let result = pseudonymiser
            .apply(&raw, Origin::Raw, &mut Registry::default())
            .unwrap();
        let scan = LeakScan::new(&result.raw_values, &card);
        let person = card.roles.person.clone().unwrap();
        let planted: ArrayRef =
            Arc::new(StringArray::from(vec![
                format!("x secret 2 OF {person} y");
                3
            ]));
        let schema = result.batch.schema();
        for (at, field) in schema.fields().iter().enumerate() {
            if *field.data_type() != DataType::Utf8 {
                continue;
            }
            let mut columns = result.batch.columns().to_vec();
            columns[at] = Arc::clone(&planted);
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
            let leak = scan.check(&batch).unwrap_err();
            assert_eq!(
                (&leak.column, leak.row, &leak.feature),
                (field.name(), 0, &person)
            );
        }
    }
}
