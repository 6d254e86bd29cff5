//! Marks: how far sources that are read by a mark have been read, kept in the ledger.

use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::ledger::{self, Event, RunStatus};
use crate::store::Store;

/// Kind of the ledger's row for a mark that was moved on while there was nothing to read.
const MARKED: &str = "marked";

#[derive(Serialize, Deserialize)]
struct Marked {
    location: String,
    mark: String,
}

/// Returns how far the published runs, or a mark kept since, have come in a source.
pub(crate) async fn newest(store: &Store, location: &str) -> Result<Option<String>, LakeError> {
    let events = ledger::events(store).await?;
    let mut newest = None;
    for run in ledger::runs_of(&events)? {
        if run.status != RunStatus::Published {
            continue;
        }
        let sources = run.start.sources.iter().zip(run.marks);
        for (source, mark) in sources {
            if let (true, Some(mark)) = (source.location == location, mark) {
                keep_later(&mut newest, run.ended_at_us.unwrap_or_default(), mark);
            }
        }
    }
    for Event { detail, at_us, .. } in events.iter().filter(|event| event.kind == MARKED) {
        let marked: Marked = ledger::parse(detail)?;
        if marked.location == location {
            keep_later(&mut newest, *at_us, marked.mark);
        }
    }
    Ok(newest.map(|(_, mark)| mark))
}

/// Keeps a mark that was moved on while there was nothing to read.
pub(crate) async fn keep(
    store: &Store,
    location: &str,
    mark: &str,
    now_us: i64,
) -> Result<(), LakeError> {
    let marked = ledger::json(&Marked {
        location: location.to_owned(),
        mark: mark.to_owned(),
    })?;
    ledger::write(store, "", MARKED, &marked, now_us).await
}

fn keep_later(newest: &mut Option<(i64, String)>, at_us: i64, mark: String) {
    if newest.as_ref().is_none_or(|(earlier, _)| *earlier <= at_us) {
        *newest = Some((at_us, mark));
    }
}
