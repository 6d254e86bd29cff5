//! How far a bivariate normal distribution in bins is from independence, by its correlation.

use std::f64::consts::{FRAC_PI_2, PI, SQRT_2};

use statrs::function::erf::erfc;

use super::number::float;

/// Bins reach so many standard deviations to either side.
const REACH: f64 = 5.0;
/// How near to a right angle the density is evaluated: at it there is none.
const NEAR: f64 = 1e-4;
/// Steps of the angle whose sine is the correlation.
const STEPS: usize = 48;
/// Places and weights in 0 to 1 of Gauss's quadrature by four points.
const POINTS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// The mean square contingency of a bivariate normal distribution, cut into uniform bins over
/// five standard deviations, as a function of its correlation. It depends on the numbers of
/// bins alone, so that one curve serves all pairs of columns of that shape.
///
/// With the correlation as sin θ, the probability of a cell grows by the difference of the
/// density's integral at its four corners (R. L. Plackett, 1954, Biometrika 41(3/4), 351-360),
/// a smooth function of θ.
pub(crate) struct Curve {
    /// At each step of θ: the contingency, and its slope by θ.
    steps: Vec<(f64, f64)>,
}

impl Curve {
    /// Follows the curve for so many bins of either column.
    pub(crate) fn new(first: usize, second: usize) -> Self {
        let mut grid = Grid::new(first, second);
        let mut steps = vec![(0.0, 0.0)];
        let width = FRAC_PI_2 / float(STEPS);
        for step in 0..STEPS {
            for (place, weight) in POINTS {
                grid.add((float(step) + place) * width, weight * width);
            }
            steps.push(grid.contingency(float(step + 1) * width));
        }
        if let Some(last) = steps.last_mut() {
            last.0 = grid.of_one();
        }
        Self { steps }
    }

    /// Returns the correlation whose contingency is `share` of the greatest, in 0 to 1.
    pub(crate) fn correlation(&self, share: f64) -> f64 {
        let most = self.steps.last().map_or(0.0, |last| last.0);
        let sought = share * most;
        let width = FRAC_PI_2 / float(STEPS);
        for (step, pair) in self.steps.windows(2).enumerate() {
            if let [from, to] = pair
                && sought <= to.0
            {
                return (width * (float(step) + solve(*from, *to, width, sought))).sin();
            }
        }
        1.0
    }
}

/// Where between two steps a cubic through both with their slopes reaches `sought`, in 0 to 1.
fn solve(from: (f64, f64), to: (f64, f64), width: f64, sought: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let t: f64 = (low + high) / 2.0;
        let back = 1.0 - t;
        let value = back * back * 2.0_f64.mul_add(t, 1.0) * from.0
            + t * back * back * width * from.1
            + t * t * 2.0_f64.mul_add(back, 1.0) * to.0
            - t * t * back * width * to.1;
        if value < sought {
            low = t;
        } else {
            high = t;
        }
    }
    (low + high) / 2.0
}

/// The corners of the cells of the lower half of the first column's bins (the upper half is
/// the same turned round), and what is gathered at each so far.
struct Grid {
    first: Vec<f64>,
    second: Vec<f64>,
    /// For each row of cells, its probability and how often it counts.
    rows: Vec<(f64, f64)>,
    columns: Vec<f64>,
    gathered: Vec<f64>,
    density: Vec<f64>,
}

impl Grid {
    fn new(first: usize, second: usize) -> Self {
        let mut corners = edges(first);
        let second = edges(second);
        corners.truncate(first.div_ceil(2) + 1);
        let count = |row: usize| if 2 * row + 1 == first { 1.0 } else { 2.0 };
        let rows = widths(&corners)
            .enumerate()
            .map(|(row, width)| (width, count(row)));
        let size = corners.len() * second.len();
        Self {
            rows: rows.collect(),
            columns: widths(&second).collect(),
            gathered: vec![0.0; size],
            density: vec![0.0; size],
            first: corners,
            second,
        }
    }

    /// Adds the density at an angle.
    fn add(&mut self, angle: f64, weight: f64) {
        self.fill(angle);
        for (sum, density) in self.gathered.iter_mut().zip(&self.density) {
            *sum += weight * density;
        }
    }

    /// Computes the density at an angle at every corner, times the cosine of the angle.
    fn fill(&mut self, angle: f64) {
        let (sine, cosine) = angle.sin_cos();
        for (row, x) in self
            .density
            .chunks_exact_mut(self.second.len())
            .zip(&self.first)
        {
            let scale = (-x * x / 2.0).exp() / (2.0 * PI);
            gaussian(row, scale, x * sine, cosine);
        }
    }

    /// The contingency of what is gathered, and its slope at this angle.
    fn contingency(&mut self, angle: f64) -> (f64, f64) {
        self.fill(angle.min(FRAC_PI_2 - NEAR));
        let stride = self.second.len();
        let (mut value, mut slope) = (0.0, 0.0);
        let cells = self
            .gathered
            .chunks_exact(stride)
            .zip(self.gathered.chunks_exact(stride).skip(1));
        let growth = self
            .density
            .chunks_exact(stride)
            .zip(self.density.chunks_exact(stride).skip(1));
        for ((cells, growth), (width, times)) in cells.zip(growth).zip(&self.rows) {
            let surpluses = differences(cells).zip(differences(growth));
            for ((surplus, growth), height) in surpluses.zip(&self.columns) {
                let weighed = times * surplus / (width * height);
                value += weighed * surplus;
                slope += 2.0 * weighed * growth;
            }
        }
        (value, slope)
    }

    /// The contingency where the correlation is one: all is on the diagonal.
    fn of_one(&self) -> f64 {
        let mut value = 0.0;
        for (x, (width, times)) in self.first.windows(2).zip(&self.rows) {
            for (y, height) in self.second.windows(2).zip(&self.columns) {
                if let (&[x_low, x_high], &[y_low, y_high]) = (x, y) {
                    let expected = width * height;
                    let observed = inside(x_low.max(y_low), x_high.min(y_high));
                    value += times * (observed - expected).powi(2) / expected;
                }
            }
        }
        value
    }
}

/// What a cell has of its four corners, along two rows of them.
fn differences<'r>((low, high): (&'r [f64], &'r [f64])) -> impl Iterator<Item = f64> + 'r {
    low.windows(2)
        .zip(high.windows(2))
        .map(|(low, high)| match (low, high) {
            (&[a, b], &[c, d]) => d - c - b + a,
            _ => 0.0,
        })
}

/// Fills a row of evenly spaced edges over `-REACH..=REACH` with `scale` times exp(−(y −
/// mean)² ÷ (2 sd²)). Neighbours differ by a factor that itself shrinks by a constant one, so
/// that a row takes four exponentials: from the edge next to the mean to either side.
fn gaussian(row: &mut [f64], scale: f64, mean: f64, sd: f64) {
    let bins = row.len().saturating_sub(1).max(1);
    let step = 2.0 * REACH / float(bins);
    let nearest = crate::number::place(crate::number::floor((mean + REACH) / step + 0.5)).min(bins);
    let gap = 2.0_f64.mul_add(float(nearest) / float(bins), -1.0) * REACH - mean;
    let variance = 2.0 * sd * sd;
    let shrink = (-2.0 * step * step / variance).exp();
    let factor = |away: f64| (-(step * step + 2.0 * step * away) / variance).exp();
    let peak = scale * (-gap * gap / variance).exp();
    let (before, after) = row.split_at_mut(nearest.min(row.len()));
    run(after.iter_mut(), peak, factor(gap), shrink);
    // The first below the peak is one step away from it already.
    let below = factor(-gap);
    run(
        before.iter_mut().rev(),
        peak * below,
        below * shrink,
        shrink,
    );
}

fn run<'r>(row: impl Iterator<Item = &'r mut f64>, first: f64, factor: f64, shrink: f64) {
    let (mut value, mut factor) = (first, factor);
    for slot in row {
        *slot = value;
        value *= factor;
        factor *= shrink;
    }
}

fn widths(edges: &[f64]) -> impl Iterator<Item = f64> + '_ {
    edges.windows(2).map(|edge| match edge {
        &[low, high] => inside(low, high),
        _ => 0.0,
    })
}

fn edges(bins: usize) -> Vec<f64> {
    (0..=bins)
        .map(|edge| (2.0 * float(edge) / float(bins) - 1.0) * REACH)
        .collect()
}

/// The standard normal probability of an interval, to full precision in either tail.
fn inside(low: f64, high: f64) -> f64 {
    if low >= high {
        return 0.0;
    }
    if low > 0.0 {
        return inside(-high, -low);
    }
    (erfc(-high / SQRT_2) - erfc(-low / SQRT_2)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::{Curve, FRAC_PI_2, Grid, STEPS};
    use crate::pairs::number::float;

    const CURVES: [((usize, usize), f64, f64); 23] = [
        ((2, 2), 0.05, 0.001_014_043_510_141_174),
        ((2, 2), 0.5, 0.111_110_477_406_992_81),
        ((2, 2), 0.9, 0.508_179_089_174_862_5),
        ((2, 2), 0.99, 0.827_905_192_469_906_6),
        ((2, 3), 0.05, 0.000_658_110_341_266_661_3),
        ((2, 3), 0.5, 0.055_296_145_989_676_526),
        ((2, 3), 0.9, 0.095_555_772_506_985_6),
        ((3, 10), 0.05, 0.000_959_062_751_317_079_5),
        ((3, 10), 0.5, 0.132_427_444_137_026_76),
        ((3, 10), 0.9, 0.798_916_302_147_873_8),
        ((3, 10), 0.99, 1.097_651_280_114_266_6),
        ((10, 10), 0.05, 0.002_134_721_240_940_601_3),
        ((10, 10), 0.5, 0.271_160_692_375_231_66),
        ((10, 10), 0.9, 2.242_215_096_454_128_5),
        ((10, 10), 0.99, 6.075_432_371_309_313),
        ((9, 10), 0.05, 0.002_096_833_949_016_231),
        ((9, 10), 0.5, 0.265_220_955_645_716_5),
        ((9, 10), 0.9, 2.009_515_388_198_345_4),
        ((9, 10), 0.99, 3.844_034_359_334_645_3),
        ((7, 31), 0.05, 0.002_122_912_682_820_375_6),
        ((7, 31), 0.5, 0.269_788_859_415_646_6),
        ((7, 31), 0.9, 2.127_972_836_639_320_2),
        ((7, 31), 0.99, 4.386_087_009_928_13),
    ];

    /// As near as phik looks. scipy 1.15.3: the contingency of cells integrated by `quad` over `norm.cdf`.
    #[test]
    fn the_curve_is_that_of_the_distribution_function() {
        for (shape, correlation, fact) in CURVES {
            let curve = Curve::new(shape.0, shape.1);
            let most = curve.steps.last().unwrap().0;
            let found = curve.correlation(fact / most);
            assert!(
                (found - correlation).abs() < 1e-5,
                "{shape:?} {correlation} {found}"
            );
        }
    }

    #[test]
    fn the_end_of_the_integral_is_the_diagonal() {
        for shape in [(2, 2), (3, 10), (10, 10), (9, 10), (40, 40)] {
            let mut grid = Grid::new(shape.0, shape.1);
            let width = FRAC_PI_2 / float(STEPS);
            for step in 0..STEPS {
                for (place, weight) in super::POINTS {
                    grid.add((float(step) + place) * width, weight * width);
                }
            }
            let (gathered, of_one) = (grid.contingency(FRAC_PI_2).0, grid.of_one());
            assert!(
                (gathered / of_one - 1.0).abs() < 1e-3,
                "{shape:?} {gathered} {of_one}"
            );
        }
    }
}
