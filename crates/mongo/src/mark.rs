//! The high-water mark: how far a collection has been read.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use mongodb::bson::{Bson, Document, doc};

use crate::class::{IdClass, time_of};
use crate::order::compare;
use crate::packet::{Place, Stage};

/// Version of a mark's text.
const VERSION: i32 = 1;

/// How far a collection has been read: the greatest `_id` of each class, the latest time of
/// change, the place in the stream of changes. It holds `_id`s, which may identify people:
/// whoever keeps its text outside the collection seals it. Shows nothing of itself.
#[derive(Clone, Default, PartialEq)]
pub struct Mark {
    pub(crate) ids: BTreeMap<IdClass, Bson>,
    pub(crate) updated: Option<Bson>,
    pub(crate) token: Option<Document>,
    /// Where a reading that is not over stands.
    pub(crate) at: Option<At>,
}

/// Where a reading stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct At {
    pub(crate) stage: Stage,
    pub(crate) id: Option<Bson>,
    pub(crate) updated: Option<Bson>,
    /// The latest time of change when it began.
    pub(crate) floor: Option<Bson>,
    /// Whether nothing had been read before it began.
    pub(crate) is_first: bool,
    /// Which options it goes by; another reading can't go on with it.
    pub(crate) options: String,
}

/// Why a mark's text can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// It is no mark.
    #[error("the stored mark of a MongoDB collection is damaged")]
    Damaged,
    /// A later version of this program wrote it.
    #[error("the stored mark of a MongoDB collection was written by a later version")]
    LaterVersion,
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mark(not shown)")
    }
}

impl Mark {
    /// Returns the mark as one line of text.
    ///
    /// # Errors
    /// `Damaged` when a value can't be encoded, which does not happen to values that were read.
    pub fn to_text(&self) -> Result<String, MarkError> {
        let mut ids = Document::new();
        for (class, id) in &self.ids {
            ids.insert(class.name(), id.clone());
        }
        let mut document = doc! { "v": VERSION, "ids": ids };
        set(&mut document, "updated", &self.updated);
        if let Some(token) = &self.token {
            document.insert("token", token.clone());
        }
        if let Some(at) = &self.at {
            document.insert("at", at.to_document());
        }
        let bytes = document.to_vec().map_err(|_| MarkError::Damaged)?;
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// `Damaged`, `LaterVersion`.
    pub fn from_text(text: &str) -> Result<Self, MarkError> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| MarkError::Damaged)?;
        let document = Document::from_reader(&bytes[..]).map_err(|_| MarkError::Damaged)?;
        match document.get_i32("v") {
            Ok(VERSION) => {}
            Ok(later) if later > VERSION => return Err(MarkError::LaterVersion),
            Ok(_) | Err(_) => return Err(MarkError::Damaged),
        }
        let mut mark = Self {
            updated: document.get("updated").cloned(),
            token: document.get_document("token").ok().cloned(),
            ..Self::default()
        };
        let ids = document.get_document("ids");
        for (name, id) in ids.map_err(|_| MarkError::Damaged)? {
            let class = IdClass::from_name(name).ok_or(MarkError::Damaged)?;
            mark.ids.insert(class, id.clone());
        }
        if let Ok(at) = document.get_document("at") {
            mark.at = Some(At::from_document(at).ok_or(MarkError::Damaged)?);
        }
        Ok(mark)
    }

    /// Returns the mark of a reading that is over.
    #[must_use]
    pub fn settled(self) -> Self {
        Self { at: None, ..self }
    }
}

impl At {
    fn to_document(&self) -> Document {
        let stage = match self.stage {
            Stage::Ids(class) => class.name(),
            Stage::Updates => "updates",
            Stage::Changes => "changes",
        };
        let mut document = doc! {
            "stage": stage,
            "first": self.is_first,
            "options": &self.options,
        };
        set(&mut document, "id", &self.id);
        set(&mut document, "updated", &self.updated);
        set(&mut document, "floor", &self.floor);
        document
    }

    fn from_document(document: &Document) -> Option<Self> {
        let stage = match document.get_str("stage").ok()? {
            "updates" => Stage::Updates,
            "changes" => Stage::Changes,
            name => Stage::Ids(IdClass::from_name(name)?),
        };
        Some(Self {
            stage,
            id: document.get("id").cloned(),
            updated: document.get("updated").cloned(),
            floor: document.get("floor").cloned(),
            is_first: document.get_bool("first").ok()?,
            options: document.get_str("options").ok()?.to_owned(),
        })
    }
}

fn set(document: &mut Document, key: &str, value: &Option<Bson>) {
    if let Some(value) = value {
        document.insert(key, value.clone());
    }
}

/// Moves a mark on as documents are read.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    mark: Mark,
    /// Whether the reading moves the mark; one of a part of the collection may not.
    moves: bool,
    /// When the reading began. Times after it are those of clocks that go wrong: a mark
    /// there would hide whatever comes until then.
    now_ms: i64,
    is_first: bool,
    options: String,
}

impl Tracker {
    pub(crate) fn new(mark: Mark, moves: bool, now_ms: i64, options: String) -> Self {
        let is_first = match &mark.at {
            Some(at) => at.is_first,
            None => mark.ids.is_empty(),
        };
        Self {
            mark,
            moves,
            now_ms,
            is_first,
            options,
        }
    }

    pub(crate) fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Notes the latest time of change when reading began.
    pub(crate) fn begin(&mut self, floor: Bson) {
        self.at_mut(Stage::Ids(IdClass::MinKey)).floor = Some(floor);
    }

    /// Notes a document.
    pub(crate) fn advance(&mut self, place: &Place) {
        match place.stage {
            Stage::Ids(class) => {
                self.move_id(class, place.id.as_ref(), true);
                let at = self.at_mut(place.stage);
                at.id.clone_from(&place.id);
            }
            Stage::Updates => {
                self.move_updated(place.updated.as_ref());
                let at = self.at_mut(place.stage);
                at.updated.clone_from(&place.updated);
            }
            Stage::Changes => {
                if let Some(class) = place.id.as_ref().and_then(IdClass::of) {
                    self.move_id(class, place.id.as_ref(), false);
                }
                if place.token.is_some() {
                    self.mark.token.clone_from(&place.token);
                }
            }
        }
    }

    /// Notes how far the stream of changes has come.
    pub(crate) fn follow(&mut self, token: Document) {
        self.mark.token = Some(token);
    }

    /// Notes that all that was there is read.
    pub(crate) fn settle(&mut self) {
        let floor = self.mark.at.take().and_then(|at| at.floor);
        self.move_updated(floor.as_ref());
    }

    /// The place in the stream of changes is of no more use.
    pub(crate) fn lose_history(&mut self) {
        self.mark.token = None;
    }

    fn at_mut(&mut self, stage: Stage) -> &mut At {
        let (options, is_first) = (&self.options, self.is_first);
        let at = self.mark.at.get_or_insert_with(|| At {
            stage,
            id: None,
            updated: None,
            floor: None,
            is_first,
            options: options.clone(),
        });
        at.stage = stage;
        at
    }

    /// Moves the mark of a class. Where values come `in_order`, the server has said that this
    /// one is not before the others that were read.
    fn move_id(&mut self, class: IdClass, id: Option<&Bson>, in_order: bool) {
        let Some(id) = id.filter(|_| self.moves) else {
            return;
        };
        let id = self.not_after_now(class, id);
        match self.mark.ids.get_mut(&class) {
            None => {
                self.mark.ids.insert(class, id);
            }
            Some(mark) => {
                let is_later = match compare(&id, mark) {
                    Some(order) => order == Ordering::Greater,
                    None => in_order,
                };
                if is_later {
                    *mark = id;
                }
            }
        }
    }

    fn move_updated(&mut self, updated: Option<&Bson>) {
        let Some(updated) = updated.filter(|_| self.moves) else {
            return;
        };
        let Some(class) = IdClass::of(updated) else {
            return;
        };
        let updated = self.not_after_now(class, updated);
        let is_later = match &self.mark.updated {
            None => true,
            Some(mark) => compare(&updated, mark) != Some(Ordering::Less),
        };
        if is_later {
            self.mark.updated = Some(updated);
        }
    }

    fn not_after_now(&self, class: IdClass, value: &Bson) -> Bson {
        let is_after = time_of(value).is_some_and(|ms| ms > self.now_ms);
        let now = is_after.then(|| class.at_time(self.now_ms)).flatten();
        now.unwrap_or_else(|| value.clone())
    }
}

#[cfg(test)]
mod tests;
