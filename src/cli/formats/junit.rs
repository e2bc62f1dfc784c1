//! `--format junit`: a suite for each file and a case for each finding, as CI servers show them.

use std::io::{self, Error, Write};

use quick_junit::{NonSuccessKind, Report as Whole, TestCase, TestCaseStatus, TestSuite};

use super::format::Format;
use crate::cli::checked::Checked;
use crate::cli::output::Output;
use crate::cli::tally::Tally;
use crate::rules::rule::Severity;
use crate::text::extent::Extent;

/// Collects findings until all files are checked.
pub struct JunitReport {
    whole: Whole,
    /// What is less severe is no failure; `None` if nothing is.
    fails: Option<Severity>,
}

impl JunitReport {
    /// No files yet. What is less severe than `fails` is a case that passed.
    pub fn new(fails: Option<Severity>) -> Self {
        Self {
            whole: Whole::new(env!("CARGO_PKG_NAME")),
            fails,
        }
    }
}

impl Format for JunitReport {
    fn document(&mut self, checked: &Checked, _: &mut Output) -> io::Result<()> {
        let path = allowed(&checked.path);
        let mut suite = TestSuite::new(path.as_str());
        for diagnostic in &checked.diagnostics {
            let finding = &diagnostic.finding;
            let start = Extent::new(&checked.text, finding.range).start;
            let message = allowed(&finding.message);
            let place = format!("{path}:{}:{}", start.line, start.column);
            let severity = diagnostic.severity;
            let is_failure = self.fails.is_some_and(|fails| severity <= fails);
            let words = format!("{place}: {}: {message}", severity.as_str());
            let status = match is_failure {
                true => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_type(severity.as_str());
                    status.set_message(message.as_str());
                    status.set_description(words.as_str());
                    status
                }
                false => TestCaseStatus::success(),
            };
            let name = format!("{} at {}:{}", finding.rule.id, start.line, start.column);
            let mut case = TestCase::new(name, status);
            case.set_classname(path.as_str());
            if !is_failure {
                case.set_system_out(words);
            }
            suite.add_test_case(case);
        }
        if checked.diagnostics.is_empty() {
            let mut case = TestCase::new("nothing found", TestCaseStatus::success());
            case.set_classname(path.as_str());
            suite.add_test_case(case);
        }
        self.whole.add_test_suite(suite);
        Ok(())
    }

    fn problem(&mut self, path: &str, message: &str) {
        let path = allowed(path);
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(message);
        let mut case = TestCase::new("could not be read", status);
        case.set_classname(path.as_str());
        let mut suite = TestSuite::new(path.as_str());
        suite.add_test_case(case);
        self.whole.add_test_suite(suite);
    }

    fn finish(&mut self, _: &Tally, output: &mut Output) -> io::Result<()> {
        let text = self.whole.to_string().map_err(Error::other)?;
        // Nothing is ever skipped, and the schema of Jenkins has no such count for the whole.
        output.write_all(text.replacen(" skipped=\"0\"", "", 1).as_bytes())
    }
}

/// A text without the two characters that XML forbids and `quick_junit` lets through (XML 1.0, 2.2).
fn allowed(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
