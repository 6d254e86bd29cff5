//! The tables of a card as the database has them.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use veriscope_base::ErrorClass;
use veriscope_card::schema::column;
use veriscope_card::{Card, Feature, Range, TransformColumn, TransformRule};

use crate::encode::SqlType;
use crate::{TableKind, quote};

/// Table of the context features, by transaction.
pub(crate) const CONTEXT: &str = "veriscope_context";
/// Table of the policies, named as in the lake.
pub(crate) const POLICIES: &str = "policies";
/// Column of the context table: id of the policy, the key of the policies.
pub(crate) const POLICY: &str = column::POLICY_ID;
/// Column of the context table: offset of the date, minutes east of UTC.
pub(crate) const OFFSET: &str = "utc_offset_min";

/// Names that the program's own tables and views have in the schema.
const TAKEN: [&str; 6] = [
    CONTEXT,
    POLICIES,
    crate::state::TABLE,
    "attempts",
    "processes",
    "microservice_times",
];

/// Why a card has no tables in a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The transform table has no key.
    #[error("transform table {table} of the card has no column {key}, the key of every table")]
    NoKey {
        /// The table.
        table: String,
        /// The transaction's feature.
        key: String,
    },
    /// A published table has the name of one of ours.
    #[error("the card gives a published table the name {table}, which is the program's own here")]
    Taken {
        /// The name.
        table: String,
    },
}

impl LayoutError {
    /// Returns the class of failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::NoKey { .. } | Self::Taken { .. } => ErrorClass::Configuration,
        }
    }
}

/// The columns of `veriscope_context`: the transaction, each context feature that the lake
/// stores under its card name, then `policy_id` (text) and `utc_offset_min` (`Int64`).
#[must_use]
pub fn context_schema(card: &Card) -> SchemaRef {
    let mut fields = vec![Field::new(&card.roles.transaction, DataType::Utf8, false)];
    fields.extend(
        card.stored_context()
            .map(|feature| Field::new(&feature.name, feature.value_type.arrow(), true)),
    );
    fields.push(Field::new(POLICY, DataType::Utf8, true));
    fields.push(Field::new(OFFSET, DataType::Int64, true));
    Arc::new(Schema::new(fields))
}

/// All tables of a card in a schema of the database.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) schema: String,
    /// The transaction's column, the key of each table but the policies.
    pub(crate) key: String,
    pub(crate) date: String,
    pub(crate) process: Option<String>,
    pub(crate) staging: Table,
    pub(crate) transform: Table,
    pub(crate) no_retries: Table,
    pub(crate) context: Table,
    pub(crate) policies: Table,
}

/// One table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) kind: TableKind,
    pub(crate) name: String,
    pub(crate) comment: String,
    /// The column of the primary key.
    pub(crate) key: String,
    pub(crate) columns: Vec<Column>,
    /// Columns of each further index, in order.
    pub(crate) indexes: Vec<Vec<String>>,
}

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) comment: String,
}

impl Table {
    /// Returns names and types, as the encoder takes them.
    pub(crate) fn wanted(&self) -> Vec<(&str, SqlType)> {
        let columns = self.columns.iter();
        columns
            .map(|column| (column.name.as_str(), column.sql_type))
            .collect()
    }

    /// Returns the names of the columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|column| column == name)
    }

    /// Says whether the table is one of the three published ones.
    pub(crate) const fn is_published(&self) -> bool {
        match self.kind {
            TableKind::Staging | TableKind::Transform | TableKind::NoRetries => true,
            TableKind::Context | TableKind::Policies => false,
        }
    }
}

impl Layout {
    pub(crate) fn of(card: &Card, schema: &str) -> Result<Self, LayoutError> {
        let (roles, tables) = (&card.roles, &card.tables);
        let published = [&tables.staging, &tables.transform, &tables.no_retries];
        if let Some(table) = published
            .into_iter()
            .find(|name| TAKEN.contains(&name.as_str()))
        {
            return Err(LayoutError::Taken {
                table: table.clone(),
            });
        }
        let transform_columns = transform_columns(card);
        if !transform_columns
            .iter()
            .any(|column| column.name == roles.transaction)
        {
            return Err(LayoutError::NoKey {
                table: tables.transform.clone(),
                key: roles.transaction.clone(),
            });
        }
        let transform = Table {
            kind: TableKind::Transform,
            name: tables.transform.clone(),
            comment: "One row per transaction, derived and typed; a missing measurement is a \
                      sentinel here, see the comments of columns. To average, use the view attempts."
                .to_owned(),
            key: roles.transaction.clone(),
            indexes: indexes(card, &transform_columns),
            columns: transform_columns,
        };
        let no_retries = Table {
            kind: TableKind::NoRetries,
            name: tables.no_retries.clone(),
            comment: "One row per process: its last attempt, columns as in the transform table."
                .to_owned(),
            ..transform.clone()
        };
        Ok(Self {
            schema: schema.to_owned(),
            key: roles.transaction.clone(),
            date: roles.date.clone(),
            process: roles.process.clone(),
            staging: staging(card),
            context: context(card),
            policies: policies(card),
            transform,
            no_retries,
        })
    }

    pub(crate) fn tables(&self) -> [&Table; 5] {
        [
            &self.staging,
            &self.transform,
            &self.no_retries,
            &self.context,
            &self.policies,
        ]
    }

    pub(crate) fn table(&self, kind: TableKind) -> &Table {
        match kind {
            TableKind::Staging => &self.staging,
            TableKind::Transform => &self.transform,
            TableKind::NoRetries => &self.no_retries,
            TableKind::Context => &self.context,
            TableKind::Policies => &self.policies,
        }
    }

    /// Returns a name within the schema, quoted.
    pub(crate) fn at(&self, name: &str) -> String {
        quote::qualified(&self.schema, name)
    }
}

fn staging(card: &Card) -> Table {
    let features = card.features.iter();
    Table {
        kind: TableKind::Staging,
        name: card.tables.staging.clone(),
        comment: "One row per transaction, pseudonymous, values as measured; null where nothing \
                  was."
            .to_owned(),
        key: card.roles.transaction.clone(),
        columns: features.map(feature_column).collect(),
        // The last attempt of a process is looked up by it.
        indexes: card
            .roles
            .process
            .iter()
            .map(|at| vec![at.clone()])
            .collect(),
    }
}

fn context(card: &Card) -> Table {
    let mut columns = vec![text(&card.roles.transaction, "The transaction")];
    columns.extend(card.stored_context().map(feature_column));
    columns.push(text(
        POLICY,
        "Policy (thresholds and switches) that the document carried, in the table policies",
    ));
    columns.push(Column {
        name: OFFSET.to_owned(),
        sql_type: SqlType::BigInt,
        comment: "Offset of the date, minutes east of UTC [min]".to_owned(),
    });
    Table {
        kind: TableKind::Context,
        name: CONTEXT.to_owned(),
        comment: "Context features by transaction: what documents hold beside the published \
                  columns."
            .to_owned(),
        key: card.roles.transaction.clone(),
        columns,
        indexes: Vec::new(),
    }
}

fn policies(card: &Card) -> Table {
    let mut columns = vec![text(POLICY, "Id of the policy; attempts name it")];
    columns.extend(card.policy_features().map(feature_column));
    Table {
        kind: TableKind::Policies,
        name: POLICIES.to_owned(),
        comment: "Thresholds and switches that decide, each combination once. Join attempts by \
                  policy_id."
            .to_owned(),
        key: POLICY.to_owned(),
        columns,
        indexes: Vec::new(),
    }
}

fn text(name: &str, comment: &str) -> Column {
    Column {
        name: name.to_owned(),
        sql_type: SqlType::Text,
        comment: comment.to_owned(),
    }
}

/// Indexes for filters: by date, and by client and date.
fn indexes(card: &Card, columns: &[Column]) -> Vec<Vec<String>> {
    let has = |name: &String| columns.iter().any(|column| column.name == *name);
    let date = Some(card.roles.date.clone()).filter(has);
    let client = card.roles.client.clone().filter(has);
    let mut indexes = Vec::new();
    indexes.extend(date.clone().map(|date| vec![date]));
    indexes.extend(client.map(|client| [Some(client), date].into_iter().flatten().collect()));
    indexes
}

fn feature_column(feature: &Feature) -> Column {
    Column {
        name: feature.name.clone(),
        sql_type: sql_type(&feature.value_type.arrow()),
        comment: [
            feature.description.clone(),
            unit(feature.unit.as_deref()),
            feature.valid.as_ref().map_or_else(String::new, valid),
        ]
        .concat(),
    }
}

fn transform_columns(card: &Card) -> Vec<Column> {
    let schema = card.published_transform_schema();
    let typed = card.transform.iter().zip(schema.fields());
    typed
        .map(|(column, field)| Column {
            name: column.name.clone(),
            sql_type: sql_type(field.data_type()),
            comment: [
                column.description.clone(),
                unit(column.unit.as_deref()),
                sentinel(card, column),
            ]
            .concat(),
        })
        .collect()
}

fn sql_type(data_type: &DataType) -> SqlType {
    // Cards make no other types.
    SqlType::of(data_type).unwrap_or(SqlType::Text)
}

fn unit(unit: Option<&str>) -> String {
    unit.map_or_else(String::new, |unit| format!(" [{unit}]"))
}

fn valid(range: &Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) => format!("; valid from {min} to {max}"),
        (Some(min), None) => format!("; valid from {min}"),
        (None, Some(max)) => format!("; valid up to {max}"),
        (None, None) => String::new(),
    }
}

fn sentinel(card: &Card, column: &TransformColumn) -> String {
    if column.rule != TransformRule::Keep {
        return String::new();
    }
    let feature = card.feature(&column.name);
    let sentinel = feature.and_then(|feature| card.sentinels.of(feature.kind));
    sentinel.map_or_else(String::new, |value| {
        format!("; {value} where it was not measured")
    })
}
