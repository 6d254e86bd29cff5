//! Following a collection.

use mongodb::bson::{Bson, Document, doc};
use veriscope_base::ErrorClass;
use veriscope_mongo::testing::Server;
use veriscope_mongo::{Mark, MongoError, Notice, Query, ReadOptions, check};

use crate::support::{CALLS, call, ints, next, resume_lean, source, start, until};

fn following() -> ReadOptions {
    ReadOptions {
        follow: true,
        ..ReadOptions::default()
    }
}

fn ids(documents: &[Document]) -> Vec<Bson> {
    documents
        .iter()
        .map(|document| document.get("_id").unwrap().clone())
        .collect()
}

#[test]
fn what_is_there_comes_first_then_inserts_and_updates() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "a"), call(2, "b")]).unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    assert_eq!(ids(&next(&mut reader, 2)), ints(&[1, 2]));
    until(&mut reader, |reader| reader.is_following());

    client.insert(CALLS, &[call(3, "c")]).unwrap();
    let update = doc! { "$set": { "summary.code": "1402" } };
    client
        .wait(
            client
                .collection(CALLS)
                .update_one(doc! { "_id": 1 }, update),
        )
        .unwrap();
    client
        .wait(client.collection(CALLS).delete_one(doc! { "_id": 2 }))
        .unwrap();
    let changes = next(&mut reader, 2);
    assert_eq!(ids(&changes), ints(&[3, 1]));
    assert!(
        !changes[0].contains_key("landmarks"),
        "the projection holds for changes too"
    );
    assert_eq!(
        changes[1]
            .get_document("summary")
            .unwrap()
            .get_str("code")
            .unwrap(),
        "1402"
    );
    until(&mut reader, |reader| {
        reader.take_notices().contains(&Notice::Deleted)
    });
}

#[test]
fn what_happens_while_no_one_follows_comes_afterwards_once() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "a")]).unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    next(&mut reader, 1);
    until(&mut reader, |reader| reader.is_following());
    client.insert(CALLS, &[call(2, "b"), call(3, "c")]).unwrap();
    assert_eq!(
        ids(&next(&mut reader, 1)),
        ints(&[2]),
        "the third is left for the next one"
    );
    let mark = Mark::from_text(&reader.mark().to_text().unwrap()).unwrap();
    drop(reader);
    client.insert(CALLS, &[call(4, "d")]).unwrap();
    let mut again = start(&source(&server, CALLS), &following(), Some(mark));
    assert_eq!(ids(&next(&mut again, 2)), ints(&[3, 4]));
}

#[test]
fn the_place_moves_on_while_nothing_happens_in_the_collection() {
    let server = Server::start(&["--noop-heartbeat-seconds", "1"]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "a")]).unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    next(&mut reader, 1);
    until(&mut reader, |reader| reader.is_following());
    let before = reader.mark().clone();
    client.insert("logs.other", &[doc! { "_id": 1 }]).unwrap();
    let came = until(&mut reader, |reader| *reader.mark() != before);
    assert!(came.is_empty(), "nothing came but a later place");
}

#[test]
fn a_server_that_restarts_is_followed_on() {
    let mut server = Server::start(&[]).unwrap();
    server
        .client()
        .unwrap()
        .insert(CALLS, &[call(1, "a")])
        .unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    next(&mut reader, 1);
    until(&mut reader, |reader| reader.is_following());
    server.restart(&[]).unwrap();
    server
        .client()
        .unwrap()
        .insert(CALLS, &[call(2, "b")])
        .unwrap();
    assert_eq!(ids(&next(&mut reader, 1)), ints(&[2]));
}

#[test]
fn a_lost_history_leads_back_to_the_mark_and_is_told() {
    let server = Server::start(&["--enable-test-commands"]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "a")]).unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    next(&mut reader, 1);
    until(&mut reader, |reader| reader.is_following());
    let mark = reader.mark().clone();
    drop(reader);
    client.insert(CALLS, &[call(2, "b"), call(3, "c")]).unwrap();
    client.fail("aggregate", 1, Some(286)).unwrap();
    let mut again = start(&source(&server, CALLS), &following(), Some(mark));
    assert_eq!(ids(&next(&mut again, 2)), ints(&[2, 3]), "from the mark on");
    assert!(again.take_notices().contains(&Notice::HistoryLost));
    until(&mut again, |reader| reader.is_following());
    client.insert(CALLS, &[call(4, "d")]).unwrap();
    assert_eq!(ids(&next(&mut again, 1)), ints(&[4]));
}

#[test]
fn a_collection_that_is_dropped_and_made_anew_is_followed_on() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "a")]).unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    next(&mut reader, 1);
    until(&mut reader, |reader| reader.is_following());
    client.wait(client.collection(CALLS).drop()).unwrap();
    until(&mut reader, |reader| {
        reader.take_notices().contains(&Notice::Invalidated)
    });
    client.insert(CALLS, &[call(2, "b")]).unwrap();
    assert_eq!(ids(&next(&mut reader, 1)), ints(&[2]));
}

#[test]
fn a_query_holds_for_changes_too() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let options = ReadOptions {
        query: Some(Query::parse(r#"{"file_token": "a"}"#).unwrap()),
        ..following()
    };
    let mut reader = start(&source(&server, CALLS), &options, None);
    until(&mut reader, |reader| reader.is_following());
    client
        .insert(CALLS, &[call(1, "b"), call(2, "a"), call(3, "b")])
        .unwrap();
    assert_eq!(ids(&next(&mut reader, 1)), ints(&[2]));
}

#[test]
fn a_changed_document_of_another_shape_comes_whole() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    until(&mut reader, |reader| reader.is_following());
    let odd = doc! { "_id": 1, "file_token": "a", "summary": "no object" };
    client.insert(CALLS, std::slice::from_ref(&odd)).unwrap();
    assert_eq!(next(&mut reader, 1), [odd]);
}

#[test]
fn a_single_server_can_not_be_followed_and_that_is_told() {
    let server = Server::start(&["--standalone"]).unwrap();
    let error = check(&source(&server, CALLS), &following()).unwrap_err();
    assert!(
        matches!(error, MongoError::NotAReplicaSet { .. }),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Source);
    let reader = start(&source(&server, CALLS), &following(), None);
    let error = crate::support::drain(reader).err().unwrap();
    assert!(
        matches!(error, MongoError::NotAReplicaSet { .. }),
        "{error:?}"
    );
}

#[test]
fn a_reading_that_was_cut_short_before_following_is_ended_first() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[call(1, "a"), call(2, "b"), call(3, "c")])
        .unwrap();
    let mut reader = start(&source(&server, CALLS), &following(), None);
    next(&mut reader, 1);
    let mark = reader.mark().clone();
    drop(reader);
    let mut again = resume_lean(&source(&server, CALLS), &following(), mark);
    assert_eq!(ids(&next(&mut again, 2)), ints(&[2, 3]));
    until(&mut again, |reader| reader.is_following());
}
