//! How much of a column the hour or the weekday tells.

use crate::pairs::number::float;
use crate::pairs::table::{Codes, associate};

/// Shares of variance from here on are called seasonal: a medium effect (J. Cohen, 1988,
/// Statistical Power Analysis, section 8.2).
const SEASONAL_SHARE: f64 = 0.06;
/// And so is a Cramér's V from here on (section 7.2).
const SEASONAL_V: f64 = 0.3;

/// What hour and weekday tell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Season {
    pub(crate) by_hour: Option<f64>,
    pub(crate) by_weekday: Option<f64>,
    pub(crate) seasonal: bool,
}

impl Season {
    /// Of a share of variance.
    pub(crate) fn of_shares(by_hour: Option<f64>, by_weekday: Option<f64>) -> Self {
        Self::new(by_hour, by_weekday, SEASONAL_SHARE)
    }

    /// Of Cramér's V.
    pub(crate) fn of_v(by_hour: Option<f64>, by_weekday: Option<f64>) -> Self {
        Self::new(by_hour, by_weekday, SEASONAL_V)
    }

    fn new(by_hour: Option<f64>, by_weekday: Option<f64>, least: f64) -> Self {
        let enough = |value: Option<f64>| value.is_some_and(|value| value >= least);
        Self {
            by_hour,
            by_weekday,
            seasonal: enough(by_hour) || enough(by_weekday),
        }
    }
}

/// Returns the share of a column's variance that groups tell, less the part that chance alone
/// would give, in 0 to 1: ε² = 1 − (1 − η²)(n − 1) ÷ (n − k). `None` of fewer than two groups,
/// without variance, or with hardly more values than groups.
///
/// Source: T. L. Kelley (1935), PNAS 21(9), 554-559.
pub(crate) fn variance_told(values: &[f64], groups: &[Option<u8>]) -> Option<f64> {
    let known = || {
        let pairs = values
            .iter()
            .zip(groups)
            .filter(|(value, _)| value.is_finite());
        pairs.filter_map(|(value, group)| Some((*value, usize::from((*group)?))))
    };
    let count = float(known().count());
    let mean = known().map(|(value, _)| value).sum::<f64>() / count;
    let mut sums = vec![(0.0, 0.0); usize::from(u8::MAX) + 1];
    let mut total = 0.0;
    for (value, group) in known() {
        // Less the mean first: the squares of large numbers lose what tells them apart.
        let off = value - mean;
        total += off * off;
        if let Some((members, sum)) = sums.get_mut(group) {
            *members += 1.0;
            *sum += off;
        }
    }
    let groups = float(sums.iter().filter(|(members, _)| *members > 0.0).count());
    let inside = sums.iter().filter(|(members, _)| *members > 0.0);
    let between: f64 = inside.map(|(members, sum)| sum * sum / members).sum();
    if groups < 2.0 || count < 2.0 * groups || total <= 0.0 || !total.is_finite() {
        return None;
    }
    let left = (1.0 - between / total) * (count - 1.0) / (count - groups);
    Some((1.0 - left).clamp(0.0, 1.0))
}

/// Returns Cramér's V of categories and groups, less the part of chance.
pub(crate) fn category_told(codes: &Codes, groups: &[Option<u8>]) -> Option<f64> {
    let code = |group: &Option<u8>| group.map_or(0, |group| group.saturating_add(1));
    let groups = Codes {
        codes: groups.iter().map(code).collect(),
        size: groups.iter().map(code).max()?,
    };
    associate(codes, &groups, &mut Vec::new())?.cramers_v()
}
