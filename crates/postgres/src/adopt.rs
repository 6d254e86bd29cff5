//! `--adopt`: move tables of others aside under a dated name.

use crate::error::{During, LoadError};
use crate::layout::Layout;
use crate::quote;
use crate::session::Session;

/// Longest name of a table.
const MAX_NAME_BYTES: usize = 63;
/// Names that are tried before giving up.
const TRIES: u32 = 1_000;

/// Moves a table aside and returns its new name. Views and rights of others stay with it.
pub(crate) async fn move_aside(
    session: &Session,
    layout: &Layout,
    table: &str,
    date: &str,
) -> Result<String, LoadError> {
    let during = format!("move {table} aside");
    let aside = free_name(session, layout, table, date)
        .await
        .during(&during)?;
    let sql = format!(
        "ALTER TABLE {} RENAME TO {}",
        layout.at(table),
        quote::name(&aside)
    );
    session.run(&sql).await.during(&during)?;
    Ok(aside)
}

async fn free_name(
    session: &Session,
    layout: &Layout,
    table: &str,
    date: &str,
) -> Result<String, crate::ServerError> {
    let sql = "SELECT 1 FROM pg_catalog.pg_class c \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = $1 AND c.relname = $2";
    for number in 1..TRIES {
        let aside = aside_name(table, date, number);
        let taken = session.ask(sql, &[&layout.schema, &aside]).await?;
        if taken.is_empty() {
            return Ok(aside);
        }
    }
    Err(crate::ServerError::Unexpected(format!(
        "no name is free to move {table} to"
    )))
}

/// `table_before_20251124`, with a number after it from the second on; cut to what a name may
/// be long. Names of tables are ASCII.
fn aside_name(table: &str, date: &str, number: u32) -> String {
    let ending = match number {
        1 => format!("_before_{date}"),
        number => format!("_before_{date}_{number}"),
    };
    let room = MAX_NAME_BYTES.saturating_sub(ending.len());
    let head: String = table.chars().take(room).collect();
    head + &ending
}

#[cfg(test)]
mod tests {
    use super::aside_name;

    #[test]
    fn the_name_is_dated_numbered_and_short_enough() {
        assert_eq!(aside_name("t", "20261125", 1), "t_before_20261125");
        assert_eq!(aside_name("t", "20261125", 2), "t_before_20261125_2");
        let long = aside_name(&"x".repeat(63), "20261125", 12);
        assert_eq!(long.len(), 63);
        assert!(long.ends_with("x_before_20261125_12"), "{long}");
    }
}
