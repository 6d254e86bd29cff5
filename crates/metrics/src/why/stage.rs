//! How far transactions got: which microservices ran.
//!
//! A policy is noted as far as it was asked for, and times add up over what ran: such columns
//! are compared among transactions in which the same microservices ran on the same pictures.
//! Otherwise they would tell of stopping earlier, which one finding says.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::columns::{Family, WhyColumn};
use super::values::Values;

/// Returns the numbers of a column, of one that depends on the stage of that stage alone.
pub(super) fn numbers_of(column: &WhyColumn, values: &[f32], stage: &[bool]) -> Vec<f32> {
    if !column.is_of_stage {
        return values.to_vec();
    }
    let of = |(value, is_of_stage): (&f32, &bool)| if *is_of_stage { *value } else { f32::NAN };
    values.iter().zip(stage).map(of).collect()
}

/// Returns which rows are of the stage at which both sides have most; all where no time of a
/// microservice is known.
pub(super) fn same_stage(columns: &[WhyColumn], values: &[Values], selected: &[bool]) -> Vec<bool> {
    let times: Vec<&Vec<f32>> = columns
        .iter()
        .zip(values)
        .filter_map(|(column, values)| match (&column.family, values) {
            (Some(Family::Times(_)), Values::Numbers(_, values)) => Some(values),
            _ => None,
        })
        .collect();
    let stage = |row: usize| {
        let mut hasher = DefaultHasher::new();
        for time in &times {
            time.get(row)
                .is_some_and(|time| !time.is_nan())
                .hash(&mut hasher);
        }
        hasher.finish()
    };
    let stages: Vec<u64> = (0..selected.len()).map(stage).collect();
    let mut counts: HashMap<u64, [u64; 2]> = HashMap::new();
    for (stage, selected) in stages.iter().zip(selected) {
        counts.entry(*stage).or_default()[usize::from(!selected)] += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(stage, [one, other])| (*one.min(other), *one.max(other), *stage));
    let best = best.map(|(stage, _)| stage);
    stages
        .into_iter()
        .map(|stage| Some(stage) == best)
        .collect()
}
