//! What published derived tables hold where nothing was measured.

use datafusion::logical_expr::{Expr, cast, lit};
use datafusion::prelude::coalesce;
use veriscope_card::{Feature, Kind, Sentinels, ValueType};

/// Returns `measured` (of the feature's type), the sentinel of its kind where it is null.
///
/// Only kinds time, probability and score have one; text and flags have none of any kind.
pub(crate) fn filled(measured: Expr, feature: &Feature, sentinels: &Sentinels) -> Expr {
    let Some(sentinel) = sentinel(feature.kind, sentinels) else {
        return measured;
    };
    match feature.value_type {
        ValueType::Int | ValueType::Float => {
            let sentinel = cast(sentinel, feature.value_type.arrow());
            coalesce(vec![measured, sentinel])
        }
        ValueType::String | ValueType::Bool | ValueType::Datetime => measured,
    }
}

fn sentinel(kind: Kind, sentinels: &Sentinels) -> Option<Expr> {
    match kind {
        Kind::Time => Some(lit(sentinels.time)),
        Kind::Probability => Some(lit(sentinels.probability)),
        Kind::Score => Some(lit(sentinels.score)),
        Kind::Id
        | Kind::Category
        | Kind::Code
        | Kind::Instant
        | Kind::Size
        | Kind::Text
        | Kind::Flag
        | Kind::Number => None,
    }
}
