//! The window: the part of the decompressed stream that is in memory.
//!
//! Bytes are read into a block; documents are split off its front without a copy. Where a block
//! is full, what is left in it moves to a new one.

use std::io::{self, Read};

use bytes::{Bytes, BytesMut};

use crate::decompress::{Compression, Decompressed};

/// Size of a block, in bytes: some ten documents of the usual size.
const BLOCK_BYTES: usize = 1 << 20;
/// Size of the first block, in bytes: enough for the one document of a small file.
const FIRST_BLOCK_BYTES: usize = 128 << 10;

/// How a stream ended.
#[derive(Debug)]
pub(crate) enum End {
    /// At its end.
    Whole,
    /// Decompression failed after this many decompressed bytes.
    Early { after_bytes: u64, cause: io::Error },
}

/// A view on the stream that moves forward.
pub(crate) struct Window {
    input: Decompressed,
    /// Initialised memory, of which the first `filled` bytes are read.
    block: BytesMut,
    filled: usize,
    offset: u64,
    end: Option<End>,
}

impl Window {
    pub(crate) fn new(input: Decompressed) -> Self {
        Self {
            input,
            block: BytesMut::new(),
            filled: 0,
            offset: 0,
            end: None,
        }
    }

    /// Returns the bytes in memory.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.block.get(..self.filled).unwrap_or_default()
    }

    /// Returns the offset of the first byte in memory.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns how the stream ended, once it did.
    pub(crate) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Whether decompression ended before the stream did.
    pub(crate) fn ended_early(&self) -> bool {
        matches!(self.end, Some(End::Early { .. }))
    }

    /// Takes the error of a stream of which not one byte could be decompressed, though it did not
    /// merely end too soon.
    pub(crate) fn take_undecodable(&mut self) -> Option<io::Error> {
        match self.end.take() {
            Some(End::Early {
                after_bytes: 0,
                cause,
            }) if cause.kind() != io::ErrorKind::UnexpectedEof => Some(cause),
            end => {
                self.end = end;
                None
            }
        }
    }

    pub(crate) fn compression(&self) -> Compression {
        self.input.compression
    }

    pub(crate) fn capacity(&self) -> usize {
        self.block.len()
    }

    /// Reads more behind the bytes in memory; returns whether there was more.
    ///
    /// An error of the source itself is returned; one of its decompression ends the stream.
    pub(crate) fn fill(&mut self) -> Result<bool, io::Error> {
        if self.end.is_some() {
            return Ok(false);
        }
        if self.filled == self.block.len() {
            self.renew_block();
        }
        let free = self.block.get_mut(self.filled..).unwrap_or_default();
        let outcome = loop {
            match self.input.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        match outcome {
            Ok(0) => {
                self.end = Some(End::Whole);
                Ok(false)
            }
            Ok(count) => {
                self.filled += count;
                Ok(true)
            }
            Err(error) if self.input.input_failed() => Err(error),
            Err(cause) => {
                let after_bytes = self.offset + to_u64(self.filled);
                self.end = Some(End::Early { after_bytes, cause });
                Ok(false)
            }
        }
    }

    fn renew_block(&mut self) {
        // Doubling keeps the copies of a large document to about its size.
        let least = if self.offset == 0 && self.filled == 0 {
            FIRST_BLOCK_BYTES
        } else {
            BLOCK_BYTES
        };
        let size = least.max(self.filled.saturating_mul(2));
        let mut block = BytesMut::zeroed(size);
        if let Some(front) = block.get_mut(..self.filled) {
            front.copy_from_slice(self.bytes());
        }
        self.block = block;
    }

    /// Takes the first `count` bytes out of the window.
    pub(crate) fn split(&mut self, count: usize) -> Bytes {
        let count = count.min(self.filled);
        self.filled -= count;
        self.offset += to_u64(count);
        self.block.split_to(count).freeze()
    }

    /// Drops the first `count` bytes.
    pub(crate) fn consume(&mut self, count: usize) {
        drop(self.split(count));
    }
}

/// Widens a length; lossless on every machine there is.
pub(crate) fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
