//! What was measured on the pictures of each row: a fingerprint of all of it, and scores that
//! are followed from attempt to attempt.

use arrow_array::RecordBatch;
use veriscope_metrics::AnalysisError;
use veriscope_metrics::hashed::{column, floats};

use crate::Layout;
use crate::codes::at;
use crate::order::Order;
use crate::parallel::{parallel, shares};

/// What was measured on the pictures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pictures {
    /// A hash of everything that was measured; 0 where nothing was. Equal in two rows where
    /// the same pictures came again. Empty where it is not held.
    pub(crate) fingerprints: Vec<u64>,
    /// Scores in the order of the layout; NaN where not measured.
    pub(crate) scores: Vec<Vec<f32>>,
}

impl Pictures {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            fingerprints: Vec::new(),
            scores: vec![Vec::new(); layout.scores.len()],
        }
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub(crate) fn update(
        &mut self,
        layout: &Layout,
        batch: &RecordBatch,
    ) -> Result<(), AnalysisError> {
        if layout.measured.is_empty() {
            return Ok(());
        }
        let mut fingerprints = vec![0_u64; batch.num_rows()];
        for name in &layout.measured {
            let values = floats(column(batch, name)?, name)?;
            for (hash, value) in fingerprints.iter_mut().zip(values) {
                *hash = with(*hash, value);
            }
        }
        self.fingerprints.append(&mut fingerprints);
        for (name, score) in layout.scores.iter().zip(&mut self.scores) {
            let values = floats(column(batch, name)?, name)?;
            score.extend(values.into_iter().map(narrow));
        }
        Ok(())
    }

    /// Appends another part.
    pub(crate) fn merge(&mut self, other: Self) {
        self.fingerprints.extend(other.fingerprints);
        for (mine, more) in self.scores.iter_mut().zip(other.scores) {
            mine.extend(more);
        }
    }

    /// Returns the rows in order. Scores are followed from one attempt to the next, so that
    /// those of processes of one attempt are not looked up, and NaN.
    pub(crate) fn ordered(self, order: &Order) -> Self {
        if self.fingerprints.is_empty() {
            return self;
        }
        let alone = Order::FIRST | Order::LAST;
        let picked = |rows: Vec<f32>| {
            let places = order.rows.iter().zip(&order.flags);
            let score = |(row, flags): (&u32, &u8)| match flags & alone == alone {
                true => f32::NAN,
                false => at(&rows, *row),
            };
            places.map(score).collect()
        };
        let scores = parallel(shares(self.scores), |share| {
            share.into_iter().map(picked).collect::<Vec<Vec<f32>>>()
        });
        let fingerprints = order.rows.iter();
        let fingerprints = fingerprints.map(|row| at(&self.fingerprints, *row));
        Self {
            fingerprints: fingerprints.collect(),
            scores: scores.into_iter().flatten().collect(),
        }
    }
}

/// A fingerprint with one more value; it is zero until the first that was measured.
fn with(hash: u64, value: f64) -> u64 {
    const NOT_MEASURED: u64 = 1;
    let seen = if value.is_nan() {
        NOT_MEASURED
    } else {
        value.to_bits()
    };
    if hash == 0 && seen == NOT_MEASURED {
        return 0;
    }
    (hash ^ seen)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(29)
        | 1
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "single precision is enough for scores, and halves the memory"
)]
const fn narrow(value: f64) -> f32 {
    value as f32
}
