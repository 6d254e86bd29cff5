//! What an upsert of 1,000 transactions costs: into an empty lake, into 1 M and into 4 M rows;
//! new ones, the same again, and changed ones of an old month.
//!
//! `cargo build --release -p veriscope -p veriscope-bench`, then
//! `veriscope-bench [ROWS...]`; prints a Markdown table. `veriscope-bench tab LAKE` measures
//! the dashboard's counts (see `tab.rs`), `veriscope-bench path TRANSACTIONS` the kernel that
//! follows critical paths.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark, run by hand"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the machine's clock"
)]

mod path;
mod tab;

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::builder::{StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use veriscope_base::SystemClock;
use veriscope_card::{Card, Privacy};
use veriscope_lake::{
    Batch, Identity, Lake, Progress, RunContext, RunStart, RunWriter, SourceIdentity, UpsertReport,
    WriterLock,
};
use veriscope_privacy::{Key, LeakScan, RawValues};

/// 2024-01-01T00:00:00Z.
const FIRST_US: i64 = 1_704_067_200_000_000;
/// A day.
const DAY_US: i64 = 86_400_000_000;
/// The history spreads over so many days.
const DAYS: i64 = 720;
/// Rows that a run writes at once while the history is made.
const HISTORY_BATCH: i64 = 65_536;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [what, lake] = given.as_slice()
        && what == "tab"
    {
        tab::run(lake.as_ref());
        return;
    }
    if let [what, transactions] = given.as_slice()
        && what == "path"
    {
        path::run(transactions.parse().unwrap());
        return;
    }
    if let [step, folder, history] = given.as_slice()
        && let Some(step) = Step::ALL.iter().find(|known| known.name() == step)
    {
        measure(*step, folder.as_ref(), history.parse().unwrap());
        return;
    }
    let sizes: Vec<i64> = given.iter().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() {
        vec![0, 1_000_000, 4_000_000]
    } else {
        sizes
    };
    println!(
        "| rows before | 1,000 rows | time, ms | peak memory, MB | files read | files rewritten | MB written |"
    );
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for history in sizes {
        let folder = tempfile::tempdir().unwrap();
        for step in Step::ALL {
            in_own_process(step, folder.path(), history);
        }
    }
}

/// What is done to a lake, each in a process of its own so that memory is that step's alone.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Fill,
    New,
    Again,
    Changed,
}

impl Step {
    const ALL: [Self; 4] = [Self::Fill, Self::New, Self::Again, Self::Changed];

    fn name(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::New => "new",
            Self::Again => "the same again",
            Self::Changed => "changed, of the oldest month",
        }
    }
}

fn in_own_process(step: Step, folder: &std::path::Path, history: i64) {
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .arg(step.name())
        .arg(folder)
        .arg(history.to_string())
        .status()
        .unwrap();
    assert!(status.success(), "{} failed", step.name());
}

fn measure(step: Step, folder: &std::path::Path, history: i64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = Bench::new(folder);
    runtime.block_on(async {
        match step {
            Step::Fill => {
                bench.create().await;
                bench.fill(history).await;
            }
            Step::New | Step::Again => {
                let rows = bench.rows(history, 1_000, DAYS - 20, 0);
                bench.report(history, step.name(), &rows).await;
            }
            Step::Changed if history == 0 => {}
            Step::Changed => {
                let every = (history / 24 / 1_000).max(1);
                let ids: Vec<i64> = (0..1_000).map(|i| i * every).collect();
                let rows = bench.rows_of(&ids, history, 1);
                bench.report(history, step.name(), &rows).await;
            }
        }
    });
}

struct Bench {
    card: Card,
    key: Key,
    path: std::path::PathBuf,
    schema: Arc<Schema>,
}

impl Bench {
    fn new(folder: &std::path::Path) -> Self {
        let card = Card::builtin().unwrap();
        let raw = card.raw_schema();
        let kept = |field: &&Arc<Field>| {
            card.feature(field.name())
                .is_none_or(|feature| feature.privacy != Privacy::Drop)
        };
        let fields: Vec<Arc<Field>> = raw.fields().iter().filter(kept).cloned().collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            key: Key::from_bytes([1; 32]),
            path: folder.join("lake"),
            card,
        }
    }

    async fn create(&self) {
        let lock = WriterLock::acquire(&self.path, "bench", Duration::ZERO, |_| {}).unwrap();
        let identity = Identity::new("bench".into(), self.card.name.clone(), self.key.id(), 0);
        Lake::create(&lock, &self.card, identity, &SystemClock)
            .await
            .unwrap();
    }

    async fn fill(&self, history: i64) {
        let mut first = 0;
        while first < history {
            let count = HISTORY_BATCH.min(history - first);
            self.run(&self.rows_in_history(first, count, history)).await;
            first += count;
        }
    }

    fn rows_in_history(&self, first: i64, count: i64, history: i64) -> RecordBatch {
        self.rows_of(&(first..first + count).collect::<Vec<_>>(), history, 0)
    }

    fn rows(&self, first: i64, count: i64, day: i64, version: i64) -> RecordBatch {
        let ids: Vec<i64> = (first..first + count).collect();
        self.build(&ids, &|_| FIRST_US + day * DAY_US, version)
    }

    fn rows_of(&self, ids: &[i64], history: i64, version: i64) -> RecordBatch {
        self.build(
            ids,
            &|id| FIRST_US + id * (DAYS * DAY_US / history.max(1)),
            version,
        )
    }

    fn build(&self, ids: &[i64], date: &dyn Fn(i64) -> i64, version: i64) -> RecordBatch {
        let columns = self
            .schema
            .fields()
            .iter()
            .map(|field| column(field, ids, date, version));
        RecordBatch::try_new(Arc::clone(&self.schema), columns.collect()).unwrap()
    }

    async fn run(&self, rows: &RecordBatch) -> UpsertReport {
        let lock = WriterLock::acquire(&self.path, "bench", Duration::ZERO, |_| {}).unwrap();
        let lake = Lake::open(&self.path, &self.card).unwrap();
        let context = RunContext {
            card: &self.card,
            key: &self.key,
            clock: &SystemClock,
        };
        let source = SourceIdentity {
            label: "bench".into(),
            location: "bench".into(),
            size_bytes: None,
            modified_us: None,
            by_mark: false,
        };
        let start = RunStart {
            run_id: format!("run-{:?}", Instant::now()),
            command: "bench".into(),
            program: "bench".into(),
            card_hash: String::new(),
            key_id: self.key.id(),
            max_document_bytes: 0,
            sources: vec![source],
        };
        let mut writer = RunWriter::begin(&lake, lock, context, start).await.unwrap();
        let mut through = Progress::default();
        through.counts.read = rows.num_rows() as u64;
        let scan = LeakScan::new(&RawValues::default(), &self.card);
        let batch = Batch {
            rows,
            scan: &scan,
            put_aside: &[],
            through,
        };
        let report = writer.write(batch).await.unwrap();
        writer.publish(&[]).await.unwrap();
        report
    }

    async fn report(&self, history: i64, what: &str, rows: &RecordBatch) {
        let begun = Instant::now();
        let report = self.run(rows).await;
        println!(
            "| {history} | {what} | {} | {} | {} | {} | {:.1} |",
            begun.elapsed().as_millis(),
            peak_mb(),
            report.files_read,
            report.files_rewritten,
            report.bytes_written as f64 / 1e6
        );
    }
}

fn column(field: &Field, ids: &[i64], date: &dyn Fn(i64) -> i64, version: i64) -> ArrayRef {
    let spread = |id: i64| id.wrapping_mul(6_364_136_223_846_793_005).rotate_left(17);
    match field.data_type() {
        DataType::Utf8 if field.name() == "file_token" => {
            let mut builder = StringBuilder::new();
            ids.iter()
                .for_each(|id| builder.append_value(format!("{:016x}", spread(*id))));
            Arc::new(builder.finish())
        }
        DataType::Utf8 if field.name() == "procesoConvenioGuid" => {
            let mut builder = StringBuilder::new();
            ids.iter()
                .for_each(|id| builder.append_value(format!("{:026x}", spread(id / 3))));
            Arc::new(builder.finish())
        }
        DataType::Utf8 => {
            let mut builder = StringBuilder::new();
            ids.iter()
                .for_each(|id| builder.append_value(["a", "b", "c"][(id % 3) as usize]));
            Arc::new(builder.finish())
        }
        DataType::Int64 => Arc::new(Int64Array::from_iter_values(
            ids.iter()
                .map(|id| spread(*id).unsigned_abs() as i64 % 900 + version),
        )),
        DataType::Int32 => Arc::new(Int32Array::from_iter_values(ids.iter().map(|_| -300))),
        DataType::Float64 => Arc::new(Float64Array::from_iter_values(ids.iter().map(|id| {
            if field.name().starts_with("policy") {
                0.5
            } else {
                spread(*id) as f64 / 1e19
            }
        }))),
        DataType::Boolean => Arc::new(BooleanArray::from(vec![true; ids.len()])),
        data_type => {
            let mut builder = TimestampMicrosecondBuilder::new().with_data_type(data_type.clone());
            ids.iter().for_each(|id| builder.append_value(date(*id)));
            Arc::new(builder.finish())
        }
    }
}

/// The greatest resident set of this process, MB (10^6 bytes).
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    let kb: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse().ok())
        .unwrap_or(0);
    kb * 1_024 / 1_000_000
}
