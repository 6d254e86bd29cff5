//! The extractor: documents of one source to one Arrow batch, rejected documents beside it.
//!
//! A document is first decoded into slots, then converted as a whole, then appended: a
//! rejected one leaves no trace in any column.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use veriscope_card::Card;
use veriscope_source::{Content, Document, RejectReason};

use crate::columns::Columns;
use crate::convert::{Converted, Instant, Misfit, Value, convert};
use crate::derive::derive;
use crate::error::ExtractError;
use crate::fault::Fault;
use crate::notes::{Note, Notes};
use crate::plan::{FeaturePlan, Part, Plan};
use crate::raw::Raw;
use crate::trie::Trie;
use crate::{bson, csv, json};

/// Turns documents into rows, as one card says. Shared freely between threads.
#[derive(Debug)]
pub struct Extractor {
    plan: Plan,
    schema: SchemaRef,
}

/// What came of some documents of one source.
#[derive(Clone, Debug)]
pub struct Extracted {
    /// The rows, in the order of their documents, in the shape of [`Card::raw_schema`].
    /// Identities stand in it: it never leaves memory.
    pub batch: RecordBatch,
    /// The documents without a row, in order.
    pub rejected: Vec<Rejected>,
    /// What was done to values that were taken.
    pub notes: Notes,
}

/// A document that gives no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its place among the documents given to [`Extractor::extract`].
    pub index: usize,
    /// Why.
    pub reason: RejectReason,
    /// The path of the feature at fault, dotted, array indexes as numbers (in a CSV row the
    /// column's name); none where the document as a whole is at fault.
    pub path: Option<String>,
    /// What is wrong, in words that hold no value of the document.
    pub detail: String,
}

/// What is needed again for each document, allocated once for a batch.
#[derive(Default)]
struct Scratch<'a> {
    slots: Vec<Raw<'a>>,
    cells: Vec<Raw<'a>>,
    csv: csv::Columns,
    values: Vec<Value<'a>>,
    /// Notes of one document, by feature.
    notes: Vec<(Note, usize)>,
}

impl Extractor {
    /// Prepares a card.
    ///
    /// # Errors
    /// `RoleWithoutFeature` if the roles `transaction` or `date` name no feature of the card.
    pub fn new(card: &Card) -> Result<Self, ExtractError> {
        Ok(Self {
            plan: Plan::new(card)?,
            schema: card.raw_schema(),
        })
    }

    /// Extracts documents of one source, whose label goes into the column `_source`.
    ///
    /// A document at fault is no error: it is in [`Extracted::rejected`].
    ///
    /// # Errors
    /// `TooMuchText` if a text column would hold 2 GiB, `Position` if a document's number
    /// is beyond 2^63; `ColumnType` and `Batch` are defects.
    pub fn extract(
        &self,
        source_label: &str,
        documents: &[Document],
    ) -> Result<Extracted, ExtractError> {
        let plan = &self.plan;
        let mut columns = Columns::new(plan, documents.len());
        let mut rejected = Vec::new();
        let mut notes = Notes::default();
        let mut scratch = Scratch {
            slots: vec![Raw::Missing; plan.trie.slots()],
            ..Scratch::default()
        };
        for (index, document) in documents.iter().enumerate() {
            match self.row(document, &mut scratch) {
                Ok(date) => {
                    let ordinal = document.ordinal;
                    let position =
                        i64::try_from(ordinal).map_err(|_| ExtractError::Position { ordinal })?;
                    columns.append(plan, &scratch.values, date, source_label, position)?;
                    self.count(&scratch.notes, &mut notes);
                }
                Err(Fault {
                    reason,
                    path,
                    detail,
                }) => {
                    rejected.push(Rejected {
                        index,
                        reason,
                        path,
                        detail,
                    });
                }
            }
        }
        let batch = columns.finish(SchemaRef::clone(&self.schema))?;
        Ok(Extracted {
            batch,
            rejected,
            notes,
        })
    }

    /// Fills the scratch with one document's values and returns its date.
    fn row<'a>(&self, document: &'a Document, scratch: &mut Scratch<'a>) -> Result<Instant, Fault> {
        let plan = &self.plan;
        match &document.content {
            Content::Json(bytes) => self.nested_row(bytes, json::decode, scratch),
            Content::Bson(bytes) => self.nested_row(bytes, bson::decode, scratch),
            Content::Csv(row) => {
                csv::decode(row, plan, &mut scratch.csv, &mut scratch.cells)?;
                self.convert_all(scratch, |feature| feature.name.clone(), false)
            }
            Content::Broken(broken) => Err(Fault::whole(broken.reason, broken.detail.clone())),
        }
    }

    /// The same for a document whose features stand at paths.
    fn nested_row<'a>(
        &self,
        bytes: &'a [u8],
        decode: impl Fn(&'a [u8], &Trie, &mut [Raw<'a>]) -> Result<(), Fault>,
        scratch: &mut Scratch<'a>,
    ) -> Result<Instant, Fault> {
        decode(bytes, &self.plan.trie, &mut scratch.slots)?;
        scratch.cells.clear();
        let slots = &scratch.slots;
        let raw = |feature: &FeaturePlan| slots.get(feature.slot).copied();
        let cells = self.plan.features.iter();
        let cells = cells.map(|feature| raw(feature).unwrap_or(Raw::Missing));
        scratch.cells.extend(cells);
        self.convert_all(scratch, |feature| feature.path.clone(), true)
    }

    /// Converts what was decoded, in the order of the features; the first fault ends it.
    /// `derives` is false where columns hold derived values as they are.
    fn convert_all(
        &self,
        scratch: &mut Scratch<'_>,
        place: impl Fn(&FeaturePlan) -> String,
        derives: bool,
    ) -> Result<Instant, Fault> {
        let Scratch {
            cells,
            values,
            notes,
            ..
        } = scratch;
        values.clear();
        notes.clear();
        for (index, (feature, raw)) in self.plan.features.iter().zip(cells.iter()).enumerate() {
            if derives && feature.derived.is_some() {
                values.push(Value::Null);
                continue;
            }
            let converted = match self.convert_one(*raw, feature) {
                Ok(converted) => converted,
                Err(_) if !feature.is_published && feature.part == Part::None => Converted {
                    value: Value::Null,
                    note: Some(Note::UnreadableContext),
                },
                Err((reason, detail)) => {
                    return Err(Fault {
                        reason,
                        path: Some(place(feature)),
                        detail,
                    });
                }
            };
            note(feature, index, &converted, notes);
            values.push(converted.value);
        }
        let date = match values.get(self.plan.date) {
            Some(Value::Instant(date)) => *date,
            _ => return Err(self.no_date(place)),
        };
        if derives {
            for (index, (feature, raw)) in self.plan.features.iter().zip(cells.iter()).enumerate() {
                let Some(derivation) = &feature.derived else {
                    continue;
                };
                let converted = derive(derivation, *raw, date);
                note(feature, index, &converted, notes);
                if let Some(value) = values.get_mut(index) {
                    *value = converted.value;
                }
            }
        }
        Ok(date)
    }

    fn convert_one<'a>(
        &self,
        raw: Raw<'a>,
        feature: &FeaturePlan,
    ) -> Result<Converted<'a>, (RejectReason, String)> {
        let converted = convert(raw, feature, self.plan.default_offset_minutes)
            .map_err(|misfit| (misfit.reason(), misfit.detail()))?;
        match (feature.part, &converted.value) {
            (Part::Transaction, Value::Null) => {
                let detail = "the transaction id is missing or null".to_owned();
                Err((RejectReason::NoTransactionId, detail))
            }
            (Part::Transaction, Value::Text(text)) if text.is_empty() => Err((
                RejectReason::NoTransactionId,
                "the transaction id is empty".to_owned(),
            )),
            (Part::Date, Value::Null) => Err((
                RejectReason::UnreadableDate,
                "the date is missing or null".to_owned(),
            )),
            _ => Ok(converted),
        }
    }

    /// The card gives the date another type than an instant; no document can be taken.
    fn no_date(&self, place: impl Fn(&FeaturePlan) -> String) -> Fault {
        let misfit = Misfit::UnreadableDate;
        let path = self.plan.features.get(self.plan.date).map(place);
        Fault {
            reason: misfit.reason(),
            path,
            detail: misfit.detail(),
        }
    }

    fn count(&self, row: &[(Note, usize)], notes: &mut Notes) {
        for (note, index) in row {
            if let Some(feature) = self.plan.features.get(*index) {
                *notes.0.entry((*note, feature.name.clone())).or_default() += 1;
            }
        }
    }
}

/// Keeps what is to be said of a value.
fn note(
    feature: &FeaturePlan,
    index: usize,
    converted: &Converted<'_>,
    notes: &mut Vec<(Note, usize)>,
) {
    notes.extend(converted.note.map(|note| (note, index)));
    let Some(valid) = feature.valid else { return };
    let measured = match converted.value {
        Value::Int(value) => value as f64,
        Value::Float(value) => value,
        Value::Null | Value::Text(_) | Value::Bool(_) | Value::Instant(_) => return,
    };
    if !valid.contains(measured) {
        notes.push((Note::OutsideValidRange, index));
    }
}
