//! A server of one's own: started on a free port, stopped when it is let go.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use tempfile::TempDir;

use crate::cluster::{self, PASSWORD, SUPERUSER};
use crate::database::{Database, Rows, run_sql};
use crate::program::Programs;

/// Tries of starting a server: another process may take the port that was free.
const TRIES: usize = 5;
/// How often a server is asked whether it is ready, and how long between.
const READY_CHECKS: usize = 1_500;
const READY_PAUSE: Duration = Duration::from_millis(20);
/// How long a server may take to stop before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// How a server differs from the usual one.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// Settings, each as `name=value`.
    pub settings: Vec<String>,
    /// Certificate and key (PEM) for TLS.
    pub tls: Option<(String, String)>,
    /// Lines of `pg_hba.conf` in place of the usual ones (passwords everywhere).
    pub access: Option<String>,
}

/// A running server. Clones are the same one; it stops when the last is let go.
#[derive(Clone, Debug)]
pub struct Server(Arc<Running>);

#[derive(Debug)]
struct Running {
    port: u16,
    process: Mutex<Process>,
    folder: TempDir,
}

/// The server's process, and what tells its end.
#[derive(Debug)]
struct Process {
    id: u32,
    ended: Receiver<()>,
}

static SHARED: Mutex<Weak<Running>> = Mutex::new(Weak::new());

impl Server {
    /// Returns the server that the tests of this process share.
    #[must_use]
    pub fn shared() -> Self {
        let mut shared = SHARED.lock().unwrap_or_else(|held| held.into_inner());
        if let Some(running) = shared.upgrade() {
            return Self(running);
        }
        let server = Self::start(&ServerOptions::default());
        *shared = Arc::downgrade(&server.0);
        server
    }

    /// Starts a server for one test alone, which may stop it.
    ///
    /// # Panics
    /// Where no server is installed or it does not start.
    #[must_use]
    pub fn start(options: &ServerOptions) -> Self {
        let programs = Programs::find();
        for _ in 0..TRIES {
            if let Some(running) = start(&programs, options) {
                return Self(Arc::new(running));
            }
        }
        panic!("the PostgreSQL server did not start in {TRIES} tries");
    }

    /// Makes an empty database that no other test knows.
    #[must_use]
    pub fn database(&self) -> Database {
        Database::create(self)
    }

    /// Address of the server.
    #[must_use]
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// Port of the server.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Folder of the server's Unix socket.
    #[must_use]
    pub fn socket_folder(&self) -> PathBuf {
        self.0.folder.path().to_path_buf()
    }

    /// A folder that the server may write to: for tablespaces.
    #[must_use]
    pub fn make_folder(&self, name: &str) -> PathBuf {
        let folder = self.0.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Programs::find().give(&folder);
        folder
    }

    /// Gives a folder to the server's user.
    pub fn give(&self, folder: &Path) {
        Programs::find().give(folder);
    }

    /// Administrator's name.
    #[must_use]
    pub fn superuser(&self) -> &'static str {
        SUPERUSER
    }

    /// Administrator's password.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Runs SQL as administrator in the database `postgres`.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn sql(&self, sql: &str) -> Rows {
        self.try_sql("postgres", sql).unwrap()
    }

    pub(crate) fn try_sql(&self, database: &str, sql: &str) -> Result<Rows, String> {
        run_sql(self.port(), SUPERUSER, PASSWORD, database, sql)
    }

    /// Stops the server at once, as a crash would: nothing is told to its clients.
    pub fn stop(&self) {
        self.0.stop("QUIT");
    }

    /// Starts a server again that was stopped, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        let process = spawn(&Programs::find(), &self.0.folder, self.0.port);
        *self.0.lock() = process;
        assert!(
            self.0.is_ready(),
            "the PostgreSQL server did not start again"
        );
    }

    /// Puts other lines into `pg_hba.conf`, for connections from now on.
    pub fn set_access(&self, lines: &str) {
        let file = self.0.folder.path().join("data").join("pg_hba.conf");
        std::fs::write(file, lines).unwrap();
        // Each question is a new connection, which knows when its server read its files.
        let loaded = || self.sql("SELECT pg_conf_load_time()");
        let before = loaded();
        self.sql("SELECT pg_reload_conf()");
        for _ in 0..READY_CHECKS {
            if loaded() != before {
                break;
            }
            std::thread::sleep(READY_PAUSE);
        }
    }
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn stop(&self, signal: &str) {
        let process = self.lock();
        // An end that was told before is the end of the channel.
        if process.ended.try_recv() != Err(TryRecvError::Empty) {
            return;
        }
        send(signal, process.id);
        if process.ended.recv_timeout(STOP_LIMIT) == Err(RecvTimeoutError::Timeout) {
            send("KILL", process.id);
            let _ = process.ended.recv_timeout(STOP_LIMIT);
        }
    }

    fn has_ended(&self) -> bool {
        self.lock().ended.try_recv() != Err(TryRecvError::Empty)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop("INT");
    }
}

fn send(signal: &str, process: u32) {
    let _ = Command::new("kill")
        .args(["-s", signal, &process.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// Starts a server; none where its port was taken meanwhile.
fn start(programs: &Programs, options: &ServerOptions) -> Option<Running> {
    let folder = cluster::fresh(programs);
    let port = free_port();
    write_settings(programs, &folder, options);
    let process = spawn(programs, &folder, port);
    let running = Running {
        port,
        process: Mutex::new(process),
        folder,
    };
    running.is_ready().then_some(running)
}

fn spawn(programs: &Programs, folder: &TempDir, port: u16) -> Process {
    let mut command = programs.command("postgres");
    command
        .arg("-D")
        .arg(folder.path().join("data"))
        .args(["-p", &port.to_string()])
        .arg("-k")
        .arg(folder.path())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log(folder));
    let (tell_process, process) = channel();
    let (tell_end, ended) = channel();
    // The server dies with the thread that starts it; that one waits for the server's end.
    std::thread::spawn(move || {
        let mut child = command.spawn().unwrap();
        let _ = tell_process.send(child.id());
        let _ = child.wait();
        let _ = tell_end.send(());
    });
    Process {
        id: process.recv().unwrap(),
        ended,
    }
}

impl Running {
    fn is_ready(&self) -> bool {
        for _ in 0..READY_CHECKS {
            if run_sql(self.port, SUPERUSER, PASSWORD, "postgres", "SELECT 1").is_ok() {
                return true;
            }
            if self.has_ended() {
                return false;
            }
            std::thread::sleep(READY_PAUSE);
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("the PostgreSQL server is not ready: {log}");
    }
}

fn log(folder: &TempDir) -> std::fs::File {
    std::fs::File::create(folder.path().join("log")).unwrap()
}

/// Nothing has to outlive a crash of the machine, so nothing waits for the disk. A crash of the
/// server is another matter: tests stop it, and what it confirmed must be there again.
fn write_settings(programs: &Programs, folder: &TempDir, options: &ServerOptions) {
    let data = folder.path().join("data");
    let mut settings = vec![
        "listen_addresses='127.0.0.1'".to_owned(),
        "fsync=off".to_owned(),
        "full_page_writes=off".to_owned(),
        "max_connections=40".to_owned(),
        "shared_buffers='32MB'".to_owned(),
        "timezone='UTC'".to_owned(),
        "log_timezone='UTC'".to_owned(),
    ];
    if let Some((certificate, key)) = &options.tls {
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            std::fs::write(&file, text).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
            programs.give(&file);
        }
        settings.push("ssl=on".to_owned());
    }
    settings.extend(options.settings.iter().cloned());
    let file = data.join("postgresql.auto.conf");
    std::fs::write(&file, settings.join("\n") + "\n").unwrap();
    programs.give(&file);
    if let Some(access) = &options.access {
        let file = data.join("pg_hba.conf");
        std::fs::write(&file, access).unwrap();
        programs.give(&file);
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
