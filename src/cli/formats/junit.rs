//! `--format junit`: a suite for each file and a case for each finding, as CI servers show them.

use std::io::{self, Error};

use quick_junit::{NonSuccessKind, Report as Whole, TestCase, TestCaseStatus, TestSuite};

use super::format::Format;
use crate::cli::checked::{Checked, Extent};
use crate::cli::output::Output;
use crate::cli::tally::Tally;
use crate::rules::rule::Severity;

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
        let mut suite = TestSuite::new(checked.path.as_str());
        for diagnostic in &checked.diagnostics {
            let finding = &diagnostic.finding;
            let start = Extent::new(&checked.text, finding.range).start;
            let place = format!("{}:{}:{}", checked.path, start.line, start.column);
            let severity = diagnostic.severity;
            let is_failure = self.fails.is_some_and(|fails| severity <= fails);
            let words = format!("{place}: {}: {}", severity.as_str(), finding.message);
            let status = match is_failure {
                true => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_type(severity.as_str());
                    status.set_message(finding.message.as_str());
                    status.set_description(words.as_str());
                    status
                }
                false => TestCaseStatus::success(),
            };
            let name = format!("{} at {}:{}", finding.rule.id, start.line, start.column);
            let mut case = TestCase::new(name, status);
            case.set_classname(checked.path.as_str());
            if !is_failure {
                case.set_system_out(words);
            }
            suite.add_test_case(case);
        }
        if checked.diagnostics.is_empty() {
            let mut case = TestCase::new("nothing found", TestCaseStatus::success());
            case.set_classname(checked.path.as_str());
            suite.add_test_case(case);
        }
        self.whole.add_test_suite(suite);
        Ok(())
    }

    fn problem(&mut self, path: &str, message: &str) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(message);
        let mut case = TestCase::new("could not be read", status);
        case.set_classname(path);
        let mut suite = TestSuite::new(path);
        suite.add_test_case(case);
        self.whole.add_test_suite(suite);
    }

    fn finish(&mut self, _: &Tally, output: &mut Output) -> io::Result<()> {
        self.whole.serialize(output).map_err(Error::other)
    }
}
