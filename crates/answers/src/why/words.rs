//! What differs, in a sentence.

use veriscope_card::Card;
use veriscope_card::views::{ColumnDoc, Language};
use veriscope_metrics::query::Cell;
use veriscope_metrics::why::{CategoryShare, Difference, Distribution, Medians};

use crate::code::code_text;
use crate::number::{fixed, group, harmless, ms, percent};

/// What sentences are made from.
#[derive(Clone, Copy)]
pub(super) struct Teller<'a> {
    pub(super) docs: &'a [ColumnDoc],
    pub(super) card: &'a Card,
    pub(super) is_rest: bool,
}

impl<'a> Teller<'a> {
    pub(super) fn doc(self, column: &str) -> Option<&'a ColumnDoc> {
        self.docs.iter().find(|doc| doc.name == column)
    }

    /// Says what differs.
    pub(super) fn sentence(self, found: &Difference, language: Language) -> String {
        let column = &found.column;
        match &found.distribution {
            Distribution::Categories(shares) => match widest(shares) {
                Some(share) => self.category(column, share, language),
                None => String::new(),
            },
            Distribution::Numbers {
                medians, is_higher, ..
            } => self.number(column, *medians, *is_higher, language),
            Distribution::Measured(there) => {
                let shares = [there.selected, there.against];
                let [selected, against] = shares.map(|share| percent(share, language));
                let is_earlier = there.selected < there.against;
                let (of, how) = (self.of_others(language), further(is_earlier, language));
                match language {
                    Language::English => format!(
                        "{column} was measured on {selected} of the selection and on {against} \
                         {of}: {how}"
                    ),
                    Language::Spanish => format!(
                        "{column} se midió en el {selected} de la selección y en el {against} \
                         {of}: {how}"
                    ),
                }
            }
        }
    }

    fn category(self, column: &str, share: &CategoryShare, language: Language) -> String {
        let value = self.value(column, &share.value, language);
        let [selected, against] =
            [share.selected, share.against].map(|share| percent(share, language));
        let of = self.of_others(language);
        match (language, share.value == Cell::Null) {
            (Language::English, false) => {
                format!("{column} is {value} in {selected} of the selection and in {against} {of}")
            }
            (Language::English, true) => format!(
                "{column} has no value in {selected} of the selection and in {against} {of}"
            ),
            (Language::Spanish, false) => format!(
                "{column} es {value} en el {selected} de la selección y en el {against} {of}"
            ),
            (Language::Spanish, true) => format!(
                "{column} no tiene valor en el {selected} de la selección y en el {against} {of}"
            ),
        }
    }

    fn number(self, column: &str, medians: Medians, is_higher: bool, language: Language) -> String {
        let [selected, against] =
            [medians.selected, medians.against].map(|value| self.quantity(column, value, language));
        let of = self.of_others(language);
        let how = match language {
            Language::English if is_higher => "higher",
            Language::English => "lower",
            Language::Spanish if is_higher => "mayor",
            Language::Spanish => "menor",
        };
        match (language, selected == against) {
            (Language::English, false) => {
                format!("{column} is {how}: its median is {selected}, that {of} {against}")
            }
            (Language::English, true) => {
                format!("{column} tends to be {how}, though the median of both sides is {against}")
            }
            (Language::Spanish, false) => {
                format!("{column} es {how}: su mediana es {selected}, la {of} {against}")
            }
            (Language::Spanish, true) => format!(
                "{column} tiende a ser {how}, aunque la mediana de ambos lados es {against}"
            ),
        }
    }

    const fn of_others(self, language: Language) -> &'static str {
        if self.is_rest {
            language.pick("of the rest", "del resto")
        } else {
            language.pick("of the others", "de las otras")
        }
    }

    /// Returns a value as people read it: of a response code what it says.
    pub(super) fn value(self, column: &str, value: &Cell, language: Language) -> String {
        let is_code = self.card.roles.code.as_deref() == Some(column) || column == "previous_code";
        match value {
            Cell::Int(code) if is_code => code_text(self.card, Some(*code), language),
            Cell::Text(text) if text.is_empty() => language.pick("(empty)", "(vacío)").to_owned(),
            _ => harmless(&group(value, language)),
        }
    }

    /// Returns a number with the unit of its column.
    pub(super) fn quantity(self, column: &str, value: f64, language: Language) -> String {
        let unit = self.doc(column).and_then(|doc| doc.unit.as_deref());
        let decimals = match value.abs() {
            size if value.fract() == 0.0 || size >= 100.0 => 0,
            size if size >= 10.0 => 1,
            size if size >= 1.0 => 2,
            _ => 3,
        };
        match unit {
            Some("ms") => ms(value, language),
            Some(unit) => format!("{} {unit}", fixed(value, decimals, language)),
            None => fixed(value, decimals, language),
        }
    }
}

/// What a selection has more of says more than what it lacks: it counts for so much more.
const HAS: f64 = 1.25;

/// The value in whose shares the sides differ most.
pub(super) fn widest(shares: &[CategoryShare]) -> Option<&CategoryShare> {
    let gap = |one: &CategoryShare| {
        let more = one.selected - one.against;
        if more > 0.0 { more * HAS } else { -more }
    };
    shares
        .iter()
        .reduce(|one, other| if gap(other) > gap(one) { other } else { one })
}

const fn further(is_earlier: bool, language: Language) -> &'static str {
    if is_earlier {
        language.pick(
            "the selection stops earlier",
            "la selección se detiene antes",
        )
    } else {
        language.pick("the selection gets further", "la selección llega más lejos")
    }
}
