//! Columns of `microservice_times`: one row per transaction, microservice and picture.

use super::attempts::{feature_column, policy_column};
use super::{AttemptColumn, ColumnDoc, ColumnType, ViewColumn, named_apart};
use crate::{Card, TransformRule};

/// How a column of `microservice_times` comes about. A row is there where a service or a
/// queue time was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeColumn {
    /// A dimension of the transaction; none of those that need other attempts.
    Transaction(AttemptColumn),
    /// Name of the microservice.
    Microservice,
    /// Name of the picture; null where the microservice runs once a transaction.
    Picture,
    /// Execution time.
    ServiceMs,
    /// Queue time.
    QueueMs,
    /// Size class of that picture.
    SizeClass,
    /// Orientation of that picture.
    Orientation,
}

impl Card {
    /// Returns the columns of `microservice_times`, in order. Further dimensions of a
    /// transaction are found in `attempts` by its key.
    #[must_use]
    pub fn time_columns(&self) -> Vec<ViewColumn<TimeColumn>> {
        let roles = &self.roles;
        let of_transaction = |column: ViewColumn<AttemptColumn>| {
            ViewColumn::new(column.doc, TimeColumn::Transaction(column.definition))
        };
        let mut made = self.measured_columns();
        made.push(of_transaction(self.outcome_column()));
        made.extend(self.calendar_columns().into_iter().map(of_transaction));
        made.push(of_transaction(policy_column()));

        let role_features = |names: &[Option<&String>]| -> Vec<ViewColumn<TimeColumn>> {
            let features = names.iter().flatten().filter_map(|name| self.feature(name));
            features
                .map(|one| of_transaction(feature_column(one)))
                .collect()
        };
        let first = named_apart(&made, role_features(&[Some(&roles.transaction)]));
        let last = role_features(&[
            roles.client.as_ref(),
            roles.user.as_ref(),
            roles.person.as_ref(),
            roles.release.as_ref(),
        ]);
        let last = named_apart(&made, last);
        first.into_iter().chain(made).chain(last).collect()
    }

    fn measured_columns(&self) -> Vec<ViewColumn<TimeColumn>> {
        use ColumnType::Text;
        let services = self.microservices.iter().flat_map(|one| &one.times);
        let queues = services.clone().filter_map(|times| times.queue.as_ref());
        let service_type = self.time_type(services.map(|times| &times.service));
        let queue_type = self.time_type(queues);
        let mut columns = vec![
            ViewColumn::new(
                ColumnDoc::new(
                    "microservice",
                    Text,
                    "Name of the microservice",
                    "Nombre del microservicio",
                ),
                TimeColumn::Microservice,
            ),
            ViewColumn::new(
                ColumnDoc::new(
                    "picture",
                    Text,
                    "Name of the picture; null where the microservice runs once a transaction",
                    "Nombre de la imagen; nulo si el microservicio corre una vez por transacción",
                ),
                TimeColumn::Picture,
            ),
            ViewColumn::new(
                ColumnDoc::new(
                    "service_ms",
                    service_type,
                    "Execution time; null where it only waited",
                    "Tiempo de ejecución; nulo si solo esperó",
                )
                .ms(),
                TimeColumn::ServiceMs,
            ),
            ViewColumn::new(
                ColumnDoc::new(
                    "queue_ms",
                    queue_type,
                    "Queue time; null where it has no queue or none was measured",
                    "Tiempo de cola; nulo si no tiene cola o no se midió",
                )
                .ms(),
                TimeColumn::QueueMs,
            ),
        ];
        if self.has_rule(|rule| matches!(rule, TransformRule::SizeClass { .. })) {
            columns.push(ViewColumn::new(
                ColumnDoc::new(
                    "size_class",
                    Text,
                    "Size class of the picture",
                    "Clase de tamaño de la imagen",
                ),
                TimeColumn::SizeClass,
            ));
        }
        if self.has_rule(|rule| matches!(rule, TransformRule::Orientation { .. })) {
            columns.push(ViewColumn::new(
                ColumnDoc::new(
                    "orientation",
                    Text,
                    "Orientation of the picture: SQUARE, LANDSCAPE or PORTRAIT",
                    "Orientación de la imagen: SQUARE (cuadrada), LANDSCAPE (apaisada) o PORTRAIT (vertical)",
                ),
                TimeColumn::Orientation,
            ));
        }
        columns
    }

    fn has_rule(&self, is_wanted: impl Fn(&TransformRule) -> bool) -> bool {
        self.transform.iter().any(|column| is_wanted(&column.rule))
    }
}
