//! Rows into a table that holds some: copied into a temporary table, then put beside or over
//! those that are there, and only where they differ.

use crate::copy::CopyInto;
use crate::error::{During, LoadError};
use crate::layout::{Layout, Table};
use crate::load::TableReport;
use crate::quote;
use crate::rows::RowStream;
use crate::session::Session;

/// A table's changed rows, in a temporary table that ends with the transaction.
pub(crate) struct Upsert<'a> {
    pub(crate) session: &'a Session,
    pub(crate) layout: &'a Layout,
    pub(crate) table: &'a Table,
}

impl Upsert<'_> {
    /// Name of the temporary table, qualified and quoted.
    pub(crate) fn incoming(&self) -> String {
        quote::qualified(
            "pg_temp",
            &format!("veriscope_{:?}", self.table.kind).to_lowercase(),
        )
    }

    /// Copies the rows into the temporary table.
    pub(crate) async fn receive(&self, rows: RowStream) -> Result<u64, LoadError> {
        let (session, incoming) = (self.session, self.incoming());
        let during = format!("make a temporary table for {}", self.table.name);
        let place = self.layout.at(&self.table.name);
        let columns = quote::list("", self.table.names());
        // As a query and not LIKE: the columns that are sent, and no others that may be there.
        let create = format!(
            "CREATE TEMPORARY TABLE {incoming} ON COMMIT DROP AS SELECT {columns} FROM {place} \
             WITH NO DATA"
        );
        session.run(&create).await.during(&during)?;
        let copy = CopyInto {
            session,
            table: self.table,
            place: &incoming,
            freeze: false,
        };
        let sent = copy.send(rows).await?;
        // Without statistics the planner takes a new table for one of a thousand rows.
        let key = quote::name(&self.table.key);
        session
            .run(&format!("ANALYZE {incoming} ({key})"))
            .await
            .during(&during)?;
        Ok(sent)
    }

    /// Puts the rows into the table.
    pub(crate) async fn merge(&self) -> Result<TableReport, LoadError> {
        let columns = quote::list("", self.table.names());
        let source = format!("SELECT {columns} FROM {}", self.incoming());
        let (inserted, updated) = insert_or_update(self.session, self.layout, self.table, &source)
            .await
            .during(&format!("update {}", self.table.name))?;
        Ok(TableReport {
            table: self.table.name.clone(),
            inserted,
            updated,
            deleted: 0,
        })
    }

    /// Removes the rows that did not come again.
    pub(crate) async fn remove_others(&self) -> Result<u64, LoadError> {
        let key = quote::name(&self.table.key);
        let sql = format!(
            "DELETE FROM {} AS t WHERE NOT EXISTS \
             (SELECT 1 FROM {} AS n WHERE n.{key} = t.{key})",
            self.layout.at(&self.table.name),
            self.incoming()
        );
        self.session
            .execute(&sql)
            .await
            .during(&format!("remove rows of {}", self.table.name))
    }

    /// Frees the temporary table before the transaction ends.
    pub(crate) async fn forget(&self) -> Result<(), LoadError> {
        self.session
            .run(&format!("DROP TABLE {}", self.incoming()))
            .await
            .during("drop a temporary table")
    }
}

/// Inserts the rows of a query, or updates those of the same key that differ in any bit.
/// Returns how many were inserted and how many updated.
pub(crate) async fn insert_or_update(
    session: &Session,
    layout: &Layout,
    table: &Table,
    source: &str,
) -> Result<(u64, u64), crate::ServerError> {
    let key = quote::name(&table.key);
    let columns = quote::list("", table.names());
    let others = || table.names().filter(|name| *name != table.key);
    let set: Vec<String> = others()
        .map(|name| format!("{0} = EXCLUDED.{0}", quote::name(name)))
        .collect();
    let update = match set.is_empty() {
        true => "NOTHING".to_owned(),
        // Compared by the bytes of each value: -0 is another number than 0 here, and a null
        // equals a null.
        false => format!(
            "UPDATE SET {} WHERE ROW({})::record OPERATOR(pg_catalog.*<>) ROW({})::record",
            set.join(", "),
            quote::list("t.", others()),
            quote::list("EXCLUDED.", others())
        ),
    };
    // A row that was inserted has no transaction that ended an earlier version of it.
    let sql = format!(
        "WITH put AS (INSERT INTO {} AS t ({columns}) {source} \
         ON CONFLICT ({key}) DO {update} RETURNING (t.xmax = 0) AS is_new) \
         SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM put",
        layout.at(&table.name)
    );
    let rows = session.ask(&sql, &[]).await?;
    let counts = rows.first().map(|row| (row.get(0), row.get(1)));
    let (inserted, updated): (i64, i64) = counts.unwrap_or_default();
    Ok((
        u64::try_from(inserted).unwrap_or_default(),
        u64::try_from(updated).unwrap_or_default(),
    ))
}
