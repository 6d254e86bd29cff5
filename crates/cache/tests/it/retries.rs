//! Whole processes come out of the cache as the analysis's own reader makes them.

use datafusion::prelude::col;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use tokio::runtime::Runtime;
use veriscope_cache::{Filters, Selection};
use veriscope_metrics::retries::{Attempts, AttemptsBuilder, Options, Retries, retries};

use crate::month::{Month, row};

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_analysis_says_the_same_of_both(rows in vec(row(), 1..120)) {
        let month = Month::of(&rows);
        let runtime = Runtime::new().unwrap();
        let cache = runtime.block_on(month.cache(&[]));
        let found = Selection::of(&cache, Filters::default()).attempts(usize::MAX).attempts;
        found.check().unwrap();
        let wanted = runtime.block_on(read(&month));
        let options = Options::default();
        let (found, wanted) = (retries(&found, &options), retries(&wanted, &options));
        let said = |retries: &Retries| {
            let mut said = serde_json::to_value(retries).unwrap();
            let codes = said["to_fix"].as_array_mut().unwrap();
            codes.sort_by_key(|one| one["code"].as_str().unwrap().to_owned());
            // Pictures are not held in memory, and codes that are as frequent come in any order.
            let whole = ["pictures", "transitions", "after_first_failure", "abandonment", "gaps"];
            for part in whole {
                said.as_object_mut().unwrap().remove(part);
            }
            said
        };
        prop_assert!(same(&said(&found), &said(&wanted)), "{found:?}\n{wanted:?}");
    }
}

/// The same, but for the last bits of sums made in another order.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * one.abs().max(1.0)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        (one, other) => one == other,
    }
}

async fn read(month: &Month) -> Attempts {
    let mut builder = AttemptsBuilder::new(&month.card, &[]).unwrap();
    let columns: Vec<String> = builder.columns().into_iter().map(str::to_owned).collect();
    let columns = columns.iter().map(|name| col(format!("\"{name}\"")));
    let table = month.session.table("attempts").await.unwrap();
    let batches = table
        .select(columns.collect::<Vec<_>>())
        .unwrap()
        .collect()
        .await
        .unwrap();
    for batch in &batches {
        builder.update(batch).unwrap();
    }
    builder.finish()
}
