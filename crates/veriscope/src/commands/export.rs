//! `export`: write one published table of the lake to a file.

use serde::Serialize;

use super::block_on;
use super::tables::Tables;
use crate::args::ExportArgs;
use crate::export::{Destination, Form};
use crate::failure::Ending;
use crate::settings::Settings;
use crate::terminal::format;

/// What is told of a file that was written.
#[derive(Serialize)]
pub(crate) struct Written {
    pub(crate) table: String,
    pub(crate) file: String,
    pub(crate) rows: u64,
}

impl Written {
    pub(crate) fn note(&self, settings: &Settings) {
        let rows = format::count(self.rows);
        settings.terminal.note(&format!(
            "wrote {rows} rows of {} to {}",
            self.table, self.file
        ));
    }
}

/// Runs `export`.
///
/// # Errors
/// Class `Usage` for an unknown ending, `Target` when the file can't be written, and what
/// the lake says.
pub fn run(args: &ExportArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let destination = Destination::of(&args.out);
    // Before anything is read: a mistyped ending should not cost a query.
    let form = Form::choose(&destination, args.format, args.excel)?;
    let written = block_on(async {
        let tables = Tables::open(settings).await?;
        let pending = tables.write(args.table, &destination, form).await?;
        Ok(Written {
            table: args.table.published_name(tables.card()).to_owned(),
            file: args.out.display().to_string(),
            rows: pending.commit()?,
        })
    })?;
    if destination == Destination::Stdout {
        return Ok(Ending::Done);
    }
    written.note(settings);
    if settings.terminal.json {
        settings.terminal.data_json(&written)?;
    }
    Ok(Ending::Done)
}
