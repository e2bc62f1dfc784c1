//! `check`: what is found in files and folders.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{CheckOptions, OutputFormat};
use super::input::{self, Content};
use super::json::JsonReport;
use super::output::Output;
use super::report::{Checked, Tally};
use super::text::TextReport;
use super::{COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, complain, github, note};
use crate::analysis::{Analysis, Options};
use crate::model::DocumentKind;
use crate::syntax::document::Document;

/// Runs `check` and returns the exit code; when nobody reads on, the one known by then.
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
        tally: Tally::default(),
        failed: false,
    };
    let mut all = options.files.iter();
    let checked = all.try_for_each(|path| run.argument(path));
    let code = run.code();
    match checked.and_then(|()| run.finish()) {
        // Whoever reads the output has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(code),
        result => result.map(|()| code),
    }
}

/// How findings are shown.
enum Report {
    Text(TextReport),
    Json(JsonReport),
    Github,
}

struct Run<'a> {
    options: &'a CheckOptions,
    output: &'a mut Output,
    report: Report,
    /// What was checked, and whether it is a document of ours: a file that is named twice is
    /// checked once.
    seen: HashMap<PathBuf, bool>,
    tally: Tally,
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

    /// Checks a file; returns whether it is a document of ours.
    fn file(&mut self, path: &Path, is_named: bool) -> io::Result<bool> {
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
        content: Content,
        is_named: bool,
    ) -> io::Result<bool> {
        let options = Options {
            switched_on: self.options.enable.clone(),
            ..Options::default()
        };
        let read = |text: &str, options| {
            let format = input::format_of(path, text);
            Analysis::new(Document::new(text, format), options)
        };
        match content {
            Content::Text(text) => {
                let checked = Checked::new(shown, read(&text, options));
                self.checked(checked, is_named)
            }
            // Among the files of a folder only documents of ours are worth a word.
            Content::NotUtf8 { start, .. }
                if !is_named && read(&start, options.clone()).model.kind == DocumentKind::Other =>
            {
                Ok(false)
            }
            Content::NotUtf8 { offset, .. } => {
                let message = format!("not UTF-8 at byte {offset}: save the file as UTF-8");
                self.problem(&shown, &message);
                Ok(true)
            }
        }
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
            note(&format!("{}: {what}", checked.path));
        }
        let not_shown = checked.keep(self.options.level, &self.options.enable);
        self.tally.add(&checked, not_shown);
        match &mut self.report {
            Report::Text(report) => report.document(&checked, self.output)?,
            Report::Json(report) => report.document(&checked),
            Report::Github => github::document(&checked, self.output)?,
        }
        Ok(checked.is_document())
    }

    fn problem(&mut self, path: &str, message: &str) {
        self.failed = true;
        complain(&format!("{path}: {message}"));
        if let Report::Json(report) = &mut self.report {
            report.problem(path, message);
        }
    }

    fn finish(self) -> io::Result<()> {
        match self.report {
            Report::Text(report) => report.finish(&self.tally, self.output),
            Report::Json(report) => report.finish(&self.tally, self.output),
            Report::Github => github::finish(&self.tally, self.output),
        }
    }

    fn code(&self) -> u8 {
        if self.failed {
            COULD_NOT_RUN
        } else if self.tally.shown() > 0 {
            FINDINGS_SHOWN
        } else {
            NOTHING_SHOWN
        }
    }
}
