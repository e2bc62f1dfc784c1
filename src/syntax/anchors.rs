//! Anchors and aliases across pieces. Pieces are read alone, so an alias finds its anchor here.

use std::collections::HashMap;
use std::sync::Arc;

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

/// All anchors of a stream, by name: made once for a version, when the first alias is followed.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    by_name: HashMap<Box<str>, Vec<Anchor>>,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// Where its `&` stands.
    mark: usize,
    /// The node's number in its leaf.
    node: u32,
}

impl Anchors {
    /// Lists the anchors of the documents of a stream.
    pub(super) fn of(documents: &[(usize, Arc<Piece>)]) -> Self {
        let mut by_name: HashMap<Box<str>, Vec<Anchor>> = HashMap::new();
        for (base, document) in documents.iter().filter(|(_, piece)| piece.is_marked()) {
            marked_leaves(document, *base, &mut |leaf, at| {
                for props in leaf.props() {
                    let node = Node::in_leaf(leaf, at, props.node);
                    if let (Some((start, _)), Some(name)) = (props.anchor, node.anchor()) {
                        by_name.entry(name.into()).or_default().push(Anchor {
                            mark: at + start as usize,
                            node: props.node,
                        });
                    }
                }
            });
        }
        for anchors in by_name.values_mut() {
            anchors.sort_by_key(|anchor| anchor.mark);
        }
        Self { by_name }
    }

    /// The node with the last anchor of that name in a document before an offset (YAML 1.2.2,
    /// section 7.1).
    pub(super) fn before<'t>(
        &self,
        document: &'t Piece,
        base: usize,
        name: &str,
        offset: usize,
    ) -> Option<Node<'t>> {
        let anchors = self.by_name.get(name)?;
        let count = anchors.partition_point(|anchor| anchor.mark < offset);
        let last = anchors.get(count.checked_sub(1)?)?;
        if last.mark < base {
            return None;
        }
        let (leaf, at) = leaf_at(document, base, last.mark + 1)?;
        Some(Node::in_leaf(leaf, at, last.node))
    }
}

/// The leaf in which the character before an offset lies, and where it starts.
fn leaf_at(document: &Piece, base: usize, offset: usize) -> Option<(&Leaf, usize)> {
    let (mut piece, mut base) = (document, base);
    loop {
        match piece {
            Piece::Leaf(leaf) => return Some((leaf, base)),
            Piece::Branch(branch) => {
                let (number, at) = branch.child_at(offset.checked_sub(base)?)?;
                piece = branch.child(number)?;
                base += at;
            }
        }
    }
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
    let mut first = HashMap::new();
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
