//! Cuts one collection out of an archive of `mongodump --archive`.
//!
//! An archive is a magic number, a prelude that names its collections, and blocks: a header
//! that names a collection, documents of it, a terminator. Blocks of several collections come
//! mixed; a header with `EOF` closes a collection and has the checksum of its documents.
//!
//! Source: the specification `common/archive/spec.md` of MongoDB's database tools.

use std::io;

use super::bson::{Cut, DocumentCutter, DocumentEnd, TERMINATOR, early_end};
use super::unit::{Finder, Found, Frame, broken};
use crate::bson_value::{Elements, text};
use crate::crc64::Crc64;
use crate::document::{Content, RejectReason};
use crate::reader::Limits;
use crate::window::Window;

/// How an archive begins.
pub(crate) const MAGIC: [u8; 4] = [0x6d, 0xe2, 0x99, 0x81];
/// A longer document in the prelude is none: the server takes no longer one.
const MAX_PRELUDE_DOCUMENT_BYTES: usize = 17 << 20;

/// Why an archive can't be read.
#[derive(Debug)]
pub(crate) enum ArchiveProblem {
    Read(io::Error),
    /// The prelude is not what it should be.
    Prelude(&'static str),
    /// There is not one collection to read, but these.
    Choice(Vec<String>),
}

impl From<io::Error> for ArchiveProblem {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// What a document of the prelude, or a block's header, says of a collection.
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    database: String,
    collection: String,
    /// `view`, `timeseries` or nothing; of the prelude alone.
    kind: String,
    is_end: bool,
    checksum: u64,
}

impl Header {
    /// Reads a document; none if it names no collection.
    fn read(document: &[u8]) -> Option<Self> {
        let mut header = Self::default();
        let mut elements = Elements::new(document).ok()?;
        while let Some(element) = elements.step().ok()? {
            let words = |value| text(value).map(str::to_owned);
            match (element.key, element.kind) {
                (b"db", 0x02) => header.database = words(element.value)?,
                (b"collection", 0x02) => header.collection = words(element.value)?,
                (b"type", 0x02) => header.kind = words(element.value)?,
                (b"EOF", 0x08) => header.is_end = element.value == [1],
                (b"CRC", 0x12) => {
                    header.checksum = u64::from_le_bytes(*element.value.first_chunk()?);
                }
                _ => {}
            }
        }
        (!header.collection.is_empty()).then_some(header)
    }

    fn namespace(&self) -> String {
        format!("{}.{}", self.database, self.collection)
    }

    /// Whether people put documents there: no view, and nothing of the server's own.
    fn is_of_documents(&self) -> bool {
        let is_of_server = matches!(self.database.as_str(), "" | "admin" | "config" | "local")
            || self.collection.starts_with("system.");
        !is_of_server && self.kind != "view"
    }

    /// Whether documents under this header are of a chosen collection. Those of a time series
    /// stand in the collection of its buckets.
    fn is_of(&self, chosen: &str) -> bool {
        let Some((database, collection)) = chosen.split_once('.') else {
            return false;
        };
        let name = self.collection.as_str();
        let name = name.strip_prefix("system.buckets.").unwrap_or(name);
        self.namespace() == chosen || (self.database == database && name == collection)
    }
}

/// Chooses the collection to read; none if there is none at all.
fn choose(prelude: &[Header], asked: Option<&str>) -> Result<Option<String>, ArchiveProblem> {
    if let Some(asked) = asked {
        let is_there = prelude.iter().any(|header| header.namespace() == asked);
        if is_there {
            return Ok(Some(asked.to_owned()));
        }
    }
    let candidates: Vec<String> = prelude
        .iter()
        .filter(|header| header.is_of_documents())
        .map(Header::namespace)
        .collect();
    match (asked, candidates.as_slice()) {
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(only.clone())),
        _ => Err(ArchiveProblem::Choice(candidates)),
    }
}

/// Where in an archive the stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    BetweenBlocks,
    /// In a block, of the chosen collection or of another.
    InBlock {
        is_chosen: bool,
    },
}

/// The framer of one collection of an archive.
pub(crate) struct ArchiveFramer {
    window: Window,
    cutter: DocumentCutter,
    limits: Limits,
    chosen: Option<String>,
    place: Place,
    checksum: Crc64,
    /// Whether a document was put aside, and with it the checksum lost its meaning.
    is_damaged: bool,
    /// Whether the chosen collection was closed, or its end is told by a broken document.
    end_told: bool,
}

impl ArchiveFramer {
    /// Reads the prelude and chooses a collection: the one that was asked for, else the only one
    /// that holds documents of people's own.
    pub(crate) fn open(
        mut window: Window,
        limits: Limits,
        asked: Option<&str>,
    ) -> Result<Self, ArchiveProblem> {
        window.consume(MAGIC.len());
        let prelude = read_prelude(&mut window)?;
        let chosen = choose(&prelude, asked)?;
        Ok(Self {
            window,
            cutter: DocumentCutter::new(limits, true),
            limits,
            end_told: chosen.is_none(),
            chosen,
            place: Place::BetweenBlocks,
            checksum: Crc64::new(),
            is_damaged: false,
        })
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// Returns the next document of the collection, whole, or anything broken.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, io::Error> {
        loop {
            while self.window.bytes().len() < TERMINATOR.len() && self.window.fill()? {}
            if self.window.bytes().is_empty() {
                return Ok(self.tail());
            }
            if self.window.bytes().starts_with(&TERMINATOR) {
                self.window.consume(TERMINATOR.len());
                self.place = Place::BetweenBlocks;
                continue;
            }
            let frame = match self.place {
                Place::BetweenBlocks => self.header()?,
                Place::InBlock { is_chosen } => self.document(is_chosen)?,
            };
            if frame.is_some() {
                return Ok(frame);
            }
        }
    }

    fn document(&mut self, is_chosen: bool) -> Result<Option<Frame>, io::Error> {
        match self.cutter.cut(&mut self.window)? {
            Cut::Whole(unit, count) => {
                let is_oversize = unit.is_spilled() || count > self.limits.max_document_bytes;
                if is_chosen && is_oversize {
                    self.is_damaged = true;
                } else if is_chosen {
                    let bytes = self.window.bytes().get(..count).unwrap_or_default();
                    self.checksum.update(bytes);
                }
                let frame = unit.finish(&mut self.window, count, Content::Bson);
                Ok(is_chosen.then_some(frame))
            }
            Cut::Broken { frame, is_last } => Ok(Some(self.put_aside(frame, is_last))),
        }
    }

    /// Takes what is broken, wherever it stands: documents of the chosen collection may be in it.
    fn put_aside(&mut self, frame: Frame, is_last: bool) -> Frame {
        self.is_damaged = true;
        self.end_told |= is_last;
        frame
    }

    /// Reads the header of a block; a broken one is returned.
    fn header(&mut self) -> Result<Option<Frame>, io::Error> {
        let (unit, count) = match self.cutter.cut(&mut self.window)? {
            Cut::Whole(unit, count) => (unit, count),
            Cut::Broken { frame, is_last } => return Ok(Some(self.put_aside(frame, is_last))),
        };
        let bytes = self.window.bytes().get(..count).unwrap_or_default();
        let Some(header) = Header::read(bytes) else {
            let detail = "a document that stands in no collection of the archive";
            let reason = RejectReason::BrokenBson;
            let frame = unit.finish_broken(&mut self.window, count, reason, detail);
            return Ok(Some(self.put_aside(frame, false)));
        };
        self.window.consume(count);
        let is_chosen = self
            .chosen
            .as_deref()
            .is_some_and(|name| header.is_of(name));
        self.place = Place::InBlock { is_chosen };
        if !is_chosen || !header.is_end {
            return Ok(None);
        }
        self.end_told = true;
        let is_right = self.is_damaged || header.checksum == self.checksum.value();
        if is_right {
            return Ok(None);
        }
        let detail = "the collection has another checksum than the archive says: some document of \
                      it was changed";
        Ok(Some(Frame {
            offset: self.window.offset(),
            content: broken(&[], RejectReason::BrokenBson, detail),
        }))
    }

    /// Tells that the archive ended before the collection did, unless that was told.
    fn tail(&mut self) -> Option<Frame> {
        if self.end_told {
            return None;
        }
        self.end_told = true;
        let otherwise = "the archive ends before its collection is closed";
        Some(early_end(&self.window, otherwise))
    }
}

/// Reads the prelude, from its header to its terminator: a document for each collection.
fn read_prelude(window: &mut Window) -> Result<Vec<Header>, ArchiveProblem> {
    let mut collections = Vec::new();
    let mut is_first = true;
    loop {
        while window.bytes().len() < TERMINATOR.len() && window.fill()? {}
        if !is_first && window.bytes().starts_with(&TERMINATOR) {
            window.consume(TERMINATOR.len());
            return Ok(collections);
        }
        let count = prelude_document(window)?;
        let bytes = window.bytes().get(..count).unwrap_or_default();
        if !is_first {
            let header = Header::read(bytes);
            collections.push(header.ok_or(ArchiveProblem::Prelude(
                "it names a collection without a name",
            ))?);
        }
        is_first = false;
        window.consume(count);
    }
}

fn prelude_document(window: &mut Window) -> Result<usize, ArchiveProblem> {
    let mut finder = DocumentEnd::default();
    loop {
        match finder.find(window.bytes()) {
            Found::End(count) => return Ok(count),
            Found::More if window.bytes().len() > MAX_PRELUDE_DOCUMENT_BYTES => {
                return Err(ArchiveProblem::Prelude("a document in it does not end"));
            }
            Found::More => {}
            _ => return Err(ArchiveProblem::Prelude("no document begins where one must")),
        }
        if !window.fill()? {
            return Err(ArchiveProblem::Prelude("it is cut short"));
        }
    }
}
