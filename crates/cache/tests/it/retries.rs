//! Whole processes come out of the cache as the analysis's own reader makes them.

use datafusion::prelude::col;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Runtime;
use veriscope_cache::{Filters, Selection};
use veriscope_metrics::retries::{Attempts, AttemptsBuilder, Options, retries};

use crate::month::{Month, row};

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_analysis_says_the_same_of_both(rows in vec(row(), 1..120)) {
        let month = Month::of(&rows);
        let runtime = Runtime::new().unwrap();
        let cache = runtime.block_on(month.cache(&[]));
        let found = Selection::of(&cache, Filters::default()).attempts();
        found.check().unwrap();
        let wanted = runtime.block_on(read(&month));
        let options = Options::default();
        let (found, wanted) = (retries(&found, &options), retries(&wanted, &options));
        prop_assert_eq!(&found.processes, &wanted.processes);
        prop_assert_eq!(&found.by_attempt, &wanted.by_attempt);
        prop_assert_eq!(&found.repeats, &wanted.repeats);
        prop_assert_eq!(&found.accepted_by, &wanted.accepted_by);
        let mut both = [found.to_fix, wanted.to_fix];
        for codes in &mut both {
            codes.sort_by(|one, other| one.code.cmp(&other.code));
        }
        prop_assert_eq!(&both[0], &both[1]);
    }
}

async fn read(month: &Month) -> Attempts {
    let mut builder = AttemptsBuilder::new(&month.card, &[]).unwrap();
    let columns: Vec<String> = builder.columns().into_iter().map(str::to_owned).collect();
    let columns = columns.iter().map(|name| col(format!("\"{name}\"")));
    let table = month.session.table("attempts").await.unwrap();
    let batches = table.select(columns.collect::<Vec<_>>()).unwrap().collect().await.unwrap();
    for batch in &batches {
        builder.update(batch).unwrap();
    }
    builder.finish()
}
