//! A server over a lake, and what is asked of it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use veriscope_metrics::query::Exclusion;
use veriscope_server::{Limits, Listener, News, Server, Settings};

use crate::lake::Fixture;

/// Where the server believes to listen.
pub(crate) const ADDRESS: &str = "127.0.0.1:4747";

/// Keeps what it is told.
#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<News>>);

impl Listener for Heard {
    fn tell(&self, news: News) {
        self.0.lock().unwrap().push(news);
    }
}

/// A server over a fixture's lake, without a port.
pub(crate) struct Served {
    pub(crate) fixture: Fixture,
    pub(crate) server: Server,
    pub(crate) heard: Arc<Heard>,
}

impl Served {
    /// Serves a lake with so many transactions; returns once its snapshot is shown.
    pub(crate) async fn with(transactions: u64) -> Self {
        Self::of(Fixture::with(transactions).await, Vec::new()).await
    }

    pub(crate) async fn of(fixture: Fixture, rules: Vec<Exclusion>) -> Self {
        let served = Self::begun(fixture, rules).await;
        served.server.settled().await;
        served
    }

    /// Serves a lake whose snapshot may still be being read.
    pub(crate) async fn begun(fixture: Fixture, rules: Vec<Exclusion>) -> Self {
        Self::limited(fixture, rules, Limits::default()).await
    }

    /// The same, taking on no more than the limits say.
    pub(crate) async fn limited(fixture: Fixture, rules: Vec<Exclusion>, limits: Limits) -> Self {
        let heard = Arc::new(Heard::default());
        let address = ADDRESS.parse().unwrap();
        let settings = Settings {
            limits,
            ..settings(&fixture, rules, address, Arc::clone(&heard))
        };
        let server = Server::start(settings).await.unwrap();
        Self {
            fixture,
            server,
            heard,
        }
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        ask(self.server.router(), request(Method::GET, address, &[])).await
    }

    pub(crate) async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        ask(self.server.router(), request(Method::GET, address, headers)).await
    }

    /// Asks for JSON that must be there.
    pub(crate) async fn json(&self, address: &str) -> Value {
        let answer = self.get(address).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{address}: {}",
            answer.text()
        );
        answer.json()
    }

    /// Asks for what must be a problem of a kind.
    pub(crate) async fn problem(&self, address: &str, status: u16, slug: &str) -> Answer {
        let answer = self.get(address).await;
        answer.check_problem(status, slug);
        answer
    }
}

/// Settings over a fixture's lake.
pub(crate) fn settings(
    fixture: &Fixture,
    rules: Vec<Exclusion>,
    address: SocketAddr,
    heard: Arc<Heard>,
) -> Settings {
    Settings {
        place: fixture.place(rules),
        address,
        clock: Arc::new(fixture.clock),
        listener: heard,
        look_every: Duration::from_millis(20),
        limits: Limits::default(),
    }
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn check_problem(&self, status: u16, slug: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["type"], format!("/problems/{slug}"));
        assert_eq!(body["status"], status);
        assert!(!body["title"].as_str().unwrap().is_empty());
        assert!(!body["detail"].as_str().unwrap().is_empty());
        let id = self.header("x-request-id");
        assert_eq!(body["instance"], format!("urn:uuid:{id}"));
    }
}

/// A request as a browser on this machine makes it.
pub(crate) fn request(method: Method, address: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(address);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:4747");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

pub(crate) async fn ask(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes().to_vec(),
    }
}

/// Waits for something that happens beside the test, for half a minute at most.
pub(crate) async fn wait_until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..1_500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited half a minute for {what}");
}
