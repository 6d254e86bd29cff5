//! Where keys lie by default, and where they may not.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use veriscope_base::ErrorClass;
use veriscope_privacy::{KeyError, check_outside, default_key_path};

fn path(xdg: Option<&str>, home: Option<&str>) -> Result<String, KeyError> {
    default_key_path("lake-1", xdg.map(OsStr::new), home.map(OsStr::new))
        .map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn the_settings_folder_comes_first_and_then_the_home_folder() {
    let under_home = "/home/ana/.config/veriscope/lake-1.key";
    assert_eq!(
        path(Some("/cfg"), Some("/home/ana")).unwrap(),
        "/cfg/veriscope/lake-1.key"
    );
    assert_eq!(path(None, Some("/home/ana")).unwrap(), under_home);
    assert_eq!(path(Some(""), Some("/home/ana")).unwrap(), under_home);
    assert_eq!(path(Some("cfg"), Some("/home/ana")).unwrap(), under_home);
}

#[test]
fn without_either_there_is_no_place_for_a_key() {
    for (xdg, home) in [
        (None, None),
        (Some(""), Some("")),
        (Some("cfg"), Some("ana")),
    ] {
        let error = path(xdg, home).unwrap_err();
        assert!(matches!(error, KeyError::NoConfigFolder), "{error}");
        assert_eq!(error.class(), ErrorClass::Configuration);
    }
}

#[test]
fn a_lake_id_can_not_lead_elsewhere() {
    for lake_id in ["", "..", "../x", "a/b", "a b"] {
        let error = default_key_path(lake_id, Some(OsStr::new("/cfg")), None).unwrap_err();
        assert!(matches!(error, KeyError::BadLakeId { .. }), "{error}");
    }
}

#[test]
fn a_key_inside_the_lake_is_refused_wherever_it_seems_to_lie() {
    let folder = TempDir::new().unwrap();
    let lake = folder.path().join("lake");
    fs::create_dir(&lake).unwrap();
    let inside = [
        "lake/a.key",
        "lake/new/a.key",
        "other/../lake/a.key",
        "lake/./a.key",
    ];
    for name in inside {
        let error = check_outside(&folder.path().join(name), &lake).unwrap_err();
        assert!(
            matches!(error, KeyError::InsideLake { .. }),
            "{name}: {error}"
        );
    }
    for name in ["a.key", "lake.key", "lake-2/a.key", "lake/../a.key"] {
        check_outside(&folder.path().join(name), &lake).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn links_into_and_out_of_the_lake_count_as_inside() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    let lake = folder.path().join("lake");
    fs::create_dir(&lake).unwrap();
    fs::write(lake.join("a.key"), "").unwrap();
    fs::write(folder.path().join("b.key"), "").unwrap();
    symlink(lake.join("a.key"), folder.path().join("into.key")).unwrap();
    symlink(folder.path().join("b.key"), lake.join("out.key")).unwrap();
    symlink(&lake, folder.path().join("alias")).unwrap();
    let is_inside = |key: &Path, lake: &Path| check_outside(key, lake).is_err();
    assert!(is_inside(&folder.path().join("into.key"), &lake));
    assert!(is_inside(&lake.join("out.key"), &lake));
    assert!(is_inside(&folder.path().join("alias/new.key"), &lake));
    assert!(is_inside(&lake.join("a.key"), &folder.path().join("alias")));
    assert!(!is_inside(&folder.path().join("b.key"), &lake));
}
