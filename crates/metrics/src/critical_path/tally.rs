//! Sums over the rows of `attempts`, from which the results come; parts merge.

mod finish;

use arrow_array::RecordBatch;

use super::kernel::{Followed, LANE, Lane, Lanes, ZEROES, add, dot, longest, sum};
use super::result::{Bottlenecks, Ranged, Remainder, Spread};
use super::what_if::{Plan, Scratch};
use super::{Durations, PathModel};
use crate::AnalysisError;
use crate::number::floor_index;
use crate::quantiles::Sketch;

/// How much faster, percent.
pub(super) const FASTER: [u8; 4] = [10, 25, 50, 100];

/// What-if quantiles are exact up to so many transactions, to keep memory small: there are
/// about a hundred distributions.
const EXACT_CASES: usize = 20_000;
/// Quantiles of totals and remainders are exact up to so many.
const EXACT_TOTALS: usize = 1_000_000;

/// One order of the pipeline.
struct Order {
    followed: Followed,
    path: Sketch,
    /// Path, its square, and its product with the total.
    sums: [f64; 3],
    longer: f64,
    remainder: Sketch,
    /// For each run: time on the path, times on the path, slack.
    runs: Vec<[f64; 3]>,
    /// For each microservice: transactions in which any of its runs is on the path.
    on_path: Vec<f64>,
}

/// One microservice and one way up; orders that make no difference to it share a case.
struct Case {
    microservice: usize,
    order: usize,
    plan: Plan,
    /// For each of [`FASTER`]: saved, and the new total.
    outcomes: Vec<(Sketch, Sketch)>,
}

/// Follows the path of transactions batch by batch.
pub struct PathTally {
    lanes: Lanes,
    scratch: Scratch,
    rows: u64,
    timed: f64,
    total: Sketch,
    /// Square of the total.
    total_squares: f64,
    serial_remainder: Sketch,
    /// For each run: times run, time.
    runs: Vec<[f64; 2]>,
    /// For each microservice: transactions in which it ran, times the longest.
    microservices: Vec<[f64; 2]>,
    orders: Vec<Order>,
    cases: Vec<Case>,
}

impl PathTally {
    /// Returns an empty tally.
    #[must_use]
    pub fn new(model: &PathModel) -> Self {
        let microservices = model.microservices.len();
        let orders = model
            .alternatives
            .iter()
            .map(|tree| Order {
                followed: Followed::new(tree),
                path: Sketch::new(EXACT_TOTALS),
                sums: [0.0; 3],
                longer: 0.0,
                remainder: Sketch::new(EXACT_TOTALS),
                runs: vec![[0.0; 3]; model.runs.len()],
                on_path: vec![0.0; microservices],
            })
            .collect();
        Self {
            lanes: Lanes::new(model.runs.len()),
            scratch: Scratch::default(),
            rows: 0,
            timed: 0.0,
            total: Sketch::new(EXACT_TOTALS),
            total_squares: 0.0,
            serial_remainder: Sketch::new(EXACT_TOTALS),
            runs: vec![[0.0; 2]; model.runs.len()],
            microservices: vec![[0.0; 2]; microservices],
            orders,
            cases: cases(model),
        }
    }

    /// Returns an empty tally that leaves the what-if table out, which is most of the work.
    #[must_use]
    pub fn without_cases(model: &PathModel) -> Self {
        Self {
            cases: Vec::new(),
            ..Self::new(model)
        }
    }

    /// Adds the rows of a batch of `attempts` (or of any table with
    /// [`PathModel::columns`], as `Int64` or `Float64`, nulls where nothing was measured).
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`], [`AnalysisError::ColumnType`], or
    /// [`AnalysisError::Role`] where the card names no total time.
    pub fn update(&mut self, model: &PathModel, batch: &RecordBatch) -> Result<(), AnalysisError> {
        let durations = Durations::of(model, batch)?;
        for first in (0..batch.num_rows()).step_by(LANE) {
            self.lanes.load(&durations, first);
            self.add_lanes(model);
        }
        Ok(())
    }

    fn add_lanes(&mut self, model: &PathModel) {
        let timed = Timed::of(&self.lanes);
        self.rows += u64::try_from(self.lanes.rows).unwrap_or(0);
        self.timed += sum(&self.lanes.timed);
        extend(&mut self.total, &self.lanes.total, &timed);
        self.total_squares += dot(&self.lanes.total, &self.lanes.total);
        let mut rest = self.lanes.total;
        for ((durations, ran), tally) in self
            .lanes
            .durations
            .iter()
            .zip(&self.lanes.ran)
            .zip(&mut self.runs)
        {
            let [times, time] = tally;
            *times += sum(ran);
            *time += sum(durations);
            subtract(&mut rest, durations);
        }
        extend(&mut self.serial_remainder, &rest, &timed);
        self.add_longest(model);
        for (order, tree) in self.orders.iter_mut().zip(&model.alternatives) {
            order.followed.up(tree, &self.lanes);
            order.followed.down(tree);
            order.add(model, &self.lanes, tree);
        }
        self.add_cases();
    }

    /// Which microservice took the most time, all its runs together.
    fn add_longest(&mut self, model: &PathModel) {
        let mut most = ZEROES;
        let mut all: Vec<(Lane, Lane)> = vec![(ZEROES, ZEROES); model.microservices.len()];
        for (run, owner) in model.owners.iter().enumerate() {
            let (Some((time, ran)), Some(durations), Some(run)) = (
                all.get_mut(*owner),
                self.lanes.durations.get(run),
                self.lanes.ran.get(run),
            ) else {
                continue;
            };
            add(time, durations);
            longest(ran, run);
        }
        for (time, _) in &all {
            longest(&mut most, time);
        }
        let mut ties = ZEROES;
        for (time, ran) in &mut all {
            for ((time, ran), (most, ties)) in
                time.iter_mut().zip(&*ran).zip(most.iter().zip(&mut ties))
            {
                *time = if *time >= *most { *ran } else { 0.0 };
                *ties += *time;
            }
        }
        for ties in &mut ties {
            *ties = 1.0 / if *ties > 1.0 { *ties } else { 1.0 };
        }
        for ((time, ran), tally) in all.iter().zip(&mut self.microservices) {
            let [times, longest] = tally;
            *times += sum(ran);
            *longest += dot(time, &ties);
        }
    }

    fn add_cases(&mut self) {
        let timed = Timed::of(&self.lanes);
        for case in &mut self.cases {
            let Some(order) = self.orders.get(case.order) else {
                continue;
            };
            case.plan.prepare(&order.followed, &mut self.scratch);
            for (percent, (saved, total)) in FASTER.iter().zip(&mut case.outcomes) {
                let part = f64::from(*percent) / 100.0;
                let less = case
                    .plan
                    .saved(&self.lanes, &order.followed, part, &mut self.scratch);
                let mut rest = self.lanes.total;
                for (rest, less) in rest.iter_mut().zip(less) {
                    *rest = if *rest > *less { *rest - less } else { 0.0 };
                }
                extend(saved, less, &timed);
                extend(total, &rest, &timed);
            }
        }
    }

    /// Adds what another tally of the same model has seen.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.timed += other.timed;
        self.total.merge(&other.total);
        self.total_squares += other.total_squares;
        self.serial_remainder.merge(&other.serial_remainder);
        merge_sums(&mut self.runs, &other.runs);
        merge_sums(&mut self.microservices, &other.microservices);
        for (order, more) in self.orders.iter_mut().zip(&other.orders) {
            order.merge(more);
        }
        for (case, more) in self.cases.iter_mut().zip(&other.cases) {
            for (outcome, more) in case.outcomes.iter_mut().zip(&more.outcomes) {
                outcome.0.merge(&more.0);
                outcome.1.merge(&more.1);
            }
        }
    }

    /// Returns what all rows tell.
    #[must_use]
    pub fn finish(mut self, model: &PathModel) -> Bottlenecks {
        let transactions = u64::try_from(floor_index(self.timed)).unwrap_or(u64::MAX);
        let intercepts = self.lines();
        let remainder = Remainder {
            serial: spread(&mut self.serial_remainder),
            path: Ranged::of(
                self.orders
                    .iter()
                    .filter_map(|order| order.remainder.mean()),
            ),
            path_p50: Ranged::of(
                self.orders
                    .iter_mut()
                    .filter_map(|order| Some(order.remainder.quantile(0.5)?.value)),
            ),
            intercept: Ranged::of(intercepts.iter().map(|line| line.0)),
            slope: Ranged::of(intercepts.iter().map(|line| line.1)),
        };
        let share = |count: f64| (self.timed > 0.0).then(|| count / self.timed);
        Bottlenecks {
            transactions,
            without_total: self.rows - transactions,
            path_mean: Ranged::of(self.orders.iter().filter_map(|order| order.path.mean())),
            path_longer: Ranged::of(self.orders.iter().filter_map(|order| share(order.longer))),
            remainder,
            microservices: self.of_microservices(model),
            runs: self.of_runs(model),
            what_if: self.of_cases(model),
            total: spread(&mut self.total),
        }
    }

    /// Least-squares lines of the total on the path: intercept and slope.
    fn lines(&self) -> Vec<(f64, f64)> {
        let n = self.timed;
        let Some(total) = self.total.mean() else {
            return Vec::new();
        };
        self.orders
            .iter()
            .filter_map(|order| {
                let [path, squares, products] = order.sums;
                let spread = squares - path * path / n;
                let slope = (products - path * total) / spread;
                (spread > 0.0).then(|| (total - slope * path / n, slope))
            })
            .collect()
    }
}

impl Order {
    fn add(&mut self, model: &PathModel, lanes: &Lanes, tree: &super::Tree) {
        let path = self.followed.path();
        let timed = Timed::of(lanes);
        let [sums, squares, products] = &mut self.sums;
        *sums += sum(path);
        *squares += dot(path, path);
        *products += dot(path, &lanes.total);
        let mut rest = lanes.total;
        subtract(&mut rest, path);
        for rest in &rest {
            self.longer += f64::from(u8::from(*rest < 0.0));
        }
        extend(&mut self.path, path, &timed);
        extend(&mut self.remainder, &rest, &timed);
        let mut on_path: Vec<Lane> = vec![ZEROES; model.microservices.len()];
        for (place, node) in tree.nodes.iter().enumerate() {
            let super::tree::FlatKind::Run(run) = node.kind else {
                continue;
            };
            let (Some(tally), Some(share), Some(slack)) = (
                self.runs.get_mut(run),
                self.followed.shares.get(place),
                self.followed.slack.get(place),
            ) else {
                continue;
            };
            let ran = lanes.ran.get(run).unwrap_or(&ZEROES);
            let [time, times, slacks] = tally;
            *time += dot(share, lanes.durations.get(run).unwrap_or(&ZEROES));
            *times += dot(share, ran);
            *slacks += dot(slack, ran);
            let owner = model
                .owners
                .get(run)
                .and_then(|owner| on_path.get_mut(*owner));
            for (on_path, (share, ran)) in owner.into_iter().flatten().zip(share.iter().zip(ran)) {
                *on_path = if share * ran > 0.0 { 1.0 } else { *on_path };
            }
        }
        for (tally, lane) in self.on_path.iter_mut().zip(&on_path) {
            *tally += sum(lane);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.path.merge(&other.path);
        for (sum, more) in self.sums.iter_mut().zip(&other.sums) {
            *sum += more;
        }
        self.longer += other.longer;
        self.remainder.merge(&other.remainder);
        merge_sums(&mut self.runs, &other.runs);
        for (sum, more) in self.on_path.iter_mut().zip(&other.on_path) {
            *sum += more;
        }
    }
}

/// One case for each microservice and each order that makes a difference to it.
fn cases(model: &PathModel) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for microservice in 0..model.microservices.len() {
        let runs: Vec<usize> = (0..model.runs.len())
            .filter(|run| model.owners.get(*run) == Some(&microservice))
            .collect();
        for (order, tree) in model.alternatives.iter().enumerate() {
            let plan = Plan::of(tree, &runs);
            let known = cases.iter().any(|case| {
                let same = model
                    .alternatives
                    .get(case.order)
                    .is_some_and(|other| plan.same(tree, &case.plan, other));
                case.microservice == microservice && same
            });
            if !known {
                cases.push(Case {
                    microservice,
                    order,
                    plan,
                    outcomes: FASTER
                        .iter()
                        .map(|_| (Sketch::new(EXACT_CASES), Sketch::new(EXACT_CASES)))
                        .collect(),
                });
            }
        }
    }
    cases
}

/// Adds the rows with a total to a sketch; the others become NaN, which it leaves out.
fn extend(sketch: &mut Sketch, lane: &Lane, timed: &Timed) {
    let Timed::Some(timed) = timed else {
        sketch.extend(lane);
        return;
    };
    let mut only = *lane;
    for (value, timed) in only.iter_mut().zip(timed.iter()) {
        *value = if *timed > 0.0 { *value } else { f64::NAN };
    }
    sketch.extend(&only);
}

/// Which rows of a lane have a total.
enum Timed {
    All,
    Some(Box<Lane>),
}

impl Timed {
    fn of(lanes: &Lanes) -> Self {
        if lanes.timed.iter().all(|timed| *timed > 0.0) {
            Self::All
        } else {
            Self::Some(Box::new(lanes.timed))
        }
    }
}

fn subtract(from: &mut Lane, less: &Lane) {
    for (from, less) in from.iter_mut().zip(less) {
        *from -= less;
    }
}

fn merge_sums<const N: usize>(sums: &mut [[f64; N]], more: &[[f64; N]]) {
    for (sums, more) in sums.iter_mut().zip(more) {
        for (sum, more) in sums.iter_mut().zip(more) {
            *sum += more;
        }
    }
}

fn spread(sketch: &mut Sketch) -> Option<Spread> {
    let p50 = sketch.quantile(0.5)?;
    Some(Spread {
        mean: sketch.mean()?,
        p50: p50.value,
        p95: sketch.quantile(0.95)?.value,
        approximate: p50.approximate,
    })
}
