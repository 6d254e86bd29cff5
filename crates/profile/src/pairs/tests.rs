//! The measures against pandas, scipy, phik and fg-data-profiling on one table, and their laws.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use serde_json::Value;

use super::cluster::triangle;
use super::columns::comparable;
use super::measures::{Measures, measures};
use super::testing;
use super::{correlations, nullity, partners};
use crate::report::Association;
use crate::{Options, Sample, SampleColumn, Scope};

fn all_measures(sample: &Sample) -> Vec<Measures> {
    let options = Options::default();
    let scope = Scope {
        columns: &[],
        sample,
        options: &options,
    };
    let columns = comparable(&scope);
    assert_eq!(
        columns.len(),
        sample.columns.len(),
        "each column can be compared"
    );
    measures(&columns, options.kendall_rows, 2)
}

/// The pair of columns of two values: there ydata takes Yates' correction, Bergsma does not.
const YATES: [&str; 2] = ["flag", "late"];

/// The greatest difference between a measure and the reference's list of pairs.
fn worst(reference: &str, of: impl Fn(&Measures) -> Option<f64>) -> f64 {
    let names = testing::names();
    let found = all_measures(&testing::sample());
    let facts = testing::figures();
    let mut worst = 0.0_f64;
    let listed = facts[reference].as_array().unwrap();
    assert!(listed.len() >= 10, "{reference}");
    let corrected = |fact: &&Value| {
        reference.starts_with("ydata") && fact[0] == YATES[0] && fact[1] == YATES[1]
    };
    for fact in listed.iter().filter(|fact| !corrected(fact)) {
        let place = |at: usize| {
            let name = fact[at].as_str().unwrap();
            names.iter().position(|known| *known == name).unwrap()
        };
        let (one, other) = (place(0).min(place(1)), place(0).max(place(1)));
        let value = of(&found[triangle(names.len(), one, other)]).unwrap_or(f64::NAN);
        let off = (value - fact[2].as_f64().unwrap()).abs();
        assert!(!off.is_nan(), "{reference}: {} with {}", fact[0], fact[1]);
        worst = worst.max(off);
    }
    eprintln!("agreement: {reference} {worst:.1e}");
    worst
}

/// pandas 2.3.3: `DataFrame.corr`.
#[test]
fn pearson_spearman_and_kendall_are_those_of_pandas() {
    assert!(worst("pearson", |pair| pair.pearson) < 1e-12);
    assert!(worst("spearman", |pair| pair.spearman) < 1e-12);
    assert!(worst("kendall", |pair| pair.kendall) < 1e-12);
}

/// scipy 1.15.3: `chi2_contingency` without Yates' correction, in Bergsma's formula.
#[test]
fn cramers_v_is_bergsmas() {
    assert!(worst("cramers_v", |pair| pair.cramers_v) < 1e-12);
}

/// phik 0.12.5: `phik_matrix`, which stops at 1e-5 of its root.
#[test]
fn phi_k_is_that_of_phik() {
    assert!(worst("phi_k", |pair| pair.phi_k) < 2e-5);
}

/// fg-data-profiling 4.20.0: correlations of its JSON.
#[test]
fn every_correlation_is_that_of_ydatas_successor() {
    assert!(worst("ydata_pearson", |pair| pair.pearson) < 1e-12);
    assert!(worst("ydata_spearman", |pair| pair.spearman) < 1e-12);
    assert!(worst("ydata_kendall", |pair| pair.kendall) < 1e-12);
    assert!(worst("ydata_phi_k", |pair| pair.phi_k) < 2e-5);
    assert!(worst("ydata_cramers", |pair| pair.cramers_v) < 1e-12);
    assert!(worst("ydata_auto", |pair| pair.auto) < 1e-12);
}

/// pandas 2.3.3: `isnull().corr()`; scipy 1.15.3: `linkage(method="average")`, as missingno's
/// dendrogram.
#[test]
fn nullity_is_that_of_pandas_and_its_tree_that_of_scipy() {
    let sample = testing::sample();
    let options = Options::default();
    let (map, tree) = nullity(&Scope {
        columns: &[],
        sample: &sample,
        options: &options,
    });
    let (map, tree) = (map.unwrap(), tree.unwrap());
    let (names, facts) = (testing::names(), testing::figures());
    let known: Vec<&str> = map.columns.iter().map(|column| names[*column]).collect();
    assert_eq!(serde_json::json!(known), facts["nullity_tree"]["columns"]);
    for fact in facts["nullity"].as_array().unwrap() {
        let place = |at: usize| known.iter().position(|name| fact[at] == **name).unwrap();
        let value = map.values[triangle(known.len(), place(0), place(1))].unwrap();
        assert!((value - fact[2].as_f64().unwrap()).abs() < 1e-6, "{fact}");
    }
    let linkage = facts["nullity_tree"]["linkage"].as_array().unwrap();
    assert_eq!(tree.merges.len(), linkage.len());
    for (merge, fact) in tree.merges.iter().zip(linkage) {
        let height = fact[2].as_f64().unwrap() / 600_f64.sqrt();
        assert!((merge.height - height).abs() < 1e-6, "{merge:?} {fact}");
    }
}

fn correlated(sample: &Sample, threads: usize) -> Option<crate::Correlations> {
    let options = Options {
        threads: NonZeroUsize::new(threads).unwrap(),
        ..Options::default()
    };
    correlations(&Scope {
        columns: &[],
        sample,
        options: &options,
    })
}

#[test]
fn a_table_of_fewer_than_two_columns_or_ten_rows_has_no_coefficient() {
    assert_eq!(correlated(&Sample::default(), 2), None);
    let mut sample = testing::sample();
    sample.columns.truncate(1);
    assert_eq!(correlated(&sample, 2), None);
    let few = Sample {
        rows: 3,
        complete: true,
        of: 3,
        columns: vec![SampleColumn::Number(vec![1.0, 2.0, 3.0]); 2],
        ..Sample::default()
    };
    let found = correlated(&few, 2).unwrap();
    assert!(found.pairs.is_empty());
    assert!(found.matrices.iter().all(|matrix| matrix.values == [None]));
}

#[test]
fn partners_are_listed_both_ways_strongest_first() {
    let found = correlated(&testing::sample(), 2).unwrap();
    let names = testing::names();
    let partners = partners(&found, 0.5);
    let of = |name: &str| {
        let column = names.iter().position(|known| *known == name).unwrap();
        let partners = partners.iter().find(|(known, _)| *known == column);
        partners.map(|(_, others)| {
            others
                .iter()
                .map(|(other, _)| names[*other])
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(of("z").unwrap()[0], "y");
    assert_eq!(of("y").unwrap()[0], "z");
    assert_eq!(of("c"), None);
}

#[test]
fn a_wide_table_keeps_the_hundred_columns_that_go_together_most() {
    // Columns 0 to 129 are noise, 130 to 139 follow one another.
    let noise = |seed: usize| {
        (0..400).map(move |row| {
            ((row * 7_919 + seed * 104_729 + row * row * (seed + 3)) % 1_009) as f64
        })
    };
    let mut columns: Vec<SampleColumn> = (0..130)
        .map(|seed| SampleColumn::Number(noise(seed).collect()))
        .collect();
    for shift in 0..10 {
        let values = noise(500)
            .zip(noise(600 + shift))
            .map(|(one, other)| one + other / 20.0);
        columns.push(SampleColumn::Number(values.collect()));
    }
    let sample = Sample {
        rows: 400,
        complete: true,
        of: 400,
        columns,
        ..Sample::default()
    };
    let found = correlated(&sample, 2).unwrap();
    let auto = &found.matrices[0];
    assert_eq!(
        (auto.columns.len(), auto.of, auto.values.len()),
        (100, 140, 4_950)
    );
    assert!((130..140).all(|column| auto.columns.contains(&column)));
    assert_eq!(found.pairs.len(), 200);
    assert!(
        found.pairs[..45]
            .iter()
            .all(|pair| pair.a >= 130 && pair.b >= 130)
    );
    // What goes together stands side by side.
    let place = |column: usize| {
        auto.columns
            .iter()
            .position(|known| *known == column)
            .unwrap()
    };
    let places: Vec<usize> = (130..140).map(place).collect();
    assert_eq!(
        places.iter().max().unwrap() - places.iter().min().unwrap(),
        9
    );
}

/// A column of a few values, with gaps.
fn column() -> impl Strategy<Value = SampleColumn> {
    let number = prop::collection::vec(
        prop_oneof![Just(f64::NAN), (-3_i32..4).prop_map(f64::from), -9.0..9.0],
        30,
    );
    let code = prop::collection::vec(prop_oneof![Just(u32::MAX), 0_u32..4], 30);
    prop_oneof![
        number.prop_map(SampleColumn::Number),
        code.prop_map(|codes| SampleColumn::Code {
            codes,
            labels: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        }),
    ]
}

fn sampled(columns: Vec<SampleColumn>) -> Sample {
    Sample {
        rows: 30,
        complete: true,
        of: 30,
        columns,
        ..Sample::default()
    }
}

/// The coefficients of the only pair, by measure.
fn coefficients(sample: &Sample) -> Vec<(Association, Option<f64>)> {
    let found = correlated(sample, 1);
    let matrices = found.map(|found| found.matrices).unwrap_or_default();
    matrices
        .into_iter()
        .map(|matrix| (matrix.measure, matrix.values[0]))
        .collect()
}

fn alike(one: &[(Association, Option<f64>)], other: &[(Association, Option<f64>)]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            one.0 == other.0
                && match (one.1, other.1) {
                    (Some(one), Some(other)) => (one - other).abs() < 2e-6,
                    (one, other) => one == other,
                }
        })
}

fn permuted(column: &SampleColumn, order: &[usize]) -> SampleColumn {
    match column {
        SampleColumn::Number(values) => {
            SampleColumn::Number(order.iter().map(|row| values[*row]).collect())
        }
        SampleColumn::Code { codes, labels } => SampleColumn::Code {
            codes: order.iter().map(|row| codes[*row]).collect(),
            labels: labels.clone(),
        },
        SampleColumn::None => SampleColumn::None,
    }
}

proptest! {
    #[test]
    fn swapping_the_columns_changes_no_coefficient(one in column(), other in column()) {
        let there = coefficients(&sampled(vec![one.clone(), other.clone()]));
        let back = coefficients(&sampled(vec![other, one]));
        prop_assert!(alike(&there, &back), "{there:?} {back:?}");
    }

    #[test]
    fn the_order_of_the_rows_changes_no_coefficient(
        one in column(), other in column(), order in Just((0..30).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let before = coefficients(&sampled(vec![one.clone(), other.clone()]));
        let after = coefficients(&sampled(vec![permuted(&one, &order), permuted(&other, &order)]));
        prop_assert!(alike(&before, &after), "{before:?} {after:?}");
    }

    #[test]
    fn names_of_categories_change_no_coefficient(
        one in column(), codes in prop::collection::vec(0_u32..4, 30), names in Just(vec![0_u32, 1, 2, 3]).prop_shuffle(),
    ) {
        let code = |codes: Vec<u32>| SampleColumn::Code { codes, labels: vec![String::new(); 4] };
        let renamed = codes.iter().map(|code| names[*code as usize]).collect();
        let before = coefficients(&sampled(vec![one.clone(), code(codes)]));
        let after = coefficients(&sampled(vec![one, code(renamed)]));
        prop_assert!(alike(&before, &after), "{before:?} {after:?}");
    }

    #[test]
    fn coefficients_stay_in_their_bounds_and_threads_change_nothing(columns in prop::collection::vec(column(), 2..6)) {
        let sample = sampled(columns);
        let one = correlated(&sample, 1);
        prop_assert_eq!(&one, &correlated(&sample, 3));
        for matrix in one.map(|found| found.matrices).unwrap_or_default() {
            for value in matrix.values.iter().flatten() {
                prop_assert!((-1.0..=1.0).contains(value));
                let signed = matches!(matrix.measure, Association::Pearson | Association::Spearman | Association::Kendall | Association::Auto);
                prop_assert!(signed || *value >= 0.0);
            }
        }
    }
}
