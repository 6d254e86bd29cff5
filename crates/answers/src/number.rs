//! Numbers as people read them, by language.

use veriscope_card::views::Language;
use veriscope_metrics::query::Cell as Group;

use crate::page::{Cell, ColumnKind};

/// Returns a cell as text.
#[must_use]
pub fn cell(cell: &Cell, kind: ColumnKind, language: Language) -> String {
    match cell {
        Cell::Empty | Cell::Numbers(_) => String::new(),
        Cell::TooFew => language.pick("too few", "muy pocos").to_owned(),
        Cell::Text(text) => harmless(text),
        Cell::Number(value) => number(*value, kind, language),
        Cell::Range(low, high) => range(*low, *high, kind, language),
    }
}

/// Returns a dimension's value. Numbers of groups (hours, codes) are no quantities: they stay
/// as they are.
#[must_use]
pub fn group(group: &Group, language: Language) -> String {
    match group {
        Group::Null => language.pick("(none)", "(ninguno)").to_owned(),
        Group::Bool(true) => language.pick("yes", "sí").to_owned(),
        Group::Bool(false) => "no".to_owned(),
        Group::Int(value) => value.to_string(),
        Group::Float(value) => value.to_string(),
        Group::Text(text) => text.clone(),
    }
}

/// Returns a number in the unit of its column.
#[must_use]
pub fn number(value: f64, kind: ColumnKind, language: Language) -> String {
    match kind {
        ColumnKind::Count => fixed(value, 0, language),
        ColumnKind::Share | ColumnKind::Bar => percent(value, language),
        ColumnKind::Ms => ms(value, language),
        ColumnKind::Span => span(value, language),
        ColumnKind::Text | ColumnKind::Number | ColumnKind::Spark => fixed(value, 2, language),
    }
}

/// Returns a range, its unit said once: `170 – 190 ms`; one number where both ends look alike.
#[must_use]
pub fn range(low: f64, high: f64, kind: ColumnKind, language: Language) -> String {
    let (low, high) = (number(low, kind, language), number(high, kind, language));
    if low == high {
        return high;
    }
    let unit = high.find(' ').and_then(|place| high.get(place..));
    let bare = unit.and_then(|unit| low.strip_suffix(unit));
    format!("{} – {high}", bare.unwrap_or(&low))
}

/// Returns a share in percent: `66.5 %`.
#[must_use]
pub fn percent(share: f64, language: Language) -> String {
    format!("{} %", fixed(share * 100.0, 1, language))
}

/// Returns milliseconds: `1,994 ms`, `35.1 ms`.
#[must_use]
pub fn ms(value: f64, language: Language) -> String {
    let decimals = usize::from(value.abs() < 100.0);
    format!("{} ms", fixed(value, decimals, language))
}

/// Returns a time in the unit that fits: `950 ms`, `12.4 s`, `3.1 min`, `2.0 h`, `4.5 d`.
#[must_use]
pub fn span(value_ms: f64, language: Language) -> String {
    let units = [
        (1_000.0, 1.0, "ms"),
        (60_000.0, 1_000.0, "s"),
        (3_600_000.0, 60_000.0, "min"),
        (48.0 * 3_600_000.0, 3_600_000.0, "h"),
        (f64::INFINITY, 24.0 * 3_600_000.0, "d"),
    ];
    let size = value_ms.abs();
    let (divisor, unit) = units
        .iter()
        .find(|(below, _, _)| size < *below)
        .map_or((1.0, "ms"), |(_, divisor, unit)| (*divisor, *unit));
    let decimals = usize::from(unit != "ms");
    format!("{} {unit}", fixed(value_ms / divisor, decimals, language))
}

/// Returns a count.
#[must_use]
pub fn count(number: u64, language: Language) -> String {
    grouped(&number.to_string(), "", language)
}

/// Returns a number with so many decimals.
#[must_use]
pub fn fixed(value: f64, decimals: usize, language: Language) -> String {
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

/// Text of documents may hold anything; a terminal must not obey it.
#[must_use]
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fixed, harmless, ms, percent, range, span};
    use crate::page::ColumnKind;
    use veriscope_card::views::Language::{English, Spanish};

    #[test]
    fn numbers_have_the_marks_of_their_language() {
        assert_eq!(fixed(1_234_567.891, 2, English), "1,234,567.89");
        assert_eq!(fixed(1_234_567.891, 2, Spanish), "1.234.567,89");
        assert_eq!(fixed(-0.04, 1, English), "0.0");
        assert_eq!(fixed(-1234.0, 0, Spanish), "-1.234");
        assert_eq!(percent(0.665, Spanish), "66,5 %");
        assert_eq!(ms(1994.43, English), "1,994 ms");
        assert_eq!(ms(35.08, English), "35.1 ms");
    }

    #[test]
    fn a_range_says_its_unit_once_and_is_one_number_where_its_ends_look_alike() {
        let text = |low, high, kind| range(low, high, kind, English);
        assert_eq!(text(170.2, 190.4, ColumnKind::Ms), "170 – 190 ms");
        assert_eq!(text(0.5, 0.6, ColumnKind::Share), "50.0 – 60.0 %");
        assert_eq!(text(170.2, 170.4, ColumnKind::Ms), "170 ms");
        assert_eq!(text(2.0, 30.0, ColumnKind::Count), "2 – 30");
        assert_eq!(
            text(30_000.0, 90_000.0, ColumnKind::Span),
            "30.0 s – 1.5 min"
        );
    }

    #[test]
    fn times_take_the_unit_that_fits() {
        assert_eq!(span(950.0, English), "950 ms");
        assert_eq!(span(12_350.0, English), "12.3 s");
        assert_eq!(span(185_000.0, English), "3.1 min");
        assert_eq!(span(7_200_000.0, Spanish), "2,0 h");
        assert_eq!(span(388_800_000.0, English), "4.5 d");
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(harmless("a\u{1b}[31m"), "a\u{fffd}[31m");
    }
}
