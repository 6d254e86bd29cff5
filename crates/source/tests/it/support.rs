//! Reads bytes as a source would be read, and shows what came out.

use std::io::{self, Cursor, Read, Write};

use veriscope_source::{Content, Document, DocumentReader, Limits, RejectReason, SourceError};

/// One document in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Json(String),
    /// A whole document, by the number that the tests give it.
    Bson(i32),
    Row(Vec<String>),
    Broken(RejectReason, String),
}

pub(crate) fn json(text: &str) -> Seen {
    Seen::Json(text.to_owned())
}

pub(crate) fn broken(reason: RejectReason, text: &str) -> Seen {
    Seen::Broken(reason, text.to_owned())
}

pub(crate) fn columns() -> Vec<String> {
    ["token", "date", "total", "client"]
        .map(str::to_owned)
        .to_vec()
}

pub(crate) fn open(bytes: &[u8]) -> Result<DocumentReader, SourceError> {
    open_with(bytes, Limits::default())
}

pub(crate) fn open_with(bytes: &[u8], limits: Limits) -> Result<DocumentReader, SourceError> {
    let input = Box::new(Cursor::new(bytes.to_vec()));
    DocumentReader::from_read("test", input, limits, &columns())
}

pub(crate) fn documents(bytes: &[u8]) -> Vec<Document> {
    open(bytes).unwrap().collect::<Result<_, _>>().unwrap()
}

pub(crate) fn brief(document: &Document) -> Seen {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match &document.content {
        Content::Json(bytes) => Seen::Json(text(bytes)),
        Content::Bson(bytes) => {
            let document = bson::Document::from_reader(&bytes[..]).unwrap();
            Seen::Bson(document.get_i32("n").unwrap())
        }
        Content::Csv(row) => Seen::Row(row.record.iter().map(text).collect()),
        Content::Broken(broken) => Seen::Broken(broken.reason, text(&broken.bytes)),
    }
}

pub(crate) fn seen(bytes: &[u8]) -> Vec<Seen> {
    documents(bytes).iter().map(brief).collect()
}

pub(crate) fn seen_with(bytes: &[u8], limits: Limits) -> Vec<Seen> {
    open_with(bytes, limits)
        .unwrap()
        .map(|document| brief(&document.unwrap()))
        .collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// Reads a few bytes at a time, in sizes that repeat.
pub(crate) struct Pieces {
    bytes: Cursor<Vec<u8>>,
    sizes: Vec<usize>,
    turn: usize,
}

impl Pieces {
    pub(crate) fn new(bytes: &[u8], sizes: Vec<usize>) -> Self {
        Self {
            bytes: Cursor::new(bytes.to_vec()),
            sizes,
            turn: 0,
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].min(target.len());
        self.turn += 1;
        self.bytes.read(&mut target[..size])
    }
}

/// Gives some bytes, then fails.
pub(crate) struct Failing(pub(crate) Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        match self.0.read(target)? {
            0 => Err(io::Error::other("the disk is gone")),
            count => Ok(count),
        }
    }
}
