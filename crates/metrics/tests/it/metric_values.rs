//! Each metric on small tables, its value worked by hand.

use veriscope_card::views::View;

use crate::metric_support::{Bench, all, by, rows, same};

/// Two processes and one of its own. `p`: rejected, accepted, accepted again (a repeat after
/// ok → ok), technical after that (still a repeat). `q`: rejected, then rejected (a retry).
/// `r`, without a process id: accepted, in no time at all.
const ATTEMPTS: &str = "
    file_token | procesoConvenioGuid | documento | convenio   | attempt | is_first | is_last | outcome   | kind   | gap_ms | http_code | total_time_ms | remainder_ms | total_ms_liqe | score_liqe_near_img | img_size_near_img_width
    p1         | p                   | ana       | convenio_1 | 1       | true     | false   | rejected  | first  |        | 200       | 100           | -10          | 0             | 1                   | 480
    p2         | p                   | ana       | convenio_1 | 2       | false    | false   | accepted  | retry  | 1000   | 200       | 200           | 20           | 10            | 2                   | 480
    p3         | p                   | ana       | convenio_1 | 3       | false    | false   | accepted  | repeat | 2000   | 200       | 200           | 20           | 20            | 4                   | 640
    p4         | p                   | ana       | convenio_1 | 4       | false    | true    | technical | repeat | 0      | 500       |               |              |               |                     |
    q1         | q                   | eva       | convenio_2 | 1       | true     | false   | rejected  | first  |        | 400       | 300           | 30           | 40            | 5                   | 1080
    q2         | q                   | eva       | convenio_2 | 2       | false    | true    | rejected  | retry  | 3000   |           | 500           |              |               |                     |
    r1         |                     |           | convenio_2 | 1       | true     | true    | accepted  | first  |        | 200       | 0             | 0            | 0             |                     |
";

/// The same as processes, and one more that was accepted at its third attempt.
const PROCESSES: &str = "
    file_token | attempts | repeats | is_accepted | accepted_at | first_outcome | last_outcome | accepted_after_ms | api_time_ms | documento | convenio
    p4         | 4        | 2       | true        | 2           | rejected      | technical    | 1000              | 500         | ana       | convenio_1
    q2         | 2        | 0       | false       |             | rejected      | rejected     |                   | 800         | eva       | convenio_2
    r1         | 1        | 0       | true        | 1           | accepted      | accepted     | 0                 | 0           |           | convenio_2
    s3         | 3        | 0       | true        | 3           | technical     | accepted     | 4000              |             | ana       | convenio_1
    t1         | 1        | 0       | false       |             | technical     | technical    |                   | 100         | leo       | convenio_2
";

const TIMES: &str = "
    file_token | microservice | picture | service_ms | queue_ms | documento
    p1         | liqe         | near    | 10         | 1        | ana
    p1         | liqe         | far     | 20         |          | ana
    p2         | liqe         | near    | 30         | 5        | ana
    p2         | liqe         | far     |            | 7        | ana
    p1         | topiq        | near    | 0          | 0        | ana
    p1         | topiq        | far     | 0          | 0        | ana
";

fn expect(bench: &Bench, expected: &[(&str, Option<f64>, u64)]) {
    for (id, value, n) in expected {
        let found = bench.total(id);
        assert!(
            same(found.0, *value) && found.1 == *n,
            "{id}: {found:?}, by hand {value:?} of {n}"
        );
    }
}

#[test]
fn metrics_of_attempts_are_as_worked_by_hand() {
    let bench = Bench::with(View::Attempts, ATTEMPTS);
    expect(
        &bench,
        &[
            ("transactions", Some(7.0), 7),
            ("persons", Some(2.0), 6),
            ("clients", Some(2.0), 7),
            ("acceptance", Some(3.0 / 7.0), 7),
            ("acceptance_first", Some(1.0 / 3.0), 3),
            ("acceptance_last", Some(1.0 / 3.0), 3),
            ("acceptance_decided", Some(3.0 / 6.0), 6),
            ("technical_error_rate", Some(1.0 / 7.0), 7),
            ("accepted", Some(3.0), 3),
            ("rejected", Some(3.0), 3),
            ("technical_errors", Some(1.0), 1),
            ("http_error_rate", Some(2.0 / 6.0), 6),
            ("http_errors", Some(2.0), 2),
            ("retries", Some(2.0), 2),
            ("repeats", Some(2.0), 2),
            ("retry_share", Some(2.0 / 7.0), 7),
            ("repeat_share", Some(2.0 / 7.0), 7),
            // 1000 and 3000: the gaps before repeats don't count.
            ("retry_gap_p50", Some(2000.0), 2),
            // 0 100 200 200 300 500: a time of 0 is a time.
            ("total_time_mean", Some(1300.0 / 6.0), 6),
            ("total_time_p50", Some(200.0), 6),
            // Position 4.75 and 4.95 of 0 to 5.
            ("total_time_p95", Some(450.0), 6),
            ("total_time_p99", Some(490.0), 6),
            ("serial_remainder_mean", Some(60.0 / 5.0), 5),
            // 0 0 10 20 40.
            ("time_liqe_mean", Some(14.0), 5),
            ("time_liqe_p50", Some(10.0), 5),
            ("time_topiq_mean", None, 0),
            ("median_score_liqe_near_img", Some(3.0), 4),
            ("median_img_size_near_img_width", Some(560.0), 4),
        ],
    );
}

#[test]
fn metrics_of_processes_are_as_worked_by_hand() {
    let bench = Bench::with(View::Processes, PROCESSES);
    expect(
        &bench,
        &[
            ("processes", Some(5.0), 5),
            ("acceptance_ever", Some(3.0 / 5.0), 5),
            ("attempts_per_process", Some(11.0 / 5.0), 5),
            // 1 1 2 3 4, position 3.8.
            ("attempts_per_process_p95", Some(3.8), 5),
            // First not accepted: p, q, s, t.
            ("failed_first", Some(4.0), 4),
            ("retried_share", Some(3.0 / 4.0), 4),
            ("recovered_share", Some(2.0 / 4.0), 4),
            ("gone_after_first", Some(1.0), 1),
            ("never_accepted", Some(2.0), 2),
            ("never_accepted_share", Some(2.0 / 5.0), 5),
            ("time_to_acceptance_p50", Some(2500.0), 2),
            ("api_time_per_process_mean", Some(350.0), 4),
        ],
    );
}

#[test]
fn metrics_of_microservice_times_are_as_worked_by_hand() {
    let bench = Bench::with(View::MicroserviceTimes, TIMES);
    let of = |id: &str| rows(&bench.get(id, &by(&["microservice"])));
    assert_eq!(of("microservice_runs"), ["liqe: 3 of 3", "topiq: 2 of 2"]);
    assert_eq!(of("service_time_mean"), ["liqe: 20 of 3", "topiq: 0 of 2"]);
    assert_eq!(of("service_time_p50"), ["liqe: 20 of 3", "topiq: 0 of 2"]);
    assert_eq!(of("queue_time_p50"), ["liqe: 5 of 3", "topiq: 0 of 2"]);
    // 11, 20 (no queue measured), 35; where it only waited it did not run.
    assert_eq!(of("run_time_mean"), ["liqe: 22 of 3", "topiq: 0 of 2"]);
    assert_eq!(of("run_time_p50"), ["liqe: 20 of 3", "topiq: 0 of 2"]);
    let pictures = rows(&bench.get("service_time_mean", &by(&["picture", "microservice"])));
    assert_eq!(
        pictures,
        [
            "far, liqe: 20 of 1",
            "far, topiq: 0 of 1",
            "near, liqe: 20 of 2",
            "near, topiq: 0 of 1",
        ]
    );
}

#[test]
fn of_no_rows_counts_are_zero_and_everything_else_is_null() {
    let bench = Bench::new();
    for metric in bench.registry.metrics() {
        let total = bench.evaluate(metric, &all()).unwrap().total;
        let is_count = matches!(metric.unit, veriscope_metrics::registry::Unit::Count);
        let expected = is_count.then_some(0.0);
        assert_eq!(total.value, expected, "{}", metric.id);
        assert_eq!((total.n, total.low), (0, None), "{}", metric.id);
    }
}

#[test]
fn of_no_rows_there_are_no_groups() {
    let bench = Bench::new();
    assert!(bench.get("acceptance", &by(&["convenio"])).rows.is_empty());
}

#[test]
fn sums_of_whole_numbers_are_exact_far_beyond_their_limit() {
    // Twice the greatest Int64: a wrapping sum would give −2.
    let bench = Bench::with(
        View::Attempts,
        "
        file_token | total_time_ms
        a          | 9223372036854775807
        b          | 9223372036854775807
        ",
    );
    let (mean, n) = bench.total("total_time_mean");
    assert!(same(mean, Some(9_223_372_036_854_775_807.0)) && n == 2);
}

#[test]
fn tied_values_give_themselves_as_every_quantile() {
    let bench = Bench::with(
        View::Attempts,
        "
        file_token | total_time_ms
        a          | 7
        b          | 7
        c          | 7
        ",
    );
    for id in ["total_time_p50", "total_time_p95", "total_time_p99"] {
        assert_eq!(bench.total(id), (Some(7.0), 3), "{id}");
    }
}
