//! Booleans, and columns that are not looked into.

use super::Context;
use super::column::{Body, Notes, Show, Slots, imbalance, kind_by_values};
use super::common::Counted;
use crate::SampleColumn;
use crate::fold::{BooleanFold, OtherFold};
use crate::plan::Plan;
use crate::report::{Cell, ColumnKind};

pub(crate) fn boolean(
    plan: &Plan,
    fold: BooleanFold,
    slots: &Slots<'_>,
    context: &Context<'_>,
) -> Body {
    let no = fold.counts.present - fold.yes;
    let mut values = [(false, no), (true, fold.yes)];
    values.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    let there = values.iter().filter(|(_, rows)| *rows > 0);
    let counts: Vec<u64> = there.clone().map(|(_, rows)| *rows).collect();
    let distinct = crate::number::count(counts.len());
    let once = crate::number::count(counts.iter().filter(|rows| **rows == 1).count());
    let kind = kind_by_values(distinct).unwrap_or(ColumnKind::Boolean);
    let cells = there
        .map(|(value, rows)| (Cell::Boolean(*value), *rows))
        .collect();
    let counted = Counted {
        values: cells,
        all: (distinct, fold.counts.present),
        shapes: false,
        exact: true,
    };
    let sample = if kind == ColumnKind::Boolean {
        let labels = values
            .iter()
            .map(|(value, _)| (u64::from(*value), value.to_string()));
        slots.coded(labels.collect())
    } else {
        SampleColumn::None
    };
    Body {
        common: context.common(counted, 2),
        sample,
        notes: Notes {
            compared: kind == ColumnKind::Boolean,
            imbalance: imbalance(&counts),
            ..Notes::default()
        },
        ..empty(plan, kind, (distinct, once, None))
    }
}

pub(crate) fn unsupported(plan: &Plan, fold: OtherFold) -> Body {
    let kind = if fold.counts.present == 0 {
        ColumnKind::Empty
    } else {
        ColumnKind::Unsupported
    };
    let body = empty(plan, kind, (0, 0, None));
    Body {
        bytes: fold.bytes,
        show: Show {
            hidden: true,
            ..body.show
        },
        ..body
    }
}

fn empty(plan: &Plan, kind: ColumnKind, distinct: (u64, u64, Option<f64>)) -> Body {
    Body {
        kind,
        identifying: plan.known.identifying,
        distinct,
        number: None,
        text: None,
        datetime: None,
        common: None,
        extremes: None,
        sample: SampleColumn::None,
        central: None,
        notes: Notes::default(),
        show: Show {
            name: plan.name.clone(),
            token: plan.known.token,
            ..Show::default()
        },
        bytes: 0,
    }
}
