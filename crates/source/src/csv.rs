//! Cuts a stream of CSV (RFC 4180, comma, LF or CRLF) into rows.
//!
//! A record is framed within the limit on memory before it is taken apart, so that a quote that
//! is never closed can't eat memory.

use std::io;
use std::sync::Arc;

use csv_core::{ReadRecordResult, Terminator};
use memchr::{memchr, memchr2};

use crate::document::{Content, CsvHeader, CsvRow, RejectReason};
use crate::frame::json::truncation_detail;
use crate::frame::unit::{Finder, Found, Frame, MaySpill, Unit, broken};
use crate::reader::Limits;
use crate::window::Window;

/// Finds the line break that ends a record; the record ends before it.
#[derive(Debug, Default)]
pub(crate) struct RecordEnd {
    position: usize,
    state: State,
    /// Whether a closing quote was met that no field can end with: another quote was lost.
    is_malformed: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote inside of a quoted field: its end, or the first half of `""`.
    Quote,
}

impl RecordEnd {
    /// Whether a quoted field is still open.
    fn is_in_quotes(&self) -> bool {
        self.state == State::Quoted
    }
}

impl Finder for RecordEnd {
    fn find(&mut self, bytes: &[u8]) -> Found {
        while let Some(&byte) = bytes.get(self.position) {
            let rest = bytes.get(self.position..).unwrap_or_default();
            match self.state {
                State::Quoted => {
                    let Some(index) = memchr(b'"', rest) else {
                        break;
                    };
                    self.position += index + 1;
                    self.state = State::Quote;
                    continue;
                }
                State::Unquoted => {
                    let Some(index) = memchr2(b',', b'\n', rest) else {
                        break;
                    };
                    self.position += index;
                    self.state = State::FieldStart;
                    continue;
                }
                State::FieldStart | State::Quote => {}
            }
            let is_sound = matches!(byte, b'"' | b',' | b'\n' | b'\r');
            self.is_malformed |= self.state == State::Quote && !is_sound;
            self.state = match byte {
                b'\n' => return Found::End(self.position),
                b',' => State::FieldStart,
                b'"' => State::Quoted,
                _ => State::Unquoted,
            };
            self.position += 1;
        }
        self.position = self.position.max(bytes.len());
        Found::More
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.position = self.position.saturating_sub(count);
    }
}

/// Takes framed records apart.
pub(crate) struct FieldReader {
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl FieldReader {
    pub(crate) fn new() -> Self {
        let parser = csv_core::ReaderBuilder::new()
            .terminator(Terminator::Any(b'\n'))
            .build();
        Self {
            parser,
            text: vec![0; 1024],
            ends: vec![0; 128],
        }
    }

    /// Returns the fields of one record, given without its line break.
    pub(crate) fn read(&mut self, record: &[u8]) -> csv::ByteRecord {
        self.parser.reset();
        let mut input = record.strip_suffix(b"\r").unwrap_or(record);
        let (mut text_length, mut ends_length) = (0, 0);
        loop {
            let text = self.text.get_mut(text_length..).unwrap_or_default();
            let ends = self.ends.get_mut(ends_length..).unwrap_or_default();
            let (result, taken, written, ended) = self.parser.read_record(input, text, ends);
            input = input.get(taken..).unwrap_or_default();
            text_length += written;
            ends_length += ended;
            match result {
                // The next call, with no input left, says that the record is at its end.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        let mut fields = csv::ByteRecord::with_capacity(text_length, ends_length);
        let mut start = 0;
        for &end in self.ends.get(..ends_length).unwrap_or_default() {
            fields.push_field(self.text.get(start..end).unwrap_or_default());
            start = end;
        }
        fields
    }
}

/// The framer of a CSV stream, behind its header.
pub(crate) struct CsvFramer {
    window: Window,
    limits: Limits,
    header: Arc<CsvHeader>,
    fields: FieldReader,
    end_told: bool,
}

impl CsvFramer {
    pub(crate) fn new(window: Window, limits: Limits, header: CsvHeader) -> Self {
        let header = Arc::new(header);
        Self {
            window,
            limits,
            header,
            fields: FieldReader::new(),
            end_told: false,
        }
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// Returns the next row, whole or broken.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, io::Error> {
        if !self.skip_empty_lines()? {
            return Ok(self.tail());
        }
        let mut unit = Unit::new(&self.window, self.limits);
        let mut finder = RecordEnd::default();
        let found = unit.measure(&mut self.window, &mut finder, MaySpill::Yes)?;
        let is_ended = matches!(found, Found::End(_));
        let count = match found {
            Found::End(count) => count,
            _ => self.window.bytes().len(),
        };
        if unit.is_spilled() {
            self.end_told |= !is_ended;
            return Ok(Some(self.reject(
                unit,
                count,
                RejectReason::BrokenCsv,
                String::new(),
            )));
        }
        let record = self.window.bytes().get(..count).unwrap_or_default();
        let is_open = finder.is_in_quotes() || !is_ended && self.window.ended_early();
        let is_sound = !is_open && !finder.is_malformed;
        let fields = self.fields.read(record);
        let expected = self.header.names().len();
        if is_sound && fields.len() == expected {
            let header = Arc::clone(&self.header);
            let row = CsvRow {
                header,
                record: fields,
            };
            return Ok(Some(
                unit.finish(&mut self.window, count, |_| Content::Csv(row)),
            ));
        }
        if let Some(line) = self.first_line_alone(count) {
            let detail = "a quoted field is not closed on its line".to_owned();
            return Ok(Some(self.reject(
                unit,
                line,
                RejectReason::BrokenCsv,
                detail,
            )));
        }
        if is_ended {
            let detail = if finder.is_malformed {
                "text follows the closing quote of a field".to_owned()
            } else {
                format!("{} fields, the header has {expected}", fields.len())
            };
            return Ok(Some(self.reject(
                unit,
                count,
                RejectReason::BrokenCsv,
                detail,
            )));
        }
        self.end_told = true;
        let detail = truncation_detail(&self.window, "the source ends inside of a row");
        Ok(Some(self.reject(
            unit,
            count,
            RejectReason::Truncated,
            detail,
        )))
    }

    /// Where a record runs over several lines and the second of them is a row of its own, the
    /// first one lost a quote: returns the length of it.
    fn first_line_alone(&mut self, count: usize) -> Option<usize> {
        let record = self.window.bytes().get(..count)?;
        let first = memchr(b'\n', record)?;
        let rest = record.get(first + 1..)?;
        let mut finder = RecordEnd::default();
        let second = match finder.find(rest) {
            Found::End(second) => rest.get(..second)?,
            _ if finder.is_in_quotes() => return None,
            _ => rest,
        };
        let is_row = self.fields.read(second).len() == self.header.names().len();
        is_row.then_some(first)
    }

    fn reject(&mut self, unit: Unit, count: usize, reason: RejectReason, detail: String) -> Frame {
        unit.finish_broken(&mut self.window, count, reason, detail)
    }

    fn skip_empty_lines(&mut self) -> Result<bool, io::Error> {
        loop {
            let bytes = self.window.bytes();
            let start = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r'));
            let count = start.unwrap_or(bytes.len());
            self.window.consume(count);
            if start.is_some() {
                return Ok(true);
            }
            if !self.window.fill()? {
                return Ok(false);
            }
        }
    }

    fn tail(&mut self) -> Option<Frame> {
        if self.end_told || !self.window.ended_early() {
            return None;
        }
        self.end_told = true;
        let detail = truncation_detail(&self.window, "the source ends early");
        let content = broken(&[], RejectReason::Truncated, detail);
        Some(Frame {
            offset: self.window.offset(),
            content,
        })
    }
}
