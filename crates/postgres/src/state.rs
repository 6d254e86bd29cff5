//! What the database knows of itself: `veriscope_state`, one row.

use tokio_postgres::Row;

use crate::layout::Layout;
use crate::session::Session;
use crate::{ServerError, quote};

/// The table.
pub(crate) const TABLE: &str = "veriscope_state";

/// The layout of the database that this version writes.
pub(crate) const FORMAT: i32 = 1;

/// Columns of the table, with types as `format_type` tells them.
pub(crate) const COLUMNS: [(&str, &str); 10] = [
    ("only_row", "boolean"),
    ("format", "integer"),
    ("lake_id", "text"),
    ("key_id", "text"),
    ("card", "text"),
    ("card_hash", "text"),
    ("views_hash", "text"),
    ("snapshot", "bigint"),
    ("loaded_at", "timestamp with time zone"),
    ("program", "text"),
];

/// What was loaded last, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Id of the lake.
    pub lake_id: String,
    /// Id of the key that its tokens were made with.
    pub key_id: String,
    /// Name of the card.
    pub card: String,
    /// Hash of the card.
    pub card_hash: String,
    /// Number of the lake's snapshot.
    pub snapshot: u64,
    pub(crate) format: i32,
    pub(crate) views_hash: String,
}

/// Returns what was loaded last; none where nothing was. The table must be there.
pub(crate) async fn read(
    session: &Session,
    layout: &Layout,
) -> Result<Option<Stored>, ServerError> {
    let sql = format!(
        "SELECT format, lake_id, key_id, card, card_hash, views_hash, snapshot FROM {}",
        layout.at(TABLE)
    );
    let rows = session.ask(&sql, &[]).await?;
    rows.first().map(stored).transpose()
}

fn stored(row: &Row) -> Result<Stored, ServerError> {
    let snapshot: i64 = row.try_get(6)?;
    Ok(Stored {
        format: row.try_get(0)?,
        lake_id: row.try_get(1)?,
        key_id: row.try_get(2)?,
        card: row.try_get(3)?,
        card_hash: row.try_get(4)?,
        views_hash: row.try_get(5)?,
        snapshot: u64::try_from(snapshot)
            .map_err(|_| ServerError::Unexpected(format!("{TABLE} names snapshot {snapshot}")))?,
    })
}

/// Returns the statements that make the table.
pub(crate) fn create(layout: &Layout) -> String {
    let table = layout.at(TABLE);
    format!(
        "CREATE TABLE {table} (\
         only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), \
         format integer NOT NULL, lake_id text NOT NULL, key_id text NOT NULL, \
         card text NOT NULL, card_hash text NOT NULL, views_hash text NOT NULL, \
         snapshot bigint NOT NULL, loaded_at timestamp with time zone NOT NULL, \
         program text NOT NULL);\n\
         COMMENT ON TABLE {table} IS {}",
        quote::text("What was loaded last, and from which lake. Kept by veriscope; do not change.")
    )
}

/// Writes what is loaded now.
pub(crate) async fn write(
    session: &Session,
    layout: &Layout,
    stored: &Stored,
    program: &str,
) -> Result<(), ServerError> {
    let snapshot = i64::try_from(stored.snapshot)
        .map_err(|_| ServerError::Unexpected("a snapshot's number is too large".to_owned()))?;
    let sql = format!(
        "INSERT INTO {} AS s (format, lake_id, key_id, card, card_hash, views_hash, snapshot, \
         program, loaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, pg_catalog.now()) \
         ON CONFLICT (only_row) DO UPDATE SET format = EXCLUDED.format, \
         lake_id = EXCLUDED.lake_id, key_id = EXCLUDED.key_id, card = EXCLUDED.card, \
         card_hash = EXCLUDED.card_hash, views_hash = EXCLUDED.views_hash, \
         snapshot = EXCLUDED.snapshot, loaded_at = EXCLUDED.loaded_at, \
         program = EXCLUDED.program",
        layout.at(TABLE)
    );
    session
        .ask(
            &sql,
            &[
                &FORMAT,
                &stored.lake_id,
                &stored.key_id,
                &stored.card,
                &stored.card_hash,
                &stored.views_hash,
                &snapshot,
                &program,
            ],
        )
        .await?;
    Ok(())
}
