//! The views, against answers worked by hand.

use veriscope_card::views::View;

use crate::support::{Attempt, FakeLake, Place, attempt};

fn row(place: &Place, sql: &str) -> Vec<String> {
    let rows = place.database.sql(sql);
    assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
    rows[0]
        .iter()
        .map(|cell| cell.clone().unwrap_or_else(|| "null".to_owned()))
        .collect()
}

fn rows(place: &Place, sql: &str) -> Vec<String> {
    let rows = place.database.sql(sql);
    rows.into_iter()
        .map(|row| {
            row.into_iter()
                .map(|cell| cell.unwrap_or_else(|| "null".to_owned()))
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

/// One parcel of five attempts, and two scans without a parcel.
fn lake() -> FakeLake {
    let with = |code: Option<i64>, verdict: Option<&str>, minute: i64| Attempt {
        code,
        verdict: verdict.map(str::to_owned),
        ..attempt("p", minute)
    };
    FakeLake::of(&[
        ("s1", with(Some(90), Some("error"), 0)),
        ("s2", with(Some(21), Some("error"), 2)),
        ("s3", with(Some(10), Some("ok"), 3)),
        ("s4", with(None, None, 3)),
        ("s5", with(Some(22), Some("error"), 63)),
        (
            "lone",
            Attempt {
                parcel: None,
                ..with(Some(10), Some("ok"), 1)
            },
        ),
        (
            "empty",
            Attempt {
                parcel: Some(String::new()),
                ..with(Some(21), Some("error"), 1)
            },
        ),
    ])
}

#[tokio::test]
async fn attempts_have_their_place_outcome_and_kind() {
    let place = Place::new();
    place.load(&lake()).await;
    let sql = "SELECT \"Scan\", attempt, is_first, is_last, outcome, kind, reason, previous_code, \
               gap_ms FROM attempts ORDER BY \"Scan\" COLLATE \"C\"";
    assert_eq!(
        rows(&place, sql),
        [
            "empty 1 t t rejected first person null null",
            "lone 1 t t accepted first null null null",
            "s1 1 t f technical first ours null null",
            "s2 2 f f rejected retry person 90 120000",
            "s3 3 f f accepted retry null 21 60000",
            "s4 4 f f technical repeat null 10 0",
            "s5 5 f t rejected repeat attack null 3600000",
        ]
    );
    assert_eq!(
        row(
            &place,
            "SELECT parcel FROM attempts WHERE \"Scan\" = 'empty'"
        ),
        ["null"]
    );
}

#[tokio::test]
async fn processes_tell_how_they_went() {
    let place = Place::new();
    place.load(&lake()).await;
    let sql = "SELECT \"Scan\", attempts, repeats, is_accepted, accepted_at, first_outcome, \
               last_outcome, first_code, last_code, last_reason, span_ms, accepted_after_ms, \
               api_time_ms FROM processes ORDER BY \"Scan\" COLLATE \"C\"";
    assert_eq!(
        rows(&place, sql),
        [
            "empty 1 0 f null rejected rejected 21 21 person 0 null 101",
            "lone 1 0 t 1 accepted accepted 10 10 null 0 0 101",
            // 100 + 102 + 103 + 103 + 163
            "s5 5 2 t 3 technical rejected 90 22 attack 3780000 180000 571",
        ]
    );
}

#[tokio::test]
async fn measurements_are_null_where_nothing_valid_was_measured() {
    let place = Place::new();
    let lake = FakeLake::of(&[
        ("all", attempt("a", 0)),
        (
            "none",
            Attempt {
                total_ms: None,
                score: None,
                size: (None, Some(3)),
                weigh: (None, None),
                ..attempt("b", 0)
            },
        ),
        (
            "bad",
            Attempt {
                total_ms: Some(-1),
                score: Some(1.5),
                size: (Some(0), Some(10)),
                weigh: (None, Some(7)),
                code: Some(100),
                ..attempt("c", 0)
            },
        ),
    ]);
    place.load(&lake).await;
    let sql = "SELECT \"Scan\", total_ms, score, code, width, height, size, shape, \
               total_ms_weigh, microservices_ms, remainder_ms FROM attempts ORDER BY 1";
    assert_eq!(
        rows(&place, sql),
        [
            "all 100 0.5 10 200 100 BIG LANDSCAPE 42 42 58",
            "bad null null null null 10 null null null null null",
            "none null null 10 null 3 null null null null null",
        ]
    );
    // The published tables keep sentinels and whatever was measured.
    let sql = "SELECT total_ms, score FROM parcel_transform ORDER BY \"Scan\"";
    assert_eq!(rows(&place, sql), ["100 0.5", "-1 1.5", "0 -2"]);
    // The average that people are after.
    assert_eq!(row(&place, "SELECT avg(score) FROM attempts"), ["0.5"]);
    let times = "SELECT \"Scan\", microservice, picture, service_ms, queue_ms \
                 FROM microservice_times ORDER BY 1";
    assert_eq!(
        rows(&place, times),
        ["all weigh null 40 2", "bad weigh null null 7"]
    );
}

#[tokio::test]
async fn the_calendar_is_that_of_the_document() {
    let place = Place::new();
    // 2025-01-13T02:30:15.25Z is a Sunday evening five hours west, and Monday in London.
    let evening = |offset_min| Attempt {
        offset_min,
        at_us: 1_736_735_415_250_000,
        ..attempt("a", 0)
    };
    let lake = FakeLake::of(&[("bogota", evening(-300)), ("london", evening(0))]);
    place.load(&lake).await;
    let sql =
        "SELECT \"Scan\", date_local, day, week, month, weekday, hour FROM attempts ORDER BY 1";
    assert_eq!(
        rows(&place, sql),
        [
            "bogota 2025-01-12 21:30:15.25 2025-01-12 2025-01-06 2025-01-01 7 21",
            "london 2025-01-13 02:30:15.25 2025-01-13 2025-01-13 2025-01-01 1 2",
        ]
    );
}

#[tokio::test]
async fn columns_and_types_are_the_cards_own_list_with_comments() {
    for card in [
        crate::support::card(),
        veriscope_card::Card::builtin().unwrap(),
    ] {
        let place = Place::new();
        let lake = FakeLake::with_card(card.clone());
        place.load(&lake).await;
        for view in View::ALL {
            let found = rows(
                &place,
                &format!(
                    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute \
                     WHERE attrelid = '{}'::regclass AND attnum > 0 ORDER BY attnum",
                    view.name()
                ),
            );
            let wanted: Vec<String> = card
                .view_docs(view)
                .iter()
                .map(|doc| {
                    let sql_type = match doc.column_type.name() {
                        "text" => "text",
                        "int" => "bigint",
                        "float" => "double precision",
                        "bool" => "boolean",
                        "instant" => "timestamp with time zone",
                        "local time" => "timestamp without time zone",
                        "day" => "date",
                        other => panic!("{other}"),
                    };
                    format!("{} {sql_type}", doc.name)
                })
                .collect();
            assert_eq!(found, wanted, "{}", view.name());
            let uncommented = row(
                &place,
                &format!(
                    "SELECT count(*) FROM pg_attribute WHERE attrelid = '{}'::regclass \
                     AND attnum > 0 AND col_description(attrelid, attnum) IS NULL",
                    view.name()
                ),
            );
            assert_eq!(uncommented, ["0"]);
            // Every column can be read.
            place
                .database
                .sql(&format!("SELECT * FROM {}", view.name()));
        }
    }
}

#[tokio::test]
async fn attempts_join_the_policy_that_decided_them() {
    let (place, mut lake) = (Place::new(), FakeLake::new());
    for (key, limit, score) in [("a1", 0.25, 0.5), ("a2", 0.75, 0.5), ("b1", 0.75, 0.9)] {
        let carried = Attempt {
            limit,
            score: Some(score),
            ..attempt("a", 0)
        };
        lake.put(key, carried);
    }
    place.load(&lake).await;
    let below = "SELECT a.\"Scan\", p.\"limit\" FROM attempts a JOIN policies p USING (policy_id) \
                 WHERE a.score < p.\"limit\"";
    assert_eq!(rows(&place, below), ["a2 0.75"]);
}
