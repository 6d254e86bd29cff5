//! Many comparisons at once.

/// Returns p values adjusted by Holm's step-down: calling those below 5 % found keeps the
/// chance of any false finding below 5 %, whatever depends on what. What is no number counts
/// as 1.
///
/// S. Holm, 1979, Scandinavian Journal of Statistics 6(2), 65-70.
#[must_use]
pub fn holm(values: &[f64]) -> Vec<f64> {
    let value = |place: usize| values.get(place).copied().filter(|one| !one.is_nan());
    let value = |place: usize| value(place).unwrap_or(1.0);
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|one, other| value(*one).total_cmp(&value(*other)));
    let mut adjusted = vec![1.0; values.len()];
    let mut greatest = 0.0_f64;
    for (passed, place) in places.into_iter().enumerate() {
        let left = crate::number::float(values.len() - passed);
        greatest = greatest.max((value(place) * left).min(1.0));
        if let Some(slot) = adjusted.get_mut(place) {
            *slot = greatest;
        }
    }
    adjusted
}
