//! The semantic views beside the tables, for people who write SQL: nulls as nulls.
//!
//! Columns, names and meanings are the card's own list ([`veriscope_card::views`]); here each
//! becomes SQL over the staging table and the context features. The plans of the lake do the
//! same, and tests hold both against each other.

mod expression;
mod query;

use veriscope_card::Card;
use veriscope_card::views::{Language, View};

use crate::inspect::AllFound;
use crate::layout::Layout;
use crate::session::Session;
use crate::{ServerError, quote};

/// Names of the views.
pub(crate) const NAMES: [&str; 3] = [
    View::Attempts.name(),
    View::Processes.name(),
    View::MicroserviceTimes.name(),
];

/// Returns two statements for each view, in the order of [`NAMES`]: its query, and its
/// comments.
pub(crate) fn statements(card: &Card, layout: &Layout) -> Vec<String> {
    let mut statements = Vec::new();
    for view in View::ALL {
        statements.push(query::query(card, layout, view));
        statements.push(comments(card, layout, view));
    }
    statements
}

/// Returns a hash of statements, in hexadecimal digits: FNV-1a, the same on every machine and
/// in every version.
pub(crate) fn hash(statements: &[String]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in statements.iter().flat_map(|statement| statement.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

fn comments(card: &Card, layout: &Layout, view: View) -> String {
    let place = layout.at(view.name());
    let mut statements = vec![format!(
        "COMMENT ON VIEW {place} IS {}",
        quote::text(view.sentence(Language::English))
    )];
    for doc in card.view_docs(view) {
        let unit = doc.unit.as_ref().map(|unit| format!(" [{unit}]"));
        let sentence = doc.sentence(Language::English).to_owned() + &unit.unwrap_or_default();
        statements.push(format!(
            "COMMENT ON COLUMN {place}.{} IS {}",
            quote::name(&doc.name),
            quote::text(&sentence)
        ));
    }
    statements.join(";\n")
}

/// Makes the views of [`statements`], keeping the rights on those that are there.
pub(crate) async fn make(
    session: &Session,
    layout: &Layout,
    statements: &[String],
    found: &AllFound,
) -> Result<(), ServerError> {
    for (name, statements) in NAMES.iter().zip(statements.chunks_exact(2)) {
        let [query, comments] = statements else {
            continue;
        };
        let place = layout.at(name);
        let create = format!("CREATE OR REPLACE VIEW {place} AS {query}");
        let replaced = match found.contains_key(*name) {
            true => try_to(session, &create).await?,
            false => session.run(&create).await.map(|()| true)?,
        };
        if !replaced {
            // Columns can be added at the end alone; for another order the view goes and
            // comes again.
            let grants = grants(session, layout, name).await?;
            session.run(&format!("DROP VIEW {place}")).await?;
            session.run(&create).await?;
            for grant in grants {
                session.run(&grant).await?;
            }
        }
        session.run(comments).await?;
    }
    Ok(())
}

/// Runs a statement that may fail for the columns of a view; the transaction goes on.
async fn try_to(session: &Session, sql: &str) -> Result<bool, ServerError> {
    const INVALID_TABLE_DEFINITION: &str = "42P16";
    session.run("SAVEPOINT veriscope_view").await?;
    match session.run(sql).await {
        Ok(()) => {
            session.run("RELEASE SAVEPOINT veriscope_view").await?;
            Ok(true)
        }
        Err(ServerError::Other { code, .. }) if code == INVALID_TABLE_DEFINITION => {
            session.run("ROLLBACK TO SAVEPOINT veriscope_view").await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Returns the statements that give rights on a view again.
async fn grants(
    session: &Session,
    layout: &Layout,
    view: &str,
) -> Result<Vec<String>, ServerError> {
    let sql = "SELECT a.privilege_type, \
               CASE a.grantee WHEN 0 THEN 'PUBLIC' \
               ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END, \
               a.is_grantable \
               FROM pg_catalog.pg_class c \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, \
               LATERAL pg_catalog.aclexplode(c.relacl) a \
               WHERE n.nspname = $1 AND c.relname = $2 AND a.grantee <> c.relowner";
    let mut grants = Vec::new();
    for row in session.ask(sql, &[&layout.schema, &view]).await? {
        let (right, role): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let further = if row.try_get(2)? {
            " WITH GRANT OPTION"
        } else {
            ""
        };
        grants.push(format!(
            "GRANT {right} ON {} TO {role}{further}",
            layout.at(view)
        ));
    }
    Ok(grants)
}
