//! Cumulative incidence: an event where another ending may come first.

use serde::Serialize;

use crate::intervals::Level;
use crate::number::float;

/// How the time of one subject ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With the event of interest.
    Event,
    /// With the other ending, after which the event cannot come.
    Other,
    /// Seen no longer.
    Censored,
}

/// Cumulative incidence at one time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct IncidencePoint {
    /// Time.
    pub time: f64,
    /// Subjects seen and without an ending just before it.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// Other endings at this time.
    pub others: u64,
    /// Probability of the event up to and at this time.
    pub event: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Probability of the other ending up to and at this time.
    pub other: f64,
}

/// Running sums of the variance of the cumulative incidence F at time t, with survival S
/// before each time: `Σ (F(t) − F_j)² a_j + Σ S_j² b_j − 2 Σ (F(t) − F_j) S_j c_j`.
#[derive(Default)]
struct Variance {
    a: f64,
    fa: f64,
    ffa: f64,
    b: f64,
    c: f64,
    fc: f64,
}

impl Variance {
    fn add(&mut self, incidence: f64, survival: f64, at_risk: f64, events: f64, endings: f64) {
        let left = at_risk - endings;
        let a = if left > 0.0 {
            endings / (at_risk * left)
        } else {
            0.0
        };
        let b = survival * survival * (at_risk - events) * events / (at_risk * at_risk * at_risk);
        let c = survival * events / (at_risk * at_risk);
        self.a += a;
        self.fa += incidence * a;
        self.ffa += incidence * incidence * a;
        self.b += b;
        self.c += c;
        self.fc += incidence * c;
    }

    fn at(&self, incidence: f64) -> f64 {
        let spread = incidence * incidence * self.a - 2.0 * incidence * self.fa + self.ffa;
        let shared = incidence * self.c - self.fc;
        (spread + self.b - 2.0 * shared).max(0.0)
    }
}

/// Returns the cumulative incidence of the event at each time at which something happened.
/// Observations are reordered, those without a time left out.
///
/// Kaplan and Meier's curve takes those who left for others who would have gone on; here
/// leaving is an ending of its own, so that both probabilities and the rest add up to 1.
/// The interval is log-log on a variance by the delta method.
///
/// Sources: O. O. Aalen and S. Johansen (1978), Scandinavian Journal of Statistics 5,
/// 141-150; D. Collett (2014), Modelling Survival Data in Medical Research, 12.3.
#[must_use]
pub fn cumulative_incidence(
    observations: &mut Vec<(f64, Ending)>,
    level: Level,
) -> Vec<IncidencePoint> {
    observations.retain(|(time, _)| !time.is_nan());
    observations.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let z = level.z();
    let mut points = Vec::new();
    let mut at_risk = observations.len();
    let (mut survival, mut event, mut other) = (1.0, 0.0, 0.0);
    let mut variance = Variance::default();
    for together in observations.chunk_by(|one, next| one.0.total_cmp(&next.0).is_eq()) {
        let Some((time, _)) = together.first() else {
            continue;
        };
        let count = |ending| together.iter().filter(|(_, one)| *one == ending).count();
        let (events, others) = (count(Ending::Event), count(Ending::Other));
        let left = float(at_risk);
        let before = survival;
        event += before * float(events) / left;
        other += before * float(others) / left;
        survival *= 1.0 - float(events + others) / left;
        variance.add(event, before, left, float(events), float(events + others));
        let (low, high) = interval(event, variance.at(event), z);
        points.push(IncidencePoint {
            time: *time,
            at_risk: u64::try_from(at_risk).unwrap_or(u64::MAX),
            events: u64::try_from(events).unwrap_or(u64::MAX),
            others: u64::try_from(others).unwrap_or(u64::MAX),
            event,
            low,
            high,
            other,
        });
        at_risk -= together.len();
    }
    points
}

fn interval(share: f64, variance: f64, z: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 {
        return (share, share);
    }
    let log = share.ln();
    let reach = z * variance.sqrt() / (share * log.abs());
    let end = |sign: f64| (-((-log).ln() + sign * reach).exp()).exp();
    (end(1.0), end(-1.0))
}
