//! `check --fix`: what is safe to fix is written to the file, or shown as a diff.

use std::io::{self, Write as _};

use similar::TextDiff;

use super::output::Output;
use super::report::counted;
use crate::analysis::Analysis;
use crate::fixes::{backwards, fix_all};

/// How many lines around a change a diff shows.
const CONTEXT: usize = 3;

/// How much was fixed, or would be.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count {
    /// Findings.
    pub findings: usize,
    /// Files.
    pub files: usize,
}

impl Count {
    /// In words, for the end of a run.
    pub fn words(self, is_diff: bool) -> String {
        let did = if is_diff { "would fix" } else { "fixed" };
        let findings = counted(self.findings, "finding");
        format!("{did} {findings} in {}", counted(self.files, "file"))
    }
}

/// The analysis after all safe fixes, and how many findings they remedy.
pub fn fixed(analysis: &Analysis) -> Option<(Analysis, usize)> {
    let (edits, count) = fix_all(analysis);
    (count > 0).then(|| (analysis.edited(&backwards(&edits)), count))
}

/// Shows what would change, as `git apply` and `patch` read it.
///
/// # Errors
/// The output cannot be written.
pub fn show(path: &str, before: &str, after: &str, output: &mut Output) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let path = path.trim_start_matches('/');
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    let unified = unified.context_radius(CONTEXT).header(&old, &new);
    write!(output, "{unified}")
}
