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

fn pass_of(passes: &[Pass], stage: Stage) -> &Pass {
    passes.iter().find(|pass| pass.stage == stage).unwrap()
}

fn condition(passes: &[Pass], class: IdClass) -> Bson {
    pass_of(passes, Stage::Ids(class)).condition.clone()
}

fn with_field() -> ReadOptions {
    ReadOptions {
        updated_field: Some(FieldPath::parse("meta.changed").unwrap()),
        ..ReadOptions::default()
    }
}

#[test]
fn a_first_reading_takes_every_class_whole_in_the_order_of_the_server() {
    let passes = passes(&Mark::default(), None, &ReadOptions::default());
    let stages: Vec<Stage> = passes.iter().map(|pass| pass.stage).collect();
    assert_eq!(stages, IdClass::ALL.map(Stage::Ids));
    assert_eq!(
        condition(&passes, IdClass::Number),
        Bson::Document(doc! { "$type": "number" })
    );
    assert_eq!(condition(&passes, IdClass::Null), Bson::Null);
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
    assert_eq!(
        condition(&passes, IdClass::Number),
        Bson::Document(doc! { "$gt": 7_i64 })
    );
    // Ten minutes are 600 s.
    assert_eq!(
        condition(&passes, IdClass::ObjectId),
        Bson::Document(doc! { "$gte": object_id(999_400) })
    );
    assert_eq!(
        condition(&passes, IdClass::Date),
        Bson::Document(doc! { "$gte": DateTime::from_millis(4_400_000) })
    );
    assert_eq!(
        condition(&passes, IdClass::String),
        Bson::Document(doc! { "$type": ["string", "symbol"] })
    );
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
        Bson::Document(doc! { "$gt": object_id(9) })
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
        pass_of(&passes, Stage::Ids(IdClass::ObjectId)).filter(None),
        Some(doc! { "$and": [
            { "_id": { "$gte": object_id(10) } },
            { "_id": { "$lt": object_id(20) } },
        ] })
    );
    assert_eq!(
        condition(&passes, IdClass::Number),
        Bson::Document(doc! { "$type": "number" })
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
    assert_eq!(
        pass_of(&passes, Stage::Ids(IdClass::String)).filter(None),
        Some(doc! { "$and": [
            { "_id": { "$type": ["string", "symbol"] } },
            { "meta.changed": { "$gte": DateTime::from_millis(10_000) } },
        ] })
    );
    assert!(passes.iter().all(|pass| pass.stage != Stage::Updates));
}

#[test]
fn changed_documents_are_read_after_the_new_ones_from_the_last_time_of_change_on() {
    let date = |ms| Bson::DateTime(DateTime::from_millis(ms));
    let known = Mark {
        updated: Some(date(2_000_000)),
        ..mark(&[(IdClass::Number, Bson::Int32(1))])
    };
    let later = passes(&known, Some(&date(9_000_000)), &with_field());
    let last = later.last().unwrap();
    assert_eq!(last.stage, Stage::Updates);
    assert_eq!(last.sort(), doc! { "meta.changed": 1 });
    assert_eq!(
        last.condition,
        Bson::Document(doc! { "$gte": DateTime::from_millis(1_400_000) })
    );

    let first = passes(&Mark::default(), Some(&date(9_000_000)), &with_field());
    assert_eq!(
        pass_of(&first, Stage::Updates).condition,
        Bson::Document(doc! { "$gte": DateTime::from_millis(8_400_000) }),
        "what was read before it is up to date"
    );

    let unlooked = mark(&[(IdClass::Number, Bson::Int32(1))]);
    let all = passes(&unlooked, Some(&date(9_000_000)), &with_field());
    assert_eq!(
        pass_of(&all, Stage::Updates).condition,
        Bson::Document(doc! { "$type": "date" }),
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
    let first = passes.first().unwrap();
    assert_eq!(first.stage, Stage::Ids(IdClass::ObjectId));
    assert_eq!(
        first.condition,
        Bson::Document(doc! { "$gt": object_id(50) })
    );
    assert_eq!(
        condition(&passes, IdClass::Bool),
        Bson::Document(doc! { "$gt": false })
    );
}

#[test]
fn a_lost_cursor_goes_on_after_the_last_document() {
    let passes = passes(&Mark::default(), None, &ReadOptions::default());
    let place = |id| Place {
        stage: Stage::Ids(IdClass::Number),
        id: Some(id),
        updated: None,
        token: None,
    };
    let numbers = pass_of(&passes, Stage::Ids(IdClass::Number));
    assert_eq!(
        numbers.filter(Some(&place(Bson::Double(2.5)))),
        Some(doc! { "$and": [{ "_id": { "$gt": 2.5 } }] })
    );
    let null = pass_of(&passes, Stage::Ids(IdClass::Null));
    assert_eq!(
        null.filter(Some(&place(Bson::Null))),
        None,
        "there is one null"
    );
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
