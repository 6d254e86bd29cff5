//! Sums per person, from which intervals come.

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use futures::StreamExt;
use std::collections::HashMap;

use super::answer;
use crate::expression::{Measure, Predicate, Value};
use crate::intervals::{ClusterCount, ClusterSum, Level, mean, proportion};
use crate::render::datafusion::{Renderer, column, only};

/// A measure that is a mean over rows: intervals come from what each cluster adds to it.
pub(super) struct Clustered<'a> {
    kept: Vec<&'a Predicate>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// Rows that these keep, over all rows.
    Share(Vec<&'a Predicate>),
    /// A mean.
    Mean(&'a Value),
}

impl<'a> Clustered<'a> {
    /// Recognises shares of rows and means; other measures have no interval.
    pub(super) fn of(measure: &'a Measure) -> Option<Self> {
        let (kept, inner) = unfiltered(measure);
        let kind = match inner {
            Measure::Mean(of) => Kind::Mean(of),
            Measure::Ratio(hits, all) if **all == Measure::Count => {
                let (hit, counted) = unfiltered(hits);
                if *counted != Measure::Count {
                    return None;
                }
                Kind::Share(hit)
            }
            _ => return None,
        };
        Some(Self { kept, kind })
    }

    /// Plans one row for each group and cluster: dimensions, then n, sum and sum of squares.
    pub(super) fn plan(
        &self,
        input: LogicalPlan,
        renderer: &Renderer<'_>,
        by: &[String],
        cluster: [Expr; 2],
    ) -> Result<LogicalPlan, DataFusionError> {
        let all = |predicates: &[&Predicate]| {
            let all = predicates.iter().map(|one| (*one).clone()).collect();
            renderer.predicate(&Predicate::And(all))
        };
        let mut rows = LogicalPlanBuilder::from(input);
        if !self.kept.is_empty() {
            rows = rows.filter(all(&self.kept))?;
        }
        let sums = match &self.kind {
            Kind::Share(hit) => {
                let hits = only(count(lit(1_i64)), Some(&all(hit)))?;
                vec![count(lit(1_i64)), hits.clone(), hits.alias("_squares")]
            }
            Kind::Mean(of) => {
                let value = renderer.value(of);
                rows = rows.filter(value.clone().is_not_null())?;
                vec![
                    count(value.clone()),
                    sum(value.clone()),
                    sum(value.clone() * value),
                ]
            }
        };
        let [person, own] = cluster;
        let mut groups: Vec<Expr> = by.iter().map(|name| column(name)).collect();
        groups.extend([person.alias("_cluster"), own.alias("_own")]);
        let names = ["_n", "_sum", "_squares"];
        let sums: Vec<Expr> = sums
            .into_iter()
            .zip(names)
            .map(|(sum, name)| sum.unalias().alias(name))
            .collect();
        let float = |name: &str| {
            cast(
                column(name),
                datafusion::arrow::datatypes::DataType::Float64,
            )
            .alias(name)
        };
        let columns: Vec<Expr> = by
            .iter()
            .map(|name| column(name))
            .chain(names.map(float))
            .collect();
        rows.aggregate(groups, sums)?.project(columns)?.build()
    }

    /// Returns the interval of one group.
    pub(super) fn interval(&self, clusters: &[ClusterSum], level: Level) -> Option<(f64, f64)> {
        match self.kind {
            Kind::Share(_) => {
                let counts: Vec<ClusterCount> = clusters
                    .iter()
                    .map(|cluster| ClusterCount {
                        hits: whole(cluster.sum),
                        trials: cluster.n,
                    })
                    .collect();
                proportion(&counts, level).map(|found| (found.low, found.high))
            }
            Kind::Mean(_) => {
                let found = mean(clusters, level)?;
                Some((found.low?, found.high?))
            }
        }
    }
}

fn whole(value: f64) -> u64 {
    u64::try_from(crate::number::floor_index(value)).unwrap_or(u64::MAX)
}

fn unfiltered(measure: &Measure) -> (Vec<&Predicate>, &Measure) {
    let mut kept = Vec::new();
    let mut inner = measure;
    while let Measure::Filter(measure, predicate) = inner {
        kept.push(predicate);
        inner = measure;
    }
    (kept, inner)
}

/// The groups of an answer, by which sums of clusters find their place.
pub(super) struct Groups {
    converter: Option<RowConverter>,
    places: HashMap<OwnedRow, usize>,
    number: usize,
}

impl Groups {
    pub(super) fn new(dimensions: &[ArrayRef], number: usize) -> Result<Self, DataFusionError> {
        let mut places = HashMap::new();
        if dimensions.is_empty() {
            return Ok(Self {
                converter: None,
                places,
                number,
            });
        }
        let fields = dimensions
            .iter()
            .map(|column| SortField::new(column.data_type().clone()))
            .collect();
        let converter = RowConverter::new(fields)?;
        for (place, row) in converter.convert_columns(dimensions)?.iter().enumerate() {
            places.insert(row.owned(), place);
        }
        Ok(Self {
            converter: Some(converter),
            places,
            number,
        })
    }

    /// Reads sums of clusters, in the order of the groups.
    pub(super) async fn collect(
        &self,
        mut rows: SendableRecordBatchStream,
        dimensions: usize,
    ) -> Result<Vec<Vec<ClusterSum>>, DataFusionError> {
        let mut groups = vec![Vec::new(); self.number];
        while let Some(batch) = rows.next().await {
            self.add(&batch?, dimensions, &mut groups)?;
        }
        Ok(groups)
    }

    fn add(
        &self,
        batch: &RecordBatch,
        dimensions: usize,
        groups: &mut [Vec<ClusterSum>],
    ) -> Result<(), DataFusionError> {
        let keys = batch.columns().get(..dimensions).unwrap_or_default();
        let keys = match &self.converter {
            Some(converter) => Some(converter.convert_columns(keys)?),
            None => None,
        };
        let [n, sum, squares] = batch.columns().get(dimensions..).unwrap_or_default() else {
            return Err(DataFusionError::Internal(
                "sums of clusters are three".to_owned(),
            ));
        };
        for at in 0..batch.num_rows() {
            let place = match &keys {
                Some(keys) => self.places.get(&keys.row(at).owned()).copied(),
                None => Some(0),
            };
            let Some(group) = place.and_then(|place| groups.get_mut(place)) else {
                continue;
            };
            group.push(ClusterSum {
                n: answer::count(n, at),
                sum: answer::float(sum, at).unwrap_or_default(),
                sum_squares: answer::float(squares, at).unwrap_or_default(),
            });
        }
        Ok(())
    }
}
