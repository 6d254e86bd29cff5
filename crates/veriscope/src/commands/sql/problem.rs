//! What is wrong with a query, and where.
//!
//! The engine's messages about a query name what the user wrote. Its messages about a failure
//! while rows are read may quote cells, so there everything quoted and every number is blotted
//! out.

use datafusion::common::Span;
use datafusion::error::DataFusionError;
use veriscope_base::ErrorClass;
use veriscope_lake::LakeError;

use crate::failure::Failure;

/// A mistake in a query.
pub(super) struct Problem {
    message: String,
    place: Option<Place>,
    hint: Option<String>,
}

/// A place in a query, from 1.
struct Place {
    line: usize,
    column: usize,
    /// The line itself.
    text: String,
    /// How many characters are meant.
    width: usize,
}

impl Problem {
    /// Reads an error of planning.
    pub(super) fn new(sql: &str, error: &DataFusionError) -> Self {
        if let Some(diagnostic) = error.diagnostic() {
            let notes = diagnostic.notes.iter().map(|note| note.message.as_str());
            let helps = diagnostic.helps.iter().map(|help| help.message.as_str());
            let hints: Vec<String> = notes.chain(helps).map(lowercase).collect();
            let (message, at) = split_place(&diagnostic.message);
            let place = match diagnostic.span {
                Some(span) => Place::of_span(sql, span),
                None => at.and_then(|(line, column)| Place::new(sql, line, column, 1)),
            };
            return Self {
                message: message.to_owned(),
                place,
                hint: (!hints.is_empty()).then(|| hints.join("; ")),
            };
        }
        let text = match error.find_root() {
            DataFusionError::SQL(parser, _) => parser.to_string(),
            DataFusionError::Plan(text)
            | DataFusionError::NotImplemented(text)
            | DataFusionError::Configuration(text) => text.clone(),
            DataFusionError::SchemaError(schema, _) => schema.to_string(),
            // Constants are computed while a query is planned.
            other => blotted(&other.strip_backtrace()),
        };
        let first = text.lines().next().unwrap_or_default();
        let (message, at) = split_place(first);
        Self {
            message: message.trim_start_matches("sql parser error: ").to_owned(),
            place: at.and_then(|(line, column)| Place::new(sql, line, column, 1)),
            hint: None,
        }
    }

    pub(super) fn into_failure(self) -> Failure {
        let message = match &self.place {
            Some(place) => format!(
                "line {}, column {}: {}\n  {}\n  {}{}",
                place.line,
                place.column,
                lowercase(&self.message),
                place.text,
                " ".repeat(place.column.saturating_sub(1)),
                "^".repeat(place.width)
            ),
            None => lowercase(&self.message),
        };
        let failure = Failure::new(ErrorClass::Usage, message);
        match self.hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

impl Place {
    fn new(sql: &str, line: usize, column: usize, width: usize) -> Option<Self> {
        let text: String = sql
            .lines()
            .nth(line.checked_sub(1)?)?
            .chars()
            // Of one column each, so that the mark below stands where it should.
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        Some(Self {
            line,
            column,
            text,
            width: width.max(1),
        })
    }

    fn of_span(sql: &str, span: Span) -> Option<Self> {
        let number = |number: u64| usize::try_from(number).ok();
        let (line, column) = (number(span.start.line)?, number(span.start.column)?);
        let width = if span.end.line == span.start.line {
            number(span.end.column.saturating_sub(span.start.column))?
        } else {
            1
        };
        Self::new(sql, line, column, width)
    }
}

/// Cuts ` at Line: 1, Column: 8` off the end of the parser's messages.
fn split_place(message: &str) -> (&str, Option<(usize, usize)>) {
    let place = message.rsplit_once(" at Line: ").and_then(|(before, at)| {
        let (line, column) = at.split_once(", Column: ")?;
        Some((before, (line.parse().ok()?, column.trim().parse().ok()?)))
    });
    match place {
        Some((before, at)) => (before, Some(at)),
        None => (message, None),
    }
}

/// What a message says, without the names that layers of the engine put before it and the
/// list of all that it tried.
fn essence(message: &str) -> &str {
    const LAYERS: [&str; 8] = [
        "sql parser error: ",
        "Internal error: ",
        "Arrow error: ",
        "Execution error: ",
        "Error during planning: ",
        "Cast error: ",
        "Parser error: ",
        "Compute error: ",
    ];
    let mut text = message.lines().next().unwrap_or_default();
    while let Some(inner) = LAYERS.iter().find_map(|layer| text.strip_prefix(layer)) {
        text = inner;
    }
    text.split(", errors: ").next().unwrap_or(text)
}

fn lowercase(message: &str) -> String {
    let mut chars = message.trim().chars();
    match (chars.next(), chars.clone().next()) {
        // Not an abbreviation: SQL stays SQL.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        (Some(first), _) => std::iter::once(first).chain(chars).collect(),
        (None, _) => String::new(),
    }
}

/// Turns an error while rows are read into what the user is told.
pub(super) fn failed_while_reading(error: DataFusionError) -> anyhow::Error {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => Failure::new(
            ErrorClass::Usage,
            "the query needs more memory than a query may take",
        )
        .with_hint("select fewer columns, or filter and group before you sort or join")
        .into(),
        DataFusionError::ArrowError(..) | DataFusionError::Execution(_) => {
            let message = blotted(&error.find_root().strip_backtrace());
            let message = lowercase(essence(&message));
            Failure::new(ErrorClass::Usage, format!("the query failed: {message}"))
                .with_hint("try_cast gives null where a value can't be cast, nullif(x, 0) keeps a division from failing")
                .into()
        }
        _ => LakeError::from(error).into(),
    }
}

/// Blots out what stands between quotes, and numbers.
fn blotted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut in_word = false;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => {
                quote = None;
                out.push(c);
            }
            Some(_) => {}
            // An apostrophe inside a word is none: can't.
            None if (c == '\'' || c == '"' || c == '`') && !in_word => {
                quote = Some(c);
                out.push(c);
                out.push('…');
            }
            None if c.is_ascii_digit() && !in_word => {
                if !out.ends_with('…') {
                    out.push('…');
                }
            }
            None => out.push(c),
        }
        in_word = c.is_alphabetic() || c == '_' || (in_word && c.is_ascii_digit());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{blotted, essence, lowercase, split_place};

    #[test]
    fn cells_in_a_message_are_blotted_out_and_types_are_not() {
        for (message, shown) in [
            (
                "Cannot cast string 'face not found' to value of Int64 type",
                "Cannot cast string '…' to value of Int64 type",
            ),
            (
                "Can't cast value 9007199254740993 to type Int32",
                "Can't cast value … to type Int32",
            ),
            (
                "Overflow happened on: 12 + -34.5",
                "Overflow happened on: … + -….…",
            ),
            ("an open 'quote and what follows", "an open '…"),
            ("Divide by zero error", "Divide by zero error"),
        ] {
            assert_eq!(blotted(message), shown);
        }
    }

    #[test]
    fn the_place_is_cut_off_a_message() {
        let message = "Expected: an expression, found: FROM at Line: 2, Column: 14";
        let (before, at) = split_place(message);
        assert_eq!(before, "Expected: an expression, found: FROM");
        assert_eq!(at, Some((2, 14)));
        assert_eq!(split_place("no place"), ("no place", None));
    }

    #[test]
    fn layers_of_the_engine_are_no_part_of_a_message() {
        let message = "Arrow error: Cast error: Cannot cast\nand more";
        assert_eq!(essence(message), "Cannot cast");
        let message = "Internal error: Function 'sum' failed, errors: Error during planning: x";
        assert_eq!(essence(message), "Function 'sum' failed");
    }

    #[test]
    fn messages_begin_in_lower_case_unless_with_an_abbreviation() {
        assert_eq!(lowercase("Expected: x"), "expected: x");
        assert_eq!(lowercase("SQL is wrong"), "SQL is wrong");
        assert_eq!(lowercase(""), "");
    }
}
