//! One column, whatever its class.

use super::other::{BooleanFold, OtherFold};
use super::{Absent, InstantFold, NumberFold, Pick, Picked, Rows, TextFold};
use crate::ProfileError;
use crate::hash::RowHash;
use crate::plan::{Class, Plan};
use crate::prepare::{Prepared, prepare};

/// What has been seen of one column.
#[derive(Clone, Debug)]
pub(crate) struct ColumnFold {
    pub(crate) plan: Plan,
    pub(crate) kept: Kept,
    pub(crate) absent: Absent,
    pub(crate) picked: Picked,
}

/// By class.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    Number(Box<NumberFold>),
    Text(Box<TextFold>),
    Instant(Box<InstantFold>),
    Boolean(BooleanFold),
    Other(OtherFold),
}

impl ColumnFold {
    pub(crate) fn new(plan: Plan) -> Self {
        let kept = match plan.class {
            Class::Number => Kept::Number(Box::new(NumberFold::new(&plan))),
            Class::Text => Kept::Text(Box::new(TextFold::new(&plan))),
            Class::Instant => Kept::Instant(Box::new(InstantFold::new(&plan))),
            Class::Boolean => Kept::Boolean(BooleanFold::default()),
            Class::Empty | Class::Other => Kept::Other(OtherFold::default()),
        };
        Self {
            plan,
            kept,
            absent: Absent::default(),
            picked: Picked::default(),
        }
    }

    /// Folds the column's part of some rows, and adds its cells to their hashes.
    ///
    /// # Errors
    /// [`ProfileError::Column`].
    pub(crate) fn fold(
        &mut self,
        rows: &Rows,
        hashes: &mut [RowHash],
    ) -> Result<Prepared, ProfileError> {
        let column = rows.batch.columns().get(self.plan.index);
        let column = column.ok_or_else(|| self.mismatch())?;
        let prepared = prepare(&self.plan, column)?;
        let salted = (self.plan.salt, hashes);
        let absent = &mut self.absent;
        match (&mut self.kept, &prepared) {
            (Kept::Number(fold), Prepared::Number(array)) => fold.fold(array, rows, absent, salted),
            (Kept::Text(fold), Prepared::Text(array)) => fold.fold(array, rows, absent, salted),
            (Kept::Instant(fold), Prepared::Instant(array)) => {
                fold.fold(array, rows, absent, salted);
            }
            (Kept::Boolean(fold), Prepared::Boolean(array)) => {
                fold.fold(array, rows, absent, salted);
            }
            (Kept::Other(fold), Prepared::Other(array)) => fold.fold(array, rows, absent, salted),
            (Kept::Other(fold), Prepared::Empty(length)) => {
                fold.fold_empty(*length, rows, absent);
            }
            _ => return Err(self.mismatch()),
        }
        Ok(prepared)
    }

    /// Puts cells of some rows into the sample.
    pub(crate) fn pick(&mut self, prepared: &Prepared, picks: &[Pick]) {
        for pick in picks {
            let slot = match (&self.kept, prepared) {
                (Kept::Number(fold), Prepared::Number(array)) => fold.slot_of(array, pick.row),
                (_, Prepared::Text(array)) => TextFold::slot_of(array, pick.row),
                (_, Prepared::Instant(array)) => InstantFold::slot_of(array, pick.row),
                (_, Prepared::Boolean(array)) => BooleanFold::slot_of(array, pick.row),
                (_, Prepared::Other(array)) => OtherFold::slot_of(array, pick.row),
                (_, Prepared::Number(_) | Prepared::Empty(_)) => super::picked::Slot::Missing,
            };
            self.picked.put(pick.slot, slot);
        }
    }

    const fn mismatch(&self) -> ProfileError {
        ProfileError::Column {
            column: self.plan.index,
            expected: "what the table says",
        }
    }
}
