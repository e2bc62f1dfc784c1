//! The files that were read, each once, and the open documents over them. Worker threads fill it;
//! everybody else looks at a [`View`].

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashmap::DashMap;

use super::bounds;
use super::loader::{self, Stamp};
use super::source_file::{FileReference, SourceFile, language};
use crate::syntax::document::Document;
use crate::syntax::tree::MAX_BYTES;

/// What is known of a path.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A file that was read.
    File(Arc<SourceFile>),
    /// A file that was looked at, of which only its references to other files were kept.
    Glimpse(Arc<[FileReference]>),
    /// A file that was looked at and is a scheme by itself: it is offered, and judged only once
    /// another file refers to it.
    Scheme(Arc<SourceFile>),
    /// Symbolic links lead from here to this real path.
    Link(PathBuf),
    /// There is no file.
    Absent {
        /// Whether that says nothing: it may be made by a tool or be in a submodule.
        is_expected: bool,
        /// The file that was probably meant.
        meant: Option<PathBuf>,
    },
    /// It cannot be read: it is no regular file, too long or not UTF-8.
    Unreadable(String),
}

/// All files that were read, by path.
#[derive(Debug, Default)]
pub struct Store {
    entries: DashMap<PathBuf, Known>,
}

#[derive(Debug)]
struct Known {
    entry: Entry,
    /// What was at the path before it was read.
    stamp: Option<Stamp>,
}

impl Store {
    /// Sets what is known of a path, as it is read now.
    pub fn insert(&self, path: PathBuf, read: impl FnOnce(&Path) -> Entry) {
        let stamp = loader::stamp(&path);
        let entry = read(&path);
        self.entries.insert(path, Known { entry, stamp });
    }

    /// Sets what a search finds, unless more is known already: it was read because another file
    /// refers to it.
    pub fn found(&self, path: &Path, read: impl FnOnce(&Path) -> Option<Entry>) {
        let stamp = loader::stamp(path);
        if let Some(entry) = read(path) {
            let known = self.entries.entry(path.to_owned());
            known.or_insert(Known { entry, stamp });
        }
    }

    /// Forgets a file; returns whether anything was known of it.
    pub fn forget_file(&self, path: &Path) -> bool {
        self.entries.remove(path).is_some()
    }

    /// Forgets a path and everything below it; returns whether anything was known of these.
    pub fn forget(&self, path: &Path) -> bool {
        let count = self.entries.len();
        self.entries.retain(|known, _| !known.starts_with(path));
        self.entries.len() < count
    }

    /// The paths that are known below a folder.
    pub fn below(&self, folder: &Path) -> Vec<PathBuf> {
        let paths = self.entries.iter().map(|known| known.key().clone());
        paths.filter(|path| path.starts_with(folder)).collect()
    }

    /// The paths at which there is something else now than was read.
    pub fn outdated(&self) -> Vec<PathBuf> {
        let known = self.entries.iter().map(|known| {
            let link = match &known.entry {
                Entry::Link(real) => Some(real.clone()),
                _ => None,
            };
            (known.key().clone(), known.stamp, link)
        });
        // No guard is held while the disk is asked.
        let known: Vec<(PathBuf, Option<Stamp>, Option<PathBuf>)> = known.collect();
        let outdated = known.into_iter().filter(|(path, stamp, link)| {
            let leads_elsewhere = || link.is_some() && loader::real(path) != *link;
            loader::stamp(path) != *stamp || leads_elsewhere()
        });
        outdated.map(|(path, ..)| path).collect()
    }

    /// Whether there is at a path what was read there, or nothing of which nothing is known.
    pub fn is_current(&self, path: &Path) -> bool {
        let known = self.entries.get(path).map(|known| known.stamp);
        loader::stamp(path) == known.flatten()
    }

    /// The paths at which there was no file, none that could be read, or a link.
    pub fn unsettled(&self) -> Vec<PathBuf> {
        let entries = self.entries.iter();
        let unsettled = entries.filter(|known| {
            matches!(
                known.entry,
                Entry::Absent { .. } | Entry::Unreadable(_) | Entry::Link(_)
            )
        });
        unsettled.map(|entry| entry.key().clone()).collect()
    }

    /// Forgets everything but what is below the folders.
    pub fn keep_below(&self, folders: &[PathBuf]) {
        self.entries
            .retain(|path, _| bounds::is_below(path, folders));
    }

    /// What is known of a path.
    pub fn get(&self, path: &Path) -> Option<Entry> {
        self.entries.get(path).map(|known| known.entry.clone())
    }

    /// Everything that is known now.
    pub fn entries(&self) -> HashMap<PathBuf, Entry> {
        let entries = self.entries.iter();
        entries
            .map(|known| (known.key().clone(), known.entry.clone()))
            .collect()
    }
}

/// Looks at a path on the disk. It must be within the bounds of the file that refers to it; where
/// links lead on from it, nothing is opened, because that may be outside.
pub fn load(path: &Path, folders: &[PathBuf]) -> Entry {
    match loader::real(path) {
        // A file system that ignores letter case finds it by any.
        Some(real) if !path.is_symlink() && differs_in_case_only(&real, path) => Entry::Absent {
            is_expected: false,
            meant: Some(real),
        },
        Some(real) if real != path => Entry::Link(real),
        Some(_) => read(path),
        None => absent(path, folders),
    }
}

fn differs_in_case_only(real: &Path, path: &Path) -> bool {
    real != path && real.to_string_lossy().to_lowercase() == path.to_string_lossy().to_lowercase()
}

fn absent(path: &Path, folders: &[PathBuf]) -> Entry {
    let repository = bounds::repository(path);
    let mut bounds: Vec<PathBuf> = repository.iter().cloned().collect();
    bounds.extend_from_slice(folders);
    Entry::Absent {
        is_expected: repository.is_some_and(|root| bounds::may_be_absent(&root, path)),
        meant: bounds::meant(path, &bounds),
    }
}

fn read(path: &Path) -> Entry {
    match loader::read(path, MAX_BYTES) {
        Ok(Some(text)) => Entry::File(Arc::new(source_file(path, &text))),
        Ok(None) => Entry::Unreadable("there is no file any more".to_owned()),
        Err(reason) => Entry::Unreadable(reason),
    }
}

/// A file with this text at a real path.
pub fn source_file(path: &Path, text: &str) -> SourceFile {
    let document = Document::new(text, language(path));
    SourceFile::new(path.to_owned(), bounds::repository(path), document)
}
