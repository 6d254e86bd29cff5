//! Rows out of PostgreSQL's binary COPY format.

use bytes::{Buf, Bytes, BytesMut};

use crate::ServerError;
use crate::encode::{Cell, EPOCH_US, SqlType};

/// Signature of a copy.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Signature, flags, and length of the extension.
const HEADER_BYTES: usize = 19;

/// Takes chunks of a copy, wherever they are cut, and gives its rows.
pub(crate) struct Decoder<'a> {
    wanted: &'a [(&'a str, SqlType)],
    buffer: BytesMut,
    begun: bool,
    ended: bool,
}

/// The cells of one row, as bytes.
pub(crate) struct Cells<'a> {
    wanted: &'a [(&'a str, SqlType)],
    cells: Vec<Option<Bytes>>,
}

impl Cells<'_> {
    /// Returns a cell; none where it is null.
    pub(crate) fn get(&self, column: usize) -> Option<Cell<'_>> {
        let bytes = self.cells.get(column)?.as_ref()?;
        let (_, sql_type) = self.wanted.get(column)?;
        let number = || Some(i64::from_be_bytes(bytes.as_ref().try_into().ok()?));
        match sql_type {
            SqlType::BigInt => number().map(Cell::Int),
            SqlType::Double => {
                number().map(|bits| Cell::Float(f64::from_bits(bits.cast_unsigned())))
            }
            SqlType::Boolean => bytes.first().map(|byte| Cell::Bool(*byte != 0)),
            SqlType::Text => std::str::from_utf8(bytes).ok().map(Cell::Text),
            SqlType::TimestampTz => number().map(|us| Cell::Instant(us.saturating_add(EPOCH_US))),
        }
    }
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(wanted: &'a [(&'a str, SqlType)]) -> Self {
        Self {
            wanted,
            buffer: BytesMut::new(),
            begun: false,
            ended: false,
        }
    }

    /// Takes the next chunk.
    pub(crate) fn feed(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// Returns the next row that is whole.
    pub(crate) fn row(&mut self) -> Result<Option<Cells<'a>>, ServerError> {
        if !self.begun {
            if self.buffer.len() < HEADER_BYTES {
                return Ok(None);
            }
            if !self.buffer.starts_with(SIGNATURE) {
                return Err(unexpected("a copy without its signature"));
            }
            self.buffer.advance(HEADER_BYTES);
            self.begun = true;
        }
        let Some(length) = self.whole_row()? else {
            return Ok(None);
        };
        let mut row = self.buffer.split_to(length).freeze();
        if row.get_i16() < 0 {
            self.ended = true;
            return Ok(None);
        }
        let mut cells = Vec::with_capacity(self.wanted.len());
        for _ in self.wanted {
            let length = row.get_i32();
            let bytes = usize::try_from(length).ok();
            cells.push(bytes.map(|bytes| row.split_to(bytes)));
        }
        Ok(Some(Cells {
            wanted: self.wanted,
            cells,
        }))
    }

    /// Checks that the copy came to its end.
    pub(crate) fn end(&self) -> Result<(), ServerError> {
        match self.ended {
            true => Ok(()),
            false => Err(unexpected("a copy without its end")),
        }
    }

    /// Returns the bytes of the next row, none where some are still to come.
    fn whole_row(&self) -> Result<Option<usize>, ServerError> {
        let mut rest = self.buffer.as_ref();
        if rest.len() < 2 {
            return Ok(None);
        }
        let columns = rest.get_i16();
        if columns < 0 {
            return Ok(Some(2));
        }
        if usize::try_from(columns) != Ok(self.wanted.len()) {
            return Err(unexpected("a row with another number of columns"));
        }
        for _ in 0..columns {
            if rest.len() < 4 {
                return Ok(None);
            }
            // A negative length is a null, which takes no bytes.
            let bytes = usize::try_from(rest.get_i32()).unwrap_or(0);
            let Some(after) = rest.get(bytes..) else {
                return Ok(None);
            };
            rest = after;
        }
        Ok(Some(self.buffer.len() - rest.len()))
    }
}

fn unexpected(what: &str) -> ServerError {
    ServerError::Unexpected(what.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    };
    use bytes::BytesMut;
    use proptest::prelude::*;

    use super::Decoder;
    use crate::encode::{self, SqlType};

    const WANTED: [(&str, SqlType); 5] = [
        ("i", SqlType::BigInt),
        ("f", SqlType::Double),
        ("b", SqlType::Boolean),
        ("t", SqlType::Text),
        ("d", SqlType::TimestampTz),
    ];

    type Given = (
        Option<i64>,
        Option<f64>,
        Option<bool>,
        Option<String>,
        Option<i64>,
    );

    fn batch(rows: &[Given]) -> RecordBatch {
        let column = |array: ArrayRef| array;
        RecordBatch::try_from_iter([
            (
                "i",
                column(Arc::new(rows.iter().map(|r| r.0).collect::<Int64Array>())),
            ),
            (
                "f",
                column(Arc::new(rows.iter().map(|r| r.1).collect::<Float64Array>())),
            ),
            (
                "b",
                column(Arc::new(rows.iter().map(|r| r.2).collect::<BooleanArray>())),
            ),
            (
                "t",
                column(Arc::new(
                    rows.iter().map(|r| r.3.as_deref()).collect::<StringArray>(),
                )),
            ),
            (
                "d",
                column(Arc::new(
                    rows.iter()
                        .map(|r| r.4)
                        .collect::<TimestampMicrosecondArray>()
                        .with_timezone("UTC"),
                )),
            ),
        ])
        .unwrap()
    }

    proptest! {
        /// What the encoder writes is what the decoder reads, wherever chunks are cut.
        #[test]
        fn rows_survive_the_way_there_and_back(
            rows in proptest::collection::vec((
                any::<Option<i64>>(),
                proptest::option::of(any::<f64>()),
                any::<Option<bool>>(),
                proptest::option::of("[a-zé日]{0,12}"),
                proptest::option::of(-60_000_000_000_000_000_i64..60_000_000_000_000_000),
            ), 0..20),
            cut in 1_usize..50,
        ) {
            let batch = batch(&rows);
            let cells = encode::columns(&WANTED, &batch).unwrap();
            let mut bytes = BytesMut::new();
            encode::begin(&mut bytes);
            for row in 0..rows.len() {
                encode::row(&WANTED, &cells, row, &mut bytes).unwrap();
            }
            encode::end(&mut bytes);

            let mut decoder = Decoder::new(&WANTED);
            let mut decoded = 0;
            for chunk in bytes.chunks(cut) {
                decoder.feed(chunk);
                while let Some(read) = decoder.row().unwrap() {
                    for (column, sent) in cells.iter().enumerate() {
                        let (sent, read) = (sent.cell(decoded), read.get(column));
                        // NaN is no equal of itself; its debug form is.
                        prop_assert_eq!(format!("{:?}", sent), format!("{:?}", read));
                    }
                    decoded += 1;
                }
            }
            prop_assert_eq!(decoded, rows.len());
            prop_assert!(decoder.end().is_ok());
        }
    }

    #[test]
    fn a_copy_that_is_cut_short_or_of_other_columns_is_an_error() {
        let mut decoder = Decoder::new(&WANTED);
        decoder.feed(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0\0\x01");
        assert!(decoder.row().is_err());
        let mut decoder = Decoder::new(&WANTED);
        decoder.feed(b"something else, long enough");
        assert!(decoder.row().is_err());
        assert!(Decoder::new(&WANTED).end().is_err());
    }
}
