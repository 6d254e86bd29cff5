//! Which columns of `attempts` are held.

use veriscope_card::views::AttemptColumn;
use veriscope_card::{Card, Kind};
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::query::Exclusion;
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
    /// Columns of which the fingerprint of the pictures is made.
    pub(crate) measured: Vec<String>,
    /// Scores that are followed from attempt to attempt.
    pub(crate) scores: Vec<String>,
    /// Whether it is asked again and again: columns that go together are put together, which
    /// takes a while and saves room, and rows keep their keys.
    pub(crate) is_lasting: bool,
    /// The key by which attempts of one instant are in order.
    pub(crate) key: Option<String>,
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
    /// Holds all by which the registry's metrics tell rows apart, all times, and the pipeline
    /// where there is one: what a dashboard asks for again and again.
    #[must_use]
    pub fn of(card: &Card, registry: &Registry, model: Option<&PathModel>) -> Self {
        let dimensions = registry.metric("transactions");
        let dimensions = dimensions.map(|metric| metric.dimensions.clone());
        let mut layout = Self::new(card)
            .with_columns(card, dimensions.unwrap_or_default())
            .with_total_time();
        if let Some(model) = model {
            layout = layout.with_times(model).with_steps(model);
        }
        layout.is_lasting = true;
        layout
    }

    /// Holds whose each row is and where it stands in its process, and nothing else.
    #[must_use]
    pub fn new(card: &Card) -> Self {
        let roles = &card.roles;
        Self {
            coded: Vec::new(),
            durations: Vec::new(),
            steps: Vec::new(),
            measured: Vec::new(),
            scores: Vec::new(),
            is_lasting: false,
            key: Some(roles.transaction.clone()),
            date: roles.date.clone(),
            process: roles.process.clone(),
            person: roles.person.clone(),
            code: roles.code.clone(),
            total_time: roles.total_time.clone(),
            queues: Vec::new(),
            named: [
                roles.client.clone(),
                roles.user.clone(),
                roles.release.clone(),
            ],
        }
    }

    /// Leaves keys aside: attempts of a process in one instant then come in any order.
    #[must_use]
    pub fn without_keys(mut self) -> Self {
        self.key = None;
        self
    }

    /// Holds columns by which rows are told apart. What a window over the whole table would
    /// give is made here, at less cost, and there in any case.
    #[must_use]
    pub fn with_columns(
        mut self,
        card: &Card,
        names: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        let columns = card.attempt_columns();
        let is_placed = |name: &String| {
            columns.iter().any(|column| {
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
        for name in names.into_iter().map(Into::into) {
            if !is_placed(&name) && !self.coded.contains(&name) {
                self.coded.push(name);
            }
        }
        self
    }

    /// Holds the columns by which exclusions name what they leave out.
    #[must_use]
    pub fn with_named(mut self, exclude: &[Exclusion]) -> Self {
        let is_named = |rule: &Exclusion| {
            [
                rule.client.is_some(),
                rule.user.is_some(),
                rule.release.is_some(),
            ]
        };
        for rule in exclude {
            let named = self.named.iter().zip(is_named(rule));
            for (column, _) in named.filter(|(_, is_named)| *is_named) {
                let column = column.as_ref().filter(|name| !self.coded.contains(name));
                self.coded.extend(column.cloned());
            }
        }
        self
    }

    /// Holds the total time.
    #[must_use]
    pub fn with_total_time(mut self) -> Self {
        self.durations.extend(self.total_time.clone());
        self
    }

    /// Holds service and queue time of each run of the pipeline.
    #[must_use]
    pub fn with_times(mut self, model: &PathModel) -> Self {
        for name in model.columns() {
            if !self.durations.iter().any(|known| known == name) {
                self.durations.push(name.to_owned());
            }
        }
        let runs = model.runs().iter();
        self.queues = runs.filter_map(|run| run.queue.clone()).collect();
        self
    }

    /// Holds which steps of the pipeline each row reached.
    #[must_use]
    pub fn with_steps(mut self, model: &PathModel) -> Self {
        let services = |step: usize| -> Vec<String> {
            let runs = model.runs_of_step(step).into_iter();
            runs.filter_map(|run| Some(model.runs().get(run)?.service.clone()))
                .collect()
        };
        self.steps = (0..model.steps().min(16)).map(services).collect();
        self
    }

    /// Holds a fingerprint of what was measured on the pictures, and the scores.
    #[must_use]
    pub fn with_pictures(mut self, card: &Card) -> Self {
        let named = |is_wanted: fn(&Kind) -> bool| {
            let features = card.features.iter().filter(|one| is_wanted(&one.kind));
            features.map(|one| one.name.clone()).collect()
        };
        self.measured = named(|kind| matches!(kind, Kind::Score | Kind::Probability));
        self.scores = named(|kind| matches!(kind, Kind::Score));
        self
    }

    /// Returns the columns of `attempts` that are read, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let roles = [&self.key, &self.process, &self.person]
            .into_iter()
            .flatten();
        let all = std::iter::once(&self.date)
            .chain(roles)
            .chain(&self.coded)
            .chain(&self.durations)
            .chain(self.steps.iter().flatten())
            .chain(&self.measured);
        let mut columns: Vec<&str> = Vec::new();
        for name in all {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        columns
    }
}
