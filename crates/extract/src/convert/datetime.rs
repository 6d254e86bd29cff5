//! Dates: ISO 8601 text, epoch numbers, `$date`. An instant, and the offset it is shown in.

use chrono::NaiveDate;

use super::decimal::Decimal;
use super::form::Form;
use super::{Converted, Instant, Misfit, Value};

/// The instants that four-digit years can show: 0001-01-01 to 9999-12-31, UTC, µs.
const FIRST_MICROS: i128 = -62_135_596_800_000_000;
const END_MICROS: i128 = 253_402_300_800_000_000;

/// Converts to an instant. `default_offset_minutes` is the offset of text that has none, and
/// the offset in which numbers and `$date` are shown.
pub(crate) fn convert<'a>(
    form: &Form<'a>,
    default_offset_minutes: i32,
) -> Result<Converted<'a>, Misfit> {
    let shown = |micros: i64| Instant {
        micros,
        offset_minutes: default_offset_minutes,
    };
    let instant = match form {
        Form::Number(literal) => epoch(literal).map(shown),
        Form::WrappedInt(text) | Form::WrappedFloat(text) => epoch(text.trim()).map(shown),
        Form::Text(text) => {
            let text = text.trim();
            epoch(text)
                .map(shown)
                .or_else(|| iso(text, default_offset_minutes))
        }
        Form::DateMillis(text) => millis(text.trim()).map(shown),
        // BSON dates are UTC, so text without an offset is too.
        Form::DateText(text) => {
            let text = text.trim();
            millis(text)
                .or_else(|| iso(text, 0).map(|instant| instant.micros))
                .map(shown)
        }
        Form::Null | Form::Bool(_) | Form::Oid(_) | Form::Other(_) => {
            return Err(form.misfit("a date"));
        }
    };
    let instant = instant.ok_or(Misfit::UnreadableDate)?;
    Ok(Converted::plain(Value::Instant(instant)))
}

/// Returns the instant of a BSON date, if years of four digits can show it.
#[inline]
pub(crate) fn of_millis(millis: i64, offset_minutes: i32) -> Option<Instant> {
    Some(Instant {
        micros: in_range(i128::from(millis) * 1000)?,
        offset_minutes,
    })
}

/// Microseconds of an epoch number whose unit its magnitude tells: seconds under 1e11
/// (the year 5138), milliseconds under 1e14, microseconds under 1e17, else nanoseconds.
fn epoch(text: &str) -> Option<i64> {
    let decimal = Decimal::parse(text)?;
    let magnitude = decimal.scaled(0)?.whole.unsigned_abs();
    let shift = match magnitude {
        0..100_000_000_000 => 6,
        100_000_000_000..100_000_000_000_000 => 3,
        100_000_000_000_000..100_000_000_000_000_000 => 0,
        _ => -3,
    };
    in_range(decimal.scaled(shift)?.floor())
}

fn millis(text: &str) -> Option<i64> {
    in_range(Decimal::parse(text)?.scaled(3)?.floor())
}

fn in_range(micros: i128) -> Option<i64> {
    let is_in = (FIRST_MICROS..END_MICROS).contains(&micros);
    if is_in {
        i64::try_from(micros).ok()
    } else {
        None
    }
}

/// ISO 8601: `2025-01-31T08:15:30.123456-05:00`. A blank may stand for the `T`; seconds,
/// fraction (cut to microseconds) and offset may be missing; a day alone is not enough.
fn iso(text: &str, default_offset_minutes: i32) -> Option<Instant> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.digits(4)?;
    rest.one_of(b"-")?;
    let month = rest.digits(2)?;
    rest.one_of(b"-")?;
    let day = rest.digits(2)?;
    rest.one_of(b"Tt ")?;
    let hour = rest.digits(2)?;
    rest.one_of(b":")?;
    let minute = rest.digits(2)?;
    let mut second = 0;
    let mut micro = 0;
    if rest.one_of(b":").is_some() {
        second = rest.digits(2)?;
        if rest.one_of(b".,").is_some() {
            micro = rest.fraction()?;
        }
    }
    let offset_minutes = rest.offset()?.unwrap_or(default_offset_minutes);
    let local = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?
        .and_hms_micro_opt(hour, minute, second, micro)?
        .and_utc()
        .timestamp_micros();
    let micros = i128::from(local) - i128::from(offset_minutes) * 60_000_000;
    Some(Instant {
        micros: in_range(micros)?,
        offset_minutes,
    })
}

/// What is left to read of a date.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        if !wanted.contains(&first) {
            return None;
        }
        self.0 = rest;
        Some(first)
    }

    fn digit(&mut self) -> Option<u32> {
        self.one_of(b"0123456789")
            .map(|digit| u32::from(digit - b'0'))
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value * 10 + self.digit()?;
        }
        Some(value)
    }

    /// One digit or more, of which the first six count.
    fn fraction(&mut self) -> Option<u32> {
        let mut micro = self.digit()? * 100_000;
        let mut unit = 10_000;
        while let Some(digit) = self.digit() {
            micro += digit * unit;
            unit /= 10;
        }
        Some(micro)
    }

    /// The offset that ends the text: none where nothing is left, no value where it is wrong.
    #[expect(clippy::option_option, reason = "outer: readable, inner: there")]
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.0.is_empty() {
            return Some(None);
        }
        let _blank = self.one_of(b" ");
        let sign = self.one_of(b"Zz+-")?;
        if matches!(sign, b'Z' | b'z') {
            return self.0.is_empty().then_some(Some(0));
        }
        let hours = self.digits(2)?;
        let has_colon = self.one_of(b":").is_some();
        let minutes = if self.0.is_empty() && !has_colon {
            0
        } else {
            self.digits(2)?
        };
        if !self.0.is_empty() || hours > 23 || minutes > 59 {
            return None;
        }
        let size = i32::try_from(hours * 60 + minutes).ok()?;
        Some(Some(if sign == b'-' { -size } else { size }))
    }
}
