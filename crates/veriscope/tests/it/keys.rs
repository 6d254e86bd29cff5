//! `key new` and `key show-id`.

use crate::support::Sandbox;

#[test]
fn a_new_key_is_private_and_shows_its_id_only() {
    let sandbox = Sandbox::new();
    let made = sandbox.run(&["key", "new", "--out", "team.key"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let id = made.out.trim();
    assert_eq!(id.len(), 16);
    assert!(id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let known = std::fs::metadata(sandbox.path().join("team.key")).unwrap();
        assert_eq!(known.permissions().mode() & 0o777, 0o600);
    }
    let secret = sandbox.read("team.key");
    let secret = secret.lines().find(|line| line.len() == 64).unwrap();
    let shown = sandbox.run(&["key", "show-id", "--key-file", "team.key"]);
    assert_eq!((shown.code, shown.out.trim()), (Some(0), id));
    for said in [&made, &shown] {
        assert!(!said.out.contains(secret) && !said.err.contains(secret));
    }
}

#[test]
fn a_key_may_be_named_by_the_environment() {
    let sandbox = Sandbox::new();
    let made = sandbox
        .command(&["key", "new", "--json"])
        .env("VERISCOPE_KEY_FILE", "env.key")
        .output()
        .unwrap();
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(told["key_file"], "env.key");
    let text = sandbox.read("env.key");
    let shown = sandbox
        .command(&["key", "show-id"])
        .env("VERISCOPE_KEY", text)
        .output()
        .unwrap();
    let id = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(told["key_id"], id.trim());
}

#[test]
fn a_key_is_never_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.run(&["key", "new", "--out", "team.key"]);
    let before = sandbox.read("team.key");
    let said = sandbox.run(&["key", "new", "--out", "team.key"]);
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""));
    assert!(
        said.err.contains("team.key exists and is not overwritten"),
        "{said:?}"
    );
    assert_eq!(sandbox.read("team.key"), before);
}

#[test]
fn a_key_does_not_lie_inside_the_lake() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["key", "new", "--out", "veriscope-lake/my.key"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(sandbox.names().is_empty());
}

#[test]
fn a_new_key_needs_a_place() {
    let said = Sandbox::new().run(&["key", "new"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("hint: name one with --out FILE"),
        "{said:?}"
    );
}

#[test]
fn a_missing_key_exits_3() {
    let sandbox = Sandbox::new();
    let file = sandbox.run(&["key", "show-id", "--key-file", "none.key"]);
    assert_eq!(file.code, Some(3), "{file:?}");
    assert!(file.err.contains("no key file at none.key"), "{file:?}");
    let none = sandbox.run(&["key", "show-id"]);
    assert_eq!(none.code, Some(3), "{none:?}");
    assert!(none.err.contains("hint: "), "{none:?}");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.run(&["key", "new", "--out", "team.key"]);
    let wide = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(sandbox.path().join("team.key"), wide).unwrap();
    let said = sandbox.run(&["key", "show-id", "--key-file", "team.key"]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.err.starts_with("warning: others may read team.key"),
        "{said:?}"
    );
}
