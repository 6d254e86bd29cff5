//! What a server answers when it does not do what it was asked.
#![deny(clippy::wildcard_enum_match_arm)]

use std::error::Error;
use std::io;

use tokio_postgres::error::{DbError, SqlState};
use veriscope_base::ErrorClass;

/// Why a server did not do something. No variant holds a value of a row: the server's words
/// are kept only where they speak of objects and settings.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No connection.
    #[error("the database server cannot be reached: {0}")]
    Away(String),
    /// The server is there and takes no one in yet, or no longer.
    #[error("the database server takes no connections now: {0}")]
    NotReady(String),
    /// The connection ended under way.
    #[error("the connection to the database server was lost: {0}")]
    Lost(String),
    /// Wrong password.
    #[error("the database server refused the password, or the role does not exist")]
    Password,
    /// The server does not let this role in, whatever the password.
    #[error("the database server refused the log-in: {0}")]
    NotAdmitted(String),
    /// The encrypted connection failed.
    #[error("no encrypted connection: {0}")]
    Tls(String),
    /// There is no such database.
    #[error("the database does not exist")]
    NoDatabase,
    /// The role lacks a right.
    #[error("the role lacks a right: {0}")]
    Denied(String),
    /// Server, database or role is read-only.
    #[error("the database is read-only here: {0}")]
    ReadOnly(String),
    /// No space left.
    #[error("the database server has no disk space left")]
    DiskFull,
    /// Another limit of the server's.
    #[error("the database server is at a limit: {0}")]
    Limit(String),
    /// A statement took longer than role or server allow.
    #[error("the database server ended a statement: {0}")]
    Timeout(String),
    /// Someone else holds a lock.
    #[error("a lock is held by someone else{}", holders(.0))]
    LockHeld(Vec<String>),
    /// Another transaction came in between.
    #[error("another transaction came in between: {0}")]
    Conflict(String),
    /// The database's encoding lacks a character.
    #[error("the database cannot hold a character of a text: its encoding is not UTF8")]
    Encoding,
    /// Other objects hang on one that has to change.
    #[error("other objects of the database depend on what has to change: {0}")]
    Dependents(String),
    /// Anything else.
    #[error("the database server answered {code}: {words}")]
    Other {
        /// SQLSTATE.
        code: String,
        /// Its words, or where they may hold values, the object alone.
        words: String,
    },
    /// An answer that does not make sense: a defect of ours or the server's.
    #[error("unexpected answer of the database server: {0}")]
    Unexpected(String),
}

fn holders(holders: &[String]) -> String {
    if holders.is_empty() {
        return String::new();
    }
    format!(": {}", holders.join("; "))
}

impl ServerError {
    /// Returns the class of failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Password | Self::NotAdmitted(_) | Self::Tls(_) => ErrorClass::Configuration,
            Self::Away(_)
            | Self::NotReady(_)
            | Self::Lost(_)
            | Self::NoDatabase
            | Self::Denied(_)
            | Self::ReadOnly(_)
            | Self::DiskFull
            | Self::Limit(_)
            | Self::Timeout(_)
            | Self::LockHeld(_)
            | Self::Conflict(_)
            | Self::Encoding
            | Self::Dependents(_) => ErrorClass::Target,
            // Syntax errors and missing objects: our SQL is wrong.
            Self::Other { code, .. } if code.starts_with("42") => ErrorClass::Defect,
            Self::Other { .. } => ErrorClass::Target,
            Self::Unexpected(_) => ErrorClass::Defect,
        }
    }

    /// Returns what to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Away(_) => "is the server running, and are host and port right?",
            Self::NotReady(_) => "the server is starting up, stopping or full; try again later",
            Self::Lost(_) => "nothing of the load was kept; run it again when the server is back",
            Self::Password => {
                "set `password:` in config.yaml or the variable VERISCOPE_DATABASE__PASSWORD"
            }
            Self::NotAdmitted(_) => "the server's pg_hba.conf decides who may log in from where",
            Self::Tls(_) => {
                "`sslmode:` says whether the connection is encrypted and `sslrootcert:` names \
                 the file of the trusted authority"
            }
            Self::NoDatabase => "make it (CREATE DATABASE), or let a role load that may",
            Self::Denied(_) => "docs/postgres.md lists the rights that a load needs",
            Self::ReadOnly(_) => {
                "is this a standby? load into the primary, with a role that may write"
            }
            Self::DiskFull => "free space on the server; nothing of the load was kept",
            Self::Limit(_) => "the server's settings or resources are exhausted; ask who runs it",
            Self::Timeout(_) => "give the role more time: ALTER ROLE ... SET statement_timeout = 0",
            Self::LockHeld(_) => "end that session or wait for it, and load again",
            Self::Conflict(_) => "load again",
            Self::Encoding => "load into a database with ENCODING 'UTF8'",
            Self::Dependents(_) => "drop them, load, and make them again",
            Self::Other { .. } | Self::Unexpected(_) => return None,
        })
    }

    /// Returns whether a log-in may work a moment later.
    pub(crate) fn may_come_up(&self) -> bool {
        matches!(self, Self::Away(_) | Self::NotReady(_))
    }

    /// Returns whether the same load may work when it is done again.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Conflict(_) | Self::NotReady(_))
    }
}

impl From<tokio_postgres::Error> for ServerError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(said) = error.as_db_error() {
            return said_by_server(said);
        }
        let words = causes(&error);
        let shown = error.to_string();
        // The driver tells its kinds of failure by their text alone.
        if shown.starts_with("error connecting to server") || shown.starts_with("timeout waiting") {
            return Self::Away(words);
        }
        if shown.starts_with("error performing TLS") {
            return Self::Tls(words);
        }
        if error.is_closed() || shown.starts_with("error communicating") {
            return Self::Lost(words);
        }
        if shown.starts_with("authentication error") || shown.starts_with("invalid configuration") {
            return Self::NotAdmitted(words);
        }
        Self::Unexpected(words)
    }
}

/// Words for an error of the driver's: its innermost cause, which is the system's own.
fn causes(error: &tokio_postgres::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    match cause.downcast_ref::<io::Error>() {
        // Without the code of the operating system, which says nothing more.
        Some(io) if io.raw_os_error().is_some() => io.kind().to_string(),
        _ => cause.to_string(),
    }
}

fn said_by_server(said: &DbError) -> ServerError {
    let code = said.code();
    let words = said.message().to_owned();
    let is = |known: &[SqlState]| known.contains(code);
    if is(&[SqlState::INVALID_PASSWORD]) {
        return ServerError::Password;
    }
    if code.code().starts_with("28") {
        return ServerError::NotAdmitted(words);
    }
    if is(&[SqlState::INVALID_CATALOG_NAME]) {
        return ServerError::NoDatabase;
    }
    if is(&[SqlState::INSUFFICIENT_PRIVILEGE]) {
        return ServerError::Denied(words);
    }
    if is(&[SqlState::READ_ONLY_SQL_TRANSACTION]) {
        return ServerError::ReadOnly(words);
    }
    if is(&[SqlState::DISK_FULL]) {
        return ServerError::DiskFull;
    }
    if is(&[SqlState::TOO_MANY_CONNECTIONS, SqlState::CANNOT_CONNECT_NOW]) {
        return ServerError::NotReady(words);
    }
    if code.code().starts_with("53") || code.code().starts_with("54") {
        return ServerError::Limit(words);
    }
    // 25P04 is the transaction_timeout of PostgreSQL 17.
    if is(&[
        SqlState::QUERY_CANCELED,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ]) || code.code() == "25P04"
    {
        return ServerError::Timeout(words);
    }
    if is(&[SqlState::LOCK_NOT_AVAILABLE]) {
        return ServerError::LockHeld(Vec::new());
    }
    if is(&[
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ]) {
        return ServerError::Conflict(words);
    }
    if code.code().starts_with("57P") || code.code().starts_with("08") {
        return ServerError::Lost(words);
    }
    if is(&[
        SqlState::CHARACTER_NOT_IN_REPERTOIRE,
        SqlState::UNTRANSLATABLE_CHARACTER,
    ]) {
        return ServerError::Encoding;
    }
    if is(&[SqlState::DEPENDENT_OBJECTS_STILL_EXIST]) {
        return ServerError::Dependents(words);
    }
    ServerError::Other {
        code: code.code().to_owned(),
        words: without_values(said),
    }
}

/// The server's words; of data and constraint errors, which may quote a value, the object alone.
fn without_values(said: &DbError) -> String {
    let class = said.code().code().get(..2).unwrap_or_default();
    if !["22", "23", "P0"].contains(&class) {
        return said.message().to_owned();
    }
    let named = [said.table(), said.column(), said.constraint()];
    let named: Vec<&str> = named.into_iter().flatten().collect();
    if named.is_empty() {
        return "a value was refused".to_owned();
    }
    format!("a value was refused by {}", named.join(", "))
}
