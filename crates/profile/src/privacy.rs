//! What may be shown of a value: shapes, shortened tokens, long text cut.

use crate::knowledge::Token;
use crate::report::Cell;

/// Characters of a shape.
const SHAPE: usize = 40;
/// Characters of a token that are shown.
const SHOWN_OF_TOKEN: usize = 6;
/// Base-32 characters of a keyed token.
const TOKEN: usize = 26;

/// Returns the shape of a value: each run of letters and digits by what it is made of and how
/// long it is, all else as it stands. `a` small letters, `A` capitals, `Aa` both, `9` digits;
/// digits among letters go with these. The name of the column before `_`, as pseudonyms have
/// it, stands as it is.
pub(crate) fn shape(text: &str, column: &str) -> String {
    let rest = text
        .strip_prefix(column)
        .filter(|rest| rest.starts_with('_') && !column.is_empty());
    let mut shape = String::new();
    if rest.is_some() {
        shape.push_str(column);
    }
    let mut run = Run::default();
    let mut shown = 0;
    for letter in rest.unwrap_or(text).chars() {
        if letter.is_alphanumeric() {
            run.add(letter);
            continue;
        }
        run.end(&mut shape);
        shape.push(if letter.is_control() || letter.is_whitespace() {
            ' '
        } else {
            plain(letter)
        });
        shown += 1;
        if shown > SHAPE {
            shape.push('…');
            return shape;
        }
    }
    run.end(&mut shape);
    shape
}

/// Punctuation as it stands; a sign of any other sort could tell as much as a letter.
const fn plain(letter: char) -> char {
    if letter.is_ascii() { letter } else { '*' }
}

/// A run of letters and digits.
#[derive(Default)]
struct Run {
    length: usize,
    small: bool,
    capital: bool,
    digit: bool,
}

impl Run {
    fn add(&mut self, letter: char) {
        self.length += 1;
        if letter.is_numeric() {
            self.digit = true;
        } else if letter.is_uppercase() {
            self.capital = true;
        } else {
            self.small = true;
        }
    }

    fn end(&mut self, shape: &mut String) {
        let run = std::mem::take(self);
        if run.length == 0 {
            return;
        }
        shape.push_str(match (run.capital, run.small) {
            (true, true) => "Aa",
            (true, false) => "A",
            (false, true) => "a",
            (false, false) => "9",
        });
        if run.length > 1 {
            shape.push_str(&run.length.to_string());
        }
    }
}

/// Returns how a value of an identifying column may stand in a row of the sample.
pub(crate) fn masked(text: &str, column: &str, token: Token) -> Cell {
    let rest = match token {
        Token::Hidden => None,
        Token::Keyed => text
            .strip_prefix(column)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|rest| is_token(rest)),
        Token::Random => Some(text).filter(|text| text.is_ascii() && text.len() > SHOWN_OF_TOKEN),
    };
    rest.and_then(|rest| rest.get(..SHOWN_OF_TOKEN))
        .map_or_else(
            || Cell::Hidden {
                shape: shape(text, column),
            },
            |start| Cell::Text(format!("{start}…")),
        )
}

fn is_token(rest: &str) -> bool {
    rest.len() == TOKEN
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{masked, shape};
    use crate::knowledge::Token;
    use crate::report::Cell;

    #[test]
    fn shapes_say_what_a_value_is_made_of_and_no_more() {
        for (text, expected) in [
            ("documento_abcdefghijklmnopqrstuvwx23", "documento_a26"),
            ("documento_12", "documento_9"),
            ("ana.ruiz@example.org", "a3.a4@a7.a3"),
            ("1094567812", "9_10"),
            ("Ana Ruiz", "Aa3 Aa4"),
            ("X1-7", "A2-9"),
            ("", ""),
        ] {
            let expected = expected
                .replace("9_10", "910")
                .replace("documento_9", "documento_92");
            assert_eq!(shape(text, "documento"), expected, "{text}");
        }
    }

    #[test]
    fn tokens_are_shortened_and_what_is_none_is_hidden() {
        let hidden = |shape: &str| Cell::Hidden {
            shape: shape.to_owned(),
        };
        let token = "documento_abcdefghijklmnopqrstuvwx23";
        assert_eq!(
            masked(token, "documento", Token::Keyed),
            Cell::Text("abcdef…".to_owned())
        );
        assert_eq!(
            masked("1094567812", "documento", Token::Keyed),
            hidden("910")
        );
        assert_eq!(
            masked("documento_1", "documento", Token::Keyed),
            hidden("documento_9")
        );
        assert_eq!(
            masked("HLqbPi2Mbg", "file_token", Token::Random),
            Cell::Text("HLqbPi…".to_owned())
        );
        assert_eq!(masked("abc", "file_token", Token::Random), hidden("a3"));
    }
}
