//! Tests of classes, precedence and the text of failures.

use anyhow::Context;
use veriscope_base::ErrorClass;

use super::{Ending, Failure, class_of, gravest, lines, short_path};

#[test]
fn the_class_of_an_error_is_found_below_its_context() {
    let error: anyhow::Error =
        anyhow::Error::from(Failure::new(ErrorClass::Target, "no space left"));
    let wrapped = Err::<(), _>(error).context("failed to export").unwrap_err();
    assert_eq!(class_of(&wrapped), ErrorClass::Target);
}

#[test]
fn an_error_that_no_one_foresaw_is_a_defect_and_asks_for_a_report() {
    let error = anyhow::anyhow!("a surprise");
    assert_eq!(class_of(&error), ErrorClass::Defect);
    let lines = lines(&error, ErrorClass::Defect);
    assert_eq!(lines[0], ("error", "a surprise".to_owned()));
    assert_eq!(lines[1].0, "hint");
    assert!(lines[1].1.contains("please report it"), "{}", lines[1].1);
}

#[test]
fn a_cause_that_repeats_its_wrapper_is_said_once() {
    let error = anyhow::anyhow!("disk full").context("failed to write: disk full");
    let lines = lines(&error, ErrorClass::Target);
    assert_eq!(lines, [("error", "failed to write: disk full".to_owned())]);
}

#[test]
fn a_hint_stands_apart_from_the_error() {
    let failure = Failure::new(ErrorClass::Usage, "no key").with_hint("give one");
    let lines = lines(&failure.into(), ErrorClass::Usage);
    assert_eq!(
        lines,
        [
            ("error", "no key".to_owned()),
            ("hint", "give one".to_owned())
        ]
    );
}

#[test]
fn the_gravest_class_wins() {
    use ErrorClass::{CheckFailed, Interrupted, Quarantined, Source, Target};
    assert_eq!(gravest([Quarantined, CheckFailed, Source]), Some(Source));
    assert_eq!(gravest([Source, Target]), Some(Target));
    assert_eq!(gravest([Target, Interrupted]), Some(Interrupted));
    assert_eq!(gravest([]), None);
    let both = Ending::With(Quarantined).and(Ending::Done);
    assert_eq!(both.exit_code(), 6);
    assert_eq!(Ending::Done.and(Ending::Done).exit_code(), 0);
}

#[test]
fn the_place_of_a_panic_names_no_folder_of_the_machine() {
    assert_eq!(
        short_path("/home/me/x/crates/lake/src/lib.rs"),
        "crates/lake/src/lib.rs"
    );
    assert_eq!(short_path("src/lib.rs"), "src/lib.rs");
}
