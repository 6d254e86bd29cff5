//! Which transactions a page may show: the instants of those next in the order, one more than
//! fit, and of all that stand where the page before ended.

use std::collections::{BTreeSet, BinaryHeap};

use datafusion::arrow::array::cast::AsArray;
use datafusion::arrow::array::types::TimestampMicrosecondType;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use datafusion::prelude::DataFrame;
use veriscope_cache::{Filters, Selection};
use veriscope_card::views::View;
use veriscope_metrics::expression::Predicate;
use veriscope_metrics::query::{Cell, Query};
use veriscope_metrics::render::datafusion::column;

use super::Page;
use super::cursor::Place;
use super::rows::instant;
use crate::held::Held;
use crate::query::{Order, Sort, TabQuery};
use crate::refusal::Refusal;

/// How many transactions there are, and the instants of those that may be shown, µs.
pub(super) type Picked = (u64, BTreeSet<i64>);

/// Picks from what is held in memory.
pub(super) fn in_memory(held: &Held, query: &TabQuery, page: &Page) -> Result<Picked, Refusal> {
    let cache = &held.cache;
    let filters = Filters::of(cache, query.filters())?;
    let rows = Selection::of(cache, filters).sample(usize::MAX);
    let total_time = held.card.roles.total_time.as_deref();
    let times = total_time.and_then(|name| cache.duration(name));
    let times = times.filter(|_| page.sort == Sort::TotalTime);
    let mut next = Next::new(page);
    for row in &rows {
        let row = usize::try_from(*row).unwrap_or(usize::MAX);
        let Some(at_us) = cache.at_us().get(row) else {
            continue;
        };
        next.see(times.and_then(|times| times.get(row)), *at_us);
    }
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    Ok((total, next.instants()))
}

/// The transactions that come next.
struct Next<'a> {
    page: &'a Page,
    after: Option<Place>,
    /// The last of them on top.
    heap: BinaryHeap<(Place, i64)>,
    instants: BTreeSet<i64>,
}

impl<'a> Next<'a> {
    fn new(page: &'a Page) -> Self {
        let after = page.after.as_ref();
        Self {
            page,
            after: after.map(|after| after.place_in(page.order)),
            heap: BinaryHeap::with_capacity(page.limit + 2),
            instants: after.map(|after| after.at_us).into_iter().collect(),
        }
    }

    fn see(&mut self, total: Option<i64>, at_us: i64) {
        let place = self.page.place(total, at_us);
        // Those where the page before ended are told apart by their keys, later.
        if self.after.is_some_and(|after| place <= after) {
            return;
        }
        let is_full = self.heap.len() > self.page.limit;
        if is_full && self.heap.peek().is_some_and(|(last, _)| place >= *last) {
            return;
        }
        self.heap.push((place, at_us));
        if is_full {
            self.heap.pop();
        }
    }

    fn instants(mut self) -> BTreeSet<i64> {
        self.instants
            .extend(self.heap.into_iter().map(|(_, at_us)| at_us));
        self.instants
    }
}

/// Picks by the query engine, for filters on columns that are not held.
pub(super) async fn by_engine(
    held: &Held,
    asked: Option<&Predicate>,
    page: &Page,
) -> Result<Picked, Refusal> {
    let query = Query {
        rows: asked.cloned(),
        exclude: held.rules.clone(),
        ..Query::default()
    };
    let source = held.source();
    let rows = source.rows(View::Attempts, &query).await?;
    let counted = LogicalPlanBuilder::from(rows.clone())
        .aggregate(Vec::<Expr>::new(), vec![count(lit(1_i64))])?
        .build()?;
    let counted = DataFrame::new(held.session.state(), counted)
        .collect()
        .await?;
    let total = counted.first().map(|batch| Cell::of(batch.column(0), 0));
    let total = match total {
        Some(Cell::Int(total)) => u64::try_from(total).unwrap_or(0),
        _ => 0,
    };
    let date = &held.card.roles.date;
    let total_time = held.card.roles.total_time.as_deref();
    let total_time = total_time.filter(|_| page.sort == Sort::TotalTime);
    let is_ascending = page.order == Order::Ascending;
    let mut order = Vec::new();
    order.extend(total_time.map(|name| column(name).sort(is_ascending, false)));
    order.push(column(date).sort(is_ascending, false));
    let mut plan = LogicalPlanBuilder::from(rows);
    if let Some(after) = &page.after {
        plan = plan.filter(beyond(held, page, total_time, after))?;
    }
    let plan = plan
        .project(std::iter::once(column(date)).chain(total_time.map(column)))?
        .sort(order)?
        .limit(0, Some(page.limit + 1))?
        .build()?;
    let batches = DataFrame::new(held.session.state(), plan).collect().await?;
    let mut instants: BTreeSet<i64> = page.after.iter().map(|after| after.at_us).collect();
    for batch in &batches {
        let dates = batch
            .column(0)
            .as_primitive_opt::<TimestampMicrosecondType>();
        instants.extend(
            dates
                .iter()
                .flat_map(|dates| dates.values().iter().copied()),
        );
    }
    Ok((total, instants))
}

/// Whether a transaction comes after another's place.
fn beyond(held: &Held, page: &Page, total_time: Option<&str>, after: &super::Cursor) -> Expr {
    let is_ascending = page.order == Order::Ascending;
    let further = |value: Expr, than: Expr| {
        if is_ascending {
            value.gt(than)
        } else {
            value.lt(than)
        }
    };
    let later = further(column(&held.card.roles.date), instant(after.at_us));
    let Some(name) = total_time else {
        return later;
    };
    let total = || column(name);
    match after.total() {
        None => total().is_null().and(later),
        Some(value) => further(total(), lit(value))
            .or(total().eq(lit(value)).and(later))
            .or(total().is_null()),
    }
}
