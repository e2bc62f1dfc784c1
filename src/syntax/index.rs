//! The index of blocks: a document as a tree of pieces, so that an edit reads again only the
//! pieces it touches.
//!
//! A piece is either a [`Leaf`] (read at once) or a [`Branch`] (one entry whose value is a long
//! collection, cut into the pieces of its entries). How a text is cut is a function of the text
//! alone (see `cut`), never of its history; that is what makes an incremental reading equal to a
//! full one.

use std::sync::Arc;

use super::leaf::{Frame, Leaf};

/// Nodes deeper than this are not looked at.
pub const MAX_DEPTH: usize = 512;

/// Most pieces a [`Chunk`] holds.
pub(super) const CHUNK: usize = 128;

/// A piece of a document.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Read at once.
    Leaf(Leaf),
    /// Cut into its entries.
    Branch(Branch),
}

impl Piece {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.text().len(),
            Self::Branch(branch) => branch.len,
        }
    }
}

/// One entry (or a whole document) whose value is a collection cut into pieces.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The lines before the first child, read as an entry without its value: `key:` in YAML,
    /// `"key": {` in JSON. For a whole document, its prologue.
    pub(super) header: Leaf,
    /// Bytes of the document that the header stands for.
    pub(super) header_len: usize,
    /// Whether the header's first entry is this branch's key (not so for items and documents).
    pub(super) has_key: bool,
    /// What the children are.
    pub(super) frame: Frame,
    /// Whether the value is written in brackets.
    pub(super) flow: bool,
    /// JSON: where the opening bracket stands, from the start of the branch.
    pub(super) open_at: usize,
    /// JSON: bytes of the tail up to and with the closing bracket; 0 where there is none.
    pub(super) close_len: usize,
    /// The children, in groups.
    pub(super) chunks: Vec<Arc<Chunk>>,
    /// JSON: the text after the last child, from the closing bracket's line on.
    pub(super) tail: Box<str>,
    /// Length in bytes.
    pub(super) len: usize,
}

/// A group of neighbouring pieces.
#[derive(Debug, Clone)]
pub struct Chunk {
    pub(super) pieces: Vec<Arc<Piece>>,
    pub(super) len: usize,
}

impl Chunk {
    pub(super) fn new(pieces: Vec<Arc<Piece>>) -> Self {
        let len = pieces.iter().map(|piece| piece.len()).sum();
        Self { pieces, len }
    }
}

impl Branch {
    /// Bytes of all children together.
    pub(super) fn body_len(&self) -> usize {
        self.len - self.header_len - self.tail.len()
    }

    /// The children, each with its offset from the start of this branch.
    pub fn children(&self) -> impl Iterator<Item = (usize, &Arc<Piece>)> {
        let mut at = self.header_len;
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.pieces.iter())
            .map(move |piece| {
                let start = at;
                at += piece.len();
                (start, piece)
            })
    }
}
