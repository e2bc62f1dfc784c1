//! What survives of a document while someone types in it. Each row is one broken line; ten facts
//! are before, inside and after it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "half_typed_yaml/rows.rs"]
mod rows;

use asyncapi_security_lsp::syntax::leaf::{Frame, Leaf};
use asyncapi_security_lsp::syntax::yaml;

use rows::{BLOCK, BLOCK_FACTS, Facts, MIXED, MIXED_FACTS, MORE_BLOCK, MORE_MIXED, PASTED, TABLE};

/// The node at a path: keys by name, items by number.
fn find(leaf: &Leaf, path: &str) -> Option<u32> {
    let nodes = leaf.nodes();
    let mut at = 0_u32;
    for part in path.split('/') {
        let collection = nodes[at as usize];
        let end = at + collection.size;
        let mut child = at + 1;
        let mut index = 0_usize;
        at = loop {
            if child >= end {
                return None;
            }
            if collection.kind.is_mapping() {
                let value = child + nodes[child as usize].size;
                if leaf.value(child) == part {
                    break value;
                }
                child = value + nodes[value as usize].size;
            } else if part.parse() == Ok(index) {
                break child;
            } else {
                index += 1;
                child += nodes[child as usize].size;
            }
        };
    }
    Some(at)
}

/// Facts that are not found; an expected value of `[]` is any sequence.
fn lost(leaf: &Leaf, facts: &Facts) -> Vec<&'static str> {
    let holds = |(path, value): &&(&str, &str)| {
        find(leaf, path).is_some_and(|node| {
            let kind = leaf.nodes()[node as usize].kind;
            if *value == "[]" {
                kind.is_sequence()
            } else {
                leaf.value(node) == *value
            }
        })
    };
    facts
        .iter()
        .filter(|fact| !holds(fact))
        .map(|(path, _)| *path)
        .collect()
}

#[test]
fn the_measured_table() {
    let mut total = 0;
    for (line, error) in TABLE {
        let text = BLOCK.replace("          EDIT", line);
        total += row(line, &text, &BLOCK_FACTS, error, &[]).0;
    }
    println!("table: {total} of 340");
    assert_eq!(total, 340);
}

/// Reads one row, prints it, and returns how many facts are kept and how many should be. Those in
/// `gone` cannot exist any more, and must not.
fn row(name: &str, text: &str, facts: &Facts, error: bool, gone: &[&str]) -> (usize, usize) {
    let leaf = yaml::read(text, Frame::Document, 0);
    let lost = lost(&leaf, facts);
    let (expected, lost): (Vec<_>, Vec<_>) = lost
        .into_iter()
        .partition(|path| gone.iter().any(|gone| path.contains(gone)));
    assert_eq!(
        expected.len(),
        gone.len(),
        "{name:?}: {expected:?} are gone"
    );
    let possible = 10 - gone.len();
    let messages = leaf
        .errors()
        .iter()
        .map(|error| {
            let range = error.range;
            format!("{:?} {}", &text[range.start()..range.end()], error.message)
        })
        .collect::<Vec<_>>();
    println!(
        "{:2}/{possible} {} | {}{}",
        possible - lost.len(),
        name.replace('\n', "\\n"),
        messages.join(" ## "),
        if lost.is_empty() {
            String::new()
        } else {
            format!(" LOST {lost:?}")
        }
    );
    assert_eq!(!messages.is_empty(), error, "{name:?} {messages:?}");
    assert!(messages.len() <= 3, "{name:?} {messages:?}");
    (possible - lost.len(), possible)
}

#[test]
fn more_rows() {
    let (mut total, mut most) = (0, 0);
    for (from, to, error, gone) in MORE_BLOCK {
        assert!(BLOCK.contains(from), "{from}");
        let text = BLOCK.replace(from, to).replace("          EDIT\n", "");
        let (kept, possible) = row(to, &text, &BLOCK_FACTS, error, gone);
        total += kept;
        most += possible;
    }
    for (from, to, error, gone) in MORE_MIXED.into_iter().chain(PASTED) {
        assert_eq!(MIXED.matches(from).count(), 1, "{from}");
        let text = MIXED.replace(from, to);
        let (kept, possible) = row(to, &text, &MIXED_FACTS, error, gone);
        total += kept;
        most += possible;
    }
    println!("more rows: {total} of {most}");
    assert_eq!((total, most), (703, 703));
}

/// Lines that a fact depends on: those of its keys, dashes and value.
fn lines_of(text: &str, leaf: &Leaf, path: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut line = |from: u32, to: u32| {
        let of = |at: u32| text[..at as usize].matches('\n').count();
        lines.extend(of(from)..=of(to));
    };
    let nodes = leaf.nodes();
    let mut parent = 0_usize;
    let parts = path.split('/').collect::<Vec<_>>();
    for length in 1..=parts.len() {
        let node = find(leaf, &parts[..length].join("/")).unwrap() as usize;
        // The key is before its value; an item starts on the line of its dash here.
        if nodes[parent].kind.is_mapping() {
            let key = nodes[node - 1];
            line(key.start, key.end);
        }
        line(nodes[node].start, nodes[node].start);
        if length == parts.len() {
            line(nodes[node].start, nodes[node].end);
        }
        parent = node;
    }
    lines
}

/// Every line broken in every way by one keystroke or a cut: how many facts of other lines survive.
/// Returns kept and possible.
fn every_keystroke(text: &str, facts: &Facts, show: bool) -> (usize, usize) {
    let whole = yaml::read(text, Frame::Document, 0);
    let places = facts.map(|(path, _)| lines_of(text, &whole, path));
    let mut worst = std::collections::BTreeMap::new();
    let (mut kept, mut possible) = (0, 0);
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len() - 1;
        let mut edits = Vec::new();
        for at in (start..=end).filter(|at| text.is_char_boundary(*at)) {
            // Truncated; deleted; and with each special character.
            edits.push((at..end, String::new()));
            edits.push((at..(at + 1).min(end), String::new()));
            for typed in "\"'[]{}:,-#&*!|>@`%? x".chars() {
                edits.push((at..at, typed.to_string()));
                edits.push((at..end, typed.to_string()));
            }
        }
        for (range, with) in edits {
            let mut edited = text.to_owned();
            edited.replace_range(range.clone(), &with);
            let leaf = yaml::read(&edited, Frame::Document, 0);
            let lost = lost(&leaf, facts);
            for ((path, _), lines) in facts.iter().zip(&places) {
                if lines.contains(&number) {
                    continue;
                }
                possible += 1;
                if lost.contains(path) {
                    *worst
                        .entry((number, with.clone(), range.start))
                        .or_insert(0) += 1;
                } else {
                    kept += 1;
                }
            }
        }
        start = end + 1;
    }
    if show {
        let mut worst = worst.into_iter().collect::<Vec<_>>();
        worst.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for ((number, with, at), count) in worst.iter().take(120) {
            let line = text.lines().nth(*number).unwrap();
            let column = at
                - text
                    .lines()
                    .take(*number)
                    .map(|line| line.len() + 1)
                    .sum::<usize>();
            println!(
                "{count} line {number} {:?} + {with:?} | {line}",
                &line[..column]
            );
        }
    }
    (kept, possible)
}

#[test]
fn every_single_keystroke() {
    let block = BLOCK.replace("          EDIT\n", "");
    let show = std::env::var("YAML_SHOW").is_ok();
    for (text, facts) in [(block.as_str(), &BLOCK_FACTS), (MIXED, &MIXED_FACTS)] {
        let (kept, possible) = every_keystroke(text, facts, show);
        let share = kept as f64 / possible as f64 * 100.0;
        println!("keystrokes: {kept} of {possible} ({share:.2} %)");
        assert!(share >= 99.5, "{share}");
    }
}
