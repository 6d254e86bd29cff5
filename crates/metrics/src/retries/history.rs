//! Processes as sequences of attempts, and how each ended.

use serde::Serialize;

use super::{Attempts, NONE, Outcome};
use crate::intervals::Level;
use crate::number::{float_i64, floor_index};
use crate::quantiles::quantile;

/// With fewer gaps than this the horizon is the default one.
const LEAST_GAPS: usize = 30;
/// Share of people who come back that have done so by the horizon.
const COME_BACK: f64 = 0.99;
/// Horizon where the data do not give one: a day.
const DEFAULT_HORIZON_US: i64 = 24 * 3_600_000_000;
/// Least horizon: someone who failed ten minutes ago may still be at it.
const LEAST_HORIZON_US: i64 = 600_000_000;

/// What the analysis leaves to its caller.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Confidence level of all intervals.
    pub level: Level,
    /// Last instant that the data cover, µs since 1970; by default that of the last attempt.
    pub data_end_us: Option<i64>,
    /// How long nobody must have come back before a process counts as gone, µs. By default
    /// the time by which 99 % of those who try again after a failure have done so, at least
    /// ten minutes; a day with fewer than 30 of them.
    pub horizon_us: Option<i64>,
    /// A pause counts as a person's own time up to so much, µs; by default half an hour.
    pub longest_pause_us: i64,
    /// Whether all is looked at; otherwise definitions of a process, pictures, gaps, what
    /// follows a first failure, incidences, and what retries add are left empty, which take
    /// longer than all the rest. By default it is.
    pub is_whole: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            level: Level::NINETY_FIVE,
            data_end_us: None,
            horizon_us: None,
            longest_pause_us: 1_800_000_000,
            is_whole: true,
        }
    }
}

/// Where the horizon comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HorizonRule {
    /// It was asked for.
    Asked,
    /// By then 99 % of those who come back have done so.
    Usual,
    /// Most come back sooner than ten minutes, which is the least.
    Least,
    /// Too few come back to tell: a day.
    Default,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// With an acceptance.
    Accepted,
    /// Without one, and nobody came back for the horizon.
    Gone,
    /// Without one so far; too near the end of the data to say.
    Open,
}

/// One process: a range of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    pub(super) first: usize,
    /// Rows of tries: up to the first acceptance, that included.
    pub(super) tries: usize,
    /// All rows.
    pub(super) attempts: usize,
    pub(super) person: Option<u32>,
    pub(super) client: u32,
    pub(super) fate: Fate,
}

impl Process {
    /// Row of the last try.
    pub(super) const fn last_try(&self) -> usize {
        self.first + self.tries - 1
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.fate == Fate::Accepted
    }
}

/// All processes.
pub(super) struct Histories<'a> {
    pub(super) attempts: &'a Attempts,
    pub(super) options: Options,
    pub(super) processes: Vec<Process>,
    pub(super) data_end_us: i64,
    pub(super) horizon_us: i64,
    pub(super) horizon_rule: HorizonRule,
}

impl<'a> Histories<'a> {
    pub(super) fn of(attempts: &'a Attempts, options: &Options) -> Self {
        let mut processes = Vec::new();
        let mut first = 0;
        for rows in attempts.process.chunk_by(|one, next| one == next) {
            let outcomes = attempts.outcome.get(first..first + rows.len());
            let accepted = outcomes
                .unwrap_or_default()
                .iter()
                .position(|outcome| *outcome == Outcome::Accepted);
            let last = first + rows.len() - 1;
            processes.push(Process {
                first,
                tries: accepted.map_or(rows.len(), |place| place + 1),
                attempts: rows.len(),
                person: attempts
                    .person
                    .get(last)
                    .copied()
                    .filter(|one| *one != NONE),
                client: attempts.client.get(last).copied().unwrap_or(NONE),
                fate: if accepted.is_some() {
                    Fate::Accepted
                } else {
                    Fate::Open
                },
            });
            first += rows.len();
        }
        let data_end_us = options
            .data_end_us
            .or_else(|| attempts.at_us.iter().max().copied())
            .unwrap_or(0);
        let mut histories = Self {
            attempts,
            options: *options,
            processes,
            data_end_us,
            horizon_us: 0,
            horizon_rule: HorizonRule::Asked,
        };
        (histories.horizon_us, histories.horizon_rule) = match options.horizon_us {
            Some(asked) => (asked, HorizonRule::Asked),
            None => histories.usual_horizon(),
        };
        histories.settle();
        histories
    }

    fn usual_horizon(&self) -> (i64, HorizonRule) {
        let mut gaps: Vec<f64> = self.gaps().map(|(_, gap)| float_i64(gap)).collect();
        if gaps.len() < LEAST_GAPS {
            return (DEFAULT_HORIZON_US, HorizonRule::Default);
        }
        let usual = quantile(&mut gaps, COME_BACK).map_or(0, floor_index);
        match i64::try_from(usual) {
            Ok(usual) if usual >= LEAST_HORIZON_US => (usual, HorizonRule::Usual),
            Ok(_) => (LEAST_HORIZON_US, HorizonRule::Least),
            Err(_) => (DEFAULT_HORIZON_US, HorizonRule::Default),
        }
    }

    /// Those without an acceptance are gone once the horizon has passed.
    fn settle(&mut self) {
        for process in &mut self.processes {
            let last = self.attempts.at_us.get(process.last_try());
            let waited = last.map_or(0, |last| self.data_end_us.saturating_sub(*last));
            if process.fate == Fate::Open && waited >= self.horizon_us {
                process.fate = Fate::Gone;
            }
        }
    }

    /// Each failed try that was followed by another: its row, and the time between, µs.
    pub(super) fn gaps(&self) -> impl Iterator<Item = (usize, i64)> {
        self.processes.iter().flat_map(move |process| {
            (process.first..process.last_try()).map(move |row| (row, self.gap_after(row)))
        })
    }

    /// Time from a row to the next, µs.
    pub(super) fn gap_after(&self, row: usize) -> i64 {
        self.at(row + 1).saturating_sub(self.at(row)).max(0)
    }

    pub(super) fn at(&self, row: usize) -> i64 {
        self.attempts.at_us.get(row).copied().unwrap_or(0)
    }

    /// How the code of a place is shown; no code at all is `none`.
    pub(super) fn place_name(&self, place: usize) -> String {
        let name = self.attempts.codes.get(place);
        name.cloned().unwrap_or_else(|| "none".to_owned())
    }

    /// Places of codes in a table with one more for none.
    pub(super) fn code_place(&self, row: usize) -> usize {
        let code = self.attempts.code.get(row).copied().unwrap_or(NONE);
        let code = usize::try_from(code).unwrap_or(usize::MAX);
        code.min(self.attempts.codes.len())
    }

    pub(super) fn api_ms(&self, row: usize) -> f64 {
        let time = self.attempts.api_ms.get(row).copied().unwrap_or(f32::NAN);
        if time.is_nan() { 0.0 } else { f64::from(time) }
    }

    /// A person's own time after a try, µs: the pause, but not more than the longest.
    pub(super) fn pause_after(&self, row: usize) -> i64 {
        self.gap_after(row).min(self.options.longest_pause_us)
    }
}
