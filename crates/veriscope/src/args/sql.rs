//! Arguments of `sql`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use super::Lang;

/// Arguments of `sql`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["query", "file", "describe"]))]
pub struct SqlArgs {
    /// The query; names are taken as written, whatever their case
    #[arg(value_name = "SQL")]
    pub query: Option<String>,
    /// File with the query, or `-` for stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// List the tables and views, or tell the columns of one: name, type, unit, meaning
    #[arg(long, value_name = "TABLE", num_args = 0..=1, default_missing_value = "")]
    pub describe: Option<String>,
    /// Form of the result [default: by the ending of --out; table on a terminal, else csv]
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "describe")]
    pub format: Option<ResultFormat>,
    /// File to write (.csv, .json, .ndjson, .jsonl or .parquet), or `-` for stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "describe")]
    pub out: Option<PathBuf>,
    /// Rows that a table shows at most; 0 for all
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        conflicts_with = "describe"
    )]
    pub max_rows: usize,
    /// Language of --describe
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t = Lang::En, conflicts_with_all = ["query", "file"])]
    pub lang: Lang,
}

/// A form of a query's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResultFormat {
    /// Columns in line, for reading; as wide as the terminal
    Table,
    /// Text with a header line
    Csv,
    /// One JSON array of objects
    Json,
    /// One JSON object per line
    Ndjson,
    /// Columns with types, compressed
    Parquet,
}
