//! The findings of a document as all output formats show them, and their counts.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::input;
use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::rules::finding::{Finding, Related};
use crate::rules::registry;
use crate::rules::rule::{Group, Rule, Severity};
use crate::spec::Version;
use crate::text::Encoding;
use crate::text::Text;
use crate::text::range::TextRange;
use crate::workspace::Workspace;
use crate::workspace::settings_file::SettingsFile;

/// A checked file.
pub struct Checked {
    /// Its path, as shown.
    pub path: String,
    /// Its text.
    pub text: Text,
    /// Its kind: `asyncapi`, `fragment`, `other`, `empty` or `settings`.
    pub kind: &'static str,
    /// The AsyncAPI version whose rules apply.
    pub version: Option<Version>,
    /// The findings to show, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// Where secrets stand, which are not to be shown, in the order of the text.
    pub secrets: Vec<TextRange>,
    /// How many findings are suppressed by the document or the settings.
    pub suppressed: usize,
    /// The other files that findings tell of, by URI.
    pub others: HashMap<Arc<str>, Checked>,
}

/// A finding and its severity.
pub struct Diagnostic {
    /// The severity after settings.
    pub severity: Severity,
    /// The finding.
    pub finding: Finding,
}

impl Checked {
    /// The result of an analysis.
    pub fn new(path: String, analysis: Analysis) -> Self {
        let kind = match analysis.model.kind {
            DocumentKind::AsyncApi => "asyncapi",
            DocumentKind::Fragment(_) => "fragment",
            DocumentKind::Other if is_blank(analysis.document.text()) => "empty",
            DocumentKind::Other => "other",
        };
        let found = analysis.findings.iter().chain(&analysis.suppressed);
        let secrets = found.filter(|finding| is_about_secret(finding));
        let mut secrets: Vec<TextRange> = secrets.map(|finding| finding.range).collect();
        secrets.sort_unstable_by_key(|range| (range.start, range.end));
        let diagnostics = analysis.findings.into_iter().map(Diagnostic::new);
        Self {
            path,
            kind,
            version: analysis.model.version,
            diagnostics: diagnostics.collect(),
            secrets,
            suppressed: analysis.suppressed.len(),
            others: HashMap::new(),
            text: analysis.document.text().clone(),
        }
    }

    /// A settings file and its problems.
    pub fn settings(path: String, file: &SettingsFile) -> Self {
        Self {
            path,
            kind: "settings",
            version: None,
            text: file.text.clone(),
            diagnostics: file.findings().into_iter().map(Diagnostic::new).collect(),
            secrets: Vec::new(),
            suppressed: 0,
            others: HashMap::new(),
        }
    }

    /// Adds the other files that findings tell of.
    pub fn add_others(&mut self, workspace: &Workspace) {
        let related = self.diagnostics.iter().flat_map(|one| &one.finding.related);
        for uri in related.filter_map(|related| related.file.as_ref()) {
            let Some(file) = workspace.file_at(uri) else {
                continue;
            };
            let other = Self {
                path: shown_from_here(&file.path),
                text: file.document.text().clone(),
                kind: "other",
                version: None,
                diagnostics: Vec::new(),
                secrets: Vec::new(),
                suppressed: 0,
                others: HashMap::new(),
            };
            self.others.insert(Arc::clone(uri), other);
        }
    }

    /// The file in which a related place is; `None` if it is not known any more.
    pub fn file_of(&self, related: &Related) -> Option<&Self> {
        match &related.file {
            None => Some(self),
            Some(uri) => self.others.get(uri),
        }
    }

    /// Whether this is an AsyncAPI document or a fragment of one.
    pub fn is_document(&self) -> bool {
        matches!(self.kind, "asyncapi" | "fragment")
    }

    /// Removes findings less severe than `level` of rules that are not enabled by name; returns how
    /// many.
    pub fn filter(&mut self, level: Severity, enabled: &[String]) -> usize {
        let all = self.diagnostics.len();
        self.diagnostics.retain(|diagnostic| {
            diagnostic.severity <= level
                || enabled
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

/// Whether the range of a finding is a secret.
fn is_about_secret(finding: &Finding) -> bool {
    const OF_URLS: [&Rule; 2] = [registry::URL_SECRET_IN_QUERY, registry::URL_USERINFO];
    finding.rule.group == Group::Secrets || OF_URLS.contains(&finding.rule)
}

/// A path as users write it: from the working directory on.
fn shown_from_here(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    input::shown(below.as_deref().unwrap_or(path))
}

fn is_blank(text: &Text) -> bool {
    // Do not copy a long text; it is not blank.
    text.len() <= 4096
        && text
            .to_string()
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty()
}

/// A range as people and other programs count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// The first character.
    pub start: Point,
    /// One past the last character.
    pub end: Point,
}

/// A position as people and other programs count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// Bytes from the start of the document.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// Unicode characters from the start of the line, from 1.
    pub column: usize,
}

impl Extent {
    /// Converts a range.
    pub fn new(text: &Text, range: TextRange) -> Self {
        Self {
            start: Point::new(text, range.start),
            end: Point::new(text, range.end),
        }
    }
}

impl Point {
    fn new(text: &Text, offset: usize) -> Self {
        let position = text.position(offset, Encoding::Utf32);
        Self {
            offset,
            line: position.line as usize + 1,
            column: position.character as usize + 1,
        }
    }
}

/// Counts of documents and findings; the `summary` of the JSON output.
#[derive(Debug, Default, Serialize)]
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
    /// Findings below `--level`.
    #[serde(skip)]
    pub not_shown: usize,
    /// Findings that are suppressed.
    pub suppressed: usize,
}

impl Tally {
    /// Adds a document.
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

    /// The number of findings that are shown.
    pub fn shown(&self) -> usize {
        self.errors + self.warnings + self.informations + self.hints
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

    #[test]
    fn columns_count_characters_from_one() {
        let text = Text::new("a\r\nä🔐b");
        let extent = Extent::new(&text, TextRange::new(9, 10));
        assert_eq!(
            extent.start,
            Point {
                offset: 9,
                line: 2,
                column: 3
            }
        );
        assert_eq!(extent.end.column, 4);
    }
}
