//! Real documents: no error that the official schema does not have, other than those that only
//! the specification's text founds, and every security part that the schema rejects is found.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::Path;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::table::{Basis, Group, Severity, rule};
use asyncapi_security_lsp::syntax::document::{Document, Format};
use serde_json::Value;

struct Found {
    /// Errors that the schema has as well.
    schema: Vec<String>,
    /// Errors that the text of the specification or a standard founds.
    other: Vec<&'static str>,
    /// Faults of the text itself.
    syntax: Vec<String>,
    all: Vec<&'static str>,
}

fn find(text: &str, format: Format) -> Found {
    let analysis = Analysis::new(Document::new(text, format), Options::default());
    let mut found = Found {
        schema: Vec::new(),
        other: Vec::new(),
        syntax: Vec::new(),
        all: Vec::new(),
    };
    for finding in &analysis.findings {
        let rule = rule(finding.rule).unwrap();
        let severity = finding.severity.unwrap_or(rule.severity);
        found.all.push(rule.id);
        let line = analysis.document.text().line_of(finding.range.start) + 1;
        let words = format!("{line}: {}: {}", rule.id, finding.message);
        if rule.group == Group::Syntax {
            found.syntax.push(words);
        } else if rule.id == "oauth2-flows-extension"
            || (severity == Severity::Error
                && (rule.basis == Basis::Schema || finding.severity.is_some()))
        {
            found.schema.push(words);
        } else if severity == Severity::Error {
            found.other.push(rule.id);
        }
    }
    found
}

/// Where we differ from the official schema on purpose, by file ending and the disagreement's
/// number in SPEC.md.
const NAMED: &[(&str, &str)] = &[];

#[test]
fn real_documents_agree_with_the_official_schema() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus"));
    let Ok(index) = std::fs::read_to_string(folder.join("index.jsonl")) else {
        println!("no corpus at {}: not compared", folder.display());
        return;
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for line in index.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let file = entry["file"].as_str().unwrap();
        let Some(format) = entry["format"].as_str() else {
            continue;
        };
        let format = if format == "json" {
            Format::Json
        } else {
            Format::Yaml
        };
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
            *counts.entry("not UTF-8".to_owned()).or_insert(0) += 1;
            continue;
        };
        let found = find(&text, format);
        for id in &found.all {
            *rules.entry(id).or_insert(0) += 1;
        }
        let errors = &entry["verdict"]["ajv_sec_errors"];
        let Some(errors) = errors.as_u64() else {
            *counts
                .entry("no verdict of the schema".to_owned())
                .or_insert(0) += 1;
            continue;
        };
        let label = match (errors > 0, found.schema.is_empty()) {
            (true, false) => "both reject",
            (false, true) => "both accept",
            (true, true) => "ONLY THE SCHEMA REJECTS",
            (false, false) => "ONLY WE REJECT",
        };
        if NAMED.iter().any(|(end, _)| file.ends_with(end)) {
            *counts.entry("differs on purpose".to_owned()).or_insert(0) += 1;
            continue;
        }
        *counts.entry(label.to_owned()).or_insert(0) += 1;
        if label.starts_with("ONLY") {
            differences.push(format!(
                "{label}: {file} ({errors})\n  {:?}\n  syntax {:?}",
                found.schema, found.syntax
            ));
        }
        for id in found.other {
            *counts
                .entry(format!("error beside the schema: {id}"))
                .or_insert(0) += 1;
        }
    }
    println!("{counts:#?}\nfindings by rule: {rules:#?}");
    for difference in &differences {
        println!("{difference}");
    }
    assert!(differences.is_empty());
}
