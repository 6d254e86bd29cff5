//! The Arrow schemas that follow from a card.
//!
//! Three shapes of one row: *raw* (out of `extract`, identities inside, in memory alone),
//! *staged* (what the lake stores), *published* (what exports and databases show).

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::{Card, Feature, Privacy, TransformRule, ValueType};

/// Columns that the program adds to each row. In the lake they stand after the card's.
pub mod column {
    /// `Int32`: offset of the date, minutes east of UTC.
    pub const UTC_OFFSET: &str = "_utc_offset_min";
    /// `Utf8`: the source as named on the command line, without its folder.
    pub const SOURCE: &str = "_source";
    /// `Int64`: number of the document within its source, from 0.
    pub const POSITION: &str = "_position";
    /// `Utf8`: run that wrote the row.
    pub const RUN: &str = "_run_id";
    /// `Utf8`, nullable: id of the policy in `policies`; null where a document carries none.
    pub const POLICY: &str = "_policy_id";
    /// `Binary`, 16 bytes: hash of the row's content, its provenance left out.
    pub const CONTENT_HASH: &str = "_content_hash";
    /// `Utf8`: month of the date in UTC, `2025-01`; the lake's partition.
    pub const PARTITION: &str = "_partition";
    /// `Utf8`: id of a policy, in the table `policies`.
    pub const POLICY_ID: &str = "policy_id";
}

impl ValueType {
    /// Returns the Arrow type of a column of this type.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::String => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Datetime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

/// Returns the name of a context feature's column in the lake.
#[must_use]
pub fn context_column(feature: &str) -> String {
    format!("_{feature}")
}

impl Card {
    /// What `extract` gives: every feature under its card name, published ones first,
    /// then context (policy and `drop` ones too), all nullable and raw; then
    /// [`column::UTC_OFFSET`], [`column::SOURCE`], [`column::POSITION`].
    #[must_use]
    pub fn raw_schema(&self) -> SchemaRef {
        let mut fields: Vec<Field> = self
            .all_features()
            .map(|feature| Field::new(&feature.name, feature.value_type.arrow(), true))
            .collect();
        fields.extend(provenance());
        Arc::new(Schema::new(fields))
    }

    /// What the lake stores: the published features, then the context features that are kept
    /// and are no part of a policy, as `_<name>`, then `_policy_id`, `_utc_offset_min`,
    /// `_source`, `_position`, `_content_hash`, `_run_id`, `_partition`.
    #[must_use]
    pub fn staged_schema(&self) -> SchemaRef {
        let mut fields: Vec<Field> = self.features.iter().map(published_field).collect();
        fields.extend(self.stored_context().map(|feature| {
            Field::new(
                context_column(&feature.name),
                feature.value_type.arrow(),
                true,
            )
        }));
        fields.push(Field::new(column::POLICY, DataType::Utf8, true));
        fields.extend(provenance());
        fields.push(Field::new(column::CONTENT_HASH, DataType::Binary, true));
        fields.push(Field::new(column::RUN, DataType::Utf8, true));
        fields.push(Field::new(column::PARTITION, DataType::Utf8, true));
        Arc::new(Schema::new(fields))
    }

    /// The table `policies`: `policy_id`, then the policy features under their card names.
    #[must_use]
    pub fn policy_schema(&self) -> SchemaRef {
        let mut fields = vec![Field::new(column::POLICY_ID, DataType::Utf8, true)];
        fields.extend(
            self.policy_features()
                .map(|feature| Field::new(&feature.name, feature.value_type.arrow(), true)),
        );
        Arc::new(Schema::new(fields))
    }

    /// The published columns of the staging table.
    #[must_use]
    pub fn published_staging_schema(&self) -> SchemaRef {
        Arc::new(Schema::new(
            self.features
                .iter()
                .map(published_field)
                .collect::<Vec<_>>(),
        ))
    }

    /// The published columns of the transform and no-retries tables.
    #[must_use]
    pub fn published_transform_schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .transform
            .iter()
            .map(|col| Field::new(&col.name, self.transform_type(&col.rule, &col.name), true))
            .collect();
        Arc::new(Schema::new(fields))
    }

    /// Context features that have a column in the lake's staging table.
    pub fn stored_context(&self) -> impl Iterator<Item = &Feature> {
        self.context
            .iter()
            .filter(|feature| !feature.policy && feature.privacy != Privacy::Drop)
    }

    /// Context features that make up the policy.
    pub fn policy_features(&self) -> impl Iterator<Item = &Feature> {
        self.context.iter().filter(|feature| feature.policy)
    }

    fn transform_type(&self, rule: &TransformRule, name: &str) -> DataType {
        match rule {
            TransformRule::Keep => self
                .feature(name)
                .map_or(DataType::Utf8, |feature| feature.value_type.arrow()),
            TransformRule::SizeClass { .. } | TransformRule::Orientation { .. } => DataType::Utf8,
            TransformRule::Same { .. } => DataType::Boolean,
            TransformRule::DatePart(part) if part.is_name() => DataType::Utf8,
            TransformRule::DatePart(_)
            | TransformRule::MicroserviceTotal { .. }
            | TransformRule::MicroservicesTotal
            | TransformRule::TimeRemainder => DataType::Int64,
        }
    }
}

impl crate::DatePart {
    /// Returns whether the part is a name, not a number.
    #[must_use]
    pub const fn is_name(self) -> bool {
        matches!(self, Self::MonthName | Self::WeekdayName)
    }
}

fn published_field(feature: &Feature) -> Field {
    Field::new(&feature.name, feature.value_type.arrow(), true)
}

fn provenance() -> [Field; 3] {
    [
        Field::new(column::UTC_OFFSET, DataType::Int32, true),
        Field::new(column::SOURCE, DataType::Utf8, true),
        Field::new(column::POSITION, DataType::Int64, true),
    ]
}
