//! The loads into the database while a collection is followed: one after each publication, and
//! again where one failed. A failure never ends the following, and is over with the next
//! success.

use crate::commands::run::load_published;
use crate::failure::{self, Ending};
use crate::ingest::{Ingest, Ingested};

/// How long after a load that failed it is tried again while nothing happens, microseconds.
const AGAIN_AFTER_US: i64 = 60 * 1_000_000;

/// The loads of one following.
pub(super) enum Loads {
    /// Nothing is loaded.
    Never,
    /// Each publication is loaded, where a database is configured.
    Each {
        /// What the database does not have yet.
        behind: Option<Box<Behind>>,
    },
}

/// A publication whose load failed.
pub(super) struct Behind {
    ingested: Ingested,
    ending: Ending,
    tried_at_us: i64,
}

impl Loads {
    /// Loads a publication and all before it that the database lacks. Returns whether that
    /// went well, or nothing where nothing is loaded.
    pub(super) fn load(&mut self, ingest: &Ingest<'_>, ingested: Ingested) -> Option<bool> {
        let Self::Each { behind } = self else {
            return None;
        };
        let terminal = &ingest.settings.terminal;
        let number = ingested.snapshot.published().number;
        match load_published(ingest, &ingested) {
            Ok(loaded) => {
                *behind = None;
                let loaded = loaded?;
                terminal.note(&format!("loaded snapshot {number}: {}", loaded.line()));
                Some(true)
            }
            Err(error) => {
                // What is printed is the failure alone; the exit code comes at the end.
                let _ = failure::report(&error, terminal);
                terminal.warn(&format!(
                    "snapshot {number} is published in the lake, and the database is as it was; \
                     it is loaded with the next run, or tried again in a minute"
                ));
                *behind = Some(Box::new(Behind {
                    ingested,
                    ending: Ending::With(failure::class_of(&error)),
                    tried_at_us: ingest.clock.now_us(),
                }));
                Some(false)
            }
        }
    }

    /// Tries a load again that failed a while ago.
    pub(super) fn again_now_and_then(&mut self, ingest: &Ingest<'_>) {
        let Self::Each { behind } = self else {
            return;
        };
        let now_us = ingest.clock.now_us();
        let is_due = |behind: &mut Box<Behind>| now_us - behind.tried_at_us >= AGAIN_AFTER_US;
        if let Some(behind) = behind.take_if(is_due) {
            self.load(ingest, behind.ingested);
        }
    }

    /// Returns how the last load ended.
    pub(super) fn ending(&self) -> Ending {
        match self {
            Self::Each {
                behind: Some(behind),
            } => behind.ending,
            Self::Each { behind: None } | Self::Never => Ending::Done,
        }
    }
}
