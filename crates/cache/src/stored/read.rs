//! Reads a cache from a file.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Int64Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;

use super::{FIXED, FORM, HEAD, Head, StoredError, at_path, bundle_name, times_name};
use crate::Cache;
use crate::coded::Coded;
use crate::codes::Codes;
use crate::durations::Durations;

impl Cache {
    /// Reads a cache that was made of what has this name; none where there is no file, and
    /// where it was made of something else.
    ///
    /// # Errors
    /// [`StoredError`]: the file can't be read, or holds no cache.
    pub fn read(path: &Path, made_of: &str) -> Result<Option<Self>, StoredError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(StoredError::File {
                    what: "open",
                    path: path.to_path_buf(),
                    source,
                });
            }
        };
        let reader = StreamReader::try_new_buffered(file, None).map_err(at_path("read", path))?;
        let form = || StoredError::Form {
            path: path.to_path_buf(),
        };
        let schema = reader.schema();
        let head = schema.metadata().get(HEAD).ok_or_else(form)?;
        let head: Head = serde_json::from_str(head).map_err(|_| form())?;
        if head.form != FORM || head.made_of != made_of {
            return Ok(None);
        }
        let mut rows = Rows::of(&head, |name| {
            let field = schema.field_with_name(name).ok()?;
            Some(field.data_type() == &DataType::UInt16)
        })
        .ok_or_else(form)?;
        for batch in reader {
            let batch = batch.map_err(at_path("read", path))?;
            rows.add(&batch).ok_or_else(form)?;
        }
        rows.finish(head).ok_or_else(form).map(Some)
    }
}

/// The columns of numbers.
struct Rows {
    persons: Vec<u32>,
    processes: Vec<u32>,
    at_us: Vec<i64>,
    keys: Vec<u128>,
    excluded: Vec<bool>,
    bundles: Vec<Codes>,
    times: Vec<Vec<u16>>,
}

impl Rows {
    /// Makes room for what a head announces; none where a bundle has no column.
    fn of(head: &Head, is_wide: impl Fn(&str) -> Option<bool>) -> Option<Self> {
        // A head that lies about its rows must not take all memory.
        let rows = head.rows.min(1 << 27);
        let bundle = |place: usize| {
            Some(if is_wide(&bundle_name(place))? {
                Codes::Wide(Vec::with_capacity(rows))
            } else {
                Codes::Narrow(Vec::with_capacity(rows))
            })
        };
        Some(Self {
            persons: Vec::with_capacity(rows),
            processes: Vec::with_capacity(rows),
            at_us: Vec::with_capacity(rows),
            keys: Vec::with_capacity(rows),
            excluded: Vec::with_capacity(rows),
            bundles: (0..head.bundles).map(bundle).collect::<Option<_>>()?,
            times: head
                .times
                .iter()
                .map(|_| Vec::with_capacity(rows))
                .collect(),
        })
    }

    /// Adds a batch; none where it has other columns.
    fn add(&mut self, batch: &RecordBatch) -> Option<()> {
        let [person, process, at_us, key, excluded] = FIXED;
        let column = |name: &str| batch.column_by_name(name);
        extend::<UInt32Type>(&mut self.persons, column(person)?)?;
        extend::<UInt32Type>(&mut self.processes, column(process)?)?;
        extend::<Int64Type>(&mut self.at_us, column(at_us)?)?;
        let keys = column(key)?.as_fixed_size_binary_opt()?;
        for key in keys.iter() {
            self.keys.push(u128::from_be_bytes(key?.try_into().ok()?));
        }
        let excluded = column(excluded)?.as_boolean_opt()?;
        self.excluded.extend(excluded.values().iter());
        for (place, bundle) in self.bundles.iter_mut().enumerate() {
            let codes = column(&bundle_name(place))?;
            match bundle {
                Codes::Narrow(into) => extend::<UInt8Type>(into, codes)?,
                Codes::Wide(into) => extend::<UInt16Type>(into, codes)?,
            }
        }
        for (place, into) in self.times.iter_mut().enumerate() {
            extend::<UInt16Type>(into, column(&times_name(place))?)?;
        }
        Some(())
    }

    /// Puts rows and head together; none where they do not go together.
    fn finish(self, head: Head) -> Option<Cache> {
        if self.persons.len() != head.rows {
            return None;
        }
        let bundles: Vec<Arc<Codes>> = self.bundles.into_iter().map(Arc::new).collect();
        let mut columns = Vec::with_capacity(head.columns.len());
        for column in head.columns {
            let bundle = Arc::clone(bundles.get(column.bundle)?);
            columns.push(Coded::new(
                column.name,
                column.values,
                bundle,
                column.places,
            ));
        }
        let names = columns.iter().map(|column| column.name.clone());
        let places = names.zip(0..).collect();
        let names = head.times.iter().map(|times| times.name.clone());
        let duration_places = names.zip(0..).collect();
        let durations = self.times.into_iter().zip(head.times);
        let durations = durations.map(|(values, times)| Durations::of(values, times.apart));
        let mut scattered = vec![false; head.persons];
        for number in head.scattered {
            *scattered.get_mut(number)? = true;
        }
        Some(Cache {
            rows: head.rows,
            person: head.person,
            client: head.client,
            code: head.code,
            total_time: head.total_time,
            columns,
            places,
            durations: durations.collect(),
            duration_places,
            persons: self.persons,
            scattered,
            processes: self.processes,
            last_us: self.at_us.iter().max().copied(),
            at_us: self.at_us,
            keys: self.keys,
            key_prefix: head.key_prefix,
            excluded: self.excluded,
            left_out: head.left_out,
            outsize: head.outsize,
        })
    }
}

/// Adds a column's numbers; none where it holds others.
fn extend<T: ArrowPrimitiveType>(into: &mut Vec<T::Native>, column: &ArrayRef) -> Option<()> {
    into.extend_from_slice(column.as_primitive_opt::<T>()?.values());
    Some(())
}
