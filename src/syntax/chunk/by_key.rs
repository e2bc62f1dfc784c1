//! The children of a branch by their keys.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Child;

/// So often a key is searched among all children. Most branches live until the next edit, and a
/// sorted index is not worth it for a few keys.
const SEARCHES: u32 = 16;

/// Where the children with a key are, sorted once many keys are asked for: who asks for each of
/// them must not walk over all children each time.
#[derive(Debug, Default)]
pub(super) struct ByKey {
    searches: AtomicU32,
    sorted: OnceLock<Box<[u32]>>,
}

impl ByKey {
    /// The indexes of the children that have one of these keys, from last to first.
    pub fn find(&self, children: &[Child], keys: [u64; 3]) -> Vec<usize> {
        if self.searches.fetch_add(1, Ordering::Relaxed) < SEARCHES {
            let all = children.iter().enumerate().rev();
            let found = all.filter(|(_, child)| keys.contains(&child.key));
            return found.map(|(at, _)| at).collect();
        }
        let sorted = self.sorted.get_or_init(|| sorted(children));
        let key_of = |at: u32| children[at as usize].key;
        let mut found = Vec::new();
        for key in keys {
            let start = sorted.partition_point(|at| key_of(*at) < key);
            let same = (sorted[start..].iter()).take_while(|at| key_of(**at) == key);
            found.extend(same.map(|at| *at as usize));
        }
        found.sort_unstable_by(|one, other| other.cmp(one));
        found
    }
}

fn sorted(children: &[Child]) -> Box<[u32]> {
    let mut all: Box<[u32]> = (0_u32..).take(children.len()).collect();
    all.sort_unstable_by_key(|at| (children[*at as usize].key, *at));
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::SEARCHES;
    use crate::syntax::format::Language;
    use crate::syntax::tree::Tree;

    /// Short keys and values, keys that occur twice, half typed ones, and several on one line.
    fn text() -> String {
        let line = |at: usize| match at % 7 {
            0 => format!("  k{}: {at}\n", at / 2),
            1 => format!("  k{at}\n"),
            2 => format!("  'k{at}': {{k1: {at}, a: b}}\n"),
            3 => format!("  ? k{at}\n  : [a]\n"),
            4 => format!("  k{at}:\n    k5: 1\n    k6: 2\n"),
            _ => format!("  k{at}: v\n"),
        };
        let lines: String = (0..300).map(line).collect();
        format!("x:\n{lines}")
    }

    #[test]
    fn children_are_found_as_often_as_one_likes() {
        let text = text();
        let expected = |name: &str| {
            // A tree that is asked for nothing else.
            let tree = Tree::parse(&text, Language::Yaml);
            let entry = tree.root().get("x").unwrap().value.get(name);
            entry.map(|entry| (entry.key.range(), entry.value.range()))
        };
        let tree = Tree::parse(&text, Language::Yaml);
        let map = tree.root().get("x").unwrap().value;
        for _ in 0..SEARCHES {
            map.get("k0");
        }
        let mut found = 0;
        for at in 0..310 {
            let name = format!("k{at}");
            let entry = map.get(&name);
            let range = entry.map(|entry| (entry.key.range(), entry.value.range()));
            assert_eq!(range, expected(&name), "{name}");
            found += usize::from(range.is_some());
        }
        assert!(found > 200, "{found}");
    }
}
