//! Columns of `processes`: one row per process.

use super::attempts::{feature_column, policy_column};
use super::{AttemptColumn, ColumnDoc, ColumnType, ViewColumn, named_apart};
use crate::{Card, Kind};

/// How a column of `processes` comes about. Attempts are in order of (date, key by bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessColumn {
    /// A dimension, from the last attempt.
    Last(AttemptColumn),
    /// Number of attempts.
    Attempts,
    /// Number of attempts after the first that was accepted.
    Repeats,
    /// Whether any attempt was accepted.
    IsAccepted,
    /// Number of the first attempt that was accepted; null where none was.
    AcceptedAt,
    /// Outcome of the first attempt.
    FirstOutcome,
    /// Outcome of the last attempt.
    LastOutcome,
    /// Code of the first attempt.
    FirstCode,
    /// Code of the last attempt.
    LastCode,
    /// Reason class of the last attempt.
    LastReason,
    /// Date of the first attempt.
    FirstDate,
    /// Date of the last attempt.
    LastDate,
    /// Whole milliseconds from the first attempt to the last.
    SpanMs,
    /// Whole milliseconds from the first attempt to the first accepted one; null where none
    /// was.
    AcceptedAfterMs,
    /// Total time of all attempts, of those in which it was measured; null where it was in
    /// none.
    ApiTimeMs,
}

impl Card {
    /// Returns the columns of `processes`, in order: the key of the last attempt, what is
    /// made of the attempts, the dimensions of the last.
    #[must_use]
    pub fn process_columns(&self) -> Vec<ViewColumn<ProcessColumn>> {
        let mut made = self.course_columns();
        let last = |column: ViewColumn<AttemptColumn>| {
            ViewColumn::new(column.doc, ProcessColumn::Last(column.definition))
        };
        made.extend(self.calendar_columns().into_iter().map(last));
        made.push(last(policy_column()));
        made.extend(self.shape_columns().into_iter().map(last));

        let (leading, others): (Vec<_>, Vec<_>) = self
            .features
            .iter()
            .chain(self.stored_context())
            .filter(|feature| is_dimension(feature.kind))
            .map(|feature| last(feature_column(feature)))
            .partition(|column| column.doc.name == self.roles.transaction);
        let first = named_apart(&made, leading);
        let rest = named_apart(&made, others);
        first.into_iter().chain(made).chain(rest).collect()
    }

    /// How a process went.
    fn course_columns(&self) -> Vec<ViewColumn<ProcessColumn>> {
        let code = self.roles.code.as_ref().and_then(|code| self.feature(code));
        let code_type = code.map(|code| ColumnType::from(code.value_type));
        let api_time = self
            .roles
            .total_time
            .as_ref()
            .map(|time| self.time_type(std::iter::once(time)));
        COURSE
            .iter()
            .filter_map(|(definition, name, fixed_type, en, es)| {
                let column_type = match definition {
                    ProcessColumn::FirstCode | ProcessColumn::LastCode => code_type?,
                    ProcessColumn::LastReason => code_type.and(Some(ColumnType::Text))?,
                    ProcessColumn::ApiTimeMs => api_time?,
                    _ => *fixed_type,
                };
                let doc = ColumnDoc::new(name, column_type, en, es);
                let doc = if name.ends_with("_ms") { doc.ms() } else { doc };
                Some(ViewColumn::new(doc, definition.clone()))
            })
            .collect()
    }
}

type Course = (
    ProcessColumn,
    &'static str,
    ColumnType,
    &'static str,
    &'static str,
);

/// What is made of the attempts of a process.
const COURSE: [Course; 14] = [
    (
        ProcessColumn::Attempts,
        "attempts",
        ColumnType::Int,
        "Number of attempts",
        "Número de intentos",
    ),
    (
        ProcessColumn::Repeats,
        "repeats",
        ColumnType::Int,
        "Number of attempts after one that was accepted",
        "Número de intentos después de uno aceptado",
    ),
    (
        ProcessColumn::IsAccepted,
        "is_accepted",
        ColumnType::Bool,
        "Whether any attempt was accepted",
        "Si algún intento fue aceptado",
    ),
    (
        ProcessColumn::AcceptedAt,
        "accepted_at",
        ColumnType::Int,
        "Number of the first attempt that was accepted; null where none was",
        "Número del primer intento aceptado; nulo si no hubo ninguno",
    ),
    (
        ProcessColumn::FirstOutcome,
        "first_outcome",
        ColumnType::Text,
        "Outcome of the first attempt: accepted, rejected or technical",
        "Resultado del primer intento: accepted, rejected o technical",
    ),
    (
        ProcessColumn::LastOutcome,
        "last_outcome",
        ColumnType::Text,
        "Outcome of the last attempt: accepted, rejected or technical",
        "Resultado del último intento: accepted, rejected o technical",
    ),
    (
        ProcessColumn::FirstCode,
        "first_code",
        ColumnType::Int,
        "Response code of the first attempt",
        "Código de respuesta del primer intento",
    ),
    (
        ProcessColumn::LastCode,
        "last_code",
        ColumnType::Int,
        "Response code of the last attempt",
        "Código de respuesta del último intento",
    ),
    (
        ProcessColumn::LastReason,
        "last_reason",
        ColumnType::Text,
        "Whose it is to mend, by the code of the last attempt if it was not accepted: person, attack or ours",
        "A quién toca remediarlo, según el código del último intento si no fue aceptado: person, attack u ours",
    ),
    (
        ProcessColumn::FirstDate,
        "first_date",
        ColumnType::Instant,
        "When the first attempt took place",
        "Cuándo tuvo lugar el primer intento",
    ),
    (
        ProcessColumn::LastDate,
        "last_date",
        ColumnType::Instant,
        "When the last attempt took place",
        "Cuándo tuvo lugar el último intento",
    ),
    (
        ProcessColumn::SpanMs,
        "span_ms",
        ColumnType::Int,
        "Time from the first attempt to the last",
        "Tiempo desde el primer intento hasta el último",
    ),
    (
        ProcessColumn::AcceptedAfterMs,
        "accepted_after_ms",
        ColumnType::Int,
        "Time from the first attempt to the first that was accepted; null where none was",
        "Tiempo desde el primer intento hasta el primero aceptado; nulo si no hubo ninguno",
    ),
    (
        ProcessColumn::ApiTimeMs,
        "api_time_ms",
        ColumnType::Int,
        "Total time of all attempts, added up",
        "Tiempo total de todos los intentos, sumado",
    ),
];

/// Whether a feature tells groups of processes apart; the others are measurements.
const fn is_dimension(kind: Kind) -> bool {
    match kind {
        Kind::Id | Kind::Category | Kind::Code | Kind::Text | Kind::Flag => true,
        Kind::Instant
        | Kind::Time
        | Kind::Score
        | Kind::Probability
        | Kind::Size
        | Kind::Number => false,
    }
}
