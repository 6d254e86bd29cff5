//! One chunk of documents becomes rows, and a list of what could not be taken.

use std::sync::Arc;

use anyhow::Context;
use arrow_array::RecordBatch;
use veriscope_extract::{Extractor, Notes};
use veriscope_lake::PutAside;
use veriscope_source::{Content, Document, Encoding};

use super::feed::Chunk;

/// A chunk after extraction.
pub(crate) struct ExtractedChunk {
    /// Number of the chunk, from 0.
    pub(crate) number: u64,
    /// Index of the source.
    pub(crate) source: usize,
    /// The source's encoding.
    pub(crate) encoding: Encoding,
    /// Documents read.
    pub(crate) read: u64,
    /// Documents of the source up to the end of this chunk.
    pub(crate) through: u64,
    /// Raw rows, in the order of the documents.
    pub(crate) rows: RecordBatch,
    /// Documents that could not be taken.
    pub(crate) put_aside: Vec<PutAside>,
    /// What was noticed.
    pub(crate) notes: Notes,
    /// Where the source goes on after this chunk, for one that is read by a mark.
    pub(crate) mark: Option<Arc<str>>,
}

/// Extracts a chunk.
pub(crate) fn extract(extractor: &Extractor, chunk: Chunk) -> anyhow::Result<ExtractedChunk> {
    let extracted = extractor
        .extract(&chunk.label, &chunk.documents)
        .with_context(|| format!("failed to extract documents of {}", chunk.label))?;
    let mut put_aside = Vec::with_capacity(extracted.rejected.len());
    for rejected in extracted.rejected {
        let document = chunk
            .documents
            .get(rejected.index)
            .context("a rejected document that was not there")?;
        put_aside.push(PutAside {
            source: chunk.label.to_string(),
            position: document.ordinal,
            byte_offset: document.offset,
            reason: rejected.reason.slug().to_owned(),
            path: rejected.path,
            detail: rejected.detail,
            encoding: slug(chunk.encoding).to_owned(),
            size_bytes: whole_size(document),
            bytes: document.raw_bytes().to_vec(),
            sha256: digest(document),
        });
    }
    Ok(ExtractedChunk {
        number: chunk.number,
        source: chunk.source,
        encoding: chunk.encoding,
        read: chunk.documents.len() as u64,
        through: chunk
            .documents
            .last()
            .map_or(0, |document| document.ordinal + 1),
        rows: extracted.batch,
        put_aside,
        notes: extracted.notes,
        mark: chunk.mark,
    })
}

/// Returns the encoding of a word that [`slug`] gave.
pub(crate) fn encoding_of(word: &str) -> Option<Encoding> {
    [Encoding::Json, Encoding::Bson, Encoding::Csv]
        .into_iter()
        .find(|encoding| slug(*encoding) == word)
}

/// Returns the word for an encoding in the quarantine.
pub(crate) const fn slug(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Json => "json",
        Encoding::Bson => "bson",
        Encoding::Csv => "csv",
    }
}

fn whole_size(document: &Document) -> u64 {
    match &document.content {
        Content::Json(_) | Content::Bson(_) | Content::Csv(_) => document.raw_bytes().len() as u64,
        Content::Broken(broken) => broken.size_bytes,
    }
}

fn digest(document: &Document) -> Option<[u8; 32]> {
    match &document.content {
        Content::Json(_) | Content::Bson(_) | Content::Csv(_) => None,
        Content::Broken(broken) => broken.sha256,
    }
}
