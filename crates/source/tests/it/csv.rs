//! CSV sources.

use veriscope_base::ErrorClass;
use veriscope_source::{Content, Encoding, Limits, RejectReason::*, SourceError};

use crate::support::{Seen, broken, documents, gzip, open, seen, seen_with};

fn row(fields: &[&str]) -> Seen {
    Seen::Row(fields.iter().map(|&field| field.to_owned()).collect())
}

#[test]
fn a_csv_is_known_by_its_header_whatever_the_order_and_the_other_columns() {
    let text = "\u{feff},client,token,date,total\r\n0,c1,t1,d1,1\r\n\r\n1,\"c,\"\"2\",t2,\"d\n2\",";
    assert_eq!(open(text.as_bytes()).unwrap().encoding(), Encoding::Csv);
    assert_eq!(
        seen(text.as_bytes()),
        [
            row(&["0", "c1", "t1", "d1", "1"]),
            row(&["1", "c,\"2", "t2", "d\n2", ""])
        ]
    );
    assert_eq!(seen(&gzip(text.as_bytes())).len(), 2);
}

#[test]
fn rows_share_their_header_and_know_their_offset() {
    let read = documents(b"token,date,total,client\na,b,c,d\ne,f,g,h\n");
    assert_eq!(
        read.iter().map(|row| row.offset).collect::<Vec<_>>(),
        [24, 32]
    );
    let Content::Csv(first) = &read[0].content else {
        panic!("{:?}", read[0])
    };
    assert_eq!(first.header.names(), ["token", "date", "total", "client"]);
    assert_eq!(first.header.index_of("total"), Some(2));
    assert_eq!(read[1].raw_bytes(), "token,date,total,client\ne,f,g,h\n");
}

#[test]
fn a_header_that_lacks_columns_is_refused_by_name() {
    let error = open(b"token,date,total\n1,2,3\n").err().unwrap();
    assert!(
        matches!(&error, SourceError::CsvColumnsMissing { missing, .. } if missing == &["client"])
    );
    assert_eq!(error.class(), ErrorClass::Source);
}

#[test]
fn a_header_alone_gives_no_documents() {
    assert_eq!(seen(b"token,date,total,client"), []);
}

#[test]
fn a_row_of_another_length_is_put_aside() {
    assert_eq!(
        seen(b"token,date,total,client\na,b,c\na,b,c,d,e\na,b,c,d\n"),
        [
            broken(BrokenCsv, "a,b,c"),
            broken(BrokenCsv, "a,b,c,d,e"),
            row(&["a", "b", "c", "d"])
        ]
    );
}

#[test]
fn a_truncated_last_row_is_put_aside() {
    for tail in ["a,b", "a,b,c,\"d", "a,\"b\nmore"] {
        let text = format!("token,date,total,client\na,b,c,d\n{tail}");
        assert_eq!(
            seen(text.as_bytes()),
            [row(&["a", "b", "c", "d"]), broken(Truncated, tail)],
            "{tail}"
        );
    }
}

#[test]
fn a_row_with_a_lost_quote_is_lost_alone() {
    let text = b"token,date,total,client\na,\"b,c,d\ne,f,g,h\ni,\"j\",k,l\nm,n,o,p\n";
    assert_eq!(
        seen(text),
        [
            broken(BrokenCsv, "a,\"b,c,d"),
            row(&["e", "f", "g", "h"]),
            row(&["i", "j", "k", "l"]),
            row(&["m", "n", "o", "p"]),
        ]
    );
}

#[test]
fn a_runaway_quote_is_bounded_by_the_limit() {
    let limits = Limits {
        max_document_bytes: 100,
        kept_bytes: 4,
    };
    let text = format!(
        "token,date,total,client\na,b,c,d\na,\"{}",
        "x".repeat(100_000)
    );
    assert_eq!(
        seen_with(text.as_bytes(), limits),
        [row(&["a", "b", "c", "d"]), broken(TooLarge, "a,\"x")]
    );
}

#[test]
fn bytes_that_are_no_text_stay_in_their_row() {
    let read = documents(b"token,date,total,client\na,\xff,c,d\n");
    let Content::Csv(row) = &read[0].content else {
        panic!("{:?}", read[0])
    };
    assert_eq!(row.record.get(1), Some(&b"\xff"[..]));
}
