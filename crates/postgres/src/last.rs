//! The no-retries table, derived in the database: the last attempt of each process.
//!
//! Last is the greatest (date, then key by bytes); a transaction without a process id (null
//! or empty) is a process of its own. Only processes that a load touched are looked at again:
//! those of the rows that came, and those that the same rows belonged to before.

use crate::ServerError;
use crate::error::{During, LoadError};
use crate::layout::{Layout, Table};
use crate::load::TableReport;
use crate::quote;
use crate::session::Session;
use crate::upsert::insert_or_update;

/// Processes that a load touches.
const TOUCHED: &str = "\"pg_temp\".\"veriscope_touched\"";
/// Attempts of those, and whether each is the last.
const PLACED: &str = "\"pg_temp\".\"veriscope_placed\"";

/// Derives the table within a load's transaction.
pub(crate) struct LastAttempts<'a> {
    pub(crate) session: &'a Session,
    pub(crate) layout: &'a Layout,
}

impl LastAttempts<'_> {
    /// Notes which processes the rows in `incoming` belong to and belonged to before; to be
    /// called before they are merged into the staging table.
    pub(crate) async fn note_touched(&self, incoming: &str) -> Result<(), LoadError> {
        let Some(process) = &self.layout.process else {
            return Ok(());
        };
        let (key, process) = (quote::name(&self.layout.key), quote::name(process));
        let staging = self.staging();
        let sql = format!(
            "CREATE TEMPORARY TABLE {TOUCHED} ON COMMIT DROP AS \
             SELECT {process} AS process FROM {incoming} WHERE {process} <> '' UNION \
             SELECT s.{process} FROM {staging} AS s JOIN {incoming} AS n ON n.{key} = s.{key} \
             WHERE s.{process} <> ''; ANALYZE {TOUCHED}"
        );
        self.session.run(&sql).await.during(&self.during())
    }

    /// Brings the table up to date where `incoming` touched it.
    pub(crate) async fn update(&self, incoming: &str) -> Result<TableReport, LoadError> {
        let (key, date) = (
            quote::name(&self.layout.key),
            quote::name(&self.layout.date),
        );
        let staging = self.staging();
        let attempts = match &self.layout.process {
            Some(process) => {
                let process = quote::name(process);
                format!(
                    "SELECT s.{key} AS key, s.{process} AS process, s.{date} AS date \
                     FROM {staging} AS s JOIN {TOUCHED} AS p ON p.process = s.{process} \
                     UNION ALL SELECT s.{key}, NULL, s.{date} FROM {staging} AS s \
                     JOIN {incoming} AS n ON n.{key} = s.{key} \
                     WHERE s.{process} IS NULL OR s.{process} = ''"
                )
            }
            None => format!(
                "SELECT s.{key} AS key, NULL::text AS process, s.{date} AS date \
                 FROM {staging} AS s JOIN {incoming} AS n ON n.{key} = s.{key}"
            ),
        };
        self.place_and_put(&attempts).await
    }

    /// Brings the whole table up to date.
    pub(crate) async fn update_all(&self) -> Result<TableReport, LoadError> {
        self.place_and_put(&self.all_attempts()).await
    }

    /// Fills the table, which is empty.
    pub(crate) async fn fill(&self) -> Result<TableReport, LoadError> {
        let table = &self.layout.no_retries;
        let columns = quote::list("", table.names());
        let key = quote::name(&self.layout.key);
        let last = self.last_of(&self.all_attempts());
        let sql = format!(
            "INSERT INTO {} ({columns}) SELECT {columns} FROM {} \
             WHERE {key} IN (SELECT key FROM ({last}) AS placed WHERE is_last)",
            self.place(table),
            self.place(&self.layout.transform)
        );
        let inserted = self.session.execute(&sql).await.during(&self.during())?;
        Ok(self.report(inserted, 0, 0))
    }

    async fn place_and_put(&self, attempts: &str) -> Result<TableReport, LoadError> {
        let during = self.during();
        let sql = format!(
            "CREATE TEMPORARY TABLE {PLACED} ON COMMIT DROP AS {}; ANALYZE {PLACED}",
            self.last_of(attempts)
        );
        self.session.run(&sql).await.during(&during)?;
        let deleted = self.remove().await.during(&during)?;
        let table = &self.layout.no_retries;
        let key = quote::name(&self.layout.key);
        let source = format!(
            "SELECT {} FROM {} AS f JOIN {PLACED} AS p ON p.key = f.{key} WHERE p.is_last",
            quote::list("f.", table.names()),
            self.place(&self.layout.transform)
        );
        let (inserted, updated) = insert_or_update(self.session, self.layout, table, &source)
            .await
            .during(&during)?;
        Ok(self.report(inserted, updated, deleted))
    }

    /// Removes attempts that are no longer the last, and those that moved to another process,
    /// whose place another attempt may take before they get to theirs.
    async fn remove(&self) -> Result<u64, ServerError> {
        let table = &self.layout.no_retries;
        let key = quote::name(&self.layout.key);
        let process = self.layout.process.as_ref().filter(|name| table.has(name));
        let moved = match process {
            Some(process) => format!(
                " OR nullif(t.{}, '') IS DISTINCT FROM p.process",
                quote::name(process)
            ),
            None => String::new(),
        };
        let sql = format!(
            "DELETE FROM {} AS t USING {PLACED} AS p WHERE p.key = t.{key} \
             AND (NOT p.is_last{moved})",
            self.place(table)
        );
        self.session.execute(&sql).await
    }

    /// Removes rows whose transaction is gone.
    pub(crate) async fn remove_gone(&self) -> Result<u64, LoadError> {
        let key = quote::name(&self.layout.key);
        let sql = format!(
            "DELETE FROM {} AS t WHERE NOT EXISTS (SELECT 1 FROM {} AS s WHERE s.{key} = t.{key})",
            self.place(&self.layout.no_retries),
            self.staging()
        );
        self.session.execute(&sql).await.during(&self.during())
    }

    fn all_attempts(&self) -> String {
        let (key, date) = (
            quote::name(&self.layout.key),
            quote::name(&self.layout.date),
        );
        let process = match &self.layout.process {
            Some(process) => format!("nullif({}, '')", quote::name(process)),
            None => "NULL::text".to_owned(),
        };
        format!(
            "SELECT {key} AS key, {process} AS process, {date} AS date FROM {}",
            self.staging()
        )
    }

    /// Returns the query that tells the last among attempts: `key`, `process`, `is_last`.
    fn last_of(&self, attempts: &str) -> String {
        format!(
            "SELECT key, process, row_number() OVER (PARTITION BY process, \
             CASE WHEN process IS NULL THEN key END \
             ORDER BY date DESC NULLS LAST, key COLLATE pg_catalog.\"C\" DESC) = 1 AS is_last \
             FROM ({attempts}) AS attempts"
        )
    }

    fn place(&self, table: &Table) -> String {
        self.layout.at(&table.name)
    }

    fn staging(&self) -> String {
        self.place(&self.layout.staging)
    }

    fn during(&self) -> String {
        format!("derive {}", self.layout.no_retries.name)
    }

    fn report(&self, inserted: u64, updated: u64, deleted: u64) -> TableReport {
        TableReport {
            table: self.layout.no_retries.name.clone(),
            inserted,
            updated,
            deleted,
        }
    }
}
