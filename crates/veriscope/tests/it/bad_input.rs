//! Bad bytes: whatever a source holds, its whole documents get in and the rest is put aside.
//!
//! What every test of bad input needs stands here too: small documents, a run whose counts are
//! checked to add up, the quarantine and the rows that the lake shows.

use std::io::Write;

use serde_json::{Value, json};

use crate::support::{Said, Sandbox};

/// A document with the few fields that a plain transaction needs.
pub(crate) fn document(token: &str) -> Value {
    json!({
        "file_token": token,
        "date": "2031-03-04T10:15:00-05:00",
        "summary": { "code": 1400, "status": "ok" },
        "total_time_ms": 900,
        "user_data": {
            "procesoConvenioGuid": "5550001_2031-03-04_10:14:00",
            "convenio": "client-one",
            "documento": "5550001",
        },
    })
}

/// The same with some members put in place of others or beside them.
pub(crate) fn document_with(token: &str, members: Value) -> Value {
    let mut document = document(token);
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

/// Documents one a line.
pub(crate) fn lines(documents: &[Value]) -> String {
    documents
        .iter()
        .map(|document| format!("{document}\n"))
        .collect()
}

/// What a run said and counted.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) said: Said,
    pub(crate) summary: Value,
}

impl Ran {
    /// Runs a command that reads documents; where it ends well, its counts add up.
    pub(crate) fn of(sandbox: &Sandbox, words: &[&str]) -> Self {
        let said = sandbox.run(&[words, &["--json"]].concat());
        let summary = if said.out.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&said.out).unwrap()
        };
        let ran = Self { said, summary };
        if !ran.summary.is_null() {
            let [read, ends @ ..] = ran.counts();
            assert_eq!(read, ends.iter().sum::<u64>(), "{ran:?}");
        }
        ran
    }

    /// Read, inserted, updated, unchanged, quarantined.
    pub(crate) fn counts(&self) -> [u64; 5] {
        let count = |name: &str| self.summary[name].as_u64().unwrap();
        let quarantined = self.summary["quarantined"]["total"].as_u64().unwrap();
        [
            count("read"),
            count("inserted"),
            count("updated"),
            count("unchanged"),
            quarantined,
        ]
    }

    /// How often something was noticed in a feature.
    pub(crate) fn notes(&self, note: &str, feature: &str) -> u64 {
        let notes = self.summary["notes"].as_array().unwrap();
        let found = notes
            .iter()
            .find(|found| found["note"] == note && found["feature"] == feature);
        found.map_or(0, |found| found["count"].as_u64().unwrap())
    }

    pub(crate) fn ended(&self, code: i32, counts: [u64; 5]) {
        assert_eq!(
            (self.said.code, self.counts()),
            (Some(code), counts),
            "{self:?}"
        );
    }
}

/// Entries of the quarantine, as listed.
pub(crate) fn quarantine(sandbox: &Sandbox) -> Vec<Value> {
    let listed = sandbox.run_ok(&["quarantine", "list", "--json"]);
    serde_json::from_str(&listed.out).unwrap()
}

/// Position and reason of each document in quarantine.
pub(crate) fn reasons(sandbox: &Sandbox) -> Vec<(u64, String)> {
    quarantine(sandbox)
        .iter()
        .map(|entry| {
            let reason = entry["reason"].as_str().unwrap().to_owned();
            (entry["position"].as_u64().unwrap(), reason)
        })
        .collect()
}

/// Rows of the staging table.
pub(crate) fn rows(sandbox: &Sandbox) -> Vec<Value> {
    let words = ["export", "staging", "--out", "-", "--format", "ndjson"];
    let exported = sandbox.run_ok(&words);
    exported
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The row of one transaction.
pub(crate) fn row(sandbox: &Sandbox, token: &str) -> Value {
    let found = rows(sandbox)
        .into_iter()
        .find(|row| row["file_token"] == token);
    found.unwrap_or_else(|| panic!("no row of {token}"))
}

/// Transactions of the staging table, in the order of the export.
pub(crate) fn tokens(sandbox: &Sandbox) -> Vec<String> {
    rows(sandbox)
        .iter()
        .map(|row| row["file_token"].as_str().unwrap().to_owned())
        .collect()
}

/// Runs bytes as the source of a new lake.
pub(crate) fn take(bytes: impl AsRef<[u8]>, options: &[&str]) -> (Sandbox, Ran) {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path().join("in.json"), bytes).unwrap();
    let ran = Ran::of(&sandbox, &[&["run", "in.json"], options].concat());
    (sandbox, ran)
}

fn seen(reasons: &[(u64, &str)]) -> Vec<(u64, String)> {
    reasons
        .iter()
        .map(|(position, reason)| (*position, (*reason).to_owned()))
        .collect()
}

/// Many documents of changing content, so that they are long when compressed too.
fn many_documents(count: u64) -> String {
    let mut noise = 0x9e37_79b9_7f4a_7c15_u64;
    let documents: Vec<Value> = (0..count)
        .map(|number| {
            let mut hash = String::new();
            for _ in 0..8 {
                noise ^= noise << 13;
                noise ^= noise >> 7;
                noise ^= noise << 17;
                hash.push_str(&format!("{noise:016x}"));
            }
            document_with(&format!("t{number:04}"), json!({ "api_hash": hash }))
        })
        .collect();
    lines(&documents)
}

#[test]
fn a_source_without_documents_publishes_an_empty_lake_with_a_warning() {
    for bytes in ["", " \r\n\n", "[]", "[\n]\n", "\u{feff}[]"] {
        let (sandbox, ran) = take(bytes, &[]);
        ran.ended(0, [0; 5]);
        assert!(
            ran.said.err.contains("the sources hold no documents"),
            "{ran:?}"
        );
        assert!(tokens(&sandbox).is_empty());
    }
}

#[test]
fn an_array_cut_at_any_byte_gives_its_whole_documents() {
    let sandbox = Sandbox::new();
    let last = r#"{"file_token":"lost","date":"2031-03-04T20:15:00Z","total_time_ms":-12.5e3,"esc":"\u00e9\n\"","text":"niño","flags":[true,false,null,{"a":{}}], "user_data": {"convenio": "x"} }"#;
    let whole = format!("[{},{}", document("a"), document("b"));
    for cut in 0..last.len() {
        let mut bytes = format!("{whole},").into_bytes();
        bytes.extend_from_slice(&last.as_bytes()[..cut]);
        std::fs::write(sandbox.path().join(format!("cut-{cut:03}.json")), bytes).unwrap();
    }
    // Between documents: before the comma, and behind the last document.
    sandbox.write("cut-x.json", &whole);
    sandbox.write("cut-y.json", &format!("{whole},{last}"));
    sandbox.write("cut-z.json", "[");

    let ran = Ran::of(&sandbox, &["run", "cut-*.json"]);
    let cuts = last.len() as u64;
    ran.ended(6, [cuts * 3 + 8, 3, 0, cuts * 2 + 2, cuts + 3]);
    assert_eq!(tokens(&sandbox), ["a", "b", "lost"]);
    let entries = quarantine(&sandbox);
    assert_eq!(entries.len() as u64, cuts + 3);
    for entry in &entries {
        let position = match entry["source"].as_str().unwrap() {
            "cut-y.json" => 3,
            "cut-z.json" => 0,
            _ => 2,
        };
        assert_eq!(entry["reason"], "truncated", "{entry}");
        assert_eq!(entry["position"], position, "{entry}");
    }
    let shown = |source: &str| {
        let mut of_source = entries.iter().filter(|entry| entry["source"] == source);
        let id = of_source.next().unwrap()["id"].as_str().unwrap().to_owned();
        sandbox.run_ok(&["quarantine", "show", &id]).out
    };
    assert_eq!(shown("cut-003.json"), last[..3]);
    assert_eq!(shown("cut-100.json"), last[..100]);
}

#[test]
fn lines_and_a_bare_object_cut_short_are_put_aside() {
    let sandbox = Sandbox::new();
    let text = lines(&[document("a"), document("lost")]);
    sandbox.write("lines.ndjson", &text[..text.len() - 9]);
    sandbox.write("bare.json", &document("lost").to_string()[..40]);
    let ran = Ran::of(&sandbox, &["run", "lines.ndjson", "bare.json"]);
    ran.ended(6, [3, 1, 0, 0, 2]);
    assert_eq!(tokens(&sandbox), ["a"]);
    let found = reasons(&sandbox);
    assert_eq!(found, seen(&[(0, "truncated"), (1, "truncated")]));
}

#[test]
fn a_stream_that_ends_early_gives_its_whole_documents() {
    let sandbox = Sandbox::new();
    let text = lines(&[document("a"), document("b"), document("lost")]);
    let mut command = sandbox.command(&["run", "-", "--json"]);
    let output = command
        .write_stdin(&text[..text.len() - 3])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    assert_eq!(reasons(&sandbox), seen(&[(2, "truncated")]));
    assert_eq!(quarantine(&sandbox)[0]["source"], "-");
}

#[test]
fn a_truncated_compressed_source_gives_its_whole_documents() {
    let text = many_documents(1_000);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
    for compressed in [gzip, zstd] {
        let (whole, ran) = take(&compressed, &[]);
        ran.ended(0, [1_000, 1_000, 0, 0, 0]);
        assert_eq!(tokens(&whole).len(), 1_000);

        let (sandbox, ran) = take(&compressed[..compressed.len() * 3 / 4], &[]);
        let [read, inserted, ..] = ran.counts();
        ran.ended(6, [inserted + 1, inserted, 0, 0, 1]);
        assert!((100..1_000).contains(&inserted), "{inserted}");
        assert_eq!(reasons(&sandbox), seen(&[(read - 1, "truncated")]));
        let expected: Vec<String> = (0..inserted).map(|n| format!("t{n:04}")).collect();
        assert_eq!(tokens(&sandbox), expected);

        // Without its end a stream may lack any number of documents, whole as these are.
        let (sandbox, ran) = take(&compressed[..compressed.len() - 1], &[]);
        assert_eq!(ran.said.code, Some(6), "{ran:?}");
        assert_eq!(ran.counts()[4], 1);
        assert_eq!(reasons(&sandbox).len(), 1);
    }
}

#[test]
fn a_document_over_the_size_limit_is_put_aside_with_its_size_and_hash() {
    let large = document_with("large", json!({ "unused": "x".repeat(3_000) })).to_string();
    let text = format!("[{},{large},{}]", document("a"), document("b"));
    let (sandbox, ran) = take(text, &["--max-document-size", "2kB"]);
    ran.ended(6, [3, 2, 0, 0, 1]);
    assert_eq!(ran.summary["quarantined"]["by_reason"]["too-large"], 1);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    let entries = quarantine(&sandbox);
    assert_eq!(entries[0]["size_bytes"], large.len());
    let hash = <sha2::Sha256 as sha2::Digest>::digest(large.as_bytes());
    assert_eq!(
        entries[0]["sha256"],
        data_encoding::HEXLOWER.encode(&hash),
        "{entries:?}"
    );
}

#[test]
fn nesting_of_ten_thousand_is_put_aside() {
    let arrays = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let objects = format!("{}1{}", r#"{"x":"#.repeat(10_000), "}".repeat(10_000));
    let text = format!(
        "{}\n{{\"file_token\":\"x\",\"date\":1930400100,\"unused\":{arrays}}}\n\
         {{\"file_token\":\"y\",\"date\":1930400100,\"summary\":{objects}}}\n{}\n",
        document("a"),
        document("b")
    );
    let (sandbox, ran) = take(text, &[]);
    ran.ended(6, [4, 2, 0, 0, 2]);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    assert_eq!(reasons(&sandbox), seen(&[(1, "too-deep"), (2, "too-deep")]));
}

#[test]
fn invalid_utf8_is_put_aside_wherever_it_stands() {
    let mut bytes = lines(&[document("a")]).into_bytes();
    bytes.extend_from_slice(b"{\"file_token\":\"x\xff\",\"date\":1930400100}\n");
    bytes.extend_from_slice(b"{\"file_token\":\"y\",\"date\":1930400100,\"unused\":\"\xc3(\"}\n");
    bytes.extend_from_slice(b"{\"file_token\":\"z\",\"date\":1930400100,\"\xe2\x82\":1}\n");
    bytes.extend_from_slice(br#"{"file_token":"\ud800","date":1930400100}"#);
    bytes.extend_from_slice(format!("\n{}", document("b")).as_bytes());
    let (sandbox, ran) = take(bytes, &[]);
    ran.ended(6, [6, 2, 0, 0, 4]);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    let broken: Vec<(u64, &str)> = (1..5).map(|position| (position, "broken-json")).collect();
    assert_eq!(reasons(&sandbox), seen(&broken));
    let id = quarantine(&sandbox)[0]["id"].as_str().unwrap().to_owned();
    let words = ["quarantine", "show", id.as_str()];
    let shown = sandbox.command(&words).output().unwrap();
    assert_eq!(
        shown.stdout, b"{\"file_token\":\"x\xff\",\"date\":1930400100}",
        "its very bytes come back"
    );
}

#[test]
fn broken_and_foreign_elements_are_put_aside_one_by_one() {
    let text = format!(
        "[{},\n 7, \"text\", {{\"file_token\":\"x\" \"date\":1}},\n {}]",
        document("a"),
        document("b")
    );
    let (sandbox, ran) = take(text, &[]);
    ran.ended(6, [5, 2, 0, 0, 3]);
    assert_eq!(tokens(&sandbox), ["a", "b"]);
    assert_eq!(
        reasons(&sandbox),
        seen(&[
            (1, "not-a-document"),
            (2, "not-a-document"),
            (3, "broken-json")
        ])
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let documents = [document("a"), document("b")];
    let compact = lines(&documents);
    let pretty = serde_json::to_string_pretty(&documents).unwrap();
    for text in [compact, pretty] {
        for text in [
            format!("\u{feff}{text}"),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
        ] {
            let (sandbox, ran) = take(text, &[]);
            ran.ended(0, [2, 2, 0, 0, 0]);
            assert_eq!(tokens(&sandbox), ["a", "b"]);
        }
    }
}
