//! Documents that changed since they were read, by the field that says so.

use mongodb::bson::{DateTime, Document, doc};
use veriscope_mongo::testing::Server;
use veriscope_mongo::{Bounds, FieldPath, Notice, ReadOptions};

use crate::support::{CALLS, call, ints, read_lean, source};

fn options() -> ReadOptions {
    ReadOptions {
        updated_field: Some(FieldPath::parse("meta.changed").unwrap()),
        overlap_ms: 1_000,
        ..ReadOptions::default()
    }
}

fn changed(id: i32, ms: i64) -> Document {
    let mut document = call(id, "t");
    document.insert(
        "meta",
        doc! { "changed": DateTime::from_millis(ms), "other": 1 },
    );
    document
}

#[test]
fn documents_that_changed_come_again_and_others_do_not() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let documents = [
        changed(1, 1_000_000),
        changed(2, 2_000_000),
        changed(3, 3_000_000),
        call(4, "t"),
    ];
    client.insert(CALLS, &documents).unwrap();
    let first = read_lean(&source(&server, CALLS), &options(), None).unwrap();
    // All by `_id`; then what may have changed while that was read: the latest and its overlap.
    assert_eq!(first.ids(), ints(&[1, 2, 3, 4, 3]));
    let meta = first.documents[0].get_document("meta").unwrap();
    assert_eq!(meta, &doc! { "changed": DateTime::from_millis(1_000_000) });

    let touch = doc! { "$set": { "meta.changed": DateTime::from_millis(4_000_000) } };
    client
        .wait(
            client
                .collection(CALLS)
                .update_one(doc! { "_id": 1 }, touch),
        )
        .unwrap();
    client.insert(CALLS, &[changed(5, 4_000_500)]).unwrap();
    let second = read_lean(&source(&server, CALLS), &options(), Some(first.mark)).unwrap();
    assert_eq!(
        second.ids(),
        ints(&[5, 3, 1, 5]),
        "new ones by `_id`, then by time of change"
    );
    let third = read_lean(&source(&server, CALLS), &options(), Some(second.mark)).unwrap();
    assert_eq!(third.ids(), ints(&[1, 5]), "the overlap alone");
}

#[test]
fn readings_that_did_not_look_at_changes_are_made_good() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[changed(1, 1_000_000), changed(2, 9_000_000)])
        .unwrap();
    let plain = read_lean(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    let second = read_lean(&source(&server, CALLS), &options(), Some(plain.mark)).unwrap();
    assert_eq!(second.ids(), ints(&[1, 2]));
}

#[test]
fn bounds_go_by_the_field_where_it_is_named() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client
        .insert(
            CALLS,
            &[
                changed(1, 1_000_000),
                changed(2, 2_000_000),
                changed(3, 3_000_000),
            ],
        )
        .unwrap();
    let bounded = ReadOptions {
        bounds: Bounds {
            since_ms: Some(2_000_000),
            until_ms: Some(3_000_000),
        },
        ..options()
    };
    let read = read_lean(&source(&server, CALLS), &bounded, None).unwrap();
    assert_eq!(read.ids(), ints(&[2]));
}

#[test]
fn a_field_that_no_document_has_is_told() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "t")]).unwrap();
    let read = read_lean(&source(&server, CALLS), &options(), None).unwrap();
    assert_eq!(read.ids(), ints(&[1]));
    assert_eq!(read.notices, [Notice::NoUpdatedField]);
}

#[test]
fn a_lost_cursor_repeats_no_document_of_one_time_of_change() {
    let server = Server::start(&["--enable-test-commands"]).unwrap();
    let client = server.client().unwrap();
    let documents: Vec<_> = (0..1_500).map(|id| changed(id, 5_000_000)).collect();
    client.insert(CALLS, &documents).unwrap();
    let plain = read_lean(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    client.fail("getMore", 1, Some(43)).unwrap();
    let read = read_lean(&source(&server, CALLS), &options(), Some(plain.mark)).unwrap();
    let mut ids: Vec<i32> = read
        .documents
        .iter()
        .map(|d| d.get_i32("_id").unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..1_500).collect::<Vec<i32>>());
    assert_eq!(read.notices, [Notice::Resumed]);
}
