//! The table of `tests/reference` from end to end: what its report and its comparison say is
//! what pandas, scipy, phik and fg-data-profiling say of it (`tests/reference/figures.json`).

use serde_json::Value;
use veriscope_profile::{Association, CorrelationMatrix, Knowledge, Profiled, TimeUnit, compare};

use crate::support::{Table, full};

const NUMBERS: [&str; 6] = ["x", "y", "z", "k", "w", "delay"];
const TEXTS: [&str; 3] = ["a", "b", "c"];
const BOOLEANS: [&str; 2] = ["flag", "late"];
/// Monday, 2025-01-06, in µs.
const FIRST_US: i64 = 1_736_121_600_000_000;
/// Minutes from there to March.
const MARCH: i64 = 54 * 1_440;

fn facts() -> Value {
    serde_json::from_str(include_str!("../reference/figures.json")).unwrap()
}

fn cells(name: &str) -> Vec<&'static str> {
    let mut lines = include_str!("../reference/table.csv").lines();
    let head = lines.next().unwrap();
    let place = head.split(',').position(|known| known == name).unwrap();
    lines
        .map(|line| line.split(',').nth(place).unwrap())
        .collect()
}

/// The rows whose minute is in `minutes`.
fn table(minutes: std::ops::Range<i64>) -> Table {
    let all: Vec<i64> = cells("minute")
        .iter()
        .map(|cell| cell.parse().unwrap())
        .collect();
    let kept = |name: &str| -> Vec<Option<&'static str>> {
        let cells = cells(name).into_iter().zip(&all);
        let inside = cells.filter(|(_, minute)| minutes.contains(minute));
        inside
            .map(|(cell, _)| (!cell.is_empty()).then_some(cell))
            .collect()
    };
    let mut table = Table::default();
    for name in NUMBERS {
        let values: Vec<Option<f64>> = kept(name)
            .into_iter()
            .map(|cell| cell.map(|cell| cell.parse().unwrap()))
            .collect();
        table = table.numbers(name, &values);
    }
    for name in TEXTS {
        table = table.texts(name, &kept(name));
    }
    for name in BOOLEANS {
        let values: Vec<Option<bool>> = kept(name)
            .into_iter()
            .map(|cell| cell.map(|cell| cell == "true"))
            .collect();
        table = table.booleans(name, &values);
    }
    let instants: Vec<Option<i64>> = all
        .iter()
        .filter(|minute| minutes.contains(minute))
        .map(|minute| Some(FIRST_US + minute * 60_000_000))
        .collect();
    table.instants("at", &instants)
}

fn profiled(minutes: std::ops::Range<i64>) -> Profiled {
    let knowledge = Knowledge {
        time: Some("at".to_owned()),
        ..Knowledge::default()
    };
    table(minutes).profile(&knowledge, &full())
}

/// The greatest difference between a heat map and the reference's list of pairs.
fn worst(profiled: &Profiled, measure: Association, reference: &str) -> f64 {
    let report = &profiled.report;
    let matrices = &report.correlations.as_ref().unwrap().matrices;
    let matrix = matrices
        .iter()
        .find(|matrix| matrix.measure == measure)
        .unwrap();
    let facts = facts();
    let listed = facts[reference].as_array().unwrap();
    assert!(listed.len() >= 10);
    let off = |fact: &Value| {
        let place = |name: &str| {
            let named = |column: &usize| report.columns[*column].name == name;
            matrix.columns.iter().position(named).unwrap()
        };
        let places = [
            place(fact[0].as_str().unwrap()),
            place(fact[1].as_str().unwrap()),
        ];
        (value(matrix, places).unwrap() - fact[2].as_f64().unwrap()).abs()
    };
    listed.iter().map(off).fold(0.0, f64::max)
}

fn value(matrix: &CorrelationMatrix, places: [usize; 2]) -> Option<f64> {
    let (one, other) = (places[0].min(places[1]), places[0].max(places[1]));
    let before: usize = (0..one).map(|row| matrix.columns.len() - 1 - row).sum();
    matrix.values[before + other - one - 1]
}

/// Coefficients are rounded to six decimals.
#[test]
fn the_heat_maps_are_those_of_pandas_scipy_and_phik() {
    let profiled = profiled(0..i64::MAX);
    for (measure, reference) in [
        (Association::Pearson, "pearson"),
        (Association::Spearman, "spearman"),
        (Association::Kendall, "kendall"),
        (Association::CramersV, "cramers_v"),
    ] {
        let worst = worst(&profiled, measure, reference);
        assert!(worst < 6e-7, "{reference} {worst}");
    }
    assert!(worst(&profiled, Association::PhiK, "phi_k") < 2e-5);
}

#[test]
fn every_part_of_the_report_about_pairs_and_time_is_there() {
    let profiled = profiled(0..i64::MAX);
    let report = &profiled.report;
    assert_eq!(report.missing.nullity.as_ref().unwrap().columns.len(), 5);
    assert_eq!(report.missing.dendrogram.as_ref().unwrap().merges.len(), 4);
    let drift = report.drift.as_ref().unwrap();
    assert_eq!((drift.unit, drift.periods.len()), (TimeUnit::Month, 6));
}

#[test]
fn parts_are_compared_from_end_to_end() {
    let (before, after) = (profiled(0..MARCH), profiled(MARCH..i64::MAX));
    let found = compare(&[("before", &before), ("after", &after)]);
    assert_eq!(found.columns.len(), 12);
    let facts = facts();
    let of = |name: &str| {
        found
            .columns
            .iter()
            .find(|column| column.name == name)
            .unwrap()
    };
    for name in ["x", "y", "k"] {
        let (distance, fact) = (of(name).distances[0].unwrap(), &facts["compare"][name]);
        let near = |found: f64, key: &str| (found - fact[key].as_f64().unwrap()).abs() < 6e-7;
        assert!(
            near(distance.psi, "psi") && near(distance.js, "js"),
            "{name} {distance:?}"
        );
        assert!(near(distance.ks.unwrap(), "ks"), "{name} {distance:?}");
    }
    for name in ["b", "flag"] {
        let (distance, fact) = (of(name).distances[0].unwrap(), &facts["compare"][name]);
        assert!(
            (distance.psi - fact["psi"].as_f64().unwrap()).abs() < 6e-7,
            "{name} {distance:?}"
        );
    }
    assert_eq!(found.columns[0].name, "w");
}
