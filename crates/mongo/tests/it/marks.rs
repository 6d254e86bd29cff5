//! Marks: the next reading takes only what is new.

use mongodb::bson::Bson;
use veriscope_mongo::testing::Server;
use veriscope_mongo::{Bounds, Mark, Notice, ReadOptions, Step};

use crate::support::{
    CALLS, ManualClock, call, drain, id_at, ints, next, read_lean, resume_lean, source, start_lean,
    tokens,
};

/// 2025-01-12T07:13:03Z.
const NOON: u32 = 1_736_665_983;

fn options() -> ReadOptions {
    ReadOptions {
        clock: std::sync::Arc::new(ManualClock::at_seconds(i64::from(NOON) + 3600)),
        ..ReadOptions::default()
    }
}

#[test]
fn the_next_reading_takes_the_new_and_the_overlap() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let old = [
        call(id_at(NOON - 3600, 0), "a"),
        call(id_at(NOON - 60, 0), "b"),
        call(id_at(NOON, 0), "c"),
    ];
    client.insert(CALLS, &old).unwrap();
    let first = read_lean(&source(&server, CALLS), &options(), None).unwrap();
    assert_eq!(first.documents.len(), 3);

    // A late writer's document is older than the mark, but within ten minutes of it.
    let new = [
        call(id_at(NOON - 300, 0), "late"),
        call(id_at(NOON + 5, 0), "new"),
    ];
    client.insert(CALLS, &new).unwrap();
    let mark = Mark::from_text(&first.mark.to_text().unwrap()).unwrap();
    let second = read_lean(&source(&server, CALLS), &options(), Some(mark)).unwrap();
    let tokens = tokens(&second.documents);
    assert_eq!(tokens, ["late", "b", "c", "new"]);

    let third = ReadOptions {
        overlap_ms: 0,
        ..options()
    };
    let third = read_lean(&source(&server, CALLS), &third, Some(second.mark)).unwrap();
    assert!(third.documents.is_empty());
}

#[test]
fn an_id_of_the_future_does_not_stop_later_readings() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[call(id_at(u32::MAX, 0), "wrong clock")])
        .unwrap();
    let first = read_lean(&source(&server, CALLS), &options(), None).unwrap();
    client
        .insert(CALLS, &[call(id_at(NOON + 3500, 0), "new")])
        .unwrap();
    let second = read_lean(&source(&server, CALLS), &options(), Some(first.mark)).unwrap();
    let tokens = tokens(&second.documents);
    assert_eq!(tokens, ["new", "wrong clock"]);
}

#[test]
fn a_reading_that_was_cut_short_goes_on_after_its_last_document() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let documents: Vec<_> = (0..30).map(|n| call(id_at(NOON, n), "t")).collect();
    client.insert(CALLS, &documents).unwrap();
    client
        .insert(CALLS, &[call(1, "t"), call(2, "t"), call("s", "t")])
        .unwrap();
    let all = read_lean(&source(&server, CALLS), &options(), None)
        .unwrap()
        .ids();
    for cut in [0, 1, 2, 3, 17, 33] {
        let mut reader = start_lean(&source(&server, CALLS), &options(), None);
        let mut ids: Vec<Bson> = next(&mut reader, cut)
            .iter()
            .map(|d| d.get("_id").unwrap().clone())
            .collect();
        let mark = Mark::from_text(&reader.mark().to_text().unwrap()).unwrap();
        drop(reader);
        let again = resume_lean(&source(&server, CALLS), &options(), mark);
        ids.extend(drain(again).unwrap().ids());
        assert_eq!(ids, all, "cut after {cut}");
    }
}

#[test]
fn a_reading_with_other_options_does_not_go_on_with_one_that_was_cut_short() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client
        .insert(
            CALLS,
            &[call(id_at(NOON - 9000, 0), "a"), call(id_at(NOON, 0), "b")],
        )
        .unwrap();
    let since = ReadOptions {
        bounds: Bounds {
            since_ms: Some(i64::from(NOON) * 1000),
            until_ms: None,
        },
        ..options()
    };
    let mut reader = start_lean(&source(&server, CALLS), &since, None);
    assert_eq!(next(&mut reader, 1).len(), 1);
    let mark = reader.mark().clone();
    let plain = resume_lean(&source(&server, CALLS), &options(), mark);
    let read = drain(plain).unwrap();
    assert_eq!(
        read.documents.len(),
        2,
        "what came before --since was never read"
    );
}

#[test]
fn since_reads_again_and_leaves_the_mark_where_it_was() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let documents = [
        call(id_at(NOON - 9000, 0), "a"),
        call(id_at(NOON - 5000, 0), "b"),
        call(id_at(NOON, 0), "c"),
    ];
    client.insert(CALLS, &documents).unwrap();
    let first = read_lean(&source(&server, CALLS), &options(), None).unwrap();
    let since = ReadOptions {
        bounds: Bounds {
            since_ms: Some(i64::from(NOON - 6000) * 1000),
            until_ms: Some(i64::from(NOON) * 1000),
        },
        ..options()
    };
    let again = read_lean(&source(&server, CALLS), &since, Some(first.mark.clone())).unwrap();
    let tokens = tokens(&again.documents);
    assert_eq!(tokens, ["b"]);
    assert_eq!(again.mark, first.mark);
    assert!(again.notices.is_empty());
}

#[test]
fn bounds_do_not_hold_for_ids_without_a_time_and_that_is_said() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(5, "a")]).unwrap();
    let since = ReadOptions {
        bounds: Bounds {
            since_ms: Some(0),
            until_ms: None,
        },
        ..options()
    };
    let read = read_lean(&source(&server, CALLS), &since, None).unwrap();
    assert_eq!(read.ids(), ints(&[5]));
    assert_eq!(read.notices, [Notice::NoTime]);
}

#[test]
fn an_end_is_an_end() {
    let server = Server::start(&[]).unwrap();
    let mut reader = start_lean(&source(&server, CALLS), &options(), None);
    for _ in 0..2 {
        let step = reader
            .next_within(std::time::Duration::from_secs(30))
            .unwrap();
        assert!(matches!(step, Step::End));
    }
}
