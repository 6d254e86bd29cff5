//! A server for tests: `secantusd-py` of the Python package `secantusdb`, which speaks
//! MongoDB's protocol, on a free port of this machine.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::ClientOptions;
use mongodb::{Client, Collection};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

pub use mongodb::bson;

/// Names the server's program.
pub const VARIABLE: &str = "VERISCOPE_MONGOD";

/// Looks at the server so often, at most, until it listens; a busy machine takes its time.
const LOOKS: u32 = 2_400;
const LOOK_UP: Duration = Duration::from_millis(50);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No program is named.
    #[error(
        "the tests of MongoDB need a server: `cargo xtask test` installs it for this and later \
         runs; or name the program `secantusd-py` of the Python package `secantusdb` in {VARIABLE}"
    )]
    NotInstalled,
    /// It can't be started or stopped.
    #[error("the MongoDB test server: {what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// It ended, or did not listen in time.
    #[error("the MongoDB test server did not come up: {0}")]
    NotUp(String),
    /// A command failed.
    #[error("the MongoDB test server refused a command: {0}")]
    Command(#[from] Error),
}

fn io(what: &'static str) -> impl Fn(std::io::Error) -> ServerError {
    move |source| ServerError::Io { what, source }
}

/// A server, stopped when dropped.
pub struct Server {
    program: PathBuf,
    port: u16,
    folder: TempDir,
    child: Option<Child>,
}

impl Server {
    /// Starts a server with further arguments, one member of a replica set unless they say
    /// otherwise.
    ///
    /// # Errors
    /// `NotInstalled`, `Io`, `NotUp`.
    pub fn start(arguments: &[&str]) -> Result<Self, ServerError> {
        let mut server = Self {
            program: program().ok_or(ServerError::NotInstalled)?,
            port: free_port().map_err(io("no free port"))?,
            folder: TempDir::new().map_err(io("no folder"))?,
            child: None,
        };
        server.restart(arguments)?;
        Ok(server)
    }

    /// Stops it where it runs, and starts it again with its data, on its port.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn restart(&mut self, arguments: &[&str]) -> Result<(), ServerError> {
        self.stop()?;
        let log = self.folder.path().join("log");
        let out = std::fs::File::create(&log).map_err(io("no log"))?;
        let errors = out.try_clone().map_err(io("no log"))?;
        let child = Command::new(&self.program)
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .arg("--storage-path")
            .arg(self.folder.path().join("data"))
            .args(["--cache-size", "256M"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors)
            .spawn()
            .map_err(io("it could not be started"))?;
        self.child = Some(child);
        self.wait_until_up(&log)
    }

    fn wait_until_up(&mut self, log: &Path) -> Result<(), ServerError> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let told = || std::fs::read_to_string(log).unwrap_or_default();
        for _ in 0..LOOKS {
            if TcpStream::connect_timeout(&address, LOOK_UP).is_ok() {
                return Ok(());
            }
            let ended = self.child.as_mut().map(Child::try_wait);
            if let Some(Ok(Some(status))) = ended {
                return Err(ServerError::NotUp(format!("{status}\n{}", told())));
            }
            std::thread::sleep(LOOK_UP);
        }
        Err(ServerError::NotUp(told()))
    }

    /// Asks it to stop, and waits until it did.
    ///
    /// # Errors
    /// `Io`.
    pub fn stop(&mut self) -> Result<(), ServerError> {
        if let Some(mut child) = self.child.take() {
            let asked = Command::new("kill").arg(child.id().to_string()).status();
            asked.map_err(io("it could not be asked to stop"))?;
            child.wait().map_err(io("it did not stop"))?;
        }
        Ok(())
    }

    /// Kills it at once, as a crash would. What it did not write out in time is lost, but
    /// with `--sync-on-commit`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Returns the argument for a collection: `mongodb://127.0.0.1:PORT/db.collection`.
    #[must_use]
    pub fn argument(&self, namespace: &str) -> String {
        format!(
            "mongodb://127.0.0.1:{}/{namespace}?heartbeatFrequencyMS=500",
            self.port
        )
    }

    /// Returns its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the id of its process, while it runs.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Connects without credentials.
    ///
    /// # Errors
    /// `Command`, `Io`.
    pub fn client(&self) -> Result<TestClient, ServerError> {
        TestClient::connect(&format!("mongodb://127.0.0.1:{}/", self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the program that is named, else the one that `cargo xtask test` installed.
fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let test = std::env::current_exe().ok()?;
    // TARGET/debug/deps/TEST
    let target = test.ancestors().nth(3)?;
    let installed = target.join("tools/mongod/bin/secantusd-py");
    installed.is_file().then_some(installed)
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A client that waits for its answers.
pub struct TestClient {
    runtime: Runtime,
    client: Client,
}

impl TestClient {
    /// Connects by a connection string.
    ///
    /// # Errors
    /// `Command`, `Io`.
    pub fn connect(uri: &str) -> Result<Self, ServerError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(io("no runtime"))?;
        let client = runtime.block_on(async {
            let options = ClientOptions::parse(uri).await?;
            Client::with_options(options)
        })?;
        Ok(Self { runtime, client })
    }

    /// Returns a collection named `db.collection`.
    #[must_use]
    pub fn collection(&self, namespace: &str) -> Collection<Document> {
        let (database, collection) = namespace.split_once('.').unwrap_or((namespace, ""));
        self.client.database(database).collection(collection)
    }

    /// Waits for an answer of the driver.
    ///
    /// # Errors
    /// `Command`.
    pub fn wait<T>(
        &self,
        answer: impl IntoFuture<Output = Result<T, Error>>,
    ) -> Result<T, ServerError> {
        Ok(self.runtime.block_on(answer.into_future())?)
    }

    /// Inserts documents.
    ///
    /// # Errors
    /// `Command`.
    pub fn insert(&self, namespace: &str, documents: &[Document]) -> Result<(), ServerError> {
        let collection = self.collection(namespace);
        for part in documents.chunks(500) {
            self.wait(collection.insert_many(part))?;
        }
        Ok(())
    }

    /// Runs a command on a database.
    ///
    /// # Errors
    /// `Command`.
    pub fn command(&self, database: &str, command: Document) -> Result<Document, ServerError> {
        let database = self.client.database(database);
        self.wait(database.run_command(command))
    }

    /// Lets the next `times` commands of a name fail: with a code, or by closing the
    /// connection. Needs a server with `--enable-test-commands`.
    ///
    /// # Errors
    /// `Command`.
    pub fn fail(&self, command: &str, times: i32, code: Option<i32>) -> Result<(), ServerError> {
        let mut data = doc! { "failCommands": [command] };
        match code {
            Some(code) => data.insert("errorCode", code),
            None => data.insert("closeConnection", true),
        };
        let arm = doc! {
            "configureFailPoint": "failCommand",
            "mode": { "times": times },
            "data": data,
        };
        self.command("admin", arm).map(|_| ())
    }
}
