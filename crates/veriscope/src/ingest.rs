//! What all commands that read documents share: sources through the pipeline into a run of
//! the lake, from opening the lake to publication.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;
use veriscope_base::{Clock, ErrorClass, SystemClock};
use veriscope_card::Card;
use veriscope_extract::Extractor;
use veriscope_lake::{
    Lake, LakeError, Progress as RunProgress, RunContext, RunStart, RunStatus, RunWriter, Snapshot,
    SourceIdentity,
};
use veriscope_privacy::{Key, Pseudonymiser};
use veriscope_source::{Limits, Location, SourceSpec};

use crate::args::ReadingArgs;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::lake_access::{self, WritableLake};
use crate::pipeline::{Feed, Loader, Pipeline, PipelineEnd, RowSink};
use crate::progress::Progress;
use crate::runtime::runtime;
use crate::settings::Settings;

/// A command that reads documents, ready to go.
pub(crate) struct Ingest<'a> {
    /// The command's settings.
    pub(crate) settings: &'a Settings,
    /// How documents are read.
    pub(crate) reading: &'a ReadingArgs,
    command: &'static str,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// What asks to stop.
    pub(crate) interrupt: Interrupt,
    /// Whether a run that is asked to stop publishes what it read.
    pub(crate) publishes_when_stopped: bool,
    /// The lake's card.
    pub(crate) card: Card,
    /// Where the lake's work runs.
    pub(crate) runtime: Runtime,
}

/// A run that was published.
pub(crate) struct Ingested {
    /// What is published now.
    pub(crate) snapshot: Snapshot,
    /// The lake.
    pub(crate) lake: Lake,
    /// The run.
    pub(crate) run_id: String,
    /// Names of its sources.
    pub(crate) source_labels: Vec<String>,
    /// How far it came: to the end.
    pub(crate) progress: RunProgress,
    /// Bytes of the sources that were read.
    pub(crate) bytes_read: u64,
    /// How long it took.
    pub(crate) elapsed_ms: u64,
    /// The key's file, where it was made.
    pub(crate) new_key_file: Option<PathBuf>,
}

/// What a run reads.
pub(crate) struct Input<F> {
    /// The sources as the ledger keeps them.
    pub(crate) sources: Vec<SourceIdentity>,
    /// Bytes of all of them; none when one is a stream.
    pub(crate) total_bytes: Option<u64>,
    /// Makes the feed that goes on after some progress; bytes are counted as they are read.
    pub(crate) feed: F,
    /// Entries of the quarantine that are read again.
    pub(crate) replayed: Vec<String>,
}

impl<'a> Ingest<'a> {
    /// Reads settings; nothing is made yet.
    pub(crate) fn new(
        settings: &'a Settings,
        reading: &'a ReadingArgs,
        command: &'static str,
    ) -> anyhow::Result<Self> {
        settings.config()?;
        Ok(Self {
            settings,
            reading,
            command,
            clock: Arc::new(SystemClock),
            interrupt: Interrupt::install()?,
            publishes_when_stopped: false,
            card: settings.card()?,
            runtime: runtime()?,
        })
    }

    /// Returns what bounds a document.
    pub(crate) fn limits(&self) -> Limits {
        let max = usize::try_from(self.reading.max_document_size).unwrap_or(usize::MAX);
        Limits {
            max_document_bytes: max,
            ..Limits::default()
        }
    }

    /// Returns the columns that tell a CSV of this card.
    pub(crate) fn csv_columns(&self) -> Vec<String> {
        self.card
            .features
            .iter()
            .map(|feature| feature.name.clone())
            .collect()
    }

    /// Opens the lake for writing, making it where there is none.
    pub(crate) fn open_or_create(&self) -> anyhow::Result<WritableLake> {
        lake_access::open_or_create(
            self.settings,
            &self.card,
            self.command,
            self.reading.wait,
            &self.runtime,
            self.clock.as_ref(),
        )
    }

    /// Opens a lake that must exist for writing.
    pub(crate) fn open_existing(&self) -> anyhow::Result<WritableLake> {
        Lake::open(&self.settings.lake, &self.card)?;
        self.open_or_create()
    }

    /// Reads everything and publishes it. Rows go to `instead` where there is one.
    pub(crate) fn run<F, M>(
        &self,
        writable: WritableLake,
        input: Input<M>,
        instead: Option<&mut dyn RowSink>,
    ) -> anyhow::Result<Ingested>
    where
        F: Feed,
        M: FnOnce(&RunProgress, Arc<AtomicU64>) -> F,
    {
        let WritableLake {
            lake,
            key,
            lock,
            new_key_file,
        } = writable;
        let progress = Progress::start(
            &self.settings.terminal,
            input.total_bytes,
            Arc::clone(&self.clock),
        );
        let context = RunContext {
            card: &self.card,
            key: &key,
            clock: self.clock.as_ref(),
        };
        let source_labels = input
            .sources
            .iter()
            .map(|source| source.label.clone())
            .collect();
        let start = self.start(&key, input.sources)?;
        let writer = self
            .runtime
            .block_on(RunWriter::begin(&lake, lock, context, start))?;
        if writer.resumed() {
            progress.message(&format!(
                "going on with run {}, which was cut short after {} documents",
                writer.run_id(),
                crate::terminal::format::count(writer.progress().counts.read)
            ));
        }
        let bytes = Arc::new(AtomicU64::new(0));
        progress.watch(Arc::clone(&bytes));
        let feed = (input.feed)(writer.progress(), bytes);
        let writer = self.load(writer, &key, feed, instead, &progress)?;
        let run_id = writer.run_id().to_owned();
        let run_progress = writer.progress().clone();
        let snapshot = self.runtime.block_on(writer.publish(&input.replayed))?;
        progress.finish();
        Ok(Ingested {
            snapshot,
            lake: lake.clone(),
            run_id,
            source_labels,
            progress: run_progress,
            bytes_read: progress.bytes(),
            elapsed_ms: progress.elapsed_ms(),
            new_key_file,
        })
    }

    fn load<'w>(
        &self,
        writer: RunWriter<'w>,
        key: &Key,
        mut feed: impl Feed,
        instead: Option<&mut dyn RowSink>,
        progress: &Progress,
    ) -> anyhow::Result<RunWriter<'w>> {
        feed.stop_on(&self.interrupt);
        let extractor = Extractor::new(&self.card)?;
        let pseudonymiser = Pseudonymiser::new(&self.card, key);
        let pipeline = Pipeline {
            extractor: &extractor,
            workers: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            stop: self.interrupt.flag(),
            progress,
        };
        // The cast lets the sink's lifetime shrink to the loader's.
        let instead = instead.map(|sink| sink as &mut dyn RowSink);
        let mut loader = Loader::new(
            &self.card,
            &pseudonymiser,
            writer,
            self.runtime.handle(),
            self.reading.max_rejects,
            instead,
        );
        let end = pipeline.run(feed, |chunk| loader.take(chunk));
        let ended = match end {
            Ok(PipelineEnd::Exhausted) => loader.finish(),
            Ok(PipelineEnd::Stopped) if self.publishes_when_stopped => loader.finish(),
            Ok(PipelineEnd::Stopped) => loader.stop().and_then(|()| Err(interrupted())),
            // What came before a source that fails is kept for the next try.
            Err(error) if crate::failure::class_of(&error) == ErrorClass::Source => {
                loader.stop().and(Err(error))
            }
            Err(error) => Err(error),
        };
        let writer = loader.into_writer();
        let Err(error) = ended else { return Ok(writer) };
        let status = match crate::failure::class_of(&error) {
            ErrorClass::Interrupted => RunStatus::Interrupted,
            _ => RunStatus::Failed,
        };
        // The first failure is the one to tell; a lake that can't be written can't note it.
        let noted: Result<(), LakeError> = self
            .runtime
            .block_on(writer.abandon(status, Some(error.to_string())));
        if noted.is_err() {
            self.settings
                .terminal
                .detail("the end of the run could not be noted in the ledger");
        }
        Err(error)
    }

    fn start(&self, key: &Key, sources: Vec<SourceIdentity>) -> anyhow::Result<RunStart> {
        let card = serde_json::to_vec(&self.card)?;
        Ok(RunStart {
            run_id: self.new_run_id(),
            command: self.command.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            card_hash: HEXLOWER.encode(&Sha256::digest(card)),
            key_id: key.id(),
            max_document_bytes: self.reading.max_document_size,
            sources,
        })
    }

    /// Makes an id that sorts by time and is short enough to type: `20250112-071303-3f9a2c`.
    fn new_run_id(&self) -> String {
        let now = chrono::DateTime::from_timestamp_micros(self.clock.now_us()).unwrap_or_default();
        let random = uuid::Uuid::new_v4().simple().to_string();
        format!(
            "{}-{}",
            now.format("%Y%m%d-%H%M%S"),
            random.get(..6).unwrap_or_default()
        )
    }
}

fn interrupted() -> anyhow::Error {
    Failure::new(
        ErrorClass::Interrupted,
        "interrupted; nothing of this run is published yet",
    )
    .with_hint(
        "the same command again goes on where it stopped; where it reads a stream, from its start",
    )
    .into()
}

/// Returns how the ledger knows sources, to know them again after a run was cut short.
pub(crate) fn identities(sources: &[SourceSpec]) -> Vec<SourceIdentity> {
    sources
        .iter()
        .map(|source| match &source.location {
            Location::Stdin => SourceIdentity {
                label: source.label.clone(),
                location: source.argument.clone(),
                size_bytes: None,
                modified_us: None,
                by_mark: false,
            },
            Location::File(path) => SourceIdentity {
                label: source.label.clone(),
                location: std::fs::canonicalize(path)
                    .unwrap_or_else(|_| path.clone())
                    .display()
                    .to_string(),
                size_bytes: source.size_bytes,
                modified_us: modified_us(path),
                by_mark: false,
            },
        })
        .collect()
}

fn modified_us(path: &std::path::Path) -> Option<i64> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok()
}
