//! Retries on a table worked by hand, and laws on tables made at random.

use proptest::prelude::*;

use super::{Attempts, HorizonRule, NONE, Next, Options, Outcome, Retries, TransitionRow, retries};

const MINUTE: i64 = 60_000_000;
const A: u32 = 0;
const B: u32 = 1;

/// Process, person, client, minute, outcome, code, API ms, pictures.
type Row = (u32, u32, u32, i64, Outcome, u32, f32, u64);

fn table(rows: &[Row]) -> Attempts {
    let mut attempts = Attempts {
        codes: vec!["302".to_owned(), "406".to_owned()],
        ..Attempts::default()
    };
    for (process, person, client, minute, outcome, code, api, pictures) in rows {
        attempts.process.push(*process);
        attempts.person.push(*person);
        attempts.client.push(*client);
        attempts.at_us.push(minute * MINUTE);
        attempts.outcome.push(*outcome);
        attempts.code.push(*code);
        attempts.api_ms.push(*api);
        attempts.pictures.push(*pictures);
    }
    attempts
}

fn options() -> Options {
    Options {
        data_end_us: Some(1000 * MINUTE),
        horizon_us: Some(60 * MINUTE),
        ..Options::default()
    }
}

/// 0: fails twice with A, passes, repeats. 1: the same person, at another client, fails
/// once and is gone. 2: another person fails and is gone, and 3 passes at another client.
/// 4: nobody knows who failed five minutes before the end. 5: a technical error, then passes.
fn by_hand() -> Attempts {
    use Outcome::{Accepted, Rejected, Technical};
    table(&[
        (0, 0, 0, 0, Rejected, A, 100.0, 5),
        (0, 0, 0, 2, Rejected, A, 200.0, 5),
        (0, 0, 0, 5, Accepted, NONE, 300.0, 7),
        (0, 0, 0, 9, Accepted, NONE, 400.0, 8),
        (1, 0, 1, 700, Rejected, B, 100.0, 9),
        (2, 1, 0, 10, Rejected, A, 100.0, 10),
        (3, 1, 1, 50, Accepted, NONE, 100.0, 11),
        (4, NONE, 0, 995, Rejected, A, 100.0, 12),
        (5, 2, 0, 100, Technical, NONE, f32::NAN, 0),
        (5, 2, 0, 101, Accepted, NONE, 60.0, 13),
    ])
}

fn row<'a>(rows: &'a [TransitionRow], code: &str) -> &'a TransitionRow {
    rows.iter().find(|row| row.code == code).unwrap()
}

fn close(found: Option<f64>, expected: f64) {
    assert!(
        (found.unwrap() - expected).abs() < 1e-9,
        "{found:?} {expected}"
    );
}

#[test]
fn processes_end_accepted_gone_or_open() {
    let attempts = by_hand();
    attempts.check().unwrap();
    let found = retries(&attempts, &options());
    let all = &found.processes;
    assert_eq!((all.n, all.attempts, all.retries), (6, 10, 3));
    assert_eq!((all.accepted, all.gone, all.open), (3, 2, 1));
    close(all.first.map(|one| one.share), 1.0 / 6.0);
    close(all.ever.map(|one| one.share), 0.5);
    close(all.ever_of_closed.map(|one| one.share), 0.6);
    close(all.added.map(|one| one.difference), 1.0 / 3.0);
    assert_eq!(found.attempts_per_process, [(1, 4), (2, 1), (3, 1)]);
    let chances: Vec<_> = found
        .by_attempt
        .iter()
        .map(|one| (one.accepted.hits, one.accepted.trials, one.gone, one.open))
        .collect();
    assert_eq!(chances, [(1, 6, 2, 1), (1, 2, 0, 0), (1, 1, 0, 0)]);
}

#[test]
fn what_follows_a_failure_is_counted_by_code() {
    let found = retries(&by_hand(), &options());
    let all = row(&found.transitions, "302");
    assert_eq!(
        (all.n, all.same, all.other, all.accepted, all.gone, all.open),
        (4, 1, 0, 1, 1, 1)
    );
    let again = all
        .next
        .iter()
        .find(|one| one.next == Next::Code("302".to_owned()));
    close(again.unwrap().share, 1.0 / 3.0);
    let first = row(&found.after_first_failure, "302");
    assert_eq!((first.n, first.same, first.gone, first.open), (3, 1, 1, 1));
    assert_eq!(row(&found.transitions, "none").accepted, 1);
    assert_eq!(row(&found.transitions, "406").gone, 1);
}

/// Kaplan and Meier by hand for code A: back after 2 and 3 minutes, seen for 5 and 990:
/// 3/4 · 2/3.
#[test]
fn a_failure_five_minutes_before_the_end_is_censored() {
    let found = retries(&by_hand(), &options());
    let of_code = found
        .abandonment
        .iter()
        .find(|one| one.code.as_deref() == Some("302"))
        .unwrap();
    assert_eq!(of_code.n, 4);
    assert!((of_code.share - 0.5).abs() < 1e-9, "{of_code:?}");
    assert_eq!(found.abandonment[0].code, None);

    let alone = table(&[(0, 0, 0, 995, Outcome::Rejected, A, 1.0, 1)]);
    let found = retries(&alone, &options());
    assert_eq!((found.processes.gone, found.processes.open), (0, 1));
    assert_eq!(found.to_fix[0].lost, 0);
    // The usual horizon is a day where nobody shows how soon people come back.
    let usual = Options {
        data_end_us: Some(1000 * MINUTE),
        ..Options::default()
    };
    let found = retries(&alone, &usual);
    assert_eq!(found.horizon_ms, 86_400_000);
    assert_eq!(found.horizon_rule, HorizonRule::Default);
}

/// Accepted after 0, 1 and 5 minutes of six, one seen for five minutes, none for a day.
#[test]
fn acceptance_is_told_by_the_minute() {
    let found = retries(&by_hand(), &options()).accepted_by.within;
    let times: Vec<f64> = found.iter().map(|one| one.minutes).collect();
    assert_eq!(times, [1.0, 5.0, 15.0, 60.0]);
    close(found.first().map(|one| one.share), 1.0 / 3.0);
    close(found.get(1).map(|one| one.share), 0.5);
    close(found.last().map(|one| one.share), 0.5);
}

#[test]
fn costs_pauses_and_repeats_are_added_up() {
    let found = retries(&by_hand(), &options());
    assert_eq!((found.cost.retries, found.cost.processes), (3, 2));
    assert!((found.cost.api_ms - 560.0).abs() < 1e-9);
    assert!((found.cost.person_minutes - 6.0).abs() < 1e-9);
    close(found.cost.person_minutes_each, 3.0);
    close(found.cost.api_share, 560.0 / 1460.0);
    assert_eq!(
        (
            found.repeats.n,
            found.repeats.accepted,
            found.repeats.api_ms
        ),
        (1, 1, 400)
    );
    let all = &found.gaps[0];
    assert_eq!((all.code.as_ref(), all.n), (None, 3));
    assert!((all.p50_ms - 120_000.0).abs() < 1e-9);
}

#[test]
fn persons_who_come_back_are_found_under_their_new_process() {
    let found = retries(&by_hand(), &options());
    let back = &found.persons_back;
    assert_eq!((back.gone, back.known, back.accepted_later), (2, 2, 1));
    assert_eq!((back.same_client, back.other_client), (0, 1));
    assert_eq!((back.persons, back.persons_of_several_clients), (3, 2));
    let fix: Vec<_> = found
        .to_fix
        .iter()
        .map(|one| {
            (
                one.code.as_str(),
                one.failures,
                one.lost,
                one.lost_for_good,
                one.extra_attempts,
            )
        })
        .collect();
    assert_eq!(
        fix,
        [
            ("302", 4, 1, 0, 2),
            ("406", 1, 1, 1, 0),
            ("none", 1, 0, 0, 1)
        ]
    );
    assert!((found.to_fix[0].extra_api_ms - 500.0).abs() < 1e-9);
    assert!((found.to_fix[0].extra_minutes - 5.0).abs() < 1e-9);
    assert_eq!(
        (
            found.to_fix[0].processes,
            found.to_fix[0].processes_accepted
        ),
        (3, 1)
    );
}

#[test]
fn another_definition_of_a_process_joins_and_parts() {
    use Outcome::{Accepted, Rejected};
    // One person at one client under two ids within 5 minutes, then again after 2 hours.
    let attempts = table(&[
        (0, 0, 0, 0, Rejected, A, 1.0, 1),
        (1, 0, 0, 5, Accepted, NONE, 1.0, 2),
        (1, 0, 0, 125, Rejected, A, 1.0, 3),
    ]);
    let found = retries(&attempts, &options()).definitions;
    let of = |gap: Option<i64>| found.iter().find(|one| one.gap_ms == gap).unwrap();
    assert_eq!(of(None).processes, 2);
    assert!((of(None).ever - 0.5).abs() < 1e-9);
    assert_eq!(of(Some(600_000)).processes, 2);
    assert!((of(Some(600_000)).first - 0.0).abs() < 1e-9);
    assert!((of(Some(600_000)).ever - 0.5).abs() < 1e-9);
    assert_eq!(of(Some(86_400_000)).processes, 1);
    assert!((of(Some(86_400_000)).ever - 1.0).abs() < 1e-9);
}

#[test]
fn the_same_pictures_again_are_told_from_better_ones() {
    let mut attempts = by_hand();
    let scores = vec![1.0, 1.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0, f32::NAN, 2.0];
    attempts.scores = vec![("score_liqe".to_owned(), scores)];
    let found = retries(&attempts, &options()).pictures;
    assert_eq!((found.pairs, found.same), (2, 1));
    assert_eq!(found.accepted_same.map(|one| one.hits), Some(0));
    assert_eq!(found.accepted_other.map(|one| one.hits), Some(1));
    let score = &found.scores[0];
    assert_eq!((score.n, score.higher, score.lower), (1, 1, 0));
    close(score.median, 2.0);
}

#[test]
fn nothing_gives_nothing() {
    let found = retries(&Attempts::default(), &Options::default());
    assert_eq!((found.processes.n, found.processes.ever), (0, None));
    assert!(found.by_attempt.is_empty() && found.to_fix.is_empty());
    assert!(found.definitions.is_empty());
}

#[test]
fn rows_out_of_order_are_refused() {
    use Outcome::Rejected;
    let back = table(&[
        (0, 0, 0, 5, Rejected, A, 1.0, 1),
        (0, 0, 0, 4, Rejected, A, 1.0, 1),
    ]);
    assert!(
        back.check()
            .unwrap_err()
            .to_string()
            .contains("row 1 comes too late")
    );
    let apart = table(&[
        (0, 0, 0, 5, Rejected, A, 1.0, 1),
        (1, 0, 0, 6, Rejected, A, 1.0, 1),
        (0, 0, 0, 7, Rejected, A, 1.0, 1),
    ]);
    assert!(apart.check().is_err());
    let mut short = by_hand();
    short.code.pop();
    assert!(
        short
            .check()
            .unwrap_err()
            .to_string()
            .contains("column code has 9 rows")
    );
}

/// Person, client, minute of the first attempt, and (outcome and code, pause before it in
/// minutes) of each.
type Made = (u32, u32, i64, Vec<(u8, i64)>);

fn processes() -> impl Strategy<Value = Vec<Made>> {
    let tries = prop::collection::vec((0_u8..4, 0_i64..40), 1..6);
    prop::collection::vec((0_u32..6, 0_u32..3, 0_i64..900, tries), 0..25)
}

fn random_table(processes: &[Made]) -> Attempts {
    let mut rows: Vec<Row> = Vec::new();
    for (number, (person, client, start, tries)) in (0..).zip(processes) {
        let person = if *person == 5 { NONE } else { *person };
        let mut minute = *start;
        for (kind, pause) in tries {
            minute += pause;
            let (outcome, code) = match kind {
                0 => (Outcome::Accepted, NONE),
                1 => (Outcome::Technical, NONE),
                2 => (Outcome::Rejected, A),
                _ => (Outcome::Rejected, B),
            };
            rows.push((number, person, *client, minute, outcome, code, 10.0, 0));
        }
    }
    table(&rows)
}

fn sums(found: &Retries) -> (u64, u64, u64) {
    let failures = found.to_fix.iter().map(|one| one.failures).sum();
    let lost = found.to_fix.iter().map(|one| one.lost).sum();
    let extra = found.to_fix.iter().map(|one| one.extra_attempts).sum();
    (failures, lost, extra)
}

proptest! {
    #[test]
    fn everyone_is_counted_once_everywhere(processes in processes()) {
        let attempts = random_table(&processes);
        prop_assert!(attempts.check().is_ok());
        let found = retries(&attempts, &options());
        let all = &found.processes;
        prop_assert_eq!(all.accepted + all.gone + all.open, all.n);
        prop_assert_eq!(all.n + all.retries + found.repeats.n, all.attempts);
        prop_assert_eq!(found.attempts_per_process.iter().map(|one| one.1).sum::<u64>(), all.n);
        let (failures, lost, extra) = sums(&found);
        prop_assert_eq!(found.transitions.iter().map(|row| row.n).sum::<u64>(), failures);
        prop_assert_eq!((lost, extra), (all.gone, all.retries));
        prop_assert_eq!(extra, found.cost.retries);
        let by_attempt: u64 = found.by_attempt.iter().map(|one| one.accepted.hits).sum();
        prop_assert_eq!(by_attempt, all.accepted);
        prop_assert_eq!(found.persons_back.gone, all.gone);
        prop_assert!(found.persons_back.same_client + found.persons_back.other_client <= all.gone);
        for one in &found.definitions {
            prop_assert!(one.first <= one.ever && one.ever <= 1.0);
        }
    }

    #[test]
    fn chances_are_those_of_a_plain_count(processes in processes(), attempt in 1_usize..6) {
        let found = retries(&random_table(&processes), &options());
        let accepted_at = |tries: &Vec<(u8, i64)>| tries.iter().position(|one| one.0 == 0);
        let reached: Vec<_> = processes
            .iter()
            .filter(|one| accepted_at(&one.3).map_or(one.3.len(), |place| place + 1) >= attempt)
            .collect();
        let hits = reached.iter().filter(|one| accepted_at(&one.3) == Some(attempt - 1)).count();
        let here = found.by_attempt.get(attempt - 1).map(|one| (one.accepted.hits, one.accepted.trials));
        let expected = (!reached.is_empty()).then_some((hits as u64, reached.len() as u64));
        prop_assert_eq!(here, expected);
    }
}
