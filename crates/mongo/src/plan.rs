//! The plan: which queries read what is new since a mark.

use std::cmp::Ordering;

use mongodb::bson::{Bson, DateTime, Document, doc};

use crate::class::{IdClass, on, time_of};
use crate::mark::{At, Mark};
use crate::options::{Bounds, ReadOptions};
use crate::order::compare;
use crate::packet::{Place, Stage};

/// One query, whose documents come in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pass {
    pub(crate) stage: Stage,
    /// The field that it goes by.
    field: String,
    /// Condition on that field for all that is still to be read.
    condition: Bson,
    /// Conditions that hold for every document of the pass.
    always: Vec<Document>,
}

impl Pass {
    /// Returns the filter of the pass from its beginning, or after a place of it; none where
    /// nothing can come after that.
    ///
    /// Documents of one time of change come again after a place in [`Stage::Updates`]: only
    /// their `_id`s tell them apart.
    pub(crate) fn filter(&self, after: Option<&Place>) -> Option<Document> {
        let condition = match after {
            None => self.condition.clone(),
            Some(place) => match (self.stage, &place.id, &place.updated) {
                (Stage::Ids(IdClass::Null), Some(_), _) => return None,
                (Stage::Ids(class), Some(id), _) => class.above(id)?,
                (Stage::Updates, _, Some(updated)) => {
                    Bson::Document(doc! { "$gte": updated.clone() })
                }
                // A view's document without `_id` has no place of its own.
                _ => self.condition.clone(),
            },
        };
        let mut all = vec![on(&self.field, condition)];
        all.extend(self.always.iter().cloned());
        Some(doc! { "$and": all })
    }

    /// Returns the order of the pass.
    pub(crate) fn sort(&self) -> Document {
        on(&self.field, Bson::Int32(1))
    }

    /// Returns the names on the way to the time of change, for a pass that goes by it.
    pub(crate) fn updated_path(&self) -> Option<Vec<&str>> {
        (self.stage == Stage::Updates).then(|| self.field.split('.').collect())
    }
}

/// Returns whether a reading moves the mark: one from a time on may leave a gap behind an
/// earlier mark, and one up to a time of change may leave out documents in between.
pub(crate) fn moves_mark(options: &ReadOptions, has_mark: bool) -> bool {
    let leaves_gap = options.bounds.since_ms.is_some() && has_mark;
    let leaves_out = options.bounds.until_ms.is_some() && options.updated_field.is_some();
    !leaves_gap && !leaves_out
}

/// Returns words that say by which options a reading goes; the query belongs to the source's
/// identity and not here.
pub(crate) fn fingerprint(options: &ReadOptions) -> String {
    let Bounds { since_ms, until_ms } = options.bounds;
    let field = options
        .updated_field
        .as_ref()
        .map_or("", |field| field.as_str());
    format!("{since_ms:?} {until_ms:?} {} {field}", options.overlap_ms)
}

/// Returns whether the latest time of change has to be known before reading begins.
pub(crate) fn needs_floor(options: &ReadOptions) -> bool {
    options.updated_field.is_some() && options.bounds.since_ms.is_none()
}

/// Returns the queries, in order. `floor` is the latest time of change.
pub(crate) fn passes(mark: &Mark, floor: Option<&Bson>, options: &ReadOptions) -> Vec<Pass> {
    let at = mark.at.as_ref();
    let mut passes = Vec::new();
    for class in IdClass::ALL {
        let stage = Stage::Ids(class);
        if at.is_some_and(|at| at.stage > stage) {
            continue;
        }
        let here = at.filter(|at| at.stage == stage && at.id.is_some());
        passes.extend(ids_pass(class, mark, here, options));
    }
    if let (Some(floor), true) = (floor, needs_floor(options)) {
        passes.extend(updates_pass(mark, floor, options));
    }
    passes
}

fn ids_pass(class: IdClass, mark: &Mark, at: Option<&At>, options: &ReadOptions) -> Option<Pass> {
    let since = options.bounds.since_ms;
    let by_id_time = options.updated_field.is_none() && class.has_time();
    let condition = match (
        at.and_then(|at| at.id.as_ref()),
        since,
        mark.ids.get(&class),
    ) {
        (Some(_), _, _) if class == IdClass::Null => return None,
        (Some(id), _, _) => class.above(id)?,
        (None, Some(since), _) if by_id_time => {
            Bson::Document(doc! { "$gte": class.at_time(since)? })
        }
        (None, Some(_), _) | (None, None, None) => class.whole(),
        (None, None, Some(_)) if class == IdClass::Null => class.whole(),
        (None, None, Some(id)) => above_mark(class, id, options.overlap_ms)?,
    };
    let mut always = common(options);
    if let (Some(until), true) = (options.bounds.until_ms, by_id_time) {
        always.push(on(
            "_id",
            Bson::Document(doc! { "$lt": class.at_time(until)? }),
        ));
    }
    Some(Pass {
        stage: Stage::Ids(class),
        field: "_id".to_owned(),
        condition,
        always,
    })
}

/// Condition for what comes after a mark, or for the overlap before it where it has a time.
fn above_mark(class: IdClass, mark: &Bson, overlap_ms: i64) -> Option<Bson> {
    if overlap_ms <= 0 {
        return class.above(mark);
    }
    let from = time_of(mark)
        .map(|ms| ms.saturating_sub(overlap_ms))
        .and_then(|ms| class.at_time(ms));
    match from {
        Some(from) => Some(Bson::Document(doc! { "$gte": from })),
        None => class.above(mark),
    }
}

fn updates_pass(mark: &Mark, floor: &Bson, options: &ReadOptions) -> Option<Pass> {
    let field = options.updated_field.as_ref()?;
    let class = IdClass::of(floor).filter(|class| *class != IdClass::Null)?;
    let at = mark.at.as_ref().filter(|at| at.stage == Stage::Updates);
    let condition = match (at.and_then(|at| at.updated.as_ref()), &mark.updated) {
        (Some(updated), _) => Bson::Document(doc! { "$gte": updated.clone() }),
        (None, Some(updated)) => from_time(class, updated, options.overlap_ms),
        // What was read just now was read as it stood after that time.
        (None, None) if is_first(mark) => from_time(class, floor, options.overlap_ms),
        // Earlier readings did not look at changes: all of them are read once.
        (None, None) => class.whole(),
    };
    Some(Pass {
        stage: Stage::Updates,
        field: field.as_str().to_owned(),
        condition,
        always: common(options),
    })
}

/// Whether nothing was read before the reading that the mark is of.
fn is_first(mark: &Mark) -> bool {
    match &mark.at {
        Some(at) => at.is_first,
        None => mark.ids.is_empty(),
    }
}

fn from_time(class: IdClass, value: &Bson, overlap_ms: i64) -> Bson {
    let earlier = time_of(value)
        .map(|ms| ms.saturating_sub(overlap_ms.max(0)))
        .and_then(|ms| class.at_time(ms))
        .unwrap_or_else(|| value.clone());
    // A time of whole seconds may round up past the value itself.
    let from = match compare(&earlier, value) {
        Some(Ordering::Greater) | None => value.clone(),
        Some(Ordering::Less | Ordering::Equal) => earlier,
    };
    Bson::Document(doc! { "$gte": from })
}

/// Conditions of every query: the user's, and the bounds where they go by a field.
fn common(options: &ReadOptions) -> Vec<Document> {
    let mut all = Vec::new();
    if let Some(field) = &options.updated_field {
        let bounds = [
            ("$gte", options.bounds.since_ms),
            ("$lt", options.bounds.until_ms),
        ];
        for (operator, ms) in bounds {
            if let Some(ms) = ms {
                let mut bound = Document::new();
                bound.insert(operator, DateTime::from_millis(ms));
                all.push(on(field.as_str(), Bson::Document(bound)));
            }
        }
    }
    all.extend(options.query.as_ref().map(|query| query.document().clone()));
    all
}

#[cfg(test)]
mod tests;
