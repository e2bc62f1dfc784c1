//! The documents on which the laws are tried, and from which mutants are made.

use std::path::{Path, PathBuf};

use asyncapi_security_lsp::rules::registry::RULES;
use asyncapi_security_lsp::syntax::format::Format;

use crate::data;
use crate::outside::outside;
use crate::page::{Language, Page};

/// A document with where it comes from.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub text: String,
    pub format: Format,
}

fn source(name: impl Into<String>, text: impl Into<String>, format: Format) -> Source {
    Source {
        name: name.into(),
        text: text.into(),
        format,
    }
}

/// The fixtures, and the examples on the pages of all rules.
pub fn ours() -> Vec<Source> {
    let mut found = vec![
        source(
            "demo",
            include_str!("../../fixtures/demo.asyncapi.yaml"),
            Format::Yaml,
        ),
        source(
            "broken",
            include_str!("../../fixtures/broken.asyncapi.yaml"),
            Format::Yaml,
        ),
        source(
            "streetlights",
            include_str!("../../fixtures/streetlights.asyncapi.yaml"),
            Format::Yaml,
        ),
        source(
            "chat",
            include_str!("../../fixtures/chat.asyncapi.jsonc"),
            Format::Json,
        ),
    ];
    for rule in RULES {
        let examples = Page::parse(rule.page).unwrap().examples;
        for example in examples.into_iter().filter(|example| !example.shortened) {
            let format = match example.language {
                Language::Yaml => Format::Yaml,
                Language::Json => Format::Json,
            };
            found.push(source(rule.id, example.text, format));
        }
    }
    found
}

/// The conformance cases as JSON.
pub fn conformance() -> Vec<Source> {
    let mut found = Vec::new();
    for case in data::conformance() {
        let text = serde_json::to_string_pretty(&case.document).unwrap();
        let name = format!("{} {}", case.name, case.version);
        found.push(source(name, text, Format::Json));
    }
    found
}

/// Files of a folder that is not ours, each text once.
pub fn files(test: &str, folder: &str, max_len: usize) -> Vec<Source> {
    let Some(folder) = outside(test, folder) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    walk(&folder, &mut paths);
    paths.sort();
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        if text.len() > max_len || !seen.insert(text.clone()) {
            continue;
        }
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let format = if is_json { Format::Json } else { Format::Yaml };
        let name = path.strip_prefix(&folder).unwrap_or(&path);
        found.push(source(name.display().to_string(), text, format));
    }
    found
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}
