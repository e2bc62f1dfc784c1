//! `--format json`: findings as one JSON object. Its schema is derived from the types below.

use std::io;

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::format::Format;
use crate::cli::checked::Checked;
use crate::cli::output::Output;
use crate::cli::tally::Tally;
use crate::cli::tool::Tool;
use crate::text::extent::Extent;

/// Raised when a field changes its meaning or is removed, not when one is added.
const VERSION: u32 = 1;

/// Collects findings until all files are checked.
#[derive(Default)]
pub struct JsonReport {
    files: Vec<File>,
    findings: Vec<JsonFinding>,
    problems: Vec<Problem>,
}

/// What `asyncapi-security-lsp check --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Findings of asyncapi-security-lsp")]
struct Whole<'a> {
    /// Raised when a field changes its meaning or is removed, not when one is added.
    version: u32,
    /// The program.
    tool: Tool,
    /// What was looked at, in the order of the findings.
    files: &'a [File],
    /// What is found and shown, by file and place.
    findings: &'a [JsonFinding],
    /// What could not be read.
    problems: &'a [Problem],
    /// How many of each there are.
    summary: &'a Tally,
}

/// A file that was looked at.
#[derive(Serialize, JsonSchema)]
struct File {
    /// Its path, as it was named or found.
    path: String,
    /// What it is; `settings` is the settings file.
    #[schemars(extend("enum" = ["asyncapi", "fragment", "other", "empty", "settings"]))]
    kind: &'static str,
    /// The version of AsyncAPI whose rules hold, if it has one.
    asyncapi: Option<&'static str>,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
struct JsonFinding {
    /// The id of the rule.
    rule: &'static str,
    /// How much it matters.
    #[schemars(extend("enum" = ["error", "warning", "information", "hint"]))]
    severity: &'static str,
    /// What is wrong and what to do, in Markdown.
    message: String,
    /// The file.
    path: String,
    /// The smallest range that shows it.
    range: Extent,
    /// A JSON Pointer (RFC 6901) to the innermost part of the document that has the range in it.
    pointer: String,
    /// The same for the same finding in later versions of the file.
    fingerprint: String,
    /// Whether `--fix` fixes it.
    fixable: bool,
    /// Other places that belong to it.
    related: Vec<Related>,
    /// The address of the rule's page, if it has one.
    docs: Option<String>,
}

/// Another place that belongs to a finding.
#[derive(Serialize, JsonSchema)]
struct Related {
    /// What is there.
    message: String,
    /// The file, if it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The range.
    range: Extent,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
struct Problem {
    /// The file or folder.
    path: String,
    /// Why.
    message: String,
}

impl Format for JsonReport {
    fn document(&mut self, checked: &Checked, _: &mut Output) -> io::Result<()> {
        self.files.push(File {
            path: checked.path.clone(),
            kind: checked.kind,
            asyncapi: checked.version.map(|version| version.as_str()),
        });
        for diagnostic in &checked.diagnostics {
            let finding = &diagnostic.finding;
            let related = finding.related().iter().filter_map(|related| {
                let file = checked.file_of(related)?;
                Some(Related {
                    message: related.message.to_string(),
                    path: related.file.as_ref().map(|_| file.path.clone()),
                    range: Extent::new(&file.text, related.range),
                })
            });
            self.findings.push(JsonFinding {
                rule: finding.rule.id,
                severity: diagnostic.severity.as_str(),
                message: finding.message.to_string(),
                path: checked.path.clone(),
                range: Extent::new(&checked.text, finding.range),
                pointer: diagnostic.pointer.clone(),
                fingerprint: diagnostic.fingerprint.clone(),
                fixable: diagnostic.is_fixable,
                related: related.collect(),
                docs: finding.rule.docs_url(),
            });
        }
        Ok(())
    }

    fn problem(&mut self, path: &str, message: &str) {
        self.problems.push(Problem {
            path: path.to_owned(),
            message: message.to_owned(),
        });
    }

    fn finish(&mut self, tally: &Tally, output: &mut Output) -> io::Result<()> {
        let whole = Whole {
            version: VERSION,
            tool: Tool::THIS,
            files: &self.files,
            findings: &self.findings,
            problems: &self.problems,
            summary: tally,
        };
        output.json(&whole)
    }
}

/// The JSON Schema of the object.
pub fn schema() -> Schema {
    schema_for!(Whole<'static>)
}
