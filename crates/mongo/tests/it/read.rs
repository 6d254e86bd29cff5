//! What is read of a collection, and what of each document.

use mongodb::bson::{Binary, Bson, DateTime, Decimal128, Timestamp, doc, spec::BinarySubtype};
use veriscope_mongo::testing::Server;
use veriscope_mongo::{ODD_SHAPE, Query, ReadOptions};
use veriscope_source::{Content, Limits, RejectReason};

use crate::support::{CALLS, call, id_at, ints, read, source, start, start_lean};

#[test]
fn only_the_paths_of_the_card_cross_the_wire() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "t1")]).unwrap();
    let read = read(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    let expected = doc! {
        "_id": 1,
        "file_token": "t1",
        "summary": { "code": "0000", "status": "ok" },
        "metadata": { "near_img": { "face_detector": { "results": {
            "predictions": { "time_ms": 12 },
        } } } },
    };
    assert_eq!(read.documents, [expected]);
}

#[test]
fn a_document_of_another_shape_comes_whole() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let odd = [
        doc! { "_id": 1, "file_token": "a", "summary": "no object", "x": 1 },
        doc! { "_id": 2, "file_token": "b", "metadata": { "near_img": 5 }, "x": 2 },
        doc! { "_id": 3, "file_token": "c", "summary": Bson::Null },
        doc! { "_id": 4, "file_token": "d", "summary": [1, 2] },
    ];
    client.insert(CALLS, &odd).unwrap();
    let read = read(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    assert_eq!(
        read.documents[0], odd[0],
        "a scalar in an object's place must not go missing"
    );
    assert_eq!(read.documents[1], odd[1]);
    assert_eq!(read.documents[2], doc! { "_id": 3, "file_token": "c" });
    assert_eq!(
        read.documents[3],
        doc! { "_id": 4, "file_token": "d", "summary": [] }
    );
    assert!(
        read.documents
            .iter()
            .all(|document| !document.contains_key(ODD_SHAPE))
    );
}

#[test]
fn ids_of_every_type_are_read_in_the_order_of_the_server() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let decimal: Decimal128 = "4.5".parse().unwrap();
    let binary = Binary {
        subtype: BinarySubtype::Uuid,
        bytes: vec![9; 16],
    };
    let ids = [
        Bson::MinKey,
        Bson::Null,
        Bson::Double(f64::NAN),
        Bson::Int32(-1),
        Bson::Double(2.5),
        Bson::Int64(3),
        Bson::Decimal128(decimal),
        Bson::String("a".into()),
        Bson::String("b".into()),
        Bson::Document(doc! { "day": 1, "n": 2 }),
        Bson::Binary(binary),
        Bson::ObjectId(id_at(1000, 1)),
        Bson::Boolean(false),
        Bson::Boolean(true),
        Bson::DateTime(DateTime::from_millis(-5)),
        Bson::Timestamp(Timestamp {
            time: 9,
            increment: 1,
        }),
        Bson::MaxKey,
    ];
    let documents: Vec<_> = ids.iter().rev().map(|id| call(id.clone(), "t")).collect();
    client.insert(CALLS, &documents).unwrap();
    let first = read(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    let shown = |ids: &[Bson]| ids.iter().map(Bson::to_string).collect::<Vec<_>>();
    assert_eq!(
        shown(&first.ids()),
        shown(&ids),
        "NaN is not equal to itself"
    );

    let added = [
        Bson::Int32(7),
        Bson::String("c".into()),
        Bson::Document(doc! { "day": 2 }),
    ];
    let documents: Vec<_> = added.iter().map(|id| call(id.clone(), "u")).collect();
    client.insert(CALLS, &documents).unwrap();
    let options = ReadOptions {
        overlap_ms: 0,
        ..ReadOptions::default()
    };
    let second = read(&source(&server, CALLS), &options, Some(first.mark)).unwrap();
    let mut expected = vec![Bson::Null];
    expected.extend(added);
    assert_eq!(second.ids(), expected, "null has no mark of its own");
}

#[test]
fn many_documents_come_once_each_in_order() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let documents: Vec<_> = (0..2_500).map(|id| call(id, "t")).collect();
    client.insert(CALLS, &documents).unwrap();
    let mut reader = start_lean(&source(&server, CALLS), &ReadOptions::default(), None);
    let progress = reader.progress();
    let mut expected_offset = 0;
    for ordinal in 0..2_500_u64 {
        let document = reader.next().unwrap().unwrap();
        assert_eq!(
            (document.ordinal, document.offset),
            (ordinal, expected_offset)
        );
        expected_offset += document.raw_bytes().len() as u64;
    }
    assert!(reader.next().is_none());
    assert_eq!(
        progress.load(std::sync::atomic::Ordering::Relaxed),
        expected_offset
    );
}

#[test]
fn an_empty_and_a_missing_collection_give_nothing() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert("logs.other", &[doc! { "_id": 1 }]).unwrap();
    client
        .wait(client.collection("logs.other").delete_many(doc! {}))
        .unwrap();
    for namespace in ["logs.other", "nowhere.calls"] {
        let read = read(&source(&server, namespace), &ReadOptions::default(), None).unwrap();
        assert!(read.documents.is_empty(), "{namespace}");
    }
}

#[test]
fn a_view_is_read_like_a_collection() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client.insert(CALLS, &[call(1, "a"), call(2, "b")]).unwrap();
    let pipeline = vec![doc! { "$match": { "file_token": "b" } }];
    client
        .command(
            "logs",
            doc! { "create": "view", "viewOn": "calls", "pipeline": pipeline },
        )
        .unwrap();
    let read = read(&source(&server, "logs.view"), &ReadOptions::default(), None).unwrap();
    assert_eq!(read.ids(), ints(&[2]));
}

#[test]
fn a_query_bounds_what_is_read() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    client
        .insert(CALLS, &[call(1, "a"), call(2, "b"), call(3, "a")])
        .unwrap();
    let options = ReadOptions {
        query: Some(Query::parse(r#"{"file_token": "a", "_id": {"$lt": 3}}"#).unwrap()),
        ..ReadOptions::default()
    };
    let read = read(&source(&server, CALLS), &options, None).unwrap();
    assert_eq!(read.ids(), ints(&[1]));
}

#[test]
fn a_document_at_the_servers_limit_is_read_and_one_over_ours_put_aside() {
    let server = Server::start(&[]).unwrap();
    let client = server.client().unwrap();
    let mut large = call(1, "large");
    let room = 16 * 1024 * 1024 - large.to_vec().unwrap().len() - 32;
    // In a path of the card, so that it crosses the wire.
    large
        .get_document_mut("summary")
        .unwrap()
        .insert("desc", "x".repeat(room));
    client
        .insert(CALLS, &[large.clone(), call(2, "small")])
        .unwrap();
    let whole = read(&source(&server, CALLS), &ReadOptions::default(), None).unwrap();
    assert_eq!(whole.ids(), ints(&[1, 2]));
    let desc = whole.documents[0]
        .get_document("summary")
        .unwrap()
        .get_str("desc")
        .unwrap();
    assert_eq!(desc.len(), room);

    let options = ReadOptions {
        limits: Limits {
            max_document_bytes: 1_000_000,
            kept_bytes: 1_000,
        },
        ..ReadOptions::default()
    };
    let mut reader = start(&source(&server, CALLS), &options, None);
    let Content::Broken(broken) = reader.next().unwrap().unwrap().content else {
        panic!("it was not put aside");
    };
    assert_eq!(broken.reason, RejectReason::TooLarge);
    assert_eq!(broken.bytes.len(), 1_000);
    assert!(broken.size_bytes > 16_000_000 && broken.sha256.is_some());
    assert!(matches!(
        reader.next().unwrap().unwrap().content,
        Content::Bson(_)
    ));
    assert!(reader.next().is_none());
}
