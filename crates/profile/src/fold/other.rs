//! Booleans, and columns that are counted and not looked into.

use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};

use super::number::NULL;
use super::picked::Slot;
use super::{Absent, Rows};
use crate::hash::{RowHash, mix, of_text};
use crate::number::count;
use crate::report::Counts;

/// What has been seen of a column of booleans.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BooleanFold {
    pub(crate) counts: Counts,
    pub(crate) yes: u64,
}

impl BooleanFold {
    pub(crate) fn fold(
        &mut self,
        booleans: &BooleanArray,
        rows: &Rows,
        absent: &mut Absent,
        salted: (u64, &mut [RowHash]),
    ) {
        let (salt, hashes) = salted;
        for ((row, value), hash) in (0_usize..).zip(booleans.iter()).zip(hashes) {
            self.counts.rows += 1;
            if let Some(value) = value {
                hash.add(salt, mix(u64::from(value)));
                self.counts.present += 1;
                self.yes += u64::from(value);
            } else {
                hash.add(salt, NULL);
                self.counts.missing += 1;
                absent.add(rows.first + count(row), rows.codes.get(row));
            }
        }
    }

    pub(crate) fn slot_of(booleans: &BooleanArray, row: usize) -> Slot {
        if row < booleans.len() && booleans.is_valid(row) {
            Slot::Hash(u64::from(booleans.value(row)))
        } else {
            Slot::Missing
        }
    }
}

/// What has been seen of a column that is not looked into.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OtherFold {
    pub(crate) counts: Counts,
    pub(crate) bytes: u64,
}

impl OtherFold {
    pub(crate) fn fold(
        &mut self,
        array: &ArrayRef,
        rows: &Rows,
        absent: &mut Absent,
        salted: (u64, &mut [RowHash]),
    ) {
        let (salt, hashes) = salted;
        let options = FormatOptions::default();
        let formatter = ArrayFormatter::try_new(array.as_ref(), &options).ok();
        for (row, hash) in (0..array.len()).zip(hashes) {
            self.counts.rows += 1;
            if array.is_null(row) || array.data_type().is_null() {
                hash.add(salt, NULL);
                self.counts.missing += 1;
                absent.add(rows.first + count(row), rows.codes.get(row));
            } else {
                self.counts.present += 1;
                let text = formatter
                    .as_ref()
                    .map(|formatter| formatter.value(row).try_to_string());
                if let Some(Ok(text)) = text {
                    self.bytes += count(text.len());
                    hash.add(salt, of_text(&text));
                }
            }
        }
    }

    pub(crate) fn fold_empty(&mut self, length: usize, rows: &Rows, absent: &mut Absent) {
        for row in 0..length {
            self.counts.rows += 1;
            self.counts.missing += 1;
            absent.add(rows.first + count(row), rows.codes.get(row));
        }
    }

    pub(crate) fn slot_of(array: &ArrayRef, row: usize) -> Slot {
        if row < array.len() && array.is_valid(row) {
            Slot::Unusable
        } else {
            Slot::Missing
        }
    }
}
