//! Tests of the statistics: against scipy, statsmodels and dython, and on invented rows.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::arranged::Arranged;
use super::category::category_test;
use super::contrast::Contrast;
use super::rank::rank_test;
use super::{cramers_v, even_phi_squared, holm};
use crate::query::Cell;

fn assert_near(found: f64, expected: f64) {
    let allowed = 1e-9 * expected.abs().max(1e-3);
    assert!((found - expected).abs() <= allowed, "{found} {expected}");
}

/// Rows of which each is a person's only one: first those of the selection.
fn single(selected: usize, against: usize) -> Arranged {
    let keys: Vec<u64> = (1..).take(selected + against).collect();
    let sides: Vec<bool> = (0..selected + against).map(|row| row < selected).collect();
    Arranged::new(&keys, &keys, &sides)
}

fn numbers(selected: &[f32], against: &[f32]) -> super::rank::RankTest {
    let rows = single(selected.len(), against.len());
    rank_test(&rows, &[selected, against].concat()).unwrap()
}

/// The p value were rows independent: that of the test as it is known.
fn classical(contrast: Contrast) -> f64 {
    let variance = contrast.independent;
    Contrast {
        variance,
        degrees_of_freedom: f64::INFINITY,
        ..contrast
    }
    .p()
}

/// scipy 1.17.1: `mannwhitneyu(x, y, use_continuity=False, method="asymptotic")`; delta is
/// `2 U / (m n) - 1`. The greater of both estimates of the variance counts, so the p value of
/// the comparison itself is no less.
#[test]
fn ranks_are_tested_as_scipy_does() {
    let selected = [1.1, 2.3, 2.3, 3.7, 4.0, 5.2, 6.1, 2.9];
    let against = [2.3, 0.4, 1.1, 1.9, 2.0, 0.7, 3.0];
    let found = numbers(&selected, &against);
    assert_near(found.delta, 0.696_428_571_428_571_4);
    assert_near(classical(found.contrast), 0.023_400_676_551_875_905);
    assert!(found.contrast.p() >= classical(found.contrast));

    let selected: Vec<f32> = (0..40_u8).map(f32::from).collect();
    let against: Vec<f32> = (0..35_u8).map(|row| f32::from(row) * 0.8 - 3.0).collect();
    let found = numbers(&selected, &against);
    assert_near(found.delta, 0.437_142_857_142_857_06);
    assert_near(classical(found.contrast), 0.001_154_766_705_181_673_5);
}

#[test]
fn what_is_far_apart_has_a_p_value_near_nothing() {
    let selected: Vec<f32> = (0..2_000_u16).map(f32::from).collect();
    let against: Vec<f32> = (0..3_000_u16).map(|row| f32::from(row) - 3_000.0).collect();
    let found = numbers(&selected, &against);
    assert_near(found.delta, 1.0);
    let p = found.contrast.p();
    assert!(p < 1e-100, "{p}");
}

/// dython 0.7.12: `cramers_v(x, y, bias_correction=True)`.
#[test]
fn cramers_v_is_that_of_dython() {
    // Rows 20 5 7 / 3 18 9 / 4 6 25 / 8 8 9; chi-square over n by scipy.
    assert_near(
        cramers_v(0.368_481_398_234_969_67, 122.0, 4.0, 3.0),
        0.402_650_093_036_100_5,
    );
    // Of sides of one size: 30 20 10 against 10 25 25 of 60.
    let shares = [[30.0, 10.0], [20.0, 25.0], [10.0, 25.0]].map(|pair| pair.map(|n| n / 60.0));
    let phi_squared = even_phi_squared(&shares);
    assert_near(phi_squared, 0.376_210_568_079_089_9_f64.powi(2));
    assert_near(
        cramers_v(phi_squared, 120.0, 2.0, 3.0),
        0.354_661_363_821_988_42,
    );
    assert_near(cramers_v(0.5, 1.0, 2.0, 2.0), 0.0);
}

/// scipy 1.17.1: chi-square without continuity of 30 70 / 90 110 is 6.25; times (n − 1) / n,
/// as exact conditioning asks for, its p is 0.0126.
#[test]
fn two_values_are_tested_as_chi_square_does() {
    let rows = single(100, 200);
    let mut values = vec![0_u16; 30];
    values.extend([1; 70]);
    values.extend([0; 90]);
    values.extend([1; 110]);
    let groups = [Cell::Text("a".to_owned()), Cell::Text("b".to_owned())];
    let found = category_test(&rows, &values, &groups).unwrap();
    assert_near(found.p, 0.012_566_286_025_563_669);
    assert_eq!(found.counts, [[30, 90], [70, 110]]);
}

/// statsmodels 0.15.0: `multipletests(p, method="holm")`.
#[test]
fn p_values_are_adjusted_as_statsmodels_does() {
    let found = holm(&[0.01, 0.04, 0.03, 0.005, 0.2, 1e-9]);
    for (found, expected) in found.into_iter().zip([0.04, 0.09, 0.09, 0.025, 0.2, 6e-9]) {
        assert_near(found, expected);
    }
    assert_eq!(holm(&[f64::NAN, 0.01]), [1.0, 0.02]);
    assert!(holm(&[]).is_empty());
}

/// A whole number below `below`.
fn draw(random: &mut ChaCha8Rng, below: u32) -> u32 {
    random.next_u32() % below
}

/// Rows of persons who come again, some of them very often.
struct People {
    clusters: Vec<u64>,
    keys: Vec<u64>,
}

impl People {
    fn draw(random: &mut ChaCha8Rng, persons: u64) -> Self {
        let mut clusters = Vec::new();
        for person in 1..=persons {
            let often = if draw(random, 40) == 0 { 60 } else { 4 };
            let rows = 1 + draw(random, often);
            clusters.extend((0..rows).map(|_| person));
        }
        let keys = (0..clusters.len()).map(|row| row as u64).collect();
        Self { clusters, keys }
    }

    fn arranged(&self, selected: &[bool]) -> Arranged {
        Arranged::new(&self.clusters, &self.keys, selected).thinned(
            &self.clusters,
            &self.keys,
            selected,
        )
    }

    /// A value for each row, of which persons keep their own with some chance.
    fn values(&self, random: &mut ChaCha8Rng, of: u32, keep_percent: u32) -> Vec<u32> {
        let mut own = std::collections::HashMap::new();
        let mut values = Vec::new();
        for person in &self.clusters {
            let fresh = draw(random, of);
            let kept = *own.entry(*person).or_insert(fresh);
            values.push(if draw(random, 100) < keep_percent {
                kept
            } else {
                fresh
            });
        }
        values
    }
}

/// How often columns that have nothing to do with the selection are called different at a
/// level. A selection by rows and one by persons; values that persons keep and that they don't.
fn alarms(level: f64, keep_percent: u32, by_person: bool) -> (u32, u32) {
    let (mut alarms, mut tests) = (0, 0);
    for seed in 0..150 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let people = People::draw(&mut random, 150);
        let keep = if by_person { 100 } else { 0 };
        let sides = people.values(&mut random, 4, keep);
        let selected: Vec<bool> = sides.iter().map(|side| *side == 0).collect();
        let rows = people.arranged(&selected);
        for values in [3, 12] {
            let drawn = people.values(&mut random, values, keep_percent);
            let groups: Vec<Cell> = (0..values).map(|value| Cell::Int(value.into())).collect();
            let values: Vec<u16> = drawn
                .iter()
                .map(|value| u16::try_from(*value).unwrap())
                .collect();
            let found = category_test(&rows, &rows.arranged(&values), &groups);
            tests += 1;
            alarms += u32::from(found.is_some_and(|found| found.p < level));
        }
        let drawn = people.values(&mut random, 1_000, keep_percent);
        let values: Vec<f32> = drawn.iter().map(|value| *value as f32).collect();
        let found = rank_test(&rows, &rows.arranged(&values)).unwrap();
        tests += 1;
        alarms += u32::from(found.contrast.p() < level);
    }
    (alarms, tests)
}

#[test]
fn what_has_nothing_to_do_with_the_selection_is_seldom_called_different() {
    for keep_percent in [0, 60, 100] {
        for by_person in [false, true] {
            let (found, tests) = alarms(0.05, keep_percent, by_person);
            // 450 tests: 22.5 expected, three standard deviations are 14.
            assert!(
                found <= 36,
                "{found} of {tests}: {keep_percent} {by_person}"
            );
            let (found, tests) = alarms(0.001, keep_percent, by_person);
            assert!(found <= 3, "{found} of {tests}: {keep_percent} {by_person}");
        }
    }
}

#[test]
fn persons_who_keep_their_value_count_once_and_not_for_each_row() {
    // Ten persons on either side, each with 50 rows of one value: 7 of 10 against 3 of 10.
    let clusters: Vec<u64> = (0..1_000).map(|row| 1 + row / 50).collect();
    let keys: Vec<u64> = (0..1_000).collect();
    let selected: Vec<bool> = (0..1_000).map(|row| row < 500).collect();
    let rows = Arranged::new(&clusters, &keys, &selected);
    let has = |row: usize| {
        let person = row / 50;
        if person < 10 { person < 7 } else { person < 13 }
    };
    let values: Vec<u16> = (0..1_000).map(|row| u16::from(has(row))).collect();
    let groups = [Cell::Bool(false), Cell::Bool(true)];
    let found = category_test(&rows, &values, &groups).unwrap();
    // As of twenty rows: z² = 20 · 0.4² / (4 · 0.25) is 3.2.
    assert!(found.p > 0.05, "{}", found.p);
    let apart = single(500, 500);
    let found = category_test(&apart, &values, &groups).unwrap();
    assert!(found.p < 1e-30, "{}", found.p);
}

#[test]
fn one_person_with_most_rows_does_not_decide() {
    // Of the selection 900 rows are one person's, all with value 1; the 100 others and the rest
    // have it half of the time.
    let mut clusters = vec![1_u64; 900];
    clusters.extend(2..=1_101);
    let keys: Vec<u64> = (0..2_000).collect();
    let selected: Vec<bool> = (0..2_000).map(|row| row < 1_000).collect();
    let values: Vec<u16> = (0..2_000)
        .map(|row| u16::from(row < 900 || row % 2 == 0))
        .collect();
    let rows = Arranged::new(&clusters, &keys, &selected).thinned(&clusters, &keys, &selected);
    let groups = [Cell::Bool(false), Cell::Bool(true)];
    let found = category_test(&rows, &rows.arranged(&values), &groups).unwrap();
    // Of 101 persons one may have a 33rd: 3 of 103.
    assert_eq!(found.pattern.rows, [103, 1_000]);
    assert!(found.p > 0.05, "{}", found.p);
}
