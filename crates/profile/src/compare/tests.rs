//! Parts side by side against numpy and scipy on one table, and what parts can lack.

use super::compare;
use super::distance::of_numbers;
use crate::pairs::testing::{self, near};
use crate::report::{
    Cell, Column, ColumnKind, Common, Compared, ComparedColumn, Comparison, ValueCount, Verdict,
};
use crate::{Profiled, Sample, SampleColumn};

/// Midnight of 2025-03-01.
const MARCH_MS: i64 = 1_740_787_200_000;

/// The rows before March, and those from March on.
fn halves() -> (Sample, Sample) {
    let sample = testing::sample();
    let times = sample.time.clone().unwrap();
    let before = testing::rows_where(&sample, |row| times[row] < MARCH_MS);
    let after = testing::rows_where(&sample, |row| times[row] >= MARCH_MS);
    (before, after)
}

fn part(sample: Sample) -> Profiled {
    testing::profiled(testing::report_columns(), sample)
}

fn of<'c>(comparison: &'c Comparison, name: &str) -> &'c ComparedColumn {
    comparison
        .columns
        .iter()
        .find(|column| column.name == name)
        .unwrap()
}

/// Without missing values the bins are those of the reference. scipy 1.15.3:
/// `ks_2samp(...).statistic`, `jensenshannon(p, q, base=2) ** 2`; numpy 2.4.6: Σ (p − q) ln (p ÷ q).
#[test]
fn distances_are_those_of_numpy_and_scipy() {
    let (before, after) = halves();
    let facts = testing::figures();
    for ((one, other), name) in before
        .columns
        .iter()
        .zip(&after.columns)
        .zip(testing::names())
    {
        let fact = &facts["compare"][name];
        if let (SampleColumn::Number(one), SampleColumn::Number(other)) = (one, other) {
            let present = |values: &[f64]| {
                values
                    .iter()
                    .copied()
                    .filter(|value| !value.is_nan())
                    .collect::<Vec<f64>>()
            };
            let found = of_numbers(&present(one), &present(other)).unwrap();
            assert!(near(found.psi, &fact["psi"]), "{name} {found:?} {fact}");
            assert!(near(found.js, &fact["js"]), "{name} {found:?} {fact}");
            assert!(
                near(found.ks.unwrap(), &fact["ks"]),
                "{name} {found:?} {fact}"
            );
        }
    }
    let found = compare(&[("before", &part(before)), ("after", &part(after))]);
    for name in ["b", "flag"] {
        let (distance, fact) = (
            of(&found, name).distances[0].unwrap(),
            &facts["compare"][name],
        );
        assert!(
            near(distance.psi, &fact["psi"]),
            "{name} {distance:?} {fact}"
        );
        assert!(near(distance.js, &fact["js"]), "{name} {distance:?} {fact}");
    }
}

#[test]
fn columns_that_differ_most_come_first() {
    let (before, after) = halves();
    let found = compare(&[("before", &part(before)), ("after", &part(after))]);
    assert_eq!(
        found
            .parts
            .iter()
            .map(|part| part.name.as_str())
            .collect::<Vec<_>>(),
        ["before", "after"]
    );
    let w = &found.columns[0];
    assert_eq!(
        (w.name.as_str(), w.compared, w.verdict),
        ("w", Compared::Numbers, Some(Verdict::Strong))
    );
    let counted = |column: &ComparedColumn, part: usize| {
        column.parts[part]
            .as_ref()
            .unwrap()
            .counts
            .iter()
            .sum::<u64>()
    };
    assert!(counted(w, 0) > 100 && counted(w, 1) > 100);
    let b = of(&found, "b");
    assert_eq!(
        (b.values.len(), b.parts[0].as_ref().unwrap().counts.len()),
        (4, 4)
    );
    let greatest: Vec<f64> = found
        .columns
        .iter()
        .filter_map(|column| column.greatest)
        .collect();
    assert!(greatest.is_sorted_by(|one, other| one >= other));
}

#[test]
fn a_part_compared_with_itself_is_at_no_distance() {
    let same = part(testing::sample());
    let found = compare(&[("one", &same), ("other", &same), ("third", &same)]);
    for column in &found.columns {
        assert_eq!(
            (column.distances.len(), column.verdict),
            (2, Some(Verdict::Stable))
        );
        assert!(column.greatest.unwrap() < 1e-12, "{}", column.name);
    }
}

fn single(column: Column, values: SampleColumn, missing: bool) -> Profiled {
    let sample = Sample {
        rows: 300,
        complete: true,
        of: 300,
        columns: vec![values],
        missing: vec![vec![missing; 300]],
        ..Sample::default()
    };
    testing::profiled(vec![column], sample)
}

fn numbers() -> Profiled {
    let values = (0..300).map(f64::from).collect();
    single(
        testing::report_column("n", ColumnKind::Number),
        SampleColumn::Number(values),
        false,
    )
}

#[test]
fn a_column_that_turns_constant_or_empty_has_changed() {
    let mut constant = testing::report_column("n", ColumnKind::Constant);
    constant.common = Some(Common {
        values: vec![ValueCount {
            value: Cell::Number(7.0),
            count: 300,
        }],
        rarer: None,
        shapes: false,
        basis: testing::sample().basis(300),
    });
    let constant = single(constant, SampleColumn::None, false);
    let empty = single(
        testing::report_column("n", ColumnKind::Empty),
        SampleColumn::None,
        true,
    );
    let found = compare(&[
        ("all", &numbers()),
        ("constant", &constant),
        ("empty", &empty),
    ]);
    let column = &found.columns[0];
    assert_eq!(
        (column.compared, column.verdict),
        (Compared::Numbers, Some(Verdict::Strong))
    );
    assert!(
        column
            .distances
            .iter()
            .all(|distance| distance.unwrap().psi > 1.0)
    );
    assert_eq!(column.distances[1].unwrap().ks, None);
}

#[test]
fn a_column_that_a_part_lacks_comes_first_and_other_types_are_counted_alone() {
    let category = SampleColumn::Code {
        codes: vec![0; 300],
        labels: vec!["a".to_owned()],
    };
    let text = single(
        testing::report_column("n", ColumnKind::Category),
        category,
        false,
    );
    let other = single(
        testing::report_column("m", ColumnKind::Number),
        SampleColumn::Number(vec![1.0; 300]),
        false,
    );
    let found = compare(&[("numbers", &numbers()), ("text", &text)]);
    assert_eq!(
        (found.columns[0].compared, found.columns[0].greatest),
        (Compared::Counts, None)
    );
    let found = compare(&[("numbers", &numbers()), ("other", &other)]);
    assert_eq!(found.columns.len(), 2);
    assert!(found.columns[0].parts[1].is_none() && found.columns[0].column == Some(0));
    assert!(found.columns[1].parts[0].is_none() && found.columns[1].column.is_none());
}

#[test]
fn few_rows_have_a_distance_and_no_verdict() {
    let (before, after) = halves();
    let few = testing::rows_where(&after, |row| row < 60);
    let found = compare(&[("before", &part(before)), ("few", &part(few))]);
    let x = of(&found, "x");
    assert!(x.greatest.is_some() && x.verdict.is_none());
}
