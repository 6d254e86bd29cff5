//! The report as data: what JSON, page and tests share.
//!
//! Names are in snake case and no field holds language: codes stand for words, which are the
//! page's. Columns refer to one another by their place in [`Report::columns`]. A figure that
//! is no finite number is left out. Every block of figures carries a [`Basis`]: whether it is
//! exact, and over which rows. Large arrays of small numbers are base64 of one byte each.
//!
//! Its JSON Schema is `docs/profile.schema.json`, generated from these types.

mod column;
mod compared;
mod outcome;
mod pairs;
mod period;
mod values;

use serde::Serialize;
use utoipa::ToSchema;

pub use column::{
    CharacterShare, CodeMissing, Column, ColumnKind, Counts, DateFigures, Distinct, Gap, Gaps,
    Histogram, Inside, Lengths, MonthCount, NumberFigures, Order, Quantile, SentinelCount,
    SuggestedBins, TextFigures, TextForms, TimeUnit, WordCount,
};
pub use compared::{
    Compared, ComparedColumn, ComparedPart, ComparedValue, Comparison, Distance, PartFigures,
};
pub use outcome::{ByOutcome, Outcome, OutcomeCounts, OutcomeGroup, OutcomeValue};
pub use pairs::{Association, CorrelationMatrix, Correlations, Dendrogram, Merge, Nullity, Pair};
pub use period::{ColumnDrift, Drift, Period, Verdict};
pub use values::{Cell, Common, Extremes, Rarer, ValueCount};

/// Version of the form of the JSON; grows when a reader of the former would misread it.
pub const VERSION: u32 = 1;

/// An exploratory report of one table.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// Where the rows came from.
    pub provenance: Provenance,
    /// Whether identities are hidden, tokens shortened and small cells put together.
    pub safe: bool,
    /// Cells of values with fewer rows are put together (where `safe`).
    pub smallest_cell: u64,
    /// The whole table.
    pub overview: Overview,
    /// What deserves a look, gravest first.
    pub alerts: Vec<Alert>,
    /// Columns put together by what they measure; each column stands in one group.
    pub groups: Vec<Group>,
    /// Every column, in the order of the table.
    pub columns: Vec<Column>,
    /// The response codes that occur, in the order of [`Column::missing_by_code`]; empty
    /// without a code column.
    pub codes: Vec<Code>,
    /// Rows to draw pairs of number columns from; none with fewer than two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// How columns go together; none with fewer than two to compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlations: Option<Correlations>,
    /// Where values are missing.
    pub missing: Missing,
    /// Rows that stand there more than once.
    pub duplicates: Duplicates,
    /// Some rows as they stand.
    pub sample: SampleRows,
    /// How many rows came out how; none where nothing says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<OutcomeCounts>,
    /// Change over time; none without a time column or with fewer than four periods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// Two or more parts side by side; none where nothing was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// Where the rows of a report came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Provenance {
    /// Name of the table or file.
    pub table: String,
    /// Which of the published tables it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// Name of the model card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// What the card's API is, in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_title: Option<String>,
    /// Number of the published snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<u64>,
    /// Run that published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// When the report was made: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<String>,
    /// Version of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Conditions that chose the rows, as they were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
}

/// Which of the three published tables a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One row per transaction, as measured.
    Staging,
    /// The same rows, derived and typed; sentinels where nothing was measured.
    Transform,
    /// One row per process: its last attempt.
    NoRetries,
}

/// Over which rows figures were computed, and whether they are exact.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Basis {
    /// Whether the figures are those of all rows, to the last digit.
    pub exactness: Exactness,
    /// What makes them so.
    pub rule: BasisRule,
    /// Rows that were read for them, missing ones included.
    pub rows: u64,
    /// Greatest (of a sketch) or standard (of distinct values) relative error of a figure,
    /// where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_error: Option<f64>,
}

/// Whether a figure is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exactness {
    /// That of all rows.
    Exact,
    /// Near it; shown with ≈.
    Approximate,
}

/// What a figure was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BasisRule {
    /// All rows.
    AllRows,
    /// Rows drawn by their hash, the same at every run.
    Sample,
    /// A summary of all rows in bounded memory.
    Sketch,
}

/// The whole table.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Overview {
    /// Rows.
    pub rows: u64,
    /// Columns.
    pub columns: u64,
    /// Rows × columns.
    pub cells: u64,
    /// Cells without a usable value: null, not a number, or a published sentinel.
    pub missing_cells: u64,
    /// Size of the values in memory, bytes (Arrow's own layout, without spare room).
    pub memory_bytes: u64,
    /// Columns of each kind, commonest first.
    pub kinds: Vec<KindCount>,
    /// First day of the time column, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_day: Option<String>,
    /// Last day of the time column, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
    /// The time column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_column: Option<usize>,
    /// The column of response codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_column: Option<usize>,
}

/// How many columns are of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KindCount {
    /// The kind.
    pub kind: ColumnKind,
    /// Columns.
    pub columns: u64,
}

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Alert {
    /// What it is.
    pub code: AlertCode,
    /// How grave.
    pub severity: Severity,
    /// The column that it is about; none where it is the whole table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Other columns that it names (those a column goes together with).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<usize>,
    /// The figure that raised it: a share, a coefficient, a skewness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Rows or values concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// The kinds of alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertCode {
    /// The table has no rows.
    NoRows,
    /// Every value is missing. `count`: rows.
    Empty,
    /// One value alone. `count`: rows that hold it.
    Constant,
    /// A type that is not looked into (lists, structs).
    Unsupported,
    /// Left out of what compares columns: constant, empty, an identifier or unsupported.
    Rejected,
    /// Values are missing though the transaction went far enough. `value`: share.
    Missing,
    /// Values are missing because the transaction had stopped. `value`: share.
    StructuralMissing,
    /// Values that stand for a missing one. `value`: share.
    Sentinels,
    /// Values outside what the card says a measurement can be. `count`: rows.
    OutOfRange,
    /// Infinite values. `count`: rows.
    Infinite,
    /// Many zeros. `value`: share.
    Zeros,
    /// A long tail. `value`: skewness.
    Skewed,
    /// All values are about equally common. `value`: p of the chi-squared test.
    Uniform,
    /// Every value occurs once.
    Unique,
    /// Many values for a category. `count`: distinct values.
    HighCardinality,
    /// One value has nearly all rows. `value`: 1 − entropy ÷ its greatest.
    Imbalance,
    /// Goes together with `others`. `value`: greatest coefficient.
    HighCorrelation,
    /// Categories that differ in case, accents or spaces alone. `count`: values concerned.
    DirtyCategories,
    /// Text that holds values of several types. `value`: share of the rarer ones.
    MixedTypes,
    /// Rows that stand there more than once. `count`: rows beyond the first of each.
    Duplicates,
    /// Changes over time. `value`: greatest population stability index.
    NonStationary,
    /// Follows the hour or the weekday. `value`: share of variance.
    Seasonal,
    /// The name says identity, or nearly every value is one; values are not shown.
    Identifying,
}

/// How grave an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// May spoil an analysis.
    Warning,
    /// Good to know.
    Notice,
    /// For completeness.
    Info,
}

/// Columns put together by what they measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// What puts them together.
    pub by: GroupKind,
    /// Name of the microservice, or of the card's kind; none for the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name for people, from the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Columns of one measurement together: one entry a picture, in the card's order (near,
    /// far); single columns stand alone.
    pub rows: Vec<Vec<usize>>,
}

/// What puts columns together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// Ids, dates and outcome of a transaction.
    Transaction,
    /// One microservice: its times, scores and probabilities.
    Microservice,
    /// One kind of the card's, or of column where there is no card.
    Kind,
}

/// A response code that occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Code {
    /// The number in the table; none where there is no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Its four digits, where the dictionary has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Description of the dictionary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it makes of a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Rows.
    pub rows: u64,
    /// Of the last entry where the report is safe: how many rarer codes it puts together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pooled: Option<u64>,
}

/// Rows to draw pairs of number columns from: at most 2,000 rows of at most 60 columns.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Points {
    /// Rows drawn.
    pub rows: u64,
    /// The columns.
    pub columns: Vec<PointColumn>,
    /// Base64, one byte a row: 0 accepted, 1 rejected, 2 technical, 255 unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Over which rows.
    pub basis: Basis,
}

/// One column of [`Points`].
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PointColumn {
    /// The column.
    pub column: usize,
    /// Value of byte 0.
    pub low: f64,
    /// Value of byte 254.
    pub high: f64,
    /// Base64, one byte a row: 0 to 254 from `low` to `high` (values beyond are cut to them),
    /// 255 missing.
    pub values: String,
}

/// Where values are missing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Missing {
    /// Shares in blocks of rows, in the order of the table.
    pub matrix: MissingMatrix,
    /// Correlation of being missing; none where fewer than two columns miss some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nullity: Option<Nullity>,
    /// Columns that miss values together; none where fewer than two columns miss some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dendrogram: Option<Dendrogram>,
}

/// Share missing in up to 100 blocks of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingMatrix {
    /// Rows of each block but the last, which may have fewer.
    pub block_rows: u64,
    /// Blocks.
    pub blocks: u64,
    /// Columns that miss something.
    pub columns: Vec<MissingBlocks>,
}

/// One column of [`MissingMatrix`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingBlocks {
    /// The column.
    pub column: usize,
    /// Base64, one byte a block: share missing from 0 (none) to 255 (all), rounded so that
    /// only none is 0 and only all is 255.
    pub shares: String,
}

/// Rows that stand there more than once.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Duplicates {
    /// Rows beyond the first of each.
    pub rows: u64,
    /// Different rows that stand there more than once.
    pub groups: u64,
    /// The commonest of them, cells in the order of the columns.
    pub most: Vec<DuplicateRow>,
    /// Over which rows.
    pub basis: Basis,
}

/// A row that stands there more than once.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DuplicateRow {
    /// How often.
    pub count: u64,
    /// Its cells; null where missing.
    pub cells: Vec<Option<Cell>>,
}

/// Some rows as they stand; null where a cell is missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct SampleRows {
    /// The first rows.
    pub first: Vec<Vec<Option<Cell>>>,
    /// The last rows.
    pub last: Vec<Vec<Option<Cell>>>,
    /// Rows drawn by their hash.
    pub drawn: Vec<Vec<Option<Cell>>>,
}
