//! The nodes of a leaf, in half the space where its text is short, as nearly always.

use std::borrow::Cow;

use super::{NodeData, NodeKind};

/// The nodes of a leaf, in preorder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Nodes {
    /// All numbers fit into 16 bits.
    Narrow(Box<[Narrow]>),
    /// Any.
    Wide(Box<[NodeData]>),
}

/// See [`NodeData`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Narrow {
    start: u16,
    end: u16,
    size: u16,
    kind: NodeKind,
    flags: u8,
}

impl Nodes {
    pub(super) fn new(nodes: Vec<NodeData>) -> Self {
        let most = |node: &NodeData| node.start.max(node.end).max(node.size);
        if nodes.iter().all(|node| most(node) <= u16::MAX.into()) {
            Self::Narrow(nodes.iter().map(Narrow::new).collect())
        } else {
            Self::Wide(nodes.into())
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<NodeData> {
        match self {
            Self::Narrow(nodes) => nodes.get(index).map(|node| node.wide()),
            Self::Wide(nodes) => nodes.get(index).copied(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Narrow(nodes) => nodes.len(),
            Self::Wide(nodes) => nodes.len(),
        }
    }

    pub(super) fn all(&self) -> Cow<'_, [NodeData]> {
        match self {
            Self::Narrow(nodes) => nodes.iter().map(|node| node.wide()).collect(),
            Self::Wide(nodes) => Cow::Borrowed(nodes),
        }
    }
}

impl Narrow {
    fn new(node: &NodeData) -> Self {
        let narrow = |number| u16::try_from(number).unwrap_or(u16::MAX);
        Self {
            start: narrow(node.start),
            end: narrow(node.end),
            size: narrow(node.size),
            kind: node.kind,
            flags: node.flags,
        }
    }

    fn wide(self) -> NodeData {
        NodeData {
            start: self.start.into(),
            end: self.end.into(),
            size: self.size.into(),
            kind: self.kind,
            flags: self.flags,
        }
    }
}
