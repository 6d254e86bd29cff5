//! Local time as text. Microseconds since 1970-01-01 of the local calendar throughout.

use chrono::{Datelike as _, NaiveDate};

/// Microseconds of a second and of a day.
pub(crate) const SECOND_US: i64 = 1_000_000;
pub(crate) const DAY_US: i64 = 86_400 * SECOND_US;

/// A local time, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) micro: i64,
}

impl LocalTime {
    /// Takes a number of microseconds apart.
    ///
    /// Source of the calendar: H. Hinnant, "chrono-compatible low-level date algorithms",
    /// `civil_from_days`.
    pub(crate) fn of(local_us: i64) -> Self {
        let days = local_us.div_euclid(DAY_US) + 719_468;
        let in_day = local_us.rem_euclid(DAY_US);
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let seconds = in_day / SECOND_US;
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            hour: seconds / 3_600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            micro: in_day % SECOND_US,
        }
    }

    /// Appends `2025-01-31` and a separator and `07:13:01`.
    pub(crate) fn push(self, separator: u8, text: &mut Vec<u8>) {
        push_digits(self.year, 4, text);
        for (mark, number) in [(b'-', self.month), (b'-', self.day), (separator, self.hour)] {
            text.push(mark);
            push_digits(number, 2, text);
        }
        for number in [self.minute, self.second] {
            text.push(b':');
            push_digits(number, 2, text);
        }
    }
}

/// Appends a date: `2025-01-31T07:13:01.123456-05:00`, with as many digits of the fraction.
pub(crate) fn push_instant(local_us: i64, offset_minutes: i32, digits: u8, text: &mut Vec<u8>) {
    let time = LocalTime::of(local_us);
    time.push(b'T', text);
    text.push(b'.');
    let fraction = if digits == 3 {
        time.micro / 1_000
    } else {
        time.micro
    };
    push_digits(fraction, digits, text);
    text.push(if offset_minutes < 0 { b'-' } else { b'+' });
    let minutes = i64::from(offset_minutes).abs();
    push_digits(minutes / 60, 2, text);
    text.push(b':');
    push_digits(minutes % 60, 2, text);
}

/// Appends a number with leading zeros.
pub(crate) fn push_digits(number: i64, width: u8, text: &mut Vec<u8>) {
    let start = text.len();
    text.resize(start + usize::from(width), b'0');
    let mut rest = number;
    for place in text.iter_mut().skip(start).rev() {
        *place = b'0' + u8::try_from(rest.rem_euclid(10)).unwrap_or(0);
        rest /= 10;
    }
}

/// Returns the days since 1970-01-01 of a date.
pub(crate) fn days_of(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - 719_163
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{LocalTime, days_of, push_instant};

    #[test]
    fn the_epoch_and_the_last_moment_of_a_leap_day_are_right() {
        let mut text = Vec::new();
        push_instant(0, 0, 6, &mut text);
        text.push(b' ');
        push_instant(1_709_251_199_999_999, -300, 3, &mut text);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "1970-01-01T00:00:00.000000+00:00 2024-02-29T23:59:59.999-05:00"
        );
        assert_eq!(
            days_of(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap()),
            20_089
        );
    }

    proptest! {
        #[test]
        fn times_agree_with_another_calendar(local_us in -60_000_000_000_000_000_i64..60_000_000_000_000_000) {
            let mut text = Vec::new();
            LocalTime::of(local_us).push(b' ', &mut text);
            let expected = DateTime::from_timestamp_micros(local_us).unwrap();
            prop_assert_eq!(String::from_utf8(text).unwrap(), expected.format("%Y-%m-%d %H:%M:%S").to_string());
        }
    }
}
