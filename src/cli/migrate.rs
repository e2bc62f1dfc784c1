//! `migrate`: documents in the other major version, by the refactoring of the editors.

use std::io::{self, Write};
use std::path::Path;

use annotate_snippets::{Level, Message};

use super::args::MigrateOptions;
use super::checked::{Checked, Detail};
use super::documents::{self, Documents, Read};
use super::excerpt::Excerpt;
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
use crate::refactor::change::{Reason, Refusal};
use crate::refactor::migrate::{migrate, target};
use crate::refactor::place::mark;
use crate::rules::messages::quoted;
use crate::syntax::tree::pointer_key;
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
            Err(refusal) => {
                counts.refused += 1;
                refused(&read, &refusal, output);
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
/// files refer to, each with such a file.
fn migrated(
    analysis: &Analysis,
    to: &str,
    used: &[(String, String)],
) -> Result<Option<String>, Refusal> {
    if !is_due(analysis, to) {
        return Ok(None);
    }
    if analysis.document.templated().is_some() || analysis.document.conflicts().is_some() {
        return Refusal::because("It is a template, or has merge conflicts.");
    }
    let differing = used.iter().filter(|(part, _)| !is_alike(analysis, part));
    let reasons = differing.map(|(part, user)| Reason {
        text: format!(
            "{} refers to {}, which would be written in another way.",
            quoted(user),
            match &**part {
                "" => "the whole document".to_owned(),
                part => quoted(part),
            }
        ),
        range: Some(mark(analysis, part)),
    });
    let mut reasons: Vec<Reason> = reasons.collect();
    let edits = match migrate(analysis) {
        Ok(edits) if reasons.is_empty() => edits,
        done => {
            reasons.extend(done.err().into_iter().flat_map(|refusal| refusal.0));
            return Err(Refusal(reasons));
        }
    };
    let after = analysis.edited(&backwards(&edits));
    Ok(Some(after.document.text().to_string()))
}

/// Whether both versions write a part alike: what is no schema is a scheme without scopes.
fn is_alike(analysis: &Analysis, pointer: &str) -> bool {
    let mut parts = pointer.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some("components"), Some("schemas" | "correlationIds"), Some(_)) => true,
        (Some("components"), Some("securitySchemes"), Some(name)) => {
            let scheme = analysis.model.component(&pointer_key(name));
            scheme.is_some_and(|scheme| !takes_scopes(scheme.fact))
        }
        _ => false,
    }
}

/// Shows each reason where it is.
fn refused(read: &Read, refusal: &Refusal, output: &Output) {
    let detail = Detail {
        excerpts: true,
        ..Detail::default()
    };
    let file = Checked::new(read.shown.clone(), &read.analysis, detail);
    for reason in &refusal.0 {
        let title = format!("not migrated: {}", one_line(&reason.text));
        let title = Level::ERROR.primary_title(title);
        // What is no part of it is all of it.
        let range = reason.range.unwrap_or_else(|| mark(&read.analysis, ""));
        let group = title.elements(std::iter::empty::<Message<'_>>());
        let excerpt = Excerpt::new(&file.text, range, None);
        output.print_group(excerpt.add_to(group, &file, true));
    }
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
