//! What reading a collection costs: our reader beside a bare cursor of the same driver, with
//! and without the projection. Prints documents/s, MB over the wire and the server's
//! processor time; medians of some rounds. `cargo bench -p veriscope-mongo`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that people run by hand"
)]

use std::time::Instant;

use futures::StreamExt;
use mongodb::bson::{Document, RawDocument, doc};
use veriscope_card::Card;
use veriscope_mongo::testing::{Server, TestClient};
use veriscope_mongo::{Credentials, MongoSource, Projection, ReadOptions, Reader};

const CALLS: &str = "logs.calls";
const DOCUMENTS: usize = 2_000;
const ROUNDS: usize = 5;
const EXAMPLES: &str = include_str!("../../../examples/transactions.ndjson");

/// What one reading took.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    wire_bytes: u64,
    server_seconds: f64,
}

fn main() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let documents: Vec<Document> = documents();
    let stored: usize = documents.iter().map(|d| d.to_vec().unwrap().len()).sum();
    client.insert(CALLS, &documents).unwrap();
    println!(
        "{DOCUMENTS} documents, {:.1} MB in the collection",
        megabytes(stored as u64)
    );
    let projection = Projection::new(&Card::builtin().unwrap(), None);
    let sent = projection.of_find();
    let mut plain = sent.clone().unwrap();
    plain.remove(veriscope_mongo::ODD_SHAPE);
    measure(&server, "bare cursor, whole documents", || {
        bare(&client, None)
    });
    measure(&server, "bare cursor, paths of the card", || {
        bare(&client, Some(plain.clone()))
    });
    measure(&server, "bare cursor, paths and odd shapes", || {
        bare(&client, sent.clone())
    });
    measure(&server, "reader", || ours(&server, &projection));
}

/// The examples again and again, each with landmarks that make it as large as real ones.
fn documents() -> Vec<Document> {
    let examples: Vec<Document> = EXAMPLES
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let landmarks: Vec<f64> = (0..4_000).map(|n| f64::from(n) / 7.0).collect();
    let document = |number: usize| {
        let mut document = examples[number % examples.len()].clone();
        document.remove("_id");
        document.insert("landmarks", landmarks.clone());
        document
    };
    (0..DOCUMENTS).map(document).collect()
}

fn measure(server: &Server, name: &str, read: impl Fn() -> u64) {
    let mut costs: Vec<Cost> = (0..ROUNDS)
        .map(|_| {
            let (started, before) = (Instant::now(), server_seconds(server));
            let wire_bytes = read();
            Cost {
                seconds: started.elapsed().as_secs_f64(),
                wire_bytes,
                server_seconds: server_seconds(server) - before,
            }
        })
        .collect();
    costs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let median = costs[ROUNDS / 2];
    println!(
        "{name:<34} {:>7.0} documents/s  {:>6.1} MB on the wire  {:>5.2} ms of the server a document",
        DOCUMENTS as f64 / median.seconds,
        megabytes(median.wire_bytes),
        median.server_seconds * 1000.0 / DOCUMENTS as f64,
    );
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn bare(client: &TestClient, projection: Option<Document>) -> u64 {
    let collection = client.collection(CALLS);
    let read = async {
        let mut find = collection
            .find(doc! {})
            .sort(doc! { "_id": 1 })
            .batch_size(1_000);
        if let Some(projection) = projection {
            find = find.projection(projection);
        }
        let mut cursor = find.batch().await?;
        let (mut bytes, mut count) = (0, 0);
        while let Some(batch) = cursor.next().await {
            for document in batch?.doc_slices()? {
                let document: &RawDocument = document.unwrap().as_document().unwrap();
                bytes += document.as_bytes().len() as u64;
                count += 1;
            }
        }
        assert_eq!(count, DOCUMENTS);
        Ok(bytes)
    };
    client.wait(Box::pin(read)).unwrap()
}

fn ours(server: &Server, projection: &Projection) -> u64 {
    let source = MongoSource::parse(&server.argument(CALLS), &Credentials::default()).unwrap();
    let options = ReadOptions::default();
    let reader = Reader::start(&source, projection.clone(), options, None, None).unwrap();
    let bytes = reader.progress();
    assert_eq!(reader.map(Result::unwrap).count(), DOCUMENTS);
    bytes.load(std::sync::atomic::Ordering::Relaxed)
}

/// Processor time of the server so far, where the system tells it as Linux does.
fn server_seconds(server: &Server) -> f64 {
    let told = server
        .process_id()
        .and_then(|id| std::fs::read_to_string(format!("/proc/{id}/stat")).ok());
    let Some(told) = told else { return 0.0 };
    // Fields 14 and 15, in hundredths of a second, counted after the name in brackets.
    let fields: Vec<&str> = told
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}
