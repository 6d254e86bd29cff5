//! A small card, a made-up lake of its rows, and a database to load them into.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, SchemaRef};
use futures::StreamExt;
use futures::future::BoxFuture;
use veriscope_card::Card;
use veriscope_postgres::{
    Adopt, BoxError, Database, Extent, LoadError, LoadReport, LoadRequest, Patience, RowStream,
    Rows, Scope, Secret, SslMode, TableKind, TableReport, Target, VerifyError, VerifyReport,
    VerifyRequest, context_schema,
};
use veriscope_postgres_testing as testing;

/// Rows of a batch: small, so that tables take several.
const BATCH_ROWS: usize = 7;

pub(crate) const CARD: &str = r#"card: parcel
title: Checks of parcels
images: [top]
tables: { staging: parcel_staging, transform: parcel_transform, no_retries: parcel_last }
roles:
  transaction: Scan
  date: at
  process: parcel
  client: shop
  total_time: total_ms
  code: code
  status: verdict
accepted_status: [ok]
dates: { marks: start, default_offset: "-05:00" }
sentinels: { time: 0, probability: -1, score: -2 }
size_classes:
  classes:
    - { name: BIG, at_least: [100, 100] }
  otherwise: TINY
staging:
  - { name: Scan, path: [id], kind: id, privacy: keep, description: "Scan; the parcel's own" }
  - { name: at, path: [at], kind: instant, description: When }
  - { name: parcel, path: [parcel], kind: id, privacy: token, description: Parcel }
  - { name: shop, path: [shop], kind: id, privacy: number, description: Shop }
  - { name: code, path: [code], kind: code, valid: { min: 0, max: 99 }, description: Code }
  - { name: verdict, path: [verdict], kind: category, privacy: keep, description: Verdict }
  - { name: total_ms, path: [ms], kind: time, unit: ms, valid: { min: 0 }, description: Total }
  - { name: width, path: [w], kind: size, unit: px, valid: { min: 1 }, description: Width }
  - { name: height, path: [h], kind: size, unit: px, valid: { min: 1 }, description: Height }
  - { name: weigh_ms, path: [weigh], kind: time, unit: ms, description: Weighing }
  - { name: weigh_wait_ms, path: [wait], kind: time, unit: ms, description: Waiting }
  - { name: score, path: [score], kind: score, valid: { min: 0, max: 1 }, description: Score }
context:
  - { name: fragile, path: [fragile], kind: flag, description: Fragile }
  - { name: camera, path: [camera], kind: category, privacy: keep, description: Camera }
  - { name: limit, path: [limit], kind: number, policy: true, description: Limit of the score }
transform:
  - keep: [Scan, at, parcel, shop, code, verdict, total_ms, score]
  - name: size
    size_class: { width: width, height: height }
    description: Size
  - name: shape
    orientation: { width: width, height: height }
    description: Shape
  - name: hour
    date_part: hour
    description: Hour
  - name: total_weigh
    microservice_total: weigh
    unit: ms
    description: Weighing and waiting
microservices:
  - { name: weigh, title: Scales, service: weigh_ms, queue: weigh_wait_ms }
pipeline:
  - run: weigh
codes:
  - { code: "0010", module: m, status: ok, description: fine, class: accepted }
  - { code: "0021", module: m, status: error, description: torn, class: rejected, reason: person }
  - { code: "0022", module: m, status: error, description: fake, class: rejected, reason: attack }
  - { code: "0090", module: m, status: error, description: down, class: technical, reason: ours }
"#;

pub(crate) fn card() -> Card {
    Card::parse(CARD).unwrap()
}

/// One transaction of the made-up lake.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) parcel: Option<String>,
    pub(crate) at_us: i64,
    pub(crate) shop: Option<String>,
    pub(crate) code: Option<i64>,
    pub(crate) verdict: Option<String>,
    pub(crate) total_ms: Option<i64>,
    pub(crate) size: (Option<i64>, Option<i64>),
    pub(crate) weigh: (Option<i64>, Option<i64>),
    pub(crate) score: Option<f64>,
    pub(crate) fragile: Option<bool>,
    pub(crate) camera: Option<String>,
    pub(crate) offset_min: i64,
    /// The policy that it carried.
    pub(crate) limit: f64,
    /// The snapshot that wrote it last.
    pub(crate) snapshot: u64,
}

/// 2025-01-12T12:00:00Z, a Sunday.
pub(crate) const NOON_US: i64 = 1_736_683_200_000_000;

/// An attempt at a parcel, `minute` minutes after noon.
pub(crate) fn attempt(parcel: &str, minute: i64) -> Attempt {
    Attempt {
        parcel: Some(parcel.to_owned()),
        at_us: NOON_US + minute * 60_000_000,
        shop: Some("shop_1".to_owned()),
        code: Some(10),
        verdict: Some("ok".to_owned()),
        total_ms: Some(100 + minute),
        size: (Some(200), Some(100)),
        weigh: (Some(40), Some(2)),
        score: Some(0.5),
        fragile: Some(true),
        camera: Some("left".to_owned()),
        offset_min: -300,
        limit: 0.25,
        snapshot: 1,
    }
}

/// A made-up lake: transactions by key.
#[derive(Default)]
pub(crate) struct FakeLake {
    pub(crate) attempts: BTreeMap<String, Attempt>,
    pub(crate) snapshot: u64,
    /// What was asked for, in order.
    pub(crate) asked: Mutex<Vec<(TableKind, Scope)>>,
    card: Option<Card>,
}

impl FakeLake {
    pub(crate) fn new() -> Self {
        Self {
            snapshot: 1,
            ..Self::default()
        }
    }

    pub(crate) fn of(attempts: &[(&str, Attempt)]) -> Self {
        let mut lake = Self::new();
        for (key, attempt) in attempts {
            lake.put(key, attempt.clone());
        }
        lake
    }

    pub(crate) fn with_card(card: Card) -> Self {
        Self {
            card: Some(card),
            ..Self::new()
        }
    }

    pub(crate) fn card(&self) -> Card {
        self.card.clone().unwrap_or_else(card)
    }

    pub(crate) fn set_card(&mut self, card: Card) {
        self.card = Some(card);
    }

    /// Writes an attempt in the current snapshot.
    pub(crate) fn put(&mut self, key: &str, attempt: Attempt) {
        let snapshot = self.snapshot;
        self.attempts.insert(
            key.to_owned(),
            Attempt {
                snapshot,
                ..attempt
            },
        );
    }

    pub(crate) fn asked(&self) -> Vec<(TableKind, Scope)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Keys of the last attempts, by the rule itself.
    pub(crate) fn last(&self) -> Vec<String> {
        let mut last: BTreeMap<(bool, &str), (i64, &str)> = BTreeMap::new();
        for (key, attempt) in &self.attempts {
            let process = attempt.parcel.as_deref().filter(|id| !id.is_empty());
            let group = (process.is_none(), process.unwrap_or(key));
            let place = (attempt.at_us, key.as_str());
            let greatest = last.entry(group).or_insert(place);
            *greatest = (*greatest).max(place);
        }
        let mut keys: Vec<String> = last.values().map(|(_, key)| (*key).to_owned()).collect();
        keys.sort();
        keys
    }

    fn chosen(&self, table: TableKind, scope: Scope) -> Vec<(&String, &Attempt)> {
        let last = self.last();
        let is_wanted = |(key, attempt): &(&String, &Attempt)| match (table, scope) {
            (TableKind::NoRetries, _) => last.binary_search(key).is_ok(),
            (_, Scope::All) => true,
            (_, Scope::Since(snapshot)) => attempt.snapshot > snapshot,
        };
        self.attempts.iter().filter(is_wanted).collect()
    }

    /// All policies, whatever was asked for: there are few.
    fn policies(&self) -> RecordBatch {
        let limits: BTreeMap<String, f64> = self
            .attempts
            .values()
            .map(|attempt| (policy_id(attempt.limit), attempt.limit))
            .collect();
        let schema = self.card().policy_schema();
        let column = |field: &Arc<Field>| -> ArrayRef {
            match field.name().as_str() {
                "policy_id" => Arc::new(limits.keys().map(Some).collect::<StringArray>()),
                "limit" => Arc::new(limits.values().copied().map(Some).collect::<Float64Array>()),
                _ => arrow_array::new_null_array(field.data_type(), limits.len()),
            }
        };
        let columns = schema.fields().iter().map(column).collect();
        RecordBatch::try_new(schema, columns).unwrap()
    }

    pub(crate) fn batches(&self, table: TableKind, scope: Scope) -> Vec<RecordBatch> {
        let card = self.card();
        let schema = match table {
            TableKind::Staging => card.published_staging_schema(),
            TableKind::Transform | TableKind::NoRetries => card.published_transform_schema(),
            TableKind::Context => context_schema(&card),
            TableKind::Policies => return vec![self.policies()],
        };
        let rows = self.chosen(table, scope);
        rows.chunks(BATCH_ROWS)
            .map(|rows| batch(&schema, rows, table))
            .collect()
    }
}

fn policy_id(limit: f64) -> String {
    format!("limit {limit}")
}

fn batch(schema: &SchemaRef, rows: &[(&String, &Attempt)], table: TableKind) -> RecordBatch {
    let has_sentinels = matches!(table, TableKind::Transform | TableKind::NoRetries);
    let columns = schema
        .fields()
        .iter()
        .map(|field| column(field.name(), field.data_type(), rows, has_sentinels))
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns).unwrap()
}

fn column(
    name: &str,
    data_type: &DataType,
    rows: &[(&String, &Attempt)],
    has_sentinels: bool,
) -> ArrayRef {
    let text = |value: &dyn Fn(&str, &Attempt) -> Option<String>| -> ArrayRef {
        let cells = rows.iter().map(|(key, attempt)| value(key, attempt));
        Arc::new(cells.collect::<StringArray>())
    };
    let int = |value: &dyn Fn(&Attempt) -> Option<i64>| -> ArrayRef {
        Arc::new(rows.iter().map(|(_, a)| value(a)).collect::<Int64Array>())
    };
    let time = |value: Option<i64>| {
        if has_sentinels {
            value.or(Some(0))
        } else {
            value
        }
    };
    match name {
        "Scan" => text(&|key, _| Some(key.to_owned())),
        "at" => {
            let cells = rows.iter().map(|(_, attempt)| Some(attempt.at_us));
            let array: TimestampMicrosecondArray = cells.collect();
            Arc::new(array.with_timezone("UTC"))
        }
        "parcel" => text(&|_, a| a.parcel.clone()),
        "shop" => text(&|_, a| a.shop.clone()),
        "verdict" => text(&|_, a| a.verdict.clone()),
        "camera" => text(&|_, a| a.camera.clone()),
        "policy_id" => text(&|_, a| Some(policy_id(a.limit))),
        "code" => int(&|a| a.code),
        "total_ms" => int(&|a| time(a.total_ms)),
        "width" => int(&|a| a.size.0),
        "height" => int(&|a| a.size.1),
        "weigh_ms" => int(&|a| a.weigh.0),
        "weigh_wait_ms" => int(&|a| a.weigh.1),
        "utc_offset_min" => int(&|a| Some(a.offset_min)),
        "hour" => int(&|a| Some((a.at_us / 3_600_000_000 - 5).rem_euclid(24))),
        "total_weigh" => int(&|a| Some(a.weigh.0.unwrap_or(0) + a.weigh.1.unwrap_or(0))),
        "score" => {
            let score = |a: &Attempt| {
                if has_sentinels {
                    a.score.or(Some(-2.0))
                } else {
                    a.score
                }
            };
            Arc::new(rows.iter().map(|(_, a)| score(a)).collect::<Float64Array>())
        }
        "fragile" => Arc::new(
            rows.iter()
                .map(|(_, a)| a.fragile)
                .collect::<BooleanArray>(),
        ),
        "size" => text(&|_, a| {
            let pixels = a.size.0? * a.size.1?;
            Some(if pixels >= 10_000 { "BIG" } else { "TINY" }.to_owned())
        }),
        "shape" => text(&|_, a| {
            let (width, height) = (a.size.0?, a.size.1?);
            let shape = match width.cmp(&height) {
                std::cmp::Ordering::Equal => "SQUARE",
                std::cmp::Ordering::Greater => "LANDSCAPE",
                std::cmp::Ordering::Less => "PORTRAIT",
            };
            Some(shape.to_owned())
        }),
        // Columns that a test's card adds hold something of their type where the key is odd.
        _ => {
            let is_odd = |key: &str| key.bytes().next_back().is_some_and(|byte| byte % 2 == 1);
            match data_type {
                DataType::Int64 => {
                    let cells = rows.iter().map(|(key, _)| is_odd(key).then_some(7));
                    Arc::new(cells.collect::<Int64Array>())
                }
                DataType::Utf8 => {
                    let cells = rows.iter().map(|(key, _)| is_odd(key).then_some("more"));
                    Arc::new(cells.collect::<StringArray>())
                }
                other => arrow_array::new_null_array(other, rows.len()),
            }
        }
    }
}

impl Rows for FakeLake {
    fn rows(&self, table: TableKind, scope: Scope) -> BoxFuture<'_, Result<RowStream, BoxError>> {
        self.asked.lock().unwrap().push((table, scope));
        let batches = self.batches(table, scope);
        let stream: RowStream = futures::stream::iter(batches.into_iter().map(Ok)).boxed();
        Box::pin(async { Ok(stream) })
    }
}

/// An empty database, and how to load into it.
pub(crate) struct Place {
    pub(crate) database: testing::Database,
    pub(crate) target: Target,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::on(&testing::Server::shared())
    }

    pub(crate) fn on(server: &testing::Server) -> Self {
        let database = server.database();
        let target = target(&database);
        Self { database, target }
    }

    pub(crate) fn db(&self) -> Database {
        Database::new(self.target.clone())
    }

    /// Loads and returns what was done.
    pub(crate) async fn try_load(&self, lake: &FakeLake) -> Result<LoadReport, LoadError> {
        let card = lake.card();
        self.db().load(&request(&card, lake), lake).await
    }

    pub(crate) async fn load(&self, lake: &FakeLake) -> LoadReport {
        self.try_load(lake).await.unwrap()
    }

    /// Loads everything again.
    pub(crate) async fn load_all(&self, lake: &FakeLake) -> LoadReport {
        let card = lake.card();
        let request = LoadRequest {
            extent: Extent::Everything,
            ..request(&card, lake)
        };
        self.db().load(&request, lake).await.unwrap()
    }

    pub(crate) async fn try_verify(&self, lake: &FakeLake) -> Result<VerifyReport, VerifyError> {
        let card = lake.card();
        let request = VerifyRequest {
            card: &card,
            lake_id: "lake".to_owned(),
            key_id: "key".to_owned(),
            snapshot: lake.snapshot,
            stop: None,
        };
        self.db().verify(&request, lake).await
    }

    /// Asserts that the database holds what the lake does.
    #[track_caller]
    pub(crate) fn assert_same(&self, report: &VerifyReport) {
        assert!(report.is_same(), "{:?}", report.differences);
    }

    /// One text column of a query.
    pub(crate) fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.database.sql(sql);
        rows.into_iter()
            .map(|row| {
                row.into_iter()
                    .next()
                    .flatten()
                    .unwrap_or_else(|| "null".to_owned())
            })
            .collect()
    }

    /// Names of the relations in a schema.
    pub(crate) fn relations(&self) -> Vec<String> {
        self.column(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
             AND c.relkind IN ('r', 'v') ORDER BY c.relname COLLATE \"C\"",
        )
    }
}

pub(crate) fn target(database: &testing::Database) -> Target {
    let server = database.server();
    Target {
        host: server.host().to_owned(),
        port: server.port(),
        user: server.superuser().to_owned(),
        password: Some(Secret::new(server.password().to_owned())),
        name: database.name().to_owned(),
        schema: "public".to_owned(),
        sslmode: SslMode::Prefer,
        root_certificates: None,
        patience: Patience {
            first_pause: Duration::from_millis(20),
            ..Patience::default()
        },
    }
}

pub(crate) fn request<'a>(card: &'a Card, lake: &FakeLake) -> LoadRequest<'a> {
    LoadRequest {
        card,
        // A hash that changes with the card is all that matters.
        card_hash: format!("{:?}", card).len().to_string(),
        lake_id: "lake".to_owned(),
        key_id: "key".to_owned(),
        snapshot: lake.snapshot,
        program: "test".to_owned(),
        extent: Extent::Changes,
        adopt: Adopt::Refuse,
        stop: None,
    }
}

/// Counts of each table, as `inserted/updated/deleted`.
pub(crate) fn counts(report: &LoadReport) -> Vec<String> {
    let counted = |table: &TableReport| {
        format!(
            "{} {}/{}/{}",
            table.table, table.inserted, table.updated, table.deleted
        )
    };
    report.tables.iter().map(counted).collect()
}
