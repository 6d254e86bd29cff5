//! Columns of `attempts`: one row per transaction.

use super::{ColumnDoc, ColumnType, ViewColumn, named_apart};
use crate::{Card, Microservice, TransformColumn, TransformRule};

/// How a column of `attempts` comes about. Attempts of a process are in order of (date, key
/// by bytes); a transaction without a process id is a process of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptColumn {
    /// A feature, published or context, by its name in the card; null outside its valid
    /// range. An empty process id is null.
    Feature(String),
    /// A size class, an orientation or whether some are the same, by the name of the transform
    /// column with that rule; of sizes within their valid range.
    Shape(String),
    /// Number within the process, from 1.
    Attempt,
    /// Whether it is the first of its process.
    IsFirst,
    /// Whether it is the last of its process.
    IsLast,
    /// `accepted`, `rejected` or `technical`; never null.
    Outcome,
    /// `first`, `retry` or `repeat`; never null.
    Kind,
    /// Reason class of the code of an attempt that was not accepted: `person`, `attack` or
    /// `ours`; null where the dictionary says nothing.
    Reason,
    /// Code of the previous attempt of the process.
    PreviousCode,
    /// Whole milliseconds since the previous attempt of the process.
    GapMs,
    /// A part of the date, read in the document's own offset.
    Calendar(CalendarPart),
    /// Id of the policy, in the table `policies`.
    PolicyId,
    /// All times measured of a microservice, service and queue, over all pictures; null where
    /// it ran on none (no service time was measured).
    MicroserviceTotal(String),
    /// The sum of [`Self::MicroserviceTotal`] over the microservices that ran; null where
    /// none did.
    MicroservicesTotal,
    /// Total time minus [`Self::MicroservicesTotal`]; null where either is.
    Remainder,
}

/// A part of the local calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarPart {
    /// Date and time of day.
    LocalTime,
    /// The day.
    Day,
    /// The Monday of its week (ISO 8601).
    Week,
    /// The first day of its month.
    Month,
    /// Number of its year.
    Year,
    /// Number of the weekday (ISO 8601): Monday is 1, Sunday 7.
    Weekday,
    /// Hour of the day, 0 to 23.
    Hour,
    /// Minute of the hour, 0 to 59.
    Minute,
}

impl CalendarPart {
    /// Every part, in the order of their columns.
    pub const ALL: [Self; 8] = [
        Self::LocalTime,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Year,
        Self::Weekday,
        Self::Hour,
        Self::Minute,
    ];

    fn doc(self) -> ColumnDoc {
        match self {
            Self::LocalTime => ColumnDoc::new(
                "date_local",
                ColumnType::LocalTime,
                "Date and time of day in the document's own offset",
                "Fecha y hora en el huso del propio documento",
            ),
            Self::Day => ColumnDoc::new("day", ColumnType::Day, "Local day", "Día local"),
            Self::Week => ColumnDoc::new(
                "week",
                ColumnType::Day,
                "Monday of the local week",
                "Lunes de la semana local",
            ),
            Self::Month => ColumnDoc::new(
                "month",
                ColumnType::Day,
                "First day of the local month",
                "Primer día del mes local",
            ),
            Self::Weekday => ColumnDoc::new(
                "weekday",
                ColumnType::Int,
                "Local weekday: 1 is Monday, 7 is Sunday",
                "Día local de la semana: 1 es lunes, 7 es domingo",
            ),
            Self::Hour => ColumnDoc::new(
                "hour",
                ColumnType::Int,
                "Local hour of the day, 0 to 23",
                "Hora local del día, de 0 a 23",
            ),
            Self::Year => ColumnDoc::new("year", ColumnType::Int, "Local year", "Año local"),
            Self::Minute => ColumnDoc::new(
                "minute",
                ColumnType::Int,
                "Local minute of the hour, 0 to 59",
                "Minuto local de la hora, de 0 a 59",
            ),
        }
    }
}

impl Card {
    /// Returns the columns of `attempts`, in order: key and date, what is made of roles, the
    /// published features, the context features.
    #[must_use]
    pub fn attempt_columns(&self) -> Vec<ViewColumn<AttemptColumn>> {
        let roles = &self.roles;
        let mut made = self.place_columns();
        made.extend(self.calendar_columns());
        made.push(policy_column());
        made.extend(self.total_columns());
        made.extend(self.shape_columns());

        let (leading, others): (Vec<_>, Vec<_>) = self
            .features
            .iter()
            .chain(self.stored_context())
            .map(feature_column)
            .partition(|column| [&roles.transaction, &roles.date].contains(&&column.doc.name));
        let first = named_apart(&made, leading);
        let last = named_apart(&made, others);
        first.into_iter().chain(made).chain(last).collect()
    }

    /// Where an attempt stands in its process, and what became of it.
    fn place_columns(&self) -> Vec<ViewColumn<AttemptColumn>> {
        use ColumnType::{Bool, Int, Text};
        let mut columns = vec![
            ViewColumn::new(
                ColumnDoc::new(
                    "attempt",
                    Int,
                    "Number of the attempt within its process, from 1",
                    "Número del intento dentro de su proceso, desde 1",
                ),
                AttemptColumn::Attempt,
            ),
            ViewColumn::new(
                ColumnDoc::new(
                    "is_first",
                    Bool,
                    "Whether it is the first attempt of its process",
                    "Si es el primer intento de su proceso",
                ),
                AttemptColumn::IsFirst,
            ),
            ViewColumn::new(
                ColumnDoc::new(
                    "is_last",
                    Bool,
                    "Whether it is the last attempt of its process",
                    "Si es el último intento de su proceso",
                ),
                AttemptColumn::IsLast,
            ),
            self.outcome_column(),
            ViewColumn::new(
                ColumnDoc::new(
                    "kind",
                    Text,
                    "first, retry (after attempts of which none was accepted) or repeat (after one that was)",
                    "first (primero), retry (reintento: antes ninguno fue aceptado) o repeat (repetición: antes ya hubo uno aceptado)",
                ),
                AttemptColumn::Kind,
            ),
        ];
        if let Some(code) = &self.roles.code {
            columns.push(ViewColumn::new(
                ColumnDoc::new(
                    "reason",
                    Text,
                    "Whose it is to mend, by the code of an attempt that was not accepted: person, attack or ours",
                    "A quién toca remediarlo, según el código de un intento no aceptado: person (la persona), attack (ataque) u ours (nosotros)",
                ),
                AttemptColumn::Reason,
            ));
            let code_type = self.feature(code).map(|feature| feature.value_type.into());
            columns.push(ViewColumn::new(
                ColumnDoc::new(
                    "previous_code",
                    code_type.unwrap_or(Int),
                    "Response code of the previous attempt of the process; null for the first",
                    "Código de respuesta del intento anterior del proceso; nulo en el primero",
                ),
                AttemptColumn::PreviousCode,
            ));
        }
        columns.push(ViewColumn::new(
            ColumnDoc::new(
                "gap_ms",
                Int,
                "Time since the previous attempt of the process; null for the first",
                "Tiempo desde el intento anterior del proceso; nulo en el primero",
            )
            .ms(),
            AttemptColumn::GapMs,
        ));
        columns
    }

    pub(super) fn outcome_column(&self) -> ViewColumn<AttemptColumn> {
        ViewColumn::new(
            ColumnDoc::new(
                "outcome",
                ColumnType::Text,
                "accepted, rejected, or technical (an error of the API, or no summary at all)",
                "accepted (aceptado), rejected (rechazado) o technical (error de la API, o sin resumen)",
            ),
            AttemptColumn::Outcome,
        )
    }

    pub(super) fn calendar_columns(&self) -> Vec<ViewColumn<AttemptColumn>> {
        CalendarPart::ALL
            .map(|part| ViewColumn::new(part.doc(), AttemptColumn::Calendar(part)))
            .into()
    }

    /// The time of each microservice, of all, and what is left of the total time.
    fn total_columns(&self) -> Vec<ViewColumn<AttemptColumn>> {
        let mut columns: Vec<ViewColumn<AttemptColumn>> = self
            .microservices
            .iter()
            .map(|one| self.total_column(one))
            .collect();
        if columns.is_empty() {
            return columns;
        }
        let all = self.time_type(self.microservices.iter().flat_map(Microservice::features));
        columns.push(ViewColumn::new(
            ColumnDoc::new(
                "microservices_ms",
                all,
                "Service and queue time of all microservices that ran, added up; more than the total time where they overlap",
                "Tiempo de ejecución y de cola de todos los microservicios que corrieron, sumado; más que el tiempo total donde se solapan",
            )
            .ms(),
            AttemptColumn::MicroservicesTotal,
        ));
        if let Some(total_time) = &self.roles.total_time {
            let features = self.microservices.iter().flat_map(Microservice::features);
            columns.push(ViewColumn::new(
                ColumnDoc::new(
                    "remainder_ms",
                    self.time_type(features.chain([total_time])),
                    "Total time minus microservices_ms; negative where they overlap",
                    "Tiempo total menos microservices_ms; negativo donde se solapan",
                )
                .ms(),
                AttemptColumn::Remainder,
            ));
        }
        columns
    }

    fn total_column(&self, microservice: &Microservice) -> ViewColumn<AttemptColumn> {
        let title = &microservice.title;
        ViewColumn::new(
            ColumnDoc::new(
                &format!("total_ms_{}", microservice.name),
                self.time_type(microservice.features()),
                &format!("Service and queue time of {title} over all pictures; null where it did not run"),
                &format!("Tiempo de ejecución y de cola de {title} en todas las imágenes; nulo donde no corrió"),
            )
            .ms(),
            AttemptColumn::MicroserviceTotal(microservice.name.clone()),
        )
    }

    /// Size classes and orientations, under the names that the transform table gives them.
    pub(super) fn shape_columns(&self) -> Vec<ViewColumn<AttemptColumn>> {
        self.transform.iter().filter_map(shape_column).collect()
    }
}

impl Microservice {
    /// Returns the features that hold its times.
    pub fn features(&self) -> impl Iterator<Item = &String> {
        self.times
            .iter()
            .flat_map(|times| std::iter::once(&times.service).chain(times.queue.as_ref()))
    }
}

pub(super) fn feature_column(feature: &crate::Feature) -> ViewColumn<AttemptColumn> {
    ViewColumn::new(
        ColumnDoc::feature(feature),
        AttemptColumn::Feature(feature.name.clone()),
    )
}

pub(super) fn policy_column() -> ViewColumn<AttemptColumn> {
    ViewColumn::new(
        ColumnDoc::new(
            "policy_id",
            ColumnType::Text,
            "Id of the thresholds and switches that decided, in the table policies",
            "Identificador de los umbrales e interruptores que decidieron, en la tabla policies",
        ),
        AttemptColumn::PolicyId,
    )
}

fn shape_column(column: &TransformColumn) -> Option<ViewColumn<AttemptColumn>> {
    let column_type = match &column.rule {
        TransformRule::SizeClass { .. } | TransformRule::Orientation { .. } => ColumnType::Text,
        TransformRule::Same { .. } => ColumnType::Bool,
        TransformRule::Keep
        | TransformRule::DatePart(_)
        | TransformRule::MicroserviceTotal { .. }
        | TransformRule::MicroservicesTotal
        | TransformRule::TimeRemainder => return None,
    };
    Some(ViewColumn::new(
        ColumnDoc::new(
            &column.name,
            column_type,
            &column.description,
            &column.description,
        ),
        AttemptColumn::Shape(column.name.clone()),
    ))
}
