//! Sources of all kinds as one feed, one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use veriscope_lake::Progress;
use veriscope_source::{Limits, SourceError, SourceSpec};

use super::feed::{Feed, SourceFeed, Sourced};
use super::mongo::MongoFeed;
use crate::interrupt::Interrupt;

/// A source, ready to be read.
pub(crate) enum Prepared {
    /// A file or standard input.
    File(SourceSpec),
    /// A collection, from its marks on.
    Mongo(Box<MongoFeed>),
}

/// How files are read.
#[derive(Clone)]
pub(crate) struct FileReading {
    /// What bounds a document.
    pub(crate) limits: Limits,
    /// The columns that tell a CSV.
    pub(crate) csv_columns: Vec<String>,
}

/// The documents of all sources.
pub(crate) struct AllSources {
    waiting: std::vec::IntoIter<(usize, Prepared)>,
    reading: FileReading,
    /// Documents of the first source that are done.
    skip: u64,
    open: Option<(usize, Open)>,
    bytes: Arc<AtomicU64>,
    bytes_before: u64,
    interrupt: Interrupt,
}

enum Open {
    File(Box<SourceFeed>, Arc<AtomicU64>),
    Mongo(Box<MongoFeed>, Arc<AtomicU64>),
}

impl AllSources {
    /// Reads the sources that a run has not done yet.
    pub(crate) fn new(
        sources: Vec<Prepared>,
        reading: FileReading,
        done: &Progress,
        bytes: Arc<AtomicU64>,
    ) -> Self {
        let (first, skip) = done.position();
        let waiting: Vec<(usize, Prepared)> = sources.into_iter().enumerate().skip(first).collect();
        Self {
            waiting: waiting.into_iter(),
            reading,
            skip,
            open: None,
            bytes,
            bytes_before: 0,
            interrupt: Interrupt::default(),
        }
    }

    fn open_next(&mut self) -> bool {
        let Some((index, prepared)) = self.waiting.next() else {
            return false;
        };
        let skip = std::mem::take(&mut self.skip);
        let bytes = Arc::new(AtomicU64::new(0));
        let mut open = match prepared {
            Prepared::Mongo(feed) => {
                // Its mark says where it goes on; only its numbers go on from the others.
                let mut done = Progress::default();
                done.advance(index, skip);
                let feed = (*feed).after(&done, Arc::clone(&bytes));
                Open::Mongo(Box::new(feed), bytes)
            }
            Prepared::File(spec) => {
                let FileReading {
                    limits,
                    csv_columns,
                } = self.reading.clone();
                let counted = Arc::clone(&bytes);
                let feed = SourceFeed::new(vec![spec], limits, csv_columns, (0, skip), counted);
                Open::File(Box::new(feed), bytes)
            }
        };
        match &mut open {
            Open::File(feed, _) => feed.stop_on(&self.interrupt),
            Open::Mongo(feed, _) => feed.stop_on(&self.interrupt),
        }
        self.open = Some((index, open));
        true
    }
}

impl Feed for AllSources {
    fn stop_on(&mut self, interrupt: &Interrupt) {
        self.interrupt = interrupt.clone();
    }

    fn next(&mut self) -> Result<Option<Sourced>, SourceError> {
        loop {
            let Some((index, open)) = &mut self.open else {
                if self.open_next() {
                    continue;
                }
                return Ok(None);
            };
            let (next, bytes) = match open {
                Open::File(feed, bytes) => (feed.next()?, bytes),
                Open::Mongo(feed, bytes) => (feed.next()?, bytes),
            };
            let read = self.bytes_before + bytes.load(Ordering::Relaxed);
            self.bytes.store(read, Ordering::Relaxed);
            if let Some(sourced) = next {
                return Ok(Some(Sourced {
                    source: *index,
                    ..sourced
                }));
            }
            self.bytes_before = read;
            self.open = None;
        }
    }
}
