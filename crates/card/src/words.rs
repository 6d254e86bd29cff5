//! The names of the card's closed sets, as written in YAML and shown to people.

use crate::{Kind, Marks, Outcome, ReasonClass, ValueType};

impl ValueType {
    /// Returns the name as written in a card.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Datetime => "datetime",
        }
    }
}

impl Kind {
    /// Returns the name as written in a card.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Category => "category",
            Self::Code => "code",
            Self::Instant => "instant",
            Self::Time => "time",
            Self::Score => "score",
            Self::Probability => "probability",
            Self::Size => "size",
            Self::Text => "text",
            Self::Flag => "flag",
            Self::Number => "number",
        }
    }
}

impl Marks {
    /// Returns the name as written in a card.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Unknown => "unknown",
        }
    }
}

impl Outcome {
    /// Returns the name as written in a card.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Technical => "technical",
        }
    }
}

impl ReasonClass {
    /// Returns the name as written in a card.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Attack => "attack",
            Self::Ours => "ours",
        }
    }
}
