//! What became of a transaction.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, is_true, lit};
use veriscope_card::{Card, Outcome};

/// Returns whether a transaction was accepted: a boolean that is never null.
///
/// Its status decides where the card says which statuses mean acceptance, else its response
/// code. A transaction with neither was not accepted. Columns go by their published names,
/// which staging, transform and no-retries share.
#[must_use]
pub fn accepted(card: &Card) -> Expr {
    let statuses = card
        .accepted_status
        .iter()
        .map(|status| lit(status.as_str()))
        .collect();
    let codes = card
        .codes
        .iter()
        .filter(|code| code.class == Outcome::Accepted)
        .map(|code| lit(code.number))
        .collect();
    let decides = match (&card.roles.status, &card.roles.code) {
        (Some(status), _) if !card.accepted_status.is_empty() => {
            column(status).in_list(statuses, false)
        }
        (_, Some(code)) => column(code).in_list(codes, false),
        (_, None) => lit(false),
    };
    is_true(decides)
}

/// A column by its exact name: text would be folded to lower case.
fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}
