//! One connection: logged in, with a safe search path.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::task::JoinSet;
use tokio_postgres::config::SslMode as Encryption;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Patience, ServerError, SslMode, Target, quote, tls};

/// How long a goodbye may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Database in which another one is made.
const MAINTENANCE: &str = "postgres";

/// How long to wait for a server that does not answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An open connection; dropping it ends it, and with it whatever was under way.
pub(crate) struct Session {
    client: Client,
    tls: MakeRustlsConnect,
    connection: JoinSet<()>,
}

impl Session {
    /// Logs in, trying again while the server is away or starting up.
    pub(crate) async fn open(target: &Target) -> Result<Self, ServerError> {
        let tls = tls::connector(target)?;
        let connect = || once(target, &target.name, &tls);
        connect
            .retry(pauses(&target.patience))
            .when(ServerError::may_come_up)
            .await
    }

    /// As [`Session::open`]; makes the database where it isn't there.
    pub(crate) async fn open_or_create(target: &Target) -> Result<(Self, bool), ServerError> {
        match Self::open(target).await {
            Err(ServerError::NoDatabase) => {}
            opened => return Ok((opened?, false)),
        }
        let tls = tls::connector(target)?;
        let maintenance = once(target, MAINTENANCE, &tls).await?;
        let create = format!(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'",
            quote::name(&target.name)
        );
        match maintenance.run(&create).await {
            // Someone else was quicker.
            Err(ServerError::Other { code, .. }) if code == "42P04" || code == "23505" => {}
            made => made?,
        }
        maintenance.close().await;
        Ok((Self::open(target).await?, true))
    }

    /// Runs statements.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), ServerError> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Runs one statement and returns the rows that it touched.
    pub(crate) async fn execute(&self, sql: &str) -> Result<u64, ServerError> {
        Ok(self.client.execute(sql, &[]).await?)
    }

    /// Asks for rows.
    pub(crate) async fn ask(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, ServerError> {
        Ok(self.client.query(sql, parameters).await?)
    }

    /// The driver's client, for copies.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Takes back what is not committed, so that no lock outlives a failure.
    pub(crate) async fn roll_back(&self) {
        // A server that does not answer takes it back when it finds the connection gone.
        let rolled_back = self.client.batch_execute("ROLLBACK");
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, rolled_back).await;
    }

    /// Logs out, and waits until the server knows.
    pub(crate) async fn close(self) {
        let Self {
            client,
            mut connection,
            ..
        } = self;
        drop(client);
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, connection.join_next()).await;
    }

    /// Asks the server to end the statement that is under way.
    pub(crate) async fn cancel(&self) {
        let token = self.client.cancel_token();
        // A server that does not listen ends it when the connection is dropped.
        let _ = token.cancel_query(self.tls.clone()).await;
    }
}

pub(crate) fn pauses(patience: &Patience) -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(patience.first_pause)
        .with_factor(2.0)
        .with_max_times(patience.connect_tries.saturating_sub(1))
}

/// Logs in once; where `allow` and `prefer` permit both, encrypted and plain.
async fn once(
    target: &Target,
    database: &str,
    tls: &MakeRustlsConnect,
) -> Result<Session, ServerError> {
    let open = |encryption| log_in(target, database, encryption, tls);
    if target.is_socket() {
        return open(Encryption::Disable).await;
    }
    match target.sslmode {
        SslMode::Disable => open(Encryption::Disable).await,
        SslMode::Allow => match open(Encryption::Disable).await {
            Err(ServerError::NotAdmitted(_)) => open(Encryption::Require).await,
            opened => opened,
        },
        SslMode::Prefer => match open(Encryption::Prefer).await {
            Err(ServerError::Tls(_) | ServerError::NotAdmitted(_)) => {
                open(Encryption::Disable).await
            }
            opened => opened,
        },
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
            open(Encryption::Require).await
        }
    }
}

async fn log_in(
    target: &Target,
    database: &str,
    encryption: Encryption,
    tls: &MakeRustlsConnect,
) -> Result<Session, ServerError> {
    let mut config = Config::new();
    config
        .host(&target.host)
        .port(target.port)
        .user(&target.user)
        .dbname(database)
        .ssl_mode(encryption)
        .application_name("veriscope")
        .connect_timeout(CONNECT_TIMEOUT);
    if let Some(password) = &target.password {
        config.password(password.expose());
    }
    let (client, connection) = config.connect(tls.clone()).await?;
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        // What ends a connection is told to the statement that was under way.
        let _ = connection.await;
    });
    // Our SQL qualifies every name; this is for operators and types, which have no names of
    // their own to qualify: those of other schemas can never stand in for the system's.
    client
        .batch_execute("SET search_path = pg_catalog, pg_temp; SET client_min_messages = warning")
        .await?;
    Ok(Session {
        client,
        tls: tls.clone(),
        connection: tasks,
    })
}
