//! Options of collections of MongoDB: from when to when, which documents, and following.

use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use clap::Args as ClapArgs;
use veriscope_mongo::{FieldPath, Query};

/// Which documents of a collection are read.
#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "MongoDB options")]
pub struct SelectionArgs {
    /// Read documents from this time on, whatever was read before: a day (`2025-01-31`), an
    /// instant (`2025-01-31T08:00:00-05:00`), or how long ago (`30d`)
    #[arg(long, value_name = "TIME")]
    pub since: Option<When>,
    /// Read documents before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<When>,
    /// Read documents that fit this query only, values in Extended JSON
    #[arg(long, value_name = "JSON", value_parser = Query::parse)]
    pub query: Option<Query>,
}

/// Options that only collections have.
#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "MongoDB options")]
pub struct MongoArgs {
    /// Which documents.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Begin so long before the last run's mark, for late writers [default: 10m]
    #[arg(long, value_name = "DURATION")]
    pub overlap: Option<Span>,
    /// Field with the time of a document's last change, so that changed documents are read again
    #[arg(long, value_name = "PATH", value_parser = FieldPath::parse)]
    pub updated_field: Option<FieldPath>,
    /// Go on with changes as they happen, until Ctrl-C
    #[arg(long, conflicts_with = "until")]
    pub follow: bool,
    /// Publish after so many documents that were followed [default: 10000]
    #[arg(long, value_name = "N", requires = "follow", value_parser = clap::value_parser!(u64).range(1..))]
    pub commit_every: Option<u64>,
    /// Publish so long after the first document that was followed [default: 10s]
    #[arg(long, value_name = "DURATION", requires = "follow")]
    pub commit_within: Option<Span>,
}

impl MongoArgs {
    /// Returns the first option that was given, which only a collection can take.
    #[must_use]
    pub fn given(&self) -> Option<&'static str> {
        [
            ("--since", self.selection.since.is_some()),
            ("--until", self.selection.until.is_some()),
            ("--query", self.selection.query.is_some()),
            ("--overlap", self.overlap.is_some()),
            ("--updated-field", self.updated_field.is_some()),
            ("--follow", self.follow),
        ]
        .into_iter()
        .find_map(|(name, is_given)| is_given.then_some(name))
    }
}

/// A length of time: `500ms`, `30s`, `10m`, `12h`, `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Milliseconds.
    pub ms: i64,
}

impl FromStr for Span {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HELP: &str = "give a duration such as 30s, 10m, 12h or 30d";
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(HELP)?;
        let (digits, unit) = text.split_at(end);
        let count: i64 = digits.parse().map_err(|_| HELP)?;
        let unit_ms = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(HELP),
        };
        let ms = count.checked_mul(unit_ms).ok_or(HELP)?;
        Ok(Self { ms })
    }
}

/// A point in time, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Milliseconds since 1970.
    Instant(i64),
    /// The beginning of a local day.
    Day(NaiveDate),
    /// So long ago.
    Ago(Span),
}

impl When {
    /// Returns milliseconds since 1970, days being those of an offset.
    #[must_use]
    pub fn ms(self, now_ms: i64, offset_minutes: i32) -> i64 {
        match self {
            Self::Instant(ms) => ms,
            Self::Ago(span) => now_ms.saturating_sub(span.ms),
            Self::Day(day) => {
                let midnight = day.and_time(NaiveTime::MIN);
                let offset = FixedOffset::east_opt(offset_minutes.saturating_mul(60));
                offset
                    .and_then(|offset| offset.from_local_datetime(&midnight).single())
                    .map_or_else(
                        || midnight.and_utc().timestamp_millis(),
                        |instant| instant.timestamp_millis(),
                    )
            }
        }
    }
}

impl FromStr for When {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Day(day));
        }
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Instant(instant.timestamp_millis()));
        }
        text.parse().map(Self::Ago).map_err(|_| {
            "give a day (2025-01-31), an instant with its offset (2025-01-31T08:00:00-05:00), or \
             how long ago (30d)"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        let ms = |text: &str| text.parse::<Span>().map(|span| span.ms);
        assert_eq!(ms("500ms"), Ok(500));
        assert_eq!(ms("10m"), Ok(600_000));
        assert_eq!(ms("30d"), Ok(2_592_000_000));
        for wrong in ["", "10", "m", "-5s", "1w", "99999999999999d"] {
            assert!(ms(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        let day: When = "2025-01-31".parse().unwrap();
        // 2025-01-31T00:00:00Z is 1738281600 s; five hours west it begins later.
        assert_eq!(day.ms(0, 0), 1_738_281_600_000);
        assert_eq!(day.ms(0, -300), 1_738_299_600_000);
    }

    #[test]
    fn instants_and_times_ago_are_told_apart() {
        let instant: When = "2025-01-31T00:00:00-05:00".parse().unwrap();
        assert_eq!(instant.ms(0, 60), 1_738_299_600_000);
        let ago: When = "2h".parse().unwrap();
        assert_eq!(ago.ms(10_000_000, 0), 2_800_000);
        for wrong in ["yesterday", "2025-01-31T00:00:00", "2025-02-30"] {
            assert!(wrong.parse::<When>().is_err(), "{wrong}");
        }
    }
}
