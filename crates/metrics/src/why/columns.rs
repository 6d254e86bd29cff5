//! Which columns of `attempts` are compared, and what each is.

use serde::Serialize;
use veriscope_card::views::{AttemptColumn, CalendarPart, ColumnType, ViewColumn};
use veriscope_card::{Card, Feature, Kind, PathKey, Privacy};

/// Whether a column was so before the API looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Who, when, with what: client, person's device, country, picture, policy, release.
    Circumstance,
    /// What the API measured or decided: times, scores, probabilities, codes, the outcome.
    Measurement,
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Number,
    Category,
}

/// Columns of one family tell one thing in several ways: the strongest speaks for all, and
/// none is compared where the selection names one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// How it ended: outcome, reason, status, summary and step codes, whether it was the last.
    Result,
    /// Parts of one calendar; not the time of day.
    Calendar,
    /// Where it stood in its process.
    Place,
    /// Width, height, class and orientation of pictures.
    Size,
    /// The times of one microservice.
    Times(String),
    /// One model's verdict: a probability, and the class that it makes.
    Judged(Vec<PathKey>),
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct WhyColumn {
    pub(super) name: String,
    pub(super) reading: Reading,
    pub(super) part: Part,
    pub(super) family: Option<Family>,
    /// Whether no value is a value: a front end that tells nothing.
    pub(super) is_null_a_value: bool,
    /// Whether its values are shown in their order.
    pub(super) is_ordered: bool,
    /// Whether its value depends on how far a transaction got: it is compared at one stage.
    pub(super) is_of_stage: bool,
    /// Named by the selection: read, to see what tells the same, but not compared.
    pub(super) is_named: bool,
}

/// The columns of a comparison.
#[derive(Clone, Debug, Default)]
pub struct WhyColumns {
    pub(super) columns: Vec<WhyColumn>,
    /// What tells the selection again by its meaning.
    pub(super) left_out: Vec<String>,
    /// Whether the selection is one of measurements.
    pub(super) is_by_measurement: bool,
    /// What rows of one person have in common.
    pub(super) cluster: Option<String>,
    pub(super) key: String,
}

impl WhyColumns {
    /// Chooses the columns for a selection that names some.
    #[must_use]
    pub fn new(card: &Card, named: &[&str]) -> Self {
        let of_card = card.attempt_columns();
        let mut columns: Vec<WhyColumn> = of_card
            .iter()
            .filter_map(|column| read(card, column))
            .collect();
        for column in &mut columns {
            column.is_named = named.contains(&column.name.as_str());
        }
        let named_families: Vec<Family> = columns
            .iter()
            .filter(|column| column.is_named)
            .filter_map(|column| column.family.clone())
            .chain(named.iter().filter_map(|name| unread(card, &of_card, name)))
            .collect();
        let is_by_measurement = columns
            .iter()
            .any(|column| column.is_named && column.part == Part::Measurement);
        let again = |column: &WhyColumn| {
            let mut families = column.family.iter();
            !column.is_named && families.any(|family| named_families.contains(family))
        };
        let (left_out, columns): (Vec<_>, Vec<_>) = columns.into_iter().partition(again);
        let roles = &card.roles;
        let person = roles.person.as_ref().or(roles.process.as_ref());
        Self {
            columns,
            left_out: left_out.into_iter().map(|column| column.name).collect(),
            is_by_measurement,
            cluster: person.cloned(),
            key: roles.transaction.clone(),
        }
    }

    /// Returns the columns of `attempts` that are read.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let compared = self.columns.iter().map(|column| column.name.as_str());
        compared
            .chain(self.cluster.as_deref())
            .chain([self.key.as_str()])
            .collect()
    }
}

/// Returns the family of a column that is not read itself: an instant.
fn unread(card: &Card, columns: &[ViewColumn<AttemptColumn>], name: &str) -> Option<Family> {
    let column = columns.iter().find(|column| column.doc.name == name)?;
    let is_date = match &column.definition {
        AttemptColumn::Calendar(CalendarPart::LocalTime) => true,
        AttemptColumn::Feature(feature) => *feature == card.roles.date,
        _ => false,
    };
    is_date.then_some(Family::Calendar)
}

/// Returns how a column is read; none of what identifies, and of instants.
fn read(card: &Card, column: &ViewColumn<AttemptColumn>) -> Option<WhyColumn> {
    use AttemptColumn as Is;
    use Part::{Circumstance, Measurement};
    let (part, family) = match &column.definition {
        Is::Calendar(CalendarPart::LocalTime) => return None,
        Is::Calendar(CalendarPart::Hour | CalendarPart::Minute)
        | Is::PolicyId
        | Is::PreviousCode
        | Is::GapMs => (Circumstance, None),
        Is::Calendar(_) => (Circumstance, Some(Family::Calendar)),
        Is::Attempt | Is::IsFirst | Is::Kind => (Circumstance, Some(Family::Place)),
        Is::Shape(_) => (Circumstance, Some(Family::Size)),
        Is::Outcome | Is::Reason | Is::IsLast => (Measurement, Some(Family::Result)),
        Is::MicroserviceTotal(name) => (Measurement, Some(Family::Times(name.clone()))),
        Is::MicroservicesTotal | Is::Remainder => (Measurement, None),
        Is::Feature(name) => feature_part(card, card.feature(name)?)?,
    };
    let kind = match &column.definition {
        Is::Feature(name) => card.feature(name).map(|feature| feature.kind),
        _ => None,
    };
    let reading = match column.doc.column_type {
        ColumnType::Instant | ColumnType::LocalTime => return None,
        ColumnType::Float => Reading::Number,
        ColumnType::Text | ColumnType::Bool | ColumnType::Day => Reading::Category,
        ColumnType::Int => match (&column.definition, kind) {
            (Is::Calendar(_) | Is::PreviousCode, _) => Reading::Category,
            (_, Some(Kind::Category | Kind::Code | Kind::Id | Kind::Flag)) => Reading::Category,
            _ => Reading::Number,
        },
    };
    let is_feature = matches!(column.definition, Is::Feature(_));
    Some(WhyColumn {
        name: column.doc.name.clone(),
        reading,
        part,
        is_null_a_value: is_feature && part == Circumstance && reading == Reading::Category,
        is_ordered: matches!(column.definition, Is::Calendar(_)),
        family,
        is_of_stage: is_of_stage(card, &column.definition),
        is_named: false,
    })
}

/// Policies are noted as far as a transaction got, and total times grow with it.
fn is_of_stage(card: &Card, column: &AttemptColumn) -> bool {
    match column {
        AttemptColumn::PolicyId
        | AttemptColumn::MicroserviceTotal(_)
        | AttemptColumn::MicroservicesTotal
        | AttemptColumn::Remainder => true,
        AttemptColumn::Feature(name) => card.roles.total_time.as_ref() == Some(name),
        _ => false,
    }
}

fn feature_part(card: &Card, feature: &Feature) -> Option<(Part, Option<Family>)> {
    use Part::{Circumstance, Measurement};
    let roles = &card.roles;
    let is = |role: &Option<String>| role.as_ref() == Some(&feature.name);
    if [&roles.transaction, &roles.date].contains(&&feature.name)
        || is(&roles.process)
        || is(&roles.person)
    {
        return None;
    }
    if is(&roles.client) || is(&roles.user) || is(&roles.release) {
        return Some((Circumstance, None));
    }
    if matches!(feature.privacy, Privacy::Token | Privacy::Drop) {
        return None;
    }
    let result = [&roles.code, &roles.status].into_iter().flatten();
    let mut result = result.filter_map(|name| card.feature(name));
    if feature.kind == Kind::Code || result.any(|of| of.name == feature.name || beside(of, feature))
    {
        return Some((Measurement, Some(Family::Result)));
    }
    let runs = |one: &&veriscope_card::Microservice| {
        let mut features = one.features();
        features.any(|name| *name == feature.name)
    };
    if let Some(microservice) = card.microservices.iter().find(runs) {
        return Some((Measurement, Some(Family::Times(microservice.name.clone()))));
    }
    Some(match feature.kind {
        Kind::Id | Kind::Instant => return None,
        Kind::Size => (Circumstance, Some(Family::Size)),
        Kind::Score => (Measurement, None),
        Kind::Probability => (Measurement, judged(feature)),
        Kind::Time if is(&roles.total_time) || feature.image.is_some() => (Measurement, None),
        Kind::Category if beside_kind(card, feature, Kind::Probability) => {
            (Measurement, judged(feature))
        }
        Kind::Number if beside_kind(card, feature, Kind::Score) => (Measurement, None),
        Kind::Category | Kind::Code | Kind::Time | Kind::Text | Kind::Flag | Kind::Number => {
            (Circumstance, None)
        }
    })
}

fn judged(feature: &Feature) -> Option<Family> {
    let (_, parent) = feature.path.split_last()?;
    (!parent.is_empty()).then(|| Family::Judged(parent.to_vec()))
}

/// Whether two features stand in one object of the document, below its root.
fn beside(one: &Feature, other: &Feature) -> bool {
    match (one.path.split_last(), other.path.split_last()) {
        (Some((_, one)), Some((_, other))) => !one.is_empty() && one == other,
        _ => false,
    }
}

fn beside_kind(card: &Card, feature: &Feature, kind: Kind) -> bool {
    let mut all = card.features.iter().chain(&card.context);
    all.any(|other| other.kind == kind && beside(feature, other))
}
