//! Who may ask, in which form, and what every answer says about itself.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use veriscope_server::Limits;

use crate::lake::Fixture;
use crate::support::{Served, ask, request};

async fn served() -> Served {
    Served::of(Fixture::empty().await, Vec::new()).await
}

#[tokio::test]
async fn only_our_own_names_are_answered_to() {
    let served = served().await;
    for host in [
        "localhost:4747",
        "127.0.0.1:4747",
        "[::1]:4747",
        "LOCALHOST:4747",
    ] {
        let answer = served.get_with("/health/live", &[("host", host)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:4747",
        "localhost",
        "localhost:4748",
        "localhost.evil.example:4747",
        "127.0.0.1.nip.example:4747",
        "",
    ] {
        let answer = served.get_with("/api/v1/meta", &[("host", host)]).await;
        answer.check_problem(421, "wrong-host");
        assert!(!answer.text().contains("evil"), "it is not repeated");
    }
    let mut bare = request(Method::GET, "/", &[]);
    bare.headers_mut().clear();
    ask(served.server.router(), bare)
        .await
        .check_problem(421, "wrong-host");
}

#[tokio::test]
async fn a_page_of_another_site_may_link_here_but_not_ask() {
    let served = served().await;
    for origin in [
        "https://evil.example",
        "http://localhost:9999",
        "null",
        "https://localhost:4747",
    ] {
        let answer = served.get_with("/api/v1/meta", &[("origin", origin)]).await;
        answer.check_problem(403, "foreign-origin");
    }
    for site in ["cross-site", "same-site"] {
        let asked = [("sec-fetch-site", site), ("sec-fetch-mode", "no-cors")];
        served
            .get_with("/api/v1/meta", &asked)
            .await
            .check_problem(403, "foreign-origin");
        served
            .get_with("/icon.svg", &asked)
            .await
            .check_problem(403, "foreign-origin");
        let followed = [("sec-fetch-site", site), ("sec-fetch-mode", "navigate")];
        let page = served.get_with("/retries?day=2025-01-08", &followed).await;
        assert_eq!(page.status, StatusCode::OK);
        served
            .get_with("/api/v1/meta", &followed)
            .await
            .check_problem(403, "foreign-origin");
    }
    let own = [
        ("origin", "http://localhost:4747"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(
        served.get_with("/api/v1/meta", &own).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn nothing_but_reading_is_possible() {
    let served = served().await;
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
    ] {
        let answer = ask(served.server.router(), request(method, "/api/v1/meta", &[])).await;
        answer.check_problem(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let head = request(Method::HEAD, "/api/v1/meta", &[]);
    let answer = ask(served.server.router(), head).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.is_empty());
    assert!(!answer.header("etag").is_empty());
    let head = request(Method::HEAD, "/api/v1/nothing", &[]);
    let answer = ask(served.server.router(), head).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn what_is_too_long_or_has_a_body_is_turned_away() {
    let served = served().await;
    let long = format!("/api/v1/meta?a={}", "x".repeat(9_000));
    served.problem(&long, 414, "too-long").await;
    let body = [("content-length", "5")];
    served
        .get_with("/api/v1/meta", &body)
        .await
        .check_problem(413, "too-large");
    let chunked = [("transfer-encoding", "chunked")];
    served
        .get_with("/api/v1/meta", &chunked)
        .await
        .check_problem(413, "too-large");
    assert_eq!(
        served
            .get_with("/api/v1/meta", &[("content-length", "0")])
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn every_answer_forbids_what_is_not_needed() {
    let served = served().await;
    for address in [
        "/",
        "/api/v1/meta",
        "/api/v1/nothing",
        "/problems/loading",
        "/metrics",
    ] {
        let answer = served.get(address).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{address}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{address}");
        assert!(!policy.contains("unsafe"), "{address}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("x-request-id").len(), 36, "{address}");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn the_page_is_asked_for_again_and_its_parts_are_not() {
    let served = served().await;
    let page = served.get("/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    let html = page.text();
    assert!(
        !html.contains("<style") && !html.contains("onload="),
        "nothing is inline"
    );
    let script = html.split('"').find(|part| part.ends_with(".js")).unwrap();
    let script = served
        .get_with(script, &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(
        script.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(script.header("content-encoding"), "gzip");
    for page in ["/clients", "/retries?day=2025-01-08", "/anything/else"] {
        assert_eq!(served.get(page).await.text(), html, "{page}");
    }
    let known = served
        .get_with("/", &[("if-none-match", page.header("etag"))])
        .await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    for none in [
        "/nothing.js",
        "/assets/none.css",
        "/api/v1",
        "/api/v2/meta",
        "/problems/none",
        "/health/none",
    ] {
        served.problem(none, 404, "not-found").await;
    }
}

#[tokio::test]
async fn only_so_many_wait_for_news_at_once() {
    use tower::ServiceExt;
    let served = served().await;
    let events = || request(Method::GET, "/api/v1/events", &[]);
    let mut waiting = Vec::new();
    for _ in 0..64 {
        let response = served.server.router().oneshot(events()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        waiting.push(response);
    }
    let answer = ask(served.server.router(), events()).await;
    answer.check_problem(503, "busy");
    assert_eq!(answer.header("retry-after"), "1");
    assert!(
        served
            .get("/metrics")
            .await
            .text()
            .contains("veriscope_event_streams 64")
    );
    // Whoever goes makes room, and everything else is answered all the while.
    waiting.pop();
    let response = served.server.router().oneshot(events()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn every_type_of_problem_has_a_page() {
    let served = served().await;
    for kind in veriscope_server::Kind::all() {
        let (status, slug, title) = kind.contract();
        let page = served.get(&format!("/problems/{slug}")).await;
        assert_eq!(page.status, StatusCode::OK, "{slug}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let text = page.text();
        assert!(
            text.contains(title) && text.contains(&status.to_string()),
            "{slug}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_a_problem_that_says_what_to_do() {
    let limits = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    let served = Served::limited(Fixture::with(50).await, Vec::new(), limits).await;
    served.server.settled().await;
    // The engine takes several steps, however few the rows; a tab from memory may be done in one.
    let answer = served.problem("/api/v1/transactions", 503, "timeout").await;
    assert!(answer.text().contains("choose fewer transactions"));
    // A comparison over every column has more time.
    let compared = served.get("/api/v1/why?select.outcome=accepted").await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text());
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_turned_away() {
    let limits = Limits {
        requests: 0,
        ..Limits::default()
    };
    let served = Served::limited(Fixture::empty().await, Vec::new(), limits).await;
    served.problem("/api/v1/meta", 503, "busy").await;
}
