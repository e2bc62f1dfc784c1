//! `diff`: what a change does to who gets in, for files, folders and revisions of git.

mod files;
mod formats;
pub mod json;
mod text;

use std::io;
use std::path::{Path, PathBuf};

use super::args::{DiffFailOn, DiffOptions, SettingsOptions};
use super::output::{
    COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, print_error, print_note,
};
use super::settings::Finder;
use crate::diff::kind::Severity;
use crate::history::documents::Comparer;
use crate::history::files::{Files, NotLoaded, Problem};
use crate::history::git;
use crate::history::outcome::Outcome;
use crate::text::printable::one_line;
use crate::workspace::settings_file::SettingsFile;
use files::Spec;

/// Runs `diff` and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &DiffOptions, output: &mut Output) -> io::Result<u8> {
    let outcome = match sides(options).and_then(|sides| compared(options, &sides)) {
        Ok(outcome) => outcome,
        Err(message) => {
            print_error(&message);
            return Ok(COULD_NOT_RUN);
        }
    };
    for problem in &outcome.problems {
        print_error(&format!("{}: {}", one_line(&problem.path), problem.message));
    }
    if let Err(message) = formats::write(options, &outcome, output)? {
        print_error(&message);
        return Ok(COULD_NOT_RUN);
    }
    Ok(code(options, &outcome))
}

/// What is compared with what.
fn sides(options: &DiffOptions) -> Result<Vec<(Spec, Spec)>, String> {
    let here = PathBuf::from(".");
    let Some(base) = &options.base else {
        let [old, new] = &*options.paths else {
            return Err(
                "`diff` needs two sides: write `diff OLD NEW`, or `diff --base REVISION [PATH...]`"
                    .to_owned(),
            );
        };
        let sides = (files::spec(old)?, files::spec(new)?);
        return match sides {
            (Spec::Input, Spec::Input) => Err("only one side can be standard input".to_owned()),
            sides => Ok(vec![sides]),
        };
    };
    let commit = git::merge_base(&here, base)?;
    let prefix = git::prefix(&here)?;
    let paths = match options.paths.is_empty() {
        true => vec![here],
        false => options.paths.clone(),
    };
    let side = |path: PathBuf| {
        let below = below(&path, &prefix)?;
        Ok((Spec::Revision(commit.clone(), below), Spec::Path(path)))
    };
    paths.into_iter().map(side).collect()
}

/// A path from the root of the repository on.
fn below(path: &Path, prefix: &str) -> Result<String, String> {
    let mut parts: Vec<String> = prefix
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => _ = parts.pop(),
            std::path::Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {
                let shown = super::input::shown(path);
                return Err(format!(
                    "{shown}: write the path from the current folder on"
                ));
            }
        }
    }
    Ok(parts.join("/"))
}

fn compared(options: &DiffOptions, sides: &[(Spec, Spec)]) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let mut finder = Finder::new(&SettingsOptions {
        config: options.config.clone(),
        no_config: options.no_config,
        ..SettingsOptions::default()
    });
    let mut accepts = Vec::new();
    for (old, new) in sides {
        let (old_files, new_files) = loaded(old, new, options.base.is_some())?;
        let place = match new {
            // Of a folder the settings in it count.
            Spec::Path(path) if new_files.is_folder => {
                super::settings::place(path).map(|folder| folder.join("any"))
            }
            Spec::Path(path) => super::settings::place(path),
            _ => None,
        };
        let found = finder.of(place.as_deref());
        if let Some(failure) = finder.take_failure() {
            return Err(format!("{}: {}", failure.path, failure.message));
        }
        let file = found.file.as_deref();
        if let Some((path, file)) = file.and_then(|file| finder.take_unreported(file)) {
            outcome.problems.extend(problems_of(&path, &file));
        }
        let settings = file.and_then(|file| finder.diff_settings(file));
        let settings = settings.unwrap_or_default();
        if outcome.old.0.is_empty() {
            let named = options.base.clone();
            outcome.old = (
                named.unwrap_or(old_files.spec.clone()),
                old_files.revision.clone(),
            );
            outcome.new = (new_files.spec.clone(), new_files.revision.clone());
        }
        let comparer = Comparer {
            old: &old_files,
            new: &new_files,
            environment: &found.effective.environment,
            settings: &settings,
            is_strict: options.strict,
        };
        comparer.compare(&mut outcome);
        accepts.extend(settings.accept.into_iter().map(|one| one.fingerprint));
        outcome.problems.extend(old_files.problems);
        outcome.problems.extend(new_files.problems);
    }
    outcome.sort();
    // Several paths may have several settings: each of them may accept what another one has.
    accepts.sort();
    accepts.dedup();
    let is_change = |accept: &String| {
        let mut changes = outcome.changes.iter();
        changes.any(|one| one.fingerprint == *accept)
    };
    for accept in accepts.iter().filter(|accept| !is_change(accept)) {
        print_note(&format!(
            "the settings accept `{accept}`, which is no change here"
        ));
    }
    Ok(outcome)
}

/// Reads both sides.
fn loaded(old: &Spec, new: &Spec, is_base: bool) -> Result<(Files, Files), String> {
    let old_files = files::load(old, None);
    let new_files = files::load(new, old_files.as_ref().ok());
    let (old_files, new_files) = match (old_files, new_files) {
        (Ok(old_files), Ok(new_files)) => (old_files, new_files),
        // With `--base` a file may be new or gone.
        (Err(NotLoaded::Absent(_)), Ok(new_files)) if is_base && has_documents(&new_files) => {
            (Files::nothing(new_files.is_folder), new_files)
        }
        (Ok(old_files), Err(NotLoaded::Absent(_))) if is_base && has_documents(&old_files) => {
            let nothing = Files::nothing(old_files.is_folder);
            (old_files, nothing)
        }
        (Err(why), _) | (_, Err(why)) => return Err(why.message()),
    };
    if old_files.is_folder != new_files.is_folder {
        return Err("one side is a folder and the other one a file".to_owned());
    }
    let is_nothing = |files: &Files| files.documents.is_empty() && files.problems.is_empty();
    if is_nothing(&old_files) && is_nothing(&new_files) {
        let unread = new_files.unread.values().next();
        return Err(match unread {
            Some(problem) => format!("{}: {}", one_line(&problem.path), problem.message),
            None => format!("{}: no AsyncAPI document on either side", new_files.spec),
        });
    }
    Ok((old_files, new_files))
}

/// The problems of a settings file. With broken grammar nothing of it counts, so that the comparison
/// is not what was wanted; the others are told.
fn problems_of(path: &str, file: &SettingsFile) -> Vec<Problem> {
    let mut broken = Vec::new();
    for problem in &file.problems {
        let line = file.text.line_of(problem.range.start()) + 1;
        let message = format!("line {line}: {}", problem.message);
        if problem.is_grammar {
            let path = path.to_owned();
            broken.push(Problem { path, message });
        } else {
            print_note(&format!("{}: {message}", one_line(path)));
        }
    }
    broken
}

fn has_documents(files: &Files) -> bool {
    !files.documents.is_empty()
}

fn code(options: &DiffOptions, outcome: &Outcome) -> u8 {
    if !outcome.problems.is_empty() {
        return COULD_NOT_RUN;
    }
    let least = match options.fail_on {
        DiffFailOn::Danger => Severity::Danger,
        DiffFailOn::Breaking => Severity::Breaking,
        DiffFailOn::Notice => Severity::Notice,
        DiffFailOn::None => Severity::None,
        DiffFailOn::Never => return NOTHING_SHOWN,
    };
    let mut failing = Severity::ALL
        .into_iter()
        .filter(|severity| *severity <= least);
    match failing.any(|severity| outcome.count(severity) > 0) {
        true => FINDINGS_SHOWN,
        false => NOTHING_SHOWN,
    }
}
