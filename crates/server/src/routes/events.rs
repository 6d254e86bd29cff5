//! `events`: news of snapshots, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use tokio::sync::OwnedSemaphorePermit;
use tokio_stream::wrappers::WatchStream;

use crate::app::App;
use crate::keeper::Status;
use crate::problem::{Body, Problem};

/// A comment so often keeps the connection open, and shows a side that went away.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
/// After so long a browser connects again.
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// Events `snapshot` with `{"version": n}`: of the snapshot that is shown, at once, and of
/// each that is shown after it.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "dashboard",
    responses(
        (status = 200, description = "A stream that does not end", body = String, content_type = "text/event-stream"),
        (status = "default", description = "A problem", body = Body, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let place = Arc::clone(&app.streams).try_acquire_owned();
    let place = place.map_err(|_| App::busy())?;
    let alive = KeepAlive::new().interval(ALIVE_EVERY).text("alive");
    let events = Sse::new(stream(&app, place)).keep_alive(alive);
    let never = HeaderValue::from_static("no-store");
    Ok(([(header::CACHE_CONTROL, never)], events).into_response())
}

fn stream(
    app: &App,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let mut stopping = app.stopping.clone();
    let stopped = async move {
        // An error is the server having gone already.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let mut last = None;
    WatchStream::new(app.status.clone())
        .filter_map(move |status| {
            // The place is given back when the stream is dropped.
            let _place = &place;
            let version = match status {
                Status::Ready(held) => Some(held.version()),
                Status::Loading | Status::Gone | Status::Failed => None,
            };
            let is_news = version.is_some() && version != last;
            last = version.or(last);
            std::future::ready(version.filter(|_| is_news).map(event))
        })
        .map(Ok)
        .take_until(Box::pin(stopped))
}

fn event(version: u64) -> Event {
    Event::default()
        .event("snapshot")
        .retry(AGAIN_AFTER)
        .data(format!("{{\"version\":{version}}}"))
}
