//! The same pictures again, or better ones?

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::chances::{Persons, count};
use super::history::Histories;
use super::result::{PictureChange, ScoreChange};
use crate::quantiles::quantile;

pub(super) fn pictures(histories: &Histories<'_>, persons: &mut Persons) -> PictureChange {
    let hash = |row: usize| histories.attempts.pictures.get(row).copied().unwrap_or(0);
    let (mut same, mut other) = (Vec::new(), Vec::new());
    for process in &histories.processes {
        for row in process.first..process.last_try() {
            if hash(row) == 0 || hash(row + 1) == 0 {
                continue;
            }
            let accepted = row + 1 == process.last_try() && process.is_accepted();
            let pairs = if hash(row) == hash(row + 1) {
                &mut same
            } else {
                &mut other
            };
            pairs.push((process.person, accepted));
        }
    }
    let level = histories.options.level;
    PictureChange {
        pairs: count(same.len() + other.len()),
        same: count(same.len()),
        accepted_same: persons.proportion(level, same.into_iter()),
        accepted_other: persons.proportion(level, other.into_iter()),
        scores: histories
            .attempts
            .scores
            .par_iter()
            .map(|(name, values)| score(histories, name, values))
            .collect(),
    }
}

fn score(histories: &Histories<'_>, name: &str, values: &[f32]) -> ScoreChange {
    let hash = |row: usize| histories.attempts.pictures.get(row).copied().unwrap_or(0);
    let value = |row: usize| values.get(row).copied().map_or(f64::NAN, f64::from);
    let mut changes: Vec<f64> = Vec::new();
    for (row, _) in histories.gaps() {
        let change = value(row + 1) - value(row);
        if !change.is_nan() && hash(row) != hash(row + 1) {
            changes.push(change);
        }
    }
    let number =
        |keep: &dyn Fn(f64) -> bool| count(changes.iter().filter(|one| keep(**one)).count());
    ScoreChange {
        score: name.to_owned(),
        n: count(changes.len()),
        higher: number(&|change| change > 0.0),
        lower: number(&|change| change < 0.0),
        median: quantile(&mut changes.clone(), 0.5),
    }
}
