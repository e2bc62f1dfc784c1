//! What is said about a JSON document speaks of JSON: messages, titles of actions, hovers and the
//! texts of completion, on the JSON forms of the fixtures, of the examples on all pages, of the
//! conformance cases, and on such documents with mistakes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "laws/documents.rs"]
#[allow(dead_code)]
mod documents;
#[path = "laws/mutant.rs"]
#[allow(dead_code)]
mod mutant;
#[path = "support/outside.rs"]
#[allow(dead_code)]
mod outside;
#[path = "pages/page.rs"]
#[allow(dead_code)]
mod page;

use std::collections::BTreeMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::ide::actions::{ActionKind, actions};
use asyncapi_security_lsp::ide::completion::complete;
use asyncapi_security_lsp::ide::completion::item::CompletionOptions;
use asyncapi_security_lsp::ide::hover::hover;
use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use asyncapi_security_lsp::syntax::tree::Tree;
use documents::Source;
use mutant::{Random, mutant};

/// Words that only YAML has, in lower case.
const WORDS: [&str; 13] = [
    "yaml",
    "block",
    "dash",
    "dashes",
    "indent",
    "indented",
    "indentation",
    "anchor",
    "anchors",
    "alias",
    "aliases",
    "unquoted",
    "<<",
];

/// What a text says that only YAML has; the author's own words may be anything.
fn yaml_words(text: &str, document: &str) -> Vec<String> {
    let document = document.to_lowercase();
    let prose = text.split('`').step_by(2);
    let is_between = |sign: char| !(sign.is_alphanumeric() || sign == '<');
    let words = prose.flat_map(|part| part.split(is_between).map(str::to_lowercase));
    let mut found: Vec<String> = words
        .filter(|word| WORDS.contains(&word.as_str()) && !document.contains(word.as_str()))
        .collect();
    let in_code = text.split('`').skip(1).step_by(2);
    found.extend(
        in_code
            .filter(|code| is_yaml(code) && !document.contains(&code.to_lowercase()))
            .map(str::to_owned),
    );
    found
}

/// Whether a piece of code is an item or a member as only YAML writes it. Headers of HTTP have
/// upper case, and a URL has slashes.
fn is_yaml(code: &str) -> bool {
    let Some((key, value)) = code.split_once(": ") else {
        return code.starts_with("- ");
    };
    let is_key = key.starts_with(|sign: char| sign.is_lowercase() || "$<-".contains(sign));
    is_key && !value.is_empty() && !value.contains("//")
}

/// The document as JSON; empty if it is not whole. Aliases become what they stand for.
fn as_json(source: &Source) -> String {
    if source.format == Format::Json {
        return source.text.clone();
    }
    let document = Document::new(&source.text, Format::Yaml);
    let tree = document.tree();
    let value = json(tree, tree.root(), 50);
    value.map_or_else(String::new, |value| {
        serde_json::to_string_pretty(&value).unwrap()
    })
}

fn json<'t>(tree: &'t Tree, node: Node<'t>, depth: usize) -> Option<serde_json::Value> {
    let node = tree.resolve(node).unwrap_or(node);
    let depth = depth.checked_sub(1)?;
    if node.is_mapping() {
        let mut object = serde_json::Map::new();
        for entry in node.entries() {
            let key = entry.key.value().to_owned();
            object.insert(key, json(tree, entry.value, depth)?);
        }
        return Some(object.into());
    }
    if node.is_sequence() {
        let items = node.items().map(|item| json(tree, item, depth));
        return items.collect::<Option<Vec<_>>>().map(Into::into);
    }
    Some(match node.scalar_type() {
        Some(ScalarType::Number | ScalarType::Bool) => {
            serde_json::from_str(node.value()).unwrap_or_else(|_| node.value().into())
        }
        Some(ScalarType::String) => node.value().into(),
        _ => serde_json::Value::Null,
    })
}

/// Each so many places of a document are asked for hover and completion.
const PLACES: usize = 7;

/// How often each text with a word of YAML is shown, and where; by kind and text.
type Found = BTreeMap<(&'static str, String), (usize, Vec<String>)>;

/// Everything that is said of a document.
fn texts(text: &str, format: Format, number: usize, mut say: impl FnMut(&'static str, &str)) {
    let mut options = Options::default();
    if number.is_multiple_of(2) {
        options.rule_set = RuleSet::default().switched_on(RULES.iter().map(|rule| rule.id));
    }
    let analysis = Analysis::new(Document::new(text, format), options, None);
    for finding in &analysis.findings {
        say("message", &finding.message);
        for related in finding.related() {
            say("related place", &related.message);
        }
        for action in actions(&analysis, finding.range, |kind| {
            kind == ActionKind::QuickFix
        }) {
            say("action", &action.title);
        }
    }
    let signs = text
        .char_indices()
        .filter(|(_, sign)| "\":,{[".contains(*sign));
    // Another part of the places in each document.
    for (at, sign) in signs.skip(number % PLACES).step_by(PLACES) {
        let at = at + sign.len_utf8();
        if let Some(hover) = hover(&analysis, at) {
            say("hover", &hover.markdown);
        }
        let options = CompletionOptions {
            snippets: true,
            is_asked: true,
        };
        let items = complete(&analysis, at, options).into_iter();
        // The page of a rule is about all documents.
        for item in items.filter(|item| RULES.iter().all(|rule| rule.id != item.label)) {
            say("detail", item.detail.as_deref().unwrap_or_default());
            say(
                "documentation",
                item.documentation.as_deref().unwrap_or_default(),
            );
        }
    }
}

/// Checks documents; returns how many texts were read.
fn check(sources: impl Iterator<Item = Source>) -> usize {
    let mut found = Found::new();
    let mut count = 0;
    for (number, source) in sources.enumerate() {
        let text = as_json(&source);
        texts(&text, Format::Json, number, |kind, said| {
            count += 1;
            let words = yaml_words(said, &text);
            if !words.is_empty() {
                let seen = found.entry((kind, said.to_owned()));
                seen.or_insert((0, words)).0 += 1;
            }
        });
    }
    let table = found.iter().map(|((kind, said), (count, words))| {
        let said = said.replace('\n', "\n    ");
        format!("{count:5} {kind}, {words:?}: {said}\n")
    });
    assert!(found.is_empty(), "{}", table.collect::<String>());
    count
}

#[test]
fn documents() {
    let ours = documents::ours().into_iter();
    let ours = ours.flat_map(|source| [source.clone(), source]);
    let count = check(ours.chain(documents::conformance().into_iter().step_by(3)));
    println!("{count} texts");
    assert!(count > 5_000, "{count}");
}

#[test]
fn mistakes() {
    let mut sources = documents::ours();
    sources.extend(documents::conformance());
    for source in &mut sources {
        source.text = as_json(source);
        source.format = Format::Json;
    }
    let mut random = Random::new(11);
    let mutants = (0..300).map(|_| mutant(&sources, &mut random));
    assert!(check(mutants) > 1_000);
}

/// And the other way: no author of YAML is shown members in braces.
#[test]
fn documents_in_yaml() {
    let ours = documents::ours().into_iter();
    let yaml = ours.filter(|source| source.format == Format::Yaml);
    let mut found = std::collections::BTreeSet::new();
    for (number, source) in yaml.enumerate() {
        texts(&source.text, Format::Yaml, number, |kind, said| {
            let mut code = said.split('`').skip(1).step_by(2);
            let is_json = |code: &str| {
                let is_object = code.starts_with('{') && code.contains(": ");
                is_object || code.starts_with('"') && code.contains("\":")
            };
            if code.any(|code| is_json(code) && !source.text.contains(code)) {
                found.insert(format!("{kind}: {said}"));
            }
        });
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn words_of_yaml_are_known() {
    for text in [
        "put it into a block",
        "write `type: http`",
        "write `- name`",
        "`name: x` is a key",
    ] {
        assert!(!yaml_words(text, "").is_empty(), "{text}");
    }
    for text in [
        "see `https://a`",
        "write `\"type\": \"http\"`",
        "`block` it is",
        "at 10:30: no",
    ] {
        assert!(yaml_words(text, "block").is_empty(), "{text}");
    }
}
