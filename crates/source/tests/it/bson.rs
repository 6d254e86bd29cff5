//! Dumps of BSON: whole, cut short, damaged, too large.

use bson::{Document as Tree, doc};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use veriscope_source::{Content, Document, DocumentReader, Encoding, Limits, RejectReason};

use crate::support::{Pieces, Seen, brief, documents, gzip, open, open_with, seen, zstd};

/// A document of a collection: an id first, a number to know it by, and things inside.
pub(crate) fn tree(n: i32) -> Tree {
    let id = bson::oid::ObjectId::from_bytes([u8::try_from(n % 256).unwrap(); 12]);
    let points: Vec<f64> = (0..n % 7).map(|place| f64::from(place) / 3.0).collect();
    doc! {"_id": id, "n": n, "text": "a\u{e9}".repeat(3), "inner": {"_i": n, "points": points}}
}

pub(crate) fn bytes_of(tree: &Tree) -> Vec<u8> {
    tree.to_vec().unwrap()
}

pub(crate) fn dump(count: i32) -> Vec<u8> {
    (0..count).flat_map(|n| bytes_of(&tree(n))).collect()
}

fn whole(numbers: impl Iterator<Item = i32>) -> Vec<Seen> {
    numbers.map(Seen::Bson).collect()
}

fn reasons(documents: &[Document]) -> Vec<Option<RejectReason>> {
    let reason = |document: &Document| match &document.content {
        Content::Broken(broken) => Some(broken.reason),
        _ => None,
    };
    documents.iter().map(reason).collect()
}

/// The bytes of all documents, one after the other; the source must be small enough.
pub(crate) fn all_bytes(documents: &[Document]) -> Vec<u8> {
    documents
        .iter()
        .flat_map(|document| document.raw_bytes().to_vec())
        .collect()
}

#[test]
fn a_dump_gives_its_documents_with_number_and_offset() {
    let dump = dump(40);
    assert_eq!(open(&dump).unwrap().encoding(), Encoding::Bson);
    let documents = documents(&dump);
    let briefs: Vec<Seen> = documents.iter().map(brief).collect();
    assert_eq!(briefs, whole(0..40));
    let mut offset = 0;
    for (document, ordinal) in documents.iter().zip(0..) {
        assert_eq!((document.ordinal, document.offset), (ordinal, offset));
        offset += document.raw_bytes().len() as u64;
    }
    assert_eq!(all_bytes(&documents), dump);
}

#[test]
fn a_compressed_dump_gives_the_same() {
    let dump = dump(40);
    assert_eq!(seen(&gzip(&dump)), whole(0..40));
    assert_eq!(seen(&zstd(&dump)), whole(0..40));
}

#[test]
fn what_quarantine_keeps_of_a_document_reads_back_as_it() {
    for document in documents(&dump(3)) {
        let bytes = document.raw_bytes();
        assert_eq!(documents(&bytes)[0].raw_bytes(), bytes);
        assert_eq!(seen(&bytes), [brief(&document)]);
    }
}

#[test]
fn documents_of_any_length_and_an_empty_one_are_known_as_bson() {
    // The low byte of the length is `{`, `[`, a blank, a digit, a line break, a quote…
    for wanted in [0x7b, 0x5b, 0x20, 0x31, 0x0a, 0x22, 0x09] {
        let mut tree = doc! {"n": 1, "pad": ""};
        let least = bytes_of(&tree).len();
        let pad = (wanted + 0x100 - least) % 0x100;
        tree.insert("pad", "p".repeat(pad));
        let bytes = bytes_of(&tree);
        assert_eq!(usize::from(bytes[0]), wanted);
        assert_eq!(seen(&bytes), [Seen::Bson(1)]);
    }
    assert_eq!(
        open(&bytes_of(&doc! {})).unwrap().encoding(),
        Encoding::Bson
    );
    assert_eq!(documents(&bytes_of(&doc! {})).len(), 1);
}

#[test]
fn a_dump_cut_short_anywhere_gives_its_whole_documents_and_its_tail() {
    let (first, second) = (bytes_of(&tree(1)), bytes_of(&tree(2)));
    let dump = [first.clone(), second.clone()].concat();
    for cut in first.len()..dump.len() {
        let documents = documents(&dump[..cut]);
        let tail = (cut > first.len()).then_some(Some(RejectReason::Truncated));
        let expected: Vec<_> = [None].into_iter().chain(tail).collect();
        assert_eq!(reasons(&documents), expected, "{cut}");
        assert_eq!(all_bytes(&documents), dump[..cut]);
    }
    // The first document itself, from where it can be known.
    for cut in 9..first.len() {
        assert_eq!(
            reasons(&documents(&first[..cut])),
            [Some(RejectReason::Truncated)],
            "{cut}"
        );
    }
}

#[test]
fn a_compressed_dump_cut_short_gives_what_can_be_had_of_it() {
    let packed = gzip(&dump(4000));
    let documents = documents(&packed[..packed.len() / 2]);
    let (last, before) = documents.split_last().unwrap();
    assert!(before.len() > 100);
    let briefs: Vec<Seen> = before.iter().map(brief).collect();
    assert_eq!(briefs, whole(0..i32::try_from(before.len()).unwrap()));
    let Content::Broken(broken) = &last.content else {
        panic!("{last:?}")
    };
    assert_eq!(broken.reason, RejectReason::Truncated);
    assert!(
        broken
            .detail
            .starts_with("decompression (gzip) ended early")
    );
}

#[test]
fn a_damaged_length_puts_that_document_aside_and_no_other() {
    let (start, end) = (dump(2).len(), dump(3).len());
    let length = u32::try_from(end - start).unwrap();
    for wrong in [
        0,
        4,
        5,
        length - 1,
        length + 1,
        length + 40,
        1 << 20,
        1 << 31,
        u32::MAX,
    ] {
        let mut dump = dump(6);
        dump[start..start + 4].copy_from_slice(&wrong.to_le_bytes());
        let documents = documents(&dump);
        let expected = [None, None, Some(RejectReason::BrokenBson), None, None, None];
        assert_eq!(reasons(&documents), expected, "{wrong:#x}");
        assert_eq!(documents[2].offset, start as u64);
        assert_eq!(documents[2].raw_bytes(), dump[start..end]);
    }
}

#[test]
fn a_damaged_first_document_is_put_aside_alone() {
    let mut dump = dump(3);
    dump[..4].copy_from_slice(&[0; 4]);
    let documents = documents(&dump);
    assert_eq!(
        reasons(&documents),
        [Some(RejectReason::BrokenBson), None, None]
    );
}

#[test]
fn a_damaged_type_or_inner_length_is_found() {
    let start = dump(1).len();
    let inner = |dump: &[u8]| {
        let place = dump[start..]
            .windows(6)
            .position(|window| window == b"inner\0");
        start + place.unwrap()
    };
    let sound = dump(3);
    for (place, value) in [(inner(&sound) - 1, 0x44), (inner(&sound) + 7, 0x7f)] {
        let mut dump = sound.clone();
        dump[place] = value;
        let documents = documents(&dump);
        assert_eq!(
            reasons(&documents),
            [None, Some(RejectReason::BrokenBson), None]
        );
    }
}

#[test]
fn garbage_behind_documents_is_put_aside_whole() {
    let garbage = b"\x00\x00\x00\x00 this is no document at all \xff\xff".to_vec();
    let dump = [dump(2), garbage.clone()].concat();
    let documents = documents(&dump);
    assert_eq!(
        reasons(&documents),
        [None, None, Some(RejectReason::BrokenBson)]
    );
    assert_eq!(documents[2].raw_bytes(), garbage);
}

#[test]
fn documents_without_an_id_are_found_again_by_their_own_first_key() {
    let document = |n: i32| bytes_of(&doc! {"file_token": "t".repeat(9), "n": n});
    let mut dump: Vec<u8> = (0..3).flat_map(document).collect();
    let start = document(0).len();
    dump[start] = 200;
    assert_eq!(
        reasons(&documents(&dump)),
        [None, Some(RejectReason::BrokenBson), None]
    );
}

#[test]
fn an_oversize_document_is_hashed_and_its_beginning_kept() {
    let mut large = tree(5);
    large.insert("pad", "p".repeat(100_000));
    let large = bytes_of(&large);
    let dump = [bytes_of(&tree(1)), large.clone(), bytes_of(&tree(2))].concat();
    let limits = Limits {
        max_document_bytes: 10_000,
        kept_bytes: 100,
    };
    let documents: Vec<Document> = open_with(&dump, limits)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        reasons(&documents),
        [None, Some(RejectReason::TooLarge), None]
    );
    let Content::Broken(broken) = &documents[1].content else {
        panic!("not broken")
    };
    assert_eq!(broken.bytes, large[..100]);
    assert_eq!(broken.size_bytes, large.len() as u64);
    assert_eq!(broken.sha256, Some(Sha256::digest(&large).into()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn how_bytes_arrive_changes_nothing(count in 0..30, sizes in prop::collection::vec(1_usize..400, 1..5)) {
        let dump = dump(count);
        let input = Box::new(Pieces::new(&dump, sizes));
        let reader = DocumentReader::from_read("pieces", input, Limits::default(), &[]).unwrap();
        let briefs: Vec<Seen> = reader.map(|document| brief(&document.unwrap())).collect();
        prop_assert_eq!(briefs, whole(0..count));
    }

    #[test]
    fn of_a_damaged_dump_every_byte_is_in_one_document(
        damages in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..4),
    ) {
        let sound = dump(12);
        let mut dump = sound.clone();
        for (at, way, byte) in damages {
            // What is damaged is the third document and those behind it.
            let first = 200;
            let at = first + at.index(dump.len() - first);
            match way {
                0 => dump[at] = byte,
                1 => dump.insert(at, byte),
                _ => drop(dump.remove(at)),
            }
        }
        let documents = documents(&dump);
        prop_assert_eq!(all_bytes(&documents), dump);
        let mut offset = 0;
        for document in &documents {
            prop_assert_eq!(document.offset, offset);
            offset += document.raw_bytes().len() as u64;
        }
    }
}
