//! Laws that hold for every document: any batching, any layout, any damage.

use proptest::prelude::*;
use serde_json::{Value, json};
use veriscope_extract::{Extracted, Notes};
use veriscope_source::{Document, RejectReason};

use crate::fixture;
use crate::oracle::{Verdict, judge};
use crate::support::{CARD, Cell, cell, extract, extract_text, json_document, row};

/// What may stand where something else did.
fn pool() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(7),
        json!(-3),
        json!(2.5),
        json!(1402.0),
        json!(1e300),
        json!("12"),
        json!("0301"),
        json!(""),
        json!("text"),
        json!(" 8.5 "),
        json!([]),
        json!({}),
        json!([1, 2]),
        json!({"$numberLong": "5"}),
        json!({"$oid": "ab12"}),
        json!({"$numberDouble": "1.5"}),
        json!({"near": 1}),
        json!("a\u{0}b"),
    ]
}

/// All places of a document but the root, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(array) => array
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        let place = format!("{at}/{key}");
        places(value, &place, found);
        found.push(place);
    }
}

/// Puts values of the pool, or nothing, at some places.
fn thinned(number: u64, changes: &[(usize, Option<usize>)]) -> Value {
    let mut document = fixture::full(number);
    let pool = pool();
    for (place, change) in changes {
        let mut all = Vec::new();
        places(&document, "", &mut all);
        let Some(pointer) = all.get(place % all.len().max(1)) else {
            continue;
        };
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match (change, document.pointer_mut(parent)) {
            (Some(choice), _) => {
                *document.pointer_mut(pointer).unwrap() = pool[choice % pool.len()].clone()
            }
            (None, Some(Value::Object(object))) => drop(object.shift_remove(key)),
            (None, Some(Value::Array(array))) => drop(array.remove(key.parse().unwrap())),
            (None, _) => {}
        }
    }
    document
}

fn any_changes() -> impl Strategy<Value = Vec<(usize, Option<usize>)>> {
    // Most documents keep most of their parts, or hardly one would be taken.
    proptest::collection::vec((any::<usize>(), proptest::option::of(any::<usize>())), 0..6)
}

fn is_close(left: &Cell, right: &Cell) -> bool {
    match (left, right) {
        // The tree's parser may be one unit in the last place off.
        (Cell::Float(left), Cell::Float(right)) => (left - right).abs() <= 1e-15 * right.abs(),
        (left, right) => left == right,
    }
}

/// Compares with the oracle; an unknown verdict only asks that nothing panics.
fn agree(extracted: &Extracted, document: &Value) {
    match judge(&CARD, document) {
        Verdict::Unknown => {}
        Verdict::Rejected(reason) => {
            let found: Vec<RejectReason> = extracted
                .rejected
                .iter()
                .map(|rejected| rejected.reason)
                .collect();
            assert_eq!(found, [reason], "{document}");
        }
        Verdict::Row(expected) => {
            assert_eq!(extracted.rejected, [], "{document}");
            for (feature, expected) in expected {
                let Some(expected) = expected else { continue };
                let found = cell(&extracted.batch, 0, &feature);
                assert!(
                    is_close(&found, &expected),
                    "{feature}: {found:?}, not {expected:?}: {document}"
                );
            }
        }
    }
}

/// Writes canonical Extended JSON: every number wrapped.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => json!({"$numberDouble": number.to_string()}),
        Value::Number(number) => json!({"$numberLong": number.to_string()}),
        Value::Array(array) => array.iter().map(canonical).collect(),
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (key.clone(), canonical(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Cells by column name of each row, notes, and the places of rejected documents.
type Rows = (Vec<Vec<(String, Cell)>>, Notes, Vec<usize>);

fn rows(documents: &[Document]) -> Rows {
    let extracted = extract(documents);
    let count = extracted.batch.num_rows();
    let rejected = extracted
        .rejected
        .iter()
        .map(|rejected| rejected.index)
        .collect();
    (
        (0..count).map(|at| row(&extracted.batch, at)).collect(),
        extracted.notes,
        rejected,
    )
}

#[test]
fn a_full_document_is_taken_by_the_oracle_too() {
    let document = fixture::full(1);
    assert!(matches!(judge(&CARD, &document), Verdict::Row(_)));
    agree(&extract_text(document.to_string()), &document);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_thinned_document_reads_as_the_oracle_reads_it(number in 0_u64..1000, changes in any_changes()) {
        let document = thinned(number, &changes);
        agree(&extract_text(document.to_string()), &document);
    }

    #[test]
    fn layout_does_not_matter(number in 0_u64..1000, changes in any_changes()) {
        let document = thinned(number, &changes);
        let compact = extract_text(document.to_string());
        let pretty = extract_text(serde_json::to_string_pretty(&document).unwrap().replace('\n', "\r\n"));
        prop_assert_eq!(&compact.rejected, &pretty.rejected);
        prop_assert_eq!(&compact.batch, &pretty.batch);
        prop_assert_eq!(&compact.notes, &pretty.notes);
    }

    #[test]
    fn canonical_and_relaxed_extended_json_give_the_same_rows(number in 0_u64..1000) {
        let mut document = fixture::full(number);
        // Numbers in place of text are text of digits; wrapped doubles are not.
        document["user_data"]["documento"] = json!(77_001);
        let relaxed = extract_text(document.to_string());
        let wrapped = extract_text(canonical(&document).to_string());
        prop_assert_eq!(relaxed.rejected.len(), 0);
        prop_assert_eq!(&relaxed.batch, &wrapped.batch);
        prop_assert_eq!(&relaxed.notes, &wrapped.notes);
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_as_the_oracle_reads_them(
        number in 0_u64..1000,
        damages in proptest::collection::vec((any::<usize>(), 0..3_u8, damage()), 1..4),
    ) {
        let mut bytes = fixture::full(number).to_string().into_bytes();
        for (at, way, byte) in damages {
            let at = at % bytes.len();
            match way {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let extracted = extract_text(bytes.clone());
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok()
            && std::str::from_utf8(&bytes).is_ok();
        let is_broken = extracted.rejected.first().is_some_and(|rejected| rejected.reason == RejectReason::BrokenJson);
        if is_json && is_broken {
            // A lone surrogate, which the reference only sees where it decodes text.
            prop_assert!(bytes.windows(2).any(|pair| pair == b"\\u"));
        } else {
            prop_assert_eq!(is_json, !is_broken);
        }
        if let (true, Ok(document)) = (is_json, serde_json::from_slice::<Value>(&bytes)) {
            agree(&extracted, &document);
        }
    }
}

proptest! {
    // Each case extracts up to a dozen documents twice.
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_batching_gives_the_same_rows(
        changes in proptest::collection::vec(any_changes(), 1..12),
        cuts in proptest::collection::vec(any::<usize>(), 0..4),
    ) {
        let documents: Vec<Document> = changes
            .iter()
            .zip(0_u64..)
            .map(|(changes, number)| json_document(number, thinned(number, changes).to_string()))
            .collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % documents.len()).collect();
        cuts.extend([0, documents.len()]);
        cuts.sort_unstable();
        let whole = rows(&documents);
        let mut pieces = (Vec::new(), Notes::default(), Vec::new());
        for cut in cuts.windows(2) {
            let (mut some, notes, rejected) = rows(&documents[cut[0]..cut[1]]);
            pieces.0.append(&mut some);
            pieces.1.merge(notes);
            pieces.2.extend(rejected.iter().map(|index| index + cut[0]));
        }
        prop_assert_eq!(whole, pieces);
    }
}

/// Bytes that mean something to JSON, and any other.
fn damage() -> impl Strategy<Value = u8> {
    let telling = b"{}[]:,\"\\0123456789.-+eEtfnu \n\x00\x1f\x7f\xc3\xff".to_vec();
    prop_oneof![3 => proptest::sample::select(telling), 1 => any::<u8>()]
}
