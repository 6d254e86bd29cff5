//! Making, reading and refusing key files.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use veriscope_base::ErrorClass;
use veriscope_privacy::{Key, KeyError, permissions_are_wide};

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn file(folder: &TempDir, text: &[u8]) -> PathBuf {
    let path = folder.path().join("a.key");
    fs::write(&path, text).unwrap();
    path
}

fn read(text: &[u8]) -> Result<Key, KeyError> {
    Key::read_file(&file(&TempDir::new().unwrap(), text))
}

#[test]
fn a_written_key_is_read_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("settings/veriscope/lake.key");
    let key = Key::generate().unwrap();
    key.write_new(&path).unwrap();
    assert_eq!(Key::read_file(&path).unwrap().id(), key.id());
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(Key::from_text(&text).unwrap().id(), key.id());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("# veriscope key {}", key.id()));
    assert_eq!(lines[1].len(), 64);
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_key_written_into_the_working_folder_needs_no_folder_in_its_name() {
    // The name must not be there already, whatever else runs in this folder.
    let name = format!("{}.key", Key::generate().unwrap().id());
    let written = Key::generate()
        .unwrap()
        .write_new(PathBuf::from(&name).as_path());
    fs::remove_file(&name).unwrap();
    written.unwrap();
}

#[cfg(unix)]
#[test]
fn key_and_new_folders_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a/b/lake.key");
    Key::generate().unwrap().write_new(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    assert_eq!(mode(&folder.path().join("a/b")), 0o700);
    assert!(!permissions_are_wide(&path).unwrap());

    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(permissions_are_wide(&path).unwrap());
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lake.key");
    let key = Key::generate().unwrap();
    key.write_new(&path).unwrap();
    let error = Key::generate().unwrap().write_new(&path).unwrap_err();
    assert!(matches!(error, KeyError::Exists { .. }), "{error}");
    assert_eq!(Key::read_file(&path).unwrap().id(), key.id());
}

#[test]
fn a_folder_that_is_a_file_can_not_be_written_into() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, b"").join("lake.key");
    let error = Key::generate().unwrap().write_new(&path).unwrap_err();
    assert!(matches!(error, KeyError::Unwritable { .. }), "{error}");
}

#[test]
fn keys_are_read_with_comments_blanks_and_windows_line_ends() {
    let plain = read(HEX.as_bytes()).unwrap();
    // python3 -c 'import hmac,hashlib,struct; print(hmac.new(bytes(range(32)),
    // b"".join(struct.pack("<Q",len(p))+p for p in [b"veriscope",b"key-id"]),
    // hashlib.sha256).hexdigest()[:16])'
    assert_eq!(plain.id(), "aab94b3acf6b23b6");
    let dressed = format!("# ours\r\n\r\n  {}  \r\n", HEX.to_uppercase());
    assert_eq!(read(dressed.as_bytes()).unwrap().id(), plain.id());
    assert_eq!(
        Key::from_text(&format!(" {HEX}\n")).unwrap().id(),
        plain.id()
    );
}

#[test]
fn what_is_no_key_is_malformed() {
    let cases: [&[u8]; 8] = [
        b"",
        b"# veriscope key 0011223344556677\n",
        &HEX.as_bytes()[1..],
        &[HEX.as_bytes(), b"0"].concat(),
        &[b"zz", &HEX.as_bytes()[2..]].concat(),
        &[HEX.as_bytes(), b"\n", HEX.as_bytes()].concat(),
        &[HEX.as_bytes(), b"\n\xff"].concat(),
        &[HEX.as_bytes(), &b"\n# long".repeat(1000)].concat(),
    ];
    for text in cases {
        let error = read(text).unwrap_err();
        assert!(matches!(error, KeyError::Malformed { .. }), "{error}");
        assert_eq!(error.class(), ErrorClass::Configuration);
    }
    assert!(matches!(
        Key::from_text("secret"),
        Err(KeyError::MalformedText)
    ));
}

#[test]
fn a_key_that_is_not_the_one_its_file_names_is_damaged() {
    let text = format!("# veriscope key 0011223344556677\n{HEX}\n");
    let error = read(text.as_bytes()).unwrap_err();
    assert!(matches!(&error, KeyError::Damaged { .. }), "{error}");
    assert!(!error.to_string().contains(HEX));
}

#[test]
fn a_missing_file_is_told_from_an_unreadable_one() {
    let folder = TempDir::new().unwrap();
    let missing = Key::read_file(&folder.path().join("none.key")).unwrap_err();
    assert!(matches!(missing, KeyError::Missing { .. }), "{missing}");
    let unreadable = Key::read_file(folder.path()).unwrap_err();
    assert!(
        matches!(unreadable, KeyError::Unreadable { .. }),
        "{unreadable}"
    );
}

#[test]
fn debug_output_shows_the_id_alone() {
    let key = Key::from_text(HEX).unwrap();
    assert_eq!(
        format!("{key:?}"),
        format!("Key {{ id: \"{}\", .. }}", key.id())
    );
}
