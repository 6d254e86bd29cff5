//! What published derived tables hold where nothing was measured.

use datafusion::logical_expr::{Expr, cast, lit};
use datafusion::prelude::coalesce;
use veriscope_card::{Feature, Sentinel, Sentinels, ValueType};

/// Returns `measured` (of the feature's type), the sentinel of its kind where it is null.
///
/// Only kinds time, probability and score have one; text and flags have none of any kind.
pub(crate) fn filled(measured: Expr, feature: &Feature, sentinels: &Sentinels) -> Expr {
    let sentinel = match sentinels.of(feature.kind) {
        Some(Sentinel::Int(value)) => lit(value),
        Some(Sentinel::Float(value)) => lit(value),
        None => return measured,
    };
    match feature.value_type {
        ValueType::Int | ValueType::Float => {
            let sentinel = cast(sentinel, feature.value_type.arrow());
            coalesce(vec![measured, sentinel])
        }
        ValueType::String | ValueType::Bool | ValueType::Datetime => measured,
    }
}
