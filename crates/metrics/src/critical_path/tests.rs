//! The kernel against answers worked by hand and a plain implementation, row by row.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use proptest::prelude::*;
use veriscope_card::{Card, Step};

use super::{Bottlenecks, LANE, PathModel, PathTally};

const VERIFACE: &str = include_str!("../../../../cards/veriface.yaml");

fn card() -> Card {
    Card::parse(VERIFACE).unwrap()
}

/// Rows of (total, service time of each run), in the order of the pipeline.
type Row = (Option<i64>, Vec<Option<i64>>);

/// A batch in which nothing queues.
fn batch(model: &PathModel, rows: &[Row]) -> RecordBatch {
    let mut columns: Vec<(&str, Vec<Option<i64>>)> = Vec::new();
    columns.push((
        model.total.as_deref().unwrap(),
        rows.iter().map(|row| row.0).collect(),
    ));
    for (run, names) in model.runs().iter().enumerate() {
        columns.push((&names.service, rows.iter().map(|row| row.1[run]).collect()));
        if let Some(queue) = &names.queue {
            columns.push((queue, vec![None; rows.len()]));
        }
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, _)| Field::new(*name, DataType::Int64, true))
        .collect();
    let arrays: Vec<ArrayRef> = columns
        .into_iter()
        .map(|(_, values)| Arc::new(Int64Array::from(values)) as ArrayRef)
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn tally(model: &PathModel, rows: &[Row]) -> Bottlenecks {
    let mut tally = PathTally::new(model);
    tally.update(model, &batch(model, rows)).unwrap();
    tally.finish(model)
}

/// One row of veriface by (microservice, picture or "", ms); the rest did not run.
fn row(model: &PathModel, total: i64, times: &[(&str, &str, i64)]) -> Row {
    let of = |run: &super::Run| {
        times
            .iter()
            .find(|(name, image, _)| {
                *name == run.microservice && *image == run.image.as_deref().unwrap_or("")
            })
            .map(|(_, _, time)| *time)
    };
    (Some(total), model.runs().iter().map(of).collect())
}

fn of<'a>(found: &'a Bottlenecks, name: &str) -> &'a super::MicroserviceOnPath {
    found
        .microservices
        .iter()
        .find(|one| one.microservice == name)
        .unwrap()
}

fn close(found: Option<super::Ranged>, low: f64, high: f64) {
    let found = found.unwrap();
    assert!(
        (found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9,
        "{found:?}, not {low} to {high}"
    );
}

/// Near: accessory 30, face 40. Far: 20 and 60: the far branch (80) is longer by 10.
/// Quality near: liqe 100, topiq 100 (a tie), classic 50. Far: topiq 10 alone.
/// Geometry 5. Anti-spoofing near: 20, 30, 40, 10: 40 at once, 100 in series.
fn whole(model: &PathModel) -> Row {
    row(
        model,
        500,
        &[
            ("accessory_detector", "near", 30),
            ("face_detector", "near", 40),
            ("accessory_detector", "far", 20),
            ("face_detector", "far", 60),
            ("liqe", "near", 100),
            ("topiq", "near", 100),
            ("classic_metrics", "near", 50),
            ("topiq", "far", 10),
            ("geometry_check", "", 5),
            ("as_35_selfies", "near", 20),
            ("ibeta2_crops", "near", 30),
            ("ibeta2_full", "near", 40),
            ("ibeta2_clip", "near", 10),
        ],
    )
}

#[test]
fn a_row_worked_by_hand_is_followed() {
    let model = PathModel::of(&card()).unwrap();
    assert_eq!(model.alternatives(), 2);
    let found = tally(&model, &[whole(&model)]);
    // 80 + (100 + 10) + 5 + (40 or 100).
    close(found.path_mean, 235.0, 295.0);
    close(found.remainder.path, 205.0, 265.0);
    // The sum is 30+40+20+60+100+100+50+10+5+100 = 515.
    assert!((found.remainder.serial.unwrap().mean - -15.0).abs() < 1e-9);
    // Far alone is on the path: 20 of 500.
    close(of(&found, "accessory_detector").share_of_total, 0.04, 0.04);
    // Of the tie each has half; topiq has its 10 far as well.
    close(of(&found, "liqe").share_of_total, 0.1, 0.1);
    close(of(&found, "topiq").share_of_total, 0.12, 0.12);
    close(of(&found, "classic_metrics").share_of_total, 0.0, 0.0);
    close(of(&found, "ibeta2_crops").share_of_total, 0.0, 0.06);
    close(of(&found, "ibeta2_full").share_of_total, 0.08, 0.08);
    // TOPIQ takes 110 in all, more than any other.
    assert_eq!(of(&found, "topiq").longest, Some(1.0));
    assert_eq!(of(&found, "liqe").longest, Some(0.0));
    let slack = |name: &str, image: &str| {
        found
            .runs
            .iter()
            .find(|run| run.microservice == name && run.image.as_deref() == Some(image))
            .unwrap()
            .slack_ms
    };
    close(slack("accessory_detector", "near"), 10.0, 10.0);
    close(slack("classic_metrics", "near"), 50.0, 50.0);
    close(slack("ibeta2_clip", "near"), 0.0, 30.0);
    assert!(slack("liqe", "far").is_none());
}

#[test]
fn what_would_be_saved_follows_the_changed_path() {
    let model = PathModel::of(&card()).unwrap();
    let found = tally(&model, &[whole(&model)]);
    let saved = |name: &str, percent: u8| {
        let table = found
            .what_if
            .iter()
            .find(|one| one.microservice == name)
            .unwrap();
        let case = table
            .cases
            .iter()
            .find(|case| case.faster_percent == percent)
            .unwrap();
        (case.saved_mean, case.total_p95)
    };
    // The tie with topiq leaves nothing to save with liqe.
    close(saved("liqe", 100).0, 0.0, 0.0);
    // Half of topiq: near still 100 (liqe), far 5 less.
    close(saved("topiq", 50).0, 5.0, 5.0);
    // Without faces: near 30, far 20 instead of 80.
    close(saved("face_detector", 100).0, 50.0, 50.0);
    // Full removed: 40 to 30 at once, 40 less in series.
    close(saved("ibeta2_full", 100).0, 10.0, 40.0);
    close(saved("ibeta2_full", 100).1, 460.0, 490.0);
}

#[test]
fn nothing_run_and_no_total_and_no_rows() {
    let model = PathModel::of(&card()).unwrap();
    let none = vec![None; model.runs().len()];
    let found = tally(&model, &[(Some(100), none.clone()), (None, none.clone())]);
    assert_eq!((found.transactions, found.without_total), (1, 1));
    close(found.path_mean, 0.0, 0.0);
    close(found.path_longer, 0.0, 0.0);
    assert_eq!(of(&found, "liqe").n, 0);
    assert_eq!(of(&found, "liqe").longest, Some(0.0));

    let found = tally(&model, &[]);
    assert_eq!((found.transactions, found.total), (0, None));
    assert!(found.path_mean.is_none());
}

#[test]
fn a_zero_duration_is_on_the_path_where_nothing_longer_ran() {
    let model = PathModel::of(&card()).unwrap();
    let found = tally(
        &model,
        &[row(&model, 9, &[("liqe", "near", 0), ("topiq", "near", 0)])],
    );
    close(of(&found, "liqe").on_path, 1.0, 1.0);
    assert_eq!(of(&found, "liqe").longest, Some(0.5));
    close(of(&found, "classic_metrics").on_path, 0.0, 0.0);
}

#[test]
fn a_missing_column_is_named() {
    let model = PathModel::of(&card()).unwrap();
    let batch = batch(&model, &[whole(&model)]).project(&[0, 1]).unwrap();
    let error = PathTally::new(&model).update(&model, &batch).unwrap_err();
    assert!(
        error.to_string().contains("is missing; select it"),
        "{error}"
    );
}

/// The plain implementation: the length of a step in one row, undecided groups as told.
fn length(step: &Step, times: &dyn Fn(&str, Option<&str>) -> Option<f64>, serial: bool) -> f64 {
    let members = |steps: &[Step]| -> Vec<f64> {
        steps
            .iter()
            .map(|step| length(step, times, serial))
            .collect()
    };
    let most = |lengths: Vec<f64>| lengths.into_iter().fold(0.0, f64::max);
    match step {
        Step::Run {
            microservice,
            image,
        } => times(microservice, image.as_deref()).unwrap_or(0.0),
        Step::Untimed { .. } => 0.0,
        Step::Series(steps) => members(steps).iter().sum(),
        Step::Parallel(steps) => most(members(steps)),
        Step::Undecided(steps) if serial => members(steps).iter().sum(),
        Step::Undecided(steps) => most(members(steps)),
    }
}

fn plain(
    card: &Card,
    model: &PathModel,
    row: &Row,
    serial: bool,
    faster: Option<(&str, f64)>,
) -> f64 {
    let times = |name: &str, image: Option<&str>| {
        let run = model
            .runs()
            .iter()
            .position(|run| run.microservice == name && run.image.as_deref() == image)?;
        let part = faster.map_or(
            1.0,
            |(one, part)| if one == name { 1.0 - part } else { 1.0 },
        );
        Some(row.1[run]? as f64 * part)
    };
    length(&Step::Series(card.pipeline.steps.clone()), &times, serial)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let time = prop_oneof![
        Just(None),
        (0_i64..6).prop_map(Some),
        (0_i64..900).prop_map(Some)
    ];
    let row = (
        prop_oneof![9 => (0_i64..5000).prop_map(Some), 1 => Just(None)],
        prop::collection::vec(time, 19),
    );
    prop::collection::vec(row, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lengths_and_savings_are_those_of_a_plain_recursion(rows in rows()) {
        let card = card();
        let model = PathModel::of(&card).unwrap();
        prop_assert_eq!(model.runs().len(), 19);
        let found = tally(&model, &rows);
        let timed: Vec<&Row> = rows.iter().filter(|row| row.0.is_some()).collect();
        let mean = |value: &dyn Fn(&Row) -> f64| {
            timed.iter().map(|row| value(row)).sum::<f64>() / timed.len() as f64
        };
        let Some(path) = found.path_mean else {
            prop_assert!(timed.is_empty());
            return Ok(());
        };
        let at_once = mean(&|row| plain(&card, &model, row, false, None));
        let serial = mean(&|row| plain(&card, &model, row, true, None));
        prop_assert!((path.low - at_once).abs() < 1e-6 && (path.high - serial).abs() < 1e-6);
        for what_if in &found.what_if {
            for case in &what_if.cases {
                let part = f64::from(case.faster_percent) / 100.0;
                let faster = Some((what_if.microservice.as_str(), part));
                let saved = |serial: bool| mean(&|row| {
                    plain(&card, &model, row, serial, None) - plain(&card, &model, row, serial, faster)
                });
                let (one, other) = (saved(false), saved(true));
                let range = case.saved_mean.unwrap();
                prop_assert!((range.low - one.min(other)).abs() < 1e-6, "{what_if:?}");
                prop_assert!((range.high - one.max(other)).abs() < 1e-6, "{what_if:?}");
            }
        }
    }

    #[test]
    fn a_scenario_of_several_is_a_plain_recursion_over_them(rows in rows()) {
        let (card, model) = (card(), PathModel::of(&card()).unwrap());
        let place = |name: &str| model.microservices().iter().position(|one| one == name).unwrap();
        let faster = [(place("topiq"), 0.5), (place("face_detector"), 1.0)];
        let scenario = model.scenario(&batch(&model, &rows), &faster).unwrap();
        let timed: Vec<&Row> = rows.iter().filter(|row| row.0.is_some()).collect();
        prop_assert_eq!(scenario.is_some(), !timed.is_empty());
        let Some(scenario) = scenario else { return Ok(()) };
        let mean = |serial: bool| {
            let total = |row: &&Row| {
                let mut less = (*row).clone();
                for (run, time) in model.runs().iter().zip(&mut less.1) {
                    *time = match run.microservice.as_str() {
                        "topiq" => time.map(|time| time * 5),
                        "face_detector" => time.map(|_| 0),
                        _ => time.map(|time| time * 10),
                    };
                }
                let before = plain(&card, &model, row, serial, None);
                let after = plain(&card, &model, &less, serial, None) / 10.0;
                (row.0.unwrap() as f64 - (before - after)).max(0.0)
            };
            timed.iter().map(total).sum::<f64>() / timed.len() as f64
        };
        let expected = [mean(false), mean(true)];
        prop_assert!(scenario.mean.low <= expected[0].min(expected[1]) + 1e-6);
        prop_assert!(scenario.mean.high >= expected[0].max(expected[1]) - 1e-6);
        prop_assert!((scenario.saved_mean.low - (scenario.before.mean - scenario.mean.high)).abs() < 1e-6);
    }

    #[test]
    fn times_on_the_path_add_up_to_it(rows in rows()) {
        let model = PathModel::of(&card()).unwrap();
        let followed = model.follow(&batch(&model, &rows)).unwrap();
        let column = |name: &str| {
            followed.column_by_name(name).unwrap().as_primitive::<Float64Type>().clone()
        };
        prop_assert_eq!(followed.num_rows(), rows.len());
        let (low, high) = (column("path_ms_low"), column("path_ms_high"));
        let parts: Vec<_> = model
            .microservices()
            .iter()
            .map(|name| (column(&format!("{name}_path_ms_low")), column(&format!("{name}_path_ms_high"))))
            .collect();
        for (row, given) in rows.iter().enumerate() {
            prop_assert_eq!(low.is_null(row), given.0.is_none());
            if low.is_null(row) {
                continue;
            }
            let lows: f64 = parts.iter().map(|part| part.0.value(row)).sum();
            let highs: f64 = parts.iter().map(|part| part.1.value(row)).sum();
            prop_assert!(lows <= low.value(row) + 1e-6);
            prop_assert!(high.value(row) <= highs + 1e-6);
        }
    }

    #[test]
    fn batches_may_be_cut_anywhere_and_parts_merged(rows in rows(), cut in 0_usize..40) {
        let model = PathModel::of(&card()).unwrap();
        let cut = cut.min(rows.len());
        let mut first = PathTally::new(&model);
        first.update(&model, &batch(&model, &rows[..cut])).unwrap();
        let mut second = PathTally::new(&model);
        second.update(&model, &batch(&model, &rows[cut..])).unwrap();
        first.merge(&second);
        let (parts, whole) = (first.finish(&model), tally(&model, &rows));
        prop_assert_eq!(parts.transactions, whole.transactions);
        for (one, other) in parts.what_if.iter().zip(&whole.what_if) {
            for (one, other) in one.cases.iter().zip(&other.cases) {
                prop_assert_eq!(one.saved_p50, other.saved_p50);
                prop_assert_eq!(one.total_p95, other.total_p95);
            }
        }
    }
}

#[test]
fn more_rows_than_a_lane_are_all_followed() {
    let model = PathModel::of(&card()).unwrap();
    let rows: Vec<Row> = (0..LANE * 3 + 7).map(|_| whole(&model)).collect();
    let found = tally(&model, &rows);
    assert_eq!(found.transactions, u64::try_from(rows.len()).unwrap());
    close(found.path_mean, 235.0, 295.0);
    // All totals alike: the line has no slope to find.
    assert!(found.remainder.slope.is_none());
}

#[test]
fn a_waterfall_puts_runs_where_the_pipeline_lets_them_begin() {
    let model = PathModel::of(&card()).unwrap();
    let times = [
        ("accessory_detector", "near", 40),
        ("accessory_detector", "far", 70),
        ("face_detector", "near", 30),
        ("face_detector", "far", 20),
    ];
    let batch = batch(&model, &[(None, vec![None; 19]), row(&model, 500, &times)]);
    let bars = model.schedule(&batch, 1).unwrap();
    let said: Vec<(&str, &str, f64, f64, bool)> = bars
        .iter()
        .map(|bar| {
            let run = &model.runs()[bar.run];
            let image = run.image.as_deref().unwrap_or("");
            (
                run.microservice.as_str(),
                image,
                bar.start_ms,
                bar.service_ms,
                bar.on_path,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("accessory_detector", "near", 0.0, 40.0, false),
            ("face_detector", "near", 40.0, 30.0, false),
            ("accessory_detector", "far", 0.0, 70.0, true),
            ("face_detector", "far", 70.0, 20.0, true),
        ]
    );
    assert!(model.schedule(&batch, 0).unwrap().is_empty());
}
