//! Servers that are away, full, slow, locked or read-only; loads that are cut short.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use arrow_array::RecordBatch;
use futures::StreamExt;
use futures::future::BoxFuture;
use veriscope_base::ErrorClass;
use veriscope_postgres::{
    BoxError, Database, LoadError, LoadRequest, RowStream, Rows, Scope, Secret, Sent, ServerError,
    TableKind,
};
use veriscope_postgres_testing::{Server, ServerOptions};

use crate::support::{FakeLake, Place, attempt, request};

pub(crate) fn lake() -> FakeLake {
    let mut lake = FakeLake::new();
    for number in 0..60 {
        lake.put(
            &format!("k{number:02}"),
            attempt(&format!("p{}", number % 9), number),
        );
    }
    lake
}

/// Rows of a lake, with something happening after each batch of a table.
struct Meddled<'a> {
    lake: &'a FakeLake,
    table: TableKind,
    happens: Arc<dyn Fn(usize) -> Result<(), BoxError> + Send + Sync>,
}

impl Rows for Meddled<'_> {
    fn rows(&self, table: TableKind, scope: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>> {
        let batches = self.lake.batches(table, scope);
        let happens = Arc::clone(&self.happens);
        let is_meddled = table == self.table;
        let meddled = batches.into_iter().enumerate().map(move |(at, batch)| {
            if is_meddled {
                happens(at)?;
            }
            Ok::<RecordBatch, BoxError>(batch)
        });
        let stream: RowStream = futures::stream::iter(meddled).boxed();
        Box::pin(async { Ok(stream) })
    }
}

pub(crate) fn source_of(error: &LoadError) -> &ServerError {
    match error {
        LoadError::Server { source, .. } => source,
        other => panic!("{other:?}"),
    }
}

/// Loads the first snapshot, then a second one while something happens.
async fn second_load(
    place: &Place,
    table: TableKind,
    happens: impl Fn(usize) -> Result<(), BoxError> + Send + Sync + 'static,
) -> Result<Sent, LoadError> {
    let mut lake = lake();
    place.load(&lake).await;
    lake.snapshot = 2;
    for (number, parcel) in (0..60).zip(["p1", "p2", "q"].into_iter().cycle()) {
        lake.put(&format!("m{number:02}"), attempt(parcel, 100 + number));
    }
    let rows = Meddled {
        lake: &lake,
        table,
        happens: Arc::new(happens),
    };
    let card = lake.card();
    let loaded = place.db().load(&request(&card, &lake), &rows).await;
    if loaded.is_ok() {
        place.assert_same(&place.try_verify(&lake).await.unwrap());
    }
    loaded.map(|report| report.sent)
}

/// Asserts that the database still holds the first snapshot, whole.
async fn assert_first_snapshot(place: &Place) {
    place.assert_same(&place.try_verify(&lake()).await.unwrap());
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be_after_some_tries() {
    let mut place = Place::new();
    place.target.port = 1; // nothing listens there
    place.target.patience.connect_tries = 2;
    let error = place.try_load(&lake()).await.unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::Away(_)),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Target);
    assert!(
        error
            .to_string()
            .starts_with("failed to connect to 127.0.0.1:1/"),
        "{error}"
    );
    place.target.host = "no-such-host.invalid".to_owned();
    let error = place.try_load(&lake()).await.unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::Away(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_said_and_never_shown() {
    let mut place = Place::new();
    place.target.password = Some(Secret::new("hunter2-and-more".to_owned()));
    let error = place.try_load(&lake()).await.unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::Password),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Configuration);
    let all = format!("{error:?} {error} {:?} {:?}", place.target, place.db());
    assert!(!all.contains("hunter2"), "{all}");
    place.target.password = None;
    let error = place.try_load(&lake()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration, "{error:?}");
}

#[tokio::test]
async fn a_read_only_role_is_said_to_be() {
    let mut place = Place::new();
    let role = place.database.role("reader", "r");
    place.database.sql(&format!(
        "GRANT ALL ON SCHEMA public TO {role}; \
         ALTER ROLE {role} SET default_transaction_read_only = on"
    ));
    place.target.user = role;
    place.target.password = Some(Secret::new("r".to_owned()));
    let error = place.try_load(&lake()).await.unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::ReadOnly(_)),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Target);
}

#[tokio::test]
async fn a_statement_timeout_ends_the_load_and_says_how_to_get_more() {
    let mut place = Place::new();
    let role = place.database.role("hasty", "h");
    place.database.sql(&format!(
        "GRANT ALL ON SCHEMA public TO {role}; ALTER ROLE {role} SET statement_timeout = '300ms'"
    ));
    place.target.user = role;
    place.target.password = Some(Secret::new("h".to_owned()));
    let error = second_load(&place, TableKind::Transform, |_| {
        std::thread::sleep(Duration::from_millis(100));
        Ok(())
    })
    .await
    .unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::Timeout(_)),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains("statement_timeout"));
    assert_first_snapshot(&place).await;
}

#[tokio::test]
async fn a_lock_of_someone_else_is_waited_for_and_then_named() {
    let mut place = Place::new();
    place.target.patience.lock_wait = Duration::from_millis(300);
    let lake = lake();
    place.load(&lake).await;
    let holder = place.database.role("holder", "h");
    place
        .database
        .sql(&format!("GRANT ALL ON parcel_staging TO {holder}"));
    let database = place.database.clone();
    let name = holder.clone();
    let asleep = std::thread::spawn(move || {
        // Ended below; the limit is for a test that fails before.
        let _ = database.try_sql_as(
            &name,
            "h",
            "BEGIN; LOCK TABLE public.parcel_staging IN EXCLUSIVE MODE; SELECT pg_sleep(60)",
        );
    });
    let sleeping = format!(
        "SELECT pid FROM pg_stat_activity WHERE usename = '{holder}' \
                            AND wait_event = 'PgSleep'"
    );
    for _ in 0..500 {
        if !place.database.sql(&sleeping).is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut later = lake;
    later.snapshot = 2;
    later.put("k00", attempt("p9", 500));
    let error = place.try_load(&later).await.unwrap_err();
    let ServerError::LockHeld(holders) = source_of(&error) else {
        panic!("{error:?}");
    };
    assert!(
        holders[0].contains(&format!("role {holder}")),
        "{holders:?}"
    );
    assert_eq!(error.class(), ErrorClass::Target);
    place.database.sql(&format!(
        "SELECT pg_terminate_backend(pid) FROM ({sleeping}) s"
    ));
    asleep.join().unwrap();
    place.load(&later).await;
    place.assert_same(&place.try_verify(&later).await.unwrap());
}

#[tokio::test]
async fn two_loads_at_once_come_one_after_the_other() {
    let place = Place::new();
    let lake = lake();
    let (one, other) = tokio::join!(place.try_load(&lake), place.try_load(&lake));
    let mut sent = [one.unwrap().sent, other.unwrap().sent];
    sent.sort_by_key(|sent| *sent != Sent::Nothing);
    assert_eq!(sent[0], Sent::Nothing);
    assert_ne!(sent[1], Sent::Nothing);
    place.assert_same(&place.try_verify(&lake).await.unwrap());
}

/// Ends the connections of loads, as a fail-over does.
fn end_loads(database: &veriscope_postgres_testing::Database) {
    database.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE application_name = 'veriscope' AND datname = current_database()",
    );
}

#[tokio::test]
async fn a_connection_that_is_lost_once_is_made_again() {
    let place = Place::new();
    let (database, ended) = (place.database.clone(), AtomicUsize::new(0));
    let sent = second_load(&place, TableKind::Context, move |batch| {
        if batch == 3 && ended.fetch_add(1, Ordering::SeqCst) == 0 {
            end_loads(&database);
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(sent, Sent::ChangesSince(1));
}

#[tokio::test]
async fn a_connection_that_is_always_lost_leaves_nothing_half() {
    for table in [TableKind::Staging, TableKind::Transform, TableKind::Context] {
        let place = Place::new();
        let database = place.database.clone();
        let error = second_load(&place, table, move |batch| {
            if batch == 2 {
                end_loads(&database);
            }
            Ok(())
        })
        .await
        .unwrap_err();
        assert!(
            matches!(source_of(&error), ServerError::Lost(_)),
            "{error:?}"
        );
        assert_eq!(error.class(), ErrorClass::Target);
        assert_first_snapshot(&place).await;
    }
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_leaves_nothing_half_when_it_is_back() {
    let server = Server::start(&ServerOptions::default());
    let mut place = Place::on(&server);
    place.target.patience.connect_tries = 2;
    let stopped = server.clone();
    let error = second_load(&place, TableKind::Transform, move |batch| {
        if batch == 2 {
            stopped.stop();
        }
        Ok(())
    })
    .await
    .unwrap_err();
    let source = source_of(&error);
    assert!(
        matches!(source, ServerError::Lost(_) | ServerError::Away(_)),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Target);
    server.start_again();
    assert_first_snapshot(&place).await;
}

#[tokio::test]
async fn rows_that_fail_leave_nothing_half_and_keep_their_own_error() {
    let place = Place::new();
    let error = second_load(&place, TableKind::Context, |batch| match batch {
        3 => Err("the lake is gone".into()),
        _ => Ok(()),
    })
    .await
    .unwrap_err();
    let LoadError::Rows { table, source } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(table, "veriscope_context");
    assert_eq!(source.to_string(), "the lake is gone");
    assert_first_snapshot(&place).await;
}

#[tokio::test]
async fn a_load_that_is_asked_to_stop_stops_and_leaves_nothing_half() {
    let place = Place::new();
    let mut lake = lake();
    place.load(&lake).await;
    lake.snapshot = 2;
    for number in 0..200 {
        lake.put(&format!("m{number:03}"), attempt("p1", 100 + number));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A stream that never ends: only the request to stop ends this load.
    let rows = Endless {
        lake: &lake,
        asked: Arc::new(move || asked.store(true, Ordering::SeqCst)),
    };
    let card = lake.card();
    let request = LoadRequest {
        stop: Some(&stop),
        ..request(&card, &lake)
    };
    let error = place.db().load(&request, &rows).await.unwrap_err();
    assert!(matches!(error, LoadError::Interrupted), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Interrupted);
    assert_first_snapshot(&place).await;
}

/// Rows of staging that stop coming after the first batch.
struct Endless<'a> {
    lake: &'a FakeLake,
    asked: Arc<dyn Fn() + Send + Sync>,
}

impl Rows for Endless<'_> {
    fn rows(&self, table: TableKind, scope: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>> {
        let first = self.lake.batches(table, scope).into_iter().take(1);
        let asked = Arc::clone(&self.asked);
        let stream =
            futures::stream::iter(first.map(Ok)).chain(futures::stream::once(async move {
                asked();
                std::future::pending::<Result<RecordBatch, BoxError>>().await
            }));
        let stream: RowStream = stream.boxed();
        Box::pin(async { Ok(stream) })
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_half() {
    let server = Server::start(&ServerOptions::default());
    let small = server.make_folder("small");
    // A file system of a few megabytes; where none may be mounted there is nothing to test.
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs"])
        .arg(&small)
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        return;
    }
    let _unmount = Unmount(small.clone());
    let space = small.join("space");
    std::fs::create_dir(&space).unwrap();
    server.give(&space);
    let place = Place::on(&server);
    let mut lake = lake();
    place.load(&lake).await;
    server.sql(&format!(
        "CREATE TABLESPACE small LOCATION '{}'",
        space.display()
    ));
    place
        .database
        .sql("ALTER TABLE parcel_staging SET TABLESPACE small");
    lake.snapshot = 2;
    for number in 0..20_000 {
        lake.put(&format!("m{number:05}"), attempt("p1", 100 + number));
    }
    let error = place.try_load(&lake).await.unwrap_err();
    assert!(
        matches!(source_of(&error), ServerError::DiskFull),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Target);
    assert!(error.hint().unwrap().contains("free space"));
    assert_first_snapshot(&place).await;
    server.stop();
}

struct Unmount(std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
    }
}

#[test]
fn a_database_shows_its_place_and_no_password() {
    let place = Place::new();
    let database = Database::new(place.target.clone());
    let shown = format!("{} {database:?}", place.target);
    assert!(shown.contains("127.0.0.1"), "{shown}");
    assert!(
        !shown.contains(place.database.server().password()),
        "{shown}"
    );
}
