//! What can be wrong with the other sections of a card, each found at its place.

use crate::mini::{errors, one_problem, with};

#[test]
fn roles_name_published_features_of_their_type() {
    for (from, to, message) in [
        (
            "transaction: call_id",
            "transaction: gone",
            "role `transaction` names no feature: `gone`",
        ),
        (
            "transaction: call_id",
            "transaction: code",
            "role `transaction` takes a feature of type string; `code` is of type int",
        ),
        (
            "transaction: call_id",
            "transaction: city",
            "role `transaction` names the context feature `city`; it takes a published one",
        ),
        (
            "date: at",
            "date: code",
            "role `date` takes a feature of type datetime; `code` is of type int",
        ),
        (
            "total_time: total_ms",
            "total_time: call_id",
            "role `total_time` takes a feature of type int; `call_id` is of type string",
        ),
        (
            "code: code",
            "code: call_id",
            "role `code` takes a feature of type int; `call_id` is of type string",
        ),
    ] {
        let shown = errors(&with(&format!("  {from}\n"), &format!("  {to}\n"))).to_string();
        let name_at = from.find(": ").unwrap() + 5;
        let line = 6 + ["transaction", "date", "total_time", "code"]
            .iter()
            .position(|role| from.starts_with(role))
            .unwrap();
        assert_eq!(shown, format!("line {line}, column {name_at}: {message}"));
    }
}

#[test]
fn transaction_and_date_are_roles_that_every_card_has() {
    for (line, role) in [
        ("  transaction: call_id\n", "transaction"),
        ("  date: at\n", "date"),
    ] {
        let found = errors(&with(line, ""));
        assert_eq!(
            found.to_string(),
            format!("line 6, column 3: the role `{role}` is missing")
        );
    }
    one_problem(
        "  total_time: total_ms\n",
        "",
        "rest\n    time_remainder",
        "transform column `rest` wants the role `total_time`, which is not given",
    );
}

#[test]
fn settings_are_checked() {
    one_problem(
        "\"+01:00\"",
        "\"+1:00\"",
        "\"+1:00\"",
        "`+1:00` is no offset from UTC of the form \"-05:00\"",
    );
    one_problem(
        "transform: t,",
        "transform: S,",
        "S, no",
        "two tables of one name `S`",
    );
    one_problem(
        "score: -2",
        "score: .inf",
        ".inf",
        "the sentinel `score` is no finite number",
    );
    let shown = errors(&with("time: 0, ", "")).to_string();
    assert_eq!(
        shown,
        "line 33, column 25: transform column `total_ms` wants the sentinel `time`, which \
         `sentinels` does not give\nline 40, column 11: transform column `total_merge` wants the \
         sentinel `time`, which `sentinels` does not give"
    );
}

#[test]
fn size_classes_descend() {
    one_problem(
        "[10, 10]",
        "[100, 100]",
        "[100, 100]",
        "size class `SMALL` is no smaller than the one before it: largest first",
    );
    one_problem(
        "[10, 10]",
        "[10, -10]",
        "[10, -10]",
        "size class `SMALL` is of no possible size",
    );
    one_problem(
        "name: SMALL",
        "name: TINY",
        "TINY, at",
        "two size classes of one name `TINY`",
    );
}

#[test]
fn transform_columns_rest_on_what_is_there() {
    one_problem(
        "keep: [call_id, at, total_ms]",
        "keep: [call_id, city]",
        "city]",
        "`keep` names no staging feature: `city`",
    );
    one_problem(
        "same: [\"size_{image}\"]",
        "same: [size_left, rest]",
        "rest]",
        "`same` names no earlier transform column: `rest`",
    );
    one_problem(
        "same: [\"size_{image}\"]",
        "same: [size_left]",
        "size_left]",
        "`same` compares two columns or more",
    );
    one_problem(
        "height: \"height_{image}\" }",
        "height: tall }",
        "tall }",
        "a picture's side names no staging feature: `tall`",
    );
    one_problem(
        "height: \"height_{image}\" }",
        "height: at }",
        "at }",
        "a picture's side is of type int; `at` is not",
    );
    one_problem(
        "microservice_total: merge",
        "microservice_total: marge",
        "marge",
        "there is no microservice `marge`",
    );
    one_problem(
        "time_remainder: true",
        "time_remainder: false",
        "false",
        "say `true`, or leave the column out",
    );
    one_problem(
        "    time_remainder: true\n",
        "",
        "name: rest",
        "a transform column has exactly one of `keep`, `size_class`, `orientation`, `same`, `date_part`, `microservice_total`, `microservices_total`, `time_remainder`; here none",
    );
}

#[test]
fn microservices_have_times() {
    one_problem(
        "service: merge_ms",
        "service: merge_s",
        "merge_s ",
        "a time of a microservice names no staging feature: `merge_s`",
    );
    one_problem(
        "service: merge_ms",
        "service: call_id",
        "call_id }",
        "a time is of type int or float; `call_id` is of type string",
    );
    let shown = errors(&with(
        "service: merge_ms",
        "service: merge_ms, queue: \"scan_ms_{image}\"",
    ));
    assert_eq!(
        shown.problems()[0].to_string(),
        "line 48, column 60: `service` and `queue` hold `{image}` both or neither"
    );
}

#[test]
fn the_pipeline_runs_every_microservice_once() {
    one_problem(
        "  - run: merge\n",
        "  - run: merge\n  - run: merge\n",
        "merge\ncodes",
        "microservice `merge` runs twice for all pictures together; the first is on line 52",
    );
    one_problem(
        "  - run: merge\n",
        "",
        "merge, title",
        "microservice `merge` does not run in the pipeline for all pictures together",
    );
    one_problem(
        "  - run: merge\n",
        "  - run: merge\n  - run: marge\n",
        "marge",
        "the pipeline names no such microservice: `marge`",
    );
    one_problem(
        "  - run: merge\n",
        "  - run: merge\n  - { untimed: look, image: middle }\n",
        "middle",
        "the pipeline names no such picture: `middle`",
    );
    one_problem(
        "  - run: merge\n",
        "  - run: merge\n  - series: []\n",
        "series: []",
        "`series` has no steps",
    );
    one_problem(
        "  - run: merge\n",
        "  - run: merge\n  - { run: merge, untimed: x }\n",
        "{ run",
        "a step is exactly one of `run`, `untimed`, `series`, `parallel`, `undecided`, `series_images`, `parallel_images`",
    );
    one_problem(
        "  - run: merge\n",
        "  - run: merge\n  - parallel_images:\n      - series_images:\n          - untimed: x\n",
        "series_images",
        "`series_images` inside another group of pictures",
    );
}

#[test]
fn response_codes_are_numbers_once_each_with_a_reason() {
    one_problem(
        "code: \"0101\"",
        "code: \"0100\"",
        "\"0100\"",
        "two response codes `0100`; the first is on line 54",
    );
    one_problem(
        "code: \"0101\"",
        "code: \"100\"",
        "\"100\"",
        "two response codes `100`; the first is on line 54",
    );
    one_problem(
        "code: \"0101\"",
        "code: 1x1",
        "1x1",
        "response code `1x1` is no text of 1 to 18 digits",
    );
    one_problem(
        ", reason: ours",
        "",
        "\"0101\"",
        "response code `0101` has no `reason`: say person, attack or ours",
    );
    one_problem(
        "class: accepted",
        "class: accepted, reason: ours",
        "ours }\n  - {",
        "response code `0100` is accepted, so there is nothing to mend: no `reason`",
    );
}
