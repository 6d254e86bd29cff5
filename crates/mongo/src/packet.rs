//! What the reading thread hands over.

use mongodb::bson::{Bson, Document as BsonDocument};
use veriscope_source::Document;

use crate::class::IdClass;
use crate::error::MongoError;
use crate::notice::Notice;

/// In which part of the reading a document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// By `_id`, class after class.
    Ids(IdClass),
    /// By the time of the last change.
    Updates,
    /// As a change.
    Changes,
}

/// Where a document stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) stage: Stage,
    /// Its `_id`; none where it has none.
    pub(crate) id: Option<Bson>,
    /// Its time of change, in [`Stage::Updates`].
    pub(crate) updated: Option<Bson>,
    /// The place in the stream of changes, in [`Stage::Changes`].
    pub(crate) token: Option<BsonDocument>,
}

/// A document and where it stands.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) document: Document,
    pub(crate) place: Place,
}

/// One hand-over.
#[derive(Debug)]
pub(crate) enum Packet {
    /// Documents, in order.
    Documents(Vec<Placed>),
    /// The time of change of the newest document, when reading began.
    Floor(Bson),
    /// All that was there is read; changes follow after this place.
    Following(BsonDocument),
    /// Nothing happened up to this place in the stream of changes.
    Idle(BsonDocument),
    /// Something to say.
    Notice(Notice),
    /// Nothing more: all is read, or this failed.
    End(Result<(), MongoError>),
}
