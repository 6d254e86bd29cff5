//! A column of numbers.

use arrow_array::{Array, Float64Array};

use super::picked::Slot;
use super::{Absent, Rows};
use crate::hash::{RowHash, mix};
use crate::plan::Plan;
use crate::report::{Counts, Order};
use crate::sketch::{Frequent, HashSample, InOrder, Magnitudes, Moments, Outer, Weighted};

/// Extremes that are followed beyond the exact limit.
const OUTER: usize = 10;

/// What has been seen of a column of numbers.
#[derive(Clone, Debug)]
pub(crate) struct NumberFold {
    sentinel: Option<f64>,
    least: f64,
    greatest: f64,
    pub(crate) counts: Counts,
    pub(crate) moments: Moments,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) whole: bool,
    order: InOrder,
    store: Store,
}

/// The numbers themselves while there is room, then summaries of them.
#[derive(Clone, Debug)]
enum Store {
    Kept {
        values: Vec<f64>,
        limit: usize,
        counted: usize,
        hashes: usize,
    },
    Summed(Box<Summed>),
}

#[derive(Clone, Debug)]
struct Summed {
    frequent: Frequent<f64>,
    distinct: HashSample,
    magnitudes: Magnitudes,
    outer: Outer,
}

/// The numbers of a column, done.
pub(crate) struct Numbers {
    /// Different values with counts, or bins.
    pub(crate) weighted: Weighted,
    /// Different values; those that occur once; relative error.
    pub(crate) distinct: (u64, u64, Option<f64>),
    /// Commonest first; lower bounds where not exact.
    pub(crate) common: Vec<(f64, u64)>,
    pub(crate) least: Vec<(f64, u64)>,
    pub(crate) greatest: Vec<(f64, u64)>,
    pub(crate) order: Order,
}

impl NumberFold {
    pub(crate) fn new(plan: &Plan) -> Self {
        let (least, greatest) = plan.known.valid.unwrap_or((None, None));
        Self {
            sentinel: plan.known.sentinel,
            least: least.unwrap_or(f64::NEG_INFINITY),
            greatest: greatest.unwrap_or(f64::INFINITY),
            counts: Counts::default(),
            moments: Moments::default(),
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            whole: true,
            order: InOrder::default(),
            store: Store::Kept {
                values: Vec::new(),
                limit: plan.budget.kept,
                counted: plan.budget.counted,
                hashes: plan.budget.hashes,
            },
        }
    }

    pub(crate) fn fold(
        &mut self,
        numbers: &Float64Array,
        rows: &Rows,
        absent: &mut Absent,
        salted: (u64, &mut [RowHash]),
    ) {
        let (salt, hashes) = salted;
        for ((row, value), hash) in (0_usize..).zip(numbers.iter()).zip(hashes) {
            let slot = self.slot(value);
            let bits = value.map_or(NULL, |value| mix((value + 0.0).to_bits()));
            hash.add(salt, bits);
            self.count(slot, value);
            match slot {
                Slot::Number(value) => self.add(value),
                Slot::Missing => {
                    absent.add(rows.first + crate::number::count(row), rows.codes.get(row))
                }
                Slot::Unusable | Slot::Hash(_) => {}
            }
        }
    }

    /// Returns what a cell is to the statistics.
    pub(crate) fn slot(&self, value: Option<f64>) -> Slot {
        match value {
            None => Slot::Missing,
            Some(value) if value.is_nan() => Slot::Missing,
            Some(value) if self.is_sentinel(value) => Slot::Missing,
            Some(value) if value.is_infinite() => Slot::Unusable,
            Some(value) if value < self.least || value > self.greatest => Slot::Unusable,
            // Minus zero is zero.
            Some(value) => Slot::Number(value + 0.0),
        }
    }

    pub(crate) fn slot_of(&self, numbers: &Float64Array, row: usize) -> Slot {
        let there = row < numbers.len() && numbers.is_valid(row);
        self.slot(there.then(|| numbers.value(row)))
    }

    #[expect(clippy::float_cmp, reason = "a sentinel is that value to the last bit")]
    fn is_sentinel(&self, value: f64) -> bool {
        self.sentinel.is_some_and(|sentinel| value == sentinel)
    }

    fn count(&mut self, slot: Slot, value: Option<f64>) {
        self.counts.rows += 1;
        match slot {
            Slot::Missing if value.is_some_and(|value| self.is_sentinel(value)) => {
                self.counts.sentinel += 1;
            }
            Slot::Missing => self.counts.missing += 1,
            Slot::Unusable if value.is_some_and(f64::is_infinite) => self.counts.infinite += 1,
            Slot::Unusable => self.counts.out_of_range += 1,
            Slot::Number(_) | Slot::Hash(_) => self.counts.present += 1,
        }
    }

    fn add(&mut self, value: f64) {
        self.counts.zeros += u64::from(value.abs() < f64::MIN_POSITIVE);
        self.counts.negative += u64::from(value < 0.0);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.whole &= value.fract().abs() < f64::MIN_POSITIVE;
        self.moments.add(value);
        self.order.add(value);
        match &mut self.store {
            Store::Kept { values, limit, .. } if values.len() < *limit => values.push(value),
            Store::Kept { .. } => {
                self.sum_up();
                self.add_summed(value);
            }
            Store::Summed(summed) => summed.add(value),
        }
    }

    fn add_summed(&mut self, value: f64) {
        if let Store::Summed(summed) = &mut self.store {
            summed.add(value);
        }
    }

    /// From kept values to summaries: they see the same values in the same order as if they
    /// had been there from the beginning.
    #[cold]
    fn sum_up(&mut self) {
        let Store::Kept {
            values,
            counted,
            hashes,
            ..
        } = &mut self.store
        else {
            return;
        };
        let mut summed = Box::new(Summed {
            frequent: Frequent::new(*counted),
            distinct: HashSample::new(*hashes),
            magnitudes: Magnitudes::default(),
            outer: Outer::new(OUTER),
        });
        for value in std::mem::take(values) {
            summed.add(value);
        }
        self.store = Store::Summed(summed);
    }

    /// Ends the fold; at most so many common values are told, all where `all` is set.
    pub(crate) fn done(self, listed: usize) -> Numbers {
        let order = self.order.found();
        match self.store {
            Store::Kept { values, .. } => exact(Weighted::of_values(values), order, listed),
            Store::Summed(summed) if summed.frequent.exact() => {
                let counts = summed
                    .frequent
                    .iter()
                    .map(|(_, entry)| (entry.value, entry.count));
                exact(Weighted::of_counts(counts), order, listed)
            }
            Store::Summed(summed) => summed.done(self.min, self.max, order, listed),
        }
    }
}

impl Summed {
    fn add(&mut self, value: f64) {
        let hash = mix(value.to_bits());
        self.frequent.add(hash, 1, || value);
        self.distinct
            .add(u128::from(hash) << 64 | u128::from(mix(hash)));
        self.magnitudes.add(value);
        self.outer.add(value);
    }

    fn done(self, min: f64, max: f64, order: Order, listed: usize) -> Numbers {
        let common = self
            .frequent
            .iter()
            .map(|(_, entry)| (entry.value, entry.count));
        Numbers {
            weighted: Weighted::of_summary(self.magnitudes.bins(), min, max),
            distinct: (
                self.distinct.different(),
                self.distinct.once(),
                self.distinct.relative_error(),
            ),
            common: commonest(common.collect(), listed),
            least: self.outer.least().to_vec(),
            greatest: self.outer.greatest().to_vec(),
            order,
        }
    }
}

fn exact(weighted: Weighted, order: Order, listed: usize) -> Numbers {
    let values: Vec<(f64, u64)> = weighted.values().collect();
    let once = values.iter().filter(|(_, count)| *count == 1).count();
    Numbers {
        weighted,
        distinct: (
            crate::number::count(values.len()),
            crate::number::count(once),
            None,
        ),
        least: values.iter().take(OUTER).copied().collect(),
        greatest: values.iter().rev().take(OUTER).copied().collect(),
        common: commonest(values, listed),
        order,
    }
}

fn commonest(mut values: Vec<(f64, u64)>, listed: usize) -> Vec<(f64, u64)> {
    values
        .sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.total_cmp(&other.0)));
    values.truncate(listed);
    values
}

/// Stands for null in the hash of a row.
pub(super) const NULL: u64 = 0x6e75_6c6c;
