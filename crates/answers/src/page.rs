//! An answer as people read it, before it is laid out for a terminal, Markdown or CSV.
//!
//! Cells hold numbers in full; how they look is decided where they are shown, by the kind of
//! their column.

/// An answer in words and tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What was asked.
    pub title: String,
    /// What it rests on: transactions, persons, days.
    pub basis: String,
    /// What a reader must know before the numbers: what was left out, what bends them.
    pub notes: Vec<String>,
    /// The answer in a few sentences.
    pub lead: Vec<String>,
    /// The tables behind it.
    pub sections: Vec<Section>,
}

/// One table with what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Name by which it is asked for: `what_if`.
    pub id: String,
    /// Title.
    pub title: String,
    /// How its figures are defined.
    pub explain: String,
    /// What to see in it, in a sentence or two.
    pub words: Vec<String>,
    /// The table.
    pub table: Table,
}

/// Rows of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// So many rows fit on a page; the rest are counted.
    pub most: usize,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name in CSV: `saved_mean_ms`.
    pub id: &'static str,
    /// Title on a page.
    pub title: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Left out where a page is too narrow for it.
    pub is_spare: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A count.
    Count,
    /// A share, 0 to 1.
    Share,
    /// Milliseconds.
    Ms,
    /// A time of any length, ms.
    Span,
    /// A number with some decimals.
    Number,
    /// A share, 0 to 1, as a bar; in no CSV.
    Bar,
    /// A row of numbers as a sparkline; in no CSV.
    Spark,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Too few rows or persons for a number.
    TooFew,
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A range or an interval.
    Range(f64, f64),
    /// Numbers of a sparkline; NaN leaves a gap.
    Numbers(Vec<f64>),
}

impl Cell {
    /// Returns a count.
    #[must_use]
    pub fn count(number: u64) -> Self {
        Self::Number(veriscope_metrics::number::float_u64(number))
    }

    /// Returns a number, or nothing.
    #[must_use]
    pub fn number(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    /// Returns text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl Column {
    /// Returns a column that is always shown.
    #[must_use]
    pub fn new(id: &'static str, title: impl Into<String>, kind: ColumnKind) -> Self {
        Self {
            id,
            title: title.into(),
            kind,
            is_spare: false,
        }
    }

    /// Returns the column as one that narrow pages leave out.
    #[must_use]
    pub fn spare(self) -> Self {
        Self {
            is_spare: true,
            ..self
        }
    }

    /// Returns whether CSV and Markdown hold it.
    #[must_use]
    pub const fn is_data(&self) -> bool {
        !matches!(self.kind, ColumnKind::Bar | ColumnKind::Spark)
    }
}

impl Table {
    /// Rows on a page, unless a table says otherwise.
    pub const MOST: usize = 30;

    /// Returns an empty table.
    #[must_use]
    pub const fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
            most: Self::MOST,
        }
    }

    /// Returns whether a column has a number or a text anywhere.
    #[must_use]
    pub fn is_used(&self, column: usize) -> bool {
        self.rows
            .iter()
            .any(|row| !matches!(row.get(column), None | Some(Cell::Empty)))
    }

    /// Returns whether any cell of a column is a range; CSV then has two columns for it.
    #[must_use]
    pub fn is_ranged(&self, column: usize) -> bool {
        self.rows
            .iter()
            .any(|row| matches!(row.get(column), Some(Cell::Range(..))))
    }
}
