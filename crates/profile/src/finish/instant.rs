//! The figures of a column of instants.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, SecondsFormat};

use super::Context;
use super::column::{Body, Notes, Show, Slots, basis, guessed, kind_by_values};
use crate::SampleColumn;
use crate::fold::{DAY_US, InstantFold};
use crate::number::{float_i64, rounded};
use crate::plan::Plan;
use crate::report::{ColumnKind, DateFigures, Gap, Gaps, MonthCount, TimeUnit};
use crate::sketch::Weighted;

/// Periods of a series.
const PERIODS: usize = 400;
/// Gaps listed.
const GAPS: usize = 5;

pub(crate) fn body(
    plan: &Plan,
    mut fold: InstantFold,
    slots: &Slots<'_>,
    context: &Context<'_>,
) -> Body {
    let sorted = fold.sorted();
    let distinct = sorted.as_deref().map_or_else(|| fold.estimated(), distinct);
    let identifying = plan.known.identifying || guessed(plan, false);
    let hidden = identifying && !context.options.full;
    let kind = kind_by_values(distinct.0).unwrap_or(if identifying {
        ColumnKind::Identifier
    } else {
        ColumnKind::Datetime
    });
    let sample = if kind == ColumnKind::Datetime {
        // Whole milliseconds, as page and periods have them.
        let ms = slots
            .numbers()
            .map(|us| us.map_or(f64::NAN, |us| (us / 1000.0).floor()));
        SampleColumn::Number(ms.collect())
    } else {
        SampleColumn::None
    };
    let with_figures = !hidden && fold.counts.present > 0;
    Body {
        kind,
        identifying,
        distinct,
        datetime: with_figures.then(|| figures(plan, &fold, sorted.as_deref(), context)),
        sample,
        notes: Notes {
            guessed: guessed(plan, false),
            compared: kind == ColumnKind::Datetime,
            ..Notes::default()
        },
        show: Show {
            name: plan.name.clone(),
            hidden,
            token: plan.known.token,
            ..Show::default()
        },
        number: None,
        text: None,
        common: None,
        extremes: None,
        central: None,
        bytes: 0,
    }
}

fn distinct(sorted: &[i64]) -> (u64, u64, Option<f64>) {
    let (mut values, mut once) = (0, 0);
    for run in sorted.chunk_by(|one, other| one == other) {
        values += 1;
        once += u64::from(run.len() == 1);
    }
    (values, once, None)
}

fn figures(
    plan: &Plan,
    fold: &InstantFold,
    sorted: Option<&[i64]>,
    context: &Context<'_>,
) -> DateFigures {
    let (unit, series) = series(&fold.days);
    let by_hour = |hour: usize| fold.weekday_hours.iter().skip(hour).step_by(24).sum();
    let end = |instant: i64| {
        let local = instant.saturating_add(i64::from(plan.offset_minutes) * 60_000_000);
        if context.options.full {
            instant_text(instant)
        } else {
            day(local.div_euclid(DAY_US))
        }
    };
    let timed = !fold.whole_days;
    DateFigures {
        n: fold.counts.present,
        first: end(fold.min),
        last: end(fold.max),
        span_ms: rounded((float_i64(fold.max) - float_i64(fold.min)) / 1000.0),
        offset_minutes: plan.offset_minutes,
        whole_days: fold.whole_days,
        hours: if timed {
            (0..24).map(by_hour).collect()
        } else {
            Vec::new()
        },
        weekdays: fold
            .weekday_hours
            .chunks(24)
            .map(|hours| hours.iter().sum())
            .collect(),
        weekday_hours: if timed {
            fold.weekday_hours.clone()
        } else {
            Vec::new()
        },
        series,
        series_unit: unit,
        gaps: gaps(plan, fold, sorted),
        order: fold.order(),
        basis: basis(sorted.is_none().then_some(0.0), context.rows),
    }
}

/// Rows of each period, in the shortest unit that gives no more than [`PERIODS`].
fn series(days: &BTreeMap<i64, u64>) -> (TimeUnit, Vec<MonthCount>) {
    let units = [
        TimeUnit::Day,
        TimeUnit::Week,
        TimeUnit::Month,
        TimeUnit::Year,
    ];
    let ends = days.first_key_value().zip(days.last_key_value());
    let Some((first, last)) =
        ends.and_then(|((first, _), (last, _))| Some((date(*first)?, date(*last)?)))
    else {
        return (TimeUnit::Day, Vec::new());
    };
    for unit in units {
        let mut periods = BTreeMap::new();
        let mut at = Some(begin(first, unit));
        while let Some(start) = at.filter(|start| *start <= last && periods.len() <= PERIODS) {
            periods.insert(start, 0);
            at = next(start, unit);
        }
        if periods.len() > PERIODS && unit != TimeUnit::Year {
            continue;
        }
        for (day, rows) in days {
            if let Some(here) = date(*day).and_then(|day| periods.get_mut(&begin(day, unit))) {
                *here += rows;
            }
        }
        let counts = periods.into_iter().map(|(start, count)| MonthCount {
            start: start.to_string(),
            count,
        });
        return (unit, counts.take(PERIODS).collect());
    }
    (TimeUnit::Year, Vec::new())
}

fn begin(day: NaiveDate, unit: TimeUnit) -> NaiveDate {
    let monday = u64::from(day.weekday().num_days_from_monday());
    match unit {
        TimeUnit::Day => Some(day),
        TimeUnit::Week => day.checked_sub_days(Days::new(monday)),
        TimeUnit::Month => day.with_day(1),
        TimeUnit::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
    .unwrap_or(day)
}

fn next(start: NaiveDate, unit: TimeUnit) -> Option<NaiveDate> {
    match unit {
        TimeUnit::Day => start.succ_opt(),
        TimeUnit::Week => start.checked_add_days(Days::new(7)),
        TimeUnit::Month => start.checked_add_months(chrono::Months::new(1)),
        TimeUnit::Year => start.checked_add_months(chrono::Months::new(12)),
    }
}

fn gaps(plan: &Plan, fold: &InstantFold, sorted: Option<&[i64]>) -> Gaps {
    let offset_us = i64::from(plan.offset_minutes) * 60_000_000;
    let local_day = |instant: i64| day(instant.saturating_add(offset_us).div_euclid(DAY_US));
    let days: Vec<i64> = fold.days.keys().copied().collect();
    let without: i64 = days
        .windows(2)
        .filter_map(|pair| Some(pair.get(1)?.saturating_sub(*pair.first()?) - 1))
        .sum();
    // Beyond the exact limit the days stand for the instants.
    let (instants, unit_ms): (Vec<i64>, f64) = match sorted {
        Some(sorted) => (sorted.to_vec(), 0.001),
        None => (days, float_i64(DAY_US) / 1000.0),
    };
    let mut lengths: Vec<(i64, i64)> = instants
        .windows(2)
        .filter_map(|pair| Some((pair.get(1)?.saturating_sub(*pair.first()?), *pair.first()?)))
        .filter(|(length, _)| *length > 0 || sorted.is_some())
        .collect();
    let median = sorted.and_then(|_| {
        let all = lengths
            .iter()
            .map(|(length, _)| float_i64(*length))
            .collect();
        let median = Weighted::of_values(all).quantiles(&[0.5]).first().copied();
        median
            .filter(|_| !lengths.is_empty())
            .map(|us| rounded(us / 1000.0))
    });
    lengths.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let name = |at: i64| {
        if sorted.is_some() {
            local_day(at)
        } else {
            day(at)
        }
    };
    Gaps {
        median_ms: median,
        longest: lengths
            .iter()
            .filter(|(length, _)| *length > 0)
            .take(GAPS)
            .map(|(length, from)| Gap {
                from: name(*from),
                to: name(from.saturating_add(*length)),
                length_ms: rounded(float_i64(*length) * unit_ms),
            })
            .collect(),
        days_without_rows: u64::try_from(without).unwrap_or(0),
    }
}

fn date(day: i64) -> Option<NaiveDate> {
    let seconds = day.checked_mul(86_400)?;
    DateTime::from_timestamp(seconds, 0).map(|instant| instant.date_naive())
}

/// A day since 1970 as `YYYY-MM-DD`; empty beyond what calendars have.
pub(crate) fn day(day: i64) -> String {
    date(day).map_or_else(String::new, |date| date.to_string())
}

/// An instant (µs) as RFC 3339 in UTC.
pub(crate) fn instant_text(instant: i64) -> String {
    DateTime::from_timestamp_micros(instant).map_or_else(String::new, |instant| {
        instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    })
}
