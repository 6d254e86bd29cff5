//! Attempts from batches of the view `attempts`, in any order.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use veriscope_card::{Card, Kind, Roles};

use super::intern::{Interner, texts};
use super::{Attempts, NONE, Outcome};
use crate::AnalysisError;
use crate::hashed::{each_text, in_order};
use crate::number::float_i64;

/// Collects the columns that the analysis reads.
pub struct AttemptsBuilder {
    roles: Roles,
    /// Columns that make up the fingerprint of the pictures.
    measured: Vec<String>,
    processes: Interner,
    persons: Interner,
    clients: Interner,
    codes: Interner,
    /// The transaction of each row, of two in one instant the one that comes first.
    keys: Vec<u128>,
    attempts: Attempts,
    /// Processes so far; rows without one take the next number.
    count: u32,
    process_numbers: Vec<u32>,
}

impl AttemptsBuilder {
    /// Returns an empty collection; `scores` are followed from attempt to attempt.
    ///
    /// # Errors
    /// [`AnalysisError::Role`] where the card names no response code.
    pub fn new(card: &Card, scores: &[String]) -> Result<Self, AnalysisError> {
        if card.roles.code.is_none() {
            return Err(AnalysisError::Role { role: "code" });
        }
        let measured = card
            .features
            .iter()
            .filter(|feature| matches!(feature.kind, Kind::Score | Kind::Probability))
            .map(|feature| feature.name.clone())
            .collect();
        Ok(Self {
            roles: card.roles.clone(),
            measured,
            processes: Interner::new(),
            persons: Interner::new(),
            clients: Interner::new(),
            codes: Interner::new(),
            keys: Vec::new(),
            attempts: Attempts {
                scores: scores
                    .iter()
                    .map(|name| (name.clone(), Vec::new()))
                    .collect(),
                ..Attempts::default()
            },
            count: 0,
            process_numbers: Vec::new(),
        })
    }

    /// Returns the columns of `attempts` that are read. None of them is made of the whole
    /// process: the number of an attempt would have the engine sort all columns, where here two
    /// are sorted.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let roles = &self.roles;
        let mut columns = vec![roles.transaction.as_str(), "outcome", roles.date.as_str()];
        let optional = [
            &roles.process,
            &roles.person,
            &roles.client,
            &roles.code,
            &roles.total_time,
        ];
        columns.extend(optional.into_iter().flatten().map(String::as_str));
        columns.extend(self.measured.iter().map(String::as_str));
        for (score, _) in &self.attempts.scores {
            if !columns.contains(&score.as_str()) {
                columns.push(score);
            }
        }
        columns
    }

    /// Adds the rows of a batch.
    ///
    /// # Errors
    /// [`AnalysisError::MissingColumn`] or [`AnalysisError::ColumnType`].
    pub fn update(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        let roles = self.roles.clone();
        let rows = batch.num_rows();
        let key = roles.transaction.as_str();
        let prefix = format!("{key}_");
        each_text(column(batch, key)?, key, |_, text| {
            self.keys.push(in_order(text.unwrap_or_default(), &prefix));
        })?;
        self.read_dates(batch, &roles.date)?;
        self.read_outcomes(batch)?;
        self.read_processes(batch, roles.process.as_deref())?;
        let mut persons = numbers(batch, roles.person.as_deref(), &mut self.persons)?;
        self.attempts.person.append(&mut persons);
        let mut clients = numbers(batch, roles.client.as_deref(), &mut self.clients)?;
        self.attempts.client.append(&mut clients);
        self.read_codes(batch, roles.code.as_deref())?;
        let times = match &roles.total_time {
            Some(name) => floats(batch, name)?,
            None => vec![f64::NAN; rows],
        };
        self.attempts.api_ms.extend(times.into_iter().map(narrow));
        let mut hashes = vec![0_u64; rows];
        for name in &self.measured {
            let values = floats(batch, name)?;
            for (hash, value) in hashes.iter_mut().zip(values) {
                let seen = if value.is_nan() { 1 } else { value.to_bits() };
                // Zero until the first value that was measured.
                if *hash != 0 || seen != 1 {
                    *hash = (*hash ^ seen)
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                        .rotate_left(29)
                        | 1;
                }
            }
        }
        self.attempts.pictures.append(&mut hashes);
        for (name, values) in &mut self.attempts.scores {
            values.extend(floats(batch, name)?.into_iter().map(narrow));
        }
        Ok(())
    }

    fn read_dates(&mut self, batch: &RecordBatch, name: &str) -> Result<(), AnalysisError> {
        let dates = column(batch, name)?;
        let DataType::Timestamp(TimeUnit::Microsecond, _) = dates.data_type() else {
            return Err(wrong(batch, name, "Timestamp(Microsecond)"));
        };
        let dates = dates.as_primitive::<TimestampMicrosecondType>();
        self.attempts.at_us.extend(dates.values());
        Ok(())
    }

    fn read_outcomes(&mut self, batch: &RecordBatch) -> Result<(), AnalysisError> {
        for outcome in texts(column(batch, "outcome")?, "outcome")? {
            self.attempts.outcome.push(match outcome.as_deref() {
                Some("accepted") => Outcome::Accepted,
                Some("rejected") => Outcome::Rejected,
                Some(_) | None => Outcome::Technical,
            });
        }
        Ok(())
    }

    /// A row without a process is a process of its own.
    fn read_processes(
        &mut self,
        batch: &RecordBatch,
        name: Option<&str>,
    ) -> Result<(), AnalysisError> {
        let own = |count: &mut u32| {
            *count += 1;
            *count - 1
        };
        let Some(name) = name else {
            for _ in 0..batch.num_rows() {
                self.attempts.process.push(own(&mut self.count));
            }
            return Ok(());
        };
        for process in texts(column(batch, name)?, name)? {
            let number = match process.filter(|text| !text.is_empty()) {
                None => own(&mut self.count),
                Some(text) => {
                    let (known, new) = self.processes.number(&text);
                    if new {
                        self.process_numbers.push(own(&mut self.count));
                    }
                    let place = usize::try_from(known).unwrap_or(usize::MAX);
                    self.process_numbers.get(place).copied().unwrap_or(NONE)
                }
            };
            self.attempts.process.push(number);
        }
        Ok(())
    }

    fn read_codes(&mut self, batch: &RecordBatch, name: Option<&str>) -> Result<(), AnalysisError> {
        let Some(name) = name else {
            return Ok(());
        };
        for code in texts(column(batch, name)?, name)? {
            let number = code.map_or(NONE, |text| {
                let (number, new) = self.codes.number(&text);
                if new {
                    self.attempts.codes.push(text.into_owned());
                }
                number
            });
            self.attempts.code.push(number);
        }
        Ok(())
    }

    /// Returns the attempts, in the order of process, date and transaction.
    #[must_use]
    pub fn finish(self) -> Attempts {
        let mut attempts = self.attempts;
        let at_us = &attempts.at_us;
        let place = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
        let within = |row: u32| (at_us.get(place(row)), self.keys.get(place(row)));
        let mut rows: Vec<(u32, u32)> = attempts.process.iter().copied().zip(0..).collect();
        rows.sort_unstable();
        for process in rows.chunk_by_mut(|(one, _), (next, _)| one == next) {
            if !process.is_sorted_by_key(|(_, row)| within(*row)) {
                process.sort_unstable_by_key(|(_, row)| within(*row));
            }
        }
        let order: Vec<u32> = rows.into_iter().map(|(_, row)| row).collect();
        if !order.is_sorted() {
            reorder(&mut attempts.process, &order);
            reorder(&mut attempts.person, &order);
            reorder(&mut attempts.client, &order);
            reorder(&mut attempts.at_us, &order);
            reorder(&mut attempts.outcome, &order);
            reorder(&mut attempts.code, &order);
            reorder(&mut attempts.api_ms, &order);
            reorder(&mut attempts.pictures, &order);
            for (_, values) in &mut attempts.scores {
                reorder(values, &order);
            }
        }
        attempts
    }
}

fn reorder<T: Copy>(values: &mut Vec<T>, order: &[u32]) {
    *values = order
        .iter()
        .filter_map(|row| values.get(usize::try_from(*row).ok()?).copied())
        .collect();
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, AnalysisError> {
    batch
        .column_by_name(name)
        .ok_or_else(|| AnalysisError::MissingColumn {
            column: name.to_owned(),
            view: "attempts",
        })
}

fn wrong(batch: &RecordBatch, name: &str, expected: &'static str) -> AnalysisError {
    let found = batch
        .column_by_name(name)
        .map(|one| one.data_type().to_string());
    AnalysisError::ColumnType {
        column: name.to_owned(),
        found: found.unwrap_or_default(),
        expected,
    }
}

fn numbers(
    batch: &RecordBatch,
    name: Option<&str>,
    interner: &mut Interner,
) -> Result<Vec<u32>, AnalysisError> {
    let Some(name) = name else {
        return Ok(vec![NONE; batch.num_rows()]);
    };
    let values = texts(column(batch, name)?, name)?;
    Ok(values
        .map(|value| value.map_or(NONE, |text| interner.number(&text).0))
        .collect())
}

fn floats(batch: &RecordBatch, name: &str) -> Result<Vec<f64>, AnalysisError> {
    let array = column(batch, name)?;
    match array.data_type() {
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>().iter();
            Ok(values.map(|one| one.map_or(f64::NAN, float_i64)).collect())
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().iter();
            Ok(values.map(|one| one.unwrap_or(f64::NAN)).collect())
        }
        _ => Err(wrong(batch, name, "Int64 or Float64")),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "single precision is enough for times and scores, and halves the memory"
)]
const fn narrow(value: f64) -> f32 {
    value as f32
}
