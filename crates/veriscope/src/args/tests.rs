//! Tests of the arguments: forms of values, consistency, and the text of the help.

use clap::{CommandFactory, Parser};

use super::{Args, CardCommand, CardPart, Command, RejectLimit, parse_size};

fn help_of(path: &[&str]) -> String {
    let mut command = Args::command().term_width(100);
    command.build();
    let mut found = &mut command;
    for name in path {
        found = found.find_subcommand_mut(name).expect("a command");
    }
    found.render_long_help().to_string()
}

#[test]
fn the_definition_of_the_command_line_is_consistent() {
    Args::command().debug_assert();
}

#[test]
fn every_command_has_examples() {
    fn check(command: &clap::Command, path: &str) {
        for sub in command
            .get_subcommands()
            .filter(|sub| sub.get_name() != "help")
        {
            let path = format!("{path} {}", sub.get_name());
            let examples = sub
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(examples.starts_with("Examples:\n"), "{path}");
            check(sub, &path);
        }
    }
    check(&Args::command(), "veriscope");
}

#[test]
fn every_example_is_a_command_line_that_parses() {
    fn check(command: &clap::Command) {
        let text = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        for line in text
            .lines()
            .filter(|line| line.contains("  veriscope ") || line.contains("| veriscope "))
        {
            let start = line.find("veriscope ").unwrap();
            let words: Vec<String> = shell_words(&line[start..])
                .into_iter()
                .take_while(|word| !["|", ">"].contains(&word.as_str()))
                .collect();
            Args::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
        for sub in command.get_subcommands() {
            check(sub);
        }
    }
    check(&Args::command());
}

/// Words as a shell parts them: what stands between apostrophes or quotes is one.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted_by = None;
    for c in line.chars() {
        match c {
            '\'' | '"' if quoted_by == Some(c) => quoted_by = None,
            '\'' | '"' if quoted_by.is_none() => quoted_by = Some(c),
            ' ' if quoted_by.is_none() => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_help_of_the_program_is_as_reviewed() {
    insta::assert_snapshot!("help", help_of(&[]));
}

#[test]
fn the_help_of_each_command_is_as_reviewed() {
    for path in [
        &["run"][..],
        &["anonymize"],
        &["stage"],
        &["transform"],
        &["load"],
        &["export"],
        &["sql"],
        &["runs"],
        &["quarantine"],
        &["quarantine", "list"],
        &["quarantine", "show"],
        &["quarantine", "replay"],
        &["key"],
        &["key", "new"],
        &["key", "show-id"],
        &["card"],
        &["card", "show"],
        &["card", "check"],
        &["answer"],
        &["answer", "retries"],
        &["answer", "why"],
        &["metrics"],
        &["metrics", "list"],
        &["metrics", "show"],
        &["metrics", "get"],
        &["demo"],
        &["serve"],
        &["simulate"],
        &["completions"],
    ] {
        insta::assert_snapshot!(format!("help-{}", path.join("-")), help_of(path));
    }
}

#[test]
fn markdown_of_a_card_is_of_all_parts_unless_one_is_named() {
    for (words, part) in [
        (
            &["veriscope", "card", "show", "--markdown"][..],
            CardPart::All,
        ),
        (
            &["veriscope", "card", "show", "--markdown", "codes"],
            CardPart::Codes,
        ),
    ] {
        let args = Args::try_parse_from(words).unwrap();
        let Command::Card {
            action: CardCommand::Show { markdown },
        } = args.command
        else {
            panic!("another command");
        };
        assert_eq!(markdown, Some(part));
    }
}

#[test]
fn shared_options_may_stand_before_or_after_the_command() {
    let before = Args::try_parse_from(["veriscope", "--lake", "a", "runs"]).unwrap();
    let after = Args::try_parse_from(["veriscope", "runs", "--lake", "a"]).unwrap();
    assert_eq!(before.shared.lake, after.shared.lake);
}

#[test]
fn a_reject_limit_is_a_count_or_a_share() {
    assert_eq!("10".parse(), Ok(RejectLimit::Count(10)));
    assert_eq!("0.5%".parse(), Ok(RejectLimit::Percent(0.5)));
    assert_eq!("5 %".parse(), Ok(RejectLimit::Percent(5.0)));
    for wrong in ["", "-1", "ten", "101%", "%", "NaN%"] {
        assert!(wrong.parse::<RejectLimit>().is_err(), "{wrong}");
    }
}

#[test]
fn a_reject_limit_allows_up_to_and_including_itself() {
    assert!(RejectLimit::Count(2).allows(2, 10));
    assert!(!RejectLimit::Count(2).allows(3, 10));
    assert!(RejectLimit::Percent(20.0).allows(2, 10));
    assert!(!RejectLimit::Percent(20.0).allows(3, 10));
    assert!(RejectLimit::Percent(0.0).allows(0, 0));
}

#[test]
fn sizes_take_decimal_and_binary_units() {
    assert_eq!(parse_size("65536"), Ok(65_536));
    assert_eq!(parse_size("64MB"), Ok(64_000_000));
    assert_eq!(parse_size("64 MiB"), Ok(67_108_864));
    assert_eq!(parse_size("1gib"), Ok(1_073_741_824));
    for wrong in [
        "",
        "0",
        "MB",
        "-1",
        "1.5MB",
        "99999999999999999999",
        "18446744073709551615GB",
    ] {
        assert!(parse_size(wrong).is_err(), "{wrong}");
    }
}
