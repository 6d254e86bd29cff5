//! Numbers as decimal text: exact integers, whatever the notation.

/// A number's text, taken apart. Leading zeros and a `+` are fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal<'a> {
    is_negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: i64,
}

/// A number times a power of ten, cut to its whole part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaled {
    /// The whole part, cut towards zero.
    pub(crate) whole: i128,
    /// What was cut off.
    pub(crate) rest: Rest,
    pub(crate) is_negative: bool,
}

/// The size of what was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    None,
    UnderHalf,
    HalfOrMore,
}

/// Far beyond any column's range, far within `i128`.
const LIMIT: i128 = 10_i128.pow(30);

impl<'a> Decimal<'a> {
    /// Takes text apart; none if it is no finite decimal number.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let is_negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = is_digits(integer) && is_digits(fraction);
        if !is_number || integer.len() + fraction.len() == 0 {
            return None;
        }
        Some(Self {
            is_negative,
            integer,
            fraction,
            exponent,
        })
    }

    /// Returns the number times ten to the power of `shift`; none if far out of range.
    pub(crate) fn scaled(self, shift: i64) -> Option<Scaled> {
        let point = i64::try_from(self.integer.len()).ok()? + self.exponent + shift;
        let mut whole: i128 = 0;
        let mut rest = Rest::None;
        let mut place: i64 = 0;
        for digit in self.integer.bytes().chain(self.fraction.bytes()) {
            let value = i128::from(digit - b'0');
            if place < point {
                whole = within_limit(whole * 10 + value)?;
            } else if place == point && value >= 5 {
                rest = Rest::HalfOrMore;
            } else if value > 0 && rest == Rest::None {
                rest = Rest::UnderHalf;
            }
            place += 1;
        }
        while place < point && whole != 0 {
            whole = within_limit(whole * 10)?;
            place += 1;
        }
        let whole = if self.is_negative { -whole } else { whole };
        Some(Scaled {
            whole,
            rest,
            is_negative: self.is_negative,
        })
    }
}

impl Scaled {
    /// Returns the whole part, rounded half away from zero.
    pub(crate) const fn rounded(self) -> i128 {
        match (self.rest, self.is_negative) {
            (Rest::HalfOrMore, true) => self.whole - 1,
            (Rest::HalfOrMore, false) => self.whole + 1,
            (Rest::None | Rest::UnderHalf, _) => self.whole,
        }
    }

    /// Returns the greatest integer that is not above the number.
    pub(crate) const fn floor(self) -> i128 {
        match (self.rest, self.is_negative) {
            (Rest::None, _) | (_, false) => self.whole,
            (_, true) => self.whole - 1,
        }
    }
}

const fn within_limit(value: i128) -> Option<i128> {
    if value < LIMIT { Some(value) } else { None }
}

/// Exponents beyond a million count as a million: either way nothing of the number is left.
fn parse_exponent(text: &str) -> Option<i64> {
    const FAR: i64 = 1_000_000;
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(FAR).min(FAR);
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(text: &str, shift: i64) -> (i128, Rest) {
        let scaled = Decimal::parse(text).unwrap().scaled(shift).unwrap();
        (scaled.whole, scaled.rest)
    }

    #[test]
    fn every_notation_of_an_integer_is_exact() {
        assert_eq!(
            scaled("9007199254740993", 0),
            (9_007_199_254_740_993, Rest::None)
        );
        assert_eq!(
            scaled("9007199254740993.000", 0),
            (9_007_199_254_740_993, Rest::None)
        );
        assert_eq!(scaled("1.4e3", 0), (1400, Rest::None));
        assert_eq!(scaled("14000E-1", 0), (1400, Rest::None));
        assert_eq!(scaled("0301", 0), (301, Rest::None));
        assert_eq!(scaled("-0", 0), (0, Rest::None));
        assert_eq!(scaled("0e99999999999999999999", 0), (0, Rest::None));
    }

    #[test]
    fn what_is_cut_off_is_measured() {
        assert_eq!(scaled("2.5", 0), (2, Rest::HalfOrMore));
        assert_eq!(scaled("2.4999", 0), (2, Rest::UnderHalf));
        assert_eq!(scaled("-2.05", 0), (-2, Rest::UnderHalf));
        assert_eq!(scaled("5e-2", 0), (0, Rest::UnderHalf));
        assert_eq!(scaled("5e-1", 0), (0, Rest::HalfOrMore));
        assert_eq!(
            scaled("1736683983.1357189", 6),
            (1_736_683_983_135_718, Rest::HalfOrMore)
        );
    }

    #[test]
    fn rounding_and_flooring_know_the_sign() {
        let number = |text| Decimal::parse(text).unwrap().scaled(0).unwrap();
        assert_eq!(number("-2.5").rounded(), -3);
        assert_eq!(number("-2.4").rounded(), -2);
        assert_eq!(number("-2.4").floor(), -3);
        assert_eq!(number("2.9").floor(), 2);
        assert_eq!(number("-0.1").floor(), -1);
    }

    #[test]
    fn text_that_is_no_number_and_numbers_out_of_reach_are_told_apart() {
        for text in [
            "", "-", ".", "1,5", "0x10", "1e", "e5", "1 2", "nan", "inf", "1_000", "--1",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("1e400").unwrap().scaled(0), None);
    }
}
