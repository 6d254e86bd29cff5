//! A small card that is right, and what to do with it once a passage of it is wrong.

use veriscope_card::{Card, CardErrors};

/// The small card.
pub(crate) const MINI: &str = r#"card: mini
title: A small card
images: [left, right]
tables: { staging: s, transform: t, no_retries: n }
roles:
  transaction: call_id
  date: at
  total_time: total_ms
  code: code
dates: { marks: start, default_offset: "+01:00" }
sentinels: { time: 0, probability: -1, score: -2 }
size_classes:
  classes:
    - { name: BIG, at_least: [100, 100] }
    - { name: SMALL, at_least: [10, 10] }
  otherwise: TINY
staging:
  - { name: call_id, path: [id], kind: id, privacy: keep, description: Call }
  - { name: at, path: [at], kind: instant, description: When }
  - { name: total_ms, path: [ms], kind: time, unit: ms, description: Total }
  - { name: code, path: [code], kind: code, description: Code }
  - each_image:
      - { name: "width_{image}", path: ["{image}", w], kind: size, description: Width }
      - { name: "height_{image}", path: ["{image}", h], kind: size, description: Height }
  - { name: "scan_ms_{image}", path: ["{image}", scan], kind: time, description: Scan }
  - { name: merge_ms, path: [merge, 0], kind: time, valid: { min: 0 }, description: Merge }
context:
  - { name: city, path: [city], kind: text, privacy: drop, may_equal: [country], description: C }
  - { name: country, path: [country], kind: category, privacy: keep, description: Country }
  - { name: age_s, path: [id], type: float, kind: time, description: Age,
      derived: { seconds_since_text_time: { separator: "_", format: "%Y-%m-%d_%H:%M:%S" } } }
transform:
  - keep: [call_id, at, total_ms]
  - name: size_{image}
    size_class: { width: "width_{image}", height: "height_{image}" }
    description: Size
  - name: same_size
    same: ["size_{image}"]
    description: Same
  - name: total_merge
    microservice_total: merge
    description: Total
  - name: rest
    time_remainder: true
    description: Rest
microservices:
  - { name: scan, title: Scan, service: "scan_ms_{image}" }
  - { name: merge, title: Merge, service: merge_ms }
pipeline:
  - parallel_images:
      - run: scan
  - run: merge
codes:
  - { code: "0100", module: m, status: ok, description: fine, class: accepted }
  - { code: "0101", module: m, status: error, description: bad, class: technical, reason: ours }
"#;

/// The small card with one passage changed.
pub(crate) fn with(from: &str, to: &str) -> String {
    assert_eq!(
        MINI.matches(from).count(),
        1,
        "the passage `{from}` is not unique"
    );
    MINI.replace(from, to)
}

pub(crate) fn errors(text: &str) -> CardErrors {
    Card::parse(text).expect_err("the card is wrong, but was taken")
}

/// Asserts that the change makes one problem of this message, where `marked` stands in the
/// changed text (at its last occurrence).
#[track_caller]
pub(crate) fn one_problem(from: &str, to: &str, marked: &str, message: &str) {
    let text = with(from, to);
    let shown = errors(&text).to_string();
    assert_eq!(shown, format!("{}: {message}", place(&text, marked)));
}

/// The place as it is shown, counted from the text alone.
#[track_caller]
pub(crate) fn place(text: &str, marked: &str) -> String {
    let before = &text[..text.rfind(marked).expect("the mark is in the text")];
    let line = before.matches('\n').count() + 1;
    let column = before
        .chars()
        .rev()
        .take_while(|character| *character != '\n')
        .count()
        + 1;
    format!("line {line}, column {column}")
}
