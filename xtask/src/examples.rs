//! `examples`: about sixty invented transactions that show each way in which one ends.

use std::fs;

use anyhow::{Context, bail};
use chrono::{DateTime, Duration, FixedOffset};
use serde_json::{Value, json};

use crate::document::{Transaction, document};
use crate::ending::{Ending, Picture};
use crate::random::Random;
use crate::workspace;

const FILE: &str = "examples/transactions.ndjson";
const SEED: u64 = 2_025;

pub(crate) const CLIENTS: [&str; 3] = [
    "5a0e1c00-0000-4000-8000-0000000000a1",
    "5a0e1c00-0000-4000-8000-0000000000b2",
    "5a0e1c00-0000-4000-8000-0000000000c3",
];
pub(crate) const USERS: [&str; 2] = ["enrolment-app", "branch-office"];

/// A release of the API, and the least LIQE score under its policy.
pub(crate) const RELEASES: [(&str, f64); 3] =
    [("3f9c1d2", 1.3), ("a07be64", 1.3), ("c52d8f0", 1.5)];

/// One enrolment: which client, which person, and how its attempts end in turn.
struct Process {
    client: usize,
    person: u64,
    endings: &'static [Ending],
}

const fn process(client: usize, person: u64, endings: &'static [Ending]) -> Process {
    Process {
        client,
        person,
        endings,
    }
}

#[rustfmt::skip]
const PROCESSES: [Process; 25] = {
    use Ending::*;
    [
        process(0, 12, &[Accepted]),
        process(0, 13, &[BlurNear, Accepted]),
        process(1, 14, &[NonFrontal, NonFrontal, Accepted, Accepted]),
        process(0, 15, &[Hand, Accepted]),
        process(1, 16, &[Accepted, Accepted, Accepted]),
        process(2, 17, &[SpoofNear, SpoofNear, SpoofFar]),
        process(0, 18, &[BlurFar, BlurNear, GeometryFail, Accepted]),
        process(1, 19, &[Sunglasses, Accepted]),
        process(0, 20, &[Accepted]),
        process(2, 21, &[FaceNotFound, Hat, Accepted]),
        process(0, 13, &[Accepted, BlurNear]),
        process(1, 22, &[GeometryFail, GeometryFail, Accepted]),
        process(0, 23, &[BadLights, BadLights, NotSharp]),
        process(2, 24, &[Accepted]),
        process(1, 25, &[QualityDown, Accepted]),
        process(0, 26, &[MultipleFaces, Accepted]),
        process(0, 27, &[BlurNear, BlurNear, BlurFar, BlurNear]),
        process(2, 28, &[FaceMask, Accepted, Accepted]),
        process(1, 29, &[Accepted]),
        process(0, 30, &[NonFrontal, BlurFar, Accepted]),
        process(1, 31, &[Crash, Accepted]),
        process(2, 17, &[SpoofFar, GeometryFail]),
        process(0, 32, &[Accepted, Accepted]),
        process(1, 33, &[BlurNear, Hand, Accepted]),
        process(0, 34, &[GeometryFail, SpoofNear]),
    ]
};

/// Processes from this one on are of the second day.
const SECOND_DAY_FROM: usize = 13;

pub(crate) fn write() -> anyhow::Result<()> {
    let text = text()?;
    fs::write(workspace::root().join(FILE), text).context(FILE)?;
    eprintln!("wrote {FILE}");
    Ok(())
}

pub(crate) fn check() -> anyhow::Result<()> {
    let found = fs::read_to_string(workspace::root().join(FILE)).context(FILE)?;
    if found != text()? {
        bail!("{FILE} is not what `cargo xtask examples` writes: run it, or undo the edit");
    }
    eprintln!("[examples] {FILE} is current");
    Ok(())
}

/// The documents in order of time, one a line.
fn text() -> anyhow::Result<String> {
    let mut random = Random::new(SEED);
    let mut transactions = transactions(&mut random)?;
    transactions.sort_by_key(|transaction| transaction.instant);
    let mut text = String::new();
    for transaction in &transactions {
        let document = document(transaction, &mut random, short_landmarks);
        text.push_str(&document.to_string());
        text.push('\n');
    }
    Ok(text)
}

/// Two points tell the shape; all 478 would fill the repository.
fn short_landmarks(picture: Picture) -> Value {
    let depth = match picture {
        Picture::Near => -0.02,
        Picture::Far => -0.01,
    };
    json!([{ "0": [0.5, 0.6, depth], "1": [0.51, 0.55, depth] }])
}

fn transactions(random: &mut Random) -> anyhow::Result<Vec<Transaction>> {
    let mut transactions = Vec::new();
    let mut start = time("2025-03-04T08:41:07.250318-05:00")?;
    for (number, process) in PROCESSES.iter().enumerate() {
        if number == SECOND_DAY_FROM {
            start = time("2025-03-05T07:58:33.104772-05:00")?;
        }
        let first = transactions.len();
        append(&mut transactions, process, start, random);
        if number == SECOND_DAY_FROM {
            // Its caller sent no process id.
            for transaction in transactions.iter_mut().skip(first) {
                transaction.process = None;
            }
        }
        start += gap(random, 900, 2_700);
    }
    Ok(transactions)
}

fn append(
    transactions: &mut Vec<Transaction>,
    process: &Process,
    start: DateTime<FixedOffset>,
    random: &mut Random,
) {
    let person = format!("{}", 1_000_000_000 + process.person);
    let process_id = format!("{person}_{}", start.format("%Y-%m-%d_%H:%M:%S"));
    let mut instant = start + gap(random, 2, 12);
    for &ending in process.endings {
        let (release, liqe_threshold) = release_at(instant);
        transactions.push(Transaction {
            instant,
            ending,
            release,
            user: if process.client == 2 {
                USERS[1]
            } else {
                USERS[0]
            },
            client: CLIENTS.get(process.client).copied().unwrap_or_default(),
            person: person.clone(),
            process: Some(process_id.clone()),
            liqe_threshold,
        });
        instant += gap(random, 9, 75);
    }
}

/// A pause between so many seconds, with a fraction of its own.
fn gap(random: &mut Random, low_s: u64, high_s: u64) -> Duration {
    let us = random.between(low_s * 1_000_000, high_s * 1_000_000);
    Duration::microseconds(i64::try_from(us).unwrap_or(i64::MAX))
}

/// The second release came at noon of the first day, the third on the second morning.
fn release_at(instant: DateTime<FixedOffset>) -> (&'static str, f64) {
    let [first, second, third] = RELEASES;
    match instant.format("%Y-%m-%dT%H").to_string().as_str() {
        hour if hour < "2025-03-04T12" => first,
        hour if hour < "2025-03-05T09" => second,
        _ => third,
    }
}

pub(crate) fn time(text: &str) -> anyhow::Result<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).with_context(|| format!("`{text}` is no time"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{check, text};

    fn documents() -> Vec<Value> {
        text()
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn distinct(documents: &[Value], pointer: &str) -> BTreeSet<String> {
        documents
            .iter()
            .filter_map(|each| each.pointer(pointer))
            .map(Value::to_string)
            .collect()
    }

    #[test]
    fn the_committed_examples_are_current() {
        check().unwrap();
    }

    #[test]
    fn the_examples_have_what_the_readme_promises() {
        let documents = documents();
        assert_eq!(documents.len(), 60);
        assert_eq!(distinct(&documents, "/file_token").len(), 60);
        assert_eq!(
            distinct(&documents, "/user_data/procesoConvenioGuid").len(),
            24
        );
        assert_eq!(distinct(&documents, "/user_data/convenio").len(), 3);
        assert_eq!(distinct(&documents, "/user_name").len(), 2);
        assert_eq!(distinct(&documents, "/api_hash").len(), 3);
        assert_eq!(distinct(&documents, "/summary/code").len(), 14);
        let without = |pointer: &str| {
            documents
                .iter()
                .filter(|each| each.pointer(pointer).is_none())
                .count()
        };
        assert_eq!(without("/user_data/procesoConvenioGuid"), 1);
        assert_eq!(without("/summary"), 1);
    }

    #[test]
    fn a_document_stops_where_its_check_failed() {
        let documents = documents();
        let blurred = documents
            .iter()
            .find(|each| each["summary"]["code"] == "0302")
            .map(|each| &each["metadata"])
            .unwrap();
        assert!(blurred["near_img"]["liqe"].is_object());
        assert!(blurred["near_img"]["as_heuristics"].is_null());
        assert!(blurred["geometry_check"].is_null());
    }
}
