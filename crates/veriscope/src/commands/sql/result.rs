//! The result of a query as a file: the exporters of `export`, whatever the types.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema, SchemaRef};
use futures::StreamExt;
use veriscope_lake::LakeError;

use super::problem::failed_while_reading;
use super::session::Answer;
use super::show::Limits;
use crate::commands::export::Written;
use crate::export::{AnyRows, Destination, Export, Form};
use crate::interrupt::Interrupt;
use crate::settings::Settings;

/// How a result is given.
pub(super) enum Shape {
    /// As a table for reading.
    Table(Limits),
    /// As a file, or in the form of one to stdout.
    File(Form),
}

/// Writes a result; it takes its name when it is whole.
pub(super) async fn write(
    answer: Answer,
    destination: &Destination,
    form: Form,
    interrupt: &Interrupt,
    settings: &Settings,
) -> anyhow::Result<()> {
    let mut rows = answer
        .frame
        .execute_stream()
        .await
        .map_err(failed_while_reading)?;
    let given = unmistakable(&rows.schema());
    let any = AnyRows::new(&given, form);
    let mut export = Export::create(destination, form, &any.published())?;
    while let Some(batch) = interrupt.stop(rows.next()).await? {
        let batch = batch.map_err(failed_while_reading)?;
        let renamed = RecordBatch::try_new(given.clone(), batch.columns().to_vec());
        export.write(&any.conform(&renamed.map_err(LakeError::from)?)?)?;
    }
    let rows = export.finish()?.commit()?;
    if let Destination::File(file) = destination {
        let written = Written {
            table: "the result".to_owned(),
            file: file.display().to_string(),
            rows,
        };
        written.note(settings);
        if settings.terminal.json {
            settings.terminal.data_json(&written)?;
        }
    }
    Ok(())
}

/// The same columns, a second of one name with a number after it, and all nullable: files
/// are read by names, and an optimised query may say less of nulls than it gives.
fn unmistakable(schema: &SchemaRef) -> SchemaRef {
    let mut fields: Vec<Field> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let mut name = field.name().clone();
        let mut number = 1;
        while fields.iter().any(|other| *other.name() == name) {
            number += 1;
            name = format!("{}_{number}", field.name());
        }
        fields.push(Field::new(name, field.data_type().clone(), true));
    }
    Arc::new(Schema::new(fields))
}

#[cfg(test)]
mod tests {
    use super::unmistakable;
    use arrow_schema::{DataType, Field, Schema};
    use std::sync::Arc;

    #[test]
    fn columns_of_one_name_are_numbered() {
        let fields = ["a", "a", "a_2", "a"].map(|name| Field::new(name, DataType::Int64, false));
        let schema = unmistakable(&Arc::new(Schema::new(fields.to_vec())));
        let names: Vec<&str> = schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        assert_eq!(names, ["a", "a_2", "a_2_2", "a_3"]);
        assert!(schema.fields().iter().all(|field| field.is_nullable()));
    }
}
