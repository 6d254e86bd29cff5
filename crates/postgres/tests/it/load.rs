//! First loads, loads again, and loads of what changed.

use veriscope_postgres::{Scope, Sent, TableKind, WhyEverything};

use crate::support::{Attempt, FakeLake, Place, attempt, counts};

fn three_parcels() -> FakeLake {
    FakeLake::of(&[
        ("a1", attempt("a", 0)),
        ("a2", attempt("a", 5)),
        ("b1", attempt("b", 1)),
        ("b2", attempt("b", 2)),
        ("b3", attempt("b", 3)),
        ("c1", attempt("c", 9)),
    ])
}

#[tokio::test]
async fn a_first_load_makes_tables_views_keys_and_comments() {
    let (place, lake) = (Place::new(), three_parcels());
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::Everything(WhyEverything::FirstLoad));
    assert_eq!(
        counts(&report),
        [
            "parcel_staging 6/0/0",
            "parcel_transform 6/0/0",
            "parcel_last 3/0/0",
            "veriscope_context 6/0/0",
            "policies 1/0/0"
        ]
    );
    assert_eq!(
        place.relations(),
        [
            "attempts",
            "microservice_times",
            "parcel_last",
            "parcel_staging",
            "parcel_transform",
            "policies",
            "processes",
            "veriscope_context",
            "veriscope_state"
        ]
    );
    let types = place.database.sql(
        "SELECT attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) \
         FROM pg_attribute WHERE attrelid = 'parcel_transform'::regclass AND attnum > 0 \
         ORDER BY attnum",
    );
    let types: Vec<String> = types
        .iter()
        .map(|row| {
            row.iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" | ")
        })
        .collect();
    assert_eq!(
        types,
        [
            "Scan | text | Scan; the parcel's own",
            "at | timestamp with time zone | When",
            "parcel | text | Parcel",
            "shop | text | Shop",
            "code | bigint | Code",
            "verdict | text | Verdict",
            "total_ms | bigint | Total [ms]; 0 where it was not measured",
            "score | double precision | Score; -2 where it was not measured",
            "size | text | Size",
            "shape | text | Shape",
            "hour | bigint | Hour",
            "total_weigh | bigint | Weighing and waiting [ms]",
        ]
    );
    let keys = place.column(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'parcel_last' ORDER BY indexname",
    );
    let has = |part: &str| keys.iter().any(|key| key.contains(part));
    assert!(has(
        "UNIQUE INDEX parcel_last_pkey ON public.parcel_last USING btree (\"Scan\")"
    ));
    assert!(has(
        "UNIQUE INDEX parcel_last_parcel_idx ON public.parcel_last USING btree (parcel)"
    ));
    assert!(
        has("WHERE ((parcel IS NOT NULL) AND (parcel <> ''::text))"),
        "{keys:?}"
    );
    assert!(has("(at)") && has("(shop, at)"), "{keys:?}");
    let primary = place.column(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'p' \
         AND connamespace = 'public'::regnamespace ORDER BY 1",
    );
    assert_eq!(
        primary,
        [
            "parcel_last",
            "parcel_staging",
            "parcel_transform",
            "policies",
            "veriscope_context",
            "veriscope_state"
        ]
    );
}

#[tokio::test]
async fn values_arrive_as_they_are() {
    let place = Place::new();
    let odd = Attempt {
        shop: Some("it's \\ \"é日\"\t\u{1f4e6}".to_owned()),
        code: Some(i64::MIN),
        total_ms: Some(i64::MAX),
        score: Some(-0.0),
        verdict: Some(String::new()),
        fragile: Some(false),
        camera: None,
        at_us: -62_135_596_800_000_000 + 1, // the year 1, and a microsecond
        ..attempt("a", 0)
    };
    let far = Attempt {
        at_us: 253_402_300_799_999_999, // the last microsecond of the year 9999
        score: Some(5e-324),
        code: None,
        ..attempt("b", 0)
    };
    let lake = FakeLake::of(&[("odd", odd), ("far", far)]);
    place.load(&lake).await;
    let read = |key: &str| {
        place.database.sql(&format!(
            "SELECT shop, code, total_ms, score, verdict, at AT TIME ZONE 'UTC' \
             FROM parcel_staging WHERE \"Scan\" = '{key}'"
        ))
    };
    let cells = |values: &[&str]| {
        vec![
            values
                .iter()
                .map(|v| Some((*v).to_owned()))
                .collect::<Vec<_>>(),
        ]
    };
    assert_eq!(
        read("odd"),
        cells(&[
            "it's \\ \"é日\"\t\u{1f4e6}",
            "-9223372036854775808",
            "9223372036854775807",
            "-0",
            "",
            "0001-01-01 00:00:00.000001",
        ])
    );
    let far = read("far");
    assert_eq!(far[0][1], None);
    assert_eq!(far[0][3].as_deref(), Some("5e-324"));
    assert_eq!(far[0][5].as_deref(), Some("9999-12-31 23:59:59.999999"));
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn loading_again_changes_nothing_asks_for_nothing_and_says_so() {
    let (place, lake) = (Place::new(), three_parcels());
    place.load(&lake).await;
    let before = place.column("SELECT xmin::text || ctid::text FROM parcel_staging ORDER BY 1");
    lake.asked();
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::Nothing);
    assert!(!report.changed());
    assert_eq!(lake.asked(), []);
    let after = place.column("SELECT xmin::text || ctid::text FROM parcel_staging ORDER BY 1");
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_new_snapshot_without_changes_changes_no_row() {
    let (place, mut lake) = (Place::new(), three_parcels());
    place.load(&lake).await;
    lake.snapshot = 2;
    // The same rows, written again.
    for (key, attempt) in lake.attempts.clone() {
        lake.put(&key, attempt);
    }
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::ChangesSince(1));
    assert!(!report.changed(), "{report:?}");
    assert_eq!(place.load(&lake).await.sent, Sent::Nothing);
}

#[tokio::test]
async fn only_what_changed_is_sent_and_a_former_last_attempt_leaves() {
    let (place, mut lake) = (Place::new(), three_parcels());
    place.load(&lake).await;
    lake.asked();
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 7));
    lake.put("d1", attempt("d", 1));
    let changed = Attempt {
        score: Some(-0.0),
        limit: 0.75,
        ..attempt("b", 2)
    };
    lake.put("b2", changed);
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::ChangesSince(1));
    assert_eq!(
        counts(&report),
        [
            "parcel_staging 2/1/0",
            "parcel_transform 2/1/0",
            "parcel_last 2/0/1",
            "veriscope_context 2/1/0",
            "policies 1/0/0"
        ]
    );
    let since = Scope::Since(1);
    assert_eq!(
        lake.asked(),
        [
            (TableKind::Staging, since),
            (TableKind::Transform, since),
            (TableKind::Context, since),
            (TableKind::Policies, since)
        ]
    );
    let last = place.column("SELECT \"Scan\" FROM parcel_last ORDER BY 1");
    assert_eq!(last, ["a3", "b3", "c1", "d1"]);
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn a_full_load_removes_what_the_lake_does_not_have() {
    let (place, mut lake) = (Place::new(), three_parcels());
    place.load(&lake).await;
    // Someone meddled: a row too many, one less, and one changed.
    place.database.sql(
        "INSERT INTO parcel_staging (\"Scan\", at, parcel) VALUES ('x', now(), 'a'); \
         INSERT INTO parcel_transform (\"Scan\", at, parcel) VALUES ('x', now(), 'a'); \
         DELETE FROM parcel_transform WHERE \"Scan\" = 'b1'; \
         UPDATE parcel_last SET score = 0.75; DELETE FROM veriscope_context; \
         INSERT INTO policies VALUES ('x', 1); UPDATE policies SET \"limit\" = 1;",
    );
    let report = place.load_all(&lake).await;
    assert_eq!(report.sent, Sent::Everything(WhyEverything::Asked));
    assert_eq!(
        counts(&report),
        [
            "parcel_staging 0/0/1",
            "parcel_transform 1/0/1",
            "parcel_last 0/3/0",
            "veriscope_context 6/0/0",
            "policies 0/1/1"
        ]
    );
    place.assert_same(&place.try_verify(&lake).await.unwrap());
    // A lake that came back from an older backup is loaded whole.
    lake.snapshot = 0;
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::Everything(WhyEverything::LakeIsBehind));
    assert!(!report.changed(), "{report:?}");
}

#[tokio::test]
async fn an_empty_lake_makes_empty_tables_that_a_later_load_fills() {
    let place = Place::new();
    let mut lake = FakeLake::new();
    lake.snapshot = 0;
    let report = place.load(&lake).await;
    assert!(!report.changed());
    assert_eq!(place.load(&lake).await.sent, Sent::Nothing);
    lake.snapshot = 1;
    lake.put("a1", attempt("a", 0));
    let report = place.load(&lake).await;
    assert_eq!(report.sent, Sent::Everything(WhyEverything::FirstLoad));
    assert_eq!(place.column("SELECT count(*) FROM attempts"), ["1"]);
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn the_database_and_the_schema_are_made_where_they_are_missing() {
    let mut place = Place::new();
    place.target.name = format!("{}_new \"one\"", place.database.name());
    place.target.schema = "Análisis; DROP".to_owned();
    let lake = three_parcels();
    let report = place.load(&lake).await;
    assert!(report.made_database);
    place.assert_same(&place.try_verify(&lake).await.unwrap());
    assert_eq!(place.load(&lake).await.sent, Sent::Nothing);
    let stored = place.db().stored(&lake.card()).await.unwrap().unwrap();
    assert_eq!((stored.snapshot, stored.lake_id.as_str()), (1, "lake"));
}

#[tokio::test]
async fn a_unix_socket_is_a_host_too() {
    let mut place = Place::new();
    let folder = place.database.server().socket_folder();
    place.target.host = folder.display().to_string();
    place.target.sslmode = veriscope_postgres::SslMode::VerifyFull;
    let lake = three_parcels();
    place.load(&lake).await;
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}
