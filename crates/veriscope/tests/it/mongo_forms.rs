//! The same documents in every form that MongoDB's tools give them, and live: one table.

use std::io::Write;

use serde_json::Value;
use veriscope_mongo::testing::Server;
use veriscope_mongo::testing::bson::{Document, doc};

use crate::mongo::{CALLS, documents, sandbox};
use crate::support::Sandbox;
use crate::tables::export_all;

/// Simulated documents in each form, where the variable does not say how many.
const DOCUMENTS: usize = 1_000;
const VARIABLE: &str = "VERISCOPE_TEST_DOCUMENTS";

/// The forms that `simulate` writes.
const WRITTEN: [&str; 6] = [
    "ndjson",
    "json",
    "ejson",
    "ejson-relaxed",
    "ejson-legacy",
    "bson",
];

fn count() -> usize {
    let named = std::env::var(VARIABLE);
    named.map_or(DOCUMENTS, |count| count.parse().unwrap())
}

/// What can't be taken: a published feature of another type, and a scalar in the place of an
/// object, which a projection drops.
fn odd() -> Vec<String> {
    [(1, r#""http_code":"many""#), (2, r#""summary":"broken""#)]
        .map(|(number, member)| {
            format!(
                r#"{{"_id":{{"$oid":"ffffff0{number}0000000000000000"}},"file_token":"odd-{number}","date":"2025-01-12T02:13:03-05:00",{member}}}"#
            )
        })
        .to_vec()
}

/// The documents of a dump, one after the other.
fn cut(mut dump: &[u8]) -> Vec<&[u8]> {
    let mut documents = Vec::new();
    while let Some(length) = dump.first_chunk() {
        let (document, rest) = dump.split_at(usize::try_from(u32::from_le_bytes(*length)).unwrap());
        documents.push(document);
        dump = rest;
    }
    documents
}

/// CRC-64 of ECMA-182, reflected, bit by bit: what ends a collection of an archive.
fn checksum(documents: &[&[u8]]) -> i64 {
    let mut value = u64::MAX;
    for byte in documents.iter().copied().flatten() {
        value ^= u64::from(*byte);
        for _ in 0..8 {
            let bit = value & 1;
            value = (value >> 1) ^ (bit * 0xC96C_5795_D787_0F42);
        }
    }
    (!value).cast_signed()
}

/// An archive of two collections whose documents take turns, as `mongodump --archive` writes it.
fn archive(calls: &[&[u8]]) -> Vec<u8> {
    const MAGIC: [u8; 4] = 0x8199_e26d_u32.to_le_bytes();
    const END: [u8; 4] = [0xff; 4];
    let bytes = |document: Document| document.to_vec().unwrap();
    let other = bytes(doc! { "_id": 1, "file_token": "of another collection" });
    let header = |collection: &str, end: Option<i64>| {
        bytes(doc! {
            "db": "logs", "collection": collection, "EOF": end.is_some(),
            "CRC": end.unwrap_or_default(),
        })
    };
    let block = |collection: &str, documents: &[&[u8]]| {
        [header(collection, None), documents.concat(), END.to_vec()].concat()
    };
    let close = |collection: &str, documents: &[&[u8]]| {
        let end = header(collection, Some(checksum(documents)));
        [end, END.to_vec()].concat()
    };
    let mut archive = MAGIC.to_vec();
    archive.extend(bytes(doc! {
        "concurrent_collections": 4, "version": "0.1", "server_version": "8.0.1",
        "tool_version": "100.10.0",
    }));
    for collection in ["calls", "other"] {
        archive.extend(bytes(doc! {
            "db": "logs", "collection": collection, "metadata": "{\"indexes\":[]}", "size": 0,
            "type": "",
        }));
    }
    archive.extend(END);
    let (first, second) = calls.split_at(calls.len() / 3);
    archive.extend(block("calls", first));
    archive.extend(block("other", &[&other]));
    archive.extend(block("calls", second));
    archive.extend(close("other", &[&other]));
    archive.extend(close("calls", calls));
    archive
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a lake of one source and of the odd documents shows.
#[derive(PartialEq)]
struct Shown {
    counts: [u64; 4],
    tables: Vec<String>,
    put_aside: Vec<String>,
}

fn shown(sandbox: &Sandbox, number: usize, source: &[&str]) -> Shown {
    let lake = format!("lake-{number}");
    let key = ["--json", "--lake", &lake, "--key-file", "team.key"];
    let said = sandbox.run(&[&["run"], source, &key[..]].concat());
    assert_eq!(said.code, Some(6), "{source:?}: {said:?}");
    let summary: Value = serde_json::from_str(&said.out).unwrap();
    let listed = sandbox.run_ok(&["quarantine", "list", "--lake", &lake, "--json"]);
    let listed: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    Shown {
        counts: ["read", "inserted", "updated", "unchanged"]
            .map(|name| summary[name].as_u64().unwrap()),
        tables: export_all(sandbox, &["--lake", &lake]),
        put_aside: listed
            .iter()
            .map(|entry| format!("{} {}", entry["reason"], entry["path"]))
            .collect(),
    }
}

#[test]
fn every_form_of_the_same_documents_gives_the_same_tables() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, count) = (sandbox(), count());
    for format in WRITTEN {
        let simulated = format!(
            "simulate --transactions {count} --no-landmarks --format {format} --out {format}"
        );
        sandbox.run_ok(&simulated.split(' ').collect::<Vec<_>>());
    }
    sandbox.write("odd", &odd().join("\n"));
    let odd = documents(&odd());
    let write = |name: &str, bytes: &[u8]| std::fs::write(sandbox.path().join(name), bytes);
    let dump = std::fs::read(sandbox.path().join("bson")).unwrap();
    write("bson.gz", &gzip(&dump)).unwrap();
    let calls = cut(&dump);
    assert_eq!(calls.len(), count);
    let odd_bytes: Vec<Vec<u8>> = odd.iter().map(|odd| odd.to_vec().unwrap()).collect();
    let all = calls
        .iter()
        .copied()
        .chain(odd_bytes.iter().map(Vec::as_slice));
    write("archive", &archive(&all.collect::<Vec<_>>())).unwrap();
    let parse = |bytes: &&[u8]| Document::from_reader(*bytes).unwrap();
    let inserted: Vec<Document> = calls.iter().map(parse).chain(odd).collect();
    server.client().unwrap().insert(CALLS, &inserted).unwrap();

    let collection = server.argument(CALLS);
    let mut sources: Vec<Vec<&str>> = WRITTEN.map(|form| vec![form, "odd"]).to_vec();
    sources.push(vec!["bson.gz", "odd"]);
    sources.push(vec!["archive#logs.calls"]);
    sources.push(vec![&collection]);
    let first = shown(&sandbox, 0, &sources[0]);
    let count = u64::try_from(count).unwrap();
    assert_eq!(first.counts, [count + 2, count, 0, 0]);
    assert_eq!(first.put_aside.len(), 2);
    for (number, source) in sources.iter().enumerate().skip(1) {
        let other = shown(&sandbox, number, source);
        assert_eq!(other.counts, first.counts, "{source:?}");
        assert_eq!(other.put_aside, first.put_aside, "{source:?}");
        // Not shown where they differ: they are long.
        assert!(
            other.tables == first.tables,
            "the tables of {source:?} differ"
        );
    }
}
