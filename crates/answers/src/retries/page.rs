//! The answer as a page.

mod attempts;
mod failures;
mod fix;
mod people;

use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::intervals::{Enough, Proportion};
use veriscope_metrics::number::float_u64;
use veriscope_metrics::retries::Retries;

use super::{RetriesAnswer, codes, words};
use crate::page::{Cell, Column, ColumnKind, Page};

const MS_PER_MINUTE: f64 = 60_000.0;
const MINUTES_PER_HOUR: f64 = 60.0;
const MINUTES_PER_DAY: f64 = 1_440.0;

/// What the sections are written from.
#[derive(Clone, Copy)]
struct Writer<'a> {
    retries: &'a Retries,
    card: &'a Card,
    language: Language,
}

impl Writer<'_> {
    fn say(self, english: &str, spanish: &str) -> String {
        self.language.pick(english, spanish).to_owned()
    }

    fn column(self, id: &'static str, english: &str, spanish: &str, kind: ColumnKind) -> Column {
        Column::new(id, self.language.pick(english, spanish), kind)
    }

    fn text(self, english: &str, spanish: &str) -> Cell {
        Cell::text(self.language.pick(english, spanish))
    }

    /// The columns of a code: the number and what it says.
    fn code_columns(self) -> [Column; 2] {
        [
            self.column("code", "code", "código", ColumnKind::Text),
            self.column("description", "reason", "motivo", ColumnKind::Text),
        ]
    }

    /// A time in the unit in which people say it.
    fn time(self, minutes: f64) -> String {
        let (number, one, more) = match minutes {
            minutes if minutes < MINUTES_PER_HOUR => (minutes, "min", "min"),
            minutes if minutes < MINUTES_PER_DAY => (minutes / MINUTES_PER_HOUR, "h", "h"),
            minutes => (
                minutes / MINUTES_PER_DAY,
                self.language.pick("day", "día"),
                self.language.pick("days", "días"),
            ),
        };
        format!("{number} {}", if number > 1.0 { more } else { one })
    }

    fn code_cells(self, code: &str) -> [Cell; 2] {
        [
            Cell::Text(codes::short(self.card, code)),
            Cell::Text(codes::description(self.card, code, self.language)),
        ]
    }

    /// The cells of a code, or of all together.
    fn code_or_all(self, code: Option<&str>) -> [Cell; 2] {
        code.map_or_else(
            || [self.text("all", "todos"), Cell::Empty],
            |code| self.code_cells(code),
        )
    }
}

/// A share that rests on enough rows.
fn share(hits: u64, of: u64) -> Cell {
    enough(of, Cell::Number(float_u64(hits) / float_u64(of)))
}

/// Cells that rest on the same rows: where those are too few, the first says so for all.
fn together(rows: u64, cells: impl IntoIterator<Item = Cell>) -> impl Iterator<Item = Cell> {
    let is_enough = rows >= Enough::default().rows;
    let cells = cells.into_iter().enumerate();
    cells.map(move |(at, cell)| match at {
        0 => enough(rows, cell),
        _ if is_enough => cell,
        _ => Cell::Empty,
    })
}

/// A cell that rests on so many rows.
fn enough(rows: u64, cell: Cell) -> Cell {
    if rows == 0 {
        return Cell::Empty;
    }
    if rows < Enough::default().rows {
        return Cell::TooFew;
    }
    cell
}

/// A proportion and its interval.
fn proportion(of: Option<&Proportion>) -> [Cell; 2] {
    match of {
        None => [Cell::Empty, Cell::Empty],
        Some(of) if !of.is_enough(Enough::default()) => [Cell::TooFew, Cell::Empty],
        Some(of) => [Cell::Number(of.share), Cell::Range(of.low, of.high)],
    }
}

impl RetriesAnswer {
    /// Returns the answer in words and tables.
    #[must_use]
    pub fn page(&self, card: &Card, language: Language) -> Page {
        let writer = Writer {
            retries: &self.retries,
            card,
            language,
        };
        let mut sections = vec![
            writer.to_fix(),
            writer.processes(),
            writer.by_attempt(),
            writer.accepted_by(),
            writer.after_first_failure(),
            writer.transitions(),
            writer.abandonment(),
            writer.gaps(),
            writer.cost(),
            writer.repeats(),
            writer.definitions(),
            writer.persons_back(),
            writer.pictures(),
            writer.scores(),
        ];
        sections.retain(|section| !section.table.rows.is_empty());
        Page {
            title: writer.say("Why do people try again?", "¿Por qué se reintenta?"),
            basis: self.basis.line(language),
            notes: self.basis.notes(language),
            lead: words::lead(&self.retries, card, language),
            sections,
        }
    }
}
