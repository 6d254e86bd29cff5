//! Which values of which columns are kept.

use veriscope_metrics::query::Cell;

use crate::{Cache, CacheError};

/// A row remembers in a byte which filter keeps it out.
const MOST_FILTERS: usize = 255;

/// A condition over columns: of each, any of some values. Columns of times may be named too,
/// by milliseconds.
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
    pub(crate) kept: Kept,
}

/// What is kept of a column.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// Of the column at a place, each number of its bundle or not.
    Values { place: usize, keeps: Vec<bool> },
    /// Of the column of times at a place, what lies within any of some ranges; none is what
    /// was not measured.
    Times {
        place: usize,
        ranges: Vec<Option<Range<'static>>>,
    },
}

impl Filters {
    /// Reads what is kept of some columns; each is named once.
    ///
    /// # Errors
    /// [`CacheError::UnknownColumn`], [`CacheError::Value`] or [`CacheError::TooManyFilters`].
    pub fn of<'a>(
        cache: &Cache,
        asked: impl IntoIterator<Item = (&'a str, &'a [String])>,
    ) -> Result<Self, CacheError> {
        let mut filters = Vec::new();
        for (name, texts) in asked {
            let values = cache.places.get(name);
            let times = cache.duration_places.get(name);
            let kept = match (values, times) {
                (Some(place), _) => of_values(cache, *place, name, texts)?,
                (None, Some(place)) => of_times(*place, name, texts)?,
                (None, None) => {
                    return Err(CacheError::UnknownColumn {
                        column: name.to_owned(),
                    });
                }
            };
            filters.push(Filter {
                column: name.to_owned(),
                kept,
            });
        }
        if filters.len() > MOST_FILTERS {
            return Err(CacheError::TooManyFilters {
                filters: filters.len(),
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

fn of_values(
    cache: &Cache,
    place: usize,
    name: &str,
    texts: &[String],
) -> Result<Kept, CacheError> {
    let column = cache.columns.get(place);
    let values = column.map_or(&[][..], |column| column.values.as_slice());
    let mut keeps = vec![false; values.len()];
    for text in texts {
        keep(name, values, text, &mut keeps)?;
    }
    let keeps = column.map_or_else(Vec::new, |column| column.by_number(&keeps));
    Ok(Kept::Values { place, keeps })
}

fn of_times(place: usize, name: &str, texts: &[String]) -> Result<Kept, CacheError> {
    let one = |text: &String| {
        let read = match text.split_once("..") {
            _ if text.is_empty() => Some(None),
            Some((low, high)) => range(NUMBERS, low, high).map(Some),
            None => range(NUMBERS, text, text).map(Some),
        };
        let read = read.ok_or_else(|| CacheError::Value {
            column: name.to_owned(),
            holds: NUMBERS,
            value: text.chars().take(40).collect(),
        })?;
        Ok(match read {
            Some(Range::Numbers(low, high)) => Some(Range::Numbers(low, high)),
            Some(Range::Texts(..)) | None => None,
        })
    };
    let ranges: Result<Vec<_>, CacheError> = texts.iter().map(one).collect();
    Ok(Kept::Times {
        place,
        ranges: ranges?,
    })
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
#[derive(Clone, Debug)]
pub(crate) enum Range<'a> {
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
    /// Whether a number is within.
    pub(crate) fn holds_number(&self, ms: i64) -> bool {
        match self {
            Self::Numbers(low, high) => {
                low.is_none_or(|low| ms >= low) && high.is_none_or(|high| ms <= high)
            }
            Self::Texts(..) => false,
        }
    }

    fn holds(&self, value: &Cell) -> bool {
        match (self, value) {
            (Self::Numbers(..), Cell::Int(value)) => self.holds_number(*value),
            (Self::Texts(low, high), Cell::Text(value)) => {
                let value = value.as_str();
                low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high)
            }
            _ => false,
        }
    }
}
