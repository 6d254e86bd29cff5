//! A database of one test, and SQL run on it as administrator.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Config, NoTls, SimpleQueryMessage};

use crate::server::Server;

/// Rows as text, null as none.
pub type Rows = Vec<Vec<Option<String>>>;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// An empty database that no other test knows.
#[derive(Clone, Debug)]
pub struct Database {
    server: Server,
    name: String,
}

impl Database {
    pub(crate) fn create(server: &Server) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        server.sql(&format!("CREATE DATABASE {name}"));
        Self {
            server: server.clone(),
            name,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its server.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Runs SQL as administrator.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn sql(&self, sql: &str) -> Rows {
        self.try_sql(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Runs SQL as administrator.
    ///
    /// # Errors
    /// The server's words.
    pub fn try_sql(&self, sql: &str) -> Result<Rows, String> {
        self.server.try_sql(&self.name, sql)
    }

    /// Runs SQL as a role.
    ///
    /// # Errors
    /// The server's words.
    pub fn try_sql_as(&self, user: &str, password: &str, sql: &str) -> Result<Rows, String> {
        run_sql(self.server.port(), user, password, &self.name, sql)
    }

    /// Runs SQL that gives one value.
    ///
    /// # Panics
    /// When it gives anything else, or null.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.sql(sql);
        let [row] = rows.as_slice() else {
            panic!("{sql}: {} rows", rows.len());
        };
        let [Some(value)] = row.as_slice() else {
            panic!("{sql}: {row:?}");
        };
        value.clone()
    }

    /// Makes a role that may log in with a password.
    ///
    /// # Panics
    /// When the server refuses it.
    #[must_use]
    pub fn role(&self, name: &str, password: &str) -> String {
        let role = format!("{name}_{}", self.name);
        self.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'"));
        role
    }
}

/// Runs SQL in a thread with a runtime of its own, so that tests with and without one may call.
pub(crate) fn run_sql(
    port: u16,
    user: &str,
    password: &str,
    database: &str,
    sql: &str,
) -> Result<Rows, String> {
    let mut config = Config::new();
    config
        .host("127.0.0.1")
        .port(port)
        .user(user)
        .password(password)
        .dbname(database);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(ask(&config, sql))
        });
        asked.join().unwrap()
    })
}

async fn ask(config: &Config, sql: &str) -> Result<Rows, String> {
    let (client, connection) = config.connect(NoTls).await.map_err(words)?;
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(connection);
    let mut rows = Vec::new();
    for message in client.simple_query(sql).await.map_err(words)? {
        if let SimpleQueryMessage::Row(row) = message {
            rows.push(
                (0..row.len())
                    .map(|at| row.get(at).map(str::to_owned))
                    .collect(),
            );
        }
    }
    Ok(rows)
}

#[expect(clippy::needless_pass_by_value, reason = "called by `map_err`")]
fn words(error: tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{}: {}", said.code().code(), said.message()),
        None => error.to_string(),
    }
}
