//! The entries of a mapping by the chunks in which they lie. Only `model::units` uses this; both
//! go together.

use std::sync::Arc;

use super::children::entries_of;
use super::{At, Entry, Node};
use crate::syntax::chunk::Child;

/// The entries of a chunk.
#[derive(Clone, Copy)]
pub struct Group<'t> {
    /// Where its text starts.
    pub start: usize,
    /// How many bytes of text belong to it.
    pub len: usize,
    at: Held<'t>,
}

/// The same.
pub type Part<'t> = Group<'t>;

#[derive(Clone, Copy)]
enum Held<'t> {
    Child(&'t Child),
    Node(Node<'t>),
}

/// What keeps the identity of a group from being given to another one.
#[derive(Debug, Clone, Default)]
pub struct Keeper {
    chunk: Option<Child>,
}

impl Keeper {
    /// Whether a tree has the group too.
    pub fn is_shared(&self) -> bool {
        (self.chunk.as_ref()).is_some_and(|child| Arc::strong_count(&child.chunk) > 1)
    }
}

/// What tells groups from each other: equal where the text is the same and an edit has not
/// touched it, as long as the older tree or a [`Keeper`] is there.
pub type Identity = (usize, u32);

impl<'t> Node<'t> {
    /// The groups of a mapping's entries, in order. Nothing for other nodes.
    pub fn groups(self) -> Vec<Group<'t>> {
        if !self.is_mapping() {
            return Vec::new();
        }
        let At::Branch(branch) = self.at else {
            return vec![Group {
                start: self.base,
                len: self.chunk_len(),
                at: Held::Node(self),
            }];
        };
        (branch.placed())
            .map(|(at, child)| Group {
                start: self.base + at,
                len: child.len(),
                at: Held::Child(child),
            })
            .collect()
    }
}

impl<'t> Group<'t> {
    /// What tells it from others.
    pub fn identity(self) -> Identity {
        match self.at {
            Held::Child(child) => (Arc::as_ptr(&child.chunk).addr(), u32::MAX),
            Held::Node(node) => node.identity(),
        }
    }

    /// Keeps its identity its own.
    pub fn keeper(self) -> Keeper {
        Keeper {
            chunk: match self.at {
                Held::Child(child) => Some(child.clone()),
                Held::Node(_) => None,
            },
        }
    }

    /// The parts that make it up: itself.
    pub fn parts(self) -> Vec<Part<'t>> {
        vec![self]
    }

    /// Its entries, raw, in order.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        match self.at {
            Held::Child(child) => entries_of(&child.chunk, self.start),
            Held::Node(node) => node.entries(),
        }
    }
}
