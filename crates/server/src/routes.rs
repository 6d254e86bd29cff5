//! The routes, one file for each kind.

mod data;
mod dimensions;
mod events;
mod health;
mod meta;
mod openapi;
mod problems;
mod tabs;
mod transactions;
mod why;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::{front, layers};

pub use openapi::openapi;

/// The route of the stream of news.
pub(crate) const EVENTS: &str = "/api/v1/events";

/// The route of comparisons over every column.
pub(crate) const WHY: &str = "/api/v1/why";

/// Puts routes and layers together; the last layer is the outermost.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/v1/meta", get(meta::meta))
        .route(
            "/api/v1/dimensions/{column}/values",
            get(dimensions::values),
        )
        .route("/api/v1/tabs/clients", get(tabs::clients))
        .route("/api/v1/tabs/microservices", get(tabs::microservices))
        .route("/api/v1/tabs/retries", get(tabs::retries))
        .route("/api/v1/tabs/data", get(data::data))
        .route("/api/v1/what-if", get(tabs::what_if))
        .route(WHY, get(why::why))
        .route("/api/v1/transactions", get(transactions::list))
        .route("/api/v1/transactions/{token}", get(transactions::one))
        .route(EVENTS, get(events::events))
        .route("/api/v1/openapi.json", get(openapi::document))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/problems/{slug}", get(problems::page))
        .fallback(front::file)
        .layer(from_fn_with_state(Arc::clone(&app), layers::guard))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(Arc::clone(&app), layers::frame))
        .with_state(app)
}
