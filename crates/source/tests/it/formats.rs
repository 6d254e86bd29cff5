//! Formats and layouts are recognised by content.

use std::fs;
use std::sync::atomic::Ordering;

use veriscope_base::ErrorClass;
use veriscope_source::{DocumentReader, Encoding, Limits, RejectReason, SourceError, resolve};

use crate::support::{broken, documents, json, open, seen};

#[test]
fn a_compact_array_gives_its_elements() {
    assert_eq!(
        seen(br#"[{"a":1},{"a":{"b":2}}]"#),
        [json(r#"{"a":1}"#), json(r#"{"a":{"b":2}}"#)]
    );
}

#[test]
fn a_pretty_array_gives_its_elements_as_they_stand() {
    let text = "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n";
    assert_eq!(
        seen(text.as_bytes()),
        [json("{\n    \"a\": 1\n  }"), json("{\n    \"a\": 2\n  }")]
    );
}

#[test]
fn one_bare_object_is_one_document() {
    assert_eq!(seen(b" {\n \"a\": 1\n}\n"), [json("{\n \"a\": 1\n}")]);
}

#[test]
fn lines_are_documents_with_windows_line_ends_and_blank_lines_too() {
    let text = b"{\"a\":1}\r\n\r\n{\"a\":2}\r\n   \r\n{\"a\":3}";
    assert_eq!(
        seen(text),
        [json(r#"{"a":1}"#), json(r#"{"a":2}"#), json(r#"{"a":3}"#)]
    );
}

#[test]
fn concatenated_objects_are_documents() {
    assert_eq!(seen(br#"{"a":1}{"a":2} {"a":3}"#).len(), 3);
    let pretty = b"{\n\"a\":1\n}\n{\n\"a\":2\n}\n";
    assert_eq!(seen(pretty), [json("{\n\"a\":1\n}"), json("{\n\"a\":2\n}")]);
}

#[test]
fn lines_joined_by_a_missing_line_break_are_two_documents() {
    let text = b"{\"a\":1}\n{\"a\":2}{\"a\":3}\n{\"a\":4}\n";
    assert_eq!(seen(text).len(), 4);
}

#[test]
fn concatenated_arrays_are_read_one_after_the_other() {
    assert_eq!(seen(b"[{\"a\":1}]\n[{\"a\":2}]{\"a\":3}").len(), 3);
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_document() {
    let seen_documents = documents(b"\xef\xbb\xbf\r\n[{\"a\":1}]");
    assert_eq!(seen_documents.len(), 1);
    assert_eq!(seen_documents[0].offset, 6);
    assert_eq!(seen_documents[0].raw_bytes(), r#"{"a":1}"#);
}

#[test]
fn documents_know_their_number_and_offset() {
    let positions: Vec<(u64, u64)> = documents(b"[{\"a\":1},\n null, {\"a\":2}]")
        .iter()
        .map(|document| (document.ordinal, document.offset))
        .collect();
    assert_eq!(positions, [(0, 1), (1, 11), (2, 17)]);
}

#[test]
fn nothing_gives_no_documents_and_no_error() {
    for text in ["", " \r\n\t ", "[]", "\u{feff}", "\u{feff} [ ] \n"] {
        assert_eq!(seen(text.as_bytes()), [], "{text:?}");
    }
}

#[test]
fn values_that_are_no_objects_are_put_aside_one_by_one() {
    let reason = RejectReason::NotADocument;
    assert_eq!(seen(b"42"), [broken(reason, "42")]);
    assert_eq!(seen(b"\"text\"\n"), [broken(reason, "\"text\"")]);
    assert_eq!(
        seen(br#"[1, -2.5e3 ,"a,]\"",null,[[1],{"a":"]"}],true, {"a":1}]"#),
        [
            broken(reason, "1"),
            broken(reason, "-2.5e3"),
            broken(reason, r#""a,]\"""#),
            broken(reason, "null"),
            broken(reason, r#"[[1],{"a":"]"}]"#),
            broken(reason, "true"),
            json(r#"{"a":1}"#),
        ]
    );
    assert_eq!(
        seen(b"{\"a\":1}\n[1]\n{\"a\":2}\n")[1],
        broken(reason, "[1]")
    );
}

#[test]
fn what_is_of_no_known_format_is_refused_with_a_hint() {
    let cases: [(&[u8], &str); 9] = [
        (b"dear reader, this is prose", "begins with no document"),
        (b"<!doctype html><p>", "HTML"),
        (b"\xff\xfe[\0{\0", "UTF-16"),
        (b"\xfe\xff\0[\0{", "UTF-16"),
        (b"PK\x03\x04rest", "zip"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"\x7fELF\x02\x01\0\0", "binary"),
        (b"name;date\n1;2\n", "commas"),
        (b"one,two,three\n1,2,3\n", "begins with no document"),
    ];
    for (bytes, hint) in cases {
        let error = open(bytes).err().expect("no format");
        assert!(
            matches!(error, SourceError::UnknownFormat { .. }),
            "{error}"
        );
        assert!(
            error.to_string().contains(hint),
            "{error} should speak of {hint}"
        );
        assert_eq!(error.class(), ErrorClass::Source);
    }
}

#[test]
fn a_file_is_read_and_its_progress_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    fs::write(&path, "{\"a\":1}\n{\"a\":2}\n").unwrap();
    let specs = resolve(&[path.display().to_string()]).unwrap();
    let mut reader = DocumentReader::open(&specs[0], Limits::default(), &[]).unwrap();
    assert_eq!(reader.encoding(), Encoding::Json, "the name says nothing");
    assert_eq!(reader.by_ref().count(), 2);
    assert_eq!(reader.progress().load(Ordering::Relaxed), 16);
    assert!(reader.next().is_none());
}
