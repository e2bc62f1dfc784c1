//! What a document says does not depend on how it is written: each example of each rule's page gives
//! the same rules at the same JSON Pointers as block YAML, as flow YAML on many lines and on one, and
//! as JSON.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/edits.rs"]
mod edits;
#[path = "fixes/laws.rs"]
#[allow(dead_code)]
mod laws;
#[path = "pages/page.rs"]
#[allow(dead_code)]
mod page;

use std::collections::{BTreeMap, BTreeSet};

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::model::pointers::Pointers;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use asyncapi_security_lsp::syntax::tree::Tree;
use laws::four_blanks;
use page::{Language, Page};

/// Rules whose examples are about one form alone.
const OF_ONE_FORM: [&str; 4] = [
    // A comment in the place of a value, which no other form has.
    "security-ref-yaml-comment",
    // Comments, which plain JSON lacks.
    "suppression-unknown-rule",
    "suppression-unused",
    // Every form has mistakes of its own.
    "syntax-error",
];

/// All rules, by rule and pointer; with how often.
fn found(text: &str, format: Format) -> BTreeMap<(&'static str, String), usize> {
    let options = Options {
        rule_set: RuleSet::default().switched_on(RULES.iter().map(|rule| rule.id)),
        ..Options::default()
    };
    let analysis = Analysis::new(Document::new(text, format), options, None);
    let mut pointers = Pointers::new(analysis.document.tree());
    let mut found = BTreeMap::new();
    for finding in &analysis.findings {
        *found
            .entry((finding.rule.id, pointers.of(finding.range)))
            .or_default() += 1;
    }
    found
}

/// A YAML text as JSON, its fields in their order; `ends` are what ends a line, and what a level is
/// indented by.
fn as_json(text: &str, ends: (&str, &str)) -> String {
    let tree = Tree::parse(text, Format::Yaml);
    let mut out = String::new();
    write(&tree, tree.root(), ends, 1, &mut out);
    out
}

fn write(tree: &Tree, node: Node<'_>, ends: (&str, &str), depth: usize, out: &mut String) {
    let node = tree.resolve(node).unwrap_or(node);
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let line = |depth| format!("{}{}", ends.0, ends.1.repeat(depth));
    if node.is_mapping() {
        out.push('{');
        // A key that is there twice is to stay so; what is merged has to become fields.
        let merges = node.entries().any(|entry| entry.key.value() == "<<");
        let entries: Vec<_> = match merges {
            true => tree.fields(node),
            false => node.entries().collect(),
        };
        for (at, entry) in entries.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            *out += &format!("{comma}{}{}: ", line(depth), quoted(entry.key.value()));
            write(tree, entry.value, ends, depth + 1, out);
        }
        *out += &(line(depth - 1) + "}");
    } else if node.is_sequence() {
        out.push('[');
        for (at, item) in node.items().enumerate() {
            *out += &format!("{}{}", if at == 0 { "" } else { "," }, line(depth));
            write(tree, item, ends, depth + 1, out);
        }
        *out += &(line(depth - 1) + "]");
    } else {
        let text = node.value();
        *out += &match node.scalar_type() {
            Some(ScalarType::String) => quoted(text),
            Some(ScalarType::Null) | None => "null".to_owned(),
            _ if serde_json::from_str::<serde_json::Value>(text).is_ok() => text.to_owned(),
            _ => quoted(text),
        };
    }
}

#[test]
fn every_example_is_judged_the_same_in_each_form() {
    let (mut examples, mut forms, mut findings) = (0, 0, 0);
    let (mut wrong, mut of_one_form) = (String::new(), BTreeSet::new());
    for rule in RULES {
        for example in Page::parse(rule.page).unwrap().examples {
            if example.shortened || example.language == Language::Json {
                continue;
            }
            let text = &example.text;
            let expected = found(text, Format::Yaml);
            examples += 1;
            findings += expected.values().sum::<usize>();
            for (name, text, format) in [
                ("block of four blanks", four_blanks(text), Format::Yaml),
                ("flow", as_json(text, ("\n", "  ")), Format::Yaml),
                ("flow on one line", as_json(text, ("", "")), Format::Yaml),
                ("JSON", as_json(text, ("\n", "  ")), Format::Json),
                ("JSON on one line", as_json(text, ("", "")), Format::Json),
            ] {
                forms += 1;
                let found = found(&text, format);
                if found != expected && OF_ONE_FORM.contains(&rule.id) {
                    of_one_form.insert(rule.id);
                } else if found != expected {
                    let more: Vec<_> = found
                        .iter()
                        .filter(|one| expected.get(one.0) != Some(one.1))
                        .collect();
                    let less: Vec<_> = expected
                        .iter()
                        .filter(|one| found.get(one.0) != Some(one.1))
                        .collect();
                    wrong += &format!(
                        "== {} as {name}: only there {more:?}, only in block {less:?}\n",
                        rule.id
                    );
                }
            }
        }
    }
    println!("{examples} examples in {forms} other forms, {findings} findings in each");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(of_one_form.iter().eq(&OF_ONE_FORM), "{of_one_form:?}");
}
