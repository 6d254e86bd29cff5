//! By which columns a metric may be asked.

use veriscope_card::views::{AttemptColumn, ProcessColumn, TimeColumn, View};
use veriscope_card::{Card, Feature, Kind, Privacy, ValueType};

/// Returns the columns of a view that tell groups of its rows apart: no identities of
/// transactions, processes and persons, no measurements, no free text.
pub(super) fn of(card: &Card, view: View) -> Vec<String> {
    match view {
        View::Attempts => names(card.attempt_columns(), |column| attempt(card, column)),
        View::Processes => names(card.process_columns(), |column| process(card, column)),
        View::MicroserviceTimes => names(card.time_columns(), |column| time(card, column)),
    }
}

fn names<D>(
    columns: Vec<veriscope_card::views::ViewColumn<D>>,
    is_dimension: impl Fn(&D) -> bool,
) -> Vec<String> {
    columns
        .into_iter()
        .filter(|column| is_dimension(&column.definition))
        .map(|column| column.doc.name)
        .collect()
}

fn attempt(card: &Card, column: &AttemptColumn) -> bool {
    match column {
        AttemptColumn::Feature(name) => card
            .feature(name)
            .is_some_and(|feature| is_group(card, feature)),
        AttemptColumn::Calendar(part) => {
            !matches!(part, veriscope_card::views::CalendarPart::LocalTime)
        }
        AttemptColumn::Shape(_)
        | AttemptColumn::Attempt
        | AttemptColumn::IsFirst
        | AttemptColumn::IsLast
        | AttemptColumn::Outcome
        | AttemptColumn::Kind
        | AttemptColumn::Reason
        | AttemptColumn::PreviousCode
        | AttemptColumn::PolicyId => true,
        AttemptColumn::GapMs
        | AttemptColumn::MicroserviceTotal(_)
        | AttemptColumn::MicroservicesTotal
        | AttemptColumn::Remainder => false,
    }
}

fn process(card: &Card, column: &ProcessColumn) -> bool {
    match column {
        ProcessColumn::Last(last) => attempt(card, last),
        ProcessColumn::Attempts
        | ProcessColumn::Repeats
        | ProcessColumn::IsAccepted
        | ProcessColumn::AcceptedAt
        | ProcessColumn::FirstOutcome
        | ProcessColumn::LastOutcome
        | ProcessColumn::FirstCode
        | ProcessColumn::LastCode
        | ProcessColumn::LastReason => true,
        ProcessColumn::FirstDate
        | ProcessColumn::LastDate
        | ProcessColumn::SpanMs
        | ProcessColumn::AcceptedAfterMs
        | ProcessColumn::ApiTimeMs => false,
    }
}

fn time(card: &Card, column: &TimeColumn) -> bool {
    match column {
        TimeColumn::Transaction(of) => attempt(card, of),
        TimeColumn::Microservice
        | TimeColumn::Picture
        | TimeColumn::SizeClass
        | TimeColumn::Orientation => true,
        TimeColumn::ServiceMs | TimeColumn::QueueMs => false,
    }
}

fn is_group(card: &Card, feature: &Feature) -> bool {
    let roles = &card.roles;
    let identities = [
        Some(&roles.transaction),
        roles.process.as_ref(),
        roles.person.as_ref(),
    ];
    if identities.contains(&Some(&feature.name)) {
        return false;
    }
    match feature.kind {
        Kind::Id => {
            feature.privacy == Privacy::Number || roles.release.as_ref() == Some(&feature.name)
        }
        Kind::Category | Kind::Code | Kind::Flag => feature.value_type != ValueType::Float,
        Kind::Instant
        | Kind::Time
        | Kind::Score
        | Kind::Probability
        | Kind::Size
        | Kind::Text
        | Kind::Number => false,
    }
}

/// Returns the features whose text is made by this program, in lower case: tokens and numbers.
/// The prefix of either is the feature's name, the same for all.
pub(super) fn one_case(card: &Card) -> Vec<String> {
    card.all_features()
        .filter(|feature| matches!(feature.privacy, Privacy::Token | Privacy::Number))
        .map(|feature| feature.name.clone())
        .collect()
}
