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

use crate::{AnswerError, Asker, Basis};

pub use result::{Acceptance, DimensionRates, GroupRates, Rate, Rates};

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
    let roles = &card.roles;
    let is_asked = |column: &String| {
        let mut named = [&roles.client, &roles.user].into_iter().flatten();
        !by.is_empty() || named.any(|role| role == column)
    };
    let most = |column: &String| {
        if is_asked(column) {
            usize::MAX
        } else {
            MOST_VALUES
        }
    };
    let found = Found::of(asker, &memory.cache, &rows)?;
    Ok(AcceptanceAnswer {
        acceptance: Acceptance {
            by: dimensions
                .iter()
                .map(|column| found.by(column, most(column)))
                .collect::<Result<_, CacheError>>()?,
            total: found.total()?,
            funnel: model.map_or_else(Vec::new, |model| funnel(&ended, &model)),
            reasons: reasons(&ended),
        },
        basis: asker.basis_of(View::Attempts, &rows, true).await?,
    })
}

/// Answers who is accepted of all, without dimensions, funnel and reasons.
///
/// # Errors
/// As [`acceptance`].
pub async fn headline(asker: &Asker<'_>) -> Result<(Basis, Rates), AnswerError> {
    let card = asker.source.card;
    let layout = Layout::new(card).with_columns(card, ["outcome"]);
    let memory = asker.attempts(layout).await?;
    let rows = memory.selection()?;
    let rates = Found::of(asker, &memory.cache, &rows)?.total()?;
    Ok((asker.basis_of(View::Attempts, &rows, true).await?, rates))
}

/// Finds rates of the rows in question.
struct Found<'a> {
    cache: &'a Cache,
    rows: &'a Selection<'a>,
    measured: Measured,
}

impl<'a> Found<'a> {
    fn of(
        asker: &Asker<'_>,
        cache: &'a Cache,
        rows: &'a Selection<'a>,
    ) -> Result<Self, CacheError> {
        let registry = asker.source.registry;
        let metrics = result::METRICS.iter().filter_map(|id| registry.metric(id));
        Ok(Self {
            cache,
            rows,
            measured: Measured::of(cache, &metrics.collect::<Vec<&Metric>>())?,
        })
    }

    fn total(&self) -> Result<Rates, CacheError> {
        let found = GroupTally::new(self.cache, &self.measured, &[])?.proportions(self.rows);
        Ok(Rates::of(&found.total))
    }

    /// By a column, unless it has more than so many values.
    fn by(&self, name: &str, most: usize) -> Result<DimensionRates, CacheError> {
        let column = self.cache.column(name);
        let Some(column) = column.filter(|column| column.values.len() <= most) else {
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
                rates: Rates::of(&found),
            })
        });
        Ok(DimensionRates {
            column: name.to_owned(),
            groups: groups.collect(),
            ungrouped: 0,
        })
    }
}
