//! One metric, three languages: the same number for the same rows.
//!
//! DataFusion and a real PostgreSQL server are asked; DAX, which no program of ours runs, is
//! a snapshot that people review.

use veriscope_card::views::View;
use veriscope_metrics::expression::{Predicate, parse_predicate};
use veriscope_metrics::query::Query;
use veriscope_metrics::render::postgres::{Renderer, Select};

use crate::metric_support::{
    Bench, all, asked, asked_together, by, database, drawn_rows, insert, rows, same,
};

/// Tokens in mixed case that differ in case alone, nulls, and a client of technical errors
/// only, for which the decided transactions are none.
const ATTEMPTS: &str = "
    file_token | documento | convenio | api_hash | outcome   | is_first | total_time_ms
    aA         | p1        | Client_a | ABC      | accepted  | true     | 10
    Aa         | p1        | Client_a | abc      | rejected  | false    | 20
    b          | P1        | client_A | Abc      | accepted  | true     | 40
    c          |           | client_A |          | accepted  |          |
    d          | p2        |          | abc      | technical | true     | 0
    e          | p3        | z'ero    | a\\b     | technical | true     |
    f          | p3        | z'ero    | a\\b     | technical | false    |
";

#[test]
fn acceptance_is_the_same_in_datafusion_and_postgres() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let answer = bench.get("acceptance", &by(&["convenio"]));
    // By bytes: null, then C before c before z.
    let expected = [
        "null: 0 of 1",
        "Client_a: 0.5 of 2",
        "client_A: 1 of 2",
        "z'ero: 0 of 2",
    ];
    assert_eq!(rows(&answer), expected);
    same_in_postgres(&bench, "acceptance", &["convenio"]);
}

#[test]
fn a_zero_denominator_is_null_in_datafusion_and_postgres() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let answer = bench.get("acceptance_decided", &by(&["convenio"]));
    let expected = [
        "null: null of 0",
        "Client_a: 0.5 of 2",
        "client_A: 1 of 2",
        "z'ero: null of 0",
    ];
    assert_eq!(rows(&answer), expected);
    same_in_postgres(&bench, "acceptance_decided", &["convenio"]);
}

#[test]
fn tokens_that_differ_in_case_are_different_persons() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    assert_eq!(bench.total("persons"), (Some(4.0), 6));
    same_in_postgres(&bench, "persons", &["api_hash"]);
}

#[test]
fn every_metric_is_the_same_in_postgres_without_a_row_with_one_and_with_some() {
    let bench = Bench::new();
    let drawn = [
        (View::Attempts, ATTEMPTS),
        (
            View::Processes,
            "
            file_token | attempts | is_accepted | first_outcome | accepted_after_ms | api_time_ms | documento
            a          | 1        | true        | accepted      | 0                 | 5           | p
            b          | 3        | true        | rejected      | 9007199254740993  |             | P
            c          | 1        | false       | technical     |                   | 7           |
            ",
        ),
        (
            View::MicroserviceTimes,
            "
            file_token | microservice | picture | service_ms | queue_ms | documento
            a          | liqe         | near    | 10         |          | p
            a          | liqe         | far     | 0          | 3        | p
            b          | Liqe         |         |            | 4        |
            ",
        ),
    ];
    let database = database(&bench.card);
    for taken in [0, 1, usize::MAX] {
        for (view, drawn) in drawn {
            let whole = drawn_rows(&bench.card, view, drawn);
            let some = whole.slice(0, taken.min(whole.num_rows()));
            let header = drawn.lines().filter(|line| !line.trim().is_empty());
            let lines: Vec<&str> = header.take(1 + some.num_rows()).collect();
            bench.draw(view, &lines.join("\n"));
            database.sql(&format!("TRUNCATE \"Mixed Case\".{}", view.name()));
            insert(&database, view, &some);
        }
        let metrics = bench.registry.metrics();
        let sql = |metric| bench.registry.to_sql(metric, "Mixed Case", &[]);
        let statements: Vec<String> = metrics.iter().map(sql).collect();
        let found = asked_together(&database, &statements);
        for (metric, (value, n)) in metrics.iter().zip(found) {
            let expected = bench.evaluate(metric, &all()).unwrap().total;
            assert!(
                same(value, expected.value) && n == expected.n,
                "{} of {taken} rows: {value:?} of {n} in PostgreSQL, {expected:?}",
                metric.id
            );
        }
    }
}

#[test]
fn conditions_keep_the_same_rows_in_datafusion_and_postgres() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    let database = database(&bench.card);
    insert(
        &database,
        View::Attempts,
        &drawn_rows(&bench.card, View::Attempts, ATTEMPTS),
    );
    let columns = bench.registry.columns(View::Attempts);
    let metric = bench.metric("transactions");
    // Expected counts were found by hand in the table above.
    for (condition, expected) in [
        ("api_hash = 'abc'", 2),
        ("api_hash <> 'abc'", 4),
        ("not api_hash = 'abc'", 4),
        ("api_hash is null or api_hash > 'a'", 5),
        ("api_hash < 'a'", 2),
        (r"api_hash = 'a\b'", 2),
        ("convenio = 'z''ero'", 2),
        ("convenio in ('Client_a', 'z''ero')", 4),
        ("convenio not in ('Client_a', 'z''ero')", 2),
        // Null and no is no: d is kept.
        ("not (convenio in ('Client_a') and outcome = 'accepted')", 6),
        ("total_time_ms between 10 and 20", 2),
        ("total_time_ms not between 10 and 20", 2),
        ("total_time_ms > 19.5", 2),
        ("is_first", 4),
        ("not is_first", 2),
        ("is_first is null", 1),
        ("is_first is not true", 3),
        ("(is_first = false) is not true", 5),
        ("true", 7),
        ("false", 0),
    ] {
        let predicate = parse_predicate(condition, columns).unwrap();
        for (predicate, expected) in [
            (predicate.clone(), expected),
            (predicate.normal(), expected),
            (predicate.complement(), 7 - expected),
        ] {
            let found = counted(&bench, &predicate);
            assert_eq!(found, expected, "{condition}: {predicate}");
            let sql = Renderer { columns }.select(
                &metric.measure,
                Select {
                    schema: "Mixed Case",
                    by: &[],
                    rows: Some(&predicate),
                },
            );
            assert_eq!(asked(&database, &sql)[0].2, expected, "{sql}");
        }
    }
}

fn counted(bench: &Bench, predicate: &Predicate) -> u64 {
    let query = Query {
        rows: Some(predicate.clone()),
        ..all()
    };
    bench.get("transactions", &query).total.n
}

/// Asks PostgreSQL for a metric by dimensions, and compares all of it.
fn same_in_postgres(bench: &Bench, id: &str, dimensions: &[&str]) {
    let metric = bench.metric(id);
    let query = by(dimensions);
    let database = database(&bench.card);
    insert(
        &database,
        metric.view,
        &drawn_rows(&bench.card, metric.view, ATTEMPTS),
    );
    let sql = bench.registry.to_sql(metric, "Mixed Case", &query.by);
    let mut found = asked(&database, &sql);
    // PostgreSQL puts nulls last.
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = bench.get(id, &query);
    let written: Vec<String> = found
        .iter()
        .map(|(cells, value, n)| {
            let cells: Vec<String> = cells
                .iter()
                .map(|cell| cell.clone().unwrap_or_else(|| "null".to_owned()))
                .collect();
            let value = value.map_or_else(|| "null".to_owned(), |value| value.to_string());
            format!("{}: {value} of {n}", cells.join(", "))
        })
        .collect();
    assert_eq!(written, rows(&expected), "{sql}");
}

#[test]
fn sql_and_dax_of_every_kind_of_measure_are_as_reviewed() {
    let bench = Bench::new();
    let mut page = String::new();
    for id in [
        "acceptance",
        "acceptance_decided",
        "persons",
        "attempts_per_process",
        "retry_gap_p50",
        "run_time_p95",
        "http_error_rate",
    ] {
        let metric = bench.metric(id);
        let sql = bench.registry.to_sql(metric, "public", &[]);
        let dax = bench.registry.to_dax(metric).unwrap();
        page.push_str(&format!(
            "-- {id}: {}\n{sql};\n\n{id} = {dax}\n\n",
            metric.measure
        ));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn dax_of_conditions_is_as_reviewed() {
    let bench = Bench::new();
    let columns = bench.registry.columns(View::Attempts);
    let mut page = String::new();
    for condition in [
        "not (convenio = 'say \"a\"' or is_first)",
        "summary_code in (0, 1402) and day >= '2025-01-10'",
        "convenio not in ('a', 'b')",
        "date < '2025-01-10T00:00:00-05:00' or date_local >= '2025-01-10'",
        "score_liqe_near_img between -1 and 2.5",
        "api_hash is null",
    ] {
        let predicate = parse_predicate(condition, columns).unwrap();
        let measure = veriscope_metrics::expression::Measure::Count.filter(predicate);
        let renderer = veriscope_metrics::render::dax::Renderer {
            columns,
            one_case: bench.registry.one_case(),
        };
        let dax = renderer.measure(&measure).unwrap();
        page.push_str(&format!("-- {condition}\n{dax}\n\n"));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn values_that_may_differ_in_case_alone_are_not_counted_in_dax() {
    let bench = Bench::new();
    let renderer = veriscope_metrics::render::dax::Renderer {
        columns: bench.registry.columns(View::Attempts),
        one_case: bench.registry.one_case(),
    };
    let distinct = |column: &str| {
        renderer.measure(&veriscope_metrics::expression::Measure::Distinct(
            column.to_owned(),
        ))
    };
    assert!(distinct("documento").is_ok());
    assert!(distinct("file_token").is_err());
}
