//! Laws: how bytes arrive, are laid out or are compressed changes nothing, and nothing is lost.

use proptest::prelude::*;
use serde_json::{Map, Value};
use veriscope_source::{Content, Document, DocumentReader, Limits, RejectReason};

use crate::support::{Pieces, brief, documents, gzip, open, zstd};

fn value() -> impl Strategy<Value = Value> {
    let text = "[a-z{}\\[\\]\",:\\\\\n\u{e9}]{0,24}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..4)
                .prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

/// Objects with at least one member, as every real document has.
fn objects() -> impl Strategy<Value = Vec<Value>> {
    let object = prop::collection::vec(("[a-c\"{]{1,3}", value()), 1..5)
        .prop_map(|members| Value::from(Map::from_iter(members)));
    prop::collection::vec(object, 0..6)
}

fn lines(objects: &[Value]) -> String {
    objects.iter().map(|object| format!("{object}\n")).collect()
}

/// The same documents in every layout.
fn layouts(objects: &[Value]) -> Vec<String> {
    let whole = Value::from(objects.to_vec());
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    vec![
        whole.to_string(),
        pretty(&whole),
        lines(objects),
        lines(objects).replace('\n', "\r\n"),
        objects.iter().map(ToString::to_string).collect(),
        objects.iter().map(|object| pretty(object) + "\n").collect(),
    ]
}

fn parsed(documents: &[Document]) -> Vec<Value> {
    documents
        .iter()
        .map(|document| match &document.content {
            Content::Json(bytes) => serde_json::from_slice(bytes).unwrap(),
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Every byte stands in exactly one document, or is a separator.
fn assert_covered(bytes: &[u8], documents: &[Document]) {
    let mut position = 0;
    let is_separator = |byte: &u8| b" \r\n\t,[]".contains(byte);
    for document in documents {
        let start = usize::try_from(document.offset).unwrap();
        assert!(
            bytes[position..start].iter().all(is_separator),
            "before {document:?}"
        );
        position = start + document.raw_bytes().len();
        assert_eq!(&bytes[start..position], &document.raw_bytes()[..]);
    }
    assert!(bytes[position..].iter().all(is_separator), "at the end");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_sizes_of_reads_change_nothing(
        objects in objects(),
        sizes in prop::collection::vec(1_usize..40, 1..6),
        flaws in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        for layout in layouts(&objects) {
            let mut bytes = layout.into_bytes();
            // Flaws go behind the first byte, which tells the format.
            for (index, byte) in &flaws {
                if bytes.len() > 1 {
                    let place = 1 + index.index(bytes.len() - 1);
                    bytes[place] = *byte;
                }
            }
            let whole: Vec<_> = documents(&bytes).iter().map(brief).collect();
            let input = Box::new(Pieces::new(&bytes, sizes.clone()));
            let reader = DocumentReader::from_read("test", input, Limits::default(), &[]).unwrap();
            let pieces: Vec<_> = reader.map(|document| brief(&document.unwrap())).collect();
            prop_assert_eq!(whole, pieces);
        }
    }

    #[test]
    fn every_layout_and_compression_gives_the_same_documents(objects in objects()) {
        for layout in layouts(&objects) {
            let plain = documents(layout.as_bytes());
            prop_assert_eq!(&parsed(&plain), &objects);
            assert_covered(layout.as_bytes(), &plain);
            for compressed in [gzip(layout.as_bytes()), zstd(layout.as_bytes())] {
                let read = documents(&compressed);
                prop_assert_eq!(read.len(), plain.len());
                for (one, other) in read.iter().zip(&plain) {
                    prop_assert_eq!(one.raw_bytes(), other.raw_bytes());
                    prop_assert_eq!(one.offset, other.offset);
                }
            }
        }
    }

    #[test]
    fn any_bytes_end_in_documents_without_a_panic(
        bytes in prop::collection::vec(
            prop_oneof![
                Just(b'{'), Just(b'}'), Just(b'['), Just(b']'), Just(b'"'), Just(b'\\'),
                Just(b','), Just(b':'), Just(b'\n'), Just(b'a'), any::<u8>()
            ],
            0..300,
        ),
        head in prop::sample::select(vec!["", "[", "{", "token,date,total,client\n", "\u{1f}\u{8b}"]),
        max_document_bytes in 1_usize..400,
    ) {
        let bytes = [head.as_bytes(), &bytes].concat();
        let limits = Limits { max_document_bytes, kept_bytes: 8 };
        if let Ok(reader) = crate::support::open_with(&bytes, limits) {
            let ordinals: Vec<u64> = reader.map(|document| document.unwrap().ordinal).collect();
            prop_assert!(ordinals.len() <= bytes.len() + 1);
            prop_assert!(ordinals.iter().zip(0..).all(|(&ordinal, index)| ordinal == index));
        }
        if matches!(head, "[" | "{") {
            assert_covered(&bytes, &documents(&bytes));
        }
    }
}

proptest! {
    // Each case reads every beginning of every layout.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_cut_at_any_byte_gives_the_documents_before_it_and_one_tail(
        objects in objects(),
        compression in 0..3,
    ) {
        for layout in layouts(&objects) {
            let whole = documents(layout.as_bytes());
            let bytes = match compression {
                0 => layout.into_bytes(),
                1 => gzip(layout.as_bytes()),
                _ => zstd(layout.as_bytes()),
            };
            for cut in 0..bytes.len() {
                // Too little of a magic number to be told is of no known format.
                let Ok(reader) = open(&bytes[..cut]) else {
                    prop_assert!(compression > 0 && cut < 4, "cut at {}", cut);
                    continue;
                };
                let read: Vec<Document> = reader.map(Result::unwrap).collect();
                if compression == 0 {
                    assert_covered(&bytes[..cut], &read);
                }
                let is_whole = |document: &&Document| matches!(document.content, Content::Json(_));
                let count = read.iter().take_while(is_whole).count();
                prop_assert!(read.len() - count <= 1, "cut at {}: {:?}", cut, read);
                prop_assert!(count <= whole.len());
                for (one, other) in read.iter().take(count).zip(&whole) {
                    prop_assert_eq!(one.raw_bytes(), other.raw_bytes());
                }
                if let Some(Content::Broken(tail)) = read.get(count).map(|tail| &tail.content) {
                    prop_assert_eq!(tail.reason, RejectReason::Truncated);
                }
            }
        }
    }
}
