//! Walking the children of a collection over the borders of pieces.

use super::{At, Entry, Node};
use crate::syntax::document::Format;
use crate::syntax::index::{Branch, Chunk, Piece};
use crate::syntax::leaf::{Frame, Leaf};
use crate::text::range::TextRange;

/// See [`Node::entries`].
#[derive(Clone)]
pub struct Entries<'t> {
    pub(super) children: Children<'t>,
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
    pub(super) children: Children<'t>,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        self.children.next()
    }
}

/// The children of a collection, one by one: key, value, key, value ... or items.
#[derive(Clone)]
pub(super) struct Children<'t> {
    /// What remains of the leaf at hand.
    leaf: Option<(&'t Leaf, usize, u32, u32)>,
    /// A key and its value, which come next.
    pair: Option<(Node<'t>, Node<'t>)>,
    /// The value of the key just given.
    value: Option<Node<'t>>,
    pub(super) branch: Option<BranchCursor<'t>>,
}

#[derive(Clone)]
pub(super) struct BranchCursor<'t> {
    branch: &'t Branch,
    chunk: usize,
    piece: usize,
    at: usize,
}

impl<'t> Children<'t> {
    pub(super) fn nothing() -> Self {
        Self {
            leaf: None,
            pair: None,
            value: None,
            branch: None,
        }
    }

    pub(super) fn new(node: Node<'t>, wanted: bool) -> Self {
        let mut children = Self::nothing();
        if !wanted {
            return children;
        }
        match node.at {
            At::Leaf(leaf, index) => {
                let size = node.data().map_or(1, |data| data.size);
                children.leaf = Some((leaf, node.base, index + 1, index + size));
            }
            At::Branch(branch) => {
                children.branch = Some(BranchCursor {
                    branch,
                    chunk: 0,
                    piece: 0,
                    at: node.base + branch.plan.body,
                });
            }
        }
        children
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
            let (piece, base) = self.branch.as_mut()?.next()?;
            match piece {
                Piece::Leaf(leaf) => {
                    let size = leaf.node(0).map_or(0, |data| data.size);
                    self.leaf = Some((leaf, base, 1, size));
                }
                Piece::Branch(branch) => {
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

/// The entries of one group of pieces that starts at `base`.
pub(super) fn entries_of<'t>(chunk: &'t Chunk, base: usize) -> impl Iterator<Item = Entry<'t>> {
    let mut at = base;
    chunk.pieces.iter().flat_map(move |piece| {
        let start = at;
        at += piece.len();
        entries_of_piece(piece, start)
    })
}

/// The entries of a piece that starts at `start`.
pub(super) fn entries_of_piece(piece: &Piece, start: usize) -> Entries<'_> {
    let children = match piece {
        Piece::Leaf(leaf) => Children::new(Node::in_leaf(leaf, start, 0), true),
        Piece::Branch(branch) => {
            let mut pair = Children::nothing();
            if let Some(key) = branch.key() {
                let value = Node::of_branch(branch, start);
                pair.pair = Some((Node::in_leaf(&branch.header, start, key), value));
            }
            pair
        }
    };
    Entries { children }
}

impl<'t> BranchCursor<'t> {
    /// Goes to the first piece that the offset touches.
    pub(super) fn skip_to(&mut self, branch: &'t Branch, base: usize, offset: usize) {
        for chunk in &branch.chunks {
            if self.at + chunk.len >= offset {
                break;
            }
            self.at += chunk.len;
            self.chunk += 1;
        }
        let Some(chunk) = branch.chunks.get(self.chunk) else {
            return;
        };
        for piece in &chunk.pieces {
            if self.at + piece.len() >= offset {
                break;
            }
            self.at += piece.len();
            self.piece += 1;
        }
        debug_assert!(self.at >= base);
    }

    fn next(&mut self) -> Option<(&'t Piece, usize)> {
        loop {
            let chunk = self.branch.chunks.get(self.chunk)?;
            if let Some(piece) = chunk.pieces.get(self.piece) {
                let at = self.at;
                self.piece += 1;
                self.at += piece.len();
                return Some((piece, at));
            }
            self.chunk += 1;
            self.piece = 0;
        }
    }
}

impl Branch {
    /// The header's node that is this entry's key; items and whole documents have none.
    fn key(&self) -> Option<u32> {
        (self.plan.has_key && self.header.node_count() > 1).then_some(1)
    }

    /// Where the value lies, from the start of this branch.
    pub(super) fn value_range(&self) -> TextRange {
        if self.format == Format::Json {
            let end = match self.tail.close_end {
                Some(close) => self.plan.body + self.body_len() + close,
                None => self.last_end().unwrap_or(self.plan.body),
            };
            return TextRange::new(self.plan.open_at, end);
        }
        // A sequence starts at its first dash, a mapping at its first key.
        let first = match self.plan.frame {
            Frame::Items => self.plan.body + self.plan.level,
            _ => Children::new(Node::of_branch(self, 0), true)
                .next()
                .map_or(self.plan.body, |child| child.range().start),
        };
        TextRange::new(first, self.last_end().unwrap_or(first).max(first))
    }

    /// The end of the last node below, from the start of this branch.
    fn last_end(&self) -> Option<usize> {
        let mut at = self.plan.body + self.body_len();
        for piece in self
            .chunks
            .iter()
            .rev()
            .flat_map(|chunk| chunk.pieces.iter().rev())
        {
            at -= piece.len();
            let end = match &**piece {
                Piece::Leaf(leaf) => leaf
                    .node(0)
                    .filter(|root| root.size > 1)
                    .map(|root| root.end as usize),
                Piece::Branch(branch) => Some(branch.value_range().end),
            };
            if let Some(end) = end {
                return Some(at + end);
            }
        }
        None
    }
}
