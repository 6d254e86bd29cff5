//! What every request goes through: its id and the headers of its answer on the outside; then
//! whether it may ask at all, whether there is room, and how long it may take.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::app::App;
use crate::news::News;
use crate::problem::{Kind, Problem};

/// How long an address may be, bytes.
const LONGEST_ADDRESS: usize = 8_192;
/// The route of what is no route: files of the front end, and addresses that lead nowhere.
const NO_ROUTE: &str = "other";

/// Everything comes from this server, nothing is inline, and no page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer: gives the request an id, writes the body of a problem, and counts.
pub(crate) async fn frame(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began_us = app.clock.now_us();
    let id = Uuid::now_v7().to_string();
    let is_head = request.method() == Method::HEAD;
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        write_problem(&problem, &id, is_head, &mut response);
        if let Some(cause) = problem.cause {
            app.listener.tell(News::Failed {
                request: id.clone(),
                route: route.clone(),
                cause,
            });
        }
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    let seconds = app.since_ms(began_us) / 1_000.0;
    app.meter
        .request(&route, response.status().as_u16(), seconds);
    response
}

fn write_problem(problem: &Problem, id: &str, is_head: bool, response: &mut Response) {
    let body = problem.body(id);
    let headers = response.headers_mut();
    problem.write_headers(headers);
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = if is_head {
        Body::empty()
    } else {
        Body::from(body)
    };
}

/// Turns a panic into a problem; the hook of panics has told where it was.
pub(crate) fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    Problem::defect("a request ended in a panic").into_response()
}

/// Lets a request through that may ask, while there is room, for as long as it may take.
pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    app.hosts.check(&request)?;
    check_form(&request)?;
    let limit = match request.uri().path() {
        crate::routes::EVENTS => return Ok(next.run(request).await),
        crate::routes::WHY => app.limits.comparison,
        _ => app.limits.time,
    };
    let room = Arc::clone(&app.room).try_acquire_owned();
    let _room = room.map_err(|_| App::busy())?;
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.map_err(|_| too_slow(limit))
}

fn too_slow(limit: Duration) -> Problem {
    let detail = format!(
        "the answer was not there within {} seconds; choose fewer transactions, or ask again",
        limit.as_secs()
    );
    Problem::new(Kind::Timeout, detail)
}

fn check_form(request: &Request) -> Result<(), Problem> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let detail = "this server answers GET and HEAD alone";
        return Err(Problem::new(Kind::MethodNotAllowed, detail));
    }
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |part| part.as_str().len());
    if length > LONGEST_ADDRESS {
        let detail = "an address may have 8,192 characters; choose fewer values";
        return Err(Problem::new(Kind::TooLong, detail));
    }
    if has_body(request.headers()) {
        let detail = "a request has no body here";
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    Ok(())
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    headers.contains_key(header::TRANSFER_ENCODING)
        || length.is_some_and(|length| length.as_bytes() != b"0")
}

/// Says that an address leads nowhere.
pub(crate) fn not_found() -> Problem {
    Problem::new(Kind::NotFound, "nothing lies at this address")
}

/// Returns an answer without a body.
pub(crate) fn unchanged(headers: [(HeaderName, HeaderValue); 2]) -> Response {
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::{Body, Problem, Request, StatusCode, panicked};

    #[tokio::test]
    async fn a_panic_is_answered_as_a_defect_without_what_it_said() {
        let fails = || async {
            if true {
                panic!("of 12345678");
            }
        };
        let router: Router = Router::new()
            .route("/", get(fails))
            .layer(CatchPanicLayer::custom(panicked));
        let request = Request::get("/").body(Body::empty()).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem = answer.extensions().get::<Problem>().unwrap();
        let body = String::from_utf8(problem.body("1")).unwrap();
        assert!(!body.contains("12345678"), "{body}");
    }
}
