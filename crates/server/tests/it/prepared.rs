//! A snapshot that is kept as memory holds it serves the next start, and no other question.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use veriscope_metrics::query::Exclusion;
use veriscope_server::{News, Server, Settings};

use crate::lake::Fixture;
use crate::support::{ADDRESS, Heard, Served, settings, wait_until};

/// Serves a lake that keeps its snapshots in a folder.
async fn served(fixture: Fixture, rules: Vec<Exclusion>, prepared: &Path) -> Served {
    let heard = Arc::new(Heard::default());
    let address = ADDRESS.parse().unwrap();
    let mut settings: Settings = settings(&fixture, rules, address, Arc::clone(&heard));
    settings.place.prepared = Some(prepared.to_path_buf());
    let server = Server::start(settings).await.unwrap();
    server.settled().await;
    Served {
        fixture,
        server,
        heard,
    }
}

/// Whether each snapshot that was shown had been kept.
fn were_prepared(served: &Served) -> Vec<bool> {
    let heard = served.heard.0.lock().unwrap();
    let loaded = heard.iter().filter_map(|news| match news {
        News::Loaded { is_prepared, .. } => Some(*is_prepared),
        _ => None,
    });
    loaded.collect()
}

fn kept(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".arrow")).collect()
}

async fn until_kept(folder: &Path, other_than: &[String]) -> Vec<String> {
    wait_until("the snapshot to be kept", async || {
        let names = kept(folder);
        names.len() == 1 && names != other_than
    })
    .await;
    kept(folder)
}

/// An answer but for how long it took.
async fn tab(served: &Served, name: &str) -> Value {
    let mut tab = served
        .json(&format!("/api/v1/tabs/{name}?hour=0..20"))
        .await;
    tab["basis"].as_object_mut().unwrap().remove("elapsed_ms");
    tab
}

#[tokio::test]
async fn the_next_start_answers_the_same_from_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let prepared = folder.path().join("kept");
    let first = served(Fixture::with(150).await, Vec::new(), &prepared).await;
    let names = until_kept(&prepared, &[]).await;
    let tabs = ["clients", "microservices", "retries"];
    let mut told = Vec::new();
    for name in tabs {
        told.push(tab(&first, name).await);
    }
    assert_eq!(were_prepared(&first), [false]);

    let second = served(first.fixture, Vec::new(), &prepared).await;
    assert_eq!(were_prepared(&second), [true]);
    for (name, told) in tabs.into_iter().zip(told) {
        assert_eq!(tab(&second, name).await, told, "{name}");
    }

    // What leaves out others is another question.
    let rule = Exclusion {
        client: Some("convenio_1".to_owned()),
        ..Exclusion::default()
    };
    let third = served(second.fixture, vec![rule], &prepared).await;
    assert_eq!(were_prepared(&third), [false]);
    let others = until_kept(&prepared, &names).await;
    assert_ne!(others, names);
}

#[tokio::test]
async fn a_file_that_can_not_be_read_is_made_anew_and_a_folder_that_can_not_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let prepared = folder.path().join("kept");
    let first = served(Fixture::with(150).await, Vec::new(), &prepared).await;
    let names = until_kept(&prepared, &[]).await;
    let path = prepared.join(&names[0]);
    let whole = std::fs::metadata(&path).unwrap().len();
    std::fs::write(&path, "something else").unwrap();
    // What others call so is theirs.
    let theirs = prepared.join("snapshot-2026-11.arrow");
    std::fs::write(&theirs, "").unwrap();
    let second = served(first.fixture, Vec::new(), &prepared).await;
    assert_eq!(were_prepared(&second), [false]);
    wait_until("the file to be whole", async || {
        std::fs::metadata(&path).is_ok_and(|file| file.len() == whole)
    })
    .await;

    assert!(theirs.exists());
    let heard = |served: &Served, is_it: fn(&News) -> bool| {
        served.heard.0.lock().unwrap().iter().any(is_it)
    };
    assert!(heard(&second, |news| matches!(news, News::NotRead { .. })));

    let file = folder.path().join("no folder");
    std::fs::write(&file, "").unwrap();
    let third = served(second.fixture, Vec::new(), &file).await;
    wait_until("it to be told", async || {
        heard(&third, |news| matches!(news, News::NotKept { .. }))
    })
    .await;
    assert_eq!(third.json("/api/v1/meta").await["snapshot"]["version"], 1);
}
