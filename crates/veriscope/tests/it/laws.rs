//! Again is the same: however documents are cut, packed, repeated and ordered, the tables are
//! those of one clean run.

use std::io::Write;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::Config;
use serde_json::{Value, json};
use veriscope_simulate::{Format, Options, Scenario, Simulation};

use crate::support::Sandbox;
use crate::tables::{TABLES, Table, export_all};

/// Columns with numbers that are given at first sight.
const NUMBERED: [&str; 2] = ["convenio", "user_name"];

/// A transaction, as far as the laws care.
#[derive(Clone, Debug)]
struct Attempt {
    process: Option<u8>,
    client: u8,
    user: Option<u8>,
    month: u8,
    minute: u8,
    total_ms: u32,
    is_accepted: bool,
}

impl Attempt {
    fn document(&self, number: usize) -> Value {
        let process = self
            .process
            .map(|process| format!("{process}-process_of_someone"));
        let (code, status) = if self.is_accepted {
            ("1400", "ok")
        } else {
            ("0102", "error")
        };
        json!({
            "file_token": format!("tx-{number}"),
            "date": format!("2031-{:02}-01T00:{:02}:00+00:00", self.month, self.minute),
            "user_name": self.user.map(|user| format!("user-of-api-{user}")),
            "summary": {"code": code, "status": status},
            "total_time_ms": self.total_ms,
            "metadata": {"near_img": {"liqe": {"results": {"predictions": {
                "score": f64::from(self.total_ms) / 8.0, "time_ms": self.minute}}}}},
            "user_data": {"convenio": format!("client-{}", self.client),
                "procesoConvenioGuid": process, "documento": format!("9000{:04}", self.user.unwrap_or(0))},
        })
    }
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let ids = (
        proptest::option::of(0..4_u8),
        0..4_u8,
        proptest::option::of(0..3_u8),
    );
    (ids, 1..4_u8, 0..6_u8, 0..900_u32, any::<bool>()).prop_map(
        |((process, client, user), month, minute, total_ms, is_accepted)| Attempt {
            process,
            client,
            user,
            month,
            minute,
            total_ms,
            is_accepted,
        },
    )
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    proptest::collection::vec(attempt(), 1..16)
}

fn documents(attempts: &[Attempt]) -> Vec<Value> {
    let numbered = attempts.iter().enumerate();
    numbered
        .map(|(number, attempt)| attempt.document(number))
        .collect()
}

/// Whole documents of a simulated month, and a few of few processes, clients and moments, among
/// which ties, missing ids and shared numbers are frequent.
fn month() -> impl Strategy<Value = Vec<Value>> {
    let simulated = (any::<u64>(), 1..40_u64);
    (simulated, attempts()).prop_flat_map(|((seed, transactions), attempts)| {
        let mut all = simulated_documents(seed, transactions);
        all.extend(documents(&attempts));
        Just(all).prop_shuffle()
    })
}

fn simulated_documents(seed: u64, transactions: u64) -> Vec<Value> {
    let options = Options {
        seed,
        transactions,
        landmarks: false,
        ..Options::default()
    };
    let simulation = Simulation::new(Scenario::published_month().unwrap(), options).unwrap();
    let mut bytes = Vec::new();
    simulation.write(Format::Json, &mut bytes, 1).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// How documents lie in a file.
#[derive(Clone, Copy, Debug)]
enum Packing {
    Compact,
    Pretty,
    Lines,
    Gzip,
    Zstd,
}

fn packing() -> impl Strategy<Value = Packing> {
    use Packing::{Compact, Gzip, Lines, Pretty, Zstd};
    proptest::sample::select(vec![Compact, Pretty, Lines, Gzip, Zstd])
}

impl Packing {
    fn bytes(self, documents: &[Value]) -> Vec<u8> {
        let lines: String = documents
            .iter()
            .map(|document| format!("{document}\n"))
            .collect();
        match self {
            Self::Compact => serde_json::to_vec(documents).unwrap(),
            Self::Pretty => serde_json::to_vec_pretty(documents).unwrap(),
            Self::Lines => lines.into_bytes(),
            Self::Gzip => {
                let mut encoder =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(lines.as_bytes()).unwrap();
                encoder.finish().unwrap()
            }
            Self::Zstd => zstd::encode_all(&serde_json::to_vec(documents).unwrap()[..], 1).unwrap(),
        }
    }
}

/// One folder for all cases of a law: every lake in it has the same key.
struct Lakes {
    sandbox: Sandbox,
    made: usize,
}

impl Lakes {
    fn new() -> Self {
        Self {
            sandbox: Sandbox::new(),
            made: 0,
        }
    }

    /// A lake of its own, made by runs over files; a run is the names of its files.
    fn lake(&mut self, runs: &[Vec<String>]) -> String {
        self.made += 1;
        let lake = format!("lake-{}", self.made);
        for files in runs {
            self.run(&lake, files);
        }
        lake
    }

    fn run(&self, lake: &str, files: &[String]) -> Value {
        let mut words = vec!["run", "--lake", lake, "--key-file", "team.key", "--json"];
        words.extend(files.iter().map(String::as_str));
        let ran = self.sandbox.run_ok(&words);
        serde_json::from_str(&ran.out).unwrap()
    }

    fn file(&self, name: &str, documents: &[Value], packing: Packing) -> String {
        let path = self.sandbox.path().join(name);
        std::fs::write(path, packing.bytes(documents)).unwrap();
        name.to_owned()
    }

    fn clean(&mut self, documents: &[Value]) -> String {
        let file = self.file("clean.ndjson", documents, Packing::Lines);
        self.lake(&[vec![file]])
    }

    fn tables(&self, lake: &str) -> Vec<String> {
        export_all(&self.sandbox, &["--lake", lake])
    }
}

/// Runs of the real binary take a second each: few cases, every one of them with all parts.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20,
        ..Config::default()
    }
}

#[test]
fn documents_may_be_cut_packed_and_repeated_in_any_way() {
    let lakes = std::cell::RefCell::new(Lakes::new());
    let cuts = (
        month(),
        proptest::collection::vec((any::<Index>(), packing(), any::<bool>()), 0..4),
        packing(),
        any::<Index>(),
    );
    proptest!(cases(4), |((documents, cuts, first, repeated) in cuts)| {
        let mut lakes = lakes.borrow_mut();
        let clean = lakes.clean(&documents);

        let mut places: Vec<(usize, Packing, bool)> = cuts
            .iter()
            .map(|(at, packing, is_new_run)| (at.index(documents.len()), *packing, *is_new_run))
            .collect();
        places.sort_by_key(|(at, ..)| *at);
        places.insert(0, (0, first, true));
        let mut runs: Vec<Vec<String>> = Vec::new();
        for (index, (from, packing, is_new_run)) in places.iter().enumerate() {
            let to = places.get(index + 1).map_or(documents.len(), |(at, ..)| *at);
            let file = lakes.file(&format!("part-{index}"), &documents[*from..to], *packing);
            match runs.last_mut() {
                Some(run) if !is_new_run => run.push(file),
                _ => runs.push(vec![file]),
            }
        }
        let again = repeated.index(runs.len());
        let mut repeating = runs[again].clone();
        repeating.extend(runs[again].clone());
        runs.insert(again + 1, repeating);
        let other = lakes.lake(&runs);
        prop_assert_eq!(lakes.tables(&other), lakes.tables(&clean));
    });
}

#[test]
fn documents_may_come_in_any_order_but_for_the_numbers() {
    let lakes = std::cell::RefCell::new(Lakes::new());
    let orders = month().prop_flat_map(|documents| {
        let shuffled = Just(documents.clone()).prop_shuffle();
        (Just(documents), shuffled)
    });
    proptest!(cases(3), |((documents, shuffled) in orders)| {
        let mut lakes = lakes.borrow_mut();
        let clean = lakes.clean(&documents);
        let half = shuffled.len() / 2;
        let files = [&shuffled[..half], &shuffled[half..]];
        let files = [("half-0", files[0]), ("half-1", files[1])]
            .map(|(name, part)| vec![lakes.file(name, part, Packing::Compact)]);
        let other = lakes.lake(&files);
        for ((name, expected), found) in TABLES.iter().zip(lakes.tables(&clean)).zip(lakes.tables(&other)) {
            let renumbered = |text: &str| Table::parse(text).renumbered(&NUMBERED);
            prop_assert_eq!(renumbered(&found), renumbered(&expected), "{}", name);
        }
    });
}

#[test]
fn an_update_that_moves_a_transaction_equals_a_start_from_scratch() {
    let lakes = std::cell::RefCell::new(Lakes::new());
    let updates = attempts().prop_flat_map(|attempts| {
        let all: Vec<usize> = (0..attempts.len()).collect();
        let count = attempts.len();
        (
            Just(attempts),
            subsequence(all, 1..=count),
            proptest::collection::vec(attempt(), count),
        )
    });
    proptest!(cases(4), |((attempts, chosen, moved) in updates)| {
        let mut lakes = lakes.borrow_mut();
        let before = documents(&attempts);
        let mut after = attempts.clone();
        for at in &chosen {
            // Everything but who sent it: another process, another month, another outcome.
            let Attempt { client, user, .. } = attempts[*at];
            after[*at] = Attempt { client, user, ..moved[*at].clone() };
        }
        let after = documents(&after);
        let scratch = lakes.clean(&after);

        let base = lakes.file("base.json", &before, Packing::Compact);
        let incremental = lakes.lake(&[vec![base]]);
        let updates: Vec<Value> = chosen.iter().map(|at| after[*at].clone()).collect();
        let updates = lakes.file("updates.json", &updates, Packing::Lines);
        let summary = lakes.run(&incremental, &[updates]);
        let changed = chosen.iter().filter(|at| after[**at] != before[**at]).count();
        prop_assert_eq!(&summary["updated"], changed);
        prop_assert_eq!(&summary["unchanged"], chosen.len() - changed);
        prop_assert_eq!(&summary["inserted"], 0);
        prop_assert_eq!(lakes.tables(&incremental), lakes.tables(&scratch));
    });
}

#[test]
fn of_two_contents_the_later_read_wins_whatever_its_date() {
    let mut lakes = Lakes::new();
    let attempt = |month, total_ms| Attempt {
        process: Some(1),
        client: 1,
        user: Some(1),
        month,
        minute: 0,
        total_ms,
        is_accepted: false,
    };
    let versions = [attempt(3, 30), attempt(1, 10), attempt(2, 20)].map(|a| a.document(0));
    // In one file, over two files of a run, and over runs.
    let file = lakes.file("one", &versions, Packing::Lines);
    let first = lakes.file("first", &versions[..1], Packing::Lines);
    let rest = lakes.file("rest", &versions[1..], Packing::Pretty);
    let expected = lakes.clean(&versions[2..]);
    let expected = lakes.tables(&expected);
    for runs in [
        vec![vec![file]],
        vec![vec![first.clone(), rest.clone()]],
        vec![vec![first.clone()], vec![rest]],
    ] {
        let lake = lakes.lake(&runs);
        assert_eq!(lakes.tables(&lake), expected, "{runs:?}");
        // Back to the first content: an update again, to an earlier file's words.
        let summary = lakes.run(&lake, std::slice::from_ref(&first));
        assert_eq!(summary["updated"], 1);
        let staging = Table::export(&lakes.sandbox, "staging", &["--lake", &lake]);
        assert_eq!(staging.column("total_time_ms"), ["30"]);
    }
}
