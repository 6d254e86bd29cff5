//! Why one document is rejected, before its place among the others is known.

use jiter::JiterError;
use veriscope_source::RejectReason;

/// A document's fault. `detail` never holds a value of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: RejectReason,
    pub(crate) path: Option<String>,
    pub(crate) detail: String,
}

impl Fault {
    /// A fault of the document as a whole.
    pub(crate) fn whole(reason: RejectReason, detail: String) -> Self {
        Self {
            reason,
            path: None,
            detail,
        }
    }

    /// Bytes that are no JSON.
    pub(crate) fn broken(what: &str, at: usize) -> Self {
        Self::whole(
            RejectReason::BrokenJson,
            format!("{what} at byte {at} of the document"),
        )
    }

    /// Bytes that are no BSON.
    pub(crate) fn broken_bson(what: &str, at: usize) -> Self {
        Self::whole(
            RejectReason::BrokenBson,
            format!("{what} at byte {at} of the document"),
        )
    }

    /// Nested too deep.
    pub(crate) fn too_deep(limit: usize, at: usize) -> Self {
        Self::whole(
            RejectReason::TooDeep,
            format!(
                "more than {limit} arrays and objects inside one another at byte {at} of the document"
            ),
        )
    }

    /// What jiter found, `base` bytes into the document.
    pub(crate) fn from_jiter(error: &JiterError, base: usize) -> Self {
        Self::broken(
            &error.error_type.to_string().to_lowercase(),
            base + error.index,
        )
    }
}
