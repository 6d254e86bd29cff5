//! By which columns acceptance is shown.

use veriscope_card::views::{AttemptColumn, CalendarPart};
use veriscope_card::{Card, Feature, Kind, TransformRule, ValueType};
use veriscope_metrics::query::{QueryError, Source};

use crate::AnswerError;

/// The metric whose dimensions may be asked for.
const METRIC: &str = "acceptance";

/// Returns the usual columns of `attempts`: client, account, calendar, size and orientation,
/// release, policy, and what the API and its front end tell in words.
pub(super) fn usual(card: &Card) -> Vec<String> {
    let roles = &card.roles;
    let first = [&roles.client, &roles.user];
    let mut names: Vec<String> = first.into_iter().flatten().cloned().collect();
    let columns = card.attempt_columns();
    let last = columns
        .iter()
        .filter(|column| is_usual(card, &column.definition));
    for column in last {
        if !names.contains(&column.doc.name) {
            names.push(column.doc.name.clone());
        }
    }
    names
}

fn is_usual(card: &Card, column: &AttemptColumn) -> bool {
    let has_rule = |name: &String, wanted: fn(&TransformRule) -> bool| {
        let mut all = card.transform.iter();
        all.any(|one| one.name == *name && wanted(&one.rule))
    };
    match column {
        AttemptColumn::Calendar(part) => !matches!(
            part,
            CalendarPart::LocalTime | CalendarPart::Year | CalendarPart::Minute
        ),
        AttemptColumn::PolicyId => true,
        AttemptColumn::Shape(name) => has_rule(name, |rule| {
            matches!(
                rule,
                TransformRule::SizeClass { .. } | TransformRule::Orientation { .. }
            )
        }),
        AttemptColumn::Feature(name) => card.feature(name).is_some_and(|one| tells(card, one)),
        _ => false,
    }
}

/// A release, or words of the whole transaction that are no part of its result: what stands
/// beside the status or the code says again how it went.
fn tells(card: &Card, feature: &Feature) -> bool {
    let roles = &card.roles;
    if roles.release.as_ref() == Some(&feature.name) {
        return true;
    }
    let result = [&roles.status, &roles.code].into_iter().flatten();
    let mut result = result.filter_map(|name| card.feature(name));
    feature.kind == Kind::Category
        && feature.value_type == ValueType::String
        && feature.image.is_none()
        && !result.any(|of| beside(of, feature) || of.name == feature.name)
}

/// Whether two features stand in one object of the document, below its root.
fn beside(one: &Feature, other: &Feature) -> bool {
    match (one.path.split_last(), other.path.split_last()) {
        (Some((_, one)), Some((_, other))) => !one.is_empty() && one == other,
        _ => false,
    }
}

/// Returns the columns that were asked for, by their exact names.
///
/// # Errors
/// [`QueryError::Dimension`] for a column by which nothing is grouped.
pub(super) fn asked(source: &Source<'_>, by: &[String]) -> Result<Vec<String>, AnswerError> {
    let metric = source.registry.metric(METRIC);
    let allowed = metric.map(|metric| (metric.view, metric.dimensions.as_slice()));
    let Some((view, allowed)) = allowed else {
        return Ok(Vec::new());
    };
    let columns = source.registry.columns(view);
    let mut names = Vec::with_capacity(by.len());
    for name in by {
        let found = columns.find(name).ok().map(|doc| doc.name.clone());
        let Some(found) = found.filter(|found| allowed.contains(found)) else {
            return Err(AnswerError::Query(QueryError::Dimension {
                metric: METRIC.to_owned(),
                column: name.clone(),
                allowed: allowed.join(", "),
            }));
        };
        if !names.contains(&found) {
            names.push(found);
        }
    }
    Ok(names)
}
