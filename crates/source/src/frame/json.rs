//! Cuts a stream of JSON into documents: an array, lines, or objects one after the other.
//!
//! The layout is learned from what is met, never declared. A broken document is put aside alone
//! wherever the next one's beginning can be told; see `recover`.

use std::io;

use super::ends::{ElementEnd, GarbageEnd, LineEnd, NextStart, is_blank, looks_like_other_json};
use super::object::ObjectEnd;
use super::unit::{Finder, Found, Frame, MaySpill, Unit, broken};
use crate::document::{Content, RejectReason};
use crate::reader::Limits;
use crate::window::{End, Window};

/// How far the rest of a line is looked at behind a document.
const LINE_REST_BYTES: usize = 4096;
/// A longer indentation is none.
const MAX_INDENT_BYTES: usize = 256;

/// What is wrong with a document that lost a brace.
const SWALLOWS: &str = "another document begins before its closing brace";

/// How documents are laid out outside arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// No document was met yet.
    Unknown,
    /// A document a line.
    Lines,
    /// In an array, or one after the other over any number of lines.
    Free,
}

/// What stands behind a document on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineRest {
    Nothing,
    Object,
    Garbage,
}

/// The framer of a JSON stream.
pub(crate) struct JsonFramer {
    window: Window,
    limits: Limits,
    layout: Layout,
    in_array: bool,
    /// Whether an opening bracket here would open an array of documents.
    may_open_array: bool,
    /// The blanks before the document, if nothing else stands before it on its line.
    indent: Option<Vec<u8>>,
    /// Whether the end of the stream is already part of a broken document.
    end_told: bool,
}

impl JsonFramer {
    pub(crate) fn new(window: Window, limits: Limits) -> Self {
        Self {
            window,
            limits,
            layout: Layout::Unknown,
            in_array: false,
            may_open_array: true,
            indent: Some(Vec::new()),
            end_told: false,
        }
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// Returns the next document, whole or broken.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, io::Error> {
        loop {
            let Some(byte) = self.skip_separators()? else {
                return Ok(self.tail());
            };
            match byte {
                b'[' if self.may_open_array => self.step_into_array(true),
                b']' if self.in_array => self.step_into_array(false),
                _ => {
                    let frame = self.unit(byte)?;
                    self.may_open_array = false;
                    return Ok(Some(frame));
                }
            }
        }
    }

    fn unit(&mut self, first: u8) -> Result<Frame, io::Error> {
        match first {
            b'{' => self.object(),
            _ if self.in_array => self.element(),
            _ if self.layout == Layout::Free => {
                let unit = Unit::new(&self.window, self.limits);
                self.garbage(unit)
            }
            _ => self.line(),
        }
    }

    fn step_into_array(&mut self, opens: bool) {
        self.window.consume(1);
        self.indent = None;
        self.in_array = opens;
        self.may_open_array = !opens;
        self.layout = Layout::Free;
    }

    /// Drops blanks and commas, and returns the byte after them.
    fn skip_separators(&mut self) -> Result<Option<u8>, io::Error> {
        loop {
            let bytes = self.window.bytes();
            let count = bytes
                .iter()
                .position(|&byte| !is_blank(byte) && byte != b',')
                .unwrap_or(bytes.len());
            let next = bytes.get(count).copied();
            follow_indent(&mut self.indent, bytes.get(..count).unwrap_or_default());
            self.window.consume(count);
            if next.is_some() || !self.window.fill()? {
                return Ok(next);
            }
        }
    }

    /// Tells that the stream ended early, unless a broken document told so already.
    fn tail(&mut self) -> Option<Frame> {
        let is_whole = !self.in_array && !self.window.ended_early();
        if is_whole || self.end_told {
            return None;
        }
        self.end_told = true;
        let detail = self.truncation_detail("the array is not closed");
        let content = broken(&[], RejectReason::Truncated, detail);
        Some(Frame {
            offset: self.window.offset(),
            content,
        })
    }

    fn object(&mut self) -> Result<Frame, io::Error> {
        let mut unit = Unit::new(&self.window, self.limits);
        let mut finder = ObjectEnd::default();
        let mut found = unit.measure(&mut self.window, &mut finder, MaySpill::No)?;
        if found == Found::Oversize {
            if self.layout == Layout::Lines {
                return self.broken_line(unit);
            }
            if let Some(count) = self.swallowed() {
                return Ok(self.broken(unit, count, SWALLOWS));
            }
            found = unit.measure(&mut self.window, &mut finder, MaySpill::Yes)?;
        }
        match found {
            Found::End(count) => self.whole(unit, count),
            Found::Next(_) | Found::Malformed(_)
                if !unit.is_spilled() && self.breaks_a_line()? =>
            {
                self.layout = Layout::Lines;
                self.broken_line(unit)
            }
            Found::Next(count) => {
                self.layout = Layout::Free;
                Ok(self.broken(
                    unit,
                    count,
                    "another document begins before its closing brace",
                ))
            }
            Found::Malformed(from) => self.recover(unit, from),
            Found::More | Found::Oversize => self.cut_short(unit),
        }
    }

    /// Ends a balanced object, if its line ends as it should.
    fn whole(&mut self, unit: Unit, count: usize) -> Result<Frame, io::Error> {
        if self.layout != Layout::Free {
            let rest = self.line_rest(count)?;
            if self.layout == Layout::Lines && rest == LineRest::Garbage {
                return self.broken_line(unit);
            }
            if self.layout == Layout::Unknown {
                let is_one_line = !unit.is_spilled()
                    && !self
                        .window
                        .bytes()
                        .iter()
                        .take(count)
                        .any(|&byte| byte == b'\n');
                let is_line = is_one_line && rest == LineRest::Nothing;
                self.layout = if is_line { Layout::Lines } else { Layout::Free };
            }
        }
        Ok(self.finish(unit, count, Content::Json))
    }

    fn finish(
        &mut self,
        unit: Unit,
        count: usize,
        make: impl FnOnce(bytes::Bytes) -> Content,
    ) -> Frame {
        self.indent = None;
        unit.finish(&mut self.window, count, make)
    }

    /// Looks at what follows the first `count` bytes on their line.
    fn line_rest(&mut self, count: usize) -> Result<LineRest, io::Error> {
        loop {
            let rest = self.window.bytes().get(count..).unwrap_or_default();
            let next = rest
                .iter()
                .find(|&&byte| byte == b'\n' || !is_blank(byte) && byte != b',');
            match next {
                Some(b'\n') => return Ok(LineRest::Nothing),
                Some(b'{') => return Ok(LineRest::Object),
                Some(_) => return Ok(LineRest::Garbage),
                None if rest.len() > LINE_REST_BYTES => return Ok(LineRest::Nothing),
                None => {}
            }
            if !self.window.fill()? {
                return Ok(LineRest::Nothing);
            }
        }
    }

    /// Whether the broken object in the window broke a line of a document each: it began its
    /// line, and the next line opens an object where none can follow.
    fn breaks_a_line(&mut self) -> Result<bool, io::Error> {
        if self.layout != Layout::Unknown {
            return Ok(self.layout == Layout::Lines);
        }
        loop {
            let bytes = self.window.bytes();
            let line_break = memchr::memchr(b'\n', bytes);
            if let Some(place) = line_break
                && let Some(&next) = bytes.get(place + 1)
            {
                let before = bytes
                    .iter()
                    .take(place)
                    .rev()
                    .find(|&&byte| !is_blank(byte));
                let is_open = matches!(before, Some(b'[' | b',' | b':' | b'{'));
                return Ok(next == b'{' && !is_open);
            }
            let is_over = bytes.len() > self.limits.max_document_bytes;
            if is_over || !self.window.fill()? {
                return Ok(false);
            }
        }
    }

    /// Puts the line at the front of the window aside.
    fn broken_line(&mut self, mut unit: Unit) -> Result<Frame, io::Error> {
        let mut finder = LineEnd::default();
        let found = unit.measure(&mut self.window, &mut finder, MaySpill::Yes)?;
        match found {
            Found::End(count) => Ok(self.broken_text(unit, count, "the line is no whole document")),
            _ => Ok(self.cut_short_here(unit)),
        }
    }

    /// Goes on where another document begins, or else puts all that is left aside.
    fn recover(&mut self, mut unit: Unit, from: usize) -> Result<Frame, io::Error> {
        let head = unit.head(&self.window);
        let mut finder = NextStart::new(from, self.indent.as_deref(), head);
        let found = unit.measure(&mut self.window, &mut finder, MaySpill::Yes)?;
        let detail = "a string does not end where it should";
        if let Found::End(count) = found {
            return Ok(self.broken(unit, count, detail));
        }
        self.end_told = true;
        let count = self.window.bytes().len();
        Ok(self.broken(unit, count, detail))
    }

    /// Looks, over what is in memory, for a document that a broken one swallowed.
    fn swallowed(&self) -> Option<usize> {
        let bytes = self.window.bytes();
        let mut finder = NextStart::new(1, self.indent.as_deref(), bytes).by_lines();
        match finder.find(bytes) {
            Found::End(count) => Some(count),
            _ => None,
        }
    }

    /// Ends an object at the end of the stream.
    fn cut_short(&mut self, unit: Unit) -> Result<Frame, io::Error> {
        if unit.is_spilled() {
            return Ok(self.cut_short_here(unit));
        }
        if self.layout == Layout::Lines && self.window.bytes().contains(&b'\n') {
            return self.broken_line(unit);
        }
        match self.swallowed() {
            Some(count) => Ok(self.broken(unit, count, SWALLOWS)),
            None => Ok(self.cut_short_here(unit)),
        }
    }

    /// Puts all that is left aside.
    fn cut_short_here(&mut self, unit: Unit) -> Frame {
        self.end_told = true;
        self.indent = None;
        let detail = self.truncation_detail("the source ends inside of a document");
        let count = self.window.bytes().len();
        unit.finish_broken(&mut self.window, count, RejectReason::Truncated, detail)
    }

    /// Puts an array's element aside that is no object.
    fn element(&mut self) -> Result<Frame, io::Error> {
        let mut unit = Unit::new(&self.window, self.limits);
        let mut finder = ElementEnd::default();
        let found = unit.measure(&mut self.window, &mut finder, MaySpill::Yes)?;
        let count = match found {
            Found::End(count) => count,
            Found::More => return Ok(self.cut_short_here(unit)),
            _ => return self.garbage(unit),
        };
        let text = self
            .window
            .bytes()
            .get(..count)
            .unwrap_or_default()
            .trim_ascii();
        if unit.is_spilled() || looks_like_other_json(text) {
            let count = text.len();
            return Ok(self.not_a_document(unit, count));
        }
        self.garbage(unit)
    }

    /// Puts garbage between documents aside.
    fn garbage(&mut self, mut unit: Unit) -> Result<Frame, io::Error> {
        let mut finder = GarbageEnd::new(self.in_array);
        let found = unit.measure(&mut self.window, &mut finder, MaySpill::Yes)?;
        match found {
            Found::End(count) => Ok(self.broken(unit, count, "no document begins here")),
            _ if self.window.ended_early() => Ok(self.cut_short_here(unit)),
            _ => {
                self.end_told = true;
                let count = self.window.bytes().len();
                Ok(self.broken(unit, count, "no document begins here"))
            }
        }
    }

    /// Puts a line aside that begins with no object.
    fn line(&mut self) -> Result<Frame, io::Error> {
        self.layout = Layout::Lines;
        let mut unit = Unit::new(&self.window, self.limits);
        let found = unit.measure(&mut self.window, &mut LineEnd::default(), MaySpill::Yes)?;
        let count = match found {
            Found::End(count) => count,
            _ if self.window.ended_early() => return Ok(self.cut_short_here(unit)),
            _ => self.window.bytes().len(),
        };
        let text = self
            .window
            .bytes()
            .get(..count)
            .unwrap_or_default()
            .trim_ascii_end();
        if looks_like_other_json(text) {
            let count = text.len();
            return Ok(self.not_a_document(unit, count));
        }
        Ok(self.broken_text(unit, count, "the line is no document"))
    }

    fn not_a_document(&mut self, unit: Unit, count: usize) -> Frame {
        self.indent = None;
        let detail = "a JSON value that is no object";
        unit.finish_broken(&mut self.window, count, RejectReason::NotADocument, detail)
    }

    /// Ends a unit as broken, less the separators at its end.
    fn broken(&mut self, unit: Unit, count: usize, detail: &str) -> Frame {
        self.indent = None;
        let bytes = self.window.bytes().get(..count).unwrap_or_default();
        let last = bytes
            .iter()
            .rposition(|&byte| !is_blank(byte) && byte != b',');
        let count = last.map_or(0, |last| last + 1);
        unit.finish_broken(&mut self.window, count, RejectReason::BrokenJson, detail)
    }

    /// Ends a line as broken, less the blanks at its end.
    fn broken_text(&mut self, unit: Unit, count: usize, detail: &str) -> Frame {
        self.indent = None;
        let bytes = self.window.bytes().get(..count).unwrap_or_default();
        let count = bytes
            .iter()
            .rposition(|&byte| !is_blank(byte))
            .map_or(0, |last| last + 1);
        unit.finish_broken(&mut self.window, count, RejectReason::BrokenJson, detail)
    }

    fn truncation_detail(&self, otherwise: &str) -> String {
        truncation_detail(&self.window, otherwise)
    }
}

/// Says how the stream ended.
pub(crate) fn truncation_detail(window: &Window, otherwise: &str) -> String {
    match window.end() {
        Some(End::Early { after_bytes, cause }) => format!(
            "decompression ({}) ended early at byte {after_bytes} of the content: {cause}",
            window.compression().name()
        ),
        Some(End::Whole) | None => otherwise.to_owned(),
    }
}

/// Keeps the blanks since the last line break; anything else on the line makes it none.
fn follow_indent(indent: &mut Option<Vec<u8>>, separators: &[u8]) {
    let mut current = indent.take();
    for &byte in separators {
        match byte {
            b'\n' => current = Some(Vec::new()),
            b',' => current = None,
            _ => {
                if let Some(blanks) = current.as_mut() {
                    blanks.push(byte);
                }
            }
        }
        if current
            .as_ref()
            .is_some_and(|blanks| blanks.len() > MAX_INDENT_BYTES)
        {
            current = None;
        }
    }
    *indent = current;
}
