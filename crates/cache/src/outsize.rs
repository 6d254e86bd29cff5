//! Persons and clients behind an outsize share of the processes.

use std::collections::HashMap;

use veriscope_metrics::hashed::hash;
use veriscope_metrics::query::{Cell, OutsizeKind, OutsizeShare};

use crate::coded::Coded;
use crate::codes::at;
use crate::persons::PersonCount;
use crate::{Cache, NOBODY};

/// Returns outsize shares of the processes, whose person and client are those of their last
/// attempt that no exclusion leaves out. `hashes` has each person's, by number less one.
pub(crate) fn shares(cache: &Cache, hashes: &[u64]) -> Vec<OutsizeShare> {
    if cache.person.is_none() {
        return Vec::new();
    }
    let client = cache.client.as_deref().and_then(|name| cache.column(name));
    let mut persons = vec![0_u32; hashes.len() + 1];
    let mut clients: HashMap<usize, (u64, PersonCount)> = HashMap::new();
    let mut of = 0;
    for row in lasts(cache) {
        of += 1;
        let person = at(&cache.persons, row);
        if let Some(processes) = persons.get_mut(place(person)) {
            *processes += 1;
        }
        if let Some(client) = client {
            let (processes, persons) = clients.entry(client.place(place(row))).or_default();
            *processes += 1;
            persons.add(cache, row);
        }
    }
    let numbers = (NOBODY + 1..).zip(hashes);
    let of_persons = numbers.map(|(number, hash)| OutsizeShare {
        kind: OutsizeKind::Person,
        hash: *hash,
        processes: u64::from(at(&persons, number)),
        persons: 1,
        of,
    });
    let of_clients = clients
        .into_iter()
        .map(|(code, (processes, persons))| OutsizeShare {
            kind: OutsizeKind::Client,
            hash: client.map_or(0, |client| hash_of(client, code)),
            processes,
            persons: persons.finish(cache).unwrap_or(0),
            of,
        });
    of_persons
        .chain(of_clients)
        .filter(OutsizeShare::is_outsize)
        .collect()
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// 0 for what is no name.
fn hash_of(client: &Coded, code: usize) -> u64 {
    match client.values.get(code) {
        Some(Cell::Text(name)) if !name.is_empty() => hash(name),
        _ => 0,
    }
}

/// The last attempt of each process that no exclusion leaves out.
fn lasts(cache: &Cache) -> impl Iterator<Item = u32> {
    let processes = cache.processes.chunk_by(|one, next| one == next);
    let mut first = 0_usize;
    processes.filter_map(move |rows| {
        let range = first..first + rows.len();
        first = range.end;
        let excluded = cache.excluded.get(range.clone())?;
        let last = excluded.iter().rposition(|out| !out)?;
        u32::try_from(range.start + last).ok()
    })
}
