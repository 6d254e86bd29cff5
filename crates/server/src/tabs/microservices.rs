//! The tab of microservices: where the time goes.

use veriscope_cache::{QUEUED, ServiceTimes, TimesOf};
use veriscope_card::TransformRule;
use veriscope_metrics::critical_path::{self, Bottlenecks, PathModel, PathTally};
use veriscope_metrics::number::float_u64;
use veriscope_metrics::query::Cell;
use veriscope_metrics::times::Times;

use super::counted::{Chosen, DAY, time};
use super::waterfall;
use crate::api::{
    DonutSlice, Grain, HourRow, MetricTable, MicroservicesTab, Num, OverTime, PathRemainder,
    PathRow, Ranged, ServiceQueue, TimeRow, TimesCell, TotalTimes,
};
use crate::held::Held;
use crate::query::TabQuery;
use crate::refusal::Refusal;

/// The path is followed in so many transactions at most, spread evenly over all.
pub(super) const PATH_ROWS: usize = 20_000;
/// Of more transactions one in several is looked at for the times by day and by hour.
const MOST_TIMED: usize = 1_000_000;
const HOUR: &str = "hour";
const WEEK: &str = "week";
/// So many points of time are drawn at most.
const MOST_POINTS: u64 = 92;

/// Answers the tab of microservices. Tokens of the waterfalls are what they begin with.
///
/// # Errors
/// [`Refusal`]: a filter that does not go with the columns.
pub(crate) fn microservices(held: &Held, query: &TabQuery) -> Result<MicroservicesTab, Refusal> {
    let chosen = Chosen::of(held, query)?;
    let total = held.card.roles.total_time.as_deref();
    let whole = match total {
        Some(name) => chosen.selection.times(name, None, 1, None)?.pop(),
        None => None,
    };
    let rows = chosen.selection.sample(PATH_ROWS);
    let path = match (&held.model, total) {
        (Some(model), Some(_)) => Some(follow(held, model, &rows)?),
        _ => None,
    };
    let of = |but| chosen.selection.one_in(MOST_TIMED, Some(but));
    let one_in = of(grain(&chosen).1).max(of(HOUR));
    let times = held.model.as_ref();
    let times = times.map_or_else(Vec::new, |model| chosen.selection.service_times(model));
    Ok(MicroservicesTab {
        total: totals(held, whole.as_ref()),
        donut: times.iter().filter_map(|one| donut(held, one)).collect(),
        code_by_size: by_picture(&chosen, |rule| {
            matches!(rule, TransformRule::SizeClass { .. })
        })?,
        code_by_orientation: by_picture(&chosen, |rule| {
            matches!(rule, TransformRule::Orientation { .. })
        })?,
        path: path
            .as_ref()
            .map_or_else(Vec::new, |path| on_path(path, &times)),
        remainder: path.as_ref().map_or(
            PathRemainder {
                serial_mean_ms: None,
                path_mean_ms: None,
            },
            remainder,
        ),
        path_sample: path.as_ref().map_or(0, |path| path.transactions),
        one_in: u64::try_from(one_in).unwrap_or(u64::MAX),
        over_time: over_time(&chosen, total, one_in)?,
        service_queue: times.iter().map(service_queue).collect(),
        by_hour: by_hour(&chosen, total, one_in)?,
        waterfall: waterfall::usual_and_slow(held, &rows, whole.as_ref())?,
        verdict: held.verdict.clone(),
        basis: chosen.basis()?,
    })
}

/// Follows the path, half of the rows on each of two threads.
fn follow(held: &Held, model: &PathModel, rows: &[u32]) -> Result<Bottlenecks, Refusal> {
    let part = |rows: &[u32]| -> Result<PathTally, Refusal> {
        let mut tally = PathTally::without_cases(model);
        tally.update(model, &held.cache.path_batch(model, rows)?)?;
        Ok(tally)
    };
    let (first, second) = rows.split_at(rows.len() / 2);
    let (first, second) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| part(second));
        let first = part(first);
        let second = match beside.join() {
            Ok(second) => second,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        (first, second)
    });
    let mut tally = first?;
    tally.merge(&second?);
    Ok(tally.finish(model))
}

fn totals(held: &Held, whole: Option<&TimesOf>) -> TotalTimes {
    let quantile = |place: usize| {
        let quantiles = whole.and_then(|whole| whole.quantiles)?;
        quantiles.get(place).copied()
    };
    let number = |id: &str, value: Option<f64>| {
        let n = whole.map_or(0, |whole| whole.n);
        let persons = whole.and_then(|whole| whole.persons);
        time(held.registry.metric(id), value, n, persons)
    };
    let mut mean = number("total_time_mean", whole.and_then(|whole| whole.mean));
    put_interval(&mut mean, whole.and_then(|whole| whole.interval));
    TotalTimes {
        mean,
        p50: number("total_time_p50", quantile(0)),
        p95: number("total_time_p95", quantile(1)),
        p99: number("total_time_p99", quantile(2)),
    }
}

/// The mean time of a microservice in the transactions in which it ran.
fn donut(held: &Held, times: &ServiceTimes) -> Option<DonutSlice> {
    let metric = held
        .registry
        .metric(&format!("time_{}_mean", times.microservice));
    let mut mean = time(metric, times.mean_ms, times.transactions, times.persons);
    mean.approximate = times.is_sampled;
    put_interval(&mut mean, times.interval);
    (times.transactions > 0).then(|| DonutSlice {
        microservice: times.microservice.clone(),
        mean,
    })
}

/// Puts an interval beside a number that is shown.
fn put_interval(number: &mut Num, interval: Option<(f64, f64)>) {
    let interval = interval.filter(|_| number.value.is_some());
    number.low = interval.map(|(low, _)| low);
    number.high = interval.map(|(_, high)| high);
}

/// Transactions by code and by what is known of each picture.
fn by_picture(
    chosen: &Chosen<'_>,
    is_wanted: impl Fn(&TransformRule) -> bool,
) -> Result<Vec<MetricTable>, Refusal> {
    let card = &chosen.held.card;
    let mut tables = Vec::new();
    for column in card
        .transform
        .iter()
        .filter(|column| is_wanted(&column.rule))
    {
        let code = card
            .roles
            .code
            .as_deref()
            .and_then(|name| chosen.axis(name));
        let (Some(code), Some(picture)) = (code, chosen.axis(&column.name)) else {
            continue;
        };
        let [table] = chosen.tables(["transactions"], &[code, picture])?;
        tables.push(table);
    }
    Ok(tables)
}

fn on_path(path: &Bottlenecks, times: &[ServiceTimes]) -> Vec<PathRow> {
    let rows = path.microservices.iter().zip(times);
    rows.filter(|(_, times)| times.transactions > 0)
        .map(|(one, times)| PathRow {
            microservice: one.microservice.clone(),
            n: times.transactions,
            mean_ms: times.mean_ms,
            share_of_total: one.share_of_total.map(ranged),
            share_if_serial: one.share_if_serial,
            on_path: one.on_path.map(ranged),
            longest: one.longest,
            slack_ms: slack(path, &one.microservice),
        })
        .collect()
}

/// How much longer the runs of a microservice could be without a longer path, mean over them.
fn slack(path: &Bottlenecks, microservice: &str) -> Option<Ranged> {
    let runs = path
        .runs
        .iter()
        .filter(|run| run.microservice == microservice);
    let (mut low, mut high, mut n) = (0.0, 0.0, 0.0);
    for run in runs {
        if let Some(slack) = run.slack_ms {
            let times = float_u64(run.n);
            low += slack.low * times;
            high += slack.high * times;
            n += times;
        }
    }
    (n > 0.0).then(|| Ranged {
        low: low / n,
        high: high / n,
    })
}

pub(super) const fn ranged(range: critical_path::Ranged) -> Ranged {
    Ranged {
        low: range.low,
        high: range.high,
    }
}

fn remainder(path: &Bottlenecks) -> PathRemainder {
    PathRemainder {
        serial_mean_ms: path.remainder.serial.map(|serial| serial.mean),
        path_mean_ms: path.remainder.path.map(ranged),
    }
}

fn service_queue(times: &ServiceTimes) -> ServiceQueue {
    ServiceQueue {
        microservice: times.microservice.clone(),
        service: times.service.and_then(cell),
        queue: times.queue.and_then(cell),
    }
}

/// Times of fewer runs than this say nothing.
const LEAST_RUNS: u64 = 30;

fn cell(times: Times) -> Option<TimesCell> {
    (times.n >= LEAST_RUNS).then_some(TimesCell {
        n: times.n,
        mean: times.mean,
        p50: times.p50,
        p95: times.p95,
        p99: times.p99,
        approximate: times.approximate,
    })
}

/// Day, week or month, whichever gives few enough points, and its column.
fn grain(chosen: &Chosen<'_>) -> (Grain, &'static str) {
    let values = |column: &str| {
        let axis = chosen.held.cache.column(column);
        let values = axis.map_or(0, |column| column.values.len());
        u64::try_from(values).unwrap_or(u64::MAX)
    };
    if values(DAY) <= MOST_POINTS {
        (Grain::Day, DAY)
    } else if values(WEEK) <= MOST_POINTS {
        (Grain::Week, WEEK)
    } else {
        (Grain::Month, "month")
    }
}

/// Quantiles of the total by day, by week or by month.
fn over_time(chosen: &Chosen<'_>, total: Option<&str>, one_in: usize) -> Result<OverTime, Refusal> {
    let (grain, column) = grain(chosen);
    let groups = match (total, chosen.axis(column)) {
        (Some(total), Some(axis)) => {
            let selection = &chosen.selection;
            selection.times(total, Some(&axis), one_in, Some(column))?
        }
        _ => Vec::new(),
    };
    let rows = groups.into_iter().map(|group| {
        let [p50, p95, p99] = shown(chosen.held, &group);
        TimeRow {
            at: match group.value {
                Cell::Text(at) => at,
                Cell::Int(at) => at.to_string(),
                Cell::Null | Cell::Bool(_) | Cell::Float(_) => String::new(),
            },
            n: times_over(group.n, one_in),
            p50,
            p95,
            p99,
        }
    });
    Ok(OverTime {
        grain,
        rows: rows.collect(),
    })
}

/// A count of one row in so many, as many times.
fn times_over(n: u64, one_in: usize) -> u64 {
    n.saturating_mul(u64::try_from(one_in).unwrap_or(1))
}

/// The quantiles of the total that rest on enough.
fn shown(held: &Held, group: &TimesOf) -> [Option<f64>; 3] {
    let [p50, p95, p99] = group.quantiles.map_or([None; 3], |found| found.map(Some));
    let metrics = ["total_time_p50", "total_time_p95", "total_time_p99"];
    let mut quantiles = [p50, p95, p99].into_iter();
    metrics.map(|id| {
        let value = quantiles.next().flatten();
        time(held.registry.metric(id), value, group.n, group.persons).value
    })
}

fn by_hour(
    chosen: &Chosen<'_>,
    total: Option<&str>,
    one_in: usize,
) -> Result<Vec<HourRow>, Refusal> {
    let (Some(total), Some(axis)) = (total, chosen.axis(HOUR)) else {
        return Ok(Vec::new());
    };
    let has_queues = chosen.held.cache.duration(QUEUED).is_some();
    let queued = if has_queues {
        chosen
            .selection
            .times(QUEUED, Some(&axis), one_in, Some(HOUR))?
    } else {
        Vec::new()
    };
    let selection = &chosen.selection;
    let groups = selection.times(total, Some(&axis), one_in, Some(HOUR))?;
    let rows = groups.into_iter().map(|group| {
        let [p50, p95, _] = shown(chosen.held, &group);
        let queued = queued.iter().find(|queued| queued.value == group.value);
        let metric = chosen.held.registry.metric("total_time_mean");
        HourRow {
            hour: match group.value {
                Cell::Int(hour) => u64::try_from(hour).unwrap_or(0),
                _ => 0,
            },
            n: times_over(group.n, one_in),
            p50,
            p95,
            queue_mean: queued
                .and_then(|queued| time(metric, queued.mean, queued.n, queued.persons).value),
        }
    });
    Ok(rows.collect())
}
