//! Values of options that have a form of their own: reject limits and sizes.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Reads a value that has one of a few names, which the help lists.
pub(super) fn named<T>(names: &[&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names.to_vec()).try_map(|name| name.parse::<T>())
}

/// How many documents of a run may end in quarantine (`--max-rejects`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RejectLimit {
    /// So many documents.
    Count(u64),
    /// So many percent of all documents read.
    Percent(f64),
}

impl RejectLimit {
    /// Returns whether so many documents in quarantine, of so many read, are within the limit.
    #[must_use]
    pub fn allows(self, quarantined: u64, read: u64) -> bool {
        match self {
            Self::Count(limit) => quarantined <= limit,
            // Compared as products: no division, so nothing read is within every limit.
            Self::Percent(percent) => as_f64(quarantined) * 100.0 <= percent * as_f64(read),
        }
    }
}

impl std::fmt::Display for RejectLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(limit) => write!(f, "{limit}"),
            Self::Percent(percent) => write!(f, "{percent} %"),
        }
    }
}

impl FromStr for RejectLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const HELP: &str = "give a number of documents (10) or a share of them (0.5%)";
        let Some(share) = text.trim().strip_suffix('%') else {
            return text
                .trim()
                .parse()
                .map(Self::Count)
                .map_err(|_| HELP.to_owned());
        };
        let percent: f64 = share.trim().parse().map_err(|_| HELP.to_owned())?;
        if !(0.0..=100.0).contains(&percent) {
            return Err("a share lies between 0% and 100%".to_owned());
        }
        Ok(Self::Percent(percent))
    }
}

/// Reads a size: bytes, or with a unit (`64MB`, `1GiB`; MB is a million, MiB 2^20).
///
/// # Errors
/// A message for the user when it is no such size, or no size above zero.
pub fn parse_size(text: &str) -> Result<u64, String> {
    const HELP: &str = "give a size such as 65536, 64MB or 1GiB";
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let count: u64 = digits.parse().map_err(|_| HELP.to_owned())?;
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(HELP.to_owned()),
    };
    match count.checked_mul(factor) {
        Some(size) if size > 0 => Ok(size),
        Some(_) | None => Err(HELP.to_owned()),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of documents stay far below 2^53"
)]
fn as_f64(count: u64) -> f64 {
    count as f64
}
