//! A database that tables are loaded into.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use backon::Retryable;

use crate::error::{During, LoadError};
use crate::layout::Layout;
use crate::load::{Load, LoadReport, LoadRequest};
use crate::session::{Session, pauses};
use crate::state::{self, Stored};
use crate::verify::{Verification, VerifyError, VerifyReport, VerifyRequest};
use crate::{Rows, ServerError, Target, inspect};

/// How often a load looks whether it should stop.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// A database, by its target. Each operation logs in anew.
#[derive(Clone, Debug)]
pub struct Database {
    target: Target,
}

impl Database {
    /// Names a database; nothing is connected yet.
    #[must_use]
    pub const fn new(target: Target) -> Self {
        Self { target }
    }

    /// Returns where it is.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Loads a snapshot: makes database, schema and tables where they are missing, sends what
    /// changed, derives the no-retries table, and notes what is loaded; in one transaction.
    ///
    /// A server that is away or starting up is tried again, and so is the load after a
    /// deadlock or a lost connection: a load that was committed before the connection was
    /// lost is found to be there.
    ///
    /// # Errors
    /// Any [`LoadError`]; the database is then as it was, but for an empty database or schema.
    pub async fn load(
        &self,
        request: &LoadRequest<'_>,
        rows: &dyn Rows,
    ) -> Result<LoadReport, LoadError> {
        let layout = Layout::of(request.card, &self.target.schema)?;
        let try_once = || self.load_once(&layout, request, rows);
        let patience = pauses(&self.target.patience)
            .with_max_times(self.target.patience.load_tries.saturating_sub(1));
        try_once.retry(patience).when(LoadError::may_pass).await
    }

    async fn load_once(
        &self,
        layout: &Layout,
        request: &LoadRequest<'_>,
        rows: &dyn Rows,
    ) -> Result<LoadReport, LoadError> {
        let opening = Session::open_or_create(&self.target);
        let (session, made_database) = until_stopped(request.stop, opening)
            .await
            .ok_or(LoadError::Interrupted)?
            .during(&format!("connect to {}", self.target))?;
        let load = Load {
            session: &session,
            target: &self.target,
            layout,
            request,
        };
        let loaded = until_stopped(request.stop, load.run(rows)).await;
        if loaded.is_none() {
            session.cancel().await;
        }
        let loaded = loaded.unwrap_or(Err(LoadError::Interrupted));
        if loaded.is_err() {
            session.roll_back().await;
        }
        session.close().await;
        match loaded {
            Ok(report) => Ok(LoadReport {
                made_database,
                ..report
            }),
            Err(error) => Err(self.with_holders(layout, error).await),
        }
    }

    /// Names the sessions that hold locks on the tables, where one was in the way.
    async fn with_holders(&self, layout: &Layout, error: LoadError) -> LoadError {
        let LoadError::Server {
            during,
            source: ServerError::LockHeld(_),
        } = error
        else {
            return error;
        };
        let holders = match Session::open(&self.target).await {
            Ok(session) => {
                let holders = holders(&session, layout).await.unwrap_or_default();
                session.close().await;
                holders
            }
            Err(_) => Vec::new(),
        };
        LoadError::Server {
            during,
            source: ServerError::LockHeld(holders),
        }
    }

    /// Returns what was loaded last; none where nothing was.
    ///
    /// # Errors
    /// [`LoadError::Server`].
    pub async fn stored(&self, card: &veriscope_card::Card) -> Result<Option<Stored>, LoadError> {
        let layout = Layout::of(card, &self.target.schema)?;
        let session = Session::open(&self.target)
            .await
            .during(&format!("connect to {}", self.target))?;
        let during = "read what was loaded last";
        let stored = async {
            let found = inspect::inspect(&session, &layout).await?;
            match found.contains_key(state::TABLE) {
                true => state::read(&session, &layout).await,
                false => Ok(None),
            }
        };
        let stored = stored.await.during(during);
        session.close().await;
        stored
    }

    /// Compares the tables of the database with those of a lake's snapshot.
    ///
    /// # Errors
    /// Any [`VerifyError`]. Differences are no error here: they are the report.
    pub async fn verify(
        &self,
        request: &VerifyRequest<'_>,
        rows: &dyn Rows,
    ) -> Result<VerifyReport, VerifyError> {
        let layout = Layout::of(request.card, &self.target.schema).map_err(LoadError::from)?;
        let opening = Session::open(&self.target);
        let session = until_stopped(request.stop, opening)
            .await
            .ok_or(LoadError::Interrupted)?
            .during(&format!("connect to {}", self.target))?;
        let verification = Verification {
            session: &session,
            target: &self.target,
            layout: &layout,
            request,
        };
        let compared = until_stopped(request.stop, verification.run(rows)).await;
        if compared.is_none() {
            session.cancel().await;
        }
        session.roll_back().await;
        session.close().await;
        compared.unwrap_or(Err(LoadError::Interrupted.into()))
    }
}

/// Waits for a future; none where the caller asked to stop before it ended.
async fn until_stopped<T>(stop: Option<&AtomicBool>, future: impl Future<Output = T>) -> Option<T> {
    let Some(stop) = stop else {
        return Some(future.await);
    };
    let asked = async {
        while !stop.load(Ordering::SeqCst) {
            tokio::time::sleep(STOP_CHECK).await;
        }
    };
    tokio::select! {
        ended = future => Some(ended),
        () = asked => None,
    }
}

/// Says who holds locks on the tables, or the lock of a load.
async fn holders(session: &Session, layout: &Layout) -> Result<Vec<String>, ServerError> {
    // The server tells state and time to roles with more rights alone.
    let sql = "SELECT DISTINCT a.pid, a.usename::text, nullif(a.application_name, ''), a.state, \
               to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') \
               FROM pg_catalog.pg_locks l \
               JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
               LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation \
               LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE l.granted AND l.pid <> pg_catalog.pg_backend_pid() \
               AND a.datname = pg_catalog.current_database() \
               AND ((n.nspname = $1 AND c.relname = ANY ($2)) OR l.locktype = 'advisory') \
               ORDER BY 1 LIMIT 5";
    let tables = layout.tables();
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let rows = session.ask(sql, &[&layout.schema, &names]).await?;
    let mut holders = Vec::new();
    for row in rows {
        let told = |column: usize, before: &str, after: &str| -> Result<String, ServerError> {
            let text: Option<String> = row.try_get(column)?;
            Ok(text.map_or_else(String::new, |text| format!("{before}{text}{after}")))
        };
        let pid: i32 = row.try_get(0)?;
        holders.push(
            [
                format!("process {pid}"),
                told(1, " of role ", "")?,
                told(2, " (", ")")?,
                told(3, ", ", "")?,
                told(4, ", in a transaction since ", "")?,
            ]
            .concat(),
        );
    }
    Ok(holders)
}
