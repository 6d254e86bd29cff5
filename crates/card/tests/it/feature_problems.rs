//! What can be wrong with features and their names, each found at its place.

use veriscope_card::Card;

use crate::mini::{MINI, errors, one_problem, place, with};

#[test]
fn the_small_card_is_right() {
    let card = Card::parse(MINI).unwrap();
    let names: Vec<&str> = card
        .features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "call_id",
            "at",
            "total_ms",
            "code",
            "width_left",
            "height_left",
            "width_right",
            "height_right",
            "scan_ms_left",
            "scan_ms_right",
            "merge_ms"
        ]
    );
    assert_eq!(card.dates.default_offset_minutes, 60);
}

#[test]
fn places_are_lines_and_columns_counted_from_one() {
    let found = errors(&with("  date: at\n", "  date: when\n"));
    assert_eq!(
        found.to_string(),
        "line 7, column 9: role `date` names no feature: `when`"
    );
    let [problem] = found.problems() else {
        panic!("one problem")
    };
    assert_eq!((problem.at.line, problem.at.column), (7, 9));
}

#[test]
fn all_problems_come_at_once_in_order_of_place() {
    let text = with("  - run: merge\n", "  - run: marge\n")
        .replace("  date: at\n", "  date: when\n")
        .replace("privacy: drop, ", "");
    let found = errors(&text);
    let lines: Vec<u64> = found
        .problems()
        .iter()
        .map(|problem| problem.at.line)
        .collect();
    assert_eq!(lines, [7, 28, 48, 52]);
    assert_eq!(found.to_string().lines().count(), 4);
}

#[test]
fn two_features_of_one_name_are_found_wherever_they_stand() {
    one_problem(
        "{ name: merge_ms, path: [merge, 0]",
        "{ name: MERGE_MS, path: [again] , kind: time, description: M }\n  - { name: merge_ms, path: [merge, 0]",
        "merge_ms, path",
        "two features of one name `merge_ms`; the first is on line 26",
    );
    one_problem(
        "{ name: country, path",
        "{ name: code, path: [x], kind: category, privacy: keep, description: C }\n  - { name: country, path",
        "code, path: [x]",
        "two features of one name `code`; the first is on line 21",
    );
    one_problem(
        "name: same_size",
        "name: code",
        "code\n    same",
        "two features of one name `code`; the first is on line 21",
    );
    one_problem(
        "keep: [call_id, at, total_ms]",
        "keep: [call_id, at, total_ms, at]",
        "at]\n  - name: size",
        "`at` is kept twice; the first is on line 33",
    );
}

#[test]
fn names_are_identifiers_that_do_not_collide_with_the_program() {
    one_problem(
        "name: age_s, path",
        "name: Source, path",
        "Source",
        "context feature `Source` collides with the program's column `_Source`",
    );
}

#[test]
fn a_name_that_begins_with_an_underscore_is_refused() {
    one_problem(
        "name: same_size",
        "name: _same",
        "_same",
        "transform column `_same` begins with `_`, which marks columns of the program",
    );
    one_problem(
        "name: same_size",
        "name: same size",
        "same size",
        "transform column `same size` is no letter followed by letters, digits and `_`",
    );
}

#[test]
fn an_unknown_kind_type_or_privacy_is_found() {
    for (from, to, marked, word) in [
        ("kind: instant", "kind: moment", "moment", "moment"),
        ("type: float", "type: double", "double", "double"),
        ("privacy: drop", "privacy: burn", "burn", "burn"),
        ("marks: start", "marks: middle", "middle", "middle"),
        ("class: accepted", "class: fine", "fine }", "fine"),
    ] {
        let text = with(from, to);
        let shown = errors(&text).to_string();
        assert!(shown.starts_with(&place(&text, marked)), "{shown}");
        assert!(shown.contains(word), "{shown}");
    }
}

#[test]
fn an_unknown_key_is_found() {
    let text = with("title: A small card", "titel: A small card");
    let shown = errors(&text).to_string();
    assert!(shown.starts_with("line 2, column 1: "), "{shown}");
    assert!(shown.contains("titel"), "{shown}");
}

#[test]
fn a_text_feature_says_what_happens_to_it() {
    one_problem(
        "kind: category, privacy: keep,",
        "kind: category,",
        "{ name: country",
        "text feature `country` has no `privacy`: say token, number, keep, generalise or drop",
    );
    one_problem(
        "kind: time, unit: ms,",
        "kind: time, privacy: token,",
        "token",
        "privacy `token` is for text; feature `total_ms` is of type int",
    );
    one_problem(
        "privacy: keep, description: Call",
        "privacy: drop, description: Call",
        "drop, description: Call",
        "published feature `call_id` is never stored (`drop`): move it to `context`",
    );
}

#[test]
fn a_feature_has_name_path_kind_and_description() {
    one_problem(
        "{ name: country, path",
        "{ path: [x] }\n  - { name: country, path",
        "{ path: [x]",
        "a feature has no `name`",
    );
}

#[test]
fn the_parts_of_a_feature_are_missed_one_by_one() {
    one_problem(
        "path: [country], ",
        "",
        "{ name: country",
        "feature `country` has no `path`",
    );
    one_problem(
        "path: [country]",
        "path: []",
        "[], kind",
        "feature `country` has an empty path",
    );
    one_problem(
        "path: [country], kind: category,",
        "path: [country],",
        "{ name: country",
        "feature `country` has no `kind`",
    );
    one_problem(
        ", description: Country",
        "",
        "{ name: country",
        "feature `country` has no `description`",
    );
}

#[test]
fn a_kind_has_its_types() {
    one_problem(
        "kind: category, privacy",
        "type: float, kind: category, privacy",
        "float, kind: category",
        "feature `country` of kind category cannot be of type float",
    );
    one_problem(
        "type: float, kind: time",
        "type: float, kind: flag",
        "float, kind: flag",
        "feature `age_s` of kind flag cannot be of type float",
    );
}

#[test]
fn paths_neither_repeat_nor_run_into_each_other() {
    one_problem(
        "path: [country]",
        "path: [city]",
        "[city], kind: category",
        "the path of feature `country` is the same as that of feature `city` on line 28",
    );
    one_problem(
        "path: [country]",
        "path: [city, x]",
        "[city, x]",
        "the path of feature `country` cannot hold together with that of feature `city` on line 28",
    );
    one_problem(
        "path: [country]",
        "path: [merge, x]",
        "[merge, x]",
        "the path of feature `country` takes for an array what is an object in, or the reverse of, that of feature `merge_ms` on line 26",
    );
}

#[test]
fn valid_ranges_are_ranges_of_numbers() {
    one_problem(
        "valid: { min: 0 }",
        "valid: { min: 2, max: 1 }",
        "{ min: 2",
        "the valid range of feature `merge_ms` is empty: 2 is above 1",
    );
    one_problem(
        "valid: { min: 0 }",
        "valid: { min: .nan }",
        "{ min: .nan",
        "the valid range of feature `merge_ms` has an end that is no finite number",
    );
    one_problem(
        "valid: { min: 0 }",
        "valid: {}",
        "{}, desc",
        "the valid range of feature `merge_ms` has neither `min` nor `max`",
    );
    one_problem(
        "kind: category, privacy",
        "valid: { min: 0 }, kind: category, privacy",
        "{ min: 0 }, kind: category",
        "a valid range is for numbers; feature `country` is none",
    );
}

#[test]
fn a_picture_is_written_only_where_there_are_pictures() {
    let text = with("images: [left, right]\n", "");
    let shown = errors(&text).to_string();
    let each = format!(
        "{}: `each_image` needs pictures, but the card has no `images`",
        place(&text, "each_image:")
    );
    let template = format!(
        "{}: `scan_ms_{{image}}` holds `{{image}}`, but the card has no `images`",
        place(&text, "\"scan_ms_{image}\", path")
    );
    let group = format!(
        "{}: `parallel_images` needs pictures, but the card has no `images`",
        place(&text, "parallel_images")
    );
    for expected in [each, template, group] {
        assert!(
            shown.lines().any(|line| line == expected),
            "{expected}\n{shown}"
        );
    }
    one_problem(
        "path: [country]",
        "path: [\"{image}\"]",
        "\"{image}\"], kind: category",
        "the path of feature `country` holds `{image}`, its name does not",
    );
    let text = with("images: [left, right]", "images: [left, left]");
    let shown = errors(&text).to_string();
    assert!(
        shown.starts_with("line 3, column 16: two pictures of one name `left`"),
        "{shown}"
    );
}

#[test]
fn a_derivation_gives_a_date_and_a_time() {
    for format in ["%Y-%m-%d", "%H:%M:%S", "%Q", "%Y-%m-%d %H:%M:%S %z", ""] {
        one_problem(
            "\"%Y-%m-%d_%H:%M:%S\"",
            &format!("\"{format}\""),
            "{ seconds_since",
            &format!("the time format of feature `age_s` gives no date and time: `{format}`"),
        );
    }
    one_problem(
        "separator: \"_\"",
        "separator: \"\"",
        "{ seconds_since",
        "the separator of feature `age_s` is empty",
    );
    one_problem(
        "type: float, kind: time, desc",
        "type: int, kind: time, desc",
        "int, kind: time, desc",
        "derived feature `age_s` is a number of seconds: its type is float",
    );
}

#[test]
fn may_equal_names_features() {
    one_problem(
        "may_equal: [country]",
        "may_equal: [land]",
        "land]",
        "`may_equal` names no feature: `land`",
    );
}
