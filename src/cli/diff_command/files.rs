//! One side of a comparison: the documents that it has, and what their references lead to.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem;

use super::git::Revision;
use crate::cli::documents::wanted;
use crate::cli::input::{self, FileContent};
use crate::cli::output::{one_line, print_note};
use crate::cli::parallel::in_order;
use crate::cli::targets::{self, Target};
use crate::model::surroundings::Surroundings;
use crate::model::{DocumentKind, detect};
use crate::syntax::document::Document;
use crate::workspace::search::{EXTENSIONS, refers};
use crate::workspace::source_file::{SourceFile, language};
use crate::workspace::work::{self, Done, Job};
use crate::workspace::{Workspace, bounds, loader};

/// Where a side comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// Standard input.
    Input,
    /// A file or a folder.
    Path(PathBuf),
    /// A path in a revision, from the root of the repository on; with `/` at its end, or empty, a
    /// folder.
    Revision(String, String),
}

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
struct Raw {
    key: String,
    shown: String,
    path: Option<PathBuf>,
    text: String,
    /// Text and tree, if they are known already.
    document: Option<Document>,
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
    /// The files of a folder that could not be read, by their keys: on the other side they are
    /// neither new nor gone.
    pub unread: BTreeMap<String, Problem>,
    /// The files that they refer to.
    workspace: Workspace,
    /// What is cut from paths of other files, and what takes its place.
    root: Option<(PathBuf, String)>,
}

fn is_absent(path: &Path) -> bool {
    let found = std::fs::symlink_metadata(path);
    found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// What an argument names: a file or folder, else a path in a revision.
///
/// # Errors
/// It is nothing of these, and why.
pub fn spec(argument: &Path) -> Result<Spec, String> {
    if argument.as_os_str() == "-" {
        return Ok(Spec::Input);
    }
    if std::fs::symlink_metadata(argument).is_ok() {
        return Ok(Spec::Path(argument.to_owned()));
    }
    let shown = input::shown(argument);
    let named = argument.to_str().and_then(|text| text.split_once(':'));
    let Some((revision, path)) = named else {
        return Err(format!(
            "{shown}: there is no such file or folder; write `{shown}:PATH` for a path in a revision"
        ));
    };
    if revision.is_empty() || revision.starts_with('-') {
        return Err(format!("{shown}: `{revision}` is no revision"));
    }
    // As git reads it: from the root of the repository on, or with `./` from here.
    let path = match path.strip_prefix("./") {
        Some(rest) => super::git::prefix(Path::new("."))? + rest,
        None => path.to_owned(),
    };
    Ok(Spec::Revision(revision.to_owned(), path))
}

impl Files {
    /// Reads a side. What has the same text on the `other` one is not read again.
    ///
    /// # Errors
    /// Nothing of it can be read, and why.
    pub fn load(spec: &Spec, other: Option<&Self>) -> Result<Self, NotLoaded> {
        match spec {
            Spec::Input => Self::input().map_err(NotLoaded::Failed),
            Spec::Path(path) if is_absent(path) => Err(NotLoaded::Absent(format!(
                "{}: there is no such file or folder",
                input::shown(path)
            ))),
            Spec::Path(path) => Ok(Self::path(path, other)),
            Spec::Revision(revision, path) => Self::revision(revision, path, other),
        }
    }

    /// A side without documents.
    pub fn nothing(is_folder: bool) -> Self {
        Self {
            is_folder,
            ..Self::empty("nothing".to_owned())
        }
    }

    fn empty(spec: String) -> Self {
        Self {
            spec,
            revision: None,
            is_folder: false,
            documents: BTreeMap::new(),
            problems: Vec::new(),
            unread: BTreeMap::new(),
            workspace: Workspace::default(),
            root: None,
        }
    }

    fn input() -> Result<Self, String> {
        let mut files = Self::empty("-".to_owned());
        let text = text_of(input::read(io::stdin().lock()), false)
            .map_err(|why| format!("standard input: {why}"))?
            .unwrap_or_default();
        let document = Document::new(&text, input::language_of(None, &text));
        files.add("", "<stdin>".to_owned(), None, document, false);
        Ok(files)
    }

    fn path(path: &Path, other: Option<&Self>) -> Self {
        let mut files = Self::empty(input::shown(path));
        files.is_folder = path.is_dir();
        let targets = targets::of_arguments(&[path.to_owned()]);
        files.workspace = Workspace::of_files(&wanted(&targets));
        let real = loader::real(path);
        let folder = real.as_deref().and_then(|real| {
            if files.is_folder {
                Some(real)
            } else {
                real.parent()
            }
        });
        // Outside of a repository the folder is the bound.
        if let Some(folder) = folder
            && bounds::repository(&folder.join("file")).is_none()
        {
            files.workspace.set_folders(vec![folder.to_owned()]);
            files.workspace.work(false);
        }
        let mut raws = Vec::new();
        for target in targets {
            match target {
                Target::File {
                    path: file, real, ..
                } => raws.extend(files.file(path, &file, real)),
                Target::PassedOver(path, why) => {
                    print_note(&format!("{}: {why}", one_line(&input::shown(&path))));
                }
                Target::Problem(path, why) => {
                    files.problem(input::shown(&path), why);
                }
                Target::Input | Target::FolderDone(_) => {}
            }
        }
        files.parse(raws, other);
        let here = std::env::current_dir()
            .ok()
            .and_then(|here| loader::real(&here));
        files.root = here.map(|here| (here, String::new()));
        files
    }

    fn file(&mut self, named: &Path, file: &Path, real: Option<PathBuf>) -> Option<Raw> {
        let shown = input::shown(file);
        let key = match self.is_folder {
            true => input::shown(file.strip_prefix(named).unwrap_or(file)),
            false => String::new(),
        };
        let text = match text_of(input::read_file(file, !self.is_folder), self.is_folder) {
            Ok(text) => text?,
            Err(why) => {
                self.unread(key, shown, why);
                return None;
            }
        };
        let known = real.as_deref().and_then(|real| self.workspace.file(real));
        Some(Raw {
            key,
            shown,
            document: known.map(|known| known.document.clone()),
            path: real,
            text,
        })
    }

    /// Reads documents, on several threads.
    fn parse(&mut self, raws: Vec<Raw>, other: Option<&Self>) {
        let read = in_order(&raws, |raw| document_of(raw, other));
        for (raw, (document, is_unchanged)) in raws.into_iter().zip(read) {
            self.add(&raw.key, raw.shown, raw.path, document, is_unchanged);
        }
    }

    fn revision(name: &str, path: &str, other: Option<&Self>) -> Result<Self, NotLoaded> {
        let mut revision = Revision::open(Path::new("."), name).map_err(NotLoaded::Failed)?;
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
        files.root = Some((root.clone(), String::new()));
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
                        files.unread.insert(key, Problem { path, message });
                        continue;
                    }
                };
                match text_of(input::read(&*bytes), true) {
                    Ok(Some(text)) => {
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
                            path: Some(place),
                            text,
                            document,
                        });
                    }
                    Ok(None) => {}
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
                    Job::Load { path, .. } => path.strip_prefix(root).ok().map(input::shown),
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
                            self.problem(input::shown(shown), why);
                        }
                        let done = work::work(job, &self.workspace.store(), &|_| {});
                        self.workspace.done(&done);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        key: &str,
        shown: String,
        path: Option<PathBuf>,
        document: Document,
        is_unchanged: bool,
    ) {
        let kind = detect::kind(document.tree());
        if kind == DocumentKind::AsyncApi {
            let loaded = Loaded {
                shown,
                path,
                document,
                is_unchanged,
            };
            self.documents.insert(key.to_owned(), loaded);
        } else if !self.is_folder {
            self.problem(shown, "this is no AsyncAPI document".to_owned());
        }
    }

    /// A file that looks like a document and cannot be read.
    fn unread(&mut self, key: String, path: String, message: String) {
        let problem = Problem { path, message };
        self.problems.push(problem.clone());
        self.unread.insert(key, problem);
    }

    fn problem(&mut self, path: String, message: String) {
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
        let shown = match &self.root {
            Some((root, prefix)) => match file.path.strip_prefix(root) {
                Ok(below) => format!("{prefix}{}", input::shown(below)),
                Err(_) => input::shown(&file.path),
            },
            None => input::shown(&file.path),
        };
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
    let language = input::language_of(raw.path.as_deref(), &raw.text);
    let document = raw.document.clone();
    (
        document.unwrap_or_else(|| Document::new(&raw.text, language)),
        false,
    )
}

fn read_document(
    revision: &mut Revision,
    root: &Path,
    path: &str,
) -> Result<Option<SourceFile>, String> {
    match revision.read(path)? {
        Some(bytes) => {
            let text = text_of(input::read(&*bytes), false)?.unwrap_or_default();
            Ok(Some(source_file(root, path, &text)))
        }
        None => Ok(None),
    }
}

fn source_file(root: &Path, path: &str, text: &str) -> SourceFile {
    let place = root.join(path);
    let document = Document::new(text, language(&place));
    SourceFile::new(place, Some(root.to_owned()), document)
}

/// What no document is without.
const MARK: &[u8] = b"asyncapi";

/// The text of a file; `None` for one of a folder that is no document.
fn text_of(content: io::Result<FileContent>, is_in_folder: bool) -> Result<Option<String>, String> {
    let is_document = |text: &str| !is_in_folder || memmem::find(text.as_bytes(), MARK).is_some();
    match content {
        Ok(FileContent::Text(text)) => Ok(is_document(&text).then_some(text)),
        Ok(FileContent::NotUtf8 { start, .. }) if !is_document(&start) => Ok(None),
        Ok(FileContent::NotUtf8 { offset, .. }) => Err(format!(
            "not UTF-8 at byte {offset}: save the file as UTF-8"
        )),
        Err(error) => Err(error.to_string()),
    }
}
