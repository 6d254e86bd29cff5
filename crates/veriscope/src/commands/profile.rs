//! `profile`: exploratory reports of the lake's tables, or of any file.

mod asked;
mod file;
mod lake;
mod rows;
mod write;

use std::path::{Path, PathBuf};

use veriscope_profile::{Knowledge, Options, Profiled, compare, profile};

use crate::args::{ProfileArgs, Table};
use crate::failure::{Ending, Failure};
use crate::interrupt::Interrupt;
use crate::runtime::runtime;
use crate::settings::Settings;
use asked::{Asked, Compared, Subject};
use lake::Tables;
use rows::Rows;
use veriscope_base::ErrorClass;
use write::Writer;

/// Runs `profile`.
///
/// # Errors
/// Class `Usage` for what does not go together or a condition that does not go with
/// `attempts`, `Source` for a file that can't be read, `Target` where a report can't be
/// written, and what the lake says; class `Interrupted`.
pub fn run(args: &ProfileArgs, settings: &Settings) -> anyhow::Result<Ending> {
    let asked = Asked::of(args)?;
    let options = Options {
        full: args.full,
        ..Options::default()
    };
    report(&asked, &args.out, options, Interrupt::install()?, settings)?;
    Ok(Ending::Done)
}

/// Writes reports of the three tables into a folder, as `profile all` does.
///
/// # Errors
/// As [`run`].
pub(crate) fn of_tables(
    folder: &Path,
    interrupt: Interrupt,
    settings: &Settings,
) -> anyhow::Result<()> {
    report(
        &Asked::tables(),
        folder,
        Options::default(),
        interrupt,
        settings,
    )
}

fn report(
    asked: &Asked,
    folder: &Path,
    options: Options,
    interrupt: Interrupt,
    settings: &Settings,
) -> anyhow::Result<()> {
    // Before anything is read: a folder that can't be made should not cost a reading.
    let mut writer = Writer::new(folder, settings)?;
    let reader = Reader {
        runtime: runtime()?,
        interrupt,
        options,
        settings,
    };
    let mut tables: Option<Tables> = None;
    for subject in &asked.subjects {
        match subject {
            Subject::Table(table) => {
                let tables = match &mut tables {
                    Some(tables) => tables,
                    none => none.insert(reader.runtime.block_on(Tables::open(settings))?),
                };
                let report = reader.table(tables, *table, asked)?;
                writer.write(table.slug(), table.slug(), &report)?;
            }
            Subject::File(path) => {
                let report = reader.file(path, asked)?;
                writer.write(&file::stem(path), &name_of(path), &report)?;
            }
        }
    }
    writer.finish()
}

/// Reads what is asked for, and folds it.
struct Reader<'a> {
    runtime: tokio::runtime::Runtime,
    interrupt: Interrupt,
    options: Options,
    settings: &'a Settings,
}

impl Reader<'_> {
    fn table(
        &self,
        tables: &Tables,
        table: Table,
        asked: &Asked,
    ) -> anyhow::Result<veriscope_profile::Report> {
        let knowledge = tables.knowledge(table);
        let read = |part: Option<(&str, &str)>| -> anyhow::Result<Profiled> {
            let stream = self.runtime.block_on(tables.rows(table, asked, part))?;
            self.fold(Rows::of(stream, &self.runtime, &self.interrupt), &knowledge)
        };
        let mut whole = read(None)?.report;
        tables.tell(table, asked, &mut whole);
        match &asked.compare {
            None => {}
            Some(Compared::File(_)) => return Err(not_with_a_table()),
            Some(Compared::Values { column, values }) => {
                let mut parts = Vec::with_capacity(values.len());
                for value in values {
                    parts.push((value.as_str(), read(Some((column, value)))?));
                }
                whole.comparison = Some(side_by_side(&parts)?);
            }
        }
        Ok(whole)
    }

    fn file(&self, path: &Path, asked: &Asked) -> anyhow::Result<veriscope_profile::Report> {
        let card = self.settings.card()?;
        let read = |path: &Path| -> anyhow::Result<Profiled> {
            let stream = self.runtime.block_on(file::rows(path))?;
            let knowledge = file::knowledge(&card, &stream.schema());
            self.fold(Rows::of(stream, &self.runtime, &self.interrupt), &knowledge)
        };
        let first = read(path)?;
        let mut whole = first.report.clone();
        file::tell(path, &mut whole);
        match &asked.compare {
            None => {}
            Some(Compared::Values { .. }) => return Err(not_with_a_file()),
            Some(Compared::File(other)) => {
                let (one, other_name) = (name_of(path), name_of(other));
                let parts = [(one.as_str(), first), (other_name.as_str(), read(other)?)];
                whole.comparison = Some(side_by_side(&parts)?);
            }
        }
        Ok(whole)
    }

    fn fold(&self, rows: Rows, knowledge: &Knowledge) -> anyhow::Result<Profiled> {
        let schema = rows.schema();
        let profiled = profile(&schema, rows, knowledge, &self.options);
        // Rows that stopped because they were asked to are no table.
        self.interrupt.check()?;
        Ok(profiled?)
    }
}

fn side_by_side(parts: &[(&str, Profiled)]) -> anyhow::Result<veriscope_profile::Comparison> {
    if let Some((name, _)) = parts
        .iter()
        .find(|(_, part)| part.report.overview.rows == 0)
    {
        let message = format!("there is no row to compare in the part `{name}`");
        return Err(Failure::new(ErrorClass::Usage, message)
            .with_hint("name values that the column has; `veriscope sql` shows them")
            .into());
    }
    let parts: Vec<(&str, &Profiled)> = parts.iter().map(|(name, part)| (*name, part)).collect();
    Ok(compare(&parts))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display(), |name| Path::new(name).display())
        .to_string()
}

fn not_with_a_table() -> anyhow::Error {
    Failure::new(
        ErrorClass::Usage,
        "a table of the lake is compared by the values of a column, not with a file",
    )
    .with_hint("for instance --compare month=2025-01,2025-02")
    .into()
}

fn not_with_a_file() -> anyhow::Error {
    Failure::new(
        ErrorClass::Usage,
        "a file is compared with another file; name that with --compare",
    )
    .into()
}

/// Where the reports of tables and files go.
fn report_path(folder: &Path, name: &str, ending: &str) -> PathBuf {
    folder.join(format!("{name}.{ending}"))
}
