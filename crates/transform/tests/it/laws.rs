//! Laws that hold for any rows, in any order and any partitioning.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert_eq, proptest};
use tokio::runtime::Runtime;
use veriscope_card::Card;

use crate::cards::keep_features;
use crate::staged::{Layout, TextType, batch, lay_out};

/// What decides over the last attempt.
#[derive(Clone, Debug)]
struct Attempt {
    token: String,
    process: Option<String>,
    date: String,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_retries_is_what_a_plain_reading_of_the_rule_gives(
        rows in vec(attempt(), 0..40),
        partitions in 1_usize..5,
        views in any::<bool>(),
    ) {
        let attempts = with_one_of_each_token(rows);
        let text = if views { TextType::Utf8View } else { TextType::Utf8 };
        let layout = Layout { text, partitions };
        let mut expected = last_by_plain_reading(&attempts);
        expected.sort();
        for order in orders(&attempts) {
            let found = last_by_plan(&order, layout)?;
            prop_assert_eq!(&found, &expected);
        }
    }
}

/// Few tokens, processes and instants, so that processes are shared and dates tie.
fn attempt() -> impl Strategy<Value = Attempt> {
    let process = prop_oneof![
        Just(String::new()),
        Just("-a".to_owned()),
        Just("p".to_owned()),
        Just("P".to_owned()),
        Just("proceso_ñ".to_owned()),
    ];
    let seconds = prop_oneof![-3_i64..3, Just(-62_135_596_800), Just(10_413_792_000)];
    let offset = prop_oneof![Just(0_i32), Just(-18_000), Just(19_800)];
    ("[-_a-bA-B0é]{1,3}", option::of(process), seconds, offset).prop_map(
        |(token, process, seconds, offset)| Attempt {
            token,
            process,
            date: date(seconds, offset),
        },
    )
}

fn date(seconds: i64, offset_seconds: i32) -> String {
    let offset = chrono::FixedOffset::east_opt(offset_seconds).unwrap();
    // The first day of year 1 has no date of four digits west of UTC.
    let seconds = if seconds < -62_000_000_000 {
        seconds + 86_400
    } else {
        seconds
    };
    let instant = DateTime::from_timestamp(seconds, 0).unwrap();
    instant
        .with_timezone(&offset)
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn with_one_of_each_token(rows: Vec<Attempt>) -> Vec<Attempt> {
    let by_token: HashMap<String, Attempt> = rows
        .into_iter()
        .map(|row| (row.token.clone(), row))
        .collect();
    let mut attempts: Vec<Attempt> = by_token.into_values().collect();
    attempts.sort_by(|one, other| one.token.cmp(&other.token));
    attempts
}

/// As they are, backwards, and latest first.
fn orders(attempts: &[Attempt]) -> [Vec<Attempt>; 3] {
    let mut backwards = attempts.to_vec();
    backwards.reverse();
    let mut latest_first = attempts.to_vec();
    latest_first.sort_by_key(|attempt| Reverse(instant(attempt)));
    [attempts.to_vec(), backwards, latest_first]
}

fn instant(attempt: &Attempt) -> i64 {
    DateTime::parse_from_rfc3339(&attempt.date)
        .unwrap()
        .timestamp_micros()
}

fn last_by_plain_reading(attempts: &[Attempt]) -> Vec<String> {
    let is_last = |attempt: &Attempt| {
        let process = attempt.process.as_deref().unwrap_or_default();
        let order = |row: &Attempt| (instant(row), row.token.clone().into_bytes());
        process.is_empty()
            || attempts
                .iter()
                .filter(|other| other.process.as_deref() == Some(process))
                .all(|other| order(other) <= order(attempt))
    };
    attempts
        .iter()
        .filter(|row| is_last(row))
        .map(|row| row.token.clone())
        .collect()
}

fn last_by_plan(attempts: &[Attempt], layout: Layout) -> Result<Vec<String>, TestCaseError> {
    let mut card = Card::builtin().unwrap();
    let header = [
        &card.roles.transaction,
        card.roles.process.as_ref().unwrap(),
        &card.roles.date,
    ]
    .map(Clone::clone);
    // One column is enough to tell rows apart, and plans in a tenth of the time.
    card.transform
        .retain(|column| column.name == card.roles.transaction);
    keep_features(&mut card, &header);
    let rows: Vec<Vec<Option<String>>> = attempts
        .iter()
        .cloned()
        .map(|row| vec![Some(row.token), row.process, Some(row.date)])
        .collect();
    let table = lay_out(&batch(&card, &card.staged_schema(), &header, &rows), layout);
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    veriscope_transform::register(&ctx, &card, Arc::new(table)).unwrap();
    let runtime = Runtime::new().unwrap();
    let batches = runtime.block_on(async {
        let frame = ctx.table(&card.tables.no_retries).await.unwrap();
        frame.collect().await.unwrap()
    });
    let mut found: Vec<String> = batches
        .iter()
        .flat_map(|batch| tokens(batch, &card.roles.transaction))
        .collect();
    found.sort();
    Ok(found)
}

fn tokens(batch: &RecordBatch, name: &str) -> Vec<String> {
    let column = batch.column_by_name(name).unwrap().as_string::<i32>();
    column
        .iter()
        .map(|token| token.unwrap().to_owned())
        .collect()
}
