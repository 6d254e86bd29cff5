//! What rows are grouped by: the values of a column, or its largest and all others together.

use veriscope_metrics::query::Cell;

use crate::Coded;
use crate::selection::Selection;

/// A column by which rows are grouped.
#[derive(Clone, Debug)]
pub struct Axis<'a> {
    pub(crate) column: &'a Coded,
    /// The group of each of the column's values.
    pub(crate) groups: Vec<u32>,
    /// The value of each group.
    pub(crate) values: Vec<Cell>,
    /// How many values were put together under null.
    pub others: usize,
}

impl<'a> Axis<'a> {
    /// A group for each value.
    #[must_use]
    pub fn all(column: &'a Coded) -> Self {
        Self {
            column,
            groups: (0..).take(column.values.len()).collect(),
            values: column.values.clone(),
            others: 0,
        }
    }

    /// A group for each of the values that most rows of a selection have; the others go
    /// together under null. Of equals the first in order is the larger.
    #[must_use]
    pub fn largest(column: &'a Coded, selection: &Selection<'_>, most: usize) -> Self {
        let counts = selection.each(None, |rows| column.counts(rows));
        let mut sizes: Vec<(usize, u64)> = (0..column.values.len()).map(|code| (code, 0)).collect();
        for part in counts {
            for ((_, size), more) in sizes.iter_mut().zip(part) {
                *size += more;
            }
        }
        sizes.retain(|(_, size)| *size > 0);
        if sizes.len() <= most {
            return Self::all(column);
        }
        sizes.sort_by_key(|(code, size)| (std::cmp::Reverse(*size), *code));
        let others = sizes.len().saturating_sub(most);
        let mut kept: Vec<usize> = sizes.into_iter().take(most).map(|(code, _)| code).collect();
        kept.sort_unstable();
        Self::of(column, &kept, others)
    }

    fn of(column: &'a Coded, kept: &[usize], others: usize) -> Self {
        let is_null = |code: &usize| column.values.get(*code) == Some(&Cell::Null);
        let mut values = vec![Cell::Null];
        let mut groups = vec![0; column.values.len()];
        for code in kept.iter().filter(|code| !is_null(code)) {
            if let Some(group) = groups.get_mut(*code) {
                *group = u32::try_from(values.len()).unwrap_or(0);
            }
            values.extend(column.values.get(*code).cloned());
        }
        Self {
            column,
            groups,
            values,
            others,
        }
    }

    /// Returns the column.
    #[must_use]
    pub const fn column(&self) -> &'a Coded {
        self.column
    }

    /// Returns how many groups there may be.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().max(1)
    }

    /// Returns whether the column has no value at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
