//! `check`: checks files and folders, and fixes them with `--fix`.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::args::{CheckOptions, OutputFormat};
use super::github;
use super::input::{self, FileContent};
use super::json::JsonReport;
use super::output::{
    COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, print_error, print_note,
};
use super::report::{Checked, Tally, counted};
use super::settings::Finder;
use super::text::TextReport;
use crate::analysis::{Analysis, Options};
use crate::fixes::{backwards, fix_all};
use crate::model::DocumentKind;
use crate::settings::effective::Effective;
use crate::syntax::document::Document;

/// How many lines around a change a diff shows.
const CONTEXT: usize = 3;

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
        settings: Finder::new(&options.settings),
        tally: Tally::default(),
        is_input: false,
        fixed: FixCount::default(),
        failed: false,
    };
    let checked = run.all(&options.files);
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
    settings: Finder,
    tally: Tally,
    /// Whether the document is read from standard input.
    is_input: bool,
    /// What `--fix` did, or with `--diff` would do.
    fixed: FixCount,
    /// Whether something could not be read.
    failed: bool,
}

impl Run<'_> {
    fn argument(&mut self, path: &Path) -> io::Result<()> {
        if path.as_os_str() == "-" {
            return self.standard_input();
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(_) => self.file(path, true).map(|_| ()),
            Err(error) => {
                self.problem(&input::shown(path), &error.to_string());
                Ok(())
            }
        }
    }

    fn standard_input(&mut self) -> io::Result<()> {
        let name = self.options.stdin_filename.as_deref();
        let shown = name.map_or_else(|| "<stdin>".to_owned(), input::shown);
        self.is_input = true;
        match input::read(io::stdin().lock()) {
            Ok(content) => self.content(name, shown, content, true).map(|_| ()),
            Err(error) => {
                self.problem(&shown, &error.to_string());
                Ok(())
            }
        }
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let mut has_document = false;
        for found in input::walk(folder) {
            match found {
                Ok(path) => has_document |= self.file(&path, false)?,
                Err(message) => self.problem(&input::shown(folder), &message),
            }
        }
        if !has_document {
            self.problem(
                &input::shown(folder),
                "no AsyncAPI document in this folder (hidden and git-ignored files are left out)",
            );
        }
        Ok(())
    }

    /// Checks a file; returns whether it is an AsyncAPI document.
    fn file(&mut self, path: &Path, is_named: bool) -> io::Result<bool> {
        self.is_input = false;
        let canonical = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Some(is_document) = self.seen.get(&canonical) {
            return Ok(*is_document);
        }
        let shown = input::shown(path);
        let is_document = match input::read_file(path) {
            Ok(content) => self.content(Some(path), shown, content, is_named)?,
            Err(error) => {
                self.problem(&shown, &error.to_string());
                false
            }
        };
        self.seen.insert(canonical, is_document);
        Ok(is_document)
    }

    fn content(
        &mut self,
        path: Option<&Path>,
        shown: String,
        content: FileContent,
        is_named: bool,
    ) -> io::Result<bool> {
        let Effective {
            rule_set,
            environment,
        } = self.settings.effective(path);
        let options = Options {
            rule_set,
            environment,
            ..Options::default()
        };
        let read = |text: &str, options| {
            let language = input::language_of(path, text);
            Analysis::new(Document::new(text, language), options, None)
        };
        match content {
            FileContent::Text(text) => {
                let analysis = read(&text, options);
                if self.options.diff {
                    return self.diff(&shown, &text, &analysis);
                }
                let checked = Checked::new(shown.clone(), self.fix(path, &shown, analysis));
                self.checked(checked, is_named)
            }
            // In a folder, only report AsyncAPI documents.
            FileContent::NotUtf8 { start, .. }
                if !is_named && read(&start, options.clone()).model.kind == DocumentKind::Other =>
            {
                Ok(false)
            }
            FileContent::NotUtf8 { offset, .. } => {
                let message = format!("not UTF-8 at byte {offset}: save the file as UTF-8");
                self.problem(&shown, &message);
                Ok(true)
            }
        }
    }

    /// Writes the safe fixes to the file; returns the analysis afterwards.
    fn fix(&mut self, path: Option<&Path>, shown: &str, analysis: Analysis) -> Analysis {
        if !self.options.fix {
            return analysis;
        }
        let Some((after, count)) = fixed(&analysis) else {
            return analysis;
        };
        // Do not write to a file that only names standard input.
        let Some(path) = path.filter(|_| !self.is_input) else {
            self.problem(shown, "only files can be fixed; use `--diff` as well");
            return analysis;
        };
        if let Err(error) = std::fs::write(path, after.document.text().to_string()) {
            self.problem(shown, &format!("cannot be written: {error}"));
            return analysis;
        }
        self.count(count);
        after
    }

    /// Shows what would be fixed; returns whether it is an AsyncAPI document.
    fn diff(&mut self, shown: &str, text: &str, analysis: &Analysis) -> io::Result<bool> {
        if let Some((after, count)) = fixed(analysis) {
            let after = after.document.text().to_string();
            write_diff(shown, text, &after, self.output)?;
            self.count(count);
        }
        Ok(analysis.model.kind != DocumentKind::Other)
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
            print_note(&format!("{}: {what}", checked.path));
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
        print_error(&format!("{path}: {message}"));
        if let Report::Json(report) = &mut self.report {
            report.problem(path, message);
        }
    }

    fn all(&mut self, files: &[PathBuf]) -> io::Result<()> {
        self.settings_problems()?;
        for path in files {
            self.argument(path)?;
        }
        Ok(())
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
}

impl FixCount {
    /// The last line of a run.
    fn line(self, is_diff: bool) -> String {
        let did = if is_diff { "would fix" } else { "fixed" };
        let findings = counted(self.findings, "finding");
        format!("{did} {findings} in {}", counted(self.files, "file"))
    }
}

/// The analysis after all safe fixes, and how many findings they fix. `None` if there are none.
fn fixed(analysis: &Analysis) -> Option<(Analysis, usize)> {
    let (edits, count) = fix_all(analysis);
    (count > 0).then(|| (analysis.edited(&backwards(&edits)), count))
}

/// Writes a diff that `git apply` and `patch` can read.
fn write_diff(path: &str, before: &str, after: &str, output: &mut Output) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let path = path.trim_start_matches('/');
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    let unified = unified.context_radius(CONTEXT).header(&old, &new);
    write!(output, "{unified}")
}
