//! Reads a table and reports it.

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use crate::{Knowledge, Options, ProfileError, Profiled, finish, fold, plan};

/// Reads all rows of a table, once and in order, and reports it.
///
/// # Errors
/// [`ProfileError::Rows`] where `batches` gives an error; else a defect.
pub fn profile<E>(
    schema: &Schema,
    batches: impl IntoIterator<Item = Result<RecordBatch, E>>,
    knowledge: &Knowledge,
    options: &Options,
) -> Result<Profiled, ProfileError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let plans = plan::plans(schema, knowledge, options);
    let folded = fold::run(&plans, batches.into_iter(), knowledge, options)?;
    Ok(finish::finish(folded, knowledge, options))
}
