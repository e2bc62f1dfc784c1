//! `check`: checks files and folders, and fixes them with `--fix`.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{CheckOptions, OutputFormat};
use super::diff;
use super::github;
use super::input::{self, FileContent};
use super::json::JsonReport;
use super::output::{
    COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, one_line, print_error, print_note,
};
use super::replace::replace;
use super::report::{Checked, Tally, counted};
use super::settings::Finder;
use super::targets::{self, Target};
use super::text::TextReport;
use crate::analysis::{Analysis, Options};
use crate::fixes::{backwards, fix_all};
use crate::model::{DocumentKind, detect};
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::settings::effective::Effective;
use crate::syntax::document::Document;
use crate::workspace::search::Wanted;
use crate::workspace::source_file::SourceFile;
use crate::workspace::{Workspace, bounds, loader};

/// Runs `check` and returns the exit code. If the reader of the output is gone, it is the code so
/// far.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &CheckOptions, output: &mut Output) -> io::Result<u8> {
    let mut run = Run {
        options,
        report: match options.format {
            OutputFormat::Text => Report::Text(TextReport::new(output)),
            OutputFormat::Json => Report::Json(JsonReport::default()),
            OutputFormat::Github => Report::Github,
        },
        output,
        seen: HashMap::new(),
        folders: HashSet::new(),
        settings: Finder::new(&options.settings),
        workspace: Workspace::default(),
        tally: Tally::default(),
        fixed: FixCount::default(),
        failed: false,
    };
    let checked = run.all();
    let code = run.code();
    match checked.and_then(|()| run.finish()) {
        // The reader has closed the output (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        result => result.map(|()| code),
    }
}

enum Report {
    Text(TextReport),
    Json(JsonReport),
    Github,
}

struct Run<'a> {
    options: &'a CheckOptions,
    output: &'a mut Output,
    report: Report,
    /// The checked files, and whether each is an AsyncAPI document. A file that is named twice is
    /// checked once.
    seen: HashMap<PathBuf, bool>,
    /// Which of the arguments are folders with an AsyncAPI document.
    folders: HashSet<usize>,
    settings: Finder,
    /// The files that are checked, and those that they refer to.
    workspace: Workspace,
    tally: Tally,
    /// What `--fix` did, or with `--diff` would do.
    fixed: FixCount,
    /// Whether something could not be read.
    failed: bool,
}

/// Where a document comes from.
struct Source<'a> {
    /// The file; of standard input the name that it goes by.
    path: Option<&'a Path>,
    /// Its real path, if it is a file that others may refer to.
    real: Option<PathBuf>,
    /// The path as it is shown.
    shown: String,
    /// Whether it is standard input or a pipe, so that nothing can be written back.
    is_stream: bool,
    /// Whether the user named it; else it was found in a folder.
    is_named: bool,
}

impl Run<'_> {
    fn all(&mut self) -> io::Result<()> {
        self.settings_problems()?;
        let targets = targets::of_arguments(&self.options.files);
        self.workspace = workspace_of(&targets, &self.options.files);
        for target in targets {
            match target {
                Target::Input => self.standard_input()?,
                Target::File { path, folder } => {
                    let is_document = self.file(&path, folder.is_none())?;
                    self.folders.extend(folder.filter(|_| is_document));
                }
                Target::FolderDone(at) => self.folder_done(at),
                Target::PassedOver(path, why) => note(&input::shown(&path), &why),
                Target::Problem(path, why) => self.problem(&input::shown(&path), &why),
            }
        }
        Ok(())
    }

    fn folder_done(&mut self, at: usize) {
        if !self.folders.contains(&at) {
            self.problem(
                &input::shown(&self.options.files[at]),
                "no AsyncAPI document in this folder (hidden and git-ignored files are left out)",
            );
        }
    }

    fn standard_input(&mut self) -> io::Result<()> {
        let name = self.options.stdin_filename.as_deref();
        let source = Source {
            path: name,
            real: name.and_then(real_path),
            shown: name.map_or_else(|| "<stdin>".to_owned(), input::shown),
            is_stream: true,
            is_named: true,
        };
        match input::read(io::stdin().lock()) {
            Ok(content) => self.content(&source, content).map(|_| ()),
            Err(error) => {
                self.problem(&source.shown, &error.to_string());
                Ok(())
            }
        }
    }

    /// Checks a file; returns whether it is an AsyncAPI document.
    fn file(&mut self, path: &Path, is_named: bool) -> io::Result<bool> {
        let canonical = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Some(is_document) = self.seen.get(&canonical) {
            return Ok(*is_document);
        }
        let source = Source {
            path: Some(path),
            real: Some(canonical.clone()),
            shown: input::shown(path),
            is_stream: input::is_pipe(path),
            is_named,
        };
        let known = self.workspace.file(&canonical).cloned();
        let read = || match &known {
            Some(file) => Ok(FileContent::Text(file.document.text().to_string())),
            None => input::read_file(path, is_named),
        };
        let is_document = match read() {
            Ok(content) => self.content(&source, content)?,
            Err(error) => {
                self.problem(&source.shown, &error.to_string());
                false
            }
        };
        self.seen.insert(canonical, is_document);
        Ok(is_document)
    }

    fn content(&mut self, source: &Source<'_>, content: FileContent) -> io::Result<bool> {
        let Effective {
            rule_set,
            environment,
        } = self.settings.effective(source.path);
        let options = Options {
            rule_set,
            environment,
            ..Options::default()
        };
        let read = |text: &str| Document::new(text, input::language_of(source.path, text));
        match content {
            FileContent::Text(text) => {
                let document = self.known_document(source).unwrap_or_else(|| read(&text));
                let analysis = self.analysis(source, document, options);
                if self.options.diff {
                    return self.diff(source, &text, &analysis);
                }
                let analysis = self.fix(source, &text, analysis);
                let mut checked = Checked::new(source.shown.clone(), analysis);
                checked.add_others(&self.workspace);
                self.checked(checked, source.is_named)
            }
            // In a folder, only report AsyncAPI documents.
            FileContent::NotUtf8 { start, .. }
                if !source.is_named && detect::kind(read(&start).tree()) == DocumentKind::Other =>
            {
                Ok(false)
            }
            FileContent::NotUtf8 { offset, .. } => {
                let message = format!("not UTF-8 at byte {offset}: save the file as UTF-8");
                self.problem(&source.shown, &message);
                Ok(true)
            }
        }
    }

    /// Analyses a document with what it has to know of other files. The whole repository is searched
    /// only where that can make a difference: for what nobody uses, and for what is no document by
    /// itself.
    fn analysis(
        &mut self,
        source: &Source<'_>,
        document: Document,
        mut options: Options,
    ) -> Analysis {
        let Some(real) = source.real.as_deref().filter(|_| !self.is_unknown(source)) else {
            return Analysis::new(document, options, None);
        };
        if self.workspace.file(real).is_none() || source.is_stream {
            self.open(real, &document);
        }
        self.surround(real, &mut options);
        let analysis = Analysis::new(document, options, None);
        let Some(file) = self.workspace.file(real).cloned() else {
            return analysis;
        };
        let is_part = analysis.model.kind != DocumentKind::AsyncApi;
        let is_wanted = is_part && (source.is_named || analysis.model.kind != DocumentKind::Other);
        if !(is_wanted || self.shows_unused(&analysis)) || !self.workspace.search_around(&file) {
            return analysis;
        }
        let mut options = analysis.options.clone();
        self.surround(real, &mut options);
        Analysis::new(analysis.document.clone(), options, Some(&analysis))
    }

    /// The document as the workspace has read it, where its name says in which language.
    fn known_document(&self, source: &Source<'_>) -> Option<Document> {
        let path = source.path.filter(|_| !source.is_stream)?;
        input::language_of_name(path)?;
        let file = self.workspace.file(source.real.as_deref()?)?;
        Some(file.document.clone())
    }

    /// Whether a file that was found has nothing to do with AsyncAPI.
    fn is_unknown(&self, source: &Source<'_>) -> bool {
        let real = source.real.as_deref();
        !source.is_named && real.is_none_or(|real| self.workspace.file(real).is_none())
    }

    fn open(&mut self, real: &Path, document: &Document) {
        let repository = bounds::repository(real);
        let file = SourceFile::new(real.to_owned(), repository, document.clone());
        self.workspace.open(file);
        self.workspace.work(false);
    }

    fn surround(&self, real: &Path, options: &mut Options) {
        options.surroundings = Arc::new(self.workspace.surroundings(real));
    }

    /// Whether something is shown that a file elsewhere may use.
    fn shows_unused(&self, analysis: &Analysis) -> bool {
        const UNUSED: [&Rule; 2] = [
            registry::SECURITY_SCHEME_UNUSED,
            registry::OAUTH2_SCOPE_UNUSED,
        ];
        let shown = |finding: &Finding| {
            let severity = finding.severity.unwrap_or(finding.rule.severity);
            let mut enabled = self.options.settings.enable.iter();
            severity <= self.options.level || enabled.any(|rule| rule == finding.rule.id)
        };
        let mut findings = analysis.findings.iter();
        findings.any(|finding| UNUSED.contains(&finding.rule) && shown(finding))
    }

    /// Writes the safe fixes to the file; returns the analysis afterwards.
    fn fix(&mut self, source: &Source<'_>, text: &str, analysis: Analysis) -> Analysis {
        if !self.options.fix {
            return analysis;
        }
        let Some((after, count)) = fixed(&analysis) else {
            return analysis;
        };
        if self.is_kept(source) {
            return analysis;
        }
        let Some(path) = source.path.filter(|_| !source.is_stream) else {
            self.not_fixed(
                &source.shown,
                "not fixed: only files can be fixed; use `--diff` as well",
            );
            return analysis;
        };
        match replace(path, text, &after.document.text().to_string()) {
            Ok(has_other_names) => {
                if has_other_names {
                    note(
                        &source.shown,
                        "its other names (hard links) keep the old text",
                    );
                }
                self.count(count);
                if let Some(real) = &source.real {
                    self.open(real, &after.document);
                }
                after
            }
            Err(error) => {
                self.not_fixed(&source.shown, &format!("not fixed: {error}"));
                analysis
            }
        }
    }

    /// Shows what would be fixed; returns whether it is an AsyncAPI document.
    fn diff(&mut self, source: &Source<'_>, text: &str, analysis: &Analysis) -> io::Result<bool> {
        if let Some((after, count)) = fixed(analysis)
            && !self.is_kept(source)
        {
            let after = after.document.text().to_string();
            diff::write(&source.shown, text, &after, self.output)?;
            self.count(count);
        }
        Ok(analysis.model.kind != DocumentKind::Other)
    }

    /// Whether this is a symbolic link, and says that it is not fixed: the file that it leads to
    /// may belong to somebody else. That is an error if the link was named.
    fn is_kept(&mut self, source: &Source<'_>) -> bool {
        if source.is_stream || !source.path.is_some_and(Path::is_symlink) {
            return false;
        }
        let message = "not fixed: it is a symbolic link; name the file that it leads to";
        if source.is_named {
            self.not_fixed(&source.shown, message);
        } else {
            self.fixed.failed += 1;
            note(&source.shown, message);
        }
        true
    }

    fn not_fixed(&mut self, shown: &str, message: &str) {
        self.fixed.failed += 1;
        self.problem(shown, message);
    }

    fn count(&mut self, findings: usize) {
        self.fixed.findings += findings;
        self.fixed.files += 1;
    }

    fn checked(&mut self, mut checked: Checked, is_named: bool) -> io::Result<bool> {
        if !checked.is_document() {
            if !is_named {
                return Ok(false);
            }
            let what = match checked.kind {
                "empty" => "is empty, nothing to check",
                _ => "is not an AsyncAPI document, nothing to check",
            };
            note(&checked.path, what);
        }
        self.settings_problems()?;
        self.show(&mut checked)?;
        Ok(checked.is_document())
    }

    fn show(&mut self, checked: &mut Checked) -> io::Result<()> {
        let not_shown = checked.filter(self.options.level, &self.options.settings.enable);
        self.tally.add(checked, not_shown);
        match &mut self.report {
            Report::Text(report) => report.document(checked, self.output),
            Report::Json(report) => {
                report.document(checked);
                Ok(())
            }
            Report::Github => github::document(checked, self.output),
        }
    }

    /// Shows the problems in the settings of the current document, once. Settings with broken
    /// grammar fail the run, because the check may differ from what the user wanted.
    fn settings_problems(&mut self) -> io::Result<()> {
        if let Some(failure) = self.settings.take_failure() {
            self.problem(&failure.path, &failure.message);
        }
        let Some((shown, file)) = self.settings.take_unreported() else {
            return Ok(());
        };
        self.failed |= file.problems.iter().any(|problem| problem.is_grammar);
        self.show(&mut Checked::settings(shown, &file))
    }

    fn problem(&mut self, path: &str, message: &str) {
        self.failed = true;
        print_error(&format!("{}: {message}", one_line(path)));
        if let Report::Json(report) = &mut self.report {
            report.problem(path, message);
        }
    }

    fn would_change(&self) -> bool {
        self.options.diff && self.fixed.files > 0
    }

    fn finish(self) -> io::Result<()> {
        if self.options.fix && (self.would_change() || !self.options.diff) {
            print_note(&self.fixed.line(self.options.diff));
        }
        match self.report {
            // A diff is read by programs, so nothing else is printed.
            _ if self.options.diff => Ok(()),
            Report::Text(report) => report.finish(&self.tally, self.output),
            Report::Json(report) => report.finish(&self.tally, self.output),
            Report::Github => github::finish(&self.tally, self.output),
        }
    }

    fn code(&self) -> u8 {
        if self.failed {
            COULD_NOT_RUN
        } else if self.tally.shown() > 0 || self.would_change() {
            FINDINGS_SHOWN
        } else {
            NOTHING_SHOWN
        }
    }
}

/// The workspace of what is to be checked, and of what that refers to.
fn workspace_of(targets: &[Target], arguments: &[PathBuf]) -> Workspace {
    let files = targets.iter().filter_map(|target| {
        let Target::File { path, folder } = target else {
            return None;
        };
        let wanted = match folder {
            Some(_) => Wanted::IfItMatters,
            None if input::is_pipe(path) => return None,
            None => Wanted::InAnyCase,
        };
        Some((real_path(path)?, wanted))
    });
    let mut workspace = Workspace::of_files(&files.collect::<Vec<_>>());
    for folder in arguments.iter().filter(|path| path.is_dir()) {
        if let Some(folder) = real_path(folder) {
            workspace.note_searched(&folder);
        }
    }
    workspace
}

/// The real path of a file, or the path that it would have.
fn real_path(path: &Path) -> Option<PathBuf> {
    if let Some(real) = loader::real(path) {
        return Some(real);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    Some(loader::real(folder.unwrap_or(Path::new(".")))?.join(path.file_name()?))
}

/// How much was fixed, or would be.
#[derive(Debug, Default, Clone, Copy)]
struct FixCount {
    findings: usize,
    files: usize,
    /// Files that were to be fixed and were not.
    failed: usize,
}

impl FixCount {
    /// The last line of a run.
    fn line(self, is_diff: bool) -> String {
        let did = if is_diff { "would fix" } else { "fixed" };
        let findings = counted(self.findings, "finding");
        let mut line = format!("{did} {findings} in {}", counted(self.files, "file"));
        if self.failed > 0 {
            line += &format!("; {} not fixed", counted(self.failed, "file"));
        }
        line
    }
}

/// The analysis after all safe fixes, and how many findings they fix. `None` if there are none.
fn fixed(analysis: &Analysis) -> Option<(Analysis, usize)> {
    let (edits, count) = fix_all(analysis);
    (count > 0).then(|| (analysis.edited(&backwards(&edits)), count))
}

fn note(path: &str, message: &str) {
    print_note(&format!("{}: {message}", one_line(path)));
}
