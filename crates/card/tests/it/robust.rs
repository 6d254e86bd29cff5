//! Whatever the text, reading a card ends with a card or with problems.

use proptest::prelude::*;
use veriscope_base::ErrorClass;
use veriscope_card::{Card, Position};

const VERIFACE: &str = include_str!("../../../../cards/veriface.yaml");
const OCR: &str = include_str!("../cards/ocr.yaml");

fn problems_are_well_formed(text: &str) {
    if let Err(found) = Card::parse(text) {
        assert!(!found.problems().is_empty());
        assert!(found.problems().is_sorted());
        assert!(
            found
                .problems()
                .iter()
                .all(|problem| problem.at.line > 0 && problem.at.column > 0)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_card_with_pieces_cut_out_never_panics(
        ocr in any::<bool>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..40), 1..6),
    ) {
        let mut bytes = if ocr { OCR } else { VERIFACE }.as_bytes().to_vec();
        for (start, length) in cuts {
            let start = start.index(bytes.len());
            let end = (start + length).min(bytes.len());
            bytes.drain(start..end);
        }
        problems_are_well_formed(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_card_with_lines_swapped_never_panics(
        ocr in any::<bool>(),
        swaps in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..6),
    ) {
        let mut lines: Vec<&str> = if ocr { OCR } else { VERIFACE }.lines().collect();
        for (one, other) in swaps {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
        }
        problems_are_well_formed(&lines.join("\n"));
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}") {
        problems_are_well_formed(&text);
    }
}

#[test]
fn an_empty_text_is_no_card() {
    for text in ["", "\n", "# nothing\n", "null", "[]", "3", "---\n---\n"] {
        let found = Card::parse(text).unwrap_err();
        assert_eq!(found.problems().len(), 1, "{text:?}");
        assert_eq!(found.class(), ErrorClass::Configuration);
    }
}

#[test]
fn a_text_beyond_the_limit_is_not_read() {
    let found = Card::parse(&" ".repeat(1024 * 1024 + 1)).unwrap_err();
    let [problem] = found.problems() else {
        panic!("one problem")
    };
    assert_eq!(problem.at, Position { line: 1, column: 1 });
    assert!(problem.message.contains("1048576"), "{}", problem.message);
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut text = String::from("card: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("k{level}: &a{level} [{inner}]\n"));
    }
    assert_eq!(Card::parse(&text).unwrap_err().problems().len(), 1);
    // Also where the form of a card would take them.
    let mut text = String::from("pipeline: &p0 [{ untimed: x }]\n");
    for level in 1..9 {
        let inner = vec![format!("{{ series: *p{} }}", level - 1); 10].join(", ");
        text = text.replace("pipeline:", &format!("pipeline{level}:"));
        text.push_str(&format!("pipeline: &p{level} [{inner}]\n"));
    }
    assert!(Card::parse(&text).is_err());
}

#[test]
fn deep_nesting_is_refused() {
    for text in [
        "[".repeat(20_000),
        "pipeline:\n".to_owned() + &"- series: ".repeat(20_000),
    ] {
        assert_eq!(Card::parse(&text).unwrap_err().problems().len(), 1);
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", OCR.replace('\n', "\r\n"));
    assert_eq!(Card::parse(&windows), Card::parse(OCR));
}
