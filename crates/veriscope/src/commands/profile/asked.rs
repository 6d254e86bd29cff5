//! What is asked for: tables or files, which of their rows, and what is set side by side.

use std::path::{Path, PathBuf};

use veriscope_base::ErrorClass;
use veriscope_metrics::expression::Day;

use crate::args::{ProfileArgs, Table};
use crate::failure::Failure;

/// The tables of a lake.
const TABLES: [Table; 3] = [Table::Staging, Table::Transform, Table::NoRetries];
/// Endings of files that can be read.
const ENDINGS: [&str; 5] = ["csv", "parquet", "ndjson", "jsonl", "json"];

impl Table {
    /// Returns the word for a table on the command line.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Transform => "transform",
            Self::NoRetries => "no-retries",
        }
    }
}

/// What is asked for.
pub(super) struct Asked {
    pub(super) subjects: Vec<Subject>,
    pub(super) compare: Option<Compared>,
    pub(super) condition: Option<String>,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
}

/// What a report is of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    Table(Table),
    File(PathBuf),
}

/// What is set side by side.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Compared {
    /// The rows with each of some values of a column of `attempts`.
    Values {
        column: String,
        values: Vec<String>,
    },
    File(PathBuf),
}

impl Asked {
    pub(super) fn tables() -> Self {
        Self {
            subjects: TABLES.map(Subject::Table).to_vec(),
            compare: None,
            condition: None,
            from: None,
            to: None,
        }
    }

    pub(super) fn of(args: &ProfileArgs) -> anyhow::Result<Self> {
        let mut subjects = Vec::new();
        for what in &args.what {
            if what == "all" {
                subjects.extend(TABLES.map(Subject::Table));
            } else if let Some(table) = TABLES.iter().find(|table| table.slug() == what) {
                subjects.push(Subject::Table(*table));
            } else {
                subjects.push(Subject::File(file_of(what)?));
            }
        }
        let asked = Self {
            subjects,
            compare: args.compare.as_deref().map(compared).transpose()?,
            condition: args.condition.clone(),
            from: args.from.map(Day),
            to: args.to.map(Day),
        };
        asked.check()?;
        Ok(asked)
    }

    fn check(&self) -> anyhow::Result<()> {
        let chooses = self.condition.is_some() || self.from.is_some() || self.to.is_some();
        let has_file = |subject: &Subject| matches!(subject, Subject::File(_));
        if chooses && self.subjects.iter().any(has_file) {
            return Err(usage(
                "--where, --from and --to choose rows of the lake's tables, not of files",
            ));
        }
        Ok(())
    }

    /// Says which rows were chosen, as they were asked for.
    pub(super) fn filters(&self) -> Vec<String> {
        let day = |word: &str, day: Option<Day>| Some(format!("{word} {}", String::from(day?)));
        let condition = self.condition.clone();
        let days = [day("from", self.from), day("to", self.to)];
        condition
            .into_iter()
            .chain(days.into_iter().flatten())
            .collect()
    }
}

fn file_of(what: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(what);
    if path.exists() || is_file_name(&path) {
        return Ok(path);
    }
    Err(Failure::new(
        ErrorClass::Usage,
        format!("`{what}` is no table, and there is no such file"),
    )
    .with_hint("tables are staging, transform and no-retries; `all` takes the three")
    .into())
}

/// Whether a name ends as those of files do that can be read.
fn is_file_name(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let plain = name.trim_end_matches(".gz").trim_end_matches(".zst");
    ENDINGS
        .iter()
        .any(|ending| plain.ends_with(&format!(".{ending}")))
}

fn compared(text: &str) -> anyhow::Result<Compared> {
    let path = PathBuf::from(text);
    if path.exists() || is_file_name(&path) {
        return Ok(Compared::File(path));
    }
    let values = text.split_once('=').map(|(column, values)| {
        let values = values.split(',').map(str::trim).map(str::to_owned);
        (column.trim().to_owned(), values.collect::<Vec<_>>())
    });
    match values {
        Some((column, values)) if values.len() > 1 && values.iter().all(|one| !one.is_empty()) => {
            Ok(Compared::Values { column, values })
        }
        _ => Err(usage(
            "--compare takes two or more values of a column, as in month=2025-01,2025-02, or a \
             file",
        )),
    }
}

fn usage(message: &str) -> anyhow::Error {
    Failure::new(ErrorClass::Usage, message).into()
}
