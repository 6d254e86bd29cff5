//! The truth beside a recount of the documents.

use std::collections::{BTreeMap, BTreeSet};

use veriscope_simulate::{MICROSERVICES, Options, Pipeline, Scenario};

use crate::support::{PER_PICTURE, Row, documents, last_attempts, options};

#[test]
fn the_truth_agrees_with_a_recount() {
    let scenario = Scenario::published_month().unwrap();
    let (documents, truth) = documents(&scenario, options(21, 5_000));
    let rows: Vec<Row> = documents.iter().map(Row::of).collect();
    let last = last_attempts(&rows);
    let accepted = |rows: &[&Row]| rows.iter().filter(|row| row.accepted).count() as u64;
    let all: Vec<&Row> = rows.iter().collect();
    assert_eq!(truth.counts.transactions, 5_000);
    assert_eq!(truth.counts.accepted, accepted(&all));
    assert_eq!(truth.counts.processes, last.len() as u64);
    assert_eq!(truth.counts.last_accepted, accepted(&last));
    let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
    let mut by_day: BTreeMap<String, u64> = BTreeMap::new();
    for row in &rows {
        *by_code.entry(&row.code).or_default() += 1;
        *by_day.entry(row.date[..10].to_owned()).or_default() += 1;
    }
    assert_eq!(truth.by_code, by_code);
    assert_eq!(truth.by_day, by_day);
    let mut last_by_code: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &last {
        *last_by_code.entry(&row.code).or_default() += 1;
    }
    assert_eq!(truth.last_by_code, last_by_code);
    for (client, counts) in &truth.by_client {
        let own: Vec<&Row> = all
            .iter()
            .filter(|row| row.client == *client)
            .copied()
            .collect();
        let own_last: Vec<&Row> = last
            .iter()
            .filter(|row| row.client == *client)
            .copied()
            .collect();
        assert_eq!(counts.transactions, own.len() as u64);
        assert_eq!(counts.accepted, accepted(&own));
        assert_eq!(counts.processes, own_last.len() as u64);
        assert_eq!(counts.last_accepted, accepted(&own_last));
    }
    let persons: BTreeSet<&str> = rows.iter().map(|row| row.person.as_str()).collect();
    assert_eq!(truth.persons.persons, persons.len() as u64);
    let releases: Vec<u64> = truth
        .releases
        .iter()
        .map(|release| release.transactions)
        .collect();
    for (release, transactions) in truth.releases.iter().zip(releases) {
        let own = documents
            .iter()
            .filter(|document| document["api_hash"] == release.hash.as_str());
        assert_eq!(own.count() as u64, transactions);
    }
}

#[test]
fn retries_and_repeats_are_told_apart() {
    let (documents, truth) = documents(&Scenario::published_month().unwrap(), options(22, 4_000));
    let mut accepted: BTreeMap<String, bool> = BTreeMap::new();
    let (mut retries, mut repeats, mut first_accepted) = (0, 0, 0);
    for row in documents.iter().map(Row::of) {
        match accepted.get(&row.process) {
            None => first_accepted += u64::from(row.accepted),
            Some(true) => repeats += 1,
            Some(false) => retries += 1,
        }
        *accepted.entry(row.process).or_default() |= row.accepted;
    }
    let ever_accepted = accepted.values().filter(|accepted| **accepted).count() as u64;
    assert_eq!(truth.attempts.retries, retries);
    assert_eq!(truth.attempts.repeats, repeats);
    assert_eq!(truth.attempts.ever_accepted, ever_accepted);
    assert_eq!(truth.counts.first_accepted, first_accepted);
    let never = accepted.len() as u64 - ever_accepted;
    assert!(truth.attempts.abandoned <= never);
    assert!(never - truth.attempts.abandoned <= truth.attempts.cut_off);
}

#[test]
fn times_of_the_truth_are_those_of_the_documents() {
    for pipeline in Pipeline::ALL {
        let options = Options {
            pipeline: Some(pipeline),
            ..options(23, 600)
        };
        let (documents, truth) = documents(&Scenario::published_month().unwrap(), options);
        let rows: Vec<Row> = documents.iter().map(Row::of).collect();
        for name in MICROSERVICES {
            let total_ms: f64 = rows.iter().map(|row| row.total_ms(name)).sum();
            let found = truth.microservices[name];
            assert!(
                ((found.service_ms + found.queue_ms) as f64 - total_ms).abs() < 0.5,
                "{name}"
            );
        }
        let path_ms: f64 = rows.iter().map(|row| path_ms(row, pipeline)).sum();
        assert!((truth.path_ms as f64 - path_ms).abs() < 0.5, "{pipeline}");
        let total_ms: f64 = rows.iter().map(|row| row.measured["total_time_ms"]).sum();
        assert!((truth.total_ms as f64 - total_ms).abs() < 0.5);
        let on_path: i64 = truth
            .microservices
            .values()
            .map(|found| found.on_path_ms)
            .sum();
        assert_eq!(on_path, truth.path_ms);
    }
}

/// The critical path, written down once more, from the words of the manual.
fn path_ms(row: &Row, pipeline: Pipeline) -> f64 {
    let of = |name: &str, picture: &str| -> f64 {
        ["time_ms", "queue_time_ms"]
            .iter()
            .filter_map(|kind| row.measured.get(&format!("{kind}_{name}_{picture}")))
            .sum()
    };
    let pictures = ["near_img", "far_img"];
    let group = |names: &[&str], serial: bool| -> f64 {
        pictures
            .iter()
            .map(|picture| {
                let times = names.iter().map(|name| of(name, picture));
                if serial {
                    times.sum()
                } else {
                    times.fold(0.0, f64::max)
                }
            })
            .sum()
    };
    let checks =
        pictures.map(|picture| of("accessory_detector", picture) + of("face_detector", picture));
    let checks = match pipeline {
        Pipeline::Serial => checks[0] + checks[1],
        _ => checks[0].max(checks[1]),
    };
    let quality_serial = matches!(pipeline, Pipeline::Serial | Pipeline::QualitySerial);
    let antispoofing_serial = matches!(pipeline, Pipeline::Serial | Pipeline::AntispoofingSerial);
    checks
        + group(&PER_PICTURE[2..5], quality_serial)
        + row.total_ms("geometry_check")
        + group(&PER_PICTURE[5..], antispoofing_serial)
}

#[test]
fn a_bottleneck_and_a_slower_release_can_be_planted() {
    let text = "
base: null_month
microservice_factors: { liqe: 6 }
releases:
  - { hash: aaaaaaa, from_day: 0 }
  - { hash: bbbbbbb, from_day: 15, factors: { liqe: 2 } }
";
    let (_, truth) = documents(&Scenario::parse(text).unwrap(), options(24, 2_000));
    assert_eq!(truth.bottleneck, "liqe");
    let means: Vec<f64> = truth
        .releases
        .iter()
        .map(|release| release.total_ms as f64 / release.transactions as f64)
        .collect();
    assert!(means[1] > means[0] * 1.2, "{means:?}");
}

#[test]
fn planted_losses_come_in_their_shares() {
    let text = "
base: null_month
policy_changes: [{ client: client_2, from_day: 10, set: { liqe_thr: 2 }, loss: 0.4, code: \"0302\" }]
causes: [{ feature: device, value: phone model B, loss: 0.25, code: \"0304\" }]
";
    let (documents, truth) = documents(&Scenario::parse(text).unwrap(), options(25, 6_000));
    for (exposed, turned, loss) in [
        (
            truth.policy_changes[0].exposed,
            truth.policy_changes[0].turned,
            0.4,
        ),
        (truth.causes[0].exposed, truth.causes[0].turned, 0.25),
    ] {
        assert!(exposed > 500);
        let share = turned as f64 / exposed as f64;
        let four_errors = 4.0 * (loss * (1.0 - loss) / exposed as f64).sqrt();
        assert!((share - loss).abs() < four_errors, "{share} for {loss}");
    }
    let thresholds: BTreeSet<String> = documents
        .iter()
        .filter(|document| {
            document["user_data"]["convenio"]
                .as_str()
                .is_some_and(|id| id.ends_with('2'))
        })
        .map(|document| {
            document["metadata"]["near_img"]["iqa_heuristics"]["results"]["config"]["liqe_thr"]
                .to_string()
        })
        .filter(|threshold| threshold != "null")
        .collect();
    assert_eq!(thresholds.into_iter().collect::<Vec<_>>(), ["1.2", "2"]);
}

/// With nothing planted, acceptance by client does not differ beyond chance: a chi-square
/// of 5 degrees of freedom, whose 0.1 % point is 20.5 (tables), over several seeds.
#[test]
fn a_null_month_holds_nothing() {
    let scenario = Scenario::null_month().unwrap();
    let mut sum = 0.0;
    for seed in 0..6 {
        let (_, truth) = documents(&scenario, options(seed, 2_000));
        let share = truth.counts.accepted as f64 / truth.counts.transactions as f64;
        let chi_square: f64 = truth
            .by_client
            .values()
            .map(|counts| {
                let expected = counts.transactions as f64 * share;
                (counts.accepted as f64 - expected).powi(2) / (expected * (1.0 - share))
            })
            .sum();
        assert!(chi_square < 20.5, "seed {seed}: {chi_square}");
        sum += chi_square;
        assert_eq!(truth.persons.shared_processes, 0);
        assert_eq!(truth.persons.persons, truth.counts.processes);
    }
    // 30 degrees of freedom in all: 99.8 % of such sums lie between 11.6 and 59.7.
    assert!((11.6..59.7).contains(&sum), "{sum}");
}

#[test]
fn a_cause_can_make_a_country_slower_and_nothing_else() {
    let text = "base: null_month\ncauses: [{ feature: country, value: VE, loss: 0, code: '0302', time_factor: 1.5 }]";
    let slow = Scenario::parse(text).unwrap();
    let plain = Scenario::null_month().unwrap();
    let (slow, truth) = documents(&slow, options(4, 3_000));
    let (plain, _) = documents(&plain, options(4, 3_000));
    let (mut before_ms, mut after_ms) = (0, 0);
    for (slow, plain) in slow.iter().zip(&plain) {
        assert_eq!(slow["summary"], plain["summary"]);
        let country = &slow["user_data"]["trazabilidad"]["Country"];
        let time_ms = |of: &serde_json::Value| of["total_time_ms"].as_i64().unwrap();
        if country == "VE" {
            before_ms += time_ms(plain);
            after_ms += time_ms(slow);
        } else {
            assert_eq!(slow, plain);
        }
    }
    let factor = after_ms as f64 / before_ms as f64;
    assert!((factor - 1.5).abs() < 0.02, "{factor} of {before_ms}");
    let cause = &truth.causes.first().unwrap().planted;
    assert!((cause.time_factor - 1.5).abs() < f64::EPSILON);
}
