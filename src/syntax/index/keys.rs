//! The keys of a long mapping: which stand twice, and where one may stand.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use super::{Branch, Piece};
use crate::syntax::leaf::{Leaf, NO_COLON};
use crate::text::range::TextRange;

/// The hash of a key, the same in every version and every run.
pub(in crate::syntax) fn key_hash(key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

/// Whether a group of keys may hold one of that name.
pub(super) fn may_hold(keys: &[u64], hash: u64) -> bool {
    keys.iter().any(|key| is_hash_of(*key, hash))
}

/// Whether a kept hash is that of a key, half-typed or not.
pub(super) fn is_hash_of(key: u64, hash: u64) -> bool {
    key == hash || key == hash ^ HALF
}

/// What makes the hash of a half-typed key another one: it is found by its name, but it is not
/// yet the same key as one that stands there.
const HALF: u64 = 0x9e37_79b9_7f4a_7c15;

/// A key at the root of a piece.
pub(super) struct Key<'p> {
    pub name: &'p str,
    /// From the piece's start.
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

/// Gives every key at the piece's root.
pub(super) fn piece_keys<'p>(piece: &'p Piece, mut give: impl FnMut(Key<'p>)) {
    let mut key = |leaf: &'p Leaf, index: u32| {
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
    match piece {
        Piece::Branch(branch) if branch.plan.has_key => {
            key(&branch.header, 1);
        }
        Piece::Branch(_) => {}
        Piece::Leaf(leaf) => {
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
    /// Brings the set of repeated keys up to date after some keys came and went.
    pub(super) fn update_repeated(&mut self, before: &[u64], after: &[u64]) {
        let old: HashSet<u64> = before.iter().copied().collect();
        let new: HashSet<u64> = after.iter().copied().collect();
        let changed: Vec<u64> = old.symmetric_difference(&new).copied().collect();
        let counted = |keys: &[u64], hash: u64| keys.iter().filter(|key| **key == hash).count();
        // Keys that stay may still have changed their number.
        let more = old
            .intersection(&new)
            .filter(|hash| counted(before, **hash) != counted(after, **hash))
            .copied();
        let changed: Vec<u64> = changed.into_iter().chain(more).collect();
        if changed.len() > 16 {
            self.repeated = Arc::new(self.repeated_keys());
            return;
        }
        let merge = key_hash("<<");
        let mut repeated = HashSet::clone(&self.repeated);
        for hash in changed.into_iter().filter(|hash| *hash != merge) {
            let all: usize = self
                .chunks
                .iter()
                .map(|chunk| counted(&chunk.keys, hash))
                .sum();
            if all > 1 {
                repeated.insert(hash);
            } else {
                repeated.remove(&hash);
            }
        }
        self.repeated = Arc::new(repeated);
    }

    pub(super) fn repeated_keys(&self) -> HashSet<u64> {
        let mut seen = HashSet::new();
        // Merge keys are repeated by many writers; nobody loses anything by it.
        let merge = key_hash("<<");
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.keys.iter())
            .filter(|hash| **hash != merge && !seen.insert(**hash))
            .copied()
            .collect()
    }
}
