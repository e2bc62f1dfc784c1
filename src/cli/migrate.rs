//! `migrate`: documents in the other major version, by the refactoring of the editors.

use std::io::{self, Write};
use std::path::Path;

use super::args::MigrateOptions;
use super::documents::{self, Documents, Read};
use super::input;
use super::output::{
    COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, print_error, print_note,
};
use super::patch;
use super::replace::replace;
use super::tally::counted;
use crate::analysis::Analysis;
use crate::fixes::backwards;
use crate::model::needs::normal::takes_scopes;
use crate::refactor::change::Refusal;
use crate::refactor::migrate::{migrate, target};
use crate::rules::messages::quoted;
use crate::syntax::tree::pointer_key;
use crate::text::Encoding;
use crate::text::printable::one_line;

/// Runs `migrate` and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &MigrateOptions, output: &mut Output) -> io::Result<u8> {
    let stdin = options.stdin_filename.as_deref();
    let mut documents = documents::read(&options.files, &options.config, stdin);
    if options.output.is_some() && documents.all.len() > 1 {
        print_error("`--output` is for one document: name a file");
        return Ok(COULD_NOT_RUN);
    }
    let mut counts = Counts::default();
    for read in std::mem::take(&mut documents.all) {
        let used = match &read.real {
            Some(real) if is_due(&read.analysis, &options.to) => documents.used_parts(real),
            _ => Vec::new(),
        };
        match migrated(&read.analysis, &options.to, &used) {
            Ok(after) => written(options, &read, after, &mut documents, &mut counts, output)?,
            Err(Refusal(reason)) => {
                counts.refused += 1;
                print_error(&format!("{}: not migrated: {reason}", place(&read)));
            }
        }
    }
    if !options.quiet {
        print_note(&counts.line(options));
    }
    Ok(if !documents.problems.is_empty() {
        COULD_NOT_RUN
    } else if counts.refused > 0 {
        FINDINGS_SHOWN
    } else {
        NOTHING_SHOWN
    })
}

#[derive(Default)]
struct Counts {
    migrated: usize,
    /// Documents that are of the version already.
    kept: usize,
    refused: usize,
}

impl Counts {
    /// The last line of a run.
    fn line(&self, options: &MigrateOptions) -> String {
        let did = if options.diff {
            "would migrate"
        } else {
            "migrated"
        };
        let mut line = format!("{did} {}", counted(self.migrated, "document"));
        if self.kept > 0 {
            line += &format!("; {} of {}.x already", self.kept, options.to);
        }
        if self.refused > 0 {
            line += &format!("; {} refused", self.refused);
        }
        line
    }
}

/// Whether a document is of the other major version.
fn is_due(analysis: &Analysis, to: &str) -> bool {
    target(analysis).is_some_and(|target| target.as_str().starts_with(to))
}

/// The text in that major version; `None` if it is of it already. `used` are the parts that other
/// files refer to.
fn migrated(analysis: &Analysis, to: &str, used: &[String]) -> Result<Option<String>, Refusal> {
    if !is_due(analysis, to) {
        return Ok(None);
    }
    if analysis.document.templated().is_some() || analysis.document.conflicts().is_some() {
        return Refusal::because("It is a template, or has merge conflicts.");
    }
    if let Some(part) = used.iter().find(|part| !is_alike(analysis, part)) {
        let part = quoted(part);
        return Refusal::because(format!(
            "Other files refer to {part}, which would be written in another way."
        ));
    }
    let after = analysis.edited(&backwards(&migrate(analysis)?));
    Ok(Some(after.document.text().to_string()))
}

/// Whether a part is a scheme that both versions write alike.
fn is_alike(analysis: &Analysis, pointer: &str) -> bool {
    let name = pointer.strip_prefix("/components/securitySchemes/");
    let scheme = name.and_then(|name| analysis.model.component(&pointer_key(name)));
    scheme.is_some_and(|scheme| !takes_scopes(scheme.fact))
}

fn written(
    options: &MigrateOptions,
    read: &Read,
    after: Option<String>,
    documents: &mut Documents,
    counts: &mut Counts,
    output: &mut Output,
) -> io::Result<()> {
    let before = read.analysis.document.text().to_string();
    match after {
        None => counts.kept += 1,
        Some(_) => counts.migrated += 1,
    }
    if options.diff {
        return match &after {
            Some(after) => patch::write(&read.shown, &before, after, output),
            None => Ok(()),
        };
    }
    if let Some(path) = &options.output {
        let text = after.as_deref().unwrap_or(&before);
        let done = Output::file(path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.finish()
        });
        if let Err(error) = done {
            documents.problem(&input::shown(path), &error.to_string());
        }
        return Ok(());
    }
    if read.is_stream {
        return output.write_all(after.as_deref().unwrap_or(&before).as_bytes());
    }
    let (Some(path), Some(after)) = (read.path.as_deref(), &after) else {
        return Ok(());
    };
    if let Err(message) = in_place(path, &before, after, read.is_named) {
        counts.migrated -= 1;
        documents.problem(&read.shown, &format!("not migrated: {message}"));
    }
    Ok(())
}

fn in_place(path: &Path, before: &str, after: &str, is_named: bool) -> Result<(), String> {
    if path.is_symlink() {
        return Err(match is_named {
            true => "it is a symbolic link; name the file that it leads to".to_owned(),
            false => "it is a symbolic link".to_owned(),
        });
    }
    match replace(path, before, after) {
        Ok(false) => Ok(()),
        Ok(true) => {
            let shown = input::shown(path);
            let message = "its other names (hard links) keep the old text";
            print_note(&format!("{}: {message}", one_line(&shown)));
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Where a document says its version: what is refused is all of it.
fn place(read: &Read) -> String {
    let field = read.analysis.model.version_field.as_ref();
    let start = field.map_or(0, |field| field.range.start);
    let text = read.analysis.document.text();
    let position = text.position(start, Encoding::Utf32);
    let (line, column) = (position.line + 1, position.character + 1);
    format!("{}:{line}:{column}", one_line(&read.shown))
}
