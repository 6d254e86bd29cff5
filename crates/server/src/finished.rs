//! Answers that were given, kept for whoever asks the same: people go back and forth between
//! the same filters, and several look at one page.

use axum::body::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// Memory for answers, bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Answers that are expected, to size the table.
const USUAL_ANSWERS: usize = 1_000;

/// Answers by their tag.
pub(crate) struct Finished(Cache<String, Bytes, Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<String, Bytes> for Weight {
    fn weight(&self, tag: &String, answer: &Bytes) -> u64 {
        u64::try_from(tag.len() + answer.len()).unwrap_or(u64::MAX)
    }
}

impl Finished {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(USUAL_ANSWERS, MOST_BYTES, Weight))
    }

    /// Returns the answer of a tag, made now where it is not kept: by one of all who wait.
    ///
    /// # Errors
    /// What the making says; nothing is kept then.
    pub(crate) async fn get<E>(
        &self,
        tag: &str,
        make: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        self.0.get_or_insert_async(tag, make).await
    }

    /// Returns how many bytes are kept.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.0.weight()
    }
}
