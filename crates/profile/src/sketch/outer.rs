//! The least and greatest different values, each with its count; exact in one pass.
//!
//! A value that is among the least at the end has been so since it first came: the number of
//! different lesser ones only grows. So its count is whole.

/// The outermost different values.
#[derive(Clone, Debug)]
pub(crate) struct Outer {
    wanted: usize,
    least: Vec<(f64, u64)>,
    greatest: Vec<(f64, u64)>,
}

impl Outer {
    pub(crate) const fn new(wanted: usize) -> Self {
        Self {
            wanted,
            least: Vec::new(),
            greatest: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, value: f64) {
        note(&mut self.least, self.wanted, value, |here| value < here);
        note(&mut self.greatest, self.wanted, value, |here| value > here);
    }

    /// Least first.
    pub(crate) fn least(&self) -> &[(f64, u64)] {
        &self.least
    }

    /// Greatest first.
    pub(crate) fn greatest(&self) -> &[(f64, u64)] {
        &self.greatest
    }
}

fn note(list: &mut Vec<(f64, u64)>, wanted: usize, value: f64, before: impl Fn(f64) -> bool) {
    let beyond = list.last().is_some_and(|(last, _)| !before(*last));
    if list.len() >= wanted && beyond {
        if let Some(last) = list
            .last_mut()
            .filter(|(last, _)| last.total_cmp(&value).is_eq())
        {
            last.1 += 1;
        }
        return;
    }
    let place = list.partition_point(|(here, _)| !before(*here) && here.total_cmp(&value).is_ne());
    match list.get_mut(place) {
        Some(same) if same.0.total_cmp(&value).is_eq() => same.1 += 1,
        _ => {
            list.insert(place, (value, 1));
            list.truncate(wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Outer;

    proptest! {
        #[test]
        fn they_are_those_of_a_sorted_list(values in prop::collection::vec(-6_i32..6, 0..80)) {
            let mut outer = Outer::new(3);
            let mut counts = std::collections::BTreeMap::new();
            for value in &values {
                outer.add(f64::from(*value));
                *counts.entry(*value).or_insert(0_u64) += 1;
            }
            let all: Vec<(f64, u64)> = counts.iter().map(|(v, n)| (f64::from(*v), *n)).collect();
            let last: Vec<(f64, u64)> = all.iter().rev().take(3).copied().collect();
            prop_assert_eq!(outer.least(), &all[..all.len().min(3)]);
            prop_assert_eq!(outer.greatest(), &last[..]);
        }
    }
}
