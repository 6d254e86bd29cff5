//! The table of last attempts, derived in the database, against the rule itself.

use crate::support::{Attempt, FakeLake, Place, attempt, counts};

fn without_parcel(minute: i64, parcel: Option<&str>) -> Attempt {
    Attempt {
        parcel: parcel.map(str::to_owned),
        ..attempt("", minute)
    }
}

async fn assert_last(place: &Place, lake: &FakeLake) {
    let last = place.column("SELECT \"Scan\" FROM parcel_last ORDER BY \"Scan\" COLLATE \"C\"");
    assert_eq!(last, lake.last());
    place.assert_same(&place.try_verify(lake).await.unwrap());
}

#[tokio::test]
async fn attempts_without_a_process_are_processes_of_their_own() {
    let place = Place::new();
    let mut lake = FakeLake::of(&[
        ("n1", without_parcel(0, None)),
        ("n2", without_parcel(0, None)),
        ("e1", without_parcel(0, Some(""))),
        ("e2", without_parcel(1, Some(""))),
    ]);
    place.load(&lake).await;
    assert_last(&place, &lake).await;
    assert_eq!(lake.last().len(), 4);
    // Later ones, one of which finds its process.
    lake.snapshot = 2;
    lake.put("n3", without_parcel(3, None));
    lake.put("e2", attempt("found", 1));
    let report = place.load(&lake).await;
    assert_eq!(counts(&report)[2], "parcel_last 2/0/1");
    assert_last(&place, &lake).await;
    assert_eq!(lake.last().len(), 5);
}

#[tokio::test]
async fn ties_are_broken_by_bytes_and_not_by_a_language() {
    let place = Place::new();
    // In most languages `a` comes before `B`; by bytes it comes after.
    let lake = FakeLake::of(&[
        ("B", attempt("p", 0)),
        ("a", attempt("p", 0)),
        ("é", attempt("q", 0)),
        ("z", attempt("q", 0)),
        ("x-10", attempt("r", 0)),
        ("x-9", attempt("r", 0)),
    ]);
    place.load(&lake).await;
    assert_eq!(lake.last(), ["a", "x-9", "é"]);
    assert_last(&place, &lake).await;
}

#[tokio::test]
async fn a_transaction_that_moves_leaves_its_old_process_in_order() {
    let place = Place::new();
    let mut lake = FakeLake::of(&[
        ("a1", attempt("a", 0)),
        ("a2", attempt("a", 5)),
        ("b1", attempt("b", 1)),
    ]);
    place.load(&lake).await;
    lake.snapshot = 2;
    lake.put("a2", attempt("b", 5));
    place.load(&lake).await;
    assert_eq!(lake.last(), ["a1", "a2"]);
    assert_last(&place, &lake).await;
    // And both last attempts change places.
    lake.snapshot = 3;
    lake.put("a1", attempt("b", 9));
    lake.put("a2", attempt("a", 9));
    lake.put("b1", attempt("a", 1));
    place.load(&lake).await;
    assert_last(&place, &lake).await;
    // An update that makes the last attempt an earlier one.
    lake.snapshot = 4;
    lake.put("a2", attempt("a", 0));
    place.load(&lake).await;
    assert_eq!(lake.last(), ["a1", "b1"]);
    assert_last(&place, &lake).await;
}
