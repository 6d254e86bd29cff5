//! How the program ends: the class of a failure, what is printed of it, and the exit code.
//!
//! Libraries answer `class()`; here an error's chain is searched for the first one that does.
//! An error that no one foresaw is a defect of ours and asks for a report.

use std::error::Error;
use std::panic::PanicHookInfo;

use veriscope_base::ErrorClass;

use crate::export::ExportError;
use crate::settings::SettingsError;
use crate::terminal::{OutputError, Terminal, is_closed_stdout};

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All done.
    Done,
    /// Done, but so that the exit code has to say it: documents in quarantine.
    With(ErrorClass),
}

impl Ending {
    /// Returns the exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::With(class) => class.exit_code(),
        }
    }

    /// Returns the ending of two pieces of work: the graver one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let classes = [self, other].into_iter().filter_map(|ending| match ending {
            Self::Done => None,
            Self::With(class) => Some(class),
        });
        gravest(classes).map_or(Self::Done, Self::With)
    }
}

/// Returns the class that wins where several hold.
#[must_use]
pub fn gravest(classes: impl IntoIterator<Item = ErrorClass>) -> Option<ErrorClass> {
    let held: Vec<ErrorClass> = classes.into_iter().collect();
    ErrorClass::BY_PRECEDENCE
        .into_iter()
        .find(|class| held.contains(class))
}

/// A failure of a command itself, for what no library has an error of its own.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Which kind of failure.
    pub class: ErrorClass,
    /// What happened, and where.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Failure {
    /// Makes a failure without a hint.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            hint: None,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// Returns the class of an error: of the first in its chain that has one, else a defect.
#[must_use]
pub fn class_of(error: &anyhow::Error) -> ErrorClass {
    // A failure given as context is no link of the chain by its own type.
    let context = error.downcast_ref::<Failure>().map(|failure| failure.class);
    context
        .or_else(|| error.chain().find_map(known_class))
        .unwrap_or(ErrorClass::Defect)
}

/// The errors that answer `class()`. A library's new error type is added here.
fn known_class(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    macro_rules! first_of {
        ($($known:ty),+ $(,)?) => {
            $(if let Some(known) = error.downcast_ref::<$known>() {
                return Some(known.class());
            })+
        };
    }
    first_of!(
        ExportError,
        OutputError,
        SettingsError,
        veriscope_answers::AnswerError,
        veriscope_card::CardError,
        veriscope_card::CardErrors,
        veriscope_extract::ExtractError,
        veriscope_lake::LakeError,
        veriscope_metrics::expression::ExpressionError,
        veriscope_metrics::query::QueryError,
        veriscope_mongo::MongoError,
        veriscope_postgres::LoadError,
        veriscope_postgres::ServerError,
        veriscope_postgres::VerifyError,
        veriscope_privacy::KeyError,
        veriscope_privacy::PseudonymiseError,
        veriscope_privacy::RegistryError,
        veriscope_privacy::SealError,
        veriscope_profile::ProfileError,
        veriscope_server::ServeError,
        veriscope_simulate::ScenarioError,
        veriscope_simulate::SimulateError,
        veriscope_source::SourceError,
        veriscope_transform::TransformError,
    );
    None
}

fn hint_of(error: &anyhow::Error) -> Option<&str> {
    error.downcast_ref::<Failure>()?.hint.as_deref()
}

/// Prints a failure to stderr and returns the exit code.
///
/// A closed stdout (`| head`) is no failure: nothing is printed, and the code is 0.
#[must_use]
pub fn report(error: &anyhow::Error, terminal: &Terminal) -> u8 {
    if error.chain().any(is_closed_stdout) {
        return 0;
    }
    let class = class_of(error);
    for line in lines(error, class) {
        terminal.failure(line.0, &line.1);
    }
    class.exit_code()
}

/// The parts of a report, each with its label.
fn lines(error: &anyhow::Error, class: ErrorClass) -> Vec<(&'static str, String)> {
    let mut lines: Vec<(&'static str, String)> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // Many wrappers repeat what they wrap; said once is enough.
        if lines.iter().any(|(_, said)| said.contains(&text)) {
            continue;
        }
        lines.push((if lines.is_empty() { "error" } else { "cause" }, text));
    }
    if let Some(hint) = hint_of(error) {
        lines.push(("hint", hint.to_owned()));
    }
    if class == ErrorClass::Defect {
        lines.push((
            "hint",
            format!("this is a defect of veriscope; {}", please_report()),
        ));
    }
    lines
}

fn please_report() -> String {
    format!(
        "please report it with this message and `veriscope {}` at {}/issues",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY")
    )
}

/// Makes a panic print one line. Its payload may hold a document's value, so only the place
/// in the program is named.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        // Without stderr there is no one to tell.
        let _ = writeln!(std::io::stderr(), "{}", panic_line(panic));
    }));
}

fn panic_line(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or_else(
        || "an unknown place".to_owned(),
        |location| format!("{}:{}", short_path(location.file()), location.line()),
    );
    format!(
        "error: veriscope failed at {place}; this is a defect, {}",
        please_report()
    )
}

/// The last folders of a source path: enough to find it, nothing of the machine it was built on.
fn short_path(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let start = parts.len().saturating_sub(4);
    parts.get(start..).unwrap_or(&parts).join("/")
}

#[cfg(test)]
mod tests;
