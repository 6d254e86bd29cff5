//! A database belongs to one lake and one key.

use veriscope_base::ErrorClass;
use veriscope_postgres::{LoadError, LoadRequest};

use crate::support::{FakeLake, Place, attempt, request};

#[tokio::test]
async fn a_database_of_another_lake_or_key_is_refused_and_left_alone() {
    let place = Place::new();
    let lake = FakeLake::of(&[("a1", attempt("a", 0))]);
    place.load(&lake).await;
    let mut later = FakeLake::of(&[("z9", attempt("z", 0))]);
    later.snapshot = 9;
    let card = later.card();
    let other_lake = LoadRequest {
        lake_id: "another".to_owned(),
        ..request(&card, &later)
    };
    let error = place.db().load(&other_lake, &later).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration);
    let said = error.to_string();
    assert!(
        said.contains("lake lake (card parcel)") && said.contains("lake another"),
        "{said}"
    );
    assert!(error.hint().unwrap().contains("schema:"));

    let other_key = LoadRequest {
        key_id: "second".to_owned(),
        ..request(&card, &later)
    };
    let error = place.db().load(&other_key, &later).await.unwrap_err();
    assert!(matches!(error, LoadError::OtherKey { .. }), "{error}");
    assert_eq!(error.class(), ErrorClass::Configuration);
    assert_eq!(later.asked(), []);
    assert_eq!(place.column("SELECT \"Scan\" FROM parcel_staging"), ["a1"]);
    // Another schema is another matter.
    let mut elsewhere = place;
    elsewhere.target.schema = "second".to_owned();
    elsewhere.db().load(&other_lake, &later).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_later_version_is_left_alone() {
    let place = Place::new();
    let mut lake = FakeLake::of(&[("a1", attempt("a", 0))]);
    place.load(&lake).await;
    place.database.sql("UPDATE veriscope_state SET format = 99");
    lake.snapshot = 2;
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(
        matches!(error, LoadError::NewerFormat { format: 99, .. }),
        "{error}"
    );
    assert_eq!(error.class(), ErrorClass::Configuration);
}
