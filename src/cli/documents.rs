//! The documents that the arguments name, analysed with what other files say.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{ConfigOptions, SettingsOptions};
use super::checked::shown_from_here;
use super::input::{self, FileContent};
use super::output::{print_error, print_note};
use super::settings::Finder;
use super::targets::{self, Target, real_path};
use crate::analysis::{Analysis, Options};
use crate::model::DocumentKind;
use crate::syntax::document::Document;
use crate::text::printable::one_line;
use crate::workspace::search::Wanted;
use crate::workspace::source_file::SourceFile;
use crate::workspace::{Workspace, bounds, loader};

/// The documents of a run.
pub struct Documents {
    /// The documents of AsyncAPI, in the order of the files.
    pub all: Vec<Read>,
    /// The files that have to do with them.
    pub workspace: Workspace,
    /// What could not be read: a path and why.
    pub problems: Vec<(String, String)>,
    /// What files refer to in others, once somebody has asked.
    references: Option<HashMap<PathBuf, BTreeSet<(String, PathBuf)>>>,
}

/// A document that was read.
pub struct Read {
    /// Its path as it was named or found; of standard input the name that it goes by.
    pub path: Option<PathBuf>,
    /// Its real path, if other files may refer to it.
    pub real: Option<PathBuf>,
    /// The path as it is shown.
    pub shown: String,
    /// Whether it is standard input or a pipe, so that nothing can be written back.
    pub is_stream: bool,
    /// Whether it was named, and not found in a folder.
    pub is_named: bool,
    /// What it says.
    pub analysis: Analysis,
}

/// A file that is to be read.
struct Source {
    path: Option<PathBuf>,
    real: Option<PathBuf>,
    is_stream: bool,
    /// Which of the arguments is the folder in which it was found.
    folder: Option<usize>,
}

/// Reads the documents of the arguments, each file once. Parts of documents are passed over in
/// folders, and said to be parts where they are named.
pub fn read(arguments: &[PathBuf], config: &ConfigOptions, stdin: Option<&Path>) -> Documents {
    let targets = targets::of_arguments(arguments);
    let mut documents = Documents {
        all: Vec::new(),
        workspace: workspace_of(&targets, arguments),
        problems: Vec::new(),
        references: None,
    };
    let mut settings = Finder::new(&SettingsOptions {
        config: config.config.clone(),
        no_config: config.no_config,
        ..SettingsOptions::default()
    });
    let mut seen = HashSet::new();
    let mut folders = vec![false; arguments.len()];
    for target in targets {
        let source = match target {
            Target::Input => Source {
                path: stdin.map(Path::to_owned),
                real: stdin.and_then(real_path),
                is_stream: true,
                folder: None,
            },
            Target::File { path, real, folder } => Source {
                is_stream: folder.is_none() && input::is_pipe(&path),
                path: Some(path),
                real,
                folder,
            },
            Target::FolderDone(at) => {
                if !folders[at] {
                    documents.problem(&input::shown(&arguments[at]), targets::NO_DOCUMENT);
                }
                continue;
            }
            Target::PassedOver(path, why) => {
                note(&input::shown(&path), &why);
                continue;
            }
            Target::Problem(path, why) => {
                documents.problem(&input::shown(&path), &why);
                continue;
            }
        };
        let is_again = source.real.is_some() && seen.contains(&source.real);
        let is_document = is_again || documents.add(&source, &mut settings);
        if let Some(folder) = source.folder.filter(|_| is_document) {
            folders[folder] = true;
        }
        seen.insert(source.real);
    }
    documents
}

impl Documents {
    /// Another file by its URI: its path as shown, and its document.
    pub fn other(&self, uri: &str) -> Option<(String, Document)> {
        let file = self.workspace.file_at(uri)?;
        Some((shown_from_here(&file.path), file.document.clone()))
    }

    /// The parts of a file that other files refer to: JSON Pointers, each with such a file as it is
    /// shown. Its repository is searched for them.
    pub fn used_parts(&mut self, real: &Path) -> Vec<(String, String)> {
        if self.workspace.search_around(real) {
            self.references = None;
        }
        let all = (self.references).get_or_insert_with(|| self.workspace.all_references());
        let here = all.get(real).into_iter().flatten();
        let others = here.filter(|(_, user)| user != real);
        let shown = others.map(|(pointer, user)| (pointer.clone(), shown_from_here(user)));
        shown.collect()
    }

    /// Notes a problem and shows it.
    pub fn problem(&mut self, path: &str, message: &str) {
        print_error(&format!("{}: {message}", one_line(path)));
        self.problems.push((path.to_owned(), message.to_owned()));
    }

    /// Adds a document; returns whether it is one.
    fn add(&mut self, source: &Source, settings: &mut Finder) -> bool {
        let shown = (source.path.as_deref()).map_or_else(|| "<stdin>".to_owned(), input::shown);
        let document = match self.document(source) {
            Ok(Ok(document)) => document,
            Ok(Err(_)) if source.folder.is_some() => return false,
            Ok(Err(offset)) => {
                let message = format!("not UTF-8 at byte {offset}: save the file as UTF-8");
                self.problem(&shown, &message);
                return false;
            }
            Err(error) => {
                self.problem(&shown, &error.to_string());
                return false;
            }
        };
        let place = source.real.clone().or_else(|| source.path.clone());
        let mut options = Options::of(self.settings_of(place.as_deref(), settings));
        if let Some(real) = &source.real {
            options.surroundings = Arc::new(self.workspace.surroundings(real));
        }
        let analysis = Analysis::new(document, options, None);
        let model = &analysis.model;
        if model.kind == DocumentKind::AsyncApi && model.version.is_some() {
            self.all.push(Read {
                path: source.path.clone(),
                real: source.real.clone(),
                shown,
                is_stream: source.is_stream,
                is_named: source.folder.is_none(),
                analysis,
            });
            return true;
        }
        let is_ours = model.kind == DocumentKind::AsyncApi;
        match model.kind {
            DocumentKind::AsyncApi => self.problem(
                &shown,
                "the version of AsyncAPI is not known: write 2.0.0 to 2.6.0, 3.0.0 or 3.1.0",
            ),
            _ if source.folder.is_some() => {}
            DocumentKind::Fragment(_) => self.problem(
                &shown,
                "is a part of a document: name the document that refers to it",
            ),
            DocumentKind::Other => self.problem(&shown, "is not an AsyncAPI document"),
        }
        is_ours
    }

    /// The text as a tree, or where it is not UTF-8.
    fn document(&mut self, source: &Source) -> io::Result<Result<Document, usize>> {
        let known = source.real.as_deref().filter(|_| !source.is_stream);
        let known = known.and_then(|real| self.workspace.file(real));
        if let Some(file) = known {
            return Ok(Ok(file.document.clone()));
        }
        let content = match &source.path {
            Some(path) if !(source.is_stream && is_stdin(source)) => {
                input::read_file(path, source.folder.is_none())?
            }
            _ => input::read(io::stdin().lock())?,
        };
        let text = match content {
            FileContent::Text(text) => text,
            FileContent::NotUtf8 { offset, .. } => return Ok(Err(offset)),
        };
        let language = input::language_of(source.path.as_deref(), &text);
        let document = Document::new(&text, language);
        // What is read from a stream counts for other files as well.
        if let Some(real) = source.real.as_deref().filter(|_| source.is_stream) {
            let repository = bounds::repository(real);
            let file = SourceFile::new(real.to_owned(), repository, document.clone());
            self.workspace.open(file);
            self.workspace.work(false);
        }
        Ok(Ok(document))
    }

    fn settings_of(
        &mut self,
        place: Option<&Path>,
        settings: &mut Finder,
    ) -> crate::settings::effective::Effective {
        let found = settings.of(place);
        if let Some(failure) = settings.take_failure() {
            self.problem(&failure.path, &failure.message);
        }
        let file = (found.file.as_deref()).and_then(|path| settings.take_unreported(path));
        if let Some((shown, file)) = file
            && let Some(problem) = file.problems.iter().find(|problem| problem.is_grammar)
        {
            self.problem(&shown, &problem.message);
        }
        found.effective
    }
}

/// Whether it is standard input, which may go by the name of a file.
fn is_stdin(source: &Source) -> bool {
    source
        .path
        .as_deref()
        .is_none_or(|path| !input::is_pipe(path))
}

fn note(path: &str, message: &str) {
    print_note(&format!("{}: {message}", one_line(path)));
}

/// The files among those to be read that refer to others, and what they refer to.
pub fn workspace_of(targets: &[Target], arguments: &[PathBuf]) -> Workspace {
    let mut workspace = Workspace::of_files(&wanted(targets));
    for folder in arguments.iter().filter(|path| path.is_dir()) {
        if let Some(folder) = loader::real(folder) {
            workspace.note_searched(folder);
        }
    }
    workspace
}

/// The files to be read, by real path. A pipe can be read only once, so it is left out.
pub fn wanted(targets: &[Target]) -> Vec<(PathBuf, Wanted)> {
    let files = targets.iter().filter_map(|target| {
        let Target::File { path, real, folder } = target else {
            return None;
        };
        let wanted = match folder {
            Some(_) => Wanted::IfItRefers,
            None if input::is_pipe(path) => return None,
            None => Wanted::InAnyCase,
        };
        Some((real.clone()?, wanted))
    });
    files.collect()
}
