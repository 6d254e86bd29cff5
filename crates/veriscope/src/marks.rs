//! The marks of a run's collections: where the last published run came to, and where this one
//! came to before it was cut short.

use std::collections::BTreeSet;

use veriscope_lake::Progress;
use veriscope_mongo::{Mark, Notice};

use crate::ingest::Ingest;
use crate::lake_access::WritableLake;
use crate::pipeline::{CommitRule, MarkSealer, MongoFeed, Prepared, SharedReader};
use crate::sources::Source;

/// The marks of all sources; those that are no collection have none.
pub(crate) struct Marks {
    each: Vec<Option<Marked>>,
    ledger: Ledger,
}

/// What marks have to do with the ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ledger {
    /// They come from it and go to it.
    Used,
    /// They are left out of it: collections are read whole.
    Untouched,
}

/// One collection's.
#[derive(Clone)]
pub(crate) struct Marked {
    /// Seals its marks.
    pub(crate) sealer: MarkSealer,
    /// Its reader, once there is one.
    pub(crate) reader: SharedReader,
    published: Option<Mark>,
}

impl Marks {
    /// Reads the marks of the ledger.
    ///
    /// # Errors
    /// When the ledger can't be read, or a mark in it is damaged.
    pub(crate) fn read(
        ingest: &Ingest<'_>,
        writable: &WritableLake,
        sources: &[Source],
    ) -> anyhow::Result<Self> {
        let mut marks = Self::untouched(writable, sources);
        marks.ledger = Ledger::Used;
        for (source, marked) in sources.iter().zip(&mut marks.each) {
            let (Source::Mongo(collection), Some(marked)) = (source, marked) else {
                continue;
            };
            let location = &collection.identity.location;
            let sealed = ingest.runtime.block_on(writable.lake.mark(location))?;
            marked.published = sealed
                .map(|sealed| marked.sealer.open(&sealed))
                .transpose()?;
        }
        Ok(marks)
    }

    /// Leaves the ledger alone: collections are read whole, and no mark is kept.
    pub(crate) fn untouched(writable: &WritableLake, sources: &[Source]) -> Self {
        let marked = |source: &Source| match source {
            Source::Mongo(collection) => Some(Marked {
                sealer: MarkSealer::new(&writable.key, &collection.identity.location),
                reader: SharedReader::default(),
                published: None,
            }),
            Source::File(_) => None,
        };
        Self {
            each: sources.iter().map(marked).collect(),
            ledger: Ledger::Untouched,
        }
    }

    /// Returns the one collection's, where it is the only source.
    pub(crate) fn only(&self) -> Option<&Marked> {
        self.each.first()?.as_ref()
    }

    /// Makes the sources ready to be read, from where a run came to. With a rule, a run that
    /// follows ends by it, and its reader goes on.
    pub(crate) fn prepare(
        &self,
        sources: Vec<Source>,
        done: &Progress,
        rule: Option<CommitRule>,
    ) -> Vec<Prepared> {
        let mut prepared = Vec::with_capacity(sources.len());
        for (index, (source, marked)) in sources.into_iter().zip(&self.each).enumerate() {
            prepared.push(match (source, marked) {
                (Source::Mongo(collection), Some(marked)) => {
                    // A run is gone on with by the key that it was begun with, so that its mark
                    // opens; without it all since the published one is read again.
                    let resumed = done
                        .mark(index)
                        .and_then(|sealed| marked.sealer.open(sealed).ok());
                    let feed = MongoFeed::new(
                        *collection,
                        marked.sealer.clone(),
                        marked.published.clone(),
                        resumed,
                        index,
                    );
                    let feed = feed.sharing(marked.reader.clone(), rule);
                    Prepared::Mongo(Box::new(match self.ledger {
                        Ledger::Used => feed,
                        Ledger::Untouched => feed.without_marks(),
                    }))
                }
                (Source::File(file), _) => Prepared::File(file),
                (Source::Mongo(_), None) => continue,
            });
        }
        prepared
    }

    /// Returns what the readers had to say.
    pub(crate) fn take_notices(&self) -> BTreeSet<Notice> {
        let readers = self.each.iter().flatten().map(|marked| &marked.reader);
        readers.flat_map(SharedReader::take_notices).collect()
    }
}
