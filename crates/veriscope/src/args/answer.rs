//! Arguments of `answer`, and what it shares with `metrics get`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::examples;

/// What to answer.
#[derive(Debug, Subcommand)]
pub enum AnswerCommand {
    /// Where does the time go? Times, the critical path, what a faster microservice would save
    #[command(after_help = examples::ANSWER_BOTTLENECKS)]
    Bottlenecks(AnswerArgs),
    /// Who is accepted? Rates by every dimension, where people stop, and why
    #[command(after_help = examples::ANSWER_ACCEPTANCE)]
    Acceptance(AcceptanceArgs),
    /// Why do people try again? What retries add and cost, who leaves after which failure, what
    /// to mend first
    #[command(after_help = examples::ANSWER_RETRIES)]
    Retries(AnswerArgs),
    /// Why is this different? Transactions compared with the rest, or with others, over every
    /// column
    #[command(after_help = examples::ANSWER_WHY)]
    Why(WhyArgs),
}

impl AnswerCommand {
    /// Returns what all answers take.
    #[must_use]
    pub const fn args(&self) -> &AnswerArgs {
        match self {
            Self::Bottlenecks(args) | Self::Retries(args) => args,
            Self::Acceptance(args) => &args.answer,
            Self::Why(args) => &args.answer,
        }
    }
}

/// Arguments of `answer acceptance`.
#[derive(Debug, ClapArgs)]
pub struct AcceptanceArgs {
    /// Dimensions: columns of the view attempts, parted by commas; without it the usual ones
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub by: Vec<String>,
    /// What all answers take
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Arguments of `answer why`.
#[derive(Debug, ClapArgs)]
#[command(mut_arg("condition", |arg| arg.required(true).help("The transactions to explain")))]
pub struct WhyArgs {
    /// What all answers take
    #[command(flatten)]
    pub answer: AnswerArgs,
    /// Compare them with these; without it, with the rest
    #[arg(long, value_name = "CONDITION")]
    pub against: Option<String>,
}

/// Arguments of an answer.
#[derive(Debug, ClapArgs)]
pub struct AnswerArgs {
    /// Which rows
    #[command(flatten)]
    pub rows: RowsArgs,
    /// In what form
    #[command(flatten)]
    pub form: FormArgs,
    /// Only this table, as named by --explain
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
}

/// Which rows of a view.
#[derive(Debug, ClapArgs)]
pub struct RowsArgs {
    /// Only rows of the view for which this condition holds
    #[arg(long = "where", value_name = "CONDITION")]
    pub condition: Option<String>,
    /// First local day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<chrono::NaiveDate>,
    /// Last local day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<chrono::NaiveDate>,
    /// Keep what the exclusions of the configuration would leave out
    #[arg(long)]
    pub no_exclusions: bool,
}

/// In what form numbers are written.
#[derive(Debug, ClapArgs)]
pub struct FormArgs {
    /// Write CSV
    #[arg(long, conflicts_with_all = ["json", "md"])]
    pub csv: bool,
    /// Write Markdown
    #[arg(long, conflicts_with = "json")]
    pub md: bool,
    /// Say how the numbers are defined
    #[arg(long)]
    pub explain: bool,
    /// Language of the text
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t)]
    pub lang: Lang,
}

/// A language of what people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    #[default]
    En,
    /// Spanish
    Es,
}
