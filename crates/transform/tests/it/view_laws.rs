//! The views against a slow plain reading of their definitions, for any rows in any order and
//! any partitioning.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::{prop_assert_eq, proptest};
use tokio::runtime::Runtime;
use veriscope_card::{Card, Outcome};

use crate::cards::keep_features;
use crate::staged::{Layout, TextType, batch, lay_out};

/// What the views are made of.
#[derive(Clone, Debug)]
struct Row {
    token: String,
    process: Option<String>,
    at_us: i64,
    status: Option<String>,
    code: Option<i64>,
    total_ms: Option<i64>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attempts_and_processes_are_what_a_plain_reading_gives(
        rows in vec(row(), 0..40),
        partitions in 1_usize..5,
        views in any::<bool>(),
        is_backwards in any::<bool>(),
    ) {
        let rows = with_one_of_each_token(rows);
        let text = if views { TextType::Utf8View } else { TextType::Utf8 };
        let layout = Layout { text, partitions };
        let mut staged = rows.clone();
        if is_backwards {
            staged.reverse();
        }
        let (attempts, processes) = read(&staged, layout);
        prop_assert_eq!(attempts, plain_attempts(&rows));
        prop_assert_eq!(processes, plain_processes(&rows));
    }
}

fn row() -> impl Strategy<Value = Row> {
    let process = prop_oneof![
        Just(String::new()),
        Just("a".to_owned()),
        Just("p".to_owned()),
        Just("P".to_owned()),
    ];
    let status = prop_oneof![Just("ok".to_owned()), Just("error".to_owned())];
    let code = prop_oneof![Just(1400), Just(1402), Just(301), Just(9), Just(-1)];
    (
        "[-_a-bA-B0é]{1,3}",
        option::of(process),
        -3_i64..3,
        -1_999_i64..2_000,
        option::of(status),
        option::of(code),
        option::of(-1_i64..100),
    )
        .prop_map(
            |(token, process, seconds, us, status, code, total_ms)| Row {
                token,
                process,
                at_us: seconds * 1_000_000 + us / 1_000 * 1_000,
                status,
                code,
                total_ms,
            },
        )
}

fn with_one_of_each_token(rows: Vec<Row>) -> Vec<Row> {
    let by_token: HashMap<String, Row> = rows
        .into_iter()
        .map(|row| (row.token.clone(), row))
        .collect();
    let mut rows: Vec<Row> = by_token.into_values().collect();
    rows.sort_by(|one, other| one.token.cmp(&other.token));
    rows
}

const ATTEMPTS: &str = "SELECT file_token, attempt, is_first, is_last, outcome, kind, \
    previous_code, gap_ms FROM attempts ORDER BY file_token";

const PROCESSES: &str = "SELECT file_token, attempts, repeats, is_accepted, accepted_at, \
    first_outcome, last_outcome, first_code, last_code, span_ms, accepted_after_ms, api_time_ms \
    FROM processes ORDER BY file_token";

/// The attempts of a row's process, in order.
fn process_of<'a>(row: &'a Row, rows: &'a [Row]) -> Vec<&'a Row> {
    let id = row.process.as_deref().unwrap_or_default();
    let mut process: Vec<&Row> = if id.is_empty() {
        vec![row]
    } else {
        let same = |other: &&Row| other.process.as_deref() == Some(id);
        rows.iter().filter(same).collect()
    };
    process.sort_by_key(|row| (row.at_us, row.token.as_bytes().to_vec()));
    process
}

fn outcome(row: &Row) -> &'static str {
    let card = Card::builtin().unwrap();
    let class = row
        .code
        .and_then(|code| card.code(code))
        .map(|code| code.class);
    if row.status.as_deref() == Some("ok") {
        "accepted"
    } else if class == Some(Outcome::Technical) || (row.status.is_none() && row.code.is_none()) {
        "technical"
    } else {
        "rejected"
    }
}

/// The code as the view shows it: -1 is none.
fn code(row: &Row) -> Option<i64> {
    row.code.filter(|code| (0..=9_999).contains(code))
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "NULL".to_owned(), |value| value.to_string())
}

fn plain_attempts(rows: &[Row]) -> Vec<Vec<String>> {
    let line = |row: &Row| {
        let process = process_of(row, rows);
        let at = process
            .iter()
            .position(|one| one.token == row.token)
            .unwrap();
        let earlier = &process[..at];
        let kind = match at {
            0 => "first",
            _ if earlier.iter().any(|one| outcome(one) == "accepted") => "repeat",
            _ => "retry",
        };
        let previous = earlier.last();
        vec![
            row.token.clone(),
            (at + 1).to_string(),
            (at == 0).to_string(),
            (at + 1 == process.len()).to_string(),
            outcome(row).to_owned(),
            kind.to_owned(),
            shown(previous.and_then(|one| code(one))),
            shown(previous.map(|one| (row.at_us - one.at_us) / 1_000)),
        ]
    };
    rows.iter().map(line).collect()
}

fn plain_processes(rows: &[Row]) -> Vec<Vec<String>> {
    let is_last = |row: &&Row| process_of(row, rows).last().unwrap().token == row.token;
    let line = |row: &Row| {
        let process = process_of(row, rows);
        let first = process[0];
        let accepted = process.iter().position(|one| outcome(one) == "accepted");
        let times: Vec<i64> = process
            .iter()
            .filter_map(|one| one.total_ms)
            .filter(|time| *time >= 0)
            .collect();
        let after = accepted.map(|at| (process[at].at_us - first.at_us) / 1_000);
        vec![
            row.token.clone(),
            process.len().to_string(),
            accepted.map_or(0, |at| process.len() - at - 1).to_string(),
            accepted.is_some().to_string(),
            shown(accepted.map(|at| at + 1)),
            outcome(first).to_owned(),
            outcome(row).to_owned(),
            shown(code(first)),
            shown(code(row)),
            ((row.at_us - first.at_us) / 1_000).to_string(),
            shown(after),
            shown((!times.is_empty()).then(|| times.iter().sum::<i64>())),
        ]
    };
    rows.iter().filter(is_last).map(line).collect()
}

fn read(rows: &[Row], layout: Layout) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut card = Card::builtin().unwrap();
    let header = [
        "file_token",
        "procesoConvenioGuid",
        "date",
        "summary_status",
        "summary_code",
        "total_time_ms",
    ]
    .map(str::to_owned);
    card.transform.clear();
    keep_features(&mut card, &header);
    let cells: Vec<Vec<Option<String>>> = rows
        .iter()
        .map(|row| {
            vec![
                Some(row.token.clone()),
                row.process.clone(),
                Some(date(row.at_us)),
                row.status.clone(),
                row.code.map(|code| code.to_string()),
                row.total_ms.map(|time| time.to_string()),
            ]
        })
        .collect();
    let table = lay_out(
        &batch(&card, &card.staged_schema(), &header, &cells),
        layout,
    );
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    veriscope_transform::register(&ctx, &card, Arc::new(table)).unwrap();
    let runtime = Runtime::new().unwrap();
    let query = |sql: &str| {
        let batches = runtime.block_on(async { ctx.sql(sql).await.unwrap().collect().await });
        batches.unwrap().iter().flat_map(lines).collect()
    };
    (query(ATTEMPTS), query(PROCESSES))
}

fn date(at_us: i64) -> String {
    let instant = DateTime::from_timestamp_micros(at_us).unwrap();
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn lines(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::new().with_null("NULL");
    let columns: Vec<ArrayFormatter> = batch
        .columns()
        .iter()
        .map(|column: &Arc<dyn Array>| ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    let line = |row: usize| {
        let cells = columns.iter().map(|column| column.value(row).to_string());
        cells.collect()
    };
    (0..batch.num_rows()).map(line).collect()
}
