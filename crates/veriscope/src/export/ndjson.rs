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
    /// `{"name":` of the first column, `,"name":` of the others.
    keys: Vec<String>,
    line: Vec<u8>,
    instant: String,
}

impl NdjsonExporter {
    pub(super) fn new(sink: Sink, published: &SchemaRef) -> Self {
        let key = |(index, name): (usize, &str)| {
            let opening = if index == 0 { '{' } else { ',' };
            format!("{opening}{}:", serde_json::Value::from(name))
        };
        let names = published.fields().iter().map(|field| field.name().as_str());
        let keys = names.enumerate().map(key).collect();
        Self {
            sink,
            keys,
            line: Vec::new(),
            instant: String::new(),
        }
    }

    fn write_cell(&mut self, cell: &Cell<'_>, offset_min: i32) -> io::Result<()> {
        let line = &mut self.line;
        match *cell {
            Cell::Null => line.extend_from_slice(b"null"),
            Cell::Text(text) => serde_json::to_writer(line, text)?,
            Cell::Int(number) => write!(line, "{number}")?,
            // JSON has no NaN and no infinity.
            Cell::Float(number) if !number.is_finite() => line.extend_from_slice(b"null"),
            Cell::Float(number) => write!(line, "{number:?}")?,
            Cell::Bool(yes) => write!(line, "{yes}")?,
            Cell::Instant(instant_us) => {
                self.instant.clear();
                instant::write_iso(&mut self.instant, instant_us, offset_min);
                write!(line, "\"{}\"", self.instant)?;
            }
        }
        Ok(())
    }
}

impl Exporter for NdjsonExporter {
    fn write(&mut self, rows: &Rows) -> io::Result<()> {
        let columns = rows.columns()?;
        for row in 0..rows.num_rows() {
            let offset_min = rows.offset_min(row);
            self.line.clear();
            for (index, column) in columns.iter().enumerate() {
                if let Some(key) = self.keys.get(index) {
                    self.line.extend_from_slice(key.as_bytes());
                }
                self.write_cell(&column.cell(row), offset_min)?;
            }
            self.line.extend_from_slice(b"}\n");
            self.sink.write_all(&self.line)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.sink.flush()
    }
}
