//! The registry: which small number stands for which token, in order of first sight.
//!
//! It is keyed by the token of a value, never by the value. Per feature the numbers run from
//! 1 without a gap, and a number that was given never changes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use thiserror::Error;
use veriscope_base::ErrorClass;

const FEATURE: &str = "feature";
const TOKEN: &str = "token";
const NUMBER: &str = "number";

/// One number that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryRow {
    /// Feature of class number.
    pub feature: String,
    /// Token of the value.
    pub token: String,
    /// The number, from 1.
    pub number: u64,
}

/// Numbers of the features of class number.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// By feature, then token.
    numbers: BTreeMap<String, HashMap<String, u64>>,
    /// Given since the last [`Registry::take_added`].
    added: Vec<RegistryRow>,
}

/// What is wrong with stored registry rows.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// Two numbers for one token, or one number for two, or a number that is missing.
    #[error(
        "the registry is damaged: {problem} among the numbers of `{feature}`; go back to an \
         earlier version of the lake's registry table, numbers must not be given anew"
    )]
    Damaged {
        /// Feature.
        feature: String,
        /// What is wrong, in a few words.
        problem: &'static str,
    },
    /// The table has no such column, or of another type, or nulls.
    #[error(
        "the registry is damaged: column `{column}` is missing, of another type or has nulls; \
         go back to an earlier version of the lake's registry table"
    )]
    WrongColumn {
        /// Column.
        column: &'static str,
    },
    /// A batch could not be built.
    #[error("registry rows could not be turned into a batch")]
    Batch(#[from] ArrowError),
}

impl RegistryError {
    /// Returns the failure class.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Damaged { .. } | Self::WrongColumn { .. } => ErrorClass::Target,
            Self::Batch(_) => ErrorClass::Defect,
        }
    }
}

/// Returns the schema of the registry table: `feature`, `token` (text), `number` (`Int64`).
#[must_use]
pub fn registry_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(FEATURE, DataType::Utf8, false),
        Field::new(TOKEN, DataType::Utf8, false),
        Field::new(NUMBER, DataType::Int64, false),
    ]))
}

impl Registry {
    /// Builds the registry from stored rows, in any order.
    ///
    /// # Errors
    /// [`RegistryError::Damaged`] when a token or a number comes twice in one feature, or
    /// the numbers do not run from 1 without a gap: a lost row would give a known client a
    /// second number.
    pub fn new(rows: impl IntoIterator<Item = RegistryRow>) -> Result<Self, RegistryError> {
        let mut numbers: BTreeMap<String, HashMap<String, u64>> = BTreeMap::new();
        for row in rows {
            let of_feature = numbers.entry(row.feature.clone()).or_default();
            if of_feature.insert(row.token, row.number).is_some() {
                return Err(damaged(row.feature, "a token comes twice"));
            }
        }
        for (feature, of_feature) in &numbers {
            let mut given: Vec<u64> = of_feature.values().copied().collect();
            given.sort_unstable();
            if given.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err(damaged(feature.clone(), "a number comes twice"));
            }
            if given
                .iter()
                .zip(1..)
                .any(|(number, expected)| *number != expected)
            {
                return Err(damaged(feature.clone(), "a number is missing"));
            }
        }
        Ok(Self {
            numbers,
            added: Vec::new(),
        })
    }

    /// Builds the registry from stored batches; see [`registry_schema`]. Text may come in
    /// any of Arrow's text layouts.
    ///
    /// # Errors
    /// As [`Registry::new`], and [`RegistryError::WrongColumn`].
    pub fn from_batches<'a>(
        batches: impl IntoIterator<Item = &'a RecordBatch>,
    ) -> Result<Self, RegistryError> {
        let mut rows = Vec::new();
        for batch in batches {
            let features = text_column(batch, FEATURE)?;
            let tokens = text_column(batch, TOKEN)?;
            let numbers = number_column(batch)?;
            for ((feature, token), number) in features.into_iter().zip(tokens).zip(numbers) {
                rows.push(RegistryRow {
                    feature,
                    token,
                    number,
                });
            }
        }
        Self::new(rows)
    }

    /// Returns the number of a token, a new one when it is seen for the first time.
    pub fn number(&mut self, feature: &str, token: &str) -> u64 {
        let of_feature = self.numbers.entry(feature.to_owned()).or_default();
        if let Some(number) = of_feature.get(token) {
            return *number;
        }
        let number = u64::try_from(of_feature.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        of_feature.insert(token.to_owned(), number);
        self.added.push(RegistryRow {
            feature: feature.to_owned(),
            token: token.to_owned(),
            number,
        });
        number
    }

    /// Hands over the numbers that were given since the last call, in the order of giving.
    pub fn take_added(&mut self) -> Vec<RegistryRow> {
        std::mem::take(&mut self.added)
    }

    /// Returns how many numbers have been given, over all features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.values().map(HashMap::len).sum()
    }

    /// Returns whether no number has been given yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl RegistryRow {
    /// Turns rows into a batch of [`registry_schema`].
    ///
    /// # Errors
    /// [`RegistryError::Batch`].
    pub fn to_batch(rows: &[Self]) -> Result<RecordBatch, RegistryError> {
        let features: StringArray = rows.iter().map(|row| Some(row.feature.as_str())).collect();
        let tokens: StringArray = rows.iter().map(|row| Some(row.token.as_str())).collect();
        let numbers: Int64Array = rows
            .iter()
            .map(|row| Some(i64::try_from(row.number).unwrap_or(i64::MAX)))
            .collect();
        let columns: Vec<ArrayRef> = vec![Arc::new(features), Arc::new(tokens), Arc::new(numbers)];
        Ok(RecordBatch::try_new(registry_schema(), columns)?)
    }
}

fn damaged(feature: String, problem: &'static str) -> RegistryError {
    RegistryError::Damaged { feature, problem }
}

fn text_column(batch: &RecordBatch, column: &'static str) -> Result<Vec<String>, RegistryError> {
    let wrong = || RegistryError::WrongColumn { column };
    let array = batch.column_by_name(column).ok_or_else(wrong)?;
    let cells: Option<Vec<String>> = match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(owned).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(owned).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(owned).collect(),
        _ => None,
    };
    cells.ok_or_else(wrong)
}

fn owned(cell: Option<&str>) -> Option<String> {
    cell.map(str::to_owned)
}

fn number_column(batch: &RecordBatch) -> Result<Vec<u64>, RegistryError> {
    let wrong = || RegistryError::WrongColumn { column: NUMBER };
    let array = batch.column_by_name(NUMBER).ok_or_else(wrong)?;
    let numbers = array.as_primitive_opt::<Int64Type>().ok_or_else(wrong)?;
    numbers
        .iter()
        .map(|number| number.and_then(|n| u64::try_from(n).ok()))
        .collect::<Option<Vec<u64>>>()
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Int64Array, RecordBatch, StringViewArray};
    use arrow_schema::{DataType, Field, Schema};
    use veriscope_base::ErrorClass;

    use super::{Registry, RegistryRow};

    fn row(feature: &str, token: &str, number: u64) -> RegistryRow {
        RegistryRow {
            feature: feature.into(),
            token: token.into(),
            number,
        }
    }

    #[test]
    fn numbers_run_from_one_per_feature_and_stay() {
        let mut registry = Registry::default();
        assert_eq!(registry.number("customer", "a"), 1);
        assert_eq!(registry.number("customer", "b"), 2);
        assert_eq!(registry.number("account", "b"), 1);
        assert_eq!(registry.number("customer", "a"), 1);
        let added = registry.take_added();
        assert_eq!(
            added,
            [
                row("customer", "a", 1),
                row("customer", "b", 2),
                row("account", "b", 1)
            ]
        );
        assert!(registry.take_added().is_empty());
    }

    #[test]
    fn a_stored_registry_goes_on_where_it_was() {
        let mut registry = Registry::default();
        registry.number("customer", "a");
        registry.number("customer", "b");
        let batch = RegistryRow::to_batch(&registry.take_added()).unwrap();
        let mut again = Registry::from_batches([&batch]).unwrap();
        assert_eq!(again.number("customer", "b"), 2);
        assert_eq!(again.number("customer", "c"), 3);
        assert_eq!(again.take_added(), [row("customer", "c", 3)]);
        assert_eq!(again.len(), 3);
    }

    #[test]
    fn text_views_are_read_too() {
        let schema = Schema::new(vec![
            Field::new("feature", DataType::Utf8View, true),
            Field::new("token", DataType::Utf8View, true),
            Field::new("number", DataType::Int64, true),
        ]);
        let batch = RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(StringViewArray::from(vec!["customer"])),
                Arc::new(StringViewArray::from(vec!["a"])),
                Arc::new(Int64Array::from(vec![1])),
            ],
        )
        .unwrap();
        assert_eq!(
            Registry::from_batches([&batch])
                .unwrap()
                .number("customer", "a"),
            1
        );
    }

    #[test]
    fn a_damaged_registry_is_refused() {
        let cases = [
            (
                vec![row("c", "a", 1), row("c", "a", 2)],
                "a token comes twice",
            ),
            (
                vec![row("c", "a", 1), row("c", "b", 1)],
                "a number comes twice",
            ),
            (
                vec![row("c", "a", 1), row("c", "b", 3)],
                "a number is missing",
            ),
            (vec![row("c", "a", 0)], "a number is missing"),
        ];
        for (rows, problem) in cases {
            let error = Registry::new(rows).unwrap_err();
            assert_eq!(error.class(), ErrorClass::Target);
            assert!(error.to_string().contains(problem), "{error}");
        }
    }

    #[test]
    fn a_batch_without_its_columns_is_refused() {
        let batch = RecordBatch::new_empty(Arc::new(Schema::empty()));
        assert!(Registry::from_batches([&batch]).is_err());
    }
}
