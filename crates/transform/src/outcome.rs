//! What became of a transaction.

use datafusion::common::Column;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, is_true, lit, when};
use veriscope_card::{Card, Outcome};

/// Returns whether a transaction was accepted: a boolean that is never null.
///
/// Its status decides where the card says which statuses mean acceptance, else its response
/// code. A transaction with neither was not accepted. Columns go by their published names,
/// which staging, transform and no-retries share.
#[must_use]
pub(crate) fn accepted(card: &Card) -> Expr {
    let statuses = card
        .accepted_status
        .iter()
        .map(|status| lit(status.as_str()))
        .collect();
    let decides = match (&card.roles.status, &card.roles.code) {
        (Some(status), _) if !card.accepted_status.is_empty() => {
            column(status).in_list(statuses, false)
        }
        (_, Some(code)) => has_class(card, code, Outcome::Accepted),
        (_, None) => lit(false),
    };
    is_true(decides)
}

/// Returns what became of a transaction: `accepted`, `rejected` or `technical`; never null.
///
/// Technical is what was not accepted and whose code the dictionary calls so, or that has no
/// summary at all: neither code nor status. The values decide as staged, valid or not.
pub(crate) fn outcome(card: &Card) -> Result<Expr, DataFusionError> {
    let roles = [&card.roles.code, &card.roles.status];
    let no_summary = roles
        .into_iter()
        .flatten()
        .map(|name| column(name).is_null())
        .reduce(Expr::and)
        .unwrap_or_else(|| lit(true));
    let technical = match &card.roles.code {
        Some(code) => no_summary.or(is_true(has_class(card, code, Outcome::Technical))),
        None => no_summary,
    };
    when(accepted(card), lit(Outcome::Accepted.name()))
        .when(technical, lit(Outcome::Technical.name()))
        .otherwise(lit(Outcome::Rejected.name()))
}

fn has_class(card: &Card, code: &str, class: Outcome) -> Expr {
    let codes = card
        .codes
        .iter()
        .filter(|known| known.class == class)
        .map(|known| lit(known.number))
        .collect();
    column(code).in_list(codes, false)
}

/// A column by its exact name: text would be folded to lower case.
fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}
