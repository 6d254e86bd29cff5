//! The card as it stands in the YAML file: `{image}` unexpanded, names unresolved, each
//! with its place in the text.
//!
//! `Spanned` loses its place inside flattened, untagged and internally tagged types, so
//! choices are structs of optional fields of which exactly one is given.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use crate::{DatePart, Kind, Marks, Outcome, PathKey, Privacy, ReasonClass, ValueType};

/// A name or other text with its place.
pub(crate) type Name = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCard {
    pub(crate) card: Name,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) images: Vec<Name>,
    pub(crate) tables: RawTables,
    pub(crate) roles: Spanned<RawRoles>,
    #[serde(default)]
    pub(crate) accepted_status: Vec<Name>,
    pub(crate) dates: RawDates,
    #[serde(default)]
    pub(crate) sentinels: RawSentinels,
    pub(crate) size_classes: Option<RawSizeClasses>,
    pub(crate) staging: Spanned<Vec<Spanned<RawEntry>>>,
    #[serde(default)]
    pub(crate) context: Vec<Spanned<RawEntry>>,
    pub(crate) transform: Spanned<Vec<Spanned<RawColumnEntry>>>,
    pub(crate) microservices: Vec<RawMicroservice>,
    pub(crate) pipeline: Spanned<Vec<Spanned<RawStep>>>,
    pub(crate) codes: Vec<RawCode>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTables {
    pub(crate) staging: Name,
    pub(crate) transform: Name,
    pub(crate) no_retries: Name,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRoles {
    pub(crate) transaction: Option<Name>,
    pub(crate) date: Option<Name>,
    pub(crate) process: Option<Name>,
    pub(crate) client: Option<Name>,
    pub(crate) user: Option<Name>,
    pub(crate) person: Option<Name>,
    pub(crate) release: Option<Name>,
    pub(crate) total_time: Option<Name>,
    pub(crate) code: Option<Name>,
    pub(crate) status: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDates {
    pub(crate) marks: Marks,
    pub(crate) default_offset: Name,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSentinels {
    pub(crate) time: Option<i64>,
    pub(crate) probability: Option<Spanned<f64>>,
    pub(crate) score: Option<Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSizeClasses {
    pub(crate) classes: Vec<RawSizeClass>,
    pub(crate) otherwise: Name,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSizeClass {
    pub(crate) name: Name,
    /// Width and height whose product is the least pixel count.
    pub(crate) at_least: Spanned<[i64; 2]>,
}

/// A feature, or a block of features that is repeated for each picture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEntry {
    pub(crate) each_image: Option<Vec<Spanned<RawEntry>>>,
    pub(crate) name: Option<Name>,
    pub(crate) path: Option<Spanned<Vec<Spanned<RawKey>>>>,
    #[serde(rename = "type")]
    pub(crate) value_type: Option<Spanned<ValueType>>,
    pub(crate) kind: Option<Spanned<Kind>>,
    pub(crate) unit: Option<String>,
    pub(crate) valid: Option<Spanned<RawRange>>,
    pub(crate) privacy: Option<Spanned<Privacy>>,
    pub(crate) derived: Option<Spanned<RawDerived>>,
    pub(crate) policy: Option<Spanned<bool>>,
    #[serde(default)]
    pub(crate) may_equal: Vec<Name>,
    pub(crate) description: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRange {
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDerived {
    pub(crate) seconds_since_text_time: RawTextTime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTextTime {
    pub(crate) separator: Name,
    pub(crate) format: Name,
}

/// Transform columns that are kept, one that is derived, or a block for each picture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawColumnEntry {
    pub(crate) each_image: Option<Vec<Spanned<RawColumnEntry>>>,
    pub(crate) keep: Option<Vec<Name>>,
    pub(crate) name: Option<Name>,
    pub(crate) size_class: Option<RawPictureSize>,
    pub(crate) orientation: Option<RawPictureSize>,
    pub(crate) same: Option<Vec<Name>>,
    pub(crate) date_part: Option<DatePart>,
    pub(crate) microservice_total: Option<Name>,
    pub(crate) microservices_total: Option<Spanned<bool>>,
    pub(crate) time_remainder: Option<Spanned<bool>>,
    pub(crate) unit: Option<String>,
    pub(crate) description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPictureSize {
    pub(crate) width: Name,
    pub(crate) height: Name,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMicroservice {
    pub(crate) name: Name,
    pub(crate) title: String,
    pub(crate) service: Name,
    pub(crate) queue: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawStep {
    pub(crate) run: Option<Name>,
    pub(crate) untimed: Option<Name>,
    /// The picture of a `run` or `untimed` outside a group of pictures.
    pub(crate) image: Option<Name>,
    pub(crate) series: Option<Vec<Spanned<RawStep>>>,
    pub(crate) parallel: Option<Vec<Spanned<RawStep>>>,
    pub(crate) undecided: Option<Vec<Spanned<RawStep>>>,
    pub(crate) series_images: Option<Vec<Spanned<RawStep>>>,
    pub(crate) parallel_images: Option<Vec<Spanned<RawStep>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCode {
    pub(crate) code: Name,
    pub(crate) module: String,
    pub(crate) status: String,
    pub(crate) description: String,
    pub(crate) class: Outcome,
    pub(crate) reason: Option<Spanned<ReasonClass>>,
}

/// One step of a path: text is a key, a bare whole number an index.
#[derive(Debug)]
pub(crate) struct RawKey(pub(crate) PathKey);

impl<'de> Deserialize<'de> for RawKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = RawKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key (quoted where it looks like a number or a boolean) or an index from 0")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RawKey, E> {
        Ok(RawKey(PathKey::Key(text.to_owned())))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<RawKey, E> {
        usize::try_from(number)
            .map(|index| RawKey(PathKey::Index(index)))
            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawKey, E> {
        u64::try_from(number)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
            .and_then(|index| self.visit_u64(index))
    }
}
