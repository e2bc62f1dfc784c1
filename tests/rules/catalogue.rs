//! The examples of the rule catalogue, the conformance cases and the URLs.

use serde_json::Value;

use super::data;
use super::walk::findings;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::rules::registry::{RULES, rule};
use asyncapi_security_lsp::rules::rule::{Group, Severity};
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::tree::Tree;

/// Rules of the catalogue that other layers find.
const ELSEWHERE: [&str; 1] = ["security-duplicate-key"];

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn mounted(rule: &Value, side: &str, version: &str) -> String {
    let example = &rule["example"];
    let mut body = text(&example[side]).to_owned();
    if version.starts_with('2') && text(&example["version"]).starts_with('3') {
        // The map of scopes has the name of 2.x; the example of the wrong name has that of 3.x.
        let is_of_key = text(&rule["id"]) == "oauth2-scopes-key-wrong-version" && side == "bad";
        body = if is_of_key {
            body.replace("scopes:", "availableScopes:")
        } else {
            body.replace("availableScopes:", "scopes:")
        };
    }
    let head = format!("asyncapi: {version}\ninfo: {{title: t, version: '1'}}\n");
    match text(&example["mount"]) {
        "scheme" => format!("{head}components: {{securitySchemes: {{k: {body}}}}}\n"),
        "schemes" => format!("{head}components: {{securitySchemes: {body}}}\n"),
        "doc" => format!("{head}{body}\n"),
        _ => format!("{body}\n"),
    }
}

/// The severity of a finding: its own, or that of its rule.
pub(super) fn severity_of(finding: &Finding) -> Severity {
    let own = rule(finding.rule.id).unwrap_or_else(|| panic!("{} is no rule", finding.rule.id));
    finding.severity.unwrap_or(own.severity)
}

#[test]
fn the_examples_of_the_catalogue_are_found_and_their_corrections_are_not() {
    let mut wrong = Vec::new();
    let mut run = 0;
    for rule in &data::rules() {
        let id = text(&rule["id"]);
        if !matches!(text(&rule["group"]), "validity" | "urls") || ELSEWHERE.contains(&id) {
            continue;
        }
        let example = &rule["example"];
        for version in rule["appliesTo"].as_array().unwrap() {
            let version = text(version);
            let written = text(&example["version"]);
            if matches!(text(&example["mount"]), "doc" | "none") && version[..1] != written[..1] {
                // The example is a document of the other major version.
                continue;
            }
            for side in ["bad", "good"] {
                let source = mounted(rule, side, version);
                let tree = Tree::parse(&source, Format::Yaml);
                assert_eq!(tree.errors(), [], "{source}");
                let found = findings(&tree);
                run += 1;
                let own = found.iter().filter(|finding| finding.rule.id == id).count();
                let others: Vec<_> = found
                    .iter()
                    .filter(|finding| {
                        finding.rule.id != id && severity_of(finding) == Severity::Error
                    })
                    .collect();
                let expected = usize::from(side == "bad");
                if own != expected || !others.is_empty() {
                    wrong.push(format!(
                        "{id} {version} {side}: {own} times, and {others:?}\n{source}"
                    ));
                }
            }
        }
    }
    println!("{run} examples were run");
    assert!(
        wrong.is_empty(),
        "{} of {run}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_rule_has_a_marked_place_in_our_own_documents() {
    let documents = [
        include_str!("entries.rs"),
        include_str!("flows.rs"),
        include_str!("places.rs"),
        include_str!("scheme_values.rs"),
        include_str!("schemes.rs"),
        include_str!("urls.rs"),
    ]
    .concat();
    for rule in RULES {
        let id = rule.id;
        if matches!(rule.group, Group::Validity | Group::Urls) && !ELSEWHERE.contains(&id) {
            let marked = documents.contains(&format!("^ {id}\n"))
                || documents.contains(&format!("^ {id}\""))
                || documents.contains(&format!("(\"{id}\", "))
                || documents.contains(&format!("{{carets}} {id}"));
            assert!(marked, "{id} is not in our own documents");
        }
    }
}

#[test]
fn conformance_cases_give_the_rules_that_are_expected() {
    let rules = data::rules();
    let is_ours = |id: &str| {
        rules.iter().any(|rule| {
            text(&rule["id"]) == id && matches!(text(&rule["group"]), "validity" | "urls")
        })
    };
    let mut wrong = Vec::new();
    let cases = data::conformance();
    for case in &cases {
        let Some(expected) = &case.rules else {
            continue;
        };
        let mut expected: Vec<&str> = (expected.iter().map(String::as_str))
            .filter(|id| is_ours(id))
            .collect();
        expected.sort_unstable();
        let source = serde_json::to_string_pretty(&case.document).unwrap();
        let tree = Tree::parse(&source, Format::Json);
        assert_eq!(tree.errors(), [], "{source}");
        let mut found = findings(&tree);
        found.retain(|finding| finding.rule.id != "url-example-host");
        let has_error = found
            .iter()
            .any(|finding| severity_of(finding) == Severity::Error);
        let is_valid = case.is_valid;
        let mut ids: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
        ids.sort_unstable();
        // What the official schema rejects is an error here. (The other way round there is
        // more that is wrong than a schema can say.)
        if ids != expected || (!is_valid && !has_error) {
            wrong.push(format!(
                "{} {}: {ids:?}, expected {expected:?}, official {is_valid}",
                case.name, case.version
            ));
        }
    }
    println!("{} cases were run", cases.len());
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn urls_get_the_verdicts_of_the_reference() {
    let cases = data::urls();
    for case in &cases {
        let url = text(&case["url"]);
        let mut expected: Vec<(&str, &str)> = case["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| (text(&found[0]), text(&found[1])))
            .collect();
        expected.sort_unstable();
        let mut found: Vec<(&str, &str)> =
            asyncapi_security_lsp::rules::url::verdicts::verdicts(url)
                .iter()
                .map(|verdict| {
                    assert!(
                        url.get(verdict.part.clone()).is_some(),
                        "{url:?} {verdict:?}"
                    );
                    (verdict.rule.id, super::urls::severity(verdict))
                })
                .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{url:?}");
    }
    println!("{} URLs were compared", cases.len());
}
