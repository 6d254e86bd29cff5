//! The documents that there are.

use super::{codes, staging, transform};
use crate::Card;

/// One of the documents that are written from a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// Model card of the staging table, with context features, microservices and pipeline.
    Staging,
    /// Model card of the transform and no-retries tables.
    Transform,
    /// The response-code dictionary.
    ResponseCodes,
}

impl Document {
    /// Every document, in the order in which they are read.
    pub const ALL: [Self; 3] = [Self::Staging, Self::Transform, Self::ResponseCodes];

    /// Returns the name of the file that holds the document.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Staging => "staging.md",
            Self::Transform => "transform.md",
            Self::ResponseCodes => "response-codes.md",
        }
    }
}

impl Card {
    /// Writes a document in Markdown, which ends with a line end.
    #[must_use]
    pub fn to_markdown(&self, document: Document) -> String {
        match document {
            Document::Staging => staging::write(self),
            Document::Transform => transform::write(self),
            Document::ResponseCodes => codes::write(self),
        }
    }
}

/// Opens a document: its title, and where it comes from.
pub(super) fn head(card: &Card, title: &str) -> String {
    format!(
        "<!-- Written by `veriscope card show --markdown` from the card `{}`. Change the card, \
         not this file. -->\n\n# {title}\n\n",
        super::table::plain(&card.name)
    )
}
