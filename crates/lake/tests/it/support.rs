//! A lake in a temporary folder, and rows to put into it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::builder::{BooleanBuilder, TimestampMicrosecondBuilder};
use arrow_array::builder::{Float64Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::DataType;
use datafusion::prelude::SessionContext;
use veriscope_base::FixedClock;
use veriscope_card::Card;
use veriscope_card::schema::column;
use veriscope_lake::{
    Batch, Identity, Lake, LakeError, Progress, PutAside, RunContext, RunStart, RunWriter,
    Snapshot, SourceIdentity, UpsertReport, WriterLock,
};
use veriscope_privacy::{Key, LeakScan, Origin, Pseudonymiser};

/// 2025-01-15T12:00:00Z.
pub(crate) const MID_JANUARY_US: i64 = 1_736_942_400_000_000;
/// A day.
pub(crate) const DAY_US: i64 = 86_400_000_000;

/// A raw transaction, as far as these tests care.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) token: String,
    pub(crate) process: String,
    pub(crate) person: String,
    pub(crate) client: String,
    pub(crate) description: String,
    pub(crate) date_us: i64,
    pub(crate) total_ms: i64,
    pub(crate) policy: Option<f64>,
}

impl Row {
    pub(crate) fn new(token: &str) -> Self {
        Self {
            token: token.to_owned(),
            process: format!("1000000001_{token}"),
            person: "1000000001".to_owned(),
            client: "client-a".to_owned(),
            description: "antispoofing OK".to_owned(),
            date_us: MID_JANUARY_US,
            total_ms: 1_000,
            policy: Some(0.5),
        }
    }

    pub(crate) fn total_ms(self, total_ms: i64) -> Self {
        Self { total_ms, ..self }
    }

    pub(crate) fn date_us(self, date_us: i64) -> Self {
        Self { date_us, ..self }
    }
}

/// A folder with a lake in it.
pub(crate) struct Fixture {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) card: Card,
    pub(crate) key: Key,
    pub(crate) clock: FixedClock,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().unwrap(),
            card: Card::builtin().unwrap(),
            key: Key::from_bytes([7; 32]),
            clock: FixedClock(MID_JANUARY_US),
        };
        let identity = Identity::new(
            "lake-1".into(),
            fixture.card.name.clone(),
            fixture.key.id(),
            0,
        );
        Lake::create(&fixture.lock(), &fixture.card, identity, &fixture.clock)
            .await
            .unwrap();
        fixture
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    pub(crate) fn lock(&self) -> WriterLock {
        WriterLock::acquire(&self.path(), "test", Duration::ZERO, |_| {}).unwrap()
    }

    pub(crate) fn lake(&self) -> Lake {
        Lake::open(&self.path(), &self.card).unwrap()
    }

    pub(crate) fn context(&self) -> RunContext<'_> {
        RunContext {
            card: &self.card,
            key: &self.key,
            clock: &self.clock,
        }
    }

    pub(crate) fn start(&self, run_id: &str, source: &str) -> RunStart {
        RunStart {
            run_id: run_id.to_owned(),
            command: "run".to_owned(),
            program: "1".to_owned(),
            card_hash: "c".to_owned(),
            key_id: self.key.id(),
            max_document_bytes: 1,
            sources: vec![SourceIdentity {
                label: source.to_owned(),
                location: format!("/{source}"),
                size_bytes: Some(1),
                modified_us: Some(1),
                by_mark: false,
            }],
        }
    }

    pub(crate) async fn begin<'a>(
        &'a self,
        lake: &'a Lake,
        run_id: &str,
        source: &str,
    ) -> RunWriter<'a> {
        let start = self.start(run_id, source);
        RunWriter::begin(lake, self.lock(), self.context(), start)
            .await
            .unwrap()
    }

    /// Runs one batch after the other and publishes.
    pub(crate) async fn run(&self, run_id: &str, batches: &[&[Row]]) -> Vec<UpsertReport> {
        let lake = self.lake();
        let mut writer = self.begin(&lake, run_id, "a.json").await;
        let mut reports = Vec::new();
        for rows in batches {
            reports.push(self.write(&mut writer, rows, &[]).await.unwrap());
        }
        writer.publish(&[]).await.unwrap();
        reports
    }

    /// Writes one batch of a run.
    pub(crate) async fn write(
        &self,
        writer: &mut RunWriter<'_>,
        rows: &[Row],
        put_aside: &[PutAside],
    ) -> Result<UpsertReport, LakeError> {
        let raw = raw_batch(&self.card, rows);
        let pseudonymiser = Pseudonymiser::new(&self.card, &self.key);
        let made = pseudonymiser
            .apply(&raw, Origin::Raw, writer.registry())
            .unwrap();
        let mut through: Progress = writer.progress().clone();
        let done = through.position().1 + (rows.len() + put_aside.len()) as u64;
        through.advance(0, done);
        through.counts.read += (rows.len() + put_aside.len()) as u64;
        for document in put_aside {
            *through
                .counts
                .quarantined
                .entry(document.reason.clone())
                .or_default() += 1;
        }
        let scan = LeakScan::new(&made.raw_values, &self.card);
        writer
            .write(Batch {
                rows: &made.batch,
                scan: &scan,
                put_aside,
                through,
            })
            .await
    }

    /// What readers see: token, total time and client, sorted.
    pub(crate) async fn published(&self) -> Vec<(String, i64, String)> {
        table(&self.lake().snapshot().await.unwrap()).await
    }
}

/// Token, total time and client of a snapshot, sorted by token.
pub(crate) async fn table(snapshot: &Snapshot) -> Vec<(String, i64, String)> {
    let sql = "SELECT file_token, total_time_ms, convenio FROM staging ORDER BY file_token";
    let mut rows = Vec::new();
    for batch in query(snapshot, sql).await {
        for row in 0..batch.num_rows() {
            let text = |index: usize| {
                arrow_array::cast::as_string_array(batch.column(index))
                    .value(row)
                    .to_owned()
            };
            let total = arrow_array::cast::as_primitive_array::<arrow_array::types::Int64Type>(
                batch.column(1),
            );
            rows.push((text(0), total.value(row), text(2)));
        }
    }
    rows
}

pub(crate) async fn query(snapshot: &Snapshot, sql: &str) -> Vec<RecordBatch> {
    let session: SessionContext = snapshot.session().unwrap();
    let staging = snapshot.staging(&session).await.unwrap();
    session.register_table("staging", staging).unwrap();
    session.sql(sql).await.unwrap().collect().await.unwrap()
}

/// Builds raw rows; everything that [`Row`] does not name is null.
pub(crate) fn raw_batch(card: &Card, rows: &[Row]) -> RecordBatch {
    let schema = card.raw_schema();
    let policy = card.policy_features().next().unwrap().name.clone();
    let columns = schema
        .fields()
        .iter()
        .map(|field| column_of(field.name(), field.data_type(), rows, &policy))
        .collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

fn column_of(name: &str, data_type: &DataType, rows: &[Row], policy: &str) -> ArrayRef {
    match data_type {
        DataType::Utf8 => {
            let mut builder = StringBuilder::new();
            for row in rows {
                builder.append_option(match name {
                    "file_token" => Some(row.token.as_str()),
                    "procesoConvenioGuid" => Some(row.process.as_str()),
                    "documento" => Some(row.person.as_str()),
                    "convenio" => Some(row.client.as_str()),
                    "summary_desc" => Some(row.description.as_str()),
                    column::SOURCE => Some("a.json"),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        DataType::Int64 => {
            let mut builder = Int64Builder::new();
            for (index, row) in (0_i64..).zip(rows) {
                builder.append_option(match name {
                    "total_time_ms" => Some(row.total_ms),
                    column::POSITION => Some(index),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        DataType::Int32 => {
            let mut builder = Int32Builder::new();
            rows.iter().for_each(|_| builder.append_value(-300));
            Arc::new(builder.finish())
        }
        DataType::Float64 => {
            let mut builder = Float64Builder::new();
            rows.iter().for_each(|row| {
                builder.append_option(row.policy.filter(|_| name == policy));
            });
            Arc::new(builder.finish())
        }
        DataType::Boolean => {
            let mut builder = BooleanBuilder::new();
            rows.iter().for_each(|_| builder.append_null());
            Arc::new(builder.finish())
        }
        DataType::Timestamp(..) => {
            let mut builder = TimestampMicrosecondBuilder::new().with_data_type(data_type.clone());
            rows.iter()
                .for_each(|row| builder.append_value(row.date_us));
            Arc::new(builder.finish())
        }
        other => panic!("no column of {other}"),
    }
}
