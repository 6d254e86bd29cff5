//! How far a run has come, and how the commits of the staging table keep it.

use std::collections::HashMap;

use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::lake::Lake;
use crate::ledger::RunCounts;
use crate::snapshot::Published;
use crate::table::{self, TableName};

/// Name under which a commit of the staging table keeps a run's progress.
const PROGRESS: &str = "veriscope";

/// How far a run has come: everything before this is committed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Documents that are done, source by source; the last one may go on.
    pub documents: Vec<u64>,
    /// What was counted up to here.
    pub counts: RunCounts,
    /// For sources that are read by a mark, the mark after the last of those documents:
    /// source by source, as [`SourceIdentity::by_mark`](crate::SourceIdentity) says. Only the
    /// source knows what it means.
    #[serde(default)]
    pub marks: Vec<Option<String>>,
}

impl Progress {
    /// Returns where to go on: index of the source, and documents of it that are done.
    #[must_use]
    pub fn position(&self) -> (usize, u64) {
        let source = self.documents.len().saturating_sub(1);
        (source, self.documents.last().copied().unwrap_or_default())
    }

    /// Notes that so many documents of a source are done, and all sources before it.
    pub fn advance(&mut self, source: usize, documents: u64) {
        if self.documents.len() <= source {
            self.documents.resize(source + 1, 0);
        }
        if let Some(done) = self.documents.get_mut(source) {
            *done = documents;
        }
    }

    /// Notes how far a source that is read by a mark has come.
    pub fn set_mark(&mut self, source: usize, mark: String) {
        if self.marks.len() <= source {
            self.marks.resize(source + 1, None);
        }
        if let Some(slot) = self.marks.get_mut(source) {
            *slot = Some(mark);
        }
    }

    /// Returns how far a source that is read by a mark has come.
    #[must_use]
    pub fn mark(&self, source: usize) -> Option<&str> {
        self.marks.get(source)?.as_deref()
    }
}

#[derive(Serialize, Deserialize)]
struct CommittedProgress {
    run_id: String,
    #[serde(flatten)]
    progress: Progress,
}

/// Returns the progress that the newest unpublished commit of a run names.
pub(crate) async fn committed_progress(
    lake: &Lake,
    published: &Published,
    run_id: &str,
) -> Result<Progress, LakeError> {
    let table = table::open(lake.store(), TableName::Staging).await?;
    let ahead = table::version(&table) - published.version(TableName::Staging);
    let failed = LakeError::table("read the history of", TableName::Staging.folder());
    let limit = usize::try_from(ahead).unwrap_or(usize::MAX);
    if limit == 0 {
        return Ok(Progress::default());
    }
    let commits: Vec<_> = table
        .history(Some(limit))
        .try_collect()
        .await
        .map_err(failed)?;
    // What lies behind a restore was taken back by another writer.
    let found = commits
        .iter()
        .take_while(|commit| commit.operation.as_deref() != Some("RESTORE"))
        .filter_map(|commit| commit.info.get(PROGRESS))
        .filter_map(|value| serde_json::from_value::<CommittedProgress>(value.clone()).ok())
        .find(|committed| committed.run_id == run_id);
    Ok(found
        .map(|committed| committed.progress)
        .unwrap_or_default())
}

/// Returns what a commit says of its run.
pub(crate) fn commit_metadata(
    run_id: &str,
    progress: &Progress,
) -> Result<HashMap<String, serde_json::Value>, LakeError> {
    let committed = CommittedProgress {
        run_id: run_id.to_owned(),
        progress: progress.clone(),
    };
    let value =
        serde_json::to_value(committed).map_err(|source| LakeError::Defect(source.to_string()))?;
    Ok(HashMap::from([(PROGRESS.to_owned(), value)]))
}
