//! Pseudonyms: raw batches in, batches without identities out.
//!
//! Token of a value: `<feature>_` and the first 26 base-32 characters (`a`–`z`, `2`–`7`; 130
//! bits) of HMAC-SHA-256 under the key over the length-prefixed parts `veriscope`, `token`,
//! origin (`raw` or `pseudonymous`), feature, value. So one value has one token under one
//! key, and values of different features or origins never share one. Values are taken as they
//! are, byte by byte.
//!
//! Number of a value: `<feature>_<n>`, where the [`Registry`] says which n its token has.
//!
//! Source: RFC 2104 (HMAC), RFC 4648 section 6 (base 32).

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use data_encoding::BASE32_NOPAD;
use thiserror::Error;
use veriscope_base::ErrorClass;
use veriscope_card::{Card, Generalise, Privacy};

use crate::blot::blotted_prefix;
use crate::prf::Prf;
use crate::raw_values::{RawValues, Search};
use crate::{Key, Registry, user_agent};

/// Base-32 characters of a token, 5 bits each.
const TOKEN_CHARS: usize = 26;

/// Where rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Raw documents.
    Raw,
    /// Rows whose identities are pseudonyms of someone else's already. Tokens and numbers
    /// come from a domain of their own, and nothing is an identity to the leak scan.
    Pseudonymous,
}

/// Makes batches of one card pseudonymous under one key.
pub struct Pseudonymiser {
    raw_schema: SchemaRef,
    output_schema: SchemaRef,
    /// One for each column of `raw_schema`.
    columns: Vec<Column>,
}

/// A batch without identities.
#[derive(Debug)]
pub struct Pseudonymised {
    /// The raw schema's columns under the same names, but for those of class drop.
    pub batch: RecordBatch,
    /// What must not be found in anything made of it.
    pub raw_values: RawValues,
}

/// Why a batch could not be made pseudonymous.
#[derive(Debug, Error)]
pub enum PseudonymiseError {
    /// The batch is not what the card says.
    #[error("a raw batch does not have the columns of its card")]
    WrongSchema,
    /// A pseudonym needs a text column.
    #[error("feature `{feature}` is to become a pseudonym and is no text: make it `string`")]
    NotText {
        /// Feature.
        feature: String,
    },
    /// The batch could not be built.
    #[error("a pseudonymous batch could not be built")]
    Batch(#[from] ArrowError),
}

impl PseudonymiseError {
    /// Returns the failure class.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotText { .. } => ErrorClass::Configuration,
            Self::WrongSchema | Self::Batch(_) => ErrorClass::Defect,
        }
    }
}

/// What becomes of one column.
struct Column {
    name: String,
    treatment: Treatment,
    /// How its raw values are searched for afterwards.
    search: Option<Search>,
}

enum Treatment {
    Keep,
    Token(Tokens),
    Number(Tokens),
    Prefix(usize),
    UserAgent,
    Drop,
}

/// The keyed functions of one feature, one for each origin.
struct Tokens {
    raw: Prf,
    pseudonymous: Prf,
}

impl Pseudonymiser {
    /// Prepares the columns of a card.
    #[must_use]
    pub fn new(card: &Card, key: &Key) -> Self {
        let raw_schema = card.raw_schema();
        let columns: Vec<Column> = raw_schema
            .fields()
            .iter()
            .map(|field| {
                let privacy = card
                    .feature(field.name())
                    .map_or(&Privacy::Keep, |f| &f.privacy);
                Column {
                    name: field.name().clone(),
                    treatment: Treatment::new(privacy, field.name(), key),
                    search: Search::of(privacy),
                }
            })
            .collect();
        let kept: Vec<_> = raw_schema
            .fields()
            .iter()
            .zip(&columns)
            .filter(|(_, column)| !matches!(column.treatment, Treatment::Drop))
            .map(|(field, _)| Arc::clone(field))
            .collect();
        Self {
            raw_schema,
            output_schema: Arc::new(Schema::new(kept)),
            columns,
        }
    }

    /// Returns the schema of what [`Pseudonymiser::apply`] gives: [`Card::raw_schema`]
    /// without the features of class drop, names and types unchanged.
    #[must_use]
    pub fn output_schema(&self) -> SchemaRef {
        Arc::clone(&self.output_schema)
    }

    /// Replaces identities by tokens and numbers, makes coarser what is to be, and leaves
    /// out what is never stored. Null stays null. New numbers are given in order of rows, so
    /// batches must come in the order of their documents.
    ///
    /// # Errors
    /// [`PseudonymiseError::WrongSchema`] for a batch of another shape than
    /// [`Card::raw_schema`]; [`PseudonymiseError::NotText`].
    pub fn apply(
        &self,
        raw: &RecordBatch,
        origin: Origin,
        registry: &mut Registry,
    ) -> Result<Pseudonymised, PseudonymiseError> {
        self.check_schema(raw)?;
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.output_schema.fields().len());
        let mut raw_values = RawValues::default();
        for (column, array) in self.columns.iter().zip(raw.columns()) {
            if let (Some(search), Origin::Raw) = (column.search, origin) {
                for value in (0..array.len()).filter_map(|row| text_of(array, row)) {
                    raw_values.add(&column.name, search, &value);
                }
            }
            let treated = match &column.treatment {
                Treatment::Drop => continue,
                Treatment::Keep => Arc::clone(array),
                Treatment::Token(tokens) => {
                    let prf = tokens.of(origin);
                    column.map(array, |_, value| token(&column.name, prf, value))?
                }
                Treatment::Number(tokens) => {
                    let prf = tokens.of(origin);
                    column.map(array, |_, value| {
                        let token = token(&column.name, prf, value);
                        format!("{}_{}", column.name, registry.number(&column.name, &token))
                    })?
                }
                Treatment::Prefix(max_chars) => column.map(array, |row, value| {
                    blotted_prefix(value, *max_chars, &self.identities(raw, row))
                })?,
                Treatment::UserAgent => {
                    column.map(array, |_, value| user_agent::generalise(value))?
                }
            };
            arrays.push(treated);
        }
        let batch = RecordBatch::try_new(self.output_schema(), arrays)?;
        Ok(Pseudonymised { batch, raw_values })
    }

    fn check_schema(&self, raw: &RecordBatch) -> Result<(), PseudonymiseError> {
        let given = raw.schema();
        let is_same = given.fields().len() == self.raw_schema.fields().len()
            && given
                .fields()
                .iter()
                .zip(self.raw_schema.fields())
                .all(|(given, expected)| {
                    given.name() == expected.name() && given.data_type() == expected.data_type()
                });
        if is_same {
            Ok(())
        } else {
            Err(PseudonymiseError::WrongSchema)
        }
    }

    /// The identities of one row, as text.
    fn identities(&self, raw: &RecordBatch, row: usize) -> Vec<String> {
        self.columns
            .iter()
            .zip(raw.columns())
            .filter(|(column, _)| column.search.is_some())
            .filter_map(|(_, array)| text_of(array, row))
            .collect()
    }
}

impl Treatment {
    fn new(privacy: &Privacy, feature: &str, key: &Key) -> Self {
        match privacy {
            Privacy::Keep => Self::Keep,
            Privacy::Token => Self::Token(Tokens::new(feature, key)),
            Privacy::Number => Self::Number(Tokens::new(feature, key)),
            Privacy::Generalise(Generalise::Prefix(max_chars)) => Self::Prefix(*max_chars),
            Privacy::Generalise(Generalise::UserAgent) => Self::UserAgent,
            Privacy::Drop => Self::Drop,
        }
    }
}

impl Tokens {
    fn new(feature: &str, key: &Key) -> Self {
        let prf = |origin: &[u8]| Prf::new(key, "token", &[origin, feature.as_bytes()]);
        Self {
            raw: prf(b"raw"),
            pseudonymous: prf(b"pseudonymous"),
        }
    }

    fn of(&self, origin: Origin) -> &Prf {
        match origin {
            Origin::Raw => &self.raw,
            Origin::Pseudonymous => &self.pseudonymous,
        }
    }
}

impl Column {
    /// Maps the values of a text column, with their rows; null stays null.
    fn map(
        &self,
        array: &ArrayRef,
        mut change: impl FnMut(usize, &str) -> String,
    ) -> Result<ArrayRef, PseudonymiseError> {
        let texts = array
            .as_string_opt::<i32>()
            .ok_or_else(|| PseudonymiseError::NotText {
                feature: self.name.clone(),
            })?;
        let changed: StringArray = texts
            .iter()
            .enumerate()
            .map(|(row, value)| value.map(|value| change(row, value)))
            .collect();
        Ok(Arc::new(changed))
    }
}

fn token(feature: &str, prf: &Prf, value: &str) -> String {
    let mut code = BASE32_NOPAD.encode(&prf.of(value.as_bytes()));
    code.truncate(TOKEN_CHARS);
    code.make_ascii_lowercase();
    format!("{feature}_{code}")
}

/// Returns whether text has the form of a token of a feature.
pub(crate) fn is_token_of(feature: &str, text: &str) -> bool {
    text.strip_prefix(feature)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|code| {
            code.len() == TOKEN_CHARS
                && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
        })
}

/// Returns a cell of a raw column as text, as it could be written elsewhere; none for null
/// and for types that are no identity by themselves (flags, instants).
fn text_of(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row).to_owned()),
        DataType::Int64 => Some(array.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Float64 => Some(array.as_primitive::<Float64Type>().value(row).to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
