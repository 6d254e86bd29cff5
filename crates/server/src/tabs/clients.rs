//! The tab of clients: who is accepted, by client and day, and where the others fell.

use chrono::{Days, NaiveDate};
use veriscope_answers::acceptance::METRICS;
use veriscope_metrics::query::{Cell, Number};

use super::counted::{Chosen, DAY, whole, whole_of};
use super::funnel;
use crate::api::{self, ClientRow, ClientsTab, Headline, MetricTable, Num, Period};
use crate::held::Held;
use crate::query::TabQuery;
use crate::refusal::Refusal;

/// Clients that are listed.
const MOST_CLIENTS: usize = 200;
/// Columns that say when; of the period before all of them differ.
const CALENDAR: [&str; 4] = [DAY, "week", "month", "year"];

/// Answers the tab of clients.
///
/// # Errors
/// [`Refusal`]: a filter that does not go with the columns.
pub(crate) fn clients(held: &Held, query: &TabQuery) -> Result<ClientsTab, Refusal> {
    let chosen = Chosen::of(held, query)?;
    let client = held.card.roles.client.as_deref();
    let (mut by_day, mut columns) = (Vec::new(), Vec::new());
    by_day.extend(chosen.axis(DAY));
    columns.extend(by_day.first().cloned());
    columns.extend(client.and_then(|name| chosen.largest(name)));
    let [per_day] = chosen.tables(["transactions"], &columns)?;
    let [acceptance_per_day] = chosen.tables(["acceptance"], &by_day)?;
    let hours: Vec<_> = ["weekday", "hour"]
        .into_iter()
        .filter_map(|name| chosen.axis(name))
        .collect();
    let [hours, hours_acceptance] = chosen.tables(["transactions", "acceptance"], &hours)?;
    let before = query.compares().then(|| period_before(&chosen, query));
    let before = before.flatten();
    let previous = match &before {
        Some((_, query)) => Some(previous(held, query)?),
        None => None,
    };
    let (previous, per_day_previous) = previous.unzip();
    let ByClient {
        rows: by_client,
        clients,
        total,
    } = by_client(&chosen, client)?;
    // Where clients are not filtered, the whole of all clients is the whole.
    let headline = match total {
        Some(total) if client.is_some_and(|name| query.filter(name).is_none()) => {
            headline_of(&chosen, total)
        }
        _ => headline(&chosen)?,
    };
    let ended = chosen.selection.ends()?;
    let has_persons = held.card.roles.person.is_some();
    let count = |number: &Num| whole_of(number.value);
    let basis = chosen.basis_of(
        count(&headline.transactions),
        count(&headline.processes),
        has_persons.then(|| count(&headline.persons)),
    );
    Ok(ClientsTab {
        headline,
        previous,
        previous_period: before.map(|(period, _)| period),
        per_day,
        per_day_previous,
        acceptance_per_day,
        codes: one(&chosen, held.card.roles.code.as_deref())?,
        outcomes: one(&chosen, Some("outcome"))?,
        by_client,
        clients,
        funnel: funnel::steps(held, &ended),
        hours,
        hours_acceptance,
        reasons: funnel::reasons(held, &ended),
        basis,
    })
}

/// Transactions by one column; by none where the card has no such column.
fn one(chosen: &Chosen<'_>, column: Option<&str>) -> Result<MetricTable, Refusal> {
    let axes: Vec<_> = column
        .and_then(|name| chosen.axis(name))
        .into_iter()
        .collect();
    let [table] = chosen.tables(["transactions"], &axes)?;
    Ok(table)
}

/// What the headline shows, in its order.
fn headline_metrics(chosen: &Chosen<'_>) -> Vec<&'static str> {
    [chosen.volume(), METRICS.to_vec()].concat()
}

fn headline(chosen: &Chosen<'_>) -> Result<Headline, Refusal> {
    let total = chosen.count(&headline_metrics(chosen), &[], None)?.total;
    Ok(headline_of(chosen, total))
}

fn headline_of(chosen: &Chosen<'_>, total: Vec<Number>) -> Headline {
    let has_persons = chosen.volume().len() == 3;
    let mut total = total.into_iter();
    let mut next = || Num::from(total.next().unwrap_or_default());
    Headline {
        transactions: next(),
        processes: next(),
        persons: if has_persons { next() } else { Num::default() },
        acceptance: next(),
        acceptance_first: next(),
        acceptance_last: next(),
        acceptance_ever: next(),
        acceptance_decided: next(),
        technical_error_rate: next(),
    }
}

/// The period before: headline, and transactions by day.
fn previous(held: &Held, query: &TabQuery) -> Result<(Headline, MetricTable), Refusal> {
    let chosen = Chosen::of(held, query)?;
    let by_day: Vec<_> = chosen.axis(DAY).into_iter().collect();
    // Its days are its filter, which must stay in force.
    let [per_day] = chosen.tables_but(["transactions"], &by_day, None)?;
    Ok((headline(&chosen)?, per_day))
}

/// As many days right before those that are chosen.
fn period_before(chosen: &Chosen<'_>, query: &TabQuery) -> Option<(Period, TabQuery)> {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let asked = match query.filter(DAY) {
        Some([range]) => range
            .split_once("..")
            .and_then(|(first, last)| Some((day(first)?, day(last)?))),
        _ => None,
    };
    let span = || match chosen.selection.span(DAY)? {
        (Cell::Text(first), Cell::Text(last)) => Some((day(first)?, day(last)?)),
        _ => None,
    };
    let (first, last) = asked.or_else(span)?;
    let days = u64::try_from((last - first).num_days()).ok()? + 1;
    let (from, to) = (
        first.checked_sub_days(Days::new(days))?,
        first.checked_sub_days(Days::new(1))?,
    );
    let period = Period {
        from: from.to_string(),
        to: to.to_string(),
    };
    let without = CALENDAR.iter().fold(query.alone(), |query, column| {
        query.with_filter(column, Vec::new())
    });
    let before = without.with_filter(DAY, vec![format!("{}..{}", period.from, period.to)]);
    Some((period, before))
}

/// Clients, and all of them together.
#[derive(Default)]
struct ByClient {
    /// Those with the most transactions.
    rows: Vec<ClientRow>,
    /// How many there are.
    clients: u64,
    /// The numbers of the headline over all; none where the card has no clients.
    total: Option<Vec<Number>>,
}

fn by_client(chosen: &Chosen<'_>, client: Option<&str>) -> Result<ByClient, Refusal> {
    let Some((name, axis)) = client.and_then(|name| Some((name, chosen.axis(name)?))) else {
        return Ok(ByClient::default());
    };
    let mut found = chosen.count(&headline_metrics(chosen), &[axis], Some(name))?;
    let size = |numbers: &[Number]| numbers.first().map_or(0, |number| number.n);
    let groups = &mut found.groups;
    groups.sort_by_key(|group| std::cmp::Reverse(size(&group.numbers)));
    let clients = u64::try_from(groups.len()).unwrap_or(u64::MAX);
    let rows = groups.drain(..).take(MOST_CLIENTS).map(|group| {
        let value = group.values.first();
        let transactions = group.numbers.first().cloned().unwrap_or_default();
        let numbers = headline_of(chosen, group.numbers);
        ClientRow {
            client: value.map_or(api::Cell::Null, api::Cell::from),
            transactions: whole(&transactions),
            persons: transactions.persons,
            acceptance: numbers.acceptance,
            acceptance_first: numbers.acceptance_first,
            acceptance_last: numbers.acceptance_last,
            acceptance_ever: numbers.acceptance_ever,
            technical_error_rate: numbers.technical_error_rate,
        }
    });
    Ok(ByClient {
        rows: rows.collect(),
        clients,
        total: Some(found.total),
    })
}
