//! The card as the rest of the program sees it: expanded, checked, in published order.

use serde::{Deserialize, Serialize};

use crate::Sentinels;

/// A model card, expanded over its pictures and checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// The card's name; a lake belongs to one card of this name.
    pub name: String,
    /// What the API is, in a few words.
    pub title: String,
    /// The pictures of one transaction, in order (`near`, `far`); may be one.
    pub images: Vec<String>,
    /// Published table names.
    pub tables: Tables,
    /// Which feature plays which part.
    pub roles: Roles,
    /// Values of the role `status` that mean acceptance; empty where the code alone decides.
    pub accepted_status: Vec<String>,
    /// How the date is read and what it marks.
    pub dates: Dates,
    /// What published tables hold where nothing was measured.
    pub sentinels: Sentinels,
    /// Resolution classes by pixel count, largest first.
    pub size_classes: SizeClasses,
    /// The published staging features, in published order.
    pub features: Vec<Feature>,
    /// The features that are taken from documents but stand in no published column.
    pub context: Vec<Feature>,
    /// The columns of the transform table, in published order.
    pub transform: Vec<TransformColumn>,
    /// The microservices and their times.
    pub microservices: Vec<Microservice>,
    /// The hypothesis about the order in which microservices run.
    pub pipeline: Pipeline,
    /// The response-code dictionary, in the card's order.
    pub codes: Vec<ResponseCode>,
}

/// Published names of the three tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tables {
    /// One row per transaction, as measured.
    pub staging: String,
    /// The same rows, derived and typed.
    pub transform: String,
    /// One row per process: its last attempt.
    pub no_retries: String,
}

/// Names of the features that play a part in every API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Roles {
    /// Identifies a transaction; the key of every table.
    pub transaction: String,
    /// Instant of the transaction.
    pub date: String,
    /// Groups the attempts of one enrolment.
    pub process: Option<String>,
    /// The customer on whose behalf the call ran.
    pub client: Option<String>,
    /// The account that called.
    pub user: Option<String>,
    /// The person.
    pub person: Option<String>,
    /// API build.
    pub release: Option<String>,
    /// Total time of the transaction, ms.
    pub total_time: Option<String>,
    /// Summary response code.
    pub code: Option<String>,
    /// Summary status.
    pub status: Option<String>,
}

/// How the date of a document is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dates {
    /// What the date marks.
    pub marks: Marks,
    /// Offset, in minutes east of UTC, of text without one; numbers and `$date` are shown in it.
    pub default_offset_minutes: i32,
}

/// Which moment of a transaction its date marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marks {
    /// When the call came in.
    Start,
    /// When the answer went out.
    End,
    /// The API does not say.
    Unknown,
}

/// Resolution classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SizeClasses {
    /// Classes, largest first.
    pub classes: Vec<SizeClass>,
    /// The class of whatever is smaller than all of them.
    pub otherwise: String,
}

/// One resolution class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SizeClass {
    /// Published name.
    pub name: String,
    /// Least width × height that belongs to it.
    pub min_pixels: i64,
}

/// One value that is taken from a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feature {
    /// Published name for the 79; for context features the name without the lake's `_`.
    pub name: String,
    /// Where it stands in the document, from the root.
    pub path: Vec<PathKey>,
    /// The type it is read as.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// What sort of measurement it is; decides its sentinel.
    pub kind: Kind,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// What a measurement can be. Outside it the value stays in the published
    /// tables, is null in the views, and is counted.
    pub valid: Option<Range>,
    /// What happens to it before anything is stored.
    pub privacy: Privacy,
    /// Computed from the raw value at `path` before that becomes a token.
    pub derived: Option<Derivation>,
    /// The picture that it measures.
    pub image: Option<String>,
    /// Part of the policy, which is stored once in `policies`.
    pub policy: bool,
    /// Features (by name) whose kept value may equal this one's raw value without being a
    /// leak: a city and its country may share a name.
    pub may_equal: Vec<String>,
    /// One line for people.
    pub description: String,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum PathKey {
    /// A key of an object. May hold a dot.
    Key(String),
    /// An element of an array, from 0.
    Index(usize),
}

/// The type a value is read as, and its column's Arrow type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// `Utf8`. An integer is read as its digits.
    String,
    /// `Int64`. Text of digits is read as its number, `1402.0` as 1402.
    Int,
    /// `Float64`.
    Float,
    /// `Boolean`.
    Bool,
    /// `Timestamp(Microsecond, "UTC")`, its own offset kept beside it.
    Datetime,
}

/// What sort of measurement a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Identifies something.
    Id,
    /// One of a set.
    Category,
    /// A response code.
    Code,
    /// An instant.
    Instant,
    /// A duration. A fractional one in an `int` column is rounded and counted.
    Time,
    /// A score.
    Score,
    /// A probability.
    Probability,
    /// A picture's width or height.
    Size,
    /// Free text.
    Text,
    /// A yes or no.
    Flag,
    /// Any other number.
    Number,
}

/// What happens to a value before anything is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Becomes a keyed token: `<feature>_` and 26 base-32 characters.
    Token,
    /// Becomes a small number in order of first sight: `<feature>_1`.
    Number,
    /// Stays as it is.
    Keep,
    /// Is made coarser by a rule.
    Generalise(Generalise),
    /// Is never stored; the leak scan knows its values.
    Drop,
}

/// A rule that makes text coarser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generalise {
    /// The first so many characters, with identities of the same document blotted out.
    Prefix(usize),
    /// Browser family, major version and operating system of a user agent.
    UserAgent,
}

/// A value computed from a raw one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// Seconds from the local time inside the raw text (after `separator`) to the
    /// transaction's date, the local time being in the date's own offset. Float, s.
    SecondsSinceTextTime {
        /// What stands before the time in the text: `_`.
        separator: String,
        /// `strftime` form of the time: `%Y-%m-%d_%H:%M:%S`.
        format: String,
    },
}

/// A closed interval; a missing end is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    /// Least valid value.
    pub min: Option<f64>,
    /// Greatest valid value.
    pub max: Option<f64>,
}

impl Range {
    /// Returns whether a measurement lies inside, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// A column of the transform table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TransformColumn {
    /// Published name.
    pub name: String,
    /// How it comes about.
    pub rule: TransformRule,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// One line for people.
    pub description: String,
}

/// How a transform column comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransformRule {
    /// The staging feature of the same name, its sentinel where it is missing.
    Keep,
    /// The resolution class of width × height; null when either is missing.
    SizeClass {
        /// Feature with the width, px.
        width: String,
        /// Feature with the height, px.
        height: String,
    },
    /// SQUARE, LANDSCAPE (wider than high) or PORTRAIT; null when either is missing.
    Orientation {
        /// Feature with the width, px.
        width: String,
        /// Feature with the height, px.
        height: String,
    },
    /// Whether earlier transform columns are all equal; null when any is null.
    Same {
        /// Transform columns.
        of: Vec<String>,
    },
    /// A part of the date, read in the document's own offset.
    DatePart(DatePart),
    /// Execution plus queue time of one microservice over all pictures, missing as the sentinel.
    MicroserviceTotal {
        /// Microservice.
        microservice: String,
    },
    /// Sum of all microservice totals.
    MicroservicesTotal,
    /// Total time minus [`TransformRule::MicroservicesTotal`].
    TimeRemainder,
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// Int.
    Year,
    /// English name.
    MonthName,
    /// Int, 1 to 31.
    Day,
    /// English name.
    WeekdayName,
    /// Int, 0 to 23.
    Hour,
    /// Int, 0 to 59.
    Minute,
}

/// A microservice and the features that hold its times, one entry a picture
/// (or one alone where it runs once a transaction).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Microservice {
    /// Name, as in column names.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Its times.
    pub times: Vec<MicroserviceTimes>,
}

/// Where one run of a microservice keeps its times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MicroserviceTimes {
    /// The picture; none where it runs once a transaction.
    pub image: Option<String>,
    /// Feature with the execution time, ms.
    pub service: String,
    /// Feature with the queue time, ms.
    pub queue: Option<String>,
}

/// A hypothesis about order: steps in series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pipeline {
    /// Steps, in order.
    pub steps: Vec<Step>,
}

/// One node of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// One run of one microservice.
    Run {
        /// Microservice.
        microservice: String,
        /// The picture; none where it runs once a transaction.
        image: Option<String>,
    },
    /// A step of the API that leaves no time of its own (integrity, ICAO).
    Untimed {
        /// Name.
        name: String,
        /// The picture, where it has one.
        image: Option<String>,
    },
    /// One after the other.
    Series(Vec<Step>),
    /// All at once; the longest decides.
    Parallel(Vec<Step>),
    /// Order unknown: anything between all at once and one after the other.
    Undecided(Vec<Step>),
}

/// A response code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResponseCode {
    /// Four-digit text, as in the dictionary.
    pub code: String,
    /// The number that tables hold.
    pub number: i64,
    /// Module that gives it.
    pub module: String,
    /// Status text.
    pub status: String,
    /// Description.
    pub description: String,
    /// What it makes of a transaction.
    pub class: Outcome,
    /// Whose it is to mend; only for codes that are not accepted.
    pub reason: Option<ReasonClass>,
}

/// What becomes of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person passed.
    Accepted,
    /// The pictures did not.
    Rejected,
    /// The API failed.
    Technical,
}

/// Whose it is to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonClass {
    /// The person can, by another picture.
    Person,
    /// Looks like an attack.
    Attack,
    /// Ours: the API's operators.
    Ours,
}

impl Card {
    /// Returns published and context features, in the order of their columns.
    pub fn all_features(&self) -> impl Iterator<Item = &Feature> {
        self.features.iter().chain(&self.context)
    }

    /// Returns a published or context feature by name.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.all_features().find(|feature| feature.name == name)
    }

    /// Returns the microservice whose times a feature holds, or under whose name the document
    /// has its value.
    #[must_use]
    pub fn microservice_of(&self, feature: &Feature) -> Option<&Microservice> {
        let of_times = |service: &&Microservice| {
            service.times.iter().any(|times| {
                times.service == feature.name || times.queue.as_ref() == Some(&feature.name)
            })
        };
        let on_path = |service: &&Microservice| {
            let mut keys = feature.path.iter();
            keys.any(|key| matches!(key, PathKey::Key(key) if *key == service.name))
        };
        let services = || self.microservices.iter();
        services()
            .find(of_times)
            .or_else(|| services().find(on_path))
    }

    /// Returns the class of a response code as tables hold it.
    #[must_use]
    pub fn code(&self, number: i64) -> Option<&ResponseCode> {
        self.codes.iter().find(|code| code.number == number)
    }
}
