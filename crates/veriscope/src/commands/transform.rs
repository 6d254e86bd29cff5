//! `transform --materialize DIR`: write the derived tables out as Parquet files.

use anyhow::Context;
use veriscope_base::ErrorClass;

use super::block_on;
use super::export::Written;
use super::tables::Tables;
use crate::args::{Table, TransformArgs};
use crate::export::{Destination, Form};
use crate::failure::{Ending, Failure};
use crate::settings::Settings;

/// Runs `transform`.
///
/// # Errors
/// Class `Target` when the folder or a file can't be written, and what the lake says.
pub fn run(args: &TransformArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let folder = &args.materialize;
    let written = block_on(async {
        let tables = Tables::open(settings).await?;
        std::fs::create_dir_all(folder).with_context(|| {
            let message = format!("failed to make the folder {}", folder.display());
            Failure::new(ErrorClass::Target, message)
        })?;
        let mut whole = Vec::new();
        for table in [Table::Transform, Table::NoRetries] {
            let name = table.published_name(tables.card()).to_owned();
            let file = folder.join(format!("{name}.parquet"));
            let destination = Destination::File(file.clone());
            let pending = tables.write(table, &destination, Form::Parquet).await?;
            whole.push((name, file, pending));
        }
        // Both are whole before either takes its name, so that they are of one snapshot.
        let mut written = Vec::new();
        for (table, file, pending) in whole {
            let rows = pending.commit()?;
            written.push(Written {
                table,
                file: file.display().to_string(),
                rows,
            });
        }
        Ok(written)
    })?;
    for table in &written {
        table.note(settings);
    }
    if settings.terminal.json {
        settings.terminal.data_json(&written)?;
    }
    Ok(Ending::Done)
}
