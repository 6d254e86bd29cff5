//! The attempts, as plain columns in the order of their processes.

pub use veriscope_card::Outcome;

use crate::AnalysisError;

/// The number that stands for no person, no client or no code.
pub const NONE: u32 = u32::MAX;

/// Attempts in the order of process and attempt, one element a row in each column.
#[derive(Clone, Debug, Default)]
pub struct Attempts {
    /// Process, numbered in any way; rows of one process stand together.
    pub process: Vec<u32>,
    /// Person, or [`NONE`].
    pub person: Vec<u32>,
    /// Client, or [`NONE`].
    pub client: Vec<u32>,
    /// When it came in, µs since 1970.
    pub at_us: Vec<i64>,
    /// What became of it.
    pub outcome: Vec<Outcome>,
    /// Number of its code in `codes`, or [`NONE`].
    pub code: Vec<u32>,
    /// Total time in the API, ms; NaN where it was not measured.
    pub api_ms: Vec<f32>,
    /// A hash of everything that was measured on the pictures; 0 where nothing was. Equal
    /// in two attempts where the same pictures came again.
    pub pictures: Vec<u64>,
    /// Codes as tables show them.
    pub codes: Vec<String>,
    /// Scores that are followed from attempt to attempt, by name; NaN where not measured.
    pub scores: Vec<(String, Vec<f32>)>,
}

impl Attempts {
    /// Returns how many attempts there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.process.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.process.is_empty()
    }

    /// Checks that all columns have one length and that the attempts of a process stand
    /// together in the order of time.
    ///
    /// # Errors
    /// [`AnalysisError::Length`] or [`AnalysisError::Order`].
    pub fn check(&self) -> Result<(), AnalysisError> {
        let rows = self.len();
        let lengths = [
            ("person", self.person.len()),
            ("client", self.client.len()),
            ("at_us", self.at_us.len()),
            ("outcome", self.outcome.len()),
            ("code", self.code.len()),
            ("api_ms", self.api_ms.len()),
            ("pictures", self.pictures.len()),
        ];
        let scores = self
            .scores
            .iter()
            .map(|(_, values)| ("scores", values.len()));
        for (column, found) in lengths.into_iter().chain(scores) {
            if found != rows {
                return Err(AnalysisError::Length {
                    column,
                    expected: rows,
                    found,
                });
            }
        }
        let mut seen = std::collections::HashSet::new();
        let mut last: Option<(u32, i64)> = None;
        for (row, (process, at)) in self.process.iter().zip(&self.at_us).enumerate() {
            let late = match last {
                Some((same, before)) if same == *process => before > *at,
                _ => !seen.insert(*process),
            };
            if late {
                return Err(AnalysisError::Order {
                    order: "process and time",
                    row,
                });
            }
            last = Some((*process, *at));
        }
        Ok(())
    }
}
