//! The YAML reader: turns any text into a leaf.
//!
//! [`block`] reads by indentation, never fails, and knows whether everything it saw is in the
//! subset that it reads exactly. Other chunks are passed to an established parser ([`strict`]): if
//! it accepts the chunk, its tree is the result. Otherwise the result is the tolerant tree, with
//! the errors of the tolerant reader, which places them best.

mod block;
pub(super) mod decode;
mod entry;
mod flow;
mod levels;
pub(super) mod lines;
mod messages;
mod scalars;
pub mod strict;
mod value;

use std::collections::HashMap;

use super::chunk::OpenPlace;
use super::invisible;
use super::leaf::builder::LeafBuilder;
use super::leaf::{
    Frame, Leaf, NO_COLON, NodeData, NodeKind, SyntaxError, SyntaxErrorKind, repeated_key,
};
use crate::text::range::TextRange;

/// Reads a chunk of YAML. `depth` is how many collections enclose the chunk; nodes deeper than
/// [`super::leaf::MAX_DEPTH`] are not read, and an error says so.
pub fn read(text: &str, frame: Frame, depth: usize) -> Leaf {
    let quick = block::read(text, frame, depth, true);
    let mut builder = if quick.certain {
        quick.builder
    } else if let Some(builder) = as_it_is_meant(text, frame, depth) {
        builder
    } else {
        match strict::read(text, frame, depth) {
            Ok(builder) => builder,
            Err(error) => {
                let reading = block::read(text, frame, depth, false);
                with_verdict(reading, text, error)
            }
        }
    };
    report_duplicates(&mut builder, text);
    builder.finish(text)
}

/// The tree of a text in which invisible characters stand in place of blanks, or `...` in place of
/// what was left out: a strict parser takes them for letters and finds something that nobody means.
fn as_it_is_meant(text: &str, frame: Frame, depth: usize) -> Option<LeafBuilder> {
    if invisible::first(text).is_none() && !text.contains("...") {
        return None;
    }
    let builder = block::read(text, frame, depth, false).builder;
    let kinds = [
        SyntaxErrorKind::Invisible,
        SyntaxErrorKind::Ellipsis,
        SyntaxErrorKind::EllipsisText,
    ];
    kinds
        .iter()
        .any(|kind| builder.has_error(*kind))
        .then_some(builder)
}

/// Where the lines end that a bracket or quote goes on in, which is open at the end of a chunk:
/// `text` is that chunk with its siblings below. `None` if it does not go on, or is never closed.
pub(super) fn continued_end(text: &str, open: OpenPlace, budget: &mut usize) -> Option<usize> {
    let mut reader = block::BlockReader::new(text, 0, false);
    reader.budget = *budget;
    let end = reader.continued_end(open);
    *budget = reader.budget;
    end
}

/// The tolerant tree, with the strict parser's error if no error of the tolerant reader explains
/// it.
fn with_verdict(
    mut reading: block::TolerantReading,
    text: &str,
    error: SyntaxError,
) -> LeafBuilder {
    // The parser reports the start of what it could not finish, which may be two lines above.
    let bytes = text.as_bytes();
    let mut end = lines::line_at(bytes, error.range.start()).next;
    for _ in 0..2 {
        end = lines::content_from(bytes, end)
            .0
            .map_or(end, |line| line.next);
    }
    // What is deeper than the limit was not read.
    let explained = reading.limited
        || reading.error_starts.iter().any(|at| *at <= end)
        || reading.error_starts.is_empty() && reading.builder.has_errors();
    if !explained {
        reading
            .builder
            .error(error.range, error.kind, error.message);
    }
    reading.builder
}

/// Mappings up to this size are compared key by key.
const FEW: usize = 16;

/// Reports the later of two equal keys, in every mapping. After a broken line keys may be in a
/// mapping they do not belong to, so they are not reported.
fn report_duplicates(builder: &mut LeafBuilder, text: &str) {
    let mut duplicates = Vec::new();
    let mut keys: Vec<u32> = Vec::new();
    for (index, node) in builder.nodes().iter().enumerate() {
        if !node.kind.is_mapping() || node.size < 5 {
            continue;
        }
        collect_keys(builder.nodes(), index, &mut keys);
        find_duplicates(builder, text, &keys, &mut duplicates);
    }
    let broken = builder.first_error().unwrap_or(usize::MAX);
    for index in duplicates {
        let Some(node) = builder.node(index).copied() else {
            continue;
        };
        if node.start as usize > broken {
            continue;
        }
        let range = TextRange::new(node.start as usize, node.end as usize);
        let error = repeated_key(builder.value(index, text), range);
        builder.error(error.range, error.kind, error.message);
    }
}

/// The keys of a mapping that can be compared.
fn collect_keys(nodes: &[NodeData], mapping: usize, keys: &mut Vec<u32>) {
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

fn find_duplicates(builder: &LeafBuilder, text: &str, keys: &[u32], duplicates: &mut Vec<u32>) {
    let value = |key: u32| builder.value(key, text);
    if keys.len() <= FEW {
        for (at, key) in keys.iter().enumerate() {
            let name = value(*key);
            let earlier = keys[..at].iter().copied();
            if earlier
                .into_iter()
                .any(|other| value(other) == name && comparable(builder, other, *key, name))
            {
                duplicates.push(*key);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(keys.len());
    for key in keys {
        let name = value(*key);
        match seen.get(name) {
            Some(other) if comparable(builder, *other, *key, name) => {
                duplicates.push(*key);
            }
            Some(_) => {}
            None => {
                seen.insert(name, *key);
            }
        }
    }
}

/// `1` and `"1"` are a number and a string. Only some readers treat them as equal, so they are not
/// reported.
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

#[cfg(test)]
mod tests;
