//! The clock, as a value that is passed in, so that a run can be repeated exactly.

use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Returns microseconds since 1970-01-01T00:00:00Z.
    fn now_us(&self) -> i64;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that may read the machine's clock"
    )]
    fn now_us(&self) -> i64 {
        // A clock set before 1970 reads as 1970: no run can rely on it anyway.
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
    }
}

/// A clock that always shows the same time, for tests and reproducible output.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub i64,
);

impl Clock for FixedClock {
    fn now_us(&self) -> i64 {
        self.0
    }
}
