//! A small seeded generator, so that the same seed gives the same bytes everywhere.
//!
//! Invariant: only integer steps and exact floating-point arithmetic (no logarithms or
//! sines, whose last digit differs between platforms).

/// The `SplitMix64` generator.
///
/// Source: G. Steele, D. Lea, C. Flood (2014), Fast splittable pseudorandom number
/// generators, OOPSLA.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high.saturating_sub(low) + 1)
    }

    /// A number from 0 up to, but not, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        const STEPS: f64 = 9_007_199_254_740_992.0; // 2^53: every step is exact
        (self.next() >> 11) as f64 / STEPS
    }

    /// A number around a mean, within `spread` of it on either side.
    pub(crate) fn around(&mut self, mean: f64, spread: f64) -> f64 {
        let bell = self.fraction() + self.fraction() + self.fraction() - 1.5;
        mean + spread * bell / 1.5
    }

    /// A duration in ms: mostly near the low end, one in sixteen three times as long.
    pub(crate) fn time_ms(&mut self, low: u64, high: u64) -> u64 {
        let time = self.between(low, high).min(self.between(low, high));
        if self.between(0, 15) == 0 {
            time * 3
        } else {
            time
        }
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T; 4]) -> T {
        let [first, second, third, fourth] = *choices;
        match self.between(0, 3) {
            0 => first,
            1 => second,
            2 => third,
            _ => fourth,
        }
    }

    /// Text of `length` characters of `[A-Za-z0-9_-]`.
    pub(crate) fn token(&mut self, length: usize) -> String {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
        (0..length)
            .filter_map(|_| {
                let at = usize::try_from(self.between(0, 63)).ok()?;
                ALPHABET.chars().nth(at)
            })
            .collect()
    }
}

/// Rounds half away from zero to so many decimals.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use super::{Random, rounded};

    #[test]
    fn the_first_numbers_are_those_of_the_published_algorithm() {
        let mut random = Random::new(0);
        assert_eq!(random.next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(random.next(), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::new(7);
        for _ in 0..1_000 {
            assert!((3..=5).contains(&random.between(3, 5)));
            assert!((0.0..1.0).contains(&random.fraction()));
            assert!((1.0..=3.0).contains(&random.around(2.0, 1.0)));
        }
        assert_eq!(random.token(10).len(), 10);
    }

    #[test]
    fn rounding_keeps_the_decimals_asked_for() {
        assert!((rounded(2.345_67, 4) - 2.345_7).abs() < 1e-12);
    }
}
