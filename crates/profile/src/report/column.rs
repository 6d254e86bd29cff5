//! One column.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Basis, ByOutcome, ColumnDrift, Common, Extremes};

/// What a column holds. One that holds nothing, or one value alone, is of that kind whatever
/// its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Numbers that measure or count.
    Number,
    /// One of a set, be it text or number.
    Category,
    /// Free text, or text with very many values.
    Text,
    /// Yes or no.
    Boolean,
    /// An instant or a day.
    Datetime,
    /// Tells rows, persons or clients apart.
    Identifier,
    /// One value alone.
    Constant,
    /// No value.
    Empty,
    /// A type that is not looked into.
    Unsupported,
}

/// One column of the table.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Column {
    /// Its name; not unique where the table repeats one.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// Its Arrow type.
    pub arrow_type: String,
    /// One line for people, from the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Unit, from the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Kind of measurement, from the card (`time`, `score`, `probability`, `size` …).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<String>,
    /// Part that it plays, from the card (`transaction`, `date`, `process`, `client`, `user`,
    /// `person`, `release`, `total_time`, `code`, `status`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Microservice that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub microservice: Option<String>,
    /// Picture that it measures (`near`, `far`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The same measurement of another picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twins: Vec<usize>,
    /// Whether its values are hidden unless the report is full.
    pub identifying: bool,
    /// Rows by what stands in the cell.
    pub counts: Counts,
    /// Different values.
    pub distinct: Distinct,
    /// Size of the values in memory, bytes.
    pub memory_bytes: u64,
    /// Values that stand for a missing one, each with its rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sentinels: Vec<SentinelCount>,
    /// What the card says a measurement can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<Inside>,
    /// Missing (null or sentinel) by response code, in the order of `Report::codes`; empty
    /// where nothing is missing or there are no codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_by_code: Vec<CodeMissing>,
    /// Figures of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberFigures>,
    /// Figures of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<TextFigures>,
    /// Figures of instants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datetime: Option<DateFigures>,
    /// Commonest values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common: Option<Common>,
    /// Least and greatest values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extremes: Option<Extremes>,
    /// Its distribution by outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_outcome: Option<ByOutcome>,
    /// Its change over time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<ColumnDrift>,
}

/// Rows by what stands in the cell: `rows = present + missing + sentinel + out_of_range +
/// infinite`. Always exact. Figures, common and extreme values are of the `present` alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// All rows.
    pub rows: u64,
    /// A usable value.
    pub present: u64,
    /// Null, or not a number.
    pub missing: u64,
    /// A published value that stands for a missing one.
    pub sentinel: u64,
    /// Outside what the card says a measurement can be.
    pub out_of_range: u64,
    /// Infinite.
    pub infinite: u64,
    /// Of the missing (null or sentinel): in response codes where nearly all rows (99 %) are
    /// missing, because the transaction had stopped. 0 without codes.
    pub structural: u64,
    /// Of the missing (null or sentinel): all others.
    pub gaps: u64,
    /// Of the present: zeros.
    pub zeros: u64,
    /// Of the present: below zero.
    pub negative: u64,
    /// Of the present: text of no character.
    pub empty_text: u64,
}

/// Different values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Distinct {
    /// How many.
    pub values: u64,
    /// Of these, how many occur once.
    pub once: u64,
    /// Over which rows.
    pub basis: Basis,
}

/// Rows that hold a sentinel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct SentinelCount {
    /// The value.
    pub value: f64,
    /// Rows.
    pub count: u64,
}

/// A closed interval; a missing end is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Inside {
    /// Least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// What one column misses in the rows of one response code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeMissing {
    /// Rows that miss it.
    pub missing: u64,
    /// Whether nearly all (99 %) rows of the code do: the transaction had stopped.
    pub structural: bool,
}

/// Figures of the numbers of a column.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NumberFigures {
    /// Values.
    pub n: u64,
    /// Whether all are whole.
    pub whole: bool,
    /// Least; exact always.
    pub min: f64,
    /// Greatest; exact always.
    pub max: f64,
    /// Arithmetic mean; exact always.
    pub mean: f64,
    /// Sum; exact always.
    pub sum: f64,
    /// Standard deviation with n − 1; exact always. None of one value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
    /// Variance with n − 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<f64>,
    /// Coefficient of variation: sd ÷ mean; none where the mean is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cv: Option<f64>,
    /// Skewness without bias (G1), as pandas has it; none of fewer than 3 values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skewness: Option<f64>,
    /// Excess kurtosis without bias (G2), as pandas has it; none of fewer than 4 values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kurtosis: Option<f64>,
    /// Greatest − least.
    pub range: f64,
    /// Upper − lower quartile.
    pub iqr: f64,
    /// Median absolute deviation from the median, unscaled.
    pub mad: f64,
    /// Quantiles at 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, interpolated as numpy
    /// does (type 7).
    pub quantiles: Vec<Quantile>,
    /// How the values go with the order of the rows, missing ones aside.
    pub order: Order,
    /// From least to greatest.
    pub histogram: Histogram,
    /// The central 99 %, where a long tail would hide them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub central: Option<Histogram>,
    /// Basis of quantiles, `iqr`, `mad` and histograms.
    pub basis: Basis,
}

/// One quantile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Quantile {
    /// Share of values at or below, 0 to 1.
    pub at: f64,
    /// The value.
    pub value: f64,
}

/// How values go with the order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Each above the one before.
    StrictlyIncreasing,
    /// None below the one before.
    Increasing,
    /// Each below the one before.
    StrictlyDecreasing,
    /// None above the one before.
    Decreasing,
    /// All the same.
    Constant,
    /// Neither.
    None,
}

/// Counts in bins of equal width.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub low: f64,
    /// Upper edge of the last bin, which holds it.
    pub high: f64,
    /// Values of each bin, lower edge inside; 240, 120 or 60 fine bins (fewer columns, finer
    /// bins), of which the page makes coarser ones by joining neighbours. Whole numbers of a
    /// smaller range have one bin each, in its middle.
    pub counts: Vec<u64>,
    /// Values below `low`.
    pub below: u64,
    /// Values above `high`.
    pub above: u64,
    /// How many bins the rules of thumb ask for.
    pub suggested: SuggestedBins,
}

/// How many bins rules of thumb ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SuggestedBins {
    /// Root of n.
    pub sqrt: u64,
    /// log2 n + 1.
    pub sturges: u64,
    /// By width 2 · IQR · n^(−1/3); that of Sturges where the IQR is 0.
    pub freedman_diaconis: u64,
}

/// Figures of the text of a column.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TextFigures {
    /// Length, in characters (Unicode scalar values).
    pub lengths: Lengths,
    /// Characters in all.
    pub characters: u64,
    /// Different characters.
    pub distinct_characters: u64,
    /// Commonest characters; none of identifying columns.
    pub common_characters: Vec<CharacterShare>,
    /// By Unicode general category, two letters (`Lu`, `Nd`), commonest first.
    pub categories: Vec<CharacterShare>,
    /// By Unicode script (`Latin`, `Common`), commonest first.
    pub scripts: Vec<CharacterShare>,
    /// Words in all: runs of what is no white space, without punctuation at their ends, in
    /// lower case.
    pub words: u64,
    /// Commonest words, as [`super::Common`] has its values; none of identifying columns.
    pub common_words: Vec<WordCount>,
    /// Basis of the common words.
    pub words_basis: Basis,
    /// Values by what they could be read as.
    pub forms: TextForms,
    /// Basis of lengths, characters, categories, scripts and forms.
    pub basis: Basis,
}

/// Lengths of text, in characters.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Lengths {
    /// Shortest.
    pub min: u64,
    /// Longest.
    pub max: u64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// Histogram over lengths.
    pub histogram: Histogram,
}

/// A character, category or script and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CharacterShare {
    /// The character itself, or the name.
    pub name: String,
    /// Characters.
    pub count: u64,
}

/// A word and how many values hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WordCount {
    /// The word, cut to 40 characters.
    pub word: String,
    /// Values that hold it.
    pub count: u64,
}

/// Text by what it could be read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextForms {
    /// A number.
    pub number: u64,
    /// A date, `YYYY-MM-DD` first.
    pub date: u64,
    /// `true`, `false`, `yes`, `no`, `sí`.
    pub boolean: u64,
    /// Nothing but white space, or none.
    pub blank: u64,
    /// Anything else.
    pub other: u64,
    /// White space at an end.
    pub padded: u64,
}

/// Figures of instants.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DateFigures {
    /// Values.
    pub n: u64,
    /// First: RFC 3339 in UTC, or the day alone (`YYYY-MM-DD`) where the report is safe.
    pub first: String,
    /// Last, as `first`.
    pub last: String,
    /// Last − first, ms.
    pub span_ms: f64,
    /// Minutes east of UTC in which days, weekdays and hours are read; 0 without a card.
    pub offset_minutes: i32,
    /// Whether every value is a whole day.
    pub whole_days: bool,
    /// Rows of each hour, 0 to 23; empty of whole days.
    pub hours: Vec<u64>,
    /// Rows of each weekday, Monday first.
    pub weekdays: Vec<u64>,
    /// Rows of each weekday (Monday first) and hour: 168 values; empty of whole days.
    pub weekday_hours: Vec<u64>,
    /// Rows of each period, in order, those between without rows too; at most 400.
    pub series: Vec<MonthCount>,
    /// Length of a period of `series`.
    pub series_unit: TimeUnit,
    /// Stretches without rows.
    pub gaps: Gaps,
    /// How the values go with the order of the rows.
    pub order: Order,
    /// Basis of `gaps`; all else is exact.
    pub basis: Basis,
}

/// Length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Local days.
    Day,
    /// Weeks from Monday on.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// Rows of one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthCount {
    /// First day, `YYYY-MM-DD`.
    pub start: String,
    /// Rows.
    pub count: u64,
}

/// Stretches without rows between one instant and the next.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Gaps {
    /// Median time from one instant to the next, ms; none of whole days beyond exact limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_ms: Option<f64>,
    /// Longest ones, longest first.
    pub longest: Vec<Gap>,
    /// Days from first to last without a row.
    pub days_without_rows: u64,
}

/// A stretch without rows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Gap {
    /// Day of the last row before it, `YYYY-MM-DD`.
    pub from: String,
    /// Day of the first row after it.
    pub to: String,
    /// How long, ms.
    pub length_ms: f64,
}
