//! One cause, one finding, where a line is missing or half typed.

use crate::analysis::{Analysis, Options};
use crate::rules::table::{Severity, rule};
use crate::syntax::document::{Document, Format};

/// Rules and severities of what is more than a hint.
fn found(text: &str) -> Vec<(&'static str, Severity)> {
    let analysis = Analysis::new(Document::new(text, Format::Yaml), Options::default());
    let severity = |finding: &crate::rules::finding::Finding| {
        finding
            .severity
            .unwrap_or(rule(finding.rule).unwrap().severity)
    };
    (analysis.findings.iter())
        .map(|finding| (finding.rule, severity(finding)))
        .filter(|(_, severity)| *severity < Severity::Hint)
        .collect()
}

#[test]
fn a_bracket_closed_at_its_keys_indent_is_no_error() {
    let text =
        "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n    k: {\n      type: plain\n    }\n";
    assert_eq!(found(text), [("syntax-error", Severity::Information)]);
}

#[test]
fn fields_without_their_schemes_name_are_said_once() {
    let text = "asyncapi: 3.0.0\ncomponents:\n  securitySchemes:\n      type: http\n      scheme: bearer\n      description: x\n";
    assert_eq!(
        found(text),
        [("security-scheme-not-object", Severity::Error)]
    );
}

#[test]
fn names_are_not_unknown_where_the_map_of_schemes_is_broken_or_misplaced() {
    let head = "asyncapi: 2.6.0\nservers:\n  s:\n    url: a.io\n    protocol: kafka-secure\n    security:\n      - k: []\n";
    let broken = format!("{head}compo\n");
    assert_eq!(found(&broken), [("syntax-error", Severity::Error)]);
    let misplaced = format!("{head}securitySchemes:\n  k:\n    type: plain\n");
    assert_eq!(
        found(&misplaced),
        [("security-schemes-misplaced", Severity::Error)]
    );
}

#[test]
fn what_is_openapi_or_raml_is_not_ours() {
    for text in [
        "components:\n  securitySchemes:\n    a: {type: apiKey, in: header, name: x}\n    m: {type: mutualTLS}\n",
        "a: {type: apiKey, in: header, name: x}\nb: {type: http, scheme: bearer}\n",
        "#%RAML 1.0\ntitle: x\nsecuritySchemes:\n  o:\n    type: OAuth 2.0\n",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

/// The words of the one finding in an entry of a server's list.
fn words(entry: &str) -> String {
    let text = format!(
        "asyncapi: 3.0.0\nservers:\n  s:\n    host: a.io\n    protocol: kafka-secure\n    security:\n      - {entry}\n"
    );
    let analysis = Analysis::new(Document::new(&text, Format::Yaml), Options::default());
    let mut found = analysis
        .findings
        .iter()
        .filter(|finding| finding.rule == "security-v2-shape-in-v3");
    let words = found.next().unwrap().message.clone();
    assert!(found.next().is_none());
    words
}

#[test]
fn what_replaces_an_entry_of_2_x_loses_nothing() {
    assert!(words("{k: []}").contains("`$ref: '#/components/securitySchemes/k'`"));
    assert!(words("{k: [r]}").contains("`scopes`"));
    assert!(words("{k: [], l: []}").contains("several schemes"));
    assert!(words("{ref: '#/components/securitySchemes/k'}").contains("write `$ref`"));
}
