//! Traffic that looks like a test: one person, or one client with few persons, behind an
//! outsize share of processes. It is named with the rule that would exclude it; nothing is
//! excluded by itself.

use std::collections::{HashMap, HashSet};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::array::cast::AsArray;
use datafusion::arrow::array::types::TimestampMicrosecondType;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::prelude::DataFrame;
use foldhash::fast::FixedState;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use veriscope_card::Roles;
use veriscope_card::views::View;

use super::scope::Scope;
use super::{Exclusion, Query, QueryError, Source};
use crate::hashed::{self, each_text, hash, hashes};
use crate::number::share;
use crate::render::datafusion::column;

/// So many processes at least: below, chance makes any share.
const LEAST_PROCESSES: u64 = 20;
/// So large a share of all processes at least. In a real month of 3,043 persons the second
/// most frequent one had 0.5 %, the first 17.6 %.
const LEAST_SHARE: f64 = 0.01;
/// So many processes per person of a client at least. In that month clients in use had 1.0
/// to 1.8, those that others tested with 5 to 40.
const LEAST_PER_PERSON: f64 = 5.0;

/// An outsize share of processes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outsize {
    /// Whose it is.
    pub kind: OutsizeKind,
    /// The rule that would exclude it.
    pub rule: Exclusion,
    /// Its processes.
    pub processes: u64,
    /// Its persons.
    pub persons: u64,
    /// Its share of all processes.
    pub share: f64,
}

/// Whose an outsize share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsizeKind {
    /// One person's.
    Person,
    /// One client's, with many processes per person.
    Client,
}

impl Source<'_> {
    /// Returns outsize shares of the processes with an attempt within a query's days, after
    /// its exclusions, the largest first. A process is the person's and client's of its last
    /// attempt. Without persons on the card there are none.
    ///
    /// # Errors
    /// As [`Source::evaluate`].
    pub async fn outsize(&self, query: &Query) -> Result<Vec<Outsize>, QueryError> {
        let roles = &self.card.roles;
        let Some(person) = &roles.person else {
            return Ok(Vec::new());
        };
        let mut seen = Seen::default();
        let mut columns = vec![roles.date.as_str(), person];
        columns.extend(roles.process.as_deref());
        columns.extend(roles.client.as_deref());
        let mut rows = self.stream(query, &columns).await?;
        while let Some(batch) = rows.next().await {
            seen.add(roles, &batch?)?;
        }
        self.named(query, seen.outsize()).await
    }

    /// Puts names to outsize shares, the largest first; reads no further than to the last of
    /// them.
    ///
    /// # Errors
    /// As [`Source::evaluate`].
    pub async fn named(
        &self,
        query: &Query,
        mut found: Vec<OutsizeShare>,
    ) -> Result<Vec<Outsize>, QueryError> {
        let roles = &self.card.roles;
        let wanted = |kind: OutsizeKind| {
            let of_kind = found.iter().filter(move |one| one.kind == kind);
            of_kind.map(|one| one.hash).collect::<Vec<u64>>()
        };
        let mut names = HashMap::new();
        for (column, kind) in [
            (&roles.person, OutsizeKind::Person),
            (&roles.client, OutsizeKind::Client),
        ] {
            if let Some(column) = column {
                names.extend(self.names(query, column, wanted(kind)).await?);
            }
        }
        found.sort_by_key(|one| (std::cmp::Reverse(one.processes), one.hash));
        Ok(found
            .into_iter()
            .filter_map(|one| {
                Some(Outsize {
                    kind: one.kind,
                    rule: rule(one.kind, names.get(&one.hash)?.clone()),
                    processes: one.processes,
                    persons: one.persons,
                    share: share(one.processes, one.of).unwrap_or_default(),
                })
            })
            .collect())
    }

    /// Reads columns of the attempts of a query's days and exclusions.
    async fn stream(
        &self,
        query: &Query,
        columns: &[&str],
    ) -> Result<SendableRecordBatchStream, QueryError> {
        let scope = Scope::rows(self, self.registry.columns(View::Attempts), query)?;
        let mut once: Vec<&str> = Vec::with_capacity(columns.len());
        for name in columns {
            if !once.contains(name) {
                once.push(name);
            }
        }
        let plan = LogicalPlanBuilder::from(scope.plan(self).await?)
            .project(once.into_iter().map(column))?
            .build()?;
        let frame = DataFrame::new(self.session.state(), plan);
        Ok(frame.execute_stream().await?)
    }

    /// Finds the texts of a column that have these hashes.
    async fn names(
        &self,
        query: &Query,
        name: &str,
        wanted: Vec<u64>,
    ) -> Result<HashMap<u64, String>, QueryError> {
        let mut found: HashMap<u64, String> = HashMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let mut rows = self.stream(query, &[name]).await?;
        while found.len() < wanted.len() {
            let Some(batch) = rows.next().await else {
                break;
            };
            let batch = batch?;
            each_text(hashed::column(&batch, name)?, name, |_, text| {
                if let Some(text) = text {
                    let hash = hash(text);
                    if wanted.contains(&hash) && !found.contains_key(&hash) {
                        found.insert(hash, text.to_owned());
                    }
                }
            })?;
        }
        Ok(found)
    }
}

/// One process, as hashes; 0 is none.
#[derive(Clone, Copy)]
struct Process {
    at_us: i64,
    person: u64,
    client: u64,
}

/// A share of the processes that may be outsize, its name not yet known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsizeShare {
    /// Whose it is.
    pub kind: OutsizeKind,
    /// The hash of the name, by [`hash`].
    pub hash: u64,
    /// Its processes.
    pub processes: u64,
    /// Its persons.
    pub persons: u64,
    /// All processes.
    pub of: u64,
}

impl OutsizeShare {
    /// Returns whether it is outsize; what has no name (hash 0) never is.
    #[must_use]
    pub fn is_outsize(&self) -> bool {
        let each = share(self.processes, self.persons).unwrap_or_default();
        let is_many = self.kind == OutsizeKind::Person || each >= LEAST_PER_PERSON;
        let least = LEAST_PROCESSES.max(least_of(self.of));
        self.hash != 0 && self.processes >= least && is_many
    }
}

/// By hashes of names, which want no other protection.
type ByHash<T> = HashMap<u64, T, FixedState>;

/// The processes that were seen.
#[derive(Default)]
struct Seen {
    processes: ByHash<Process>,
    /// Attempts without a process id: each is a process of its own.
    alone: Vec<Process>,
}

impl Seen {
    fn add(&mut self, roles: &Roles, batch: &RecordBatch) -> Result<(), QueryError> {
        let hashed = |name: Option<&str>| {
            let mut into = Vec::with_capacity(batch.num_rows());
            hashes(batch, name, &mut into).map(|()| into)
        };
        let keys = hashed(roles.process.as_deref())?;
        let persons = hashed(roles.person.as_deref())?;
        let clients = hashed(roles.client.as_deref())?;
        let dates = hashed::column(batch, &roles.date)?;
        let dates = dates
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| hashed::wrong(dates, &roles.date, "Timestamp(Microsecond)"))?;
        let rows = keys.iter().zip(persons.iter().zip(&clients));
        for ((key, (person, client)), at_us) in rows.zip(dates.values()) {
            let process = Process {
                at_us: *at_us,
                person: *person,
                client: *client,
            };
            if *key == 0 {
                self.alone.push(process);
                continue;
            }
            let last = self.processes.entry(*key).or_insert(process);
            if process.at_us >= last.at_us {
                *last = process;
            }
        }
        Ok(())
    }

    fn total(&self) -> u64 {
        u64::try_from(self.processes.len() + self.alone.len()).unwrap_or(u64::MAX)
    }

    fn outsize(&self) -> Vec<OutsizeShare> {
        let of = self.total();
        let mut persons: ByHash<u64> = ByHash::default();
        let mut clients: ByHash<(u64, HashSet<u64, FixedState>)> = ByHash::default();
        for process in self.processes.values().chain(&self.alone) {
            *persons.entry(process.person).or_default() += 1;
            let (processes, of) = clients.entry(process.client).or_default();
            *processes += 1;
            of.insert(process.person);
        }
        let of_persons = persons.into_iter().map(|(hash, processes)| OutsizeShare {
            kind: OutsizeKind::Person,
            hash,
            processes,
            persons: 1,
            of,
        });
        let of_clients = clients.into_iter().map(|(hash, (processes, mut persons))| {
            persons.remove(&0);
            OutsizeShare {
                kind: OutsizeKind::Client,
                hash,
                processes,
                persons: u64::try_from(persons.len()).unwrap_or(u64::MAX),
                of,
            }
        });
        of_persons
            .chain(of_clients)
            .filter(OutsizeShare::is_outsize)
            .collect()
    }
}

/// The least count that is [`LEAST_SHARE`] of a total.
fn least_of(total: u64) -> u64 {
    let least = (crate::number::float_u64(total) * LEAST_SHARE).ceil();
    u64::try_from(crate::number::floor_index(least)).unwrap_or(u64::MAX)
}

fn rule(kind: OutsizeKind, name: String) -> Exclusion {
    match kind {
        OutsizeKind::Person => Exclusion {
            person: Some(name),
            ..Exclusion::default()
        },
        OutsizeKind::Client => Exclusion {
            client: Some(name),
            ..Exclusion::default()
        },
    }
}
