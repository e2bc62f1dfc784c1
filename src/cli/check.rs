//! `check`: checks files and folders, and fixes them with `--fix`.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

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
use crate::model::DocumentKind;
use crate::settings::effective::Effective;
use crate::syntax::document::Document;

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
        for target in targets::of_arguments(&self.options.files) {
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
            shown: input::shown(path),
            is_stream: input::is_pipe(path),
            is_named,
        };
        let is_document = match input::read_file(path, is_named) {
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
        let read = |text: &str, options| {
            let language = input::language_of(source.path, text);
            Analysis::new(Document::new(text, language), options, None)
        };
        match content {
            FileContent::Text(text) => {
                let analysis = read(&text, options);
                if self.options.diff {
                    return self.diff(source, &text, &analysis);
                }
                let analysis = self.fix(source, &text, analysis);
                let checked = Checked::new(source.shown.clone(), analysis);
                self.checked(checked, source.is_named)
            }
            // In a folder, only report AsyncAPI documents.
            FileContent::NotUtf8 { start, .. }
                if !source.is_named
                    && read(&start, options.clone()).model.kind == DocumentKind::Other =>
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
