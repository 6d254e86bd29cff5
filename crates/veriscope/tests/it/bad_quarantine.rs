//! What was put aside: the limit of rejects, and documents shown and read again.

use serde_json::{Value, json};

use crate::bad_input::{
    Ran, document, document_with, lines, quarantine, reasons, row, take, tokens,
};
use crate::support::Sandbox;

const CARD: &str = include_str!("../../../../cards/veriface.yaml");

/// The built-in card with one text put in place of another.
fn changed_card(old: &str, new: &str) -> String {
    assert_eq!(CARD.matches(old).count(), 1, "{old}");
    CARD.replace(old, new)
}

/// A lake that shows one transaction, and a source of which two of four can't be taken.
fn published() -> (Sandbox, String) {
    let (sandbox, ran) = take(lines(&[document("a")]), &[]);
    ran.ended(0, [1, 1, 0, 0, 0]);
    let undated = json!({ "file_token": "x" });
    let unnamed = json!({ "date": 1_930_400_100 });
    sandbox.write(
        "half.ndjson",
        &lines(&[document("b"), undated, unnamed, document("c")]),
    );
    let shown = sandbox.run_ok(&["export", "transform", "--out", "-"]).out;
    (sandbox, shown)
}

fn last_status(sandbox: &Sandbox) -> Value {
    let listed = sandbox.run_ok(&["runs", "--json"]);
    let runs: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    let newest = runs.iter().max_by_key(|run| run["started_at_us"].as_i64());
    newest.unwrap()["status"].clone()
}

#[test]
fn rejects_within_the_limit_are_a_warning() {
    for limit in ["2", "3", "50%", "99.5%"] {
        let (sandbox, _) = published();
        let ran = Ran::of(&sandbox, &["run", "half.ndjson", "--max-rejects", limit]);
        ran.ended(0, [4, 2, 0, 0, 2]);
        assert!(
            ran.said.err.contains("warning: 2 documents were put aside"),
            "{ran:?}"
        );
        assert_eq!(tokens(&sandbox), ["a", "b", "c"]);
        assert_eq!(last_status(&sandbox), "published");
        assert_eq!(quarantine(&sandbox).len(), 2);
    }
}

#[test]
fn rejects_beyond_the_limit_publish_nothing_and_can_be_looked_at() {
    for limit in ["1", "0", "49%", "0%"] {
        let (sandbox, shown) = published();
        let ran = Ran::of(&sandbox, &["run", "half.ndjson", "--max-rejects", limit]);
        assert_eq!(ran.said.code, Some(7), "{ran:?}");
        assert!(ran.summary.is_null(), "{ran:?}");
        assert!(
            ran.said.err.contains("nothing was published: 2 of 4"),
            "{ran:?}"
        );
        let again = sandbox.run_ok(&["export", "transform", "--out", "-"]).out;
        assert_eq!(again, shown, "the former snapshot stays");
        assert_eq!(last_status(&sandbox), "failed");
        let expected = [(1, "unreadable-date"), (2, "no-transaction-id")];
        let expected = expected.map(|(position, reason)| (position, reason.to_owned()));
        assert_eq!(reasons(&sandbox), expected, "--max-rejects {limit}");

        let ran = Ran::of(&sandbox, &["run", "half.ndjson"]);
        ran.ended(6, [4, 2, 0, 0, 2]);
        assert_eq!(tokens(&sandbox), ["a", "b", "c"]);
        assert_eq!(quarantine(&sandbox).len(), 2, "nothing is put aside twice");
    }
}

fn id(entry: &Value) -> &str {
    entry["id"].as_str().unwrap()
}

#[test]
fn show_gives_the_bytes_back_and_list_says_where_they_stood() {
    let bad = "{ \"file_token\" : \"x\",\t\"date\": \"2031-02-30T00:00:00Z\", \"ñ\": 1.50 }";
    let text = format!("{}\n{bad}\n{}\n", document("a"), document("b"));
    let (sandbox, ran) = take(&text, &[]);
    ran.ended(6, [3, 2, 0, 0, 1]);
    let entries = quarantine(&sandbox);
    let entry = &entries[0];
    assert_eq!(entry["run_id"], ran.summary["run_id"]);
    assert_eq!(entry["source"], "in.json");
    assert_eq!(entry["position"], 1);
    assert_eq!(entry["byte_offset"], text.find(bad).unwrap());
    assert_eq!(entry["size_bytes"], bad.len());
    assert_eq!(entry["encoding"], "json");
    assert_eq!(sandbox.run_ok(&["quarantine", "show", id(entry)]).out, bad);
    let short = &id(entry)[..12];
    assert_eq!(sandbox.run_ok(&["quarantine", "show", short]).out, bad);
    let listed = sandbox.run_ok(&["quarantine", "list"]).out;
    assert!(
        listed.contains(short) && listed.contains("unreadable-date"),
        "{listed}"
    );
    let of_run = ["quarantine", "list", "--json", "--run", "other"];
    assert_eq!(sandbox.run_ok(&of_run).out.trim(), "[]");
    let none = sandbox.run(&["quarantine", "show", "ffff"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    for said in [&listed, &ran.said.err] {
        assert!(
            !said.contains("2031-02-30"),
            "no value of a document is told"
        );
    }
}

#[test]
fn a_row_of_a_csv_source_is_shown_with_its_header_and_read_again() {
    let (sandbox, ran) = take(lines(&[document("a"), document("b")]), &[]);
    ran.ended(0, [2, 2, 0, 0, 0]);
    let text = sandbox.run_ok(&["export", "staging", "--out", "-"]).out;
    let header = text.lines().next().unwrap();
    let broken = text.replacen(",1400,ok,", ",soon,ok,", 1);
    sandbox.write("in.csv", &broken);
    let ran = Ran::of(&sandbox, &["run", "in.csv", "--lake", "second"]);
    ran.ended(6, [2, 1, 0, 0, 1]);
    let listed = sandbox.run_ok(&["quarantine", "list", "--json", "--lake", "second"]);
    let entries: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(entries[0]["reason"], "wrong-type");
    assert_eq!(entries[0]["path"], "summary_code");
    assert_eq!(entries[0]["encoding"], "csv");
    let words = ["quarantine", "show", id(&entries[0]), "--lake", "second"];
    let shown = sandbox.run_ok(&words).out;
    assert_eq!(shown.lines().next().unwrap(), header);
    assert_eq!(shown.lines().count(), 2);
    let ran = Ran::of(&sandbox, &["quarantine", "replay", "--lake", "second"]);
    ran.ended(6, [1, 0, 0, 0, 1]);
}

#[test]
fn replay_after_a_change_of_the_card_takes_documents_in_and_marks_them() {
    let fraction = document_with("b", json!({ "http_code": 200.4 }));
    let undated = json!({ "file_token": "x" });
    let (sandbox, ran) = take(lines(&[document("a"), undated, fraction]), &[]);
    ran.ended(6, [3, 1, 0, 0, 2]);
    let before = quarantine(&sandbox);
    let expected = [(1, "unreadable-date"), (2, "wrong-type")];
    let expected = expected.map(|(position, reason)| (position, reason.to_owned()));
    assert_eq!(reasons(&sandbox), expected);

    // A duration may have a fraction, which is rounded.
    let card = changed_card(
        "path: [http_code]\n    type: int\n    kind: category\n",
        "path: [http_code]\n    type: int\n    kind: time\n",
    );
    sandbox.write("card.yaml", &card);
    let replay = ["quarantine", "replay", "--card", "card.yaml"];
    let ran = Ran::of(&sandbox, &replay);
    ran.ended(6, [2, 1, 0, 0, 1]);
    assert_eq!(ran.notes("rounded-duration", "http_code"), 1);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    assert_eq!(row(&sandbox, "b")["http_code"], 200);

    let after = quarantine(&sandbox);
    assert_eq!(after.len(), 2, "what fails again is not put aside twice");
    assert_eq!(after[0], before[0]);
    assert_eq!(after[1]["replayed_by"], ran.summary["run_id"]);
    assert_eq!(id(&after[1]), id(&before[1]));

    // Only what is left is read again, and a limit may allow it.
    let ran = Ran::of(&sandbox, &[&replay[..], &["--max-rejects", "1"]].concat());
    ran.ended(0, [1, 0, 0, 0, 1]);
    let ran = Ran::of(&sandbox, &[&replay[..], &["--max-rejects", "0"]].concat());
    assert_eq!(ran.said.code, Some(7), "{ran:?}");
    assert_eq!(quarantine(&sandbox), after);
}

#[test]
fn replay_counts_documents_by_their_source() {
    let (undated, good) = (json!({ "file_token": "x" }), document("a"));
    let sandbox = Sandbox::new();
    let one = [
        good.clone(),
        undated.clone(),
        undated.clone(),
        undated.clone(),
    ];
    sandbox.write("one.ndjson", &lines(&one));
    sandbox.write("two.ndjson", &lines(&[good, undated]));
    let ran = Ran::of(&sandbox, &["run", "one.ndjson", "two.ndjson"]);
    ran.ended(6, [6, 1, 0, 1, 4]);
    let ran = Ran::of(&sandbox, &["quarantine", "replay"]);
    ran.ended(6, [4, 0, 0, 0, 4]);
    let expected = json!([
        { "label": "one.ndjson", "documents": 3 },
        { "label": "two.ndjson", "documents": 1 },
    ]);
    assert_eq!(ran.summary["sources"], expected);
}

#[test]
fn replay_of_nothing_says_so() {
    let (sandbox, ran) = take(lines(&[document("a")]), &[]);
    ran.ended(0, [1, 1, 0, 0, 0]);
    let said = sandbox.run_ok(&["quarantine", "replay"]);
    assert!(said.err.contains("nothing in quarantine waits"), "{said:?}");
    assert_eq!(
        sandbox.run_ok(&["quarantine", "list", "--json"]).out.trim(),
        "[]"
    );
}

#[test]
fn an_oversize_document_is_replayed_under_a_larger_limit_if_it_was_kept_whole() {
    let large =
        |token: &str, size: usize| document_with(token, json!({ "unused": "x".repeat(size) }));
    let documents = [document("a"), large("b", 3_000), large("c", 100_000)];
    let (sandbox, ran) = take(lines(&documents), &["--max-document-size", "2kB"]);
    ran.ended(6, [3, 1, 0, 0, 2]);
    let entries = quarantine(&sandbox);
    let expected = [(1, "too-large"), (2, "too-large")];
    let expected = expected.map(|(position, reason)| (position, reason.to_owned()));
    assert_eq!(reasons(&sandbox), expected);
    let kept = sandbox.run_ok(&["quarantine", "show", id(&entries[1])]).out;
    assert_eq!(
        kept.len(),
        64 * 1024,
        "of the largest the beginning is kept"
    );
    assert!(documents[2].to_string().starts_with(&kept));

    let said = sandbox.run(&["quarantine", "replay", id(&entries[1])]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("only its beginning is kept"), "{said:?}");
    assert!(
        said.err
            .contains("hint: run its source again with a larger"),
        "{said:?}"
    );

    let small = ["quarantine", "replay", "--max-document-size", "2500"];
    Ran::of(&sandbox, &small).ended(6, [1, 0, 0, 0, 1]);
    assert_eq!(
        quarantine(&sandbox),
        entries,
        "still too large: nothing is marked"
    );

    let larger = ["quarantine", "replay", "--max-document-size", "10kB"];
    Ran::of(&sandbox, &larger).ended(0, [1, 1, 0, 0, 0]);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    let after = quarantine(&sandbox);
    assert!(after[0]["replayed_by"].is_string());
    assert!(after[1]["replayed_by"].is_null());

    let ran = Ran::of(&sandbox, &["run", "in.json"]);
    ran.ended(0, [3, 1, 0, 2, 0]);
    assert_eq!(tokens(&sandbox), ["a", "b", "c"]);
}

#[test]
fn a_card_that_gives_a_published_column_another_type_is_refused() {
    let (sandbox, ran) = take(lines(&[document("a")]), &[]);
    ran.ended(0, [1, 1, 0, 0, 0]);
    let card = changed_card(
        "path: [http_code]\n    type: int\n    kind: category\n    valid: { min: 100, max: 599 }\n",
        "path: [http_code]\n    type: string\n    kind: category\n    privacy: keep\n",
    );
    sandbox.write("card.yaml", &card);
    sandbox.write(
        "b.ndjson",
        &lines(&[document_with("b", json!({ "http_code": "two" }))]),
    );
    let ran = Ran::of(&sandbox, &["run", "b.ndjson", "--card", "card.yaml"]);
    assert_eq!(ran.said.code, Some(3), "{ran:?}");
    assert!(ran.said.err.contains("http_code"), "{ran:?}");
    assert_eq!(tokens(&sandbox), ["a"]);
}
