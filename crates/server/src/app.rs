//! What all requests share.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use veriscope_base::Clock;

use crate::finished::Finished;
use crate::held::Held;
use crate::hosts::Hosts;
use crate::keeper::Status;
use crate::meter::Meter;
use crate::news::Listener;
use crate::problem::{Kind, Problem};
use crate::refusal::Refusal;

/// What a server takes on at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests that are answered at once; more are turned away.
    pub requests: usize,
    /// How long an answer may take.
    pub time: Duration,
    /// How long a comparison over every column may take.
    pub comparison: Duration,
}

impl Default for Limits {
    /// 128 requests, 30 seconds, 10 minutes.
    fn default() -> Self {
        Self {
            requests: 128,
            time: Duration::from_secs(30),
            comparison: Duration::from_mins(10),
        }
    }
}

/// Browsers that wait for news of snapshots at once.
pub(crate) const MOST_STREAMS: usize = 64;

/// What all requests share.
pub(crate) struct App {
    pub(crate) status: watch::Receiver<Status>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) hosts: Hosts,
    pub(crate) folder: std::path::PathBuf,
    pub(crate) finished: Finished,
    pub(crate) meter: Meter,
    pub(crate) limits: Limits,
    /// Room for requests.
    pub(crate) room: Arc<Semaphore>,
    /// Room for streams of news.
    pub(crate) streams: Arc<Semaphore>,
    /// Work on all cores goes one piece at a time: pieces side by side end later, both.
    pub(crate) work: Arc<Semaphore>,
    /// Comparisons take memory: one at a time.
    pub(crate) why: Semaphore,
    /// Turns true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl App {
    /// Returns the snapshot.
    ///
    /// # Errors
    /// The problem that there is none.
    pub(crate) fn held(&self) -> Result<Arc<Held>, Problem> {
        self.status.borrow().held()
    }

    /// Does work of the processor where it holds nobody up.
    ///
    /// # Errors
    /// What the work says, or that it ended before its time.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let permit = Arc::clone(&self.work).acquire_owned().await;
        let permit = permit.map_err(|_| Refusal::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work ends, whether or not somebody still waits for it.
            let _permit = permit;
            work()
        });
        done.await?
    }

    /// Returns how long something took, ms.
    pub(crate) fn since_ms(&self, began_us: i64) -> f64 {
        let elapsed_us = self.clock.now_us().saturating_sub(began_us).max(0);
        veriscope_metrics::number::float_i64(elapsed_us) / 1_000.0
    }

    /// Returns that there is no room.
    pub(crate) fn busy() -> Problem {
        Problem::new(
            Kind::Busy,
            "more is being asked than can be answered at once; ask again in a moment",
        )
    }
}
