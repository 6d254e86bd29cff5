//! Free text made harmless: identities blotted out, then cut.
//!
//! Blotted out, each as one `…`: the identities of the same row (4 characters and more, in
//! any ASCII case), runs of 6 digits and more (also grouped, `1.032.456`), e-mail and IP
//! addresses. Blotting comes before cutting, so that no half of an identity stays.

use std::net::Ipv6Addr;
use std::ops::Range;

/// What stands for blotted text.
const BLOT: &str = "…";

/// A shorter identity is blotted only where it is the whole text: inside it would take parts
/// of ordinary words.
const MIN_INSIDE_CHARS: usize = 4;

/// A shorter run of digits is a code or a time.
const MIN_DIGITS: usize = 6;

/// Returns the first `max_chars` characters of `text` with identities blotted out.
pub(crate) fn blotted_prefix(text: &str, max_chars: usize, identities: &[String]) -> String {
    let is_identity = |text: &str| {
        let bare = text.trim();
        // One character or none is no one's.
        bare.chars().nth(1).is_some() && identities.iter().any(|known| known.trim() == bare)
    };
    if is_identity(text) {
        return BLOT.to_owned();
    }
    let mut spans = identity_spans(text, identities);
    spans.extend(digit_spans(text));
    spans.extend(email_spans(text));
    spans.extend(address_spans(text));
    let prefix: String = blot(text, spans).chars().take(max_chars).collect();
    // Cutting may leave just what is a short identity as a whole.
    if is_identity(&prefix) {
        BLOT.to_owned()
    } else {
        prefix
    }
}

/// Puts one blot for each group of overlapping or touching spans.
fn blot(text: &str, mut spans: Vec<Range<usize>>) -> String {
    spans.sort_unstable_by_key(|span| span.start);
    let mut result = String::with_capacity(text.len());
    let mut copied_to = 0;
    let mut spans = spans.into_iter().peekable();
    while let Some(mut span) = spans.next() {
        while let Some(next) = spans.next_if(|next| next.start <= span.end) {
            span.end = span.end.max(next.end);
        }
        result.push_str(text.get(copied_to..span.start).unwrap_or_default());
        result.push_str(BLOT);
        copied_to = span.end;
    }
    result.push_str(text.get(copied_to..).unwrap_or_default());
    result
}

fn identity_spans(text: &str, identities: &[String]) -> Vec<Range<usize>> {
    // ASCII lower case keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let mut spans = Vec::new();
    for identity in identities {
        let needle = identity.trim().to_ascii_lowercase();
        if needle.chars().count() < MIN_INSIDE_CHARS {
            continue;
        }
        spans.extend(
            lower
                .match_indices(&needle)
                .map(|(at, found)| at..at + found.len()),
        );
    }
    spans
}

/// Runs of digits, single separators between them allowed, that hold enough digits.
fn digit_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut run: Option<(Range<usize>, usize)> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c.is_numeric() {
            run = match run {
                // One separator at most lies between.
                Some((span, digits)) if at <= span.end + 1 => Some((span.start..end, digits + 1)),
                ended => {
                    spans.extend(long_enough(ended));
                    Some((at..end, 1))
                }
            };
        } else if !matches!(c, '.' | ',' | '-') {
            spans.extend(long_enough(run.take()));
        }
    }
    spans.extend(long_enough(run));
    spans
}

fn long_enough(run: Option<(Range<usize>, usize)>) -> Option<Range<usize>> {
    run.filter(|(_, digits)| *digits >= MIN_DIGITS)
        .map(|(span, _)| span)
}

fn email_spans(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let mut spans = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        let domain = after.get(1..).unwrap_or_default();
        let start = before.trim_end_matches(is_part).len();
        let end = at + 1 + domain.len() - domain.trim_start_matches(is_part).len();
        if start < at && end > at + 1 {
            spans.push(start..end);
        }
    }
    spans
}

/// IPv4 and IPv6 addresses that stand apart from letters and digits around them.
fn address_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = 0;
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | ':'))) {
        let left = word.trim_start_matches('.');
        let bare = left.trim_end_matches(['.', ':']);
        let from = start + (word.len() - left.len());
        // With a port, the address is what stands before the last colon.
        let without_port = bare.rsplit_once(':').map_or(bare, |(address, _)| address);
        if is_ipv4(bare) || is_ipv6(bare) {
            spans.push(from..from + bare.len());
        } else if is_ipv4(without_port) {
            spans.push(from..from + without_port.len());
        }
        start += word.len();
        start += text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
    }
    spans
}

fn is_ipv4(word: &str) -> bool {
    let is_group =
        |group: &str| (1..=3).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit());
    word.split('.').count() == 4 && word.split('.').all(is_group)
}

fn is_ipv6(word: &str) -> bool {
    // `::` alone, as in a C++ name, is no one's address.
    word.bytes().any(|b| b.is_ascii_hexdigit()) && word.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::blotted_prefix;

    fn blotted(text: &str) -> String {
        blotted_prefix(
            text,
            80,
            &["Ana Ruiz".into(), "svc-Bank".into(), "Cali".into()],
        )
    }

    #[test]
    fn identities_of_the_row_are_blotted_out_in_any_case() {
        assert_eq!(
            blotted("no face of ANA RUIZ (svc-bank)"),
            "no face of … (…)"
        );
    }

    #[test]
    fn long_runs_of_digits_are_blotted_out_and_short_ones_stay() {
        assert_eq!(blotted("id 123456, code 12345"), "id …, code 12345");
        assert_eq!(blotted("id 1.032.456-7 at 10:20"), "id … at 10:20");
        assert_eq!(blotted("a12..345678"), "a12..…");
        assert_eq!(blotted("123456"), "…");
    }

    #[test]
    fn addresses_are_blotted_out() {
        assert_eq!(blotted("mail ana@example.org."), "mail …");
        assert_eq!(blotted("from 192.0.2.10:80 on"), "from …:80 on");
        assert_eq!(blotted("from 192.0.2.10."), "from ….");
        assert_eq!(blotted("from fe80::1 on"), "from … on");
        assert_eq!(blotted("in std::vec, 07:13:01"), "in std::vec, 07:13:01");
    }

    #[test]
    fn touching_spans_give_one_blot() {
        assert_eq!(blotted("x svc-bank123456 y"), "x … y");
    }

    #[test]
    fn the_text_is_cut_by_characters_after_blotting() {
        assert_eq!(blotted_prefix("señal perdida", 5, &[]), "señal");
        assert_eq!(blotted_prefix("id 1000000001 lost", 6, &[]), "id … l");
        assert_eq!(blotted_prefix("abc", 0, &[]), "");
    }

    #[test]
    fn empty_text_stays_empty_beside_an_empty_identity() {
        assert_eq!(blotted_prefix("", 80, &[String::new()]), "");
    }

    #[test]
    fn a_short_identity_is_blotted_where_it_is_the_whole_text() {
        assert_eq!(blotted_prefix("Ibe", 80, &["Ibe".into()]), "…");
        assert_eq!(blotted_prefix("Iberia", 80, &["Ibe".into()]), "Iberia");
        assert_eq!(blotted_prefix("Iberia", 3, &["Ibe".into()]), "…");
    }

    proptest! {
        #[test]
        fn no_identity_and_no_long_number_survives(
            before in "[a-zé ]{0,10}", number in "[0-9]{6,12}", after in "[a-zé ]{0,10}",
            max_chars in 0_usize..40,
        ) {
            let text = format!("{before}{number}{after}SVC-bank");
            let result = blotted_prefix(&text, max_chars, &["svc-Bank".into()]);
            prop_assert!(result.chars().count() <= max_chars.max(1));
            prop_assert!(!result.contains(&number));
            prop_assert!(!result.to_lowercase().contains("svc-bank"));
        }

        #[test]
        fn any_text_can_be_blotted(text in ".{0,60}", identity in ".{0,8}") {
            blotted_prefix(&text, 20, &[identity]);
        }
    }
}
