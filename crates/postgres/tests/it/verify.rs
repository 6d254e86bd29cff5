//! Lake and database compared: differences are found and named.

use veriscope_base::ErrorClass;
use veriscope_postgres::VerifyError;

use crate::support::{FakeLake, Place, attempt};

fn lake() -> FakeLake {
    let mut lake = FakeLake::new();
    for number in 0..40 {
        lake.put(
            &format!("k{number:02}"),
            attempt(&format!("p{}", number % 9), number),
        );
    }
    lake
}

#[tokio::test]
async fn differences_are_named_by_table_column_and_key() {
    let (place, lake) = (Place::new(), lake());
    place.load(&lake).await;
    let report = place.try_verify(&lake).await.unwrap();
    assert!(report.is_same());
    let counted: Vec<(&str, u64)> = report
        .tables
        .iter()
        .map(|(t, n)| (t.as_str(), *n))
        .collect();
    assert_eq!(
        counted,
        [
            ("parcel_staging", 40),
            ("parcel_transform", 40),
            ("parcel_last", 9),
            ("veriscope_context", 40),
            ("policies", 1)
        ]
    );
    place.database.sql(
        "UPDATE parcel_staging SET score = NULL WHERE \"Scan\" = 'k03'; \
         UPDATE parcel_staging SET score = 0.5000000000000001, width = 201 WHERE \"Scan\" = 'k07'; \
         DELETE FROM parcel_staging WHERE \"Scan\" = 'k11'; \
         INSERT INTO parcel_staging (\"Scan\") VALUES ('stranger'); \
         UPDATE veriscope_context SET fragile = NOT fragile;",
    );
    let report = place.try_verify(&lake).await.unwrap();
    let [staging, context] = report.differences.as_slice() else {
        panic!("{:?}", report.differences);
    };
    assert_eq!(staging.table, "parcel_staging");
    assert_eq!((staging.lake_rows, staging.database_rows), (40, 40));
    assert_eq!(staging.only_in_lake_keys, ["k11"]);
    assert_eq!(staging.only_in_database_keys, ["stranger"]);
    assert_eq!((staging.only_in_lake, staging.only_in_database), (1, 1));
    let columns: Vec<(&str, u64, Vec<&str>)> = staging
        .columns
        .iter()
        .map(|c| {
            (
                c.column.as_str(),
                c.rows,
                c.keys.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    assert_eq!(
        columns,
        [("width", 1, vec!["k07"]), ("score", 2, vec!["k03", "k07"])]
    );
    assert!(staging.is_complete);
    assert_eq!(context.columns[0].rows, 40);
    assert_eq!(context.columns[0].keys.len(), 5);
    // A full load mends all of it.
    place.load_all(&lake).await;
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn zero_and_minus_zero_are_two_values() {
    let place = Place::new();
    let mut lake = FakeLake::new();
    let mut one = attempt("a", 0);
    one.score = Some(-0.0);
    lake.put("a1", one);
    place.load(&lake).await;
    place.database.sql("UPDATE parcel_staging SET score = 0");
    assert!(!place.try_verify(&lake).await.unwrap().is_same());
    place.load_all(&lake).await;
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn a_database_at_another_snapshot_or_never_loaded_is_no_match() {
    let (place, mut lake) = (Place::new(), lake());
    let error = place.try_verify(&lake).await.unwrap_err();
    assert!(matches!(error, VerifyError::NotLoaded { .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::CheckFailed);
    place.load(&lake).await;
    lake.snapshot = 4;
    let error = place.try_verify(&lake).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::CheckFailed);
    assert!(error.to_string().contains("holds snapshot 1"), "{error}");
    assert!(error.hint().unwrap().contains("veriscope load"));
    lake.snapshot = 1;
    place
        .database
        .sql("ALTER TABLE parcel_last DROP COLUMN hour");
    let error = place.try_verify(&lake).await.unwrap_err();
    assert!(
        error.to_string().contains("parcel_last lacks hour"),
        "{error}"
    );
}
