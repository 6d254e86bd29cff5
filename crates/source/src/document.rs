//! A document as it was read: its position and its bytes, or why it is broken.

use std::sync::Arc;

use bytes::Bytes;

/// One document of a source.
#[derive(Clone, Debug)]
pub struct Document {
    /// Number within its source, from 0; broken documents count too.
    pub ordinal: u64,
    /// Byte offset of its first byte in the decompressed stream.
    pub offset: u64,
    /// What was read.
    pub content: Content,
}

impl Document {
    /// Returns the bytes that quarantine seals: the document as it stood in the source; of a CSV
    /// row its header and record, written as CSV again; of an oversize document its beginning.
    #[must_use]
    pub fn raw_bytes(&self) -> Bytes {
        match &self.content {
            Content::Json(bytes) | Content::Bson(bytes) => bytes.clone(),
            Content::Csv(row) => row.to_csv(),
            Content::Broken(broken) => broken.bytes.clone(),
        }
    }
}

/// The content of a document, by encoding.
#[derive(Clone, Debug)]
pub enum Content {
    /// One framed JSON object, from `{` to its `}`; what stands between them is not checked.
    Json(Bytes),
    /// One BSON document, from its length prefix to its closing NUL; what stands between them is
    /// not checked.
    Bson(Bytes),
    /// One row of a CSV source, with as many fields as the header has names.
    Csv(CsvRow),
    /// Bytes that are no document.
    Broken(Broken),
}

/// One row of a CSV source; its bytes may be no UTF-8.
#[derive(Clone, Debug)]
pub struct CsvRow {
    /// The header, shared by all rows of the source.
    pub header: Arc<CsvHeader>,
    /// The fields, in the order of the header.
    pub record: csv::ByteRecord,
}

impl CsvRow {
    fn to_csv(&self) -> Bytes {
        let mut text = Vec::with_capacity(self.record.as_slice().len() * 2);
        write_record(&mut text, self.header.names.iter().map(String::as_bytes));
        write_record(&mut text, self.record.iter());
        Bytes::from(text)
    }
}

/// Appends one record in the form of RFC 4180, every field that needs it quoted.
fn write_record<'a>(text: &mut Vec<u8>, fields: impl Iterator<Item = &'a [u8]>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            text.push(b',');
        }
        let is_plain = !field.is_empty() && !field.iter().any(|byte| b",\"\r\n".contains(byte));
        if is_plain {
            text.extend_from_slice(field);
            continue;
        }
        text.push(b'"');
        for &byte in field {
            if byte == b'"' {
                text.push(b'"');
            }
            text.push(byte);
        }
        text.push(b'"');
    }
    text.push(b'\n');
}

/// The names of a CSV source's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvHeader {
    names: Vec<String>,
}

impl CsvHeader {
    /// Makes a header of column names, in the order of the fields.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self { names }
    }

    /// Returns the names, in the order of the fields.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the field number of the first column of this name.
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|candidate| candidate == name)
    }
}

/// Bytes that are no document, and why.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Why.
    pub reason: RejectReason,
    /// What is wrong, in words that hold no value of the document.
    pub detail: String,
    /// The bytes; of an oversize document the first [`Limits::kept_bytes`](crate::Limits).
    pub bytes: Bytes,
    /// Size of the whole, in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the whole, of an oversize document alone.
    pub sha256: Option<[u8; 32]>,
}

/// Why a document is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectReason {
    /// The bytes are no JSON.
    BrokenJson,
    /// The bytes are no BSON.
    BrokenBson,
    /// The source ended before the document did.
    Truncated,
    /// Over the size limit.
    TooLarge,
    /// Nested too deep.
    TooDeep,
    /// No transaction id.
    NoTransactionId,
    /// The date is missing or unreadable.
    UnreadableDate,
    /// A published feature has a value of another type.
    WrongType,
    /// A number beyond what its type holds.
    OutOfRange,
    /// JSON, but no object.
    NotADocument,
    /// A CSV row that does not fit its header.
    BrokenCsv,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::BrokenJson,
        Self::BrokenBson,
        Self::Truncated,
        Self::TooLarge,
        Self::TooDeep,
        Self::NoTransactionId,
        Self::UnreadableDate,
        Self::WrongType,
        Self::OutOfRange,
        Self::NotADocument,
        Self::BrokenCsv,
    ];

    /// Returns the reason's name in tables and on the command line.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::BrokenJson => "broken-json",
            Self::BrokenBson => "broken-bson",
            Self::Truncated => "truncated",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::NoTransactionId => "no-transaction-id",
            Self::UnreadableDate => "unreadable-date",
            Self::WrongType => "wrong-type",
            Self::OutOfRange => "out-of-range",
            Self::NotADocument => "not-a-document",
            Self::BrokenCsv => "broken-csv",
        }
    }

    /// Returns the reason of a name that [`slug`](Self::slug) gave.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_leads_back_to_its_reason() {
        for reason in RejectReason::ALL {
            assert_eq!(RejectReason::from_slug(reason.slug()), Some(reason));
        }
        assert_eq!(RejectReason::from_slug("none"), None);
    }

    #[test]
    fn a_row_is_sealed_as_csv_that_reads_back() {
        let header = CsvHeader::new(vec!["a".into(), "b".into(), "c".into()]);
        let record = csv::ByteRecord::from(vec!["x,\"y\"", "", "line\nbreak"]);
        let document = Document {
            ordinal: 0,
            offset: 0,
            content: Content::Csv(CsvRow {
                header: Arc::new(header),
                record: record.clone(),
            }),
        };
        let text = document.raw_bytes();
        assert_eq!(text, "a,b,c\n\"x,\"\"y\"\"\",\"\",\"line\nbreak\"\n");
        let mut reader = csv::Reader::from_reader(&text[..]);
        assert_eq!(reader.byte_records().next().unwrap().unwrap(), record);
    }
}
