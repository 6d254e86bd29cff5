//! `resolve`: from the arguments of a command line to sources that can be read.
//!
//! Every problem of every argument is found before anything is read, and told at once.

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{ResolveProblem, SourceError};

/// One source: what was named, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSpec {
    /// File name without its folder, or `-` for standard input; behind it `#` and the collection,
    /// where one is named.
    pub label: String,
    /// The argument that named it; a pattern gives many sources of one argument.
    pub argument: String,
    /// Where it is.
    pub location: Location,
    /// Of an archive the collection to read (`db.collection`), where the argument names one behind
    /// a `#`.
    pub collection: Option<String>,
    /// Size, where it is known beforehand.
    pub size_bytes: Option<u64>,
}

/// Where a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file, or what can be read like one (a named pipe).
    File(PathBuf),
    /// Standard input.
    Stdin,
}

/// Expands the arguments in their order, patterns sorted by path, and checks each source: it
/// exists, is no directory, and opens for reading. A file named twice stays twice.
///
/// A pattern is one only where no file has that very name.
///
/// # Errors
/// [`SourceError::Unresolved`] with all problems of all arguments.
pub fn resolve(arguments: &[String]) -> Result<Vec<SourceSpec>, SourceError> {
    let mut specs = Vec::new();
    let mut problems = Vec::new();
    let mut stdin_count = 0;
    for argument in arguments {
        let collection = argument.strip_prefix("-#");
        if argument == "-" || collection.is_some() {
            stdin_count += 1;
            specs.push(stdin_spec(argument, collection));
            continue;
        }
        resolve_argument(argument, &mut specs, &mut problems);
    }
    if stdin_count > 1 {
        problems.push(ResolveProblem::StdinTwice);
    }
    if specs.is_empty() && problems.is_empty() {
        problems.push(ResolveProblem::None);
    }
    if problems.is_empty() {
        Ok(specs)
    } else {
        Err(SourceError::Unresolved { problems })
    }
}

fn stdin_spec(argument: &str, collection: Option<&str>) -> SourceSpec {
    SourceSpec {
        label: argument.to_owned(),
        argument: argument.to_owned(),
        location: Location::Stdin,
        collection: collection.map(str::to_owned),
        size_bytes: None,
    }
}

fn resolve_argument(
    argument: &str,
    specs: &mut Vec<SourceSpec>,
    problems: &mut Vec<ResolveProblem>,
) {
    let literal = Path::new(argument);
    // A dangling link is there, though what it leads to is not: it is no pattern.
    let is_there = literal.symlink_metadata().is_ok();
    if !is_there {
        if let Some(scheme) = scheme_of(argument) {
            problems.push(ResolveProblem::UnknownScheme {
                scheme: scheme.to_owned(),
            });
            return;
        }
        if let Some((file, collection)) = split_collection(argument) {
            let first = specs.len();
            resolve_argument(file, specs, problems);
            for spec in specs.iter_mut().skip(first) {
                spec.label = format!("{}#{collection}", spec.label);
                spec.argument = argument.to_owned();
                spec.collection = Some(collection.to_owned());
            }
            return;
        }
        if argument.contains(['*', '?', '[']) {
            resolve_pattern(argument, specs, problems);
            return;
        }
    }
    match check_file(argument, literal) {
        Ok(spec) => specs.push(spec),
        Err(problem) => problems.push(problem),
    }
}

/// Takes `file#db.collection` apart: at the first `#` that has a file before it, for a name of
/// either may hold one; in a pattern at the last.
fn split_collection(argument: &str) -> Option<(&str, &str)> {
    let is_collection = |name: &str| name.contains('.') && !name.contains('/');
    let splits = argument
        .match_indices('#')
        .filter_map(|(at, _)| Some((argument.get(..at)?, argument.get(at + 1..)?)));
    let mut splits = splits.filter(|(_, collection)| is_collection(collection));
    let is_there = |file: &str| Path::new(file).symlink_metadata().is_ok();
    let there = splits.clone().find(|(file, _)| is_there(file));
    there.or_else(|| splits.rfind(|(file, _)| file.contains(['*', '?', '['])))
}

fn resolve_pattern(pattern: &str, specs: &mut Vec<SourceSpec>, problems: &mut Vec<ResolveProblem>) {
    let matches = match glob::glob(pattern) {
        Ok(matches) => matches,
        Err(error) => {
            let argument = pattern.to_owned();
            problems.push(ResolveProblem::BadPattern {
                argument,
                reason: error.msg,
            });
            return;
        }
    };
    let mut paths = BTreeSet::new();
    for entry in matches {
        match entry {
            // Folders beside the files that a pattern means are no mistake of the user's.
            Ok(path) if path.is_dir() => {}
            Ok(path) => {
                paths.insert(path);
            }
            Err(error) => problems.push(ResolveProblem::Unreadable {
                argument: error.path().display().to_string(),
                source: error.into(),
            }),
        }
    }
    if paths.is_empty() {
        problems.push(ResolveProblem::NoMatch {
            argument: pattern.to_owned(),
        });
    }
    for path in paths {
        match check_file(&path.display().to_string(), &path) {
            Ok(spec) => specs.push(SourceSpec {
                argument: pattern.to_owned(),
                ..spec
            }),
            Err(problem) => problems.push(problem),
        }
    }
}

/// Returns the scheme of a URL such as `mongodb+srv://host`.
fn scheme_of(argument: &str) -> Option<&str> {
    let (scheme, _) = argument.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some(scheme)
}

fn check_file(argument: &str, path: &Path) -> Result<SourceSpec, ResolveProblem> {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ResolveProblem::Missing {
                argument: argument.to_owned(),
            });
        }
        Err(source) => {
            return Err(ResolveProblem::Unreadable {
                argument: argument.to_owned(),
                source,
            });
        }
    };
    if metadata.is_dir() {
        return Err(ResolveProblem::Directory {
            argument: argument.to_owned(),
        });
    }
    if is_socket(&metadata) {
        return Err(ResolveProblem::NotAFile {
            argument: argument.to_owned(),
        });
    }
    // Opening a pipe would wait for its writer, and closing it again would cut the writer off.
    if metadata.is_file()
        && let Err(source) = File::open(path)
    {
        return Err(ResolveProblem::Unreadable {
            argument: argument.to_owned(),
            source,
        });
    }
    let label = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    Ok(SourceSpec {
        label,
        argument: argument.to_owned(),
        location: Location::File(path.to_owned()),
        collection: None,
        size_bytes: metadata.is_file().then_some(metadata.len()),
    })
}

#[cfg(unix)]
fn is_socket(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_socket(_metadata: &Metadata) -> bool {
    false
}
