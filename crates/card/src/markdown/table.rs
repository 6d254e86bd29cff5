//! Tables whose columns stand in line in the text as well as on a page.

use crate::{Feature, Generalise, PathKey, Privacy, Range};

/// A table with a head.
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&'static str]) -> Self {
        Self {
            head: head.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row: one cell for each column of the head.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.head.len());
        self.rows.push(cells);
    }

    /// Writes the table and an empty line after it.
    pub(crate) fn write(&self, out: &mut String) {
        let mut widths: Vec<usize> = self.head.iter().map(|cell| width(cell)).collect();
        for row in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(width(cell));
            }
        }
        let rule: Vec<String> = widths
            .iter()
            .map(|widest| "-".repeat((*widest).max(3)))
            .collect();
        line(out, self.head.iter().copied(), &widths);
        line(out, rule.iter().map(String::as_str), &widths);
        for row in &self.rows {
            line(out, row.iter().map(String::as_str), &widths);
        }
        out.push('\n');
    }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

fn line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>, widths: &[usize]) {
    out.push('|');
    for (cell, widest) in cells.zip(widths) {
        let padding = widest.max(&3).saturating_sub(width(cell));
        out.push(' ');
        out.push_str(cell);
        out.push_str(&" ".repeat(padding));
        out.push_str(" |");
    }
    out.push('\n');
}

/// Text of a card, on one line and without anything that a page would run or lay out.
pub(crate) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' => safe.push_str("\\|"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '*' | '_' | '`' | '[' | ']' | '\\' => {
                safe.push('\\');
                safe.push(character);
            }
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

/// A name or a path as code.
pub(crate) fn code(text: &str) -> String {
    let safe: String = text
        .chars()
        .map(|character| {
            if character == '`' || character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    // Within code a table still ends its cell at a bar.
    format!("`{}`", safe.replace('|', "\\|"))
}

/// A path, dotted; a key that holds more than letters, digits and `_` in brackets.
pub(super) fn path(keys: &[PathKey]) -> String {
    let mut text = String::new();
    for key in keys {
        match key {
            PathKey::Index(index) => text.push_str(&format!("[{index}]")),
            PathKey::Key(key) if key.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            PathKey::Key(key) => text.push_str(&format!("[\"{}\"]", key.escape_debug())),
        }
    }
    code(&text)
}

/// A valid range.
pub(super) fn range(range: Option<Range>) -> String {
    match range.map(|range| (range.min, range.max)) {
        Some((Some(min), Some(max))) => format!("{min} to {max}"),
        Some((Some(min), None)) => format!("≥ {min}"),
        Some((None, Some(max))) => format!("≤ {max}"),
        Some((None, None)) | None => String::new(),
    }
}

/// A privacy class, with its rule.
pub(super) fn privacy(feature: &Feature) -> String {
    match &feature.privacy {
        Privacy::Token => "token".to_owned(),
        Privacy::Number => "number".to_owned(),
        Privacy::Keep => "keep".to_owned(),
        Privacy::Drop => "drop".to_owned(),
        Privacy::Generalise(Generalise::Prefix(length)) => {
            format!("generalise: first {length} characters")
        }
        Privacy::Generalise(Generalise::UserAgent) => "generalise: user agent".to_owned(),
    }
}
