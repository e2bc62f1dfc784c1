//! The open documents.

mod language;
mod open_document;

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use language::language;
use open_document::OpenDocument;
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::message::NO_VERSION;
use crate::analysis::Options;
use crate::model::DocumentKind;
use crate::model::surroundings::Surroundings;
use crate::settings::effective::Effective;
use crate::text::{Encoding, Text};
use crate::workspace::bounds::Kept;
use crate::workspace::counted::Counted;
use crate::workspace::graph::connected::Connected;
use crate::workspace::graph::offered::SchemeElsewhere;
use crate::workspace::source_file::{SourceFile, Use};
use crate::workspace::work::{Done, Worker};
use crate::workspace::{Workspace, bounds, loader};

/// All open documents that may be AsyncAPI, and which of them are to be published.
#[derive(Debug, Default)]
pub struct Documents {
    open: HashMap<Uri, OpenDocument>,
    /// By real path the open documents, of which there are several if a file has several names.
    paths: HashMap<PathBuf, Vec<Uri>>,
    /// The folders of these, each as often as it has one.
    folders: Counted,
    workspace: Workspace,
    /// Who reads other files.
    worker: Option<Worker>,
    /// Documents that changed since they were last published, oldest change first; some may have
    /// been closed or published meanwhile.
    changed: VecDeque<Uri>,
    /// Whether the workspace has changed since documents were given what they have to know of others.
    is_spread_due: bool,
    states: u64,
    /// Whether an analysis became outdated while a request was answered.
    has_outdated: bool,
}

/// How many documents that were opened or changed at once are told to the workspace together, and how
/// many bytes they may have: each time all are given what they have to know of others.
const TOGETHER: (usize, usize) = (128, 1 << 18);

impl Documents {
    /// Opens a document; `false` if it is neither YAML nor JSON.
    pub fn open(&mut self, item: TextDocumentItem) -> bool {
        let Some(language) = language(&item.language_id, &item.uri, &item.text) else {
            return false;
        };
        let old = self.open.get(&item.uri);
        let is_published = old.is_some_and(|old| old.is_published);
        let version = counted(item.version, old);
        self.states += 1;
        if self.open.len() == 1 {
            // The first one may say what the second one is.
            let uris: Vec<Uri> = self.open.keys().cloned().collect();
            self.has_outdated |= uris.iter().any(|uri| self.share(uri));
        }
        let path = file_path(&item.uri).map(|path| loader::real(&path).unwrap_or(path));
        let repository = path.as_deref().and_then(bounds::repository);
        let open = OpenDocument {
            version,
            newest: version,
            is_published,
            published: None,
            is_due: true,
            state: self.states,
            is_stale: false,
            text: Text::new(&item.text),
            language,
            options: Options::default(),
            path,
            repository,
            is_marked: false,
            is_shared: false,
            analysis: None,
            edits: Vec::new(),
            failed: None,
            completed: None,
            typed: None,
        };
        let path = open.path.clone();
        let old = self.open.insert(item.uri.clone(), open);
        let is_new = old.is_none();
        self.forget_path(&item.uri, old.and_then(|old| old.path).as_deref());
        if let Some(path) = path {
            self.paths.entry(path).or_default().push(item.uri.clone());
        }
        if let Some(folder) = folder_of(&item.uri).filter(|_| is_new) {
            self.folders.add(folder);
        }
        self.mark(&item.uri);
        true
    }

    /// Applies changes in their order; `false` if the document is not open.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        self.states += 1;
        open.newest = counted(version, Some(open));
        if !open.is_stale {
            open.version = open.newest;
        }
        open.state = self.states;
        open.is_due = true;
        open.typed = None;
        for change in changes {
            open.apply(change, encoding);
        }
        self.mark(uri);
        true
    }

    /// Notes that a change of a document was lost, or of any document if it is not known which. Its
    /// edits are ignored until its whole text comes, because their ranges belong to a text that is
    /// not known here. Returns the documents for which that is new.
    pub fn set_stale(&mut self, uri: Option<&Uri>, version: Option<i32>) -> Vec<Uri> {
        let mut stale = Vec::new();
        let is_meant = |one: &Uri| uri.is_none_or(|uri| uri == one);
        for (uri, open) in self.open.iter_mut().filter(|(uri, _)| is_meant(uri)) {
            open.newest = version.unwrap_or(open.newest);
            if !std::mem::replace(&mut open.is_stale, true) {
                open.is_due = true;
                stale.push(uri.clone());
            }
        }
        self.mark_all(stale.clone());
        stale
    }

    /// Of a document of which a change was lost: whether what is known of it is AsyncAPI.
    pub fn stale(&mut self, uri: &Uri) -> Option<bool> {
        let open = self.open.get_mut(uri).filter(|open| open.is_stale)?;
        Some(open.has_failed() || open.analysis().model.kind != DocumentKind::Other)
    }

    /// The whole text of a document. It counts where a change was lost.
    pub fn saved(&mut self, uri: &Uri, text: String) {
        let Some(open) = self.open.get(uri).filter(|open| open.is_stale) else {
            return;
        };
        let whole = TextDocumentContentChangeEvent {
            range: None,
            range_length: None,
            text,
        };
        self.change(uri, open.newest, vec![whole], Encoding::Utf8);
    }

    /// Closes a document and returns it if it was open.
    pub fn close(&mut self, uri: &Uri) -> Option<OpenDocument> {
        let open = self.open.remove(uri)?;
        if let Some(folder) = folder_of(uri) {
            self.folders.remove(&folder);
        }
        if let Some(path) = &open.path {
            self.forget_path(uri, Some(path));
            self.workspace.close(path);
            // The same file may be open by another name.
            for other in self.paths.get(path).cloned().unwrap_or_default() {
                if let Some(open) = self.open.get_mut(&other) {
                    open.is_shared = false;
                }
                self.tell(&other);
            }
            // Many may be closed at once.
            self.is_spread_due = true;
        }
        Some(open)
    }

    fn forget_path(&mut self, uri: &Uri, path: Option<&Path>) {
        if let Some(path) = path
            && let Some(names) = self.paths.get_mut(path)
        {
            names.retain(|name| name != uri);
            if names.is_empty() {
                self.paths.remove(path);
            }
        }
    }

    /// The folders of the open documents.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.paths()
    }

    /// The open documents.
    pub fn uris(&self) -> impl Iterator<Item = &Uri> {
        self.open.keys()
    }

    /// Applies the settings of each document. Returns whether an analysis became outdated by that.
    pub fn apply_settings(&mut self, effective: impl Fn(&Uri) -> Effective) -> bool {
        let mut changed = Vec::new();
        let mut has_outdated = false;
        for (uri, open) in &mut self.open {
            let before = open.analysis.is_some();
            if open.set_settings(effective(uri)) {
                has_outdated |= before;
                changed.push(uri.clone());
            }
        }
        self.mark_all(changed);
        has_outdated
    }

    /// Applies the settings to one document that was opened.
    pub fn apply_settings_to(&mut self, uri: &Uri, effective: Effective) {
        let open = self.open.get_mut(uri);
        if open.is_some_and(|open| open.set_settings(effective)) {
            self.mark_all(vec![uri.clone()]);
        }
    }

    /// An open document whose text is that of the client, and which can be checked as far as is
    /// known.
    pub fn get_mut(&mut self, uri: &Uri) -> Option<&mut OpenDocument> {
        self.has_outdated |= self.share(uri);
        let open = self.open.get_mut(uri)?;
        (!open.is_stale && !open.has_failed()).then_some(open)
    }

    /// Notes that a panic keeps a document from being checked as it is now.
    pub fn set_failed(&mut self, uri: &Uri) {
        if let Some(open) = self.open.get_mut(uri) {
            open.failed = Some(open.state);
            open.published = None;
        }
    }

    /// Whether a panic kept a document from being checked as it is now.
    pub fn has_failed(&self, uri: &Uri) -> bool {
        self.open.get(uri).is_some_and(OpenDocument::has_failed)
    }

    /// Makes the next analysis of a document start from its text.
    pub fn forget_analysis(&mut self, uri: &Uri) {
        if let Some(open) = self.open.get_mut(uri) {
            open.forget_analysis();
        }
    }

    /// Whether an analysis became outdated by a document that a request asked about.
    pub fn take_outdated(&mut self) -> bool {
        std::mem::take(&mut self.has_outdated)
    }

    /// The next document to publish.
    pub fn next_changed(&mut self) -> Option<Uri> {
        while let Some(uri) = self.changed.pop_front() {
            let open = self.open.get_mut(&uri);
            if open.is_some_and(|open| std::mem::take(&mut open.is_marked)) {
                return Some(uri);
            }
        }
        None
    }

    /// Whether documents wait to be published.
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The text of a file that was read, and its URI as the client writes it.
    pub fn text_of(&self, uri: &str) -> Option<(Uri, Text)> {
        let uri: Uri = uri.parse().ok()?;
        let path = file_path(&uri)?;
        let text = self.workspace.file(&path)?.document.text().clone();
        let known = self.name_at(&path).map(|(uri, _)| uri.clone());
        Some((known.unwrap_or(uri), text))
    }

    /// The files that belong to what the user has open, in the order of their paths.
    pub fn files(&self) -> Vec<Arc<SourceFile>> {
        let mut files = self.workspace.files();
        files.retain(|file| self.workspace.is_shown(&file.path));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files
    }

    /// The files that are open, as they are in the editor.
    pub fn open_files(&mut self) -> Vec<Arc<SourceFile>> {
        self.share_all();
        let paths = self.open.values().filter_map(|open| open.path.as_deref());
        let files = paths.filter_map(|path| self.workspace.file(path));
        files.cloned().collect()
    }

    /// A file that was read.
    pub fn file(&self, path: &Path) -> Option<&Arc<SourceFile>> {
        self.workspace.file(path)
    }

    /// The URI of a file as the client writes it, and its version if it is open.
    pub fn name_of(&self, file: &SourceFile) -> Option<(Uri, Option<i32>)> {
        match self.name_at(&file.path) {
            Some((uri, open)) => Some((uri.clone(), Some(open.version))),
            None => Some((file.uri.parse().ok()?, None)),
        }
    }

    /// The open document of a file.
    fn name_at(&self, path: &Path) -> Option<(&Uri, &OpenDocument)> {
        self.open.get_key_value(self.paths.get(path)?.first()?)
    }

    /// A file that is open, and all that have to do with it; `None` if it has nothing to do with
    /// others.
    pub fn connected(&mut self, uri: &Uri) -> Option<Arc<[Connected]>> {
        self.share_all();
        let path = self.open.get(uri)?.path.clone()?;
        loop {
            match self.workspace.connected(&path) {
                Ok(files) => {
                    let is_known = files.first().is_some_and(|first| first.file.path == path);
                    return is_known.then_some(files);
                }
                Err(glimpsed) => {
                    self.workspace.read(glimpsed);
                    self.has_outdated |= self.spread(None);
                }
            }
        }
    }

    /// How other files use a file.
    pub fn use_of(&self, file: &SourceFile) -> Use {
        self.workspace.use_of(file)
    }

    /// The schemes in other files that an open document may refer to.
    pub fn schemes_elsewhere(&self, uri: &Uri) -> Vec<SchemeElsewhere> {
        let path = self.open.get(uri).and_then(|open| open.path.as_ref());
        path.map_or_else(Vec::new, |path| self.workspace.schemes_elsewhere(path))
    }

    /// Whether a link of an open document leads to a file that is not there.
    pub fn is_missing(&self, uri: &Uri, target: &str) -> bool {
        let base = self.open.get(uri).and_then(|open| open.path.as_ref());
        let target = target.parse().ok().and_then(|target| file_path(&target));
        let places = base.zip(target);
        places.is_some_and(|(base, target)| self.workspace.is_missing(base, &target))
    }

    /// Why names in each of the files are not changed because of a change in the first one.
    pub fn kept(&self, files: &[Connected]) -> Vec<Option<Kept>> {
        let kept = |one: &Connected| self.workspace.kept(&files.first()?.file, &one.file);
        files.iter().map(kept).collect()
    }

    /// Tells the workspace of all changes of open documents.
    pub fn share_all(&mut self) {
        let uris: Vec<Uri> = self.open.keys().cloned().collect();
        for uri in uris {
            self.tell(&uri);
        }
        self.settle();
    }

    /// Gives all documents what they have to know of others, if that may be something else by now.
    pub fn settle(&mut self) {
        if self.is_spread_due {
            self.has_outdated |= self.spread(None);
        }
    }

    /// What a file has to know of others.
    pub fn surroundings(&self, path: &Path) -> Surroundings {
        self.workspace.surroundings(path)
    }

    /// Whether nothing is left to be read.
    pub fn is_settled(&self) -> bool {
        self.worker.is_none() || self.workspace.is_settled()
    }

    /// Lets other files be read by a worker.
    pub fn start_worker(&mut self, on_done: impl Fn(Done) + Send + Sync + 'static) {
        self.worker = Some(Worker::start(self.workspace.store(), on_done));
    }

    /// Sets the open folders.
    pub fn set_folders(&mut self, folders: &[PathBuf]) -> bool {
        let real = folders.iter().filter_map(|folder| loader::real(folder));
        self.workspace.set_folders(real.collect());
        self.spread(None)
    }

    /// Notes that files or folders were changed, created or deleted on the disk.
    pub fn changed_on_disk(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.workspace.changed(paths);
        self.send_jobs();
    }

    /// Finds out whether anything changed on the disk: nobody else tells.
    pub fn compare_with_disk(&mut self) {
        self.workspace.compare_with_disk();
        self.send_jobs();
    }

    /// Applies what a worker has read. Returns whether that may matter to any document, and whether
    /// an analysis became outdated by it.
    pub fn read(&mut self, done: &[Done]) -> (bool, bool) {
        let mut matters = false;
        for done in done {
            matters |= self.workspace.done(done);
        }
        (matters, matters && self.spread(None))
    }

    /// Tells the workspace of this version of a document, and its neighbours of what follows.
    /// Returns whether another document changed by that.
    pub fn share(&mut self, uri: &Uri) -> bool {
        let is_new = self.tell(uri);
        if !self.is_spread_due {
            return false;
        }
        self.tell_waiting();
        self.spread(Some(uri).filter(|_| is_new))
    }

    /// Tells the workspace of some of the documents that wait to be published.
    fn tell_waiting(&mut self) {
        let (mut count, mut bytes) = TOGETHER;
        let waiting = self.changed.iter().take_while(|uri| {
            let len = self.open.get(uri).map_or(0, |open| open.text.len());
            let fits = count > 0 && len <= bytes;
            (count, bytes) = (count.saturating_sub(1), bytes.saturating_sub(len));
            fits
        });
        for uri in waiting.cloned().collect::<Vec<_>>() {
            // A text that cannot be read costs its own turn, and is said then.
            _ = catch_unwind(AssertUnwindSafe(|| self.tell(&uri)));
        }
    }

    /// Tells the workspace of this version of a document. Returns whether it did not know that.
    fn tell(&mut self, uri: &Uri) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        let Some(path) = open.path.clone().filter(|_| !open.is_shared) else {
            return false;
        };
        let repository = open.repository.clone();
        // A rule that panics costs what was found here, and nothing of what others are told.
        let file = match catch_unwind(AssertUnwindSafe(|| open.analysis())) {
            Ok(analysis) => SourceFile::of_analysis(path, repository, &analysis),
            Err(_) => SourceFile::new(path, repository, open.document()),
        };
        open.is_shared = true;
        let is_new = !self.workspace.is_open(&file.path);
        if self.workspace.open(file) {
            self.is_spread_due = true;
            return true;
        }
        self.give(uri, Some(uri));
        if is_new {
            // Nobody has to do with it, but it may be the first one of its folder.
            self.send_jobs();
        }
        true
    }

    /// Gives each document what it has to know of other files, and has files read that are needed
    /// for that. Returns whether a document changed other than the one that is being published.
    pub fn spread(&mut self, publishing: Option<&Uri>) -> bool {
        self.is_spread_due = false;
        let is_new = self.workspace.update();
        let uris = self.open.keys().filter(|_| is_new).cloned();
        let mut changed: Vec<Uri> = uris.collect();
        changed.retain(|uri| self.give(uri, publishing));
        self.send_jobs();
        let has_changed = !changed.is_empty();
        self.mark_all(changed);
        has_changed
    }

    /// Gives a document what it has to know of other files. Returns whether it changed by that, and is
    /// not the one that is being published.
    fn give(&mut self, uri: &Uri, publishing: Option<&Uri>) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        let Some(path) = open.path.as_deref() else {
            return false;
        };
        let surroundings = self.workspace.surroundings(path);
        if *open.options.surroundings == surroundings {
            return false;
        }
        let before = Surroundings {
            is_complete: surroundings.is_complete,
            ..(*open.options.surroundings).clone()
        };
        open.is_due |= before != surroundings;
        open.options.surroundings = Arc::new(surroundings);
        if publishing != Some(uri) {
            return true;
        }
        self.states += 1;
        open.state = self.states;
        false
    }

    fn send_jobs(&mut self) {
        for job in self.workspace.jobs(true) {
            if let Some(worker) = &self.worker {
                worker.send(job);
            }
        }
    }

    /// Marks documents to be published again although their text is the same.
    fn mark_all(&mut self, mut uris: Vec<Uri>) {
        // A map has no order, but publications should.
        uris.sort();
        for uri in &uris {
            self.mark(uri);
            self.states += 1;
            if let Some(open) = self.open.get_mut(uri) {
                open.state = self.states;
            }
        }
    }

    fn mark(&mut self, uri: &Uri) {
        let open = self.open.get_mut(uri);
        if open.is_some_and(|open| !std::mem::replace(&mut open.is_marked, true)) {
            self.changed.push_back(uri.clone());
        }
    }
}

/// The path of a file; `None` for what is no file.
pub fn file_path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.to_file_path()?.into_owned();
    // A path with `..` may point outside of the folder that it starts with.
    let is_plain = !path.components().any(|part| part == Component::ParentDir);
    is_plain.then_some(path)
}

/// The folder of a file.
pub fn folder_of(uri: &Uri) -> Option<PathBuf> {
    Some(file_path(uri)?.parent()?.to_owned())
}

/// The version as the client counts, or the next one if it does not.
fn counted(version: i32, old: Option<&OpenDocument>) -> i32 {
    match old {
        _ if version != NO_VERSION => version,
        Some(old) => old.newest.saturating_add(1),
        None => 0,
    }
}
