//! Where a pipeline's documents come from, and how they are cut into chunks.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use veriscope_source::{
    Content, Document, DocumentReader, Encoding, Limits, Location, SourceError, SourceSpec,
};

use super::stdin::Stdin;
use crate::interrupt::Interrupt;

/// Most documents of a chunk; small ones are cheap to extract, and a chunk should be worth
/// its way through two channels.
const CHUNK_DOCUMENTS: usize = 512;

/// Bytes after which a chunk is closed.
const CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// A document with the source it comes from.
pub(crate) struct Sourced {
    /// Index of the source.
    pub(crate) source: usize,
    /// The source's name without its folder.
    pub(crate) label: Arc<str>,
    /// The source's encoding.
    pub(crate) encoding: Encoding,
    /// The document.
    pub(crate) document: Document,
    /// Where its source goes on after it, for one that is read by a mark.
    pub(crate) mark: Option<Arc<str>>,
}

/// Documents in order.
pub(crate) trait Feed: Send {
    /// Returns the next document, none at the end.
    ///
    /// # Errors
    /// When a source can't be read.
    fn next(&mut self) -> Result<Option<Sourced>, SourceError>;

    /// Tells the feed what asks it to stop, so that it does not wait for input then.
    fn stop_on(&mut self, _interrupt: &Interrupt) {}
}

/// Documents of one source, of one encoding, that travel together.
pub(crate) struct Chunk {
    /// Number of the chunk, from 0.
    pub(crate) number: u64,
    /// Index of the source.
    pub(crate) source: usize,
    /// The source's name without its folder.
    pub(crate) label: Arc<str>,
    /// The source's encoding.
    pub(crate) encoding: Encoding,
    /// The documents.
    pub(crate) documents: Vec<Document>,
    /// Where the source goes on after them, for one that is read by a mark.
    pub(crate) mark: Option<Arc<str>>,
}

/// Cuts a feed into chunks.
pub(crate) struct Chunker<'a, F> {
    feed: F,
    stop: &'a AtomicBool,
    next_number: u64,
    ahead: Option<Sourced>,
    /// A failure that waits until what came before it is on its way.
    failure: Option<SourceError>,
}

impl<'a, F: Feed> Chunker<'a, F> {
    pub(crate) fn new(feed: F, stop: &'a AtomicBool) -> Self {
        Self {
            feed,
            stop,
            next_number: 0,
            ahead: None,
            failure: None,
        }
    }

    /// Returns the next chunk, none at the end or when asked to stop. A source that fails
    /// does so after the chunk of what came before.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, SourceError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let Some(first) = self.pull()? else {
            return Ok(None);
        };
        let mut bytes = size(&first.document);
        let mut chunk = Chunk {
            number: self.next_number,
            source: first.source,
            label: first.label,
            encoding: first.encoding,
            documents: vec![first.document],
            mark: first.mark,
        };
        self.next_number += 1;
        while bytes < CHUNK_BYTES && chunk.documents.len() < CHUNK_DOCUMENTS {
            let next = match self.pull() {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(failure) => {
                    self.failure = Some(failure);
                    break;
                }
            };
            let same = next.source == chunk.source
                && next.label == chunk.label
                && next.encoding == chunk.encoding;
            if !same {
                self.ahead = Some(next);
                break;
            }
            bytes += size(&next.document);
            chunk.documents.push(next.document);
            chunk.mark = next.mark;
        }
        Ok(Some(chunk))
    }

    fn pull(&mut self) -> Result<Option<Sourced>, SourceError> {
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        if let Some(sourced) = self.ahead.take() {
            return Ok(Some(sourced));
        }
        let next = self.feed.next();
        // A read that was called off may have cut a document or failed.
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        next
    }
}

fn size(document: &Document) -> usize {
    match &document.content {
        Content::Json(bytes) | Content::Bson(bytes) => bytes.len(),
        Content::Csv(row) => row.record.as_slice().len(),
        Content::Broken(broken) => broken.bytes.len(),
    }
}

/// The documents of named sources, one source after the other.
pub(crate) struct SourceFeed {
    sources: Vec<SourceSpec>,
    limits: Limits,
    csv_columns: Vec<String>,
    bytes: Arc<AtomicU64>,
    bytes_before: u64,
    next_source: usize,
    skip: u64,
    open: Option<OpenSource>,
    /// Read in the place of standard input.
    stream: Option<Box<dyn Read + Send>>,
    interrupt: Interrupt,
}

struct OpenSource {
    index: usize,
    label: Arc<str>,
    reader: DocumentReader,
}

impl SourceFeed {
    /// Reads `sources` from the document after `(source, documents)`, counting bytes of the
    /// files as they are read.
    pub(crate) fn new(
        sources: Vec<SourceSpec>,
        limits: Limits,
        csv_columns: Vec<String>,
        from: (usize, u64),
        bytes: Arc<AtomicU64>,
    ) -> Self {
        let skipped = sources
            .iter()
            .take(from.0)
            .filter_map(|source| source.size_bytes)
            .sum();
        Self {
            sources,
            limits,
            csv_columns,
            bytes,
            bytes_before: skipped,
            next_source: from.0,
            skip: from.1,
            open: None,
            stream: None,
            interrupt: Interrupt::default(),
        }
    }

    /// Reads a stream where standard input is named.
    pub(crate) fn with_stream(self, stream: Box<dyn Read + Send>) -> Self {
        Self {
            stream: Some(stream),
            ..self
        }
    }

    fn open_next(&mut self) -> Result<bool, SourceError> {
        let Some(spec) = self.sources.get(self.next_source) else {
            return Ok(false);
        };
        let reader = match &spec.location {
            Location::Stdin => {
                let stream = self
                    .stream
                    .take()
                    .unwrap_or_else(|| Box::new(Stdin::new(self.interrupt.clone())));
                let name = match spec.label.as_str() {
                    "-" => "standard input",
                    label => label,
                };
                let collection = spec.collection.as_deref();
                DocumentReader::from_read_of(
                    name,
                    stream,
                    self.limits,
                    &self.csv_columns,
                    collection,
                )?
            }
            Location::File(_) => DocumentReader::open(spec, self.limits, &self.csv_columns)?,
        };
        let label = Arc::from(spec.label.as_str());
        self.open = Some(OpenSource {
            index: self.next_source,
            label,
            reader,
        });
        self.next_source += 1;
        Ok(true)
    }
}

impl Feed for SourceFeed {
    fn stop_on(&mut self, interrupt: &Interrupt) {
        self.interrupt = interrupt.clone();
    }

    fn next(&mut self) -> Result<Option<Sourced>, SourceError> {
        loop {
            let Some(open) = &mut self.open else {
                if self.open_next()? {
                    continue;
                }
                return Ok(None);
            };
            let next = open.reader.next();
            let consumed = open.reader.progress().load(Ordering::Relaxed);
            self.bytes
                .store(self.bytes_before + consumed, Ordering::Relaxed);
            let Some(document) = next else {
                self.bytes_before += consumed;
                self.open = None;
                self.skip = 0;
                continue;
            };
            let document = document?;
            if document.ordinal < self.skip {
                continue;
            }
            return Ok(Some(Sourced {
                source: open.index,
                label: Arc::clone(&open.label),
                encoding: open.reader.encoding(),
                document,
                mark: None,
            }));
        }
    }
}
