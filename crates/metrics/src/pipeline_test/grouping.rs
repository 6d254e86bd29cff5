//! The verdicts, and which other grouping predicts better.

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::critical_path::{Arrangement, GroupClass, PathModel};
use crate::intervals::Level;
use crate::regression::{Gram, nonnegative};

use super::PipelineSample;
use super::held_out::{clusters, folds, is_worse, squared_errors, weighted, whole};
use super::result::{
    Candidate, Finding, GroupTest, HeldOut, MicroserviceWeight, PipelineTest, StepTest, Verdict,
};
use super::steps::{Measured, Regression};

/// Fewer transactions than this for each group and step put nothing to the test.
const LEAST_ROWS: usize = 20;
/// Fewer effective persons than this put nothing to the test.
const LEAST_PERSONS: f64 = 30.0;

impl PipelineSample {
    /// Puts the pipeline to the test. With fewer than 20 transactions for each group and
    /// step, or fewer than 30 effective persons, every verdict is undecided. Of one person at
    /// most 50 transactions are looked at.
    #[must_use]
    pub fn test(&self, model: &PathModel, level: Level) -> PipelineTest {
        self.evened().test_all(model, level)
    }

    fn test_all(&self, model: &PathModel, level: Level) -> PipelineTest {
        let measured = Measured::new(model, self);
        let asked = 2 * model.steps() + model.groups().len() + 1;
        let regression = if self.len() < LEAST_ROWS * asked {
            None
        } else {
            Regression::of(&measured).filter(|found| found.fit.effective_clusters >= LEAST_PERSONS)
        };
        let steps = (0..model.steps())
            .map(|step| step_test(model, regression.as_ref(), step, level))
            .collect();
        let mut groups: Vec<GroupTest> = (0..model.groups().len())
            .filter_map(|class| group_test(model, regression.as_ref(), class, level))
            .collect();
        let mut held_out = Vec::new();
        let (mut weights, mut intercept_ms) = (Vec::new(), None);
        if let Some(regression) = &regression {
            let search = Search::new(&measured, &groups, &regression.fit.weights);
            for (class, group) in groups.iter_mut().enumerate() {
                search.rivals(class, group);
            }
            held_out = search.whole(&groups);
            (weights, intercept_ms) = self.weights(model, &regression.fit.weights);
        }
        PipelineTest {
            transactions: u64::try_from(self.len()).unwrap_or(u64::MAX),
            of_transactions: self.seen(),
            steps,
            groups,
            held_out,
            weights,
            intercept_ms,
        }
    }

    fn weights(&self, model: &PathModel, rows: &[f64]) -> (Vec<MicroserviceWeight>, Option<f64>) {
        let names = model.microservices();
        let mut gram = Gram::new(names.len() + 1);
        let mut x = vec![0.0; names.len() + 1];
        let durations = self.durations.chunks_exact(self.runs.max(1));
        for ((durations, total), weight) in durations.zip(&self.total).zip(rows) {
            x.fill(0.0);
            if let Some(one) = x.first_mut() {
                *one = 1.0;
            }
            for (duration, owner) in durations.iter().zip(&model.owners) {
                if let Some(sum) = x.get_mut(owner + 1) {
                    *sum += duration;
                }
            }
            gram.add(&x, *total, *weight);
        }
        let found = nonnegative(&gram, 1);
        let weights = names
            .iter()
            .zip(found.iter().skip(1))
            .map(|(name, weight)| MicroserviceWeight {
                microservice: name.clone(),
                weight: *weight,
            })
            .collect();
        (weights, found.first().copied())
    }
}

fn step_test(
    model: &PathModel,
    regression: Option<&Regression>,
    step: usize,
    level: Level,
) -> StepTest {
    let counted = regression.and_then(|regression| regression.step(step, level));
    let mut microservices: Vec<String> = Vec::new();
    for run in model.runs_of_step(step) {
        let name = model.runs().get(run).map(|run| &run.microservice);
        if let Some(name) = name.filter(|name| !microservices.contains(name)) {
            microservices.push(name.clone());
        }
    }
    StepTest {
        step,
        microservices,
        counted,
        verdict: Verdict::of_step(counted),
    }
}

fn group_test(
    model: &PathModel,
    regression: Option<&Regression>,
    class: usize,
    level: Level,
) -> Option<GroupTest> {
    let group = model.groups().get(class)?;
    let counted = regression.and_then(|regression| regression.group(model, class, level));
    let finding = Finding::of(counted);
    Some(GroupTest {
        step: group.step,
        claim: group.kind,
        members: group.members.clone(),
        counted,
        finding,
        verdict: Verdict::of(group.kind, finding),
        best: None,
        rivals: Vec::new(),
    })
}

/// The search for a grouping that predicts held-out transactions best.
struct Search<'a> {
    measured: &'a Measured<'a>,
    /// The order that the findings speak for, the card's where they do not.
    found: Vec<Arrangement>,
    weights: &'a [f64],
    folds: Vec<usize>,
    clusters: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(measured: &'a Measured<'a>, groups: &[GroupTest], weights: &'a [f64]) -> Self {
        let found = measured
            .claimed
            .iter()
            .zip(groups)
            .map(|(claimed, group)| match group.finding {
                Finding::AtOnce => Arrangement::Parallel,
                Finding::OneAfterOther => Arrangement::Series,
                Finding::Neither | Finding::CannotTell => claimed.clone(),
            })
            .collect();
        Self {
            measured,
            found,
            weights,
            folds: folds(measured.sample),
            clusters: clusters(measured.sample),
        }
    }

    /// Every arrangement of a group, the other groups as found, with the squared error of each
    /// row.
    fn tried(&self, class: usize, of_class: &GroupClass) -> Vec<(Candidate, Vec<f64>)> {
        let model = self.measured.model;
        let ones = vec![1.0; self.measured.sample.len()];
        let others: Vec<Vec<f64>> = (0..model.steps())
            .filter(|step| *step != of_class.step)
            .map(|step| self.measured.step(step, &self.found))
            .collect();
        let arrangements = Arrangement::all(of_class.members.len());
        let arrangements = arrangements.into_par_iter().map(|arrangement| {
            let formula = arrangement.formula(&of_class.members);
            let mut order = self.found.clone();
            if let Some(here) = order.get_mut(class) {
                *here = arrangement;
            }
            let length = self.measured.step(of_class.step, &order);
            let mut columns: Vec<&[f64]> = vec![&ones, &length];
            columns.extend(self.measured.size());
            columns.extend(others.iter().map(Vec::as_slice));
            let total = &self.measured.sample.total;
            let errors = squared_errors(&columns, total, self.weights, &self.folds);
            let error_ms = weighted(&errors, self.weights).sqrt();
            (Candidate { formula, error_ms }, errors)
        });
        arrangements.collect()
    }

    /// Names the best arrangement of a group, and those that are no worse beyond chance.
    fn rivals(&self, class: usize, group: &mut GroupTest) {
        let model = self.measured.model;
        let Some(of_class) = model.groups().get(class) else {
            return;
        };
        if of_class.of_pictures || !(3..=4).contains(&of_class.members.len()) {
            return;
        }
        let mut tried = self.tried(class, of_class);
        tried.sort_by(|one, other| one.0.error_ms.total_cmp(&other.0.error_ms));
        let mut tried = tried.into_iter();
        let Some((best, least)) = tried.next() else {
            return;
        };
        let parallel = Arrangement::Parallel.formula(&of_class.members);
        let series = Arrangement::Series.formula(&of_class.members);
        group.rivals = tried
            .collect::<Vec<_>>()
            .into_par_iter()
            .filter(|(_, errors)| !is_worse(&self.clusters, errors, &least, self.weights))
            .map(|(candidate, _)| candidate)
            .collect();
        let stands = |formula: &String| {
            best.formula == *formula || group.rivals.iter().any(|one| one.formula == *formula)
        };
        // The interval leaves the claimed end out, and so do the held-out transactions.
        let off = |end: f64| {
            group
                .counted
                .is_some_and(|counted| counted.low > end || counted.high < end)
        };
        let turned = match group.finding {
            Finding::AtOnce => off(0.0) && !stands(&parallel),
            Finding::OneAfterOther => off(1.0) && !stands(&series),
            Finding::Neither | Finding::CannotTell => false,
        };
        if turned {
            group.finding = Finding::Neither;
            group.verdict = Verdict::of(group.claim, group.finding);
        }
        group.best = Some(best);
    }

    /// Errors of groupings of the whole pipeline.
    fn whole(&self, groups: &[GroupTest]) -> Vec<HeldOut> {
        let model = self.measured.model;
        let all = |to: &Arrangement| vec![to.clone(); groups.len()];
        let orders = [
            ("path", self.measured.claimed.clone()),
            (
                "path, undecided in series",
                model.arrangements(&Arrangement::Series),
            ),
            ("serial", all(&Arrangement::Series)),
            ("parallel", all(&Arrangement::Parallel)),
            ("found", self.found.clone()),
        ];
        let sample = self.measured.sample;
        let nothing = vec![0.0; sample.len()];
        let mut errors = vec![whole(
            "constant",
            &nothing,
            sample,
            self.measured.size(),
            self.weights,
            &self.folds,
        )];
        let of_orders = orders.par_iter().map(|(name, order)| {
            let lengths = self.measured.whole(order);
            whole(
                name,
                &lengths,
                sample,
                self.measured.size(),
                self.weights,
                &self.folds,
            )
        });
        errors.extend(of_orders.collect::<Vec<_>>());
        errors
    }
}
