//! The regression behind the verdicts on steps and groups.

use crate::critical_path::{Arrangement, GroupKind, Lanes, PathModel, Tree};
use crate::intervals::Level;
use crate::regression::{Combination, Design, Fit, robust};

use super::PipelineSample;

/// Lengths of steps under an order of groups.
pub(super) struct Measured<'a> {
    pub(super) model: &'a PathModel,
    pub(super) sample: &'a PipelineSample,
    pub(super) lanes: Vec<Lanes>,
    /// The card's order, undecided groups at once.
    pub(super) claimed: Vec<Arrangement>,
}

impl<'a> Measured<'a> {
    pub(super) fn new(model: &'a PathModel, sample: &'a PipelineSample) -> Self {
        Self {
            model,
            sample,
            lanes: sample.lanes(),
            claimed: model.arrangements(&Arrangement::Parallel),
        }
    }

    /// Megapixels of each row, unless they are all the same.
    pub(super) fn size(&self) -> Option<&'a [f64]> {
        let size = self.sample.size.as_slice();
        let first = size.first()?;
        let differs = |one: &f64| one.total_cmp(first).is_ne();
        size.iter().any(differs).then_some(size)
    }

    /// Length of one step in each row.
    pub(super) fn step(&self, step: usize, order: &[Arrangement]) -> Vec<f64> {
        self.lengths(&Tree::of_step(self.model, step, order))
    }

    /// Length of the whole pipeline in each row.
    pub(super) fn whole(&self, order: &[Arrangement]) -> Vec<f64> {
        self.lengths(&Tree::of(self.model, order))
    }

    fn lengths(&self, tree: &Tree) -> Vec<f64> {
        let mut followed = crate::critical_path::Followed::new(tree);
        let mut lengths = Vec::with_capacity(self.sample.len());
        for lanes in &self.lanes {
            followed.up(tree, lanes);
            lengths.extend(followed.path().iter().take(lanes.rows));
        }
        lengths
    }

    /// The card's order with one class of groups arranged otherwise.
    pub(super) fn turned(&self, class: usize, to: Arrangement) -> Vec<Arrangement> {
        let mut order = self.claimed.clone();
        if let Some(here) = order.get_mut(class) {
            *here = to;
        }
        order
    }

    /// Whether anything of each step ran, as 1 or 0: a call that stops early also leaves
    /// out work that has no time of its own.
    fn reached(&self, step: usize) -> Vec<f64> {
        let runs = self.model.runs_of_step(step);
        self.sample
            .ran
            .chunks_exact(self.sample.runs.max(1))
            .map(|row| {
                let any = runs
                    .iter()
                    .any(|run| row.get(*run).is_some_and(|ran| *ran > 0.0));
                f64::from(u8::from(any))
            })
            .collect()
    }
}

/// The regression of totals on lengths of steps and on what each group would add if its
/// order were the other one.
pub(super) struct Regression {
    pub(super) fit: Fit,
    /// Column of each step.
    steps: Vec<usize>,
    /// Column of each class of groups.
    groups: Vec<usize>,
}

impl Regression {
    pub(super) fn of(measured: &Measured<'_>) -> Option<Self> {
        let model = measured.model;
        let rows = measured.sample.len();
        let mut columns: Vec<Vec<f64>> = vec![vec![1.0; rows]];
        columns.extend(measured.size().map(<[f64]>::to_vec));
        columns.extend((0..model.steps()).map(|step| measured.reached(step)));
        let first_step = columns.len();
        let claimed: Vec<Vec<f64>> = (0..model.steps())
            .map(|step| measured.step(step, &measured.claimed))
            .collect();
        columns.extend(claimed.iter().cloned());
        let first_group = columns.len();
        for (class, group) in model.groups().iter().enumerate() {
            let to = match group.kind {
                GroupKind::Series => Arrangement::Parallel,
                GroupKind::Parallel | GroupKind::Undecided => Arrangement::Series,
            };
            let other = measured.step(group.step, &measured.turned(class, to));
            let base = claimed
                .get(group.step)
                .map(Vec::as_slice)
                .unwrap_or_default();
            columns.push(other.iter().zip(base).map(|(a, b)| a - b).collect());
        }
        let width = columns.len();
        let design = Design {
            width,
            rows: (0..rows)
                .flat_map(|row| {
                    columns
                        .iter()
                        .map(move |column| column.get(row).copied().unwrap_or(0.0))
                })
                .collect(),
            response: measured.sample.total.clone(),
            clusters: measured.sample.persons.clone(),
        };
        Some(Self {
            fit: robust(&design)?,
            steps: (first_step..first_group).collect(),
            groups: (first_group..width).collect(),
        })
    }

    /// How much of the length of a step shows in the total.
    pub(super) fn step(&self, step: usize, level: Level) -> Option<Combination> {
        let column = self.steps.get(step)?;
        self.fit.combination(&[(*column, 1.0)], level)
    }

    /// How much of a group beyond its longest branch shows in the total. Where the card has
    /// it in series this is what is left of the step's own weight.
    pub(super) fn group(
        &self,
        model: &PathModel,
        class: usize,
        level: Level,
    ) -> Option<Combination> {
        let group = model.groups().get(class)?;
        let column = *self.groups.get(class)?;
        match group.kind {
            GroupKind::Parallel | GroupKind::Undecided => {
                self.fit.combination(&[(column, 1.0)], level)
            }
            GroupKind::Series => {
                let step = *self.steps.get(group.step)?;
                self.fit.combination(&[(step, 1.0), (column, -1.0)], level)
            }
        }
    }
}
