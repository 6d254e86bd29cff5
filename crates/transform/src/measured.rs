//! Values as measured, for the semantic views: null where nothing was measured or where a
//! measurement lies outside its valid range; no sentinels.
//!
//! Views are made in layers, each a projection over the one before, so that an expression
//! refers to plain columns and a column that nobody asks for is never read:
//!
//! ```text
//! staging → measured (features, local time, ids of the process) → of a transaction (outcome,
//! calendar, totals, shapes) → across the attempts of a process (windows)
//! ```
//!
//! Columns of ours begin with `_`, which no feature does.

use std::collections::HashSet;

use arrow_schema::DataType;
use datafusion::common::{Column, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit, when};
use datafusion::prelude::nullif;
use veriscope_card::schema::{column, context_column};
use veriscope_card::{Card, Feature, Range, ValueType};

use crate::{TransformError, input::Input};

/// `Utf8`: key of the transaction.
pub(crate) const KEY: &str = "_key";
/// `Utf8`: the process id; null where there is none.
pub(crate) const PROCESS: &str = "_process";
/// `Utf8`: the transaction's own key where it has no process id. Two columns, so that no key
/// can be taken for an id.
pub(crate) const OWN_PROCESS: &str = "_own_process";
/// `Timestamp(µs)`: the date as the clock on the wall showed it.
pub(crate) const LOCAL_TIME: &str = "_local_time";
/// `Utf8`: id of the policy.
pub(crate) const POLICY: &str = column::POLICY;
/// `Utf8`: what became of the transaction, of the values as staged, valid or not.
pub(crate) const OUTCOME: &str = "_outcome";

/// A column by its exact name: text would be folded to lower case.
pub(crate) fn col(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// Plans the first layer over the lake's staging table: stored features under their names in
/// the card, and the columns above. Of the features, those that `readers` refer to: a view of
/// few would else be planned with all of them, once for each run of a microservice.
pub(crate) fn measured_plan(
    card: &Card,
    staging: LogicalPlan,
    readers: &[&[Expr]],
) -> Result<LogicalPlan, TransformError> {
    let input = Input::new(&staging);
    let needed: HashSet<&str> = readers
        .iter()
        .flat_map(|exprs| exprs.iter())
        .flat_map(Expr::column_refs)
        .map(Column::name)
        .collect();
    let mut exprs = Vec::new();
    for feature in &card.features {
        if needed.contains(feature.name.as_str()) {
            exprs.push(measured(card, &input, feature, &feature.name)?);
        }
    }
    for feature in card.stored_context() {
        if needed.contains(feature.name.as_str()) {
            let stored = context_column(&feature.name);
            exprs.push(measured(card, &input, feature, &stored)?);
        }
    }
    // Plain text and not views: the memory of a view's buffer is counted once per batch
    // that points into it, and by that count sorts spill far too early.
    let key = input.typed(&card.roles.transaction, &DataType::Utf8)?;
    let process = match &card.roles.process {
        Some(process) => nullif(input.typed(process, &DataType::Utf8)?, lit("")),
        None => lit(ScalarValue::Utf8(None)),
    };
    let own_process = when(process.clone().is_null(), key.clone()).end()?;
    exprs.extend([
        key.alias(KEY),
        process.alias(PROCESS),
        own_process.alias(OWN_PROCESS),
        input.local_time(&card.roles.date)?.alias(LOCAL_TIME),
        input.column_as(POLICY, &DataType::Utf8)?,
        crate::outcome::outcome(card)?.alias(OUTCOME),
    ]);
    Ok(LogicalPlanBuilder::from(staging).project(exprs)?.build()?)
}

fn measured(
    card: &Card,
    input: &Input,
    feature: &Feature,
    stored: &str,
) -> Result<Expr, TransformError> {
    let staged = input.typed(stored, &feature.value_type.arrow())?;
    let value = if card.roles.process.as_ref() == Some(&feature.name) {
        nullif(staged, lit(""))
    } else {
        match feature.valid {
            Some(range) => within(staged, range, feature.value_type)?,
            None => staged,
        }
    };
    Ok(value.alias(&feature.name))
}

/// Returns `value`, null outside `range`.
fn within(value: Expr, range: Range, value_type: ValueType) -> Result<Expr, DataFusionError> {
    let bound = |bound: f64| match value_type {
        // Compared as whole numbers where the bound is one: exact, and no cast for each row.
        ValueType::Int if bound.fract() == 0.0 => cast(lit(bound), DataType::Int64),
        ValueType::Int
        | ValueType::Float
        | ValueType::String
        | ValueType::Bool
        | ValueType::Datetime => lit(bound),
    };
    let at_least = range.min.map(|min| value.clone().gt_eq(bound(min)));
    let at_most = range.max.map(|max| value.clone().lt_eq(bound(max)));
    match at_least.into_iter().chain(at_most).reduce(Expr::and) {
        Some(is_valid) => when(is_valid, value).end(),
        None => Ok(value),
    }
}
