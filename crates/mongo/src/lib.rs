//! Documents of a live MongoDB collection, as raw BSON with a high-water mark.
//!
//! [`MongoSource`] says which collection; [`check`] tells whether it can be read; a [`Reader`]
//! yields what is new in it since a [`Mark`], and goes on with its changes when it follows.
//!
//! Invariants: only the card's paths cross the wire; the user needs `find` on the one
//! collection (and `changeStream` to follow it) and nothing more; no credential and no value
//! of a document stands in an error or a notice.

mod argument;
mod class;
mod client;
mod error;
mod fetch;
mod follow;
mod mark;
mod notice;
mod options;
mod order;
mod packet;
mod plan;
mod projection;
mod reader;
#[cfg(feature = "testing")]
pub mod testing;
mod uri;

pub use argument::{Credentials, MongoSource};
pub use client::check;
pub use error::{ArgumentProblem, MongoError};
pub use mark::{Mark, MarkError};
pub use notice::Notice;
pub use options::{Bounds, FieldPath, OptionProblem, Query, ReadOptions};
pub use projection::{ODD_SHAPE, Projection};
pub use reader::{Reader, Step};
