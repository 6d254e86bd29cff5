//! Arguments of `profile`, and of `run --profile`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Arguments of `profile`.
#[derive(Clone, Debug, Args)]
pub struct ProfileArgs {
    /// Tables of the lake (`staging`, `transform`, `no-retries`, or `all` three), or a file:
    /// .csv, .parquet, .ndjson or .jsonl, text also as .gz or .zst
    #[arg(required = true, value_name = "TABLE|FILE", value_hint = ValueHint::FilePath)]
    pub what: Vec<String>,
    /// Folder for the reports: one HTML file for each table, and its data with --json
    #[arg(long, short, value_name = "DIR", default_value = "veriscope-profile", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Set parts side by side: values of a column of `attempts` (`month=2025-01,2025-02`), or
    /// another file
    #[arg(long, value_name = "COLUMN=VALUE,VALUE…|FILE")]
    pub compare: Option<String>,
    /// Only transactions for which this condition over `attempts` holds
    #[arg(long = "where", value_name = "CONDITION")]
    pub condition: Option<String>,
    /// First local day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<chrono::NaiveDate>,
    /// Last local day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<chrono::NaiveDate>,
    /// Show identities, whole tokens and rare values too; the files are personal data then
    #[arg(long)]
    pub full: bool,
}
