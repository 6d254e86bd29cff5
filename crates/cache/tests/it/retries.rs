//! Whole processes come out of the cache as the view has them.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::Value;
use tokio::runtime::Runtime;
use veriscope_cache::{Filters, Layout, Selection};
use veriscope_metrics::retries::{Attempts, NONE, Options, Outcome, Retries, retries};

use crate::month::{Month, Row, SCORE, row};

/// What the analysis reads.
fn layout(month: &Month) -> Layout {
    Layout::new(&month.card)
        .with_columns(&month.card, ["outcome", "convenio", "summary_code"])
        .with_total_time()
        .with_pictures(&month.card)
}

/// The result as JSON, lists in an order of their own: codes and equals come in any.
fn said(retries: &Retries) -> Value {
    let mut said = serde_json::to_value(retries).unwrap();
    for list in [
        "to_fix",
        "transitions",
        "after_first_failure",
        "abandonment",
        "gaps",
    ] {
        let Some(list) = said[list].as_array_mut() else {
            continue;
        };
        list.sort_by_key(|one| one["code"].to_string());
        for one in list {
            if let Some(next) = one.get_mut("next").and_then(Value::as_array_mut) {
                next.sort_by_key(|one| one["code"].to_string());
            }
        }
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_analysis_says_the_same_of_memory_and_of_the_view(rows in vec(row(), 1..120)) {
        let month = Month::of(&rows);
        let runtime = Runtime::new().unwrap();
        let cache = runtime.block_on(month.cache_of(layout(&month), &[]));
        let found = cache.into_attempts();
        found.check().unwrap();
        let wanted = runtime.block_on(read(&month));
        let options = Options::default();
        let (found, wanted) = (retries(&found, &options), retries(&wanted, &options));
        prop_assert!(same(&said(&found), &said(&wanted)), "{found:?}\n{wanted:?}");
    }

    #[test]
    fn selected_processes_are_those_of_all(rows in vec(row(), 1..120)) {
        let month = Month::of(&rows);
        let runtime = Runtime::new().unwrap();
        let cache = runtime.block_on(month.cache(&[]));
        let found = Selection::of(&cache, Filters::default()).attempts(usize::MAX).attempts;
        found.check().unwrap();
        let wanted = cache.into_attempts();
        let options = Options::default();
        let (found, wanted) = (retries(&found, &options), retries(&wanted, &options));
        prop_assert_eq!(said(&found), said(&wanted));
    }
}

#[test]
fn of_two_attempts_in_one_instant_the_transaction_tells_which_came_first() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let any = row().new_tree(&mut runner).unwrap().current();
    let rows = [
        (Some("ok"), 1400),
        (Some("error"), 302),
        (Some("error"), 1402),
    ];
    // They are read in another order: each row is a part of its own.
    let rows = rows.map(|(status, code)| Row {
        process: Some(1),
        person: Some(1),
        minute: 7,
        status,
        code: Some(code),
        ..any.clone()
    });
    let month = Month::of(&rows);
    let runtime = Runtime::new().unwrap();
    let cache = runtime.block_on(month.cache_of(layout(&month), &[]));
    let attempts = cache.into_attempts();
    let code = |code: &u32| attempts.codes[usize::try_from(*code).unwrap()].as_str();
    let codes: Vec<&str> = attempts.code.iter().map(code).collect();
    assert_eq!(codes, ["1400", "302", "1402"]);
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

/// The attempts of the view, in its own order, row by row.
async fn read(month: &Month) -> Attempts {
    let columns = format!(
        "\"procesoConvenioGuid\", \"documento\", \"convenio\", date, outcome, summary_code, \
         total_time_ms, attempt, {SCORE}"
    );
    // Those without a process are processes of their own, in any order.
    let query = format!(
        "SELECT {columns} FROM attempts \
         ORDER BY coalesce(\"procesoConvenioGuid\", file_token), attempt"
    );
    let batches = month.session.sql(&query).await.unwrap().collect().await;
    let mut read = Read::default();
    for batch in batches.unwrap() {
        (0..batch.num_rows()).for_each(|row| read.add(&batch, row));
    }
    read.finish()
}

/// Attempts while they are read, with the texts that their numbers stand for.
#[derive(Default)]
struct Read {
    all: Attempts,
    persons: Vec<String>,
    clients: Vec<String>,
    codes: Vec<String>,
    scores: Vec<f32>,
    processes: u32,
}

impl Read {
    fn add(&mut self, batch: &RecordBatch, row: usize) {
        let text = |column: usize| {
            let column = cast(batch.column(column), &DataType::Utf8).unwrap();
            let texts = column.as_string::<i32>();
            texts.is_valid(row).then(|| texts.value(row).to_owned())
        };
        let float = |column: usize| {
            let column = cast(batch.column(column), &DataType::Float32).unwrap();
            let floats = column.as_primitive::<Float32Type>();
            floats.is_valid(row).then(|| floats.value(row))
        };
        let dates = batch.column(3).as_primitive::<TimestampMicrosecondType>();
        let all = &mut self.all;
        self.processes += u32::from(text(7).as_deref() == Some("1"));
        all.process.push(self.processes);
        all.person.push(number(&mut self.persons, text(1)));
        all.client.push(number(&mut self.clients, text(2)));
        all.at_us.push(dates.value(row));
        all.outcome.push(match text(4).unwrap().as_str() {
            "accepted" => Outcome::Accepted,
            "rejected" => Outcome::Rejected,
            _ => Outcome::Technical,
        });
        all.code.push(number(&mut self.codes, text(5)));
        all.api_ms.push(float(6).unwrap_or(f32::NAN));
        let score = float(8);
        self.scores.push(score.unwrap_or(f32::NAN));
        // Two in which nothing was measured are not the same picture.
        let picture = score.map_or(0, |score| u64::from(score.to_bits()) | 1 << 63);
        all.pictures.push(picture);
    }

    fn finish(self) -> Attempts {
        Attempts {
            codes: self.codes,
            scores: vec![(SCORE.to_owned(), self.scores)],
            ..self.all
        }
    }
}

/// The number of a text among those known so far.
fn number(known: &mut Vec<String>, text: Option<String>) -> u32 {
    let Some(text) = text else { return NONE };
    let found = known.iter().position(|one| *one == text);
    let found = found.unwrap_or_else(|| {
        known.push(text);
        known.len() - 1
    });
    u32::try_from(found).unwrap()
}
