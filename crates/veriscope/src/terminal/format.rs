//! Numbers as people read them.

/// Returns a count with a comma between thousands: `14,654`.
#[must_use]
pub fn count(number: u64) -> String {
    with_separators(&number.to_string())
}

/// Returns a count with what is counted: `1 row`, `14,654 rows`.
#[must_use]
pub fn counted(number: u64, one: &str, several: &str) -> String {
    format!(
        "{} {}",
        count(number),
        if number == 1 { one } else { several }
    )
}

/// Returns a measurement that is not negative as a whole number: `1,235`.
#[must_use]
pub fn whole(number: f64) -> String {
    with_separators(&format!("{:.0}", number.round()))
}

fn with_separators(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a size in decimal units: `70.1 kB`, `1.2 GB`.
#[must_use]
pub fn bytes(size_bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (1_000_000_000_000, "TB"),
        (1_000_000_000, "GB"),
        (1_000_000, "MB"),
        (1_000, "kB"),
    ];
    for (unit, name) in UNITS {
        // A size that would round to 1,000.0 of the unit below belongs to this one.
        if size_bytes >= unit - unit / 20_000 {
            let tenths = rounded(u128::from(size_bytes) * 10, u128::from(unit));
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
    }
    format!("{size_bytes} B")
}

/// Returns a duration: `950 ms`, `12.4 s`, `3 min 05 s`, `2 h 04 min`.
#[must_use]
pub fn duration_ms(elapsed_ms: u64) -> String {
    if elapsed_ms < 1_000 {
        return format!("{elapsed_ms} ms");
    }
    let tenths = (elapsed_ms + 50) / 100;
    if tenths < 600 {
        return format!("{}.{} s", tenths / 10, tenths % 10);
    }
    let seconds = (elapsed_ms + 500) / 1_000;
    if seconds < 3_600 {
        return format!("{} min {:02} s", seconds / 60, seconds % 60);
    }
    let minutes = (seconds + 30) / 60;
    format!("{} h {:02} min", minutes / 60, minutes % 60)
}

/// Returns a part of a whole in percent: `66.5 %`, `-` of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = rounded(u128::from(part) * 1_000, u128::from(whole));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Returns bytes per second, none before any time has passed.
#[must_use]
pub fn rate(size_bytes: u64, elapsed_ms: u64) -> Option<u64> {
    if elapsed_ms == 0 {
        return None;
    }
    u64::try_from(u128::from(size_bytes) * 1_000 / u128::from(elapsed_ms)).ok()
}

/// Returns an instant to the second, in UTC: `2025-01-08 22:10:36`.
#[must_use]
pub fn instant(at_us: i64) -> String {
    chrono::DateTime::from_timestamp_micros(at_us).map_or_else(
        || "-".to_owned(),
        |at| at.format("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// Division rounded half up.
fn rounded(dividend: u128, divisor: u128) -> u128 {
    (dividend + divisor / 2) / divisor
}

#[cfg(test)]
mod tests {
    use super::{bytes, count, counted, duration_ms, percent, rate, whole};

    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(14_654), "14,654");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(whole(1_234.5), "1,235");
        assert_eq!(whole(0.4), "0");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0, "row", "rows"), "0 rows");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(14_654, "row", "rows"), "14,654 rows");
    }

    #[test]
    fn sizes_take_the_largest_unit_they_fill() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(70_149), "70.1 kB");
        assert_eq!(bytes(999_949), "999.9 kB");
        assert_eq!(bytes(999_950), "1.0 MB");
        assert_eq!(bytes(1_234_000_000), "1.2 GB");
        assert_eq!(bytes(5_000_000_000_000), "5.0 TB");
    }

    #[test]
    fn durations_grow_coarser() {
        assert_eq!(duration_ms(950), "950 ms");
        assert_eq!(duration_ms(12_350), "12.4 s");
        assert_eq!(duration_ms(59_949), "59.9 s");
        assert_eq!(duration_ms(59_950), "1 min 00 s");
        assert_eq!(duration_ms(185_000), "3 min 05 s");
        assert_eq!(duration_ms(7_440_000), "2 h 04 min");
    }

    #[test]
    fn percentages_of_nothing_are_none() {
        assert_eq!(percent(9_741, 14_654), "66.5 %");
        assert_eq!(percent(1, 1), "100.0 %");
        assert_eq!(percent(0, 0), "-");
    }

    #[test]
    fn a_rate_needs_time() {
        assert_eq!(rate(1_000, 0), None);
        assert_eq!(rate(1_000, 500), Some(2_000));
    }
}
