//! The reading thread's work: queries, one after the other, through lost connections.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use mongodb::bson::{Bson, Document as BsonDocument, RawDocument, doc};
use mongodb::error::Error;
use mongodb::raw_batch_cursor::RawBatch;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::Sender;
use veriscope_source::{Broken, Content, Document, RejectReason};

use crate::client::{Connection, Patience, Trouble};
use crate::error::MongoError;
use crate::mark::Tracker;
use crate::notice::Notice;
use crate::options::ReadOptions;
use crate::packet::{Packet, Place, Placed, Stage};
use crate::plan::{self, Pass};
use crate::projection::{ODD_SHAPE, Projection};

/// Most documents of a reply; one ends at 16 MiB in any case.
const BATCH_DOCUMENTS: u32 = 1_000;

/// After how long a reply is given up; a query without an index takes its time.
const REPLY_TIMEOUT: Duration = Duration::from_secs(600);

/// Why the work ends early.
pub(crate) enum Stop {
    /// No one listens any more.
    Unheard,
    /// The driver failed.
    Driver(Error),
    /// It can't go on.
    Failed(MongoError),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<MongoError> for Stop {
    fn from(error: MongoError) -> Self {
        Self::Failed(error)
    }
}

/// The reading thread's state.
pub(crate) struct Fetch {
    pub(crate) connection: Connection,
    pub(crate) options: ReadOptions,
    pub(crate) projection: Projection,
    pub(crate) patience: Patience,
    pub(crate) packets: Sender<Packet>,
    /// How far it has come; what it handed over is on its way to the reader.
    pub(crate) tracker: Tracker,
    next_ordinal: u64,
    next_offset: u64,
}

/// Where a pass has come to, across lost cursors.
#[derive(Default)]
struct Course {
    last: Option<Place>,
    /// The documents that were read with the last time of change.
    ties: Vec<Bson>,
}

impl Fetch {
    pub(crate) fn new(
        connection: Connection,
        options: ReadOptions,
        projection: Projection,
        packets: Sender<Packet>,
        tracker: Tracker,
    ) -> Self {
        Self {
            patience: connection.patience(&options.clock),
            next_ordinal: options.first_ordinal,
            next_offset: 0,
            connection,
            options,
            projection,
            packets,
            tracker,
        }
    }

    /// Reads all that is new since the tracker's mark.
    pub(crate) async fn read_all(&mut self) -> Result<(), Stop> {
        let mark = self.tracker.mark().clone();
        let mut floor = mark.at.as_ref().and_then(|at| at.floor.clone());
        if floor.is_none() && plan::needs_floor(&self.options) {
            floor = self.latest_change().await?;
            match &floor {
                Some(floor) => {
                    self.tracker.begin(floor.clone());
                    self.send(Packet::Floor(floor.clone())).await?;
                    if !matches!(floor, Bson::DateTime(_)) {
                        self.send(Packet::Notice(Notice::NoDates)).await?;
                    }
                }
                None => self.send(Packet::Notice(Notice::NoUpdatedField)).await?,
            }
        }
        for pass in plan::passes(&mark, floor.as_ref(), &self.options) {
            self.read_pass(&pass).await?;
        }
        self.tracker.settle();
        Ok(())
    }

    pub(crate) async fn send(&mut self, packet: Packet) -> Result<(), Stop> {
        self.packets.send(packet).await.map_err(|_| Stop::Unheard)
    }

    /// After a failure, waits where another try is worth while.
    pub(crate) async fn recover(&mut self, stop: Stop) -> Result<(), Stop> {
        let Stop::Driver(error) = stop else {
            return Err(stop);
        };
        match self
            .connection
            .trouble(&error, self.options.query.is_some())
        {
            Trouble::Passing { hint } => Ok(self.patience.wait(hint).await?),
            Trouble::Final(error) => Err(error.into()),
            Trouble::HistoryLost => Err(Stop::Driver(error)),
        }
    }

    /// Returns the latest time of change of all documents; none where no document has one.
    async fn latest_change(&mut self) -> Result<Option<Bson>, Stop> {
        let Some(field) = self.options.updated_field.clone() else {
            return Ok(None);
        };
        let (field, has_field) = (field.as_str(), doc! { "$exists": true });
        let mut all = vec![doc! { field: has_field }];
        all.extend(
            self.options
                .query
                .as_ref()
                .map(|query| query.document().clone()),
        );
        loop {
            self.patience.attempt();
            let found = self
                .connection
                .collection
                .find_one(doc! { "$and": &all })
                .projection(doc! { field: 1 })
                .sort(doc! { field: -1 })
                .await;
            match found {
                Ok(found) => {
                    self.patience.answered();
                    let names: Vec<&str> = field.split('.').collect();
                    let value = found.and_then(|document| value_at(&document, &names));
                    return Ok(value.filter(|value| *value != Bson::Null));
                }
                Err(error) => self.recover(error.into()).await?,
            }
        }
    }

    async fn read_pass(&mut self, pass: &Pass) -> Result<(), Stop> {
        let mut course = Course::default();
        let mut is_again = false;
        while let Some(filter) = pass.filter(course.last.as_ref()) {
            match self.read_cursor(pass, filter, &mut course, is_again).await {
                Ok(()) => break,
                Err(stop) => self.recover(stop).await?,
            }
            is_again = true;
        }
        Ok(())
    }

    /// Reads one cursor to its end.
    async fn read_cursor(
        &mut self,
        pass: &Pass,
        filter: BsonDocument,
        course: &mut Course,
        is_again: bool,
    ) -> Result<(), Stop> {
        self.patience.attempt();
        let mut find = self
            .connection
            .collection
            .find(filter)
            .sort(pass.sort())
            .batch_size(BATCH_DOCUMENTS)
            .allow_disk_use(true);
        if let Some(projection) = self.projection.of_find() {
            find = find.projection(projection);
        }
        let mut cursor = within(find.batch()).await?;
        while let Some(batch) = within(async { cursor.next().await.transpose() }).await? {
            self.patience.answered();
            if is_again {
                self.send(Packet::Notice(Notice::Resumed)).await?;
            }
            let placed = self.take(batch, pass, course).await?;
            if !placed.is_empty() {
                self.send(Packet::Documents(placed)).await?;
            }
            // A slow reader must not look like a server that does not answer.
            self.patience.attempt();
        }
        Ok(())
    }

    /// Turns a reply into documents, without copying them.
    async fn take(
        &mut self,
        batch: RawBatch,
        pass: &Pass,
        course: &mut Course,
    ) -> Result<Vec<Placed>, Stop> {
        let reply = Bytes::from_owner(Reply(batch));
        let spans = self.spans(&reply)?;
        let mut placed = Vec::with_capacity(spans.len());
        for bytes in spans {
            let document = self.raw(&bytes)?;
            let id = value_at(document, &["_id"]);
            let place = Place {
                stage: pass.stage(id.as_ref()),
                id,
                updated: pass
                    .updated_path()
                    .and_then(|path| value_at(document, &path)),
                token: None,
            };
            if place.stage == Stage::Updates && !course.is_new(&place) {
                continue;
            }
            let whole = match (&place.id, is_odd(document)) {
                (Some(id), true) => self.whole(id).await?,
                _ => None,
            };
            placed.push(self.place(whole.unwrap_or(bytes), place.clone()));
            course.last = Some(place);
        }
        // Only now is it sure that the whole reply is handed over.
        for Placed { place, .. } in &placed {
            self.tracker.advance(place);
        }
        Ok(placed)
    }

    fn spans(&self, reply: &Bytes) -> Result<Vec<Bytes>, MongoError> {
        let malformed = |_| self.malformed("a batch of documents");
        let cursor = self.raw(reply)?.get_document("cursor").map_err(malformed)?;
        let batch = cursor
            .get_array("firstBatch")
            .or_else(|_| cursor.get_array("nextBatch"))
            .map_err(malformed)?;
        let mut spans = Vec::new();
        for element in batch {
            let element = element.map_err(|_| self.malformed("a document"))?;
            let document = element
                .as_document()
                .ok_or_else(|| self.malformed("a document"))?;
            spans.push(reply.slice_ref(document.as_bytes()));
        }
        Ok(spans)
    }

    fn raw<'b>(&self, bytes: &'b [u8]) -> Result<&'b RawDocument, MongoError> {
        RawDocument::from_bytes(bytes).map_err(|_| self.malformed("a document"))
    }

    pub(crate) fn malformed(&self, what: &'static str) -> MongoError {
        MongoError::Protocol {
            place: self.connection.place.to_string(),
            what,
        }
    }

    /// Fetches a document without the projection; none where it is gone by now.
    pub(crate) async fn whole(&mut self, id: &Bson) -> Result<Option<Bytes>, Error> {
        let find = self
            .connection
            .collection
            .find_one(doc! { "_id": id.clone() });
        Ok(find
            .await?
            .map(|document| Bytes::from(document.into_bytes())))
    }

    /// Numbers a document, and puts it aside where it is too large.
    pub(crate) fn place(&mut self, bytes: Bytes, place: Place) -> Placed {
        let (ordinal, offset) = (self.next_ordinal, self.next_offset);
        self.next_ordinal += 1;
        self.next_offset += bytes.len() as u64;
        let limits = self.options.limits;
        let content = if bytes.len() <= limits.max_document_bytes {
            Content::Bson(bytes)
        } else {
            Content::Broken(Broken {
                reason: RejectReason::TooLarge,
                detail: format!("over the limit of {} bytes", limits.max_document_bytes),
                size_bytes: bytes.len() as u64,
                sha256: Some(Sha256::digest(&bytes).into()),
                bytes: Bytes::copy_from_slice(bytes.get(..limits.kept_bytes).unwrap_or(&bytes)),
            })
        };
        Placed {
            document: Document {
                ordinal,
                offset,
                content,
            },
            place,
        }
    }
}

impl Course {
    /// Tells whether a document of a pass by time of change was not read before, and notes it.
    fn is_new(&mut self, place: &Place) -> bool {
        let Some(id) = &place.id else { return true };
        let is_tie = self
            .last
            .as_ref()
            .is_some_and(|last| last.updated == place.updated);
        if !is_tie {
            self.ties.clear();
        }
        if self.ties.contains(id) {
            return false;
        }
        self.ties.push(id.clone());
        true
    }
}

/// A reply, whose bytes the documents share.
struct Reply(RawBatch);

impl AsRef<[u8]> for Reply {
    fn as_ref(&self) -> &[u8] {
        self.0.as_raw_document().as_bytes()
    }
}

/// Gives an answer so much time.
pub(crate) async fn within<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match tokio::time::timeout(REPLY_TIMEOUT, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::from(std::io::Error::from(
            std::io::ErrorKind::TimedOut,
        ))),
    }
}

/// Returns the value at a path of names.
pub(crate) fn value_at(document: &RawDocument, names: &[&str]) -> Option<Bson> {
    let (name, rest) = names.split_first()?;
    let value = document.get(name).ok().flatten()?;
    if rest.is_empty() {
        return Bson::try_from(value).ok();
    }
    value_at(value.as_document()?, rest)
}

/// Tells whether the server found the document to be of another shape.
pub(crate) fn is_odd(document: &RawDocument) -> bool {
    document.get(ODD_SHAPE).ok().flatten().is_some()
}
