//! Where a key lies: by default under the person's settings, never inside the lake.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::KeyError;

/// Returns the key file of a lake: `$XDG_CONFIG_HOME/veriscope/<lake id>.key`, else
/// `$HOME/.config/veriscope/<lake id>.key`.
///
/// The caller passes the two variables. An empty one counts as unset, and so does a relative
/// one: the first by the XDG Base Directory Specification, the second because a key would
/// then lie wherever the command was started.
///
/// # Errors
/// [`KeyError::NoConfigFolder`] when neither is there; [`KeyError::BadLakeId`] when the id
/// is no plain file name.
pub fn default_key_path(
    lake_id: &str,
    xdg_config_home: Option<&OsStr>,
    home: Option<&OsStr>,
) -> Result<PathBuf, KeyError> {
    let is_plain = lake_id
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if lake_id.is_empty() || !is_plain {
        return Err(KeyError::BadLakeId {
            lake_id: lake_id.to_owned(),
        });
    }
    let absolute = |variable: Option<&OsStr>| {
        variable
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let config = absolute(xdg_config_home)
        .or_else(|| absolute(home).map(|home| home.join(".config")))
        .ok_or(KeyError::NoConfigFolder)?;
    Ok(config.join("veriscope").join(format!("{lake_id}.key")))
}

/// Checks that a key file does not lie inside a lake's folder. Neither needs to exist;
/// links are followed, and a link inside the lake counts as inside too.
///
/// # Errors
/// [`KeyError::InsideLake`]; [`KeyError::Unreadable`] when a path can't be resolved.
pub fn check_outside(key: &Path, lake: &Path) -> Result<(), KeyError> {
    let unreadable = |source| KeyError::Unreadable {
        path: key.to_owned(),
        source,
    };
    let lake_folder = resolve(lake).map_err(unreadable)?;
    let target = resolve(key).map_err(unreadable)?;
    let name = key.file_name().unwrap_or_default();
    let parent = std::path::absolute(key).map_err(unreadable)?;
    let own = resolve(parent.parent().unwrap_or(&parent))
        .map_err(unreadable)?
        .join(name);
    if target.starts_with(&lake_folder) || own.starts_with(&lake_folder) {
        return Err(KeyError::InsideLake {
            key: key.to_owned(),
            lake: lake.to_owned(),
        });
    }
    Ok(())
}

/// Follows links as far as the path exists, and takes the rest as it is written.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                resolved.push(component);
                match resolved.canonicalize() {
                    Ok(real) => resolved = real,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(resolved)
}
