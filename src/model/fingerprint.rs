//! Whether two nodes have equal content.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::walk::members;
use crate::syntax::node::Node;
use crate::syntax::tree::Tree;

/// How many nodes are read; aliases can expand a small text without limit.
const FINGERPRINT_NODES: usize = 10_000;
const FINGERPRINT_DEPTH: usize = 64;

/// A hash of the content of a node, regardless of the order of keys, style and format.
pub fn fingerprint(tree: &Tree, node: Node<'_>) -> u64 {
    let mut budget = FINGERPRINT_NODES;
    let hash = content_hash(tree, node, FINGERPRINT_DEPTH, &mut budget);
    if budget > 0 {
        return hash;
    }
    // Not everything was read, so make it different from all others.
    let mut hasher = DefaultHasher::new();
    (hash, node.range().start()).hash(&mut hasher);
    hasher.finish()
}

fn content_hash(tree: &Tree, node: Node<'_>, depth: usize, budget: &mut usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    *budget = budget.saturating_sub(1);
    if depth == 0 || *budget == 0 {
        *budget = 0;
        return 0;
    }
    let node = tree.resolve(node).unwrap_or(node);
    if node.is_mapping() {
        // The sum does not depend on the order of the keys.
        let mut sum: u64 = 0;
        for entry in members(tree, node) {
            let mut pair = DefaultHasher::new();
            entry.key.value().hash(&mut pair);
            content_hash(tree, entry.value, depth - 1, budget).hash(&mut pair);
            sum = sum.wrapping_add(pair.finish());
        }
        ("mapping", sum).hash(&mut hasher);
    } else if node.is_sequence() {
        "sequence".hash(&mut hasher);
        for item in node.items() {
            content_hash(tree, item, depth - 1, budget).hash(&mut hasher);
        }
    } else {
        (node.scalar_type(), node.value()).hash(&mut hasher);
    }
    hasher.finish()
}
