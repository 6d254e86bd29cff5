//! `sql`: ask the tables and views of the lake's newest snapshot, read-only.

mod describe;
mod problem;
mod result;
mod session;
mod show;
mod tables;

use std::io::{IsTerminal, Read};
use std::path::Path;

use anyhow::Context;
use veriscope_base::ErrorClass;

use super::block_on;
use crate::args::{ResultFormat, SqlArgs};
use crate::export::{Destination, ExportError, Form};
use crate::failure::{Ending, Failure};
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use result::Shape;
use session::Session;

/// Runs `sql`.
///
/// # Errors
/// Class `Usage` for SQL that is wrong or would write, `Target` when a file can't be written;
/// what the lake says; class `Interrupted`.
pub fn run(args: &SqlArgs, settings: &Settings) -> anyhow::Result<Ending> {
    if let Some(table) = &args.describe {
        let table = Some(table.as_str()).filter(|name| !name.is_empty());
        return describe::run(table, args.lang.into(), settings);
    }
    let destination = args
        .out
        .as_deref()
        .map_or(Destination::Stdout, Destination::of);
    // Before anything is read: a mistyped ending should not cost a query.
    let shape = shape(args, &destination, settings)?;
    let sql = query(args)?;
    let interrupt = Interrupt::install()?;
    block_on(async {
        let session = Session::open(settings).await?;
        let answer = interrupt.stop(session.ask(&sql)).await??;
        match shape {
            Shape::Table(limits) => show::table(answer, &limits, &interrupt, settings).await,
            Shape::File(form) => {
                result::write(answer, &destination, form, &interrupt, settings).await
            }
        }
    })?;
    Ok(Ending::Done)
}

/// Decides the form of the result.
fn shape(args: &SqlArgs, destination: &Destination, settings: &Settings) -> anyhow::Result<Shape> {
    let is_terminal = *destination == Destination::Stdout && std::io::stdout().is_terminal();
    let format = match (args.format, destination) {
        (Some(format), _) => format,
        (None, Destination::File(path)) => format_of(path)?,
        (None, Destination::Stdout) if settings.terminal.json => ResultFormat::Json,
        (None, Destination::Stdout) if is_terminal => ResultFormat::Table,
        (None, Destination::Stdout) => ResultFormat::Csv,
    };
    let form = match format {
        ResultFormat::Table if *destination != Destination::Stdout => {
            return Err(usage(
                "a table is for the terminal; write csv, json, ndjson or parquet",
            ));
        }
        ResultFormat::Table => return Ok(Shape::Table(show::Limits::new(args.max_rows))),
        ResultFormat::Csv => Form::PLAIN_CSV,
        ResultFormat::Json => Form::Json,
        ResultFormat::Ndjson => Form::Ndjson,
        ResultFormat::Parquet if is_terminal => {
            return Err(usage(
                "Parquet is not for a terminal; name a file with --out",
            ));
        }
        ResultFormat::Parquet => Form::Parquet,
    };
    Ok(Shape::File(form))
}

fn format_of(path: &Path) -> Result<ResultFormat, ExportError> {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => Ok(ResultFormat::Csv),
        Some("json") => Ok(ResultFormat::Json),
        Some("ndjson" | "jsonl") => Ok(ResultFormat::Ndjson),
        Some("parquet") => Ok(ResultFormat::Parquet),
        Some(_) | None => Err(ExportError::UnknownEnding {
            path: path.to_path_buf(),
        }),
    }
}

fn query(args: &SqlArgs) -> anyhow::Result<String> {
    let Some(path) = &args.file else {
        return Ok(args.query.clone().unwrap_or_default());
    };
    let failed = || {
        let message = format!("failed to read the query {}", path.display());
        Failure::new(ErrorClass::Usage, message)
    };
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .with_context(failed)?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(failed)
}

fn usage(message: &str) -> anyhow::Error {
    Failure::new(ErrorClass::Usage, message).into()
}
