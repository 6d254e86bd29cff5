//! Figures of small fixed tables, as pandas 3.1.1, numpy 2.4.6 and scipy 1.17.1 have them.
//! Tolerance where none is stated: 1e-10, relative.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use veriscope_profile::{AlertCode, Cell, Exactness, Knowledge, NumberFigures, Options};

use crate::support::{Table, column, full, near};

const SMALL: [Option<f64>; 20] = [
    Some(3.5),
    Some(-1.25),
    Some(0.0),
    Some(7.75),
    Some(2.0),
    Some(2.0),
    Some(2.0),
    Some(11.5),
    Some(-4.0),
    Some(0.0),
    Some(6.25),
    Some(19.0),
    Some(3.5),
    Some(8.125),
    Some(1.0),
    Some(1.5),
    None,
    Some(42.0),
    Some(5.0),
    Some(-0.5),
];

fn values(number: &NumberFigures) -> Vec<f64> {
    number
        .quantiles
        .iter()
        .map(|quantile| quantile.value)
        .collect()
}

/// `s.mean()`, `s.std()`, `s.var()`, `s.skew()`, `s.kurt()`, `s.sum()`, `s.quantile(…)`,
/// `scipy.stats.median_abs_deviation`, `np.histogram_bin_edges`, `np.histogram(v, 240)`.
#[test]
fn figures_of_numbers_are_those_of_pandas() {
    let profiled = Table::default().numbers("x", &SMALL).full();
    let x = column(&profiled, "x");
    let number = x.number.as_ref().unwrap();
    assert_eq!(
        (
            number.n,
            x.counts.missing,
            x.counts.zeros,
            x.counts.negative
        ),
        (19, 1, 2, 3)
    );
    assert_eq!((x.distinct.values, x.distinct.once), (15, 12));
    near(number.mean, 5.756_578_947_368_421, 1e-10);
    near(number.sd.unwrap(), 10.207_098_027_656_97, 1e-10);
    near(number.variance.unwrap(), 104.184_850_146_198_83, 1e-10);
    near(number.skewness.unwrap(), 2.795_396_351_380_769, 1e-10);
    near(number.kurtosis.unwrap(), 9.112_025_992_727_359, 1e-10);
    near(number.sum, 109.375, 1e-12);
    near(number.cv.unwrap(), 1.773_118_743_090_125, 1e-10);
    near(number.mad, 2.5, 1e-12);
    near(number.iqr, 6.5, 1e-12);
    assert_eq!(
        (number.min, number.max, number.range, number.whole),
        (-4.0, 42.0, 46.0, false)
    );
    let expected = [-3.505, -1.525, -0.65, 0.5, 2.0, 7.0, 13.0, 21.3, 37.86];
    for (found, expected) in values(number).iter().zip(expected) {
        near(*found, expected, 1e-10);
    }
    let suggested = number.histogram.suggested;
    assert_eq!(
        (
            suggested.freedman_diaconis,
            suggested.sturges,
            suggested.sqrt
        ),
        (10, 6, 5)
    );
    let filled: Vec<(usize, u64)> = number
        .histogram
        .counts
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, n)| *n > 0)
        .collect();
    assert_eq!(
        filled,
        [
            (0, 1),
            (14, 1),
            (18, 1),
            (20, 2),
            (26, 1),
            (28, 1),
            (31, 3),
            (39, 2),
            (46, 1),
            (53, 1),
            (61, 1),
            (63, 1),
            (80, 1),
            (120, 1),
            (239, 1)
        ]
    );
    assert_eq!(number.basis.exactness, Exactness::Exact);
    let extremes = x.extremes.as_ref().unwrap();
    assert_eq!(extremes.least[0].value, Cell::Number(-4.0));
    assert_eq!(extremes.greatest[0].value, Cell::Number(42.0));
}

/// 50,000 values of `exp(3 u) · 10 − 15`, u from Knuth's linear congruential generator.
fn many() -> ArrayRef {
    let mut state = 1_u64;
    Arc::new(Float64Array::from_iter_values((0..50_000).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let u = (state >> 11) as f64 / 9_007_199_254_740_992.0;
        (3.0 * u).exp() * 10.0 - 15.0
    })))
}

const QUANTILES: [f64; 9] = [
    -4.707_010_962_620_834,
    -3.366_535_568_549_658_3,
    -1.432_430_606_226_469,
    6.262_595_450_068_642,
    29.907_753_997_731_84,
    79.949_309_492_856_59,
    133.391_936_145_057_26,
    157.542_275_063_340_2,
    179.508_463_807_391_17,
];

fn assert_moments(number: &NumberFigures) {
    near(number.mean, 48.663_774_179_745_89, 1e-10);
    near(number.sd.unwrap(), 51.463_897_886_628_08, 1e-10);
    near(number.skewness.unwrap(), 0.981_248_570_580_284_9, 1e-9);
    near(number.kurtosis.unwrap(), -0.142_885_476_457_588_62, 1e-9);
    near(number.sum, 2_433_188.708_987_294_7, 1e-11);
    near(number.min, -4.999_157_835_757_549, 1e-15);
    near(number.max, 185.839_836_621_390_93, 1e-15);
}

#[test]
fn many_numbers_are_exact_while_they_are_kept() {
    let profiled = Table::default().with("y", many()).full();
    let number = column(&profiled, "y").number.clone().unwrap();
    assert_moments(&number);
    near(number.mad, 28.439_509_104_852_526, 1e-10);
    for (found, expected) in values(&number).iter().zip(QUANTILES) {
        near(*found, expected, 1e-10);
    }
    let eight: Vec<u64> = number
        .histogram
        .counts
        .chunks(30)
        .map(|bins| bins.iter().sum())
        .collect();
    assert_eq!(
        eight,
        [20_263, 8_940, 5_759, 4_312, 3_375, 2_836, 2_448, 2_067]
    );
    let suggested = number.histogram.suggested;
    assert_eq!(
        (
            suggested.freedman_diaconis,
            suggested.sturges,
            suggested.sqrt
        ),
        (48, 17, 224)
    );
}

/// With room for a tenth of them: quantiles within 0.2 %, moments as exact as before.
#[test]
fn beyond_the_exact_limit_quantiles_are_within_their_stated_error() {
    let options = Options {
        kept_bytes: 40_000,
        counted_values: 2_000,
        ..full()
    };
    let profiled = Table::default()
        .with("y", many())
        .profile(&Knowledge::default(), &options);
    let y = column(&profiled, "y");
    let number = y.number.as_ref().unwrap();
    assert_moments(number);
    assert_eq!(number.basis.exactness, Exactness::Approximate);
    let error = number.basis.relative_error.unwrap();
    for (found, expected) in values(number).iter().zip(QUANTILES) {
        near(*found, expected, error * 1.01);
    }
    let eight: Vec<u64> = number
        .histogram
        .counts
        .chunks(30)
        .map(|bins| bins.iter().sum())
        .collect();
    assert_eq!(eight.iter().sum::<u64>(), 50_000);
    for (found, expected) in eight
        .iter()
        .zip([20_263, 8_940, 5_759, 4_312, 3_375, 2_836, 2_448])
    {
        near(*found as f64, f64::from(expected), 0.02);
    }
    let error = y.distinct.basis.relative_error.unwrap();
    near(y.distinct.values as f64, 50_000.0, 4.0 * error);
    let extremes = y.extremes.as_ref().unwrap();
    assert_eq!(extremes.least[0].value, Cell::Number(number.min));
    assert_eq!(extremes.greatest[0].value, Cell::Number(number.max));
}

/// Few different values stay exact however many rows there are.
#[test]
fn few_different_values_are_exact_at_any_number_of_rows() {
    let values: Vec<Option<f64>> = (0..30_000).map(|row| Some(f64::from(row % 30))).collect();
    let options = Options {
        kept_bytes: 8_000,
        ..full()
    };
    let profiled = Table::default()
        .numbers("k", &values)
        .profile(&Knowledge::default(), &options);
    let k = column(&profiled, "k");
    assert_eq!(
        (k.distinct.values, k.distinct.basis.exactness),
        (30, Exactness::Exact)
    );
    let number = k.number.as_ref().unwrap();
    assert_eq!(number.basis.exactness, Exactness::Exact);
    near(number.quantiles[4].value, 14.5, 1e-12);
    assert_eq!(number.histogram.counts, vec![1000; 30]);
    let uniform = profiled
        .report
        .alerts
        .iter()
        .any(|alert| alert.code == AlertCode::Uniform);
    assert!(uniform);
}
