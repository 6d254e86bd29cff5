//! `bench-data`: raw documents of full size, as many as asked for, always the same.
//!
//! The landmarks, nine tenths of each document, come from a small prepared pool with one
//! coordinate changed; ids, times and scores are each document's own.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, bail};
use chrono::Duration;
use serde_json::Value;

use crate::document::{Transaction, document};
use crate::ending::{Ending, Picture};
use crate::examples::{CLIENTS, RELEASES, USERS, time};
use crate::landmarks::Landmarks;
use crate::options::Options;
use crate::random::Random;

/// How documents follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One a line.
    Ndjson,
    /// One JSON array.
    Array,
}

/// What the writer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) num_documents: u64,
    pub(crate) size_bytes: u64,
}

/// Seconds between two documents: 10 GB make up about a month.
const PAUSE_S: i64 = 17;

const MARKS: [&str; 2] = ["\"@near\"", "\"@far\""];

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let size_bytes = options.size_bytes("size", "1GB")?;
    let layout = match options.get("layout") {
        None | Some("ndjson") => Layout::Ndjson,
        Some("array") => Layout::Array,
        Some(other) => bail!("`--layout {other}`: write `ndjson` or `array`"),
    };
    let path = options
        .get("out")
        .context("say where to with `--out FILE`, or `--out -`")?;
    let written = if path == "-" {
        write(&mut io::stdout().lock(), size_bytes, layout)?
    } else {
        let file = File::create(path).with_context(|| format!("could not create {path}"))?;
        write(&mut BufWriter::new(file), size_bytes, layout)?
    };
    eprintln!(
        "wrote {} documents, {} bytes",
        written.num_documents, written.size_bytes
    );
    Ok(())
}

/// Writes documents until they make up at least `size_bytes`.
///
/// # Errors
/// Those of `out`, a broken pipe included.
pub(crate) fn write(
    out: &mut impl Write,
    size_bytes: u64,
    layout: Layout,
) -> anyhow::Result<Written> {
    let mut random = Random::new(1);
    let faces: Vec<Landmarks> = (0..8).map(|_| Landmarks::full(&mut random)).collect();
    let (before, between, after) = match layout {
        Layout::Ndjson => ("", "\n", "\n"),
        Layout::Array => ("[", ",", "]\n"),
    };
    let mut written = Written {
        num_documents: 0,
        size_bytes: 0,
    };
    let mut text = before.to_owned();
    while written.size_bytes < size_bytes {
        if written.num_documents > 0 {
            text.push_str(between);
        }
        append(&mut text, written.num_documents, &faces, &mut random)?;
        out.write_all(text.as_bytes())?;
        written.size_bytes += u64::try_from(text.len())?;
        written.num_documents += 1;
        text.clear();
    }
    if written.num_documents > 0 || layout == Layout::Array {
        text.push_str(after);
    }
    out.write_all(text.as_bytes())?;
    out.flush()?;
    written.size_bytes += u64::try_from(text.len())?;
    Ok(written)
}

fn append(
    text: &mut String,
    ordinal: u64,
    faces: &[Landmarks],
    random: &mut Random,
) -> anyhow::Result<()> {
    let document = document(&transaction(ordinal)?, random, mark).to_string();
    let mut rest = document.as_str();
    for mark in MARKS {
        if let (Some((head, tail)), Some(face)) = (rest.split_once(mark), face(faces, random)) {
            text.push_str(head);
            face.write_to(text, ordinal);
            rest = tail;
        }
    }
    text.push_str(rest);
    Ok(())
}

fn face<'a>(faces: &'a [Landmarks], random: &mut Random) -> Option<&'a Landmarks> {
    let last = u64::try_from(faces.len()).ok()?.checked_sub(1)?;
    faces.get(usize::try_from(random.between(0, last)).ok()?)
}

/// Stands where the landmarks go, so that the rest is made without them.
fn mark(picture: Picture) -> Value {
    Value::from(match picture {
        Picture::Near => "@near",
        Picture::Far => "@far",
    })
}

/// Processes of three attempts; only endings whose documents have both faces.
fn transaction(ordinal: u64) -> anyhow::Result<Transaction> {
    let number = ordinal / 3;
    let ending = match (ordinal % 3, number % 10) {
        (0, 0..4) => Ending::BlurFar,
        (0, 4) => Ending::GeometryFail,
        (1, 0) => Ending::SpoofNear,
        (1, 1) => Ending::NonFrontal,
        _ => Ending::Accepted,
    };
    let start = time("2025-01-01T00:00:05.000125-05:00")?;
    let at =
        |ordinal: u64| anyhow::Ok(start + Duration::seconds(PAUSE_S * i64::try_from(ordinal)?));
    let [first, second, third] = CLIENTS;
    let (release, liqe_threshold) = if number % 2_000 < 1_000 {
        RELEASES[0]
    } else {
        RELEASES[2]
    };
    let person = format!("{}", 2_000_000_000 + number);
    Ok(Transaction {
        instant: at(ordinal)?,
        ending,
        release,
        user: if number.is_multiple_of(5) {
            USERS[1]
        } else {
            USERS[0]
        },
        client: match number % 4 {
            0 | 1 => first,
            2 => second,
            _ => third,
        },
        process: Some(format!(
            "{person}_{}",
            at(number * 3)?.format("%Y-%m-%d_%H:%M:%S")
        )),
        person,
        liqe_threshold,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{Layout, write};

    #[test]
    fn documents_have_the_size_of_real_ones_and_ids_of_their_own() {
        let mut bytes = Vec::new();
        let written = write(&mut bytes, 2_000_000, Layout::Ndjson).unwrap();
        assert_eq!(u64::try_from(bytes.len()).unwrap(), written.size_bytes);
        let text = String::from_utf8(bytes).unwrap();
        let documents: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!((27..=31).contains(&documents.len()), "{}", documents.len());
        let tokens: BTreeSet<&str> = documents
            .iter()
            .map(|each| each["file_token"].as_str().unwrap())
            .collect();
        assert_eq!(tokens.len(), documents.len());
        let face = &documents[3]["metadata"]["far_img"]["face_detector"]["results"]["predictions"];
        assert_eq!(
            face["faces"]["landmarks"][0].as_object().unwrap().len(),
            478
        );
    }

    #[test]
    fn an_array_holds_the_same_documents_as_lines() {
        let (mut lines, mut array) = (Vec::new(), Vec::new());
        write(&mut lines, 300_000, Layout::Ndjson).unwrap();
        write(&mut array, 300_000, Layout::Array).unwrap();
        let array: Vec<Value> = serde_json::from_slice(&array).unwrap();
        let lines: Vec<Value> = String::from_utf8(lines)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(array, lines);
    }
}
