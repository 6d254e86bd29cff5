//! What an upsert costs and leaves behind.

use crate::support::{DAY_US, Fixture, MID_JANUARY_US, Row};

fn rows(prefix: &str, count: usize, date_us: i64) -> Vec<Row> {
    (0..count)
        .map(|i| Row::new(&format!("{prefix}{i:04}")).date_us(date_us))
        .collect()
}

#[tokio::test]
async fn the_same_rows_again_commit_nothing_and_publish_no_snapshot() {
    let fixture = Fixture::new().await;
    let january = rows("a", 20, MID_JANUARY_US);
    fixture.run("run-1", &[&january]).await;
    let before = fixture.lake().snapshot().await.unwrap().published().clone();

    let reports = fixture.run("run-2", &[&january]).await;

    assert_eq!(reports[0].counts.unchanged, 20);
    assert!(!reports[0].committed);
    assert_eq!(reports[0].bytes_written, 0);
    let after = fixture.lake().snapshot().await.unwrap().published().clone();
    assert_eq!(after, before);
}

#[tokio::test]
async fn new_rows_read_and_rewrite_no_file() {
    let fixture = Fixture::new().await;
    fixture
        .run("run-1", &[&rows("a", 20, MID_JANUARY_US)])
        .await;

    let reports = fixture
        .run("run-2", &[&rows("b", 20, MID_JANUARY_US)])
        .await;

    assert_eq!(reports[0].counts.inserted, 20);
    assert_eq!(
        reports[0].files_read, 0,
        "bloom filters rule the old file out"
    );
    assert_eq!(reports[0].files_rewritten, 0);
    assert_eq!(fixture.published().await.len(), 40);
}

#[tokio::test]
async fn a_changed_row_of_an_old_month_rewrites_its_one_file() {
    let fixture = Fixture::new().await;
    fixture
        .run("run-1", &[&rows("old", 20, MID_JANUARY_US - 60 * DAY_US)])
        .await;
    fixture
        .run("run-2", &[&rows("new", 20, MID_JANUARY_US)])
        .await;

    let changed = Row::new("old0003")
        .date_us(MID_JANUARY_US - 60 * DAY_US)
        .total_ms(7);
    let reports = fixture.run("run-3", &[&[changed]]).await;

    assert_eq!(reports[0].counts.updated, 1);
    assert_eq!((reports[0].files_read, reports[0].files_rewritten), (1, 1));
    let table = fixture.published().await;
    assert_eq!(table.len(), 40);
    let row = table.iter().find(|(token, ..)| token == "old0003").unwrap();
    assert_eq!(row.1, 7);
}

#[tokio::test]
async fn a_row_that_moves_to_another_month_is_there_once() {
    let fixture = Fixture::new().await;
    fixture.run("run-1", &[&rows("a", 5, MID_JANUARY_US)]).await;

    let moved = Row::new("a0002").date_us(MID_JANUARY_US + 40 * DAY_US);
    let reports = fixture.run("run-2", &[&[moved]]).await;

    assert_eq!(reports[0].counts.updated, 1);
    let tokens: Vec<String> = fixture
        .published()
        .await
        .into_iter()
        .map(|row| row.0)
        .collect();
    assert_eq!(tokens, ["a0000", "a0001", "a0002", "a0003", "a0004"]);
}

#[tokio::test]
async fn many_small_runs_are_compacted_and_lose_nothing() {
    let fixture = Fixture::new().await;
    for run in 0..10 {
        let batch = rows(&format!("r{run}-"), 3, MID_JANUARY_US);
        fixture.run(&format!("run-{run}"), &[&batch]).await;
    }
    assert_eq!(fixture.published().await.len(), 30);
    let staging = fixture.path().join("staging/_partition=2025-01");
    let live = fixture.lake().snapshot().await.unwrap();
    assert_eq!(live.transactions().await.unwrap(), 30);
    assert!(staging.is_dir());

    let again = fixture
        .run("again", &[&rows("r0-", 3, MID_JANUARY_US)])
        .await;
    assert_eq!(
        again[0].counts.unchanged, 3,
        "keys are found in compacted files too"
    );
}

#[tokio::test]
async fn clients_keep_their_numbers_in_later_runs() {
    let fixture = Fixture::new().await;
    let of = |token: &str, client: &str| Row {
        client: client.into(),
        ..Row::new(token)
    };
    fixture
        .run("run-1", &[&[of("a", "acme"), of("b", "bolt")]])
        .await;
    fixture
        .run("run-2", &[&[of("c", "core"), of("d", "acme")]])
        .await;

    let clients: Vec<(String, String)> = fixture
        .published()
        .await
        .into_iter()
        .map(|(token, _, client)| (token, client))
        .collect();
    let expected = [
        ("a", "convenio_1"),
        ("b", "convenio_2"),
        ("c", "convenio_3"),
        ("d", "convenio_1"),
    ];
    assert_eq!(clients, expected.map(|(t, c)| (t.to_owned(), c.to_owned())));
}
