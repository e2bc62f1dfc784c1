//! What is to be shown of a document, and how much there is of it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::rules::finding::Finding;
use crate::rules::rule::Severity;
use crate::spec::Version;
use crate::text::Text;
use crate::workspace::settings_file::SettingsFile;

/// A document that was checked.
pub struct Checked {
    /// Its path, as shown.
    pub path: String,
    /// Its text.
    pub text: Text,
    /// What kind it is: `asyncapi`, `fragment`, `other`, `empty` or `settings`.
    pub kind: &'static str,
    /// The version whose rules hold.
    pub version: Option<Version>,
    /// What is shown, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings are not wanted, by the document's or the settings' own word.
    pub suppressed: usize,
}

/// A finding as shown.
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What was found.
    pub finding: Finding,
}

impl Checked {
    /// What an analysis found.
    pub fn new(path: String, analysis: Analysis) -> Self {
        let kind = match analysis.model.kind {
            DocumentKind::AsyncApi => "asyncapi",
            DocumentKind::Fragment(_) => "fragment",
            DocumentKind::Other if is_blank(analysis.document.text()) => "empty",
            DocumentKind::Other => "other",
        };
        let diagnostics = analysis.findings.into_iter().map(Diagnostic::new);
        Self {
            path,
            kind,
            version: analysis.model.version,
            diagnostics: diagnostics.collect(),
            suppressed: analysis.suppressed.len(),
            text: analysis.document.text().clone(),
        }
    }

    /// A settings file with what is wrong in it.
    pub fn settings(path: String, file: &SettingsFile) -> Self {
        Self {
            path,
            kind: "settings",
            version: None,
            text: file.text.clone(),
            diagnostics: file.findings().into_iter().map(Diagnostic::new).collect(),
            suppressed: 0,
        }
    }

    /// Whether this is a document of ours.
    pub fn is_document(&self) -> bool {
        matches!(self.kind, "asyncapi" | "fragment")
    }

    /// Takes away what is less severe than `level` and not asked for by name; returns how many
    /// these were.
    pub fn keep(&mut self, level: Severity, asked_for: &[String]) -> usize {
        let all = self.diagnostics.len();
        self.diagnostics.retain(|diagnostic| {
            diagnostic.severity <= level
                || asked_for
                    .iter()
                    .any(|rule| rule == diagnostic.finding.rule.id)
        });
        all - self.diagnostics.len()
    }
}

impl Diagnostic {
    fn new(finding: Finding) -> Self {
        Self {
            severity: finding.severity.unwrap_or(finding.rule.severity),
            finding,
        }
    }
}

fn is_blank(text: &Text) -> bool {
    // What is longer than this says something.
    text.len() <= 4096
        && text
            .to_string()
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty()
}

/// How much was checked and found; in JSON the summary.
#[derive(Debug, Default, Serialize)]
pub struct Tally {
    /// Documents of ours.
    pub documents: usize,
    /// Findings that are shown.
    #[serde(rename = "error")]
    pub errors: usize,
    /// Findings that are shown.
    #[serde(rename = "warning")]
    pub warnings: usize,
    /// Findings that are shown.
    #[serde(rename = "information")]
    pub informations: usize,
    /// Findings that are shown.
    #[serde(rename = "hint")]
    pub hints: usize,
    /// Findings that are less severe than asked for.
    #[serde(skip)]
    pub not_shown: usize,
    /// Findings that are not wanted.
    pub suppressed: usize,
}

impl Tally {
    /// Counts a document.
    pub fn add(&mut self, checked: &Checked, not_shown: usize) {
        self.documents += usize::from(checked.is_document());
        self.not_shown += not_shown;
        self.suppressed += checked.suppressed;
        for diagnostic in &checked.diagnostics {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Information => self.informations += 1,
                Severity::Hint => self.hints += 1,
            }
        }
    }

    /// How many findings are shown.
    pub fn shown(&self) -> usize {
        self.errors + self.warnings + self.informations + self.hints
    }

    /// All in one line: `2 errors, 1 warning in 3 documents`.
    pub fn line(&self) -> String {
        let parts: Vec<String> = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.informations, "information"),
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
        line
    }
}

/// A number of things: `1 file`, `2 files`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::Tally;

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
