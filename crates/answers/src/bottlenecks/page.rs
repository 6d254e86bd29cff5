//! The answer as a page.

mod groups;
mod path;
mod test;

use veriscope_card::Card;
use veriscope_card::views::Language;
use veriscope_metrics::critical_path::Ranged;

use super::{BottlenecksAnswer, words};
use crate::page::{Cell, Page};

/// What the sections are written from.
#[derive(Clone, Copy)]
struct Writer<'a> {
    answer: &'a BottlenecksAnswer,
    card: &'a Card,
    language: Language,
}

impl Writer<'_> {
    fn say(self, english: &str, spanish: &str) -> String {
        self.language.pick(english, spanish).to_owned()
    }

    fn title(self, microservice: &str) -> Cell {
        Cell::text(words::title(self.card, microservice))
    }
}

fn ranged(range: Option<Ranged>) -> Cell {
    range.map_or(Cell::Empty, |range| Cell::Range(range.low, range.high))
}

impl BottlenecksAnswer {
    /// Returns the answer in words and tables.
    #[must_use]
    pub fn page(&self, card: &Card, language: Language) -> Page {
        let writer = Writer {
            answer: self,
            card,
            language,
        };
        let mut sections = vec![
            writer.path(),
            writer.times(),
            writer.pictures(),
            writer.what_if(),
            writer.remainder(),
            writer.steps(),
            writer.pipeline_groups(),
            writer.held_out(),
            writer.outcomes(),
        ];
        sections.extend(writer.breakdowns());
        sections.retain(|section| !section.table.rows.is_empty());
        Page {
            title: writer.say("Where does the time go?", "¿En qué se va el tiempo?"),
            basis: self.basis.line(language),
            notes: self.basis.notes(language),
            lead: words::lead(self, card, language),
            sections,
        }
    }
}
