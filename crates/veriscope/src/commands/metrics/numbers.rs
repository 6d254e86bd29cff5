//! Numbers as people read them, by unit and language.

use veriscope_card::views::Language;
use veriscope_metrics::query::{Cell, Number};
use veriscope_metrics::registry::Unit;

/// Returns a value, or why there is none.
pub(super) fn value(number: &Number, unit: Unit, language: Language) -> String {
    let Some(value) = number.value else {
        return match (number.is_too_few, language) {
            (false, _) => "-".to_owned(),
            (true, Language::English) => "too few".to_owned(),
            (true, Language::Spanish) => "muy pocos".to_owned(),
        };
    };
    let text = in_unit(value, unit, language);
    if number.is_approximate {
        format!("≈ {text}")
    } else {
        text
    }
}

/// Returns the ends of an interval, or nothing.
pub(super) fn interval(number: &Number, unit: Unit, language: Language) -> String {
    match (number.low, number.high) {
        (Some(low), Some(high)) => format!(
            "{} – {}",
            in_unit(low, unit, language),
            in_unit(high, unit, language)
        ),
        _ => String::new(),
    }
}

fn in_unit(value: f64, unit: Unit, language: Language) -> String {
    match unit {
        Unit::Count => fixed(value, 0, language),
        Unit::Share => format!("{} %", fixed(value * 100.0, 1, language)),
        Unit::Ms if value.abs() >= 100.0 => format!("{} ms", fixed(value, 0, language)),
        Unit::Ms => format!("{} ms", fixed(value, 1, language)),
        Unit::Px => format!("{} px", fixed(value, 0, language)),
        Unit::Number => fixed(value, 3, language),
    }
}

/// Returns a count.
pub(super) fn count(number: u64, language: Language) -> String {
    grouped(&number.to_string(), "", language)
}

fn fixed(value: f64, decimals: usize, language: Language) -> String {
    let text = format!("{value:.decimals$}");
    // Not −0.0.
    let is_negative = text.starts_with('-') && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let digits = text.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let grouped = grouped(whole, fraction, language);
    if is_negative {
        format!("-{grouped}")
    } else {
        grouped
    }
}

/// English: `14,654.5`; Spanish: `14.654,5`.
fn grouped(whole: &str, fraction: &str, language: Language) -> String {
    let (thousands, point) = match language {
        Language::English => (',', '.'),
        Language::Spanish => ('.', ','),
    };
    let mut text = String::with_capacity(whole.len() + whole.len() / 3 + fraction.len() + 1);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

/// Returns a dimension's value. Numbers of groups (hours, codes) are no quantities: they stay
/// as they are.
pub(super) fn cell(cell: &Cell, language: Language) -> String {
    match (cell, language) {
        (Cell::Null, Language::English) => "(none)".to_owned(),
        (Cell::Null, Language::Spanish) => "(ninguno)".to_owned(),
        (Cell::Bool(true), Language::English) => "yes".to_owned(),
        (Cell::Bool(false), Language::English) => "no".to_owned(),
        (Cell::Bool(true), Language::Spanish) => "sí".to_owned(),
        (Cell::Bool(false), Language::Spanish) => "no".to_owned(),
        (Cell::Int(value), _) => value.to_string(),
        (Cell::Float(value), _) => value.to_string(),
        // Text of documents may hold anything; a terminal must not obey it.
        (Cell::Text(text), _) => text
            .chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{fixed, interval, value};
    use veriscope_card::views::Language::{English, Spanish};
    use veriscope_metrics::query::Number;
    use veriscope_metrics::registry::Unit;

    fn number(value: f64) -> Number {
        Number {
            value: Some(value),
            low: Some(value / 2.0),
            high: Some(value * 1.2),
            ..Number::default()
        }
    }

    #[test]
    fn numbers_have_the_marks_of_their_language() {
        assert_eq!(fixed(1_234_567.891, 2, English), "1,234,567.89");
        assert_eq!(fixed(1_234_567.891, 2, Spanish), "1.234.567,89");
        assert_eq!(fixed(-0.04, 1, English), "0.0");
        assert_eq!(fixed(-1234.0, 0, Spanish), "-1.234");
    }

    #[test]
    fn values_show_their_unit() {
        assert_eq!(value(&number(0.665), Unit::Share, English), "66.5 %");
        assert_eq!(value(&number(0.665), Unit::Share, Spanish), "66,5 %");
        assert_eq!(value(&number(1994.43), Unit::Ms, English), "1,994 ms");
        assert_eq!(value(&number(35.08), Unit::Ms, English), "35.1 ms");
        assert_eq!(value(&number(14654.0), Unit::Count, Spanish), "14.654");
        assert_eq!(
            interval(&number(0.5), Unit::Share, English),
            "25.0 % – 60.0 %"
        );
    }

    #[test]
    fn what_is_not_there_says_why() {
        let nothing = Number::default();
        assert_eq!(value(&nothing, Unit::Share, English), "-");
        let few = Number {
            is_too_few: true,
            ..nothing
        };
        assert_eq!(value(&few, Unit::Share, English), "too few");
        assert_eq!(value(&few, Unit::Share, Spanish), "muy pocos");
        let about = Number {
            is_approximate: true,
            ..number(2.0)
        };
        assert_eq!(value(&about, Unit::Ms, English), "≈ 2.0 ms");
    }
}
