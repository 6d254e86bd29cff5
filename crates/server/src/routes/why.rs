//! `why`: what sets a selection apart.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::openapi::FilterParams;
use crate::answer::Question;
use crate::api::Why;
use crate::app::App;
use crate::explain;
use crate::problem::{Body, Problem};
use crate::refusal::Refusal;

/// Compares the transactions that `select.` parameters choose with the others that the
/// filters keep, over every column.
#[utoipa::path(
    get,
    path = "/api/v1/why",
    tag = "dashboard",
    params(
        ("select.outcome" = Option<Vec<String>>, Query, description = "Any column of `attempts` may stand after `select.`; at least one must"),
        FilterParams,
    ),
    responses(
        (status = 200, description = "The answer", body = Why),
        (status = 304, description = "The caller has it already"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn why(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let question = Question::read(&app, &headers, "why", query.as_deref())?;
    let (held, query) = (Arc::clone(&question.held), question.query.clone());
    question
        .by(async move {
            let _turn = app.why.acquire().await.map_err(|_| Refusal::Busy)?;
            explain::why(&held, &query).await
        })
        .await
}
