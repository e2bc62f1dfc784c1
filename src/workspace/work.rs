//! What waits for the disk: done by worker threads in the server, at once by `check`.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::bounds;
use super::loader;
use super::search;
use super::store::{self, Entry, Store};

/// Something to do with the disk.
#[derive(Debug, Clone)]
pub enum Job {
    /// Read a file that another one refers to.
    Load {
        /// The file.
        path: PathBuf,
        /// The open folders.
        folders: Vec<PathBuf>,
    },
    /// Look again at a file or a folder that changed, was created or deleted.
    Look {
        /// The file or the folder.
        path: PathBuf,
        /// The folders that are searched.
        roots: Vec<PathBuf>,
        /// Whether nothing is known to have changed: it was open, and is no more.
        is_closed: bool,
    },
    /// Find out what changed on the disk.
    Compare,
    /// Look through a folder.
    Search {
        /// The folder.
        root: PathBuf,
        /// Set when nobody waits for it any more.
        is_cancelled: Arc<AtomicBool>,
    },
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It is known what there is at a path.
    Known(PathBuf),
    /// A file or a folder was looked at again; whether that may matter.
    LookedAt(PathBuf, bool),
    /// At these paths there is something else now.
    Compared(Vec<PathBuf>),
    /// A search goes on; it has looked at so many files.
    Searching(PathBuf, usize),
    /// A folder was searched; whether all of its files were looked at.
    Searched(PathBuf, bool),
}

/// How many files are looked at between two notes of progress.
const NOTE_EVERY: usize = 256;

/// Does a job.
pub fn work(job: Job, store: &Store, note: &(dyn Fn(Done) + Sync)) -> Done {
    match job {
        Job::Load { path, folders } => {
            store.insert(path.clone(), |path| store::load(path, &folders));
            Done::Known(path)
        }
        Job::Look {
            path,
            roots,
            is_closed,
        } => {
            let matters = match is_closed {
                true => look_at_closed(&path, &roots, store),
                false => look_again(&path, &roots, store),
            };
            Done::LookedAt(path, matters)
        }
        Job::Compare => Done::Compared(store.outdated()),
        Job::Search { root, is_cancelled } => {
            let on_file = |count: usize| {
                if count.is_multiple_of(NOTE_EVERY) {
                    note(Done::Searching(root.clone(), count));
                }
            };
            let is_whole = search::search(&root, &root, store, &is_cancelled, &on_file);
            Done::Searched(root, is_whole)
        }
    }
}

/// Looks at a file that was open. Returns whether that may matter to any document: names in its
/// folder are what they were.
fn look_at_closed(path: &Path, roots: &[PathBuf], store: &Store) -> bool {
    if store.is_current(path) {
        return false;
    }
    let was_known = store.get(path).is_some();
    look_again(path, roots, store);
    was_known || store.get(path).is_some()
}

/// Returns whether that may matter to any document: it was known or is now, it may be what is meant
/// by the name of a file that is missing, or a link leads elsewhere.
fn look_again(path: &Path, roots: &[PathBuf], store: &Store) -> bool {
    let Some(real) = loader::real(path) else {
        // Its folder may be there, by another name.
        let folder = path.parent().and_then(loader::real);
        let name = folder.zip(path.file_name());
        let real = name.map_or(path.to_owned(), |(folder, name)| folder.join(name));
        return store.forget(&real) || search::has_known_name(path);
    };
    if !real.is_dir() {
        return look_at_file(real, roots, store);
    }
    // Editors tell of a folder that was moved, not of what is in it.
    let mut matters = real != path;
    for known in store.below(&real) {
        matters = true;
        match loader::real(&known) {
            Some(real) if !real.is_dir() => _ = look_at_file(real, roots, store),
            _ => _ = store.forget(&known),
        }
    }
    let before = store.below(&real).len();
    if let Some(root) = root_of(&real, roots) {
        search::search(root, &real, store, &AtomicBool::new(false), &|_| {});
    }
    matters || store.below(&real).len() > before
}

fn look_at_file(real: PathBuf, roots: &[PathBuf], store: &Store) -> bool {
    let known = store.get(&real);
    let was_read = matches!(known, Some(Entry::File(_)));
    let is_searched = |root: &&PathBuf| is_searched(root, &real);
    match root_of(&real, roots) {
        Some(_) if was_read => {
            store.insert(real, |path| store::load(path, &[]));
            true
        }
        found => {
            // It may be read when a file refers to it.
            let was_known = store.forget_file(&real);
            let is_searched = found.filter(is_searched).is_some();
            if is_searched {
                store.found(&real, search::look);
            }
            was_known || is_searched
        }
    }
}

fn root_of<'r>(path: &Path, roots: &'r [PathBuf]) -> Option<&'r PathBuf> {
    roots.iter().find(|root| path.starts_with(root))
}

/// Whether a search of a folder would find a file.
fn is_searched(root: &Path, file: &Path) -> bool {
    let Ok(below) = file.strip_prefix(root) else {
        return false;
    };
    let is_hidden = below.components().any(|part| match part {
        Component::Normal(name) => name.to_string_lossy().starts_with('.'),
        _ => true,
    });
    !is_hidden && search::has_known_name(file) && !bounds::is_ignored(root, file)
}

/// Threads that do jobs: one for single files, and one for each look at all files, so that no file
/// waits for the end of one. They end when this is dropped.
#[derive(Debug)]
pub struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    /// Starts to wait for jobs; `on_done` is told of each that is done.
    pub fn start(store: Arc<Store>, on_done: impl Fn(Done) + Send + Sync + 'static) -> Self {
        let (jobs, waiting) = channel::<Job>();
        let on_done = Arc::new(on_done);
        thread::spawn(move || {
            for job in waiting {
                if !matches!(job, Job::Search { .. } | Job::Compare) {
                    on_done(work(job, &store, &|_| {}));
                    continue;
                }
                let (store, on_done) = (Arc::clone(&store), Arc::clone(&on_done));
                thread::spawn(move || on_done(work(job, &store, &*on_done)));
            }
        });
        Self { jobs }
    }

    /// Adds a job.
    pub fn send(&self, job: Job) {
        // The thread ends with this value, not before.
        _ = self.jobs.send(job);
    }
}
