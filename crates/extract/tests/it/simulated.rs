//! Laws over simulated documents: whole ones, of each way in which a transaction ends.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::{Value, json};
use veriscope_extract::Extracted;
use veriscope_simulate::{Format, Options, Scenario, Simulation};
use veriscope_source::{Document, DocumentReader, Limits};

use crate::oracle::{Verdict, judge};
use crate::support::{CARD, Cell, cell, extract, json_document, row};

/// A date whose meaning the oracle knows.
const KNOWN_DATE: &str = "2025-03-01T15:00:00Z";

fn simulated(scenario: &str, seed: u64, transactions: u64, format: Format) -> Vec<u8> {
    let options = Options {
        seed,
        transactions,
        landmarks: false,
        ..Options::default()
    };
    let scenario = Scenario::parse(scenario).unwrap();
    let mut bytes = Vec::new();
    Simulation::new(scenario, options)
        .unwrap()
        .write(format, &mut bytes, 1)
        .unwrap();
    bytes
}

fn documents(bytes: Vec<u8>) -> Vec<Document> {
    let input = Box::new(std::io::Cursor::new(bytes));
    let reader = DocumentReader::from_read("month", input, Limits::default(), &[]).unwrap();
    reader.map(Result::unwrap).collect()
}

fn rows(extracted: &Extracted) -> Vec<Vec<(String, Cell)>> {
    assert_eq!(extracted.rejected, []);
    let count = extracted.batch.num_rows();
    (0..count).map(|at| row(&extracted.batch, at)).collect()
}

/// Whether two numbers are the same but for the last place, in which parsers may differ.
fn is_close(left: &Cell, right: &Cell) -> bool {
    match (left, right) {
        (Cell::Float(left), Cell::Float(right)) => (left - right).abs() <= 1e-15 * right.abs(),
        (left, right) => left == right,
    }
}

/// Compares each cell with the oracle's, and the date with another reader's.
fn agree(extracted: &Extracted, at: usize, document: &Value) {
    let date = document["date"].as_str().unwrap();
    let micros = DateTime::parse_from_rfc3339(date)
        .unwrap()
        .timestamp_micros();
    assert_eq!(cell(&extracted.batch, at, "date"), Cell::Instant(micros));

    let mut dated = document.clone();
    dated["date"] = json!(KNOWN_DATE);
    let Verdict::Row(expected) = judge(&CARD, &dated) else {
        panic!("the oracle takes every simulated document: {document}");
    };
    let mut num_known = 0;
    for (feature, expected) in expected {
        let Some(expected) = expected.filter(|_| feature != "date") else {
            continue;
        };
        let found = cell(&extracted.batch, at, &feature);
        assert!(
            is_close(&found, &expected),
            "{feature}: {found:?}, not {expected:?}: {document}"
        );
        num_known += 1;
    }
    assert!(num_known >= CARD.features.len() - 1, "{num_known}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_simulated_document_reads_as_the_oracle_reads_it(seed in any::<u64>()) {
        let text = String::from_utf8(simulated("", seed, 60, Format::Ndjson)).unwrap();
        let values: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let documents: Vec<Document> = text.lines().zip(0..).map(|(line, at)| json_document(at, line)).collect();
        let extracted = extract(&documents);
        prop_assert_eq!(&extracted.rejected, &[]);
        for (at, document) in values.iter().enumerate() {
            agree(&extracted, at, document);
        }
    }

    #[test]
    fn all_forms_of_simulated_documents_give_the_same_rows(seed in any::<u64>(), is_instant in any::<bool>()) {
        let scenario = if is_instant { "date_form: instant" } else { "" };
        let expected = rows(&extract(&documents(simulated(scenario, seed, 30, Format::Ndjson))));
        prop_assert_eq!(expected.len(), 30);
        for format in Format::ALL {
            let found = rows(&extract(&documents(simulated(scenario, seed, 30, format))));
            for (found, expected) in found.iter().zip(&expected) {
                for (found, expected) in found.iter().zip(expected) {
                    prop_assert_eq!(found, expected, "{}", format);
                }
            }
            prop_assert_eq!(found.len(), expected.len());
        }
    }

    #[test]
    fn simulated_documents_may_be_cut_into_any_batches(seed in any::<u64>(), cut in 0..40_usize) {
        let documents = documents(simulated("", seed, 40, Format::Json));
        let whole = rows(&extract(&documents));
        let mut pieces = rows(&extract(&documents[..cut]));
        pieces.extend(rows(&extract(&documents[cut..])));
        prop_assert_eq!(whole, pieces);
    }
}
