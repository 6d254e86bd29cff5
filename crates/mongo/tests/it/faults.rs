//! Servers that are away, go away, come back, or refuse.

use mongodb::bson::doc;
use veriscope_base::ErrorClass;
use veriscope_mongo::testing::Server;
use veriscope_mongo::{Credentials, MongoError, MongoSource, Notice, Query, ReadOptions};

use crate::support::{CALLS, call, drain, next, read_lean, resume_lean, source, start_lean};

const COUNT: i32 = 3_000;

fn filled(server: &Server) {
    let documents: Vec<_> = (0..COUNT).map(|id| call(id, "t")).collect();
    server.client().unwrap().insert(CALLS, &documents).unwrap();
}

fn ids(documents: &[mongodb::bson::Document]) -> Vec<i32> {
    documents
        .iter()
        .map(|document| document.get_i32("_id").unwrap())
        .collect()
}

#[test]
fn a_server_that_is_away_at_the_start_is_a_failure_of_the_source() {
    let mut server = Server::start(&[]).unwrap();
    server.kill();
    let argument = format!(
        "mongodb://127.0.0.1:{}/logs.calls?serverSelectionTimeoutMS=200",
        server.port()
    );
    let source = MongoSource::parse(&argument, &Credentials::default()).unwrap();
    let error = read_lean(&source, &ReadOptions::default(), None)
        .err()
        .unwrap();
    assert!(matches!(error, MongoError::Unreachable { .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::Source);
    let checked = veriscope_mongo::check(&source, &ReadOptions::default());
    assert_eq!(checked.unwrap_err().class(), ErrorClass::Source);
}

#[test]
fn a_cursor_that_is_lost_costs_no_document_and_repeats_none() {
    let server = Server::start(&["--enable-test-commands"]).unwrap();
    filled(&server);
    let client = server.client().unwrap();
    for (code, times) in [(Some(43), 1), (Some(43), 2), (Some(11600), 3), (None, 2)] {
        client.fail("getMore", times, code).unwrap();
        let read = read_lean(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
        assert_eq!(
            ids(&read.documents),
            (0..COUNT).collect::<Vec<i32>>(),
            "{code:?}"
        );
        assert_eq!(read.notices, [Notice::Resumed], "{code:?}");
    }
}

#[test]
fn a_primary_that_steps_down_is_waited_for() {
    let server = Server::start(&["--enable-test-commands"]).unwrap();
    filled(&server);
    let client = server.client().unwrap();
    // Not a writable primary, at the first query and at the next ones.
    client.fail("find", 4, Some(10107)).unwrap();
    let read = read_lean(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    assert_eq!(ids(&read.documents), (0..COUNT).collect::<Vec<i32>>());
}

#[test]
fn a_server_that_crashes_in_the_middle_and_comes_back_is_read_on() {
    let mut server = Server::start(&["--sync-on-commit"]).unwrap();
    // More than is under way at any time.
    let documents: Vec<_> = (0..12_000).map(|id| call(id, "t")).collect();
    server.client().unwrap().insert(CALLS, &documents).unwrap();
    let mut reader = start_lean(&source(&server, CALLS), &ReadOptions::default(), None);
    let mut read = next(&mut reader, 10);
    server.kill();
    server.restart(&["--sync-on-commit"]).unwrap();
    let rest = drain(reader).unwrap();
    read.extend(rest.documents);
    assert_eq!(ids(&read), (0..12_000).collect::<Vec<i32>>());
    assert_eq!(rest.notices, [Notice::Resumed]);
}

#[test]
fn a_server_that_stays_away_ends_the_reading_with_all_that_was_read() {
    let mut server = Server::start(&["--sync-on-commit"]).unwrap();
    let documents: Vec<_> = (0..12_000).map(|id| call(id, "t")).collect();
    server.client().unwrap().insert(CALLS, &documents).unwrap();
    let argument = format!(
        "mongodb://127.0.0.1:{}/logs.calls?serverSelectionTimeoutMS=500",
        server.port()
    );
    let source_away = MongoSource::parse(&argument, &Credentials::default()).unwrap();
    let mut reader = start_lean(&source_away, &ReadOptions::default(), None);
    let mut read = next(&mut reader, 10);
    server.kill();
    let error = loop {
        match reader.next().unwrap() {
            Ok(document) => read.push(crate::support::parsed(&document.content)),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, MongoError::Lost { .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::Source);
    assert!(reader.next().is_none());
    let mark = reader.mark().clone();
    assert!(read.len() < 12_000);

    server.restart(&[]).unwrap();
    let again = resume_lean(&source(&server, CALLS), &ReadOptions::default(), mark);
    read.extend(drain(again).unwrap().documents);
    assert_eq!(ids(&read), (0..12_000).collect::<Vec<i32>>());
}

#[test]
fn a_query_that_the_server_refuses_is_wrong_use() {
    let server = Server::start(&[]).unwrap();
    server
        .client()
        .unwrap()
        .insert(CALLS, &[call(1, "t")])
        .unwrap();
    let options = ReadOptions {
        query: Some(Query::parse(r#"{"file_token": {"$nonsense": "79842613"}}"#).unwrap()),
        ..ReadOptions::default()
    };
    // The test server looks at a query only once a document comes by; others do at once, so
    // that `check` tells it.
    let error = read_lean(&source(&server, CALLS), &options, None)
        .err()
        .unwrap();
    assert!(matches!(error, MongoError::Query { .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(!format!("{error} {error:?}").contains("79842613"));
}

#[test]
fn an_error_that_waiting_does_not_mend_ends_at_once() {
    let server = Server::start(&["--enable-test-commands"]).unwrap();
    filled(&server);
    server.client().unwrap().fail("find", 1, Some(8)).unwrap();
    let error = read_lean(&source(&server, CALLS), &ReadOptions::default(), None)
        .err()
        .unwrap();
    assert!(
        matches!(error, MongoError::Server { code: 8, .. }),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Source);
}

#[test]
fn a_reader_that_is_dropped_ends_its_work() {
    let server = Server::start(&[]).unwrap();
    filled(&server);
    for follow in [false, true] {
        let options = ReadOptions {
            follow,
            ..ReadOptions::default()
        };
        let mut reader = start_lean(&source(&server, CALLS), &options, None);
        assert_eq!(
            next(&mut reader, 1)[0].get("_id"),
            doc! { "_id": 0 }.get("_id")
        );
        drop(reader);
    }
}
