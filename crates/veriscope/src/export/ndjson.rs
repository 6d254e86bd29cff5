//! NDJSON: one object per row, every published column in order, nothing left out.

use std::io::{self, Write};

use arrow_schema::SchemaRef;

use super::Exporter;
use super::cells::{Cell, Rows};
use super::instant;
use super::target::Sink;

/// Writes NDJSON.
pub(super) struct NdjsonExporter {
    sink: Sink,
    objects: Objects,
}

impl NdjsonExporter {
    pub(super) fn new(sink: Sink, published: &SchemaRef) -> Self {
        Self {
            sink,
            objects: Objects::new(published),
        }
    }
}

/// Turns rows into JSON objects.
pub(super) struct Objects {
    /// `{"name":` of the first column, `,"name":` of the others.
    keys: Vec<String>,
    object: Vec<u8>,
    instant: String,
}

impl Objects {
    pub(super) fn new(published: &SchemaRef) -> Self {
        let key = |(index, name): (usize, &str)| {
            let opening = if index == 0 { '{' } else { ',' };
            format!("{opening}{}:", serde_json::Value::from(name))
        };
        let names = published.fields().iter().map(|field| field.name().as_str());
        let keys = names.enumerate().map(key).collect();
        Self {
            keys,
            object: Vec::new(),
            instant: String::new(),
        }
    }

    /// Gives the object of each row, without a line end, to `write`.
    pub(super) fn write(
        &mut self,
        rows: &Rows,
        mut write: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let columns = rows.columns()?;
        for row in 0..rows.num_rows() {
            let offset_min = rows.offset_min(row);
            self.object.clear();
            for (index, column) in columns.iter().enumerate() {
                if let Some(key) = self.keys.get(index) {
                    self.object.extend_from_slice(key.as_bytes());
                }
                self.write_cell(&column.cell(row), offset_min)?;
            }
            self.object.push(b'}');
            write(&self.object)?;
        }
        Ok(())
    }

    fn write_cell(&mut self, cell: &Cell<'_>, offset_min: i32) -> io::Result<()> {
        let object = &mut self.object;
        match *cell {
            Cell::Null => object.extend_from_slice(b"null"),
            Cell::Text(text) => serde_json::to_writer(object, text)?,
            Cell::Int(number) => write!(object, "{number}")?,
            // JSON has no NaN and no infinity.
            Cell::Float(number) if !number.is_finite() => object.extend_from_slice(b"null"),
            Cell::Float(number) => write!(object, "{number:?}")?,
            Cell::Bool(yes) => write!(object, "{yes}")?,
            Cell::Instant(instant_us) => {
                self.instant.clear();
                instant::write_iso(&mut self.instant, instant_us, offset_min);
                write!(object, "\"{}\"", self.instant)?;
            }
        }
        Ok(())
    }
}

impl Exporter for NdjsonExporter {
    fn write(&mut self, rows: &Rows) -> io::Result<()> {
        let sink = &mut self.sink;
        self.objects.write(rows, |object| {
            sink.write_all(object)?;
            sink.write_all(b"\n")
        })
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.sink.flush()
    }
}
