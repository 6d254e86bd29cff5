//! Recognises the format of a decompressed stream by its content.

use std::io;

use crate::csv::{FieldReader, RecordEnd};
use crate::document::CsvHeader;
use crate::frame::archive::MAGIC;
use crate::frame::bson::looks_like_bson;
use crate::frame::ends::{is_blank, looks_like_other_json};
use crate::frame::unit::{Finder, Found};
use crate::window::Window;

/// How much is looked at to know a format that can't be read.
const MAGIC_BYTES: usize = 1024;
/// Where the type of a BSON document's first value stands, which is no letter.
const TYPE_AT: usize = 4;
/// How much is looked at to know BSON: a length, a type and a key.
const BSON_BYTES: usize = 128;
/// The longest first line that is looked at.
const MAX_HEADER_BYTES: usize = 1 << 20;
/// A header with this many of the wanted columns is meant to be one.
const FEW_COLUMNS: usize = 3;

/// A recognised format; the stream stands at its first document.
#[derive(Debug)]
pub(crate) enum Format {
    Json,
    Bson,
    /// An archive of `mongodump`; the stream stands at its magic number.
    Archive,
    Csv(CsvHeader),
}

/// Why a format is not recognised.
#[derive(Debug)]
pub(crate) enum Unrecognised {
    Read(io::Error),
    Unknown(&'static str),
    CsvColumnsMissing(Vec<String>),
}

impl From<io::Error> for Unrecognised {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// Looks at the beginning of the stream; a header, a byte order mark and blanks are consumed.
pub(crate) fn recognise(
    window: &mut Window,
    csv_columns: &[String],
) -> Result<Format, Unrecognised> {
    while window.bytes().len() < TYPE_AT + 1 && window.fill()? {}
    if window.bytes().starts_with(&MAGIC) {
        return Ok(Format::Archive);
    }
    let kind = window.bytes().get(TYPE_AT).copied();
    let is_no_text = kind.is_some_and(|byte| !(b' '..0x7f).contains(&byte));
    while is_no_text && window.bytes().len() < BSON_BYTES && window.fill()? {}
    if looks_like_bson(window.bytes()) {
        return Ok(Format::Bson);
    }
    if window.bytes().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    match skip_blanks(window)? {
        None | Some(b'[' | b'{') => return Ok(Format::Json),
        Some(_) => {}
    }
    while window.bytes().len() < MAGIC_BYTES && window.fill()? {}
    if let Some(hint) = known_stranger(window.bytes()) {
        return Err(Unrecognised::Unknown(hint));
    }
    let Some(count) = first_record(window)? else {
        return Err(Unrecognised::Unknown("it begins with no document"));
    };
    let record = window.bytes().get(..count).unwrap_or_default();
    if let Some(header) = header_of(record, csv_columns)? {
        window.consume(count);
        return Ok(Format::Csv(header));
    }
    let first_line = record
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    if looks_like_other_json(first_line.trim_ascii()) {
        return Ok(Format::Json);
    }
    let hint = if first_line.contains(&b';') {
        "it begins with no document; a CSV must be separated by commas"
    } else {
        "it begins with no document"
    };
    Err(Unrecognised::Unknown(hint))
}

fn skip_blanks(window: &mut Window) -> Result<Option<u8>, io::Error> {
    loop {
        let bytes = window.bytes();
        let start = bytes.iter().position(|&byte| !is_blank(byte));
        let next = start.and_then(|start| bytes.get(start).copied());
        let count = start.unwrap_or(bytes.len());
        window.consume(count);
        if next.is_some() || !window.fill()? {
            return Ok(next);
        }
    }
}

/// Returns the length of the first CSV record, if it is not over the limit.
fn first_record(window: &mut Window) -> Result<Option<usize>, io::Error> {
    let mut finder = RecordEnd::default();
    loop {
        if let Found::End(count) = finder.find(window.bytes()) {
            return Ok(Some(count));
        }
        if window.bytes().len() > MAX_HEADER_BYTES {
            return Ok(None);
        }
        if !window.fill()? {
            return Ok(Some(window.bytes().len()));
        }
    }
}

/// Returns the header if the record has all wanted columns, none if it has next to none.
fn header_of(record: &[u8], csv_columns: &[String]) -> Result<Option<CsvHeader>, Unrecognised> {
    if csv_columns.is_empty() {
        return Ok(None);
    }
    let fields = FieldReader::new().read(record);
    let names: Vec<String> = fields
        .iter()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let header = CsvHeader::new(names);
    let missing: Vec<String> = csv_columns
        .iter()
        .filter(|column| header.index_of(column).is_none())
        .cloned()
        .collect();
    if missing.is_empty() {
        return Ok(Some(header));
    }
    if csv_columns.len() - missing.len() >= FEW_COLUMNS {
        return Err(Unrecognised::CsvColumnsMissing(missing));
    }
    Ok(None)
}

/// Knows some formats that are often meant by mistake, and says what to do.
fn known_stranger(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it looks like UTF-16 text; save it as UTF-8"),
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Some("it is compressed twice; decompress it once")
        }
        [b'P', b'K', 3, 4, ..] => Some("it is a zip archive; unpack it"),
        [b'B', b'Z', b'h', ..] => Some("it is compressed with bzip2; decompress it"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some("it is compressed with xz; decompress it"),
        [b'P', b'A', b'R', b'1', ..] => Some("it is a Parquet file"),
        [b'<', ..] => Some("it looks like HTML or XML"),
        _ if bytes.iter().take(MAGIC_BYTES).any(|&byte| byte == 0) => Some("it is binary"),
        _ => None,
    }
}
