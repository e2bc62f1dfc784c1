//! One side of a comparison: the documents that it has, and what their references lead to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem;

use super::git::Revision;
use crate::model::surroundings::Surroundings;
use crate::model::{DocumentKind, detect};
use crate::syntax::document::Document;
use crate::syntax::format::Language;
use crate::workspace::Workspace;
use crate::workspace::parallel::in_order;
use crate::workspace::search::{EXTENSIONS, refers};
use crate::workspace::settings_file::relative;
use crate::workspace::source_file::{SourceFile, language};
use crate::workspace::work::{self, Done, Job};

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its path, as shown.
    pub path: String,
    /// Why.
    pub message: String,
}

/// Why a side is not there.
pub enum NotLoaded {
    /// There is nothing of that name.
    Absent(String),
    /// It cannot be read.
    Failed(String),
}

impl NotLoaded {
    /// The reason, in words.
    pub fn message(self) -> String {
        match self {
            Self::Absent(message) | Self::Failed(message) => message,
        }
    }
}

/// A document of a side.
pub struct Loaded {
    /// Its path, as shown.
    pub shown: String,
    /// Its path in the workspace; `None` for standard input.
    pub path: Option<PathBuf>,
    /// Text and tree.
    pub document: Document,
    /// Whether the other side has the same text, and it refers to no other file.
    pub is_unchanged: bool,
}

/// A document of which only the text was read.
pub struct Raw {
    /// What it is paired by: its path from the named folder on.
    pub key: String,
    /// Its path, as shown.
    pub shown: String,
    /// Its path in the workspace.
    pub path: Option<PathBuf>,
    /// Its text.
    pub text: String,
    /// What it is written in.
    pub language: Language,
    /// Text and tree, if they are known already.
    pub document: Option<Document>,
}

/// One side.
pub struct Files {
    /// What the user named.
    pub spec: String,
    /// The commit, if it is a revision.
    pub revision: Option<String>,
    /// Whether a folder was named.
    pub is_folder: bool,
    /// The documents by the path from the named folder on; a single file is `""`.
    pub documents: BTreeMap<String, Loaded>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The content of those of a revision that could not be read, by their keys as git names it.
    pub unread_objects: BTreeMap<String, String>,
    /// The files of a folder that could not be read, by their keys: on the other side they are
    /// neither new nor gone.
    pub unread: BTreeMap<String, Problem>,
    /// The files that they refer to.
    pub workspace: Workspace,
    /// What is cut from paths of other files.
    pub root: Option<PathBuf>,
}

impl Files {
    /// A side without documents.
    pub fn nothing(is_folder: bool) -> Self {
        Self {
            is_folder,
            ..Self::empty("nothing".to_owned())
        }
    }

    /// A side to which documents are to be added.
    pub fn empty(spec: String) -> Self {
        Self {
            spec,
            revision: None,
            is_folder: false,
            documents: BTreeMap::new(),
            problems: Vec::new(),
            unread_objects: BTreeMap::new(),
            unread: BTreeMap::new(),
            workspace: Workspace::default(),
            root: None,
        }
    }

    /// Reads documents, on several threads.
    pub fn parse(&mut self, raws: Vec<Raw>, other: Option<&Self>) {
        let read = in_order(&raws, |raw| document_of(raw, other));
        for (raw, (document, is_unchanged)) in raws.into_iter().zip(read) {
            self.add(&raw.key, raw.shown, raw.path, document, is_unchanged);
        }
    }

    /// Reads a file or folder of a revision, by its path from the root of the repository on. What
    /// has the same text on the `other` side is not read again.
    ///
    /// # Errors
    /// Nothing of it can be read, and why.
    pub fn revision(
        mut revision: Revision,
        name: &str,
        path: &str,
        other: Option<&Self>,
    ) -> Result<Self, NotLoaded> {
        let mut files = Self::empty(format!("{name}:{path}"));
        files.revision = Some(revision.commit.clone());
        let folder = match path.trim_end_matches('/') {
            "" | "." => String::new(),
            path => format!("{path}/"),
        };
        files.is_folder =
            !revision.has(path) && (folder.is_empty() || !revision.below(&folder).is_empty());
        // A place at which nothing can be, so that no other file is taken for one of the revision.
        let root = revision
            .root
            .join(".git/asyncapi-security-diff")
            .join(&revision.commit);
        files.root = Some(root.clone());
        if !files.is_folder {
            let read = read_document(&mut revision, &root, path);
            let read = read.map_err(|why| NotLoaded::Failed(format!("{}: {why}", files.spec)))?;
            let Some(document) = read else {
                return Err(NotLoaded::Absent(format!(
                    "{}: there is no such file in this revision",
                    files.spec
                )));
            };
            let (place, tree) = (document.path.clone(), document.document.clone());
            files.workspace.open(document);
            files.add("", path.to_owned(), Some(place), tree, false);
        } else {
            let mut raws = Vec::new();
            for path in revision.below(&folder) {
                let is_candidate = Path::new(&path).extension().and_then(|word| word.to_str());
                let hidden = path.split('/').any(|part| part.starts_with('.'));
                if hidden
                    || !is_candidate
                        .is_some_and(|word| EXTENSIONS.contains(&&*word.to_ascii_lowercase()))
                {
                    continue;
                }
                let key = path.strip_prefix(&folder).unwrap_or(&path).to_owned();
                let bytes = match revision.read(&path) {
                    Ok(bytes) => bytes.unwrap_or_default(),
                    // It may be no document at all; the other side knows.
                    Err(message) => {
                        if let Some(object) = revision.object(&path) {
                            (files.unread_objects).insert(key.clone(), object.to_owned());
                        }
                        files.unread.insert(key, Problem { path, message });
                        continue;
                    }
                };
                if memmem::find(&bytes, MARK).is_none() {
                    continue;
                }
                match text_of(bytes) {
                    Ok(text) => {
                        let place = root.join(&path);
                        let document = refers(&text).then(|| {
                            let file = source_file(&root, &path, &text);
                            let document = file.document.clone();
                            files.workspace.open(file);
                            document
                        });
                        raws.push(Raw {
                            key,
                            shown: path,
                            language: language(&place),
                            path: Some(place),
                            text,
                            document,
                        });
                    }
                    Err(why) => files.unread(key, path, why),
                }
            }
            files.parse(raws, other);
        }
        files.follow(&mut revision, &root);
        Ok(files)
    }

    /// Reads what documents refer to, from the same revision.
    fn follow(&mut self, revision: &mut Revision, root: &Path) {
        loop {
            self.workspace.update();
            let jobs = self.workspace.jobs(false);
            if jobs.is_empty() {
                return;
            }
            for job in jobs {
                let wanted = match &job {
                    Job::Load { path, .. } => path.strip_prefix(root).ok().map(shown),
                    _ => None,
                };
                let read = wanted.map(|path| read_document(revision, root, &path));
                match (job, read) {
                    (Job::Load { path, .. }, Some(Ok(Some(file)))) => {
                        self.workspace.open(file);
                        self.workspace.done(&Done::Known(path));
                    }
                    (job, read) => {
                        if let (Job::Load { path, .. }, Some(Err(why))) = (&job, read) {
                            let shown = path.strip_prefix(root).unwrap_or(path);
                            self.problem(self::shown(shown), why);
                        }
                        let done = work::work(job, &self.workspace.store(), &|_| {});
                        self.workspace.done(&done);
                    }
                }
            }
        }
    }

    /// Adds a document, unless it is none.
    pub fn add(
        &mut self,
        key: &str,
        shown: String,
        path: Option<PathBuf>,
        document: Document,
        is_unchanged: bool,
    ) {
        let tree = document.tree();
        if tree.is_too_long() {
            let why = "it is too long, so it is not compared".to_owned();
            self.unread(key.to_owned(), shown, why);
        } else if detect::kind(tree) == DocumentKind::AsyncApi {
            let loaded = Loaded {
                shown,
                path,
                document,
                is_unchanged,
            };
            self.documents.insert(key.to_owned(), loaded);
        } else if !self.is_folder {
            let why = "this is no AsyncAPI document".to_owned();
            self.unread(key.to_owned(), shown, why);
        }
    }

    /// Notes a file that looks like a document and cannot be read.
    pub fn unread(&mut self, key: String, path: String, message: String) {
        let problem = Problem { path, message };
        self.problems.push(problem.clone());
        self.unread.insert(key, problem);
    }

    /// Notes what could not be read.
    pub fn problem(&mut self, path: String, message: String) {
        self.problems.push(Problem { path, message });
    }

    /// What other files say that a document depends on.
    pub fn surroundings(&self, loaded: &Loaded) -> Arc<Surroundings> {
        match &loaded.path {
            Some(path) => Arc::new(self.workspace.surroundings(path)),
            None => Arc::default(),
        }
    }

    /// A file that documents refer to: its path as shown, and its text and tree.
    pub fn other(&self, uri: &str) -> Option<(String, Document)> {
        let file = self.workspace.file_at(uri)?;
        let root = self.root.as_deref();
        let below = root.and_then(|root| file.path.strip_prefix(root).ok());
        let shown = below.map_or_else(|| file.path.to_string_lossy().into_owned(), shown);
        Some((shown, file.document.clone()))
    }
}

/// Text and tree, and whether nothing can have changed in what it means.
fn document_of(raw: &Raw, other: Option<&Files>) -> (Document, bool) {
    let same = other.and_then(|other| other.documents.get(&raw.key));
    let same = same.filter(|same| {
        same.document.text().len() == raw.text.len() && same.document.text().to_string() == raw.text
    });
    if let (Some(same), None) = (same, &raw.document) {
        return (same.document.clone(), !refers(&raw.text));
    }
    let document = raw.document.clone();
    (
        document.unwrap_or_else(|| Document::new(&raw.text, raw.language)),
        false,
    )
}

fn read_document(
    revision: &mut Revision,
    root: &Path,
    path: &str,
) -> Result<Option<SourceFile>, String> {
    let text = revision.read(path)?.map(text_of).transpose()?;
    Ok(text.map(|text| source_file(root, path, &text)))
}

/// A path from the root of the repository on.
fn shown(path: &Path) -> String {
    relative(Path::new(""), path)
}

fn source_file(root: &Path, path: &str, text: &str) -> SourceFile {
    let place = root.join(path);
    let document = Document::new(text, language(&place));
    SourceFile::new(place, Some(root.to_owned()), document)
}

/// What no document is without.
pub const MARK: &[u8] = b"asyncapi";

fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| not_utf8(error.utf8_error().valid_up_to()))
}

/// The problem with a file that is not UTF-8.
pub fn not_utf8(offset: usize) -> String {
    format!("not UTF-8 at byte {offset}: save the file as UTF-8")
}
