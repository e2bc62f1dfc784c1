//! The chunks of a document.
//!
//! A chunk is either a [`Leaf`] (read in one go) or a [`Branch`] (one entry, item or document whose
//! value is a long collection, split into the chunks of its entries). A chunk depends only on its
//! own text, its frame and its depth, not on earlier edits. So a chunk whose text did not change
//! can be reused, and the tree equals one that is read from scratch.

mod by_key;
mod errors;
mod tail;

use std::sync::Arc;

use by_key::ByKey;
pub(super) use tail::Tail;

use super::format::Format;
use super::leaf::keys::key_hash;
use super::leaf::{Frame, Leaf, NO_COLON, NodeData, NodeKind, SyntaxError, UNCLOSED};
use super::split::indent_of;
use super::split::layout::ChunkLayout;
use crate::text::range::TextRange;

/// Longer texts are not read in one go because of a lost bracket, in bytes.
const READ_WHOLE: usize = 64 << 10;

/// A chunk of a document.
#[derive(Debug)]
pub(super) enum Chunk {
    /// Read in one go.
    Leaf(Leaf),
    /// Split into its entries. Boxed because branches are rare and large.
    Branch(Box<Branch>),
}

/// A chunk among its siblings, with what the parent needs to know about it. An edit visits all
/// children of a long collection, but only these fields.
#[derive(Debug, Clone)]
pub(super) struct Child {
    /// The chunk.
    pub chunk: Arc<Chunk>,
    /// The hash of its key if it has exactly one, otherwise 0.
    key: u64,
    len: u32,
    /// Columns before the content of its first line.
    indent: u32,
    /// Whether it contains a syntax error.
    pub(in crate::syntax) has_errors: bool,
    /// Whether it contains an anchor or an alias.
    has_anchors: bool,
    /// JSON: whether a comma follows its value.
    ends_with_comma: bool,
    /// JSON: whether it has unmatched brackets.
    is_unbalanced: bool,
    /// YAML: whether a bracket or quote is open at its end.
    is_open: bool,
    /// YAML: whether it was read in one go because something goes on in it that looks like a
    /// sibling.
    pub(in crate::syntax) is_joined: bool,
}

impl Child {
    pub fn new(chunk: Chunk) -> Self {
        let text = chunk.first_text();
        let (_, indent) = indent_of(text);
        let (len, has_errors, has_anchors, ends_with_comma) = match &chunk {
            Chunk::Leaf(leaf) => (
                leaf.text().len(),
                !leaf.errors().is_empty(),
                leaf.props().iter().any(|props| props.anchor.is_some()) || leaf.has_alias(),
                leaf.ends_with_comma,
            ),
            Chunk::Branch(branch) => (
                branch.len(),
                branch.has_errors,
                branch.children.iter().any(|child| child.has_anchors),
                branch.tail.comma.is_some(),
            ),
        };
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            key: only_key(&chunk).unwrap_or(0),
            len: small(len),
            indent: small(indent),
            has_errors,
            has_anchors,
            ends_with_comma,
            is_unbalanced: !chunk.unmatched().is_empty(),
            is_open: has_errors && chunk.open_place().is_some(),
            is_joined: false,
            chunk: Arc::new(chunk),
        }
    }

    /// What looks like several siblings, read in one go.
    pub fn joined(leaf: Leaf) -> Self {
        Self {
            is_joined: true,
            ..Self::new(Chunk::Leaf(leaf))
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// YAML: whether a bracket or quote is open at its end.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// YAML: what is open at its end.
    pub fn open_place(&self) -> Option<OpenPlace> {
        self.is_open.then(|| self.chunk.open_place())?
    }

    /// Whether it contains an anchor or an alias.
    pub fn has_anchors(&self) -> bool {
        self.has_anchors
    }
}

/// Consecutive chunks with their offsets. The first starts at `at`.
pub(super) fn with_offsets(
    children: &[Child],
    mut at: usize,
) -> impl Iterator<Item = (usize, &Child)> {
    children.iter().map(move |child| {
        let start = at;
        at += child.len();
        (start, child)
    })
}

/// Collects the ranges of all leaves. The first chunk starts at `at`.
pub(super) fn leaves(children: &[Child], at: usize, ranges: &mut Vec<TextRange>) {
    for (start, child) in with_offsets(children, at) {
        match &*child.chunk {
            Chunk::Leaf(_) => ranges.push(TextRange::new(start, start + child.len())),
            Chunk::Branch(branch) => leaves(&branch.children, start + branch.layout.body, ranges),
        }
    }
}

impl Chunk {
    /// The text of a leaf, or the header of a branch.
    fn first_text(&self) -> &str {
        match self {
            Self::Leaf(leaf) => leaf.text(),
            Self::Branch(branch) => branch.header.text(),
        }
    }

    /// The errors of a leaf, or of the header of a branch.
    fn first_errors(&self) -> &[SyntaxError] {
        match self {
            Self::Leaf(leaf) => leaf.errors(),
            Self::Branch(branch) => branch.header.errors(),
        }
    }

    /// JSON: unmatched brackets.
    fn unmatched(&self) -> &[u8] {
        match self {
            Self::Leaf(leaf) => leaf.unmatched(),
            Self::Branch(branch) => &branch.unmatched,
        }
    }
}

/// YAML: a bracket or quote that is open at the end of a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenPlace {
    /// Its offset from the start of the chunk.
    pub at: usize,
    /// The indent of the entry or item that it is the value of.
    pub indent: usize,
}

impl Chunk {
    /// YAML: the outermost bracket or quote that is open at its end.
    fn open_place(&self) -> Option<OpenPlace> {
        let leaf = match self {
            Self::Leaf(leaf) => leaf,
            Self::Branch(branch) if branch.format == Format::Yaml => {
                // What it has open may go on in the lines below this branch.
                let mut children = branch.children_from_end();
                let (at, child) = children.find(|(_, child)| child.is_open)?;
                let open = child.open_place()?;
                return Some(OpenPlace {
                    at: at + open.at,
                    ..open
                });
            }
            Self::Branch(_) => return None,
        };
        let nodes = leaf.nodes();
        let unclosed = nodes.iter().filter(|node| node.flags & UNCLOSED != 0);
        let end = unclosed.map(|node| node.end).max()?;
        let is_open = |node: &NodeData| node.flags & UNCLOSED != 0 && node.end == end;
        let index = nodes.iter().position(is_open)?;
        let at = nodes[index].start as usize;
        let is_around = |(place, node): &(usize, &NodeData)| {
            let is_block = matches!(node.kind, NodeKind::BlockMapping | NodeKind::BlockSequence);
            is_block && place + node.size as usize > index
        };
        let block = nodes[..index].iter().enumerate().rev().find(is_around)?;
        let block = block.1.start as usize;
        let line = leaf.text()[..block].rfind(['\n', '\r']);
        Some(OpenPlace {
            at,
            indent: block - line.map_or(0, |line| line + 1),
        })
    }
}

/// A chunk whose value is a collection that is split.
#[derive(Debug)]
pub(super) struct Branch {
    /// How its text is split.
    pub layout: ChunkLayout,
    /// The format it is written in.
    pub format: Format,
    /// The lines before the first child, read as an entry without its value.
    pub header: Leaf,
    /// The children; at least one.
    pub children: Vec<Child>,
    /// The text after the last child.
    pub tail: Tail,
    /// Where each child ends, in bytes after the start of the first one.
    ends: Vec<u32>,
    /// Hashes of the keys that occur more than once, sorted.
    repeated: Vec<u64>,
    /// The children by their keys.
    by_key: ByKey,
    /// JSON: unmatched brackets in the whole branch.
    unmatched: Vec<u8>,
    /// Whether it contains a syntax error.
    has_errors: bool,
    /// YAML: whether some of the children were joined, so that their starts say less than the text.
    pub is_joined: bool,
}

impl Branch {
    pub fn new(
        layout: ChunkLayout,
        format: Format,
        header: Leaf,
        children: Vec<Child>,
        tail: Tail,
    ) -> Self {
        let ends = children.iter().scan(0_u32, |end, child| {
            *end = end.saturating_add(child.len);
            Some(*end)
        });
        let mut branch = Self {
            layout,
            format,
            header,
            ends: ends.collect(),
            children,
            tail,
            repeated: Vec::new(),
            by_key: ByKey::default(),
            unmatched: Vec::new(),
            has_errors: false,
            is_joined: false,
        };
        branch.repeated = branch.repeated_keys();
        branch.unmatched = branch.unmatched_brackets();
        branch.has_errors = !branch.repeated.is_empty()
            || !branch.unmatched.is_empty()
            || !branch.header.errors().is_empty()
            || branch.tail.junk.is_some()
            || branch.tail.is_other
            || branch.tail.comment.is_some()
            || branch.has_trailing_comma()
            || branch.children.iter().any(|child| child.has_errors)
            || branch.has_errors_between();
        branch
    }

    /// Length of all children in bytes.
    fn body_len(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// The children from the first one on that touches an offset after the start of the first child,
    /// and where they start.
    pub fn children_from(&self, offset: usize) -> (usize, &[Child]) {
        let first = self.ends.partition_point(|end| (*end as usize) < offset);
        let start = first
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        (start, &self.children[first..])
    }

    /// Whether there is an error that only shows between the children.
    fn has_errors_between(&self) -> bool {
        match self.format {
            Format::Yaml => (self.children.iter()).any(|child| self.is_misplaced(child)),
            Format::Json => {
                let but_last = &self.children[..self.children.len().saturating_sub(1)];
                but_last.iter().any(|child| !child.ends_with_comma)
            }
        }
    }

    /// JSON: whether a comma follows the last child, and only the closing bracket follows that.
    fn has_trailing_comma(&self) -> bool {
        let is_closed = self.tail.close_end.is_some() && self.tail.junk.is_none();
        is_closed
            && self.unmatched.is_empty()
            && (self.children.last()).is_some_and(|child| child.ends_with_comma)
    }

    /// YAML: whether a child's indent differs from the first child's.
    fn is_misplaced(&self, child: &Child) -> bool {
        child.indent as usize != self.layout.level
    }

    /// JSON: unmatched brackets of the whole branch.
    fn unmatched_brackets(&self) -> Vec<u8> {
        if self.format == Format::Yaml {
            return Vec::new();
        }
        let mut brackets = vec![self.opening()];
        let unbalanced = self.children.iter().filter(|child| child.is_unbalanced);
        brackets.extend(unbalanced.flat_map(|child| child.chunk.unmatched()));
        if self.tail.close_end.is_some() {
            let is_brace = (self.closing() == b'}') != self.tail.is_other;
            brackets.push(if is_brace { b'}' } else { b']' });
        }
        brackets.extend(&self.tail.closers);
        without_pairs(&brackets)
    }

    fn opening(&self) -> u8 {
        match self.layout.inner {
            Frame::Items => b'[',
            _ => b'{',
        }
    }

    fn closing(&self) -> u8 {
        match self.opening() {
            b'{' => b'}',
            _ => b']',
        }
    }

    /// JSON: whether all brackets match, but not as the indentation suggests. Then the indentation
    /// is misleading, and the text must be read in one go, by its brackets.
    pub fn is_misleading(&self) -> bool {
        let as_it_looks = self.tail.close_end.is_some()
            && !self.tail.is_other
            && self.tail.closers.is_empty()
            && !self.children.iter().any(|child| child.is_unbalanced);
        self.format == Format::Json && !as_it_looks && self.unmatched.is_empty()
    }

    /// JSON: whether a child closes a bracket that it does not open. Then a line with an opening
    /// bracket is lost, and the indentation misleads; read in one go, the text has one error. Not
    /// in long texts, which would be read again with each edit.
    pub fn has_stray_closer(&self) -> bool {
        let closes = |child: &Child| {
            let unmatched = child.chunk.unmatched();
            child.is_unbalanced && matches!(unmatched.first(), Some(b'}' | b']'))
        };
        self.len() <= READ_WHOLE && self.children.iter().any(closes)
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.tail_at() + self.tail.len
    }

    /// The offset of the tail from the start of this branch.
    pub fn tail_at(&self) -> usize {
        self.layout.body + self.body_len()
    }

    /// The children with their offsets from the start of this branch.
    pub fn children_with_offsets(&self) -> impl Iterator<Item = (usize, &Child)> {
        with_offsets(&self.children, self.layout.body)
    }

    /// The same, from last to first.
    pub fn children_from_end(&self) -> impl Iterator<Item = (usize, &Child)> {
        let mut at = self.tail_at();
        self.children.iter().rev().map(move |child| {
            at -= child.len();
            (at, child)
        })
    }
}

/// The brackets that remain after removing matching pairs.
fn without_pairs(brackets: &[u8]) -> Vec<u8> {
    let mut open = Vec::new();
    for bracket in brackets {
        match (bracket, open.last()) {
            (b'}', Some(b'{')) | (b']', Some(b'[')) => {
                open.pop();
            }
            _ => open.push(*bracket),
        }
    }
    open
}

/// Changes the hash of a half-typed key: it is found by its name, but is not a duplicate of a
/// complete key.
const HALF: u64 = 0x9e37_79b9_7f4a_7c15;

/// A key at the root of a chunk.
struct Key<'c> {
    name: &'c str,
    /// Relative to the start of the chunk.
    range: TextRange,
    /// Whether a colon follows.
    is_whole: bool,
}

impl Key<'_> {
    /// The hash under which the key is stored.
    pub fn hash(&self) -> u64 {
        let hash = key_hash(self.name);
        if self.is_whole { hash } else { hash ^ HALF }
    }
}

/// The hash of the chunk's key, if it has exactly one.
fn only_key(chunk: &Chunk) -> Option<u64> {
    let mut hash = None;
    let mut count = 0;
    chunk_keys(chunk, |key| {
        hash = Some(key.hash());
        count += 1;
    });
    hash.filter(|_| count == 1)
}

/// Calls `give` for every key at the root of the chunk.
fn chunk_keys<'c>(chunk: &'c Chunk, mut give: impl FnMut(Key<'c>)) {
    let mut key = |leaf: &'c Leaf, index: u32| {
        let Some(node) = leaf.node(index) else {
            return 1;
        };
        if node.kind.is_scalar() {
            give(Key {
                name: leaf.value(index),
                range: TextRange::new(node.start as usize, node.end as usize),
                is_whole: node.flags & NO_COLON == 0,
            });
        }
        node.size
    };
    match chunk {
        Chunk::Branch(branch) if branch.layout.frame == Frame::Entries => {
            key(&branch.header, 1);
        }
        Chunk::Branch(_) => {}
        Chunk::Leaf(leaf) => {
            let root = leaf.node(0);
            if !root.is_some_and(|root| root.kind.is_mapping()) {
                return;
            }
            let end = root.map_or(0, |root| root.size);
            let mut at = 1;
            while at < end {
                at += key(leaf, at).max(1);
                at += leaf.node(at).map_or(1, |node| node.size).max(1);
            }
        }
    }
}

impl Branch {
    /// The children that may contain a key, with their offsets from the start of this branch, from
    /// last to first.
    pub fn children_with(&self, hash: u64) -> impl Iterator<Item = (usize, &Child)> {
        let keys = [0, hash, hash ^ HALF];
        let found = self.by_key.find(&self.children, keys).into_iter();
        found.map(|at| {
            let before = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            (self.layout.body + before as usize, &self.children[at])
        })
    }

    /// Hashes of the keys that occur more than once, sorted.
    fn repeated_keys(&self) -> Vec<u64> {
        if self.layout.inner == Frame::Items {
            return Vec::new();
        }
        let mut keys = Vec::with_capacity(self.children.len());
        for child in &self.children {
            if child.key != 0 {
                keys.push(child.key);
            } else {
                chunk_keys(&child.chunk, |key| keys.push(key.hash()));
            }
        }
        keys.sort_unstable();
        let pairs = keys.windows(2).filter(|pair| pair[0] == pair[1]);
        let mut repeated: Vec<u64> = pairs.map(|pair| pair[0]).collect();
        repeated.dedup();
        repeated
    }
}
