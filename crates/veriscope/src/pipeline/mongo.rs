//! A collection of MongoDB as a feed: its documents, each with the mark after it, sealed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use data_encoding::BASE64URL_NOPAD;
use veriscope_lake::Progress;
use veriscope_mongo::{Mark, MongoError, Notice, Reader, Step};
use veriscope_privacy::{Key, open, seal};
use veriscope_source::{Document, Encoding, SourceError};

use super::feed::{Feed, Sourced};
use crate::interrupt::Interrupt;
use crate::sources::Collection;

/// How often a waiting run looks up.
const LOOK_UP: Duration = Duration::from_millis(100);

/// Seals marks, which hold `_id`s, for the ledger, and opens them again.
#[derive(Clone)]
pub(crate) struct MarkSealer {
    key: Key,
    location: String,
}

impl MarkSealer {
    pub(crate) fn new(key: &Key, location: &str) -> Self {
        Self {
            key: key.clone(),
            location: location.to_owned(),
        }
    }

    /// Returns a mark as the ledger keeps it.
    pub(crate) fn seal(&self, mark: &Mark) -> anyhow::Result<String> {
        let text = mark.to_text()?;
        let sealed = seal(&self.key, text.as_bytes(), self.location.as_bytes())
            .context("the mark of a collection can't be sealed")?;
        Ok(BASE64URL_NOPAD.encode(&sealed))
    }

    /// Reads a mark of the ledger.
    pub(crate) fn open(&self, sealed: &str) -> anyhow::Result<Mark> {
        let sealed = BASE64URL_NOPAD
            .decode(sealed.as_bytes())
            .context("the mark of a collection in the ledger is damaged")?;
        let text = open(&self.key, &sealed, self.location.as_bytes())
            .context("the mark of a collection in the ledger does not open")?;
        let text = String::from_utf8_lossy(&text);
        Ok(Mark::from_text(&text)?)
    }
}

/// A reader that outlives a run, and what it said.
#[derive(Clone, Default)]
pub(crate) struct SharedReader(Arc<Mutex<Shared>>);

#[derive(Default)]
struct Shared {
    reader: Option<Reader>,
    notices: BTreeSet<Notice>,
}

impl SharedReader {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        // What a panic left behind is no worse than what a crash would.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what there was to say since the last time.
    pub(crate) fn take_notices(&self) -> BTreeSet<Notice> {
        let mut shared = self.lock();
        let mut notices = std::mem::take(&mut shared.notices);
        if let Some(reader) = &mut shared.reader {
            notices.extend(reader.take_notices());
        }
        notices
    }

    /// Returns how far the reader has come.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.lock()
            .reader
            .as_ref()
            .map(|reader| reader.mark().clone())
    }

    /// Returns whether all that was there is read and changes are followed.
    pub(crate) fn is_following(&self) -> bool {
        self.lock()
            .reader
            .as_ref()
            .is_some_and(Reader::is_following)
    }

    /// Waits for the next step of the reader.
    pub(crate) fn next_within(&self, wait: Duration) -> Result<Step, MongoError> {
        match &mut self.lock().reader {
            Some(reader) => reader.next_within(wait),
            None => Ok(Step::End),
        }
    }
}

/// When a run that follows ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommitRule {
    /// After so many documents.
    pub(crate) documents: u64,
    /// So long after its first document.
    pub(crate) within_ms: i64,
}

/// A document of a collection, not yet handed on.
struct Held {
    document: Document,
    mark: Mark,
}

/// The documents of one collection.
pub(crate) struct MongoFeed {
    collection: Collection,
    /// Seals its marks; without one, they go no further.
    sealer: Option<MarkSealer>,
    /// Where the last published run came to.
    published: Option<Mark>,
    /// Where this run came to before it was cut short.
    resumed: Option<Mark>,
    shared: SharedReader,
    rule: Option<CommitRule>,
    index: usize,
    label: Arc<str>,
    bytes: Arc<AtomicU64>,
    interrupt: Interrupt,
    /// The number of the next document in this run.
    next_ordinal: u64,
    taken: u64,
    first_at_us: Option<i64>,
    held: Option<Held>,
    /// A failure that waits until what came before it is on its way.
    failure: Option<MongoError>,
    is_over: bool,
}

impl MongoFeed {
    /// Reads a collection as source number `index` of a run, from its marks on.
    pub(crate) fn new(
        collection: Collection,
        sealer: MarkSealer,
        published: Option<Mark>,
        resumed: Option<Mark>,
        index: usize,
    ) -> Self {
        Self {
            label: Arc::from(collection.identity.label.as_str()),
            collection,
            sealer: Some(sealer),
            published,
            resumed,
            shared: SharedReader::default(),
            rule: None,
            index,
            bytes: Arc::new(AtomicU64::new(0)),
            interrupt: Interrupt::default(),
            next_ordinal: 0,
            taken: 0,
            first_at_us: None,
            held: None,
            failure: None,
            is_over: false,
        }
    }

    /// Shares the reader, which goes on after this run where `rule` ends it.
    pub(crate) fn sharing(self, shared: SharedReader, rule: Option<CommitRule>) -> Self {
        Self {
            shared,
            rule,
            ..self
        }
    }

    /// Hands on documents without their marks: nothing is to go on from there.
    pub(crate) fn without_marks(self) -> Self {
        Self {
            sealer: None,
            ..self
        }
    }

    /// Begins with a document that was read already.
    pub(crate) fn beginning_with(mut self, document: Option<Document>) -> Self {
        if let (Some(document), Some(mark)) = (document, self.shared.mark()) {
            self.hold(document, mark);
        }
        self
    }

    /// Goes on after so many documents of the run, counting bytes.
    pub(crate) fn after(self, done: &Progress, bytes: Arc<AtomicU64>) -> Self {
        let documents = done.documents.get(self.index).copied();
        Self {
            next_ordinal: documents.unwrap_or_default(),
            bytes,
            ..self
        }
    }

    fn start(&mut self) -> Result<(), MongoError> {
        let mut shared = self.shared.lock();
        if shared.reader.is_none() {
            shared.reader = Some(Reader::start(
                &self.collection.source,
                self.collection.projection.clone(),
                self.collection.options.clone(),
                self.published.take(),
                self.resumed.take(),
            )?);
        }
        Ok(())
    }

    fn hold(&mut self, document: Document, mark: Mark) -> Option<Held> {
        self.taken += 1;
        self.bytes
            .fetch_add(document.raw_bytes().len() as u64, Ordering::Relaxed);
        let now_us = self.collection.options.clock.now_us();
        self.first_at_us.get_or_insert(now_us);
        self.held.replace(Held { document, mark })
    }

    /// Whether the run has taken what it may.
    fn is_full(&self) -> bool {
        let Some(rule) = self.rule.filter(|_| self.shared.is_following()) else {
            return false;
        };
        let now_us = self.collection.options.clock.now_us();
        let is_late = self
            .first_at_us
            .is_some_and(|first| now_us - first >= rule.within_ms * 1000);
        self.taken >= rule.documents || is_late
    }

    /// Whether a run that follows has read all that was there before and nothing since.
    fn is_caught_up(&self) -> bool {
        self.rule.is_some() && self.taken == 0 && self.shared.is_following()
    }

    /// Returns a held document, with the mark that holds once nothing came after it.
    fn release(&mut self, is_last: bool) -> Result<Option<Sourced>, SourceError> {
        let Some(held) = self.held.take() else {
            return Ok(None);
        };
        let mark = match (is_last, self.shared.mark()) {
            (true, Some(mark)) => mark,
            _ => held.mark,
        };
        self.sourced(held.document, &mark).map(Some)
    }

    fn sourced(&mut self, document: Document, mark: &Mark) -> Result<Sourced, SourceError> {
        let sealed = self.sealer.as_ref().map(|sealer| sealer.seal(mark));
        let mark = sealed.transpose().map_err(unreadable)?.map(Arc::from);
        let ordinal = self.next_ordinal;
        self.next_ordinal += 1;
        Ok(Sourced {
            source: self.index,
            label: Arc::clone(&self.label),
            encoding: Encoding::Bson,
            document: Document {
                ordinal,
                ..document
            },
            mark,
        })
    }
}

impl Feed for MongoFeed {
    fn stop_on(&mut self, interrupt: &Interrupt) {
        self.interrupt = interrupt.clone();
    }

    fn next(&mut self) -> Result<Option<Sourced>, SourceError> {
        self.start().map_err(unreadable)?;
        while !self.is_over {
            if self.is_full() || self.is_caught_up() {
                self.is_over = true;
                break;
            }
            match self.shared.next_within(LOOK_UP) {
                Ok(Step::Document(document)) => {
                    let mark = self.shared.mark().unwrap_or_default();
                    if let Some(held) = self.hold(document, mark) {
                        return self.sourced(held.document, &held.mark).map(Some);
                    }
                }
                Ok(Step::Waiting) => {
                    // Before that, what follows the document may yet move its mark.
                    if self.shared.is_following()
                        && let Some(sourced) = self.release(true)?
                    {
                        return Ok(Some(sourced));
                    }
                    if self.interrupt.is_asked() {
                        self.is_over = true;
                    }
                }
                Ok(Step::End) => self.is_over = true,
                Err(error) => {
                    self.is_over = true;
                    self.failure = Some(error);
                }
            }
        }
        if let Some(sourced) = self.release(self.failure.is_none())? {
            return Ok(Some(sourced));
        }
        match self.failure.take() {
            Some(failure) => Err(unreadable(failure)),
            None => Ok(None),
        }
    }
}

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SourceError {
    SourceError::Read {
        location: "the collection".to_owned(),
        source: std::io::Error::other(error),
    }
}
