//! What an answer rests on, and what its reader must know first.

use serde::Serialize;
use veriscope_cache::{Cache, Filters, Layout, Selection};
use veriscope_card::views::{Language, View};
use veriscope_metrics::query::{Cell, Excluded, Exclusion, Outsize, OutsizeKind, Query};

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

/// Which attempts are in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// All that exclusions leave.
    All,
    /// Those of a condition.
    Chosen,
}

impl Holds {
    /// What is in memory where the rows of a query are.
    pub(crate) const fn of(query: &Query) -> Self {
        if query.rows.is_none() {
            Self::All
        } else {
            Self::Chosen
        }
    }
}

/// The local day of a row.
const DAY: &str = "day";

impl Asker<'_> {
    /// Returns what the attempts of a layout must tell for [`Self::basis_of`] as well.
    pub(crate) fn with_basis(&self, layout: Layout) -> Layout {
        let card = self.source.card;
        layout
            .with_columns(card, [DAY])
            .with_columns(card, card.roles.client.clone())
    }

    /// Reads what the attempts in question rest on.
    ///
    /// # Errors
    /// [`AnswerError`]: the condition does not go with `attempts`, or the engine fails.
    pub async fn basis(&self) -> Result<Basis, AnswerError> {
        let source = &self.source;
        let query = self.query(View::Attempts)?;
        let layout = self.with_basis(Layout::new(source.card).without_keys());
        let rows = source.rows(View::Attempts, &query).await?;
        let cache = Cache::of_plan(source.session, rows, layout, &[]).await?;
        let rows = Selection::of(&cache, Filters::default());
        self.basis_of(View::Attempts, &rows, Holds::of(&query))
            .await
    }

    /// Returns what attempts in memory rest on; conditions are of a view. Where memory holds
    /// not all attempts that exclusions leave, what is asked of all is read.
    pub(crate) async fn basis_of(
        &self,
        view: View,
        rows: &Selection<'_>,
        holds: Holds,
    ) -> Result<Basis, AnswerError> {
        let (source, query, cache) = (&self.source, self.query(view)?, rows.cache());
        let has_days = query.from.is_some() || query.to.is_some();
        let is_whole = !has_days && query.rows.is_none();
        let excluded = if is_whole && cache.left_out().len() == query.exclude.len() {
            let rules = query.exclude.iter().zip(cache.left_out());
            let excluded = |(rule, rows): (&Exclusion, &u64)| Excluded {
                rule: rule.clone(),
                rows: *rows,
            };
            rules.map(excluded).collect()
        } else {
            source.left_out(view, &query).await?
        };
        let outsize = match cache.outsize() {
            Some(shares) if holds == Holds::All && !has_days => {
                source.named(&query, shares.to_vec()).await?
            }
            _ => source.outsize(&query).await?,
        };
        let days = rows.span(DAY);
        Ok(Basis {
            transactions: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            persons: rows.persons(),
            first_day: days.and_then(|(first, _)| text(first)),
            last_day: days.and_then(|(_, last)| text(last)),
            condition: self.ask.condition.clone(),
            excluded,
            outsize,
        })
    }
}

fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
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
