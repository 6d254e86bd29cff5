//! Documents, and short ways to read them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mongodb::bson::{Bson, Document, doc, oid::ObjectId};
use veriscope_base::{Clock, SystemClock};
use veriscope_card::Card;
use veriscope_mongo::testing::Server;
use veriscope_mongo::{
    Credentials, Mark, MongoError, MongoSource, Notice, Projection, ReadOptions, Reader, Step,
};
use veriscope_source::Content;

/// The collection of most tests.
pub(crate) const CALLS: &str = "logs.calls";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A document of the API, cut short, with landmarks that no feature uses.
pub(crate) fn call(id: impl Into<Bson>, token: &str) -> Document {
    doc! {
        "_id": id,
        "file_token": token,
        "head": { "request": token },
        "summary": { "code": "0000", "status": "ok" },
        "landmarks": vec![0.5; 50],
        "metadata": {
            "near_img": { "face_detector": { "results": {
                "predictions": { "time_ms": 12, "landmarks": vec![1.5; 50] },
            } } },
        },
    }
}

/// An `_id` that was made at a time, in seconds since 1970.
pub(crate) fn id_at(seconds: u32, counter: u8) -> ObjectId {
    ObjectId::from_parts(seconds, [7; 5], [0, 0, counter])
}

pub(crate) fn source(server: &Server, namespace: &str) -> MongoSource {
    MongoSource::parse(&server.argument(namespace), &Credentials::default()).unwrap()
}

/// Reads by the card of the API.
pub(crate) fn start(source: &MongoSource, options: &ReadOptions, mark: Option<Mark>) -> Reader {
    let projection = Projection::new(&Card::builtin().unwrap(), options.updated_field.as_ref());
    Reader::start(source, projection, options.clone(), mark, None).unwrap()
}

/// The projection of a card with few paths, which takes the test server a fraction of the
/// time; of [`call`] it sends the token alone.
pub(crate) fn lean(options: &ReadOptions) -> Projection {
    let card = Card::parse(include_str!("../../../card/tests/cards/ocr.yaml")).unwrap();
    Projection::new(&card, options.updated_field.as_ref())
}

/// Reads by the card with few paths.
pub(crate) fn start_lean(
    source: &MongoSource,
    options: &ReadOptions,
    mark: Option<Mark>,
) -> Reader {
    Reader::start(source, lean(options), options.clone(), mark, None).unwrap()
}

/// Goes on with a reading by the card with few paths.
pub(crate) fn resume_lean(source: &MongoSource, options: &ReadOptions, mark: Mark) -> Reader {
    Reader::start(source, lean(options), options.clone(), None, Some(mark)).unwrap()
}

/// The tokens of documents read by the card with few paths.
pub(crate) fn tokens(documents: &[Document]) -> Vec<&str> {
    let token = |document| {
        Document::get_document(document, "head")
            .unwrap()
            .get_str("request")
            .unwrap()
    };
    documents.iter().map(token).collect()
}

/// All that a reading gives.
pub(crate) struct Read {
    pub(crate) documents: Vec<Document>,
    pub(crate) mark: Mark,
    pub(crate) notices: Vec<Notice>,
}

impl Read {
    pub(crate) fn ids(&self) -> Vec<Bson> {
        let id = |document: &Document| document.get("_id").unwrap().clone();
        self.documents.iter().map(id).collect()
    }
}

/// Reads to the end.
pub(crate) fn read(
    source: &MongoSource,
    options: &ReadOptions,
    mark: Option<Mark>,
) -> Result<Read, MongoError> {
    drain(start(source, options, mark))
}

/// Reads to the end by the card with few paths.
pub(crate) fn read_lean(
    source: &MongoSource,
    options: &ReadOptions,
    mark: Option<Mark>,
) -> Result<Read, MongoError> {
    drain(start_lean(source, options, mark))
}

pub(crate) fn drain(mut reader: Reader) -> Result<Read, MongoError> {
    let mut documents = Vec::new();
    for document in reader.by_ref() {
        documents.push(parsed(&document?.content));
    }
    Ok(Read {
        documents,
        mark: reader.mark().clone(),
        notices: reader.take_notices().into_iter().collect(),
    })
}

/// Returns the next so many documents, which must come.
pub(crate) fn next(reader: &mut Reader, count: usize) -> Vec<Document> {
    let mut documents = Vec::new();
    while documents.len() < count {
        match reader.next_within(PATIENCE).unwrap() {
            Step::Document(document) => documents.push(parsed(&document.content)),
            Step::Waiting => panic!("{} of {count} documents came", documents.len()),
            Step::End => panic!("it ended after {} of {count} documents", documents.len()),
        }
    }
    documents
}

/// Takes what comes until a condition holds.
pub(crate) fn until(
    reader: &mut Reader,
    mut holds: impl FnMut(&mut Reader) -> bool,
) -> Vec<Document> {
    let clock = SystemClock;
    let limit_us = clock.now_us() + i64::try_from(PATIENCE.as_micros()).unwrap();
    let mut documents = Vec::new();
    while !holds(reader) {
        assert!(clock.now_us() < limit_us, "it never came true");
        match reader.next_within(Duration::from_millis(100)).unwrap() {
            Step::Document(document) => documents.push(parsed(&document.content)),
            Step::Waiting => {}
            Step::End => panic!("it ended"),
        }
    }
    documents
}

pub(crate) fn parsed(content: &Content) -> Document {
    match content {
        Content::Bson(bytes) => Document::from_reader(&bytes[..]).unwrap(),
        other => panic!("no BSON document: {other:?}"),
    }
}

/// A clock that is set by hand.
#[derive(Clone, Default)]
pub(crate) struct ManualClock(Arc<Mutex<i64>>);

impl ManualClock {
    pub(crate) fn at_seconds(seconds: i64) -> Self {
        Self(Arc::new(Mutex::new(seconds * 1_000_000)))
    }
}

impl Clock for ManualClock {
    fn now_us(&self) -> i64 {
        *self.0.lock().unwrap()
    }
}

pub(crate) fn ints(ids: &[i32]) -> Vec<Bson> {
    ids.iter().map(|id| Bson::Int32(*id)).collect()
}
