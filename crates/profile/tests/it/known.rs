//! What a card adds: sentinels, ranges, outcomes, structural missingness, twins and groups.

use veriscope_card::Card;
use veriscope_profile::{
    AlertCode, ColumnKind, GroupKind, Knowledge, Outcome, Profiled, SampleColumn, Shape,
};

use crate::support::{Table, column, full, near, safe};

/// Twenty accepted transactions, ten that stopped before the far picture was measured, and ten
/// technical errors that stopped before any.
fn transform() -> Table {
    let far = |row: u32| {
        if row < 20 {
            0.5 + f64::from(row) / 100.0
        } else {
            -2.0
        }
    };
    let near = |row: u32| match row {
        0 => -1.0,
        1..30 => 0.4 + f64::from(row) / 100.0,
        _ => -2.0,
    };
    let rows = || 0_u32..40;
    let codes = rows().map(|row| match row {
        0..20 => Some(1400),
        20..30 => Some(302),
        _ => Some(301),
    });
    let numbers = |of: &dyn Fn(u32) -> f64| rows().map(|row| Some(of(row))).collect::<Vec<_>>();
    let statuses: Vec<Option<&str>> = rows()
        .map(|row| Some(if row < 20 { "ok" } else { "error" }))
        .collect();
    Table::default()
        .whole("summary_code", &codes.collect::<Vec<_>>())
        .texts("summary_status", &statuses)
        .numbers("score_topiq_near_img", &numbers(&near))
        .numbers("score_topiq_far_img", &numbers(&far))
        .whole(
            "total_time_ms_liqe",
            &rows()
                .map(|row| Some(i64::from(row % 20)))
                .collect::<Vec<_>>(),
        )
        .whole(
            "total_time_ms",
            &rows()
                .map(|row| Some(i64::from(row) + 900))
                .collect::<Vec<_>>(),
        )
        .instants(
            "date",
            &rows()
                .map(|row| Some(1_736_300_000_000_000 + i64::from(row) * 60_000_000))
                .collect::<Vec<_>>(),
        )
}

fn profiled() -> Profiled {
    transform().profile(
        &Knowledge::of_card(&Card::builtin().unwrap(), Shape::Transform),
        &safe(),
    )
}

#[test]
fn sentinels_and_impossible_values_are_counted_apart_and_left_out() {
    let profiled = profiled();
    let near_img = column(&profiled, "score_topiq_near_img");
    let counts = near_img.counts;
    assert_eq!(
        (counts.present, counts.sentinel, counts.out_of_range),
        (29, 10, 1)
    );
    assert_eq!(
        (near_img.sentinels[0].value, near_img.sentinels[0].count),
        (-2.0, 10)
    );
    let number = near_img.number.as_ref().unwrap();
    near(number.min, 0.41, 1e-12);
    near(number.mean, 0.4 + 0.15, 1e-12);
    let time = column(&profiled, "total_time_ms_liqe");
    assert_eq!((time.counts.sentinel, time.counts.zeros), (2, 0));
    let SampleColumn::Number(values) = &profiled.sample.columns[2] else {
        panic!()
    };
    assert_eq!(values.iter().filter(|value| value.is_nan()).count(), 11);
    assert_eq!(
        profiled.sample.missing[2]
            .iter()
            .filter(|missing| **missing)
            .count(),
        10
    );
}

#[test]
fn in_staging_nothing_is_a_sentinel() {
    let knowledge = Knowledge::of_card(&Card::builtin().unwrap(), Shape::Staging);
    let profiled = Table::default()
        .numbers(
            "score_liqe_near_img",
            &[Some(-2.0), None, Some(1.5), Some(4.0)],
        )
        .whole("total_time_ms", &[Some(0), Some(5), Some(6), None])
        .profile(&knowledge, &full());
    let score = column(&profiled, "score_liqe_near_img").counts;
    assert_eq!(
        (score.present, score.missing, score.out_of_range),
        (2, 1, 1)
    );
    assert_eq!(column(&profiled, "total_time_ms").counts.zeros, 1);
}

#[test]
fn what_a_stopped_transaction_misses_is_structural() {
    let profiled = profiled();
    let codes: Vec<(Option<i64>, u64, Option<Outcome>)> = profiled
        .report
        .codes
        .iter()
        .map(|code| (code.number, code.rows, code.outcome))
        .collect();
    assert_eq!(
        codes,
        [
            (Some(301), 10, Some(Outcome::Technical)),
            (Some(302), 10, Some(Outcome::Rejected)),
            (Some(1400), 20, Some(Outcome::Accepted)),
        ]
    );
    let far = column(&profiled, "score_topiq_far_img");
    assert_eq!((far.counts.structural, far.counts.gaps), (20, 0));
    let structural: Vec<(u64, bool)> = far
        .missing_by_code
        .iter()
        .map(|code| (code.missing, code.structural))
        .collect();
    assert_eq!(structural, [(10, true), (10, true), (0, false)]);
    let time = column(&profiled, "total_time_ms_liqe").counts;
    assert_eq!((time.structural, time.gaps), (0, 2));
}

#[test]
fn outcomes_follow_status_and_code() {
    let profiled = profiled();
    let outcomes = profiled.report.outcomes.unwrap();
    assert_eq!(
        (outcomes.accepted, outcomes.rejected, outcomes.technical),
        (20, 10, 10)
    );
    assert_eq!(profiled.sample.outcome.as_ref().map(Vec::len), Some(40));
}

/// What puts columns together, its name, and the columns.
type Grouped<'a> = (GroupKind, Option<&'a str>, &'a [Vec<usize>]);

#[test]
fn columns_are_grouped_and_near_stands_beside_far() {
    let profiled = profiled();
    let report = &profiled.report;
    let by: Vec<Grouped<'_>> = report
        .groups
        .iter()
        .map(|group| (group.by, group.name.as_deref(), group.rows.as_slice()))
        .collect();
    assert_eq!(
        by[0],
        (
            GroupKind::Transaction,
            None,
            [vec![0], vec![1], vec![5], vec![6]].as_slice()
        )
    );
    assert!(by.contains(&(
        GroupKind::Microservice,
        Some("topiq"),
        [vec![2, 3]].as_slice()
    )));
    assert!(by.contains(&(GroupKind::Microservice, Some("liqe"), [vec![4]].as_slice())));
    assert_eq!(report.columns[2].twins, [3]);
    assert_eq!(report.columns[3].image.as_deref(), Some("far"));
    assert_eq!(report.columns[0].role.as_deref(), Some("code"));
    assert_eq!(report.columns[0].kind, ColumnKind::Category);
    let dates = report.columns[6].datetime.as_ref().unwrap();
    assert_eq!(
        (dates.offset_minutes, report.overview.time_column),
        (-300, Some(6))
    );
}

/// Another card, of another API with one picture: nothing of the first is in the engine.
#[test]
fn a_card_of_another_sort_has_its_own_sentinels_and_groups() {
    let card = Card::parse(include_str!("../../../card/tests/cards/ocr.yaml")).unwrap();
    let knowledge = Knowledge::of_card(&card, Shape::Transform);
    let sentinel = card.sentinels.probability;
    let profiled = Table::default()
        .texts("holder", &[Some("holder_12"); 6])
        .numbers(
            "confidence",
            &[
                Some(0.5),
                Some(sentinel),
                Some(0.75),
                Some(0.25),
                Some(1.5),
                None,
            ],
        )
        .whole(
            "elapsed_ms",
            &[Some(-5), Some(20), Some(30), Some(40), Some(50), Some(60)],
        )
        .profile(&knowledge, &safe());
    let confidence = column(&profiled, "confidence");
    let counts = confidence.counts;
    assert_eq!(
        (
            counts.present,
            counts.sentinel,
            counts.out_of_range,
            counts.missing
        ),
        (3, 1, 1, 1)
    );
    near(confidence.number.as_ref().unwrap().mean, 0.5, 1e-12);
    assert_eq!(column(&profiled, "elapsed_ms").counts.sentinel, 1);
    assert!(column(&profiled, "holder").identifying);
    assert_eq!(
        column(&profiled, "elapsed_ms").role.as_deref(),
        Some("total_time")
    );
}

#[test]
fn alerts_name_what_was_found_gravest_first() {
    let profiled = profiled();
    let alerts = &profiled.report.alerts;
    let has = |code, place| {
        alerts
            .iter()
            .any(|alert| alert.code == code && alert.column == Some(place))
    };
    assert!(has(AlertCode::StructuralMissing, 3) && has(AlertCode::Sentinels, 3));
    assert!(has(AlertCode::OutOfRange, 2) && has(AlertCode::Missing, 4));
    assert!(alerts.is_sorted_by_key(|alert| alert.severity));
}

/// Without bins, and without what comes from the sample, which has tests of its own.
#[test]
fn the_report_as_json_stays_as_it_is() {
    let mut profiled = profiled();
    profiled.report.provenance.program = None;
    profiled.report.points = None;
    for column in &mut profiled.report.columns {
        if let Some(number) = &mut column.number {
            number.histogram.counts.clear();
            if let Some(central) = &mut number.central {
                central.counts.clear();
            }
        }
        column.by_outcome = None;
        column.drift = None;
    }
    profiled.report.correlations = None;
    profiled.report.missing.nullity = None;
    profiled.report.missing.dendrogram = None;
    profiled.report.drift = None;
    profiled
        .report
        .alerts
        .retain(|alert| alert.code != AlertCode::HighCorrelation);
    let json: serde_json::Value =
        serde_json::from_str(&veriscope_profile::json(&profiled.report).unwrap()).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}
