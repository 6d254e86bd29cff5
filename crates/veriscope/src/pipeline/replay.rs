//! Documents out of the quarantine, read again.

use std::collections::VecDeque;
use std::sync::Arc;

use veriscope_lake::Entry;
use veriscope_source::{
    Broken, Content, Document, DocumentReader, Encoding, Limits, RejectReason, SourceError,
};

use super::feed::{Feed, Sourced};

/// Feeds quarantined documents, each under the place where it was read first.
pub(crate) struct ReplayFeed {
    entries: VecDeque<(Entry, Vec<u8>)>,
    limits: Limits,
    csv_columns: Vec<String>,
    framed: VecDeque<Sourced>,
    next_source: usize,
}

impl ReplayFeed {
    /// Feeds entries with their opened bytes.
    pub(crate) fn new(
        entries: Vec<(Entry, Vec<u8>)>,
        limits: Limits,
        csv_columns: Vec<String>,
    ) -> Self {
        Self {
            entries: entries.into(),
            limits,
            csv_columns,
            framed: VecDeque::new(),
            next_source: 0,
        }
    }

    /// Frames an entry's bytes as its source was framed; a fix of the framing counts too.
    /// Bytes of which still no document can be made stay what they were.
    fn frame(&mut self, entry: &Entry, bytes: Vec<u8>) {
        let input = Box::new(std::io::Cursor::new(bytes.clone()));
        let opened =
            DocumentReader::from_read(&entry.source, input, self.limits, &self.csv_columns);
        let now = opened.as_ref().ok().map(DocumentReader::encoding);
        let before = super::extract::encoding_of(&entry.encoding);
        let framed: Result<Vec<Document>, SourceError> = opened.and_then(|reader| reader.collect());
        let (encoding, contents): (_, Vec<Content>) = match framed {
            // An array here was one element or line, and is none the more a document now.
            Ok(documents) if !documents.is_empty() && !is_array(entry, &bytes) => {
                let contents = documents.into_iter().map(|document| document.content);
                (now, contents.collect())
            }
            Ok(_) | Err(_) => (before, vec![still_broken(entry, bytes)]),
        };
        let encoding = encoding.unwrap_or(Encoding::Json);
        for content in contents {
            self.framed.push_back(Sourced {
                source: self.next_source,
                label: Arc::from(entry.source.as_str()),
                encoding,
                document: Document {
                    ordinal: u64::try_from(entry.position).unwrap_or_default(),
                    offset: u64::try_from(entry.byte_offset).unwrap_or_default(),
                    content,
                },
                mark: None,
            });
        }
        self.next_source += 1;
    }
}

fn is_array(entry: &Entry, bytes: &[u8]) -> bool {
    entry.encoding == super::extract::slug(Encoding::Json)
        && bytes.trim_ascii_start().first() == Some(&b'[')
}

fn still_broken(entry: &Entry, bytes: Vec<u8>) -> Content {
    Content::Broken(Broken {
        reason: RejectReason::from_slug(&entry.reason).unwrap_or(RejectReason::BrokenJson),
        detail: entry.detail.clone(),
        size_bytes: bytes.len() as u64,
        bytes: bytes.into(),
        sha256: None,
    })
}

impl Feed for ReplayFeed {
    fn next(&mut self) -> Result<Option<Sourced>, SourceError> {
        loop {
            if let Some(sourced) = self.framed.pop_front() {
                return Ok(Some(sourced));
            }
            let Some((entry, bytes)) = self.entries.pop_front() else {
                return Ok(None);
            };
            self.frame(&entry, bytes);
        }
    }
}
