//! A broken document is put aside, and the others are read.

use std::io::Cursor;

use veriscope_base::ErrorClass;
use veriscope_source::{Content, DocumentReader, Limits, RejectReason::*};

use crate::support::{Failing, broken, documents, json, open_with, seen, seen_with};

const SMALL: Limits = Limits {
    max_document_bytes: 64,
    kept_bytes: 8,
};

#[test]
fn a_truncated_array_gives_its_whole_documents() {
    assert_eq!(
        seen(br#"[{"a":1},{"a":[{"b":2},{"b"#),
        [
            json(r#"{"a":1}"#),
            broken(Truncated, r#"{"a":[{"b":2},{"b"#)
        ]
    );
    assert_eq!(
        seen(br#"[{"a":1},"#),
        [json(r#"{"a":1}"#), broken(Truncated, "")]
    );
}

#[test]
fn a_truncated_last_line_is_put_aside() {
    assert_eq!(
        seen(b"{\"a\":1}\n{\"a\":\"x"),
        [json(r#"{"a":1}"#), broken(Truncated, r#"{"a":"x"#)]
    );
}

#[test]
fn a_broken_line_is_put_aside_and_the_next_goes_on() {
    for line in [
        r#"{"a":{"b":1}"#,
        r#"{"a":"lost quote}"#,
        r#"{"a":1,"#,
        r#"{"a":["#,
        r#"{"a":"#,
        "{",
        "garbage",
        "2031-01-01 [info] started {",
        "[INFO] started",
        r#"{"a":1}}"#,
        r#"{"a":1} tail"#,
        "}",
    ] {
        let text = format!("{{\"a\":0}}\n{line}\r\n{{\"a\":2}}\n{{\"a\":3}}\n");
        assert_eq!(
            seen(text.as_bytes()),
            [
                json(r#"{"a":0}"#),
                broken(BrokenJson, line),
                json(r#"{"a":2}"#),
                json(r#"{"a":3}"#)
            ],
            "{line}"
        );
    }
}

#[test]
fn a_broken_first_line_is_put_aside_and_the_next_goes_on() {
    for line in [r#"{"a":{"b":1}"#, r#"{"a":"lost quote}"#, r#"{"a":b"c"#] {
        let text = format!("{line}\n{{\"a\":2}}\n{{\"a\":3}}\n");
        assert_eq!(
            seen(text.as_bytes()),
            [
                broken(BrokenJson, line),
                json(r#"{"a":2}"#),
                json(r#"{"a":3}"#)
            ],
            "{line}"
        );
    }
}

#[test]
fn a_pretty_document_among_lines_is_whole() {
    let text = b"{\"a\":1}\n{\n \"a\": [\n  {}\n ]\n}\n{\"a\":3}\n";
    assert_eq!(
        seen(text),
        [
            json(r#"{"a":1}"#),
            json("{\n \"a\": [\n  {}\n ]\n}"),
            json(r#"{"a":3}"#)
        ]
    );
}

#[test]
fn garbage_in_an_array_is_put_aside_until_the_next_document() {
    assert_eq!(
        seen(br#"[{"a":1}, garbage, more {"a":2} "x" y ]"#),
        [
            json(r#"{"a":1}"#),
            broken(BrokenJson, "garbage, more"),
            json(r#"{"a":2}"#),
            broken(NotADocument, "\"x\""),
            broken(BrokenJson, "y"),
        ]
    );
}

#[test]
fn garbage_between_concatenated_objects_is_put_aside() {
    assert_eq!(
        seen(br#"{"a":1}garbage{"a":2}"#),
        [
            json(r#"{"a":1}"#),
            broken(BrokenJson, "garbage"),
            json(r#"{"a":2}"#)
        ]
    );
}

#[test]
fn missing_and_trailing_commas_in_an_array_do_no_harm() {
    assert_eq!(seen(br#"[{"a":1}{"a":2},,{"a":3},]"#).len(), 3);
}

#[test]
fn bytes_behind_an_array_are_put_aside() {
    assert_eq!(
        seen(b"[{\"a\":1}] trailing ] bytes\n"),
        [json(r#"{"a":1}"#), broken(BrokenJson, "trailing ] bytes")]
    );
}

#[test]
fn a_document_without_its_closing_brace_is_lost_alone() {
    assert_eq!(
        seen(br#"[{"a":{"b":1},{"a":2},{"a":3}]"#),
        [
            broken(BrokenJson, r#"{"a":{"b":1}"#),
            json(r#"{"a":2}"#),
            json(r#"{"a":3}"#)
        ]
    );
    assert_eq!(
        seen(br#"[{"a":[1],"b":7,{"a":2},{"a":3}]"#),
        [
            broken(BrokenJson, r#"{"a":[1],"b":7"#),
            json(r#"{"a":2}"#),
            json(r#"{"a":3}"#)
        ]
    );
}

#[test]
fn a_pretty_document_without_its_closing_brackets_is_lost_alone() {
    let text = "[\n  {\n    \"a\": [\n      {\n        \"b\": 1\n      },\n  {\n    \"a\": 2\n  },\n  \
                {\n    \"a\": 3\n  }\n]\n";
    assert_eq!(
        seen(text.as_bytes()),
        [
            broken(
                BrokenJson,
                "{\n    \"a\": [\n      {\n        \"b\": 1\n      }"
            ),
            json("{\n    \"a\": 2\n  }"),
            json("{\n    \"a\": 3\n  }")
        ]
    );
}

#[test]
fn a_document_that_swallows_others_up_to_the_limit_gives_them_back() {
    let documents = "  {\n    \"a\": 2\n  },\n".repeat(50);
    let text = format!("[\n  {{\n    \"a\": [\n{documents}  {{\n    \"a\": 3\n  }}\n]\n");
    let found = seen_with(text.as_bytes(), SMALL);
    assert_eq!(found.len(), 52);
    assert_eq!(found[0], broken(BrokenJson, "{\n    \"a\": ["));
    assert_eq!(found[1], json("{\n    \"a\": 2\n  }"));
    assert_eq!(found[51], json("{\n    \"a\": 3\n  }"));
}

#[test]
fn a_document_with_a_lost_quote_in_a_compact_array_is_lost_alone() {
    assert_eq!(
        seen(br#"[{"a":1,"b":2},{"a":"x,"b":"y"},{"a":3,"b":4},{"a":5,"b":6}]"#),
        [
            json(r#"{"a":1,"b":2}"#),
            broken(BrokenJson, r#"{"a":"x,"b":"y"}"#),
            json(r#"{"a":3,"b":4}"#),
            json(r#"{"a":5,"b":6}"#)
        ]
    );
}

#[test]
fn an_oversize_document_is_hashed_and_its_beginning_kept() {
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(200_000));
    for text in [
        format!("[{{\"a\":1}},{large},{{\"a\":3}}]"),
        format!("{{\"a\":1}}\n{large}\n{{\"a\":3}}\n"),
        format!("{{\"a\":1}}{large}{{\"a\":3}}"),
    ] {
        let read: Vec<_> = open_with(text.as_bytes(), SMALL)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(read.len(), 3);
        let Content::Broken(found) = &read[1].content else {
            panic!("{:?}", read[1])
        };
        assert_eq!(found.reason, TooLarge);
        assert_eq!(found.bytes, "{\"a\":\"xx");
        assert_eq!(found.size_bytes, 200_008);
        let hash: [u8; 32] = sha2::Digest::finalize(sha2::Digest::chain_update(
            <sha2::Sha256 as sha2::Digest>::new(),
            large.as_bytes(),
        ))
        .into();
        assert_eq!(found.sha256, Some(hash));
        assert_eq!(read[2].raw_bytes(), r#"{"a":3}"#);
    }
}

#[test]
fn a_document_of_the_limit_is_whole_and_one_byte_more_is_not() {
    let exact = format!("{{\"a\":\"{}\"}}", "x".repeat(64 - 8));
    assert_eq!(seen_with(exact.as_bytes(), SMALL), [json(&exact)]);
    let over = format!("{{\"a\":\"{}\"}}", "x".repeat(64 - 7));
    assert_eq!(
        seen_with(over.as_bytes(), SMALL),
        [broken(TooLarge, "{\"a\":\"xx")]
    );
}

#[test]
fn oversize_garbage_is_bounded_too() {
    let text = format!("[{},{{\"a\":1}}]", "x".repeat(5000));
    assert_eq!(
        seen_with(text.as_bytes(), SMALL),
        [broken(TooLarge, "xxxxxxxx"), json(r#"{"a":1}"#)]
    );
}

#[test]
fn nesting_of_any_depth_is_framed() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    assert_eq!(
        seen(format!("[{deep},{objects}]").as_bytes()),
        [json(&deep), json(&objects)]
    );
}

#[test]
fn bytes_that_are_no_text_stay_as_they_are() {
    let read = documents(b"{\"a\":\"\xff\xfe\"}\n{\"a\":\"\\u0000\"}\n");
    assert_eq!(read[0].raw_bytes(), &b"{\"a\":\"\xff\xfe\"}"[..]);
    assert_eq!(read[1].raw_bytes(), &b"{\"a\":\"\\u0000\"}"[..]);
}

#[test]
fn a_failing_disk_is_an_error_that_names_the_source() {
    let input = Box::new(Failing(Cursor::new(
        b"{\"a\":1}\n{\"a\":2}\n{\"a\"".to_vec(),
    )));
    let mut reader = DocumentReader::from_read("x.json", input, Limits::default(), &[]).unwrap();
    assert!(reader.next().unwrap().is_ok());
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "could not read x.json: the disk is gone");
    assert_eq!(error.class(), ErrorClass::Source);
    assert!(reader.next().is_none());
}
