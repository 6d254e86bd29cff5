//! Rows into tables that were made just now: copied straight into them, their keys and
//! indexes made afterwards, by sorting, which is several times as fast as row by row.

use crate::copy::CopyInto;
use crate::error::{During, LoadError};
use crate::last::LastAttempts;
use crate::layout::{Layout, Table};
use crate::load::TableReport;
use crate::migrate;
use crate::session::Session;
use crate::{BoxError, Rows, Scope, TableKind, quote};

/// Fills the tables of a layout, none of which holds a row.
pub(crate) struct Fill<'a> {
    pub(crate) session: &'a Session,
    pub(crate) layout: &'a Layout,
    /// Tables that this transaction made, still without keys.
    pub(crate) created: &'a [TableKind],
}

impl Fill<'_> {
    pub(crate) async fn run(&self, rows: &dyn Rows) -> Result<Vec<TableReport>, LoadError> {
        let layout = self.layout;
        let mut reports = Vec::new();
        for table in TableKind::SENT.map(|kind| layout.table(kind)) {
            let stream = open(rows, table, Scope::All).await?;
            let copy = CopyInto {
                session: self.session,
                table,
                place: &layout.at(&table.name),
                freeze: self.created.contains(&table.kind),
            };
            reports.push(TableReport {
                table: table.name.clone(),
                inserted: copy.send(stream).await?,
                updated: 0,
                deleted: 0,
            });
            self.finish(table).await?;
        }
        let last = LastAttempts {
            session: self.session,
            layout,
        };
        reports.insert(2, last.fill().await?);
        self.finish(&layout.no_retries).await?;
        Ok(reports)
    }

    /// Makes keys and indexes where the table has none yet, and counts it for the planner.
    async fn finish(&self, table: &Table) -> Result<(), LoadError> {
        if self.created.contains(&table.kind) {
            let during = format!("make the key of {}", table.name);
            for statement in migrate::keys(self.layout, table) {
                self.session.run(&statement).await.during(&during)?;
            }
        }
        // The columns that later loads join on; the server's own habit does the others.
        let joined = [Some(&table.key), self.layout.process.as_ref()];
        let joined = joined.into_iter().flatten().filter(|name| table.has(name));
        let columns = quote::list("", joined.map(String::as_str));
        self.session
            .run(&format!(
                "ANALYZE {} ({columns})",
                self.layout.at(&table.name)
            ))
            .await
            .during(&format!("count {}", table.name))
    }
}

/// Opens the caller's rows of a table.
pub(crate) async fn open(
    rows: &dyn Rows,
    table: &Table,
    scope: Scope,
) -> Result<crate::RowStream, LoadError> {
    let failed = |source: BoxError| LoadError::Rows {
        table: table.name.clone(),
        source,
    };
    rows.rows(table.kind, scope).await.map_err(failed)
}
