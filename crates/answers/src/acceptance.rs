//! Who is accepted: all, first and last attempts and processes side by side, by every
//! dimension, where people stop in the pipeline, and why.

mod dimensions;
mod page;
mod result;
mod words;

use serde::Serialize;
use veriscope_cache::{Axis, Cache, CacheError, GroupTally, Layout, Measured, Selection};
use veriscope_card::views::View;
use veriscope_metrics::critical_path::PathModel;
use veriscope_metrics::funnel::{funnel, reasons};
use veriscope_metrics::registry::Metric;

use crate::basis::Holds;
use crate::{AnswerError, Asker, Basis};

pub use result::{Acceptance, DimensionRates, GroupRates, METRICS, Rate, Rates};

/// A column with more values than this is shown where it is asked for alone: a time or a free
/// text has almost as many as there are transactions, and none of them tells anything.
const MOST_VALUES: usize = 1000;

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AcceptanceAnswer {
    /// What it rests on.
    pub basis: Basis,
    /// Rates, funnel and reasons.
    #[serde(flatten)]
    pub acceptance: Acceptance,
}

/// Answers who is accepted, by some columns of `attempts`, or by the usual ones: of these by
/// client and account, and by any with up to a thousand values.
///
/// # Errors
/// [`AnswerError`]: the condition or a dimension does not go with `attempts`, or the engine
/// fails.
pub async fn acceptance(asker: &Asker<'_>, by: &[String]) -> Result<AcceptanceAnswer, AnswerError> {
    let card = asker.source.card;
    let dimensions = if by.is_empty() {
        dimensions::usual(card)
    } else {
        dimensions::asked(&asker.source, by)?
    };
    // Without a pipeline there is no funnel, and all else is there.
    let model = PathModel::of(card).ok();
    let mut layout = Layout::new(card)
        .with_columns(card, ["outcome"])
        .with_columns(card, card.roles.code.clone())
        .with_columns(card, &dimensions);
    if let Some(model) = &model {
        layout = layout.with_steps(model);
    }
    let memory = asker.attempts(layout).await?;
    let rows = memory.selection()?;
    let ended = rows.ends()?;
    // By client and account whatever they are.
    let roles = [&card.roles.client, &card.roles.user].into_iter().flatten();
    let is_asked = |name: &String| !by.is_empty() || roles.clone().any(|role| role == name);
    let is_shown = |name: &&String| {
        let column = memory.cache.column(name);
        is_asked(name) || column.is_some_and(|column| column.values.len() <= MOST_VALUES)
    };
    let found = Found::of(asker, &memory.cache, &rows)?;
    Ok(AcceptanceAnswer {
        acceptance: Acceptance {
            by: dimensions
                .iter()
                .filter(is_shown)
                .map(|column| found.by(column))
                .collect::<Result<_, CacheError>>()?,
            total: found.total()?,
            funnel: model.map_or_else(Vec::new, |model| funnel(&ended, &model)),
            reasons: reasons(&ended),
        },
        basis: asker.basis_of(View::Attempts, &rows, Holds::All).await?,
    })
}

/// Finds rates of the rows in question.
struct Found<'a> {
    cache: &'a Cache,
    rows: &'a Selection<'a>,
    measured: Measured,
    has_persons: bool,
}

impl<'a> Found<'a> {
    fn of(
        asker: &Asker<'_>,
        cache: &'a Cache,
        rows: &'a Selection<'a>,
    ) -> Result<Self, CacheError> {
        let registry = asker.source.registry;
        let metric = |id: &&'static str| {
            let unknown = || CacheError::Metric {
                metric: (*id).to_owned(),
            };
            registry.metric(id).ok_or_else(unknown)
        };
        let metrics: Vec<&Metric> = METRICS.iter().map(metric).collect::<Result<_, _>>()?;
        Ok(Self {
            cache,
            rows,
            measured: Measured::of(cache, &metrics)?,
            has_persons: asker.source.card.roles.person.is_some(),
        })
    }

    fn total(&self) -> Result<Rates, CacheError> {
        let found = GroupTally::new(self.cache, &self.measured, &[])?.proportions(self.rows);
        Ok(Rates::of(&found.total, self.has_persons))
    }

    fn by(&self, name: &str) -> Result<DimensionRates, CacheError> {
        let Some(column) = self.cache.column(name) else {
            return Ok(DimensionRates {
                column: name.to_owned(),
                groups: Vec::new(),
                ungrouped: u64::try_from(self.rows.len()).unwrap_or(u64::MAX),
            });
        };
        let axes = [Axis::all(column)];
        let found = GroupTally::new(self.cache, &self.measured, &axes)?.proportions(self.rows);
        let groups = found.groups.into_iter().filter_map(|(values, found)| {
            Some(GroupRates {
                group: values.into_iter().next()?,
                rates: Rates::of(&found, self.has_persons),
            })
        });
        Ok(DimensionRates {
            column: name.to_owned(),
            groups: groups.collect(),
            ungrouped: 0,
        })
    }
}
