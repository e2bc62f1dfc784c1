//! `--format gitlab`: a Code Quality report of GitLab (docs.gitlab.com, "Code Quality report
//! format"), which shows findings in merge requests.

use std::io;
use std::path::Path;

use serde::Serialize;

use super::format::Format;
use crate::cli::checked::{Checked, hash, shown_from_here};
use crate::cli::output::Output;
use crate::cli::tally::Tally;
use crate::rules::rule::Severity;
use crate::text::extent::Extent;
use crate::text::extent::Point;

/// How many bytes a fingerprint has: the whole hash.
const WHOLE: usize = 32;

/// Collects findings until all files are checked.
#[derive(Default)]
pub struct GitlabReport {
    issues: Vec<Issue>,
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    /// Unique in a report: GitLab drops what it has seen.
    fingerprint: String,
    severity: &'static str,
    location: Location,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

impl Format for GitlabReport {
    fn document(&mut self, checked: &Checked, _: &mut Output) -> io::Result<()> {
        // GitLab takes paths from the root of the repository only.
        let path = shown_from_here(Path::new(&checked.path));
        let issues = checked.diagnostics.iter().map(|diagnostic| {
            let finding = &diagnostic.finding;
            let range = Extent::new(&checked.text, finding.range);
            let unique = format!("{path}\0{}", diagnostic.fingerprint);
            let docs = finding.rule.docs_url();
            Issue {
                description: finding.message.to_string(),
                check_name: finding.rule.id,
                fingerprint: hash(&unique, WHOLE),
                severity: match diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Information | Severity::Hint => "info",
                },
                location: Location {
                    path: path.clone(),
                    positions: Positions {
                        begin: position(range.start),
                        end: position(range.end),
                    },
                },
                content: docs.map(|docs| Content {
                    body: format!("[{}]({docs})", finding.rule.id),
                }),
            }
        });
        self.issues.extend(issues);
        Ok(())
    }

    fn finish(&mut self, _: &Tally, output: &mut Output) -> io::Result<()> {
        output.json(&self.issues)
    }
}

fn position(point: Point) -> Position {
    Position {
        line: point.line,
        column: point.column,
    }
}
