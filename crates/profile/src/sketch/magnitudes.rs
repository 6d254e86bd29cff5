//! Counts of numbers by the head of their bits: quantiles within 0.2 % in bounded memory.
//!
//! 256 bins to each doubling, as in docs/decisions/0013: a DDSketch with linear interpolation
//! inside each doubling (C. Masson, J. Rim and H. Lee, 2019, PVLDB 12(12), 2195-2205).

use crate::hash::{HashedMap, mix};

/// Bits of a number that do not choose its bin.
const SHIFT: u32 = 52 - 8;

/// Counts of numbers by magnitude and sign.
#[derive(Clone, Debug, Default)]
pub(crate) struct Magnitudes {
    /// By the mixed key of the bin, so that the map spreads; the key itself beside the count.
    bins: HashedMap<u64, (u64, u64)>,
}

/// Numbers of one bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bin {
    /// Lower edge.
    pub(crate) low: f64,
    /// Upper edge.
    pub(crate) high: f64,
    /// Numbers in it.
    pub(crate) count: u64,
}

impl Magnitudes {
    /// Greatest relative error of a quantile: half a bin.
    pub(crate) const RELATIVE_ERROR: f64 = 1.0 / 512.0;

    /// Counts a finite number.
    #[inline]
    pub(crate) fn add(&mut self, value: f64) {
        let bin = ordered(value) >> SHIFT;
        self.bins.entry(mix(bin)).or_insert((bin, 0)).1 += 1;
    }

    /// Returns the bins, least first.
    pub(crate) fn bins(&self) -> Vec<Bin> {
        let mut bins: Vec<(u64, u64)> = self.bins.values().copied().collect();
        bins.sort_unstable();
        bins.into_iter()
            .map(|(bin, count)| Bin {
                low: value(bin << SHIFT),
                high: value(((bin + 1) << SHIFT).wrapping_sub(1)),
                count,
            })
            .collect()
    }
}

/// The bits of a number, so that they are in the order of the numbers.
const fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

const fn value(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 {
        ordered & !(1 << 63)
    } else {
        !ordered
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Magnitudes;

    proptest! {
        #[test]
        fn each_number_is_near_the_middle_of_its_bin(number in -1e9_f64..1e9) {
            let mut counts = Magnitudes::default();
            counts.add(number);
            let bin = counts.bins()[0];
            prop_assert!(bin.low <= number && number <= bin.high, "{bin:?} {number}");
            let middle = f64::midpoint(bin.low, bin.high);
            prop_assert!((middle - number).abs() <= number.abs() * Magnitudes::RELATIVE_ERROR + 1e-300);
        }
    }

    #[test]
    fn bins_are_in_the_order_of_the_numbers() {
        let mut counts = Magnitudes::default();
        for number in [3.0, -2.0, 0.0, -5.0, 1e-9, 3.0] {
            counts.add(number);
        }
        let found: Vec<u64> = counts.bins().iter().map(|bin| bin.count).collect();
        assert_eq!(found, [1, 1, 1, 1, 2]);
    }
}
