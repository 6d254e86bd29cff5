//! Least rights, and what hostile objects in the database can do.

use veriscope_base::ErrorClass;
use veriscope_postgres::{LoadError, Secret, Sent, ServerError};

use crate::support::{FakeLake, Place, attempt};

fn lake() -> FakeLake {
    FakeLake::of(&[("a1", attempt("a", 0)), ("a2", attempt("a", 1))])
}

/// A role that owns a schema and nothing else.
fn with_loader(place: &mut Place) -> String {
    let role = place.database.role("loader", "secret");
    place.database.sql(&format!(
        "CREATE SCHEMA analysis AUTHORIZATION {role}; REVOKE CREATE ON DATABASE {} FROM PUBLIC",
        place.database.name()
    ));
    place.target.user.clone_from(&role);
    place.target.password = Some(Secret::new("secret".to_owned()));
    place.target.schema = "analysis".to_owned();
    role
}

#[tokio::test]
async fn a_role_that_owns_a_schema_alone_can_load() {
    let mut place = Place::new();
    with_loader(&mut place);
    let mut lake = lake();
    place.load(&lake).await;
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 2));
    place.load(&lake).await;
    place.load_all(&lake).await;
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn a_role_with_rights_on_rows_alone_can_load_what_another_made() {
    let mut place = Place::new();
    with_loader(&mut place);
    let mut lake = lake();
    place.load(&lake).await;
    let clerk = place.database.role("clerk", "paper");
    place.database.sql(&format!(
        "GRANT USAGE ON SCHEMA analysis TO {clerk}; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA analysis TO {clerk}"
    ));
    place.target.user = clerk;
    place.target.password = Some(Secret::new("paper".to_owned()));
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 2));
    assert_eq!(place.load(&lake).await.sent, Sent::ChangesSince(1));
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

#[tokio::test]
async fn a_reader_of_the_views_needs_no_rights_on_tables() {
    let mut place = Place::new();
    with_loader(&mut place);
    place.load(&lake()).await;
    let reader = place.database.role("reader", "r");
    place.database.sql(&format!(
        "GRANT USAGE ON SCHEMA analysis TO {reader}; \
         GRANT SELECT ON analysis.attempts, analysis.processes TO {reader}"
    ));
    let ask = |sql: &str| place.database.try_sql_as(&reader, "r", sql);
    assert_eq!(
        ask("SELECT attempt FROM analysis.attempts").unwrap().len(),
        2
    );
    let refused = ask("SELECT 1 FROM analysis.parcel_staging").unwrap_err();
    assert!(refused.starts_with("42501"), "{refused}");
}

#[tokio::test]
async fn a_role_that_may_not_create_is_told_so() {
    let mut place = Place::new();
    let role = place.database.role("guest", "g");
    place.target.user = role;
    place.target.password = Some(Secret::new("g".to_owned()));
    let error = place.try_load(&lake()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Target);
    let LoadError::Server { during, source } = &error else {
        panic!("{error}");
    };
    assert!(matches!(source, ServerError::Denied(_)), "{source}");
    assert!(during.starts_with("make parcel_staging"), "{during}");
    assert!(error.hint().unwrap().contains("docs/postgres.md"));
    assert_eq!(place.relations(), [] as [&str; 0]);
    // Neither may it make a database.
    place.target.name.push_str("_missing");
    let error = place.try_load(&lake()).await.unwrap_err();
    let LoadError::Server { source, .. } = &error else {
        panic!("{error}");
    };
    assert!(matches!(source, ServerError::Denied(_)), "{source}");
}

#[tokio::test]
async fn hostile_objects_on_the_search_path_are_never_called() {
    let mut place = Place::new();
    let role = with_loader(&mut place);
    // Functions, operators, types and tables of the names that a load uses, in a schema that
    // stands first on the role's path.
    place.database.sql(&format!(
        "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC; \
         CREATE TABLE evil.calls (what text); GRANT INSERT ON evil.calls TO PUBLIC; \
         CREATE FUNCTION evil.trap(text, text) RETURNS boolean LANGUAGE sql AS \
         $$ INSERT INTO evil.calls VALUES ('operator'); SELECT true $$; \
         CREATE OPERATOR evil.= (FUNCTION = evil.trap, LEFTARG = text, RIGHTARG = text); \
         CREATE OPERATOR evil.<> (FUNCTION = evil.trap, LEFTARG = text, RIGHTARG = text); \
         CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS \
         $$ INSERT INTO evil.calls VALUES ('now'); SELECT pg_catalog.now() $$; \
         CREATE FUNCTION evil.row_number() RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$; \
         CREATE DOMAIN evil.text AS pg_catalog.text CHECK (value <> 'never'); \
         CREATE TABLE evil.parcel_staging (x int); CREATE TABLE evil.pg_class (x int); \
         CREATE TABLE evil.veriscope_state (x int); \
         ALTER ROLE {role} SET search_path = evil, analysis, public, pg_catalog"
    ));
    let mut lake = lake();
    place.load(&lake).await;
    lake.snapshot = 2;
    lake.put("a3", attempt("a", 2));
    place.load(&lake).await;
    place.load_all(&lake).await;
    place.assert_same(&place.try_verify(&lake).await.unwrap());
    assert_eq!(place.column("SELECT count(*) FROM evil.calls"), ["0"]);
    // The views were made with the system's operators too, whoever reads them.
    let read = place
        .database
        .try_sql_as(
            &role,
            "secret",
            "SELECT attempt, kind FROM analysis.attempts",
        )
        .unwrap();
    assert_eq!(read.len(), 3);
    assert_eq!(place.column("SELECT count(*) FROM evil.calls"), ["0"]);
}
