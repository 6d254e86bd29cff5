//! The change of one column.

use crate::Options;
use crate::number::figure;
use crate::outcome::sorted::Sorted;
use crate::pairs::number::{float_u64, rounded};
use crate::pairs::table::Codes;
use crate::report::ColumnDrift;

use super::calendar::{Calendar, Moment};
use super::season::{Season, category_told, variance_told};
use super::shift::{LEAST_ROWS, Shares, decile_edges, psi, verdict};

/// Categories that stand for themselves; all others are one bin.
const MOST_CATEGORIES: usize = 9;

/// A category of which weekday or hour tell so much is that part of the date in other words.
const CERTAIN: f64 = 0.9999;

/// A number column: tenths of the whole, and the medians.
pub(crate) fn of_numbers(
    values: &[f64],
    calendar: &Calendar,
    options: &Options,
) -> Option<ColumnDrift> {
    if is_part_of_date(values.iter().copied(), calendar) {
        return None;
    }
    let edges = decile_edges(&Sorted::new(values.iter().copied()));
    let bins = edges.len() + 1;
    let place = |value: &f64| {
        if value.is_finite() {
            edges.partition_point(|edge| edge < value)
        } else {
            bins
        }
    };
    let counted = Counted::new(values.iter().map(place), bins, calendar);
    let mut by_period = vec![Vec::new(); calendar.periods.len()];
    for (value, moment) in values.iter().zip(&calendar.rows) {
        if let Some(period) = moment.and_then(|moment| by_period.get_mut(moment.period)) {
            period.push(*value);
        }
    }
    let median = |values: Vec<f64>| {
        let sorted = Sorted::new(values.into_iter());
        let enough = u64::try_from(sorted.len()).is_ok_and(|count| count >= options.smallest_cell);
        sorted.quantile(0.5).and_then(figure).filter(|_| enough)
    };
    let series = by_period.into_iter().map(median).collect();
    let told = |group: fn(&Moment) -> u8| variance_told(values, &groups(calendar, group));
    let season = Season::of_shares(told(|moment| moment.hour), told(|moment| moment.weekday));
    counted.drift(series, season)
}

/// Whether numbers are the year, month, day, weekday or hour of their rows: those change with
/// time by what they are.
fn is_part_of_date(values: impl Iterator<Item = f64> + Clone, calendar: &Calendar) -> bool {
    let parts: [fn(&Moment) -> f64; 6] = [
        |moment| f64::from(moment.year),
        |moment| f64::from(moment.month),
        |moment| f64::from(moment.day),
        |moment| f64::from(moment.weekday),
        |moment| f64::from(moment.weekday) + 1.0,
        |moment| f64::from(moment.hour),
    ];
    parts.into_iter().any(|part| {
        let rows = values.clone().zip(&calendar.rows);
        let mut known = rows.filter_map(|(value, moment)| Some((value, moment.as_ref()?)));
        known.all(|(value, moment)| value.is_nan() || (value - part(moment)).abs() < 1e-9)
    })
}

/// A column of categories: the commonest as they are, and the share of the commonest.
pub(crate) fn of_codes(
    (codes, labels): (&[u32], &[String]),
    calendar: &Calendar,
    options: &Options,
) -> Option<ColumnDrift> {
    let numbers: Vec<f64> = labels
        .iter()
        .map(|label| label.parse().unwrap_or(f64::INFINITY))
        .collect();
    let number = |code: &u32| match *code {
        u32::MAX => f64::NAN,
        code => usize::try_from(code)
            .ok()
            .and_then(|code| numbers.get(code))
            .copied()
            .unwrap_or(f64::INFINITY),
    };
    if is_part_of_date(codes.iter().map(number), calendar) {
        return None;
    }
    let common = commonest(codes);
    let bins = common.len() + 1;
    let place = |code: &u32| match *code {
        u32::MAX => bins,
        code => common
            .iter()
            .position(|known| *known == code)
            .unwrap_or(common.len()),
    };
    let counted = Counted::new(codes.iter().map(place), bins, calendar);
    let share = |period: &Shares| {
        let present = period.total() - period.counts.last().copied().unwrap_or(0);
        let first = period.counts.first().copied()?;
        (present >= options.smallest_cell.max(1))
            .then(|| rounded(float_u64(first) / float_u64(present)))
    };
    let series = counted.by_period.iter().map(share).collect();
    let numbered = Codes::of(codes);
    let told =
        |group: fn(&Moment) -> u8| category_told(numbered.as_ref()?, &groups(calendar, group));
    let (by_hour, by_weekday) = (told(|moment| moment.hour), told(|moment| moment.weekday));
    let certain = |told: Option<f64>| told.is_some_and(|told| told > CERTAIN);
    if certain(by_hour) || certain(by_weekday) {
        return None;
    }
    let season = Season::of_v(by_hour, by_weekday);
    counted.drift(series, season)
}

/// The commonest codes, commonest first; equally common ones by number.
pub(crate) fn commonest(codes: &[u32]) -> Vec<u32> {
    let mut counts: std::collections::BTreeMap<u32, u64> = std::collections::BTreeMap::new();
    for code in codes.iter().filter(|code| **code != u32::MAX) {
        *counts.entry(*code).or_default() += 1;
    }
    let mut counts: Vec<(u32, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.truncate(MOST_CATEGORIES);
    counts.into_iter().map(|(code, _)| code).collect()
}

fn groups(calendar: &Calendar, group: fn(&Moment) -> u8) -> Vec<Option<u8>> {
    calendar
        .rows
        .iter()
        .map(|moment| moment.as_ref().map(group))
        .collect()
}

/// Rows of each bin, missing ones last, by period.
struct Counted {
    by_period: Vec<Shares>,
    all: Shares,
}

impl Counted {
    fn new(places: impl Iterator<Item = usize>, bins: usize, calendar: &Calendar) -> Self {
        let mut by_period = vec![Shares::none(bins + 1); calendar.periods.len()];
        let mut all = Shares::none(bins + 1);
        for (place, moment) in places.zip(&calendar.rows) {
            if let Some(period) = moment.and_then(|moment| by_period.get_mut(moment.period)) {
                period.add(place);
                all.add(place);
            }
        }
        Self { by_period, all }
    }

    fn drift(self, series: Vec<Option<f64>>, season: Season) -> Option<ColumnDrift> {
        let against_others = |period: &Shares| {
            let others = self.all.without(period);
            let enough = period.total().min(others.total()) >= LEAST_ROWS;
            psi(period, &others).map(rounded).filter(|_| enough)
        };
        let found: Vec<Option<f64>> = self.by_period.iter().map(against_others).collect();
        let known = found
            .iter()
            .enumerate()
            .filter_map(|(period, psi)| Some((period, (*psi)?)));
        // Of equal ones the first.
        let (period, greatest) =
            known.reduce(|most, next| if next.1 > most.1 { next } else { most })?;
        let missing = |period: &Shares| {
            let total = period.total();
            let missing = period.counts.last().copied()?;
            (total > 0).then(|| rounded(float_u64(missing) / float_u64(total)))
        };
        Some(ColumnDrift {
            missing: self.by_period.iter().map(missing).collect(),
            psi: found,
            greatest,
            period,
            verdict: verdict(greatest),
            series,
            by_hour: season.by_hour.map(rounded),
            by_weekday: season.by_weekday.map(rounded),
            seasonal: season.seasonal,
        })
    }
}
