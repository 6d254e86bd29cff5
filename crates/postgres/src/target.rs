//! Where the database is and how to log in.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::Secret;

/// A database and the role that loads it.
#[derive(Clone, Debug)]
pub struct Target {
    /// Host name or address; a folder (beginning with `/`) means its Unix socket.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Role to log in as.
    pub user: String,
    /// Its password, where the server asks for one.
    pub password: Option<Secret>,
    /// Name of the database.
    pub name: String,
    /// Schema of the tables.
    pub schema: String,
    /// Whether the connection is encrypted and checked. A Unix socket never is.
    pub sslmode: SslMode,
    /// Certificates (PEM) of the authorities that are trusted, in place of the system's.
    pub root_certificates: Option<PathBuf>,
    /// What a server that is away is given.
    pub patience: Patience,
}

impl Target {
    /// Returns whether the server is reached by a Unix socket.
    #[must_use]
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }
}

impl fmt::Display for Target {
    /// `host:port/name`: what may be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.host, self.port, self.name)
    }
}

/// PostgreSQL's `sslmode`, as `libpq` understands it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only where the server insists.
    Allow,
    /// Encrypted where the server can.
    #[default]
    Prefer,
    /// Always encrypted; the authority is checked where a file of certificates is given.
    Require,
    /// Encrypted, the certificate's authority checked.
    VerifyCa,
    /// Encrypted, authority and host name checked.
    VerifyFull,
}

/// How often and how long to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Tries of a log-in at a server that is away or starting up.
    pub connect_tries: usize,
    /// Tries of a load that another transaction or a lost connection ended.
    pub load_tries: usize,
    /// Pause after the first try; each further one is twice as long.
    pub first_pause: Duration,
    /// How long to wait for a lock where role and server set no `lock_timeout`.
    pub lock_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect_tries: 5,
            load_tries: 3,
            first_pause: Duration::from_millis(200),
            lock_wait: Duration::from_secs(60),
        }
    }
}
