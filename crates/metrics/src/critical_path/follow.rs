//! The path of each transaction, as columns beside its own.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use super::kernel::{Followed, LANE, Lane, Lanes, ZEROES, add, longest};
use super::tree::FlatKind;
use super::{Durations, PathModel};
use crate::AnalysisError;

/// One order of the pipeline, with the time of each microservice on the path.
struct Order {
    followed: Followed,
    on_path: Vec<Lane>,
}

impl PathModel {
    /// Returns one row for each row of a batch of `attempts`, so that any dimension can be
    /// set beside it: `path_ms_low` and `path_ms_high`, for each microservice
    /// `<name>_path_ms_low` and `<name>_path_ms_high` (its time on the path; low and high
    /// are over the orders of undecided groups), and `longest`, the microservice that took
    /// the most time (of equals the first in the card). Null without a total time.
    ///
    /// # Errors
    /// As [`super::PathTally::update`].
    pub fn follow(&self, batch: &RecordBatch) -> Result<RecordBatch, AnalysisError> {
        let durations = Durations::of(self, batch)?;
        let mut lanes = Lanes::new(self.runs.len());
        let mut orders: Vec<Order> = self
            .alternatives
            .iter()
            .map(|tree| Order {
                followed: Followed::new(tree),
                on_path: vec![ZEROES; self.microservices.len()],
            })
            .collect();
        let mut columns = vec![Vec::with_capacity(batch.num_rows()); self.path_names().len()];
        let mut longest_names: Vec<Option<&str>> = Vec::with_capacity(batch.num_rows());
        for first in (0..batch.num_rows()).step_by(LANE) {
            lanes.load(&durations, first);
            for (order, tree) in orders.iter_mut().zip(&self.alternatives) {
                order.followed.up(tree, &lanes);
                order.followed.down(tree);
                order.place(self, tree, &lanes);
            }
            let mut into = columns.iter_mut();
            append(&mut into, &lanes, &orders, |order| {
                Some(order.followed.path())
            });
            for microservice in 0..self.microservices.len() {
                append(&mut into, &lanes, &orders, |order| {
                    order.on_path.get(microservice)
                });
            }
            longest_names.extend(self.longest(&lanes));
        }
        Ok(self.table(columns, longest_names))
    }

    fn path_names(&self) -> Vec<String> {
        let mut names = vec!["path_ms_low".to_owned(), "path_ms_high".to_owned()];
        for name in &self.microservices {
            names.push(format!("{name}_path_ms_low"));
            names.push(format!("{name}_path_ms_high"));
        }
        names
    }

    fn table(&self, columns: Vec<Vec<Option<f64>>>, longest: Vec<Option<&str>>) -> RecordBatch {
        let mut fields: Vec<Field> = self
            .path_names()
            .into_iter()
            .map(|name| Field::new(name, DataType::Float64, true))
            .collect();
        fields.push(Field::new("longest", DataType::Utf8, true));
        let mut arrays: Vec<ArrayRef> = columns
            .into_iter()
            .map(|column| Arc::new(Float64Array::from(column)) as ArrayRef)
            .collect();
        arrays.push(Arc::new(StringArray::from(longest)));
        let schema = Arc::new(Schema::new(fields));
        RecordBatch::try_new(Arc::clone(&schema), arrays)
            .unwrap_or_else(|_| RecordBatch::new_empty(schema))
    }

    fn longest(&self, lanes: &Lanes) -> Vec<Option<&str>> {
        let mut best = [f64::NEG_INFINITY; LANE];
        let mut names: Vec<Option<&str>> = vec![None; lanes.rows];
        for (microservice, name) in self.microservices.iter().enumerate() {
            let (mut time, mut ran) = (ZEROES, ZEROES);
            for (run, owner) in self.owners.iter().enumerate() {
                if *owner == microservice {
                    add(&mut time, lanes.durations.get(run).unwrap_or(&ZEROES));
                    longest(&mut ran, lanes.ran.get(run).unwrap_or(&ZEROES));
                }
            }
            let rows = names.iter_mut().zip(&mut best).zip(time.iter().zip(&ran));
            for ((here, best), (time, ran)) in rows {
                if *ran > 0.0 && *time > *best {
                    *best = *time;
                    *here = Some(name);
                }
            }
        }
        names
    }
}

impl Order {
    /// Puts the time of each microservice on the path into its lane.
    fn place(&mut self, model: &PathModel, tree: &super::Tree, lanes: &Lanes) {
        for lane in &mut self.on_path {
            lane.fill(0.0);
        }
        for (node, share) in tree.nodes.iter().zip(&self.followed.shares) {
            let FlatKind::Run(run) = node.kind else {
                continue;
            };
            let owner = model
                .owners
                .get(run)
                .and_then(|owner| self.on_path.get_mut(*owner));
            let durations = lanes.durations.get(run).unwrap_or(&ZEROES);
            for (sum, (duration, share)) in
                owner.into_iter().flatten().zip(durations.iter().zip(share))
            {
                *sum += duration * share;
            }
        }
    }
}

/// Appends the least and the greatest over the orders to the next two columns.
fn append<'a>(
    into: &mut std::slice::IterMut<'_, Vec<Option<f64>>>,
    lanes: &Lanes,
    orders: &'a [Order],
    lane: impl Fn(&'a Order) -> Option<&'a Lane>,
) {
    let (mut low, mut high) = ([f64::INFINITY; LANE], ZEROES);
    for of_order in orders.iter().filter_map(lane) {
        longest(&mut high, of_order);
        for (low, value) in low.iter_mut().zip(of_order) {
            *low = if *value < *low { *value } else { *low };
        }
    }
    for ends in [low, high] {
        if let Some(column) = into.next() {
            let rows = ends.iter().zip(&lanes.timed).take(lanes.rows);
            column.extend(rows.map(|(value, timed)| (*timed > 0.0).then_some(*value)));
        }
    }
}
