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
    /// Whether something could not be read, or not be done.
    #[serde(skip)]
    pub failed: bool,
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

    /// Writes the last line, if there is one, in the colour of the worst of what was found.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn write(&self, output: &mut Output) -> io::Result<()> {
        let Some(line) = self.line() else {
            return Ok(());
        };
        let color = match self {
            Self { errors: 1.., .. } => AnsiColor::BrightRed,
            Self { warnings: 1.., .. } => AnsiColor::Yellow,
            _ => AnsiColor::BrightGreen,
        };
        let style = Style::new().fg_color(Some(color.into())).bold();
        writeln!(output, "{}", output.styled(style, &line))
    }

    /// The last line of a report: `2 errors, 1 warning in 3 documents`. Where errors left nothing to
    /// check there is none.
    pub fn line(&self) -> Option<String> {
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
        let mut line = match parts.is_empty() {
            true if self.failed && self.documents == 0 => return None,
            true => "nothing found".to_owned(),
            false => parts.join(", "),
        };
        let documents = counted(self.documents, "document");
        let _ = write!(line, " in {documents}");
        if self.hidden > 0 {
            let _ = write!(line, "; {} more not shown", self.hidden);
        }
        if self.not_shown > 0 {
            let _ = write!(
                line,
                "; {} below `--level` not shown (`--level hint` shows all)",
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
        Some(line)
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
        let line = |tally: &Tally| tally.line().unwrap_or_default();
        assert_eq!(line(&tally), "2 errors, 1 warning in 3 documents");
        let tally = Tally {
            documents: 1,
            not_shown: 2,
            ..Tally::default()
        };
        assert_eq!(
            line(&tally),
            "nothing found in 1 document; 2 findings below `--level` not shown \
             (`--level hint` shows all)"
        );
        let tally = Tally {
            suppressed: 3,
            ..tally
        };
        assert!(line(&tally).ends_with("; 3 suppressed"));
    }

    #[test]
    fn nothing_is_said_of_what_could_not_be_read() {
        let tally = Tally {
            failed: true,
            ..Tally::default()
        };
        assert_eq!(tally.line(), None);
        let tally = Tally { errors: 1, ..tally };
        assert_eq!(tally.line().as_deref(), Some("1 error in 0 documents"));
    }
}
