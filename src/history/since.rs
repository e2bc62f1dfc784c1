//! What changed in a document that is being edited.

use std::path::PathBuf;
use std::sync::Arc;

use super::documents::Comparer;
use super::files::{Files, NotLoaded};
use super::git::{self, Revision};
use super::outcome::Outcome;
use crate::rules::environment::Environment;
use crate::settings::diff::DiffSettings;
use crate::workspace::source_file::SourceFile;

/// The revision that is checked out.
const HEAD: &str = "HEAD";

/// A document as an editor has it.
#[derive(Debug)]
pub struct Edited {
    /// Its real path.
    pub path: PathBuf,
    /// All files that are open, itself among them.
    pub open: Vec<Arc<SourceFile>>,
    /// What is known about hosts and protocols.
    pub environment: Environment,
    /// What the settings say of changes.
    pub settings: DiffSettings,
}

/// Compares a document with what was committed last. One that was never committed is new.
///
/// # Errors
/// Why there is nothing to compare with, in words.
pub fn since_head(edited: Edited) -> Result<Outcome, String> {
    let (Some(folder), Some(name)) = (edited.path.parent(), edited.path.file_name()) else {
        return Err("it is in no folder".to_owned());
    };
    let path = git::prefix(folder)? + &name.to_string_lossy();
    let revision = Revision::open(folder, HEAD)?;
    let root = revision.root.clone();
    let old = match revision.has(&path) {
        true => Files::revision(revision, HEAD, &path, None).map_err(NotLoaded::message)?,
        false => Files::nothing(false),
    };
    let mut new = Files::empty(path.clone());
    new.root = Some(root);
    let document = (edited.open.iter())
        .find(|file| file.path == edited.path)
        .map(|file| file.document.clone());
    for file in edited.open {
        new.workspace.open(file);
    }
    new.workspace.work(false);
    if let Some(document) = document {
        new.add("", path, Some(edited.path), document, false);
    }
    let mut outcome = Outcome {
        old: (HEAD.to_owned(), old.revision.clone()),
        new: (new.spec.clone(), None),
        ..Outcome::default()
    };
    let comparer = Comparer {
        old: &old,
        new: &new,
        environment: &edited.environment,
        settings: &edited.settings,
        is_strict: false,
    };
    comparer.compare(&mut outcome);
    outcome.problems.extend(old.problems);
    outcome.problems.extend(new.problems);
    outcome.sort();
    Ok(outcome)
}
