//! Memory is bounded by the limit and not by the source.

use std::io::{self, Read};

use veriscope_source::{DocumentReader, Limits};

/// Makes a long stream while it is read: a head, then a piece again and again.
struct Generated {
    head: &'static [u8],
    piece: Vec<u8>,
    position: usize,
    left: u64,
}

impl Generated {
    fn new(head: &'static [u8], piece: Vec<u8>, size_bytes: u64) -> Box<Self> {
        Box::new(Self {
            head,
            piece,
            position: 0,
            left: size_bytes,
        })
    }
}

impl Read for Generated {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        if !self.head.is_empty() {
            return self.head.read(target);
        }
        let count = (&self.piece[self.position..]).read(target)?;
        self.position = (self.position + count) % self.piece.len();
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

fn peak(input: Box<Generated>, limits: Limits) -> (usize, usize) {
    let mut reader = DocumentReader::from_read("generated", input, limits, &[]).unwrap();
    let (mut count, mut peak) = (0, 0);
    while let Some(document) = reader.next() {
        document.unwrap();
        count += 1;
        peak = peak.max(reader.buffer_capacity());
    }
    (count, peak)
}

const SIZE: u64 = 200_000_000;
const BOUND: usize = 4 << 20;

#[test]
fn a_long_pretty_array_takes_no_more_memory_than_a_short_one() {
    let numbers = "        0.123456789012345,\n".repeat(2500);
    let piece = format!("  {{\n    \"a\": [\n{numbers}        1\n    ]\n  }},\n").into_bytes();
    let expected = SIZE.div_ceil(piece.len() as u64);
    let (count, peak) = peak(Generated::new(b"[\n", piece, SIZE), Limits::default());
    assert!(
        (expected..=expected + 1).contains(&(count as u64)),
        "{count} of {expected}"
    );
    assert!(peak <= BOUND, "{peak}");
}

#[test]
fn one_endless_document_takes_no_more_memory_than_the_limit() {
    let limits = Limits {
        max_document_bytes: 1 << 20,
        kept_bytes: 1 << 10,
    };
    for head in [
        &b"{\"a\":\""[..],
        b"[{\"a\":[",
        b"[\"",
        b"[[",
        b"{\"a\":1}\nx",
    ] {
        let (count, peak) = peak(Generated::new(head, vec![b'1'; 50_000], SIZE / 20), limits);
        assert!((1..=2).contains(&count), "{count}");
        assert!(peak <= BOUND, "{peak}");
    }
}

#[test]
fn endless_blanks_take_no_memory() {
    let (count, peak) = peak(
        Generated::new(b"{\"a\":1}", vec![b' '; 50_000], SIZE / 10),
        Limits::default(),
    );
    assert_eq!(count, 1);
    assert!(peak <= BOUND, "{peak}");
}

#[test]
fn a_long_dump_and_an_oversize_document_in_it_take_no_more_memory() {
    let piece = bson::doc! {"_id": 1, "points": vec![0.123; 5000]}
        .to_vec()
        .unwrap();
    let expected = SIZE.div_ceil(piece.len() as u64);
    let (count, long) = peak(Generated::new(b"", piece, SIZE), Limits::default());
    assert_eq!(count as u64, expected);
    assert!(long <= BOUND, "{long}");
    let limits = Limits {
        max_document_bytes: 1 << 20,
        kept_bytes: 1 << 10,
    };
    // A length of some 16 MB and a text that fills it; then another length that never comes.
    let head = b"\x00\x00\x00\x01\x02_id\0\xf0\xff\xff\x00";
    let (count, endless) = peak(Generated::new(head, vec![b'1'; 50_000], SIZE / 4), limits);
    assert!((1..=3).contains(&count), "{count}");
    assert!(endless <= BOUND, "{endless}");
}
