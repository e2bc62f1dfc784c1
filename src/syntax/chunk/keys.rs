//! The keys of a long mapping: which stand twice, and where one may stand.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::{Branch, Child, Chunk};
use crate::syntax::leaf::{Frame, Leaf, NO_COLON};
use crate::text::range::TextRange;

/// The hash of a key, the same in every version and every run.
pub(in crate::syntax) fn key_hash(key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

/// What makes the hash of a half-typed key another one: it is found by its name, but it is not
/// yet the same key as one that stands there.
const HALF: u64 = 0x9e37_79b9_7f4a_7c15;

/// A key at the root of a chunk.
pub(super) struct Key<'c> {
    pub name: &'c str,
    /// From the chunk's start.
    pub range: TextRange,
    /// Whether a colon follows.
    pub is_whole: bool,
}

impl Key<'_> {
    /// The hash by which the key is kept.
    pub fn hash(&self) -> u64 {
        let hash = key_hash(self.name);
        if self.is_whole { hash } else { hash ^ HALF }
    }
}

/// The hash of the key of a chunk that has exactly one.
pub(super) fn only_key(chunk: &Chunk) -> Option<u64> {
    let mut hash = None;
    let mut count = 0;
    chunk_keys(chunk, |key| {
        hash = Some(key.hash());
        count += 1;
    });
    hash.filter(|_| count == 1)
}

/// Gives every key at the chunk's root.
pub(super) fn chunk_keys<'c>(chunk: &'c Chunk, mut give: impl FnMut(Key<'c>)) {
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
    /// The children that may hold a key, each with its offset from the start of this branch, the
    /// last first.
    pub fn children_with(&self, hash: u64) -> impl Iterator<Item = (usize, &Child)> {
        self.placed_from_end().filter(move |(_, child)| {
            child.key == 0 || child.key == hash || child.key == hash ^ HALF
        })
    }

    /// Hashes of the keys that stand here more than once, in order.
    pub(super) fn repeated_keys(&self) -> Vec<u64> {
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
        // Merge keys are repeated by many writers; nobody loses anything by it.
        let merge = key_hash("<<");
        let pairs = keys.windows(2).filter(|pair| pair[0] == pair[1]);
        let mut repeated: Vec<u64> = pairs.map(|pair| pair[0]).collect();
        repeated.retain(|hash| *hash != merge);
        repeated.dedup();
        repeated
    }
}
