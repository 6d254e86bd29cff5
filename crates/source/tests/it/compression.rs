//! Compressed sources, whole and cut short.

use std::io::Cursor;

use veriscope_source::{Content, DocumentReader, Limits, RejectReason, SourceError};

use crate::support::{Failing, Seen, documents, gzip, json, open, seen, zstd};

#[test]
fn members_and_frames_follow_one_another() {
    for compress in [gzip, zstd] {
        let bytes = [
            compress(b"{\"a\":1}\n{\"a\""),
            compress(b":2}\n"),
            compress(b""),
        ]
        .concat();
        assert_eq!(seen(&bytes), [json(r#"{"a":1}"#), json(r#"{"a":2}"#)]);
    }
}

#[test]
fn skippable_frames_are_skipped() {
    let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0xyz".to_vec();
    let bytes = [
        skippable.clone(),
        zstd(b"[{\"a\":1},"),
        skippable,
        zstd(b"{\"a\":2}]"),
    ]
    .concat();
    assert_eq!(seen(&bytes), [json(r#"{"a":1}"#), json(r#"{"a":2}"#)]);
}

#[test]
fn a_compressed_source_cut_short_gives_its_whole_documents() {
    let text: String = (0..4000)
        .map(|n| format!("{{\"a\":{}}}\n", n * 7919))
        .collect();
    for compress in [gzip, zstd] {
        let bytes = compress(text.as_bytes());
        let read = documents(&bytes[..bytes.len() - 3]);
        let (last, whole) = read.split_last().unwrap();
        for (document, line) in whole.iter().zip(text.lines()) {
            assert_eq!(document.raw_bytes(), line);
        }
        let Content::Broken(tail) = &last.content else {
            panic!("{last:?}")
        };
        assert_eq!(tail.reason, RejectReason::Truncated);
        assert!(
            tail.detail.contains("ended early at byte"),
            "{}",
            tail.detail
        );
    }
}

#[test]
fn a_wrong_checksum_is_told_behind_the_documents() {
    let mut bytes = gzip(b"{\"a\":1}\n{\"a\":2}\n");
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    let found = seen(&bytes);
    assert_eq!(found.len(), 3);
    assert_eq!(
        found[2],
        Seen::Broken(RejectReason::Truncated, String::new())
    );
}

#[test]
fn a_corrupt_middle_puts_the_tail_aside_and_ends_the_reading() {
    let first = gzip(b"{\"a\":1}\n{\"a\":2}\n{\"a");
    let bytes = [first, b"not a member".to_vec()].concat();
    let found = seen(&bytes);
    assert_eq!(found.len(), 3);
    assert_eq!(
        found[2],
        Seen::Broken(RejectReason::Truncated, "{\"a".to_owned())
    );
}

#[test]
fn what_cannot_be_decompressed_at_all_is_an_error() {
    let error = open(b"\x1f\x8b but not gzip at all").err().unwrap();
    assert!(matches!(error, SourceError::Undecodable { .. }), "{error}");
}

#[test]
fn a_source_compressed_twice_is_refused() {
    let error = open(&gzip(&zstd(b"{}"))).err().unwrap();
    assert!(error.to_string().contains("compressed twice"), "{error}");
}

#[test]
fn a_failing_disk_below_a_compressed_source_is_an_error() {
    let bytes = gzip(b"{\"a\":1}\n");
    let input = Box::new(Failing(Cursor::new(bytes[..bytes.len() - 4].to_vec())));
    let outcome = DocumentReader::from_read("x.gz", input, Limits::default(), &[])
        .and_then(|reader| reader.collect::<Result<Vec<_>, _>>());
    let error = outcome.unwrap_err();
    assert!(matches!(error, SourceError::Read { .. }), "{error}");
}
