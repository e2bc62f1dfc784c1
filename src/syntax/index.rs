//! The index of blocks: a document as a tree of pieces, so that an edit reads again only the
//! pieces it touches.
//!
//! A piece is either a [`Leaf`] (read at once) or a [`Branch`] (one entry whose value is a long
//! collection, cut into the pieces of its entries). How a text is cut is a function of the text
//! alone (see `cut`), never of its history; that is what makes an incremental reading equal to a
//! full one. [`build`](super::build) makes pieces from text, [`splice`](super::splice) from the
//! pieces before an edit.

mod errors;
mod keys;

use std::collections::HashSet;
use std::sync::Arc;

pub(super) use keys::key_hash;
use keys::{is_hash_of, may_hold, piece_keys};

use super::cut::plan::Plan;
use super::document::Format;
use super::leaf::{Frame, Leaf};
use crate::text::range::TextRange;

/// Nodes deeper than this are not looked at.
pub const MAX_DEPTH: usize = 512;

/// Most pieces a [`Chunk`] holds.
const CHUNK: usize = 128;

/// A piece of a document.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Read at once.
    Leaf(Leaf),
    /// Cut into its entries. Few pieces are, so that the others need not have its size.
    Branch(Box<Branch>),
}

impl Piece {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.text().len(),
            Self::Branch(branch) => branch.len(),
        }
    }

    /// Whether the piece has no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this piece or one below it has a syntax error.
    fn is_faulty(&self) -> bool {
        match self {
            Self::Leaf(leaf) => !leaf.errors().is_empty(),
            Self::Branch(branch) => branch.faulty,
        }
    }

    /// Whether this piece or one below it has an anchor or an alias.
    pub(super) fn is_marked(&self) -> bool {
        match self {
            Self::Leaf(leaf) => {
                leaf.props().iter().any(|props| props.anchor.is_some()) || leaf.has_alias()
            }
            Self::Branch(branch) => branch.chunks.iter().any(|chunk| chunk.marked),
        }
    }

    /// JSON: brackets without a partner.
    pub(super) fn unmatched(&self) -> &[u8] {
        match self {
            Self::Leaf(leaf) => leaf.unmatched(),
            Self::Branch(branch) => &branch.unmatched,
        }
    }

    fn ends_with_comma(&self) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.ends_with_comma,
            Self::Branch(branch) => branch.comma,
        }
    }

    /// Where the leaves below lie.
    pub(super) fn collect_leaves(&self, base: usize, leaves: &mut Vec<TextRange>) {
        match self {
            Self::Leaf(leaf) => leaves.push(TextRange::new(base, base + leaf.text().len())),
            Self::Branch(branch) => {
                for (at, child) in branch.children() {
                    child.collect_leaves(base + at, leaves);
                }
            }
        }
    }
}

/// One entry (or a whole document) whose value is a collection cut into pieces.
#[derive(Debug, Clone)]
pub struct Branch {
    /// How its text is cut.
    pub(super) plan: Plan,
    /// In what it is written.
    pub(super) format: Format,
    /// How many collections surround the children.
    pub(super) depth: usize,
    /// The lines before the first child, read as an entry without its value.
    pub(super) header: Leaf,
    /// The children, in groups.
    pub(super) chunks: Vec<Arc<Chunk>>,
    /// The text after the last child: JSON from the closing bracket's line on, YAML from `...`.
    pub(super) tail: Arc<Tail>,
    /// Hashes of keys that stand in more than one child.
    repeated: Arc<HashSet<u64>>,
    /// JSON: brackets without a partner in the whole branch.
    unmatched: Box<[u8]>,
    /// JSON: whether a comma follows.
    comma: bool,
    /// Whether there is a syntax error in it.
    faulty: bool,
}

/// The text after the last child.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail {
    /// The text.
    pub text: String,
    /// JSON: one past the closing bracket, if there is one.
    pub close_end: Option<usize>,
    /// JSON: whether a comma follows the bracket.
    pub comma: bool,
    /// JSON: what stands after that and should not.
    pub junk: Option<TextRange>,
    /// JSON: brackets among the junk.
    pub closers: Vec<u8>,
    /// JSON: the first comment.
    pub comment: Option<TextRange>,
}

/// A group of neighbouring pieces.
#[derive(Debug, Clone)]
pub struct Chunk {
    pub(super) pieces: Vec<Arc<Piece>>,
    pub(super) len: usize,
    /// Hashes of the keys that the pieces hold, in order.
    keys: Box<[u64]>,
    /// Pieces that do not stand at the level of the branch.
    misplaced: usize,
    /// JSON: pieces that no comma ends.
    bare: usize,
    /// JSON: pieces with brackets that have no partner.
    unbalanced: usize,
    faulty: bool,
    /// Whether there is an anchor or an alias.
    pub(super) marked: bool,
}

impl Chunk {
    /// The last piece that may hold a key, with where it starts, if each piece holds one key: then
    /// none of the others has to be looked at.
    pub(super) fn piece_with(&self, hash: u64) -> Option<(usize, &Piece)> {
        if self.keys.len() != self.pieces.len() {
            return None;
        }
        let number = self.keys.iter().rposition(|key| is_hash_of(*key, hash))?;
        let before = self.pieces[..number].iter();
        Some((before.map(|piece| piece.len()).sum(), &self.pieces[number]))
    }

    fn new(pieces: Vec<Arc<Piece>>, plan: &Plan, format: Format) -> Self {
        let mut keys = Vec::with_capacity(pieces.len());
        let mut chunk = Self {
            len: pieces.iter().map(|piece| piece.len()).sum(),
            keys: Box::default(),
            misplaced: 0,
            bare: 0,
            unbalanced: 0,
            marked: format == Format::Yaml && pieces.iter().any(|piece| piece.is_marked()),
            faulty: pieces.iter().any(|piece| piece.is_faulty()),
            pieces: Vec::new(),
        };
        for piece in &pieces {
            piece_keys(piece, |key| keys.push(key.hash()));
            match format {
                Format::Yaml => chunk.misplaced += usize::from(indent(piece) != plan.level),
                Format::Json => {
                    chunk.bare += usize::from(!piece.ends_with_comma());
                    chunk.unbalanced += usize::from(!piece.unmatched().is_empty());
                }
            }
        }
        chunk.keys = keys.into();
        chunk.pieces = pieces;
        chunk
    }
}

/// Spaces before the first line of a piece.
fn indent(piece: &Piece) -> usize {
    let text = match piece {
        Piece::Leaf(leaf) => leaf.text(),
        Piece::Branch(branch) => branch.header.text(),
    };
    text.len() - text.trim_start_matches(' ').len()
}

impl Branch {
    /// Puts a branch together. Children may be empty only for a moment: callers see to it that
    /// there is one.
    pub(super) fn new(
        plan: Plan,
        format: Format,
        depth: usize,
        header: Leaf,
        pieces: Vec<Arc<Piece>>,
        tail: Arc<Tail>,
    ) -> Self {
        let mut chunks = Vec::with_capacity(pieces.len() / (CHUNK / 2) + 1);
        let mut pieces = pieces.into_iter().peekable();
        while pieces.peek().is_some() {
            let group: Vec<_> = pieces.by_ref().take(CHUNK / 2).collect();
            chunks.push(Arc::new(Chunk::new(group, &plan, format)));
        }
        let mut branch = Self {
            plan,
            format,
            depth,
            header,
            chunks,
            tail,
            repeated: Arc::default(),
            unmatched: Box::default(),
            comma: false,
            faulty: false,
        };
        branch.repeated = Arc::new(branch.repeated_keys());
        branch.refresh();
        branch
    }

    /// The branch with a run of children replaced and, if given, another header.
    pub(super) fn with_children(
        &self,
        header: Option<(Leaf, Plan)>,
        run: std::ops::Range<usize>,
        pieces: Vec<Arc<Piece>>,
    ) -> Self {
        let mut branch = self.clone();
        if let Some((header, plan)) = header {
            branch.header = header;
            branch.plan = plan;
        }
        let (before, after) = branch.replace(run, pieces);
        if before != after {
            branch.update_repeated(&before, &after);
        }
        branch.refresh();
        branch
    }

    /// The branch with another header of the same key or another; its children stay.
    pub(super) fn with_header(&self, header: Leaf, plan: Plan) -> Self {
        let mut branch = self.clone();
        branch.header = header;
        branch.plan = plan;
        branch.refresh();
        branch
    }

    /// Replaces a run of children in their chunks; gives the keys of these chunks before and
    /// after.
    fn replace(
        &mut self,
        run: std::ops::Range<usize>,
        pieces: Vec<Arc<Piece>>,
    ) -> (Vec<u64>, Vec<u64>) {
        let (first, first_at) = self.locate(run.start);
        let (last, last_at) = self.locate(run.end.max(run.start + 1) - 1);
        let keys = |chunks: &[Arc<Chunk>]| -> Vec<u64> {
            chunks
                .iter()
                .flat_map(|chunk| chunk.keys.iter().copied())
                .collect()
        };
        let before = keys(&self.chunks[first..=last]);
        let mut all: Vec<Arc<Piece>> = self.chunks[first].pieces[..first_at].to_vec();
        all.extend(pieces);
        all.extend(self.chunks[last].pieces[last_at + 1..].iter().cloned());
        let parts = all.len().div_ceil(CHUNK).max(1);
        let size = all.len().div_ceil(parts).max(1);
        let chunks: Vec<Arc<Chunk>> = all
            .chunks(size)
            .map(|group| Arc::new(Chunk::new(group.to_vec(), &self.plan, self.format)))
            .collect();
        let after = keys(&chunks);
        self.chunks.splice(first..=last, chunks);
        (before, after)
    }

    /// The chunk of a child and its place there.
    fn locate(&self, child: usize) -> (usize, usize) {
        let mut rest = child;
        for (at, chunk) in self.chunks.iter().enumerate() {
            if rest < chunk.pieces.len() {
                return (at, rest);
            }
            rest -= chunk.pieces.len();
        }
        let last = self.chunks.len().saturating_sub(1);
        let end = self.chunks.last().map_or(0, |chunk| chunk.pieces.len());
        (last, end.saturating_sub(1))
    }

    /// Computes what is known of the children together.
    fn refresh(&mut self) {
        self.comma = self.tail.comma;
        self.unmatched = self.unmatched_brackets().into();
        let bare: usize = self.chunks.iter().map(|chunk| chunk.bare).sum();
        let last_bare = self.last().is_some_and(|piece| !piece.ends_with_comma());
        self.faulty = !self.repeated.is_empty()
            || !self.header.errors().is_empty()
            || self.tail.junk.is_some()
            || self.tail.comment.is_some()
            || self.has_trailing_comma()
            || !self.unmatched.is_empty()
            || self
                .chunks
                .iter()
                .any(|chunk| chunk.faulty || chunk.misplaced > 0)
            || (self.format == Format::Json && bare > usize::from(last_bare));
    }

    /// JSON: whether a comma follows the last child, and then nothing but the closing bracket.
    fn has_trailing_comma(&self) -> bool {
        let is_closed = self.tail.close_end.is_some() && self.tail.junk.is_none();
        is_closed
            && self.unmatched.is_empty()
            && self.last().is_some_and(|piece| piece.ends_with_comma())
    }

    fn last(&self) -> Option<&Arc<Piece>> {
        self.chunks.last()?.pieces.last()
    }

    /// JSON: brackets of the whole branch that have no partner.
    fn unmatched_brackets(&self) -> Vec<u8> {
        if self.format == Format::Yaml {
            return Vec::new();
        }
        let mut brackets = vec![self.opening()];
        brackets.extend(self.inner_brackets());
        if self.tail.close_end.is_some() {
            brackets.push(if self.opening() == b'{' { b'}' } else { b']' });
        }
        brackets.extend(&self.tail.closers);
        without_pairs(&brackets)
    }

    fn opening(&self) -> u8 {
        match self.plan.frame {
            Frame::Items => b'[',
            _ => b'{',
        }
    }

    /// JSON: brackets of the children that have no partner in their piece, one after the other.
    fn inner_brackets(&self) -> Vec<u8> {
        self.chunks
            .iter()
            .filter(|chunk| chunk.unbalanced > 0)
            .flat_map(|chunk| chunk.pieces.iter())
            .flat_map(|piece| piece.unmatched().iter().copied())
            .collect()
    }

    /// JSON: whether all brackets pair, but not as the indentation says. Then the indentation
    /// lies about what is inside what, and the text must be read by its brackets, in one go.
    pub(super) fn is_deceptive(&self) -> bool {
        let as_it_looks = self.tail.close_end.is_some()
            && self.tail.closers.is_empty()
            && self.chunks.iter().all(|chunk| chunk.unbalanced == 0);
        self.format == Format::Json && !as_it_looks && self.unmatched.is_empty()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.plan.body + self.body_len() + self.tail.text.len()
    }

    /// Whether the branch has no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all children together.
    pub(super) fn body_len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len).sum()
    }

    /// The children, each with its offset from the start of this branch.
    pub(super) fn children(&self) -> impl Iterator<Item = (usize, &Arc<Piece>)> {
        let mut at = self.plan.body;
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.pieces.iter())
            .map(move |piece| {
                let start = at;
                at += piece.len();
                (start, piece)
            })
    }

    /// The first child that the offset touches: its number and where it starts.
    pub(super) fn child_at(&self, offset: usize) -> Option<(usize, usize)> {
        let mut at = self.plan.body;
        let mut number = 0;
        for chunk in &self.chunks {
            if at + chunk.len < offset {
                at += chunk.len;
                number += chunk.pieces.len();
                continue;
            }
            for piece in &chunk.pieces {
                if offset <= at + piece.len() {
                    return Some((number, at));
                }
                at += piece.len();
                number += 1;
            }
        }
        None
    }

    /// The groups that may hold a key, each with its offset from the start of this branch, the
    /// last first.
    pub(super) fn chunks_with(&self, hash: u64) -> impl Iterator<Item = (usize, &Chunk)> {
        let mut at = self.plan.body + self.body_len();
        self.chunks.iter().rev().filter_map(move |chunk| {
            at -= chunk.len;
            may_hold(&chunk.keys, hash).then_some((at, &**chunk))
        })
    }

    /// A child by its number.
    pub(super) fn child(&self, number: usize) -> Option<&Arc<Piece>> {
        let mut rest = number;
        for chunk in &self.chunks {
            if let Some(piece) = chunk.pieces.get(rest) {
                return Some(piece);
            }
            rest -= chunk.pieces.len();
        }
        None
    }
}

/// Brackets without those that pair.
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
