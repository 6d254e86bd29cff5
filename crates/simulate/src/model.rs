//! A scenario made ready: names turned into places, shares into decks, dates into numbers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::error::SimulateError;
use crate::numbers::floor_index;
use crate::pipeline::{MICROSERVICES, Pipeline};
use crate::quantiles::Quantiles;
use crate::scenario::Scenario;
use crate::scenario::parts::{CauseFeature, CodeMix, Device, Release, Switches};
use crate::tables::{ProbabilityTables, SegmentScores};
use crate::time::{DAY_US, days_of};
use crate::verdict::Code;

/// What all threads of a simulation share.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) scenario: Scenario,
    pub(crate) seed: u64,
    pub(crate) num_transactions: u64,
    pub(crate) landmarks: bool,
    pub(crate) pipeline: Pipeline,
    /// First local midnight, microseconds since 1970-01-01, and the number of days.
    pub(crate) start_us: i64,
    pub(crate) num_days: u32,
    pub(crate) start: NaiveDate,
    pub(crate) clients: Vec<ClientModel>,
    pub(crate) devices: Vec<(String, Device)>,
    pub(crate) countries: Vec<String>,
    pub(crate) gateways: Vec<String>,
    pub(crate) segments: Vec<SegmentModel>,
    /// By client, the policies it has had, each with its first day.
    pub(crate) policies: Vec<Vec<(u32, BTreeMap<String, f64>)>>,
    pub(crate) releases: Vec<ReleaseModel>,
    pub(crate) probabilities: ProbabilityTables,
}

/// A client with its switches.
#[derive(Clone, Debug)]
pub(crate) struct ClientModel {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) first_user: Option<String>,
    pub(crate) switches: Switches,
}

/// A release, with a factor for every microservice: its own times that of the scenario.
#[derive(Clone, Debug)]
pub(crate) struct ReleaseModel {
    pub(crate) hash: String,
    pub(crate) from_day: u32,
    pub(crate) overhead_factor: f64,
    pub(crate) factors: [f64; MICROSERVICES.len()],
}

/// A kind of traffic. Lists of weights run beside lists of places.
#[derive(Clone, Debug)]
pub(crate) struct SegmentModel {
    pub(crate) name: String,
    pub(crate) processes: f64,
    pub(crate) outsize: bool,
    pub(crate) fixed_attempts: Option<u32>,
    pub(crate) clients: (Vec<usize>, Vec<f64>),
    pub(crate) days: Vec<f64>,
    pub(crate) hours: Vec<f64>,
    pub(crate) sizes: (Vec<[i64; 2]>, Vec<f64>),
    pub(crate) devices: (Vec<usize>, Vec<f64>),
    pub(crate) codes: Vec<CodeModel>,
    pub(crate) times: [Quantiles; MICROSERVICES.len()],
    pub(crate) overhead: Quantiles,
    pub(crate) queues: [Quantiles; MICROSERVICES.len()],
    pub(crate) scores: SegmentScores,
}

/// A code in a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CodeModel {
    pub(crate) place: usize,
    /// Share of all attempts.
    pub(crate) share: f64,
    /// Chance that it is the last of its process.
    pub(crate) stop: f64,
    /// Chance that the next attempt ends the same way.
    pub(crate) persistence: f64,
    /// Weight among attempts that are drawn afresh.
    pub(crate) fresh: f64,
}

/// What a run adds to a scenario.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) seed: u64,
    pub(crate) num_transactions: u64,
    pub(crate) landmarks: bool,
    pub(crate) pipeline: Pipeline,
    pub(crate) start: NaiveDate,
    pub(crate) num_days: u32,
}

impl Model {
    pub(crate) fn new(scenario: Scenario, run: Run) -> Result<Self, SimulateError> {
        let clients: Vec<ClientModel> = scenario
            .clients
            .iter()
            .map(|client| client_model(&scenario, client))
            .collect();
        let devices: Vec<(String, Device)> = scenario
            .devices
            .iter()
            .map(|(name, device)| (name.clone(), device.clone()))
            .collect();
        let segments = scenario
            .segments
            .iter()
            .filter(|(_, segment)| segment.processes > 0.0)
            .map(|(name, _)| segment_model(&scenario, name, &clients, &devices))
            .collect::<Option<Vec<_>>>()
            .ok_or(SimulateError::Incomplete)?;
        let policies = clients
            .iter()
            .map(|client| policies_of(&scenario, &client.name))
            .collect();
        let releases = scenario
            .releases
            .iter()
            .map(|release| release_model(&scenario, release))
            .collect();
        let probabilities = ProbabilityTables::of(&scenario).ok_or(SimulateError::Incomplete)?;
        Ok(Self {
            seed: run.seed,
            num_transactions: run.num_transactions,
            landmarks: run.landmarks,
            pipeline: run.pipeline,
            start_us: days_of(run.start) * DAY_US,
            num_days: run.num_days,
            start: run.start,
            countries: scenario.countries.keys().cloned().collect(),
            gateways: scenario.gateways.keys().cloned().collect(),
            clients,
            devices,
            segments,
            policies,
            releases,
            probabilities,
            scenario,
        })
    }

    /// Returns the release of a day.
    pub(crate) fn release(&self, day: u32) -> (usize, Option<&ReleaseModel>) {
        let place = self
            .releases
            .iter()
            .rposition(|release| release.from_day <= day)
            .unwrap_or(0);
        (place, self.releases.get(place))
    }

    /// Returns a threshold of a client's policy on a day.
    pub(crate) fn policy(&self, client: usize, day: u32) -> &BTreeMap<String, f64> {
        self.policies
            .get(client)
            .and_then(|policies| policies.iter().rev().find(|(from, _)| *from <= day))
            .map_or(&self.scenario.policy, |(_, policy)| policy)
    }

    /// Returns the value of the feature in which a cause is planted.
    pub(crate) fn context(&self, feature: CauseFeature, device: usize, country: usize) -> &str {
        let device = self.devices.get(device);
        match feature {
            CauseFeature::Device => device.map_or("", |(name, _)| name),
            CauseFeature::Browser => device.map_or("", |(_, device)| &device.browser),
            CauseFeature::Country => self.countries.get(country).map_or("", String::as_str),
        }
    }

    /// Returns the factor on all times that causes plant in a device and a country.
    pub(crate) fn time_factor(&self, device: usize, country: usize) -> f64 {
        let mut factor = 1.0;
        for cause in &self.scenario.causes {
            if self.context(cause.feature, device, country) == cause.value {
                factor *= cause.time_factor;
            }
        }
        factor
    }
}

fn client_model(
    scenario: &Scenario,
    (name, client): (&String, &crate::scenario::parts::Client),
) -> ClientModel {
    let all = scenario.switches;
    let own = client.switches;
    ClientModel {
        name: name.clone(),
        id: client.id.clone(),
        user: client.user.clone(),
        first_user: client.first_user.clone(),
        switches: Switches {
            with_accessories: own.with_accessories.unwrap_or(all.with_accessories),
            with_iqa: own.with_iqa.unwrap_or(all.with_iqa),
            with_icao: own.with_icao.unwrap_or(all.with_icao),
        },
    }
}

fn release_model(scenario: &Scenario, release: &Release) -> ReleaseModel {
    ReleaseModel {
        hash: release.hash.clone(),
        from_day: release.from_day,
        overhead_factor: release.overhead_factor,
        factors: MICROSERVICES.map(|name| {
            [&release.factors, &scenario.microservice_factors]
                .iter()
                .filter_map(|factors| factors.get(name))
                .product()
        }),
    }
}

fn policies_of(scenario: &Scenario, client: &str) -> Vec<(u32, BTreeMap<String, f64>)> {
    let mut changes: Vec<_> = scenario
        .policy_changes
        .iter()
        .filter(|change| change.client.as_deref().is_none_or(|name| name == client))
        .collect();
    changes.sort_by_key(|change| change.from_day);
    let mut policy = scenario.policy.clone();
    let mut policies = vec![(0, policy.clone())];
    for change in changes {
        for (name, value) in &change.set {
            policy.insert(name.clone(), *value);
        }
        policies.push((change.from_day, policy.clone()));
    }
    policies
}

/// Reads `590x896` as width and height.
pub(crate) fn size_of(text: &str) -> Option<[i64; 2]> {
    let (width, height) = text.split_once('x')?;
    let size = [width.parse().ok()?, height.parse().ok()?];
    size.iter()
        .all(|side| (1..=100_000).contains(side))
        .then_some(size)
}

fn weighted<K, T>(
    weights: &BTreeMap<K, f64>,
    place: impl Fn(&K) -> Option<T>,
) -> Option<(Vec<T>, Vec<f64>)> {
    let mut places = Vec::with_capacity(weights.len());
    for key in weights.keys() {
        places.push(place(key)?);
    }
    Some((places, weights.values().copied().collect()))
}

/// Returns a segment made ready, or nothing where a name in it leads nowhere: validation of
/// the scenario rules that out.
fn segment_model(
    scenario: &Scenario,
    name: &str,
    clients: &[ClientModel],
    devices: &[(String, Device)],
) -> Option<SegmentModel> {
    let segment = scenario.segments.get(name)?;
    let tables = scenario.times.get(&segment.measures)?;
    let mut times = [Quantiles([0.0; 11]); MICROSERVICES.len()];
    for (table, microservice) in times.iter_mut().zip(MICROSERVICES) {
        *table = *tables.get(microservice)?;
    }
    let other = *scenario.queue.get("other")?;
    let queues = MICROSERVICES.map(|name| {
        let both = format!("{}.{name}", segment.measures);
        [both.as_str(), name, &segment.measures]
            .into_iter()
            .find_map(|key| scenario.queue.get(key).copied())
            .unwrap_or(other)
    });
    Some(SegmentModel {
        name: name.to_owned(),
        processes: segment.processes,
        outsize: segment.outsize,
        fixed_attempts: segment.attempts,
        clients: weighted(&segment.clients, |name| {
            clients.iter().position(|client| client.name == *name)
        })?,
        days: segment.days.clone(),
        hours: segment.hours.clone(),
        sizes: weighted(&segment.sizes, |text| size_of(text))?,
        devices: weighted(&segment.devices, |name| {
            devices.iter().position(|(known, _)| known == name)
        })?,
        codes: codes_of(scenario, &segment.codes, segment.attempts)?,
        times,
        overhead: *scenario.overhead.get(&segment.measures)?,
        queues,
        scores: SegmentScores::of(scenario, &segment.scores)?,
    })
}

/// Solves for the mix of attempts drawn afresh, so that with persistence the shares of all
/// attempts come out as given.
///
/// Of the attempts with code c, a part `(1 - stop) * persistence` is followed by c again
/// without a fresh draw; in a steady state the fresh draws that give c are the rest:
/// `share * (1 - (1 - stop) * persistence)`.
fn codes_of(
    scenario: &Scenario,
    codes: &BTreeMap<String, CodeMix>,
    fixed_attempts: Option<u32>,
) -> Option<Vec<CodeModel>> {
    let sum: f64 = codes.values().map(|mix| mix.attempts).sum();
    let other = scenario.persistence.get("other").copied().unwrap_or(0.0);
    let mut models = Vec::with_capacity(codes.len());
    for (code, mix) in codes {
        let share = mix.attempts / sum;
        let stop = match fixed_attempts {
            Some(attempts) => 1.0 / f64::from(attempts),
            None if mix.attempts > 0.0 => mix.last / mix.attempts,
            None => 0.0,
        };
        let persistence = scenario.persistence.get(code).copied().unwrap_or(other);
        models.push(CodeModel {
            place: Code::of(code)?,
            share,
            stop,
            persistence,
            fresh: share * (1.0 - (1.0 - stop) * persistence),
        });
    }
    Some(models)
}

/// Returns the hour, with its fraction, that a part of a day's traffic has come by.
pub(crate) fn hour_at(hours: &[f64], part: f64) -> f64 {
    let sum: f64 = hours.iter().sum();
    let mut rest = part.clamp(0.0, 1.0) * sum;
    let mut hour = 0.0;
    for weight in hours {
        if rest < *weight {
            return hour + rest / weight;
        }
        rest -= weight;
        hour += 1.0;
    }
    24.0 - f64::EPSILON
}

/// Returns the day of a run in which a local time lies.
pub(crate) fn day_of(local_us: i64, start_us: i64) -> u32 {
    u32::try_from((local_us - start_us).div_euclid(DAY_US)).unwrap_or(0)
}

/// Returns the expected number of attempts in a process, over all segments.
pub(crate) fn mean_attempts(segments: &[SegmentModel]) -> f64 {
    let mut attempts = 0.0;
    let mut processes = 0.0;
    for segment in segments {
        let ends: f64 = segment
            .codes
            .iter()
            .map(|code| code.share * code.stop)
            .sum();
        let mean = segment.fixed_attempts.map_or(1.0 / ends, f64::from);
        attempts += segment.processes * mean;
        processes += segment.processes;
    }
    attempts / processes
}

/// Returns how many outsize identities share so many processes.
pub(crate) fn num_identities(processes: u64, at_most: u32) -> usize {
    floor_index((processes as f64 / f64::from(at_most)).ceil()).max(1)
}
