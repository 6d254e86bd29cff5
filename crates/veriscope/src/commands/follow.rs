//! `run --follow`: a succession of runs over one collection, each published on its own, until
//! the user stops it.

mod loads;

use std::time::Duration;

use serde::Serialize;
use veriscope_base::ErrorClass;
use veriscope_lake::{Progress, RunCounts};
use veriscope_mongo::{Mark, Step};
use veriscope_source::Document;

use crate::args::RunArgs;
use crate::failure::{Ending, Failure};
use crate::ingest::{Ingest, Ingested, Input};
use crate::marks::{Marked, Marks};
use crate::pipeline::{AllSources, CommitRule, FileReading, MongoFeed, Prepared};
use crate::settings::Settings;
use crate::sources::{Collection, Source};
use crate::terminal::format::count;

use loads::Loads;

/// Documents after which a run is published, unless the user says otherwise.
const COMMIT_DOCUMENTS: u64 = 10_000;

/// How long after its first document a run is published, milliseconds.
const COMMIT_WITHIN_MS: i64 = 10_000;

/// How often a place in the stream of changes is kept while nothing happens, microseconds.
const KEEP_EVERY_US: i64 = 5 * 60 * 1_000_000;

/// How often the wait for changes looks up.
const LOOK_UP: Duration = Duration::from_millis(200);

/// What following did, all runs together.
#[derive(Debug, Default, Serialize)]
struct Followed {
    runs: u64,
    read: u64,
    inserted: u64,
    updated: u64,
    unchanged: u64,
    quarantined: u64,
}

/// What one run of it did.
#[derive(Debug, Serialize)]
struct FollowedRun {
    run_id: String,
    snapshot: u64,
    source: String,
    read: u64,
    inserted: u64,
    updated: u64,
    unchanged: u64,
    quarantined: u64,
    elapsed_ms: u64,
    /// Whether the database has it; none where nothing is loaded.
    loaded: Option<bool>,
}

struct Follower<'a> {
    ingest: Ingest<'a>,
    settings: &'a Settings,
    collection: Collection,
    rule: CommitRule,
    followed: Followed,
    loads: Loads,
    /// The mark that the ledger has, and when it got it.
    kept: (Option<Mark>, i64),
}

/// Follows one collection until the user stops it.
///
/// # Errors
/// As `run`; a server that does not come back ends it with class `Source`.
pub(crate) fn run(
    args: &RunArgs,
    settings: &Settings,
    mut sources: Vec<Source>,
    command: &'static str,
) -> anyhow::Result<Ending> {
    let Some(Source::Mongo(collection)) = sources.pop() else {
        let message = "--follow takes one collection and no other source";
        return Err(Failure::new(ErrorClass::Usage, message).into());
    };
    let mut ingest = Ingest::new(settings, &args.reading, command)?;
    ingest.publishes_when_stopped = true;
    let kept_at_us = ingest.clock.now_us();
    let mut follower = Follower {
        ingest,
        settings,
        collection: *collection,
        rule: CommitRule {
            documents: args.mongo.commit_every.unwrap_or(COMMIT_DOCUMENTS),
            within_ms: args
                .mongo
                .commit_within
                .map_or(COMMIT_WITHIN_MS, |span| span.ms),
        },
        followed: Followed::default(),
        loads: match command {
            "run" => Loads::Each { behind: None },
            _ => Loads::Never,
        },
        kept: (None, kept_at_us),
    };
    follower.follow()?;
    follower.end(args.reading.max_rejects.is_some())
}

impl Follower<'_> {
    fn follow(&mut self) -> anyhow::Result<()> {
        let marked = self.first_run()?;
        let label = self.collection.identity.label.clone();
        if !self.ingest.interrupt.is_asked() {
            self.settings
                .terminal
                .note(&format!("following {label}; Ctrl-C ends it"));
        }
        while !self.ingest.interrupt.is_asked() {
            match marked.reader.next_within(LOOK_UP)? {
                Step::Document(document) => self.next_run(&marked, document)?,
                Step::Waiting => {
                    self.keep_now_and_then(&marked)?;
                    self.loads.again_now_and_then(&self.ingest);
                }
                Step::End => break,
            }
            self.tell(&marked);
        }
        self.keep(&marked)
    }

    /// Reads what is there, and goes on with a run that was cut short.
    fn first_run(&mut self) -> anyhow::Result<Marked> {
        let writable = self.ingest.open_or_create()?;
        let sources = vec![Source::Mongo(Box::new(self.collection.clone()))];
        let marks = Marks::read(&self.ingest, &writable, &sources)?;
        let reading = self.reading();
        let rule = self.rule;
        let input = Input {
            sources: vec![self.collection.identity.clone()],
            total_bytes: None,
            feed: |done: &Progress, bytes| {
                let prepared = marks.prepare(sources, done, Some(rule));
                AllSources::new(prepared, reading, done, bytes)
            },
            replayed: Vec::new(),
        };
        let ingested = self.ingest.run(writable, input, None);
        let marked = marks.only().cloned();
        if let Some(marked) = &marked {
            self.tell(marked);
        }
        self.published(ingested?)?;
        marked.ok_or_else(|| Failure::new(ErrorClass::Defect, "a collection without a mark").into())
    }

    /// Publishes one more run, which begins with a document that was read.
    fn next_run(&mut self, marked: &Marked, document: Document) -> anyhow::Result<()> {
        let writable = self.ingest.open_or_create()?;
        let feed = MongoFeed::new(
            self.collection.clone(),
            marked.sealer.clone(),
            None,
            None,
            0,
        )
        .sharing(marked.reader.clone(), Some(self.rule))
        .beginning_with(Some(document));
        let prepared = vec![Prepared::Mongo(Box::new(feed))];
        let reading = self.reading();
        let input = Input {
            sources: vec![self.collection.identity.clone()],
            total_bytes: None,
            feed: |done: &Progress, bytes| AllSources::new(prepared, reading, done, bytes),
            replayed: Vec::new(),
        };
        let ingested = self.ingest.run(writable, input, None)?;
        self.kept = (marked.reader.mark(), self.ingest.clock.now_us());
        self.published(ingested)
    }

    fn reading(&self) -> FileReading {
        FileReading {
            limits: self.ingest.limits(),
            csv_columns: self.ingest.csv_columns(),
        }
    }

    fn published(&mut self, ingested: Ingested) -> anyhow::Result<()> {
        let counts = &ingested.progress.counts;
        self.followed.add(counts);
        let mut run = FollowedRun {
            run_id: ingested.run_id.clone(),
            snapshot: ingested.snapshot.published().number,
            source: self.collection.identity.label.clone(),
            read: counts.read,
            inserted: counts.inserted,
            updated: counts.updated,
            unchanged: counts.unchanged,
            quarantined: counts.quarantined_total(),
            elapsed_ms: ingested.elapsed_ms,
            loaded: None,
        };
        let terminal = &self.settings.terminal;
        if let Some(key_file) = &ingested.new_key_file {
            let made = format!("made the key {}; keep it safe", key_file.display());
            terminal.note(&made);
        }
        if !terminal.json {
            terminal.note(&run.line());
        }
        run.loaded = self.loads.load(&self.ingest, ingested);
        if terminal.json {
            terminal.data_json_line(&run)?;
        }
        Ok(())
    }

    fn tell(&self, marked: &Marked) {
        for notice in marked.reader.take_notices() {
            self.settings.terminal.warn(&notice.to_string());
        }
    }

    fn keep_now_and_then(&mut self, marked: &Marked) -> anyhow::Result<()> {
        if self.ingest.clock.now_us() - self.kept.1 < KEEP_EVERY_US {
            return Ok(());
        }
        self.keep(marked)
    }

    /// Keeps the place in the stream of changes, if it moved on while nothing happened.
    fn keep(&mut self, marked: &Marked) -> anyhow::Result<()> {
        self.kept.1 = self.ingest.clock.now_us();
        let Some(mark) = marked.reader.mark() else {
            return Ok(());
        };
        if self.kept.0.as_ref() == Some(&mark) {
            return Ok(());
        }
        let sealed = marked.sealer.seal(&mark)?;
        let writable = self.ingest.open_or_create()?;
        let location = &self.collection.identity.location;
        let clock = self.ingest.clock.as_ref();
        let keep = writable
            .lake
            .keep_mark(&writable.lock, location, &sealed, clock);
        self.ingest.runtime.block_on(keep)?;
        self.kept.0 = Some(mark);
        Ok(())
    }

    fn end(self, has_limit: bool) -> anyhow::Result<Ending> {
        let followed = &self.followed;
        self.settings.terminal.note(&format!(
            "followed {} in {} runs: {} read, {} inserted, {} updated, {} unchanged, {} put aside",
            self.collection.identity.label,
            count(followed.runs),
            count(followed.read),
            count(followed.inserted),
            count(followed.updated),
            count(followed.unchanged),
            count(followed.quarantined),
        ));
        Ok(self
            .loads
            .ending()
            .and(match followed.quarantined == 0 || has_limit {
                true => Ending::Done,
                false => Ending::With(ErrorClass::Quarantined),
            }))
    }
}

impl FollowedRun {
    fn line(&self) -> String {
        format!(
            "run {}: {} read, {} inserted, {} updated, {} unchanged, {} put aside",
            self.run_id,
            count(self.read),
            count(self.inserted),
            count(self.updated),
            count(self.unchanged),
            count(self.quarantined),
        )
    }
}

impl Followed {
    fn add(&mut self, counts: &RunCounts) {
        self.runs += 1;
        self.read += counts.read;
        self.inserted += counts.inserted;
        self.updated += counts.updated;
        self.unchanged += counts.unchanged;
        self.quarantined += counts.quarantined_total();
    }
}
