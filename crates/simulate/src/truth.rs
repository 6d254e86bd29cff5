//! What was planted, and what came of it: the answers that an analysis should find.

mod tally;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Model;
use crate::pipeline::MICROSERVICES;
use crate::plan::feature_name;
use crate::scenario::parts::{Persons, PolicyChange};
use crate::verdict::Code;

pub(crate) use tally::{Ending, MeasureTally, PlanTally};

/// Transactions and processes, all and accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Transactions.
    pub transactions: u64,
    /// Those with status `ok`.
    pub accepted: u64,
    /// Processes.
    pub processes: u64,
    /// Processes of which the first attempt was accepted.
    pub first_accepted: u64,
    /// Processes of which the last attempt was accepted.
    pub last_accepted: u64,
}

/// What a planted effect did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect<T> {
    /// What was planted.
    pub planted: T,
    /// Attempts that would have been accepted without it.
    pub exposed: u64,
    /// Those that it turned.
    pub turned: u64,
}

/// A microservice over all transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct MicroserviceTruth {
    /// Runs, one a picture.
    pub runs: u64,
    /// Execution time, ms.
    pub service_ms: i64,
    /// Queue time, ms.
    pub queue_ms: i64,
    /// Time on the critical path, ms.
    pub on_path_ms: i64,
    /// That time's share of the time of all transactions.
    pub share_of_total: f64,
}

/// A release and the transactions it answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleaseTruth {
    /// Its hash.
    pub hash: String,
    /// First day of the run, from 0.
    pub from_day: u32,
    /// What was planted: the factor on the overhead, and those on microservices.
    pub overhead_factor: f64,
    /// By microservice, where it is not 1.
    pub factors: BTreeMap<String, f64>,
    /// Transactions it answered.
    pub transactions: u64,
    /// Their time, ms.
    pub total_ms: i64,
}

/// A kind of traffic: how attempts follow one another, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SegmentTruth {
    /// Transactions and processes.
    pub counts: Counts,
    /// Expected attempts of a process, before planted effects and the end of the data.
    pub expected_attempts: f64,
    /// By code, the parameters.
    pub codes: BTreeMap<&'static str, CodeTruth>,
}

/// How a code comes and goes in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CodeTruth {
    /// Expected share of all attempts.
    pub share: f64,
    /// Probability of a first attempt, and of one that is drawn afresh.
    pub fresh: f64,
    /// Probability that the next attempt ends the same way without being drawn afresh.
    pub persistence: f64,
    /// Probability that it ends the process: for a refusal, that the person gives up.
    pub stop: f64,
}

/// How attempts followed one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AttemptsTruth {
    /// Attempts after attempts of which none was accepted.
    pub retries: u64,
    /// Attempts after any accepted one.
    pub repeats: u64,
    /// Processes ever accepted.
    pub ever_accepted: u64,
    /// Processes given up: never accepted, and not cut off.
    pub abandoned: u64,
    /// Processes that the end of the data cut off.
    pub cut_off: u64,
}

/// Who came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PersonsTruth {
    /// What was planted.
    pub planted: Persons,
    /// Persons with a process.
    pub persons: u64,
    /// Processes of persons whom another client had seen first.
    pub shared_processes: u64,
}

/// All answers. Counts are exact for the documents as written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// Seed.
    pub seed: u64,
    /// First day and number of days.
    pub from: String,
    /// Days.
    pub days: u32,
    /// Name of the pipeline.
    pub pipeline: String,
    /// The microservice with the most time on the critical path.
    pub bottleneck: String,
    /// Factors by which microservices were scaled throughout.
    pub microservice_factors: BTreeMap<String, f64>,
    /// Transactions and processes.
    pub counts: Counts,
    /// Time of all transactions, and of their critical paths, ms.
    pub total_ms: i64,
    /// Critical paths, ms; the rest is overhead.
    pub path_ms: i64,
    /// By microservice.
    pub microservices: BTreeMap<&'static str, MicroserviceTruth>,
    /// Transactions by code of the summary.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Processes by code of their last attempt.
    pub last_by_code: BTreeMap<&'static str, u64>,
    /// Transactions by local day.
    pub by_day: BTreeMap<String, u64>,
    /// By id of the client, as it stands in the documents.
    pub by_client: BTreeMap<String, Counts>,
    /// Retries, repeats and abandonment.
    pub attempts: AttemptsTruth,
    /// By kind of traffic.
    pub segments: BTreeMap<String, SegmentTruth>,
    /// Releases.
    pub releases: Vec<ReleaseTruth>,
    /// Changes of policy.
    pub policy_changes: Vec<Effect<PolicyChange>>,
    /// Causes planted in context features.
    pub causes: Vec<Effect<CauseTruth>>,
    /// Persons.
    pub persons: PersonsTruth,
}

/// A cause that was planted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseTruth {
    /// Context feature.
    pub feature: &'static str,
    /// Its value.
    pub value: String,
    /// Share of accepted attempts that it turns.
    pub loss: f64,
    /// Into this code.
    pub code: String,
    /// Factor on all times.
    pub time_factor: f64,
}

impl Truth {
    pub(crate) fn new(model: &Model, plan: &PlanTally, measures: &MeasureTally) -> Self {
        let microservices = microservices(measures);
        let bottleneck = MICROSERVICES
            .into_iter()
            .reduce(|most, next| {
                let on_path = |name| {
                    microservices
                        .get(name)
                        .map_or(0, |truth: &MicroserviceTruth| truth.on_path_ms)
                };
                if on_path(next) > on_path(most) {
                    next
                } else {
                    most
                }
            })
            .unwrap_or_default();
        Self {
            seed: model.seed,
            from: model.start.to_string(),
            days: model.num_days,
            pipeline: model.pipeline.name().to_owned(),
            bottleneck: bottleneck.to_owned(),
            microservice_factors: model.scenario.microservice_factors.clone(),
            counts: plan.all,
            total_ms: measures.total_ms,
            path_ms: measures.path_ms,
            microservices,
            by_code: by_code(&plan.by_code),
            last_by_code: by_code(&plan.last_by_code),
            by_day: by_day(model, &plan.by_day),
            by_client: model
                .clients
                .iter()
                .zip(&plan.by_client)
                .filter(|(_, counts)| counts.transactions > 0)
                .map(|(client, counts)| (client.id.clone(), *counts))
                .collect(),
            attempts: plan.attempts,
            segments: segments(model, plan),
            releases: releases(model, measures),
            policy_changes: model
                .scenario
                .policy_changes
                .iter()
                .enumerate()
                .map(|(place, change)| effect(change.clone(), plan.policy_effects.at(place)))
                .collect(),
            causes: causes(model, plan),
            persons: PersonsTruth {
                planted: model.scenario.persons,
                persons: plan.num_persons,
                shared_processes: plan.num_shared,
            },
        }
    }
}

fn effect<T>(planted: T, (exposed, turned): (u64, u64)) -> Effect<T> {
    Effect {
        planted,
        exposed,
        turned,
    }
}

fn microservices(measures: &MeasureTally) -> BTreeMap<&'static str, MicroserviceTruth> {
    MICROSERVICES
        .into_iter()
        .zip(measures.microservices)
        .map(|(name, (runs, service_ms, queue_ms, on_path_ms))| {
            let share_of_total = if measures.total_ms > 0 {
                on_path_ms as f64 / measures.total_ms as f64
            } else {
                0.0
            };
            let truth = MicroserviceTruth {
                runs,
                service_ms,
                queue_ms,
                on_path_ms,
                share_of_total,
            };
            (name, truth)
        })
        .collect()
}

fn by_code(counts: &[u64]) -> BTreeMap<&'static str, u64> {
    Code::ALL
        .iter()
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(code, count)| (code.code, *count))
        .collect()
}

fn by_day(model: &Model, counts: &[u64]) -> BTreeMap<String, u64> {
    (0_u64..)
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(day, count)| ((model.start + chrono::Days::new(day)).to_string(), *count))
        .collect()
}

fn segments(model: &Model, plan: &PlanTally) -> BTreeMap<String, SegmentTruth> {
    let mut truths = BTreeMap::new();
    for (segment, counts) in model.segments.iter().zip(&plan.by_segment) {
        let fresh: f64 = segment.codes.iter().map(|code| code.fresh).sum();
        let ends: f64 = segment
            .codes
            .iter()
            .map(|code| code.share * code.stop)
            .sum();
        let codes = segment
            .codes
            .iter()
            .map(|code| {
                let truth = CodeTruth {
                    share: code.share,
                    fresh: code.fresh / fresh,
                    persistence: code.persistence,
                    stop: code.stop,
                };
                (Code::at(code.place).code, truth)
            })
            .collect();
        let truth = SegmentTruth {
            counts: *counts,
            expected_attempts: segment.fixed_attempts.map_or(1.0 / ends, f64::from),
            codes,
        };
        truths.insert(segment.name.clone(), truth);
    }
    truths
}

fn releases(model: &Model, measures: &MeasureTally) -> Vec<ReleaseTruth> {
    let planted = model.scenario.releases.iter().enumerate();
    planted
        .map(|(place, release)| {
            let (transactions, total_ms) =
                measures.by_release.get(place).copied().unwrap_or_default();
            ReleaseTruth {
                hash: release.hash.clone(),
                from_day: release.from_day,
                overhead_factor: release.overhead_factor,
                factors: release.factors.clone(),
                transactions,
                total_ms,
            }
        })
        .collect()
}

fn causes(model: &Model, plan: &PlanTally) -> Vec<Effect<CauseTruth>> {
    let planted = model.scenario.causes.iter().enumerate();
    planted
        .map(|(place, cause)| {
            let truth = CauseTruth {
                feature: feature_name(cause.feature),
                value: cause.value.clone(),
                loss: cause.loss,
                code: cause.code.clone(),
                time_factor: cause.time_factor,
            };
            effect(truth, plan.cause_effects.at(place))
        })
        .collect()
}
