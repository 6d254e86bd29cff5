//! What can go wrong with a collection, without a credential or a value in any message.
#![deny(clippy::wildcard_enum_match_arm)]

use veriscope_base::ErrorClass;

use crate::mark::MarkError;

/// Why a collection could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MongoError {
    /// The argument that names the collection is wrong.
    #[error(transparent)]
    Argument(#[from] ArgumentProblem),
    /// Credentials or URI of environment or configuration are wrong in form.
    #[error("the MongoDB settings are wrong: {problem}")]
    Settings {
        /// What is wrong; never a value.
        problem: &'static str,
    },
    /// Certificate files named in the URI can't be used.
    #[error("the TLS options for {place} can't be used: check tlsCAFile and tlsCertificateKeyFile")]
    Tls {
        /// Hosts and collection.
        place: String,
    },
    /// The server knows no such user, or the password is another.
    #[error(
        "{place} refused the credentials: check VERISCOPE_MONGODB__USER and \
         VERISCOPE_MONGODB__PASSWORD (or `mongodb:` in the configuration) and authSource in the URI"
    )]
    Refused {
        /// Hosts and collection.
        place: String,
    },
    /// The user may not do what is needed.
    #[error(
        "the user may not read {place}: grant the action `find` on the collection, and \
         `changeStream` to follow it; without a user, name one in VERISCOPE_MONGODB__USER"
    )]
    NotAllowed {
        /// Hosts and collection.
        place: String,
    },
    /// No server answered in time.
    #[error("{place} did not answer within {waited_s} s: {hint}")]
    Unreachable {
        /// Hosts and collection.
        place: String,
        /// How long was tried, seconds.
        waited_s: u64,
        /// What to check.
        hint: &'static str,
    },
    /// The name of the hosts could not be looked up.
    #[error("the hosts of {place} could not be looked up: check the name and the DNS")]
    Unresolved {
        /// Hosts and collection.
        place: String,
    },
    /// The connection was lost and did not come back.
    #[error(
        "{place} was lost while it was read and did not come back within {waited_s} s; what was \
         read before is kept, and the same command goes on from there"
    )]
    Lost {
        /// Hosts and collection.
        place: String,
        /// How long was tried, seconds.
        waited_s: u64,
    },
    /// The server does not understand the query.
    #[error("{place} refused the query ({name}, code {code}): check --query")]
    Query {
        /// Hosts and collection.
        place: String,
        /// The server's code.
        code: i32,
        /// The server's name of the code.
        name: String,
    },
    /// The server failed in a way that waiting does not mend.
    #[error("{place} answered with {name} (code {code})")]
    Server {
        /// Hosts and collection.
        place: String,
        /// The server's code.
        code: i32,
        /// The server's name of the code.
        name: String,
    },
    /// Changes can't be followed on a single server.
    #[error(
        "{place} can't be followed: change streams need a replica set or a sharded cluster (one \
         member is enough); run without --follow, as often as needed"
    )]
    NotAReplicaSet {
        /// Hosts and collection.
        place: String,
    },
    /// Changes of a view can't be followed.
    #[error(
        "{place} is a view, which can't be followed: name its collection, or run without --follow"
    )]
    View {
        /// Hosts and collection.
        place: String,
    },
    /// What came over the wire is not what the protocol says.
    #[error("{place} sent an answer that can't be understood: {what}")]
    Protocol {
        /// Hosts and collection.
        place: String,
        /// Which part.
        what: &'static str,
    },
    /// A stored mark can't be read.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// The reading thread ended without a word.
    #[error("{0}")]
    Defect(&'static str),
}

impl MongoError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Argument(_) | Self::Query { .. } => ErrorClass::Usage,
            Self::Settings { .. }
            | Self::Tls { .. }
            | Self::Refused { .. }
            | Self::NotAllowed { .. } => ErrorClass::Configuration,
            Self::Unreachable { .. }
            | Self::Unresolved { .. }
            | Self::Lost { .. }
            | Self::Server { .. }
            | Self::NotAReplicaSet { .. }
            | Self::View { .. }
            | Self::Protocol { .. } => ErrorClass::Source,
            Self::Mark(_) | Self::Defect(_) => ErrorClass::Defect,
        }
    }
}

/// Why an argument names no collection. The argument itself is never repeated: it may hold a
/// password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentProblem {
    /// Credentials stand in the argument.
    #[error(
        "a MongoDB argument must hold no password: others see it in the list of processes; set \
         VERISCOPE_MONGODB__USER and VERISCOPE_MONGODB__PASSWORD, or `mongodb:` in the \
         configuration, or give a whole URI in VERISCOPE_MONGODB__URI and name mongodb:///db.collection"
    )]
    Secret,
    /// Neither `mongodb://` nor `mongodb+srv://`.
    #[error("a MongoDB argument begins with `mongodb://` or `mongodb+srv://`")]
    Scheme,
    /// No database and collection.
    #[error(
        "a MongoDB argument ends in the database and the collection: \
         mongodb://host:27017/db.collection"
    )]
    Namespace,
    /// No host, and no URI in the settings either.
    #[error(
        "the MongoDB argument names no host: write mongodb://host:27017/db.collection, or give a \
         URI in VERISCOPE_MONGODB__URI"
    )]
    NoHost,
    /// The driver does not take the URI.
    #[error("the MongoDB argument can't be used: {0}")]
    Uri(String),
}

impl ArgumentProblem {
    /// Returns the class of the failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Usage
    }
}
