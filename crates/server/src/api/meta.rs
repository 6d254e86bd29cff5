//! `meta`: what there is to ask for and to filter by.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Cell, Text};

/// What there is to ask for and to filter by.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Meta {
    /// Version of the program.
    pub version: String,
    /// The model card.
    pub card: CardName,
    /// The snapshot that is shown.
    pub snapshot: SnapshotInfo,
    /// The columns by which rows may be filtered.
    pub dimensions: Vec<Dimension>,
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// The dictionary of response codes.
    pub codes: Vec<Code>,
    /// The microservices, in the order of the card.
    pub microservices: Vec<MicroserviceName>,
    /// The pictures of a transaction, in order.
    pub images: Vec<String>,
    /// Which column plays which part.
    pub roles: Roles,
    /// Columns that describe pictures.
    pub columns: PictureColumns,
    /// What exclusions leave out.
    pub exclusions: Vec<Exclusion>,
}

/// The model card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardName {
    /// Its name.
    pub name: String,
    /// What the API is, in a few words.
    pub title: String,
}

/// The snapshot that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SnapshotInfo {
    /// Its version; 0 where nothing was published.
    pub version: u64,
    /// When it was published, `2025-02-01T09:12:00Z`.
    pub published_at: Option<String>,
    /// Transactions, those that exclusions leave out included.
    pub transactions: u64,
    /// Processes.
    pub processes: u64,
    /// Persons; null where the API knows no persons.
    pub persons: Option<u64>,
    /// First local day.
    pub first_day: Option<String>,
    /// Last local day.
    pub last_day: Option<String>,
    /// Whether there is anything to show.
    pub state: SnapshotState,
}

/// Whether there is anything to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotState {
    /// There is.
    Ready,
    /// A snapshot is being read.
    Loading,
    /// No transaction was published.
    Empty,
}

/// A column by which rows may be filtered.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Dimension {
    /// Its name, which is also that of the filter.
    pub column: String,
    /// What it holds.
    pub title: Text,
    /// Whether its values have an order, and ranges with it.
    pub kind: DimensionKind,
    /// Different values.
    pub distinct: u64,
    /// The most frequent values, at most 200; none of a measurement.
    pub values: Vec<ValueCount>,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DimensionKind {
    /// Some of a set.
    Category,
    /// In an order: a range `1..5` is a filter too.
    Ordered,
    /// Days of the local calendar: a range is a filter too.
    Day,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ValueCount {
    /// The value.
    pub value: Cell,
    /// Rows that have it.
    pub n: u64,
}

/// Values of a column, the most frequent first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DimensionValues {
    /// The column.
    pub column: String,
    /// How many values there are that the search finds.
    pub distinct: u64,
    /// The first of them.
    pub values: Vec<ValueCount>,
}

/// A metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Metric {
    /// By what it is asked for.
    pub id: String,
    /// Title.
    pub title: Text,
    /// A sentence that says what it is.
    pub definition: Text,
    /// `count`, `share` (0 to 1), `ms`, `px` or `number`.
    pub unit: String,
    /// How it is made.
    pub expression: String,
    /// The view that it is made of.
    pub view: String,
}

/// A response code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Code {
    /// The number that tables hold.
    pub code: i64,
    /// Four-digit text, as in the dictionary.
    pub text: String,
    /// Description.
    pub description: String,
    /// The module that gives it.
    pub module: String,
    /// What it makes of a transaction.
    pub outcome: OutcomeName,
    /// Whose it is to mend; null for codes that are accepted.
    pub reason: Option<Culprit>,
}

/// What becomes of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeName {
    /// The person passed.
    Accepted,
    /// The pictures did not.
    Rejected,
    /// The API failed.
    Technical,
}

impl From<veriscope_card::Outcome> for OutcomeName {
    fn from(outcome: veriscope_card::Outcome) -> Self {
        match outcome {
            veriscope_card::Outcome::Accepted => Self::Accepted,
            veriscope_card::Outcome::Rejected => Self::Rejected,
            veriscope_card::Outcome::Technical => Self::Technical,
        }
    }
}

/// Whose it is to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Culprit {
    /// The person can, by another picture.
    Person,
    /// Looks like an attack.
    Attack,
    /// The API's operators.
    Ours,
}

impl From<veriscope_card::ReasonClass> for Culprit {
    fn from(reason: veriscope_card::ReasonClass) -> Self {
        match reason {
            veriscope_card::ReasonClass::Person => Self::Person,
            veriscope_card::ReasonClass::Attack => Self::Attack,
            veriscope_card::ReasonClass::Ours => Self::Ours,
        }
    }
}

/// A microservice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MicroserviceName {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The pictures that it runs on; none where it runs once a transaction.
    pub images: Vec<String>,
    /// The filter that keeps the transactions in which it ran; null where no column tells.
    pub ran: Option<ColumnFilter>,
}

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ColumnFilter {
    /// The column, one of the dimensions.
    pub column: String,
    /// Its text: `..` keeps whatever has a value, `0..` what has a number from 0.
    pub value: String,
}

/// Which column plays which part; null where the API has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Roles {
    /// The client on whose behalf a call ran.
    pub client: Option<String>,
    /// The account that called.
    pub user: Option<String>,
    /// The person.
    pub person: Option<String>,
    /// Response code.
    pub code: Option<String>,
    /// Release of the API.
    pub release: Option<String>,
    /// Total time, ms.
    pub total_time: Option<String>,
}

/// Columns that describe pictures, in the order of the pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PictureColumns {
    /// Classes of size.
    pub size_class: Vec<String>,
    /// Orientations.
    pub orientation: Vec<String>,
}

/// What an exclusion leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Exclusion {
    /// The rule: `client convenio_1`.
    pub words: String,
    /// Why.
    pub reason: Option<String>,
    /// Transactions of the whole snapshot that it leaves out.
    pub rows: u64,
}
