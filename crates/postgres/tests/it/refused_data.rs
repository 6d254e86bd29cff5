//! Data that a server does not take, and how it is said.

use std::sync::Arc;

use arrow_array::{Array, RecordBatch};
use futures::StreamExt;
use futures::future::BoxFuture;
use veriscope_base::ErrorClass;
use veriscope_postgres::{BoxError, RowStream, Rows, Scope, ServerError, TableKind};

use crate::faults::{lake, source_of};
use crate::support::{Attempt, FakeLake, Place, attempt, request};

#[tokio::test]
async fn nul_in_a_text_becomes_the_replacement_character() {
    let place = Place::new();
    let lake = FakeLake::of(&[(
        "a1",
        Attempt {
            camera: Some("le\0ft".to_owned()),
            ..attempt("a", 0)
        },
    )]);
    place.load(&lake).await;
    assert_eq!(
        place.column("SELECT camera FROM attempts"),
        ["le\u{fffd}ft"]
    );
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn a_database_of_another_encoding_is_said_to_be() {
    let mut place = Place::new();
    let name = format!("{}_latin", place.database.name());
    place.database.sql(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    ));
    place.target.name = name;
    let lake = FakeLake::of(&[(
        "a1",
        Attempt {
            camera: Some("日本".to_owned()),
            ..attempt("a", 0)
        },
    )]);
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::Encoding),
        "{error:?}"
    );
    assert!(!format!("{error:?}").contains('日'));
}

#[tokio::test]
async fn an_error_about_data_names_the_table_and_no_value() {
    let place = Place::new();
    let mut lake = lake();
    place.load(&lake).await;
    place
        .database
        .sql("ALTER TABLE parcel_staging ADD CONSTRAINT no_q CHECK (parcel <> 'quiet-secret')");
    lake.snapshot = 2;
    lake.put("q1", attempt("quiet-secret", 0));
    let error = place.try_load(&lake).await.unwrap_err();
    let all = format!("{error:?} {error}");
    assert!(
        all.contains("no_q") && all.contains("parcel_staging"),
        "{all}"
    );
    assert!(!all.contains("quiet-secret"), "{all}");
    assert_eq!(error.class(), ErrorClass::Target);
}

#[tokio::test]
async fn a_row_of_another_schema_is_a_defect_that_is_named() {
    struct Odd;
    impl Rows for Odd {
        fn rows(&self, _: TableKind, _: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>> {
            let schema = arrow_schema::Schema::new(vec![arrow_schema::Field::new(
                "Scan",
                arrow_schema::DataType::Int64,
                true,
            )]);
            let column: Arc<dyn Array> = Arc::new(arrow_array::Int64Array::from(vec![1]));
            let batch = RecordBatch::try_new(Arc::new(schema), vec![column]).unwrap();
            let stream: RowStream = futures::stream::iter([Ok(batch)]).boxed();
            Box::pin(async { Ok(stream) })
        }
    }
    let place = Place::new();
    let lake = lake();
    let card = lake.card();
    let error = place
        .db()
        .load(&request(&card, &lake), &Odd)
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Defect);
    assert!(
        error
            .to_string()
            .contains("column Scan of the rows is Scan Int64, not text")
    );
    assert_eq!(place.relations(), [] as [&str; 0]);
}
