//! Keys that stand twice in one mapping (YAML 1.2, 3.2.1.3: keys are unique).

use std::collections::HashMap;

use crate::syntax::leaf::{Fault, LeafBuilder, NO_COLON, NodeData, NodeKind, duplicate_key};
use crate::text::range::TextRange;

/// Mappings up to this size are compared key by key.
const FEW: usize = 16;

/// Reports the later one of two equal keys, in every mapping. What follows a broken line may
/// stand in a mapping it does not belong to, so nothing is said of it.
pub fn report(builder: &mut LeafBuilder, text: &str) {
    let mut twice = Vec::new();
    let mut keys: Vec<u32> = Vec::new();
    for (index, node) in builder.nodes().iter().enumerate() {
        if !node.kind.is_mapping() || node.size < 5 {
            continue;
        }
        collect(builder.nodes(), index, &mut keys);
        find(builder, text, &keys, &mut twice);
    }
    let broken = builder.first_error().unwrap_or(usize::MAX);
    for index in twice {
        let Some(node) = builder.node(index).copied() else {
            continue;
        };
        if node.start as usize > broken {
            continue;
        }
        let range = TextRange::new(node.start as usize, node.end as usize);
        let message = duplicate_key(builder.value(index, text));
        builder.error(range, Fault::DuplicateKey, message);
    }
}

/// The keys of a mapping that can be compared.
fn collect(nodes: &[NodeData], mapping: usize, keys: &mut Vec<u32>) {
    keys.clear();
    let end = mapping + nodes[mapping].size as usize;
    keys.reserve(FEW);
    let mut at = mapping + 1;
    while at < end {
        let key = nodes[at];
        if key.kind.is_scalar() && key.flags & NO_COLON == 0 {
            keys.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        at += key.size as usize;
        at += nodes.get(at).map_or(1, |value| value.size as usize);
    }
}

fn find(builder: &LeafBuilder, text: &str, keys: &[u32], twice: &mut Vec<u32>) {
    let value = |key: u32| builder.value(key, text);
    if keys.len() <= FEW {
        for (at, key) in keys.iter().enumerate() {
            let name = value(*key);
            let earlier = keys[..at].iter().copied();
            if name != "<<"
                && earlier
                    .into_iter()
                    .any(|other| value(other) == name && comparable(builder, other, *key, name))
            {
                twice.push(*key);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(keys.len());
    for key in keys {
        let name = value(*key);
        match seen.get(name) {
            Some(other) if name != "<<" && comparable(builder, *other, *key, name) => {
                twice.push(*key);
            }
            Some(_) => {}
            None => {
                seen.insert(name, *key);
            }
        }
    }
}

/// `1` and `"1"` are a number and a text: they are equal for some readers only, so nothing
/// is said of them.
fn comparable(builder: &LeafBuilder, one: u32, other: u32, name: &str) -> bool {
    let plain = |key: u32| {
        builder
            .node(key)
            .is_some_and(|node| node.kind == NodeKind::Plain)
    };
    let texts = name.starts_with(|first: char| first.is_alphabetic() || "_$/".contains(first))
        && !matches!(
            name.to_ascii_lowercase().as_str(),
            "true" | "false" | "null"
        );
    plain(one) == plain(other) || texts
}
