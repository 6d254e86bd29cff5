//! The periods of a table, and the period, weekday and hour of each row.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::NO_TIME;
use crate::report::{Period, TimeUnit};

/// Fewer periods are no course of time.
const LEAST_PERIODS: usize = 4;
/// Of more periods the newest are taken.
const MOST_PERIODS: usize = 24;
/// A period counts towards the choice of its length from one row in so many on.
const PART: u64 = 200;
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// The periods, and when each row was.
pub(crate) struct Calendar {
    pub(crate) unit: TimeUnit,
    /// Those that have rows, in order.
    pub(crate) periods: Vec<Period>,
    /// One entry a row; `None` without a time, or before the first period.
    pub(crate) rows: Vec<Option<Moment>>,
}

/// When a row was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Place in [`Calendar::periods`].
    pub(crate) period: usize,
    /// 0 to 6, Monday first.
    pub(crate) weekday: u8,
    /// 0 to 23.
    pub(crate) hour: u8,
    /// 1 to 31.
    pub(crate) day: u8,
    /// 1 to 12.
    pub(crate) month: u8,
    pub(crate) year: i32,
}

impl Calendar {
    /// Takes the first of month, week and day that has four periods; of more than 24 months
    /// years if there are four, else the newest 24. Days are those of the clock
    /// `offset_minutes` east of UTC.
    pub(crate) fn new(times: &[i64], offset_minutes: i32) -> Option<Self> {
        let local = |time: &i64| {
            let offset_ms = i64::from(offset_minutes) * 60_000;
            (*time != NO_TIME).then(|| time.saturating_add(offset_ms))
        };
        let days: Vec<Option<i64>> = times
            .iter()
            .map(|time| Some(local(time)?.div_euclid(DAY_MS)))
            .collect();
        let mut by_day: BTreeMap<i64, u64> = BTreeMap::new();
        for day in days.iter().flatten() {
            *by_day.entry(*day).or_default() += 1;
        }
        let (unit, starts) = choose(&by_day)?;
        let place = |day: i64| {
            let start = start_of(unit, day)?;
            starts.binary_search_by(|(known, _)| known.cmp(&start)).ok()
        };
        let places: BTreeMap<i64, usize> = by_day
            .keys()
            .filter_map(|day| Some((*day, place(*day)?)))
            .collect();
        let moment = |(time, day): (&i64, &Option<i64>)| {
            let day = (*day)?;
            let in_day_ms = local(time)?.rem_euclid(DAY_MS);
            let date = NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?;
            Some(Moment {
                period: *places.get(&day)?,
                // 1970-01-01 was a Thursday.
                weekday: u8::try_from((day + 3).rem_euclid(7)).ok()?,
                hour: u8::try_from(in_day_ms / HOUR_MS).ok()?,
                day: u8::try_from(date.day()).ok()?,
                month: u8::try_from(date.month()).ok()?,
                year: date.year(),
            })
        };
        let rows = times.iter().zip(&days).map(moment).collect();
        let period = |(start, rows): &(NaiveDate, u64)| Period {
            start: start.to_string(),
            rows: *rows,
        };
        Some(Self {
            unit,
            periods: starts.iter().map(period).collect(),
            rows,
        })
    }
}

/// The length of the periods, and their first days with the rows of each.
fn choose(by_day: &BTreeMap<i64, u64>) -> Option<(TimeUnit, Vec<(NaiveDate, u64)>)> {
    let all: u64 = by_day.values().sum();
    let periods = |unit: TimeUnit| -> Vec<(NaiveDate, u64)> {
        let mut by_start: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        for (day, rows) in by_day {
            if let Some(start) = start_of(unit, *day) {
                *by_start.entry(start).or_default() += rows;
            }
        }
        by_start.into_iter().collect()
    };
    // A stray row of another year is no reason to take longer periods.
    let count = |periods: &[(NaiveDate, u64)]| {
        periods
            .iter()
            .filter(|(_, rows)| rows.saturating_mul(PART) >= all)
            .count()
    };
    for unit in [TimeUnit::Month, TimeUnit::Week, TimeUnit::Day] {
        let mut found = periods(unit);
        if count(&found) < LEAST_PERIODS {
            continue;
        }
        if unit == TimeUnit::Month && count(&found) > MOST_PERIODS {
            let years = periods(TimeUnit::Year);
            if count(&years) >= LEAST_PERIODS {
                return Some((TimeUnit::Year, newest(years)));
            }
        }
        found = newest(found);
        return Some((unit, found));
    }
    None
}

fn newest(mut periods: Vec<(NaiveDate, u64)>) -> Vec<(NaiveDate, u64)> {
    periods.split_off(periods.len().saturating_sub(MOST_PERIODS))
}

/// The first day of the period that a day (counted from 1970) is in.
fn start_of(unit: TimeUnit, day: i64) -> Option<NaiveDate> {
    let date = NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?;
    match unit {
        TimeUnit::Day => Some(date),
        TimeUnit::Week => {
            date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))
        }
        TimeUnit::Month => date.with_day(1),
        TimeUnit::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
    }
}
