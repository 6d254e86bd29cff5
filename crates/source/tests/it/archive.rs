//! Archives of `mongodump --archive`: which collection is read, and what damage does.

use std::io::Cursor;

use bson::{Document as Tree, doc};
use veriscope_base::ErrorClass;
use veriscope_source::{
    Content, Document, DocumentReader, Encoding, Limits, RejectReason, SourceError,
};

use crate::bson::{bytes_of, tree};
use crate::support::{Seen, brief, gzip};

const MAGIC: [u8; 4] = 0x8199_e26d_u32.to_le_bytes();
const END: [u8; 4] = [0xff; 4];

/// CRC-64 of ECMA-182, reflected, bit by bit.
fn checksum(bytes: &[u8]) -> u64 {
    let mut value = u64::MAX;
    for byte in bytes {
        value ^= u64::from(*byte);
        for _ in 0..8 {
            let bit = value & 1;
            value = (value >> 1) ^ (bit * 0xC96C_5795_D787_0F42);
        }
    }
    !value
}

fn prelude(collections: &[(&str, &str, &str)]) -> Vec<u8> {
    let header = doc! {
        "concurrent_collections": 4, "version": "0.1", "server_version": "8.0.1",
        "tool_version": "100.10.0",
    };
    let mut bytes = [MAGIC.to_vec(), bytes_of(&header)].concat();
    for (database, collection, kind) in collections {
        bytes.extend(bytes_of(&doc! {
            "db": *database, "collection": *collection, "metadata": "{\"indexes\":[]}",
            "size": 0, "type": *kind,
        }));
    }
    bytes.extend(END);
    bytes
}

fn header(database: &str, collection: &str, end: Option<u64>) -> Tree {
    let checksum = i64::from_le_bytes(end.unwrap_or_default().to_le_bytes());
    doc! {"db": database, "collection": collection, "EOF": end.is_some(), "CRC": checksum}
}

fn block(database: &str, collection: &str, numbers: std::ops::Range<i32>) -> Vec<u8> {
    let documents = numbers.flat_map(|n| bytes_of(&tree(n)));
    let mut bytes = bytes_of(&header(database, collection, None));
    bytes.extend(documents);
    bytes.extend(END);
    bytes
}

fn close(database: &str, collection: &str, numbers: std::ops::Range<i32>) -> Vec<u8> {
    let documents: Vec<u8> = numbers.flat_map(|n| bytes_of(&tree(n))).collect();
    let mut bytes = bytes_of(&header(database, collection, Some(checksum(&documents))));
    bytes.extend(END);
    bytes
}

/// Two collections, mixed, and things of the server's own.
fn mixed() -> Vec<u8> {
    [
        prelude(&[
            ("admin", "system.version", ""),
            ("logs", "calls", ""),
            ("logs", "system.views", ""),
            ("logs", "recent", "view"),
            ("logs", "other", ""),
        ]),
        block("admin", "system.version", 90..91),
        block("logs", "calls", 0..2),
        block("logs", "other", 50..53),
        close("admin", "system.version", 90..91),
        block("logs", "calls", 2..5),
        close("logs", "calls", 0..5),
        block("logs", "other", 53..54),
        close("logs", "other", 50..54),
    ]
    .concat()
}

/// One collection of people's own.
fn single() -> Vec<u8> {
    [
        prelude(&[("logs", "calls", ""), ("logs", "system.views", "")]),
        block("logs", "system.views", 70..72),
        block("logs", "calls", 0..3),
        close("logs", "system.views", 70..72),
        block("logs", "calls", 3..4),
        close("logs", "calls", 0..4),
    ]
    .concat()
}

fn open(bytes: &[u8], collection: Option<&str>) -> Result<DocumentReader, SourceError> {
    let input = Box::new(Cursor::new(bytes.to_vec()));
    DocumentReader::from_read_of("a.archive", input, Limits::default(), &[], collection)
}

fn read(bytes: &[u8], collection: Option<&str>) -> Vec<Document> {
    open(bytes, collection)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn seen(bytes: &[u8], collection: Option<&str>) -> Vec<Seen> {
    read(bytes, collection).iter().map(brief).collect()
}

fn numbers(numbers: std::ops::Range<i32>) -> Vec<Seen> {
    numbers.map(Seen::Bson).collect()
}

fn put_aside(documents: &[Document]) -> Vec<(usize, RejectReason)> {
    let reason = |document: &Document| match &document.content {
        Content::Broken(broken) => Some(broken.reason),
        _ => None,
    };
    let places = documents.iter().map(reason).enumerate();
    places
        .filter_map(|(place, reason)| Some((place, reason?)))
        .collect()
}

#[test]
fn the_only_collection_of_documents_is_read() {
    let archive = single();
    assert_eq!(open(&archive, None).unwrap().encoding(), Encoding::Bson);
    assert_eq!(seen(&archive, None), numbers(0..4));
    assert_eq!(seen(&gzip(&archive), None), numbers(0..4));
    for (document, ordinal) in read(&archive, None).iter().zip(0..) {
        let bytes = document.raw_bytes();
        let at = usize::try_from(document.offset).unwrap();
        assert_eq!(document.ordinal, ordinal);
        assert_eq!(archive[at..at + bytes.len()], bytes);
    }
}

#[test]
fn of_several_collections_one_has_to_be_named() {
    let archive = mixed();
    let error = open(&archive, None).err().unwrap();
    assert_eq!(error.class(), ErrorClass::Source);
    assert_eq!(
        error.to_string(),
        "the archive a.archive holds 2 collections (logs.calls, logs.other): name the one to \
         read, as in `a.archive#logs.calls`"
    );
    assert_eq!(seen(&archive, Some("logs.calls")), numbers(0..5));
    assert_eq!(seen(&archive, Some("logs.other")), numbers(50..54));
    assert_eq!(
        seen(&archive, Some("admin.system.version")),
        numbers(90..91)
    );
    let error = open(&archive, Some("logs.none")).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the archive a.archive holds no collection `logs.none`: name one of logs.calls, \
         logs.other, as in `a.archive#logs.calls`"
    );
}

#[test]
fn a_collection_named_of_what_is_no_archive_is_an_error() {
    let error = open(b"{\"a\":1}", Some("logs.calls")).err().unwrap();
    assert_eq!(error.class(), ErrorClass::Source);
    assert!(
        error
            .to_string()
            .starts_with("`#logs.calls` names a collection")
    );
}

#[test]
fn an_archive_of_nothing_is_an_empty_source() {
    assert_eq!(seen(&prelude(&[]), None), []);
    let only_views = prelude(&[("logs", "recent", "view")]);
    assert_eq!(seen(&only_views, None), []);
}

#[test]
fn an_empty_collection_gives_no_document() {
    let archive = [
        prelude(&[("logs", "calls", "")]),
        close("logs", "calls", 0..0),
    ]
    .concat();
    assert_eq!(seen(&archive, None), []);
}

#[test]
fn the_buckets_of_a_time_series_are_read_under_its_name() {
    let archive = [
        prelude(&[("logs", "calls", "timeseries")]),
        block("logs", "system.buckets.calls", 0..2),
        close("logs", "system.buckets.calls", 0..2),
    ]
    .concat();
    assert_eq!(seen(&archive, None), numbers(0..2));
}

#[test]
fn an_archive_cut_short_anywhere_gives_its_whole_documents_and_says_so() {
    let archive = single();
    let start = prelude(&[("logs", "calls", ""), ("logs", "system.views", "")]).len();
    for cut in start..archive.len() {
        let documents = read(&archive[..cut], None);
        let (whole, last) = match put_aside(&documents)[..] {
            // After the collection was closed nothing is missing.
            [] => (documents.len(), None),
            [(place, reason)] => (place, Some(reason)),
            _ => panic!("{cut}: {documents:?}"),
        };
        let briefs: Vec<Seen> = documents[..whole].iter().map(brief).collect();
        assert_eq!(briefs, numbers(0..i32::try_from(whole).unwrap()), "{cut}");
        // Behind the header that closes it; a piece of a terminator is a piece of something.
        let is_closed = cut == archive.len() - END.len();
        let expected = (!is_closed).then_some(RejectReason::Truncated);
        assert_eq!(last, expected, "{cut}");
    }
}

#[test]
fn a_prelude_that_cannot_be_read_is_an_error_of_the_source() {
    let archive = single();
    for bytes in [
        &archive[..4],
        &archive[..40],
        &[&MAGIC[..], b"\x03\0\0\0"].concat(),
    ] {
        let error = open(bytes, None).err().unwrap();
        assert!(
            matches!(error, SourceError::BrokenArchive { .. }),
            "{error}"
        );
        assert_eq!(error.class(), ErrorClass::Source);
    }
}

#[test]
fn a_changed_document_is_told_by_the_checksum() {
    let mut archive = single();
    // The number in the text of the second document.
    let text = "a\u{e9}".repeat(3);
    let place = |nth| {
        let windows = archive.windows(text.len());
        let mut places = windows
            .enumerate()
            .filter(|(_, window)| *window == text.as_bytes());
        places.nth(nth).unwrap().0
    };
    let at = place(3);
    archive[at] = b'b';
    let documents = read(&archive, None);
    assert_eq!(put_aside(&documents), [(4, RejectReason::BrokenBson)]);
    assert_eq!(documents[4].raw_bytes().len(), 0);
}

#[test]
fn a_broken_document_is_put_aside_and_the_rest_is_read() {
    let mut archive = single();
    let second = bytes_of(&tree(1));
    let at = archive
        .windows(second.len())
        .position(|window| window == second)
        .unwrap();
    archive[at] ^= 0x55;
    let documents = read(&archive, None);
    assert_eq!(put_aside(&documents), [(1, RejectReason::BrokenBson)]);
    assert_eq!(documents[1].raw_bytes().len(), second.len());
    let rest: Vec<Seen> = documents[2..].iter().map(brief).collect();
    assert_eq!(rest, numbers(2..4));
}

#[test]
fn a_broken_last_document_of_a_block_does_not_take_the_next_block_along() {
    let mut archive = single();
    let third = bytes_of(&tree(2));
    let at = archive
        .windows(third.len())
        .position(|window| window == third)
        .unwrap();
    archive[at] ^= 0x55;
    let documents = read(&archive, None);
    assert_eq!(put_aside(&documents), [(2, RejectReason::BrokenBson)]);
    assert_eq!(documents[2].raw_bytes(), archive[at..at + third.len()]);
    assert_eq!(brief(&documents[3]), Seen::Bson(3));
}
