//! What the routes answer, and what they refuse.

use axum::http::StatusCode;
use serde_json::Value;

use crate::lake::BROKEN;
use crate::support::Served;

#[tokio::test]
async fn an_answer_that_the_caller_has_is_not_sent_again() {
    let served = Served::with(120).await;
    for address in [
        "/api/v1/meta",
        "/api/v1/tabs/clients?outcome=rejected&hour=8..12",
        "/api/v1/transactions?limit=3",
        "/api/v1/dimensions/convenio/values",
    ] {
        let first = served.get(address).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        let tag = first.header("etag");
        assert!(tag.starts_with("W/\"01234567-1-"), "{tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        for known in [tag, "*", &format!("\"other\", {tag}")] {
            let again = served.get_with(address, &[("if-none-match", known)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{address}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), tag);
        }
        let other = served
            .get_with(address, &[("if-none-match", "W/\"01234567-0-aa\"")])
            .await;
        assert_eq!(other.status, StatusCode::OK);
        assert_eq!(
            other.body, first.body,
            "it is kept, with the time that it took"
        );
    }
    let one = served.get("/api/v1/tabs/clients?b=1").await;
    one.check_problem(400, "bad-filter");
    let tag = |answer: &crate::support::Answer| answer.header("etag").to_owned();
    let one = served
        .get("/api/v1/tabs/retries?hour=9&outcome=rejected&hour=8")
        .await;
    let same = served
        .get("/api/v1/tabs/retries?outcome=rejected&hour=8&hour=9")
        .await;
    let other = served
        .get("/api/v1/tabs/retries?outcome=rejected&hour=8")
        .await;
    assert_eq!(tag(&one), tag(&same));
    assert_ne!(tag(&one), tag(&other));
}

#[tokio::test]
async fn a_filter_that_cannot_be_applied_is_named_and_its_value_is_not() {
    let served = Served::with(60).await;
    for tab in [
        "tabs/clients",
        "tabs/microservices",
        "tabs/retries",
        "what-if",
        "transactions",
        "why",
    ] {
        let select = if tab == "why" {
            "select.outcome=rejected&"
        } else {
            ""
        };
        let address = format!("/api/v1/{tab}?{select}nothing=1012345678");
        let answer = served.problem(&address, 400, "bad-filter").await;
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("`nothing`"), "{detail}");
        assert!(!detail.contains("1012345678"), "{detail}");
        for bad in [
            "hour=x1012345678",
            "hour=1..x",
            "day=2025-13-01",
            "day=2025-1-8",
            "is_first=1",
        ] {
            let address = format!("/api/v1/{tab}?{select}{bad}");
            let answer = served.problem(&address, 400, "bad-filter").await;
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(" holds "), "{detail}");
            assert!(!detail.contains("1012345678"), "{detail}");
        }
    }
    let near = served
        .problem("/api/v1/tabs/clients?Convenio=a", 400, "bad-filter")
        .await;
    assert!(
        near.text().contains("did you mean `convenio`?"),
        "{}",
        near.text()
    );
    // The identity of a person tells no rows apart.
    served
        .problem("/api/v1/tabs/clients?documento=a", 400, "bad-filter")
        .await;
    for (address, slug) in [
        ("what-if?faster=none:20", "bad-parameter"),
        ("what-if?faster=topiq:200", "bad-parameter"),
        ("tabs/clients?compare=next", "bad-parameter"),
        ("transactions?limit=0", "bad-parameter"),
        ("transactions?sort=code", "bad-parameter"),
        ("why", "bad-selection"),
        ("why?select.outcome=none", "bad-selection"),
        ("why?select.outcome=accepted&select.nothing=1", "bad-filter"),
    ] {
        served
            .problem(&format!("/api/v1/{address}"), 400, slug)
            .await;
    }
    served
        .problem("/api/v1/dimensions/nothing/values", 404, "not-found")
        .await;
    served
        .problem("/api/v1/dimensions/documento/values", 404, "not-found")
        .await;
}

#[tokio::test]
async fn meta_lists_what_there_is_to_filter_by() {
    let served = Served::with(300).await;
    let meta = served.json("/api/v1/meta").await;
    assert_eq!(meta["card"]["name"], "veriface");
    assert_eq!(meta["snapshot"]["transactions"], 300);
    assert_eq!(meta["snapshot"]["state"], "ready");
    assert_eq!(meta["roles"]["client"], "convenio");
    let dimensions = meta["dimensions"].as_array().unwrap();
    let named = |name: &str| {
        let found = dimensions.iter().find(|one| one["column"] == name);
        found.unwrap_or_else(|| panic!("{name}")).clone()
    };
    assert_eq!(dimensions[0]["column"], "convenio");
    assert_eq!(named("convenio")["title"]["es"], "Cliente");
    assert_eq!(named("day")["kind"], "day");
    assert_eq!(named("month")["kind"], "ordered");
    assert_eq!(named("hour")["kind"], "ordered");
    assert_eq!(named("outcome")["kind"], "category");
    assert_eq!(named("total_time_ms")["kind"], "ordered");
    assert_eq!(
        named("image_quality_near_img")["title"]["en"],
        "Size class, near"
    );
    for dimension in dimensions {
        let values = dimension["values"].as_array().unwrap();
        if dimension["column"] == "total_time_ms" {
            continue;
        }
        let distinct = dimension["distinct"].as_u64().unwrap();
        assert_eq!(
            values.len() as u64,
            distinct.min(200),
            "{}",
            dimension["column"]
        );
        let counts: Vec<u64> = values
            .iter()
            .map(|one| one["n"].as_u64().unwrap())
            .collect();
        assert!(counts.is_sorted_by(|one, next| one >= next));
        if distinct <= 200 {
            assert_eq!(counts.iter().sum::<u64>(), 300, "{}", dimension["column"]);
        }
    }
    assert!(
        !dimensions
            .iter()
            .any(|one| one["column"].as_str().unwrap().starts_with('_'))
    );
    let metrics = meta["metrics"].as_array().unwrap();
    let acceptance = metrics
        .iter()
        .find(|one| one["id"] == "acceptance")
        .unwrap();
    assert_eq!(acceptance["unit"], "share");
    assert!(
        acceptance["expression"]
            .as_str()
            .unwrap()
            .contains("outcome = 'accepted'")
    );
}

#[tokio::test]
async fn values_are_searched_within_the_other_filters() {
    let served = Served::with(300).await;
    let all = served.json("/api/v1/dimensions/summary_code/values").await;
    let found = served
        .json("/api/v1/dimensions/summary_code/values?search=BLUR")
        .await;
    assert_eq!(found["distinct"], 1);
    assert_eq!(found["values"][0]["value"], 302);
    // The column's own filter is no part of what can be chosen.
    let own = served
        .json("/api/v1/dimensions/summary_code/values?summary_code=302")
        .await;
    assert_eq!(own, all);
    let accepted = served
        .json("/api/v1/dimensions/summary_code/values?outcome=accepted")
        .await;
    assert!(accepted["distinct"].as_u64() < all["distinct"].as_u64());
    let two = served
        .json("/api/v1/dimensions/summary_code/values?limit=2")
        .await;
    assert_eq!(two["values"].as_array().unwrap().len(), 2);
    assert_eq!(two["distinct"], all["distinct"]);
    let times = served.json("/api/v1/dimensions/total_time_ms/values").await;
    assert_eq!(times["values"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn the_tab_of_data_tells_runs_reasons_and_policies() {
    let served = Served::with(200).await;
    let data = served.json("/api/v1/tabs/data").await;
    assert_eq!(data["now"], "2025-02-01T09:12:00Z");
    let run = &data["runs"][0];
    assert_eq!(run["state"], "finished");
    assert_eq!(run["read"], 201);
    assert_eq!(run["inserted"], 200);
    assert_eq!(run["quarantined"], 1);
    assert_eq!(run["reconciles"], true);
    assert_eq!(run["snapshot"], 1);
    assert_eq!(data["quarantined"], 1);
    assert_eq!(data["quarantine"][0]["reason"], "broken-json");
    assert_eq!(data["quarantine"][0]["n"], 1);
    let sum = |table: &Value| -> f64 {
        let rows = table["rows"].as_array().unwrap();
        rows.iter().map(|row| row["value"].as_f64().unwrap()).sum()
    };
    for table in ["per_day", "policies_per_week"] {
        assert!((sum(&data[table]) - 200.0).abs() < 1e-9, "{table}");
    }
    assert_eq!(
        data["policies_per_week"]["by"],
        serde_json::json!(["week", "policy_id"])
    );
    let policies = data["policies"].as_array().unwrap();
    let n: u64 = policies.iter().map(|one| one["n"].as_u64().unwrap()).sum();
    assert_eq!(n, 200);
    assert!(
        policies
            .iter()
            .any(|one| !one["settings"].as_array().unwrap().is_empty())
    );
    let answer = served.get("/api/v1/tabs/data").await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn why_tells_what_sets_a_selection_apart() {
    let served = Served::with(700).await;
    let why = served.json("/api/v1/why?select.outcome=rejected").await;
    let selected = why["selection"]["n"].as_u64().unwrap();
    let others = why["against"]["n"].as_u64().unwrap();
    assert_eq!(selected + others, 700);
    assert!(why["tested"].as_u64().unwrap() > 20);
    // Within a frame only its rows are compared.
    let framed = served
        .json("/api/v1/why?select.outcome=rejected&kind=first&day=2025-01-01..2025-12-31&camera=")
        .await;
    let of_frame = served
        .json("/api/v1/transactions?limit=1&kind=first&day=2025-01-01..2025-12-31&camera=")
        .await;
    let both =
        framed["selection"]["n"].as_u64().unwrap() + framed["against"]["n"].as_u64().unwrap();
    assert_eq!(both, of_frame["total"].as_u64().unwrap());
    let slow = served.json("/api/v1/why?select.total_time_ms=4000..").await;
    assert!(
        slow["selection"]["words"]
            .as_str()
            .unwrap()
            .contains("total_time_ms >= 4000")
    );
}

#[tokio::test]
async fn no_answer_holds_an_identity_or_a_document_that_was_put_aside() {
    let served = Served::with(200).await;
    let listed = served.json("/api/v1/transactions?limit=200").await;
    let columns = listed["columns"].as_array().unwrap();
    let person = columns
        .iter()
        .position(|one| one["name"] == "documento")
        .unwrap();
    for row in listed["rows"].as_array().unwrap() {
        assert!(
            row[person]
                .as_str()
                .is_none_or(|token| token.starts_with("documento_"))
        );
    }
    let mut all = listed.to_string();
    for address in [
        "meta",
        "tabs/clients",
        "tabs/microservices",
        "tabs/retries",
        "tabs/data",
    ] {
        all.push_str(&served.get(&format!("/api/v1/{address}")).await.text());
    }
    all.push_str(&served.get("/metrics").await.text());
    assert!(!all.contains("1098765432"));
    assert!(!all.contains(&BROKEN[..15]));
}

#[tokio::test]
async fn the_server_measures_itself() {
    let served = Served::with(60).await;
    served.json("/api/v1/meta").await;
    served
        .problem("/api/v1/tabs/clients?nothing=1", 400, "bad-filter")
        .await;
    served.problem("/none.js", 404, "not-found").await;
    let page = served.get("/metrics").await;
    assert!(
        page.header("content-type")
            .starts_with("application/openmetrics-text")
    );
    let text = page.text();
    for line in [
        "veriscope_http_requests_total{route=\"/api/v1/meta\",status=\"200\"} 1",
        "veriscope_http_requests_total{route=\"/api/v1/tabs/clients\",status=\"400\"} 1",
        "veriscope_http_requests_total{route=\"other\",status=\"404\"} 1",
        "veriscope_http_request_duration_seconds_count{route=\"/api/v1/meta\"} 1",
        "veriscope_snapshot_transactions 60",
        "veriscope_snapshot_version 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(
        !text.contains("nothing"),
        "no label is made of what is asked"
    );
}

#[tokio::test]
async fn the_filter_that_meta_names_of_a_microservice_keeps_the_transactions_in_which_it_ran() {
    let served = Served::with(150).await;
    let meta = served.json("/api/v1/meta").await;
    let mut all = meta["microservices"].as_array().unwrap().iter();
    let liqe = all.find(|one| one["name"] == "liqe").unwrap();
    assert_eq!(
        liqe["ran"],
        serde_json::json!({ "column": "code_liqe_near_img", "value": ".." })
    );
    let transactions = async |query: &str| {
        let tab = served.json(&format!("/api/v1/tabs/clients{query}")).await;
        tab["basis"]["transactions"].as_u64().unwrap()
    };
    let (ran, all) = (
        transactions("?code_liqe_near_img=..").await,
        transactions("").await,
    );
    assert!(0 < ran && ran < all, "{ran} of {all}");
}
