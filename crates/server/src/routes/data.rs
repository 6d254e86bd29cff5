//! `tabs/data`: runs and quarantine as they are now, the rest of a snapshot once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::answer::fresh;
use crate::api::DataTab;
use crate::app::App;
use crate::problem::{Body, Problem};
use crate::tabs;

/// What was read, what was put aside, and how fresh it is; of the whole snapshot, so that
/// filters do not act here.
#[utoipa::path(
    get,
    path = "/api/v1/tabs/data",
    tag = "dashboard",
    responses(
        (status = 200, description = "The answer", body = DataTab),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn data(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let held = app.held()?;
    fresh(&tabs::data(&app, &held).await?)
}
