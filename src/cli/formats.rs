//! The formats in which findings are shown, on standard output and in files.

mod concise;
mod format;
pub mod github;
pub mod gitlab;
pub mod json;
mod junit;
mod sarif;
mod statistics;
pub mod text;

use std::io;

use super::args::{CheckOptions, OutputFile, OutputFormat};
use super::checked::{Checked, Detail};
use super::input;
use super::output::{Output, print_note};
use super::tally::Tally;
use crate::rules::rule::Severity;
use concise::ConciseReport;
use format::Format;
use github::GithubReport;
use gitlab::GitlabReport;
use json::JsonReport;
use junit::JunitReport;
use sarif::SarifReport;
use statistics::Statistics;
use text::TextReport;

/// All formats of one run.
pub struct Reports {
    /// What standard output gets, if anything.
    shown: Option<Box<dyn Format>>,
    files: Vec<(Box<dyn Format>, Output)>,
    is_quiet: bool,
    /// What all of them have to know.
    pub detail: Detail,
}

impl Reports {
    /// The formats that the options ask for. Files are written beside their place, and come there
    /// when all is written.
    ///
    /// # Errors
    /// A file that cannot be written, and why.
    pub fn new(options: &CheckOptions, output: &Output) -> Result<Self, String> {
        let of = |format, output: &Output| report(format, options, output);
        let mut files = Vec::new();
        for OutputFile { format, path } in &options.output {
            let to =
                Output::file(path).map_err(|error| format!("{}: {error}", input::shown(path)))?;
            files.push((of(format.unwrap_or(options.format), &to), to));
        }
        let formats = options
            .output
            .iter()
            .map(|file| file.format.unwrap_or(options.format));
        let formats: Vec<_> = formats.chain([options.format]).collect();
        let is_moved = options.output.iter().any(|file| file.format.is_none());
        Ok(Self {
            detail: Detail {
                // Otherwise no finding is shown.
                fixable: !(options.write_baseline || options.list_files || options.diff),
                baseline: options.write_baseline,
                fixes: formats.contains(&OutputFormat::Sarif),
                excerpts: formats.contains(&OutputFormat::Text),
            },
            shown: (!is_moved).then(|| of(options.format, output)),
            files,
            is_quiet: options.quiet,
        })
    }

    /// Shows a document and its findings.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn document(&mut self, checked: &Checked, output: &mut Output) -> io::Result<()> {
        for (report, file) in &mut self.files {
            report.document(checked, file)?;
        }
        match &mut self.shown {
            Some(report) => report.document(checked, output),
            None => Ok(()),
        }
    }

    /// Notes that something could not be read.
    pub fn problem(&mut self, path: &str, message: &str) {
        let files = self.files.iter_mut().map(|(report, _)| report);
        for report in files.chain(&mut self.shown) {
            report.problem(path, message);
        }
    }

    /// Writes what comes last.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn finish(mut self, tally: &Tally, output: &mut Output) -> io::Result<()> {
        for (mut report, mut file) in self.files {
            report.finish(tally, &mut file)?;
            file.finish()?;
        }
        match &mut self.shown {
            Some(report) => report.finish(tally, output)?,
            None => (tally.line().iter())
                .filter(|_| !self.is_quiet)
                .for_each(|line| print_note(line)),
        }
        Ok(())
    }
}

fn report(format: OutputFormat, options: &CheckOptions, output: &Output) -> Box<dyn Format> {
    let is_quiet = options.quiet;
    if options.statistics {
        return Box::new(Statistics::new(format == OutputFormat::Json, is_quiet));
    }
    match format {
        OutputFormat::Text => Box::new(TextReport::new(output, is_quiet)),
        OutputFormat::Concise => Box::new(ConciseReport { is_quiet }),
        OutputFormat::Json => Box::new(JsonReport::default()),
        OutputFormat::Sarif => Box::new(SarifReport::default()),
        OutputFormat::Github => Box::new(GithubReport { is_quiet }),
        OutputFormat::Gitlab => Box::new(GitlabReport::default()),
        OutputFormat::Junit => Box::new(JunitReport::new(fails(options))),
    }
}

/// What is at least so severe fails the run; `None` if nothing does.
pub fn fails(options: &CheckOptions) -> Option<Severity> {
    match options.fail_on {
        Some(fail_on) => fail_on.severity(),
        None => Some(Severity::Hint),
    }
}
