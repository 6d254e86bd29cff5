//! Which values of which columns are kept.

use veriscope_metrics::query::Cell;

use crate::{Cache, CacheError};

/// A condition over columns: of each, any of some values.
///
/// A value is written as in a query string: as it is, empty for null, and `a..b` for a range,
/// either end of which may be left out. A range is of numbers where the column holds numbers,
/// of texts in the order of their bytes elsewhere (days and weeks are in order so).
#[derive(Clone, Debug, Default)]
pub struct Filters {
    pub(crate) filters: Vec<Filter>,
}

/// What one column must be.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Column of `attempts`.
    pub column: String,
    /// Its place in the cache.
    pub(crate) place: usize,
    /// Whether each value of the column is kept.
    pub(crate) keeps: Vec<bool>,
}

impl Filters {
    /// Reads what is kept of some columns; a column that is named twice must be both.
    ///
    /// # Errors
    /// [`CacheError::UnknownColumn`] or [`CacheError::Value`].
    pub fn of<'a>(
        cache: &Cache,
        asked: impl IntoIterator<Item = (&'a str, &'a [String])>,
    ) -> Result<Self, CacheError> {
        let mut filters: Vec<Filter> = Vec::new();
        for (name, texts) in asked {
            let place =
                cache
                    .places
                    .get(name)
                    .copied()
                    .ok_or_else(|| CacheError::UnknownColumn {
                        column: name.to_owned(),
                    })?;
            let Some(column) = cache.columns.get(place) else {
                continue;
            };
            let mut keeps = vec![false; column.values.len()];
            for text in texts {
                keep(name, &column.values, text, &mut keeps)?;
            }
            let known = filters
                .iter_mut()
                .find(|one: &&mut Filter| one.place == place);
            if let Some(known) = known {
                for (both, keep) in known.keeps.iter_mut().zip(&keeps) {
                    *both &= keep;
                }
                continue;
            }
            filters.push(Filter {
                column: name.to_owned(),
                place,
                keeps,
            });
        }
        Ok(Self { filters })
    }

    /// Returns the filter of a column, by its place among the filters.
    pub(crate) fn of_column(&self, column: &str) -> Option<usize> {
        self.filters
            .iter()
            .position(|filter| filter.column == column)
    }

    /// Returns whether everything is kept.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }
}

/// Marks the values that a text names.
fn keep(column: &str, values: &[Cell], text: &str, keeps: &mut [bool]) -> Result<(), CacheError> {
    let holds = holds(values);
    let is_named = |value: &Cell| match value {
        Cell::Null => text.is_empty(),
        Cell::Bool(value) => text == if *value { "true" } else { "false" },
        Cell::Int(value) => text.parse() == Ok(*value),
        Cell::Float(value) => text.parse() == Ok(*value),
        Cell::Text(value) => text == value,
    };
    let mut is_known = false;
    for (keep, value) in keeps.iter_mut().zip(values) {
        let named = is_named(value);
        *keep |= named;
        is_known |= named;
    }
    if is_known || text.is_empty() {
        return Ok(());
    }
    let bad = || CacheError::Value {
        column: column.to_owned(),
        holds,
        value: text.chars().take(40).collect(),
    };
    let Some((low, high)) = text.split_once("..") else {
        // A value that no row has keeps none; what can be no value is a mistake.
        let could_be = match holds {
            NUMBERS => text.parse::<i64>().is_ok(),
            FLAGS => matches!(text, "true" | "false"),
            _ => true,
        };
        return if could_be { Ok(()) } else { Err(bad()) };
    };
    let within = range(holds, low, high).ok_or_else(bad)?;
    for (keep, value) in keeps.iter_mut().zip(values) {
        *keep |= within.holds(value);
    }
    Ok(())
}

const NUMBERS: &str = "whole numbers";
const FLAGS: &str = "true or false";
const TEXT: &str = "text";

fn holds(values: &[Cell]) -> &'static str {
    match values.last() {
        Some(Cell::Int(_)) => NUMBERS,
        Some(Cell::Bool(_)) => FLAGS,
        Some(Cell::Null | Cell::Float(_) | Cell::Text(_)) | None => TEXT,
    }
}

/// Two ends, both within; none is open.
enum Range<'a> {
    Numbers(Option<i64>, Option<i64>),
    Texts(Option<&'a str>, Option<&'a str>),
}

fn range<'a>(holds: &str, low: &'a str, high: &'a str) -> Option<Range<'a>> {
    if holds == FLAGS {
        return None;
    }
    if holds == TEXT {
        let end = |text: &'a str| (!text.is_empty()).then_some(text);
        return Some(Range::Texts(end(low), end(high)));
    }
    let end = |text: &str| match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    };
    Some(Range::Numbers(end(low)?, end(high)?))
}

impl Range<'_> {
    fn holds(&self, value: &Cell) -> bool {
        match (self, value) {
            (Self::Numbers(low, high), Cell::Int(value)) => {
                low.is_none_or(|low| *value >= low) && high.is_none_or(|high| *value <= high)
            }
            (Self::Texts(low, high), Cell::Text(value)) => {
                let value = value.as_str();
                low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high)
            }
            _ => false,
        }
    }
}
