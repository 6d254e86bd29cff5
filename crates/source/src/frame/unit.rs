//! A unit: a stretch of the stream that becomes one document, and how it is measured.
//!
//! What goes over the limit is hashed and dropped while it streams; its beginning is kept.

use std::io;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::document::{Broken, Content, RejectReason};
use crate::reader::Limits;
use crate::window::{Window, to_u64};

/// How many bytes of an oversize unit stay in the window, for finders that look back.
const LOOK_BACK_BYTES: usize = 1024;

/// What a finder says of the bytes it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Not yet an end: more bytes are needed, or at the end of the stream it is missing.
    More,
    /// The unit has this many bytes.
    End(usize),
    /// The unit is broken, because another document begins after this many bytes.
    Next(usize),
    /// The unit is broken in itself; another may begin at this byte or later.
    Malformed(usize),
    /// The unit is over the limit (said by `measure`, not by finders).
    Oversize,
}

/// Looks for the end of a unit, over bytes that grow at their end.
pub(crate) trait Finder {
    /// Looks further. `bytes` begins with the unit, less what `shift` took away.
    fn find(&mut self, bytes: &[u8]) -> Found;
    /// Is told that the first `count` of `bytes` will be gone.
    fn shift(&mut self, bytes: &[u8], count: usize);
}

/// The unit that is being measured.
pub(crate) struct Unit {
    /// Offset of its first byte.
    pub(crate) offset: u64,
    limits: Limits,
    spilled: Option<Spilled>,
}

struct Spilled {
    hash: Sha256,
    kept: Vec<u8>,
    size_bytes: u64,
}

impl Unit {
    pub(crate) fn new(window: &Window, limits: Limits) -> Self {
        Self {
            offset: window.offset(),
            limits,
            spilled: None,
        }
    }

    /// Whether a part of it is already gone.
    pub(crate) fn is_spilled(&self) -> bool {
        self.spilled.is_some()
    }

    /// Returns the beginning of the unit.
    pub(crate) fn head<'a>(&'a self, window: &'a Window) -> &'a [u8] {
        self.spilled
            .as_ref()
            .map_or(window.bytes(), |spilled| &spilled.kept)
    }

    /// Reads until the finder has found something or the stream ends (`Found::More`).
    ///
    /// Over the limit it stops with `Found::Oversize`, or goes on without keeping the bytes where
    /// `may_spill` says so.
    pub(crate) fn measure(
        &mut self,
        window: &mut Window,
        finder: &mut impl Finder,
        may_spill: MaySpill,
    ) -> Result<Found, io::Error> {
        loop {
            let found = finder.find(window.bytes());
            if found != Found::More {
                return Ok(found);
            }
            let is_over =
                self.is_spilled() || window.bytes().len() > self.limits.max_document_bytes;
            if is_over && may_spill == MaySpill::No {
                return Ok(Found::Oversize);
            }
            if is_over {
                let count = window.bytes().len().saturating_sub(LOOK_BACK_BYTES);
                finder.shift(window.bytes(), count);
                self.spill(window, count);
            }
            if !window.fill()? {
                return Ok(Found::More);
            }
        }
    }

    fn spill(&mut self, window: &mut Window, count: usize) {
        let spilled = self.spilled.get_or_insert_with(|| Spilled {
            hash: Sha256::new(),
            kept: Vec::new(),
            size_bytes: 0,
        });
        let bytes = window.bytes().get(..count).unwrap_or_default();
        spilled.hash.update(bytes);
        let room = self.limits.kept_bytes.saturating_sub(spilled.kept.len());
        spilled
            .kept
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        spilled.size_bytes += to_u64(bytes.len());
        window.consume(count);
    }

    /// Ends the unit after `count` bytes of the window, as what `make` makes of its bytes; an
    /// oversize one is broken whatever it is.
    pub(crate) fn finish(
        mut self,
        window: &mut Window,
        count: usize,
        make: impl FnOnce(Bytes) -> Content,
    ) -> Frame {
        if !self.is_spilled() && count <= self.limits.max_document_bytes {
            return Frame {
                offset: self.offset,
                content: make(window.split(count)),
            };
        }
        self.spill(window, count);
        let Some(spilled) = self.spilled else {
            return Frame {
                offset: self.offset,
                content: make(Bytes::new()),
            };
        };
        let detail = format!(
            "{} bytes are over the limit of {} bytes for one document",
            spilled.size_bytes, self.limits.max_document_bytes
        );
        let content = Content::Broken(Broken {
            reason: RejectReason::TooLarge,
            detail,
            bytes: Bytes::from(spilled.kept),
            size_bytes: spilled.size_bytes,
            sha256: Some(spilled.hash.finalize().into()),
        });
        Frame {
            offset: self.offset,
            content,
        }
    }

    /// Ends the unit after `count` bytes of the window as a broken one.
    pub(crate) fn finish_broken(
        self,
        window: &mut Window,
        count: usize,
        reason: RejectReason,
        detail: impl Into<String>,
    ) -> Frame {
        self.finish(window, count, |bytes| broken(&bytes, reason, detail))
    }
}

/// Whether a unit over the limit is read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MaySpill {
    Yes,
    No,
}

/// A document without its number.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) offset: u64,
    pub(crate) content: Content,
}

/// Makes broken content. The bytes are copied, because a broken document is kept long and would
/// hold a whole block of the window in memory.
pub(crate) fn broken(bytes: &[u8], reason: RejectReason, detail: impl Into<String>) -> Content {
    Content::Broken(Broken {
        reason,
        detail: detail.into(),
        bytes: Bytes::copy_from_slice(bytes),
        size_bytes: to_u64(bytes.len()),
        sha256: None,
    })
}
