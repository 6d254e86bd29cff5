//! How fast documents become rows: prints MB/s, best of some rounds. `cargo bench -p veriscope-extract`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that people run by hand"
)]

use std::time::Instant;

use bytes::Bytes;
use veriscope_card::Card;
use veriscope_extract::Extractor;
use veriscope_source::{Content, Document};

#[path = "../tests/it/fixture.rs"]
mod fixture;

fn main() {
    let extractor = Extractor::new(&Card::builtin().unwrap()).unwrap();
    let documents: Vec<Document> = (0..256_u64)
        .map(|ordinal| Document {
            ordinal,
            offset: 0,
            content: Content::Json(Bytes::from(fixture::with_landmarks(ordinal).to_string())),
        })
        .collect();
    let size: usize = documents
        .iter()
        .map(|document| document.raw_bytes().len())
        .sum();
    let mut best = f64::INFINITY;
    for _ in 0..20 {
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
        "{} documents of {} bytes: {:.0} MB/s, {:.1} µs a document",
        documents.len(),
        size / documents.len(),
        size as f64 / best / 1e6,
        best * 1e6 / documents.len() as f64,
    );
}
