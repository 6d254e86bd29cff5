//! `completions`: write a completion script for a shell.

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::failure::Ending;
use crate::settings::Settings;

/// Writes the script to stdout.
///
/// # Errors
/// When stdout can't be written.
pub fn run(args: &CompletionsArgs, settings: &Settings) -> anyhow::Result<Ending> {
    // Made in memory first: the generator panics where a write fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "veriscope", &mut script);
    settings.terminal.data(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Done)
}
