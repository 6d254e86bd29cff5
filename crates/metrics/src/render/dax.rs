//! Expressions as DAX measures.
//!
//! DAX has no null but BLANK, which equals 0 and "" and joins sums and counts as nothing;
//! and it takes text of different case for the same. So here every comparison first asks
//! whether the column is blank, text is compared by `EXACT`, and counts of nothing are 0.
//!
//! A column of text whose values differ in case alone can't be told apart in a Power BI
//! model at all: its storage keeps one spelling. Tokens and numbers of this program are
//! lower case throughout; other text is refused where values are counted apart.

use veriscope_base::ErrorClass;
use veriscope_card::views::ColumnType;

use crate::expression::{Columns, Comparison, Literal, Measure, Predicate, Value};

/// Why a measure has no DAX.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DaxError {
    /// Different values of a text column are counted that may differ in case alone.
    #[error(
        "the values of `{column}` may differ in case alone, which a Power BI model can't tell \
         apart; count rows instead"
    )]
    Case {
        /// The column.
        column: String,
    },
}

impl DaxError {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Case { .. } => ErrorClass::Usage,
        }
    }
}

/// Renders expressions over one view.
#[derive(Clone, Copy, Debug)]
pub struct Renderer<'a> {
    /// The view's columns.
    pub columns: Columns<'a>,
    /// Columns of text of which no two values differ in case alone.
    pub one_case: &'a [String],
}

/// Returns the name of a table.
fn table(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// Returns text as a literal.
fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Renderer<'_> {
    /// Renders a measure.
    ///
    /// # Errors
    /// [`DaxError`].
    pub fn measure(&self, measure: &Measure) -> Result<String, DaxError> {
        self.filtered(measure, &[])
    }

    fn filtered(&self, measure: &Measure, kept: &[String]) -> Result<String, DaxError> {
        let of_values = |function: &str, of: &Value, more: &str| {
            let rows = self.rows(kept, Some(of.first()));
            format!("{function}({rows}, {}{more})", self.value(of))
        };
        Ok(match measure {
            Measure::Count => format!("COALESCE(COUNTROWS({}), 0)", self.rows(kept, None)),
            Measure::Distinct(of) => {
                let is_text = self.column_type(of) == Some(ColumnType::Text);
                if is_text && !self.one_case.contains(of) {
                    return Err(DaxError::Case { column: of.clone() });
                }
                let rows = self.rows(kept, Some(of));
                let values = format!("SELECTCOLUMNS({rows}, \"value\", {})", self.column(of));
                format!("COALESCE(COUNTROWS(DISTINCT({values})), 0)")
            }
            Measure::Sum(of) => of_values("SUMX", of, ""),
            Measure::Mean(of) => of_values("AVERAGEX", of, ""),
            Measure::Min(of) => of_values("MINX", of, ""),
            Measure::Max(of) => of_values("MAXX", of, ""),
            Measure::Quantile { of, share } => {
                of_values("PERCENTILEX.INC", of, &format!(", {share}"))
            }
            Measure::Ratio(one, other) => format!(
                "DIVIDE({}, {})",
                self.filtered(one, kept)?,
                self.filtered(other, kept)?
            ),
            Measure::Filter(measure, predicate) => {
                let mut all = kept.to_vec();
                // Two values of truth give the rows of three once `not` is inside.
                all.push(self.predicate(&predicate.normal()));
                self.filtered(measure, &all)?
            }
        })
    }

    /// The rows of the filter context that some conditions keep, and in which a column is there.
    fn rows(&self, kept: &[String], present: Option<&str>) -> String {
        let mut conditions = kept.to_vec();
        if let Some(present) = present {
            let asked = self.present(present);
            if !conditions.contains(&asked) {
                conditions.push(asked);
            }
        }
        let table = table(self.columns.view.name());
        if conditions.is_empty() {
            return table;
        }
        format!("FILTER({table}, {})", conditions.join(" && "))
    }

    fn value(&self, value: &Value) -> String {
        let all: Vec<String> = value.columns().map(|name| self.column(name)).collect();
        // A blank addend adds nothing by itself.
        all.join(" + ")
    }

    fn column(&self, name: &str) -> String {
        format!(
            "{}[{}]",
            table(self.columns.view.name()),
            name.replace(']', "]]")
        )
    }

    fn present(&self, name: &str) -> String {
        format!("NOT ISBLANK({})", self.column(name))
    }

    fn column_type(&self, name: &str) -> Option<ColumnType> {
        self.columns.find(name).ok().map(|doc| doc.column_type)
    }

    fn predicate(&self, predicate: &Predicate) -> String {
        let joined = |parts: &[Predicate], joint: &str, of_none: &str| match parts {
            [] => of_none.to_owned(),
            parts => {
                let all: Vec<String> = parts.iter().map(|part| self.predicate(part)).collect();
                format!("({})", all.join(joint))
            }
        };
        let any = |name: &str, comparison, literals: &[Literal], joint: &str| {
            let all: Vec<String> = literals
                .iter()
                .map(|literal| self.compared(name, comparison, literal))
                .collect();
            format!("({} && ({}))", self.present(name), all.join(joint))
        };
        match predicate {
            Predicate::Compare(name, comparison, literal) => format!(
                "({} && {})",
                self.present(name),
                self.compared(name, *comparison, literal)
            ),
            Predicate::In(_, literals) if literals.is_empty() => "FALSE()".to_owned(),
            Predicate::NotIn(_, literals) if literals.is_empty() => "TRUE()".to_owned(),
            Predicate::In(name, literals) => any(name, Comparison::Eq, literals, " || "),
            Predicate::NotIn(name, literals) => any(name, Comparison::Ne, literals, " && "),
            Predicate::IsNull(name) => format!("ISBLANK({})", self.column(name)),
            Predicate::IsNotNull(name) => self.present(name),
            Predicate::And(parts) => joined(parts, " && ", "TRUE()"),
            Predicate::Or(parts) => joined(parts, " || ", "FALSE()"),
            Predicate::Not(inner) => format!("NOT ({})", self.predicate(inner)),
        }
    }

    fn compared(&self, name: &str, comparison: Comparison, literal: &Literal) -> String {
        let column = self.column(name);
        match (literal, comparison) {
            (Literal::Text(value), Comparison::Eq) => format!("EXACT({column}, {})", text(value)),
            (Literal::Text(value), Comparison::Ne) => {
                format!("NOT EXACT({column}, {})", text(value))
            }
            _ => format!("{column} {} {}", comparison.sign(), written(literal)),
        }
    }
}

fn written(literal: &Literal) -> String {
    match literal {
        Literal::Bool(true) => "TRUE()".to_owned(),
        Literal::Bool(false) => "FALSE()".to_owned(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Text(value) => text(value),
        Literal::Day(day) => format!("dt\"{}\"", String::from(*day)),
        Literal::Instant(at) => time(&String::from(*at)),
        Literal::LocalTime(at) => time(&String::from(*at)),
    }
}

/// DAX knows no zones: instants stand in UTC in the model.
fn time(text: &str) -> String {
    let seconds = text.split(['.', 'Z']).next().unwrap_or_default();
    format!("dt\"{seconds}\"")
}
