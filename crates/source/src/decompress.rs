//! From the bytes of a source to its decompressed bytes; compression is told by its magic number.
//!
//! One layer is taken off. Gzip may have several members and zstd several frames, as `cat` of
//! compressed files gives.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How a source is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Tells the compression by the first four bytes.
    fn recognise(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // The second is a skippable frame, which may come first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// A decompressed stream that knows whose fault an error is.
pub(crate) struct Decompressed {
    stream: Box<dyn Read + Send>,
    input_failed: Arc<AtomicBool>,
    pub(crate) compression: Compression,
}

impl Decompressed {
    /// Looks at the first bytes of `input`; counts into `consumed` what is taken from it.
    pub(crate) fn open(
        input: Box<dyn Read + Send>,
        consumed: Arc<AtomicU64>,
    ) -> Result<Self, io::Error> {
        let input_failed = Arc::new(AtomicBool::new(false));
        let mut counted = Counted {
            input,
            consumed,
            failed: Arc::clone(&input_failed),
        };
        let mut head = Vec::with_capacity(4);
        counted.by_ref().take(4).read_to_end(&mut head)?;
        let compression = Compression::recognise(&head);
        let whole = Cursor::new(head).chain(counted);
        let stream: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(whole),
            Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(
                BufReader::with_capacity(128 << 10, whole),
            )),
            Compression::Zstd => Box::new(zstd::Decoder::new(whole)?),
        };
        Ok(Self {
            stream,
            input_failed,
            compression,
        })
    }

    /// Whether the last error came from the source itself and not from its decompression.
    pub(crate) fn input_failed(&self) -> bool {
        self.compression == Compression::None || self.input_failed.load(Ordering::Relaxed)
    }
}

impl Read for Decompressed {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        self.stream.read(target)
    }
}

/// Counts the bytes of the source, and remembers that it failed.
struct Counted {
    input: Box<dyn Read + Send>,
    consumed: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
}

impl Read for Counted {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        match self.input.read(target) {
            Ok(count) => {
                let count_u64 = u64::try_from(count).unwrap_or(u64::MAX);
                self.consumed.fetch_add(count_u64, Ordering::Relaxed);
                Ok(count)
            }
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.failed.store(true, Ordering::Relaxed);
                }
                Err(error)
            }
        }
    }
}
