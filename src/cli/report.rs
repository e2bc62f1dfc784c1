//! `report`: who may do what in documents.

pub mod json;

use std::io::{self, Write};

use super::args::{ReportFailOn, ReportFormat, ReportOptions};
use super::documents::{self, Documents};
use super::input;
use super::output::{COULD_NOT_RUN, FINDINGS_SHOWN, NOTHING_SHOWN, Output, print_error};
use crate::report::read::report;
use crate::report::words::counts;
use crate::report::{Class, Reason, Report, html, markdown, text};

/// Runs `report` and returns the exit code.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &ReportOptions, output: &mut Output) -> io::Result<u8> {
    let mut documents = documents::read(
        &options.files,
        &options.config,
        options.stdin_filename.as_deref(),
    );
    let reports: Vec<Report> = (documents.all.iter())
        .filter_map(|read| report(&read.shown, &read.analysis, &|uri| documents.other(uri)))
        .collect();
    for report in &reports {
        let hidden = report.hidden.iter();
        for torn in hidden.filter(|hidden| hidden.why == Reason::Text) {
            let message = format!("there is {}: parts of it are not reported", torn.what);
            documents.problem(&report.path, &message);
        }
    }
    match &options.output {
        None => write(options.format, &documents, &reports, output)?,
        Some(path) => {
            let written = Output::file(path).and_then(|mut file| {
                write(options.format, &documents, &reports, &mut file)?;
                file.finish()
            });
            if let Err(error) = written {
                print_error(&format!("{}: {error}", input::shown(path)));
                return Ok(COULD_NOT_RUN);
            }
        }
    }
    let fails = |report: &Report| {
        let counts = counts(report);
        let mut classes = options.fail_on.iter();
        classes.any(|class| counts[class_of(*class) as usize] > 0)
    };
    Ok(if !documents.problems.is_empty() {
        COULD_NOT_RUN
    } else if reports.iter().any(fails) {
        FINDINGS_SHOWN
    } else {
        NOTHING_SHOWN
    })
}

fn class_of(fail_on: ReportFailOn) -> Class {
    match fail_on {
        ReportFailOn::Public => Class::Public,
        ReportFailOn::Readable => Class::Readable,
        ReportFailOn::Unknown => Class::Unknown,
    }
}

fn write(
    format: ReportFormat,
    documents: &Documents,
    reports: &[Report],
    output: &mut Output,
) -> io::Result<()> {
    match format {
        ReportFormat::Json => return json::write(documents, reports, output),
        ReportFormat::Html => return write!(output, "{}", html::page(reports)),
        ReportFormat::Text if reports.len() > 1 => {
            for report in reports {
                writeln!(output, "{}", text::row(report))?;
            }
            writeln!(output)?;
        }
        ReportFormat::Markdown if reports.len() > 1 => {
            writeln!(output, "# Security of {} documents\n", reports.len())?;
            for report in reports {
                writeln!(output, "{}", markdown::row(report))?;
            }
            writeln!(output)?;
        }
        ReportFormat::Text | ReportFormat::Markdown => {}
    }
    let level = if reports.len() > 1 { 2 } else { 1 };
    for (at, report) in reports.iter().enumerate() {
        if at > 0 {
            writeln!(output)?;
        }
        match format {
            ReportFormat::Markdown => write!(output, "{}", markdown::markdown(report, level))?,
            _ => write!(output, "{}", text::text(report))?,
        }
    }
    Ok(())
}
