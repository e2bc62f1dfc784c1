//! What is known of the files at one moment. Everything that is computed from it is a function of it
//! alone, so that it does not matter in which order files were opened, changed or read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bounds;
use super::reference::{self, Fragment, Lead};
use super::source_file::{FileReference, SourceFile};
use super::store::Entry;

/// How many symbolic links are followed in a row.
const MAX_LINKS: usize = 8;

/// All that is known at one moment.
#[derive(Debug, Default)]
pub struct View {
    /// What is known of the disk, by path.
    pub entries: HashMap<PathBuf, Entry>,
    /// The open documents, by path: they win over the disk.
    pub open: HashMap<PathBuf, Arc<SourceFile>>,
    /// The open folders, by real path.
    pub folders: Vec<PathBuf>,
}

/// Where a reference leads to.
#[derive(Debug, Clone)]
pub enum Found {
    /// Into a file that is known.
    Place(Arc<SourceFile>, String),
    /// Into a file that is known, but to nothing in it.
    Nowhere(Arc<SourceFile>, Fragment),
    /// To a path at which there is no file.
    NoFile {
        /// The file that was probably meant.
        meant: Option<PathBuf>,
        /// The place in it.
        fragment: Fragment,
    },
    /// To a file that has to be read first.
    Wanted(PathBuf),
    /// To what is not looked at.
    Unread,
}

enum FoundFile {
    File(Arc<SourceFile>),
    Absent(Option<PathBuf>),
    Wanted(PathBuf),
    Unread,
}

impl View {
    /// The file at a path, if it was read.
    pub fn file(&self, path: &Path) -> Option<&Arc<SourceFile>> {
        let open = self.open.get(path);
        open.or_else(|| match self.entries.get(path) {
            Some(Entry::File(file)) => Some(file),
            _ => None,
        })
    }

    /// All files that were read.
    pub fn files(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        let closed = self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::File(file) if !self.open.contains_key(path) => Some(file),
            _ => None,
        });
        self.open.values().chain(closed)
    }

    /// The files that are schemes and that nobody refers to.
    pub fn schemes(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::Scheme(file) if !self.open.contains_key(path) => Some(file),
            _ => None,
        })
    }

    /// The references of all files to others, with the file they stand in.
    pub fn references(&self) -> impl Iterator<Item = (&Path, &FileReference)> {
        let open = self.open.iter();
        let open = open.map(|(path, file)| (path, &file.references));
        let closed = self.entries.iter().filter_map(|(path, entry)| match entry {
            _ if self.open.contains_key(path) => None,
            Entry::File(file) => Some((path, &file.references)),
            Entry::Glimpse(references) => Some((path, references)),
            _ => None,
        });
        let all = open.chain(closed);
        all.flat_map(|(path, references)| references.iter().map(|one| (path.as_path(), one)))
    }

    /// The path to which symbolic links lead from a path, as far as they are known.
    pub fn real<'v>(&'v self, path: &'v Path) -> &'v Path {
        let mut real = path;
        for _ in 0..MAX_LINKS {
            match self.entries.get(real) {
                Some(Entry::Link(next)) if !self.open.contains_key(real) => real = next,
                _ => break,
            }
        }
        real
    }

    /// The file that the path of a reference in a file leads to, if it was read.
    pub fn file_of(&self, base: &SourceFile, text: &str) -> Option<Arc<SourceFile>> {
        let Lead::There {
            path,
            is_folder: false,
            fragment: Fragment::Pointer(_),
        } = reference::lead(&base.path, text)
        else {
            return None;
        };
        match self.at(base, path) {
            FoundFile::File(file) => Some(file),
            _ => None,
        }
    }

    /// Where a reference in a file leads to.
    pub fn find(&self, base: &Arc<SourceFile>, text: &str) -> Found {
        let (path, is_folder, fragment) = match reference::lead(&base.path, text) {
            Lead::NotFollowed => return Found::Unread,
            Lead::Here(Fragment::Pointer(pointer)) => return place(base, pointer),
            Lead::Here(fragment) => return Found::Nowhere(Arc::clone(base), fragment),
            Lead::There {
                path,
                is_folder,
                fragment,
            } => (path, is_folder, fragment),
        };
        match self.at(base, path) {
            FoundFile::File(file) if is_folder => Found::NoFile {
                meant: Some(file.path.clone()),
                fragment,
            },
            FoundFile::File(file) => match fragment {
                Fragment::Pointer(pointer) => place(&file, pointer),
                name => Found::Nowhere(file, name),
            },
            FoundFile::Absent(meant) => Found::NoFile { meant, fragment },
            FoundFile::Wanted(path) => Found::Wanted(path),
            FoundFile::Unread => Found::Unread,
        }
    }

    fn at(&self, base: &SourceFile, mut path: PathBuf) -> FoundFile {
        for _ in 0..MAX_LINKS {
            if let Some(open) = self.open.get(&path) {
                return FoundFile::File(Arc::clone(open));
            }
            if !self.is_within(base, &path) {
                return FoundFile::Unread;
            }
            match self.entries.get(&path) {
                Some(Entry::File(file)) => return FoundFile::File(Arc::clone(file)),
                Some(Entry::Link(real)) => path = real.clone(),
                Some(Entry::Absent {
                    is_expected: false,
                    meant,
                }) => {
                    return FoundFile::Absent(meant.clone());
                }
                Some(Entry::Absent { .. } | Entry::Unreadable(_)) => return FoundFile::Unread,
                Some(Entry::Glimpse(_) | Entry::Scheme(_)) | None => {
                    return FoundFile::Wanted(path);
                }
            }
        }
        FoundFile::Unread
    }

    /// Whether a path is in the repository of a file or in an open folder.
    fn is_within(&self, base: &SourceFile, path: &Path) -> bool {
        bounds::is_below(path, base.repository.iter().chain(&self.folders))
    }
}

fn place(file: &Arc<SourceFile>, pointer: String) -> Found {
    match file.node(&pointer) {
        Some(_) => Found::Place(Arc::clone(file), pointer),
        // What is missing may be in the part of the text that could not be read.
        None if file.is_broken() => Found::Unread,
        None => Found::Nowhere(Arc::clone(file), Fragment::Pointer(pointer)),
    }
}
