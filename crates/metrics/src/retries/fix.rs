//! What to mend first: codes by what they cost.

use super::cost::US_PER_MINUTE;
use super::history::{Fate, Histories};
use super::identity::Back;
use super::result::CodeToFix;
use crate::number::float_i64;

#[derive(Clone, Default)]
struct Sums {
    failures: u64,
    lost: u64,
    lost_for_good: u64,
    extra_attempts: u64,
    extra_api_ms: f64,
    extra_us: i64,
    processes: u64,
    processes_accepted: u64,
    /// Last process that was counted, from 1.
    seen: usize,
}

pub(super) fn to_fix(histories: &Histories<'_>, back: &Back) -> Vec<CodeToFix> {
    let mut codes = vec![Sums::default(); histories.attempts.codes.len() + 1];
    let processes = histories.processes.iter().zip(&back.accepted_later);
    for (number, (process, accepted_later)) in processes.enumerate() {
        for row in process.first..=process.last_try() {
            let last = row == process.last_try();
            if last && process.is_accepted() {
                continue;
            }
            let Some(sums) = codes.get_mut(histories.code_place(row)) else {
                continue;
            };
            sums.failures += 1;
            if sums.seen != number + 1 {
                sums.seen = number + 1;
                sums.processes += 1;
                sums.processes_accepted += u64::from(process.is_accepted());
            }
            if !last {
                sums.extra_attempts += 1;
                sums.extra_api_ms += histories.api_ms(row + 1);
                sums.extra_us += histories.pause_after(row);
            } else if process.fate == Fate::Gone {
                sums.lost += 1;
                sums.lost_for_good += u64::from(!accepted_later);
            }
        }
    }
    let mut rows: Vec<CodeToFix> = codes
        .iter()
        .enumerate()
        .filter(|(_, sums)| sums.failures > 0)
        .map(|(place, sums)| CodeToFix {
            code: histories.place_name(place),
            failures: sums.failures,
            lost: sums.lost,
            lost_for_good: sums.lost_for_good,
            extra_attempts: sums.extra_attempts,
            extra_api_ms: sums.extra_api_ms,
            extra_minutes: float_i64(sums.extra_us) / US_PER_MINUTE,
            processes: sums.processes,
            processes_accepted: sums.processes_accepted,
        })
        .collect();
    rows.sort_by(|one, other| {
        (other.lost, other.extra_attempts)
            .cmp(&(one.lost, one.extra_attempts))
            .then_with(|| one.code.cmp(&other.code))
    });
    rows
}
