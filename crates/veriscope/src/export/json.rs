//! JSON: one array, an object per row and line.

use std::io::{self, Write};

use arrow_schema::SchemaRef;

use super::Exporter;
use super::cells::Rows;
use super::ndjson::Objects;
use super::target::Sink;

/// Writes JSON.
pub(super) struct JsonExporter {
    sink: Sink,
    objects: Objects,
    is_first: bool,
}

impl JsonExporter {
    pub(super) fn new(sink: Sink, published: &SchemaRef) -> Self {
        Self {
            sink,
            objects: Objects::new(published),
            is_first: true,
        }
    }
}

impl Exporter for JsonExporter {
    fn write(&mut self, rows: &Rows) -> io::Result<()> {
        let (sink, is_first) = (&mut self.sink, &mut self.is_first);
        self.objects.write(rows, |object| {
            sink.write_all(if *is_first { b"[\n" } else { b",\n" })?;
            *is_first = false;
            sink.write_all(object)
        })
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let end: &[u8] = if self.is_first { b"[]\n" } else { b"\n]\n" };
        self.sink.write_all(end)?;
        self.sink.flush()
    }
}
