//! Tests of what an upsert decides to write.

use arrow_array::{BinaryArray, StringArray};

use super::{Plan, UpsertCounts, resolve};
use crate::lookup::Lookup;

/// Rows as `(key, content)`; the lake's as `(key, content, file)`.
fn plan(rows: &[(&str, &str)], lake: &[(&str, &str, usize)]) -> Plan {
    let tokens = StringArray::from_iter_values(rows.iter().map(|(key, _)| key));
    let hashes = BinaryArray::from_iter_values(rows.iter().map(|(_, content)| content.as_bytes()));
    let found = lake
        .iter()
        .map(|(key, content, file)| ((*key).to_owned(), (content.as_bytes().to_vec(), *file)))
        .collect();
    resolve(
        &tokens,
        &hashes,
        &Lookup {
            found,
            ..Lookup::default()
        },
    )
}

fn counts(inserted: u64, updated: u64, unchanged: u64) -> UpsertCounts {
    UpsertCounts {
        inserted,
        updated,
        unchanged,
    }
}

#[test]
fn new_rows_are_appended_and_rewrite_nothing() {
    let plan = plan(&[("a", "1"), ("b", "2")], &[("c", "3", 0)]);
    assert_eq!(plan.counts, counts(2, 0, 0));
    assert_eq!(plan.write, [0, 1]);
    assert!(plan.rewrite.is_empty());
}

#[test]
fn the_same_content_again_writes_nothing() {
    let plan = plan(&[("a", "1"), ("a", "1")], &[("a", "1", 0)]);
    assert_eq!(
        plan,
        Plan {
            counts: counts(0, 0, 2),
            ..Plan::default()
        }
    );
}

#[test]
fn a_changed_row_rewrites_the_one_file_that_holds_it() {
    let plan = plan(&[("a", "2"), ("b", "1")], &[("a", "1", 4), ("b", "1", 5)]);
    assert_eq!(plan.counts, counts(0, 1, 1));
    assert_eq!(plan.write, [0]);
    assert_eq!(plan.rewrite.into_iter().collect::<Vec<_>>(), [4]);
}

#[test]
fn of_repeats_inside_a_batch_the_later_wins() {
    let plan = plan(&[("a", "1"), ("a", "2"), ("a", "2")], &[]);
    assert_eq!(plan.counts, counts(1, 1, 1));
    assert_eq!(plan.write, [1]);
}

#[test]
fn a_change_that_is_taken_back_inside_a_batch_writes_nothing() {
    let plan = plan(&[("a", "2"), ("a", "1")], &[("a", "1", 0)]);
    assert_eq!(plan.counts, counts(0, 2, 0));
    assert!(plan.write.is_empty());
    assert!(plan.rewrite.is_empty());
}
