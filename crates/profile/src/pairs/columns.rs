//! The sampled columns that can be compared, in the forms that the measures want.

use crate::report::ColumnKind;
use crate::{SampleColumn, Scope};

use super::bins::{Binned, parts};
use super::bits::Rows;
use super::kendall::Dense;
use super::ordered::order;
use super::spread::spread;
use super::table::Codes;

/// A category with more values is compared with nothing, as in ydata-profiling.
const MOST_VALUES: usize = 100;
/// Equal parts of a number column, for the first look at wide tables.
const SCREEN_PARTS: u8 = 8;

/// A column that can be compared.
pub(crate) struct Comparable<'a> {
    /// Its place in the table.
    pub(crate) column: usize,
    /// A number column, or categories.
    pub(crate) form: Form<'a>,
}

/// What a column is compared as.
pub(crate) enum Form<'a> {
    /// Numbers.
    Number(Number<'a>),
    /// Categories and booleans of 2 to 100 values.
    Category(Codes),
}

/// A number column of at least two different values.
pub(crate) struct Number<'a> {
    /// One value a row; `NaN` where missing.
    pub(crate) values: &'a [f64],
    /// The rows that have one, from least to greatest.
    pub(crate) order: Vec<u32>,
    /// The same rows as a set.
    pub(crate) present: Rows,
    /// One rank a row, from 0, equal values the same; `u32::MAX` where missing.
    pub(crate) ranks: Vec<u32>,
    /// Different values.
    pub(crate) distinct: usize,
    /// In ten bins of equal width.
    pub(crate) bins: Binned,
}

/// Returns what can be compared, in the order of the table.
pub(crate) fn comparable<'a>(scope: &Scope<'a>) -> Vec<Comparable<'a>> {
    let columns: Vec<(usize, &SampleColumn)> = scope
        .sample
        .columns
        .iter()
        .enumerate()
        .filter(|(place, _)| {
            let kind = scope.columns.get(*place).map(|column| column.kind);
            // Instants are compared with nothing: `drift` follows the others over time.
            kind != Some(ColumnKind::Datetime)
        })
        .collect();
    let forms = spread(
        columns.len(),
        scope.options.threads.get(),
        |place| match columns.get(place)?.1 {
            SampleColumn::Number(values) => Number::new(values).map(Form::Number),
            SampleColumn::Code { codes, .. } => Codes::of(codes).map(Form::Category),
            SampleColumn::None => None,
        },
    );
    columns
        .into_iter()
        .zip(forms)
        .filter_map(|((column, _), form)| {
            Some(Comparable {
                column,
                form: form?,
            })
        })
        .collect()
}

impl<'a> Number<'a> {
    fn new(values: &'a [f64]) -> Option<Self> {
        let order = order(values);
        let value = |row: &u32| values.get(usize::try_from(*row).ok()?).copied();
        let (least, most) = (value(order.first()?)?, value(order.last()?)?);
        if least >= most {
            return None;
        }
        let ranked = Dense::new(values, &order, values.len());
        Some(Self {
            values,
            present: Rows::new(values.iter().map(|value| value.is_finite())),
            bins: Binned::new(values, least, most),
            distinct: ranked.distinct,
            ranks: ranked.ranks,
            order,
        })
    }
}

impl Codes {
    /// Numbers the values that occur anew; `None` unless they are 2 to 100.
    pub(crate) fn of(codes: &[u32]) -> Option<Self> {
        let mut occurring: Vec<u32> = codes
            .iter()
            .copied()
            .filter(|code| *code != u32::MAX)
            .collect();
        occurring.sort_unstable();
        occurring.dedup();
        if !(2..=MOST_VALUES).contains(&occurring.len()) {
            return None;
        }
        let place = |code: &u32| {
            let place = occurring.binary_search(code).ok()?;
            u8::try_from(place + 1).ok()
        };
        Some(Self {
            codes: codes.iter().map(|code| place(code).unwrap_or(0)).collect(),
            size: u8::try_from(occurring.len()).ok()?,
        })
    }
}

impl Comparable<'_> {
    pub(crate) fn number(&self) -> Option<&Number<'_>> {
        match &self.form {
            Form::Number(number) => Some(number),
            Form::Category(_) => None,
        }
    }

    /// In phik's bins, or the categories.
    pub(crate) fn phik_codes(&self) -> &Codes {
        match &self.form {
            Form::Number(number) => &number.bins.phik,
            Form::Category(codes) => codes,
        }
    }

    /// In pandas' bins, or the categories.
    pub(crate) fn cut_codes(&self) -> &Codes {
        match &self.form {
            Form::Number(number) => number.bins.cut(),
            Form::Category(codes) => codes,
        }
    }

    /// The first `rows` rows for a first look: categories, and equal parts of numbers.
    pub(crate) fn screened(&self, rows: usize) -> Codes {
        match &self.form {
            Form::Category(codes) => Codes {
                codes: codes.codes.iter().take(rows).copied().collect(),
                size: codes.size,
            },
            Form::Number(number) => parts(&number.order, number.values, rows, SCREEN_PARTS),
        }
    }
}
