//! How far a bivariate normal distribution in bins is from independence, by its correlation.

use std::f64::consts::{FRAC_PI_2, PI, SQRT_2};

use statrs::function::erf::erfc;

use super::number::float;

/// Bins reach so many standard deviations to either side.
const REACH: f64 = 5.0;
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

/// The corners of the cells, and the density gathered at each so far.
struct Grid {
    first: Vec<f64>,
    second: Vec<f64>,
    gathered: Vec<f64>,
}

impl Grid {
    fn new(first: usize, second: usize) -> Self {
        Self {
            first: edges(first),
            second: edges(second),
            gathered: vec![0.0; (first + 1) * (second + 1)],
        }
    }

    /// Adds the density at an angle.
    fn add(&mut self, angle: f64, weight: f64) {
        let density = Density::new(angle);
        let stride = self.second.len();
        for (row, x) in self.gathered.chunks_exact_mut(stride).zip(&self.first) {
            for (sum, y) in row.iter_mut().zip(&self.second) {
                *sum += weight * density.at(*x, *y);
            }
        }
    }

    /// The contingency of what is gathered, and its slope at this angle.
    fn contingency(&self, angle: f64) -> (f64, f64) {
        let density = Density::new(angle);
        let (mut value, mut slope) = (0.0, 0.0);
        let stride = self.second.len();
        let rows = self.gathered.chunks_exact(stride);
        for ((row, next), x) in rows.clone().zip(rows.skip(1)).zip(self.first.windows(2)) {
            let &[x_low, x_high] = x else { continue };
            let width = inside(x_low, x_high);
            for ((one, two), y) in row
                .windows(2)
                .zip(next.windows(2))
                .zip(self.second.windows(2))
            {
                if let (&[a, b], &[c, d], &[y_low, y_high]) = (one, two, y) {
                    let expected = width * inside(y_low, y_high);
                    let surplus = d - c - b + a;
                    let growth = density.at(x_high, y_high)
                        - density.at(x_high, y_low)
                        - density.at(x_low, y_high)
                        + density.at(x_low, y_low);
                    value += surplus * surplus / expected;
                    slope += 2.0 * surplus * growth / expected;
                }
            }
        }
        (value, slope)
    }

    /// The contingency where the correlation is one: all is on the diagonal.
    fn of_one(&self) -> f64 {
        let mut value = 0.0;
        for x in self.first.windows(2) {
            for y in self.second.windows(2) {
                if let (&[x_low, x_high], &[y_low, y_high]) = (x, y) {
                    let expected = inside(x_low, x_high) * inside(y_low, y_high);
                    let observed = inside(x_low.max(y_low), x_high.min(y_high));
                    value += (observed - expected).powi(2) / expected;
                }
            }
        }
        value
    }
}

/// The density at a corner, times the cosine of the angle.
struct Density {
    apart: f64,
    along: f64,
}

impl Density {
    fn new(angle: f64) -> Self {
        let (sine, cosine) = angle.sin_cos();
        Self {
            apart: 1.0 / (2.0 * cosine * cosine).max(f64::MIN_POSITIVE),
            along: 1.0 / (1.0 + sine),
        }
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        let gap = x - y;
        (-gap * gap * self.apart - x * y * self.along).exp() / (2.0 * PI)
    }
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
