//! Repeats, pauses, and what retries cost.

use super::Outcome;
use super::chances::count;
use super::history::Histories;
use super::result::{Cost, Gaps, Repeats};
use crate::number::{float_i64, float_u64, floor_index};
use crate::quantiles::quantile;

pub(super) const US_PER_MINUTE: f64 = 60_000_000.0;

pub(super) fn repeats(histories: &Histories<'_>) -> Repeats {
    let mut repeats = Repeats::default();
    let mut time = 0.0;
    for process in &histories.processes {
        let rows = process.first + process.tries..process.first + process.attempts;
        repeats.processes += u64::from(!rows.is_empty());
        for row in rows {
            repeats.n += 1;
            time += histories.api_ms(row);
            match histories.attempts.outcome.get(row) {
                Some(Outcome::Accepted) => repeats.accepted += 1,
                Some(Outcome::Rejected) => repeats.rejected += 1,
                Some(Outcome::Technical) | None => repeats.technical += 1,
            }
        }
    }
    repeats.api_ms = count(floor_index(time));
    repeats
}

pub(super) fn gaps(histories: &Histories<'_>) -> Vec<Gaps> {
    let codes = histories.attempts.codes.len() + 1;
    let mut all: Vec<f64> = Vec::new();
    let mut by_code: Vec<Vec<f64>> = vec![Vec::new(); codes];
    for (row, gap) in histories.gaps() {
        let gap = float_i64(gap) / 1000.0;
        all.push(gap);
        if let Some(own) = by_code.get_mut(histories.code_place(row)) {
            own.push(gap);
        }
    }
    let mut rows: Vec<Gaps> = summary(None, &mut all).into_iter().collect();
    let mut coded: Vec<Gaps> = by_code
        .iter_mut()
        .enumerate()
        .filter_map(|(place, gaps)| summary(Some(histories.place_name(place)), gaps))
        .collect();
    coded.sort_by(|one, other| other.n.cmp(&one.n).then_with(|| one.code.cmp(&other.code)));
    rows.append(&mut coded);
    rows
}

fn summary(code: Option<String>, gaps: &mut [f64]) -> Option<Gaps> {
    Some(Gaps {
        code,
        n: count(gaps.len()),
        p50_ms: quantile(gaps, 0.5)?,
        p90_ms: quantile(gaps, 0.9)?,
        p99_ms: quantile(gaps, 0.99)?,
    })
}

pub(super) fn cost(histories: &Histories<'_>) -> Cost {
    let mut cost = Cost::default();
    let whole: f64 = (0..histories.attempts.len())
        .map(|row| histories.api_ms(row))
        .sum();
    for process in &histories.processes {
        cost.processes += u64::from(process.tries > 1);
        for row in process.first..process.last_try() {
            cost.retries += 1;
            cost.api_ms += histories.api_ms(row + 1);
            cost.person_minutes += float_i64(histories.pause_after(row)) / US_PER_MINUTE;
        }
    }
    cost.api_share = (whole > 0.0).then(|| cost.api_ms / whole);
    let processes = float_u64(cost.processes);
    cost.person_minutes_each = (cost.processes > 0).then(|| cost.person_minutes / processes);
    cost
}
