//! Whether the server lives, whether it can answer, and what it measures of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::fresh;
use crate::app::{App, MOST_STREAMS};
use crate::meter;
use crate::problem::{Body, Problem};

/// That all is well.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `live` or `ready`.
    status: &'static str,
    /// The snapshot that is shown; null where that was not asked.
    snapshot: Option<u64>,
}

/// Whether the program runs.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "operation",
    responses(
        (status = 200, description = "It does", body = Health),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn live() -> Result<Response, Problem> {
    fresh(&Health {
        status: "live",
        snapshot: None,
    })
}

/// Whether there is a snapshot to answer from.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "operation",
    responses(
        (status = 200, description = "There is", body = Health),
        (status = "default", description = "A problem: loading, gone, unreadable", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let held = app.held()?;
    fresh(&Health {
        status: "ready",
        snapshot: Some(held.version()),
    })
}

/// Requests, durations, memory and snapshot, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    responses(
        (status = 200, description = "In the text form of OpenMetrics", body = String, content_type = "application/openmetrics-text"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let held = app.held().ok();
    let streams = MOST_STREAMS.saturating_sub(app.streams.available_permits());
    let page = app
        .meter
        .write(held.as_deref(), app.finished.size_bytes(), streams)
        .map_err(|error| Problem::defect(error.to_string()))?;
    let kind = HeaderValue::from_static(meter::CONTENT_TYPE);
    let never = HeaderValue::from_static("no-store");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, never)];
    Ok((headers, page).into_response())
}
