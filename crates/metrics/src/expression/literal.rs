//! Literals, and their written forms.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// A value that stands in an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Literal {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// Text.
    Text(String),
    /// A day of the local calendar.
    Day(Day),
    /// An instant.
    Instant(Instant),
    /// What a clock on the wall shows.
    LocalTime(LocalTime),
}

/// A day; written `2025-01-08`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day(pub NaiveDate);

/// An instant; written `2025-01-08T22:10:36Z`, with any offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Instant {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub us: i64,
}

/// Date and time of day without a zone; written `2025-01-08T22:10:36`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LocalTime {
    /// Microseconds since 1970-01-01T00:00:00 on the same clock.
    pub us: i64,
}

/// Text that is no day, instant or time of day.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("expected {0}")]
pub struct NotATime(&'static str);

const MICROSECONDS: &str = "%Y-%m-%dT%H:%M:%S%.6f";

impl Day {
    /// Reads `2025-01-08`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
            .ok()
            .map(Self)
    }

    /// Returns days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i32 {
        self.0.to_epoch_days()
    }
}

impl Instant {
    /// Reads ISO 8601 with an offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let read = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
        read.ok().map(|at| Self {
            us: at.timestamp_micros(),
        })
    }
}

impl LocalTime {
    /// Reads ISO 8601 without an offset; a day alone is its midnight.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
            .ok()
            .or_else(|| Day::parse(text)?.0.and_hms_opt(0, 0, 0));
        read.map(|at| Self {
            us: at.and_utc().timestamp_micros(),
        })
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.format("%Y-%m-%d").to_string()
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        DateTime::from_timestamp_micros(instant.us).map_or_else(Self::new, |at| {
            format!("{}Z", at.naive_utc().format(MICROSECONDS))
        })
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        DateTime::from_timestamp_micros(time.us).map_or_else(Self::new, |at| {
            at.naive_utc().format(MICROSECONDS).to_string()
        })
    }
}

impl TryFrom<String> for Day {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        Self::parse(&text).ok_or(NotATime("a day such as 2025-01-08"))
    }
}

impl TryFrom<String> for Instant {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        Self::parse(&text).ok_or(NotATime("an instant such as 2025-01-08T22:10:36Z"))
    }
}

impl TryFrom<String> for LocalTime {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        Self::parse(&text).ok_or(NotATime("a local time such as 2025-01-08T22:10:36"))
    }
}

impl From<bool> for Literal {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Literal {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Literal {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Day> for Literal {
    fn from(value: Day) -> Self {
        Self::Day(value)
    }
}
