//! Writes a cache to a file.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, FixedSizeBinaryArray, Int64Array, RecordBatch, UInt8Array, UInt16Array,
    UInt32Array,
};
use arrow_buffer::Buffer;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::checksum::Summing;
use super::{
    FIXED, FORMAT_VERSION, HEADER, Header, HeaderColumn, HeaderTimes, KEY_BYTES, StoredError,
    at_path, bundle_name, times_name,
};
use crate::Cache;
use crate::codes::Codes;

/// Rows of a batch: few in tests, so that there are several.
const BATCH: usize = if cfg!(debug_assertions) { 50 } else { 1 << 18 };

impl Cache {
    /// Writes the cache to a file, with the fingerprint of what it was made of. The file is
    /// there whole or not at all, whoever writes it at the same time.
    ///
    /// # Errors
    /// [`StoredError::File`] or [`StoredError::Batches`].
    pub fn write(&self, path: &Path, fingerprint: &str) -> Result<(), StoredError> {
        let file_error = |what| {
            move |source| StoredError::File {
                what,
                path: path.to_path_buf(),
                source,
            }
        };
        // It is gone where anything fails.
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder).map_err(file_error("make"))?;
        let summing = self
            .write_batches(Summing::new(file.as_file()), fingerprint)
            .map_err(at_path("write", path))?;
        let written = summing.finish().and_then(File::sync_all);
        written.map_err(file_error("write"))?;
        let placed = file.persist(path).map_err(|error| error.error);
        placed.map(|_| ()).map_err(file_error("put in place"))
    }

    fn write_batches<W: Write>(&self, file: W, fingerprint: &str) -> Result<W, ArrowError> {
        let bundles = self.bundles();
        let schema = Arc::new(self.schema(&bundles, fingerprint)?);
        let mut writer = StreamWriter::try_new_buffered(file, &schema)?;
        let mut first = 0;
        while first < self.rows {
            let last = self.rows.min(first + BATCH);
            let arrays = self.arrays(&bundles, first..last);
            writer.write(&RecordBatch::try_new(Arc::clone(&schema), arrays)?)?;
            first = last;
        }
        writer.finish()?;
        let file = writer.into_inner()?.into_inner();
        file.map_err(|error| ArrowError::from(error.into_error()))
    }

    /// Numbers that columns share, each once.
    pub(crate) fn bundles(&self) -> Vec<&Arc<Codes>> {
        let mut bundles: Vec<&Arc<Codes>> = Vec::new();
        for column in &self.columns {
            let bundle = column.bundle();
            if !bundles.iter().any(|known| Arc::ptr_eq(known, bundle)) {
                bundles.push(bundle);
            }
        }
        bundles
    }

    fn schema(&self, bundles: &[&Arc<Codes>], fingerprint: &str) -> Result<Schema, ArrowError> {
        let types = [
            DataType::UInt32,
            DataType::UInt32,
            DataType::Int64,
            DataType::FixedSizeBinary(KEY_BYTES),
            DataType::Boolean,
        ];
        let fixed = FIXED.into_iter().zip(types);
        let mut fields: Vec<Field> = fixed
            .map(|(name, data_type)| Field::new(name, data_type, false))
            .collect();
        for (place, bundle) in bundles.iter().enumerate() {
            let data_type = match &***bundle {
                Codes::Narrow(_) => DataType::UInt8,
                Codes::Wide(_) => DataType::UInt16,
            };
            fields.push(Field::new(bundle_name(place), data_type, false));
        }
        for place in 0..self.durations.len() {
            fields.push(Field::new(times_name(place), DataType::UInt16, false));
        }
        let header = serde_json::to_string(&self.header(bundles, fingerprint))
            .map_err(|error| ArrowError::ExternalError(error.into()))?;
        Ok(Schema::new_with_metadata(
            fields,
            HashMap::from([(HEADER.to_owned(), header)]),
        ))
    }

    fn header(&self, bundles: &[&Arc<Codes>], fingerprint: &str) -> Header {
        let columns = self.columns.iter().map(|column| HeaderColumn {
            name: column.name.clone(),
            values: column.values.clone(),
            bundle: bundles
                .iter()
                .position(|known| Arc::ptr_eq(known, column.bundle()))
                .unwrap_or(usize::MAX),
            places: column.places().to_vec(),
        });
        let mut names: Vec<(&String, &usize)> = self.duration_places.iter().collect();
        names.sort_by_key(|(_, place)| **place);
        let times = names.into_iter().zip(&self.durations);
        let times = times.map(|((name, _), times)| HeaderTimes {
            name: name.clone(),
            apart: times.apart(),
        });
        let numbers = self.scattered.iter().enumerate();
        Header {
            format_version: FORMAT_VERSION,
            fingerprint: fingerprint.to_owned(),
            rows: self.rows,
            person: self.person.clone(),
            client: self.client.clone(),
            code: self.code.clone(),
            total_time: self.total_time.clone(),
            columns: columns.collect(),
            times: times.collect(),
            bundles: bundles.len(),
            persons: self.scattered.len(),
            scattered: numbers
                .filter(|(_, is)| **is)
                .map(|(number, _)| number)
                .collect(),
            key_prefix: self.key_prefix.clone(),
            left_out: self.left_out.clone(),
            outsize: self.outsize.clone(),
        }
    }

    fn arrays(&self, bundles: &[&Arc<Codes>], rows: Range<usize>) -> Vec<ArrayRef> {
        let keys = some(&self.keys, &rows);
        let keys: Vec<u8> = keys.iter().flat_map(|key| key.to_be_bytes()).collect();
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from(some(&self.persons, &rows))),
            Arc::new(UInt32Array::from(some(&self.processes, &rows))),
            Arc::new(Int64Array::from(some(&self.at_us, &rows))),
            Arc::new(FixedSizeBinaryArray::new(
                KEY_BYTES,
                Buffer::from_vec(keys),
                None,
            )),
            Arc::new(BooleanArray::from(some(&self.excluded, &rows))),
        ];
        for bundle in bundles {
            arrays.push(match &***bundle {
                Codes::Narrow(codes) => Arc::new(UInt8Array::from(some(codes, &rows))),
                Codes::Wide(codes) => Arc::new(UInt16Array::from(some(codes, &rows))),
            });
        }
        for times in &self.durations {
            arrays.push(Arc::new(UInt16Array::from(some(times.values(), &rows))));
        }
        arrays
    }
}

fn some<T: Copy>(values: &[T], rows: &Range<usize>) -> Vec<T> {
    values.get(rows.clone()).unwrap_or_default().to_vec()
}
