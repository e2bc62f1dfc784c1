//! How much was fixed.

use crate::cli::tally::counted;

/// How much was fixed, or would be.
#[derive(Debug, Default, Clone, Copy)]
pub struct FixCount {
    /// Findings.
    pub findings: usize,
    /// Findings that would be fixed with `--unsafe-fixes`.
    pub unsafely: usize,
    /// Files.
    pub files: usize,
    /// Files that were to be fixed and were not.
    pub failed: usize,
}

impl FixCount {
    /// The last line of a run.
    pub fn line(self, is_diff: bool) -> String {
        let did = if is_diff { "would fix" } else { "fixed" };
        let findings = counted(self.findings, "finding");
        let mut line = format!("{did} {findings} in {}", counted(self.files, "file"));
        if self.failed > 0 {
            line += &format!("; {} not fixed", counted(self.failed, "file"));
        }
        if self.unsafely > 0 {
            line += &format!("; {} more with `--unsafe-fixes`", self.unsafely);
        }
        line
    }
}
