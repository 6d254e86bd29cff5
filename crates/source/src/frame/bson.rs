//! Cuts a stream of BSON documents, as `mongodump` writes it, into documents.
//!
//! A document is framed by its length *and* by its elements: one steps over the other from the
//! first to the closing NUL, and both must agree on the end. That costs a few steps a document
//! and finds nearly every wrong length. After a broken document the next one is where a document
//! begins with the same first key as the others (`_id` in every collection); without such a place
//! all that is left is put aside.

use std::io;

use memchr::memmem;

use super::json::truncation_detail;
use super::unit::{Finder, Found, Frame, MaySpill, Unit, broken};
use crate::bson_value::{MIN_DOCUMENT_BYTES, ValueLength, length_prefix, value_length};
use crate::document::{Content, RejectReason};
use crate::reader::Limits;
use crate::window::Window;

/// The first key of a document in a collection.
const ID_KEY: &[u8] = b"_id";
/// The first key of a header in an archive.
const HEADER_KEY: &[u8] = b"db";
/// A longer first key is not looked for.
const MAX_FIRST_KEY_BYTES: usize = 64;
/// Where the first key of a document stands: behind its length and the type of its first value.
const FIRST_KEY_AT: usize = 5;

/// Finds the end of one document.
#[derive(Debug, Default)]
pub(crate) struct DocumentEnd {
    /// The end that the length prefix tells, once it was read.
    end: Option<usize>,
    /// Where the next element begins.
    next: usize,
}

impl Finder for DocumentEnd {
    fn find(&mut self, bytes: &[u8]) -> Found {
        let end = match self.end {
            Some(end) => end,
            None if bytes.len() < 4 => return Found::More,
            None => {
                let length = length_prefix(bytes).unwrap_or_default();
                if length < MIN_DOCUMENT_BYTES {
                    return Found::Malformed(1);
                }
                self.next = 4;
                self.end = Some(length);
                length
            }
        };
        while let Some(&kind) = bytes.get(self.next) {
            let last = end.saturating_sub(1);
            if kind == 0 || self.next >= last {
                let is_whole = kind == 0 && self.next == last;
                return if is_whole {
                    Found::End(end)
                } else {
                    Found::Malformed(1)
                };
            }
            let key_at = self.next + 1;
            let rest = bytes.get(key_at..).unwrap_or_default();
            let Some(key_length) = memchr::memchr(0, rest) else {
                return Found::More;
            };
            let value_at = key_at + key_length + 1;
            let head = bytes.get(value_at..).unwrap_or_default();
            match value_length(kind, head) {
                ValueLength::Bytes(length) if length <= last.saturating_sub(value_at) => {
                    self.next = value_at + length;
                }
                ValueLength::Bytes(_) | ValueLength::Invalid => return Found::Malformed(1),
                ValueLength::More => return Found::More,
            }
        }
        Found::More
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.end = self.end.map(|end| end.saturating_sub(count));
        self.next = self.next.saturating_sub(count);
    }
}

/// Finds the place behind a broken document where another one begins.
pub(crate) struct NextDocument {
    /// The first key and its NUL.
    key: Vec<u8>,
    /// In an archive, whether the end of a block counts too.
    ends_at_blocks: bool,
    /// Up to where was looked.
    from: usize,
    max_document_bytes: usize,
}

impl NextDocument {
    pub(crate) fn new(first_key: &[u8], from: usize, ends_at_blocks: bool, limits: Limits) -> Self {
        let mut key = first_key.to_vec();
        key.push(0);
        Self {
            key,
            ends_at_blocks,
            from,
            max_document_bytes: limits.max_document_bytes,
        }
    }

    /// Whether a document may begin at `start`, its first key being the one looked for.
    fn begins_at(&self, bytes: &[u8], start: usize) -> bool {
        let head = bytes.get(start..).unwrap_or_default();
        let length = length_prefix(head).unwrap_or_default();
        let kind = head.get(4).copied().unwrap_or_default();
        let is_plausible = (MIN_DOCUMENT_BYTES..=self.max_document_bytes).contains(&length);
        is_plausible && value_length(kind, &[]) != ValueLength::Invalid
    }

    fn next_head(&self, bytes: &[u8]) -> Option<usize> {
        let searched = bytes.get(self.from..)?;
        memmem::find_iter(searched, &self.key).find_map(|place| {
            let start = (self.from + place).checked_sub(FIRST_KEY_AT)?;
            let is_head = start > 0 && self.begins_at(bytes, start);
            is_head.then_some(start)
        })
    }

    /// The end of a block: its terminator, behind which a header or the end stands.
    fn next_block(&self, bytes: &[u8]) -> Option<usize> {
        let searched = bytes.get(self.from..)?;
        memmem::find_iter(searched, &TERMINATOR).find_map(|place| {
            let after = bytes.get(self.from + place + TERMINATOR.len()..)?;
            let is_header = after.get(4..8) == Some(b"\x02db\0");
            is_header.then_some(self.from + place)
        })
    }
}

/// What ends a block of an archive.
pub(crate) const TERMINATOR: [u8; 4] = [0xff; 4];

impl Finder for NextDocument {
    fn find(&mut self, bytes: &[u8]) -> Found {
        let head = self.next_head(bytes);
        let block = if self.ends_at_blocks {
            self.next_block(bytes)
        } else {
            None
        };
        if let Some(place) = head.into_iter().chain(block).min() {
            return Found::End(place);
        }
        // What was found may have its end still to come: look at the last bytes again.
        let again = FIRST_KEY_AT + self.key.len() + TERMINATOR.len() + 8;
        self.from = self.from.max(bytes.len().saturating_sub(again));
        Found::More
    }

    fn shift(&mut self, _bytes: &[u8], count: usize) {
        self.from = self.from.saturating_sub(count);
    }
}

/// How documents of a stream are told and put aside; a plain dump and an archive share it.
pub(crate) struct DocumentCutter {
    limits: Limits,
    first_key: Option<Vec<u8>>,
    in_archive: bool,
}

/// What the cutter made of the bytes at the front of the window.
pub(crate) enum Cut {
    /// A whole document of this length, in the window.
    Whole(Unit, usize),
    /// Something to be put aside; whether the stream ended with it.
    Broken { frame: Frame, is_last: bool },
}

impl DocumentCutter {
    pub(crate) fn new(limits: Limits, in_archive: bool) -> Self {
        Self {
            limits,
            first_key: None,
            in_archive,
        }
    }

    /// Cuts what begins at the front of the window, where there is at least one byte.
    pub(crate) fn cut(&mut self, window: &mut Window) -> Result<Cut, io::Error> {
        let mut unit = Unit::new(window, self.limits);
        let mut finder = DocumentEnd::default();
        let found = unit.measure(window, &mut finder, MaySpill::Yes)?;
        if let Found::End(count) = found {
            self.learn(&unit, window);
            return Ok(Cut::Whole(unit, count));
        }
        self.learn(&unit, window);
        if found == Found::More {
            return Ok(Self::cut_short(unit, window));
        }
        let mut next = self.next_document();
        let found = unit.measure(window, &mut next, MaySpill::Yes)?;
        if let Found::End(count) = found {
            let detail = "its length and its elements do not agree";
            let frame = unit.finish_broken(window, count, RejectReason::BrokenBson, detail);
            let is_last = false;
            return Ok(Cut::Broken { frame, is_last });
        }
        let count = window.bytes().len();
        let detail = "no document begins here, and none can be told behind it";
        let frame = unit.finish_broken(window, count, RejectReason::BrokenBson, detail);
        let is_last = true;
        Ok(Cut::Broken { frame, is_last })
    }

    /// Puts all that is left aside.
    fn cut_short(unit: Unit, window: &mut Window) -> Cut {
        let count = window.bytes().len();
        let detail = truncation_detail(window, "the source ends inside of a document");
        let frame = unit.finish_broken(window, count, RejectReason::Truncated, detail);
        let is_last = true;
        Cut::Broken { frame, is_last }
    }

    fn next_document(&self) -> NextDocument {
        let key = self.first_key.as_deref().unwrap_or(ID_KEY);
        NextDocument::new(key, 1, self.in_archive, self.limits)
    }

    /// Remembers with which key documents begin.
    fn learn(&mut self, unit: &Unit, window: &Window) {
        if self.first_key.is_some() {
            return;
        }
        let key = first_key(unit.head(window));
        // A header of an archive's block is no document of a collection.
        let is_header = self.in_archive && key == Some(HEADER_KEY);
        if !is_header {
            self.first_key = key.map(<[u8]>::to_vec);
        }
    }
}

/// Returns the first key of a document, if it is one.
pub(crate) fn first_key(head: &[u8]) -> Option<&[u8]> {
    let kind = head.get(4).copied()?;
    let rest = head.get(FIRST_KEY_AT..)?;
    let length = memchr::memchr(0, rest.get(..=MAX_FIRST_KEY_BYTES).unwrap_or(rest))?;
    let key = rest.get(..length)?;
    let is_text = !key.is_empty() && key.iter().all(|byte| *byte >= b' ');
    let is_type = value_length(kind, &[]) != ValueLength::Invalid;
    (is_text && is_type).then_some(key)
}

/// Whether bytes look like the beginning of a stream of BSON documents. No text does: it holds
/// no NUL.
pub(crate) fn looks_like_bson(head: &[u8]) -> bool {
    const EMPTY: &[u8] = &[5, 0, 0, 0, 0];
    let is_sound = length_prefix(head).is_some_and(|length| length >= MIN_DOCUMENT_BYTES);
    match first_key(head) {
        // So begins every document of a collection, whatever became of its length.
        Some(ID_KEY) => true,
        Some(_) => is_sound,
        None => head.starts_with(EMPTY),
    }
}

/// The framer of a dump of one collection.
pub(crate) struct BsonFramer {
    window: Window,
    cutter: DocumentCutter,
    end_told: bool,
}

impl BsonFramer {
    pub(crate) fn new(window: Window, limits: Limits) -> Self {
        Self {
            window,
            cutter: DocumentCutter::new(limits, false),
            end_told: false,
        }
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// Returns the next document, whole or broken.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, io::Error> {
        if self.window.bytes().is_empty() && !self.window.fill()? {
            return Ok(self.tail());
        }
        match self.cutter.cut(&mut self.window)? {
            Cut::Whole(unit, count) => {
                Ok(Some(unit.finish(&mut self.window, count, Content::Bson)))
            }
            Cut::Broken { frame, is_last } => {
                self.end_told |= is_last;
                Ok(Some(frame))
            }
        }
    }

    /// Tells that the stream ended early, unless a broken document told so already.
    fn tail(&mut self) -> Option<Frame> {
        if self.end_told || !self.window.ended_early() {
            return None;
        }
        self.end_told = true;
        Some(early_end(&self.window, "the source ends early"))
    }
}

/// A broken document of no bytes, which tells that the stream ended early.
pub(crate) fn early_end(window: &Window, otherwise: &str) -> Frame {
    let detail = truncation_detail(window, otherwise);
    Frame {
        offset: window.offset(),
        content: broken(&[], RejectReason::Truncated, detail),
    }
}
