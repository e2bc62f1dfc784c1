//! Iterates over the children of a collection across chunk boundaries.

use super::{Entry, InChunk, Node};
use crate::syntax::chunk::{Branch, Child, Chunk};
use crate::syntax::format::Format;
use crate::syntax::leaf::{Frame, Leaf};
use crate::text::range::TextRange;

/// See [`Node::entries`].
#[derive(Clone)]
pub struct Entries<'t> {
    pub(super) children: ChildNodes<'t>,
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        let key = self.children.next()?;
        let value = self.children.next()?;
        Some(Entry { key, value })
    }
}

/// See [`Node::items`].
#[derive(Clone)]
pub struct Items<'t> {
    pub(super) children: ChildNodes<'t>,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        self.children.next()
    }
}

/// The children of a collection, one by one: key, value, key, value ... or items.
#[derive(Clone)]
pub(super) struct ChildNodes<'t> {
    /// What remains of the current leaf: leaf, offset, next node, end.
    leaf: Option<(&'t Leaf, usize, u32, u32)>,
    /// A key and its value, which come next.
    pair: Option<(Node<'t>, Node<'t>)>,
    /// The value of the key that was just returned.
    value: Option<Node<'t>>,
    /// The remaining chunks, and the offset of the first.
    chunks: &'t [Child],
    at: usize,
}

impl<'t> ChildNodes<'t> {
    fn nothing() -> Self {
        Self {
            leaf: None,
            pair: None,
            value: None,
            chunks: &[],
            at: 0,
        }
    }

    pub(super) fn new(node: Node<'t>, wanted: bool) -> Self {
        let mut children = Self::nothing();
        if !wanted {
            return children;
        }
        match node.chunk {
            InChunk::Leaf(leaf, index) => {
                let size = node.data().map_or(1, |data| data.size);
                children.leaf = Some((leaf, node.base, index + 1, index + size));
            }
            InChunk::Branch(branch) => {
                children.chunks = &branch.children;
                children.at = node.base + branch.layout.body;
            }
        }
        children
    }

    /// The same from the first chunk on that touches the offset; in a leaf from a child before it.
    pub(super) fn near(node: Node<'t>, wanted: bool, offset: usize) -> Self {
        let mut children = Self::new(node, wanted);
        if !wanted {
            return children;
        }
        match node.chunk {
            InChunk::Leaf(leaf, index) => {
                let child = leaf.child_before(index, offset.saturating_sub(node.base));
                if let (Some((.., next, _)), Some(child)) = (&mut children.leaf, child) {
                    *next = child;
                }
            }
            InChunk::Branch(branch) => {
                let (start, chunks) = branch.children_from(offset.saturating_sub(children.at));
                children.at += start;
                children.chunks = chunks;
                children.enter_leaf(offset);
            }
        }
        children
    }

    /// Enters the first chunk if it is a leaf, at a child before the offset.
    fn enter_leaf(&mut self, offset: usize) {
        if let Some((first, rest)) = self.chunks.split_first()
            && let Chunk::Leaf(leaf) = &*first.chunk
            && let Some(child) = leaf.child_before(0, offset.saturating_sub(self.at))
        {
            let end = leaf.node(0).map_or(0, |root| root.size);
            self.leaf = Some((leaf, self.at, child, end));
            self.at += first.len();
            self.chunks = rest;
        }
    }

    /// The next child; `None` at the end.
    fn next(&mut self) -> Option<Node<'t>> {
        if let Some(value) = self.value.take() {
            return Some(value);
        }
        if let Some((key, value)) = self.pair.take() {
            self.value = Some(value);
            return Some(key);
        }
        loop {
            if let Some((leaf, base, next, end)) = self.leaf {
                if next < end {
                    let size = leaf.node(next).map_or(1, |data| data.size);
                    self.leaf = Some((leaf, base, next + size.max(1), end));
                    return Some(Node::in_leaf(leaf, base, next));
                }
                self.leaf = None;
            }
            let (first, rest) = self.chunks.split_first()?;
            let base = self.at;
            self.at += first.len();
            self.chunks = rest;
            match &*first.chunk {
                Chunk::Leaf(leaf) => {
                    let size = leaf.node(0).map_or(0, |data| data.size);
                    self.leaf = Some((leaf, base, 1, size));
                }
                Chunk::Branch(branch) => {
                    let value = Node::of_branch(branch, base);
                    let Some(key) = branch.key() else {
                        return Some(value);
                    };
                    self.value = Some(value);
                    return Some(Node::in_leaf(&branch.header, base, key));
                }
            }
        }
    }
}

/// The entries at the root of a chunk that starts at `base`.
pub(super) fn entries_of(chunk: &Chunk, base: usize) -> Entries<'_> {
    let children = match chunk {
        Chunk::Leaf(leaf) => ChildNodes::new(Node::in_leaf(leaf, base, 0), true),
        Chunk::Branch(branch) => {
            let mut pair = ChildNodes::nothing();
            if let Some(key) = branch.key() {
                let value = Node::of_branch(branch, base);
                pair.pair = Some((Node::in_leaf(&branch.header, base, key), value));
            }
            pair
        }
    };
    Entries { children }
}

impl Branch {
    /// The node in the header that is this entry's key; items and documents have none.
    fn key(&self) -> Option<u32> {
        (self.layout.frame == Frame::Entries && self.header.node_count() > 1).then_some(1)
    }

    /// The range of the value, from the start of this branch.
    pub(super) fn value_range(&self) -> TextRange {
        let body = self.layout.body;
        if self.format == Format::Json {
            let end = match self.tail.close_end {
                Some(close) => self.tail_at() + close,
                None => self.last_end().unwrap_or(body),
            };
            return TextRange::new(self.layout.open_at, end);
        }
        // A sequence starts at its first dash, a mapping at its first key.
        let first = match self.layout.inner {
            Frame::Items => body + self.layout.level,
            _ => ChildNodes::new(Node::of_branch(self, 0), true)
                .next()
                .map_or(body, |child| child.range().start()),
        };
        TextRange::new(first, self.last_end().unwrap_or(first).max(first))
    }

    /// The end of the last node, from the start of this branch.
    fn last_end(&self) -> Option<usize> {
        self.children_from_end().find_map(|(at, child)| {
            let end = match &*child.chunk {
                Chunk::Leaf(leaf) => {
                    let root = leaf.node(0).filter(|root| root.size > 1);
                    root.map(|root| root.end as usize)
                }
                Chunk::Branch(branch) => Some(branch.value_range().end()),
            };
            end.map(|end| at + end)
        })
    }
}
