//! How large a difference is.

/// Returns the bias-corrected Cramér's V of a table, from its φ² (chi-square over n): 0 of no
/// association (or of fewer than two rows or columns), 1 of a perfect one.
///
/// W. Bergsma, 2013, Journal of the Korean Statistical Society 42(3), 323-328.
#[must_use]
pub fn cramers_v(phi_squared: f64, n: f64, rows: f64, columns: f64) -> f64 {
    if n <= 1.0 || rows < 2.0 || columns < 2.0 {
        return 0.0;
    }
    let by_chance = (columns - 1.0) * (rows - 1.0) / (n - 1.0);
    let corrected = (phi_squared - by_chance).max(0.0);
    let rows = rows - (rows - 1.0).powi(2) / (n - 1.0);
    let columns = columns - (columns - 1.0).powi(2) / (n - 1.0);
    let most = (rows - 1.0).min(columns - 1.0);
    if most <= 0.0 {
        return 0.0;
    }
    (corrected / most).sqrt().min(1.0)
}

/// Returns φ² of two sides as if both had as many rows, from the share of each category on
/// either side.
///
/// With the sides as they are a rare selection could hardly differ: of one row in a hundred
/// φ² is small even where no value of the two sides is the same.
#[must_use]
pub fn even_phi_squared(shares: &[[f64; 2]]) -> f64 {
    let of = |[selected, against]: &[f64; 2]| {
        let sum = selected + against;
        if sum > 0.0 {
            (selected - against).powi(2) / sum
        } else {
            0.0
        }
    };
    shares.iter().map(of).sum::<f64>() / 2.0
}
