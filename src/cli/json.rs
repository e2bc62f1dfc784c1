//! `--format json`: findings as one JSON object, described in the help of `check`.

use std::io::{self, Write};

use serde::Serialize;

use super::output::Output;
use super::report::{Checked, Extent, Tally};

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// Collects findings until all files are checked.
#[derive(Default)]
pub struct JsonReport {
    files: Vec<File>,
    findings: Vec<JsonFinding>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    tool: Tool,
    files: &'a [File],
    findings: &'a [JsonFinding],
    problems: &'a [Problem],
    summary: &'a Tally,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct File {
    path: String,
    kind: &'static str,
    asyncapi: Option<&'static str>,
}

#[derive(Serialize)]
struct JsonFinding {
    rule: &'static str,
    severity: &'static str,
    message: String,
    path: String,
    range: Extent,
    related: Vec<Related>,
    docs: Option<String>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    /// The file, if it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    range: Extent,
}

#[derive(Serialize)]
struct Problem {
    path: String,
    message: String,
}

impl JsonReport {
    /// Adds a document and its findings.
    pub fn document(&mut self, checked: &Checked) {
        self.files.push(File {
            path: checked.path.clone(),
            kind: checked.kind,
            asyncapi: checked.version.map(|version| version.as_str()),
        });
        for diagnostic in &checked.diagnostics {
            let finding = &diagnostic.finding;
            let related = finding.related.iter().filter_map(|related| {
                let file = checked.file_of(related)?;
                Some(Related {
                    message: related.message.clone(),
                    path: related.file.as_ref().map(|_| file.path.clone()),
                    range: Extent::new(&file.text, related.range),
                })
            });
            self.findings.push(JsonFinding {
                rule: finding.rule.id,
                severity: diagnostic.severity.as_str(),
                message: finding.message.clone(),
                path: checked.path.clone(),
                range: Extent::new(&checked.text, finding.range),
                related: related.collect(),
                docs: finding.rule.docs_url(),
            });
        }
    }

    /// Adds a file that could not be read.
    pub fn problem(&mut self, path: &str, message: &str) {
        self.problems.push(Problem {
            path: path.to_owned(),
            message: message.to_owned(),
        });
    }

    /// Writes the object.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(&self, tally: &Tally, output: &mut Output) -> io::Result<()> {
        let whole = Whole {
            version: VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            files: &self.files,
            findings: &self.findings,
            problems: &self.problems,
            summary: tally,
        };
        serde_json::to_writer_pretty(&mut *output, &whole)?;
        writeln!(output)
    }
}
