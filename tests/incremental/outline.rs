//! What an edited document has that one read from scratch has not. Tests and fuzzing share it.

use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;
use asyncapi_security_lsp::syntax::leaf::{NodeKind, SyntaxError};
use asyncapi_security_lsp::syntax::node::Node;
use asyncapi_security_lsp::text::range::TextRange;

/// The content of a node: depth, kind, range, text, anchor, tag, and whether it is half typed.
type Line<'t> = (
    usize,
    NodeKind,
    TextRange,
    &'t str,
    (Option<&'t str>, Option<&'t str>, bool, bool),
);

fn dump<'t>(node: Node<'t>, depth: usize, out: &mut Vec<Line<'t>>) {
    let props = (
        node.anchor(),
        node.tag(),
        node.lacks_colon(),
        node.is_unclosed(),
    );
    out.push((depth, node.kind(), node.range(), node.value(), props));
    for entry in node.entries() {
        dump(entry.key, depth + 1, out);
        dump(entry.value, depth + 1, out);
    }
    for item in node.items() {
        dump(item, depth + 1, out);
    }
}

/// The content of a document.
#[derive(Debug, PartialEq)]
pub struct Outline<'t> {
    nodes: Vec<Line<'t>>,
    chunks: Vec<TextRange>,
    errors: Vec<SyntaxError>,
}

pub fn outline(document: &Document) -> Outline<'_> {
    let tree = document.tree();
    let mut nodes = Vec::new();
    for root in tree.documents() {
        dump(root, 0, &mut nodes);
    }
    Outline {
        nodes,
        chunks: tree.chunks(),
        errors: [tree.errors(), tree.extensions()].concat(),
    }
}

/// The first difference between an edited document and its text read from scratch.
pub fn difference(document: &Document, language: Language, split_above: usize) -> Option<String> {
    let text = document.text().to_string();
    let fresh = Document::with_chunks(&text, language, split_above);
    let (fresh, kept) = (outline(&fresh), outline(document));
    if fresh == kept {
        return None;
    }
    fn first<T: PartialEq + std::fmt::Debug>(what: &str, fresh: &[T], kept: &[T]) -> String {
        let at = (0..fresh.len().max(kept.len())).find(|at| fresh.get(*at) != kept.get(*at));
        at.map_or(String::new(), |at| {
            format!(
                "{what}\n  fresh {:?}\n  kept  {:?}\n",
                fresh.get(at),
                kept.get(at)
            )
        })
    }
    Some(format!(
        "{}{}{}",
        first("chunks", &fresh.chunks, &kept.chunks),
        first("nodes", &fresh.nodes, &kept.nodes),
        first("errors", &fresh.errors, &kept.errors)
    ))
}
