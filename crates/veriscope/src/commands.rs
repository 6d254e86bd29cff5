//! One file per command; here each is called.

pub mod anonymize;
pub mod answer;
pub mod card;
pub mod completions;
pub mod demo;
pub mod export;
pub(crate) mod follow;
pub mod key;
pub mod load;
pub mod metrics;
pub mod profile;
pub mod quarantine;
pub mod run;
pub mod runs;
pub mod serve;
pub mod simulate;
pub mod sql;
pub mod tables;
pub mod transform;

use crate::args::Command;
use crate::failure::Ending;
pub(crate) use crate::runtime::block_on;
use crate::settings::Settings;

/// Runs one command.
///
/// # Errors
/// Whatever ends the command; `failure` finds its class.
pub fn dispatch(command: Command, settings: &Settings) -> anyhow::Result<Ending> {
    match command {
        Command::Export(args) => export::run(&args, settings),
        Command::Transform(args) => transform::run(&args, settings),
        Command::Load(args) => load::run(&args, settings),
        Command::Key { action } => key::run(action, settings),
        Command::Card { action } => card::run(action, settings),
        Command::Completions(args) => completions::run(&args, settings),
        Command::Run(args) => run::run(&args, settings),
        Command::Stage(args) => run::stage(&args, settings),
        Command::Anonymize(args) => anonymize::run(&args, settings),
        Command::Demo(args) => demo::run(&args, settings),
        Command::Simulate(args) => simulate::run(&args, settings),
        Command::Answer { action } => answer::run(&action, settings),
        Command::Metrics { action } => metrics::run(action, settings),
        Command::Profile(args) => profile::run(&args, settings),
        Command::Runs(args) => runs::run(&args, settings),
        Command::Serve(args) => serve::run(&args, settings),
        Command::Quarantine { action } => quarantine::run(&action, settings),
        Command::Sql(args) => sql::run(&args, settings),
    }
}
