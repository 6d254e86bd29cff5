//! `answer` of the real binary: the numbers of the registry, and what was planted.

use serde_json::Value;

use crate::support::Sandbox;

/// A sandbox with a lake of a simulated month.
fn month(transactions: &str, pipeline: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let words = ["simulate", "--no-landmarks", "--out", "month.zst"];
    let size = ["--transactions", transactions, "--pipeline", pipeline];
    let truth = ["--truth", "truth.json"];
    sandbox.run_ok(&[&words[..], &size, &truth].concat());
    sandbox.run_ok(&["run", "month.zst", "--quiet"]);
    sandbox
}

fn json(sandbox: &Sandbox, words: &[&str]) -> Value {
    let said = sandbox.run_ok(&[words, &["--json"]].concat());
    serde_json::from_str(&said.out).unwrap()
}

/// Asserts that two numbers are one, but for the order in which floats were added.
fn assert_near(one: &Value, other: &Value, what: &str) {
    match (one.as_f64(), other.as_f64()) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{what}: {a} {b}"),
        (a, b) => assert_eq!((a, one), (b, other), "{what}"),
    }
}

/// Compares each group of an answer with what a metric says of it.
fn assert_metric(answer: &Value, metric: &Value, rate: &str) {
    let name = metric["metric"].as_str().unwrap();
    let groups = answer["by"][0]["groups"].as_array().unwrap();
    let rows = metric["rows"].as_array().unwrap();
    // Of last attempts some groups have none: the metric of processes then has no row.
    let is_there = |one: &&Value| rows.len() == groups.len() || one[rate]["n"] != 0;
    let with_rows = groups.iter().filter(is_there);
    assert_eq!(with_rows.clone().count(), rows.len(), "{name}");
    let total = [(&answer["total"][rate], &metric["total"])];
    let pairs = with_rows.zip(rows).map(|(group, row)| {
        assert_eq!(group["group"], row["dimensions"][0], "{name}");
        (&group[rate], row)
    });
    for (mine, theirs) in pairs.chain(total) {
        assert_near(&mine["share"], &theirs["value"], name);
        assert_near(&mine["low"], &theirs["low"], name);
        assert_near(&mine["high"], &theirs["high"], name);
        assert_eq!(mine["n"], theirs["n"], "{name}");
        assert_eq!(mine["persons"], theirs["persons"], "{name}");
        assert!(
            mine["n"] == 0 || mine["too_few"] == theirs["too_few"],
            "{name}"
        );
    }
}

#[test]
fn acceptance_says_what_the_metrics_say_of_each_group() {
    let sandbox = month("2500", "parallel");
    let metrics = [
        ("acceptance", "all"),
        ("acceptance_ever", "ever"),
        ("acceptance_decided", "decided"),
        ("technical_error_rate", "technical"),
        ("acceptance_first", "first"),
        ("acceptance_last", "last"),
    ];
    let ids = metrics.map(|(id, _)| id);
    let some = ["--where", "hour between 9 and 15", "--from", "2025-01-20"];
    for (by, rows) in [("convenio", &[][..]), ("hour", &some[..])] {
        let answer = [&["answer", "acceptance", "--by", by], rows].concat();
        let answer = json(&sandbox, &answer);
        let got = [&["metrics", "get"][..], &ids, &["--by", by], rows].concat();
        let got = json(&sandbox, &got);
        for (place, (_, rate)) in metrics.iter().enumerate() {
            assert_metric(&answer, &got["answers"][place], rate);
        }
    }
}

#[test]
fn acceptance_finds_what_was_planted_in_each_client() {
    let sandbox = month("2500", "parallel");
    let truth: Value = serde_json::from_str(&sandbox.read("truth.json")).unwrap();
    let answer = json(&sandbox, &["answer", "acceptance", "--by", "convenio"]);
    let planted = truth["by_client"].as_object().unwrap();
    let mut expected: Vec<[u64; 5]> = planted
        .values()
        .map(|one| {
            let names = [
                "transactions",
                "accepted",
                "processes",
                "first_accepted",
                "last_accepted",
            ];
            names.map(|name| one[name].as_u64().unwrap())
        })
        .collect();
    let groups = answer["by"][0]["groups"].as_array().unwrap();
    let mut found: Vec<[u64; 5]> = groups
        .iter()
        .map(|one| {
            let of = |rate: &str, count: &str| one[rate][count].as_u64().unwrap();
            [
                of("all", "n"),
                of("all", "hits"),
                of("last", "n"),
                of("first", "hits"),
                of("last", "hits"),
            ]
        })
        .collect();
    // Clients have other names in the lake: their numbers tell them apart.
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let failed: u64 = sum(&answer["reasons"], "n");
    let all = &answer["total"]["all"];
    let rejected = all["n"].as_u64().unwrap() - all["hits"].as_u64().unwrap();
    assert_eq!(failed, rejected);
    assert_eq!(sum(&answer["funnel"], "fell"), rejected);
    assert_eq!(answer["funnel"][0]["reached"], all["n"]);
}

fn sum(rows: &Value, column: &str) -> u64 {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[column].as_u64().unwrap()).sum()
}

#[test]
fn what_the_configuration_excludes_is_left_out_and_said() {
    let sandbox = month("1500", "parallel");
    let whole = json(&sandbox, &["answer", "acceptance"]);
    let by_client = json(&sandbox, &["answer", "acceptance", "--by", "convenio"]);
    let first = &by_client["by"][0]["groups"][0];
    let client = first["group"].as_str().unwrap();
    sandbox.write(
        "config.yaml",
        &format!("exclude:\n  - {{ client: {client}, reason: a tester }}\n"),
    );
    let config = ["--config", "config.yaml"];
    let n = |answer: &Value| answer["basis"]["transactions"].as_u64().unwrap();
    for question in ["acceptance", "bottlenecks", "retries"] {
        let answer = json(&sandbox, &[&["answer", question][..], &config].concat());
        assert_eq!(n(&whole) - n(&answer), first["all"]["n"].as_u64().unwrap());
    }
    let kept = [&["answer", "retries", "--no-exclusions"][..], &config].concat();
    assert_eq!(n(&json(&sandbox, &kept)), n(&whole));
    let page = sandbox.run_ok(&[&["answer", "acceptance"][..], &config].concat());
    let said = format!("(client {client}; a tester)");
    let words: Vec<&str> = page.out.split_whitespace().collect();
    assert!(words.join(" ").contains(&said), "{}", page.out);
}

/// Times of microservices by name, all pictures together.
fn times<'a>(answer: &'a Value, part: &str, microservice: &str) -> &'a Value {
    let mut all = answer["times"].as_array().unwrap().iter();
    let found = all.find(|one| one["microservice"] == microservice && one["image"].is_null());
    &found.unwrap()[part]
}

#[test]
fn bottlenecks_says_what_the_metrics_say_of_times() {
    let sandbox = month("2000", "parallel");
    let rows = ["--where", "outcome = 'accepted'"];
    let answer = json(&sandbox, &[&["answer", "bottlenecks"][..], &rows].concat());
    let metrics = [
        ("service_time_mean", "service", "mean"),
        ("service_time_p50", "service", "p50"),
        ("service_time_p99", "service", "p99"),
        ("queue_time_mean", "queue", "mean"),
        ("queue_time_p95", "queue", "p95"),
        ("run_time_mean", "both", "mean"),
        ("run_time_p95", "both", "p95"),
    ];
    let ids = metrics.map(|(id, _, _)| id);
    let got = [&["metrics", "get"][..], &ids, &["--by", "microservice"]].concat();
    let got = json(&sandbox, &[&got[..], &rows].concat());
    for (place, (metric, part, figure)) in metrics.iter().enumerate() {
        let rows = got["answers"][place]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 10, "{metric}");
        // A microservice without a queue has no queue time.
        for row in rows.iter().filter(|row| row["n"] != 0) {
            let name = row["dimensions"][0].as_str().unwrap();
            let mine = times(&answer, part, name);
            assert_eq!(mine["n"], row["n"], "{metric} {name}");
            assert_near(&mine[figure], &row["value"], metric);
        }
    }
    let total = json(
        &sandbox,
        &[&["metrics", "get", "total_time_p95"][..], &rows].concat(),
    );
    assert_near(
        &answer["path"]["total"]["p95"],
        &total["answers"][0]["total"]["value"],
        "total",
    );
}

/// How many claims of the card the data contradict.
fn contradicted(answer: &Value) -> usize {
    let test = &answer["test"];
    let all = [&test["steps"], &test["groups"]];
    let verdicts = all.iter().flat_map(|some| some.as_array().unwrap());
    verdicts
        .filter(|one| one["verdict"] == "contradicted")
        .count()
}

#[test]
fn the_planted_bottleneck_is_found_and_the_card_stands_where_it_is_right() {
    let sandbox = month("6000", "parallel");
    let truth: Value = serde_json::from_str(&sandbox.read("truth.json")).unwrap();
    let answer = json(&sandbox, &["answer", "bottlenecks"]);
    let most = answer["path"]["microservices"].as_array().unwrap().iter();
    let most = most.max_by(|one, other| {
        let low = |one: &Value| one["share_of_total"]["low"].as_f64().unwrap();
        low(one).total_cmp(&low(other))
    });
    assert_eq!(most.unwrap()["microservice"], truth["bottleneck"]);
    // The card leaves the order of anti-spoofing open; the path that was planted lies between.
    let planted = truth["path_ms"].as_f64().unwrap() / 6000.0;
    let path = &answer["path"]["path_mean"];
    assert!(
        path["low"].as_f64().unwrap() <= planted + 1e-6,
        "{path} {planted}"
    );
    assert!(
        path["high"].as_f64().unwrap() >= planted - 1e-6,
        "{path} {planted}"
    );
    assert_eq!(contradicted(&answer), 0, "{}", answer["test"]);
}

#[test]
fn the_verdict_on_the_cards_pipeline_turns_where_work_runs_otherwise() {
    for pipeline in ["serial", "quality-serial"] {
        let sandbox = month("6000", pipeline);
        let answer = json(&sandbox, &["answer", "bottlenecks"]);
        let groups = answer["test"]["groups"].as_array().unwrap();
        let quality = groups
            .iter()
            .find(|one| one["members"].as_array().unwrap().contains(&"topiq".into()))
            .unwrap();
        assert_eq!(quality["finding"], "one_after_other", "{pipeline}");
        assert_eq!(quality["verdict"], "contradicted", "{pipeline}");
        let page = sandbox.run_ok(&["answer", "bottlenecks"]);
        assert!(page.out.contains("CAUTION"), "{}", page.out);
    }
}

#[test]
fn a_table_is_csv_by_its_name_and_an_unknown_one_is_told_with_those_there_are() {
    let sandbox = month("300", "parallel");
    let csv = sandbox.run_ok(&["answer", "bottlenecks", "--table", "what_if", "--csv"]);
    let mut lines = csv.out.lines();
    assert_eq!(
        lines.next(),
        Some(
            "microservice,case,saved_mean_ms_low,saved_mean_ms_high,saved_p50_ms_low,\
             saved_p50_ms_high,saved_share_low,saved_share_high,total_mean_ms_low,\
             total_mean_ms_high,total_p95_ms_low,total_p95_ms_high"
        )
    );
    // Ten microservices, four cases.
    assert_eq!(lines.count(), 40);
    let said = sandbox.run(&["answer", "acceptance", "--table", "what_if"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("it has rates, funnel, reasons"),
        "{}",
        said.err
    );
    let said = sandbox.run(&["answer", "acceptance", "--by", "documento"]);
    assert_eq!(said.code, Some(2));
    let said = sandbox.run(&["answer", "retries", "--json", "--csv"]);
    assert_eq!(said.code, Some(2));
}

#[test]
fn an_empty_lake_has_an_answer_that_says_so() {
    let sandbox = Sandbox::new();
    sandbox.write("nothing.ndjson", "");
    sandbox.run_ok(&["run", "nothing.ndjson"]);
    for question in ["acceptance", "bottlenecks", "retries"] {
        let said = sandbox.run_ok(&["answer", question, "--lang", "es"]);
        assert!(said.out.starts_with('¿'), "{}", said.out);
        assert!(said.out.lines().count() >= 3, "{}", said.out);
    }
}
