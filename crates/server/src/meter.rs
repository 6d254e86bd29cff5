//! What the server measures of itself, in the form of Prometheus.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::held::Held;

/// The content type of the metrics.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// What the server measures.
pub(crate) struct Meter {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    rows: Gauge,
    size: Gauge,
    answers: Gauge,
    version: Gauge,
    streams: Gauge,
}

fn durations() -> Histogram {
    // A millisecond to half a minute.
    Histogram::new(exponential_buckets(0.001, 2.0, 16))
}

impl Meter {
    pub(crate) fn new() -> Self {
        let mut meter = Self {
            registry: Registry::with_prefix("veriscope"),
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
            rows: Gauge::default(),
            size: Gauge::default(),
            answers: Gauge::default(),
            version: Gauge::default(),
            streams: Gauge::default(),
        };
        let registry = &mut meter.registry;
        registry.register(
            "http_requests",
            "Requests, by route and status",
            meter.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "How long requests took, by route",
            Unit::Seconds,
            meter.durations.clone(),
        );
        registry.register(
            "snapshot_transactions",
            "Transactions of the snapshot in memory",
            meter.rows.clone(),
        );
        registry.register_with_unit(
            "snapshot_memory",
            "Memory of the snapshot's columns",
            Unit::Bytes,
            meter.size.clone(),
        );
        registry.register(
            "snapshot_version",
            "Version of the snapshot in memory; -1 where there is none",
            meter.version.clone(),
        );
        registry.register_with_unit(
            "answers_memory",
            "Memory of answers that are kept",
            Unit::Bytes,
            meter.answers.clone(),
        );
        registry.register(
            "event_streams",
            "Browsers that wait for news of snapshots",
            meter.streams.clone(),
        );
        meter
    }

    /// Counts a request.
    pub(crate) fn request(&self, route: &str, status: u16, seconds: f64) {
        let labels = Answered {
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let labels = Route {
            route: route.to_owned(),
        };
        self.durations.get_or_create(&labels).observe(seconds);
    }

    /// Writes everything, as it is now.
    pub(crate) fn write(
        &self,
        held: Option<&Held>,
        answers_bytes: u64,
        streams: usize,
    ) -> Result<String, std::fmt::Error> {
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.rows
            .set(held.map_or(0, |held| whole(held.cache.len())));
        self.size
            .set(held.map_or(0, |held| whole(held.cache.size_bytes())));
        let version = held.map(Held::version);
        self.version
            .set(version.map_or(-1, |version| i64::try_from(version).unwrap_or(i64::MAX)));
        self.answers
            .set(i64::try_from(answers_bytes).unwrap_or(i64::MAX));
        self.streams.set(whole(streams));
        let mut page = String::new();
        text::encode(&mut page, &self.registry)?;
        Ok(page)
    }
}
