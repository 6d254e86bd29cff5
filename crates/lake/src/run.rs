//! `run`: one writer's work on a lake, from its begin to its publication.
//!
//! Invariants: nothing that a run writes is visible before [`RunWriter::publish`]; a run
//! that ends early leaves the lake so that the same sources go on where it stopped, and any
//! other writer first goes back to what is published.

use std::collections::HashSet;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_select::filter::filter_record_batch;
use veriscope_base::Clock;
use veriscope_card::Card;
use veriscope_card::schema::column;
use veriscope_privacy::{Key, LeakScan, Registry, RegistryRow, registry_schema};

use crate::error::LakeError;
use crate::failpoint::failpoint;
use crate::lake::Lake;
use crate::ledger::{self, RunEnd, RunStart, RunStatus};
use crate::lock::WriterLock;
use crate::maintain;
use crate::progress::{Progress, committed_progress};
use crate::quarantine::{self, PutAside};
use crate::read::read_all;
use crate::snapshot::{Published, Snapshot};
use crate::stage::Stager;
use crate::table::{self, TableName};
use crate::upsert::{Upsert, UpsertReport};

/// What a run needs besides its documents.
pub struct RunContext<'a> {
    /// The lake's card.
    pub card: &'a Card,
    /// The lake's key.
    pub key: &'a Key,
    /// The time.
    pub clock: &'a dyn Clock,
}

/// A batch on its way into the lake.
pub struct Batch<'a> {
    /// Pseudonymous rows: raw schema without `drop` columns.
    pub rows: &'a RecordBatch,
    /// Looks for the batch's raw values in whatever is written.
    pub scan: &'a LeakScan,
    /// Documents of the batch that could not be taken.
    pub put_aside: &'a [PutAside],
    /// Progress after this batch, its rows not counted yet: `read`, `quarantined` and `notes`
    /// are.
    pub through: Progress,
}

/// A run that is under way.
pub struct RunWriter<'a> {
    lake: &'a Lake,
    context: RunContext<'a>,
    _lock: WriterLock,
    stager: Stager,
    start: RunStart,
    published: Published,
    rows_before: u64,
    registry: Registry,
    policies: HashSet<String>,
    quarantined: Option<HashSet<String>>,
    put_aside_now: HashSet<String>,
    progress: Progress,
    resumed: bool,
}

impl<'a> RunWriter<'a> {
    /// Begins a run, or goes on with one that was cut short over the same sources.
    ///
    /// # Errors
    /// `OtherCard`, `OtherKey`; `Table` and the like when the lake can't be read or written.
    pub async fn begin(
        lake: &'a Lake,
        lock: WriterLock,
        context: RunContext<'a>,
        start: RunStart,
    ) -> Result<Self, LakeError> {
        lake.identity().check_card(&context.card.name)?;
        lake.identity().check_key(&context.key.id())?;
        let store = lake.store();
        let card = context.card;
        let published = Published::newest(store).await?;
        for (name, wanted) in [
            (TableName::Staging, card.staged_schema()),
            (TableName::Policies, card.policy_schema()),
        ] {
            table::check_columns(store, name, published.version(name), &wanted).await?;
        }
        let interrupted = unpublished_run(lake, &published, &start).await?;
        let (start, resumed) = match interrupted {
            Some(earlier) => (earlier, true),
            None => {
                for name in TableName::PUBLISHED {
                    table::restore(store, name, published.version(name)).await?;
                }
                ledger::started(store, &start, context.clock.now_us()).await?;
                failpoint("run-started");
                (start, false)
            }
        };
        table::add_missing_columns(store, TableName::Staging, &card.staged_schema()).await?;
        table::add_missing_columns(store, TableName::Policies, &card.policy_schema()).await?;
        let progress = match resumed {
            true => committed_progress(lake, &published, &start.run_id).await?,
            false => Progress::default(),
        };
        let at_publication = table::open_at(
            store,
            TableName::Staging,
            published.version(TableName::Staging),
        );
        let rows_before = crate::lookup::rows(&at_publication.await?)?;
        Ok(Self {
            registry: load_registry(lake).await?,
            policies: load_policies(lake).await?,
            quarantined: None,
            put_aside_now: HashSet::new(),
            stager: Stager::new(card),
            lake,
            context,
            _lock: lock,
            start,
            published,
            rows_before,
            progress,
            resumed,
        })
    }

    /// Returns how far an earlier try of this run came; the default where there was none.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Returns whether this goes on with a run that was cut short.
    #[must_use]
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// Returns the run's id: that of the earlier try, where it is resumed.
    #[must_use]
    pub fn run_id(&self) -> &str {
        &self.start.run_id
    }

    /// Returns the numbers given so far; new ones are stored with the next batch.
    pub fn registry(&mut self) -> &mut Registry {
        &mut self.registry
    }

    /// Writes a batch: new numbers, new policies, what is put aside, and then the rows with
    /// the run's progress in one commit. A batch that changes nothing commits nothing.
    ///
    /// # Errors
    /// `Leak` when a raw value stands in what would be written; `Table` and the like.
    pub async fn write(&mut self, batch: Batch<'_>) -> Result<UpsertReport, LakeError> {
        self.store_numbers(batch.scan).await?;
        let staged = self.stager.stage(batch.rows, &self.start.run_id)?;
        self.store_policies(&staged.policies, batch.scan).await?;
        self.put_aside(batch.put_aside, batch.scan).await?;
        failpoint("batch-before-staging");
        let upsert = Upsert {
            store: self.lake.store(),
            key: &self.context.card.roles.transaction,
            scan: batch.scan,
            run_id: &self.start.run_id,
        };
        let (report, progress) = upsert.execute(&staged.rows, batch.through).await?;
        self.progress = progress;
        Ok(report)
    }

    /// Notes documents that went elsewhere than into the lake: stores numbers and what is
    /// put aside.
    ///
    /// # Errors
    /// `Table` and the like.
    pub async fn note(
        &mut self,
        put_aside: &[PutAside],
        scan: &LeakScan,
        through: Progress,
    ) -> Result<(), LakeError> {
        self.store_numbers(scan).await?;
        self.put_aside(put_aside, scan).await?;
        self.progress = through;
        Ok(())
    }

    async fn put_aside(
        &mut self,
        documents: &[PutAside],
        scan: &LeakScan,
    ) -> Result<(), LakeError> {
        if documents.is_empty() {
            return Ok(());
        }
        let store = self.lake.store();
        let mut known = match self.quarantined.take() {
            Some(known) => known,
            None => quarantine::ids(store).await?,
        };
        let run = (self.start.run_id.as_str(), self.context.clock.now_us());
        let ids = quarantine::put_aside(store, self.context.key, &mut known, documents, run, scan)
            .await?;
        self.put_aside_now.extend(ids);
        self.quarantined = Some(known);
        failpoint("quarantine-after-commit");
        Ok(())
    }

    /// Stores numbers that were given since the last time.
    async fn store_numbers(&mut self, scan: &LeakScan) -> Result<(), LakeError> {
        let added = self.registry.take_added();
        let rows = RegistryRow::to_batch(&added)?;
        failpoint("registry-before-commit");
        table::append(self.lake.store(), TableName::Registry, &rows, Some(scan)).await?;
        failpoint("registry-after-commit");
        Ok(())
    }

    async fn store_policies(
        &mut self,
        policies: &RecordBatch,
        scan: &LeakScan,
    ) -> Result<(), LakeError> {
        let ids = policies.column(0).as_string::<i32>();
        let fresh = ids
            .iter()
            .map(|id| id.map(|id| !self.policies.contains(id)))
            .collect();
        let rows = filter_record_batch(policies, &fresh)?;
        table::append(self.lake.store(), TableName::Policies, &rows, Some(scan)).await?;
        failpoint("policies-after-commit");
        let added = rows.column(0).as_string::<i32>();
        self.policies
            .extend(added.iter().flatten().map(str::to_owned));
        Ok(())
    }

    /// Checks the run and makes its work visible. Of `replayed`, entries of the quarantine
    /// that were read again, those that were not put aside once more are noted as taken.
    ///
    /// # Errors
    /// `Unreconciled` when the counts or the rows don't add up; `Table` and the like.
    pub async fn publish(self, replayed: &[String]) -> Result<Snapshot, LakeError> {
        let (published, compacted) = match self.make_visible().await {
            Ok(made) => made,
            Err(error) => {
                // The first failure is the one to tell; the ledger may not take it either.
                let _ = self
                    .end(RunStatus::Failed, None, Some(error.to_string()))
                    .await;
                return Err(error);
            }
        };
        self.end(RunStatus::Published, Some(published.number), None)
            .await?;
        self.mark_replayed(replayed).await?;
        if compacted {
            self.trim().await?;
        }
        Ok(Snapshot::new(self.lake.store().clone(), published))
    }

    /// Returns what is published now, and whether files were compacted on the way.
    async fn make_visible(&self) -> Result<(Published, bool), LakeError> {
        let store = self.lake.store();
        self.progress.counts.reconcile()?;
        self.check_rows().await?;
        let compacted = self.compact().await?;
        failpoint("publish-before");
        let published = self.newest_versions(self.context.clock.now_us()).await?;
        if published.versions == self.published.versions {
            return Ok((self.published.clone(), compacted));
        }
        published.publish(store).await?;
        failpoint("publish-after");
        Ok((published, compacted))
    }

    async fn trim(&self) -> Result<(), LakeError> {
        for name in TableName::ALL {
            maintain::trim_log(self.lake.store(), name).await?;
        }
        Published::trim(self.lake.store()).await
    }

    /// Ends a run that publishes nothing; `reason` is what the user is told of it.
    ///
    /// # Errors
    /// `Table` and the like when the ledger can't be written.
    pub async fn abandon(self, status: RunStatus, reason: Option<String>) -> Result<(), LakeError> {
        self.end(status, None, reason).await
    }

    async fn mark_replayed(&self, ids: &[String]) -> Result<(), LakeError> {
        let taken: Vec<&String> = ids
            .iter()
            .filter(|id| !self.put_aside_now.contains(*id))
            .collect();
        if taken.is_empty() {
            return Ok(());
        }
        let run = (self.start.run_id.as_str(), self.context.clock.now_us());
        quarantine::replayed(self.lake.store(), &taken, run).await
    }

    async fn end(
        &self,
        status: RunStatus,
        snapshot: Option<u64>,
        reason: Option<String>,
    ) -> Result<(), LakeError> {
        let store = self.lake.store();
        let end = RunEnd {
            status,
            snapshot,
            counts: self.progress.counts.clone(),
            marks: self.progress.marks.clone(),
            reason,
        };
        ledger::ended(store, &self.start.run_id, &end, self.context.clock.now_us()).await?;
        for name in [TableName::Runs, TableName::Quarantine] {
            if maintain::compact(store, name, None).await? {
                maintain::remove_expired(store, name, None).await?;
            }
        }
        Ok(())
    }

    /// Merges small files and removes data files that no reader of the last days can need.
    async fn compact(&self) -> Result<bool, LakeError> {
        let store = self.lake.store();
        let mut any = false;
        for name in TableName::PUBLISHED {
            let key = (name == TableName::Staging)
                .then_some(self.context.card.roles.transaction.as_str());
            if maintain::compact(store, name, key).await? {
                maintain::remove_expired(store, name, Some(self.published.version(name))).await?;
                any = true;
            }
        }
        Ok(any)
    }

    /// The table must have grown by the transactions that were new.
    async fn check_rows(&self) -> Result<(), LakeError> {
        let table = table::open(self.lake.store(), TableName::Staging).await?;
        let rows = crate::lookup::rows(&table)?;
        let expected = self.rows_before + self.progress.counts.inserted;
        if rows == expected {
            return Ok(());
        }
        Err(LakeError::Unreconciled(format!(
            "{} transactions before and {} inserted, but {rows} in the lake",
            self.rows_before, self.progress.counts.inserted
        )))
    }

    async fn newest_versions(&self, now: i64) -> Result<Published, LakeError> {
        let mut versions = self.published.versions.clone();
        for name in TableName::PUBLISHED {
            let newest = table::version(&table::open(self.lake.store(), name).await?);
            versions.insert(name.folder().to_owned(), newest);
        }
        Ok(Published {
            number: self.published.number + 1,
            run_id: Some(self.start.run_id.clone()),
            published_at_us: now,
            versions,
        })
    }
}

/// Returns the run that left unpublished work behind, if `start` may go on with it.
async fn unpublished_run(
    lake: &Lake,
    published: &Published,
    start: &RunStart,
) -> Result<Option<RunStart>, LakeError> {
    let mut ahead = false;
    for name in TableName::PUBLISHED {
        let newest = table::version(&table::open(lake.store(), name).await?);
        ahead |= newest > published.version(name);
    }
    if !ahead {
        return Ok(None);
    }
    let last = ledger::runs(lake.store()).await?.pop();
    Ok(last
        .filter(|run| run.status != RunStatus::Published && start.continues(&run.start))
        .map(|run| run.start))
}

async fn load_registry(lake: &Lake) -> Result<Registry, LakeError> {
    let schema = registry_schema();
    let columns: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    let batches = read_all(lake.store(), TableName::Registry, Some(&columns)).await?;
    Ok(Registry::from_batches(&batches)?)
}

async fn load_policies(lake: &Lake) -> Result<HashSet<String>, LakeError> {
    let mut ids = HashSet::new();
    for batch in read_all(
        lake.store(),
        TableName::Policies,
        Some(&[column::POLICY_ID]),
    )
    .await?
    {
        ids.extend(
            batch
                .column(0)
                .as_string::<i32>()
                .iter()
                .flatten()
                .map(str::to_owned),
        );
    }
    Ok(ids)
}
