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
    by: By,
    /// Conditions that hold for every document of the pass.
    always: Vec<Document>,
}

/// What a pass goes by.
#[derive(Clone, Debug, PartialEq)]
enum By {
    /// By `_id`, class after class: one range each, so that the server merges ranges of the
    /// index that every collection has.
    Ids(Vec<Branch>),
    /// By the time of change: the field, and the condition on it.
    Updates(String, Bson),
}

/// What is still to be read of one class.
#[derive(Clone, Debug, PartialEq)]
struct Branch {
    class: IdClass,
    /// Condition on `_id`; of the whole class where nothing of it was read.
    condition: Bson,
    /// Values before which it ends.
    before: Option<Bson>,
}

impl Branch {
    fn condition(&self) -> Document {
        let mut condition = self.condition.clone();
        if let (Bson::Document(condition), Some(before)) = (&mut condition, &self.before) {
            condition.insert("$lt", before.clone());
        }
        on("_id", condition)
    }

    fn is_whole(&self) -> bool {
        self.before.is_none() && self.condition == self.class.whole()
    }

    /// What is left after a document of its class; none where nothing can come.
    fn after(&self, id: Option<&Bson>) -> Option<Self> {
        let condition = match id {
            // A view's document without `_id` has no place of its own.
            None => self.condition.clone(),
            Some(_) if self.class == IdClass::Null => return None,
            Some(id) => self.class.above(id)?,
        };
        Some(Self {
            condition,
            ..self.clone()
        })
    }
}

impl Pass {
    /// Returns the filter of the pass from its beginning, or after a place of it; none where
    /// nothing can come after that.
    ///
    /// Documents of one time of change come again after a place in [`Stage::Updates`]: only
    /// their `_id`s tell them apart.
    pub(crate) fn filter(&self, after: Option<&Place>) -> Option<Document> {
        let mut all = match &self.by {
            By::Ids(branches) => ids_condition(branches, after)?,
            By::Updates(field, condition) => {
                let updated = after.and_then(|place| place.updated.clone());
                let condition = match updated {
                    Some(updated) => Bson::Document(doc! { "$gte": updated }),
                    None => condition.clone(),
                };
                vec![on(field, condition)]
            }
        };
        all.extend(self.always.iter().cloned());
        Some(match (all.pop(), all.is_empty()) {
            (None, _) => Document::new(),
            (Some(only), true) => only,
            (Some(last), false) => {
                all.push(last);
                doc! { "$and": all }
            }
        })
    }

    /// Returns the order of the pass.
    pub(crate) fn sort(&self) -> Document {
        match &self.by {
            By::Ids(_) => doc! { "_id": 1 },
            By::Updates(field, _) => on(field, Bson::Int32(1)),
        }
    }

    /// Returns the stage that a document of the pass is of.
    pub(crate) fn stage(&self, id: Option<&Bson>) -> Stage {
        match self.by {
            By::Ids(_) => Stage::Ids(IdClass::of_id(id)),
            By::Updates(..) => Stage::Updates,
        }
    }

    /// Returns the names on the way to the time of change, for a pass that goes by it.
    pub(crate) fn updated_path(&self) -> Option<Vec<&str>> {
        match &self.by {
            By::Ids(_) => None,
            By::Updates(field, _) => Some(field.split('.').collect()),
        }
    }
}

/// Returns conditions for what is left of the classes; none where nothing is.
fn ids_condition(branches: &[Branch], after: Option<&Place>) -> Option<Vec<Document>> {
    let left: Vec<Branch> = match after {
        None => branches.to_vec(),
        Some(place) => {
            let class = IdClass::of_id(place.id.as_ref());
            let rest = branches.iter().filter(|branch| branch.class >= class);
            rest.filter_map(|branch| match branch.class == class {
                true => branch.after(place.id.as_ref()),
                false => Some(branch.clone()),
            })
            .collect()
        }
    };
    if left.is_empty() {
        return None;
    }
    let is_everything = left.len() == IdClass::ALL.len() && left.iter().all(Branch::is_whole);
    if is_everything {
        return Some(Vec::new());
    }
    let conditions: Vec<Document> = left.iter().map(Branch::condition).collect();
    Some(vec![doc! { "$or": conditions }])
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
    let classes = IdClass::ALL
        .into_iter()
        .filter(|class| at.is_none_or(|at| at.stage <= Stage::Ids(*class)));
    let branches: Vec<Branch> = classes
        .filter_map(|class| {
            let here = at.filter(|at| at.stage == Stage::Ids(class) && at.id.is_some());
            branch(class, mark, here, options)
        })
        .collect();
    let mut passes = Vec::new();
    if !branches.is_empty() {
        passes.push(Pass {
            by: By::Ids(branches),
            always: common(options),
        });
    }
    if let (Some(floor), true) = (floor, needs_floor(options)) {
        passes.extend(updates_pass(mark, floor, options));
    }
    passes
}

fn branch(class: IdClass, mark: &Mark, at: Option<&At>, options: &ReadOptions) -> Option<Branch> {
    let Bounds { since_ms, until_ms } = options.bounds;
    let by_id_time = options.updated_field.is_none() && class.has_time();
    let condition = match (since_ms, mark.ids.get(&class)) {
        (Some(since), _) if by_id_time => Bson::Document(doc! { "$gte": class.at_time(since)? }),
        (Some(_), _) | (None, None) => class.whole(),
        (None, Some(_)) if class == IdClass::Null => class.whole(),
        (None, Some(id)) => above_mark(class, id, options.overlap_ms)?,
    };
    let branch = Branch {
        class,
        condition,
        before: until_ms
            .filter(|_| by_id_time)
            .and_then(|until| class.at_time(until)),
    };
    match at {
        Some(at) => branch.after(at.id.as_ref()),
        None => Some(branch),
    }
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
        by: By::Updates(field.as_str().to_owned(), condition),
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
