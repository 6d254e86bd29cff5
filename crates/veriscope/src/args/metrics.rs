//! Arguments of `metrics`.

use clap::{Args as ClapArgs, Subcommand};

use super::{FormArgs, Lang, RowsArgs, examples};

/// What to do with metrics.
#[derive(Debug, Subcommand)]
pub enum MetricsCommand {
    /// List all metrics
    #[command(after_help = examples::METRICS_LIST)]
    List(MetricsListArgs),
    /// Show how a metric is defined: its sentence, expression, SQL and DAX
    #[command(after_help = examples::METRICS_SHOW)]
    Show(MetricsShowArgs),
    /// Evaluate metrics on the lake's newest snapshot
    #[command(after_help = examples::METRICS_GET)]
    Get(MetricsGetArgs),
}

/// Arguments of `metrics list`.
#[derive(Debug, ClapArgs)]
pub struct MetricsListArgs {
    /// Only metrics whose id or title holds this text
    #[arg(value_name = "TEXT")]
    pub containing: Option<String>,
    /// Language of titles
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t)]
    pub lang: Lang,
}

/// Arguments of `metrics show`.
#[derive(Debug, ClapArgs)]
pub struct MetricsShowArgs {
    /// The metric, as listed
    #[arg(value_name = "ID")]
    pub id: String,
    /// Language of the text
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t)]
    pub lang: Lang,
}

/// Arguments of `metrics get`.
#[derive(Debug, ClapArgs)]
pub struct MetricsGetArgs {
    /// The metrics, as listed
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Dimensions: columns of the metric's view, parted by commas
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub by: Vec<String>,
    /// Which rows
    #[command(flatten)]
    pub rows: RowsArgs,
    /// In what form
    #[command(flatten)]
    pub form: FormArgs,
}
