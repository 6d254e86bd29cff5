//! The correlations of a report: heat maps, and the strongest pairs.

use crate::Scope;
use crate::report::{Association, CorrelationMatrix, Correlations, Pair};

use super::MOST_COLUMNS;
use super::cluster::{average_linkage, triangle};
use super::columns::{Comparable, comparable};
use super::measures::{Measures, measures};
use super::number::rounded;
use super::screen::strongest;

/// Pairs that are listed.
const MOST_PAIRS: usize = 200;

/// Returns correlations of all columns that can be compared; none of fewer than two.
pub(crate) fn correlations(scope: &Scope<'_>) -> Option<Correlations> {
    let options = scope.options;
    let threads = options.threads.get();
    let columns = comparable(scope);
    if columns.len() < 2 {
        return None;
    }
    let of = Of::new(&columns);
    let chosen = strongest(&columns, MOST_COLUMNS, scope.sample.rows, threads);
    let mut place = 0;
    let columns: Vec<Comparable<'_>> = columns
        .into_iter()
        .filter(|_| {
            let keep = chosen.binary_search(&place).is_ok();
            place += 1;
            keep
        })
        .collect();
    let map = Map {
        measures: measures(&columns, options.kendall_rows, threads),
        columns: &columns,
    };
    let order = map.order();
    let matrices = Association::ALL
        .into_iter()
        .filter_map(|measure| map.matrix(measure, &order, of.count(measure)))
        .collect();
    Some(Correlations {
        matrices,
        pairs: map.strongest(scope),
        basis: scope.basis(),
        kendall_basis: scope.sample.basis(options.kendall_rows),
    })
}

/// Returns the columns that go together with others, each with those others, strongest first:
/// a coefficient of `least` or more by the measure `auto`.
pub(crate) fn partners(correlations: &Correlations, least: f64) -> Vec<(usize, Vec<(usize, f64)>)> {
    let auto = correlations
        .matrices
        .iter()
        .find(|matrix| matrix.measure == Association::Auto);
    let Some(matrix) = auto else {
        return Vec::new();
    };
    let size = matrix.columns.len();
    let strong = |one: usize, other: usize| {
        if one == other {
            return None;
        }
        let place = triangle(size, one.min(other), one.max(other));
        let value = matrix.values.get(place).copied().flatten()?;
        (value.abs() >= least).then_some(value)
    };
    let mut found = Vec::new();
    for (one, column) in matrix.columns.iter().enumerate() {
        let others = matrix.columns.iter().enumerate();
        let mut others: Vec<(usize, f64)> = others
            .filter_map(|(other, column)| Some((*column, strong(one, other)?)))
            .collect();
        others.sort_by(|one, other| {
            other
                .1
                .abs()
                .total_cmp(&one.1.abs())
                .then(one.0.cmp(&other.0))
        });
        if !others.is_empty() {
            found.push((*column, others));
        }
    }
    found.sort_unstable_by_key(|(column, _)| *column);
    found
}

/// How many columns there are to compare, before those for the heat maps are chosen.
struct Of {
    numbers: usize,
    categories: usize,
}

impl Of {
    fn new(columns: &[Comparable<'_>]) -> Self {
        let numbers = columns
            .iter()
            .filter(|column| column.number().is_some())
            .count();
        Self {
            numbers,
            categories: columns.len() - numbers,
        }
    }

    fn count(&self, measure: Association) -> u64 {
        let count = match measure {
            Association::Auto | Association::PhiK => self.numbers + self.categories,
            Association::Pearson | Association::Spearman | Association::Kendall => self.numbers,
            Association::CramersV => self.categories,
        };
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

impl Association {
    const ALL: [Self; 6] = [
        Self::Auto,
        Self::Pearson,
        Self::Spearman,
        Self::Kendall,
        Self::CramersV,
        Self::PhiK,
    ];

    fn of(self, measures: &Measures) -> Option<f64> {
        match self {
            Self::Auto => measures.auto,
            Self::Pearson => measures.pearson,
            Self::Spearman => measures.spearman,
            Self::Kendall => measures.kendall,
            Self::CramersV => measures.cramers_v,
            Self::PhiK => measures.phi_k,
        }
    }

    fn takes(self, column: &Comparable<'_>) -> bool {
        match self {
            Self::Auto | Self::PhiK => true,
            Self::Pearson | Self::Spearman | Self::Kendall => column.number().is_some(),
            Self::CramersV => column.number().is_none(),
        }
    }
}

/// Columns and all their pairs.
struct Map<'m, 'a> {
    columns: &'m [Comparable<'a>],
    measures: Vec<Measures>,
}

impl Map<'_, '_> {
    fn of(&self, one: usize, other: usize) -> Option<&Measures> {
        self.measures
            .get(triangle(self.columns.len(), one.min(other), one.max(other)))
    }

    /// Places in an order that puts side by side what goes together.
    fn order(&self) -> Vec<usize> {
        let apart = |measures: &Measures| 1.0 - measures.auto.map_or(0.0, f64::abs);
        average_linkage(
            self.columns.len(),
            self.measures.iter().map(apart).collect(),
        )
        .order
    }

    fn matrix(&self, measure: Association, order: &[usize], of: u64) -> Option<CorrelationMatrix> {
        let takes = |place: &usize| {
            self.columns
                .get(*place)
                .is_some_and(|column| measure.takes(column))
        };
        let places: Vec<usize> = order.iter().copied().filter(takes).collect();
        if places.len() < 2 {
            return None;
        }
        let mut values = Vec::with_capacity(places.len() * (places.len() - 1) / 2);
        for (index, one) in places.iter().enumerate() {
            for other in places.iter().skip(index + 1) {
                let value = self
                    .of(*one, *other)
                    .and_then(|measures| measure.of(measures));
                values.push(value.map(rounded));
            }
        }
        let column = |place: &usize| self.columns.get(*place).map(|column| column.column);
        let columns = places.iter().filter_map(column).collect();
        Some(CorrelationMatrix {
            measure,
            columns,
            values,
            of,
        })
    }

    fn strongest(&self, scope: &Scope<'_>) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for (index, one) in self.columns.iter().enumerate() {
            for (other_index, other) in self.columns.iter().enumerate().skip(index + 1) {
                if let Some(measures) = self.of(index, other_index)
                    && let Some(auto) = measures.auto
                {
                    pairs.push((auto.abs(), one.column, other.column, measures));
                }
            }
        }
        let by_strength = |one: &(f64, usize, usize, &Measures),
                           other: &(f64, usize, usize, &Measures)| {
            other
                .0
                .total_cmp(&one.0)
                .then((one.1, one.2).cmp(&(other.1, other.2)))
        };
        pairs.sort_unstable_by(by_strength);
        pairs.truncate(MOST_PAIRS);
        pairs
            .into_iter()
            .map(|(_, a, b, measures)| pair(scope, a, b, measures))
            .collect()
    }
}

fn pair(scope: &Scope<'_>, a: usize, b: usize, measures: &Measures) -> Pair {
    Pair {
        a,
        b,
        twins: scope
            .columns
            .get(a)
            .is_some_and(|column| column.twins.contains(&b)),
        rows: measures.rows,
        auto: measures.auto.map(rounded),
        pearson: measures.pearson.map(rounded),
        spearman: measures.spearman.map(rounded),
        kendall: measures.kendall.map(rounded),
        cramers_v: measures.cramers_v.map(rounded),
        phi_k: measures.phi_k.map(rounded),
    }
}
