//! `transactions` and `transactions/{token}`: what lies behind a mark.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::openapi::{FilterParams, Order, Sort};
use crate::answer::Question;
use crate::api::{Transaction, Transactions};
use crate::app::App;
use crate::problem::{Body, Problem};
use crate::transactions;

/// The transactions that the filters keep, pseudonymous, page by page.
#[utoipa::path(
    get,
    path = "/api/v1/transactions",
    tag = "dashboard",
    params(
        ("sort" = inline(Option<Sort>), Query, description = "By what; `date` where left out"),
        ("order" = inline(Option<Order>), Query, description = "Which come first; `desc`, the newest or slowest, where left out"),
        ("limit" = Option<u64>, Query, description = "How many at most; 50 where left out", minimum = 1, maximum = 500),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        FilterParams,
    ),
    responses(
        (status = 200, description = "The answer", body = Transactions),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let question = Question::read(&app, &headers, "transactions", query.as_deref())?;
    let (held, query) = (Arc::clone(&question.held), question.query.clone());
    question
        .by(async move { transactions::list(&app, &held, &query).await })
        .await
}

/// One transaction: everything that was measured, and its way through the pipeline.
#[utoipa::path(
    get,
    path = "/api/v1/transactions/{token}",
    tag = "dashboard",
    params(("token" = String, Path, description = "The transaction, as the list names it")),
    responses(
        (status = 200, description = "The answer", body = Transaction),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let route = format!("transactions/{token}");
    let question = Question::read(&app, &headers, &route, None)?;
    let held = Arc::clone(&question.held);
    question
        .by(async move { transactions::one(&held, &token).await })
        .await
}
