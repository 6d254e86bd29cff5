//! `card show` and `card check`.

use crate::support::Sandbox;

#[test]
fn the_built_in_card_is_shown_for_people_and_machines() {
    let sandbox = Sandbox::new();
    let human = sandbox.run(&["card", "show"]);
    assert_eq!((human.code, human.err.as_str()), (Some(0), ""));
    assert!(human.out.contains("Staging features"), "{}", human.out);
    let machine = sandbox.run(&["card", "show", "--json"]);
    let card: serde_json::Value = serde_json::from_str(&machine.out).unwrap();
    assert_eq!(card["name"], "veriface");
    assert_eq!(card["features"].as_array().unwrap().len(), 79);
    assert_eq!(card["transform"].as_array().unwrap().len(), 67);
}

#[test]
fn markdown_is_of_the_part_that_is_named() {
    let sandbox = Sandbox::new();
    let all = sandbox.run(&["card", "show", "--markdown"]).out;
    for (part, file) in [
        ("staging", include_str!("../../../../docs/cards/staging.md")),
        (
            "transform",
            include_str!("../../../../docs/cards/transform.md"),
        ),
        (
            "codes",
            include_str!("../../../../docs/cards/response-codes.md"),
        ),
    ] {
        let one = sandbox.run(&["card", "show", "--markdown", part]);
        assert_eq!((one.code, one.err.as_str()), (Some(0), ""));
        assert_eq!(one.out, file, "{part}");
        assert!(all.contains(file), "{part}");
    }
}

#[test]
fn a_good_card_is_ok() {
    let sandbox = Sandbox::new();
    let built_in = include_str!("../../../../cards/veriface.yaml");
    sandbox.write("my.yaml", built_in);
    let said = sandbox.run(&["card", "check", "my.yaml"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(
        said.out
            .starts_with("ok: card `veriface`: 79 staging features"),
        "{}",
        said.out
    );
}

#[test]
fn a_wrong_card_exits_3_with_file_line_and_column() {
    let sandbox = Sandbox::new();
    sandbox.write("my.yaml", "name: mine\nsurprise: 1\n");
    let said = sandbox.run(&["card", "check", "my.yaml"]);
    assert_eq!(said.code, Some(3));
    for line in said.out.lines() {
        let mut parts = line.splitn(4, ':');
        assert_eq!(parts.next(), Some("my.yaml"), "{line}");
        assert!(parts.next().unwrap().parse::<u32>().unwrap() > 0, "{line}");
        assert!(parts.next().unwrap().parse::<u32>().unwrap() > 0, "{line}");
    }
    assert!(said.err.starts_with("error: my.yaml has "), "{said:?}");
    let machine = sandbox.run(&["card", "check", "my.yaml", "--json"]);
    let checked: serde_json::Value = serde_json::from_str(&machine.out).unwrap();
    assert_eq!(checked["ok"], false);
    assert!(!checked["problems"].as_array().unwrap().is_empty());
}

#[test]
fn a_card_that_is_not_there_exits_3() {
    let sandbox = Sandbox::new();
    for words in [
        &["card", "check", "none.yaml"][..],
        &["card", "show", "--card", "none.yaml"],
    ] {
        let said = sandbox.run(words);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(
            said.err
                .starts_with("error: failed to read card none.yaml\n"),
            "{said:?}"
        );
    }
}
