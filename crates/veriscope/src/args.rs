//! What the user typed: one struct per command, nothing resolved yet.

mod answer;
mod examples;
mod metrics;
mod mongo;
mod profile;
mod serve;
mod sql;
mod values;

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use veriscope_simulate as simulate;

use values::named;

pub use answer::{AcceptanceArgs, AnswerArgs, AnswerCommand, FormArgs, Lang, RowsArgs, WhyArgs};
pub use metrics::{MetricsCommand, MetricsGetArgs, MetricsListArgs, MetricsShowArgs};
pub use mongo::{MongoArgs, SelectionArgs, Span, When};
pub use profile::ProfileArgs;
pub use serve::{AddressArgs, ServeArgs};
pub use sql::{ResultFormat, SqlArgs};
pub use values::{RejectLimit, parse_size};

/// Turns raw logs of a facial validation API into pseudonymous tables.
///
/// `veriscope run SOURCE...` does the main job: it reads the API's documents, replaces
/// identities by keyed pseudonyms and keeps the result in a local lake, from which
/// `veriscope export` writes the published tables.
#[derive(Debug, Parser)]
#[command(
    name = "veriscope",
    version,
    max_term_width = 100,
    after_help = examples::TOP,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Args {
    /// Options of every command.
    #[command(flatten)]
    pub shared: Shared,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Default, ClapArgs)]
#[command(next_help_heading = "Shared options")]
pub struct Shared {
    /// Folder of the lake [default: ./veriscope-lake]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub lake: Option<PathBuf>,
    /// Model card of the API, in place of the built-in one
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub card: Option<PathBuf>,
    /// File with the key of pseudonyms; else the variable `VERISCOPE_KEY_FILE` names it, or
    /// `VERISCOPE_KEY` holds the key [default: (lake id).key in the veriscope configuration folder]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key_file: Option<PathBuf>,
    /// Settings [default: ./config.yaml if there]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Write machine-readable JSON to stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Write no progress and no notes, only warnings and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more; twice for still more
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read documents, make them pseudonymous and publish them in the lake
    #[command(after_help = examples::RUN)]
    Run(RunArgs),
    /// Write the pseudonymous staging table of sources to a CSV file, without storing it
    #[command(after_help = examples::ANONYMIZE)]
    Anonymize(AnonymizeArgs),
    /// Read documents into the lake's staging table, without the closing figures
    #[command(after_help = examples::STAGE)]
    Stage(RunArgs),
    /// Write the derived tables out as Parquet files
    #[command(after_help = examples::TRANSFORM)]
    Transform(TransformArgs),
    /// Bring the tables of the PostgreSQL database up to the lake's snapshot
    #[command(after_help = examples::LOAD)]
    Load(LoadArgs),
    /// Write one published table to a CSV, Parquet or NDJSON file
    #[command(after_help = examples::EXPORT)]
    Export(ExportArgs),
    /// Ask the published tables and the semantic views, read-only
    #[command(after_help = examples::SQL)]
    Sql(SqlArgs),
    /// List the runs of the lake
    #[command(after_help = examples::RUNS)]
    Runs(RunsArgs),
    /// Look at documents that could not be taken, or try them again
    #[command(after_help = examples::QUARANTINE)]
    Quarantine {
        /// What to do.
        #[command(subcommand)]
        action: QuarantineCommand,
    },
    /// Make a key, or show the id of one
    #[command(after_help = examples::KEY)]
    Key {
        /// What to do.
        #[command(subcommand)]
        action: KeyCommand,
    },
    /// Answer where the time goes, who is accepted, why people try again
    #[command(after_help = examples::ANSWER)]
    Answer {
        /// What to answer
        #[command(subcommand)]
        action: AnswerCommand,
    },
    /// List metrics, show how they are defined, or evaluate them
    #[command(after_help = examples::METRICS)]
    Metrics {
        /// What to do.
        #[command(subcommand)]
        action: MetricsCommand,
    },
    /// Write exploratory reports: all that a table holds, column by column, in one HTML file
    #[command(after_help = examples::PROFILE)]
    Profile(ProfileArgs),
    /// Show the dashboard in the browser, and answer its HTTP API
    #[command(after_help = examples::SERVE)]
    Serve(ServeArgs),
    /// Show or check a model card
    #[command(after_help = examples::CARD)]
    Card {
        /// What to do.
        #[command(subcommand)]
        action: CardCommand,
    },
    /// Try it out: a simulated month of logs, read into a lake of its own
    #[command(after_help = examples::DEMO)]
    Demo(DemoArgs),
    /// Write raw documents of an invented API traffic with known answers
    #[command(after_help = examples::SIMULATE)]
    Simulate(SimulateArgs),
    /// Write a completion script for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
}

/// Arguments of `run` and `stage`.
#[derive(Debug, ClapArgs)]
pub struct RunArgs {
    /// Files, globs, or `-` for stdin: JSON array, object or NDJSON, `mongodump` output, or the
    /// anonymised CSV, plain or as .gz or .zst (recognised by content); one collection of an
    /// archive: `dump.archive#db.collection`; or live collections: `mongodb://host/db.collection`
    #[arg(required = true, value_name = "SOURCE", value_hint = ValueHint::FilePath)]
    pub sources: Vec<String>,
    /// Then write exploratory reports of the three tables into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "follow")]
    pub profile: Option<PathBuf>,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    // Last, for options after it would stand under its heading in the help.
    /// What to read of collections.
    #[command(flatten)]
    pub mongo: MongoArgs,
}

/// Arguments of `anonymize`.
#[derive(Debug, ClapArgs)]
pub struct AnonymizeArgs {
    /// Files, globs, `-` for stdin, or collections, as for `run`; collections are read whole
    #[arg(required = true, value_name = "SOURCE", value_hint = ValueHint::FilePath)]
    pub sources: Vec<String>,
    /// File to write
    #[arg(long, short, value_name = "FILE.csv", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Which documents of collections are read.
    #[command(flatten)]
    pub selection: SelectionArgs,
}

/// How documents are read; shared by all commands that read some.
#[derive(Debug, ClapArgs)]
pub struct ReadingArgs {
    /// Accept so many documents in quarantine (`10`, `0.5%`): up to the limit exit code 0,
    /// beyond it 7 and nothing is published
    #[arg(long, value_name = "N|P%")]
    pub max_rejects: Option<RejectLimit>,
    /// Put larger documents aside (`64MiB`, `1GB`)
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "64MiB")]
    pub max_document_size: u64,
    /// How long to wait for another writer of the lake
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
}

/// Arguments of `transform`.
#[derive(Debug, ClapArgs)]
pub struct TransformArgs {
    /// Folder to write to; made where it isn't there
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub materialize: PathBuf,
}

/// Arguments of `load`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct LoadArgs {
    /// Send all rows: update those that differ, delete those that the lake does not have
    #[arg(long)]
    pub full: bool,
    /// Compare all rows of lake and database afterwards; exit code 7 where they differ
    #[arg(long)]
    pub verify: bool,
    /// Move tables of the original scripts aside under a dated name, and make new ones
    #[arg(long)]
    pub adopt: bool,
}

/// Arguments of `export`.
#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    /// The table
    #[arg(value_enum, value_name = "TABLE")]
    pub table: Table,
    /// File to write, its format told by its ending (.csv, .parquet, .ndjson or .jsonl),
    /// or `-` for stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// Format, whatever the ending [default on stdout: csv]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write CSV that a spreadsheet of this language opens by double click
    ///
    /// `es`: fields between `;`, decimal comma, byte order mark, VERDADERO and FALSO, and
    /// dates as `2025-01-08 22:10:36`: the local time of the document to the second, since
    /// Excel knows no offsets. Take the plain CSV for calculation elsewhere.
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub excel: Option<Excel>,
}

/// A published table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// One row per transaction, values as measured
    Staging,
    /// The same rows, derived and typed
    Transform,
    /// One row per process: its last attempt
    NoRetries,
}

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text with a header line; what pandas and spreadsheets read
    Csv,
    /// Columns with types, compressed
    Parquet,
    /// One JSON object per line
    Ndjson,
}

/// A spreadsheet's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Excel {
    /// Spanish
    Es,
}

/// Arguments of `runs`.
#[derive(Debug, ClapArgs)]
pub struct RunsArgs {
    /// Show the last N runs only
    #[arg(long, short = 'n', value_name = "N")]
    pub limit: Option<usize>,
}

/// What to do with the quarantine.
#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// List documents that were put aside: run, source, position, reason
    #[command(after_help = examples::QUARANTINE_LIST)]
    List {
        /// Show documents of this run only
        #[arg(long, value_name = "RUN")]
        run: Option<String>,
    },
    /// Write the bytes of one document to stdout; they are personal data
    #[command(after_help = examples::QUARANTINE_SHOW)]
    Show {
        /// The document, as listed
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Read documents again, after a change of the card for example
    #[command(after_help = examples::QUARANTINE_REPLAY)]
    Replay {
        /// Documents, as listed [default: all]
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// How documents are read.
        #[command(flatten)]
        reading: ReadingArgs,
    },
}

/// What to do with a key.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a new key in a file that only you can read; never replaces one
    #[command(after_help = examples::KEY_NEW)]
    New {
        /// File to write [default: the one of --key-file]
        #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
    },
    /// Show the id of a key, which says nothing of the key itself
    #[command(after_help = examples::KEY_SHOW_ID)]
    ShowId,
}

/// What to do with a card.
#[derive(Debug, Subcommand)]
pub enum CardCommand {
    /// Show the card: features, pipeline, response codes
    #[command(after_help = examples::CARD_SHOW)]
    Show {
        /// Write Markdown: of one part, or of all
        #[arg(long, value_enum, value_name = "PART", num_args = 0..=1, default_missing_value = "all")]
        markdown: Option<CardPart>,
    },
    /// Check a card; tells every mistake with line and column
    #[command(after_help = examples::CARD_CHECK)]
    Check {
        /// The card
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

/// A part of a card's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardPart {
    /// All parts, one after the other
    All,
    /// The columns of the staging table
    Staging,
    /// The columns of the transform table
    Transform,
    /// The dictionary of response codes
    Codes,
}

/// Arguments of `demo`.
#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// Folder for the demonstration; made where it isn't there
    #[arg(
        long,
        value_name = "DIR",
        default_value = "veriscope-demo",
        value_hint = ValueHint::DirPath
    )]
    pub dir: PathBuf,
    /// How many transactions; another number is another month, so give it another folder
    #[arg(long, value_name = "N", default_value_t = 14_654)]
    pub transactions: u64,
    /// Show it in the browser at once, as `serve` does
    #[arg(long)]
    pub serve: bool,
    /// Where, with --serve.
    #[command(flatten)]
    pub address: AddressArgs,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Arguments of `simulate`.
#[derive(Debug, ClapArgs)]
pub struct SimulateArgs {
    /// How many transactions
    #[arg(long, value_name = "N", default_value_t = 14_654)]
    pub transactions: u64,
    /// Seed: the same seed gives the same bytes, on any machine
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// File to write, compressed where it ends in .gz or .zst; `-` for stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// Form of the documents
    #[arg(
        long,
        value_name = "FORMAT",
        default_value_t = simulate::Format::Ndjson,
        value_parser = named::<simulate::Format>(&simulate::Format::ALL.map(simulate::Format::name))
    )]
    pub format: simulate::Format,
    /// First day [default: that of the scenario]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<chrono::NaiveDate>,
    /// How many days [default: those of the scenario]
    #[arg(long, value_name = "D", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub days: Option<u32>,
    /// Leave the landmarks of faces out: nine tenths of the bytes, read by no feature
    #[arg(long)]
    pub no_landmarks: bool,
    /// How the microservices really go together [default: that of the scenario]
    #[arg(
        long,
        value_name = "NAME",
        value_parser = named::<simulate::Pipeline>(&simulate::Pipeline::ALL.map(simulate::Pipeline::name))
    )]
    pub pipeline: Option<simulate::Pipeline>,
    /// Parameters that are other than those of the published month
    #[arg(long, value_name = "FILE.yaml", value_hint = ValueHint::FilePath)]
    pub scenario: Option<PathBuf>,
    /// File for what was planted, as JSON
    #[arg(long, value_name = "FILE.json", value_hint = ValueHint::FilePath)]
    pub truth: Option<PathBuf>,
}

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests;
