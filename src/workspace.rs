//! Many documents: which refers to which, and what each of them has to know of the others.
//!
//! [`store`] has the files that were read; [`work`] reads them, wherever the caller wants that to be
//! done. What is known at one moment is a [`view`], and everything else is a function of it:
//! [`graph`] says which parts of which files are reached, and what a file has to know.

pub mod bounds;
pub mod counted;
pub mod graph;
pub mod loader;
pub mod parallel;
pub mod reference;
pub mod search;
pub mod settings_file;
pub mod source_file;
pub mod store;
pub mod units;
pub mod view;
pub mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::surroundings::Surroundings;
use bounds::Kept;
use counted::Counted;
use graph::Graph;
use graph::ahead::Ahead;
use graph::connected::{Connected, connected, use_of};
use graph::offered::{SchemeElsewhere, schemes};
use graph::surroundings::surroundings;
use source_file::{SourceFile, Use};
use store::{Entry, Store};
use view::View;
use work::{Done, Job};

/// All files that are known, and what is to be read next.
#[derive(Debug, Default)]
pub struct Workspace {
    store: Arc<Store>,
    view: View,
    graph: Graph,
    /// Whether more was read since the view was made.
    is_view_stale: bool,
    /// Whether anything changed since the graph was made.
    is_graph_stale: bool,
    searches: BTreeMap<PathBuf, Search>,
    /// Files that are being read.
    loading: BTreeSet<PathBuf>,
    /// Files to look at again.
    changed: BTreeSet<PathBuf>,
    /// Files that were open, and have to be looked at if they changed meanwhile.
    closed: BTreeSet<PathBuf>,
    /// Files that are being looked at again, and how often.
    looking: Counted,
    /// What is at these paths is to be found out again.
    unsettled: BTreeSet<PathBuf>,
    /// Whether what is known is to be compared with the disk.
    is_compare_due: bool,
    /// Whether it is being compared.
    is_comparing: bool,
    /// For each open folder what is searched for it.
    folder_roots: BTreeMap<PathBuf, PathBuf>,
    /// What is searched for open documents, and for how many of them.
    open_roots: Counted,
    /// Whether files count as known that were not searched for.
    is_trusted: bool,
    /// The files that have to do with the one that was last asked about.
    connected: Option<(PathBuf, Arc<[Connected]>)>,
}

#[derive(Debug)]
struct Search {
    is_cancelled: Arc<AtomicBool>,
    state: SearchState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SearchState {
    Running,
    /// All files were looked at.
    Whole,
    /// There are too many files.
    Partial,
}

impl Workspace {
    /// The same without a search: what is not known is taken not to be there. For who reads what is
    /// named first, and searches only where that matters.
    pub fn of_files(files: &[(PathBuf, search::Wanted)]) -> Self {
        let mut workspace = Self {
            is_trusted: true,
            ..Self::default()
        };
        search::read_all(files, &workspace.store);
        workspace.note_read();
        workspace.work(false);
        // What others use is more than what it says by itself.
        let unread = files.iter().map(|(path, _)| path);
        let unread = unread.filter(|path| workspace.is_used_unread(path));
        let unread: Vec<PathBuf> = unread.cloned().collect();
        if !unread.is_empty() {
            workspace.read(unread);
            workspace.work(false);
        }
        workspace
    }

    fn is_used_unread(&self, path: &Path) -> bool {
        self.view.file(path).is_none() && self.graph.is_used(path)
    }

    /// Searches the repository of the file at a path. Returns whether anything may have been found.
    pub fn search_around(&mut self, path: &Path) -> bool {
        let known = self.file(path).and_then(|file| file.repository.clone());
        let Some(root) = known.or_else(|| bounds::repository(path)) else {
            return false;
        };
        let mut searched = self.searches.keys();
        // Who uses a file that git ignores is ignored as well, or does not say so.
        if searched.any(|folder| root.starts_with(folder)) || bounds::is_ignored(&root, path) {
            return false;
        }
        let job = self.search(root);
        let done = work::work(job, &self.store, &|_| {});
        self.done(&done);
        self.work(false);
        true
    }

    /// Takes a folder as searched: all its files were looked at.
    pub fn note_searched(&mut self, folder: PathBuf) {
        self.search(folder);
    }

    fn search(&mut self, root: PathBuf) -> Job {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let search = Search {
            is_cancelled: Arc::clone(&is_cancelled),
            state: SearchState::Running,
        };
        self.searches.insert(root.clone(), search);
        Job::Search { root, is_cancelled }
    }

    /// The files that were read, to be filled by workers.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Sets the open folders, by real path. What only they brought here is forgotten.
    pub fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folder_roots = (folders.iter())
            .map(|folder| (folder.clone(), bounds::root(folder)))
            .collect();
        self.view.folders = folders;
        self.open_roots = Counted::default();
        for file in self.view.open.values() {
            if let Some(root) = self.searched_for(file) {
                self.open_roots.add(root);
            }
        }
        let roots = self.roots();
        self.searches.retain(|root, search| {
            let is_wanted = roots.contains(root);
            search.is_cancelled.fetch_or(!is_wanted, Ordering::Relaxed);
            is_wanted
        });
        self.store.keep_below(&roots);
        self.unsettled.extend(self.store.unsettled());
        self.note_read();
    }

    /// Sets the text of an open document at a real path. Returns whether other files may have to do
    /// with it.
    pub fn open(&mut self, file: impl Into<Arc<SourceFile>>) -> bool {
        let file = file.into();
        self.is_graph_stale |= self.may_matter(&file);
        if let Some(root) = self.searched_for(&file) {
            self.open_roots.add(root);
        }
        if let Some(old) = self.view.open.insert(file.path.clone(), file) {
            self.forget_root(&old);
        }
        self.is_graph_stale
    }

    /// Closes a document: from now on the disk counts.
    pub fn close(&mut self, path: &Path) {
        let Some(open) = self.view.open.remove(path) else {
            return;
        };
        self.forget_root(&open);
        self.is_graph_stale |= self.may_matter(&open);
        self.closed.insert(path.to_owned());
    }

    /// Whether a document is open.
    pub fn is_open(&self, path: &Path) -> bool {
        self.view.open.contains_key(path)
    }

    /// Notes that files or folders were changed, created or deleted on the disk.
    pub fn changed(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.changed.extend(paths);
    }

    /// Notes that something may have changed on the disk.
    pub fn compare_with_disk(&mut self) {
        self.is_compare_due = true;
    }

    /// Applies what a worker has done. Returns whether that may matter to any document.
    pub fn done(&mut self, done: &Done) -> bool {
        match done {
            Done::Known(path) => _ = self.loading.remove(path),
            Done::LookedAt(path, matters) => {
                self.looking.remove(path);
                if !matters {
                    return false;
                }
                // What was missing may be there now, and links may lead elsewhere.
                self.unsettled.extend(self.store.unsettled());
            }
            Done::Compared(outdated) => {
                self.is_comparing = false;
                self.changed(outdated.iter().cloned());
                return self.is_compare_due || !outdated.is_empty();
            }
            Done::Searching(..) => return false,
            Done::Searched(root, is_whole) => {
                let Some(search) = self.searches.get_mut(root) else {
                    // Its folder was closed meanwhile.
                    self.store.keep_below(&self.roots());
                    return false;
                };
                search.state = match is_whole {
                    true => SearchState::Whole,
                    false => SearchState::Partial,
                };
            }
        }
        self.note_read();
        true
    }

    fn note_read(&mut self) {
        self.is_view_stale = true;
        self.is_graph_stale = true;
    }

    /// Brings everything up to date. Returns whether anything changed.
    pub fn update(&mut self) -> bool {
        self.update_view();
        let is_stale = std::mem::take(&mut self.is_graph_stale);
        if is_stale {
            self.graph = Graph::new(&self.view);
            self.connected = None;
        }
        is_stale
    }

    fn update_view(&mut self) {
        if std::mem::take(&mut self.is_view_stale) {
            self.view.entries = self.store.entries();
        }
    }

    /// A file and all that have to do with it; none for one that has nothing to do with others; of
    /// the newest state after [`Self::update`]. The error are files that have to be read for that by
    /// [`Self::read`].
    pub fn connected(&mut self, path: &Path) -> Result<Arc<[Connected]>, Vec<PathBuf>> {
        let known = self.connected.as_ref().filter(|(known, _)| known == path);
        if let Some((_, files)) = known {
            return Ok(Arc::clone(files));
        }
        let file = self.view.file(path);
        if file.is_none_or(|file| self.graph.is_alone(file)) {
            return Ok(Arc::new([]));
        }
        let found = connected(&self.view, &self.graph, path);
        if !found.glimpsed.is_empty() {
            return Err(found.glimpsed);
        }
        let files: Arc<[Connected]> = found.files.into();
        self.connected = Some((path.to_owned(), Arc::clone(&files)));
        Ok(files)
    }

    /// How other files use a file; of the newest state after [`Self::update`].
    pub fn use_of(&self, file: &SourceFile) -> Use {
        use_of(&self.view, &self.graph, file)
    }

    /// The schemes in other files that a file may refer to; of the newest state after
    /// [`Self::update`].
    pub fn schemes_elsewhere(&self, path: &Path) -> Vec<SchemeElsewhere> {
        schemes(&self.view, &self.graph, path)
    }

    /// Whether there is no file at a path in the repository of a file or in an open folder.
    pub fn is_missing(&self, base: &Path, path: &Path) -> bool {
        let repository = (self.file(base)).and_then(|base| base.repository.as_ref());
        let is_inside = bounds::is_below(path, repository.into_iter().chain(&self.view.folders));
        is_inside && self.file(path).is_none() && loader::real(path).is_none()
    }

    /// Reads files at once.
    pub fn read(&mut self, paths: Vec<PathBuf>) {
        for path in paths {
            let folders = &self.view.folders;
            self.store.insert(path, |path| store::load(path, folders));
        }
        self.note_read();
    }

    /// Why names in a file are not changed because of a change in another one.
    pub fn kept(&self, asked: &SourceFile, file: &SourceFile) -> Option<Kept> {
        bounds::kept(asked, file, &self.view.folders)
    }

    /// Whether other files may have to do with a file.
    pub fn is_connected(&self, path: &Path) -> bool {
        let file = self.view.file(path);
        file.is_some_and(|file| !self.graph.is_alone(file))
    }

    /// What other files say that a file depends on; of the newest state after [`Self::update`].
    pub fn surroundings(&self, path: &Path) -> Surroundings {
        match self.view.file(path) {
            Some(file) => {
                let is_complete = self.is_complete(path, file.repository.as_deref());
                surroundings(&self.view, &self.graph, file, is_complete)
            }
            // It was looked at, and has nothing to do with others; or it was not looked at.
            None => Surroundings {
                is_complete: self.is_trusted
                    || self.is_complete(path, bounds::repository(path).as_deref()),
                ..Surroundings::default()
            },
        }
    }

    /// A file that was read.
    pub fn file(&self, path: &Path) -> Option<&Arc<SourceFile>> {
        self.view.file(path)
    }

    /// All files that were read.
    pub fn files(&self) -> Vec<Arc<SourceFile>> {
        self.view.files().cloned().collect()
    }

    /// What files refer to in others, whatever it is about: by path the JSON Pointers, each with a file
    /// that refers to it. Documents are looked through for that.
    pub fn all_references(&self) -> HashMap<PathBuf, BTreeSet<(String, PathBuf)>> {
        let of_files = self.view.files().flat_map(|file| {
            let references = file.all_references().into_iter();
            references.map(|one| (file.path.clone(), one))
        });
        // Of the others nothing else is known.
        let others = (self.view.references())
            .filter(|(user, _)| self.view.file(user).is_none())
            .map(|(user, one)| (user.to_owned(), one.clone()));
        let mut all: HashMap<PathBuf, BTreeSet<(String, PathBuf)>> = HashMap::new();
        for (user, one) in of_files.chain(others) {
            let used = all.entry(self.view.real(&one.path).to_owned());
            used.or_default().insert((one.pointer, user));
        }
        all
    }

    /// Whether a file belongs to what the user has open: it is open itself, in an open folder, or
    /// reached from a document in one. The rest of a repository is read, but not shown.
    pub fn is_shown(&self, path: &Path) -> bool {
        let is_inside = |path: &Path| bounds::is_below(path, &self.view.folders);
        self.view.open.contains_key(path)
            || is_inside(path)
            || self.graph.roots_of(path).any(|root| is_inside(root))
    }

    /// Whether nothing is left to be read.
    pub fn is_settled(&self) -> bool {
        let mut searches = self.searches.values();
        let is_searching = searches.any(|search| search.state == SearchState::Running);
        let is_looking = !self.loading.is_empty() || !self.looking.is_empty();
        !is_searching && !is_looking && !self.is_comparing && !self.is_compare_due
    }

    /// A file that was read, by its URI.
    pub fn file_at(&self, uri: &str) -> Option<&Arc<SourceFile>> {
        self.view.files().find(|file| &*file.uri == uri)
    }

    /// What has to be read now. `searches` says whether folders are searched.
    pub fn jobs(&mut self, searches: bool) -> Vec<Job> {
        let roots = self.roots();
        let mut jobs = Vec::new();
        if self.is_compare_due && !self.is_comparing {
            self.is_compare_due = false;
            self.is_comparing = true;
            jobs.push(Job::Compare);
        }
        let changed = std::mem::take(&mut self.changed);
        let mut closed = std::mem::take(&mut self.closed);
        closed.retain(|path| !changed.contains(path));
        let changed = changed.into_iter().map(|path| (path, false));
        let closed = closed.into_iter().map(|path| (path, true));
        for (path, is_closed) in changed.chain(closed) {
            self.looking.add(path.clone());
            jobs.push(Job::Look {
                path,
                roots: roots.clone(),
                is_closed,
            });
        }
        let wanted = self.graph.wanted.iter().cloned();
        let unsettled = std::mem::take(&mut self.unsettled).into_iter();
        for path in wanted.chain(unsettled) {
            if self.loading.insert(path.clone()) {
                let folders = self.view.folders.clone();
                jobs.push(Job::Load { path, folders });
            }
        }
        for root in roots.into_iter().filter(|_| searches) {
            if !self.searches.contains_key(&root) {
                jobs.push(self.search(root));
            }
        }
        jobs
    }

    /// Does all that has to be done, at once.
    pub fn work(&mut self, searches: bool) {
        loop {
            self.read_ahead();
            self.update();
            let jobs = self.jobs(searches);
            if jobs.is_empty() {
                return;
            }
            for job in jobs {
                let done = work::work(job, &self.store, &|_| {});
                self.done(&done);
            }
        }
    }

    /// Reads the files that references lead to, and on from these.
    fn read_ahead(&mut self) {
        self.update_view();
        let mut ahead = Ahead::of(&self.view);
        loop {
            let wanted = ahead.wanted(&self.view);
            if wanted.is_empty() {
                return;
            }
            self.is_graph_stale = true;
            for path in wanted {
                let folders = &self.view.folders;
                self.store
                    .insert(path.clone(), |path| store::load(path, folders));
                let Some(entry) = self.store.get(&path) else {
                    continue;
                };
                if let Entry::File(file) = &entry {
                    ahead.add(file);
                }
                self.view.entries.insert(path, entry);
            }
        }
    }

    /// The folders that are searched: those in which a user of a document or of an open folder may
    /// be. None is within another that is searched with all that is in it.
    fn roots(&self) -> Vec<PathBuf> {
        let of_folders = self.folder_roots.values().map(PathBuf::as_path);
        let all: BTreeSet<&Path> = of_folders.chain(self.open_roots.paths()).collect();
        let is_needed = |root: &&Path| {
            // A folder that git ignores is not searched with its repository.
            let is_apart = self.folder_roots.get(*root).is_some_and(|own| own == root);
            let mut above = root.ancestors().skip(1);
            is_apart || !above.any(|folder| all.contains(folder))
        };
        let needed = all.iter().copied().filter(is_needed);
        needed.map(Path::to_owned).collect()
    }

    /// The folder that is searched for an open document.
    fn searched_for(&self, file: &SourceFile) -> Option<PathBuf> {
        let root = self.root_of(&file.path, file.repository.as_deref());
        root.map(Path::to_owned)
    }

    fn forget_root(&mut self, file: &SourceFile) {
        if let Some(root) = self.searched_for(file) {
            self.open_roots.remove(&root);
        }
    }

    /// Whether other files may have to do with this version of a file, or with the one that is known.
    fn may_matter(&self, version: &SourceFile) -> bool {
        let path = &version.path;
        let is_glimpsed = matches!(self.view.entries.get(path), Some(Entry::Glimpse(_)));
        let known = self.view.file(path).map(|file| &**file);
        let mut versions = std::iter::once(version).chain(known);
        is_glimpsed || versions.any(|file| !self.graph.is_alone(file))
    }

    /// The folder in which users of a file may be: what is searched for its open folder, else its
    /// repository.
    fn root_of<'a>(&'a self, path: &Path, repository: Option<&'a Path>) -> Option<&'a Path> {
        let folders = self.folder_roots.iter();
        let folders = folders.filter(|(folder, _)| path.starts_with(folder));
        let innermost = folders.max_by_key(|(folder, _)| folder.components().count());
        let root = innermost.map(|(_, root)| root);
        root.map(PathBuf::as_path).or(repository)
    }

    /// Whether all files are known that may use the one at a path.
    fn is_complete(&self, path: &Path, repository: Option<&Path>) -> bool {
        self.is_trusted
            || self.root_of(path, repository).is_none_or(|needed| {
                let mut searches = self.searches.iter();
                searches.any(|(root, search)| {
                    needed.starts_with(root) && search.state == SearchState::Whole
                })
            })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::loader::OPENED;
    use super::*;

    const MAIN: &str = "asyncapi: 3.0.0
servers: {a: {host: h, protocol: mqtts, security: [
  {$ref: '../secret.yaml'}, {$ref: link.yaml}, {$ref: folder/secret.yaml},
  {$ref: /etc/hostname}, {$ref: 'file:///etc/hostname'}, {$ref: zero.yaml},
  {$ref: inside.yaml}]}}
";

    #[cfg(unix)]
    #[test]
    fn only_what_is_inside_is_opened() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().canonicalize().unwrap();
        let root = outside.join("repository");
        std::fs::create_dir_all(root.join(".git")).unwrap();
        for (path, text) in [
            (outside.join("secret.yaml"), "type: X509\n"),
            (root.join("inside.yaml"), "type: X509\n"),
            (root.join("main.yaml"), MAIN),
        ] {
            std::fs::write(path, text).unwrap();
        }
        symlink(outside.join("secret.yaml"), root.join("link.yaml")).unwrap();
        symlink(&outside, root.join("folder")).unwrap();
        symlink("/dev/zero", root.join("zero.yaml")).unwrap();
        let mut workspace = Workspace::default();
        workspace.set_folders(vec![root.clone()]);
        workspace.work(true);
        let targets = workspace.surroundings(&root.join("main.yaml")).targets;
        let known: Vec<&String> = targets.keys().collect();
        assert_eq!(known, ["inside.yaml"]);
        let opened = OPENED.lock().unwrap();
        let here = opened.iter().filter(|path| path.starts_with(&outside));
        let names: BTreeSet<&Path> = here.map(|path| path.strip_prefix(&root).unwrap()).collect();
        for name in ["main.yaml", "inside.yaml"] {
            assert!(names.contains(Path::new(name)), "{names:?}");
        }
        assert!(
            !names.iter().any(|name| name.ends_with("secret.yaml")),
            "{names:?}"
        );
        assert!(
            !opened.iter().any(|path| path.ends_with("hostname")),
            "{opened:?}"
        );
    }

    /// Files are known in no order.
    #[test]
    fn a_part_that_leads_nowhere_says_nothing_of_a_document_that_uses_another_part() {
        for _ in 0..32 {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().canonicalize().unwrap();
            for (name, text) in [
                (
                    "main.yaml",
                    "asyncapi: 3.0.0\ncomponents: {securitySchemes: {a: {$ref: 'parts.yaml#/a'}}}\n",
                ),
                (
                    "parts.yaml",
                    "a: {type: X509}\nb: {$ref: 'https://a.io/x.yaml'}\nc: {$ref: 'main.yaml#/x'}\n",
                ),
            ] {
                std::fs::write(root.join(name), text).unwrap();
            }
            let mut workspace = Workspace::default();
            workspace.set_folders(vec![root.clone()]);
            workspace.work(true);
            let around = workspace.surroundings(&root.join("main.yaml"));
            assert_eq!(around.targets.len(), 1);
            assert!(around.is_complete);
        }
    }
}
