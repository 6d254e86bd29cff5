//! What is told of a load and of a comparison, for people and as JSON.

use serde::Serialize;
use veriscope_postgres::{
    ColumnDifference, LoadReport, Sent, TableDifference, Target, VerifyReport, WhyEverything,
};

use crate::terminal::{format, left, right, table};

/// What a load did.
#[derive(Clone, Debug, Serialize)]
pub struct LoadSummary {
    /// `host:port/name`.
    pub database: String,
    /// The schema.
    pub schema: String,
    /// The lake's snapshot that the database holds now.
    pub snapshot: u64,
    /// `nothing`, `changes` or `everything`.
    pub sent: &'static str,
    /// Why everything was sent.
    pub why: Option<&'static str>,
    /// What became of the rows of each table.
    pub tables: Vec<LoadedTable>,
    /// Tables that were moved aside: old name and new.
    pub moved_aside: Vec<(String, String)>,
    /// Columns that were added.
    pub added_columns: Vec<String>,
    /// Whether the database was made.
    pub made_database: bool,
    /// How long it took, ms.
    pub elapsed_ms: u64,
    /// What a comparison found; none where none was asked for.
    pub verification: Option<Verification>,
}

/// What became of a table's rows.
#[derive(Clone, Debug, Serialize)]
pub struct LoadedTable {
    /// The table.
    pub table: String,
    /// Rows that were not there.
    pub inserted: u64,
    /// Rows that were there and differed.
    pub updated: u64,
    /// Rows that left.
    pub deleted: u64,
}

/// What a comparison of lake and database found.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// Whether both are the same.
    pub same: bool,
    /// Tables that are, and their rows.
    pub tables: Vec<(String, u64)>,
    /// Tables that are not.
    pub differences: Vec<Differing>,
}

/// How a table differs.
#[derive(Clone, Debug, Serialize)]
pub struct Differing {
    /// The table.
    pub table: String,
    /// Rows in the lake.
    pub lake_rows: u64,
    /// Rows in the database.
    pub database_rows: u64,
    /// Rows that only the lake has, and keys of some.
    pub only_in_lake: (u64, Vec<String>),
    /// Rows that only the database has, and keys of some.
    pub only_in_database: (u64, Vec<String>),
    /// Columns that differ, in how many rows, and keys of some.
    pub columns: Vec<(String, u64, Vec<String>)>,
    /// Whether these are all differences.
    pub complete: bool,
}

impl From<VerifyReport> for Verification {
    fn from(report: VerifyReport) -> Self {
        Self {
            same: report.is_same(),
            tables: report.tables,
            differences: report.differences.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<TableDifference> for Differing {
    fn from(found: TableDifference) -> Self {
        let column = |one: ColumnDifference| (one.column, one.rows, one.keys);
        Self {
            table: found.table,
            lake_rows: found.lake_rows,
            database_rows: found.database_rows,
            only_in_lake: (found.only_in_lake, found.only_in_lake_keys),
            only_in_database: (found.only_in_database, found.only_in_database_keys),
            columns: found.columns.into_iter().map(column).collect(),
            complete: found.is_complete,
        }
    }
}

impl LoadSummary {
    pub(super) fn new(
        target: &Target,
        snapshot: u64,
        report: &LoadReport,
        elapsed_ms: u64,
    ) -> Self {
        let (sent, why) = match report.sent {
            Sent::Nothing => ("nothing", None),
            Sent::ChangesSince(_) => ("changes", None),
            Sent::Everything(why) => ("everything", Some(reason(why))),
        };
        let tables = report.tables.iter().map(|table| LoadedTable {
            table: table.table.clone(),
            inserted: table.inserted,
            updated: table.updated,
            deleted: table.deleted,
        });
        Self {
            database: target.to_string(),
            schema: target.schema.clone(),
            snapshot,
            sent,
            why,
            tables: tables.collect(),
            moved_aside: report.moved_aside.clone(),
            added_columns: report.added_columns.clone(),
            made_database: report.made_database,
            elapsed_ms,
            verification: None,
        }
    }

    /// Returns what was done beside the rows.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.made_database {
            notes.push(format!("made the database {}", self.database));
        }
        for (old, new) in &self.moved_aside {
            notes.push(format!("moved {old} aside as {new}"));
        }
        if !self.added_columns.is_empty() {
            notes.push(format!("added {}", self.added_columns.join(", ")));
        }
        notes
    }

    /// Returns where the tables are.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}, schema {}", self.database, self.schema)
    }

    /// Returns what became of all rows, in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let sum = |count: fn(&LoadedTable) -> u64| self.tables.iter().map(count).sum::<u64>();
        let (inserted, updated, deleted) = (
            sum(|table| table.inserted),
            sum(|table| table.updated),
            sum(|table| table.deleted),
        );
        if inserted + updated + deleted == 0 {
            return "nothing to change".to_owned();
        }
        format!(
            "{} rows of {} tables inserted, {} updated, {} deleted",
            format::count(inserted),
            self.tables.len(),
            format::count(updated),
            format::count(deleted)
        )
    }
}

const fn reason(why: WhyEverything) -> &'static str {
    match why {
        WhyEverything::Asked => "asked for",
        WhyEverything::FirstLoad => "first load",
        WhyEverything::CardChanged => "the card or a table changed",
        WhyEverything::LakeIsBehind => "the database was ahead of the lake",
    }
}

/// Lays a load out for a person.
pub(super) fn render(summary: &LoadSummary) -> String {
    let mut parts = vec![format!(
        "{}: snapshot {}",
        summary.place(),
        summary.snapshot
    )];
    parts.push(match (summary.sent, summary.why) {
        ("nothing", _) => "nothing to load: the database holds this snapshot already".to_owned(),
        (sent, None) => format!("sent {sent} in {}", format::duration_ms(summary.elapsed_ms)),
        (sent, Some(why)) => {
            let elapsed = format::duration_ms(summary.elapsed_ms);
            format!("sent {sent} ({why}) in {elapsed}")
        }
    });
    if !summary.tables.is_empty() {
        let columns = [
            left("table"),
            right("inserted"),
            right("updated"),
            right("deleted"),
        ];
        let rows = summary.tables.iter().map(|one| {
            vec![
                one.table.clone(),
                format::count(one.inserted),
                format::count(one.updated),
                format::count(one.deleted),
            ]
        });
        parts.push(String::new());
        parts.push(table(&columns, rows.collect()));
    }
    if let Some(verification) = &summary.verification {
        parts.push(String::new());
        parts.push(verified(verification));
    }
    parts.join("\n")
}

fn verified(verification: &Verification) -> String {
    if verification.same {
        let rows = verification.tables.iter().map(|(_, rows)| rows).sum();
        return format!(
            "verified: all {} rows of {} tables are the same in lake and database",
            format::count(rows),
            verification.tables.len()
        );
    }
    let mut lines = vec!["lake and database differ:".to_owned()];
    for found in &verification.differences {
        lines.push(format!(
            "{}: {} rows in the lake, {} in the database",
            found.table,
            format::count(found.lake_rows),
            format::count(found.database_rows)
        ));
        let more = if found.complete { "" } else { ", or more" };
        let mut note = |what: &str, rows: u64, keys: &[String]| {
            if rows > 0 {
                let shown = keys.join(", ");
                let rest = if rows > as_u64(keys.len()) {
                    ", ..."
                } else {
                    ""
                };
                let rows = format::count(rows);
                lines.push(format!("  {what} {rows} rows{more}: {shown}{rest}"));
            }
        };
        note(
            "only in the lake:",
            found.only_in_lake.0,
            &found.only_in_lake.1,
        );
        note(
            "only in the database:",
            found.only_in_database.0,
            &found.only_in_database.1,
        );
        for (column, rows, keys) in &found.columns {
            note(&format!("{column} differs in"), *rows, keys);
        }
    }
    lines.push("`veriscope load --full` mends the database".to_owned());
    lines.join("\n")
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
