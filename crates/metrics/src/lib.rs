//! The one registry of metrics, and the analyses beside it.
