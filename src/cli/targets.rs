//! Finds what to check: the files that are named, and those in folders.

use std::ffi::OsStr;
use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::WalkBuilder;

use super::input;
use crate::workspace::loader;

/// What is said of a folder in which nothing is found.
pub const NO_DOCUMENT: &str =
    "no AsyncAPI document in this folder (hidden and git-ignored files are left out)";

/// What there is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// Check standard input.
    Input,
    /// Check a file.
    File {
        /// Its path; it may be a symbolic link.
        path: PathBuf,
        /// Its real path, if it has one.
        real: Option<PathBuf>,
        /// Which of the arguments is the folder in which it was found; `None` if it was named.
        folder: Option<usize>,
    },
    /// All files that were found in the folder which is this argument have been checked.
    FolderDone(usize),
    /// Say that something is passed over, and why.
    PassedOver(PathBuf, String),
    /// Say that something cannot be looked at, and why.
    Problem(PathBuf, String),
}

/// What there is to do for the arguments. Symbolic links to files come after all files, so that a
/// file that is also there by its own name is shown under that, and fixed.
pub fn of_arguments(arguments: &[PathBuf]) -> Vec<Target> {
    let (mut targets, mut links, mut folders) = (Vec::new(), Vec::new(), Vec::new());
    let named = |path: &PathBuf| Target::File {
        path: path.clone(),
        real: real_path(path),
        folder: None,
    };
    for (at, path) in arguments.iter().enumerate() {
        if path.as_os_str() == "-" {
            targets.push(Target::Input);
            continue;
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                folder(at, path, &mut targets, &mut links);
                folders.push(Target::FolderDone(at));
            }
            Ok(metadata) if metadata.is_file() && path.is_symlink() => links.push(named(path)),
            Ok(_) => targets.push(named(path)),
            Err(error) => targets.push(Target::Problem(path.clone(), error.to_string())),
        }
    }
    targets.extend(links);
    targets.extend(folders);
    targets
}

/// Finds what stands below a folder, sorted by name. Hidden and git-ignored files are left out.
fn folder(at: usize, folder: &Path, targets: &mut Vec<Target>, links: &mut Vec<Target>) {
    let absolute = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    if let Some(problem) = absolute.ancestors().find_map(unreadable_ignore_file) {
        targets.push(problem);
        return;
    }
    let (closed, are_closed) = mpsc::channel();
    let walker = WalkBuilder::new(folder)
        .sort_by_file_name(OsStr::cmp)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let problem = is_folder.then(|| unreadable_ignore_file(entry.path()));
            (problem.flatten()).is_none_or(|problem| closed.send(problem).is_err())
        })
        .build();
    let mut folder_links = Vec::new();
    let mut real_folder: Option<(PathBuf, Option<PathBuf>)> = None;
    for entry in walker {
        let entry = match entry {
            // The folder itself, which may be named by a link.
            Ok(entry) if entry.depth() == 0 => continue,
            Ok(entry) => entry,
            Err(error) => {
                targets.push(Target::Problem(folder.to_owned(), error.to_string()));
                continue;
            }
        };
        let Some(kind) = entry.file_type() else {
            continue;
        };
        let path = entry.into_path();
        match kind_of(kind, &path) {
            Kind::File => targets.push(Target::File {
                real: real_path_of_file(&path, &mut real_folder),
                path,
                folder: Some(at),
            }),
            Kind::Link => links.push(Target::File {
                real: real_path(&path),
                path,
                folder: Some(at),
            }),
            Kind::FolderLink => folder_links.push(path),
            Kind::Other(what) => {
                targets.push(Target::PassedOver(path, format!("is {what}, passed over")));
            }
            Kind::Nothing => {}
        }
    }
    targets.extend(are_closed.try_iter());
    targets.extend(folder_links_passed_over(folder_links));
}

/// The real path of a file, or the path that it would have.
pub fn real_path(path: &Path) -> Option<PathBuf> {
    if let Some(real) = loader::real(path) {
        return Some(real);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    Some(loader::real(folder.unwrap_or(Path::new(".")))?.join(path.file_name()?))
}

/// The real path of what is no link. Its folder was most probably that of the file before.
fn real_path_of_file(
    path: &Path,
    known: &mut Option<(PathBuf, Option<PathBuf>)>,
) -> Option<PathBuf> {
    let folder = path.parent()?;
    let (_, real) = match known.take().filter(|(known, _)| known == folder) {
        Some(same) => known.insert(same),
        None => known.insert((folder.to_owned(), loader::real(folder))),
    };
    Some(real.as_ref()?.join(path.file_name()?))
}

/// The walker opens what has the name of a file that says what to ignore, and would wait for ever
/// for a pipe.
fn unreadable_ignore_file(folder: &Path) -> Option<Target> {
    let names = [".gitignore", ".ignore", ".git/info/exclude"];
    names.iter().find_map(|name| {
        let path = folder.join(name);
        let kind = std::fs::metadata(&path).ok()?.file_type();
        let what = loader::kind_of(kind);
        let message = format!("is {what}, not a file: what is below its folder is not checked");
        (!kind.is_file() && !kind.is_dir()).then_some(Target::Problem(path, message))
    })
}

/// What is found in a folder.
enum Kind {
    /// A regular file that may be a document.
    File,
    /// A symbolic link to such a file.
    Link,
    /// A symbolic link to a folder.
    FolderLink,
    /// Something else with the name of a document.
    Other(String),
    /// What is not looked at: folders, which are walked, and files of other names.
    Nothing,
}

fn kind_of(kind: FileType, path: &Path) -> Kind {
    if kind.is_symlink()
        && let Ok(target) = std::fs::metadata(path)
        && target.is_dir()
    {
        return Kind::FolderLink;
    }
    if kind.is_dir() || input::language_of_name(path).is_none() {
        return Kind::Nothing;
    }
    if kind.is_file() {
        return Kind::File;
    }
    if !kind.is_symlink() {
        return Kind::Other(loader::kind_of(kind).to_owned());
    }
    match std::fs::metadata(path) {
        Ok(target) if target.is_file() => Kind::Link,
        Ok(target) => {
            let what = loader::kind_of(target.file_type());
            Kind::Other(format!("a symbolic link to {what}"))
        }
        Err(error) => Kind::Other(format!("a symbolic link that leads nowhere ({error})")),
    }
}

/// One line for all of them, as there may be hundreds below `node_modules`.
fn folder_links_passed_over(mut links: Vec<PathBuf>) -> Option<Target> {
    let others = links.len().checked_sub(1)?;
    let message = match others {
        0 => "is a symbolic link to a folder, not followed".to_owned(),
        _ => format!("and {others} more are symbolic links to folders, not followed"),
    };
    Some(Target::PassedOver(links.swap_remove(0), message))
}
