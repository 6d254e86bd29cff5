//! What stands in the schema under the names that a load needs.

use std::collections::BTreeMap;

use crate::ServerError;
use crate::layout::Layout;
use crate::session::Session;
use crate::{state, views};

/// What was found under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// `pg_class.relkind`: `r` for a table, `v` for a view.
    pub(crate) relkind: char,
    /// Columns and their types as `format_type` tells them, in order.
    pub(crate) columns: Vec<(String, String)>,
    /// Columns of the primary key.
    pub(crate) primary_key: Vec<String>,
}

/// What was found, by name.
pub(crate) type AllFound = BTreeMap<String, Found>;

/// Returns whether the schema is there.
pub(crate) async fn has_schema(session: &Session, schema: &str) -> Result<bool, ServerError> {
    let sql = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1";
    Ok(!session.ask(sql, &[&schema]).await?.is_empty())
}

/// Looks at the names that a load needs.
pub(crate) async fn inspect(session: &Session, layout: &Layout) -> Result<AllFound, ServerError> {
    let tables = layout.tables();
    let mut names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    names.push(state::TABLE);
    names.extend(views::NAMES);
    let sql = "SELECT c.relname::text, c.relkind::text, a.attname::text, \
               pg_catalog.format_type(a.atttypid, a.atttypmod), \
               coalesce(a.attnum = ANY (i.indkey), false) \
               FROM pg_catalog.pg_class c \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               LEFT JOIN pg_catalog.pg_attribute a \
               ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
               LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary \
               WHERE n.nspname = $1 AND c.relname = ANY ($2) ORDER BY c.relname, a.attnum";
    let mut all = AllFound::new();
    for row in session.ask(sql, &[&layout.schema, &names]).await? {
        let name: String = row.try_get(0)?;
        let relkind: String = row.try_get(1)?;
        let found = all.entry(name).or_default();
        found.relkind = relkind.chars().next().unwrap_or_default();
        let column: Option<String> = row.try_get(2)?;
        let sql_type: Option<String> = row.try_get(3)?;
        let (Some(column), Some(sql_type)) = (column, sql_type) else {
            continue;
        };
        if row.try_get(4)? {
            found.primary_key.push(column.clone());
        }
        found.columns.push((column, sql_type));
    }
    Ok(all)
}

/// Returns whether a table has a row.
pub(crate) async fn has_rows(session: &Session, table: &str) -> Result<bool, ServerError> {
    let sql = format!("SELECT 1 FROM {table} LIMIT 1");
    Ok(!session.ask(&sql, &[]).await?.is_empty())
}
