//! The keys of a long mapping: which stand twice, and where one may stand.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use super::{Branch, Piece};
use crate::syntax::leaf::Leaf;
use crate::text::range::TextRange;

/// The hash of a key, the same in every version and every run.
pub(super) fn key_hash(key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

/// Gives the hash and the range (from the piece's start) of every key at the piece's root.
pub(super) fn piece_keys(piece: &Piece, mut give: impl FnMut(u64, TextRange)) {
    let mut key = |leaf: &Leaf, index: u32| {
        if let Some(node) = leaf.nodes().get(index as usize) {
            let range = TextRange::new(node.start as usize, node.end as usize);
            if node.kind.is_scalar() {
                give(key_hash(leaf.value(index)), range);
            }
            return node.size;
        }
        1
    };
    match piece {
        Piece::Branch(branch) if branch.plan.has_key => {
            key(&branch.header, 1);
        }
        Piece::Branch(_) => {}
        Piece::Leaf(leaf) => {
            let root = leaf.nodes().first();
            if !root.is_some_and(|root| root.kind.is_mapping()) {
                return;
            }
            let end = root.map_or(0, |root| root.size);
            let mut at = 1;
            while at < end {
                at += key(leaf, at).max(1);
                at += leaf
                    .nodes()
                    .get(at as usize)
                    .map_or(1, |node| node.size)
                    .max(1);
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
