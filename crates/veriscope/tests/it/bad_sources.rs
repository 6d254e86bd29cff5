//! Bad sources and lakes: nothing is read, made or changed where what is named does not fit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bad_input::{Ran, document, document_with, lines, quarantine, row, rows, take, tokens};
use crate::support::Sandbox;

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                found.insert(path, bytes);
            }
        }
    }
    found
}

/// A sandbox with a source of one document.
fn with_source() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("a.ndjson", &lines(&[document("a")]));
    sandbox
}

/// The command is refused with exit code 4 and the words, before anything is made.
fn refused(sandbox: &Sandbox, sources: &[&str], words: &str) {
    let before = sandbox.names();
    let ran = Ran::of(sandbox, &[&["run"], sources].concat());
    assert_eq!(ran.said.code, Some(4), "{ran:?}");
    assert!(ran.said.err.contains(words), "{ran:?}");
    assert_eq!(sandbox.names(), before, "no lake and no key were made");
}

#[test]
fn a_named_file_that_is_missing_is_told_before_anything_is_read() {
    let sandbox = with_source();
    refused(
        &sandbox,
        &["a.ndjson", "none.ndjson"],
        "`none.ndjson` does not exist",
    );
    refused(
        &sandbox,
        &["a.ndjson", "none-*.gz"],
        "`none-*.gz` fits no file",
    );
}

#[test]
fn a_directory_is_no_source() {
    let sandbox = with_source();
    std::fs::create_dir(sandbox.path().join("folder")).unwrap();
    refused(&sandbox, &["a.ndjson", "folder"], "`folder` is a directory");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_told_before_anything_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with_source();
    std::os::unix::fs::symlink("ring", sandbox.path().join("ring")).unwrap();
    refused(&sandbox, &["a.ndjson", "ring"], "`ring` can't be read");

    sandbox.write("shut.ndjson", &lines(&[document("b")]));
    let shut = sandbox.path().join("shut.ndjson");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser may read everything.
    if std::fs::File::open(&shut).is_err() {
        refused(
            &sandbox,
            &["a.ndjson", "shut.ndjson"],
            "`shut.ndjson` can't be read",
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_while_it_is_read_publishes_nothing() {
    let sandbox = with_source();
    Ran::of(&sandbox, &["run", "a.ndjson"]).ended(0, [1, 1, 0, 0, 0]);
    sandbox.write("b.ndjson", &lines(&[document("b")]));
    // Opens, and then gives an input/output error.
    let ran = Ran::of(&sandbox, &["run", "b.ndjson", "/proc/self/mem"]);
    assert_eq!(ran.said.code, Some(4), "{ran:?}");
    assert!(
        ran.said.err.contains("could not read /proc/self/mem"),
        "{ran:?}"
    );
    assert_eq!(tokens(&sandbox), ["a"]);
}

#[test]
fn an_unknown_format_exits_4_and_says_what_it_looks_like() {
    let strangers: [(&[u8], &str); 6] = [
        (b"just a note\nof two lines\n", "it begins with no document"),
        (b"<html></html>", "it looks like HTML or XML"),
        (b"PK\x03\x04rest of a zip", "it is a zip archive"),
        (b"\xff\xfe{\0}\0", "it looks like UTF-16 text"),
        (b"PAR1\x15\x04", "it is a Parquet file"),
        (b"file_token;date\na;b\n", "separated by commas"),
    ];
    let sandbox = with_source();
    Ran::of(&sandbox, &["run", "a.ndjson"]).ended(0, [1, 1, 0, 0, 0]);
    let before = rows(&sandbox);
    sandbox.write("b.ndjson", &lines(&[document("b")]));
    for (bytes, words) in strangers {
        std::fs::write(sandbox.path().join("x.json"), bytes).unwrap();
        let ran = Ran::of(&sandbox, &["run", "b.ndjson", "x.json"]);
        assert_eq!(ran.said.code, Some(4), "{ran:?}");
        assert!(
            ran.said.err.contains("x.json is of no known format"),
            "{ran:?}"
        );
        assert!(ran.said.err.contains(words), "{ran:?}");
        assert_eq!(rows(&sandbox), before, "nothing is published");
    }
    let ran = Ran::of(&sandbox, &["run", "b.ndjson"]);
    ran.ended(0, [1, 1, 0, 0, 0]);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
}

#[test]
fn a_published_csv_that_lacks_columns_exits_4_and_names_them() {
    let sandbox = with_source();
    Ran::of(&sandbox, &["run", "a.ndjson"]).ended(0, [1, 1, 0, 0, 0]);
    let text = sandbox.run_ok(&["export", "staging", "--out", "-"]).out;
    sandbox.write("part.csv", &text.replacen(",http_code,", ",other,", 1));
    let ran = Ran::of(&sandbox, &["run", "part.csv"]);
    assert_eq!(ran.said.code, Some(4), "{ran:?}");
    assert!(
        ran.said.err.contains("lacks 1 column(s): http_code"),
        "{ran:?}"
    );
}

#[test]
fn of_two_contents_of_one_transaction_the_later_source_wins() {
    let sandbox = Sandbox::new();
    let with = |token: &str, service: &str| document_with(token, json!({ "service": service }));
    sandbox.write("one.ndjson", &lines(&[with("t", "one"), document("u")]));
    sandbox.write("two.ndjson", &lines(&[with("t", "two"), document("v")]));
    let ran = Ran::of(&sandbox, &["run", "one.ndjson", "two.ndjson"]);
    ran.ended(0, [4, 3, 1, 0, 0]);
    assert_eq!(row(&sandbox, "t")["service"], "two");

    // The order of the arguments counts, not that of names.
    let ran = Ran::of(&sandbox, &["run", "two.ndjson", "one.ndjson"]);
    assert_eq!(ran.said.code, Some(0));
    assert_eq!(row(&sandbox, "t")["service"], "one");
    assert_eq!(tokens(&sandbox), ["t", "u", "v"]);

    let ran = Ran::of(&sandbox, &["run", "one.ndjson"]);
    ran.ended(0, [2, 0, 0, 2, 0]);
    let labels: Vec<&str> = ran.summary["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["one.ndjson"]);
}

/// A published lake with one document in quarantine, and where its key lies.
fn lake_with_key() -> (Sandbox, PathBuf) {
    let (sandbox, ran) = take(
        format!("{}\n{{\"file_token\":\"x\"}}\n", document("a")),
        &[],
    );
    ran.ended(6, [2, 1, 0, 0, 1]);
    let key = ran.summary["new_key_file"].as_str().unwrap().into();
    (sandbox, key)
}

#[test]
fn a_lake_whose_key_is_gone_takes_nothing_and_still_shows_what_it_has() {
    let (sandbox, key) = lake_with_key();
    let before = rows(&sandbox);
    let id = quarantine(&sandbox)[0]["id"].as_str().unwrap().to_owned();
    let shown = sandbox.run_ok(&["key", "show-id", "--key-file", key.to_str().unwrap()]);
    let kept = sandbox.path().join("kept.key");
    std::fs::rename(&key, &kept).unwrap();
    let lake = sandbox.path().join("veriscope-lake");
    let held = files(&lake);
    sandbox.write("b.ndjson", &lines(&[document("b")]));
    for words in [
        &["run", "b.ndjson"][..],
        &["run", "b.ndjson", "--key-file", "none.key"],
        &["anonymize", "b.ndjson", "--out", "b.csv"],
        &["quarantine", "replay"],
        &["quarantine", "show", &id],
    ] {
        let said = sandbox.run(words);
        assert_eq!(said.code, Some(3), "{words:?}: {said:?}");
        assert!(said.err.contains(shown.out.trim()), "{words:?}: {said:?}");
        assert!(said.err.contains("there is no key file"), "{said:?}");
        assert!(said.err.contains("hint: "), "{said:?}");
    }
    assert!(!key.exists(), "no key is made for a lake that exists");
    assert!(!sandbox.path().join("none.key").exists());
    assert_eq!(files(&lake), held, "nothing in the lake has changed");

    assert_eq!(rows(&sandbox), before);
    sandbox.run_ok(&["runs"]);
    assert_eq!(quarantine(&sandbox).len(), 1);
    let ran = Ran::of(&sandbox, &["run", "b.ndjson", "--key-file", "kept.key"]);
    ran.ended(0, [1, 1, 0, 0, 0]);
}

#[test]
fn another_key_is_refused_with_both_ids() {
    let (sandbox, key) = lake_with_key();
    let own = sandbox.run_ok(&["key", "show-id", "--key-file", key.to_str().unwrap()]);
    let other = sandbox.run_ok(&["key", "new", "--out", "other.key"]);
    let lake = sandbox.path().join("veriscope-lake");
    let held = files(&lake);
    sandbox.write("b.ndjson", &lines(&[document("b")]));
    let said = sandbox.run(&["run", "b.ndjson", "--key-file", "other.key"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    for id in [own.out.trim(), other.out.trim()] {
        assert!(said.err.contains(id), "{said:?}");
    }
    let text = sandbox.read("other.key");
    let mut process = sandbox.process(&["run", "b.ndjson"]);
    let output = process.env("VERISCOPE_KEY", &text).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains(own.out.trim())
    );
    assert_eq!(files(&lake), held, "nothing in the lake has changed");
}
