//! A cache comes out of a file as it went in, or not at all.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use tokio::runtime::Runtime;
use veriscope_cache::{Axis, Cache, Filters, GroupTally, Measured, QUEUED, Selection, StoredError};

use crate::month::{Month, row};

/// Everything that is asked of a cache, as text.
fn told(month: &Month, cache: &Cache) -> String {
    let mut told = vec![format!(
        "{} {:?} {:?} {:?} {:?} {:?}",
        cache.len(),
        cache.persons(),
        cache.at_us(),
        cache.last_us(),
        cache.left_out(),
        cache.outsize(),
    )];
    for row in 0..u32::try_from(cache.len()).unwrap() {
        told.push(cache.key_start(row));
    }
    for column in cache.columns() {
        let rows = (0..cache.len()).map(|row| column.value(row));
        told.push(format!("{} {:?}", column.name, rows.collect::<Vec<_>>()));
    }
    for name in month
        .model
        .columns()
        .into_iter()
        .chain(["total_time_ms", QUEUED])
    {
        let times = cache.duration(name).unwrap();
        let times = (0..cache.len()).map(|row| times.get(row));
        told.push(format!("{name} {:?}", times.collect::<Vec<_>>()));
    }
    let metrics = ["transactions", "processes", "persons", "acceptance_ever"];
    let metrics = metrics.map(|id| month.registry.metric(id).unwrap());
    let measured = Measured::of(cache, &metrics).unwrap();
    let axes = [Axis::all(cache.column("convenio").unwrap())];
    let selection = Selection::of(cache, Filters::default());
    let counted = GroupTally::new(cache, &measured, &axes).unwrap();
    told.push(format!("{:?}", counted.count(&selection, None)));
    told.push(format!("{:?}", selection.attempts(usize::MAX)));
    told.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_was_written(rows in vec(row(), 0..80)) {
        let month = Month::of(&rows);
        let cache = Runtime::new().unwrap().block_on(month.cache(&[]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("month.arrow");
        cache.write(&path, "this month").unwrap();
        let read = Cache::read(&path, "this month").unwrap().unwrap();
        prop_assert_eq!(told(&month, &read), told(&month, &cache));
        prop_assert!(Cache::read(&path, "another month").unwrap().is_none());
    }
}

#[test]
fn a_column_of_more_values_than_a_byte_tells_apart_comes_back_too() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let mut rows = vec(row(), 300).new_tree(runner).unwrap().current();
    for (row, client) in rows.iter_mut().zip(0..) {
        row.client = u8::try_from(client).ok();
    }
    let month = Month::of(&rows);
    let cache = Runtime::new().unwrap().block_on(month.cache(&[]));
    assert_eq!(cache.column("convenio").unwrap().values.len(), 257);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("month.arrow");
    cache.write(&path, "month").unwrap();
    let read = Cache::read(&path, "month").unwrap().unwrap();
    assert_eq!(told(&month, &read), told(&month, &cache));
}

#[test]
fn a_file_that_is_cut_short_or_something_else_is_no_cache() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("month.arrow");
    assert!(Cache::read(&path, "month").unwrap().is_none());
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let rows = vec(row(), 70).new_tree(runner).unwrap().current();
    let month = Month::of(&rows);
    let cache = Runtime::new().unwrap().block_on(month.cache(&[]));
    cache.write(&path, "month").unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in [0, 10, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = Cache::read(&path, "month").unwrap_err();
        assert!(matches!(error, StoredError::Damaged { .. }), "{error}");
    }
    for place in [9, whole.len() / 2, whole.len() - 100] {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        std::fs::write(&path, damaged).unwrap();
        let error = Cache::read(&path, "month").unwrap_err();
        assert!(matches!(error, StoredError::Damaged { .. }), "{error}");
    }
    std::fs::write(&path, &whole).unwrap();
    assert!(Cache::read(&path, "month").unwrap().is_some());
    std::fs::write(&path, "{\"not\": \"arrow\"}").unwrap();
    assert!(Cache::read(&path, "month").is_err());
    let nowhere = folder.path().join("nothing/month.arrow");
    let error = cache.write(&nowhere, "month").unwrap_err();
    assert!(matches!(error, StoredError::File { .. }), "{error}");
}
