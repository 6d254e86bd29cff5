//! From sums to the tables of the result.

use super::{FASTER, PathTally};
use crate::critical_path::PathModel;
use crate::critical_path::result::{MicroserviceOnPath, Ranged, RunOnPath, WhatIf, WhatIfCase};
use crate::number::floor_index;
use crate::quantiles::Sketch;

fn count(number: f64) -> u64 {
    u64::try_from(floor_index(number)).unwrap_or(u64::MAX)
}

fn over(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

impl PathTally {
    pub(super) fn of_runs(&self, model: &PathModel) -> Vec<RunOnPath> {
        let rows = model.runs.iter().zip(&self.runs).enumerate();
        rows.map(|(place, (run, [times, time]))| {
            let of_orders = |part: usize| {
                let sums = self.orders.iter().filter_map(move |order| {
                    let sum = order.runs.get(place)?.get(part)?;
                    over(*sum, *times)
                });
                Ranged::of(sums)
            };
            RunOnPath {
                microservice: run.microservice.clone(),
                image: run.image.clone(),
                n: count(*times),
                mean_ms: over(*time, *times),
                on_path: of_orders(1),
                slack_ms: of_orders(2),
            }
        })
        .collect()
    }

    pub(super) fn of_microservices(&self, model: &PathModel) -> Vec<MicroserviceOnPath> {
        let whole = self.total.sum();
        let rows = model.microservices.iter().zip(&self.microservices);
        rows.enumerate()
            .map(|(place, (name, [times, longest]))| {
                let mine = |run: &usize| model.owners.get(*run) == Some(&place);
                let time: f64 = own(&self.runs, mine, 1);
                let on_path = self.orders.iter().filter_map(|order| {
                    let transactions = order.on_path.get(place)?;
                    over(*transactions, self.timed)
                });
                let shares = self
                    .orders
                    .iter()
                    .filter_map(|order| over(own(&order.runs, mine, 0), whole));
                MicroserviceOnPath {
                    microservice: name.clone(),
                    n: count(*times),
                    mean_ms: over(time, *times),
                    share_of_total: Ranged::of(shares),
                    share_if_serial: over(time, whole),
                    on_path: Ranged::of(on_path),
                    longest: over(*longest, self.timed),
                }
            })
            .collect()
    }

    pub(super) fn of_cases(&mut self, model: &PathModel) -> Vec<WhatIf> {
        if self.cases.is_empty() {
            return Vec::new();
        }
        let whole = self.total.mean();
        let names = model.microservices.iter().enumerate();
        names
            .map(|(microservice, name)| WhatIf {
                microservice: name.clone(),
                cases: FASTER
                    .iter()
                    .enumerate()
                    .map(|(place, percent)| {
                        let mut outcomes: Vec<(&mut Sketch, &mut Sketch)> = self
                            .cases
                            .iter_mut()
                            .filter(|case| case.microservice == microservice)
                            .filter_map(|case| case.outcomes.get_mut(place))
                            .map(|(saved, total)| (saved, total))
                            .collect();
                        what_if(*percent, &mut outcomes, whole)
                    })
                    .collect(),
            })
            .collect()
    }
}

/// Sums one column over the runs of a microservice.
fn own<const N: usize>(runs: &[[f64; N]], mine: impl Fn(&usize) -> bool, column: usize) -> f64 {
    runs.iter()
        .enumerate()
        .filter(|(run, _)| mine(run))
        .filter_map(|(_, sums)| sums.get(column))
        .sum()
}

fn what_if(
    percent: u8,
    outcomes: &mut [(&mut Sketch, &mut Sketch)],
    whole: Option<f64>,
) -> WhatIfCase {
    let mut approximate = false;
    let mut quantile = |rank: f64, of_total: bool| {
        let mut values = Vec::new();
        for (saved, total) in outcomes.iter_mut() {
            let sketch = if of_total { &mut **total } else { &mut **saved };
            if let Some(found) = sketch.quantile(rank) {
                approximate |= found.approximate;
                values.push(found.value);
            }
        }
        Ranged::of(values)
    };
    let saved_p50 = quantile(0.5, false);
    let saved_p95 = quantile(0.95, false);
    let total_p50 = quantile(0.5, true);
    let total_p95 = quantile(0.95, true);
    let saved_mean = Ranged::of(outcomes.iter().filter_map(|(saved, _)| saved.mean()));
    let share = |saved: Ranged| {
        let whole = whole.filter(|whole| *whole > 0.0)?;
        Some(Ranged {
            low: saved.low / whole,
            high: saved.high / whole,
        })
    };
    WhatIfCase {
        faster_percent: percent,
        saved_mean,
        saved_p50,
        saved_p95,
        saved_share: saved_mean.and_then(share),
        total_mean: Ranged::of(outcomes.iter().filter_map(|(_, total)| total.mean())),
        total_p50,
        total_p95,
        approximate,
    }
}
