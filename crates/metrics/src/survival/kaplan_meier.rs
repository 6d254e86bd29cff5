//! Kaplan and Meier's curve with Greenwood's interval.

use serde::Serialize;

use crate::intervals::Level;
use crate::number::{float, float_u64};

/// How long one subject was seen, and whether the event ended it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Time seen; the unit is the caller's (attempts, minutes).
    pub time: f64,
    /// Whether the event happened at that time; otherwise the subject is right-censored.
    pub event: bool,
}

/// The curve at one time at which something happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Time.
    pub time: f64,
    /// Subjects still without the event and seen just before it.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// Subjects seen no longer than this time, without the event.
    pub censored: u64,
    /// Probability of no event up to and at this time.
    pub survival: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// A survival curve: a step at each point, 1 before the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// Subjects.
    pub n: u64,
    /// Subjects with the event.
    pub events: u64,
    /// Points in the order of time.
    pub points: Vec<Point>,
}

/// Returns the curve; observations are reordered, and those without a time left out.
/// At equal times events come before censoring.
///
/// The interval is `exp(−exp(ln(−ln S) ± z √V / |ln S|))` with Greenwood's
/// `V = Σ d / (n (n − d))`: it stays in 0 to 1.
///
/// Sources: E. L. Kaplan and P. Meier (1958), JASA 53, 457-481; J. D. Kalbfleisch and
/// R. L. Prentice (2002), The Statistical Analysis of Failure Time Data, 1.4.
#[must_use]
pub fn kaplan_meier(observations: &mut Vec<Observation>, level: Level) -> Curve {
    Survival::of(observations, level).curve()
}

/// The estimate itself, of which points are asked for: intervals of a million points take
/// longer than all the rest, and most are never looked at.
#[derive(Clone, Debug)]
pub struct Survival {
    n: u64,
    events: u64,
    z: f64,
    steps: Vec<Step>,
}

/// What happened at one time.
#[derive(Clone, Copy, Debug)]
struct Step {
    time: f64,
    at_risk: u64,
    events: u64,
    censored: u64,
    survival: f64,
    /// Greenwood's sum up to here.
    variance: f64,
}

impl Survival {
    /// Estimates as [`kaplan_meier`] does.
    #[must_use]
    pub fn of(observations: &mut Vec<Observation>, level: Level) -> Self {
        observations.retain(|one| !one.time.is_nan());
        observations.sort_unstable_by(|one, other| one.time.total_cmp(&other.time));
        let whole = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let mut steps: Vec<Step> = Vec::new();
        let mut at_risk = observations.len();
        let (mut survival, mut variance) = (1.0, 0.0);
        let mut all_events = 0;
        for together in observations.chunk_by(|one, other| one.time.total_cmp(&other.time).is_eq())
        {
            let Some(first) = together.first() else {
                continue;
            };
            let events = together.iter().filter(|one| one.event).count();
            if events > 0 {
                let (left, lost) = (float(at_risk), float(events));
                survival *= 1.0 - lost / left;
                variance += lost / (left * (left - lost));
                all_events += whole(events);
            }
            steps.push(Step {
                time: first.time,
                at_risk: whole(at_risk),
                events: whole(events),
                censored: whole(together.len() - events),
                survival,
                variance,
            });
            at_risk -= together.len();
        }
        Self {
            n: whole(observations.len()),
            events: all_events,
            z: level.z(),
            steps,
        }
    }

    /// Returns the last time at which anything happened.
    #[must_use]
    pub fn last_time(&self) -> Option<f64> {
        self.steps.last().map(|step| step.time)
    }

    /// Returns the point at a time: the last that is not after it, `None` before the first.
    #[must_use]
    pub fn at(&self, time: f64) -> Option<Point> {
        let after = self.steps.partition_point(|step| step.time <= time);
        let step = after.checked_sub(1).and_then(|last| self.steps.get(last))?;
        Some(self.point(step))
    }

    /// Returns every point.
    #[must_use]
    pub fn curve(&self) -> Curve {
        self.drawn(self.steps.iter())
    }

    /// Returns the same curve with at most about `most` points, for a drawing: steps in
    /// which survival falls by less than `1 / most` are passed over, counts are added up
    /// into the next point kept.
    #[must_use]
    pub fn thinned(&self, most: usize) -> Curve {
        if self.steps.len() <= most {
            return self.curve();
        }
        let least = 1.0 / float_u64(u64::try_from(most.max(1)).unwrap_or(1));
        let mut kept: Vec<Step> = Vec::new();
        let mut waiting: Option<Step> = None;
        let mut last = 1.0;
        for step in &self.steps {
            let merged = match waiting.take() {
                Some(before) => Step {
                    at_risk: before.at_risk,
                    events: before.events + step.events,
                    censored: before.censored + step.censored,
                    ..*step
                },
                None => *step,
            };
            if last - merged.survival >= least {
                last = merged.survival;
                kept.push(merged);
            } else {
                waiting = Some(merged);
            }
        }
        kept.extend(waiting);
        self.drawn(kept.iter())
    }

    fn drawn<'a>(&self, steps: impl Iterator<Item = &'a Step>) -> Curve {
        Curve {
            n: self.n,
            events: self.events,
            points: steps.map(|step| self.point(step)).collect(),
        }
    }

    fn point(&self, step: &Step) -> Point {
        let (low, high) = interval(step.survival, step.variance, self.z);
        Point {
            time: step.time,
            at_risk: step.at_risk,
            events: step.events,
            censored: step.censored,
            survival: step.survival,
            low,
            high,
        }
    }
}

fn interval(survival: f64, greenwood: f64, z: f64) -> (f64, f64) {
    if survival >= 1.0 {
        return (1.0, 1.0);
    }
    if survival <= 0.0 {
        return (0.0, 0.0);
    }
    let log = survival.ln();
    let reach = z * greenwood.sqrt() / log.abs();
    let end = |sign: f64| (-((-log).ln() + sign * reach).exp()).exp();
    (end(1.0), end(-1.0))
}

impl Curve {
    /// Returns the curve at a time: its last point not after it, `None` before the first.
    #[must_use]
    pub fn at(&self, time: f64) -> Option<&Point> {
        let after = self.points.partition_point(|point| point.time <= time);
        after.checked_sub(1).and_then(|last| self.points.get(last))
    }

    /// Returns the survival at a time; 1 before the first point.
    #[must_use]
    pub fn survival_at(&self, time: f64) -> f64 {
        self.at(time).map_or(1.0, |point| point.survival)
    }

    /// Returns the first time at which survival is at most `share`, or `None` where the
    /// curve does not come down so far.
    #[must_use]
    pub fn time_at(&self, share: f64) -> Option<f64> {
        self.points
            .iter()
            .find(|point| point.survival <= share)
            .map(|point| point.time)
    }

    /// Returns the time by which half have had the event.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        self.time_at(0.5)
    }
}
