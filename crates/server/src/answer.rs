//! From a question to its answer: whether the caller has it already, whether it is kept, and
//! else its making.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::app::App;
use crate::held::Held;
use crate::layers::unchanged;
use crate::problem::Problem;
use crate::query::TabQuery;
use crate::refusal::Refusal;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Asked again each time, with the tag; and kept by nobody between here and the browser.
const CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// A question of a snapshot.
pub(crate) struct Question {
    pub(crate) app: Arc<App>,
    pub(crate) held: Arc<Held>,
    pub(crate) query: TabQuery,
    tag: String,
    known: Option<HeaderValue>,
}

impl Question {
    /// Reads a question.
    ///
    /// # Errors
    /// There is no snapshot, or the query string is malformed.
    pub(crate) fn read(
        app: &Arc<App>,
        headers: &HeaderMap,
        route: &str,
        query: Option<&str>,
    ) -> Result<Self, Problem> {
        let held = app.held()?;
        let query = TabQuery::parse(query.unwrap_or_default())?;
        let tag = held.tag(route, &query.normal());
        Ok(Self {
            app: Arc::clone(app),
            held,
            query,
            tag,
            known: headers.get(header::IF_NONE_MATCH).cloned(),
        })
    }

    /// Answers with work of the processor.
    ///
    /// # Errors
    /// What the work says.
    pub(crate) async fn by_work<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&Held, &TabQuery) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<Response, Problem> {
        let (held, query) = (Arc::clone(&self.held), self.query.clone());
        let app = Arc::clone(&self.app);
        self.by(async move { app.work(move || work(&held, &query)).await })
            .await
    }

    /// Answers with what a future makes.
    ///
    /// # Errors
    /// What the future says.
    pub(crate) async fn by<T: Serialize>(
        self,
        make: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<Response, Problem> {
        if self
            .known
            .as_ref()
            .is_some_and(|known| has_tag(known, &self.tag))
        {
            let tag = header_of(&self.tag)?;
            return Ok(unchanged([
                (header::ETAG, tag),
                (header::CACHE_CONTROL, CACHE),
            ]));
        }
        let written = async { written(&make.await?) };
        let body = self.app.finished.get(&self.tag, written).await?;
        let tag = header_of(&self.tag)?;
        let headers = [
            (header::CONTENT_TYPE, JSON),
            (header::CACHE_CONTROL, CACHE),
            (header::ETAG, tag),
        ];
        Ok((headers, body).into_response())
    }
}

/// Answers with what changes without a snapshot.
pub(crate) fn fresh(answer: &impl Serialize) -> Result<Response, Problem> {
    let cache = HeaderValue::from_static("no-store");
    let headers = [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, cache)];
    Ok((headers, written(answer)?).into_response())
}

fn written(answer: &impl Serialize) -> Result<Bytes, Problem> {
    let body = serde_json::to_vec(answer).map_err(|error| Problem::defect(error.to_string()))?;
    Ok(body.into())
}

fn header_of(tag: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(tag).map_err(|error| Problem::defect(error.to_string()))
}

/// Whether a tag is one of those that the caller knows, by the weak comparison of RFC 9110.
pub(crate) fn has_tag(known: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(known) = known.to_str() else {
        return false;
    };
    known.trim() == "*" || known.split(',').any(|one| opaque(one) == opaque(tag))
}
