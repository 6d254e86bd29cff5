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
pub(crate) struct Marks(Vec<Option<Marked>>);

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
        let mut all = Vec::with_capacity(sources.len());
        for source in sources {
            let Source::Mongo(collection) = source else {
                all.push(None);
                continue;
            };
            let location = &collection.identity.location;
            let sealer = MarkSealer::new(&writable.key, location);
            let sealed = ingest.runtime.block_on(writable.lake.mark(location))?;
            all.push(Some(Marked {
                published: sealed.map(|sealed| sealer.open(&sealed)).transpose()?,
                reader: SharedReader::default(),
                sealer,
            }));
        }
        Ok(Self(all))
    }

    /// Returns the one collection's, where it is the only source.
    pub(crate) fn only(&self) -> Option<&Marked> {
        self.0.first()?.as_ref()
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
        for (index, (source, marked)) in sources.into_iter().zip(&self.0).enumerate() {
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
                    Prepared::Mongo(Box::new(feed.sharing(marked.reader.clone(), rule)))
                }
                (Source::File(file), _) => Prepared::File(file),
                (Source::Mongo(_), None) => continue,
            });
        }
        prepared
    }

    /// Returns what the readers had to say.
    pub(crate) fn take_notices(&self) -> BTreeSet<Notice> {
        let readers = self.0.iter().flatten().map(|marked| &marked.reader);
        readers.flat_map(SharedReader::take_notices).collect()
    }
}
