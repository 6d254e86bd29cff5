//! What exclusions leave out.

use veriscope_metrics::query::{Cell, Exclusion};

use crate::numbering::Numbering;
use crate::{CacheError, Layout, Part};

/// Which rows exclusions leave out, as they came.
pub(crate) struct Excluded {
    pub(crate) rows: Vec<bool>,
    /// How many rows each rule left out; a row that two name counts for the first.
    pub(crate) counts: Vec<u64>,
}

impl Excluded {
    /// Applies rules.
    ///
    /// # Errors
    /// [`CacheError::TooManyValues`]: a rule names a column that is not held for that.
    pub(crate) fn of(
        part: &Part,
        layout: &Layout,
        exclude: &[Exclusion],
    ) -> Result<Self, CacheError> {
        let rows = part.at_us.len();
        let mut excluded = Self {
            rows: vec![false; rows],
            counts: vec![0; exclude.len()],
        };
        for (rule, count) in exclude.iter().zip(&mut excluded.counts) {
            let names = Names::of(part, layout, rule)?;
            for (row, out) in excluded.rows.iter_mut().enumerate() {
                if !*out && names.is(part, row) {
                    *out = true;
                    *count += 1;
                }
            }
        }
        Ok(excluded)
    }
}

/// Whom a rule names.
struct Names<'a> {
    /// The hash of a person.
    person: Option<u64>,
    /// Columns that must have a value, and which of their numbers stand for it.
    columns: Vec<(&'a Numbering, Vec<bool>)>,
    /// Whether it names a column that is not there.
    is_nobody: bool,
}

impl<'a> Names<'a> {
    fn of(part: &'a Part, layout: &Layout, rule: &Exclusion) -> Result<Self, CacheError> {
        let mut names = Self {
            person: rule.person.as_deref().map(veriscope_metrics::hashed::hash),
            columns: Vec::new(),
            is_nobody: false,
        };
        let wanted = [&rule.client, &rule.user, &rule.release];
        for (column, wanted) in layout.named.iter().zip(wanted) {
            let Some(wanted) = wanted else {
                continue;
            };
            let place = layout
                .coded
                .iter()
                .position(|known| Some(known) == column.as_ref());
            match place.and_then(|place| part.coded.get(place)) {
                Some(numbering) if numbering.is_full() => {
                    return Err(CacheError::TooManyValues {
                        column: column.clone().unwrap_or_default(),
                    });
                }
                Some(numbering) => {
                    let is = |value: &Cell| matches!(value, Cell::Text(text) if text == wanted);
                    names.columns.push((numbering, numbering.which(is)));
                }
                None => names.is_nobody = true,
            }
        }
        Ok(names)
    }

    fn is(&self, part: &Part, row: usize) -> bool {
        let is_person = |person| part.persons.get(row) == Some(&person);
        !self.is_nobody
            && self.person.is_none_or(is_person)
            && self
                .columns
                .iter()
                .all(|(column, which)| which.get(column.number(row)).copied().unwrap_or(false))
    }
}
