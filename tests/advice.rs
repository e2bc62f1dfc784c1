//! The rules about advice against the catalogue, where it is there: each bad example has its
//! finding once at the catalogue's severity, each good one has none, in every version to which
//! the rule applies, in YAML and in JSON.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::table::{Group, rule};
use asyncapi_security_lsp::syntax::document::{Document, Format, Tree};
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use serde_json::Value;

const GROUPS: [Group; 6] = [
    Group::OAuth2,
    Group::OpenId,
    Group::Http,
    Group::Transport,
    Group::Coverage,
    Group::Secrets,
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// An example as a document of a version; examples of 3.x are written anew for 2.x.
fn mounted(example: &Value, side: &str, version: &str) -> Option<String> {
    let written = text(&example["version"]);
    let is_other = version[..1] != written[..1];
    let mut body = text(&example[side]).to_owned();
    if is_other && written.starts_with('2') {
        return None;
    }
    let head = format!("asyncapi: {version}\n");
    if text(&example["mount"]) == "scheme" {
        if is_other {
            // The list of scopes stands in the requirement.
            if body.contains(", scopes: [") {
                return None;
            }
            body = body.replace("availableScopes:", "scopes:");
            return Some(format!(
                "{head}servers: {{s: {{url: b.example.com, protocol: wss, security: [{{k: []}}]}}}}\n\
                 components: {{securitySchemes: {{k: {body}}}}}\n"
            ));
        }
        return Some(format!(
            "{head}servers: {{s: {{host: b.example.com, protocol: wss, security: [\
             {{$ref: \"#/components/securitySchemes/k\"}}]}}}}\n\
             components: {{securitySchemes: {{k: {body}}}}}\n"
        ));
    }
    if is_other {
        if body.contains("operations:") || body.contains("security: [{type") {
            return None;
        }
        for name in ["b", "k", "e"] {
            let reference = format!("{{$ref: \"#/components/securitySchemes/{name}\"}}");
            body = body.replace(&reference, &format!("{{{name}: []}}"));
        }
        body = body
            .replace("availableScopes:", "scopes:")
            .replace("host:", "url:");
    }
    Some(format!("{head}{body}\n"))
}

fn json(node: Node<'_>) -> String {
    if node.is_mapping() {
        let members: Vec<String> = node
            .entries()
            .map(|entry| {
                let key = serde_json::to_string(entry.key.value()).unwrap();
                format!("{key}: {}", json(entry.value))
            })
            .collect();
        return format!("{{\n{}\n}}", members.join(",\n"));
    }
    if node.is_sequence() {
        let items: Vec<String> = node.items().map(json).collect();
        return format!("[{}]", items.join(", "));
    }
    match node.scalar_type() {
        Some(ScalarType::String) => serde_json::to_string(node.value()).unwrap(),
        _ => node.value().to_owned(),
    }
}

fn found(source: &str, format: Format, id: &str) -> Vec<(String, String, String)> {
    let options = Options {
        switched_on: vec![id.to_owned()],
        ..Options::default()
    };
    let analysis = Analysis::new(Document::new(source, format), options);
    let findings = analysis.findings.iter();
    findings
        .map(|finding| {
            let severity = (finding.severity).unwrap_or(rule(finding.rule).unwrap().severity);
            let place = source[finding.range.start..finding.range.end].to_owned();
            (finding.rule.to_owned(), severity.as_str().to_owned(), place)
        })
        .collect()
}

#[test]
fn examples_are_found_once_in_every_version_and_format() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spec/rules.json");
    let Ok(catalogue) = std::fs::read_to_string(path) else {
        println!("the rule catalogue is not there; nothing to compare with");
        return;
    };
    let catalogue: Value = serde_json::from_str(&catalogue).unwrap();
    let mut wrong = Vec::new();
    let (mut rules, mut run) = (0, 0);
    for entry in catalogue["rules"].as_array().unwrap() {
        let id = text(&entry["id"]);
        if !GROUPS.contains(&rule(id).unwrap().group) {
            continue;
        }
        rules += 1;
        for version in entry["appliesTo"].as_array().unwrap() {
            for side in ["bad", "good"] {
                let Some(yaml) = mounted(&entry["example"], side, text(version)) else {
                    continue;
                };
                let tree = Tree::parse(&yaml, Format::Yaml);
                for (source, format) in [
                    (yaml.clone(), Format::Yaml),
                    (json(tree.root()), Format::Json),
                ] {
                    run += 1;
                    let all = found(&source, format, id);
                    let own: Vec<_> = all.iter().filter(|(rule, ..)| rule == id).collect();
                    let is_right = match (side, &*own) {
                        ("bad", [one]) => one.1 == text(&entry["severity"]),
                        ("good", []) => true,
                        _ => false,
                    };
                    if !is_right {
                        wrong.push(format!("{id} {version} {side}: {all:?}\n{source}"));
                    }
                }
            }
        }
    }
    println!("{rules} rules, {run} documents");
    assert_eq!(rules, 44);
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
