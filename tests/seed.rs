//! The main job: an OAuth2 authorization code flow, as a bare scheme and inside of documents, in
//! JSON and YAML, whole, without its `tokenUrl` and with a relative one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/outside.rs"]
mod outside;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use serde_json::{Value, json};

/// Schemes of our own in the shape of the document this project was started from.
fn own_schemes() -> Vec<Value> {
    vec![
        json!({
            "type": "oauth2",
            "flows": {"authorizationCode": {
                "authorizationUrl": "https://login.example.com/authorize",
                "tokenUrl": "https://login.example.com/token",
                "refreshUrl": "https://login.example.com/refresh",
                "availableScopes": {"read:orders": "Read orders", "write:orders": "Write orders"}
            }},
            "description": "Log in at the web site"
        }),
        json!({
            "type": "oauth2",
            "flows": {"authorizationCode": {
                "authorizationUrl": "https://login.example.com/common/oauth2/v2.0/authorize",
                "tokenUrl": "https://login.example.com/common/oauth2/v2.0/token",
                "availableScopes": {"user.read": "Read the profile"}
            }}
        }),
    ]
}

/// The schemes shown in the document this project was started from.
fn seed_schemes() -> Option<Vec<Value>> {
    let folder = outside::outside("schemes_of_the_seed_document", "seeds")?;
    let mut schemes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap();
        for (at, _) in text.match_indices("{\n\"type\": \"oauth2\"") {
            let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter();
            schemes.push(values.next().unwrap().unwrap());
        }
    }
    assert_eq!(schemes.len(), 2, "the seed document shows two schemes");
    Some(schemes)
}

/// A scheme as a version writes it: alone, below `components` and used by a server.
fn documents(scheme: &Value) -> Vec<(&'static str, Value)> {
    let mut old = scheme.clone();
    let flow = &mut old["flows"]["authorizationCode"];
    let scopes = flow
        .as_object_mut()
        .unwrap()
        .remove("availableScopes")
        .unwrap();
    let first = scopes.as_object().unwrap().keys().next().unwrap().clone();
    flow["scopes"] = scopes;
    let mut selected = scheme.clone();
    selected["scopes"] = json!([first]);
    vec![
        ("bare", scheme.clone()),
        (
            "2.6.0",
            json!({
                "asyncapi": "2.6.0", "info": {"title": "t", "version": "1"}, "channels": {},
                "servers": {"s": {"url": "broker.example.com", "protocol": "kafka-secure", "security": [{"login": [first]}]}},
                "components": {"securitySchemes": {"login": old}}
            }),
        ),
        (
            "3.0.0",
            json!({
                "asyncapi": "3.0.0", "info": {"title": "t", "version": "1"},
                "servers": {"s": {"host": "broker.example.com", "protocol": "kafka-secure", "security": [{"$ref": "#/components/securitySchemes/login"}]}},
                "components": {"securitySchemes": {"login": selected}}
            }),
        ),
    ]
}

fn render(value: &Value, format: Format) -> String {
    match format {
        Format::Json => serde_json::to_string_pretty(value).unwrap(),
        Format::Yaml => {
            let mut out = String::new();
            block(value, 0, &mut out);
            out
        }
    }
}

fn block(value: &Value, indent: usize, out: &mut String) {
    for (key, value) in value.as_object().unwrap() {
        let key = if key.contains(':') {
            format!("{key:?}")
        } else {
            key.clone()
        };
        out.push_str(&format!("{:indent$}{key}:", ""));
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push('\n');
                block(value, indent + 2, out);
            }
            Value::String(text) if text.starts_with("https://") => {
                out.push_str(&format!(" {text}\n"))
            }
            other => out.push_str(&format!(" {other}\n")),
        }
    }
}

/// What is found: rule, text of the place, severity.
fn findings(text: &str, format: Format) -> Vec<(&'static str, String, Severity)> {
    let analysis = Analysis::new(Document::new(text, format), Options::default(), None);
    analysis
        .findings
        .iter()
        // The hosts are those of a sample.
        .filter(|finding| finding.rule.id != "url-example-host")
        .map(|finding| {
            let place = analysis.document.text().slice(finding.range).into_owned();
            let severity = finding.severity.unwrap_or(finding.rule.severity);
            (
                finding.rule.id,
                place.trim_matches('"').to_owned(),
                severity,
            )
        })
        .collect()
}

/// Runs every scheme in every document and format after a change of its flow.
fn each(
    schemes: &[Value],
    change: impl Fn(&mut Value),
    check: impl Fn(&str, &[(&'static str, String, Severity)]),
) {
    for mut scheme in schemes.iter().cloned() {
        change(&mut scheme["flows"]["authorizationCode"]);
        for (name, document) in documents(&scheme) {
            for format in [Format::Yaml, Format::Json] {
                let text = render(&document, format);
                check(
                    &format!("{name} {format:?}\n{text}"),
                    &findings(&text, format),
                );
            }
        }
    }
}

#[test]
fn schemes_of_our_own() {
    all_is_said_once(&own_schemes());
}

#[test]
fn schemes_of_the_seed_document() {
    if let Some(schemes) = seed_schemes() {
        all_is_said_once(&schemes);
    }
}

fn all_is_said_once(schemes: &[Value]) {
    a_whole_flow_has_no_finding(schemes);
    a_missing_token_url_is_one_finding_on_the_flow(schemes);
    a_relative_token_url_is_one_finding_on_the_value(schemes);
    a_reference_without_scopes_is_at_most_a_hint(schemes);
}

fn a_whole_flow_has_no_finding(schemes: &[Value]) {
    each(
        schemes,
        |_| {},
        |name, found| assert_eq!(found, [], "{name}"),
    );
}

fn a_missing_token_url_is_one_finding_on_the_flow(schemes: &[Value]) {
    each(
        schemes,
        |flow| {
            flow.as_object_mut().unwrap().remove("tokenUrl");
        },
        |name, found| {
            let expected = (
                "oauth2-flow-missing-field",
                "authorizationCode".to_owned(),
                Severity::Error,
            );
            assert_eq!(found, [expected], "{name}");
        },
    );
}

fn a_relative_token_url_is_one_finding_on_the_value(schemes: &[Value]) {
    each(
        schemes,
        |flow| flow["tokenUrl"] = json!("/token"),
        |name, found| {
            let expected = ("url-not-absolute", "/token".to_owned(), Severity::Error);
            assert_eq!(found, [expected], "{name}");
        },
    );
}

/// A shared scheme that names no scope to ask for is right, and only faintly remarked on.
fn a_reference_without_scopes_is_at_most_a_hint(schemes: &[Value]) {
    for scheme in schemes {
        let (_, mut document) = documents(scheme).pop().unwrap();
        document["components"]["securitySchemes"]["login"] = scheme.clone();
        for format in [Format::Yaml, Format::Json] {
            let text = render(&document, format);
            let found = findings(&text, format);
            assert!(
                matches!(
                    &found[..],
                    [("oauth2-scopes-not-selected", _, Severity::Hint)]
                ),
                "{found:?}\n{text}"
            );
        }
    }
}
