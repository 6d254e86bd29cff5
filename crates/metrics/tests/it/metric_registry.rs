//! The registry as a whole, and the page that lists it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use veriscope_card::Card;
use veriscope_metrics::registry::{Additivity, Registry};

use crate::metric_support::{Bench, all};

fn registry() -> Registry {
    Registry::new(&Card::builtin().unwrap())
}

fn ocr_card() -> Card {
    Card::parse(include_str!("../../../card/tests/cards/ocr.yaml")).unwrap()
}

fn ocr() -> Registry {
    Registry::new(&ocr_card())
}

#[test]
fn the_committed_page_is_current() {
    let written = registry().to_markdown();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == written,
        "docs/metrics.md is not what the registry says; write it anew with \
         `UPDATE_DOCS=1 cargo nextest run --workspace -E 'package(veriscope-metrics)'`"
    );
}

#[test]
fn every_metric_goes_with_its_view() {
    for registry in [registry(), ocr()] {
        for metric in registry.metrics() {
            let columns = registry.columns(metric.view);
            metric
                .measure
                .check(columns)
                .unwrap_or_else(|error| panic!("{}: {error}", metric.id));
            assert!(!metric.dimensions.is_empty(), "{}", metric.id);
            for name in &metric.dimensions {
                assert_eq!(&columns.find(name).unwrap().name, name, "{}", metric.id);
            }
        }
    }
}

#[test]
fn ids_are_plain_and_of_one_metric_each() {
    for registry in [registry(), ocr()] {
        let mut seen = BTreeSet::new();
        for metric in registry.metrics() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(metric.id.chars().all(plain), "{}", metric.id);
            assert!(seen.insert(metric.id.clone()), "{} twice", metric.id);
        }
    }
}

#[test]
fn every_metric_is_described_in_both_languages() {
    for registry in [registry(), ocr()] {
        for metric in registry.metrics() {
            for words in [&metric.title, &metric.definition] {
                assert!(
                    !words.en.is_empty() && !words.es.is_empty(),
                    "{}",
                    metric.id
                );
                assert_ne!(words.en, words.es, "{}", metric.id);
            }
            for sentence in [&metric.definition.en, &metric.definition.es] {
                assert!(sentence.ends_with('.'), "{}: {sentence}", metric.id);
            }
        }
    }
}

#[test]
fn every_metric_has_dax() {
    let registry = registry();
    for metric in registry.metrics() {
        registry
            .to_dax(metric)
            .unwrap_or_else(|error| panic!("{}: {error}", metric.id));
    }
}

#[test]
fn measures_survive_being_written_and_read() {
    for metric in registry().metrics() {
        let text = serde_json::to_string(&metric.measure).unwrap();
        let read: veriscope_metrics::expression::Measure = serde_json::from_str(&text).unwrap();
        assert_eq!(read, metric.measure, "{}", metric.id);
    }
}

#[test]
fn counts_of_rows_add_up_and_counts_of_persons_do_not() {
    let registry = registry();
    let of = |id: &str| registry.metric(id).unwrap().additivity;
    assert_eq!(of("transactions"), Additivity::Additive);
    assert_eq!(of("retries"), Additivity::Additive);
    assert_eq!(of("persons"), Additivity::Computed);
    assert_eq!(of("acceptance"), Additivity::Computed);
}

#[test]
fn a_card_without_releases_users_or_http_has_the_metrics_that_are_left() {
    let registry = ocr();
    for id in [
        "acceptance",
        "total_time_p95",
        "time_reader_mean",
        "median_page_width",
    ] {
        assert!(registry.metric(id).is_some(), "{id}");
    }
    assert!(registry.metric("http_error_rate").is_none());
}

#[test]
fn every_metric_of_another_card_has_a_value_on_its_views() {
    let bench = Bench::of(ocr_card());
    bench.draw(
        veriscope_card::views::View::Attempts,
        "
        request_id | holder | outcome  | is_first | is_last | elapsed_ms
        a          | h      | accepted | true     | true    | 10
        b          |        | rejected | true     | true    | 20
        ",
    );
    for metric in bench.registry.metrics() {
        bench
            .evaluate(metric, &all())
            .unwrap_or_else(|error| panic!("{}: {error}", metric.id));
    }
    assert_eq!(bench.total("acceptance"), (Some(0.5), 2));
    assert_eq!(bench.total("persons"), (Some(1.0), 1));
}
