//! The 738 documents of the conformance table and ten with nothing else in them, in JSON and
//! re-rendered as YAML: every verdict of the official schemas is met, and every expected rule is
//! found.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;

use std::collections::{BTreeMap, BTreeSet};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::registry::{RULES, rule};
use asyncapi_security_lsp::rules::rule::{Basis, Severity};
use asyncapi_security_lsp::settings::Preset;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use serde_json::Value;

/// Renders plain data as block YAML, strings quoted where a plain scalar would mean something else.
fn yaml(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                out.push_str(&format!("{pad}{}:", scalar(&Value::String(key.clone()))));
                nested(value, indent, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("{pad}-"));
                nested(item, indent, out);
            }
        }
        _ => out.push_str(&format!("{pad}{}\n", scalar(value))),
    }
}

fn nested(value: &Value, indent: usize, out: &mut String) {
    let empty = match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    if empty {
        out.push_str(&format!(" {}\n", scalar(value)));
    } else {
        out.push('\n');
        yaml(value, indent + 2, out);
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
                && !["true", "false", "null", "yes", "no"].contains(&text.to_lowercase().as_str());
            if plain {
                text.clone()
            } else {
                serde_json::to_string(text).unwrap()
            }
        }
        other => other.to_string(),
    }
}

fn findings(text: &str, format: Format) -> Vec<(&'static str, bool, String)> {
    let document = Document::new(text, format);
    let options = Options {
        rule_set: RuleSet::new(Preset::Strict),
        ..Options::default()
    };
    let analysis = Analysis::new(document, options, None);
    analysis
        .findings
        .iter()
        .map(|finding| {
            let rule = finding.rule;
            let severity = finding.severity.unwrap_or(rule.severity);
            // A rule that the prose founds is raised to an error where the schema rejects as well;
            // what the schema alone rejects, and nobody else minds, is only information.
            let raised = finding.severity.is_some();
            let rejects = (severity == Severity::Error && (rule.basis == Basis::Schema || raised))
                || (rule.basis == Basis::Schema && rule.severity == Severity::Information);
            let place = analysis.document.text().slice(finding.range);
            let words = format!("{place:?}: {}", finding.message);
            (finding.rule.id, rejects, words)
        })
        .collect()
}

/// Where we and the official schema differ on purpose, by the disagreement's number in docs/specification.md:
/// a name with characters that the specification forbids makes the schema skip the scheme.
const NAMED: &[(&str, &str)] = &[("scheme key bad char (space) with garbage value", "D06")];

/// What may be found beside the point under test, and beside what is off by default: schemes that
/// the table's documents do not use, scopes on a scheme that takes none, hosts for documentation, and
/// advice on documents that are as small as can be.
const BESIDE: &[&str] = &[
    "oauth2-implicit-flow",
    "oauth2-scopes-empty",
    "oauth2-without-tls",
    "security-scheme-unused",
    "security-scopes-on-non-oauth",
    "server-without-security",
    "url-example-host",
    "user-password-without-tls",
];

fn may_be_beside(id: &str) -> bool {
    rule(id).is_some_and(|rule| !rule.default_on) || BESIDE.contains(&id)
}

#[test]
fn the_conformance_table_agrees() {
    let cases = data::conformance();
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    let mut differences = Vec::new();
    let mut later = BTreeMap::new();
    let mut explained: BTreeMap<&str, usize> = BTreeMap::new();
    let mut beside: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for case in &cases {
        let name = format!("{} {}", case.version, case.name);
        let json = serde_json::to_string_pretty(&case.document).unwrap();
        let mut block = String::new();
        yaml(&case.document, 0, &mut block);
        for (text, format) in [(&json, Format::Json), (&block, Format::Yaml)] {
            let found = findings(text, format);
            let rejects = found.iter().any(|(_, rejects, _)| *rejects);
            let named = NAMED.iter().find(|(case, _)| name.contains(case));
            if let Some((_, id)) = named {
                *explained.entry(*id).or_insert(0) += 1;
            } else if rejects == case.is_valid {
                differences.push(format!(
                    "{name} {format:?}: officially valid is {} but {found:?}\n{text}",
                    case.is_valid
                ));
            }
            let Some(expected) = &case.rules else {
                continue;
            };
            for (id, ..) in &found {
                if !expected.iter().any(|rule| rule == id) {
                    beside.entry(id).or_default().insert(case.name.clone());
                }
            }
            for expected in expected {
                if !known.contains(expected.as_str()) {
                    *later.entry(expected.clone()).or_insert(0) += 1;
                } else if found.iter().filter(|(id, ..)| id == expected).count() != 1 {
                    differences.push(format!(
                        "{name} {format:?}: expected one {expected} in {found:?}\n{text}"
                    ));
                }
            }
        }
    }
    println!(
        "{} documents in two formats, {} differences",
        cases.len(),
        differences.len()
    );
    println!("verdicts that differ on purpose: {explained:?}");
    println!("rules of a later group, not asked for: {later:?}");
    for (id, names) in &beside {
        println!(
            "beside what is expected: {id} in {}: {:?}",
            names.len(),
            names.iter().take(12).collect::<Vec<_>>()
        );
    }
    for difference in differences.iter().take(40) {
        println!("{difference}\n");
    }
    let strangers: Vec<_> = beside.keys().filter(|id| !may_be_beside(id)).collect();
    assert!(
        strangers.is_empty(),
        "found beside what is expected: {strangers:?}"
    );
    assert!(differences.is_empty());
}

/// A document of our own: what it shows, whether the official schema accepts it, the rules that
/// find something in it (beside [`BESIDE`]), the protocol and the `security` list of its server, and
/// its schemes.
struct Own {
    name: &'static str,
    version: &'static str,
    protocol: &'static str,
    is_valid: bool,
    rules: &'static [&'static str],
    security: &'static str,
    schemes: &'static str,
}

const OWN: [Own; 10] = [
    Own {
        name: "passwords for a broker",
        version: "2.6.0",
        protocol: "secure-mqtt",
        is_valid: true,
        rules: &[],
        security: r#"[{"login": []}]"#,
        schemes: r#"{"login": {"type": "userPassword"}}"#,
    },
    Own {
        name: "a flow with all of its fields",
        version: "2.6.0",
        protocol: "https",
        is_valid: true,
        rules: &[],
        security: r#"[{"staff": ["orders:read"]}]"#,
        schemes: r#"{"staff": {"type": "oauth2", "flows": {"clientCredentials": {
            "tokenUrl": "https://login.shop.org/token", "scopes": {"orders:read": "See orders"}}}}}"#,
    },
    Own {
        name: "a reference to a scheme",
        version: "3.0.0",
        protocol: "https",
        is_valid: true,
        rules: &[],
        security: r##"[{"$ref": "#/components/securitySchemes/key"}]"##,
        schemes: r#"{"key": {"type": "httpApiKey", "in": "header", "name": "X-Key"}}"#,
    },
    Own {
        name: "a bearer token",
        version: "3.1.0",
        protocol: "https",
        is_valid: true,
        rules: &[],
        security: r##"[{"$ref": "#/components/securitySchemes/token"}]"##,
        schemes: r#"{"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}"#,
    },
    Own {
        name: "a type that is none",
        version: "2.0.0",
        protocol: "secure-mqtt",
        is_valid: false,
        rules: &["security-scheme-type-unknown"],
        security: r#"[{"login": []}]"#,
        schemes: r#"{"login": {"type": "userPasword"}}"#,
    },
    Own {
        name: "a type of a later version",
        version: "2.0.0",
        protocol: "secure-mqtt",
        is_valid: false,
        rules: &["security-scheme-type-since"],
        security: r#"[{"login": []}]"#,
        schemes: r#"{"login": {"type": "scramSha256"}}"#,
    },
    Own {
        name: "a key of HTTP without its name",
        version: "3.0.0",
        protocol: "https",
        is_valid: false,
        rules: &["security-scheme-missing-field"],
        security: r##"[{"$ref": "#/components/securitySchemes/key"}]"##,
        schemes: r#"{"key": {"type": "httpApiKey", "in": "header"}}"#,
    },
    Own {
        name: "a flow without its token URL",
        version: "3.0.0",
        protocol: "https",
        is_valid: false,
        rules: &["oauth2-flow-missing-field"],
        security: r##"[{"$ref": "#/components/securitySchemes/staff"}]"##,
        schemes: r#"{"staff": {"type": "oauth2", "scopes": ["orders:read"], "flows": {"clientCredentials": {
            "availableScopes": {"orders:read": "See orders"}}}}}"#,
    },
    Own {
        name: "a requirement where an object belongs",
        version: "3.0.0",
        protocol: "secure-mqtt",
        is_valid: false,
        rules: &["security-v2-shape-in-v3"],
        security: r#"[{"login": []}]"#,
        schemes: r#"{"login": {"type": "userPassword"}}"#,
    },
    Own {
        name: "a name that nothing has, which no schema sees",
        version: "2.6.0",
        protocol: "secure-mqtt",
        is_valid: true,
        rules: &["security-requirement-undefined"],
        security: r#"[{"logni": []}]"#,
        schemes: r#"{"login": {"type": "userPassword"}}"#,
    },
];

#[test]
fn documents_of_our_own_agree() {
    for own in OWN {
        let address = if own.version.starts_with('2') {
            r#""url": "broker.shop.org:8883""#
        } else {
            r#""host": "broker.shop.org:8883""#
        };
        let Own {
            version,
            protocol,
            security,
            schemes,
            ..
        } = own;
        let text = format!(
            r#"{{"asyncapi": "{version}", "info": {{"title": "Orders", "version": "1.0.0"}},
            "servers": {{"live": {{{address}, "protocol": "{protocol}", "security": {security}}}}},
            "channels": {{}}, "components": {{"securitySchemes": {schemes}}}}}"#
        );
        let mut block = String::new();
        yaml(&serde_json::from_str(&text).unwrap(), 0, &mut block);
        for (text, format) in [(&text, Format::Json), (&block, Format::Yaml)] {
            let found = findings(text, format);
            let rejects = found.iter().any(|(_, rejects, _)| *rejects);
            assert_eq!(!rejects, own.is_valid, "{}: {found:?}\n{text}", own.name);
            let rules: Vec<&str> = found
                .iter()
                .map(|(id, ..)| *id)
                .filter(|id| !may_be_beside(id))
                .collect();
            assert_eq!(rules, own.rules, "{}: {found:?}\n{text}", own.name);
        }
    }
}
