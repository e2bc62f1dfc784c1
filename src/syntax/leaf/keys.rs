//! The keys of long mappings by their hashes, so that one is found without a walk over all those
//! before it. Few leaves have such mappings, and in few of them a key is looked for: the hashes are
//! made then.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::OnceLock;

use super::Leaf;

/// The hash of a key, the same in every version and every run.
pub(in crate::syntax) fn key_hash(key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

/// The keys of all long mappings of a leaf.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(OnceLock<Box<[Key]>>);

/// Leaves with the same nodes have the same keys.
impl PartialEq for Keys {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Keys {}

/// A key, in the order in which they are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    mapping: u32,
    hash: u64,
    node: u32,
}

impl Leaf {
    /// Whether a collection has so many children that [`Self::last_key`] knows its keys.
    pub fn is_long(&self, collection: u32) -> bool {
        let marks = self.rare.as_ref().map_or(&[][..], |rare| &rare.marks);
        let at = marks.partition_point(|mark| mark.collection < collection);
        marks
            .get(at)
            .is_some_and(|mark| mark.collection == collection)
    }

    /// The last scalar key with this text in a long mapping.
    pub fn last_key(&self, mapping: u32, text: &str) -> Option<u32> {
        let keys = &self.rare.as_ref()?.keys;
        let keys = keys.0.get_or_init(|| self.long_keys());
        let hash = key_hash(text);
        let end = keys.partition_point(|key| (key.mapping, key.hash) <= (mapping, hash));
        let same = (keys.get(..end)?.iter().rev())
            .take_while(|key| (key.mapping, key.hash) == (mapping, hash));
        let mut found = same.map(|key| key.node);
        found.find(|node| self.value(*node) == text)
    }

    fn long_keys(&self) -> Box<[Key]> {
        let mut keys = Vec::new();
        let marks = self.rare.as_ref().map_or(&[][..], |rare| &rare.marks);
        let mut last = None;
        for mark in marks {
            if last.replace(mark.collection) == Some(mark.collection) {
                continue;
            }
            let (mapping, size) = match self.node(mark.collection) {
                Some(node) if node.kind.is_mapping() => (mark.collection, node.size),
                _ => continue,
            };
            let (mut at, mut is_key) = (mapping + 1, true);
            while at < mapping + size
                && let Some(node) = self.node(at)
            {
                if is_key && node.kind.is_scalar() {
                    let hash = key_hash(self.value(at));
                    let node = at;
                    keys.push(Key {
                        mapping,
                        hash,
                        node,
                    });
                }
                (at, is_key) = (at + node.size.max(1), !is_key);
            }
        }
        keys.sort_unstable();
        keys.into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::syntax::format::Language;
    use crate::syntax::node::{Entry, Node};
    use crate::syntax::tree::Tree;

    #[test]
    fn keys_of_long_mappings_are_found_as_in_short_ones() {
        let mut texts = Vec::new();
        for count in [3, 32, 33, 200] {
            let name = |at: usize| format!("k{}", at * 7 % (count - count / 8));
            let members = (0..count).map(|at| format!("{}: {{k1: {at}, a: b}}", name(at)));
            let members = members.collect::<Vec<_>>().join(", ");
            texts.push(format!(
                "{{x: {{{members}}}, [k2]: 1, k3, 'k4': 2, \"k5\": 3, {members}}}"
            ));
        }
        for text in texts {
            let tree = Tree::parse(&text, Language::Yaml);
            let root = tree.root();
            for mapping in [root, root.get("x").unwrap().value] {
                for at in 0..250 {
                    let name = format!("k{at}");
                    let is_it = |key: Node<'_>| key.is_scalar() && key.value() == name;
                    let expected = mapping.entries().filter(|entry| is_it(entry.key)).last();
                    let range = |entry: Option<Entry<'_>>| {
                        entry.map(|entry| (entry.key.range(), entry.value.range()))
                    };
                    assert_eq!(
                        range(mapping.get(&name)),
                        range(expected),
                        "{name} in {text}"
                    );
                }
            }
        }
    }
}
