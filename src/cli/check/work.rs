//! What is done with one document, on any thread.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::{Analysis, Options};
use crate::cli::args::CheckOptions;
use crate::cli::checked::{Checked, Detail};
use crate::cli::input::{self, FileContent};
use crate::fixes::{backwards, fix_all, fix_unsafely};
use crate::model::{DocumentKind, detect};
use crate::rules::fault;
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::syntax::document::Document;
use crate::workspace::Workspace;

/// A document that is to be checked.
pub struct Job {
    /// Where it comes from.
    pub source: Source,
    /// The settings that hold for it.
    pub options: Options,
    /// The settings file that they come from.
    pub settings_file: Option<PathBuf>,
    /// What was read from standard input or a pipe, which can be read only once.
    pub content: Option<io::Result<FileContent>>,
}

/// Where a document comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file; of standard input the name that it goes by.
    pub path: Option<PathBuf>,
    /// Its real path, if it is a file that others may refer to.
    pub real: Option<PathBuf>,
    /// The path as it is shown.
    pub shown: String,
    /// Whether it is standard input or a pipe, so that nothing can be written back.
    pub is_stream: bool,
    /// Which of the arguments is the folder in which it was found; `None` if it was named.
    pub folder: Option<usize>,
}

/// What came out.
pub enum Outcome {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is not UTF-8 from this byte on.
    NotUtf8(usize),
    /// It was found in a folder, and has nothing to do with AsyncAPI.
    NotOurs,
    /// A rule panics; what is to be said of that.
    Failed(String),
    /// What was found.
    Checked(Box<Checked>),
    /// More files have to be searched, because they may change what is found.
    Searching(Box<Analysis>),
    /// What was found, and what is to be fixed.
    Fixable(Box<Fixable>),
}

/// A document with safe fixes.
pub struct Fixable {
    /// The analysis before.
    pub before: Analysis,
    /// The analysis with all safe fixes.
    pub after: Analysis,
    /// How many findings they fix.
    pub count: usize,
    /// How many more `--unsafe-fixes` would fix.
    pub unsafely: usize,
}

impl Fixable {
    /// The text before.
    pub fn text_before(&self) -> String {
        self.before.document.text().to_string()
    }

    /// The text with all safe fixes.
    pub fn text_after(&self) -> String {
        self.after.document.text().to_string()
    }
}

/// What all jobs share.
pub struct Shared<'a> {
    /// The options of the command.
    pub options: &'a CheckOptions,
    /// The files that are checked and those that they refer to.
    pub workspace: &'a Workspace,
    /// What the formats show.
    pub detail: Detail,
    /// The least severity that is shown.
    pub level: Severity,
}

/// Reads and checks a document.
pub fn outcome(shared: &Shared<'_>, job: &Job) -> Outcome {
    or_failed(|| read_and_check(shared, job))
}

/// What came out of an analysis where more files were searched; `is_new` says that they tell more.
pub fn after_search(shared: &Shared<'_>, job: &Job, before: Analysis, is_new: bool) -> Outcome {
    or_failed(|| match is_new {
        true => complete(shared, job, analysis(shared, job, before.document)),
        false => complete(shared, job, before),
    })
}

/// What is shown of an analysis.
pub fn checked(shared: &Shared<'_>, source: &Source, analysis: &Analysis) -> Outcome {
    or_failed(|| shown(shared, source, analysis))
}

/// A panic costs one document.
fn or_failed(work: impl FnOnce() -> Outcome) -> Outcome {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome,
        Err(panic) => Outcome::Failed(fault::words(&*panic)),
    }
}

fn read_and_check(shared: &Shared<'_>, job: &Job) -> Outcome {
    if let Some(document) = known_document(shared, &job.source) {
        return found(shared, job, analysis(shared, job, document));
    }
    let read;
    let content = match (&job.content, &job.source.path) {
        (Some(content), _) => content,
        (None, Some(path)) => {
            read = input::read_file(path, job.source.folder.is_none());
            &read
        }
        (None, None) => return Outcome::NotOurs,
    };
    let is_named = job.source.folder.is_none();
    match content {
        Ok(FileContent::Text(text)) => {
            let document = document_of(&job.source, text);
            found(shared, job, analysis(shared, job, document))
        }
        // In a folder, only documents of AsyncAPI are of interest.
        Ok(FileContent::NotUtf8 { start, .. }) if !is_named && is_foreign(&job.source, start) => {
            Outcome::NotOurs
        }
        Ok(FileContent::NotUtf8 { offset, .. }) => Outcome::NotUtf8(*offset),
        Err(error) => Outcome::Unreadable(io::Error::new(error.kind(), error.to_string())),
    }
}

fn found(shared: &Shared<'_>, job: &Job, analysis: Analysis) -> Outcome {
    if may_be_incomplete(shared, &job.source, &analysis) {
        return Outcome::Searching(Box::new(analysis));
    }
    complete(shared, job, analysis)
}

/// What came out of an analysis where nothing more can be known.
fn complete(shared: &Shared<'_>, job: &Job, analysis: Analysis) -> Outcome {
    let is_fixing = shared.options.fix || shared.options.diff;
    let is_shown = |finding: &Finding| is_shown(shared.options, shared.level, finding);
    // What changes the meaning of a document is only done for what the user sees.
    let fix = |analysis: &Analysis| match shared.options.unsafe_fixes {
        true => fix_unsafely(analysis, is_shown),
        false => fix_all(analysis),
    };
    let fixed = is_fixing
        .then(|| fix(&analysis))
        .filter(|(_, count)| *count > 0);
    // What is not written anyway is not counted, and neither is what nobody reads.
    let source = &job.source;
    let is_link = source.path.as_deref().is_some_and(Path::is_symlink);
    let takes = shared.options.diff || !(source.is_stream || is_link);
    let is_counting = is_fixing && takes && !shared.options.unsafe_fixes && !shared.options.quiet;
    let unsafely = |analysis: &Analysis| match is_counting {
        true => fix_unsafely(analysis, is_shown).1,
        false => 0,
    };
    if let Some((edits, count)) = fixed {
        let after = analysis.edited(&backwards(&edits));
        return Outcome::Fixable(Box::new(Fixable {
            unsafely: unsafely(&after),
            after,
            before: analysis,
            count,
        }));
    }
    let mut outcome = shown(shared, source, &analysis);
    if let Outcome::Checked(checked) = &mut outcome {
        checked.unsafely = unsafely(&analysis);
    }
    outcome
}

fn shown(shared: &Shared<'_>, source: &Source, analysis: &Analysis) -> Outcome {
    if source.folder.is_some() && analysis.model.kind == DocumentKind::Other {
        return Outcome::NotOurs;
    }
    let mut checked = Checked::new(source.shown.clone(), analysis, shared.detail);
    checked.add_others(shared.workspace);
    Outcome::Checked(Box::new(checked))
}

/// The analysis of a document with what it has to know of other files.
fn analysis(shared: &Shared<'_>, job: &Job, document: Document) -> Analysis {
    let mut options = job.options.clone();
    if let Some(real) = &job.source.real {
        options.surroundings = Arc::new(shared.workspace.surroundings(real));
    }
    Analysis::once(document, options)
}

/// Whether a search of the whole repository may change what is found: for what nobody uses, and for
/// what is no document by itself.
fn may_be_incomplete(shared: &Shared<'_>, source: &Source, analysis: &Analysis) -> bool {
    if source.real.is_none() {
        return false;
    }
    let kind = analysis.model.kind;
    let is_part = kind != DocumentKind::AsyncApi;
    let is_wanted = is_part && (source.folder.is_none() || kind != DocumentKind::Other);
    is_wanted || shows_unused(shared.options, shared.level, analysis)
}

/// Whether something is shown that a file elsewhere may use.
fn shows_unused(options: &CheckOptions, level: Severity, analysis: &Analysis) -> bool {
    const UNUSED: [&Rule; 2] = [
        registry::SECURITY_SCHEME_UNUSED,
        registry::OAUTH2_SCOPE_UNUSED,
    ];
    let mut findings = analysis.findings.iter();
    findings.any(|finding| UNUSED.contains(&finding.rule) && is_shown(options, level, finding))
}

fn is_shown(options: &CheckOptions, level: Severity, finding: &Finding) -> bool {
    let severity = finding.severity.unwrap_or(finding.rule.severity);
    let mut enabled = options.settings.enable.iter();
    severity <= level || enabled.any(|rule| rule == finding.rule.id)
}

/// The document as the workspace has read it, where its name says in which language.
fn known_document(shared: &Shared<'_>, source: &Source) -> Option<Document> {
    let path = source.path.as_ref().filter(|_| !source.is_stream)?;
    input::language_of_name(path)?;
    let file = shared.workspace.file(source.real.as_deref()?)?;
    Some(file.document.clone())
}

/// The document that a text is, by its name or its first character.
pub fn document_of(source: &Source, text: &str) -> Document {
    Document::new(text, input::language_of(source.path.as_deref(), text))
}

fn is_foreign(source: &Source, text: &str) -> bool {
    detect::kind(document_of(source, text).tree()) == DocumentKind::Other
}
