//! Tests of marks.

use super::*;
use mongodb::bson::{DateTime, oid::ObjectId};
use proptest::prelude::*;

fn id_at(seconds: u32, counter: u8) -> Bson {
    Bson::ObjectId(ObjectId::from_parts(seconds, [1; 5], [0, 0, counter]))
}

fn placed(stage: Stage, id: Bson) -> Place {
    Place {
        stage,
        id: Some(id),
        updated: None,
        token: None,
    }
}

fn tracker() -> Tracker {
    Tracker::new(Mark::default(), true, 2_000_000, "options".into())
}

#[test]
fn a_mark_keeps_the_greatest_id_of_each_class() {
    let mut tracker = tracker();
    let in_order = [
        Bson::Int32(1),
        Bson::Double(2.5),
        Bson::String("a".into()),
        Bson::String("b".into()),
        id_at(10, 1),
        id_at(10, 2),
    ];
    for id in in_order {
        let stage = Stage::Ids(IdClass::of(&id).unwrap());
        tracker.advance(&placed(stage, id));
    }
    tracker.settle();
    let mark = tracker.mark();
    assert_eq!(mark.ids[&IdClass::Number], Bson::Double(2.5));
    assert_eq!(mark.ids[&IdClass::String], Bson::String("b".into()));
    assert_eq!(mark.ids[&IdClass::ObjectId], id_at(10, 2));
    assert_eq!(mark.at, None);
}

#[test]
fn a_document_of_the_overlap_does_not_move_the_mark_back() {
    let mut tracker = tracker();
    let stage = Stage::Ids(IdClass::ObjectId);
    tracker.advance(&placed(stage, id_at(100, 0)));
    tracker.advance(&placed(stage, id_at(90, 0)));
    assert_eq!(tracker.mark().ids[&IdClass::ObjectId], id_at(100, 0));
    let at = tracker.mark().at.as_ref().unwrap();
    assert_eq!(
        at.id,
        Some(id_at(90, 0)),
        "a resumed reading goes on after the last document"
    );
}

#[test]
fn an_id_of_the_future_does_not_hide_what_comes_until_then() {
    let mut tracker = tracker();
    tracker.advance(&placed(Stage::Ids(IdClass::ObjectId), id_at(u32::MAX, 0)));
    let expected = IdClass::ObjectId.at_time(2_000_000).unwrap();
    assert_eq!(tracker.mark().ids[&IdClass::ObjectId], expected);
}

#[test]
fn changes_move_the_mark_only_forward_and_carry_their_place() {
    let mut tracker = tracker();
    for (id, token) in [(7, "a"), (5, "b")] {
        tracker.advance(&Place {
            stage: Stage::Changes,
            id: Some(Bson::Int32(id)),
            updated: None,
            token: Some(doc! { "_data": token }),
        });
    }
    assert_eq!(tracker.mark().ids[&IdClass::Number], Bson::Int32(7));
    assert_eq!(tracker.mark().token, Some(doc! { "_data": "b" }));
}

#[test]
fn a_reading_of_a_part_leaves_the_mark_where_it_was() {
    let mut tracker = Tracker::new(Mark::default(), false, 0, "since".into());
    tracker.advance(&placed(Stage::Ids(IdClass::Number), Bson::Int32(3)));
    tracker.settle();
    assert_eq!(*tracker.mark(), Mark::default());
}

#[test]
fn the_latest_change_at_the_beginning_counts_once_all_is_read() {
    let mut tracker = tracker();
    tracker.begin(Bson::DateTime(DateTime::from_millis(500)));
    tracker.advance(&placed(Stage::Ids(IdClass::Number), Bson::Int32(3)));
    assert_eq!(tracker.mark().updated, None, "not while some may be unread");
    tracker.settle();
    assert_eq!(
        tracker.mark().updated,
        Some(Bson::DateTime(DateTime::from_millis(500)))
    );
}

#[test]
fn damaged_and_later_marks_are_told_apart() {
    assert_eq!(Mark::from_text("no mark!"), Err(MarkError::Damaged));
    assert_eq!(Mark::from_text(""), Err(MarkError::Damaged));
    let later = BASE64URL_NOPAD.encode(&doc! { "v": 2 }.to_vec().unwrap());
    assert_eq!(Mark::from_text(&later), Err(MarkError::LaterVersion));
}

#[test]
fn a_mark_shows_nothing_of_itself() {
    let mut mark = Mark::default();
    mark.ids
        .insert(IdClass::String, Bson::String("79842613".into()));
    assert_eq!(format!("{mark:?}"), "Mark(not shown)");
}

fn any_id() -> impl Strategy<Value = Bson> {
    prop_oneof![
        any::<i64>().prop_map(Bson::Int64),
        any::<i32>().prop_map(Bson::Int32),
        ".{0,8}".prop_map(Bson::String),
        any::<[u8; 12]>().prop_map(|bytes| Bson::ObjectId(ObjectId::from_bytes(bytes))),
        any::<i64>().prop_map(|ms| Bson::DateTime(DateTime::from_millis(ms))),
        any::<bool>().prop_map(Bson::Boolean),
    ]
}

proptest! {
    #[test]
    fn a_mark_reads_back_from_its_text(
        ids in prop::collection::vec(any_id(), 0..6),
        updated in prop::option::of(any_id()),
        token in prop::option::of(".{0,20}"),
    ) {
        let mut tracker = tracker();
        for id in &ids {
            let stage = Stage::Ids(IdClass::of(id).unwrap());
            tracker.advance(&placed(stage, id.clone()));
        }
        let mut mark = tracker.mark().clone();
        mark.updated = updated;
        mark.token = token.map(|data| doc! { "_data": data });
        prop_assert_eq!(Mark::from_text(&mark.to_text().unwrap()).unwrap(), mark);
    }
}
