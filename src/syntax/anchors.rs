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

/// Where the anchors of a document stand.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// By name, in the order of the text: where the mark stands, where its leaf starts, which
    /// node of the leaf it names.
    by_name: HashMap<Box<str>, Vec<(usize, usize, u32)>>,
}

impl Anchors {
    /// Collects the anchors of all documents of a stream.
    pub fn of(documents: &[(usize, Arc<Piece>)]) -> Self {
        let mut anchors = Self::default();
        for (base, document) in documents {
            marked_leaves(document, *base, &mut |leaf, at| {
                for props in leaf.props() {
                    let node = Node::in_leaf(leaf, at, props.node);
                    let (Some(name), Some((start, _))) = (node.anchor(), props.anchor) else {
                        continue;
                    };
                    let place = (at + start as usize, at, props.node);
                    match anchors.by_name.get_mut(name) {
                        Some(places) => places.push(place),
                        None => {
                            anchors.by_name.insert(name.into(), vec![place]);
                        }
                    }
                }
            });
        }
        for places in anchors.by_name.values_mut() {
            places.sort_unstable();
        }
        anchors
    }

    /// The node with the last anchor of that name before an offset (YAML 1.2.2, section 7.1), in
    /// the document that starts at `base`.
    pub fn before<'t>(
        &self,
        document: &'t Piece,
        base: usize,
        name: &str,
        offset: usize,
    ) -> Option<Node<'t>> {
        let places = self.by_name.get(name)?;
        let count = places.partition_point(|(mark, ..)| *mark < offset);
        let (_, start, index) = *places.get(count.checked_sub(1)?)?;
        let leaf = leaf_at(document, start.checked_sub(base)?)?;
        Some(Node::in_leaf(leaf, start, index))
    }
}

/// The leaf that starts at an offset of a piece.
fn leaf_at(piece: &Piece, offset: usize) -> Option<&Leaf> {
    match piece {
        Piece::Leaf(leaf) => (offset == 0).then_some(leaf),
        Piece::Branch(branch) => {
            let (number, start) = branch.child_at(offset + 1)?;
            leaf_at(branch.child(number)?, offset.checked_sub(start)?)
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
        for index in 0..leaf.node_count() {
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
