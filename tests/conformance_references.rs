//! The rules about references and semantics against documents with known verdicts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;

use std::collections::BTreeSet;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use serde_json::Value;

/// The rules of the catalogue's group `references`.
fn group(catalogue: &[Value]) -> BTreeSet<String> {
    (catalogue.iter())
        .filter(|rule| rule["group"] == "references")
        .map(|rule| rule["id"].as_str().unwrap().to_owned())
        .collect()
}

fn found(text: &str, format: Format, switched_on: &[String]) -> Vec<(String, String)> {
    let options = Options {
        rule_set: RuleSet::default().switched_on(switched_on.iter().map(String::as_str)),
        ..Options::default()
    };
    let analysis = Analysis::new(Document::new(text, format), options, None);
    (analysis.findings.iter())
        .map(|finding| {
            let place = text[finding.range.start()..finding.range.end()].to_owned();
            (finding.rule.id.to_owned(), place)
        })
        .collect()
}

/// Rules that may be right beside the point under test: the documents are small and use little.
const BESIDE: [&str; 5] = [
    "security-scheme-unused",
    "oauth2-scopes-not-selected",
    "security-inline-could-be-ref",
    "security-scheme-duplicate",
    "server-security-empty",
];

#[test]
fn documents_have_the_findings_of_their_point() {
    let group = group(&data::rules());
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in data::conformance() {
        let Some(expected) = case.rules else {
            continue;
        };
        compared += 1;
        let is_repeated_scope = case.name.ends_with("2.x req scopes dup");
        let expected: BTreeSet<String> = (expected.into_iter())
            .filter(|rule| group.contains(rule))
            .collect();
        let text = serde_json::to_string_pretty(&case.document).unwrap();
        let found: BTreeSet<String> = (found(&text, Format::Json, &[]).into_iter())
            .map(|(rule, _)| rule)
            .filter(|rule| group.contains(rule))
            .filter(|rule| expected.contains(rule) || !BESIDE.contains(&&**rule))
            // These repeat a scope in a list that should be empty; the second fault is real.
            .filter(|rule| !(is_repeated_scope && rule == "security-scopes-on-non-oauth"))
            .collect();
        if found != expected {
            wrong.push(format!(
                "{} {}: expected {expected:?}, found {found:?}",
                case.name, case.version
            ));
        }
    }
    println!("{compared} documents compared");
    assert!(compared > 500);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The examples of the catalogue: the bad one has its finding once, the good one has none.
#[test]
fn examples_of_the_catalogue_are_as_it_says() {
    let catalogue = data::rules();
    let group = group(&catalogue);
    let mut wrong = Vec::new();
    for rule in &catalogue {
        let id = rule["id"].as_str().unwrap();
        if !group.contains(id) {
            continue;
        }
        let example = &rule["example"];
        for (which, count) in [("bad", 1), ("good", 0)] {
            let body = example[which].as_str().unwrap();
            let body = match example["mount"].as_str().unwrap() {
                "scheme" => format!("components: {{securitySchemes: {{k: {body}}}}}"),
                "schemes" => format!("components: {{securitySchemes: {body}}}"),
                _ => body.to_owned(),
            };
            let version = example["version"].as_str().unwrap();
            let text = format!("asyncapi: {version}\n{body}\n");
            let all = found(&text, Format::Yaml, &[id.to_owned()]);
            if all.iter().filter(|(rule, _)| rule == id).count() != count {
                wrong.push(format!("{id} {which}: {all:?} in\n{text}"));
            }
            if which == "good" {
                for (other, place) in &all {
                    if group.contains(other) && other != "security-scheme-unused" {
                        println!("{id}: the good example has {other} at {place}");
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
