//! Scenarios: what changes, and what is refused where.

use veriscope_base::ErrorClass;
use veriscope_simulate::{Options, Scenario, SimulateError, Simulation};

fn fault(text: &str) -> String {
    let error = Scenario::parse(text).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration);
    error.to_string()
}

#[test]
fn an_empty_text_is_the_published_month() {
    let month = Scenario::published_month().unwrap();
    assert_eq!(Scenario::parse("").unwrap(), month);
    assert_eq!(Scenario::parse("# nothing\n\n").unwrap(), month);
    assert_eq!(Scenario::parse("base: published_month").unwrap(), month);
}

#[test]
fn mappings_are_merged_and_lists_replaced() {
    let scenario = Scenario::parse(
        "days: 7\npersons: { new_share: 0.5 }\ncauses: []\nsegments: { bulk: null }\n",
    )
    .unwrap();
    let month = Scenario::published_month().unwrap();
    assert_eq!(scenario.days, 7);
    assert!((scenario.persons.new_share - 0.5).abs() < 1e-9);
    assert_eq!(
        scenario.persons.processes_per_outsize_identity,
        month.persons.processes_per_outsize_identity
    );
    assert!(scenario.causes.is_empty() && !month.causes.is_empty());
    assert_eq!(scenario.segments.len(), month.segments.len() - 1);
}

#[test]
fn faults_are_told_with_their_line() {
    for (text, parts) in [
        (
            "days: 7\ncolour: red\n",
            &["line 2", "unknown field `colour`"][..],
        ),
        (
            "persons:\n  old_share: 1\n",
            &["line 2", "unknown field `old_share`"],
        ),
        ("days: many\n", &["line 1", "expected u32"]),
        ("days: 0\n", &["line 1", "`days`", "1 to 366000"]),
        (
            "\npersons:\n  new_share: 1.5\n",
            &["line 3", "`persons.new_share`", "between 0 and 1"],
        ),
        ("start: tomorrow\n", &["line 1", "`start`", "2025-01-31"]),
        ("pipeline: sideways\n", &["line 1", "quality-serial"]),
        (
            "gaps:\n  start: [1, 2, 3, 4, 5, 6, 5, 8, 9, 10, 11]\n",
            &["line 2", "must ascend"],
        ),
        (
            "gaps:\n  start: [1, 2, 3]\n",
            &["line 1", "invalid length 3"],
        ),
        (
            "microservice_factors: { warp: 2 }\n",
            &["line 1", "no such microservice"],
        ),
        (
            "causes: [{ feature: device, value: x, loss: 2, code: \"0302\" }]\n",
            &["line 1", "between 0 and 1"],
        ),
        (
            "causes: [{ feature: mood, value: x, loss: 1, code: \"0302\" }]\n",
            &["line 1", "unknown variant `mood`"],
        ),
        (
            "policy_changes: [{ from_day: 1, loss: 0.1, code: \"9999\" }]\n",
            &["line 1", "`9999`"],
        ),
        (
            "policy_changes: [{ client: nobody, from_day: 1, loss: 0.1, code: \"0302\" }]\n",
            &["`nobody`"],
        ),
        ("releases: []\n", &["line 1", "day 0"]),
        (
            "segments: { phone: { days: [1, 2] } }\n",
            &["line 1", "31 weights"],
        ),
        (
            "segments: { phone: { clients: { nobody: 1 } } }\n",
            &["line 1", "`nobody`"],
        ),
        (
            "segments: { phone: { sizes: { big: 1 } } }\n",
            &["line 1", "590x896"],
        ),
        (
            "segments: { phone: { scores: none } }\n",
            &["line 1", "`none`"],
        ),
        ("base: another\n", &["line 1", "published_month"]),
        ("- 1\n- 2\n", &["a mapping"]),
        ("days: [\n", &["no YAML"]),
    ] {
        let message = fault(text);
        for part in parts {
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let options = Options {
        days: Some(0),
        ..Options::default()
    };
    let error = Simulation::new(Scenario::published_month().unwrap(), options).unwrap_err();
    assert!(matches!(error, SimulateError::Days { days: 0 }));
    assert_eq!(error.class(), ErrorClass::Usage);
    let error = "csv".parse::<veriscope_simulate::Format>().unwrap_err();
    assert!(error.to_string().contains("ndjson, json, ejson"));
}
