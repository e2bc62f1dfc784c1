//! Anchors and aliases across pieces. Pieces are read alone, so an alias finds its anchor here.

use super::index::{Branch, Piece};
use super::leaf::{Fault, Leaf, NodeKind, SyntaxError};
use super::node::Node;

/// Calls `give` for every leaf with an anchor or an alias, in the order of the text.
fn marked_leaves<'t>(piece: &'t Piece, base: usize, give: &mut impl FnMut(&'t Leaf, usize)) {
    match piece {
        Piece::Leaf(leaf) => give(leaf, base),
        Piece::Branch(branch) => in_branch(branch, base, give),
    }
}

fn in_branch<'t>(branch: &'t Branch, base: usize, give: &mut impl FnMut(&'t Leaf, usize)) {
    let mut at = base + branch.plan.body;
    for chunk in &branch.chunks {
        if chunk.marked {
            let mut start = at;
            for piece in &chunk.pieces {
                if piece.is_marked() {
                    marked_leaves(piece, start, give);
                }
                start += piece.len();
            }
        }
        at += chunk.len;
    }
}

/// The node with the last anchor of that name before an offset (YAML 1.2.2, section 7.1).
pub(super) fn before<'t>(
    document: &'t Piece,
    base: usize,
    name: &str,
    offset: usize,
) -> Option<Node<'t>> {
    let mut found = None;
    marked_leaves(document, base, &mut |leaf, at| {
        for props in leaf.props() {
            let node = Node::in_leaf(leaf, at, props.node);
            let mark = props.anchor.map_or(0, |(start, _)| at + start as usize);
            if mark < offset && node.anchor() == Some(name) {
                found = Some(node);
            }
        }
    });
    found
}

/// Adds an error for every alias that no anchor precedes.
pub(super) fn check(document: &Piece, base: usize, errors: &mut Vec<SyntaxError>) {
    if !document.is_marked() {
        return;
    }
    let mut names: Vec<(usize, &str)> = Vec::new();
    let mut aliases = Vec::new();
    marked_leaves(document, base, &mut |leaf, at| {
        for props in leaf.props() {
            let mark = props.anchor.map_or(0, |(start, _)| at + start as usize);
            names.extend(
                Node::in_leaf(leaf, at, props.node)
                    .anchor()
                    .map(|name| (mark, name)),
            );
        }
        for index in 0..u32::try_from(leaf.nodes().len()).unwrap_or(0) {
            let node = Node::in_leaf(leaf, at, index);
            if node.kind() == NodeKind::Alias && !node.value().is_empty() {
                aliases.push(node);
            }
        }
    });
    let mut first = std::collections::HashMap::new();
    for (mark, name) in names {
        first.entry(name).or_insert(mark);
    }
    for alias in aliases {
        let range = alias.range();
        if first
            .get(alias.value())
            .is_none_or(|mark| *mark > range.start)
        {
            errors.push(SyntaxError {
                range,
                fault: Fault::Grammar,
                message: format!(
                    "no anchor `&{}` stands before this alias: define it or correct the name",
                    alias.value()
                ),
            });
        }
    }
}
