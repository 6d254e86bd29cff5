//! Values derived from another one's raw text, before that becomes a token.

use chrono::NaiveDateTime;
use veriscope_card::Derivation;

use crate::convert::{Converted, Instant, Value, form::Form, text};
use crate::notes::Note;
use crate::plan::TextRule;
use crate::raw::Raw;

/// Derives a value from what stands at `raw`. A missing source gives null; one that does not
/// fit gives null and a note.
pub(crate) fn derive(derivation: &Derivation, raw: Raw<'_>, date: Instant) -> Converted<'static> {
    let Derivation::SecondsSinceTextTime { separator, format } = derivation;
    let unreadable = Converted {
        value: Value::Null,
        note: Some(Note::UnreadableContext),
    };
    let rule = TextRule {
        empty_is_null: true,
        takes_any_scalar: false,
    };
    let source = match Form::of(raw) {
        Ok(Form::Null) => return Converted::NULL,
        Ok(form) => text::convert(form, rule),
        Err(misfit) => Err(misfit),
    };
    let source = match source {
        Ok(Converted {
            value: Value::Text(text),
            ..
        }) => text,
        Ok(_) => return Converted::NULL,
        Err(_) => return unreadable,
    };
    seconds_since(&source, separator, format, date).map_or(unreadable, |seconds| {
        Converted::plain(Value::Float(seconds))
    })
}

/// Seconds from the local time after the first `separator` to the date, the local time being
/// in the date's own offset.
fn seconds_since(text: &str, separator: &str, format: &str, date: Instant) -> Option<f64> {
    let (_, time) = text.split_once(separator)?;
    let local = NaiveDateTime::parse_from_str(time, format)
        .ok()?
        .and_utc()
        .timestamp_micros();
    let start = local.checked_sub(i64::from(date.offset_minutes) * 60_000_000)?;
    let micros = date.micros.checked_sub(start)?;
    Some(micros as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{Found, Scalar, Text};

    /// 2025-03-01T10:00:00.250000-05:00.
    const DATE: Instant = Instant {
        micros: 1_740_841_200_250_000,
        offset_minutes: -300,
    };

    fn derived(raw: Raw<'_>) -> Converted<'static> {
        let derivation = Derivation::SecondsSinceTextTime {
            separator: "_".into(),
            format: "%Y-%m-%d_%H:%M:%S".into(),
        };
        derive(&derivation, raw, DATE)
    }

    fn of_text(text: &str) -> Converted<'static> {
        derived(Raw::Plain(Scalar::Text(Text::plain(text))))
    }

    #[test]
    fn seconds_run_from_the_local_time_after_the_first_separator() {
        let age = |text| of_text(text).value;
        assert_eq!(age("77_2025-03-01_09:58:30"), Value::Float(90.25));
        assert_eq!(age("77_2025-03-01_10:00:01"), Value::Float(-0.75));
    }

    #[test]
    fn a_missing_source_is_null_and_an_unfit_one_is_noted() {
        assert_eq!(derived(Raw::Missing), Converted::NULL);
        assert_eq!(derived(Raw::Plain(Scalar::Null)), Converted::NULL);
        assert_eq!(of_text(""), Converted::NULL);
        let unreadable = Converted {
            value: Value::Null,
            note: Some(Note::UnreadableContext),
        };
        assert_eq!(of_text("no time here"), unreadable);
        assert_eq!(of_text("77_2025-02-30_09:58:30"), unreadable);
        assert_eq!(of_text("77_2025-03-01_09:58:30 and more"), unreadable);
        assert_eq!(
            derived(Raw::Plain(Scalar::Container(Found::Array))),
            unreadable
        );
        assert_eq!(derived(Raw::Blocked(Found::Text)), unreadable);
    }
}
