//! One column in all parts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::Profiled;
use crate::drift::{LEAST_ROWS, verdict};
use crate::number::figure;
use crate::outcome::sorted::{Bins, RANKS, Sorted};
use crate::outcome::values::cell;
use crate::pairs::number::{float_u64, rounded};
use crate::report::{Compared, ComparedColumn, ComparedValue, Distance, PartFigures, Quantile};

use super::distance::{counts, of_labels, of_numbers};
use super::matching::Matched;
use super::values::{Form, Labels, Part};

/// Bins that all parts share.
const BINS: usize = 40;
/// What stands for a value that is too rare to be shown.
const RARE: &str = "…";
/// Categories that are listed.
const MOST_VALUES: usize = 20;

/// Returns the column side by side; none where no part has it.
pub(super) fn compared(matched: &Matched, parts: &[&Profiled]) -> Option<ComparedColumn> {
    let places = matched.places.iter().zip(parts);
    let found: Vec<Option<Part<'_>>> = places
        .map(|(place, profiled)| Part::new(profiled, (*place)?))
        .collect();
    let mut column = ComparedColumn {
        name: matched.name.clone(),
        column: matched.places.first().copied().flatten(),
        compared: Compared::Counts,
        parts: found
            .iter()
            .map(|part| Some(figures(part.as_ref()?)))
            .collect(),
        low: None,
        high: None,
        values: Vec::new(),
        distances: vec![None; parts.len().saturating_sub(1)],
        greatest: None,
        verdict: None,
    };
    if column.parts.iter().all(Option::is_none) {
        return None;
    }
    match common_form(&found) {
        Form::Number => compare_numbers(&mut column, &found),
        Form::Category | Form::Either => compare_labels(&mut column, &found),
        Form::Neither => {}
    }
    judge(&mut column, &found);
    Some(column)
}

/// The form in which all parts that have the column can be compared.
fn common_form(parts: &[Option<Part<'_>>]) -> Form {
    let forms = parts.iter().flatten().map(Part::form);
    forms.fold(Form::Either, |common, form| match (common, form) {
        (common, Form::Either) => common,
        (Form::Either, form) => form,
        (common, form) if common == form => common,
        _ => Form::Neither,
    })
}

fn figures(part: &Part<'_>) -> PartFigures {
    let column = part.column;
    let number = column.number.as_ref();
    let quantile =
        |quantile: &&Quantile| RANKS.iter().any(|rank| (rank - quantile.at).abs() < 1e-9);
    let quantiles = number.map(|number| number.quantiles.iter().filter(quantile).copied());
    let absent = column.counts.rows.saturating_sub(column.counts.present);
    PartFigures {
        kind: column.kind,
        arrow_type: column.arrow_type.clone(),
        n: column.counts.present,
        missing_share: rounded(float_u64(absent) / float_u64(column.counts.rows.max(1))),
        distinct: column.distinct.values,
        mean: number.map(|number| number.mean),
        sd: number.and_then(|number| number.sd),
        quantiles: quantiles.into_iter().flatten().collect(),
        counts: Vec::new(),
        basis: part.profiled.sample.basis(part.profiled.sample.rows),
    }
}

fn compare_numbers(column: &mut ComparedColumn, parts: &[Option<Part<'_>>]) {
    let values: Vec<Option<Cow<'_, [f64]>>> =
        parts.iter().map(|part| part.as_ref()?.numbers()).collect();
    // A part whose one value is no number cannot be put beside the others.
    if values.iter().flatten().count() < parts.iter().flatten().count() {
        return;
    }
    column.compared = Compared::Numbers;
    let all = values
        .iter()
        .flatten()
        .flat_map(|values| values.iter().copied());
    let bins = Bins::new(&Sorted::new(all), BINS);
    column.low = bins.and_then(|bins| figure(bins.low));
    column.high = bins.and_then(|bins| figure(bins.high));
    for (figures, values) in column.parts.iter_mut().zip(&values) {
        if let (Some(figures), Some(values), Some(bins)) = (figures, values, bins) {
            figures.counts = bins.count(&Sorted::new(values.iter().copied()));
        }
    }
    column.distances = from_first(&values, |one, other| of_numbers(one, other));
}

fn compare_labels(column: &mut ComparedColumn, parts: &[Option<Part<'_>>]) {
    let labels: Vec<Option<Labels>> = parts.iter().map(|part| part.as_ref()?.labels()).collect();
    let Some(first) = parts.iter().flatten().next() else {
        return;
    };
    let listed = listed(&labels, first.profiled.report.smallest_cell);
    let mut rest = 0;
    for (figures, labels) in column.parts.iter_mut().zip(&labels) {
        if let (Some(figures), Some(labels)) = (figures, labels) {
            figures.counts = counts(labels, &listed);
            rest += figures.counts.last().copied().unwrap_or(0);
        }
    }
    column.compared = Compared::Categories;
    column.values = listed
        .iter()
        .map(|label| ComparedValue {
            value: Some(cell(first.column, label)),
        })
        .chain([ComparedValue { value: None }])
        .collect();
    if rest == 0 {
        column.values.pop();
        for figures in column.parts.iter_mut().flatten() {
            figures.counts.truncate(listed.len());
        }
    }
    column.distances = from_first(&labels, |one, other| of_labels(one, other, &listed));
}

/// The values most common in all parts; those with fewer rows than the smallest cell are put
/// together with the rest.
fn listed(parts: &[Option<Labels>], smallest_cell: u64) -> Vec<String> {
    let mut all: BTreeMap<&String, u64> = BTreeMap::new();
    for (label, count) in parts.iter().flatten().flat_map(|labels| &labels.counts) {
        *all.entry(label).or_default() += count;
    }
    let mut all: Vec<(&String, u64)> = all.into_iter().collect();
    all.retain(|(label, count)| *count >= smallest_cell && label.as_str() != RARE);
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.truncate(MOST_VALUES);
    all.into_iter().map(|(label, _)| label.clone()).collect()
}

/// The distance of each further part from the first.
fn from_first<T>(
    parts: &[Option<T>],
    distance: impl Fn(&T, &T) -> Option<Distance>,
) -> Vec<Option<Distance>> {
    let first = parts.first().and_then(Option::as_ref);
    let further = parts.iter().skip(1);
    further
        .map(|part| distance(first?, part.as_ref()?))
        .collect()
}

/// Notes the greatest distance, and what its size says where there are rows enough that it is
/// not mostly chance.
fn judge(column: &mut ComparedColumn, parts: &[Option<Part<'_>>]) {
    let distances = column
        .distances
        .iter()
        .flatten()
        .map(|distance| distance.psi);
    column.greatest = distances.reduce(f64::max);
    let rows = parts
        .iter()
        .flatten()
        .map(|part| part.profiled.sample.rows)
        .min();
    let enough = rows
        .and_then(|rows| u64::try_from(rows).ok())
        .is_some_and(|rows| rows >= LEAST_ROWS);
    column.verdict = column.greatest.filter(|_| enough).map(verdict);
}
