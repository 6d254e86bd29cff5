//! Queries: scope, exclusions, totals, intervals, too few, outsize traffic.

use veriscope_base::ErrorClass;
use veriscope_card::views::View;
use veriscope_metrics::expression::{Day, parse_predicate};
use veriscope_metrics::intervals::{ClusterCount, Level, proportion};
use veriscope_metrics::query::{Exclusion, OutsizeKind, Query};

use crate::metric_support::{Bench, all, by, rows};

const ATTEMPTS: &str = "
    file_token | documento | convenio   | user_name | api_hash | outcome  | day        | hour | summary_code | weekday
    a          | ana       | convenio_1 | u1        | r1       | accepted | 2025-01-08 | 9    | 0            | 3
    b          | ana       | convenio_1 | u1        | r2       | rejected | 2025-01-08 | 23   | 1402         | 3
    c          | eva       | convenio_1 | u2        | r2       | accepted | 2025-01-09 | 0    | 0            | 4
    d          | eva       | convenio_2 |           | r2       | accepted | 2025-01-10 | 9    | 0            | 5
    e          |           | convenio_2 | u2        |          | rejected | 2025-01-10 | 9    | 301          | 5
    f          |           |            | u2        | r1       | rejected |            | 9    |              |
";

fn day(text: &str) -> Option<Day> {
    Day::parse(text)
}

fn client(name: &str) -> Exclusion {
    Exclusion {
        client: Some(name.to_owned()),
        ..Exclusion::default()
    }
}

#[test]
fn groups_are_in_order_and_null_is_a_group() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let answer = bench.get("acceptance", &by(&["convenio"]));
    assert_eq!(
        rows(&answer),
        [
            "null: 0 of 1",
            "convenio_1: 0.6666666666666666 of 3",
            "convenio_2: 0.5 of 2",
        ]
    );
    assert_eq!(answer.total.value, Some(0.5));
    assert_eq!((answer.total.n, answer.total.persons), (6, Some(2)));
    assert_eq!(answer.rows[0].number.persons, Some(0));
}

#[test]
fn a_dimension_is_found_whatever_its_case() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let answer = bench.get("transactions", &by(&["CONVENIO", "Day"]));
    assert_eq!(answer.by, ["convenio", "day"]);
    assert_eq!(rows(&answer)[1], "convenio_1, 2025-01-08: 2 of 2");
}

#[test]
fn totals_are_computed_and_not_added_up() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let answer = bench.get("persons", &by(&["convenio"]));
    // eva is at two clients.
    assert_eq!(
        rows(&answer),
        ["null: 0 of 0", "convenio_1: 2 of 3", "convenio_2: 1 of 1"]
    );
    assert_eq!(answer.total.value, Some(2.0));
}

#[test]
fn persons_behind_a_filtered_number_are_counted_once() {
    let bench = Bench::with(
        View::Attempts,
        "
        file_token | documento | outcome  | is_first
        a          | ana       | accepted | true
        b          | ana       | rejected | true
        c          | ana       | rejected | true
        d          | eva       | accepted | false
        ",
    );
    let total = bench.get("acceptance_first", &all()).total;
    assert_eq!((total.n, total.persons), (3, Some(1)));
}

#[test]
fn days_are_local_and_both_ends_belong_to_them() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let count = |from, to| {
        let query = Query { from, to, ..all() };
        bench.get("transactions", &query).total.n
    };
    assert_eq!(count(None, None), 6);
    assert_eq!(count(day("2025-01-08"), day("2025-01-08")), 2);
    assert_eq!(count(day("2025-01-09"), None), 3);
    assert_eq!(count(None, day("2025-01-09")), 3);
}

#[test]
fn conditions_narrow_the_rows() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let columns = bench.registry.columns(View::Attempts);
    let query = Query {
        rows: Some(
            parse_predicate(
                "convenio = 'convenio_1' and summary_code in (0, 1402)",
                columns,
            )
            .unwrap(),
        ),
        ..by(&["weekday"])
    };
    let answer = bench.get("acceptance", &query);
    assert_eq!(rows(&answer), ["3: 0.5 of 2", "4: 1 of 1"]);
}

#[test]
fn exclusions_leave_rows_out_and_say_how_many() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let query = Query {
        exclude: vec![
            client("convenio_2"),
            Exclusion {
                user: Some("u2".to_owned()),
                release: Some("r2".to_owned()),
                ..Exclusion::default()
            },
            Exclusion {
                person: Some("nobody".to_owned()),
                reason: Some("a typing error".to_owned()),
                ..Exclusion::default()
            },
        ],
        ..all()
    };
    let answer = bench.get("transactions", &query);
    // d, e by the first rule; c by the second; f has no client and stays.
    assert_eq!(answer.total.n, 3);
    let left: Vec<u64> = answer.excluded.iter().map(|one| one.rows).collect();
    assert_eq!(left, [2, 1, 0]);
}

#[test]
fn what_exclusions_left_out_is_counted_within_the_days_asked_for() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let query = Query {
        exclude: vec![client("convenio_1")],
        from: day("2025-01-09"),
        ..all()
    };
    let answer = bench.get("transactions", &query);
    assert_eq!((answer.total.n, answer.excluded[0].rows), (2, 1));
}

#[test]
fn an_exclusion_that_names_nothing_is_refused() {
    let bench = Bench::new();
    let query = Query {
        exclude: vec![Exclusion::default()],
        ..all()
    };
    let error = bench.try_get("transactions", &query).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Configuration);
}

#[test]
fn a_number_that_rests_on_too_little_is_not_there() {
    let drawn = |persons: usize| {
        let mut lines = vec!["file_token | documento | outcome".to_owned()];
        for at in 0..60 {
            let outcome = if at % 3 == 0 { "rejected" } else { "accepted" };
            lines.push(format!("t{at} | p{} | {outcome}", at % persons));
        }
        lines.join("\n")
    };
    let bench = Bench::with(View::Attempts, &drawn(60));
    let enough = bench.get("acceptance", &Query::default()).total;
    assert_eq!(
        (enough.value, enough.is_too_few),
        (Some(40.0 / 60.0), false)
    );
    bench.draw(View::Attempts, &drawn(9));
    let few = bench.get("acceptance", &Query::default()).total;
    assert_eq!((few.value, few.low, few.is_too_few), (None, None, true));
    assert_eq!((few.n, few.persons), (60, Some(9)));
    // A count is what it is.
    let count = bench.get("transactions", &Query::default()).total;
    assert_eq!((count.value, count.is_too_few), (Some(60.0), false));
}

#[test]
fn intervals_come_from_sums_per_person() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let total = bench.get("acceptance", &all()).total;
    let counts = [(1, 2), (2, 2), (0, 1), (0, 1)];
    // ana, eva, and two transactions of unknown persons, each by itself.
    let clusters = counts.map(|(hits, trials)| ClusterCount { hits, trials });
    let expected = proportion(&clusters, Level::NINETY_FIVE).unwrap();
    let near = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 1e-12;
    assert!(
        near(total.low, expected.low) && near(total.high, expected.high),
        "{total:?}"
    );

    let by_client = bench.get("acceptance", &by(&["convenio"]));
    let clusters = [(1, 2), (1, 1)].map(|(hits, trials)| ClusterCount { hits, trials });
    let expected = proportion(&clusters, Level::NINETY_FIVE).unwrap();
    let row = &by_client.rows[1].number;
    assert!(
        near(row.low, expected.low) && near(row.high, expected.high),
        "{row:?}"
    );
}

#[test]
fn an_interval_holds_its_number() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    for id in ["acceptance", "acceptance_decided", "technical_error_rate"] {
        let total = bench.get(id, &all()).total;
        let (value, low, high) = (
            total.value.unwrap(),
            total.low.unwrap(),
            total.high.unwrap(),
        );
        assert!(
            (0.0..=value).contains(&low) && (value..=1.0).contains(&high),
            "{id}: {total:?}"
        );
    }
}

#[test]
fn what_does_not_go_with_the_view_is_refused_as_wrong_use() {
    let bench = Bench::new();
    let refused = |query: &Query| {
        let error = bench.try_get("acceptance", query).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Usage);
        error.to_string()
    };
    let unknown = refused(&by(&["cliente"]));
    assert!(
        unknown.contains("`acceptance` can't be asked by `cliente`"),
        "{unknown}"
    );
    assert!(unknown.contains("convenio"), "{unknown}");
    let identity = refused(&by(&["documento"]));
    assert!(
        identity.contains("can't be asked by `documento`"),
        "{identity}"
    );
    assert_eq!(
        refused(&by(&["day", "DAY"])),
        "the dimension `day` is named twice"
    );
    let backwards = Query {
        from: day("2025-02-01"),
        to: day("2025-01-01"),
        ..all()
    };
    assert!(refused(&backwards).starts_with("the first day is after the last"));
}

/// 50 processes of one person each, 30 of one person and 20 of two at a client of their own;
/// of one process there are forty attempts, which are no forty processes.
fn outsize_processes() -> String {
    let header = "file_token | procesoConvenioGuid | documento | convenio | day";
    let mut lines = vec![header.to_owned()];
    for at in 0..50 {
        lines.push(format!("o{at} | of{at} | p{at} | convenio_1 | 2025-01-08"));
    }
    for at in 0..39 {
        lines.push(format!("a{at} | of0 | p0 | convenio_1 | 2025-01-08"));
    }
    for at in 0..30 {
        lines.push(format!("t{at} | tf{at} | tester | convenio_1 | 2025-01-09"));
    }
    for at in 0..20 {
        let twin = at % 2;
        lines.push(format!(
            "u{at} | uf{at} | twin{twin} | convenio_2 | 2025-01-09"
        ));
    }
    lines.join("\n")
}

#[test]
fn traffic_that_looks_like_a_test_is_named_with_its_rule() {
    let bench = Bench::with(View::Attempts, &outsize_processes());
    let found = bench.block_on(bench.source().outsize(&all())).unwrap();
    let [person, other] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(person.kind, OutsizeKind::Person);
    assert_eq!(person.rule.words(), "person tester");
    assert_eq!((person.processes, person.persons), (30, 1));
    assert!((person.share - 0.3).abs() < 1e-12);
    assert_eq!(other.kind, OutsizeKind::Client);
    assert_eq!(other.rule, client("convenio_2"));
    assert_eq!((other.processes, other.persons), (20, 2));
}

#[test]
fn what_is_excluded_or_outside_the_days_is_not_named_again() {
    let bench = Bench::with(View::Attempts, &outsize_processes());
    let excluded = Query {
        exclude: vec![
            client("convenio_2"),
            Exclusion {
                person: Some("tester".to_owned()),
                ..Exclusion::default()
            },
        ],
        ..all()
    };
    assert!(
        bench
            .block_on(bench.source().outsize(&excluded))
            .unwrap()
            .is_empty()
    );
    let earlier = Query {
        to: day("2025-01-08"),
        ..all()
    };
    assert!(
        bench
            .block_on(bench.source().outsize(&earlier))
            .unwrap()
            .is_empty()
    );
}
