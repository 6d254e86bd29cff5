//! Chance that is the same everywhere: ChaCha streams of one seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Domain of this generator's keys, so that a seed means nothing elsewhere.
const DOMAIN: [u8; 24] = *b"veriscope simulator 0001";

/// One stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// Returns a stream of a seed; streams of one seed are independent.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        let (head, tail) = key.split_at_mut(8);
        head.copy_from_slice(&seed.to_le_bytes());
        tail.copy_from_slice(&DOMAIN);
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Returns 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Returns a number of `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        // 53 bits are what a float holds.
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a whole number below a bound, or 0 where the bound is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.bits()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// Returns true with a probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Returns a number of `[0, 1]` near another, uniform where the other is: 0 of spread
    /// is the same, 1 and more is independent.
    pub(crate) fn near(&mut self, other: f64, spread: f64) -> f64 {
        let own = self.unit();
        if spread >= 1.0 {
            return own;
        }
        // Reflected at both ends, which keeps a uniform number uniform.
        let moved = (other + spread * (2.0 * own - 1.0)).abs();
        if moved > 1.0 { 2.0 - moved } else { moved }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_and_stream_give_the_same_numbers() {
        let numbers = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [random.bits(), random.bits(), random.bits()]
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
    }

    #[test]
    fn a_number_near_a_uniform_one_is_uniform() {
        let mut random = Random::new(7, 0);
        for spread in [0.0, 0.3, 0.8, 1.0] {
            let mut tenths = [0_u32; 10];
            for _ in 0..100_000 {
                let other = random.unit();
                let tenth = (random.near(other, spread) * 10.0).min(9.99);
                tenths[super::super::numbers::floor_index(tenth)] += 1;
            }
            // Standard deviation of each count: sqrt(100000 * 0.1 * 0.9) = 95.
            for count in tenths {
                assert!((9_500..=10_500).contains(&count), "{spread}: {tenths:?}");
            }
        }
    }
}
