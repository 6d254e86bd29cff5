//! Instants as text, for every microsecond that 64 bits hold.

use std::fmt::Write;

const US_PER_MINUTE: i64 = 60_000_000;
const US_PER_DAY: i64 = 86_400_000_000;

/// Date and time of day as a wall clock shows them.
struct Local {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    microsecond: i64,
}

impl Local {
    fn of(instant_us: i64, offset_min: i32) -> Self {
        let local_us = instant_us.saturating_add(i64::from(offset_min) * US_PER_MINUTE);
        let (year, month, day) = civil(local_us.div_euclid(US_PER_DAY));
        let of_day = local_us.rem_euclid(US_PER_DAY);
        Self {
            year,
            month,
            day,
            hour: of_day / (60 * US_PER_MINUTE),
            minute: of_day / US_PER_MINUTE % 60,
            second: of_day / 1_000_000 % 60,
            microsecond: of_day % 1_000_000,
        }
    }

    fn write_date(&self, out: &mut String) {
        // ISO 8601: years outside 0000 to 9999 carry a sign.
        let written = if (0..=9_999).contains(&self.year) {
            write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
        } else {
            write!(out, "{:+05}-{:02}-{:02}", self.year, self.month, self.day)
        };
        debug_assert!(written.is_ok(), "a string takes all text");
    }
}

/// Days since 1970-01-01 as year, month, day of the proleptic Gregorian calendar.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Appends ISO 8601 with the offset and always six digits of the second, so that readers
/// find one form in the whole column: `2025-01-08T22:10:36.542487-05:00`.
pub(super) fn write_iso(out: &mut String, instant_us: i64, offset_min: i32) {
    let local = Local::of(instant_us, offset_min);
    local.write_date(out);
    let sign = if offset_min < 0 { '-' } else { '+' };
    let offset = offset_min.unsigned_abs();
    let written = write!(
        out,
        "T{:02}:{:02}:{:02}.{:06}{sign}{:02}:{:02}",
        local.hour,
        local.minute,
        local.second,
        local.microsecond,
        offset / 60,
        offset % 60
    );
    debug_assert!(written.is_ok(), "a string takes all text");
}

/// Appends local date and time to the second, as every spreadsheet reads them whatever its
/// language: `2025-01-08 22:10:36`.
pub(super) fn write_spreadsheet(out: &mut String, instant_us: i64, offset_min: i32) {
    let local = Local::of(instant_us, offset_min);
    local.write_date(out);
    let written = write!(
        out,
        " {:02}:{:02}:{:02}",
        local.hour, local.minute, local.second
    );
    debug_assert!(written.is_ok(), "a string takes all text");
}

#[cfg(test)]
mod tests {
    use super::{write_iso, write_spreadsheet};

    fn iso(instant_us: i64, offset_min: i32) -> String {
        let mut text = String::new();
        write_iso(&mut text, instant_us, offset_min);
        text
    }

    #[test]
    fn an_instant_is_shown_in_its_own_offset() {
        let instant = 1_736_392_236_542_487; // 2025-01-09T03:10:36.542487Z
        assert_eq!(iso(instant, -300), "2025-01-08T22:10:36.542487-05:00");
        assert_eq!(iso(instant, 0), "2025-01-09T03:10:36.542487+00:00");
        assert_eq!(iso(instant, 345), "2025-01-09T08:55:36.542487+05:45");
        assert_eq!(iso(instant, -30), "2025-01-09T02:40:36.542487-00:30");
    }

    #[test]
    fn whole_seconds_have_six_zeros() {
        assert_eq!(iso(0, 0), "1970-01-01T00:00:00.000000+00:00");
    }

    #[test]
    fn instants_before_1970_and_after_2262_are_right() {
        assert_eq!(iso(-1, 0), "1969-12-31T23:59:59.999999+00:00");
        assert_eq!(
            iso(-11_644_473_600_000_000, 0),
            "1601-01-01T00:00:00.000000+00:00"
        );
        assert_eq!(
            iso(13_569_465_600_000_000, 0),
            "2400-01-01T00:00:00.000000+00:00"
        );
        assert_eq!(
            iso(13_574_563_200_000_000 - 1, 0),
            "2400-02-28T23:59:59.999999+00:00"
        );
    }

    #[test]
    fn the_ends_of_64_bits_are_no_panic() {
        assert_eq!(iso(i64::MAX, 0), "+294247-01-10T04:00:54.775807+00:00");
        assert_eq!(iso(i64::MIN, 0), "-290308-12-21T19:59:05.224192+00:00");
        assert!(iso(i64::MAX, 840).starts_with("+294247"));
    }

    #[test]
    fn a_spreadsheet_gets_local_time_to_the_second() {
        let mut text = String::new();
        write_spreadsheet(&mut text, 1_736_392_236_542_487, -300);
        assert_eq!(text, "2025-01-08 22:10:36");
    }

    proptest::proptest! {
        #[test]
        fn the_calendar_agrees_with_chrono(instant in -62_000_000_000_000_000_i64..253_000_000_000_000_000) {
            let chrono = chrono::DateTime::from_timestamp_micros(instant).unwrap();
            let expected = chrono.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
            proptest::prop_assert_eq!(iso(instant, 0), expected);
        }
    }
}
