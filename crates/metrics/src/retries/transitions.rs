//! From a failure to what followed it.

use super::chances::count;
use super::history::{Fate, Histories, Process};
use super::result::{Abandonment, Next, Transition, TransitionRow};
use crate::number::{float_i64, float_u64};
use crate::survival::{Observation, Survival};

/// Counts of what followed each code: codes (one more for none), accepted, gone, open.
struct Matrix<'a> {
    histories: &'a Histories<'a>,
    codes: usize,
    counts: Vec<u64>,
}

impl<'a> Matrix<'a> {
    fn new(histories: &'a Histories<'a>) -> Self {
        let codes = histories.attempts.codes.len() + 1;
        Self {
            histories,
            codes,
            counts: vec![0; codes * (codes + 3)],
        }
    }

    /// Counts what followed the failed try in `row`, if it failed.
    fn add(&mut self, process: &Process, row: usize) {
        let last = row == process.last_try();
        let next = if !last {
            let accepted = row + 1 == process.last_try() && process.is_accepted();
            if accepted {
                self.codes
            } else {
                self.histories.code_place(row + 1)
            }
        } else {
            match process.fate {
                Fate::Accepted => return,
                Fate::Gone => self.codes + 1,
                Fate::Open => self.codes + 2,
            }
        };
        let place = self.histories.code_place(row) * (self.codes + 3) + next;
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
    }

    fn rows(&self) -> Vec<TransitionRow> {
        let lines = self.counts.chunks_exact(self.codes + 3).enumerate();
        let mut rows: Vec<TransitionRow> = lines
            .filter_map(|(place, line)| self.row(place, line))
            .collect();
        rows.sort_by(|one, other| other.n.cmp(&one.n).then_with(|| one.code.cmp(&other.code)));
        rows
    }

    fn row(&self, code: usize, line: &[u64]) -> Option<TransitionRow> {
        let n: u64 = line.iter().sum();
        if n == 0 {
            return None;
        }
        let at = |place: usize| line.get(place).copied().unwrap_or(0);
        let (accepted, gone, open) = (at(self.codes), at(self.codes + 1), at(self.codes + 2));
        let same = at(code);
        let known = n - open;
        let mut next: Vec<Transition> = line
            .iter()
            .enumerate()
            .filter(|(_, n)| **n > 0)
            .map(|(place, n)| {
                let next = match place.checked_sub(self.codes) {
                    None => Next::Code(self.histories.place_name(place)),
                    Some(0) => Next::Accepted,
                    Some(1) => Next::Gone,
                    Some(_) => Next::Open,
                };
                let share =
                    (next != Next::Open && known > 0).then(|| float_u64(*n) / float_u64(known));
                Transition { next, n: *n, share }
            })
            .collect();
        next.sort_by(|one, other| other.n.cmp(&one.n).then_with(|| one.next.cmp(&other.next)));
        Some(TransitionRow {
            code: self.histories.place_name(code),
            n,
            same,
            other: n - same - accepted - gone - open,
            accepted,
            gone,
            open,
            next,
        })
    }
}

pub(super) fn transitions(histories: &Histories<'_>) -> Vec<TransitionRow> {
    let mut matrix = Matrix::new(histories);
    for process in &histories.processes {
        for row in process.first..=process.last_try() {
            matrix.add(process, row);
        }
    }
    matrix.rows()
}

pub(super) fn after_first_failure(histories: &Histories<'_>) -> Vec<TransitionRow> {
    let mut matrix = Matrix::new(histories);
    for process in &histories.processes {
        matrix.add(process, process.first);
    }
    matrix.rows()
}

/// Kaplan and Meier's curve of the time to the next try; who has not come back is censored
/// at the end of the data.
pub(super) fn abandonment(histories: &Histories<'_>) -> Vec<Abandonment> {
    let codes = histories.attempts.codes.len() + 1;
    let mut by_code: Vec<Vec<Observation>> = vec![Vec::new(); codes];
    for process in &histories.processes {
        for row in process.first..=process.last_try() {
            let last = row == process.last_try();
            if last && process.is_accepted() {
                continue;
            }
            let seen = if last {
                histories
                    .data_end_us
                    .saturating_sub(histories.at(row))
                    .max(0)
            } else {
                histories.gap_after(row)
            };
            if let Some(own) = by_code.get_mut(histories.code_place(row)) {
                own.push(Observation {
                    time: float_i64(seen),
                    event: !last,
                });
            }
        }
    }
    let mut coded: Vec<Abandonment> = by_code
        .iter_mut()
        .enumerate()
        .filter_map(|(place, seen)| share(histories, Some(histories.place_name(place)), seen))
        .collect();
    coded.sort_by(|one, other| other.n.cmp(&one.n).then_with(|| one.code.cmp(&other.code)));
    let mut all: Vec<Observation> = by_code.into_iter().flatten().collect();
    let mut rows: Vec<Abandonment> = share(histories, None, &mut all).into_iter().collect();
    rows.append(&mut coded);
    rows
}

fn share(
    histories: &Histories<'_>,
    code: Option<String>,
    seen: &mut Vec<Observation>,
) -> Option<Abandonment> {
    if seen.is_empty() {
        return None;
    }
    let survival = Survival::of(seen, histories.options.level);
    let point = survival.at(float_i64(histories.horizon_us));
    Some(Abandonment {
        code,
        n: count(seen.len()),
        share: point.map_or(1.0, |point| point.survival),
        low: point.map_or(0.0, |point| point.low),
        high: point.map_or(1.0, |point| point.high),
    })
}
