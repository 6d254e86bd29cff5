//! The CSV decoder: cells of published features, by column name, in any order of columns.
//!
//! Context features have no column: they are null, and so is what is derived from another
//! feature's raw text, which such a table no longer holds.

use std::sync::Arc;

use veriscope_card::ValueType;
use veriscope_source::{CsvHeader, CsvRow, RejectReason};

use crate::fault::Fault;
use crate::plan::Plan;
use crate::raw::{Raw, Scalar, Text};

/// What pandas writes for a missing value in a column that is not text.
const MISSING_WORDS: [&str; 3] = ["nan", "NaN", "None"];

/// Where each feature's column stands, found once for each header.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    header: Option<Arc<CsvHeader>>,
    places: Vec<Option<usize>>,
}

impl Columns {
    fn find(&mut self, plan: &Plan, header: &Arc<CsvHeader>) {
        if self
            .header
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, header))
        {
            return;
        }
        let place = |name: &str| header.index_of(name);
        let places = plan.features.iter().map(|feature| {
            if feature.is_published {
                place(&feature.name)
            } else {
                None
            }
        });
        self.places = places.collect();
        self.header = Some(Arc::clone(header));
    }
}

/// Fills `cells` (one for each feature) from one row.
pub(crate) fn decode<'a>(
    row: &'a CsvRow,
    plan: &Plan,
    columns: &mut Columns,
    cells: &mut Vec<Raw<'a>>,
) -> Result<(), Fault> {
    columns.find(plan, &row.header);
    cells.clear();
    let (expected, found) = (row.header.names().len(), row.record.len());
    if expected != found {
        let detail = format!("the header has {expected} columns, the row {found} fields");
        return Err(Fault::whole(RejectReason::BrokenCsv, detail));
    }
    for (feature, place) in plan.features.iter().zip(&columns.places) {
        let Some(bytes) = place.and_then(|place| row.record.get(place)) else {
            cells.push(Raw::Missing);
            continue;
        };
        let text = std::str::from_utf8(bytes).map_err(|_| Fault {
            reason: RejectReason::BrokenCsv,
            path: Some(feature.name.clone()),
            detail: "invalid UTF-8 in the cell".to_owned(),
        })?;
        let is_text = feature.value_type == ValueType::String;
        let is_missing = text.is_empty() || (!is_text && is_missing_word(text));
        let scalar = if is_missing {
            Scalar::Null
        } else {
            Scalar::Text(Text::plain(text))
        };
        cells.push(Raw::Plain(scalar));
    }
    Ok(())
}

fn is_missing_word(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || MISSING_WORDS.contains(&text)
}
