//! Tests of the closing table: the text as reviewed.

use std::collections::BTreeMap;

use veriscope_metrics::query::{Excluded, Exclusion, Outsize, OutsizeKind};

use super::{
    Acceptance, NoteCount, Quarantined, RunSummary, Share, SlowestMicroservice, SourceSummary,
    render,
};
use crate::terminal::Styles;

fn source(label: &str, documents: u64) -> SourceSummary {
    SourceSummary {
        label: label.to_owned(),
        documents,
    }
}

fn rule(client: &str, reason: Option<&str>) -> Exclusion {
    Exclusion {
        client: Some(client.to_owned()),
        reason: reason.map(str::to_owned),
        ..Exclusion::default()
    }
}

fn summary() -> RunSummary {
    RunSummary {
        run_id: "01948c2e".to_owned(),
        snapshot: Some(3),
        sources: vec![
            source("january.json", 14_000),
            source("february.ndjson.gz", 700),
        ],
        read: 14_700,
        inserted: 14_650,
        updated: 4,
        unchanged: 40,
        quarantined: Quarantined(BTreeMap::from([
            ("broken-json".to_owned(), 4),
            ("no-transaction-id".to_owned(), 2),
        ])),
        notes: vec![NoteCount {
            note: "rounded-duration".to_owned(),
            feature: "ocr_ms".to_owned(),
            count: 12,
        }],
        processes: Some(4_400),
        transactions: 14_654,
        acceptance: Some(Acceptance {
            transactions: Share {
                accepted: 9_741,
                total: 14_654,
            },
            last_attempts: Share {
                accepted: 4_000,
                total: 4_400,
            },
        }),
        excluded: vec![Excluded {
            rule: rule("convenio_3", Some("demonstrations")),
            rows: 120,
        }],
        outsize: Some(vec![Outsize {
            kind: OutsizeKind::Client,
            rule: rule("convenio_7", None),
            processes: 400,
            persons: 12,
            share: 400.0 / 4_400.0,
        }]),
        slowest_microservice: Some(SlowestMicroservice {
            name: "ocr".to_owned(),
            title: "Text recognition".to_owned(),
            mean_ms: 1_234.5,
            transactions: 9_000,
        }),
        bytes_read: 1_234_000_000,
        elapsed_ms: 12_400,
        database: None,
        lake: "./veriscope-lake".to_owned(),
        key_id: "00112233aabbccdd".to_owned(),
        new_key_file: Some("/home/ana/.config/veriscope/l1.key".to_owned()),
        next_steps: vec![
            "veriscope quarantine list".to_owned(),
            "veriscope export no-retries --out last-attempts.csv".to_owned(),
        ],
    }
}

fn empty() -> RunSummary {
    RunSummary {
        snapshot: None,
        sources: vec![source("-", 0)],
        read: 0,
        inserted: 0,
        updated: 0,
        unchanged: 0,
        quarantined: Quarantined::default(),
        notes: Vec::new(),
        processes: Some(0),
        transactions: 0,
        acceptance: Some(Acceptance {
            transactions: Share {
                accepted: 0,
                total: 0,
            },
            last_attempts: Share {
                accepted: 0,
                total: 0,
            },
        }),
        excluded: Vec::new(),
        outsize: Some(Vec::new()),
        slowest_microservice: None,
        bytes_read: 0,
        elapsed_ms: 0,
        new_key_file: None,
        next_steps: Vec::new(),
        ..summary()
    }
}

#[test]
fn the_closing_table_is_as_reviewed() {
    insta::assert_snapshot!("closing", render(&summary(), Styles::plain()));
}

#[test]
fn a_run_over_nothing_says_so() {
    insta::assert_snapshot!("closing-empty", render(&empty(), Styles::plain()));
}

#[test]
fn the_same_figures_as_json_are_as_reviewed() {
    let json = serde_json::to_string_pretty(&summary()).unwrap();
    insta::assert_snapshot!("closing-json", json);
}

#[test]
fn counts_that_do_not_add_up_are_shown_as_such() {
    let wrong = RunSummary {
        unchanged: 41,
        ..summary()
    };
    assert!(render(&wrong, Styles::plain()).contains("14,700 ≠ 14,650 + 4 + 41 + 6"));
}

#[test]
fn many_sources_are_not_all_listed() {
    let sources = (0..11).map(|n| source(&format!("{n}.json"), 10)).collect();
    let text = render(
        &RunSummary {
            sources,
            ..summary()
        },
        Styles::plain(),
    );
    assert!(
        text.contains("  7.json      10\n  and 3 more  30\n"),
        "{text}"
    );
}
