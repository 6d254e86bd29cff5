//! Numbers as people read them, by unit and language.

use veriscope_answers::number::{fixed, group, harmless, ms, percent};
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
        Unit::Share => percent(value, language),
        Unit::Ms => ms(value, language),
        Unit::Px => format!("{} px", fixed(value, 0, language)),
        Unit::Number => fixed(value, 3, language),
    }
}

/// Returns a dimension's value, as a terminal may show it.
pub(super) fn cell(cell: &Cell, language: Language) -> String {
    harmless(&group(cell, language))
}

#[cfg(test)]
mod tests {
    use super::{interval, value};
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
