//! Reads a cache from a file.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Int64Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;

use super::checksum::checked;
use super::{FIXED, FORMAT_VERSION, HEADER, Header, StoredError, at_path, bundle_name, times_name};
use crate::Cache;
use crate::coded::Coded;
use crate::codes::Codes;
use crate::durations::Durations;

impl Cache {
    /// Reads a cache that was made of what has this fingerprint; none where there is no file,
    /// and where it was made of something else.
    ///
    /// # Errors
    /// [`StoredError`]: the file can't be read, is damaged, or holds something else.
    pub fn read(path: &Path, fingerprint: &str) -> Result<Option<Self>, StoredError> {
        let file_error = |what| {
            move |source| StoredError::File {
                what,
                path: path.to_path_buf(),
                source,
            }
        };
        let damaged = || StoredError::Damaged {
            path: path.to_path_buf(),
        };
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error("open")(error)),
        };
        let length = checked(&mut file).map_err(file_error("read"))?;
        let batches = file.take(length.ok_or_else(damaged)?);
        let reader =
            StreamReader::try_new_buffered(batches, None).map_err(at_path("read", path))?;
        let schema = reader.schema();
        let header = schema.metadata().get(HEADER).ok_or_else(damaged)?;
        let header: Header =
            serde_json::from_str(header).map_err(|source| StoredError::Header {
                path: path.to_path_buf(),
                source,
            })?;
        if header.format_version != FORMAT_VERSION || header.fingerprint != fingerprint {
            return Ok(None);
        }
        let mut rows = Rows::of(&header, |name| {
            let field = schema.field_with_name(name).ok()?;
            Some(field.data_type() == &DataType::UInt16)
        })
        .ok_or_else(damaged)?;
        for batch in reader {
            let batch = batch.map_err(at_path("read", path))?;
            rows.add(&batch).ok_or_else(damaged)?;
        }
        rows.finish(header).ok_or_else(damaged).map(Some)
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
    /// Makes room for what a header announces; none where a bundle has no column.
    fn of(header: &Header, is_wide: impl Fn(&str) -> Option<bool>) -> Option<Self> {
        let rows = header.rows;
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
            bundles: (0..header.bundles).map(bundle).collect::<Option<_>>()?,
            times: header
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

    /// Puts rows and header together; none where they do not go together.
    fn finish(self, header: Header) -> Option<Cache> {
        if self.persons.len() != header.rows {
            return None;
        }
        let bundles: Vec<Arc<Codes>> = self.bundles.into_iter().map(Arc::new).collect();
        let mut columns = Vec::with_capacity(header.columns.len());
        for column in header.columns {
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
        let names = header.times.iter().map(|times| times.name.clone());
        let duration_places = names.zip(0..).collect();
        let durations = self.times.into_iter().zip(header.times);
        let durations = durations.map(|(values, times)| Durations::of(values, times.apart));
        let mut scattered = vec![false; header.persons];
        for number in header.scattered {
            *scattered.get_mut(number)? = true;
        }
        Some(Cache {
            rows: header.rows,
            person: header.person,
            client: header.client,
            code: header.code,
            total_time: header.total_time,
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
            key_prefix: header.key_prefix,
            excluded: self.excluded,
            left_out: header.left_out,
            outsize: header.outsize,
            pictures: Vec::new(),
            scores: Vec::new(),
        })
    }
}

/// Adds a column's numbers; none where it holds others.
fn extend<T: ArrowPrimitiveType>(into: &mut Vec<T::Native>, column: &ArrayRef) -> Option<()> {
    into.extend_from_slice(column.as_primitive_opt::<T>()?.values());
    Some(())
}
