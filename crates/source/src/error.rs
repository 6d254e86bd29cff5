//! What can go wrong with a source as a whole; a broken document is no error.
#![deny(clippy::wildcard_enum_match_arm)]

use std::io;

use veriscope_base::ErrorClass;

/// Why a source could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Some of the arguments name nothing that can be read; nothing was read.
    #[error("{}", join_problems(problems))]
    Unresolved {
        /// Every problem, in the order of the arguments.
        problems: Vec<ResolveProblem>,
    },
    /// The source failed while it was read.
    #[error("could not read {location}: {source}")]
    Read {
        /// Path of the file, or `standard input`.
        location: String,
        /// The cause.
        source: io::Error,
    },
    /// The source looks compressed, but not a byte of it can be decompressed.
    #[error(
        "could not decompress {location} as {compression}: {source}; check that the file is whole"
    )]
    Undecodable {
        /// Path of the file, or `standard input`.
        location: String,
        /// Name of the compression.
        compression: &'static str,
        /// The cause.
        source: io::Error,
    },
    /// The content is none of the known formats.
    #[error(
        "{location} is of no known format: {hint}; known are JSON arrays, objects and lines, BSON \
         dumps and archives, and the published CSV, plain or compressed with gzip or zstd"
    )]
    UnknownFormat {
        /// Path of the file, or `standard input`.
        location: String,
        /// What the content looks like, and what to do.
        hint: &'static str,
    },
    /// The content is CSV whose header has some of the needed columns, but not all.
    #[error(
        "the CSV header of {location} lacks {} column(s): {}; export all columns",
        missing.len(),
        missing.join(", ")
    )]
    CsvColumnsMissing {
        /// Path of the file, or `standard input`.
        location: String,
        /// The columns that are not there.
        missing: Vec<String>,
    },
    /// A collection was named of a source that has none.
    #[error(
        "`#{collection}` names a collection of an archive of mongodump, but {location} is none: \
         leave it out"
    )]
    NoArchive {
        /// Path of the file, or `standard input`.
        location: String,
        /// What was named.
        collection: String,
    },
    /// An archive has not one collection to read, or not the one that was named.
    #[error("{}", which_collection(location, asked.as_deref(), collections))]
    WhichCollection {
        /// Path of the file, or `standard input`.
        location: String,
        /// The collection that was named.
        asked: Option<String>,
        /// The collections that hold documents, as `db.collection`.
        collections: Vec<String>,
    },
    /// The prelude of an archive, which names its collections, can't be read.
    #[error("the prelude of the archive {location} can't be read: {what}; dump it again")]
    BrokenArchive {
        /// Path of the file, or `standard input`.
        location: String,
        /// What is wrong.
        what: &'static str,
    },
}

fn which_collection(location: &str, asked: Option<&str>, collections: &[String]) -> String {
    let (count, names) = (collections.len(), collections.join(", "));
    let example = collections.first().map_or("db.collection", String::as_str);
    match asked {
        Some(asked) if collections.is_empty() => {
            format!("the archive {location} holds no collection `{asked}`, nor any other")
        }
        Some(asked) => format!(
            "the archive {location} holds no collection `{asked}`: name one of {names}, as in \
             `{location}#{example}`"
        ),
        None => format!(
            "the archive {location} holds {count} collections ({names}): name the one to read, \
             as in `{location}#{example}`"
        ),
    }
}

impl SourceError {
    /// Returns the class of the failure.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Unresolved { problems } => {
                if problems.iter().all(ResolveProblem::is_usage) {
                    ErrorClass::Usage
                } else {
                    ErrorClass::Source
                }
            }
            Self::Read { .. }
            | Self::Undecodable { .. }
            | Self::UnknownFormat { .. }
            | Self::CsvColumnsMissing { .. }
            | Self::NoArchive { .. }
            | Self::WhichCollection { .. }
            | Self::BrokenArchive { .. } => ErrorClass::Source,
        }
    }
}

fn join_problems(problems: &[ResolveProblem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Why one argument names nothing that can be read.
#[derive(Debug, thiserror::Error)]
pub enum ResolveProblem {
    /// No source was named at all.
    #[error("no source was named: name files, patterns, or `-` for standard input")]
    None,
    /// Nothing stands at the path.
    #[error("`{argument}` does not exist: check the path")]
    Missing {
        /// The argument, or the path that a pattern gave.
        argument: String,
    },
    /// The path is a directory.
    #[error("`{argument}` is a directory: name its files, e.g. `{}/*.json`", argument.trim_end_matches('/'))]
    Directory {
        /// The argument.
        argument: String,
    },
    /// The path exists, but can't be opened for reading.
    #[error("`{argument}` can't be read: {source}")]
    Unreadable {
        /// The argument, or the path that a pattern gave.
        argument: String,
        /// The cause.
        source: io::Error,
    },
    /// The path is no file that can be read from start to end, such as a socket.
    #[error("`{argument}` is no file: name a file, a pipe, or `-` for standard input")]
    NotAFile {
        /// The argument, or the path that a pattern gave.
        argument: String,
    },
    /// A pattern fits no file.
    #[error("the pattern `{argument}` fits no file: check it")]
    NoMatch {
        /// The argument.
        argument: String,
    },
    /// A pattern can't be understood.
    #[error("`{argument}` does not exist and is no valid pattern: {reason}")]
    BadPattern {
        /// The argument.
        argument: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A URL of a kind that this version does not know.
    #[error(
        "`{scheme}://` is no source that is known here: name files or a collection \
         (`mongodb://HOST/DB.COLLECTION`), or pipe the documents to `-`"
    )]
    UnknownScheme {
        /// The scheme alone, because the rest may hold a password.
        scheme: String,
    },
    /// Standard input is named more than once.
    #[error("`-` is named more than once: standard input can be read only once")]
    StdinTwice,
}

impl ResolveProblem {
    /// Whether the command line is wrong in itself, whatever files there are.
    fn is_usage(&self) -> bool {
        match self {
            Self::None | Self::StdinTwice => true,
            Self::Missing { .. }
            | Self::Directory { .. }
            | Self::Unreadable { .. }
            | Self::NotAFile { .. }
            | Self::NoMatch { .. }
            | Self::BadPattern { .. }
            | Self::UnknownScheme { .. } => false,
        }
    }
}
