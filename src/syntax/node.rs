//! The tree as everybody else sees it: nodes with absolute ranges, whatever pieces they lie in.

use super::document::Format;
use super::index::{Branch, Piece};
use super::leaf::{Frame, Leaf, NO_COLON, NodeData, NodeKind, Props, UNCLOSED};
use crate::text::range::TextRange;

/// A node of a [`super::document::Tree`]. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    at: At<'t>,
    /// Where the piece starts in the document.
    base: usize,
}

#[derive(Clone, Copy)]
enum At<'t> {
    Leaf(&'t Leaf, u32),
    Branch(&'t Branch),
}

/// An entry of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key, a scalar as a rule.
    pub key: Node<'t>,
    /// The value; [`NodeKind::Missing`] where none is written.
    pub value: Node<'t>,
}

/// What a plain scalar means by YAML's core schema (YAML 1.2.2, section 10.3.2); a quoted or
/// block scalar is always a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// `null`, `~`, nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// Everything else.
    String,
}

impl<'t> Node<'t> {
    pub(super) fn of_piece(piece: &'t Piece, base: usize) -> Self {
        match piece {
            Piece::Leaf(leaf) => Self::in_leaf(leaf, base, 0),
            Piece::Branch(branch) => Self::of_branch(branch, base),
        }
    }

    pub(super) fn in_leaf(leaf: &'t Leaf, base: usize, index: u32) -> Self {
        Self {
            at: At::Leaf(leaf, index),
            base,
        }
    }

    fn of_branch(branch: &'t Branch, base: usize) -> Self {
        Self {
            at: At::Branch(branch),
            base,
        }
    }

    /// Kind and style.
    pub fn kind(self) -> NodeKind {
        match self.at {
            At::Leaf(..) => self.data().map_or(NodeKind::Missing, |data| data.kind),
            At::Branch(branch) => match (branch.plan.frame, branch.format == Format::Json) {
                (Frame::Items, false) => NodeKind::BlockSequence,
                (Frame::Items, true) => NodeKind::FlowSequence,
                (_, false) => NodeKind::BlockMapping,
                (_, true) => NodeKind::FlowMapping,
            },
        }
    }

    fn data(self) -> Option<&'t NodeData> {
        match self.at {
            At::Leaf(leaf, index) => leaf.nodes().get(index as usize),
            At::Branch(_) => None,
        }
    }

    /// The absolute range, quotes and brackets included, anchor and tag not.
    pub fn range(self) -> TextRange {
        match self.at {
            At::Leaf(..) => self.data().map_or(TextRange::empty(self.base), |data| {
                TextRange::new(data.start as usize, data.end as usize).shifted(self.base)
            }),
            At::Branch(branch) => branch.value_range().shifted(self.base),
        }
    }

    /// The decoded text of a scalar, the name of an alias, `""` for everything else.
    pub fn value(self) -> &'t str {
        match self.at {
            At::Leaf(leaf, index) => leaf.value(index),
            At::Branch(_) => "",
        }
    }

    /// Anchor and tag, if the node has any.
    pub fn props(self) -> Option<&'t Props> {
        match self.at {
            At::Leaf(leaf, index) => leaf.props_of(index),
            At::Branch(_) => None,
        }
    }

    /// The name of the node's anchor, without `&`.
    pub fn anchor(self) -> Option<&'t str> {
        let (start, end) = self.props()?.anchor?;
        let At::Leaf(leaf, _) = self.at else {
            return None;
        };
        leaf.text().get(start as usize + 1..end as usize)
    }

    /// The node's tag as written, with its `!`.
    pub fn tag(self) -> Option<&'t str> {
        let (start, end) = self.props()?.tag?;
        let At::Leaf(leaf, _) = self.at else {
            return None;
        };
        leaf.text().get(start as usize..end as usize)
    }

    /// Whether this is a key that no colon follows (half typed).
    pub fn lacks_colon(self) -> bool {
        self.data().is_some_and(|data| data.flags & NO_COLON != 0)
    }

    /// Whether a quote or bracket of this node is never closed.
    pub fn is_unclosed(self) -> bool {
        self.data().is_some_and(|data| data.flags & UNCLOSED != 0)
    }

    /// Whether this is a mapping, in any style.
    pub fn is_mapping(self) -> bool {
        self.kind().is_mapping()
    }

    /// Whether this is a sequence, in any style.
    pub fn is_sequence(self) -> bool {
        self.kind().is_sequence()
    }

    /// Whether this is a scalar with text, in any style.
    pub fn is_scalar(self) -> bool {
        self.kind().is_scalar()
    }

    /// Whether nothing is written here.
    pub fn is_missing(self) -> bool {
        self.kind() == NodeKind::Missing
    }

    /// What a scalar (or a missing node) means; `None` for collections and aliases.
    pub fn scalar_type(self) -> Option<ScalarType> {
        match self.kind() {
            NodeKind::Missing => Some(ScalarType::Null),
            NodeKind::Plain => Some(match self.tag() {
                Some("!!str" | "!") => ScalarType::String,
                _ => plain_type(self.value()),
            }),
            kind if kind.is_scalar() => Some(ScalarType::String),
            _ => None,
        }
    }

    /// The text of a scalar that is a string; `None` for numbers, null and collections.
    pub fn as_str(self) -> Option<&'t str> {
        (self.scalar_type() == Some(ScalarType::String)).then(|| self.value())
    }

    /// The entries of a mapping in the order of the text, raw: aliases and merge keys as they
    /// are written, repeated keys repeated. Nothing for other nodes.
    pub fn entries(self) -> Entries<'t> {
        Entries {
            children: Children::new(self, self.is_mapping()),
        }
    }

    /// The items of a sequence. Nothing for other nodes.
    pub fn items(self) -> Items<'t> {
        Items {
            children: Children::new(self, self.is_sequence()),
        }
    }

    /// The last entry whose key has this text: of repeated keys, parsers keep the last.
    pub fn get(self, key: &str) -> Option<Entry<'t>> {
        let last = |entries: &mut dyn Iterator<Item = Entry<'t>>| {
            entries
                .filter(|entry| entry.key.value() == key && entry.key.is_scalar())
                .last()
        };
        match self.at {
            At::Leaf(..) => last(&mut self.entries()),
            At::Branch(_) if !self.is_mapping() => None,
            At::Branch(branch) => branch
                .chunks_with(key)
                .find_map(|(at, chunk)| last(&mut entries_of(chunk, self.base + at))),
        }
    }

    /// The entries of a mapping from the last one that starts at or before `offset` on (or
    /// some before it): a way into long mappings that does not walk them.
    pub fn entries_near(self, offset: usize) -> Entries<'t> {
        Entries {
            children: self.children_near(offset, self.is_mapping()),
        }
    }

    /// The same for the items of a sequence.
    pub fn items_near(self, offset: usize) -> Items<'t> {
        Items {
            children: self.children_near(offset, self.is_sequence()),
        }
    }

    fn children_near(self, offset: usize, wanted: bool) -> Children<'t> {
        let mut children = Children::new(self, wanted);
        if let (At::Branch(branch), Some(cursor)) = (self.at, children.branch.as_mut()) {
            cursor.skip_to(branch, self.base, offset);
        }
        children
    }

    /// A number that is the same for two handles of the same node in one tree.
    pub fn identity(self) -> (usize, u32) {
        match self.at {
            At::Leaf(leaf, index) => (std::ptr::from_ref(leaf).addr(), index),
            At::Branch(branch) => (std::ptr::from_ref(branch).addr(), u32::MAX),
        }
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} {:?}", self.kind(), self.range())?;
        if self.is_scalar() {
            write!(formatter, " {:?}", self.value())?;
        }
        Ok(())
    }
}

fn plain_type(text: &str) -> ScalarType {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => ScalarType::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarType::Bool,
        _ if is_number(text) => ScalarType::Number,
        _ => ScalarType::String,
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    }
    // Rust's grammar of decimals is YAML's, but for words and for a lone exponent.
    unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.bytes().any(|byte| byte.is_ascii_digit())
        && unsigned.parse::<f64>().is_ok()
}

/// The children of a collection, one by one: key, value, key, value ... or items.
#[derive(Clone)]
struct Children<'t> {
    /// What remains of the leaf at hand.
    leaf: Option<(&'t Leaf, usize, u32, u32)>,
    /// A key and its value, which come next.
    pair: Option<(Node<'t>, Node<'t>)>,
    /// The value of the key just given.
    value: Option<Node<'t>>,
    branch: Option<BranchCursor<'t>>,
}

#[derive(Clone)]
struct BranchCursor<'t> {
    branch: &'t Branch,
    chunk: usize,
    piece: usize,
    at: usize,
}

impl<'t> Children<'t> {
    fn new(node: Node<'t>, wanted: bool) -> Self {
        let mut children = Self {
            leaf: None,
            pair: None,
            value: None,
            branch: None,
        };
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
                    let size = leaf.nodes().get(next as usize).map_or(1, |data| data.size);
                    self.leaf = Some((leaf, base, next + size.max(1), end));
                    return Some(Node::in_leaf(leaf, base, next));
                }
                self.leaf = None;
            }
            let (piece, base) = self.branch.as_mut()?.next()?;
            match piece {
                Piece::Leaf(leaf) => {
                    let size = leaf.nodes().first().map_or(0, |data| data.size);
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
fn entries_of<'t>(chunk: &'t super::index::Chunk, base: usize) -> impl Iterator<Item = Entry<'t>> {
    let mut at = base;
    chunk.pieces.iter().flat_map(move |piece| {
        let start = at;
        at += piece.len();
        let children = match &**piece {
            Piece::Leaf(leaf) => Children::new(Node::in_leaf(leaf, start, 0), true),
            Piece::Branch(branch) => {
                let value = Node::of_branch(branch, start);
                let mut pair = Children::new(value, false);
                if let Some(key) = branch.key() {
                    pair.pair = Some((Node::in_leaf(&branch.header, start, key), value));
                }
                pair
            }
        };
        Entries { children }
    })
}

impl<'t> BranchCursor<'t> {
    /// Goes to the first piece that the offset touches.
    fn skip_to(&mut self, branch: &'t Branch, base: usize, offset: usize) {
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
        (self.plan.has_key && self.header.nodes().len() > 1).then_some(1)
    }

    /// Where the value lies, from the start of this branch.
    fn value_range(&self) -> TextRange {
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
                    .nodes()
                    .first()
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

/// See [`Node::entries`].
#[derive(Clone)]
pub struct Entries<'t> {
    children: Children<'t>,
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
    children: Children<'t>,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        self.children.next()
    }
}
