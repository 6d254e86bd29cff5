//! `--verify`: are the tables of the database those of the lake?
//!
//! Both sides are read once, row by row, and the same code adds up for each: rows, a hash of
//! the keys, and for each column a checksum over (key, value). Sums do not depend on order,
//! so nothing is sorted, and memory is some megabytes whatever the tables hold. They are kept
//! for each of 1,024 groups of keys; where groups differ, their rows are read again and
//! compared one by one, so that differences can be named.

mod checksum;
mod decode;
mod differ;

use std::sync::atomic::AtomicBool;

use futures::StreamExt;
use veriscope_base::ErrorClass;
use veriscope_card::Card;

use crate::encode::columns;
use crate::error::During;
use crate::fill::open;
use crate::layout::{Layout, Table};
use crate::load::check_identity;
use crate::session::Session;
use crate::{LoadError, Rows, Scope, ServerError, Target, inspect, quote, state};

use checksum::{Groups, Row, Sink, Sums};
use decode::Decoder;
use differ::Gathered;

/// What is compared.
#[derive(Clone, Debug)]
pub struct VerifyRequest<'a> {
    /// The card.
    pub card: &'a Card,
    /// Id of the lake.
    pub lake_id: String,
    /// Id of its key.
    pub key_id: String,
    /// Number of the snapshot that the rows are of.
    pub snapshot: u64,
    /// Ends the comparison when it becomes true.
    pub stop: Option<&'a AtomicBool>,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// Each table and the rows that both sides have; none where they differ.
    pub tables: Vec<(String, u64)>,
    /// Tables that differ.
    pub differences: Vec<TableDifference>,
}

impl VerifyReport {
    /// Returns whether both sides are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differences.is_empty()
    }
}

/// How a table differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableDifference {
    /// The table.
    pub table: String,
    /// Rows in the lake.
    pub lake_rows: u64,
    /// Rows in the database.
    pub database_rows: u64,
    /// Rows that only the lake has.
    pub only_in_lake: u64,
    /// Keys of some of them.
    pub only_in_lake_keys: Vec<String>,
    /// Rows that only the database has.
    pub only_in_database: u64,
    /// Keys of some of them.
    pub only_in_database_keys: Vec<String>,
    /// Columns that differ in rows that both have.
    pub columns: Vec<ColumnDifference>,
    /// Whether these are all differences; else so many were looked at, and there are more.
    pub is_complete: bool,
}

/// How a column differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDifference {
    /// The column.
    pub column: String,
    /// Rows in which it differs.
    pub rows: u64,
    /// Keys of some of them.
    pub keys: Vec<String>,
}

/// Why tables could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// As in a load: server, identity, rows.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The database was never loaded.
    #[error("schema {schema} of {place} was never loaded from this lake")]
    NotLoaded {
        /// The database.
        place: String,
        /// The schema.
        schema: String,
    },
    /// The database holds another snapshot.
    #[error("{place} holds snapshot {stored} of the lake, which is at snapshot {current}")]
    OtherSnapshot {
        /// The database.
        place: String,
        /// What was loaded last.
        stored: u64,
        /// The lake's.
        current: u64,
    },
    /// A table or a column is gone.
    #[error("{table} lacks {missing} in the database")]
    Incomplete {
        /// The table.
        table: String,
        /// What is missing.
        missing: String,
    },
}

impl VerifyError {
    /// Returns the class of failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Load(error) => error.class(),
            Self::NotLoaded { .. } | Self::OtherSnapshot { .. } | Self::Incomplete { .. } => {
                ErrorClass::CheckFailed
            }
        }
    }

    /// Returns what to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Load(error) => error.hint(),
            Self::NotLoaded { .. } | Self::OtherSnapshot { .. } | Self::Incomplete { .. } => {
                Some("`veriscope load` brings the database up to date")
            }
        }
    }
}

/// One comparison.
pub(crate) struct Verification<'a> {
    pub(crate) session: &'a Session,
    pub(crate) target: &'a Target,
    pub(crate) layout: &'a Layout,
    pub(crate) request: &'a VerifyRequest<'a>,
}

impl Verification<'_> {
    pub(crate) async fn run(&self, rows: &dyn Rows) -> Result<VerifyReport, VerifyError> {
        // One snapshot of the database for all tables.
        self.session
            .run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            .await
            .during("begin to compare")?;
        self.check_state().await?;
        let mut report = VerifyReport {
            tables: Vec::new(),
            differences: Vec::new(),
        };
        for table in self.layout.tables() {
            let columns = table.columns.len();
            let (mut lake, mut database) = (Sums::new(columns), Sums::new(columns));
            self.read_both(rows, table, &mut lake, &mut database)
                .await?;
            let groups = lake.differing(&database);
            if groups.is_empty() {
                report.tables.push((table.name.clone(), lake.rows()));
                continue;
            }
            let chosen = Groups::choose(&groups, &lake, &database);
            let (mut ours, mut theirs) = (Gathered::new(&chosen), Gathered::new(&chosen));
            self.read_both(rows, table, &mut ours, &mut theirs).await?;
            let names: Vec<&str> = table.names().collect();
            report.differences.push(TableDifference {
                table: table.name.clone(),
                lake_rows: lake.rows(),
                database_rows: database.rows(),
                is_complete: chosen.len() == groups.len(),
                ..differ::differ(&names, &ours, &theirs)
            });
        }
        Ok(report)
    }

    async fn check_state(&self) -> Result<(), VerifyError> {
        let during = "read what was loaded last";
        let found = inspect::inspect(self.session, self.layout)
            .await
            .during(during)?;
        let place = self.target.to_string();
        let stored = match found.contains_key(state::TABLE) {
            true => state::read(self.session, self.layout)
                .await
                .during(during)?,
            false => None,
        };
        let Some(stored) = stored else {
            let schema = self.layout.schema.clone();
            return Err(VerifyError::NotLoaded { place, schema });
        };
        let request = self.request;
        check_identity(&stored, self.target, (&request.lake_id, &request.key_id))?;
        if stored.snapshot != request.snapshot {
            return Err(VerifyError::OtherSnapshot {
                place,
                stored: stored.snapshot,
                current: request.snapshot,
            });
        }
        for table in self.layout.tables() {
            let there = found.get(&table.name);
            let has = |name: &str| {
                there.is_some_and(|found| found.columns.iter().any(|(column, _)| column == name))
            };
            let missing: Vec<&str> = table.names().filter(|name| !has(name)).collect();
            if !missing.is_empty() {
                return Err(VerifyError::Incomplete {
                    table: table.name.clone(),
                    missing: missing.join(", "),
                });
            }
        }
        Ok(())
    }

    /// Reads a table on both sides at once.
    async fn read_both<S: Sink>(
        &self,
        rows: &dyn Rows,
        table: &Table,
        lake: &mut S,
        database: &mut S,
    ) -> Result<(), VerifyError> {
        let both = futures::future::join(
            self.read_lake(rows, table, lake),
            self.read_database(table, database),
        );
        let (lake, database) = both.await;
        lake?;
        database?;
        Ok(())
    }

    async fn read_lake<S: Sink>(
        &self,
        rows: &dyn Rows,
        table: &Table,
        sink: &mut S,
    ) -> Result<(), LoadError> {
        let mut stream = open(rows, table, Scope::All).await?;
        let wanted = table.wanted();
        let key = self.key(table)?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|source| LoadError::Rows {
                table: table.name.clone(),
                source,
            })?;
            let cells = columns(&wanted, &batch).map_err(|error| LoadError::Unsendable {
                table: table.name.clone(),
                reason: error.to_string(),
            })?;
            for row in 0..batch.num_rows() {
                let cell = |column: usize| cells.get(column).and_then(|cells| cells.cell(row));
                sink.take(&Row::new(key, wanted.len(), &cell));
            }
        }
        Ok(())
    }

    async fn read_database<S: Sink>(&self, table: &Table, sink: &mut S) -> Result<(), LoadError> {
        let during = format!("read {}", table.name);
        let sql = format!(
            "COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)",
            quote::list("", table.names()),
            self.layout.at(&table.name)
        );
        let copied = self.session.client().copy_out(&sql).await;
        let mut chunks = std::pin::pin!(copied.map_err(ServerError::from).during(&during)?);
        let wanted = table.wanted();
        let key = self.key(table)?;
        let mut decoder = Decoder::new(&wanted);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(ServerError::from).during(&during)?;
            decoder.feed(&chunk);
            while let Some(cells) = decoder.row().during(&during)? {
                let cell = |column: usize| cells.get(column);
                sink.take(&Row::new(key, wanted.len(), &cell));
            }
        }
        decoder.end().during(&during)
    }

    fn key(&self, table: &Table) -> Result<usize, LoadError> {
        let found = table.names().position(|name| name == table.key);
        found.ok_or_else(|| LoadError::Unsendable {
            table: table.name.clone(),
            reason: "it has no key".to_owned(),
        })
    }
}
