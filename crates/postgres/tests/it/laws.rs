//! However a lake's history is cut into loads, the database ends the same.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use veriscope_postgres::Sent;

use crate::support::{Attempt, FakeLake, Place, attempt};

/// One write: key, parcel, minute, and whether a load follows.
type Write = (u8, u8, i64, bool);

fn writes() -> impl Strategy<Value = Vec<Write>> {
    // Few keys, parcels and minutes, so that updates, moves and ties are frequent.
    proptest::collection::vec((0_u8..12, 0_u8..6, 0_i64..4, any::<bool>()), 1..25)
}

fn written((_, parcel, minute, _): Write) -> Attempt {
    let parcel = match parcel {
        0 => None,
        1 => Some(String::new()),
        other => Some(format!("p{other}")),
    };
    Attempt {
        parcel,
        ..attempt("", minute)
    }
}

#[test]
fn many_small_loads_are_one_large_load() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(Config {
        cases: 6,
        failure_persistence: None,
        ..Config::default()
    });
    let place = Place::new();
    let schema = std::cell::Cell::new(0);
    runner
        .run(&writes(), |writes| {
            schema.set(schema.get() + 1);
            let mut small = Place {
                database: place.database.clone(),
                target: place.target.clone(),
            };
            small.target.schema = format!("law_{}", schema.get());
            let mut lake = FakeLake::new();
            for write in writes {
                lake.put(&format!("k{}", write.0), written(write));
                if write.3 {
                    runtime.block_on(small.load(&lake));
                    lake.snapshot += 1;
                }
            }
            runtime.block_on(small.load(&lake));
            let report = runtime.block_on(small.try_verify(&lake)).unwrap();
            prop_assert!(report.is_same(), "{:?}", report.differences);
            prop_assert_eq!(runtime.block_on(small.load(&lake)).sent, Sent::Nothing);
            Ok(())
        })
        .unwrap();
}
