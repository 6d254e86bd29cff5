//! What a server tells whoever runs it; nothing of a request but its id and its route.

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A snapshot was read and is shown from now on.
    Loaded {
        /// Its version.
        version: u64,
        /// Its transactions.
        transactions: u64,
        /// How long the reading took, ms.
        elapsed_ms: u64,
        /// Memory that it takes, bytes.
        size_bytes: u64,
        /// Whether it was kept prepared from before.
        is_prepared: bool,
    },
    /// What was kept from before could not be used; the snapshot was made anew.
    NotRead {
        /// Why.
        cause: String,
    },
    /// The snapshot is shown, and could not be kept for the next start.
    NotKept {
        /// Why.
        cause: String,
    },
    /// A snapshot could not be read; what was shown is shown on.
    NotLoaded {
        /// Why.
        cause: String,
    },
    /// The lake is not there any more.
    LakeGone,
    /// A request failed for a reason of ours.
    Failed {
        /// The request's id, as the caller has it.
        request: String,
        /// Its route.
        route: String,
        /// Why.
        cause: String,
    },
}

/// Who is told.
pub trait Listener: Send + Sync {
    /// Takes a piece of news.
    fn tell(&self, news: News);
}

/// Who wants to hear nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Listener for Silent {
    fn tell(&self, _news: News) {}
}
