//! Passing over a value: validated in full, nothing kept.
//!
//! Nine tenths of a document are skipped, so this loop decides the speed of extraction
//! (`docs/decisions/0002-json-library.md`). It accepts exactly what RFC 8259 allows; the
//! document's UTF-8 was checked before.

use jiter::Jiter;

use crate::fault::Fault;

/// Arrays and objects inside one another that a document may have.
pub(crate) const MAX_DEPTH: usize = 200;

/// Returns the index after the value that begins at `at`, `depth` being the number of arrays
/// and objects around it.
pub(crate) fn skip_value(data: &[u8], at: usize, depth: usize) -> Result<usize, Fault> {
    // Whether each open container is an object; the innermost is `in_object`.
    let mut outer = [false; MAX_DEPTH];
    let mut open = 0_usize;
    let mut in_object = false;
    let mut at = at;
    loop {
        // A value stands at `at`.
        let first = byte(data, at)?;
        match first {
            b'{' | b'[' => {
                let is_object = first == b'{';
                if depth + open >= MAX_DEPTH {
                    return Err(Fault::too_deep(MAX_DEPTH, at));
                }
                if let Some(place) = outer.get_mut(open) {
                    *place = in_object;
                }
                at = blanks(data, at + 1);
                let close = if is_object { b'}' } else { b']' };
                if data.get(at) == Some(&close) {
                    at += 1;
                } else {
                    open += 1;
                    in_object = is_object;
                    if is_object {
                        at = key(data, at)?;
                    }
                    continue;
                }
            }
            b'"' => at = string(data, at)?,
            b't' => at = literal(data, at, b"true")?,
            b'f' => at = literal(data, at, b"false")?,
            b'n' => at = literal(data, at, b"null")?,
            _ => at = number(data, at)?,
        }
        // A value has ended: close what ends here, and step to the next value.
        loop {
            if open == 0 {
                return Ok(at);
            }
            at = blanks(data, at);
            match (byte(data, at)?, in_object) {
                (b',', true) => {
                    at = key(data, blanks(data, at + 1))?;
                    break;
                }
                (b',', false) => {
                    at = blanks(data, at + 1);
                    break;
                }
                (b'}', true) | (b']', false) => {
                    at += 1;
                    open -= 1;
                    in_object = outer.get(open).copied().unwrap_or_default();
                }
                (_, true) => return Err(Fault::broken("expected `,` or `}`", at)),
                (_, false) => return Err(Fault::broken("expected `,` or `]`", at)),
            }
        }
    }
}

#[inline]
fn byte(data: &[u8], at: usize) -> Result<u8, Fault> {
    data.get(at)
        .copied()
        .ok_or_else(|| Fault::broken("the document ends early", at))
}

#[inline]
fn blanks(data: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = data.get(at) {
        at += 1;
    }
    at
}

/// A key, its colon and the blanks after it.
#[inline]
fn key(data: &[u8], at: usize) -> Result<usize, Fault> {
    if byte(data, at)? != b'"' {
        return Err(Fault::broken("key must be a string", at));
    }
    let colon = blanks(data, string(data, at)?);
    if byte(data, colon)? != b':' {
        return Err(Fault::broken("expected `:`", colon));
    }
    Ok(blanks(data, colon + 1))
}

#[inline]
fn string(data: &[u8], at: usize) -> Result<usize, Fault> {
    let mut end = at + 1;
    loop {
        match byte(data, end)? {
            b'"' => return Ok(end + 1),
            b'\\' => return escaped_string(data, at),
            0..=0x1f => return Err(Fault::broken("control character in a string", end)),
            _ => end += 1,
        }
    }
}

/// Escapes are rare in what is skipped, and their rules (surrogates) many: jiter's work.
#[cold]
fn escaped_string(data: &[u8], at: usize) -> Result<usize, Fault> {
    let mut rest = Jiter::new(data.get(at..).unwrap_or_default());
    match rest.next_bytes() {
        Ok(_) => Ok(at + rest.current_index()),
        Err(error) => Err(Fault::from_jiter(&error, at)),
    }
}

fn literal(data: &[u8], at: usize, word: &[u8]) -> Result<usize, Fault> {
    let end = at + word.len();
    if data.get(at..end) == Some(word) {
        Ok(end)
    } else {
        Err(Fault::broken("expected ident", at))
    }
}

#[inline]
fn number(data: &[u8], at: usize) -> Result<usize, Fault> {
    let first = byte(data, at)?;
    let start = if first == b'-' { at + 1 } else { at };
    let mut end = match data.get(start) {
        Some(b'0') => start + 1,
        Some(b'1'..=b'9') => digits(data, start + 1),
        _ if first == b'-' => return Err(Fault::broken("invalid number", start)),
        _ => return Err(Fault::broken("expected value", start)),
    };
    if data.get(end) == Some(&b'.') {
        end = some_digits(data, end + 1)?;
    }
    if let Some(b'e' | b'E') = data.get(end) {
        let sign = usize::from(matches!(data.get(end + 1), Some(b'+' | b'-')));
        end = some_digits(data, end + 1 + sign)?;
    }
    Ok(end)
}

#[inline]
fn some_digits(data: &[u8], at: usize) -> Result<usize, Fault> {
    let end = digits(data, at);
    if end == at {
        Err(Fault::broken("invalid number", at))
    } else {
        Ok(end)
    }
}

/// Returns the end of a run of digits, eight bytes a step: landmarks have 16 digits and more.
#[inline]
fn digits(data: &[u8], mut at: usize) -> usize {
    const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
    const ABOVE_NINE: u64 = u64::from_ne_bytes([0x76; 8]);
    const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
    while let Some(chunk) = data.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        // A digit becomes 0 to 9; only those neither carry into the high bit nor have it.
        let values = u64::from_le_bytes(*chunk) ^ ZEROS;
        let others = (values.wrapping_add(ABOVE_NINE) | values) & HIGH_BITS;
        if others != 0 {
            // The lowest mark is exact: carries only reach bytes above one that is no digit.
            return at + usize::try_from(others.trailing_zeros() / 8).unwrap_or_default();
        }
        at += 8;
    }
    while data.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use veriscope_source::RejectReason;

    use super::*;

    fn skip(text: &str) -> Result<usize, RejectReason> {
        skip_value(text.as_bytes(), 0, 0).map_err(|fault| fault.reason)
    }

    #[test]
    fn a_skipped_value_ends_after_its_bracket() {
        assert_eq!(skip("[1, -0.5e+3 ,\"a\\\"]\"] , 7"), Ok(20));
        assert_eq!(skip("{ } x"), Ok(3));
        assert_eq!(skip("{\"a\" : { \"b\":[ ]} , \"c\":null}"), Ok(29));
    }

    #[test]
    fn what_is_no_json_is_refused_although_nobody_wants_it() {
        for text in [
            "[1,]",
            "[01]",
            "[1.]",
            "[.5]",
            "[-]",
            "[1e]",
            "[+1]",
            "[NaN]",
            "[tru]",
            "[nul]",
            "[",
            "[1",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "[\"a]",
            "[\"\\x\"]",
            "[\"\\ud800\"]",
            "[\"\n\"]",
            "[1}",
            "{\"a\":1]",
            "[-Infinity]",
            "{1:1}",
            "[\"\\u00g0\"]",
        ] {
            assert_eq!(skip(text), Err(RejectReason::BrokenJson), "{text}");
        }
    }

    #[test]
    fn depth_counts_what_stands_around() {
        let nested = |count: usize| "[".repeat(count) + &"]".repeat(count);
        assert_eq!(skip(&nested(200)), Ok(400));
        assert_eq!(skip(&nested(201)), Err(RejectReason::TooDeep));
        assert_eq!(skip(&nested(10_000)), Err(RejectReason::TooDeep));
        assert!(skip_value(nested(100).as_bytes(), 0, 100).is_ok());
        assert!(skip_value(nested(101).as_bytes(), 0, 100).is_err());
    }

    proptest! {
        #[test]
        fn a_run_of_digits_ends_where_a_plain_loop_says(bytes in proptest::collection::vec(
            prop_oneof![4 => b'0'..=b'9', 1 => any::<u8>()], 0..40,
        )) {
            let plain = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(digits(&bytes, 0), plain);
        }
    }
}
