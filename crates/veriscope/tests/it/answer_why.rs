//! `answer why` of the real binary: what was planted is found first, and what people read.

use serde_json::Value;

use crate::support::Sandbox;

/// A sandbox with a lake of a simulated month.
fn month(scenario: &str, transactions: &str, seed: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("scenario.yaml", scenario);
    let words = ["simulate", "--no-landmarks", "--out", "month.zst"];
    let size = ["--transactions", transactions, "--seed", seed];
    let scenario = ["--scenario", "scenario.yaml"];
    sandbox.run_ok(&[&words[..], &size, &scenario].concat());
    sandbox.run_ok(&["run", "month.zst", "--quiet"]);
    sandbox
}

fn why(sandbox: &Sandbox, words: &[&str]) -> Value {
    let said = sandbox.run_ok(&[&["answer", "why", "--json"], words].concat());
    serde_json::from_str(&said.out).unwrap()
}

fn names(answer: &Value, list: &str) -> Vec<String> {
    let found = answer[list].as_array().unwrap();
    let name = |one: &Value| one["column"].as_str().unwrap().to_owned();
    found.iter().map(name).collect()
}

/// A browser in which many more are refused for blur; its name is anything but plain.
const BROWSER: &str = r#"
base: null_month
devices: { phone model D: { browser: "Opera \"<b>mini</b>\" 'ñ'" } }
causes: [{ feature: browser, value: "Opera \"<b>mini</b>\" 'ñ'", loss: 0.4, code: "0302" }]
"#;

/// A country from which everything takes longer.
const COUNTRY: &str = r#"
base: null_month
countries: { CO: 8, VE: 2 }
causes: [{ feature: country, value: VE, loss: 0, code: "0302", time_factor: 1.4 }]
"#;

/// A release with a slower microservice.
const RELEASE: &str = r#"
base: null_month
releases:
  - { hash: 1c0ffee, from_day: 0 }
  - { hash: 2decade, from_day: 12, factors: { topiq: 3 } }
"#;

#[test]
fn planted_causes_come_first() {
    let planted = [
        (
            BROWSER,
            &["outcome = 'rejected'", "summary_code = 302"][..],
            "browser",
        ),
        (COUNTRY, &["total_time_ms > 2000"], "country"),
        (RELEASE, &["total_time_ms > 2500"], "api_hash"),
    ];
    for seed in ["2", "7"] {
        for (scenario, conditions, cause) in planted {
            let sandbox = month(scenario, "3000", seed);
            for condition in conditions {
                let answer = why(&sandbox, &["--where", condition]);
                let first = &answer["found"][0];
                assert_eq!(first["column"], cause, "{seed} {condition}");
                assert!(first["p_adjusted"].as_f64().unwrap() < 0.001, "{first}");
                assert_eq!(first["effect_name"], "cramers_v");
            }
        }
    }
}

/// The shares of an answer are those of a query over the same rows.
#[test]
fn shares_and_counts_are_those_of_the_rows() {
    let sandbox = month(BROWSER, "2000", "3");
    let answer = why(&sandbox, &["--where", "outcome = 'rejected'"]);
    let sql = "SELECT count(*) FILTER (WHERE outcome = 'rejected') AS n, \
               count(DISTINCT documento) FILTER (WHERE outcome = 'rejected') AS persons, \
               count(*) FILTER (WHERE outcome = 'rejected' AND browser LIKE 'Opera%') AS opera, \
               count(*) FILTER (WHERE outcome <> 'rejected' AND browser LIKE 'Opera%') AS rest, \
               count(*) AS total FROM attempts";
    let said = sandbox.run_ok(&["sql", sql, "--format", "ndjson"]);
    let row: Value = serde_json::from_str(said.out.trim()).unwrap();
    let selection = &answer["selection"];
    assert_eq!(
        (&selection["n"], &selection["persons"]),
        (&row["n"], &row["persons"])
    );
    let both = selection["n"].as_u64().unwrap() + answer["against"]["n"].as_u64().unwrap();
    assert_eq!(row["total"], both);
    let found = &answer["found"][0];
    let categories = found["categories"].as_array().unwrap();
    let opera = categories
        .iter()
        .find(|one| one["value"] == "Opera \"<b>mini</b>\" 'ñ'");
    let opera = opera.unwrap();
    // Of a person with more than 2 % of a side some rows were not compared.
    let thinned =
        selection["n"].as_u64().unwrap() - answer["compared"]["selected"].as_u64().unwrap();
    assert!(thinned < 20, "{thinned}");
    let all = row["opera"].as_u64().unwrap();
    let compared = opera["selected_n"].as_u64().unwrap();
    assert!(
        compared <= all && compared + thinned >= all,
        "{compared} {all} {thinned}"
    );
    let share = opera["selected"].as_f64().unwrap();
    let expected = compared as f64 / answer["compared"]["selected"].as_f64().unwrap();
    assert!((share - expected).abs() < 1e-12, "{share} {expected}");
    let sum: f64 = categories
        .iter()
        .map(|one| one["selected"].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    for name in ["outcome", "summary_status", "code_liqe_near_img", "is_last"] {
        assert!(
            !names(&answer, "found").contains(&name.to_owned()),
            "{name}"
        );
    }
}

#[test]
fn the_other_side_can_be_chosen_and_the_days_too() {
    let sandbox = month(COUNTRY, "2000", "4");
    let against = [
        "--where",
        "country = 'VE'",
        "--against",
        "country = 'CO' and hour > 10",
    ];
    let days = ["--from", "2025-01-05", "--to", "2025-01-25"];
    let answer = why(&sandbox, &[&against[..], &days].concat());
    assert_eq!(answer["against"]["words"], "country = 'CO' and hour > 10");
    let found = names(&answer, "found");
    assert!(found.contains(&"total_time_ms".to_owned()), "{found:?}");
    // Named by a condition: hour.
    assert!(
        !found.iter().any(|one| one == "hour" || one == "country"),
        "{found:?}"
    );
    let total = answer["found"].as_array().unwrap().iter();
    let total = total
        .clone()
        .find(|one| one["column"] == "total_time_ms")
        .unwrap();
    assert!(total["medians"]["selected"].as_f64() > total["medians"]["against"].as_f64());
    assert!(!total["bins"].as_array().unwrap().is_empty());
}

#[test]
fn a_selection_of_nothing_or_of_everything_is_told_as_wrong_use() {
    let sandbox = month(COUNTRY, "200", "1");
    for (words, message) in [
        (
            &["--where", "hour > 30"][..],
            "keeps none of 200 transactions",
        ),
        (&["--where", "hour >= 0"], "keeps all of 200 transactions"),
        (
            &["--where", "hour < 12", "--against", "hour < 6"],
            "the other condition keeps none",
        ),
        (&["--where", "no_such = 1"], "has no column"),
        (
            &["--where", "hour < 12", "--from", "2031-01-01"],
            "no transactions",
        ),
        (&[], "--where"),
    ] {
        let said = sandbox.run(&[&["answer", "why"], words].concat());
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(message), "{message}: {said:?}");
    }
}

#[test]
fn pages_hold_what_was_found_in_both_languages_and_all_forms() {
    let sandbox = month(BROWSER, "2000", "5");
    let words = ["answer", "why", "--where", "outcome = 'rejected'"];
    // Where lines end is no part of what they say.
    let flowing = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let english = flowing(sandbox.run_ok(&words).out);
    assert!(english.contains("What goes with it"), "{english}");
    assert!(
        english.contains("browser is Opera \"<b>mini</b>\" 'ñ' in "),
        "{english}"
    );
    let spanish = sandbox
        .run_ok(&[&words[..], &["--lang", "es"]].concat())
        .out;
    assert!(spanish.contains("Qué la acompaña"), "{spanish}");
    assert!(spanish.contains("de la selección y en el "), "{spanish}");
    let markdown = sandbox
        .run_ok(&[&words[..], &["--md", "--explain"]].concat())
        .out;
    assert!(
        markdown.contains("Holm") && !markdown.replace("\\<", "").contains('<'),
        "{markdown}"
    );
    let csv = sandbox
        .run_ok(&[&words[..], &["--csv", "--table", "browser"]].concat())
        .out;
    assert!(csv.starts_with("value,side,share,n\n"), "{csv}");
}
