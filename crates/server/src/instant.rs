//! Instants as they are sent: `2025-02-01T09:12:00Z`.

use chrono::{DateTime, SecondsFormat};

/// Writes microseconds since 1970; to the second, or finer where there is more.
pub(crate) fn text(us: i64) -> String {
    DateTime::from_timestamp_micros(us).map_or_else(String::new, |at| {
        at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    })
}
