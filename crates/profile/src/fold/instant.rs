//! A column of instants or days.

use std::collections::BTreeMap;

use arrow_array::{Array, TimestampMicrosecondArray};

use super::number::NULL;
use super::picked::Slot;
use super::{Absent, Rows};
use crate::hash::{RowHash, mix};
use crate::number::{count, float_i64};
use crate::plan::Plan;
use crate::report::{Counts, Order};
use crate::sketch::{HashSample, InOrder};

const HOUR_US: i64 = 3_600_000_000;
/// µs of a day.
pub(crate) const DAY_US: i64 = 24 * HOUR_US;
/// Different days that are counted: three hundred years. Later ones are counted in none.
const MOST_DAYS: usize = 110_000;

/// What has been seen of a column of instants. Days and hours are local ones.
#[derive(Clone, Debug)]
pub(crate) struct InstantFold {
    offset_us: i64,
    pub(crate) counts: Counts,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) whole_days: bool,
    /// Rows of each weekday (Monday first) and hour.
    pub(crate) weekday_hours: Vec<u64>,
    /// Rows of each day since 1970.
    pub(crate) days: BTreeMap<i64, u64>,
    order: InOrder,
    /// All instants while there is room.
    kept: Option<Vec<i64>>,
    limit: usize,
    distinct: HashSample,
}

impl InstantFold {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            offset_us: i64::from(plan.offset_minutes) * (HOUR_US / 60),
            counts: Counts::default(),
            min: i64::MAX,
            max: i64::MIN,
            whole_days: true,
            weekday_hours: vec![0; 7 * 24],
            days: BTreeMap::new(),
            order: InOrder::default(),
            kept: Some(Vec::new()),
            limit: plan.budget.kept,
            distinct: HashSample::new(plan.budget.hashes),
        }
    }

    pub(crate) fn fold(
        &mut self,
        instants: &TimestampMicrosecondArray,
        rows: &Rows,
        absent: &mut Absent,
        salted: (u64, &mut [RowHash]),
    ) {
        let (salt, hashes) = salted;
        for ((row, instant), hash) in (0_usize..).zip(instants.iter()).zip(hashes) {
            self.counts.rows += 1;
            if let Some(instant) = instant {
                hash.add(salt, bits(instant));
                self.add(instant);
            } else {
                hash.add(salt, NULL);
                self.counts.missing += 1;
                absent.add(rows.first + count(row), rows.codes.get(row));
            }
        }
    }

    fn add(&mut self, instant: i64) {
        self.counts.present += 1;
        self.min = self.min.min(instant);
        self.max = self.max.max(instant);
        self.whole_days &= instant.rem_euclid(DAY_US) == 0;
        self.order.add(float_i64(instant));
        let local = instant.saturating_add(self.offset_us);
        let day = local.div_euclid(DAY_US);
        let hour = local.rem_euclid(DAY_US) / HOUR_US;
        // 1970 began on a Thursday.
        let weekday = (day + 3).rem_euclid(7);
        let place = usize::try_from(weekday * 24 + hour).unwrap_or(usize::MAX);
        if let Some(here) = self.weekday_hours.get_mut(place) {
            *here += 1;
        }
        if self.days.len() < MOST_DAYS || self.days.contains_key(&day) {
            *self.days.entry(day).or_insert(0) += 1;
        }
        match &mut self.kept {
            Some(kept) if kept.len() < self.limit => kept.push(instant),
            Some(_) => self.sum_up(instant),
            None => self.add_hash(instant),
        }
    }

    fn add_hash(&mut self, instant: i64) {
        let hash = bits(instant);
        self.distinct
            .add(u128::from(hash) << 64 | u128::from(mix(hash)));
    }

    #[cold]
    fn sum_up(&mut self, instant: i64) {
        for earlier in self.kept.take().unwrap_or_default() {
            self.add_hash(earlier);
        }
        self.add_hash(instant);
    }

    pub(crate) const fn order(&self) -> Order {
        self.order.found()
    }

    /// All instants in order, where they were kept.
    pub(crate) fn sorted(&mut self) -> Option<Vec<i64>> {
        let mut kept = self.kept.take()?;
        kept.sort_unstable();
        Some(kept)
    }

    /// Estimates of how many there are and how many occur once, where they were not kept.
    pub(crate) fn estimated(&self) -> (u64, u64, Option<f64>) {
        (
            self.distinct.different(),
            self.distinct.once(),
            self.distinct.relative_error(),
        )
    }

    pub(crate) fn slot_of(instants: &TimestampMicrosecondArray, row: usize) -> Slot {
        if row < instants.len() && instants.is_valid(row) {
            Slot::Number(float_i64(instants.value(row)))
        } else {
            Slot::Missing
        }
    }
}

const fn bits(instant: i64) -> u64 {
    mix(instant.cast_unsigned())
}
