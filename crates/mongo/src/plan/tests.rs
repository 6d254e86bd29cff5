//! Tests of plans.

use super::*;
use crate::options::{FieldPath, Query};
use mongodb::bson::oid::ObjectId;

fn object_id(seconds: u32) -> Bson {
    Bson::ObjectId(ObjectId::from_parts(seconds, [0; 5], [0; 3]))
}

fn mark(ids: &[(IdClass, Bson)]) -> Mark {
    Mark {
        ids: ids.iter().cloned().collect(),
        ..Mark::default()
    }
}

/// The pass by `_id`, and its condition for a class; none where nothing is left of it.
fn branch_of(pass: &Pass, class: IdClass) -> Option<Document> {
    let By::Ids(branches) = &pass.by else {
        panic!("it goes by the time of change");
    };
    let branch = branches.iter().find(|branch| branch.class == class)?;
    branch.condition().get_document("_id").ok().cloned()
}

fn condition(passes: &[Pass], class: IdClass) -> Document {
    branch_of(&passes[0], class).unwrap()
}

/// The condition of the last pass, which goes by the time of change.
fn by_change(passes: &[Pass]) -> Document {
    let By::Updates(field, condition) = &passes.last().unwrap().by else {
        panic!("it goes by `_id`");
    };
    assert_eq!(field, "meta.changed");
    condition.as_document().unwrap().clone()
}

fn with_field() -> ReadOptions {
    ReadOptions {
        updated_field: Some(FieldPath::parse("meta.changed").unwrap()),
        ..ReadOptions::default()
    }
}

#[test]
fn a_first_reading_takes_all_in_one_query() {
    let passes = passes(&Mark::default(), None, &ReadOptions::default());
    assert_eq!(passes.len(), 1);
    assert_eq!(
        passes[0].filter(None),
        Some(doc! {}),
        "all of them, without a condition"
    );
    assert_eq!(passes[0].sort(), doc! { "_id": 1 });
    let since = ReadOptions {
        bounds: Bounds {
            since_ms: Some(0),
            until_ms: None,
        },
        ..ReadOptions::default()
    };
    let bounded = super::passes(&Mark::default(), None, &since);
    let filter = bounded[0].filter(None).unwrap();
    assert_eq!(filter.get_array("$or").unwrap().len(), IdClass::ALL.len());
}

#[test]
fn a_later_reading_begins_after_each_mark_and_before_it_where_there_is_a_time() {
    let mark = mark(&[
        (IdClass::Number, Bson::Int64(7)),
        (IdClass::ObjectId, object_id(1_000_000)),
        (
            IdClass::Date,
            Bson::DateTime(DateTime::from_millis(5_000_000)),
        ),
    ]);
    let passes = passes(&mark, None, &ReadOptions::default());
    assert_eq!(condition(&passes, IdClass::Number), doc! { "$gt": 7_i64 });
    // Ten minutes are 600 s.
    assert_eq!(
        condition(&passes, IdClass::ObjectId),
        doc! { "$gte": object_id(999_400) }
    );
    assert_eq!(
        condition(&passes, IdClass::Date),
        doc! { "$gte": DateTime::from_millis(4_400_000) }
    );
    assert_eq!(condition(&passes, IdClass::String), doc! { "$gte": "" });
}

#[test]
fn without_overlap_a_time_is_a_value_like_others() {
    let options = ReadOptions {
        overlap_ms: 0,
        ..ReadOptions::default()
    };
    let passes = passes(&mark(&[(IdClass::ObjectId, object_id(9))]), None, &options);
    assert_eq!(
        condition(&passes, IdClass::ObjectId),
        doc! { "$gt": object_id(9) }
    );
}

#[test]
fn since_and_until_bound_ids_that_have_a_time_whatever_the_mark() {
    let options = ReadOptions {
        bounds: Bounds {
            since_ms: Some(10_000),
            until_ms: Some(20_000),
        },
        ..ReadOptions::default()
    };
    let passes = passes(
        &mark(&[(IdClass::ObjectId, object_id(500))]),
        None,
        &options,
    );
    assert_eq!(
        condition(&passes, IdClass::ObjectId),
        doc! { "$gte": object_id(10), "$lt": object_id(20) }
    );
    assert_eq!(
        condition(&passes, IdClass::Number),
        doc! { "$type": "number" }
    );
}

#[test]
fn a_named_field_takes_over_the_bounds_of_all_classes() {
    let options = ReadOptions {
        bounds: Bounds {
            since_ms: Some(10_000),
            until_ms: None,
        },
        ..with_field()
    };
    let passes = passes(&Mark::default(), None, &options);
    assert_eq!(passes.len(), 1, "the changed ones are among them");
    assert_eq!(
        passes[0].filter(None),
        Some(doc! { "meta.changed": { "$gte": DateTime::from_millis(10_000) } })
    );
}

#[test]
fn changed_documents_are_read_after_the_new_ones_from_the_last_time_of_change_on() {
    let date = |ms| Bson::DateTime(DateTime::from_millis(ms));
    let known = Mark {
        updated: Some(date(2_000_000)),
        ..mark(&[(IdClass::Number, Bson::Int32(1))])
    };
    let later = passes(&known, Some(&date(9_000_000)), &with_field());
    assert_eq!(later.last().unwrap().sort(), doc! { "meta.changed": 1 });
    assert_eq!(
        by_change(&later),
        doc! { "$gte": DateTime::from_millis(1_400_000) }
    );

    let first = passes(&Mark::default(), Some(&date(9_000_000)), &with_field());
    assert_eq!(
        by_change(&first),
        doc! { "$gte": DateTime::from_millis(8_400_000) },
        "what was read before it is up to date"
    );

    let unlooked = mark(&[(IdClass::Number, Bson::Int32(1))]);
    let all = passes(&unlooked, Some(&date(9_000_000)), &with_field());
    assert_eq!(
        by_change(&all),
        doc! { "$type": "date" },
        "earlier readings did not look at changes"
    );
}

#[test]
fn a_reading_that_was_cut_short_goes_on_in_its_class() {
    let cut = Mark {
        at: Some(At {
            stage: Stage::Ids(IdClass::ObjectId),
            id: Some(object_id(50)),
            updated: None,
            floor: None,
            is_first: false,
            options: String::new(),
        }),
        ..mark(&[
            (IdClass::Number, Bson::Int32(1)),
            (IdClass::ObjectId, object_id(100)),
            (IdClass::Bool, Bson::Boolean(false)),
        ])
    };
    let passes = passes(&cut, None, &ReadOptions::default());
    assert_eq!(branch_of(&passes[0], IdClass::Number), None, "it is done");
    assert_eq!(
        condition(&passes, IdClass::ObjectId),
        doc! { "$gt": object_id(50) }
    );
    assert_eq!(condition(&passes, IdClass::Bool), doc! { "$gt": false });
}

#[test]
fn a_lost_cursor_goes_on_after_the_last_document() {
    let passes = passes(&Mark::default(), None, &ReadOptions::default());
    let after = |id: Bson| {
        let place = Place {
            stage: passes[0].stage(Some(&id)),
            id: Some(id),
            updated: None,
            token: None,
        };
        passes[0].filter(Some(&place))
    };
    let left = after(Bson::Double(2.5)).unwrap();
    let left = left.get_array("$or").unwrap();
    // Two classes come before numbers.
    assert_eq!(left.len(), IdClass::ALL.len() - 2);
    assert_eq!(left[0], Bson::Document(doc! { "_id": { "$gt": 2.5 } }));
    let left = after(Bson::Null).unwrap();
    let first = left.get_array("$or").unwrap()[0].clone();
    assert_eq!(
        first,
        Bson::Document(doc! { "_id": { "$type": "number" } }),
        "there is one null"
    );
    assert_eq!(after(Bson::MaxKey), None);
}

#[test]
fn the_query_of_the_user_holds_everywhere() {
    let options = ReadOptions {
        query: Some(Query::parse(r#"{"service": "x"}"#).unwrap()),
        ..with_field()
    };
    let floor = Bson::DateTime(DateTime::from_millis(0));
    for pass in passes(&Mark::default(), Some(&floor), &options) {
        assert_eq!(pass.always, [doc! { "service": "x" }]);
    }
}

#[test]
fn a_mark_moves_only_where_nothing_is_left_out_before_it() {
    let bounded = |since_ms, until_ms, field: bool| {
        let options = ReadOptions {
            bounds: Bounds { since_ms, until_ms },
            ..if field {
                with_field()
            } else {
                ReadOptions::default()
            }
        };
        (moves_mark(&options, false), moves_mark(&options, true))
    };
    assert_eq!(bounded(None, None, false), (true, true));
    assert_eq!(bounded(Some(1), None, false), (true, false));
    assert_eq!(bounded(None, Some(1), false), (true, true));
    assert_eq!(bounded(None, Some(1), true), (false, false));
}
