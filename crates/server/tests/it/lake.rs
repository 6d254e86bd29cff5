//! A lake in a temporary folder, filled with the documents of a simulated month.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use veriscope_base::FixedClock;
use veriscope_card::Card;
use veriscope_extract::Extractor;
use veriscope_lake::{
    Batch, Identity, Lake, Progress, PutAside, RunContext, RunStart, RunWriter, SourceIdentity,
    WriterLock,
};
use veriscope_metrics::query::Exclusion;
use veriscope_metrics::registry::Registry;
use veriscope_privacy::{Key, LeakScan, Origin, Pseudonymiser};
use veriscope_server::Place;
use veriscope_simulate::{Format, Options, Scenario, Simulation};
use veriscope_source::{Content, Document};

/// 2025-02-01T09:12:00Z.
pub(crate) const NOW_US: i64 = 1_738_401_120_000_000;

/// A folder with a lake in it.
pub(crate) struct Fixture {
    folder: tempfile::TempDir,
    card: Arc<Card>,
    key: Key,
    pub(crate) clock: FixedClock,
}

impl Fixture {
    /// Makes an empty lake.
    pub(crate) async fn empty() -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().unwrap(),
            card: Arc::new(Card::builtin().unwrap()),
            key: Key::from_bytes([7; 32]),
            clock: FixedClock(NOW_US),
        };
        let identity = Identity::new(
            "0123456789abcdef".into(),
            fixture.card.name.clone(),
            fixture.key.id(),
            0,
        );
        Lake::create(&fixture.lock(), &fixture.card, identity, &fixture.clock)
            .await
            .unwrap();
        fixture
    }

    /// Makes a lake with so many transactions.
    pub(crate) async fn with(transactions: u64) -> Self {
        let fixture = Self::empty().await;
        fixture.publish("run-1", transactions, 1).await;
        fixture
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    pub(crate) fn lake(&self) -> Lake {
        Lake::open(&self.path(), &self.card).unwrap()
    }

    /// What is served.
    pub(crate) fn place(&self, rules: Vec<Exclusion>) -> Place {
        Place {
            prepared: None,
            folder: self.path(),
            card: Arc::clone(&self.card),
            registry: Arc::new(Registry::new(&self.card)),
            rules,
        }
    }

    fn lock(&self) -> WriterLock {
        WriterLock::acquire(&self.path(), "test", Duration::ZERO, |_| {}).unwrap()
    }

    /// Publishes the documents of a simulated month, and one that could not be taken.
    pub(crate) async fn publish(&self, run_id: &str, transactions: u64, seed: u64) {
        let documents = documents(transactions, seed);
        let extracted = Extractor::new(&self.card)
            .unwrap()
            .extract("month.ndjson", &documents)
            .unwrap();
        assert_eq!(extracted.rejected.len(), 0);
        let lake = self.lake();
        let context = RunContext {
            card: &self.card,
            key: &self.key,
            clock: &self.clock,
        };
        let mut writer = RunWriter::begin(&lake, self.lock(), context, self.start(run_id))
            .await
            .unwrap();
        let pseudonymiser = Pseudonymiser::new(&self.card, &self.key);
        let made = pseudonymiser
            .apply(&extracted.batch, Origin::Raw, writer.registry())
            .unwrap();
        let aside = [broken()];
        let mut through: Progress = writer.progress().clone();
        through.advance(0, transactions + 1);
        through.counts.read += transactions + 1;
        let reasons = &mut through.counts.quarantined;
        *reasons.entry("broken-json".to_owned()).or_default() += 1;
        let scan = LeakScan::new(&made.raw_values, &self.card);
        let batch = Batch {
            rows: &made.batch,
            scan: &scan,
            put_aside: &aside,
            through,
        };
        writer.write(batch).await.unwrap();
        writer.publish(&[]).await.unwrap();
    }

    fn start(&self, run_id: &str) -> RunStart {
        RunStart {
            run_id: run_id.to_owned(),
            command: "run".to_owned(),
            program: "1".to_owned(),
            card_hash: "c".to_owned(),
            key_id: self.key.id(),
            max_document_bytes: 1,
            sources: vec![SourceIdentity {
                label: "month.ndjson".to_owned(),
                location: format!("/{run_id}/month.ndjson"),
                size_bytes: Some(1),
                modified_us: Some(1),
                by_mark: false,
            }],
        }
    }
}

/// What stands in a document that could not be taken.
pub(crate) const BROKEN: &str = "{\"documento\": \"1098765432\", \"convenio\":";

fn broken() -> PutAside {
    PutAside {
        source: "month.ndjson".to_owned(),
        position: 0,
        byte_offset: 0,
        reason: "broken-json".to_owned(),
        path: None,
        detail: "the document ends too early".to_owned(),
        encoding: "json".to_owned(),
        size_bytes: BROKEN.len() as u64,
        bytes: BROKEN.as_bytes().to_vec(),
        sha256: None,
    }
}

/// The documents of a simulated month, without landmarks.
fn documents(transactions: u64, seed: u64) -> Vec<Document> {
    let options = Options {
        transactions,
        seed,
        landmarks: false,
        ..Options::default()
    };
    let simulation = Simulation::new(Scenario::published_month().unwrap(), options).unwrap();
    let mut text = Vec::new();
    simulation.write(Format::Ndjson, &mut text, 1).unwrap();
    let mut offset = 0;
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .zip(0..)
        .map(|(line, ordinal)| {
            let document = Document {
                ordinal,
                offset,
                content: Content::Json(bytes::Bytes::copy_from_slice(line)),
            };
            offset += line.len() as u64 + 1;
            document
        })
        .collect()
}
