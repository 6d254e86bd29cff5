//! The command line: arguments → settings → one command → exit code.
//!
//! Invariants: data goes to stdout, messages to stderr; every failure ends in one
//! [`veriscope_base::ErrorClass`]; nothing that is printed holds a value of a document.

pub mod args;
pub mod commands;
pub mod export;
pub mod failure;
mod figures;
mod ingest;
pub mod interrupt;
mod lake_access;
mod marks;
mod pipeline;
pub mod progress;
mod runtime;
pub mod settings;
mod sources;
pub mod summary;
pub mod terminal;

use std::process::ExitCode;

use clap::Parser;
use veriscope_base::ErrorClass;

use args::{Args, Command};
use settings::{Settings, SystemEnvironment};
use terminal::Terminal;

/// Runs the program on the process's own arguments.
#[must_use]
pub fn main() -> ExitCode {
    veriscope_lake::arm_failpoints();
    failure::install_panic_hook();
    // The hook has told of the panic; here it becomes the exit code of a defect.
    let code = std::panic::catch_unwind(enter).unwrap_or(ErrorClass::Defect.exit_code());
    ExitCode::from(code)
}

fn enter() -> u8 {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(stop) => {
            // Help and version go to stdout, which may be closed: no failure of ours.
            let _ = stop.print();
            return u8::try_from(stop.exit_code()).unwrap_or(ErrorClass::Usage.exit_code());
        }
    };
    let terminal = Terminal::new(&args.shared);
    let mut shared = args.shared;
    if let Command::Demo(demo) = &args.command
        && let Err(refused) = commands::demo::keep_apart(demo, &mut shared)
    {
        return failure::report(&refused.into(), &terminal);
    }
    let settings = Settings::resolve(shared, &SystemEnvironment, terminal);
    match commands::dispatch(args.command, &settings) {
        Ok(ending) => ending.exit_code(),
        Err(error) => failure::report(&error, &settings.terminal),
    }
}
