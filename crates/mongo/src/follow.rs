//! Following: the stream of changes, and the way back to it when its history is lost.

use std::time::Duration;

use bytes::Bytes;
use mongodb::bson::{Bson, Document as BsonDocument, RawDocument, RawDocumentBuf, doc};
use mongodb::change_stream::ChangeStream;
use mongodb::change_stream::event::ResumeToken;
use mongodb::error::Error;
use mongodb::options::{FullDocumentType, ReadPreference, SelectionCriteria};

use crate::client::Trouble;
use crate::fetch::{Fetch, Stop, is_odd, value_at, within};
use crate::mark::Mark;
use crate::notice::Notice;
use crate::packet::{Packet, Place, Stage};

/// How long the server waits for a change before it says that there is none.
const AWAIT: Duration = Duration::from_secs(1);

type Changes = ChangeStream<RawDocumentBuf>;

impl Fetch {
    /// Follows the collection until no one listens any more.
    pub(crate) async fn follow(&mut self) -> Result<(), Stop> {
        // A reading that is bounded, or was cut short, comes before the changes in any case.
        let mut is_to_read =
            self.options.bounds.since_ms.is_some() || self.tracker.mark().at.is_some();
        loop {
            let token = match self.tracker.mark().token.clone() {
                Some(token) if !is_to_read => token,
                kept => {
                    // What changes while all is read comes again in the stream.
                    let token = match kept {
                        Some(token) => token,
                        None => self.present().await?,
                    };
                    self.read_all().await?;
                    is_to_read = false;
                    self.tracker.follow(token.clone());
                    self.send(Packet::Following(token.clone())).await?;
                    token
                }
            };
            match self.changes(token).await {
                Ok(()) => {}
                Err(Stop::Driver(error)) if self.is_history_lost(&error) => {
                    self.tracker.lose_history();
                    self.send(Packet::Notice(Notice::HistoryLost)).await?;
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    fn is_history_lost(&self, error: &Error) -> bool {
        matches!(self.connection.trouble(error, false), Trouble::HistoryLost)
    }

    /// Returns the present place in the stream of changes.
    async fn present(&mut self) -> Result<BsonDocument, Stop> {
        loop {
            match self.open(None).await {
                Ok(stream) => {
                    self.patience.answered();
                    return token_of(&stream).ok_or_else(|| {
                        Stop::Failed(self.malformed("a change stream without a resume token"))
                    });
                }
                Err(stop) => self.recover(stop).await?,
            }
        }
    }

    async fn open(&mut self, after: Option<&BsonDocument>) -> Result<Changes, Stop> {
        self.patience.attempt();
        let mut watch = self
            .connection
            .collection
            .watch()
            .full_document(FullDocumentType::UpdateLookup)
            .max_await_time(AWAIT)
            .pipeline([self.projection.of_changes()]);
        if let Some(after) = after {
            let token: ResumeToken =
                mongodb::bson::deserialize_from_bson(Bson::Document(after.clone()))
                    .map_err(|_| self.malformed("a resume token"))?;
            // Unlike `resume_after`, this goes on after the collection was dropped, too.
            watch = watch.start_after(token);
        }
        let stream = within(watch.into_future()).await?;
        Ok(stream.with_type())
    }

    /// Hands changes over from a place on; ends when the stream does, as it does when the
    /// collection is dropped.
    async fn changes(&mut self, mut token: BsonDocument) -> Result<(), Stop> {
        loop {
            let failure = match self.open(Some(&token)).await {
                Ok(mut stream) => match self.pass_on(&mut stream, &mut token).await {
                    Ok(()) => return Ok(()),
                    Err(stop) => stop,
                },
                Err(stop) => stop,
            };
            self.recover(failure).await?;
            self.send(Packet::Notice(Notice::Resumed)).await?;
        }
    }

    async fn pass_on(
        &mut self,
        stream: &mut Changes,
        token: &mut BsonDocument,
    ) -> Result<(), Stop> {
        while stream.is_alive() {
            self.patience.attempt();
            let event = within(stream.next_if_any()).await?;
            self.patience.answered();
            let packet = match event {
                Some(event) => self.event(&event, token).await?,
                None => match token_of(stream).filter(|next| next != token) {
                    Some(next) => {
                        token.clone_from(&next);
                        Some(Packet::Idle(next))
                    }
                    None => None,
                },
            };
            self.tracker.follow(token.clone());
            match packet {
                Some(packet) => self.send(packet).await?,
                // The only way to learn that no one listens while nothing happens.
                None if self.packets.is_closed() => return Err(Stop::Unheard),
                None => {}
            }
        }
        Ok(())
    }

    /// Turns a change into a document, or into no more than its place.
    async fn event(
        &mut self,
        event: &RawDocument,
        token: &mut BsonDocument,
    ) -> Result<Option<Packet>, Stop> {
        let Some(Bson::Document(next)) = value_at(event, &["_id"]) else {
            return Err(self.malformed("a change without a resume token").into());
        };
        let kind = event
            .get_str("operationType")
            .map_err(|_| self.malformed("a change without a kind"))?;
        let notice = match kind {
            "insert" | "update" | "replace" => None,
            "delete" => Some(Notice::Deleted),
            "drop" | "rename" | "dropDatabase" | "invalidate" => Some(Notice::Invalidated),
            _ => None,
        };
        let document = match notice {
            None => self.document(event).await?,
            Some(notice) => {
                self.send(Packet::Notice(notice)).await?;
                None
            }
        };
        *token = next.clone();
        let Some((id, bytes)) = document else {
            return Ok(Some(Packet::Idle(next)));
        };
        let place = Place {
            stage: Stage::Changes,
            id: Some(id),
            updated: None,
            token: Some(next),
        };
        self.tracker.advance(&place);
        Ok(Some(Packet::Documents(vec![self.place(bytes, place)])))
    }

    /// Returns the document that a change left, where it is still there and fits the query.
    async fn document(&mut self, event: &RawDocument) -> Result<Option<(Bson, Bytes)>, Stop> {
        let (Some(id), Ok(document)) = (
            value_at(event, &["documentKey", "_id"]),
            event.get_document("fullDocument"),
        ) else {
            return Ok(None);
        };
        let bytes = if self.options.query.is_some() || is_odd(event) {
            self.look_up(&id, is_odd(event)).await?
        } else {
            Some(Bytes::copy_from_slice(document.as_bytes()))
        };
        Ok(bytes.map(|bytes| (id, bytes)))
    }

    /// Fetches a changed document, if it fits the query; whole where its shape is odd.
    async fn look_up(&mut self, id: &Bson, is_odd: bool) -> Result<Option<Bytes>, Error> {
        let mut all = vec![doc! { "_id": id.clone() }];
        all.extend(
            self.options
                .query
                .as_ref()
                .map(|query| query.document().clone()),
        );
        // A secondary may not have it yet, and it would be lost.
        let primary = SelectionCriteria::ReadPreference(ReadPreference::Primary);
        let mut find = self
            .connection
            .collection
            .find_one(doc! { "$and": all })
            .selection_criteria(primary);
        if let (Some(projection), false) = (self.projection.of_find(), is_odd) {
            find = find.projection(projection);
        }
        Ok(within(find.into_future())
            .await?
            .map(|document| Bytes::from(document.into_bytes())))
    }
}

/// Returns the place that a stream has come to.
fn token_of(stream: &Changes) -> Option<BsonDocument> {
    let token = stream.resume_token()?;
    match mongodb::bson::serialize_to_bson(&token) {
        Ok(Bson::Document(token)) => Some(token),
        Ok(_) | Err(_) => None,
    }
}

impl Mark {
    /// Returns whether following can go on where it was.
    #[must_use]
    pub fn has_place_in_changes(&self) -> bool {
        self.token.is_some()
    }
}
