//! The law of the baseline: whatever is edited elsewhere, no old finding wakes.
//!
//! `BASELINE_DOCUMENTS=3000 cargo test --test baseline -- --nocapture` takes more real documents, and
//! `BASELINE_SEED` gives other edits.
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
mod outside;
#[path = "pages/page.rs"]
#[allow(dead_code)]
mod page;

use std::collections::BTreeMap;
use std::sync::Arc;

use asyncapi_security_lsp::analysis::baseline::known_of;
use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::Node;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;
use documents::Source;
use mutant::Random;

/// Edits of each document.
const EDITS: usize = 100;

/// Real documents in an ordinary run.
const DOCUMENTS: usize = 60;

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// Findings that say the same, wherever that is.
fn counts<'f>(
    findings: impl Iterator<Item = &'f Finding>,
) -> BTreeMap<(&'static str, String), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts
            .entry((finding.rule.id, finding.message.to_string()))
            .or_default() += finding.places().count();
    }
    counts
}

/// All nodes of a document.
fn nodes(document: &Document) -> Vec<Node<'_>> {
    let mut all = Vec::new();
    let mut open: Vec<Node<'_>> = document.tree().documents().collect();
    while let Some(node) = open.pop() {
        open.extend(node.items());
        open.extend(node.entries().map(|entry| entry.value));
        all.push(node);
    }
    all
}

/// Something that an author adds or removes, away from what is found: a field, a list item, a comment
/// or a blank line. `None` where the place does not allow it.
fn edit(analysis: &Analysis, random: &mut Random) -> Option<TextEdit> {
    let document = &analysis.document;
    let text = document.text();
    let all = nodes(document);
    let node = all[random.below(all.len())];
    let insert = |offset: usize, new_text: String| TextEdit {
        range: TextRange::empty(offset),
        new_text,
    };
    let first = |node: Node<'_>| {
        let entry = node.entries().next().map(|entry| entry.key.range().start());
        entry.or_else(|| node.items().next().map(|item| item.range().start()))
    };
    let start = first(node)?;
    let line = text.line_range(text.line_of(start));
    let indent = text.slice(TextRange::new(line.start(), start)).into_owned();
    let is_json = document.tree().format() == Format::Json;
    let number = random.below(1_000_000);
    match random.below(4) {
        0 if node.is_mapping() && is_json => Some(insert(start, format!("\"x-{number}\": 1, "))),
        // A block that starts on a line of its own.
        0 if node.is_mapping() && indent.trim().is_empty() => {
            Some(insert(line.start(), format!("{indent}x-{number}: 1\n")))
        }
        1 if node.is_sequence() && !is_json && indent.trim() == "-" => {
            Some(insert(line.start(), format!("{indent}x{number}\n")))
        }
        1 if node.is_sequence() && is_json => Some(insert(start, format!("\"x{number}\", "))),
        2 if !is_json && indent.trim().is_empty() => {
            Some(insert(line.start(), format!("{indent}# note {number}\n")))
        }
        3 => Some(insert(line.start(), "\n".to_owned())).filter(|_| is_json),
        _ => None,
    }
}

#[derive(Default)]
struct Tried {
    documents: usize,
    edits: usize,
    known: usize,
}

fn check(source: &Source, seed: u64, tried: &mut Tried) {
    let before = Analysis::new(
        Document::new(&source.text, source.format),
        Options::default(),
        None,
    );
    if before.findings.is_empty() {
        return;
    }
    let known = known_of(before.document.tree(), before.findings.iter());
    let options = Options {
        known: Arc::new(known.clone()),
        ..Options::default()
    };
    let mut plain = before;
    let mut with = Analysis::new(plain.document.clone(), options, None);
    assert_eq!(with.findings, [], "{}", source.name);
    let old = counts(plain.findings.iter());
    tried.documents += 1;
    tried.known += known.len();
    let mut random = Random::new(seed);
    for _ in 0..EDITS * 4 {
        let Some(edit) = edit(&plain, &mut random) else {
            continue;
        };
        let after = plain.edited(std::slice::from_ref(&edit));
        // What breaks the text is no edit elsewhere.
        if after.document.tree().errors().len() > plain.document.tree().errors().len() {
            continue;
        }
        with = with.edited(std::slice::from_ref(&edit));
        plain = after;
        tried.edits += 1;
        let now = counts(plain.findings.iter());
        for (what, count) in counts(with.findings.iter()) {
            let more = now[&what].saturating_sub(old.get(&what).copied().unwrap_or(0));
            assert!(
                count <= more,
                "{}: {what:?} woke\n{}",
                source.name,
                plain.document.text()
            );
        }
    }
}

fn check_all(sources: &[Source]) {
    let seed = number("BASELINE_SEED").unwrap_or(1) as u64;
    let mut tried = Tried::default();
    for (at, source) in sources.iter().enumerate() {
        check(source, seed ^ (at as u64) << 20, &mut tried);
    }
    let Tried {
        documents,
        edits,
        known,
    } = tried;
    println!("{documents} documents with {known} findings, {edits} edits");
    assert!(
        sources.is_empty() || edits > documents,
        "too few edits are possible"
    );
}

#[test]
fn ours() {
    check_all(&documents::ours());
}

#[test]
fn real_documents() {
    let count = number("BASELINE_DOCUMENTS").unwrap_or(DOCUMENTS);
    let all = documents::files("baseline", "corpus", 60_000);
    let step = (all.len() / count).max(1);
    check_all(&all.into_iter().step_by(step).collect::<Vec<_>>());
}
