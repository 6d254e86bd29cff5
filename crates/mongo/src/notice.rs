//! What a reader has to say besides documents.

use std::fmt;

/// Something that a user should know of, though reading goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// The connection or the cursor was lost, and reading went on where it was.
    Resumed,
    /// The place in the stream of changes is no longer kept by the server.
    HistoryLost,
    /// The collection was dropped or renamed.
    Invalidated,
    /// Documents were deleted from the collection.
    Deleted,
    /// No document has the field that should tell when it was changed.
    NoUpdatedField,
    /// The field that should tell when a document was changed holds no dates.
    NoDates,
    /// Documents have `_id`s that tell no time, so that bounds and overlap don't hold for them.
    NoTime,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resumed => {
                "the connection was lost and found again; reading went on where it was"
            }
            Self::HistoryLost => {
                "the server no longer keeps the changes since the last run, so the collection was \
                 read from the mark on; older documents that changed since then were not seen: \
                 read them with --since, or name their --updated-field"
            }
            Self::Invalidated => {
                "the collection was dropped or renamed; a new one of its name is followed"
            }
            Self::Deleted => {
                "documents were deleted from the collection; their rows stay in the lake"
            }
            Self::NoUpdatedField => {
                "no document has the field named by --updated-field: check its path"
            }
            Self::NoDates => {
                "the field named by --updated-field holds no dates: --overlap does not go for it"
            }
            Self::NoTime => {
                "some documents have an `_id` that tells no time: --since, --until and --overlap \
                 do not go for them; name an --updated-field, or bound them with --query"
            }
        })
    }
}
