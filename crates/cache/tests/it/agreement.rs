//! A law: whatever the rows, filters and exclusions, memory gives the registry's numbers as
//! the query engine does.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Runtime;
use veriscope_cache::{Axis, Cache, CacheError, Filters, GroupTally, Measured, QUEUED, Selection};
use veriscope_card::views::View;
use veriscope_metrics::expression::{Comparison, Literal, Measure, Predicate, Value};
use veriscope_metrics::query::{Cell, Exclusion, Number, Query};
use veriscope_metrics::registry::Metric;
use veriscope_metrics::render::datafusion::Quantiles;

use crate::month::{Month, Row, row};

const COUNTED: [&str; 14] = [
    "transactions",
    "processes",
    "persons",
    "acceptance",
    "acceptance_first",
    "acceptance_last",
    "acceptance_ever",
    "acceptance_decided",
    "technical_error_rate",
    "accepted",
    "rejected",
    "retries",
    "repeat_share",
    "never_accepted_share",
];

const DIMENSIONS: [&[&str]; 7] = [
    &[],
    &["convenio"],
    &["day"],
    &["summary_code", "convenio"],
    &["hour", "weekday"],
    &["is_last"],
    &["outcome"],
];

/// One filter: as memory and as the engine takes it.
type Both = (&'static str, Vec<String>, Predicate);

fn filter() -> impl Strategy<Value = Both> {
    let text = |column: &'static str, value: &'static str| {
        (
            column,
            vec![value.to_owned()],
            Predicate::equals(column, value),
        )
    };
    let is_null = Predicate::IsNull("convenio".to_owned());
    let range = |low: i64, high: i64| {
        let end = |comparison, value| {
            Predicate::Compare("hour".to_owned(), comparison, Literal::Int(value))
        };
        Predicate::And(vec![end(Comparison::Ge, low), end(Comparison::Le, high)])
    };
    let codes = [Literal::Int(1402), Literal::Int(302)];
    prop_oneof![
        Just(text("convenio", "convenio_1")),
        Just((
            "convenio",
            vec!["convenio_2".to_owned(), String::new()],
            Predicate::Or(vec![Predicate::equals("convenio", "convenio_2"), is_null]),
        )),
        Just(text("outcome", "rejected")),
        (0_i64..20, 0_i64..8).prop_map(move |(low, more)| (
            "hour",
            vec![format!("{low}..{}", low + more)],
            range(low, low + more),
        )),
        Just((
            "summary_code",
            vec!["1402".to_owned(), "302".to_owned()],
            Predicate::In("summary_code".to_owned(), codes.to_vec()),
        )),
        Just((
            "total_time_ms",
            vec!["10..40".to_owned(), String::new()],
            Predicate::Or(vec![
                Predicate::And(vec![
                    Predicate::Compare(
                        "total_time_ms".to_owned(),
                        Comparison::Ge,
                        Literal::Int(10)
                    ),
                    Predicate::Compare(
                        "total_time_ms".to_owned(),
                        Comparison::Le,
                        Literal::Int(40)
                    ),
                ]),
                Predicate::IsNull("total_time_ms".to_owned()),
            ]),
        )),
        Just((
            "is_last",
            vec!["true".to_owned()],
            Predicate::equals("is_last", true)
        )),
    ]
}

fn exclusions() -> impl Strategy<Value = Vec<Exclusion>> {
    let one = prop_oneof![
        Just(Exclusion {
            client: Some("convenio_0".to_owned()),
            ..Exclusion::default()
        }),
        Just(Exclusion {
            person: Some("documento_3".to_owned()),
            ..Exclusion::default()
        }),
        Just(Exclusion {
            person: Some("documento_3".to_owned()),
            release: Some("aa".to_owned()),
            ..Exclusion::default()
        }),
    ];
    vec(one, 0..3)
}

/// The first filter of each column.
fn once_each(both: &[Both]) -> Vec<Both> {
    let mut once: Vec<Both> = Vec::new();
    for one in both {
        if !once.iter().any(|(column, ..)| *column == one.0) {
            once.push(one.clone());
        }
    }
    once
}

struct Asked {
    month: Month,
    cache: Cache,
    runtime: Runtime,
    query: Query,
    filters: Filters,
}

impl Asked {
    fn of(rows: &[Row], both: &[Both], exclude: Vec<Exclusion>) -> Self {
        let both = once_each(both);
        let month = Month::of(rows);
        let runtime = Runtime::new().unwrap();
        let cache = runtime.block_on(month.cache(&exclude));
        let asked = both
            .iter()
            .map(|(column, texts, _)| (*column, texts.as_slice()));
        let filters = Filters::of(&cache, asked).unwrap();
        let conditions = both.iter().map(|(_, _, condition)| condition.clone());
        let query = Query {
            rows: (!both.is_empty()).then(|| Predicate::And(conditions.collect())),
            exclude,
            ..Query::default()
        };
        Self {
            month,
            cache,
            runtime,
            query,
            filters,
        }
    }

    fn selection(&self) -> Selection<'_> {
        Selection::of(&self.cache, self.filters.clone())
    }

    /// The engine's numbers, by the text of their group; the whole under its own, and alone
    /// where the metric can't be asked by these columns.
    fn engine(&self, metric: &Metric, by: &[&str]) -> HashMap<String, Number> {
        let can_be_asked = |name: &&str| metric.dimensions.iter().any(|known| known == name);
        let by = if by.iter().all(can_be_asked) { by } else { &[] };
        let query = Query {
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            rows: self
                .query
                .rows
                .as_ref()
                .map(|rows| of_view(rows, metric.view)),
            ..self.query.clone()
        };
        let answer = self
            .runtime
            .block_on(self.month.source().evaluate(metric, &query))
            .unwrap();
        let rows = answer.rows.into_iter();
        let mut numbers: HashMap<String, Number> = rows
            .map(|row| (format!("{:?}", row.dimensions), row.number))
            .collect();
        numbers.insert("whole".to_owned(), answer.total);
        numbers
    }
}

/// A condition on attempts as one on processes, which are their last attempts.
fn of_view(condition: &Predicate, view: View) -> Predicate {
    if view != View::Processes {
        return condition.clone();
    }
    let all = |parts: &[Predicate]| parts.iter().map(|part| of_view(part, view)).collect();
    match condition {
        Predicate::And(parts) => Predicate::And(all(parts)),
        Predicate::Or(parts) => Predicate::Or(all(parts)),
        Predicate::Compare(column, comparison, literal) => match column.as_str() {
            "outcome" => {
                Predicate::Compare("last_outcome".to_owned(), *comparison, literal.clone())
            }
            "is_last" => Predicate::And(Vec::new()),
            _ => condition.clone(),
        },
        Predicate::In(column, literals) if column == "summary_code" => {
            Predicate::In("last_code".to_owned(), literals.clone())
        }
        other => other.clone(),
    }
}

fn close(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(1.0),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn same(found: &Number, wanted: &Number) -> bool {
    close(found.value, wanted.value)
        && close(found.low, wanted.low)
        && close(found.high, wanted.high)
        && found.n == wanted.n
        && found.persons == wanted.persons
        && found.is_too_few == wanted.is_too_few
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_and_shares_are_the_engines(
        rows in vec(row(), 0..160),
        both in vec(filter(), 0..3),
        exclude in exclusions(),
        dimensions in 0..DIMENSIONS.len(),
        metrics in prop::sample::subsequence(COUNTED.to_vec(), 4),
    ) {
        let asked = Asked::of(&rows, &both, exclude);
        // Small numbers are compared too: the least that is shown is one row of one person.
        let has_time = both.iter().any(|(column, ..)| *column == "total_time_ms");
        let of_attempts = |id: &&&str| asked.month.registry.metric(id).unwrap().view == View::Attempts;
        let all: Vec<Metric> = metrics
            .iter()
            // Processes have no time of their last attempt.
            .filter(|id| !has_time || of_attempts(id))
            .map(|id| {
                let mut metric = asked.month.registry.metric(id).unwrap().clone();
                metric.enough.rows = metric.enough.rows.min(1);
                metric.enough.clusters = metric.enough.clusters.min(1);
                metric
            })
            .collect();
        let all_of: Vec<&Metric> = all.iter().collect();
        let by = DIMENSIONS[dimensions];
        let measured = Measured::of(&asked.cache, &all_of).unwrap();
        let axes: Vec<Axis<'_>> =
            by.iter().map(|name| Axis::all(asked.cache.column(name).unwrap())).collect();
        let tally = GroupTally::new(&asked.cache, &measured, &axes).unwrap();
        let groups = tally.count(&asked.selection(), None);
        for (place, metric) in all.iter().enumerate() {
            let mut wanted = asked.engine(metric, by);
            let whole = wanted.remove("whole").unwrap();
            prop_assert!(same(&groups.total[place], &whole), "{}: {:?} {whole:?}", metric.id, groups.total[place]);
            if !by.iter().all(|name| metric.dimensions.iter().any(|known| known == name)) || by.is_empty() {
                continue;
            }
            for group in &groups.groups {
                let key = format!("{:?}", group.values);
                // A group of attempts may hold no process.
                let found = &group.numbers[place];
                let Some(number) = wanted.remove(&key) else {
                    prop_assert!(metric.view == View::Processes && found.n == 0, "{} {key}", metric.id);
                    continue;
                };
                prop_assert!(same(found, &number), "{} {key}: {found:?} {number:?}", metric.id);
            }
            prop_assert!(wanted.is_empty(), "{} lacks {wanted:?}", metric.id);
        }
    }

    #[test]
    fn times_are_the_engines(
        rows in vec(row(), 0..120),
        both in vec(filter(), 0..3),
        exclude in exclusions(),
    ) {
        let asked = Asked::of(&rows, &both, exclude);
        let of = || Value::column("total_time_ms");
        let quantile = |share| Measure::Quantile { of: of(), share };
        let measures = [Measure::Mean(of()), quantile(0.5), quantile(0.95), quantile(0.99)];
        let source = asked.month.source();
        let by = ["hour".to_owned()];
        let wanted = source.table(View::Attempts, &asked.query, &by, &measures, Quantiles::Exact);
        let wanted = asked.runtime.block_on(wanted).unwrap();
        let wanted: HashMap<String, Vec<Option<f64>>> = wanted
            .into_iter()
            .filter(|row| row.values[0].is_some())
            .map(|row| (format!("{:?}", row.group), row.values))
            .collect();
        let axis = Axis::all(asked.cache.column("hour").unwrap());
        let found = asked.selection().times("total_time_ms", Some(&axis), 1, None).unwrap();
        prop_assert_eq!(found.len(), wanted.len());
        for group in found {
            let values = &wanted[&format!("{:?}", [group.value])];
            let [p50, p95, p99] = group.quantiles.unwrap();
            for (found, wanted) in [group.mean.unwrap(), p50, p95, p99].into_iter().zip(values) {
                prop_assert!(close(Some(found), *wanted), "{found} {wanted:?}");
            }
        }
    }

    #[test]
    fn microservices_take_what_the_engine_says(
        rows in vec(row(), 0..120),
        both in vec(filter(), 0..3),
    ) {
        // Times of single runs can't be asked by the place of their attempt.
        let shared = ["convenio", "hour", "outcome"];
        let both = both.into_iter().filter(|(column, ..)| shared.contains(column));
        let both: Vec<Both> = both.collect();
        let asked = Asked::of(&rows, &both, Vec::new());
        let mut query = asked.query.clone();
        query.enough = Some(veriscope_metrics::intervals::Enough { rows: 0, clusters: 0 });
        let times = asked.selection().service_times(&asked.month.model).into_iter();
        // The engine needs seconds for each; three of them ran.
        for times in times.filter(|times| times.transactions > 0).take(2) {
            let id = format!("time_{}_mean", times.microservice);
            let metric = asked.month.registry.metric(&id).unwrap();
            let source = asked.month.source();
            let wanted = asked.runtime.block_on(source.evaluate(metric, &query)).unwrap().total;
            prop_assert!(close(times.mean_ms, wanted.value), "{id}: {times:?} {wanted:?}");
            prop_assert!(close(times.interval.map(|both| both.0), wanted.low), "{id}: {times:?} {wanted:?}");
            prop_assert!(close(times.interval.map(|both| both.1), wanted.high), "{id}: {times:?} {wanted:?}");
            prop_assert_eq!((times.transactions, times.persons), (wanted.n, wanted.persons));
            let of_runs = |id: &str| {
                let metric = asked.month.registry.metric(id).unwrap();
                let of = Predicate::equals("microservice", times.microservice.as_str());
                let rows = query.rows.clone().map_or(of.clone(), |rows| rows.and(of));
                let query = Query { rows: Some(rows), ..query.clone() };
                asked.runtime.block_on(source.evaluate(metric, &query)).unwrap().total.value
            };
            prop_assert!(close(times.service.map(|one| one.mean), of_runs("service_time_mean")));
            prop_assert!(close(times.service.map(|one| one.p95), of_runs("service_time_p95")));
            prop_assert!(close(times.queue.map(|one| one.p50), of_runs("queue_time_p50")));
        }
        prop_assert!(asked.cache.duration(QUEUED).is_some());
    }

    #[test]
    fn a_chart_along_a_column_leaves_its_filter_aside(rows in vec(row(), 0..120), both in vec(filter(), 2..4)) {
        let asked = Asked::of(&rows, &both, Vec::new());
        let (column, _, _) = both[0];
        prop_assume!(column != "total_time_ms");
        let others: Vec<Both> = both.iter().filter(|(name, ..)| *name != column).cloned().collect();
        let without = Asked::of(&rows, &others, Vec::new());
        let count = |asked: &Asked, but: Option<&str>| {
            let metric = asked.month.registry.metric("acceptance").unwrap();
            let measured = Measured::of(&asked.cache, &[metric]).unwrap();
            let axes = [Axis::all(asked.cache.column(column).unwrap())];
            let tally = GroupTally::new(&asked.cache, &measured, &axes).unwrap();
            tally.count(&asked.selection(), but)
        };
        prop_assert_eq!(count(&asked, Some(column)), count(&without, None));
    }

    #[test]
    fn outsize_shares_are_the_engines(
        rows in vec(row(), 60..150),
        persons in 1_u8..5,
        exclude in exclusions(),
    ) {
        // Whose a process is must not hang on which of two attempts in one instant is the last.
        let rows: Vec<Row> = rows
            .into_iter()
            .map(|mut row| {
                row.process = row.process.and_then(|_| u8::try_from(row.minute % 80).ok());
                let of = row.process.unwrap_or(250);
                row.person = (of % 11 != 0).then_some(of % persons);
                row.client = (of % 7 != 0).then_some(of % 2);
                row
            })
            .collect();
        let asked = Asked::of(&rows, &[], exclude);
        let source = asked.month.source();
        let wanted = asked.runtime.block_on(source.outsize(&asked.query)).unwrap();
        let named = source.named(&asked.query, asked.cache.outsize().unwrap().to_vec());
        prop_assert_eq!(asked.runtime.block_on(named).unwrap(), wanted);
    }

    #[test]
    fn the_largest_and_all_others_are_everything(rows in vec(row(), 1..120)) {
        let asked = Asked::of(&rows, &[], Vec::new());
        let metric = asked.month.registry.metric("transactions").unwrap();
        let measured = Measured::of(&asked.cache, &[metric]).unwrap();
        let selection = asked.selection();
        let column = asked.cache.column("convenio").unwrap();
        let axes = [Axis::largest(column, &selection, 2)];
        let tally = GroupTally::new(&asked.cache, &measured, &axes).unwrap();
        let groups = tally.count(&selection, None);
        let rows_alone: Vec<(Vec<Cell>, u64)> =
            groups.groups.iter().map(|group| (group.values.clone(), group.numbers[0].n)).collect();
        prop_assert_eq!(tally.rows(&selection), rows_alone);
        let n = |cell: &Cell| {
            groups.groups.iter().filter(|group| group.values[0] == *cell).map(|group| group.numbers[0].n).sum::<u64>()
        };
        let all: u64 = groups.groups.iter().map(|group| group.numbers[0].n).sum();
        prop_assert_eq!(all, u64::try_from(rows.len()).unwrap());
        let mut sizes: Vec<u64> = column.values.iter().map(|value| {
            let text = match value { Cell::Text(text) => Some(text.clone()), _ => None };
            u64::try_from(rows.iter().filter(|row| row.client.map(|client| format!("convenio_{client}")) == text).count()).unwrap()
        }).collect();
        sizes.sort_unstable();
        let largest = column.values.iter().filter(|value| **value != Cell::Null).map(n).max().unwrap_or(0);
        prop_assert!(largest <= *sizes.last().unwrap());
        prop_assert_eq!(axes[0].others, sizes.len().saturating_sub(2).min(if sizes.len() <= 2 { 0 } else { usize::MAX }));
    }
}

#[test]
fn a_person_between_whose_rows_others_stand_is_one_person() {
    let row = |process: u8, person: Option<u8>, minute: i64| Row {
        process: Some(process),
        person,
        client: None,
        release: false,
        minute,
        status: Some("error"),
        code: Some(302),
        total_ms: None,
        service_ms: [None; 3],
        queue_ms: None,
        score: None,
    };
    // Whatever the order of the processes, rows of nobody and of another come between.
    let other = |process: u8| (process.is_multiple_of(2)).then_some(1);
    let of = |process| [row(process, other(process), 1), row(process, Some(0), 2)];
    let rows: Vec<Row> = (0..6).flat_map(of).collect();
    let asked = Asked::of(&rows, &[], Vec::new());
    let metric = asked.month.registry.metric("persons").unwrap();
    let measured = Measured::of(&asked.cache, &[metric]).unwrap();
    let tally = GroupTally::new(&asked.cache, &measured, &[]).unwrap();
    let total = &tally.count(&asked.selection(), None).total[0];
    assert_eq!((total.value, total.n), (Some(2.0), 9));
}

#[test]
fn what_can_be_no_value_is_refused_and_what_no_row_has_keeps_nothing() {
    let asked = Asked::of(&[], &[], Vec::new());
    let of = |column: &str, text: &str| {
        Filters::of(&asked.cache, [(column, &[text.to_owned()][..])]).map(|_| ())
    };
    assert!(matches!(
        of("nothing", "1"),
        Err(CacheError::UnknownColumn { .. })
    ));
    assert!(of("convenio", "convenio_77").is_ok());
}
