//! Where those who were not accepted stopped, and with which codes.

use std::collections::HashMap;

use super::rows::{ACCEPTED, NO_CODE};
use super::{AcceptanceRows, CodeCount, FunnelStep};

impl AcceptanceRows {
    /// The steps of the pipeline, before them the one in which nothing ran.
    pub(super) fn funnel(&self) -> Vec<FunnelStep> {
        let steps = self.microservices.len();
        let mut reached = vec![0_u64; steps + 1];
        let mut codes: Vec<HashMap<i64, u64>> = vec![HashMap::new(); steps + 1];
        let rows = self.flags.iter().zip(&self.codes).zip(&self.reached);
        for ((flags, code), mask) in rows {
            for (step, reached) in reached.iter_mut().enumerate() {
                let is_reached = step == 0 || *mask & (1 << (step - 1)) != 0;
                *reached += u64::from(is_reached);
            }
            if flags & ACCEPTED == 0 {
                let deepest = usize::try_from(u16::BITS - mask.leading_zeros()).unwrap_or(0);
                if let Some(codes) = codes.get_mut(deepest) {
                    *codes.entry(*code).or_default() += 1;
                }
            }
        }
        let mut found = Vec::with_capacity(steps + 1);
        for (step, (reached, codes)) in reached.into_iter().zip(codes).enumerate() {
            let place = step.checked_sub(1);
            let microservices = place.and_then(|place| self.microservices.get(place));
            found.push(FunnelStep {
                step,
                microservices: microservices.cloned().unwrap_or_default(),
                reached,
                fell: codes.values().sum(),
                codes: ranked(codes),
            });
        }
        found
    }

    /// Codes of those who were not accepted.
    pub(super) fn reasons(&self) -> Vec<CodeCount> {
        let mut codes: HashMap<i64, u64> = HashMap::new();
        for (flags, code) in self.flags.iter().zip(&self.codes) {
            if flags & ACCEPTED == 0 {
                *codes.entry(*code).or_default() += 1;
            }
        }
        ranked(codes)
    }
}

/// Most frequent first, equals by code.
fn ranked(codes: HashMap<i64, u64>) -> Vec<CodeCount> {
    let mut ranked: Vec<(i64, u64)> = codes.into_iter().collect();
    ranked.sort_unstable_by_key(|(code, n)| (std::cmp::Reverse(*n), *code));
    ranked
        .into_iter()
        .map(|(code, n)| CodeCount {
            code: (code != NO_CODE).then_some(code),
            n,
        })
        .collect()
}
