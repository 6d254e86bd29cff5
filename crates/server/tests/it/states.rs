//! What is answered while a lake is empty, being read, gone, or has something new.

use axum::http::StatusCode;
use veriscope_metrics::query::Exclusion;
use veriscope_server::{News, ServeError, Server};

use crate::lake::Fixture;
use crate::support::{ADDRESS, Served, settings, wait_until};

#[tokio::test]
async fn an_empty_lake_is_ready_and_says_that_it_is_empty() {
    let served = Served::of(Fixture::empty().await, Vec::new()).await;
    let meta = served.json("/api/v1/meta").await;
    assert_eq!(meta["snapshot"]["state"], "empty");
    assert_eq!(meta["snapshot"]["version"], 0);
    assert_eq!(meta["snapshot"]["transactions"], 0);
    assert_eq!(meta["snapshot"]["first_day"], serde_json::Value::Null);
    for tab in ["clients", "microservices", "retries", "data"] {
        served.json(&format!("/api/v1/tabs/{tab}")).await;
    }
    let listed = served.json("/api/v1/transactions").await;
    assert_eq!(listed["total"], 0);
    assert_eq!(listed["next"], serde_json::Value::Null);
    served
        .problem("/api/v1/why?select.outcome=rejected", 400, "bad-selection")
        .await;
    assert_eq!(served.get("/health/ready").await.status, StatusCode::OK);
}

#[tokio::test]
async fn while_the_first_snapshot_is_read_everything_says_so() {
    let served = Served::begun(Fixture::with(200).await, Vec::new()).await;
    // Nothing has run between the start and this.
    for address in ["/api/v1/meta", "/api/v1/tabs/clients", "/health/ready"] {
        let answer = served.problem(address, 503, "loading").await;
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(served.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(served.get("/").await.status, StatusCode::OK);
    served.server.settled().await;
    assert_eq!(served.get("/health/ready").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_snapshot_is_shown_by_itself_and_has_tags_of_its_own() {
    let served = Served::with(150).await;
    let before = served.get("/api/v1/meta").await;
    assert_eq!(before.json()["snapshot"]["version"], 1);
    served.fixture.publish("run-2", 60, 2).await;
    wait_until("the second snapshot", async || {
        served.json("/health/ready").await["snapshot"] == 2
    })
    .await;
    let after = served
        .get_with("/api/v1/meta", &[("if-none-match", before.header("etag"))])
        .await;
    assert_eq!(after.status, StatusCode::OK);
    let more = |answer: &serde_json::Value| answer["snapshot"]["transactions"].as_u64().unwrap();
    assert!(more(&after.json()) > more(&before.json()));
    let heard = served.heard.0.lock().unwrap();
    let versions: Vec<u64> = heard
        .iter()
        .filter_map(|news| match news {
            News::Loaded { version, .. } => Some(*version),
            _ => None,
        })
        .collect();
    assert_eq!(versions, [1, 2]);
}

#[tokio::test]
async fn a_lake_that_vanishes_is_gone_until_it_is_back() {
    let served = Served::with(150).await;
    let away = served.fixture.path().with_extension("away");
    std::fs::rename(served.fixture.path(), &away).unwrap();
    wait_until("the lake to be missed", async || {
        served.get("/health/ready").await.status == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    served.problem("/api/v1/meta", 503, "lake-gone").await;
    assert_eq!(
        served.get("/").await.status,
        StatusCode::OK,
        "the page can still say so"
    );
    std::fs::rename(&away, served.fixture.path()).unwrap();
    wait_until("the lake to be found", async || {
        served.get("/health/ready").await.status == StatusCode::OK
    })
    .await;
    assert_eq!(served.json("/api/v1/meta").await["snapshot"]["version"], 1);
    let heard = served.heard.0.lock().unwrap();
    assert!(heard.contains(&News::LakeGone));
}

#[tokio::test]
async fn there_is_no_server_without_a_lake_or_with_a_rule_that_cannot_be_applied() {
    let fixture = Fixture::empty().await;
    let address = ADDRESS.parse().unwrap();
    let nothing = Exclusion::default();
    let refused = Server::start(settings(
        &fixture,
        vec![nothing],
        address,
        Default::default(),
    ))
    .await
    .err()
    .unwrap();
    assert_eq!(refused.class().exit_code(), 3);
    std::fs::remove_dir_all(fixture.path()).unwrap();
    let refused = Server::start(settings(&fixture, Vec::new(), address, Default::default()))
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, ServeError::Lake(_)));
    assert_eq!(refused.class().exit_code(), 3);
}

#[tokio::test]
async fn what_exclusions_leave_out_is_named_with_its_count() {
    let fixture = Fixture::with(300).await;
    let rule = Exclusion {
        client: Some("convenio_1".to_owned()),
        reason: Some("ours".to_owned()),
        ..Exclusion::default()
    };
    let served = Served::of(fixture, vec![rule]).await;
    let meta = served.json("/api/v1/meta").await;
    let left_out = meta["exclusions"][0]["rows"].as_u64().unwrap();
    assert!(left_out > 0);
    assert_eq!(meta["exclusions"][0]["words"], "client convenio_1");
    assert_eq!(meta["exclusions"][0]["reason"], "ours");
    assert_eq!(meta["snapshot"]["transactions"], 300);
    let listed = served.json("/api/v1/transactions").await;
    assert_eq!(listed["total"].as_u64().unwrap(), 300 - left_out);
    let of_it = served
        .json("/api/v1/transactions?convenio=convenio_1")
        .await;
    assert_eq!(of_it["total"], 0);
    let clients = served.json("/api/v1/dimensions/convenio/values").await;
    let values = clients["values"].as_array().unwrap();
    assert!(values.iter().all(|one| one["value"] != "convenio_1"));
}
