//! Anchors and aliases across chunks. Chunks are read alone, so aliases are resolved here.

use std::collections::HashMap;

use super::chunk::{Child, Chunk, with_offsets};
use super::leaf::{Leaf, NodeKind, SyntaxError, SyntaxErrorKind};
use super::node::Node;

/// Calls `give` for every leaf with an anchor or an alias, in text order. The first chunk starts at
/// `at`.
fn marked_leaves<'t>(children: &'t [Child], at: usize, give: &mut impl FnMut(&'t Leaf, usize)) {
    for (start, child) in with_offsets(children, at).filter(|(_, child)| child.has_anchors()) {
        match &*child.chunk {
            Chunk::Leaf(leaf) => give(leaf, start),
            Chunk::Branch(branch) => {
                marked_leaves(&branch.children, start + branch.layout.body, give);
            }
        }
    }
}

/// The anchors of a document.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// By name, in text order: the offset of the anchor, the start of its leaf, and the index of
    /// its node in the leaf.
    by_name: HashMap<Box<str>, Vec<(usize, usize, u32)>>,
}

impl Anchors {
    /// Collects the anchors of all documents of a stream.
    pub fn of(documents: &[Child]) -> Self {
        let mut anchors = Self::default();
        marked_leaves(documents, 0, &mut |leaf, at| {
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
        for places in anchors.by_name.values_mut() {
            places.sort_unstable();
        }
        anchors
    }

    /// The node with the last anchor of that name before an offset (YAML 1.2.2, section 7.1), in
    /// the document that starts at `base`.
    pub fn before<'t>(
        &self,
        document: &'t Child,
        base: usize,
        name: &str,
        offset: usize,
    ) -> Option<Node<'t>> {
        let places = self.by_name.get(name)?;
        let count = places.partition_point(|(mark, ..)| *mark < offset);
        let (_, start, index) = *places.get(count.checked_sub(1)?)?;
        let leaf = leaf_at(document, base, start)?;
        Some(Node::in_leaf(leaf, start, index))
    }
}

/// The leaf that starts at an offset, in the chunk that starts at `at`.
fn leaf_at(child: &Child, at: usize, offset: usize) -> Option<&Leaf> {
    match &*child.chunk {
        Chunk::Leaf(leaf) => (at == offset).then_some(leaf),
        Chunk::Branch(branch) => {
            let body = at + branch.layout.body;
            let (start, children) = branch.children_from(offset.checked_sub(body)?);
            let (start, child) = with_offsets(children, body + start)
                .find(|(start, child)| start + child.len() > offset)?;
            leaf_at(child, start, offset)
        }
    }
}

/// Adds an error for every alias without an anchor before it.
pub(super) fn check(document: &Child, base: usize, errors: &mut Vec<SyntaxError>) {
    let mut names: Vec<(usize, &str)> = Vec::new();
    let mut aliases = Vec::new();
    marked_leaves(std::slice::from_ref(document), base, &mut |leaf, at| {
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
    let mut first = HashMap::new();
    for (mark, name) in names {
        first.entry(name).or_insert(mark);
    }
    for alias in aliases {
        let range = alias.range();
        if first
            .get(alias.value())
            .is_none_or(|mark| *mark > range.start())
        {
            errors.push(SyntaxError {
                range,
                kind: SyntaxErrorKind::Grammar,
                message: format!(
                    "no anchor `&{}` stands before this alias: define it or correct the name",
                    alias.value()
                ),
            });
        }
    }
}
