//! The open documents.

use std::collections::{HashMap, VecDeque};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{
    PublishDiagnosticsParams, TextDocumentContentChangeEvent, TextDocumentItem, Uri,
};

use super::convert;
use super::message::NO_VERSION;
use crate::analysis::{Analysis, Options};
use crate::model::surroundings::Surroundings;
use crate::settings::effective::Effective;
use crate::syntax::document::Document;
use crate::syntax::format::Language;
use crate::text::range::TextRange;
use crate::text::{Encoding, Text, TextEdit};
use crate::workspace::bounds::Kept;
use crate::workspace::graph::connected::Connected;
use crate::workspace::graph::offered::SchemeElsewhere;
use crate::workspace::source_file::{SourceFile, Use};
use crate::workspace::work::{Done, Worker};
use crate::workspace::{Workspace, bounds, loader};

/// An open document at its newest version.
#[derive(Debug)]
pub struct OpenDocument {
    /// The version as the client counts.
    pub version: i32,
    /// Whether diagnostics were published of it, even if there were none.
    pub is_published: bool,
    /// What was published last.
    pub published: Option<PublishDiagnosticsParams>,
    /// Whether it has to be published even if nothing changes by that: more happened than that the
    /// search for its users came to its end.
    pub is_due: bool,
    /// Changes whenever diagnostics may change; unique among all documents.
    pub state: u64,
    /// Whether a change was unreadable, so that this text differs from the client's.
    is_stale: bool,
    text: Text,
    language: Language,
    options: Options,
    /// Its real path, if it is a file.
    path: Option<PathBuf>,
    /// The root of the repository that it is in.
    repository: Option<PathBuf>,
    /// Whether the workspace knows this version.
    is_shared: bool,
    /// The last analysis: without [`Self::edits`], and perhaps with other options.
    analysis: Option<Arc<Analysis>>,
    /// Edits of the text since the last analysis.
    edits: Vec<TextEdit>,
    /// Where and in which state completion was last requested.
    completed: Option<(u64, usize)>,
    /// What the last notification of changes put in, from its first place to its last; `None` as
    /// long as nothing was changed.
    typed: Option<TextRange>,
}

impl OpenDocument {
    /// Applies the settings; returns whether they change anything.
    fn set_settings(&mut self, effective: Effective) -> bool {
        let options = Options {
            surroundings: Arc::clone(&self.options.surroundings),
            ..Options::of(effective)
        };
        if self.options == options {
            return false;
        }
        self.options = options;
        self.is_due = true;
        true
    }

    /// The analysis of the newest version. It is computed on demand, so that the changes of a burst
    /// are analysed together.
    pub fn analysis(&mut self) -> Arc<Analysis> {
        let edits = std::mem::take(&mut self.edits);
        // Taken out first: if the analysis panics, the next one starts from the text.
        let analysis = match self.analysis.take() {
            Some(known) if edits.is_empty() && known.options == self.options => known,
            Some(known) => {
                let document = known.document.edited(&edits);
                Arc::new(Analysis::new(document, self.options.clone(), Some(&known)))
            }
            None => {
                let string = self.text.to_string();
                let document = Document::from_text(self.text.clone(), &string, self.language);
                Arc::new(Analysis::new(document, self.options.clone(), None))
            }
        };
        // Share the text with the analysis instead of keeping it twice.
        self.text = analysis.document.text().clone();
        Arc::clone(self.analysis.insert(analysis))
    }

    /// Its real path, if it is a file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Notes a request for completion that did not come from a character. Returns whether the
    /// author must have made it: editors ask by themselves once after each letter, so it is certain
    /// where the request before it was the same, or where the last change was on other lines.
    pub fn is_asked_by_author(&mut self, offset: usize) -> bool {
        let request = Some((self.state, offset));
        let is_again = std::mem::replace(&mut self.completed, request) == request;
        let line = |offset| self.text.line_of(offset);
        let is_elsewhere = self
            .typed
            .is_none_or(|typed| line(offset) < line(typed.start) || line(typed.end) < line(offset));
        is_again || is_elsewhere
    }

    /// Notes that a range was replaced by so many bytes.
    fn note_typed(&mut self, replaced: TextRange, length: usize) {
        let mut typed = TextRange::new(replaced.start, replaced.start + length);
        if let Some(before) = self.typed {
            let moved = |at: usize| match at < replaced.end {
                true => at.min(replaced.start),
                false => at - replaced.len() + length,
            };
            typed.start = typed.start.min(moved(before.start));
            typed.end = typed.end.max(moved(before.end));
        }
        self.typed = Some(typed);
    }

    /// Makes the next analysis start from the text.
    fn forget_analysis(&mut self) {
        self.edits.clear();
        self.analysis = None;
    }

    fn apply(&mut self, change: TextDocumentContentChangeEvent, encoding: Encoding) {
        self.is_shared = false;
        let Some(range) = change.range else {
            self.text = Text::new(&change.text);
            self.typed = Some(TextRange::new(0, self.text.len()));
            self.is_stale = false;
            self.forget_analysis();
            return;
        };
        if self.is_stale {
            return;
        }
        let range = convert::text_range(&self.text, range, encoding);
        let range = self.text.apply(range, &change.text);
        self.note_typed(range, change.text.len());
        if self.analysis.is_some() {
            let new_text = change.text;
            self.edits.push(TextEdit { range, new_text });
        }
    }
}

/// All open documents that may be AsyncAPI, and which of them are to be published.
#[derive(Debug, Default)]
pub struct Documents {
    open: HashMap<Uri, OpenDocument>,
    workspace: Workspace,
    /// Who reads other files.
    worker: Option<Worker>,
    /// Documents that changed since they were last published, oldest change first.
    changed: VecDeque<Uri>,
    /// The document that is being published, and how often that was started.
    publishing: Option<(Uri, u8)>,
    states: u64,
    /// Whether an analysis became outdated while a request was answered.
    has_outdated: bool,
}

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
            is_shared: false,
            analysis: None,
            edits: Vec::new(),
            completed: None,
            typed: None,
        };
        self.open.insert(item.uri.clone(), open);
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
        open.version = counted(version, Some(open));
        open.state = self.states;
        open.is_due = true;
        open.typed = None;
        for change in changes {
            open.apply(change, encoding);
        }
        // Diagnostics of another text than the client's would be misplaced.
        if !open.is_stale {
            self.mark(uri);
        }
        true
    }

    /// Notes that a change of a document was unreadable; `false` if the document is not open. Its
    /// edits are ignored until the client sends the whole text, because their ranges belong to a
    /// text that is not known here.
    pub fn set_stale(&mut self, uri: &Uri) -> bool {
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        open.is_stale = true;
        true
    }

    /// Closes a document and returns it if it was open.
    pub fn close(&mut self, uri: &Uri) -> Option<OpenDocument> {
        let open = self.open.remove(uri)?;
        self.changed.retain(|changed| changed != uri);
        if let Some(path) = &open.path {
            self.workspace.close(path);
            // The same file may be open by another name.
            let others = self.open.iter_mut();
            let others = others.filter(|(_, other)| other.path == open.path);
            let others: Vec<Uri> = others
                .map(|(uri, other)| {
                    other.is_shared = false;
                    uri.clone()
                })
                .collect();
            for other in others {
                self.share(&other);
            }
            self.spread(None);
        }
        Some(open)
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

    /// An open document.
    pub fn get_mut(&mut self, uri: &Uri) -> Option<&mut OpenDocument> {
        self.has_outdated |= self.share(uri);
        self.open.get_mut(uri)
    }

    /// Whether an analysis became outdated by a document that a request asked about.
    pub fn take_outdated(&mut self) -> bool {
        std::mem::take(&mut self.has_outdated)
    }

    /// The next document to publish; call [`Self::finish_publishing`] afterwards. If a panic came
    /// between, the same document is returned once more, and is analysed from its text.
    pub fn next_changed(&mut self) -> Option<Uri> {
        let (uri, times) = match self.publishing.take() {
            Some((uri, 1)) => {
                if let Some(open) = self.open.get_mut(&uri) {
                    open.forget_analysis();
                }
                (uri, 2)
            }
            _ => (self.changed.pop_front()?, 1),
        };
        self.publishing = Some((uri.clone(), times));
        Some(uri)
    }

    /// Ends what [`Self::next_changed`] began. Returns whether other documents wait.
    pub fn finish_publishing(&mut self) -> bool {
        self.publishing = None;
        !self.changed.is_empty()
    }

    /// The text of a file that was read, and its URI as the client writes it.
    pub fn text_of(&self, uri: &str) -> Option<(Uri, Text)> {
        let uri: Uri = uri.parse().ok()?;
        let path = file_path(&uri)?;
        let mut open = self.open.iter();
        let known = open.find(|(_, open)| open.path.as_deref() == Some(&path));
        let text = self.workspace.file(&path)?.document.text().clone();
        Some((known.map_or(uri, |(uri, _)| uri.clone()), text))
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
        let mut open = self.open.iter();
        match open.find(|(_, open)| open.path.as_deref() == Some(&file.path)) {
            Some((uri, open)) => Some((uri.clone(), Some(open.version))),
            None => Some((file.uri.parse().ok()?, None)),
        }
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
            self.has_outdated |= self.share(&uri);
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
        let Some(open) = self.open.get_mut(uri) else {
            return false;
        };
        let Some(path) = open.path.clone().filter(|_| !open.is_shared) else {
            return false;
        };
        let repository = open.repository.clone();
        let file = SourceFile::of_analysis(path, repository, &open.analysis());
        open.is_shared = true;
        self.workspace.open(file) && self.spread(Some(uri))
    }

    /// Gives each document what it has to know of other files, and has files read that are needed
    /// for that. Returns whether a document changed other than the one that is being published.
    pub fn spread(&mut self, publishing: Option<&Uri>) -> bool {
        let mut changed = Vec::new();
        let is_new = self.workspace.update();
        for (uri, open) in self.open.iter_mut().filter(|_| is_new) {
            let Some(path) = open.path.as_deref() else {
                continue;
            };
            let surroundings = self.workspace.surroundings(path);
            if *open.options.surroundings == surroundings {
                continue;
            }
            let before = Surroundings {
                is_complete: surroundings.is_complete,
                ..(*open.options.surroundings).clone()
            };
            open.is_due |= before != surroundings;
            open.options.surroundings = Arc::new(surroundings);
            if publishing == Some(uri) {
                self.states += 1;
                open.state = self.states;
            } else {
                changed.push(uri.clone());
            }
        }
        self.send_jobs();
        let has_changed = !changed.is_empty();
        self.mark_all(changed);
        has_changed
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
        if !self.changed.contains(uri) {
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

/// The version as the client counts, or the next one if it does not.
fn counted(version: i32, old: Option<&OpenDocument>) -> i32 {
    match old {
        _ if version != NO_VERSION => version,
        Some(old) => old.version.saturating_add(1),
        None => 0,
    }
}

/// The language of a document; `None` if it is neither YAML nor JSON. The client's language id
/// decides first (also compound ones such as `yaml.asyncapi`), then the file's extension, then, if
/// the id is `asyncapi`, plain text or empty, the first character of the text.
fn language(id: &str, uri: &Uri, text: &str) -> Option<Language> {
    let id = id.to_ascii_lowercase();
    let path = uri.path().as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, word)| word);
    let by_name = extension.and_then(|word| named(&word.to_ascii_lowercase()));
    match id.split(['.', '-', '_']).find_map(named) {
        // Many editors do not distinguish JSONC from JSON.
        Some(Language::Json) if by_name == Some(Language::Jsonc) => return by_name,
        None => {}
        by_client => return by_client,
    }
    if by_name.is_some() || !matches!(&*id, "" | "asyncapi" | "plaintext" | "text") {
        return by_name;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        Some('{' | '[') => Some(Language::Jsonc),
        _ => Some(Language::Yaml),
    }
}

fn named(word: &str) -> Option<Language> {
    match word {
        "yaml" | "yml" => Some(Language::Yaml),
        "json" => Some(Language::Json),
        "jsonc" | "json5" => Some(Language::Jsonc),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_document_is_recognised_by_language_then_name_then_text() {
        for (id, uri, text, expected) in [
            ("yaml", "file:///a.txt", "{", Some(Language::Yaml)),
            ("yaml", "file:///a.json", "", Some(Language::Yaml)),
            ("jsonc", "file:///a.yaml", "", Some(Language::Jsonc)),
            ("jsonc", "file:///a.json", "", Some(Language::Jsonc)),
            ("json", "file:///a.jsonc", "", Some(Language::Jsonc)),
            ("json", "file:///a.yaml", "", Some(Language::Json)),
            ("asyncapi", "file:///a.json5", "", Some(Language::Jsonc)),
            ("YAML.asyncapi", "untitled:1", "", Some(Language::Yaml)),
            ("json.asyncapi", "untitled:1", "", Some(Language::Json)),
            ("asyncapi-json", "untitled:1", "", Some(Language::Json)),
            ("asyncapi", "file:///a.yaml", "{", Some(Language::Yaml)),
            ("asyncapi", "file:///a.JSON", "", Some(Language::Json)),
            ("asyncapi", "untitled:1", "\n {", Some(Language::Jsonc)),
            (
                "asyncapi",
                "untitled:1",
                "asyncapi: 3.0.0",
                Some(Language::Yaml),
            ),
            ("", "file:///a", "[", Some(Language::Jsonc)),
            ("helm", "file:///a.yml", "", Some(Language::Yaml)),
            ("rust", "file:///a.rs", "", None),
            ("markdown", "file:///yaml/readme", "", None),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(super::language(id, &uri, text), expected, "{id} {uri:?}");
        }
    }

    #[test]
    fn what_a_panic_kept_from_being_published_is_tried_once_more() {
        let mut documents = Documents::default();
        for name in ["a", "b"] {
            documents.open(TextDocumentItem {
                uri: format!("file:///{name}").parse().unwrap(),
                language_id: "yaml".to_owned(),
                version: 1,
                text: "asyncapi: 3.0.0\n".to_owned(),
            });
        }
        let mut next = || {
            let uri = documents.next_changed()?;
            let is_known = documents.open[&uri].analysis.is_some();
            documents.get_mut(&uri).unwrap().analysis();
            Some((uri.as_str().to_owned(), is_known))
        };
        let expected = |name: &str, is_known| Some((format!("file:///{name}"), is_known));
        // The first document was analysed when the second one was opened.
        assert_eq!(next(), expected("a", true));
        assert_eq!(next(), expected("a", false));
        assert_eq!(next(), expected("b", false));
        documents.finish_publishing();
        assert_eq!(documents.next_changed(), None);
    }
}
