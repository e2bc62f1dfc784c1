//! The sides that arguments name: files, folders, and paths in a revision.

use std::io;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::formats::STDIN;
use crate::cli::documents::wanted;
use crate::cli::input::{self, FileContent};
use crate::cli::output::print_note;
use crate::cli::targets::{self, Target};
use crate::history::files::{Files, MARK, NotLoaded, Raw, not_utf8};
use crate::history::git::{self, Revision};
use crate::syntax::document::Document;
use crate::text::printable::one_line;
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
        Some(rest) => git::prefix(Path::new("."))? + rest,
        None => path.to_owned(),
    };
    Ok(Spec::Revision(revision.to_owned(), path))
}

/// Reads a side. What has the same text on the `other` one is not read again.
///
/// # Errors
/// Nothing of it can be read, and why.
pub fn load(spec: &Spec, other: Option<&Files>) -> Result<Files, NotLoaded> {
    match spec {
        Spec::Input => input_side().map_err(NotLoaded::Failed),
        Spec::Path(path) if is_absent(path) => Err(NotLoaded::Absent(format!(
            "{}: there is no such file or folder",
            input::shown(path)
        ))),
        Spec::Path(path) => Ok(path_side(path, other)),
        Spec::Revision(name, path) => {
            let revision = Revision::open(Path::new("."), name).map_err(NotLoaded::Failed)?;
            Files::revision(revision, name, path, other)
        }
    }
}

fn is_absent(path: &Path) -> bool {
    let found = std::fs::symlink_metadata(path);
    found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn input_side() -> Result<Files, String> {
    let mut files = Files::empty("-".to_owned());
    let text = text_of(input::read(io::stdin().lock()), false)
        .map_err(|why| format!("standard input: {why}"))?
        .unwrap_or_default();
    let document = Document::new(&text, input::language_of(None, &text));
    files.add("", STDIN.to_owned(), None, document, false);
    Ok(files)
}

fn path_side(path: &Path, other: Option<&Files>) -> Files {
    let mut files = Files::empty(input::shown(path));
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
            } => raws.extend(file_of(&mut files, path, &file, real)),
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
    files.root = here;
    files
}

fn file_of(files: &mut Files, named: &Path, file: &Path, real: Option<PathBuf>) -> Option<Raw> {
    let shown = input::shown(file);
    let key = match files.is_folder {
        true => input::shown(file.strip_prefix(named).unwrap_or(file)),
        false => String::new(),
    };
    let text = match text_of(input::read_file(file, !files.is_folder), files.is_folder) {
        Ok(text) => text?,
        Err(why) => {
            files.unread(key, shown, why);
            return None;
        }
    };
    let known = real.as_deref().and_then(|real| files.workspace.file(real));
    Some(Raw {
        language: input::language_of(real.as_deref(), &text),
        key,
        shown,
        document: known.map(|known| known.document.clone()),
        path: real,
        text,
    })
}

/// The text of a file; `None` for one of a folder that is no document.
fn text_of(content: io::Result<FileContent>, is_in_folder: bool) -> Result<Option<String>, String> {
    let is_document = |text: &str| !is_in_folder || memmem::find(text.as_bytes(), MARK).is_some();
    match content {
        Ok(FileContent::Text(text)) => Ok(is_document(&text).then_some(text)),
        Ok(FileContent::NotUtf8 { start, .. }) if !is_document(&start) => Ok(None),
        Ok(FileContent::NotUtf8 { offset, .. }) => Err(not_utf8(offset)),
        Err(error) => Err(error.to_string()),
    }
}
