//! A checksum at the end of a file: what is damaged on its way is not believed.

use std::hash::Hasher;
use std::io::{self, Read, Seek, SeekFrom, Write};

use twox_hash::XxHash64;

/// Bytes of the checksum, little-endian.
pub(super) const BYTES: u64 = 8;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// Writes on, and sums up what is written.
pub(super) struct Summing<W> {
    inner: W,
    sum: XxHash64,
}

impl<W: Write> Summing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            sum: XxHash64::with_seed(0),
        }
    }

    /// Writes the checksum after all else, and returns what was written to.
    ///
    /// # Errors
    /// What the writing says.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.inner.write_all(&self.sum.finish().to_le_bytes())?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.write(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Compares a file with its checksum, and goes back to its start; returns how many bytes stand
/// before the checksum, none where they do not go together.
///
/// # Errors
/// What the reading says.
pub(super) fn checked(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(length) = length.checked_sub(BYTES) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(0))?;
    let mut sum = XxHash64::with_seed(0);
    let mut block = vec![0; BLOCK];
    let mut whole = file.by_ref().take(length);
    loop {
        match whole.read(&mut block)? {
            0 => break,
            read => sum.write(block.get(..read).unwrap_or_default()),
        }
    }
    let mut known = [0; 8];
    file.read_exact(&mut known)?;
    file.seek(SeekFrom::Start(0))?;
    Ok((u64::from_le_bytes(known) == sum.finish()).then_some(length))
}
