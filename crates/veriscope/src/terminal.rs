//! What is printed: data to stdout, messages to stderr, colours only where they are seen.

pub mod format;

use std::error::Error;
use std::io::{self, IsTerminal, Write};

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use veriscope_base::ErrorClass;

use crate::args::Shared;

/// A failure to write to stdout.
#[derive(Debug, thiserror::Error)]
#[error("failed to write to stdout")]
pub struct OutputError(#[source] io::Error);

impl OutputError {
    /// Returns the class of failure.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Target
    }
}

/// The mark of a stdout whose reader went away, inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("stdout was closed")]
struct ClosedStdout;

/// Returns whether an error is the reader of stdout having gone away.
#[must_use]
pub fn is_closed_stdout(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .is_some_and(|inner| inner.is::<ClosedStdout>())
}

/// Stdout, marking the error of a closed pipe, so that no other broken pipe is taken for it.
#[derive(Debug)]
pub struct Stdout(io::Stdout);

impl Stdout {
    /// Opens stdout.
    #[must_use]
    pub fn open() -> Self {
        Self(io::stdout())
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(mark_closed)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(mark_closed)
    }
}

fn mark_closed(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return io::Error::new(io::ErrorKind::BrokenPipe, ClosedStdout);
    }
    error
}

/// Where and how messages and data are printed.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Data as JSON.
    pub json: bool,
    /// Warnings and errors alone.
    pub quiet: bool,
    /// How much more to say.
    pub verbose: u8,
    /// Whether stderr is a terminal that a person looks at.
    pub interactive: bool,
    /// Styles of stdout.
    pub out: Styles,
    /// Styles of stderr.
    pub err: Styles,
}

impl Terminal {
    /// Reads what stdout and stderr are.
    #[must_use]
    pub fn new(shared: &Shared) -> Self {
        let interactive = io::stderr().is_terminal() && !is_dumb();
        Self {
            json: shared.json,
            quiet: shared.quiet,
            verbose: shared.verbose,
            interactive,
            out: Styles::new(io::stdout().is_terminal()),
            err: Styles::new(io::stderr().is_terminal()),
        }
    }

    /// Writes text and a line end to stdout.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn data(&self, text: &str) -> Result<(), OutputError> {
        let end: &[u8] = if text.ends_with('\n') { b"" } else { b"\n" };
        self.data_bytes(&[text.as_bytes(), end].concat())
    }

    /// Writes bytes as they are to stdout.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn data_bytes(&self, bytes: &[u8]) -> Result<(), OutputError> {
        let mut stdout = Stdout::open();
        stdout
            .write_all(bytes)
            .and_then(|()| stdout.flush())
            .map_err(OutputError)
    }

    /// Writes a value as JSON to stdout.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn data_json(&self, value: &impl Serialize) -> Result<(), OutputError> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| OutputError(io::Error::other(error)))?;
        self.data(&text)
    }

    /// Writes a value as one line of JSON to stdout.
    ///
    /// # Errors
    /// When stdout can't be written.
    pub fn data_json_line(&self, value: &impl Serialize) -> Result<(), OutputError> {
        let text =
            serde_json::to_string(value).map_err(|error| OutputError(io::Error::other(error)))?;
        self.data(&text)
    }

    /// Tells what is going on; silent with `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            stderr_line(text);
        }
    }

    /// Tells a detail, with `-v` only.
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 {
            stderr_line(&self.err.dim(text));
        }
    }

    /// Warns; `--quiet` or not.
    pub fn warn(&self, text: &str) {
        stderr_line(&format!("{} {text}", self.err.yellow("warning:")));
    }

    /// Prints one part of a failure (`error`, `cause`, `hint`).
    pub fn failure(&self, label: &str, text: &str) {
        let label = format!("{label}:");
        let label = if label == "error:" {
            self.err.red(&label)
        } else {
            self.err.bold(&label)
        };
        stderr_line(&format!("{label} {text}"));
    }
}

fn stderr_line(text: &str) {
    // Without stderr there is no one to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// ANSI styles, or none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Styles {
    enabled: bool,
}

impl Styles {
    /// Styles for a terminal, unless `NO_COLOR` (<https://no-color.org>) or `TERM=dumb` ask for none.
    #[must_use]
    pub fn new(is_terminal: bool) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            enabled: is_terminal && !refused && !is_dumb(),
        }
    }

    /// No styles at all.
    #[must_use]
    pub const fn plain() -> Self {
        Self { enabled: false }
    }

    /// Returns bold text.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Returns dim text.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Returns bold red text.
    #[must_use]
    pub fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// Returns bold yellow text.
    #[must_use]
    pub fn yellow(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.enabled {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// Numbers stand to the right.
    pub align: Align,
}

/// Returns a column of text.
#[must_use]
pub const fn left(title: &'static str) -> Column {
    Column {
        title,
        align: Align::Left,
    }
}

/// Returns a column of numbers.
#[must_use]
pub const fn right(title: &'static str) -> Column {
    Column {
        title,
        align: Align::Right,
    }
}

/// To which side a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Lays rows out below a line of titles, without trailing blanks.
#[must_use]
pub fn table(columns: &[Column], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    if columns.iter().any(|column| !column.title.is_empty()) {
        table.set_header(columns.iter().map(|column| column.title));
    }
    table.add_rows(rows);
    for (index, column) in columns.iter().enumerate() {
        let Some(laid) = table.column_mut(index) else {
            continue;
        };
        laid.set_padding((0, 2));
        if column.align == Align::Right {
            laid.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::{Align, Column, Styles, is_closed_stdout, mark_closed, table};
    use std::io;

    #[test]
    fn a_table_aligns_numbers_to_the_right_and_has_no_trailing_blanks() {
        let columns = [
            Column {
                title: "what",
                align: Align::Left,
            },
            Column {
                title: "n",
                align: Align::Right,
            },
        ];
        let rows = vec![
            vec!["read".to_owned(), "1,200".to_owned()],
            vec!["new".to_owned(), "3".to_owned()],
        ];
        assert_eq!(
            table(&columns, rows),
            "what      n\nread  1,200\nnew       3"
        );
    }

    #[test]
    fn only_a_broken_pipe_of_stdout_counts_as_closed() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_closed_stdout(&mark_closed(broken())));
        assert!(!is_closed_stdout(&broken()));
        assert!(!is_closed_stdout(&mark_closed(io::Error::other("full"))));
    }

    #[test]
    fn text_for_no_terminal_has_no_codes() {
        assert_eq!(Styles::plain().red("x"), "x");
        assert_eq!(Styles { enabled: true }.bold("x"), "\u{1b}[1mx\u{1b}[0m");
    }
}
