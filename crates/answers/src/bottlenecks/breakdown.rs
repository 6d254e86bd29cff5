//! Times by a dimension: size class of a picture, hour of the day.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use serde::Serialize;
use veriscope_card::views::{AttemptColumn, CalendarPart};
use veriscope_card::{Card, TransformRule};
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::hashed;
use veriscope_metrics::number::float_u64;
use veriscope_metrics::quantiles::Sketch;
use veriscope_metrics::query::Cell;

use crate::AnswerError;
use crate::texts::Texts;

/// Quantiles of a group's totals are exact up to so many.
const EXACT_TOTALS: usize = 100_000;

/// Times by one column of `attempts`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breakdown {
    /// The column.
    pub column: String,
    /// What its groups are.
    pub kind: BreakdownKind,
    /// Each group, in the column's order.
    pub groups: Vec<TimeGroup>,
}

/// What the groups of a breakdown are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakdownKind {
    /// Size classes of a picture.
    SizeClass,
    /// Hours of the day.
    Hour,
}

/// The times of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimeGroup {
    /// The group.
    pub group: Cell,
    /// Transactions.
    pub transactions: u64,
    /// Total time: mean, ms.
    pub total_mean_ms: Option<f64>,
    /// Total time: 95th percentile, ms.
    pub total_p95_ms: Option<f64>,
    /// Time in queues, of all pictures: mean over all its transactions, ms.
    pub queue_mean_ms: Option<f64>,
    /// The microservice with the longest mean time where it ran.
    pub slowest: Option<String>,
    /// That mean, execution and queue, all pictures, ms.
    pub slowest_mean_ms: Option<f64>,
}

/// What rows come to by each dimension, added up batch by batch.
#[derive(Clone, Debug, Default)]
pub(super) struct BreakdownTally {
    /// The column with the total; without it nothing is broken down.
    total: Option<String>,
    dimensions: Vec<Dimension>,
}

/// The rows by one column.
#[derive(Clone, Debug)]
struct Dimension {
    kind: BreakdownKind,
    column: String,
    groups: Vec<(Cell, GroupTally)>,
}

/// What the rows of one group come to.
#[derive(Clone, Debug)]
struct GroupTally {
    transactions: u64,
    total: Sketch,
    /// For each microservice in how many transactions it ran, and what those took, ms.
    services: Vec<(u64, f64)>,
    /// Time in queues, ms, and in how many transactions it was measured.
    waited: (u64, f64),
}

/// The times of a batch's rows; NaN where nothing was measured.
struct RowTimes {
    total: Vec<f64>,
    /// Of each microservice, all its runs.
    services: Vec<Vec<f64>>,
    waited: Vec<f64>,
}

impl BreakdownTally {
    /// Returns a tally of nothing, by size class of each picture and by hour.
    pub(super) fn new(card: &Card) -> Self {
        let dimensions = dimensions(card).into_iter();
        Self {
            total: card.roles.total_time.clone(),
            dimensions: dimensions
                .map(|(kind, column)| Dimension {
                    kind,
                    column,
                    groups: Vec::new(),
                })
                .collect(),
        }
    }

    /// Returns the columns of `attempts` that are read beside those of the pipeline.
    pub(super) fn columns(&self) -> Vec<&str> {
        let dimensions = self.dimensions.iter().map(|one| one.column.as_str());
        dimensions.chain(self.total.as_deref()).collect()
    }

    /// Adds the rows of a batch.
    pub(super) fn update(
        &mut self,
        model: &PathModel,
        batch: &RecordBatch,
    ) -> Result<(), AnswerError> {
        let Some(total) = &self.total else {
            return Ok(());
        };
        let times = RowTimes::of(model, total, batch)?;
        for dimension in &mut self.dimensions {
            dimension.update(&times, batch)?;
        }
        Ok(())
    }

    /// Adds what another tally has of other rows.
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, more) in self.dimensions.iter_mut().zip(&other.dimensions) {
            for (value, tally) in &more.groups {
                match mine.groups.iter_mut().find(|(known, _)| known == value) {
                    Some((_, known)) => known.merge(tally),
                    None => mine.groups.push((value.clone(), tally.clone())),
                }
            }
        }
    }

    /// Returns the breakdowns, groups in the order of their values, null first.
    pub(super) fn finish(self, model: &PathModel) -> Vec<Breakdown> {
        if self.total.is_none() {
            return Vec::new();
        }
        let dimensions = self.dimensions.into_iter();
        dimensions
            .map(|mut dimension| {
                dimension
                    .groups
                    .sort_by(|(one, _), (other, _)| one.compare(other));
                let groups = dimension.groups.into_iter();
                Breakdown {
                    column: dimension.column,
                    kind: dimension.kind,
                    groups: groups
                        .map(|(value, tally)| tally.finish(value, model.microservices()))
                        .collect(),
                }
            })
            .collect()
    }
}

impl Dimension {
    /// The place of a value's group, which is made where it is new.
    fn place(&mut self, value: &Value<'_>, services: usize) -> usize {
        let known = self.groups.iter().position(|(known, _)| value.is(known));
        known.unwrap_or_else(|| {
            let group = match value {
                Value::Null => Cell::Null,
                Value::Int(number) => Cell::Int(*number),
                Value::Text(text) => Cell::Text((*text).to_owned()),
            };
            self.groups.push((group, GroupTally::new(services)));
            self.groups.len() - 1
        })
    }

    fn update(&mut self, times: &RowTimes, batch: &RecordBatch) -> Result<(), AnswerError> {
        let places = self.places(batch, times.services.len())?;
        let mut totals: Vec<Vec<f64>> = vec![Vec::new(); self.groups.len()];
        for (place, total) in places.iter().zip(&times.total) {
            if let Some(totals) = totals.get_mut(*place) {
                totals.push(*total);
            }
        }
        let services: Vec<Vec<(u64, f64)>> = times
            .services
            .iter()
            .map(|times| sums(&places, times, self.groups.len()))
            .collect();
        let waited = sums(&places, &times.waited, self.groups.len());
        for (place, ((_, tally), totals)) in self.groups.iter_mut().zip(totals).enumerate() {
            tally.transactions += u64::try_from(totals.len()).unwrap_or(u64::MAX);
            tally.total.extend(&totals);
            let of_group = services.iter().map(|of_groups| of_groups.get(place));
            let waited = std::iter::once(waited.get(place));
            let sums = tally.services.iter_mut().chain([&mut tally.waited]);
            for (sum, more) in sums.zip(of_group.chain(waited)) {
                add_to(sum, more);
            }
        }
        Ok(())
    }

    /// The place of each row's group.
    fn places(&mut self, batch: &RecordBatch, services: usize) -> Result<Vec<usize>, AnswerError> {
        let column = hashed::column(batch, &self.column)?;
        let texts = Texts::of(batch, Some(&self.column));
        let numbers = column.as_primitive_opt::<Int64Type>();
        let mut places = Vec::with_capacity(batch.num_rows());
        let mut last: Option<(Value<'_>, usize)> = None;
        for row in 0..batch.num_rows() {
            let value = match numbers {
                Some(numbers) => {
                    let number = numbers.is_valid(row).then(|| numbers.value(row));
                    number.map_or(Value::Null, Value::Int)
                }
                None => texts.get(row).map_or(Value::Null, Value::Text),
            };
            let place = match last {
                Some((known, place)) if known == value => place,
                _ => self.place(&value, services),
            };
            last = Some((value, place));
            places.push(place);
        }
        Ok(places)
    }
}

/// A group as a row has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
}

impl Value<'_> {
    fn is(&self, group: &Cell) -> bool {
        match (self, group) {
            (Self::Null, Cell::Null) => true,
            (Self::Int(one), Cell::Int(other)) => one == other,
            (Self::Text(one), Cell::Text(other)) => one == other,
            _ => false,
        }
    }
}

/// Of each group in how many rows something was measured, and how much together.
fn sums(places: &[usize], times: &[f64], groups: usize) -> Vec<(u64, f64)> {
    let mut sums = vec![(0, 0.0); groups];
    for (place, time) in places.iter().zip(times) {
        if let Some((n, sum)) = sums.get_mut(*place) {
            // Without a branch: whether one ran is anyone's guess.
            *n += u64::from(!time.is_nan());
            *sum += if time.is_nan() { 0.0 } else { *time };
        }
    }
    sums
}

fn add_to(sum: &mut (u64, f64), more: Option<&(u64, f64)>) {
    if let Some((n, time)) = more {
        sum.0 += n;
        sum.1 += time;
    }
}

impl RowTimes {
    fn of(model: &PathModel, total: &str, batch: &RecordBatch) -> Result<Self, AnswerError> {
        let nothing = || vec![f64::NAN; batch.num_rows()];
        let mut services: Vec<Vec<f64>> = model.microservices().iter().map(|_| nothing()).collect();
        let mut waited = nothing();
        for (name, times) in model.microservices().iter().zip(&mut services) {
            let runs = || model.runs().iter().filter(|run| run.microservice == *name);
            for run in runs() {
                add(times, &floats(batch, &run.service)?);
            }
            for queue in runs().filter_map(|run| run.queue.as_deref()) {
                let queue = floats(batch, queue)?;
                add(&mut waited, &queue);
                for (time, queue) in times.iter_mut().zip(&queue) {
                    // In a transaction in which it did not run it has no time.
                    *time += if queue.is_nan() { 0.0 } else { *queue };
                }
            }
        }
        Ok(Self {
            total: floats(batch, total)?,
            services,
            waited,
        })
    }
}

/// Adds up what was measured.
fn add(sums: &mut [f64], times: &[f64]) {
    for (sum, time) in sums.iter_mut().zip(times) {
        let both = if sum.is_nan() { *time } else { *sum + time };
        *sum = if time.is_nan() { *sum } else { both };
    }
}

/// A column of times; NaN where nothing was measured.
fn floats(batch: &RecordBatch, name: &str) -> Result<Vec<f64>, AnswerError> {
    Ok(hashed::floats(hashed::column(batch, name)?, name)?)
}

impl GroupTally {
    fn new(services: usize) -> Self {
        Self {
            transactions: 0,
            total: Sketch::new(EXACT_TOTALS),
            services: vec![(0, 0.0); services],
            waited: (0, 0.0),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.transactions += other.transactions;
        self.total.merge(&other.total);
        let both = self.services.iter_mut().zip(&other.services);
        for (sum, more) in both.chain([(&mut self.waited, &other.waited)]) {
            add_to(sum, Some(more));
        }
    }

    fn finish(mut self, group: Cell, names: &[String]) -> TimeGroup {
        let means = names.iter().zip(&self.services);
        let slowest = means
            .filter(|(_, (n, _))| *n > 0)
            .map(|(name, (n, sum))| (name, sum / float_u64(*n)))
            .max_by(|(_, one), (_, other)| one.total_cmp(other));
        let (waits, waited) = self.waited;
        TimeGroup {
            group,
            transactions: self.transactions,
            total_mean_ms: self.total.mean(),
            total_p95_ms: self.total.quantile(0.95).map(|found| found.value),
            queue_mean_ms: (waits > 0).then(|| waited / float_u64(self.transactions)),
            slowest: slowest.map(|(name, _)| name.clone()),
            slowest_mean_ms: slowest.map(|(_, mean)| mean),
        }
    }
}

/// The columns by which times are broken down.
fn dimensions(card: &Card) -> Vec<(BreakdownKind, String)> {
    let is_size = |name: &String| {
        let mut columns = card.transform.iter();
        columns.any(|one| one.name == *name && matches!(one.rule, TransformRule::SizeClass { .. }))
    };
    card.attempt_columns()
        .into_iter()
        .filter_map(|column| match column.definition {
            AttemptColumn::Shape(name) if is_size(&name) => {
                Some((BreakdownKind::SizeClass, column.doc.name))
            }
            AttemptColumn::Calendar(CalendarPart::Hour) => {
                Some((BreakdownKind::Hour, column.doc.name))
            }
            _ => None,
        })
        .collect()
}
