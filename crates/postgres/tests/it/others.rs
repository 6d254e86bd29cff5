//! Tables and views of others under the names that are needed.

use veriscope_base::ErrorClass;
use veriscope_postgres::{Adopt, LoadError, LoadRequest};

use crate::support::{FakeLake, Place, attempt, request};

fn lake() -> FakeLake {
    FakeLake::of(&[("a1", attempt("a", 0)), ("a2", attempt("a", 1))])
}

/// As pandas leaves them: an index column, no key, repeated rows, types of its own.
const ORIGINAL: &str = "\
    CREATE TABLE parcel_staging (index bigint, \"Scan\" text, at timestamp, parcel text, \
    shop text, code double precision, verdict text, total_ms double precision, \
    width double precision, height double precision, weigh_ms double precision, \
    weigh_wait_ms double precision, score double precision); \
    CREATE INDEX ix_parcel_staging_index ON parcel_staging (index); \
    INSERT INTO parcel_staging (index, \"Scan\") VALUES (0, 'a1'), (1, 'a1'); \
    CREATE VIEW mine AS SELECT count(*) FROM parcel_staging;";

#[tokio::test]
async fn a_table_with_other_columns_is_refused_with_what_differs() {
    let place = Place::new();
    place.database.sql(
        "CREATE TABLE parcel_transform (\"Scan\" text PRIMARY KEY, at date, colour text); \
         INSERT INTO parcel_transform VALUES ('mine', now(), 'red'); \
         CREATE TABLE processes (id int)",
    );
    let error = place.try_load(&lake()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration);
    let said = error.to_string();
    for part in [
        "parcel_transform: lacks parcel, shop, code, verdict, total_ms, score, size, shape and 2 more",
        "column at is date, not timestamp with time zone",
        "has colour besides",
        "processes: is a table that veriscope did not make",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(place.relations(), ["parcel_transform", "processes"]);
    assert_eq!(place.column("SELECT colour FROM parcel_transform"), ["red"]);
}

#[tokio::test]
async fn a_view_or_sequence_of_a_tables_name_is_refused() {
    let place = Place::new();
    place.database.sql(
        "CREATE VIEW parcel_last AS SELECT 1 AS one; CREATE SEQUENCE veriscope_state; \
         CREATE VIEW attempts AS SELECT 2 AS two",
    );
    let said = place.try_load(&lake()).await.unwrap_err().to_string();
    assert!(said.contains("parcel_last: is a view"), "{said}");
    assert!(
        said.contains("veriscope_state: has other columns"),
        "{said}"
    );
    assert!(
        said.contains("attempts: is a view that veriscope did not make"),
        "{said}"
    );
}

#[tokio::test]
async fn tables_of_the_original_scripts_are_recognised_and_moved_aside_on_request() {
    let place = Place::new();
    place.database.sql(ORIGINAL);
    let lake = lake();
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(matches!(error, LoadError::LeftBehind { .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::Configuration);
    let said = error.to_string();
    assert!(
        said.contains("parcel_staging: has rows and no primary key"),
        "{said}"
    );
    assert!(error.hint().unwrap().contains("--adopt"));
    assert_eq!(place.relations(), ["mine", "parcel_staging"]);

    let card = lake.card();
    let adopt = LoadRequest {
        adopt: Adopt::MoveAside {
            date: "20261125".to_owned(),
        },
        ..request(&card, &lake)
    };
    let report = place.db().load(&adopt, &lake).await.unwrap();
    let aside = "parcel_staging_before_20261125";
    assert_eq!(
        report.moved_aside,
        [("parcel_staging".to_owned(), aside.to_owned())]
    );
    assert_eq!(
        place.column(&format!("SELECT count(*) FROM {aside}")),
        ["2"]
    );
    assert_eq!(place.column("SELECT count FROM mine"), ["2"]);
    place.assert_same(&place.try_verify(&lake).await.unwrap());
    // Asked for again there is nothing to move.
    let report = place.db().load(&adopt, &lake).await.unwrap();
    assert_eq!(report.moved_aside, []);
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_taken_twice() {
    let place = Place::new();
    place.database.sql(ORIGINAL);
    place
        .database
        .sql("CREATE TABLE parcel_staging_before_20261125 (x int)");
    let (lake, card) = (lake(), crate::support::card());
    let adopt = LoadRequest {
        adopt: Adopt::MoveAside {
            date: "20261125".to_owned(),
        },
        ..request(&card, &lake)
    };
    let report = place.db().load(&adopt, &lake).await.unwrap();
    assert_eq!(report.moved_aside[0].1, "parcel_staging_before_20261125_2");
}

#[tokio::test]
async fn foreign_tables_are_not_moved_aside() {
    let place = Place::new();
    place.database.sql("CREATE TABLE parcel_staging (x int)");
    let (lake, card) = (lake(), crate::support::card());
    let adopt = LoadRequest {
        adopt: Adopt::MoveAside {
            date: "20261125".to_owned(),
        },
        ..request(&card, &lake)
    };
    let error = place.db().load(&adopt, &lake).await.unwrap_err();
    assert!(matches!(error, LoadError::Foreign { .. }), "{error}");
    assert_eq!(place.relations(), ["parcel_staging"]);
}

#[tokio::test]
async fn tables_without_a_record_are_ours_only_while_they_are_empty() {
    let (place, lake) = (Place::new(), lake());
    place.load(&lake).await;
    place.database.sql(
        "DROP VIEW attempts, processes, microservice_times; TRUNCATE veriscope_state, \
         parcel_staging, parcel_transform, parcel_last, veriscope_context, policies",
    );
    place.load(&lake).await;
    place
        .database
        .sql("DROP VIEW attempts, processes, microservice_times; TRUNCATE veriscope_state");
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(matches!(error, LoadError::Foreign { .. }), "{error}");
    place.database.sql("TRUNCATE veriscope_context, policies");
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(matches!(error, LoadError::LeftBehind { .. }), "{error}");
    assert!(error.to_string().contains("no record of a load"), "{error}");
}
