//! How fast documents become rows: prints MB/s of JSON and of BSON, best of some rounds.
//! `cargo bench -p veriscope-extract`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that people run by hand"
)]

use std::time::Instant;

use bson::Bson;
use bytes::Bytes;
use serde_json::Value;
use veriscope_card::Card;
use veriscope_extract::Extractor;
use veriscope_source::{Content, Document};

#[path = "../tests/it/fixture.rs"]
mod fixture;

const DOCUMENTS: u64 = 256;
const ROUNDS: usize = 20;

fn main() {
    let extractor = Extractor::new(&Card::builtin().unwrap()).unwrap();
    measure("JSON", &extractor, |value| {
        Content::Json(Bytes::from(value.to_string()))
    });
    measure("BSON", &extractor, |value| {
        let tree = tree_of(value);
        Content::Bson(Bytes::from(tree.as_document().unwrap().to_vec().unwrap()))
    });
}

fn measure(name: &str, extractor: &Extractor, encode: impl Fn(&Value) -> Content) {
    let documents: Vec<Document> = (0..DOCUMENTS)
        .map(|ordinal| Document {
            ordinal,
            offset: 0,
            content: encode(&fixture::with_landmarks(ordinal)),
        })
        .collect();
    let size: usize = documents
        .iter()
        .map(|document| document.raw_bytes().len())
        .sum();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let extracted = extractor.extract("bench", &documents).unwrap();
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(
            extracted.batch.num_rows(),
            documents.len(),
            "{:?}",
            extracted.rejected.first()
        );
    }
    println!(
        "{name}: {} documents of {} bytes: {:.0} MB/s, {:.1} µs a document",
        documents.len(),
        size / documents.len(),
        size as f64 / best / 1e6,
        best * 1e6 / documents.len() as f64,
    );
}

/// The same document as BSON, integers as the narrowest type.
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
            let members = object.iter();
            Bson::Document(
                members
                    .map(|(key, value)| (key.clone(), tree_of(value)))
                    .collect(),
            )
        }
    }
}
