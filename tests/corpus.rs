//! Real documents: no error that the official schema does not have, other than those that only
//! the specification's text founds, and every security part that the schema rejects is found.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/outside.rs"]
mod outside;

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::DocumentKind;
use asyncapi_security_lsp::rules::registry::SYNTAX_ERROR;
use asyncapi_security_lsp::rules::rule::{Basis, Group, Severity};
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use serde_json::Value;

struct Found {
    /// Errors that the schema has as well.
    schema: Vec<String>,
    /// Errors that the text of the specification or a standard founds.
    other: Vec<&'static str>,
    /// Faults of the text itself.
    syntax: Vec<String>,
    all: Vec<&'static str>,
    /// Not a document of ours.
    is_silent: bool,
}

/// Each finding lies inside of the document, on character boundaries, and takes something of it.
fn check_ranges(text: &str, analysis: &Analysis) {
    for finding in &analysis.findings {
        let related = finding.related().iter().map(|related| related.range);
        for range in std::iter::once(finding.range).chain(related) {
            let shown = text.get(range.start()..range.end());
            assert!(
                shown.is_some(),
                "{} at {range:?} of\n{text}",
                finding.rule.id
            );
        }
        assert!(
            !finding.range.is_empty() || text.is_empty(),
            "{} underlines nothing at {:?} of\n{text}",
            finding.rule.id,
            finding.range
        );
    }
}

/// Documents that end anywhere, for a document is half-typed most of the time.
#[test]
fn findings_lie_inside_of_half_a_document() {
    let mut count = 0;
    for (text, format) in [
        (
            include_str!("../fixtures/broken.asyncapi.yaml"),
            Format::Yaml,
        ),
        (include_str!("../fixtures/demo.asyncapi.yaml"), Format::Yaml),
        (
            include_str!("../fixtures/chat.asyncapi.jsonc"),
            Format::Json,
        ),
    ] {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let text = &text[..end];
            let analysis = Analysis::new(Document::new(text, format), Options::default(), None);
            check_ranges(text, &analysis);
            count += analysis.findings.len();
        }
    }
    assert!(count > 1_000, "only {count} findings were looked at");
}

fn find(text: &str, format: Format) -> Found {
    let analysis = Analysis::new(Document::new(text, format), Options::default(), None);
    check_ranges(text, &analysis);
    let mut found = Found {
        schema: Vec::new(),
        other: Vec::new(),
        syntax: Vec::new(),
        all: Vec::new(),
        is_silent: analysis.model.kind == DocumentKind::Other,
    };
    for finding in &analysis.findings {
        let rule = finding.rule;
        let severity = finding.severity.unwrap_or(rule.severity);
        found.all.push(rule.id);
        let line = analysis.document.text().line_of(finding.range.start()) + 1;
        let words = format!("{line}: {}: {}", rule.id, finding.message);
        if rule.group == Group::Syntax {
            if rule == SYNTAX_ERROR {
                found.syntax.push(words);
            }
        } else if (rule.basis == Basis::Schema && rule.severity == Severity::Information)
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

/// Where we differ from the official verdict on purpose, by file ending, with the reason. Both
/// texts are no YAML (a quote that is never closed, a line of dots for something left out), and
/// what was made of them to ask the schema is not what stands there.
const NAMED: &[(&str, &str)] = &[
    ("docs/pages/userPassword.md.L12.yaml", "not well-formed"),
    ("migration/migrating-to-v3.md.L254.yaml", "not well-formed"),
    // `{...}` stands for a scheme.
    ("v2-core-ruleset.md.L16.yaml", "left out"),
    ("v2-core-ruleset.md.L53.yaml", "left out"),
    ("v2-core-ruleset.md.L255.yaml", "left out"),
    ("v2-core-ruleset.md.L294.yaml", "left out"),
];

/// What established parsers say of a text: whether it is well-formed, if they agree.
fn well_formed(text: &str, format: Format) -> Option<bool> {
    if format == Format::Json {
        // Comments and trailing commas are ours alone, so a refusal says nothing.
        return serde_json::from_str::<serde::de::IgnoredAny>(text)
            .ok()
            .map(|_| true);
    }
    let one = saphyr_parser::Parser::new_from_str(text).all(|event| event.is_ok());
    let options = granit_parser::options! { strict_indentation: true };
    let two =
        granit_parser::Parser::new_from_str_with_options(text, options).all(|event| event.is_ok());
    (one == two).then_some(one)
}

#[test]
fn real_documents_agree_with_the_official_schema() {
    let test = "real_documents_agree_with_the_official_schema";
    let Some(folder) = outside::outside(test, "corpus") else {
        return;
    };
    let index = std::fs::read_to_string(folder.join("index.jsonl")).unwrap();
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
        if !found.is_silent {
            let verdict = well_formed(&text, format);
            let label = match (verdict, found.syntax.is_empty()) {
                (Some(true), true) | (Some(false), false) => "syntax: same verdict",
                (None, _) => "syntax: no verdict of others",
                _ => "syntax: DIFFERENT",
            };
            *counts.entry(label.to_owned()).or_insert(0) += 1;
            if label.ends_with("DIFFERENT") {
                differences.push(format!("{label}: {file}: {verdict:?} {:?}", found.syntax));
            }
        }
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
