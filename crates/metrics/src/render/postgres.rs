//! Expressions as PostgreSQL SQL.
//!
//! Names are qualified and quoted, text is compared in the collation "C", that is by bytes,
//! whatever the database's own. The text holds for every `search_path` and for
//! `standard_conforming_strings` on or off.

use veriscope_card::views::ColumnType;

use crate::expression::{Columns, Literal, LocalTime, Measure, Predicate, Value};

/// Renders expressions over one view.
#[derive(Clone, Copy, Debug)]
pub struct Renderer<'a> {
    /// The view's columns.
    pub columns: Columns<'a>,
}

/// What a statement asks of a view.
#[derive(Clone, Copy, Debug)]
pub struct Select<'a> {
    /// Schema of the view.
    pub schema: &'a str,
    /// Dimensions, by the exact names of their columns.
    pub by: &'a [String],
    /// Which rows.
    pub rows: Option<&'a Predicate>,
}

/// Returns a name between double quotes.
#[must_use]
pub fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns text as a literal.
#[must_use]
pub fn text(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

impl Renderer<'_> {
    /// Renders a statement that gives dimensions, `value` (double precision) and `n`
    /// (bigint), ordered by the dimensions.
    #[must_use]
    pub fn select(&self, measure: &Measure, asked: Select<'_>) -> String {
        let mut columns: Vec<String> = asked.by.iter().map(|by| self.dimension(by)).collect();
        columns.push(format!("{} AS value", self.measure(measure)));
        columns.push(format!("{} AS n", self.count(&measure.rows())));
        let mut sql = format!(
            "SELECT {}\nFROM {}.{}",
            columns.join(",\n       "),
            name(asked.schema),
            name(self.columns.view.name())
        );
        if let Some(rows) = asked.rows {
            sql.push_str(&format!("\nWHERE {}", self.predicate(rows)));
        }
        if !asked.by.is_empty() {
            let places: Vec<String> = (1..=asked.by.len()).map(|at| at.to_string()).collect();
            let places = places.join(", ");
            sql.push_str(&format!("\nGROUP BY {places}\nORDER BY {places}"));
        }
        sql
    }

    fn dimension(&self, by: &str) -> String {
        match self.column_type(by) {
            Some(ColumnType::Text) => {
                format!("{} COLLATE pg_catalog.\"C\" AS {}", name(by), name(by))
            }
            _ => name(by),
        }
    }

    fn count(&self, rows: &Measure) -> String {
        let mut kept = Vec::new();
        let mut measure = rows;
        while let Measure::Filter(inner, predicate) = measure {
            kept.push(self.predicate(predicate));
            measure = inner;
        }
        format!("pg_catalog.count(*){}", filter(&kept))
    }

    /// Renders a measure as an expression of type double precision.
    #[must_use]
    pub fn measure(&self, measure: &Measure) -> String {
        self.filtered(measure, &[])
    }

    fn filtered(&self, measure: &Measure, kept: &[String]) -> String {
        let only = filter(kept);
        match measure {
            Measure::Count => format!("(pg_catalog.count(*){only})::double precision"),
            Measure::Distinct(of) => {
                let of = self.comparable(of);
                format!("(pg_catalog.count(DISTINCT {of}){only})::double precision")
            }
            Measure::Sum(of) => {
                format!(
                    "(pg_catalog.sum({}){only})::double precision",
                    self.value(of)
                )
            }
            Measure::Mean(of) => {
                let of = self.value(of);
                format!(
                    "((pg_catalog.sum({of}){only})::double precision \
                     / NULLIF((pg_catalog.count({of}){only})::double precision, 0))"
                )
            }
            Measure::Min(of) => {
                format!(
                    "(pg_catalog.min({}){only})::double precision",
                    self.value(of)
                )
            }
            Measure::Max(of) => {
                format!(
                    "(pg_catalog.max({}){only})::double precision",
                    self.value(of)
                )
            }
            Measure::Quantile { of, share } => format!(
                "(pg_catalog.percentile_cont({share}) WITHIN GROUP \
                 (ORDER BY ({})::double precision){only})",
                self.value(of)
            ),
            Measure::Ratio(one, other) => format!(
                "({} / NULLIF({}, 0))",
                self.filtered(one, kept),
                self.filtered(other, kept)
            ),
            Measure::Filter(measure, predicate) => {
                let mut all = kept.to_vec();
                all.push(self.predicate(predicate));
                self.filtered(measure, &all)
            }
        }
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Column(of) => name(of),
            Value::Total { first, plus } => {
                let is_int = |name: &str| self.column_type(name) == Some(ColumnType::Int);
                // Whole numbers are added as numeric, which has no limit.
                let wide = if value.columns().all(is_int) {
                    "numeric"
                } else {
                    "double precision"
                };
                let first = format!("{}::{wide}", name(first));
                let sum = plus.iter().fold(first, |sum, more| {
                    format!("{sum} + COALESCE({}::{wide}, 0)", name(more))
                });
                format!("({sum})")
            }
        }
    }

    fn column_type(&self, name: &str) -> Option<ColumnType> {
        self.columns.find(name).ok().map(|doc| doc.column_type)
    }

    fn comparable(&self, of: &str) -> String {
        match self.column_type(of) {
            Some(ColumnType::Text) => format!("({} COLLATE pg_catalog.\"C\")", name(of)),
            _ => name(of),
        }
    }

    /// Renders a predicate.
    #[must_use]
    pub fn predicate(&self, predicate: &Predicate) -> String {
        let list = |literals: &[Literal]| {
            let all: Vec<String> = literals.iter().map(literal).collect();
            all.join(", ")
        };
        let joined = |parts: &[Predicate], joint: &str, of_none: &str| match parts {
            [] => of_none.to_owned(),
            parts => {
                let all: Vec<String> = parts.iter().map(|part| self.predicate(part)).collect();
                format!("({})", all.join(joint))
            }
        };
        match predicate {
            Predicate::Compare(of, comparison, value) => format!(
                "{} {} {}",
                self.comparable(of),
                comparison.sign(),
                literal(value)
            ),
            Predicate::In(_, literals) if literals.is_empty() => "false".to_owned(),
            Predicate::NotIn(_, literals) if literals.is_empty() => "true".to_owned(),
            Predicate::In(of, literals) => {
                format!("{} IN ({})", self.comparable(of), list(literals))
            }
            Predicate::NotIn(of, literals) => {
                format!("{} NOT IN ({})", self.comparable(of), list(literals))
            }
            Predicate::IsNull(of) => format!("{} IS NULL", name(of)),
            Predicate::IsNotNull(of) => format!("{} IS NOT NULL", name(of)),
            Predicate::And(parts) => joined(parts, " AND ", "true"),
            Predicate::Or(parts) => joined(parts, " OR ", "false"),
            Predicate::Not(inner) => format!("NOT ({})", self.predicate(inner)),
        }
    }
}

fn filter(kept: &[String]) -> String {
    if kept.is_empty() {
        return String::new();
    }
    format!(" FILTER (WHERE {})", kept.join(" AND "))
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => format!("({value})::bigint"),
        Literal::Float(value) => format!("'{value:?}'::double precision"),
        Literal::Text(value) => text(value),
        Literal::Day(day) => format!("'{}'::date", String::from(*day)),
        Literal::Instant(at) => format!("'{}'::timestamptz", String::from(*at)),
        Literal::LocalTime(at) => local_time(*at),
    }
}

fn local_time(at: LocalTime) -> String {
    format!("'{}'::timestamp", String::from(at))
}
