//! Real documents, if they are available, against the official schemas.

use serde_json::Value;

use super::catalogue::{severity_of, text};
use super::outside::outside;
use super::walk::findings;
use asyncapi_security_lsp::rules::registry::rule;
use asyncapi_security_lsp::rules::rule::{Basis, Severity};
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::tree::Tree;

#[test]
fn real_documents_are_judged_as_the_schemas_judge_them() {
    let test = "rules::real_documents_are_judged_as_the_schemas_judge_them";
    let Some(corpus) = outside(test, "corpus") else {
        return;
    };
    let index = std::fs::read_to_string(corpus.join("index.jsonl")).unwrap();
    let (mut read, mut false_alarms, mut missed) = (0, Vec::new(), Vec::new());
    for line in index.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let Some(schema_errors) = entry["verdict"]["ajv_sec_errors"].as_u64() else {
            continue;
        };
        let format = match entry["format"].as_str() {
            Some("json") => Format::Json,
            Some(_) => Format::Yaml,
            None => continue,
        };
        let Ok(source) = std::fs::read_to_string(corpus.join(text(&entry["file"]))) else {
            continue;
        };
        let tree = Tree::parse(&source, format);
        if !tree.errors().is_empty() {
            continue;
        }
        read += 1;
        let errors: Vec<_> = findings(&tree)
            .into_iter()
            .filter(|finding| severity_of(finding) == Severity::Error)
            .collect();
        if schema_errors > 0 && errors.is_empty() {
            missed.push(text(&entry["file"]).to_owned());
        }
        // The schemas accept what only the prose requires.
        let is_of_schema = |id: &str| rule(id).is_some_and(|rule| rule.basis == Basis::Schema);
        for finding in errors
            .iter()
            .filter(|finding| schema_errors == 0 && is_of_schema(finding.rule.id))
        {
            false_alarms.push(format!(
                "{} {} {:?} {}",
                text(&entry["file"]),
                finding.rule.id,
                &source[finding.range.start()..finding.range.end()],
                finding.message
            ));
        }
    }
    println!("{read} documents were read");
    assert!(
        false_alarms.is_empty() && missed.is_empty(),
        "{}\nMISSED\n{}",
        false_alarms.join("\n"),
        missed.join("\n")
    );
}
