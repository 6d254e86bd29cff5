//! What the tabs share: selections, counted metrics as tables, and what they rest on.

use veriscope_cache::{Axis, Filters, GroupTally, Groups, Measured, Selection};
use veriscope_metrics::query::{Cell, Number};
use veriscope_metrics::registry::{Metric, Unit};

use crate::api::{self, Basis, MetricTable, Num, NumRow};
use crate::held::Held;
use crate::query::TabQuery;
use crate::refusal::Refusal;

/// The local day of a row.
pub(super) const DAY: &str = "day";

/// The rows that a tab is about.
pub(super) struct Chosen<'a> {
    pub(super) held: &'a Held,
    pub(super) selection: Selection<'a>,
}

impl<'a> Chosen<'a> {
    /// Chooses the rows of a question.
    pub(super) fn of(held: &'a Held, query: &TabQuery) -> Result<Self, Refusal> {
        let filters = Filters::of(&held.cache, query.filters())?;
        Ok(Self {
            held,
            selection: Selection::of(&held.cache, filters),
        })
    }

    /// Finds an axis with a group for each value of a column.
    pub(super) fn axis(&self, column: &str) -> Option<Axis<'a>> {
        self.held.cache.column(column).map(Axis::all)
    }

    /// Finds an axis with the ten values that most rows have.
    pub(super) fn largest(&self, column: &str) -> Option<Axis<'a>> {
        const MOST: usize = 10;
        let column = self.held.cache.column(column)?;
        Some(Axis::largest(column, &self.selection, MOST))
    }

    /// Counts metrics by axes; a chart leaves the filter on its own axis, `but`, aside.
    pub(super) fn count(
        &self,
        metrics: &[&str],
        axes: &[Axis<'a>],
        but: Option<&str>,
    ) -> Result<Groups, Refusal> {
        let found = metrics.iter().filter_map(|id| self.metric(id));
        let found: Vec<&Metric> = found.collect();
        let measured = Measured::of(&self.held.cache, &found)?;
        Ok(GroupTally::new(&self.held.cache, &measured, axes)?.count(&self.selection, but))
    }

    fn metric(&self, id: &str) -> Option<&'a Metric> {
        self.held.registry.metric(id)
    }

    /// Counts metrics by axes, as a table each; the filter on the first axis is left aside.
    pub(super) fn tables<const N: usize>(
        &self,
        metrics: [&str; N],
        axes: &[Axis<'a>],
    ) -> Result<[MetricTable; N], Refusal> {
        let but = axes.first().map(|axis| axis.column().name.as_str());
        self.tables_but(metrics, axes, but)
    }

    /// As [`Self::tables`], leaving the filter on a column aside.
    pub(super) fn tables_but<const N: usize>(
        &self,
        metrics: [&str; N],
        axes: &[Axis<'a>],
        but: Option<&str>,
    ) -> Result<[MetricTable; N], Refusal> {
        let groups = self.count(&metrics, axes, but)?;
        let by: Vec<String> = axes.iter().map(|axis| axis.column().name.clone()).collect();
        let others = axes.last().map_or(0, |axis| axis.others);
        let mut place = 0;
        Ok(metrics.map(|id| {
            let number = |numbers: &[Number]| numbers.get(place).cloned().unwrap_or_default();
            let rows = groups.groups.iter().map(|group| NumRow {
                dimensions: group.values.iter().map(api::Cell::from).collect(),
                num: number(&group.numbers).into(),
            });
            let table = MetricTable {
                metric: id.to_owned(),
                unit: self
                    .metric(id)
                    .map_or("count", |one| unit(one.unit))
                    .to_owned(),
                by: by.clone(),
                rows: rows.collect(),
                total: number(&groups.total).into(),
                others: u64::try_from(others).unwrap_or(0),
            };
            place += 1;
            table
        }))
    }

    /// Returns what the rows rest on.
    pub(super) fn basis(&self) -> Result<Basis, Refusal> {
        let total = self.count(&self.volume(), &[], None)?.total;
        let mut total = total.iter().map(whole);
        let mut next = || total.next().unwrap_or_default();
        let (transactions, processes) = (next(), next());
        let has_persons = self.held.card.roles.person.is_some();
        Ok(self.basis_of(transactions, processes, has_persons.then(next)))
    }

    /// Returns what the rows rest on, of so many as were counted.
    pub(super) fn basis_of(
        &self,
        transactions: u64,
        processes: u64,
        persons: Option<u64>,
    ) -> Basis {
        let days = self.selection.span(DAY);
        let day = |cell: &Cell| match cell {
            Cell::Text(day) => Some(day.clone()),
            _ => None,
        };
        Basis {
            transactions,
            processes,
            persons,
            first_day: days.and_then(|(first, _)| day(first)),
            last_day: days.and_then(|(_, last)| day(last)),
            snapshot: self.held.version(),
            // Whoever answers knows how long it took.
            elapsed_ms: 0.0,
            excluded: self.held.exclusions.clone(),
            outsize: self.held.outsize.clone(),
        }
    }

    /// The metrics of how much there is: persons where the card knows them.
    pub(super) fn volume(&self) -> Vec<&'static str> {
        let has_persons = self.held.card.roles.person.is_some();
        let all = ["transactions", "processes", "persons"];
        all.into_iter()
            .take(if has_persons { 3 } else { 2 })
            .collect()
    }
}

/// Returns a unit as the API calls it.
pub(crate) const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Share => "share",
        Unit::Ms => "ms",
        Unit::Px => "px",
        Unit::Number => "number",
    }
}

/// Returns a count.
pub(super) fn whole(number: &Number) -> u64 {
    whole_of(number.value)
}

/// Returns a value as a count; 0 of none.
pub(super) fn whole_of(value: Option<f64>) -> u64 {
    let value = veriscope_metrics::number::floor_index(value.unwrap_or_default());
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// Returns a time with what it rests on, shown where a metric's least is reached.
pub(super) fn time(
    metric: Option<&Metric>,
    value: Option<f64>,
    n: u64,
    persons: Option<u64>,
) -> Num {
    let is_enough = metric.is_none_or(|metric| metric.enough.holds(n, persons.unwrap_or(u64::MAX)));
    Num {
        value: value.filter(|_| is_enough),
        n,
        persons,
        too_few: !is_enough,
        ..Num::default()
    }
}
