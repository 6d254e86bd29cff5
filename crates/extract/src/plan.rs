//! What a card asks of each document, prepared once: paths, slots and rules of conversion.

use veriscope_card::{Card, Derivation, Feature, Kind, PathKey, Privacy, Range, ValueType};

use crate::error::ExtractError;
use crate::trie::Trie;

/// The card, prepared.
#[derive(Debug)]
pub(crate) struct Plan {
    /// All features, in the order of their columns.
    pub(crate) features: Vec<FeaturePlan>,
    pub(crate) trie: Trie,
    /// Place of the date among the features.
    pub(crate) date: usize,
    /// Minutes east of UTC of a date without an offset.
    pub(crate) default_offset_minutes: i32,
}

/// One feature, prepared.
#[derive(Debug)]
pub(crate) struct FeaturePlan {
    pub(crate) name: String,
    /// The path, its steps joined by dots.
    pub(crate) path: String,
    pub(crate) slot: usize,
    pub(crate) value_type: ValueType,
    /// Whether it is a duration, of which a fraction may be rounded away.
    pub(crate) is_time: bool,
    pub(crate) is_published: bool,
    pub(crate) part: Part,
    pub(crate) text: TextRule,
    pub(crate) valid: Option<Range>,
    pub(crate) derived: Option<Derivation>,
}

/// The part that a feature plays in every document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Transaction,
    Date,
    None,
}

/// How text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextRule {
    /// Empty text is null: nothing that a token or number could stand for.
    pub(crate) empty_is_null: bool,
    /// Fractions and booleans are taken as their JSON text.
    pub(crate) takes_any_scalar: bool,
}

impl Plan {
    pub(crate) fn new(card: &Card) -> Result<Self, ExtractError> {
        let (trie, slots) = Trie::new(card.all_features().map(|feature| feature.path.as_slice()));
        let published = card.features.len();
        let features: Vec<FeaturePlan> = card
            .all_features()
            .zip(slots)
            .enumerate()
            .map(|(index, (feature, slot))| prepare(card, feature, slot, index < published))
            .collect();
        let place = |role: &'static str, part: Part| {
            features
                .iter()
                .position(|feature| feature.part == part)
                .ok_or(ExtractError::RoleWithoutFeature { role })
        };
        place("transaction", Part::Transaction)?;
        let date = place("date", Part::Date)?;
        let default_offset_minutes = card.dates.default_offset_minutes;
        Ok(Self {
            features,
            trie,
            date,
            default_offset_minutes,
        })
    }
}

fn prepare(card: &Card, feature: &Feature, slot: usize, is_published: bool) -> FeaturePlan {
    let part = if feature.name == card.roles.transaction {
        Part::Transaction
    } else if feature.name == card.roles.date {
        Part::Date
    } else {
        Part::None
    };
    let text = TextRule {
        empty_is_null: matches!(feature.privacy, Privacy::Token | Privacy::Number),
        takes_any_scalar: !is_published && feature.kind == Kind::Category,
    };
    FeaturePlan {
        name: feature.name.clone(),
        path: dotted(&feature.path),
        slot,
        value_type: feature.value_type,
        is_time: feature.kind == Kind::Time,
        is_published,
        part,
        text,
        valid: feature.valid,
        derived: feature.derived.clone(),
    }
}

fn dotted(path: &[PathKey]) -> String {
    let steps: Vec<String> = path
        .iter()
        .map(|step| match step {
            PathKey::Key(key) => key.clone(),
            PathKey::Index(index) => index.to_string(),
        })
        .collect();
    steps.join(".")
}
