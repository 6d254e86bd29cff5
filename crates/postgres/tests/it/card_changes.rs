//! Cards that grow.

use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_postgres::{LoadError, Sent, WhyEverything};

use crate::support::{CARD, FakeLake, Place, attempt};

fn changed(changes: &[(&str, &str)]) -> Card {
    let mut text = CARD.to_owned();
    for (from, to) in changes {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    Card::parse(&text).unwrap()
}

/// A context feature, a staging feature that is kept, and a derived column more.
fn grown() -> Card {
    changed(&[
        (
            "  - { name: camera,",
            "  - { name: colour, path: [colour], kind: category, privacy: keep, description: C }\n  - { name: camera,",
        ),
        (
            "  - { name: score, path",
            "  - { name: stamps, path: [stamps], type: int, kind: number, description: Stamps }\n  - { name: score, path",
        ),
        ("total_ms, score]", "total_ms, score, stamps]"),
    ])
}

fn lake() -> FakeLake {
    FakeLake::of(&[("a1", attempt("a", 0)), ("a2", attempt("a", 1))])
}

#[tokio::test]
async fn a_card_that_grew_adds_columns_and_fills_them() {
    let (place, mut lake) = (Place::new(), lake());
    place.load(&lake).await;
    // A reader whose rights must survive, whatever becomes of the views.
    let reader = place.database.role("reader", "r");
    place
        .database
        .sql(&format!("GRANT SELECT ON attempts TO {reader}"));
    lake.set_card(grown());
    lake.snapshot = 2;
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::Everything(WhyEverything::CardChanged));
    assert_eq!(
        report.added_columns,
        [
            "parcel_staging.stamps",
            "parcel_transform.stamps",
            "parcel_last.stamps",
            "veriscope_context.colour"
        ]
    );
    place.assert_same(&place.try_verify(&lake).await.unwrap());
    assert_eq!(
        place.column("SELECT stamps FROM attempts ORDER BY at"),
        ["7", "null"]
    );
    let colours = place
        .database
        .try_sql_as(&reader, "r", "SELECT colour FROM attempts")
        .unwrap();
    assert_eq!(colours.len(), 2);
    let comment = "SELECT col_description('parcel_staging'::regclass, attnum) FROM pg_attribute \
                   WHERE attrelid = 'parcel_staging'::regclass AND attname = 'stamps'";
    assert_eq!(place.column(comment), ["Stamps"]);
    assert_eq!(place.load(&lake).await.sent, Sent::Nothing);
}

#[tokio::test]
async fn a_context_feature_that_left_the_card_leaves_its_history() {
    let (place, mut lake) = (Place::new(), FakeLake::with_card(grown()));
    lake.put("a1", attempt("a", 0));
    lake.put("a2", attempt("a", 1));
    place.load(&lake).await;
    lake.set_card(changed(&[
        (
            "  - { name: score, path",
            "  - { name: stamps, path: [stamps], type: int, kind: number, description: Stamps }\n  - { name: score, path",
        ),
        ("total_ms, score]", "total_ms, score, stamps]"),
    ]));
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 2));
    place.load(&lake).await;
    let history = place.column("SELECT colour FROM veriscope_context ORDER BY 1");
    assert_eq!(history, ["more", "null", "null"]);
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn a_change_that_is_not_additive_is_refused() {
    let (place, mut lake) = (Place::new(), lake());
    place.load(&lake).await;
    lake.set_card(changed(&[(
        "name: score, path: [score], kind: score",
        "name: score, path: [score], type: int, kind: score",
    )]));
    lake.snapshot = 2;
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(matches!(error, LoadError::Foreign { .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::Configuration);
    let said = error.to_string();
    assert!(
        said.contains("column score is double precision, not bigint"),
        "{said}"
    );
}

#[tokio::test]
async fn views_of_others_over_ours_stop_no_load_that_adds_columns_at_the_end() {
    let (place, mut lake) = (Place::new(), lake());
    place.load(&lake).await;
    place
        .database
        .sql("CREATE VIEW mine AS SELECT count(*) AS n FROM attempts");
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 2));
    place.load(&lake).await;
    assert_eq!(place.column("SELECT n FROM mine"), ["3"]);
    // Columns in the middle need the view to go, and another hangs on it: said, and undone.
    lake.set_card(grown());
    lake.snapshot = 3;
    let error = place.try_load(&lake).await.unwrap_err();
    let hint = error.hint().unwrap_or_default();
    assert!(hint.contains("drop them"), "{error}: {hint}");
    assert_eq!(place.column("SELECT n FROM mine"), ["3"]);
}

#[tokio::test]
async fn a_card_without_processes_has_a_process_for_each_transaction() {
    let place = Place::new();
    let card = changed(&[("  process: parcel\n", "")]);
    let mut lake = FakeLake::with_card(card);
    lake.put("a1", attempt("a", 0));
    lake.put("a2", attempt("a", 1));
    place.load(&lake).await;
    assert_eq!(place.column("SELECT count(*) FROM parcel_last"), ["2"]);
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 1));
    place.load(&lake).await;
    assert_eq!(place.column("SELECT count(*) FROM parcel_last"), ["3"]);
    assert_eq!(place.column("SELECT count(*) FROM processes"), ["3"]);
}

#[tokio::test]
async fn a_card_whose_transform_table_has_no_key_is_refused() {
    let place = Place::new();
    let card = changed(&[("keep: [Scan, at,", "keep: [at,")]);
    let lake = FakeLake::with_card(card);
    let error = place.try_load(&lake).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration);
    assert!(error.to_string().contains("has no column Scan"), "{error}");
}
