//! Snapshots are whole; runs that end early publish nothing and can be gone on with.

use std::time::Duration;

use veriscope_base::ErrorClass;
use veriscope_card::Card;
use veriscope_lake::{Identity, Lake, LakeError, RunStatus, WriterLock};
use veriscope_privacy::Key;

use crate::support::{Fixture, Row};

fn tokens(rows: &[(String, i64, String)]) -> Vec<&str> {
    rows.iter().map(|row| row.0.as_str()).collect()
}

#[tokio::test]
async fn readers_see_the_last_published_snapshot_while_a_run_writes() {
    let fixture = Fixture::new().await;
    fixture.run("run-1", &[&[Row::new("a")]]).await;
    let lake = fixture.lake();
    let mut writer = fixture.begin(&lake, "run-2", "b.json").await;

    fixture
        .write(&mut writer, &[Row::new("b")], &[])
        .await
        .unwrap();
    assert_eq!(tokens(&fixture.published().await), ["a"]);

    writer.publish(&[]).await.unwrap();
    assert_eq!(tokens(&fixture.published().await), ["a", "b"]);
}

#[tokio::test]
async fn a_run_that_was_cut_short_goes_on_where_it_stopped() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut writer = fixture.begin(&lake, "run-1", "a.json").await;
    fixture
        .write(&mut writer, &[Row::new("a"), Row::new("b")], &[])
        .await
        .unwrap();
    drop(writer);

    let mut writer = fixture.begin(&lake, "run-2", "a.json").await;
    assert!(writer.resumed());
    assert_eq!(writer.run_id(), "run-1");
    assert_eq!(writer.progress().position(), (0, 2));
    assert_eq!(writer.progress().counts.inserted, 2);
    fixture
        .write(&mut writer, &[Row::new("c")], &[])
        .await
        .unwrap();
    assert_eq!(writer.progress().counts.read, 3);
    writer.publish(&[]).await.unwrap();

    assert_eq!(tokens(&fixture.published().await), ["a", "b", "c"]);
    let runs = fixture.lake().runs().await.unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].status, RunStatus::Published);
    assert_eq!(runs[0].counts.as_ref().unwrap().inserted, 3);
}

#[tokio::test]
async fn another_writer_first_goes_back_to_what_is_published() {
    let fixture = Fixture::new().await;
    fixture.run("run-1", &[&[Row::new("a")]]).await;
    let lake = fixture.lake();
    let mut cut_short = fixture.begin(&lake, "run-2", "b.json").await;
    let other = Row {
        client: "other".into(),
        ..Row::new("b")
    };
    fixture
        .write(&mut cut_short, std::slice::from_ref(&other), &[])
        .await
        .unwrap();
    drop(cut_short);

    let mut writer = fixture.begin(&lake, "run-3", "c.json").await;
    assert!(!writer.resumed());
    let third = Row {
        client: "third".into(),
        ..Row::new("c")
    };
    fixture.write(&mut writer, &[third], &[]).await.unwrap();
    writer.publish(&[]).await.unwrap();

    let table = fixture.published().await;
    assert_eq!(tokens(&table), ["a", "c"]);
    assert_eq!(
        table[1].2, "convenio_2",
        "the number of the run that was taken back is free"
    );
}

#[tokio::test]
async fn the_progress_of_a_run_that_was_taken_back_is_not_believed() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut first = fixture.begin(&lake, "run-1", "a.json").await;
    fixture
        .write(&mut first, &[Row::new("a")], &[])
        .await
        .unwrap();
    drop(first);
    // Another run takes it back and is cut short before it writes anything.
    drop(fixture.begin(&lake, "run-2", "b.json").await);

    let mut writer = fixture.begin(&lake, "run-3", "a.json").await;
    assert_eq!(writer.progress().position(), (0, 0));
    fixture
        .write(&mut writer, &[Row::new("a")], &[])
        .await
        .unwrap();
    writer.publish(&[]).await.unwrap();
    assert_eq!(tokens(&fixture.published().await), ["a"]);
}

#[tokio::test]
async fn a_second_writer_is_told_who_holds_the_lake() {
    let fixture = Fixture::new().await;
    let _held = fixture.lock();
    let refused = WriterLock::acquire(&fixture.path(), "run", Duration::ZERO, |_| {}).unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Target);
    let pid = std::process::id().to_string();
    assert!(
        refused.to_string().contains("`veriscope test`"),
        "{refused}"
    );
    assert!(refused.to_string().contains(&pid), "{refused}");
}

#[tokio::test]
async fn another_key_or_card_is_refused_with_both_names() {
    let fixture = Fixture::new().await;
    let other = Key::from_bytes([8; 32]);
    let identity = fixture.lake().identity().clone();
    let refused = identity.check_key(&other.id()).unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Configuration);
    assert!(refused.to_string().contains(&other.id()));
    assert!(refused.to_string().contains(&fixture.key.id()));

    let ocr = Card::parse(include_str!("../../../card/tests/cards/ocr.yaml")).unwrap();
    let refused = Lake::open(&fixture.path(), &ocr).unwrap_err();
    assert!(matches!(refused, LakeError::OtherCard { .. }));
}

#[tokio::test]
async fn a_folder_with_other_things_is_not_made_a_lake() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("thesis.txt"), "work of years").unwrap();
    let fixture = Fixture::new().await;
    let lock = WriterLock::acquire(folder.path(), "run", Duration::ZERO, |_| {}).unwrap();
    let identity = Identity::new("x".into(), fixture.card.name.clone(), fixture.key.id(), 0);
    let refused = Lake::create(&lock, &fixture.card, identity, &fixture.clock)
        .await
        .unwrap_err();
    assert!(matches!(refused, LakeError::NotALake { .. }));
}

#[tokio::test]
async fn published_tables_without_their_description_are_not_grafted_onto_a_new_lake() {
    let fixture = Fixture::new().await;
    fixture.run("run-1", &[&[Row::new("a")]]).await;
    std::fs::remove_file(fixture.path().join("lake.json")).unwrap();
    let identity = Identity::new("y".into(), fixture.card.name.clone(), fixture.key.id(), 0);
    let refused = Lake::create(&fixture.lock(), &fixture.card, identity, &fixture.clock)
        .await
        .unwrap_err();
    assert!(matches!(refused, LakeError::Headless { .. }));
}

#[tokio::test]
async fn an_identity_in_a_kept_column_stops_the_run_and_leaves_no_file() {
    let fixture = Fixture::new().await;
    fixture.run("run-1", &[&[Row::new("a")]]).await;
    let lake = fixture.lake();
    let mut writer = fixture.begin(&lake, "run-2", "b.json").await;
    let leaky = Row {
        description: "face of 1000000001 not found".into(),
        ..Row::new("b")
    };

    let refused = fixture.write(&mut writer, &[leaky], &[]).await.unwrap_err();

    assert_eq!(refused.class(), ErrorClass::CheckFailed);
    assert!(refused.to_string().contains("summary_desc"), "{refused}");
    assert!(!refused.to_string().contains("1000000001"), "{refused}");
    let files = std::fs::read_dir(fixture.path().join("staging/_partition=2025-01")).unwrap();
    assert_eq!(
        files.count(),
        1,
        "the new file is gone, the published one is not"
    );
    drop(writer);
    assert_eq!(tokens(&fixture.published().await), ["a"]);
}
