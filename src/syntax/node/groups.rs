//! The entries of a mapping in the groups in which the index keeps them, so that whoever knows
//! something of an entry finds out in no time what an edit has left as it was.

use std::sync::Arc;

use super::children::{Children, Entries, entries_of_piece};
use super::{At, Entry, Node};
use crate::syntax::index::{Chunk, Piece};

/// Neighbouring entries of a mapping.
#[derive(Clone, Copy)]
pub struct Group<'t> {
    /// Where its text starts.
    pub start: usize,
    /// How many bytes of text belong to it.
    pub len: usize,
    at: Held<'t>,
}

/// Some entries of a group that are read together.
#[derive(Clone, Copy)]
pub struct Part<'t> {
    /// Where its text starts.
    pub start: usize,
    /// How many bytes of text belong to it.
    pub len: usize,
    at: Held<'t>,
}

#[derive(Clone, Copy)]
enum Held<'t> {
    Chunk(&'t Arc<Chunk>),
    Piece(&'t Piece),
    Node(Node<'t>),
}

/// What keeps the identities of a group and its parts from being given to another one.
#[derive(Debug, Clone, Default)]
pub struct Keeper {
    chunk: Option<Arc<Chunk>>,
}

impl Keeper {
    /// Whether a tree has the group too.
    pub fn is_shared(&self) -> bool {
        (self.chunk.as_ref()).is_some_and(|chunk| Arc::strong_count(chunk) > 1)
    }
}

/// What tells groups, and parts, from each other: equal where the text is the same and an edit
/// has not touched it, as long as the older tree or a [`Keeper`] is there.
pub type Identity = (usize, u32);

impl Held<'_> {
    fn identity(self) -> Identity {
        match self {
            Self::Chunk(chunk) => (Arc::as_ptr(chunk).addr(), u32::MAX),
            Self::Piece(piece) => (std::ptr::from_ref(piece).addr(), u32::MAX),
            Self::Node(node) => node.identity(),
        }
    }
}

impl<'t> Node<'t> {
    /// The groups of a mapping's entries, in order. Nothing for other nodes.
    pub fn groups(self) -> Vec<Group<'t>> {
        if !self.is_mapping() {
            return Vec::new();
        }
        let At::Branch(branch) = self.at else {
            let len = self.piece_len();
            return vec![Group {
                start: self.base,
                len,
                at: Held::Node(self),
            }];
        };
        let mut at = self.base + branch.plan.body;
        (branch.chunks.iter())
            .map(|chunk| {
                let start = at;
                at += chunk.len;
                Group {
                    start,
                    len: chunk.len,
                    at: Held::Chunk(chunk),
                }
            })
            .collect()
    }
}

impl<'t> Group<'t> {
    /// What tells it from others.
    pub fn identity(self) -> Identity {
        self.at.identity()
    }

    /// Keeps its identity, and those of its parts, its own.
    pub fn keeper(self) -> Keeper {
        Keeper {
            chunk: match self.at {
                Held::Chunk(chunk) => Some(Arc::clone(chunk)),
                _ => None,
            },
        }
    }

    /// The parts that make it up.
    pub fn parts(self) -> Vec<Part<'t>> {
        let Held::Chunk(chunk) = self.at else {
            let Self { start, len, at } = self;
            return vec![Part { start, len, at }];
        };
        let mut at = self.start;
        (chunk.pieces.iter())
            .map(|piece| {
                let start = at;
                at += piece.len();
                Part {
                    start,
                    len: piece.len(),
                    at: Held::Piece(piece),
                }
            })
            .collect()
    }
}

impl<'t> Part<'t> {
    /// What tells it from others.
    pub fn identity(self) -> Identity {
        self.at.identity()
    }

    /// Its entries, raw, in order.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        match self.at {
            Held::Piece(piece) => entries_of_piece(piece, self.start),
            Held::Node(node) => node.entries(),
            // A part is no group.
            Held::Chunk(_) => Entries {
                children: Children::nothing(),
            },
        }
    }
}
