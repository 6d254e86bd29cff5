//! Laws of BSON: the same rows, notes and rejections as the same document in Extended JSON.

use bson::{Bson, Document as Tree, doc};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use veriscope_extract::Extracted;
use veriscope_source::{DocumentReader, Limits, RejectReason};

use crate::fixture;
use crate::support::{bson_document, extract, extract_text, json_document, row};

/// Documents that pymongo wrote; see `tests/fixtures/README.md`.
const TYPES_BSON: &[u8] = include_bytes!("../fixtures/types.bson");
const TYPES_JSON: &str = include_str!("../fixtures/types.json");

/// Writes canonical Extended JSON, by its specification.
fn canonical(value: &Bson) -> Value {
    match value {
        Bson::Double(value) if value.is_infinite() => {
            json!({"$numberDouble": if *value > 0.0 { "Infinity" } else { "-Infinity" }})
        }
        Bson::Double(value) => json!({"$numberDouble": format!("{value:?}")}),
        Bson::String(text) => json!(text),
        Bson::Array(array) => array.iter().map(canonical).collect(),
        Bson::Document(tree) => canonical_tree(tree),
        Bson::Boolean(value) => json!(value),
        Bson::Null => Value::Null,
        Bson::Int32(value) => json!({"$numberInt": value.to_string()}),
        Bson::Int64(value) => json!({"$numberLong": value.to_string()}),
        Bson::Decimal128(value) => json!({"$numberDecimal": value.to_string()}),
        Bson::ObjectId(id) => json!({"$oid": id.to_hex()}),
        Bson::DateTime(date) => {
            json!({"$date": {"$numberLong": date.timestamp_millis().to_string()}})
        }
        Bson::Symbol(text) => json!({"$symbol": text}),
        Bson::Undefined => json!({"$undefined": true}),
        Bson::Timestamp(stamp) => {
            json!({"$timestamp": {"t": stamp.time, "i": stamp.increment}})
        }
        Bson::MinKey => json!({"$minKey": 1}),
        Bson::JavaScriptCode(code) => json!({"$code": code}),
        other => panic!("{other:?} is not generated"),
    }
}

fn canonical_tree(tree: &Tree) -> Value {
    let members = tree
        .iter()
        .map(|(key, value)| (key.clone(), canonical(value)));
    members.collect::<Map<_, _>>().into()
}

/// The document of the fixture as BSON, numbers as the narrowest type.
fn tree_of(value: &Value) -> Bson {
    match value {
        Value::Null => Bson::Null,
        Value::Bool(value) => Bson::Boolean(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => i32::try_from(integer).map_or(Bson::Int64(integer), Bson::Int32),
            None => Bson::Double(number.as_f64().unwrap()),
        },
        Value::String(text) => Bson::String(text.clone()),
        Value::Array(array) => Bson::Array(array.iter().map(tree_of).collect()),
        Value::Object(object) => {
            let members = object
                .iter()
                .map(|(key, value)| (key.clone(), tree_of(value)));
            Bson::Document(members.collect())
        }
    }
}

/// All that is told of an extraction; `Debug` tells `-0.0` from `0.0`.
fn told(extracted: &Extracted) -> String {
    let count = extracted.batch.num_rows();
    let rows: Vec<_> = (0..count).map(|at| row(&extracted.batch, at)).collect();
    format!("{rows:?} {:?} {:?}", extracted.rejected, extracted.notes)
}

fn any_value() -> impl Strategy<Value = Bson> {
    let text = prop_oneof![
        Just("text"),
        Just(""),
        Just(" 12 "),
        Just("0301"),
        Just("a\0b"),
        Just("true"),
        Just("NaN"),
        Just("2025-03-01T10:00:00-05:00"),
        Just("-7.5e1"),
    ];
    let decimal = prop_oneof![
        Just("1402"),
        Just("-7.50"),
        Just("1E+3"),
        Just("1E+400"),
        Just("NaN"),
        Just("-Infinity"),
        Just("9223372036854775808"),
    ];
    let double = prop_oneof![
        any::<f64>(),
        any::<i32>().prop_map(f64::from),
        (-1e6..1e6_f64),
        Just(2.0_f64.powi(62)),
        Just(1_740_841_200.25),
    ];
    let leaf = prop_oneof![
        4 => double.prop_map(Bson::Double),
        2 => any::<i32>().prop_map(Bson::Int32),
        2 => any::<i64>().prop_map(Bson::Int64),
        1 => (0..2_i32).prop_map(Bson::Int32),
        3 => text.prop_map(|text| Bson::String(text.to_owned())),
        2 => decimal.prop_map(|text| Bson::Decimal128(text.parse().unwrap())),
        1 => any::<i64>().prop_map(|ms| Bson::DateTime(bson::DateTime::from_millis(ms))),
        2 => (-100_000_000_000_000..300_000_000_000_000_i64)
            .prop_map(|ms| Bson::DateTime(bson::DateTime::from_millis(ms))),
        1 => any::<[u8; 12]>().prop_map(|id| Bson::ObjectId(bson::oid::ObjectId::from_bytes(id))),
        1 => any::<bool>().prop_map(Bson::Boolean),
        1 => Just(Bson::Null),
        1 => Just(Bson::Undefined),
        1 => Just(Bson::Symbol("s".into())),
        1 => Just(Bson::MinKey),
        1 => Just(Bson::Timestamp(bson::Timestamp { time: 1, increment: 2 })),
        1 => Just(Bson::JavaScriptCode("f()".into())),
        // Documents that spell a value, and such that nearly do.
        1 => Just(Bson::Document(doc! {"$numberLong": "5"})),
        1 => Just(Bson::Document(doc! {"$date": {"$numberLong": "1740841200250"}})),
        1 => Just(Bson::Document(doc! {"$oid": "ab", "more": 1})),
        1 => Just(Bson::Document(doc! {"$numberInt": null})),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let key = prop_oneof![Just("code"), Just("score"), Just("0"), Just("other")];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Bson::Array),
            prop::collection::vec((key, inner), 0..3).prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Bson::Document(members.collect())
            }),
        ]
    })
}

fn count_places(value: &Bson) -> usize {
    let inner: Vec<&Bson> = match value {
        Bson::Document(tree) => tree.values().collect(),
        Bson::Array(array) => array.iter().collect(),
        _ => Vec::new(),
    };
    inner.iter().map(|value| 1 + count_places(value)).sum()
}

/// Puts a value at a place, counted in the order of the document.
fn put(at: &mut Bson, place: &mut usize, value: &Bson) {
    let inner: Vec<&mut Bson> = match at {
        Bson::Document(tree) => tree.iter_mut().map(|(_, value)| value).collect(),
        Bson::Array(array) => array.iter_mut().collect(),
        _ => return,
    };
    for inner in inner {
        if *place == 0 {
            *place = usize::MAX;
            *inner = value.clone();
            return;
        }
        *place -= 1;
        put(inner, place, value);
        if *place == usize::MAX {
            return;
        }
    }
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any_value()), 0..5);
    (0_u64..1000, changes).prop_map(|(number, changes)| {
        let mut value = fixture::full(number);
        // Its `_id` is Extended JSON; a BSON document has an object id.
        value.as_object_mut().unwrap().shift_remove("_id");
        let mut whole = tree_of(&value);
        for (index, value) in changes {
            let mut place = index.index(count_places(&whole));
            put(&mut whole, &mut place, &value);
        }
        whole.as_document().unwrap().clone()
    })
}

#[test]
fn what_pymongo_wrote_reads_as_its_canonical_extended_json() {
    let input = Box::new(std::io::Cursor::new(TYPES_BSON));
    let reader = DocumentReader::from_read("types.bson", input, Limits::default(), &[]).unwrap();
    let documents: Vec<_> = reader.map(Result::unwrap).collect();
    let lines: Vec<&str> = TYPES_JSON.lines().collect();
    assert_eq!(documents.len(), 945);
    assert_eq!(lines.len(), documents.len());
    let mut taken = 0;
    for (document, line) in documents.iter().zip(lines) {
        let binary = extract(std::slice::from_ref(document));
        let text = extract(&[json_document(document.ordinal, line)]);
        assert_eq!(told(&binary), told(&text), "{line}");
        taken += binary.batch.num_rows();
    }
    // Most values are of a wrong type in most places; a good part is taken.
    assert!((300..800).contains(&taken), "{taken}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bson_reads_as_its_canonical_extended_json(tree in any_tree()) {
        let json = canonical_tree(&tree).to_string();
        let binary = extract(&[bson_document(0, tree.to_vec().unwrap())]);
        let text = extract_text(json.clone());
        prop_assert_eq!(told(&binary), told(&text), "{}", json);
    }

    #[test]
    fn damaged_bytes_never_panic_and_what_the_crate_reads_is_not_called_broken(
        tree in any_tree(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = tree.to_vec().unwrap();
        for (at, way, byte) in damages {
            let at = at.index(bytes.len());
            match way {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let extracted = extract(&[bson_document(0, bytes.clone())]);
        let is_broken = extracted
            .rejected
            .iter()
            .any(|rejected| rejected.reason == RejectReason::BrokenBson);
        let is_read = Tree::from_reader(&bytes[..]).is_ok_and(|read| {
            // The crate stops at the document's end; what is behind it is too much for us.
            read.to_vec().is_ok_and(|again| again.len() == bytes.len())
        });
        prop_assert!(!(is_read && is_broken), "{:?}", extracted.rejected);
    }
}
