//! The pseudonymous transactions behind a mark, page by page, and one of them whole.
//!
//! Which ones a page shows is found in memory, by the instants at which they came in; what
//! they hold is read from the lake. The views look at whole processes, so that of the lake
//! only the processes of the page are read.

mod cursor;
mod pick;
mod rows;

use std::sync::Arc;

use veriscope_card::views::View;
use veriscope_metrics::expression::Predicate;

use crate::api::{Cell, ListedColumn, Transaction, Transactions};
use crate::app::App;
use crate::condition::condition;
use crate::held::Held;
use crate::query::{Order, Sort, TabQuery};
use crate::refusal::Refusal;
use crate::tabs;

use cursor::{Cursor, Place};
use rows::Rows;

const USUAL_LIMIT: usize = 50;
/// The columns of a page beside those that roles name.
const LOCAL: &str = "date_local";
const OUTCOME: &str = "outcome";
const KIND: &str = "kind";

/// What a page is to show.
#[derive(Clone, Debug)]
struct Page {
    sort: Sort,
    order: Order,
    after: Option<Cursor>,
    limit: usize,
}

impl Page {
    fn of(held: &Held, query: &TabQuery) -> Result<Self, Refusal> {
        // Without a total time there is one order alone.
        let has_time = held.card.roles.total_time.is_some();
        let sort = if has_time { query.sort } else { Sort::Date };
        let after = query.after.as_deref().map(Cursor::parse).transpose()?;
        Ok(Self {
            sort,
            order: query.order,
            after,
            limit: query.limit.unwrap_or(USUAL_LIMIT),
        })
    }

    /// Returns where a transaction stands in the order.
    fn place(&self, total: Option<i64>, at_us: i64) -> Place {
        let total = total.filter(|_| self.sort == Sort::TotalTime);
        Place::of(self.order, total, at_us)
    }
}

/// Lists transactions.
///
/// # Errors
/// A filter or the cursor is malformed, or the lake can't be read.
pub(crate) async fn list(
    app: &App,
    held: &Arc<Held>,
    query: &TabQuery,
) -> Result<Transactions, Refusal> {
    let page = Page::of(held, query)?;
    let asked = condition(held, query.filters())?;
    let (total, instants) = if query
        .filters()
        .all(|(name, _)| held.cache.column(name).is_some() || held.cache.duration(name).is_some())
    {
        let (held, query, page) = (Arc::clone(held), query.clone(), page.clone());
        app.work(move || pick::in_memory(&held, &query, &page))
            .await?
    } else {
        pick::by_engine(held, asked.as_ref(), &page).await?
    };
    let names = listed(held);
    let read: Vec<String> = names
        .iter()
        .map(|name| read_as(held, name).to_owned())
        .collect();
    let mut found = Rows::read(held, asked, &instants, &read)
        .await?
        .placed(&page);
    let beyond = |one: &rows::Placed| match &page.after {
        Some(after) => one.cursor.is_after(after, page.order),
        None => true,
    };
    found.retain(beyond);
    found.sort_by(|one, other| one.cursor.compare(&other.cursor, page.order));
    let has_more = found.len() > page.limit;
    found.truncate(page.limit);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|last| last.cursor.to_string());
    Ok(Transactions {
        total,
        columns: names.iter().map(|name| column(held, name)).collect(),
        rows: found.into_iter().map(|one| one.cells).collect(),
        next,
    })
}

/// Returns one transaction with all its columns.
///
/// # Errors
/// [`Refusal::NotFound`], or the lake can't be read.
pub(crate) async fn one(held: &Held, token: &str) -> Result<Transaction, Refusal> {
    let docs = held.registry.columns(View::Attempts).docs;
    let names: Vec<String> = docs.iter().map(|doc| doc.name.clone()).collect();
    let rows = Rows::read_one(held, token, &names).await?;
    let row = rows.cells().next().unwrap_or_default();
    let bars = match (&held.model, rows.first()) {
        (Some(model), Some((batch, row))) => tabs::bars(model, batch, row)?,
        _ => Vec::new(),
    };
    Ok(Transaction {
        columns: names.iter().map(|name| column(held, name)).collect(),
        row,
        bars,
    })
}

/// The columns of a page, in order.
fn listed(held: &Held) -> Vec<String> {
    let roles = &held.card.roles;
    let columns = [
        Some(roles.date.as_str()),
        roles.client.as_deref(),
        Some(OUTCOME),
        roles.code.as_deref(),
        Some(KIND),
        roles.total_time.as_deref(),
        roles.person.as_deref(),
        Some(&roles.transaction),
    ];
    columns.into_iter().flatten().map(str::to_owned).collect()
}

fn column(held: &Held, name: &str) -> ListedColumn {
    ListedColumn {
        name: name.to_owned(),
        title: held.title(name),
        unit: held.unit(name),
    }
}

/// What is read of a column on a page: of the date what the clock on the wall showed.
fn read_as<'a>(held: &Held, name: &'a str) -> &'a str {
    if name == held.card.roles.date {
        LOCAL
    } else {
        name
    }
}

/// The condition that exclusions keep.
fn kept(held: &Held) -> Result<Vec<Predicate>, Refusal> {
    let columns = held.registry.columns(View::Attempts);
    let mut kept = Vec::with_capacity(held.rules.len());
    for rule in &held.rules {
        let rule = rule.predicate(&held.card, columns);
        let rule = rule.map_err(veriscope_metrics::query::QueryError::from)?;
        kept.push(rule.complement());
    }
    Ok(kept)
}

/// A row of a page.
type Cells = Vec<Cell>;
