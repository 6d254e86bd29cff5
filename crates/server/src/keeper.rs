//! Keeps the newest snapshot of the lake in memory.
//!
//! ```text
//! every two seconds: which snapshot is the newest? ── a new one ──► read it beside the old
//!                                                  ── no lake   ──► gone, until there is one
//! ```
//!
//! The old snapshot is answered from until the new one is there: for that time both are in
//! memory.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use veriscope_base::Clock;
use veriscope_lake::LakeError;

use crate::held::{self, Held, LoadError, Place, Seen};
use crate::news::{Listener, News};
use crate::problem::{Kind, Problem};
use crate::refusal::causes;

/// After a failure, looks at most this many times without trying again.
const MOST_LOOKS_BETWEEN: u32 = 30;

/// What there is to answer from.
#[derive(Clone, Debug)]
pub(crate) enum Status {
    /// Nothing yet: the first snapshot is being read.
    Loading,
    /// A snapshot.
    Ready(Arc<Held>),
    /// The lake is not there.
    Gone,
    /// The lake is there and can't be read.
    Failed,
}

impl Status {
    /// Returns the snapshot.
    ///
    /// # Errors
    /// The problem that there is none.
    pub(crate) fn held(&self) -> Result<Arc<Held>, Problem> {
        match self {
            Self::Ready(held) => Ok(Arc::clone(held)),
            Self::Loading => Err(Problem::new(
                Kind::Loading,
                "the snapshot is being read into memory; ask again in a second",
            )),
            Self::Gone => Err(Problem::new(
                Kind::LakeGone,
                "the folder of the lake is not there any more; put it back, or make a lake \
                 with `veriscope run SOURCE...`",
            )),
            Self::Failed => Err(Problem::new(
                Kind::Unreadable,
                "the newest snapshot can't be read; the terminal of `veriscope serve` says why",
            )),
        }
    }
}

/// What keeps the snapshot.
pub(crate) struct Keeper {
    pub(crate) place: Place,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) every: Duration,
    pub(crate) status: watch::Sender<Status>,
}

/// A snapshot that could not be read, and how many looks are let pass before another try.
struct Failure {
    seen: Option<Seen>,
    tries: u32,
    wait: u32,
}

impl Keeper {
    /// Looks and reads for ever; ends when it is dropped.
    pub(crate) async fn run(self) {
        let mut failure: Option<Failure> = None;
        let mut keeping = JoinSet::new();
        loop {
            if let Some(held) = self.step(&mut failure).await {
                let listener = Arc::clone(&self.listener);
                keeping.spawn(async move { keep(held, &*listener).await });
            }
            while keeping.try_join_next().is_some() {}
            tokio::time::sleep(self.every).await;
        }
    }

    /// Looks once; returns a snapshot that was read and is shown now.
    async fn step(&self, failure: &mut Option<Failure>) -> Option<Arc<Held>> {
        let newest = match held::look(&self.place).await {
            Ok(newest) => newest,
            Err(LakeError::Missing { .. }) => {
                *failure = None;
                self.gone();
                return None;
            }
            Err(error) => {
                self.failed(None, &error.into(), failure);
                return None;
            }
        };
        if self.shown().is_some_and(|held| held.seen == newest) {
            *failure = None;
            return None;
        }
        if let Some(failure) = failure
            && failure.seen.as_ref() == Some(&newest)
            && failure.wait > 0
        {
            failure.wait -= 1;
            return None;
        }
        let began_us = self.clock.now_us();
        match held::load(&self.place).await {
            Ok(held) => {
                *failure = None;
                Some(self.ready(held, began_us))
            }
            Err(error) => {
                self.failed(Some(newest), &error, failure);
                None
            }
        }
    }

    fn shown(&self) -> Option<Arc<Held>> {
        match &*self.status.borrow() {
            Status::Ready(held) => Some(Arc::clone(held)),
            Status::Loading | Status::Gone | Status::Failed => None,
        }
    }

    fn ready(&self, held: Held, began_us: i64) -> Arc<Held> {
        let elapsed_us = self.clock.now_us().saturating_sub(began_us);
        let news = News::Loaded {
            version: held.version(),
            transactions: held.info.transactions,
            elapsed_ms: u64::try_from(elapsed_us / 1_000).unwrap_or(0),
            size_bytes: u64::try_from(held.cache.size_bytes()).unwrap_or(u64::MAX),
            is_prepared: held.is_prepared,
        };
        let held = Arc::new(held);
        self.status.send_replace(Status::Ready(Arc::clone(&held)));
        self.listener.tell(news);
        held
    }

    fn gone(&self) {
        if matches!(&*self.status.borrow(), Status::Gone) {
            return;
        }
        // What a vanished lake held is no answer any more.
        self.status.send_replace(Status::Gone);
        self.listener.tell(News::LakeGone);
    }

    fn failed(&self, seen: Option<Seen>, error: &LoadError, failure: &mut Option<Failure>) {
        let before = failure.take().filter(|before| before.seen == seen);
        let tries = before.as_ref().map_or(0, |before| before.tries);
        if before.is_none() {
            let cause = causes(error);
            self.listener.tell(News::NotLoaded { cause });
        }
        *failure = Some(Failure {
            seen,
            tries: tries.saturating_add(1),
            wait: 2_u32.saturating_pow(tries).min(MOST_LOOKS_BETWEEN),
        });
        if self.shown().is_none() {
            self.status.send_replace(Status::Failed);
        }
    }
}

/// Keeps a snapshot for the next start, where it is to be kept and is not; says what could not
/// be read before, and what can't be written.
async fn keep(held: Arc<Held>, listener: &dyn Listener) {
    if let Some(refused) = &held.refused {
        listener.tell(News::NotRead {
            cause: causes(refused),
        });
    }
    let written = tokio::task::spawn_blocking(move || match &held.prepared {
        Some(prepared) if !held.is_prepared => prepared.write(&held.cache),
        _ => Ok(()),
    });
    let cause = match written.await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => causes(&error),
        Err(error) => causes(&error),
    };
    listener.tell(News::NotKept { cause });
}
