//! Compression of what is written, told by the ending of the file's name.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::GzEncoder;

/// Level of Zstandard: its default, fast and small enough.
const ZSTD_LEVEL: i32 = 3;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// Returns what the name of a file asks for: `.gz`, `.zst`, or nothing.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        match ending.as_deref().and_then(std::ffi::OsStr::to_str) {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => Self::None,
        }
    }

    /// Returns a writer that compresses into another.
    ///
    /// # Errors
    /// Where the compressor cannot be made.
    pub fn encoder<W: Write>(self, inner: W) -> io::Result<Encoder<W>> {
        Ok(match self {
            Self::None => Encoder::None(inner),
            Self::Gzip => Encoder::Gzip(GzEncoder::new(inner, flate2::Compression::default())),
            Self::Zstd => Encoder::Zstd(zstd::Encoder::new(inner, ZSTD_LEVEL)?),
        })
    }
}

/// A writer that compresses. [`Encoder::finish`] must be called, else the end is missing.
pub enum Encoder<W: Write> {
    /// Passes bytes on.
    None(W),
    /// gzip.
    Gzip(GzEncoder<W>),
    /// Zstandard.
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Encoder<W> {
    /// Writes the end, flushes, and returns the writer inside.
    ///
    /// # Errors
    /// Those of the writer inside.
    pub fn finish(self) -> io::Result<W> {
        let mut inner = match self {
            Self::None(inner) => inner,
            Self::Gzip(encoder) => encoder.finish()?,
            Self::Zstd(encoder) => encoder.finish()?,
        };
        inner.flush()?;
        Ok(inner)
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::None(inner) => inner.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::None(inner) => inner.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::path::Path;

    use super::Compression;

    #[test]
    fn the_ending_of_a_name_tells_the_compression() {
        for (name, compression) in [
            ("a.ndjson", Compression::None),
            ("a.ndjson.gz", Compression::Gzip),
            ("a.JSON.GZ", Compression::Gzip),
            ("a.json.zst", Compression::Zstd),
            ("-", Compression::None),
        ] {
            assert_eq!(Compression::of(Path::new(name)), compression, "{name}");
        }
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let text = b"one\ntwo\n".repeat(1_000);
        let compress = |compression: Compression| {
            let mut encoder = compression.encoder(Vec::new()).unwrap();
            encoder.write_all(&text).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(compress(Compression::None), text);
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&compress(Compression::Gzip)[..])
            .read_to_end(&mut plain)
            .unwrap();
        assert_eq!(plain, text);
        let plain = zstd::decode_all(&compress(Compression::Zstd)[..]).unwrap();
        assert_eq!(plain, text);
    }
}
