//! Columns by outcome against scipy and pandas on one table, and their laws.

use proptest::prelude::*;

use super::by_outcome;
use super::separation::{Separation, separation};
use super::sorted::Sorted;
use crate::pairs::testing::{self, CODES, NUMBERS, near};
use crate::report::{ByOutcome, Cell};
use crate::{Options, Sample, Scope, UNKNOWN};

fn found(sample: &Sample) -> Vec<Option<ByOutcome>> {
    let (columns, options) = (testing::report_columns(), Options::default());
    by_outcome(&Scope {
        columns: &columns,
        sample,
        options: &options,
    })
}

/// scipy 1.15.3: `mannwhitneyu(accepted, rejected).statistic / (n m)`,
/// `ks_2samp(accepted, rejected).statistic`; numpy 2.4.6: `quantile`.
#[test]
fn auc_and_ks_are_those_of_scipy_and_quantiles_those_of_numpy() {
    let (found, facts) = (found(&testing::sample()), testing::figures());
    for (column, name) in found.iter().zip(NUMBERS) {
        let (column, facts) = (column.as_ref().unwrap(), &facts["outcome"][name]);
        assert!(near(column.auc.unwrap(), &facts["auc"]), "{name}");
        assert!(near(column.ks.unwrap(), &facts["ks"]), "{name}");
        for (group, (place, key)) in column.groups.iter().zip([(0, "accepted"), (1, "rejected")]) {
            assert_eq!(facts["n"][place], group.n);
            assert_eq!(group.counts.iter().sum::<u64>(), group.n);
            for (quantile, fact) in group.quantiles.iter().zip(facts[key].as_array().unwrap()) {
                assert!(near(quantile.value, fact), "{name}: {quantile:?} {fact}");
            }
        }
    }
}

/// pandas 2.3.3: `crosstab`.
#[test]
fn values_are_counted_by_outcome() {
    let (found, facts) = (found(&testing::sample()), testing::figures());
    for (column, name) in found.iter().skip(NUMBERS.len()).zip(CODES) {
        let facts = facts["shares"][name].as_object().unwrap();
        let values = &column.as_ref().unwrap().values;
        for value in values.iter().filter(|value| value.value.is_some()) {
            let label = match value.value.as_ref().unwrap() {
                Cell::Text(text) => text.clone(),
                Cell::Boolean(yes) => yes.to_string(),
                other => panic!("{other:?}"),
            };
            assert_eq!(
                facts[&label],
                serde_json::json!([value.accepted, value.rejected]),
                "{name}"
            );
            assert_eq!(
                value.rows,
                value.accepted + value.rejected + value.technical
            );
        }
        assert!(values.iter().all(|value| value.rows >= 5));
        assert!(
            values.iter().map(|value| value.rows).sum::<u64>() > 590,
            "{name}"
        );
    }
}

#[test]
fn without_outcomes_or_with_too_few_of_one_there_is_nothing() {
    let mut sample = testing::sample();
    let outcomes = sample.outcome.take().unwrap();
    assert!(found(&sample).iter().all(Option::is_none));
    let accepted_only: Vec<u8> = outcomes
        .iter()
        .map(|outcome| if *outcome == 1 { UNKNOWN } else { *outcome })
        .collect();
    sample.outcome = Some(accepted_only);
    assert!(found(&sample).iter().all(Option::is_none));
}

fn sorted(values: &[f64]) -> Sorted {
    Sorted::new(values.iter().copied())
}

#[test]
fn all_above_all_below_and_all_the_same() {
    let (low, high) = (sorted(&[1.0, 2.0]), sorted(&[3.0, 4.0, 5.0]));
    assert_eq!(
        separation(&high, &low),
        Some(Separation { auc: 1.0, ks: 1.0 })
    );
    assert_eq!(
        separation(&low, &high),
        Some(Separation { auc: 0.0, ks: 1.0 })
    );
    assert_eq!(
        separation(&low, &low),
        Some(Separation { auc: 0.5, ks: 0.0 })
    );
    assert_eq!(separation(&low, &Sorted::default()), None);
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-4_i32..5).prop_map(f64::from), 1..40)
}

proptest! {
    #[test]
    fn auc_counts_pairs_and_turns_round_with_the_groups(one in values(), other in values()) {
        let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        let wins: f64 = pairs.map(|(a, b)| f64::from(u8::from(a > b)) + f64::from(u8::from(a.total_cmp(b).is_eq())) / 2.0).sum();
        let there = separation(&sorted(&one), &sorted(&other)).unwrap();
        let back = separation(&sorted(&other), &sorted(&one)).unwrap();
        prop_assert!((there.auc - wins / (one.len() * other.len()) as f64).abs() < 1e-12);
        prop_assert!((there.auc + back.auc - 1.0).abs() < 1e-12);
        prop_assert!((there.ks - back.ks).abs() < 1e-12);
        prop_assert!((0.0..=1.0).contains(&there.ks));
    }
}
