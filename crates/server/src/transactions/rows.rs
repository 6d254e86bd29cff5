//! Rows of `attempts` of a few processes, read from the lake.

use std::collections::BTreeSet;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::array::cast::AsArray;
use datafusion::arrow::array::types::TimestampMicrosecondType;
use datafusion::common::ScalarValue;
use datafusion::functions::expr_fn::starts_with;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::prelude::DataFrame;
use veriscope_card::views::View;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::expression::Predicate;
use veriscope_metrics::number::floor_index;
use veriscope_metrics::query::Cell;
use veriscope_metrics::render::datafusion::{Quantiles, Renderer, column};

use super::cursor::Cursor;
use super::{Cells, Page, kept};
use crate::api;
use crate::held::Held;
use crate::query::Sort;
use crate::refusal::Refusal;

/// Less of a token than this is no beginning of one.
const SHORTEST_START: usize = 12;
/// Names of what is read beside the columns that are shown.
const KEY: &str = "_row_key";
const AT: &str = "_row_at";
const TOTAL: &str = "_row_total";

/// Rows as they were read.
pub(super) struct Rows {
    batches: Vec<RecordBatch>,
    /// How many of the columns are shown.
    shown: usize,
}

/// A row with its place in the order.
pub(super) struct Placed {
    pub(super) cursor: Cursor,
    pub(super) cells: Cells,
}

impl Rows {
    /// Reads the transactions of some instants that a condition and the exclusions keep.
    pub(super) async fn read(
        held: &Held,
        asked: Option<Predicate>,
        instants: &BTreeSet<i64>,
        names: &[String],
    ) -> Result<Self, Refusal> {
        if instants.is_empty() {
            return Ok(Self {
                batches: Vec::new(),
                shown: names.len(),
            });
        }
        let date = || column(&held.card.roles.date);
        let at = || date().in_list(instants.iter().map(|us| instant(*us)).collect(), false);
        let processes = processes(held, at()).await?;
        let mut all = kept(held)?;
        all.extend(asked);
        let renderer = Renderer {
            columns: held.registry.columns(View::Attempts),
            quantiles: Quantiles::Exact,
        };
        let all = at().and(renderer.predicate(&Predicate::And(all)));
        Self::collect(held, processes, all, names, &[]).await
    }

    /// Reads one transaction, whether or not an exclusion leaves it out; with the columns of
    /// the pipeline by their own names. A token may be cut short where one alone begins so.
    pub(super) async fn read_one(
        held: &Held,
        token: &str,
        names: &[String],
    ) -> Result<Self, Refusal> {
        let key = || column(&held.card.roles.transaction);
        let path = held
            .model
            .as_ref()
            .map(PathModel::columns)
            .unwrap_or_default();
        for condition in [key().eq(lit(token)), starts_with(key(), lit(token))] {
            let processes = processes(held, condition.clone()).await?;
            let rows = Self::collect(held, processes, condition, names, &path).await?;
            match rows.each().count() {
                0 if token.len() >= SHORTEST_START => {}
                1 => return Ok(rows),
                _ => break,
            }
        }
        Err(Refusal::NotFound {
            what: "transaction",
        })
    }

    /// Returns the first row as it was read.
    pub(super) fn first(&self) -> Option<(&RecordBatch, usize)> {
        self.each().next()
    }

    async fn collect(
        held: &Held,
        staging: LogicalPlan,
        condition: Expr,
        names: &[String],
        more: &[&str],
    ) -> Result<Self, Refusal> {
        let roles = &held.card.roles;
        let shown = names.iter().enumerate();
        let page = shown.map(|(place, name)| column(name).alias(format!("_shown_{place}")));
        let mut columns: Vec<Expr> = page.collect();
        columns.push(column(&roles.transaction).alias(KEY));
        columns.push(column(&roles.date).alias(AT));
        let total = roles.total_time.as_deref();
        columns.extend(total.map(|name| column(name).alias(TOTAL)));
        columns.extend(more.iter().map(|name| column(name)));
        let view = veriscope_transform::view_plan(&held.card, View::Attempts, staging)?;
        let plan = LogicalPlanBuilder::from(view)
            .filter(condition)?
            .project(columns)?
            .build()?;
        let frame = DataFrame::new(held.session.state(), plan);
        Ok(Self {
            batches: frame.collect().await?,
            shown: names.len(),
        })
    }

    /// Returns the cells of each row.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cells> + '_ {
        self.each().map(|(batch, row)| self.cells_of(batch, row))
    }

    /// Returns the rows with their places in the order of a page.
    pub(super) fn placed(&self, page: &Page) -> Vec<Placed> {
        let placed = self.each().map(|(batch, row)| {
            let cell = |name: &str| {
                let column = batch.column_by_name(name);
                column.map_or(Cell::Null, |column| Cell::of(column, row))
            };
            let key = match cell(KEY) {
                Cell::Text(key) => key,
                Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Float(_) => String::new(),
            };
            let total = Some(cell(TOTAL)).filter(|_| page.sort == Sort::TotalTime);
            Placed {
                cursor: Cursor::new(total.and_then(whole), at_us(batch, row), key),
                cells: self.cells_of(batch, row),
            }
        });
        placed.collect()
    }

    fn each(&self) -> impl Iterator<Item = (&RecordBatch, usize)> {
        let batches = self.batches.iter();
        batches.flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)))
    }

    fn cells_of(&self, batch: &RecordBatch, row: usize) -> Cells {
        let shown = batch.columns().iter().take(self.shown);
        shown
            .map(|column| api::Cell::from(Cell::of(column, row)))
            .collect()
    }
}

/// A total time, to the millisecond as it is held in memory.
fn whole(cell: Cell) -> Option<i64> {
    match cell {
        Cell::Int(value) => Some(value),
        // As times are rounded in memory.
        Cell::Float(value) => Some(rounded(value)),
        Cell::Null | Cell::Bool(_) | Cell::Text(_) => None,
    }
}

fn rounded(value: f64) -> i64 {
    let whole = |value: f64| i64::try_from(floor_index((value + 0.5).floor())).unwrap_or(i64::MAX);
    if value < 0.0 {
        -whole(-value)
    } else {
        whole(value)
    }
}

fn at_us(batch: &RecordBatch, row: usize) -> i64 {
    let dates = batch.column_by_name(AT);
    let dates = dates.and_then(|dates| dates.as_primitive_opt::<TimestampMicrosecondType>());
    dates
        .and_then(|dates| dates.values().get(row).copied())
        .unwrap_or(0)
}

/// Returns an instant as a literal of the engine.
pub(super) fn instant(us: i64) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(
        Some(us),
        Some("UTC".into()),
    ))
}

/// Plans the staged rows of all processes that have a row of a condition. A row without a
/// process is one by itself.
async fn processes(held: &Held, condition: Expr) -> Result<LogicalPlan, Refusal> {
    let roles = &held.card.roles;
    let key = || column(&roles.transaction);
    let staged = LogicalPlanBuilder::from(held.staging.clone());
    let process = roles.process.as_deref();
    let found = staged
        .clone()
        .filter(condition)?
        .project(std::iter::once(key()).chain(process.map(column)))?
        .build()?;
    let found = DataFrame::new(held.session.state(), found)
        .collect()
        .await?;
    let mut keys = Vec::new();
    let mut processes = BTreeSet::new();
    for batch in &found {
        for row in 0..batch.num_rows() {
            let text = |place: usize| match batch.columns().get(place) {
                Some(column) => Cell::of(column, row),
                None => Cell::Null,
            };
            match (text(1), text(0)) {
                (Cell::Text(process), _) if !process.is_empty() => {
                    processes.insert(process);
                }
                (_, Cell::Text(key)) => keys.push(lit(key)),
                _ => {}
            }
        }
    }
    let mut any = key().in_list(keys, false);
    if let Some(process) = process {
        let of_processes = processes.into_iter().map(lit).collect();
        any = any.or(column(process).in_list(of_processes, false));
    }
    Ok(staged.filter(any)?.build()?)
}
