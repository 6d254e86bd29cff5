//! Documents as bytes: JSON, Extended JSON and BSON by one set of calls.
//!
//! Invariant: the same calls give the same values in every style.

use std::io::Write as _;

use crate::time::push_instant;

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Style {
    Plain,
    Canonical,
    Relaxed,
    Legacy,
    Bson,
}

/// Element types of BSON. Source: bsonspec.org, version 1.1.
mod bson {
    pub(super) const DOUBLE: u8 = 0x01;
    pub(super) const TEXT: u8 = 0x02;
    pub(super) const DOCUMENT: u8 = 0x03;
    pub(super) const ARRAY: u8 = 0x04;
    pub(super) const OBJECT_ID: u8 = 0x07;
    pub(super) const FLAG: u8 = 0x08;
    pub(super) const DATE: u8 = 0x09;
    pub(super) const INT32: u8 = 0x10;
    pub(super) const INT64: u8 = 0x12;
}

#[derive(Clone, Copy, Debug)]
struct Open {
    is_array: bool,
    num_elements: u32,
    /// Where its length stands, in BSON.
    start: usize,
}

/// Writes one document after the other into one buffer.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
    style: Style,
    open: Vec<Open>,
}

impl Writer {
    pub(crate) fn new(style: Style, bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            style,
            open: Vec::with_capacity(16),
        }
    }

    /// Opens a document, to be closed with [`Writer::end`].
    pub(crate) fn begin(&mut self) {
        self.open_value(false);
    }

    pub(crate) fn object(&mut self, name: &str) {
        self.lead(name, bson::DOCUMENT);
        self.open_value(false);
    }

    pub(crate) fn array(&mut self, name: &str) {
        self.lead(name, bson::ARRAY);
        self.open_value(true);
    }

    fn open_value(&mut self, is_array: bool) {
        self.open.push(Open {
            is_array,
            num_elements: 0,
            start: self.bytes.len(),
        });
        match self.style {
            Style::Bson => self.bytes.extend_from_slice(&[0; 4]),
            _ => self.bytes.push(if is_array { b'[' } else { b'{' }),
        }
    }

    pub(crate) fn end(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        if self.style != Style::Bson {
            self.bytes.push(if open.is_array { b']' } else { b'}' });
            return;
        }
        self.bytes.push(0);
        let length = u32::try_from(self.bytes.len() - open.start).unwrap_or(u32::MAX);
        if let Some(place) = self.bytes.get_mut(open.start..open.start + 4) {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }

    /// Writes what stands before a value: a comma and the name, or the type and the name.
    fn lead(&mut self, name: &str, kind: u8) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let number = open.num_elements;
        open.num_elements += 1;
        let is_array = open.is_array;
        if self.style == Style::Bson {
            self.bytes.push(kind);
            if is_array {
                self.number(number);
            } else {
                self.bytes.extend_from_slice(name.as_bytes());
            }
            self.bytes.push(0);
            return;
        }
        if number > 0 {
            self.bytes.push(b',');
        }
        if !is_array {
            self.quoted(name);
            self.bytes.push(b':');
        }
    }

    fn number(&mut self, number: impl std::fmt::Display) {
        // Writing to a Vec cannot fail.
        let _ = write!(self.bytes, "{number}");
    }

    fn quoted(&mut self, text: &str) {
        self.bytes.push(b'"');
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => self.bytes.extend_from_slice(&[b'\\', byte]),
                0..0x20 => {
                    let _ = write!(self.bytes, "\\u{byte:04x}");
                }
                _ => self.bytes.push(byte),
            }
        }
        self.bytes.push(b'"');
    }

    /// Writes `{"$name":"value"}`.
    fn wrapped(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.bytes, "{{\"{name}\":\"{value}\"}}");
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.lead(name, bson::TEXT);
        if self.style != Style::Bson {
            self.quoted(value);
            return;
        }
        let length = u32::try_from(value.len() + 1).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.push(0);
    }

    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.lead(name, bson::FLAG);
        match self.style {
            Style::Bson => self.bytes.push(u8::from(value)),
            _ => self.number(value),
        }
    }

    pub(crate) fn int(&mut self, name: &str, value: i64) {
        let narrow = i32::try_from(value);
        self.lead(
            name,
            if narrow.is_ok() {
                bson::INT32
            } else {
                bson::INT64
            },
        );
        match (self.style, narrow) {
            (Style::Bson, Ok(value)) => self.bytes.extend_from_slice(&value.to_le_bytes()),
            (Style::Bson, Err(_)) => self.bytes.extend_from_slice(&value.to_le_bytes()),
            (Style::Canonical, Ok(value)) => self.wrapped("$numberInt", value),
            (Style::Canonical | Style::Legacy, Err(_)) => self.wrapped("$numberLong", value),
            (Style::Plain | Style::Relaxed | Style::Legacy, _) => self.number(value),
        }
    }

    pub(crate) fn double(&mut self, name: &str, value: f64) {
        self.lead(name, bson::DOUBLE);
        self.bare_double(value);
    }

    fn bare_double(&mut self, value: f64) {
        match self.style {
            Style::Bson => self.bytes.extend_from_slice(&value.to_le_bytes()),
            Style::Canonical => {
                let _ = write!(self.bytes, "{{\"$numberDouble\":\"{value:?}\"}}");
            }
            // The shortest digits that read back as the same number.
            Style::Plain | Style::Relaxed | Style::Legacy => {
                let _ = write!(self.bytes, "{value:?}");
            }
        }
    }

    pub(crate) fn object_id(&mut self, name: &str, value: [u8; 12]) {
        self.lead(name, bson::OBJECT_ID);
        if self.style == Style::Bson {
            self.bytes.extend_from_slice(&value);
            return;
        }
        self.bytes.extend_from_slice(b"{\"$oid\":\"");
        for byte in value {
            let _ = write!(self.bytes, "{byte:02x}");
        }
        self.bytes.extend_from_slice(b"\"}");
    }

    /// Writes a local time as text with microseconds.
    pub(crate) fn date_text(&mut self, name: &str, local_us: i64, offset_minutes: i32) {
        self.lead(name, bson::TEXT);
        let mut text = Vec::with_capacity(40);
        push_instant(local_us, offset_minutes, 6, &mut text);
        if self.style == Style::Bson {
            let length = u32::try_from(text.len() + 1).unwrap_or(u32::MAX);
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(&text);
            self.bytes.push(0);
            return;
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(&text);
        self.bytes.push(b'"');
    }

    /// Writes a local time as a BSON date, which has milliseconds and no offset.
    pub(crate) fn date_instant(&mut self, name: &str, local_us: i64, offset_minutes: i32) {
        self.lead(name, bson::DATE);
        let utc_us = local_us - i64::from(offset_minutes) * 60_000_000;
        let utc_ms = utc_us.div_euclid(1_000);
        match self.style {
            Style::Bson => self.bytes.extend_from_slice(&utc_ms.to_le_bytes()),
            Style::Canonical => {
                let _ = write!(self.bytes, "{{\"$date\":{{\"$numberLong\":\"{utc_ms}\"}}}}");
            }
            Style::Legacy => {
                let _ = write!(self.bytes, "{{\"$date\":{utc_ms}}}");
            }
            Style::Relaxed => {
                self.bytes.extend_from_slice(b"{\"$date\":\"");
                push_instant(utc_us, 0, 3, &mut self.bytes);
                // The zone is written as Z.
                self.bytes.truncate(self.bytes.len() - 6);
                self.bytes.extend_from_slice(b"Z\"}");
            }
            Style::Plain => {
                self.bytes.push(b'"');
                push_instant(local_us, offset_minutes, 3, &mut self.bytes);
                self.bytes.push(b'"');
            }
        }
    }

    /// Opens an array that stands for itself.
    pub(crate) fn begin_value_array(&mut self) {
        self.open_value(true);
    }

    /// Writes the number 0 with these digits after the point, and returns where they begin
    /// (in BSON, where the number does).
    pub(crate) fn fixed_double(&mut self, digits: &str) -> usize {
        self.lead("", bson::DOUBLE);
        match self.style {
            Style::Bson => self.bytes.extend_from_slice(&0_f64.to_le_bytes()),
            Style::Canonical => {
                let _ = write!(self.bytes, "{{\"$numberDouble\":\"0.{digits}\"}}");
            }
            Style::Plain | Style::Relaxed | Style::Legacy => {
                let _ = write!(self.bytes, "0.{digits}");
            }
        }
        match self.style {
            Style::Bson => self.bytes.len() - 8,
            // Behind the digits stand a quotation mark and a brace.
            Style::Canonical => self.bytes.len() - digits.len() - 2,
            Style::Plain | Style::Relaxed | Style::Legacy => self.bytes.len() - digits.len(),
        }
    }

    /// Writes an array that was made before, and returns where it stands.
    pub(crate) fn made_array(&mut self, name: &str, value: &[u8]) -> usize {
        self.lead(name, bson::ARRAY);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        start
    }
}
