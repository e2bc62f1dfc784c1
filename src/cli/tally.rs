//! Counts of documents and findings.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;

use super::checked::Checked;
use super::output::Output;
use crate::rules::rule::Severity;

/// Counts of documents and findings; the `summary` of the JSON output.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Tally {
    /// AsyncAPI documents and fragments.
    pub documents: usize,
    /// Errors that are shown.
    #[serde(rename = "error")]
    pub errors: usize,
    /// Warnings that are shown.
    #[serde(rename = "warning")]
    pub warnings: usize,
    /// Informations that are shown.
    #[serde(rename = "information")]
    pub informations: usize,
    /// Hints that are shown.
    #[serde(rename = "hint")]
    pub hints: usize,
    /// Findings of documents with too many, which are not shown.
    pub hidden: usize,
    /// Findings below `--level`.
    #[serde(skip)]
    pub not_shown: usize,
    /// Findings that a comment, a key or the settings suppress.
    pub suppressed: usize,
    /// Findings that the baseline knows.
    pub known: usize,
    /// Findings that the baseline knows and that are gone.
    pub gone: usize,
    /// Findings that `--fix` would fix.
    pub fixable: usize,
}

impl Tally {
    /// Adds a document.
    pub fn add(&mut self, checked: &Checked, not_shown: usize) {
        self.documents += usize::from(checked.is_document());
        self.not_shown += not_shown;
        self.hidden += checked.hidden.values().sum::<usize>();
        self.suppressed += checked.suppressed;
        self.known += checked.known;
        self.gone += checked.gone;
        for diagnostic in &checked.diagnostics {
            self.fixable += usize::from(diagnostic.is_fixable);
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Information => self.informations += 1,
                Severity::Hint => self.hints += 1,
            }
        }
    }

    /// The number of findings that are shown and at least so severe.
    pub fn at_least(&self, severity: Severity) -> usize {
        let counts = [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
            (Severity::Information, self.informations),
            (Severity::Hint, self.hints),
        ];
        let counts = counts.into_iter().filter(|(of, _)| *of <= severity);
        counts.map(|(_, count)| count).sum()
    }

    /// Writes the last line, in the colour of the worst of what was found.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn write(&self, output: &mut Output) -> io::Result<()> {
        let color = match self {
            Self { errors: 1.., .. } => AnsiColor::BrightRed,
            Self { warnings: 1.., .. } => AnsiColor::Yellow,
            _ => AnsiColor::BrightGreen,
        };
        let style = Style::new().fg_color(Some(color.into())).bold();
        let line = output.styled(style, &self.line());
        writeln!(output, "{line}")
    }

    /// The last line of a report: `2 errors, 1 warning in 3 documents`.
    pub fn line(&self) -> String {
        let parts: Vec<String> = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.informations, "info"),
            (self.hints, "hint"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
        let mut line = if parts.is_empty() {
            "nothing found".to_owned()
        } else {
            parts.join(", ")
        };
        let documents = counted(self.documents, "document");
        let _ = write!(line, " in {documents}");
        if self.hidden > 0 {
            let _ = write!(line, "; {} more not shown", self.hidden);
        }
        if self.not_shown > 0 {
            let _ = write!(
                line,
                "; {} below `--level` not shown",
                counted(self.not_shown, "finding")
            );
        }
        if self.suppressed > 0 {
            let _ = write!(line, "; {} suppressed", self.suppressed);
        }
        if self.known > 0 {
            let _ = write!(line, "; {} in the baseline", self.known);
        }
        if self.fixable > 0 {
            let _ = write!(line, "; `--fix` fixes {}", self.fixable);
        }
        line
    }
}

/// A count with its noun: `1 file`, `2 files`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_in_words() {
        let tally = Tally {
            documents: 3,
            errors: 2,
            warnings: 1,
            ..Tally::default()
        };
        assert_eq!(tally.line(), "2 errors, 1 warning in 3 documents");
        let tally = Tally {
            documents: 1,
            not_shown: 2,
            ..Tally::default()
        };
        assert_eq!(
            tally.line(),
            "nothing found in 1 document; 2 findings below `--level` not shown"
        );
        let tally = Tally {
            suppressed: 3,
            ..tally
        };
        assert!(tally.line().ends_with(" not shown; 3 suppressed"));
    }
}
