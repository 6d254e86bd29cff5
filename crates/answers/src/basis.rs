//! What an answer rests on, and what its reader must know first.

use datafusion::functions_aggregate::expr_fn::{count, count_distinct, max, min, sum};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use datafusion::prelude::DataFrame;
use serde::Serialize;
use veriscope_card::views::{Language, View};
use veriscope_metrics::query::{Cell, Excluded, Outsize, OutsizeKind};
use veriscope_metrics::render::datafusion::column;

use crate::number::{self, percent};
use crate::{AnswerError, Asker};

/// What an answer rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Basis {
    /// Transactions.
    pub transactions: u64,
    /// Different persons behind them; none where the API knows no persons.
    pub persons: Option<u64>,
    /// First local day, `2025-01-08`.
    pub first_day: Option<String>,
    /// Last local day.
    pub last_day: Option<String>,
    /// The condition that was asked for.
    pub condition: Option<String>,
    /// What exclusions left out, rows of the view that was read.
    pub excluded: Vec<Excluded>,
    /// Outsize shares of processes, which bend every rate.
    pub outsize: Vec<Outsize>,
}

impl Asker<'_> {
    /// Reads what the rows of a view (`attempts` or `processes`) rest on.
    ///
    /// # Errors
    /// [`AnswerError`]: the condition does not go with the view, or the engine fails.
    pub async fn basis(&self, view: View) -> Result<Basis, AnswerError> {
        let query = self.query(view)?;
        let rows = self.source.rows(view, &query).await?;
        let transactions = match view {
            View::Processes => sum(column("attempts")),
            View::Attempts | View::MicroserviceTimes => count(lit(1_i64)),
        };
        let mut aggregates = vec![
            transactions,
            min(column("day")).alias("_first"),
            max(column("day")).alias("_last"),
        ];
        let person = self.source.card.roles.person.as_deref();
        aggregates.extend(person.map(|name| count_distinct(column(name)).alias("_persons")));
        let plan = LogicalPlanBuilder::from(rows)
            .aggregate(Vec::<Expr>::new(), aggregates)?
            .build()?;
        let batches = DataFrame::new(self.source.session.state(), plan)
            .collect()
            .await?;
        let cell = |place: usize| {
            let column = batches.first().and_then(|batch| batch.columns().get(place));
            column.map_or(Cell::Null, |column| Cell::of(column, 0))
        };
        Ok(Basis {
            transactions: whole(&cell(0)),
            persons: person.map(|_| whole(&cell(3))),
            first_day: text(cell(1)),
            last_day: text(cell(2)),
            condition: self.ask.condition.clone(),
            excluded: self.source.left_out(view, &query).await?,
            outsize: self.source.outsize(&query).await?,
        })
    }
}

fn whole(cell: &Cell) -> u64 {
    match cell {
        Cell::Int(value) => u64::try_from(*value).unwrap_or_default(),
        Cell::Null | Cell::Bool(_) | Cell::Float(_) | Cell::Text(_) => 0,
    }
}

fn text(cell: Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text),
        Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Float(_) => None,
    }
}

impl Basis {
    /// Returns what it rests on, in a line.
    #[must_use]
    pub fn line(&self, language: Language) -> String {
        let mut line = format!(
            "{} {}",
            number::count(self.transactions, language),
            language.pick("transactions", "transacciones")
        );
        if let Some(persons) = self.persons {
            line.push_str(&format!(
                " {} {} {}",
                language.pick("of", "de"),
                number::count(persons, language),
                language.pick("persons", "personas")
            ));
        }
        if let (Some(first), Some(last)) = (&self.first_day, &self.last_day) {
            let to = language.pick("to", "a");
            line.push_str(&format!(", {first} {to} {last}"));
        }
        if let Some(condition) = &self.condition {
            let where_ = language.pick("where", "donde");
            line.push_str(&format!(", {where_} {}", number::harmless(condition)));
        }
        line
    }

    /// Returns what a reader must know before the numbers.
    #[must_use]
    pub fn notes(&self, language: Language) -> Vec<String> {
        let left_out =
            (!self.excluded.is_empty()).then(|| left_out(None, &self.excluded, language));
        let bent = self.outsize.iter().map(|one| outsize(one, language));
        left_out.into_iter().chain(bent).collect()
    }
}

/// Says what exclusions left out, of a view where it matters which.
#[must_use]
pub fn left_out(view: Option<&str>, excluded: &[Excluded], language: Language) -> String {
    let parts: Vec<String> = excluded
        .iter()
        .map(|one| {
            let why = one.rule.reason.as_ref();
            let why = why.map(|why| format!("; {why}")).unwrap_or_default();
            let rows = number::count(one.rows, language);
            format!("{rows} ({}{why})", one.rule.words())
        })
        .collect();
    let parts = parts.join(", ");
    let of = view.map(|view| format!(" {} {view}", language.pick("of", "de")));
    let of = of.unwrap_or_default();
    let left_out = language.pick("left out, rows", "excluidas, filas");
    format!("{left_out}{of}: {parts}")
}

/// Says who bends the rates, and the rule that would leave them out.
#[must_use]
pub fn outsize(one: &Outsize, language: Language) -> String {
    let share = percent(one.share, language);
    let processes = number::count(one.processes, language);
    let persons = number::count(one.persons, language);
    let rule = one.rule.words().replacen(' ', ": ", 1);
    match (one.kind, language) {
        (OutsizeKind::Person, Language::English) => format!(
            "one person has {processes} processes, {share} of all, and bends every rate; \
             to leave it out: exclude: [{{{rule}}}]"
        ),
        (OutsizeKind::Client, Language::English) => format!(
            "a client has {processes} processes of {persons} persons, {share} of all, as tests \
             do; to leave it out: exclude: [{{{rule}}}]"
        ),
        (OutsizeKind::Person, Language::Spanish) => format!(
            "una sola persona tiene {processes} procesos, el {share} de todos, y sesga toda tasa; \
             para dejarla fuera: exclude: [{{{rule}}}]"
        ),
        (OutsizeKind::Client, Language::Spanish) => format!(
            "un cliente tiene {processes} procesos de {persons} personas, el {share} de todos, \
             como las pruebas; para dejarlo fuera: exclude: [{{{rule}}}]"
        ),
    }
}
