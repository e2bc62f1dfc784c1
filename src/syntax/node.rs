//! The tree as the rest of the program sees it: nodes with absolute ranges, in any chunk.

pub mod children;

use children::{ChildNodes, Entries, Items, entries_of};

use super::chunk::{Branch, Chunk};
use super::format::Format;
use super::leaf::keys::key_hash;
use super::leaf::{Frame, Leaf, NO_COLON, NodeData, NodeKind, Props, UNCLOSED};
use crate::text::range::TextRange;

/// A node of a [`super::tree::Tree`]. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    chunk: InChunk<'t>,
    /// The offset of the chunk in the document.
    base: usize,
}

#[derive(Clone, Copy)]
enum InChunk<'t> {
    Leaf(&'t Leaf, u32),
    Branch(&'t Branch),
}

/// An entry of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key, usually a scalar.
    pub key: Node<'t>,
    /// The value; [`NodeKind::Missing`] where none is written.
    pub value: Node<'t>,
}

/// The type of a plain scalar in YAML's core schema (YAML 1.2.2, section 10.3.2). Quoted and block
/// scalars are always strings.
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
    pub(super) fn of_chunk(chunk: &'t Chunk, base: usize) -> Self {
        match chunk {
            Chunk::Leaf(leaf) => Self::in_leaf(leaf, base, 0),
            Chunk::Branch(branch) => Self::of_branch(branch, base),
        }
    }

    pub(super) fn in_leaf(leaf: &'t Leaf, base: usize, index: u32) -> Self {
        Self {
            chunk: InChunk::Leaf(leaf, index),
            base,
        }
    }

    fn of_branch(branch: &'t Branch, base: usize) -> Self {
        Self {
            chunk: InChunk::Branch(branch),
            base,
        }
    }

    /// Kind and style.
    pub fn kind(self) -> NodeKind {
        match self.chunk {
            InChunk::Leaf(..) => self.data().map_or(NodeKind::Missing, |data| data.kind),
            InChunk::Branch(branch) => match (branch.layout.inner, branch.format == Format::Json) {
                (Frame::Items, false) => NodeKind::BlockSequence,
                (Frame::Items, true) => NodeKind::FlowSequence,
                (_, false) => NodeKind::BlockMapping,
                (_, true) => NodeKind::FlowMapping,
            },
        }
    }

    fn data(self) -> Option<NodeData> {
        match self.chunk {
            InChunk::Leaf(leaf, index) => leaf.node(index),
            InChunk::Branch(_) => None,
        }
    }

    /// The absolute range, including quotes and brackets, without anchor and tag.
    pub fn range(self) -> TextRange {
        match self.chunk {
            InChunk::Leaf(..) => self.data().map_or(TextRange::empty(self.base), |data| {
                TextRange::new(data.start as usize, data.end as usize).shifted(self.base)
            }),
            InChunk::Branch(branch) => branch.value_range().shifted(self.base),
        }
    }

    /// The decoded text of a scalar, the name of an alias, `""` for everything else.
    pub fn value(self) -> &'t str {
        match self.chunk {
            InChunk::Leaf(leaf, index) => leaf.value(index),
            InChunk::Branch(_) => "",
        }
    }

    /// A scalar as it is written, with its quotes; `""` for a collection that is long.
    pub fn source(self) -> &'t str {
        let (InChunk::Leaf(leaf, _), Some(data)) = (self.chunk, self.data()) else {
            return "";
        };
        let range = data.start as usize..data.end as usize;
        leaf.text().get(range).unwrap_or_default()
    }

    /// The comment on the line of a missing value, with its `#`; `""` if there is none.
    pub fn comment(self) -> &'t str {
        let (InChunk::Leaf(leaf, _), Some(data)) = (self.chunk, self.data()) else {
            return "";
        };
        let rest = leaf.text().get(data.start as usize..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default().trim();
        Some(line)
            .filter(|line| self.is_missing() && line.starts_with('#'))
            .unwrap_or_default()
    }

    /// Anchor and tag, if the node has any.
    pub fn props(self) -> Option<&'t Props> {
        match self.chunk {
            InChunk::Leaf(leaf, index) => leaf.props_of(index),
            InChunk::Branch(_) => None,
        }
    }

    /// The name of the node's anchor, without `&`.
    pub fn anchor(self) -> Option<&'t str> {
        let (start, end) = self.props()?.anchor?;
        let InChunk::Leaf(leaf, _) = self.chunk else {
            return None;
        };
        leaf.text().get(start as usize + 1..end as usize)
    }

    /// The node's tag as written, with its `!`.
    pub fn tag(self) -> Option<&'t str> {
        let (start, end) = self.props()?.tag?;
        let InChunk::Leaf(leaf, _) = self.chunk else {
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
        if let InChunk::Branch(branch) = self.chunk {
            return branch.is_unclosed();
        }
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

    /// The type of a scalar (or a missing node); `None` for collections and aliases.
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

    /// The entries of a mapping in text order, unresolved: aliases and merge keys as written,
    /// duplicate keys included. Empty for other nodes.
    pub fn entries(self) -> Entries<'t> {
        Entries {
            children: ChildNodes::new(self, self.is_mapping()),
        }
    }

    /// The items of a sequence. Empty for other nodes.
    pub fn items(self) -> Items<'t> {
        Items {
            children: ChildNodes::new(self, self.is_sequence()),
        }
    }

    /// The last entry with this key, because parsers keep the last of duplicate keys.
    pub fn get(self, key: &str) -> Option<Entry<'t>> {
        let last = |entries: &mut dyn Iterator<Item = Entry<'t>>| {
            entries
                .filter(|entry| entry.key.value() == key && entry.key.is_scalar())
                .last()
        };
        match self.chunk {
            InChunk::Leaf(leaf, index) if leaf.is_long(index) => {
                let key = leaf.last_key(index, key)?;
                let value = key + leaf.node(key).map_or(1, |key| key.size);
                let node = |index| Node::in_leaf(leaf, self.base, index);
                Some(Entry {
                    key: node(key),
                    value: node(value),
                })
            }
            InChunk::Leaf(..) => last(&mut self.entries()),
            InChunk::Branch(_) if !self.is_mapping() => None,
            InChunk::Branch(branch) => {
                let hash = key_hash(key);
                branch
                    .children_with(hash)
                    .find_map(|(at, child)| last(&mut entries_of(&child.chunk, self.base + at)))
            }
        }
    }

    /// The entries of a mapping from the last one that starts at or before `offset` on (or slightly
    /// earlier), without walking all of a long mapping.
    pub fn entries_near(self, offset: usize) -> Entries<'t> {
        Entries {
            children: ChildNodes::near(self, self.is_mapping(), offset),
        }
    }

    /// The same for the items of a sequence.
    pub fn items_near(self, offset: usize) -> Items<'t> {
        Items {
            children: ChildNodes::near(self, self.is_sequence(), offset),
        }
    }

    /// Identifies this node in this tree and in trees made from it by edits, as long as this tree
    /// exists. A node with the same identity in another version was reused with its whole chunk: it
    /// has the same content, maybe at another offset. A chunk that is read again gets new
    /// identities, even if its content is the same.
    pub fn identity(self) -> (usize, u32) {
        match self.chunk {
            InChunk::Leaf(leaf, index) => (std::ptr::from_ref(leaf).addr(), index),
            InChunk::Branch(branch) => (std::ptr::from_ref(branch).addr(), u32::MAX),
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
    // Rust's grammar of decimals is the same as YAML's, except for words and a lone exponent.
    unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.bytes().any(|byte| byte.is_ascii_digit())
        && unsigned.parse::<f64>().is_ok()
}
