//! `bench-data`: simulated documents of full size, about as many bytes as asked for, always
//! the same.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, bail};
use veriscope_simulate::{Format, Options as Run, Scenario, Simulation};

use crate::options::Options;

/// What the writer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) num_documents: u64,
    pub(crate) size_bytes: u64,
}

/// Documents that are made to know how large one is.
const NUM_WEIGHED: u64 = 1_000;

/// One beside the thread that writes: a stream is made next to the program that is measured.
const RENDERING_THREADS: usize = 1;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let size_bytes = options.size_bytes("size", "1GB")?;
    let format = match options.get("layout") {
        None | Some("ndjson") => Format::Ndjson,
        Some("array") => Format::Json,
        Some(other) => bail!("`--layout {other}`: write `ndjson` or `array`"),
    };
    let path = options
        .get("out")
        .context("say where to with `--out FILE`, or `--out -`")?;
    let written = if path == "-" {
        write(&mut io::stdout().lock(), size_bytes, format)?
    } else {
        let file = File::create(path).with_context(|| format!("could not create {path}"))?;
        write(&mut BufWriter::new(file), size_bytes, format)?
    };
    eprintln!(
        "wrote {} documents, {} bytes",
        written.num_documents, written.size_bytes
    );
    Ok(())
}

/// Writes as many documents of the published month as make up about `size_bytes`.
///
/// # Errors
/// Those of `out`, a broken pipe included.
pub(crate) fn write(
    out: &mut impl Write,
    size_bytes: u64,
    format: Format,
) -> anyhow::Result<Written> {
    let weighed = simulate(&mut io::sink(), NUM_WEIGHED, Format::Ndjson)?;
    let num_documents = weighed
        .num_documents
        .saturating_mul(size_bytes)
        .div_ceil(weighed.size_bytes.max(1));
    let written = simulate(out, num_documents, format)?;
    out.flush()?;
    Ok(written)
}

fn simulate(out: &mut impl Write, num_documents: u64, format: Format) -> anyhow::Result<Written> {
    let run = Run {
        transactions: num_documents,
        ..Run::default()
    };
    let mut counted = Counted {
        inner: out,
        size_bytes: 0,
    };
    let truth = Simulation::new(Scenario::published_month()?, run)?.write(
        format,
        &mut counted,
        RENDERING_THREADS,
    )?;
    Ok(Written {
        num_documents: truth.counts.transactions,
        size_bytes: counted.size_bytes,
    })
}

/// Counts the bytes on their way.
struct Counted<'a, W> {
    inner: &'a mut W,
    size_bytes: u64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.size_bytes += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use veriscope_simulate::Format;

    use super::write;

    #[test]
    fn documents_make_up_about_the_size_and_have_ids_of_their_own() {
        const SIZE_BYTES: u64 = 20_000_000;
        let mut bytes = Vec::new();
        let written = write(&mut bytes, SIZE_BYTES, Format::Ndjson).unwrap();
        assert_eq!(u64::try_from(bytes.len()).unwrap(), written.size_bytes);
        let is_about = |size_bytes: u64| size_bytes.abs_diff(SIZE_BYTES) < SIZE_BYTES / 20;
        assert!(is_about(written.size_bytes), "{written:?}");
        let text = String::from_utf8(bytes).unwrap();
        let documents: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let tokens: BTreeSet<&str> = documents
            .iter()
            .map(|each| each["file_token"].as_str().unwrap())
            .collect();
        assert_eq!(tokens.len(), documents.len());
        assert_eq!(tokens.len() as u64, written.num_documents);
    }

    #[test]
    fn an_array_holds_the_same_documents_as_lines() {
        let (mut lines, mut array) = (Vec::new(), Vec::new());
        write(&mut lines, 300_000, Format::Ndjson).unwrap();
        write(&mut array, 300_000, Format::Json).unwrap();
        let array: Vec<Value> = serde_json::from_slice(&array).unwrap();
        let lines: Vec<Value> = String::from_utf8(lines)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(lines.len() > 2);
        assert_eq!(array, lines);
    }
}
