//! Reads small tables of the lake whole, and single columns of larger ones.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::TryStreamExt;
use parquet::arrow::ProjectionMask;

use crate::error::LakeError;
use crate::lookup::data_files;
use crate::reader::open_file;
use crate::store::Store;
use crate::table::{self, TableName};
use crate::upsert::conform;

/// Reads a table at its newest version; `columns` alone where given, in the table's order.
pub(crate) async fn read_all(
    store: &Store,
    name: TableName,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>, LakeError> {
    let table = table::open(store, name).await?;
    let schema = table::schema(&table, name)?;
    let wanted: SchemaRef = match columns {
        None => schema,
        Some(columns) => Arc::new(
            schema.project(
                &columns
                    .iter()
                    .map(|column| schema.index_of(column))
                    .collect::<Result<Vec<_>, _>>()?,
            )?,
        ),
    };
    let mut batches = Vec::new();
    for file in data_files(&table)? {
        let failed = || LakeError::decode(&file.path);
        let builder = open_file(&table, &file.path, file.size).await?;
        let names = wanted.fields().iter().map(|field| field.name().as_str());
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        let stream = builder
            .with_projection(mask)
            .build()
            .map_err(|e| failed()(e))?;
        let read: Vec<RecordBatch> = stream.try_collect().await.map_err(|e| failed()(e))?;
        for batch in read {
            batches.push(conform(&batch, &wanted)?);
        }
    }
    Ok(batches)
}
