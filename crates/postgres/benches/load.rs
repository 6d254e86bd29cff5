//! What a load costs beside a bare binary COPY of the same rows.
//!
//! `cargo bench -p veriscope-postgres --bench load -- [--rows N] [--batch N] [--rounds N]`
//! starts a throwaway server with the settings that Debian's package has, and prints one line
//! for each measurement. Without `--bench` (as `cargo test` calls it) it does nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::missing_docs_in_private_items,
    reason = "a measurement talks to its terminal and ends where it fails"
)]

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Schema, SchemaRef};
use arrow_select::take::take;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{SinkExt, StreamExt};
use veriscope_base::{Clock, SystemClock};
use veriscope_card::Card;
use veriscope_postgres::{
    Adopt, BoxError, Database, Extent, LoadRequest, Patience, RowStream, Rows, Scope, Secret,
    SslMode, TableKind, Target, VerifyRequest, context_schema,
};
use veriscope_postgres_testing::{Server, ServerOptions};

const BATCH_ROWS: u64 = 8_192;
/// Attempts of a process.
const ATTEMPTS: u64 = 3;
const START_US: i64 = 1_735_689_600_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if !arguments.iter().any(|word| word == "--bench") {
        return;
    }
    let option = |name: &str, usual: u64| {
        let at = arguments.iter().position(|word| word == name);
        at.map_or(usual, |at| arguments[at + 1].parse().unwrap())
    };
    let (rows, batch) = (option("--rows", 1_000_000), option("--batch", 1_000));
    let rounds = option("--rounds", 3);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut ratios = Vec::new();
    for round in 1..=rounds {
        println!("round {round} of {rounds}: {rows} rows, then {batch}");
        ratios.push(runtime.block_on(measure(rows, batch)));
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "rate of a load beside a bare COPY, best: {:.0} %",
        ratios.last().unwrap() * 100.0
    );
}

async fn measure(rows: u64, batch: u64) -> f64 {
    let server = Server::start(&ServerOptions {
        settings: [
            "fsync=on",
            "full_page_writes=on",
            "synchronous_commit=on",
            "shared_buffers='128MB'",
            "max_wal_size='1GB'",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..ServerOptions::default()
    });
    let database = server.database();
    let target = Target {
        host: server.host().to_owned(),
        port: server.port(),
        user: server.superuser().to_owned(),
        password: Some(Secret::new(server.password().to_owned())),
        name: database.name().to_owned(),
        schema: "public".to_owned(),
        sslmode: SslMode::Disable,
        root_certificates: None,
        patience: Patience::default(),
    };
    let card = Card::builtin().unwrap();
    let db = Database::new(target);
    let mut lake = Made::new(&card, rows);
    let request = |lake: &Made| LoadRequest {
        card: &card,
        card_hash: "card".to_owned(),
        lake_id: "lake".to_owned(),
        key_id: "key".to_owned(),
        snapshot: lake.snapshot,
        program: "bench".to_owned(),
        extent: Extent::Changes,
        adopt: Adopt::Refuse,
        stop: None,
    };

    let loaded = timed("load of all rows", async {
        db.load(&request(&lake), &lake).await.unwrap();
    })
    .await;
    println!("  peak memory of this process: {} MB", peak_memory_mb());

    // The same rows as files, copied into tables with the same keys.
    let files = server.make_folder("files");
    let tables = [
        &card.tables.staging,
        &card.tables.transform,
        &card.tables.no_retries,
        &"veriscope_context".to_owned(),
    ];
    let key = &card.roles.transaction;
    let process = card.roles.process.as_ref().unwrap();
    database.sql("CREATE SCHEMA bare");
    for table in tables {
        let file = files.join(table);
        database.sql(&format!(
            "COPY {table} TO '{}' (FORMAT binary)",
            file.display()
        ));
        database.sql(&format!(
            "CREATE TABLE bare.{table} (LIKE {table}); \
             ALTER TABLE bare.{table} ADD PRIMARY KEY (\"{key}\")"
        ));
    }
    database.sql(&format!(
        "CREATE UNIQUE INDEX ON bare.{} (\"{process}\") WHERE \"{process}\" <> ''",
        card.tables.no_retries
    ));
    database.sql("CHECKPOINT");
    let client = Client::connect(&server, database.name()).await;
    let bare = timed("bare COPY of the same rows, all four tables", async {
        for table in tables {
            client
                .copy(&format!("bare.{table}"), &files.join(table))
                .await;
        }
    })
    .await;
    database.sql("DROP SCHEMA bare CASCADE");
    std::fs::remove_dir_all(&files).unwrap();
    database.sql("CHECKPOINT");

    lake.add(batch);
    timed("load of a batch", async {
        db.load(&request(&lake), &lake).await.unwrap();
    })
    .await;
    timed("load of nothing new", async {
        db.load(&request(&lake), &lake).await.unwrap();
    })
    .await;
    timed("verification of all rows", async {
        let request = VerifyRequest {
            card: &card,
            lake_id: "lake".to_owned(),
            key_id: "key".to_owned(),
            snapshot: lake.snapshot,
            stop: None,
        };
        assert!(db.verify(&request, &lake).await.unwrap().is_same());
    })
    .await;
    println!("  peak memory of this process: {} MB", peak_memory_mb());
    bare / loaded
}

async fn timed(what: &str, work: impl Future<Output = ()>) -> f64 {
    let began_us = SystemClock.now_us();
    work.await;
    let elapsed_us = SystemClock.now_us() - began_us;
    let seconds = f64::from(u32::try_from(elapsed_us / 1_000).unwrap()) / 1_000.0;
    println!("  {what}: {seconds:.2} s");
    seconds
}

fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<u64>().ok());
    kb.unwrap_or_default() / 1_024
}

/// The driver alone.
struct Client {
    client: tokio_postgres::Client,
    _connection: tokio::task::JoinSet<()>,
}

impl Client {
    async fn connect(server: &Server, database: &str) -> Self {
        let mut config = tokio_postgres::Config::new();
        config
            .host(server.host())
            .port(server.port())
            .user(server.superuser())
            .password(server.password())
            .dbname(database);
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(async move {
            let _ = connection.await;
        });
        Self {
            client,
            _connection: tasks,
        }
    }

    async fn copy(&self, table: &str, file: &Path) {
        let sql = format!("COPY {table} FROM STDIN (FORMAT binary)");
        let sink = self.client.copy_in::<_, Bytes>(&sql).await.unwrap();
        let mut sink = std::pin::pin!(sink);
        let mut file = std::fs::File::open(file).unwrap();
        loop {
            let mut chunk = vec![0; 256 * 1024];
            let read = file.read(&mut chunk).unwrap();
            if read == 0 {
                break;
            }
            chunk.truncate(read);
            sink.send(Bytes::from(chunk)).await.unwrap();
        }
        sink.finish().await.unwrap();
    }
}

/// A made-up lake: measurements repeat from batch to batch, ids do not.
struct Made {
    card: Card,
    rows: u64,
    /// Rows of the first snapshot; those after them came with the second.
    first: u64,
    snapshot: u64,
    /// Measurements of one batch, for each table.
    patterns: Vec<(TableKind, RecordBatch)>,
}

impl Made {
    fn new(card: &Card, rows: u64) -> Self {
        let schemas = [
            (TableKind::Staging, card.published_staging_schema()),
            (TableKind::Transform, card.published_transform_schema()),
            (TableKind::NoRetries, card.published_transform_schema()),
            (TableKind::Context, context_schema(card)),
        ];
        Self {
            patterns: schemas
                .map(|(kind, schema)| (kind, pattern(&schema)))
                .into(),
            card: card.clone(),
            rows,
            first: rows,
            snapshot: 1,
        }
    }

    fn add(&mut self, rows: u64) {
        self.rows += rows;
        self.snapshot += 1;
    }

    /// Rows of a batch; what was measured depends on a row's number alone.
    fn batch(&self, table: TableKind, numbers: &[u64]) -> RecordBatch {
        let (_, pattern) = self
            .patterns
            .iter()
            .find(|(kind, _)| *kind == table)
            .unwrap();
        let roles = &self.card.roles;
        let places: UInt64Array = numbers.iter().map(|n| Some(n % BATCH_ROWS)).collect();
        let columns = pattern.schema();
        let columns = columns.fields().iter().zip(pattern.columns());
        let columns: Vec<ArrayRef> = columns
            .map(|(field, measured)| {
                let name = field.name();
                if *name == roles.transaction {
                    Arc::new(
                        numbers
                            .iter()
                            .map(|n| Some(token(*n)))
                            .collect::<StringArray>(),
                    ) as _
                } else if Some(name) == roles.process.as_ref() {
                    let process =
                        |n: &u64| Some(format!("procesoConvenioGuid_{:026x}", mixed(n / ATTEMPTS)));
                    Arc::new(numbers.iter().map(process).collect::<StringArray>()) as _
                } else if *name == roles.date {
                    let date = |n: &u64| Some(START_US + i64::try_from(*n).unwrap() * 2_600_000);
                    let dates: TimestampMicrosecondArray = numbers.iter().map(date).collect();
                    Arc::new(dates.with_timezone("UTC")) as _
                } else {
                    take(measured, &places, None).unwrap()
                }
            })
            .collect();
        RecordBatch::try_new(pattern.schema(), columns).unwrap()
    }
}

fn mixed(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ number
}

/// As random as real tokens are, so that keys come in no order.
fn token(number: u64) -> String {
    format!("{:016x}{number:016x}", mixed(number))
}

fn pattern(schema: &SchemaRef) -> RecordBatch {
    let rows = usize::try_from(BATCH_ROWS).unwrap();
    let columns: Vec<ArrayRef> = (0_usize..)
        .zip(schema.fields())
        .map(|(at, field)| -> ArrayRef {
            let seed = |row: usize| mixed(u64::try_from(row * 131 + at * 7_919).unwrap());
            // A fifth of the transactions stopped early.
            let is_there = |row: usize| !seed(row).is_multiple_of(5);
            match field.data_type() {
                DataType::Int64 => {
                    let cell =
                        |row| is_there(row).then_some(i64::try_from(seed(row) % 2_000).unwrap());
                    Arc::new((0..rows).map(cell).collect::<Int64Array>())
                }
                DataType::Float64 => {
                    let cell = |row| {
                        let number = u32::try_from(seed(row) >> 32).unwrap();
                        is_there(row).then_some(f64::from(number) / f64::from(u32::MAX))
                    };
                    Arc::new((0..rows).map(cell).collect::<Float64Array>())
                }
                DataType::Boolean => {
                    let cell = |row| is_there(row).then_some(seed(row).is_multiple_of(2));
                    Arc::new((0..rows).map(cell).collect::<BooleanArray>())
                }
                DataType::Utf8 => {
                    let cell = |row| is_there(row).then_some(format!("value_{}", seed(row) % 10));
                    Arc::new((0..rows).map(cell).collect::<StringArray>())
                }
                other => arrow_array::new_null_array(other, rows),
            }
        })
        .collect();
    // The key, which is never null, is put in later.
    let fields = schema.fields().iter();
    let nullable = fields.map(|field| field.as_ref().clone().with_nullable(true));
    let schema = Schema::new(nullable.collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

impl Rows for Made {
    fn rows(&self, table: TableKind, scope: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>> {
        if table == TableKind::Policies {
            // A handful in a lake of any size: nothing to measure.
            let none: RowStream = futures::stream::empty().boxed();
            return Box::pin(async { Ok(none) });
        }
        let from = match scope {
            Scope::All => 0,
            Scope::Since(_) => self.first,
        };
        let is_last = |number: &u64| number % ATTEMPTS == ATTEMPTS - 1 || number + 1 == self.rows;
        let mut batches: Vec<Vec<u64>> = Vec::new();
        let mut number = from;
        while number < self.rows {
            let end = (number + BATCH_ROWS).min(self.rows);
            let wanted = |n: &u64| table != TableKind::NoRetries || is_last(n);
            batches.push((number..end).filter(wanted).collect());
            number = end;
        }
        let made = Self {
            card: self.card.clone(),
            patterns: self.patterns.clone(),
            ..*self
        };
        let stream = futures::stream::iter(batches);
        let stream: RowStream = stream
            .map(move |numbers| Ok(made.batch(table, &numbers)))
            .boxed();
        Box::pin(async { Ok(stream) })
    }
}
