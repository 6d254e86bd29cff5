//! A law: measures over random rows are what a slow, plain evaluation gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use veriscope_card::views::View;
use veriscope_metrics::expression::{Comparison, Literal, Measure, Predicate, Value};
use veriscope_metrics::intervals::Enough;
use veriscope_metrics::query::Query;
use veriscope_metrics::registry::{Metric, Unit};
use veriscope_metrics::render::postgres::{Renderer, Select};

use crate::metric_support::{Bench, all, asked_together, database, drawn_rows, insert, same};

/// One row of `attempts`: two columns of text, one of integers, one of floats, one of booleans.
#[derive(Clone, Debug)]
struct Plain {
    client: Option<&'static str>,
    release: Option<&'static str>,
    time: Option<i64>,
    score: Option<f64>,
    first: Option<bool>,
}

const TEXT: [&str; 4] = ["a", "A", "aB", "Ab"];
const COLUMNS: [&str; 5] = [
    "convenio",
    "api_hash",
    "total_time_ms",
    "score_liqe_near_img",
    "is_first",
];

impl Plain {
    fn draw(&self, key: usize) -> String {
        fn cell<T: ToString>(value: Option<T>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        format!(
            "{key} | {} | {} | {} | {} | {}",
            cell(self.client),
            cell(self.release),
            cell(self.time),
            cell(self.score),
            cell(self.first)
        )
    }

    fn get(&self, column: &str) -> Option<Literal> {
        match column {
            "convenio" => self.client.map(Literal::from),
            "api_hash" => self.release.map(Literal::from),
            "total_time_ms" => self.time.map(Literal::Int),
            "score_liqe_near_img" => self.score.map(Literal::Float),
            _ => self.first.map(Literal::Bool),
        }
    }

    fn number(&self, value: &Value) -> Option<f64> {
        let one = |column: &str| match self.get(column)? {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            Literal::Int(value) => Some(value as f64),
            Literal::Float(value) => Some(value),
            _ => None,
        };
        let mut columns = value.columns();
        let first = one(columns.next()?)?;
        Some(
            first
                + columns
                    .map(|column| one(column).unwrap_or(0.0))
                    .sum::<f64>(),
        )
    }

    /// Three values of truth.
    #[expect(
        clippy::manual_try_fold,
        reason = "of three-valued truth, an unknown part does not end the search"
    )]
    fn holds(&self, predicate: &Predicate) -> Option<bool> {
        match predicate {
            Predicate::Compare(column, comparison, literal) => {
                let value = self.get(column)?;
                Some(compared(&value, *comparison, literal))
            }
            Predicate::In(_, literals) if literals.is_empty() => Some(false),
            Predicate::NotIn(_, literals) if literals.is_empty() => Some(true),
            Predicate::In(column, literals) => {
                let value = self.get(column)?;
                Some(
                    literals
                        .iter()
                        .any(|one| compared(&value, Comparison::Eq, one)),
                )
            }
            Predicate::NotIn(column, literals) => {
                let value = self.get(column)?;
                Some(
                    literals
                        .iter()
                        .all(|one| compared(&value, Comparison::Ne, one)),
                )
            }
            Predicate::IsNull(column) => Some(self.get(column).is_none()),
            Predicate::IsNotNull(column) => Some(self.get(column).is_some()),
            Predicate::And(parts) => {
                parts
                    .iter()
                    .map(|part| self.holds(part))
                    .fold(Some(true), |all, one| match (all, one) {
                        (Some(false), _) | (_, Some(false)) => Some(false),
                        (Some(true), Some(true)) => Some(true),
                        _ => None,
                    })
            }
            Predicate::Or(parts) => {
                parts
                    .iter()
                    .map(|part| self.holds(part))
                    .fold(Some(false), |any, one| match (any, one) {
                        (Some(true), _) | (_, Some(true)) => Some(true),
                        (Some(false), Some(false)) => Some(false),
                        _ => None,
                    })
            }
            Predicate::Not(inner) => self.holds(inner).map(|holds| !holds),
        }
    }
}

fn compared(value: &Literal, comparison: Comparison, literal: &Literal) -> bool {
    use std::cmp::Ordering;
    let order = match (value, literal) {
        (Literal::Text(one), Literal::Text(other)) => one.as_bytes().cmp(other.as_bytes()),
        (Literal::Bool(one), Literal::Bool(other)) => one.cmp(other),
        (Literal::Int(one), Literal::Int(other)) => one.cmp(other),
        (Literal::Float(one), Literal::Float(other)) => one.partial_cmp(other).unwrap(),
        _ => panic!("types"),
    };
    match comparison {
        Comparison::Eq => order == Ordering::Equal,
        Comparison::Ne => order != Ordering::Equal,
        Comparison::Lt => order == Ordering::Less,
        Comparison::Le => order != Ordering::Greater,
        Comparison::Gt => order == Ordering::Greater,
        Comparison::Ge => order != Ordering::Less,
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn plain(measure: &Measure, rows: &[&Plain]) -> Option<f64> {
    let values = |of: &Value| -> Vec<f64> {
        let mut values: Vec<f64> = rows.iter().filter_map(|row| row.number(of)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    match measure {
        Measure::Count => Some(rows.len() as f64),
        Measure::Distinct(column) => {
            let different: BTreeSet<String> = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|value| value.to_string())
                .collect();
            Some(different.len() as f64)
        }
        Measure::Sum(of) => {
            let values = values(of);
            (!values.is_empty()).then(|| values.iter().sum())
        }
        Measure::Mean(of) => {
            let values = values(of);
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        }
        Measure::Min(of) => values(of).first().copied(),
        Measure::Max(of) => values(of).last().copied(),
        Measure::Quantile { of, share } => {
            let values = values(of);
            let position = share * (values.len().checked_sub(1)? as f64);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small numbers"
            )]
            let below = position.floor() as usize;
            let low = values[below];
            let high = values.get(below + 1).copied().unwrap_or(low);
            Some(low + (position - position.floor()) * (high - low))
        }
        Measure::Ratio(one, other) => {
            let other = plain(other, rows)?;
            let one = plain(one, rows)?;
            (other != 0.0).then(|| one / other)
        }
        Measure::Filter(inner, predicate) => {
            let kept: Vec<&Plain> = rows
                .iter()
                .filter(|row| row.holds(predicate) == Some(true))
                .copied()
                .collect();
            plain(inner, &kept)
        }
    }
}

fn row() -> impl Strategy<Value = Plain> {
    let text = || proptest::option::of(proptest::sample::select(TEXT.to_vec()));
    (
        text(),
        text(),
        proptest::option::of(-3_i64..4),
        // Eighths are exact, so sums in any order are the same.
        proptest::option::of((-8_i32..9).prop_map(|eighths| f64::from(eighths) / 8.0)),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|(client, release, time, score, first)| Plain {
            client,
            release,
            time,
            score,
            first,
        })
}

fn literal(column: &'static str) -> BoxedStrategy<Literal> {
    match column {
        "convenio" | "api_hash" => proptest::sample::select(TEXT.to_vec())
            .prop_map(Literal::from)
            .boxed(),
        "total_time_ms" => (-3_i64..4).prop_map(Literal::Int).boxed(),
        "is_first" => any::<bool>().prop_map(Literal::Bool).boxed(),
        _ => (-8_i32..9)
            .prop_map(|eighths| Literal::Float(f64::from(eighths) / 8.0))
            .boxed(),
    }
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let column = proptest::sample::select(COLUMNS.to_vec());
    let leaf = column.prop_flat_map(|column| {
        let name = column.to_owned();
        let comparisons = if column == "is_first" {
            vec![Comparison::Eq, Comparison::Ne]
        } else {
            Comparison::ALL.to_vec()
        };
        let list = proptest::collection::vec(literal(column), 0..3);
        prop_oneof![
            4 => (proptest::sample::select(comparisons), literal(column)).prop_map({
                let name = name.clone();
                move |(comparison, literal)| Predicate::Compare(name.clone(), comparison, literal)
            }),
            1 => list.clone().prop_map({
                let name = name.clone();
                move |literals| Predicate::In(name.clone(), literals)
            }),
            1 => list.prop_map({
                let name = name.clone();
                move |literals| Predicate::NotIn(name.clone(), literals)
            }),
            1 => Just(Predicate::IsNull(name.clone())),
            1 => Just(Predicate::IsNotNull(name)),
        ]
    });
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Predicate::And),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Predicate::Or),
            inner.prop_map(|one| Predicate::Not(Box::new(one))),
        ]
    })
}

fn measure() -> impl Strategy<Value = Measure> {
    let number = || {
        prop_oneof![
            Just(Value::column("total_time_ms")),
            Just(Value::column("score_liqe_near_img")),
            Just(Value::Total {
                first: "total_time_ms".to_owned(),
                plus: vec!["score_liqe_near_img".to_owned()],
            }),
        ]
    };
    let leaf = prop_oneof![
        1 => Just(Measure::Count),
        3 => proptest::sample::select(COLUMNS.to_vec())
            .prop_map(|column| Measure::Distinct(column.to_owned())),
        1 => number().prop_map(Measure::Sum),
        1 => number().prop_map(Measure::Mean),
        1 => number().prop_map(Measure::Min),
        1 => number().prop_map(Measure::Max),
        1 => (
            number(),
            proptest::sample::select(vec![0.0, 0.3, 0.5, 0.95, 1.0])
        )
            .prop_map(|(of, share)| Measure::Quantile { of, share }),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            1 => (inner.clone(), inner.clone()).prop_map(|(one, other)| one.over(other)),
            2 => (inner, predicate()).prop_map(|(one, kept)| one.filter(kept)),
        ]
    })
}

fn drawn(rows: &[Plain]) -> String {
    let mut lines = vec![format!("file_token | {}", COLUMNS.join(" | "))];
    lines.extend(rows.iter().enumerate().map(|(key, row)| row.draw(key)));
    lines.join("\n")
}

fn as_metric(bench: &Bench, measure: Measure) -> Metric {
    Metric {
        unit: Unit::Number,
        measure,
        enough: Enough {
            rows: 0,
            clusters: 0,
        },
        ..bench.metric("acceptance").clone()
    }
}

/// The same cases on every run.
fn runner(cases: u32) -> TestRunner {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, rng)
}

#[test]
fn measures_are_what_a_plain_evaluation_gives() {
    let bench = Bench::new();
    let cases = (
        proptest::collection::vec(row(), 0..24),
        measure(),
        prop_oneof![Just(Predicate::And(Vec::new())), predicate()],
    );
    runner(96)
        .run(&cases, |(rows, measure, kept)| {
            bench.draw(View::Attempts, &drawn(&rows));
            let metric = as_metric(&bench, measure.clone());
            let query = Query {
                by: vec!["convenio".to_owned()],
                rows: Some(kept.clone()),
                ..all()
            };
            let answer = bench.evaluate(&metric, &query).unwrap();
            let kept: Vec<&Plain> = rows
                .iter()
                .filter(|row| row.holds(&kept) == Some(true))
                .collect();
            let whole = plain(&measure, &kept);
            prop_assert!(
                same(answer.total.value, whole),
                "{measure}: {:?}, plainly {whole:?}",
                answer.total
            );
            let mut groups: BTreeMap<Option<&str>, Vec<&Plain>> = BTreeMap::new();
            for row in kept {
                groups.entry(row.client).or_default().push(row);
            }
            prop_assert_eq!(answer.rows.len(), groups.len());
            for (row, (client, group)) in answer.rows.iter().zip(&groups) {
                let expected = plain(&measure, group);
                prop_assert!(
                    same(row.number.value, expected),
                    "{measure} of {client:?}: {:?}, plainly {expected:?}",
                    row.number
                );
                let n = plain(&measure.rows(), group).unwrap();
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let found = row.number.n as f64;
                prop_assert!(same(Some(found), Some(n)), "n of {measure}");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn postgres_gives_what_a_plain_evaluation_gives() {
    let bench = Bench::new();
    let database = database(&bench.card);
    let mut runner = runner(1);
    let rows: Vec<Plain> = proptest::collection::vec(row(), 60)
        .new_tree(&mut runner)
        .unwrap()
        .current();
    insert(
        &database,
        View::Attempts,
        &drawn_rows(&bench.card, View::Attempts, &drawn(&rows)),
    );
    let columns = bench.registry.columns(View::Attempts);
    let kept = prop_oneof![Just(Predicate::And(Vec::new())), predicate()];
    let cases = proptest::collection::vec((measure(), kept), 150)
        .new_tree(&mut runner)
        .unwrap()
        .current();
    let statements: Vec<String> = cases
        .iter()
        .map(|(measure, kept)| {
            let asked = Select {
                schema: "Mixed Case",
                by: &[],
                rows: Some(kept),
            };
            Renderer { columns }.select(measure, asked)
        })
        .collect();
    let found = asked_together(&database, &statements);
    for (((measure, kept), sql), (value, _)) in cases.iter().zip(&statements).zip(found) {
        let kept: Vec<&Plain> = rows
            .iter()
            .filter(|row| row.holds(kept) == Some(true))
            .collect();
        let expected = plain(measure, &kept);
        assert!(
            same(value, expected),
            "{sql}: {value:?}, plainly {expected:?}"
        );
    }
}

#[test]
fn predicates_keep_their_meaning_in_normal_form_and_complement() {
    runner(500)
        .run(&(row(), predicate()), |(row, predicate)| {
            let holds = row.holds(&predicate) == Some(true);
            prop_assert_eq!(row.holds(&predicate.normal()) == Some(true), holds);
            prop_assert_eq!(row.holds(&predicate.complement()) == Some(true), !holds);
            // The complement is never null.
            prop_assert!(row.holds(&predicate.complement()).is_some());
            Ok(())
        })
        .unwrap();
}
