//! A simulated month beside the published figures of the real one.

use std::collections::BTreeMap;

use veriscope_simulate::Scenario;

use crate::published as real;
use crate::support::{Row, documents, last_attempts, mean, options, quantile};

/// Largest difference of a share: one point.
const POINT: f64 = 0.01;
/// Largest relative difference of a quantile or a mean.
const PART: f64 = 0.05;
/// Times are whole milliseconds; a difference of one is none that could be told.
const LEAST_MS: f64 = 1.0;

/// Named exceptions: what the month does not meet, and how far off it may be. They stand in
/// docs/simulator.md with their reasons.
const EXCEPTIONS: [(&str, f64); 10] = [
    ("all time_ms_ibeta2_clip_near_img/mean", 0.20),
    ("all time_ms_ibeta2_clip_near_img/p25", 0.30),
    ("all time_ms_ibeta2_clip_near_img/p75", 0.10),
    ("all queue_time_ms_ibeta2_clip_near_img/mean", 0.20),
    ("all queue_time_ms_ibeta2_full_near_img/mean", 0.17),
    ("all total_time_ms/p25", 0.10),
    ("last total_time_ms/p5", 0.10),
    ("last total_time_ms_all_mircroservices/p5", 0.22),
    ("last total_time_ms_other_mircroservices/p5", 0.30),
    ("last score_colorfulness_classic_metrics_near_img/p5", 0.09),
];

#[derive(Default)]
struct Misses(Vec<String>);

impl Misses {
    fn share(&mut self, what: &str, count: usize, of: usize, real: u32, real_of: u32) {
        let difference = count as f64 / of as f64 - f64::from(real) / f64::from(real_of);
        if difference.abs() > POINT {
            self.0
                .push(format!("{what}: {:+.2} points", difference * 100.0));
        }
    }

    fn value(&mut self, what: &str, value: f64, real: f64) {
        let allowed = EXCEPTIONS
            .iter()
            .find(|(name, _)| *name == what)
            .map_or(PART, |(_, allowed)| *allowed);
        let least = if what.contains("time_ms") {
            LEAST_MS
        } else {
            0.0
        };
        if (value - real).abs() > (real.abs() * allowed).max(least) {
            let percent = (value / real - 1.0) * 100.0;
            self.0
                .push(format!("{what}: {value:.4} for {real:.4}, {percent:+.1} %"));
        }
    }

    fn none(self, what: &str, seed: u64) {
        assert!(
            self.0.is_empty(),
            "{what}, seed {seed}:\n{}",
            self.0.join("\n")
        );
    }
}

fn count<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn shares(
    misses: &mut Misses,
    what: &str,
    rows: &[&Row],
    key: impl Fn(&Row) -> String,
    (published, published_of): (&[(&str, u32)], u32),
) {
    let counts = count(rows.iter().map(|row| key(row)));
    for (name, real) in published {
        let found = counts.get(*name).copied().unwrap_or(0);
        misses.share(
            &format!("{what} {name}"),
            found,
            rows.len(),
            *real,
            published_of,
        );
    }
}

fn month(seed: u64) -> Vec<Row> {
    let scenario = Scenario::published_month().unwrap();
    let transactions = u64::from(real::TRANSACTIONS);
    let (documents, _) = documents(&scenario, options(seed, transactions));
    documents.iter().map(Row::of).collect()
}

/// The English weekday of a date of January 2025, which began on a Wednesday.
fn weekday(date: &str) -> String {
    let day: usize = date[8..10].parse().unwrap();
    ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"][day % 7].to_owned()
}

fn all_shares(misses: &mut Misses, rows: &[Row]) {
    let rows: Vec<&Row> = rows.iter().collect();
    let of = real::TRANSACTIONS;
    shares(
        misses,
        "code",
        &rows,
        |row| row.description.clone(),
        (&real::BY_DESCRIPTION, of),
    );
    shares(
        misses,
        "day",
        &rows,
        |row| row.date[8..10].to_owned(),
        (&real::BY_DAY, of),
    );
    let class = |row: &Row| format!("{}/{}", row.description, row.class);
    shares(misses, "class", &rows, class, (&real::BY_CLASS, of));
    let orientation = |row: &Row| format!("{}/{}", row.description, row.orientation);
    shares(
        misses,
        "orientation",
        &rows,
        orientation,
        (&real::BY_ORIENTATION, of),
    );
    for (name, real) in real::NON_NULL {
        let found = rows
            .iter()
            .filter(|row| row.measured.contains_key(name))
            .count();
        misses.share(&format!("not null {name}"), found, rows.len(), real, of);
    }
}

fn last_shares(misses: &mut Misses, last: &[&Row]) {
    let of = real::PROCESSES;
    let description = |row: &Row| row.description.clone();
    shares(
        misses,
        "last code",
        last,
        description,
        (&real::LAST_BY_DESCRIPTION, of),
    );
    shares(
        misses,
        "last class",
        last,
        |row| row.class.to_owned(),
        (&real::LAST_BY_CLASS, of),
    );
    let orientation = |row: &Row| row.orientation.to_owned();
    shares(
        misses,
        "last orientation",
        last,
        orientation,
        (&real::LAST_BY_ORIENTATION, of),
    );
    shares(
        misses,
        "last weekday",
        last,
        |row| weekday(&row.date),
        (&real::LAST_BY_WEEKDAY, of),
    );
    shares(
        misses,
        "last hour",
        last,
        |row| row.date[11..13].to_owned(),
        (&real::LAST_BY_HOUR, of),
    );
    for (name, real) in real::LAST_BY_CLIENT {
        let (client, what) = name.split_once('/').unwrap();
        let found = last
            .iter()
            .filter(|row| row.client.ends_with(client) && (what == "rows" || row.accepted))
            .count();
        misses.share(&format!("last client {name}"), found, last.len(), real, of);
    }
    let persons = count(last.iter().map(|row| row.person.as_str()));
    let outsize = persons.values().max().copied().unwrap_or(0);
    misses.share("outsize identity", outsize, last.len(), real::OUTSIZE, of);
}

fn values(rows: &[&Row], name: &str) -> Vec<f64> {
    rows.iter()
        .filter_map(|row| match name.strip_prefix("total_time_ms_") {
            Some("all_mircroservices") => Some(row.all_ms()),
            Some("other_mircroservices") => Some(row.measured["total_time_ms"] - row.all_ms()),
            Some(microservice) => {
                Some(row.total_ms(microservice)).filter(|total_ms| *total_ms > 0.0)
            }
            None => row.measured.get(name).copied(),
        })
        .collect()
}

fn statistic(values: &[f64], name: &str) -> f64 {
    match name.strip_prefix('p') {
        Some(percent) => quantile(values, percent.parse::<f64>().unwrap() / 100.0),
        None => mean(values),
    }
}

fn statistics(misses: &mut Misses, what: &str, rows: &[&Row], published: &[(&str, f64)]) {
    for (name, real) in published {
        let (feature, level) = name.split_once('/').unwrap();
        let found = statistic(&values(rows, feature), level);
        misses.value(&format!("{what} {name}"), found, *real);
    }
}

fn compare_with_the_published_month(seed: u64) {
    let rows = month(seed);
    let mut misses = Misses::default();
    all_shares(&mut misses, &rows);
    misses.none("shares of all attempts", seed);
    let last = last_attempts(&rows);
    let mut misses = Misses::default();
    last_shares(&mut misses, &last);
    misses.none("shares of last attempts", seed);
    let all: Vec<&Row> = rows.iter().collect();
    let mut misses = Misses::default();
    for (name, real) in real::MEAN_MS {
        let total_ms = |row: &&Row| match name {
            "other" => row.measured["total_time_ms"] - row.all_ms(),
            "all_of_total_time_ms" => row.measured["total_time_ms"],
            _ => row.total_ms(name),
        };
        let found = mean(&all.iter().map(total_ms).collect::<Vec<f64>>());
        misses.value(&format!("mean time_ms {name}"), found, real);
    }
    statistics(&mut misses, "all", &all, &real::DESCRIBED);
    statistics(&mut misses, "last", &last, &real::LAST_QUANTILES);
    misses.none("values", seed);
}

#[test]
fn a_month_agrees_with_the_published_one() {
    compare_with_the_published_month(1);
}

#[test]
fn another_month_agrees_with_the_published_one() {
    compare_with_the_published_month(2);
}
