//! What is put aside is sealed, kept once, and survives runs that publish nothing.

use veriscope_lake::PutAside;
use veriscope_privacy::Key;

use crate::support::{Fixture, Row};

fn broken(position: u64, bytes: &str) -> PutAside {
    PutAside {
        source: "a.json".into(),
        position,
        byte_offset: position * 100,
        reason: "broken-json".into(),
        path: None,
        detail: "expected a value".into(),
        encoding: "json".into(),
        size_bytes: bytes.len() as u64,
        bytes: bytes.as_bytes().to_vec(),
        sha256: None,
    }
}

#[tokio::test]
async fn bytes_come_back_with_the_key_and_not_without_it() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut writer = fixture.begin(&lake, "run-1", "a.json").await;
    let document = broken(4, r#"{"documento": "1000000009""#);
    fixture
        .write(
            &mut writer,
            &[Row::new("a")],
            std::slice::from_ref(&document),
        )
        .await
        .unwrap();
    writer.publish(&[]).await.unwrap();

    let entries = lake.quarantine().await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].position, entries[0].reason.as_str()),
        (4, "broken-json")
    );
    let id = &entries[0].id;
    let bytes = lake.quarantined_bytes(&fixture.key, &[id]).await.unwrap();
    assert_eq!(bytes[id], document.bytes);
    assert!(
        lake.quarantined_bytes(&Key::from_bytes([8; 32]), &[id])
            .await
            .is_err()
    );
    assert_no_file_holds(&fixture, b"1000000009");
}

fn assert_no_file_holds(fixture: &Fixture, needle: &[u8]) {
    let mut folders = vec![fixture.path()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(needle.len()).any(|w| w == needle),
                "{}",
                path.display()
            );
        }
    }
    assert!(files > 5);
}

#[tokio::test]
async fn a_run_that_is_repeated_puts_nothing_aside_twice() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    for run in ["run-1", "run-2"] {
        let mut writer = fixture.begin(&lake, run, run).await;
        let documents = [broken(0, "{"), broken(1, "{")];
        fixture.write(&mut writer, &[], &documents).await.unwrap();
        assert_eq!(writer.progress().counts.quarantined_total(), 2);
        writer.publish(&[]).await.unwrap();
    }
    assert_eq!(lake.quarantine().await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_quarantine_survives_a_run_that_is_taken_back() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut writer = fixture.begin(&lake, "run-1", "a.json").await;
    fixture
        .write(&mut writer, &[Row::new("a")], &[broken(1, "{")])
        .await
        .unwrap();
    drop(writer);
    fixture
        .begin(&lake, "run-2", "b.json")
        .await
        .publish(&[])
        .await
        .unwrap();
    assert_eq!(lake.quarantine().await.unwrap().len(), 1);
    assert!(fixture.published().await.is_empty());
}

#[tokio::test]
async fn only_documents_that_were_taken_count_as_replayed() {
    let fixture = Fixture::new().await;
    let lake = fixture.lake();
    let mut writer = fixture.begin(&lake, "run-1", "a.json").await;
    fixture
        .write(&mut writer, &[], &[broken(0, "{"), broken(1, "[")])
        .await
        .unwrap();
    writer.publish(&[]).await.unwrap();
    let ids: Vec<String> = lake
        .quarantine()
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.id)
        .collect();

    let mut writer = fixture.begin(&lake, "run-2", "quarantine").await;
    fixture
        .write(&mut writer, &[Row::new("a")], &[broken(1, "[")])
        .await
        .unwrap();
    writer.publish(&ids).await.unwrap();

    let replayed: Vec<Option<String>> = lake
        .quarantine()
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.replayed_by)
        .collect();
    assert_eq!(replayed, [Some("run-2".to_owned()), None]);
}
