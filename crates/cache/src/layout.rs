//! Which columns of `attempts` are held.

use veriscope_card::Card;
use veriscope_card::views::{AttemptColumn, View};
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::registry::Registry;

/// Which columns of `attempts` are held, and what they are.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Columns by which rows are told apart, that are read as they are.
    pub(crate) coded: Vec<String>,
    /// Times: the total, then service and queue of each run of the pipeline.
    pub(crate) durations: Vec<String>,
    /// Service times of each step of the pipeline, up to sixteen.
    pub(crate) steps: Vec<Vec<String>>,
    pub(crate) key: String,
    pub(crate) date: String,
    pub(crate) process: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) total_time: Option<String>,
    /// Queue times of all runs.
    pub(crate) queues: Vec<String>,
    /// Client, user and release, which exclusions name beside the person.
    pub(crate) named: [Option<String>; 3],
}

/// The column that holds which steps of the pipeline a row reached, as bits; in no view.
pub const REACHED: &str = "_reached";
/// The column with the queue times of all runs of a row added up, ms; in no view.
pub const QUEUED: &str = "_queued";
/// Whether any attempt of a row's process was accepted; in no view of attempts.
pub const IS_ACCEPTED: &str = "is_accepted";

impl Layout {
    /// Reads off a card what is held; a pipeline is followed where there is one.
    #[must_use]
    pub fn of(card: &Card, registry: &Registry, model: Option<&PathModel>) -> Self {
        let dimensions = registry
            .metric("transactions")
            .map(|metric| metric.dimensions.clone())
            .unwrap_or_default();
        // Of these is made what a window over the whole table would give, at less cost.
        let placed = |name: &String| {
            card.attempt_columns().iter().any(|column| {
                column.doc.name == *name
                    && matches!(
                        column.definition,
                        AttemptColumn::Attempt
                            | AttemptColumn::IsFirst
                            | AttemptColumn::IsLast
                            | AttemptColumn::Kind
                            | AttemptColumn::PreviousCode
                    )
            })
        };
        let roles = &card.roles;
        let mut durations: Vec<String> = roles.total_time.iter().cloned().collect();
        let of_runs = model.map(PathModel::columns).unwrap_or_default();
        for name in of_runs {
            if !durations.iter().any(|known| known == name) {
                durations.push(name.to_owned());
            }
        }
        let steps = model.map_or(0, PathModel::steps).min(16);
        let services = |step: usize| -> Vec<String> {
            let Some(model) = model else {
                return Vec::new();
            };
            let runs = model.runs_of_step(step).into_iter();
            runs.filter_map(|run| Some(model.runs().get(run)?.service.clone()))
                .collect()
        };
        Self {
            coded: dimensions
                .into_iter()
                .filter(|name| !placed(name))
                .collect(),
            durations,
            steps: (0..steps).map(services).collect(),
            key: roles.transaction.clone(),
            date: roles.date.clone(),
            process: roles.process.clone(),
            person: roles.person.clone(),
            code: roles.code.clone(),
            total_time: roles.total_time.clone(),
            queues: model.map_or_else(Vec::new, |model| {
                let runs = model.runs().iter();
                runs.filter_map(|run| run.queue.clone()).collect()
            }),
            named: [
                roles.client.clone(),
                roles.user.clone(),
                roles.release.clone(),
            ],
        }
    }

    /// Returns the columns of `attempts` that are read.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = vec![self.key.as_str(), self.date.as_str()];
        columns.extend(self.process.as_deref());
        columns.extend(self.person.as_deref());
        let more = self.coded.iter().chain(&self.durations);
        for name in more {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        columns
    }

    /// Returns the view that is read.
    #[must_use]
    pub const fn view() -> View {
        View::Attempts
    }
}
