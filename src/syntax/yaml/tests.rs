#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{block, lines, read, strict};
use crate::syntax::leaf::{Frame, Leaf, NodeKind, SyntaxError, SyntaxErrorKind};

const FRAMES: [Frame; 3] = [Frame::Document, Frame::Entries, Frame::Items];

fn check(text: &str) -> Result<usize, TestCaseError> {
    let mut certain = 0;
    for frame in FRAMES {
        let quick = block::read(text, frame, 0, true);
        if quick.certain {
            certain += 1;
            let quick = quick.builder.finish(text);
            prop_assert!(quick.errors().is_empty(), "{:?}", text);
            match strict::read(text, frame, 0) {
                Ok(strict) => prop_assert_eq!(
                    &quick,
                    &strict.finish(text),
                    "{:?} {:?}: ours is the left one",
                    frame,
                    text
                ),
                Err(error) => {
                    let empty = quick.nodes().len() == 1;
                    prop_assert!(empty, "{:?} {:?} {:?}", frame, text, error);
                }
            }
        }
        let leaf = read(text, frame, 0);
        sound(&leaf, frame)?;
    }
    Ok(certain)
}

/// What holds for every leaf.
fn sound(leaf: &Leaf, frame: Frame) -> Result<(), TestCaseError> {
    let text = leaf.text();
    let root = leaf.nodes()[0];
    match frame {
        Frame::Document => {}
        Frame::Entries => prop_assert_eq!(root.kind, NodeKind::BlockMapping),
        Frame::Items => prop_assert_eq!(root.kind, NodeKind::BlockSequence),
    }
    prop_assert_eq!(root.size as usize, leaf.nodes().len());
    for (at, node) in leaf.nodes().iter().enumerate() {
        let range = node.start as usize..node.end as usize;
        prop_assert!(text.get(range).is_some(), "{:?} {:?}", text, node);
        let mut child = at + 1;
        let mut count = 0;
        while child < at + node.size as usize {
            let inner = leaf.nodes()[child];
            prop_assert!(
                inner.start >= node.start && inner.end <= node.end,
                "{:?} {:?} {:?}",
                text,
                node,
                inner
            );
            child += inner.size as usize;
            count += 1;
        }
        prop_assert_eq!(child, at + node.size as usize);
        prop_assert!(!node.kind.is_mapping() || count % 2 == 0, "{:?}", text);
    }
    for error in leaf.errors() {
        prop_assert!(!error.range.is_empty(), "{:?} {:?}", text, error);
        prop_assert!(text.get(error.range.start()..error.range.end()).is_some());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn where_certain_both_readers_give_the_same_leaf(text in chunks()) {
        check(&text)?;
    }

    #[test]
    fn where_certain_both_readers_give_the_same_leaf_of_orderly_text(text in orderly()) {
        check(&text)?;
    }
}

/// Kinds and values of the nodes under the root.
fn inside(leaf: &Leaf) -> Vec<(NodeKind, u32, String)> {
    let nodes = leaf.nodes();
    let inner = nodes.iter().enumerate().skip(1);
    inner
        .map(|(at, node)| (node.kind, node.size, leaf.value(at as u32).to_owned()))
        .collect()
}

/// Splits a text at the lines that start an entry (or item) at the root's indent.
fn split_entries(text: &str, sequence: bool) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut indent = None;
    let mut at = 0;
    while at < text.len() {
        let line = lines::line_at(text.as_bytes(), at);
        let content = &text[line.content..line.end];
        let item = content == "-" || content.starts_with("- ");
        if !line.is_blank() && !content.starts_with('#') {
            let root = *indent.get_or_insert(line.indent());
            let starts = item == sequence && !content.starts_with(['?', ':']);
            if line.indent() == root && starts && at > 0 {
                cuts.push(at);
            }
        }
        at = line.next;
    }
    cuts.push(text.len());
    cuts.windows(2)
        .map(|pair| &text[pair[0]..pair[1]])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    /// Reading a well-formed collection entry by entry gives the same nodes as reading it in one
    /// go.
    #[test]
    fn a_collection_may_be_cut_at_its_entries(text in orderly()) {
        // An anchor or tag on a line before the first entry belongs to the collection.
        if text.trim_start().starts_with(['&', '!']) {
            return Ok(());
        }
        let Ok(whole) = strict::read(&text, Frame::Document, 0) else {
            return Ok(());
        };
        let whole = whole.finish(&text);
        let frame = match whole.nodes()[0].kind {
            NodeKind::BlockMapping => Frame::Entries,
            NodeKind::BlockSequence => Frame::Items,
            _ => return Ok(()),
        };
        let mut parts = Vec::new();
        for chunk in split_entries(&text, frame == Frame::Items) {
            let leaf = read(chunk, frame, 0);
            let grammar = |error: &&SyntaxError| matches!(error.kind, SyntaxErrorKind::Grammar | SyntaxErrorKind::Style);
            prop_assert_eq!(leaf.errors().iter().find(grammar), None, "{:?} of {:?}", chunk, text);
            parts.extend(inside(&leaf));
        }
        prop_assert_eq!(parts, inside(&whole), "{:?}", text);
    }
}

/// The first property is only meaningful if the tolerant reader is certain often enough.
#[test]
fn many_orderly_texts_are_certain() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut certain, mut nodes) = (0, 0);
    for _ in 0..1000 {
        let text = orderly().new_tree(&mut runner).unwrap().current();
        let quick = block::read(&text, Frame::Document, 0, true);
        if quick.certain {
            certain += 1;
            nodes += quick.builder.nodes().len();
        }
    }
    println!("{certain} of 1000 certain, {nodes} nodes");
    assert!(certain > 300 && nodes > 4000, "{certain} {nodes}");
}

/// The same cases in every ordinary run, new ones in long runs.
fn seed() -> RngSeed {
    match std::env::var("YAML_CASES") {
        Ok(_) => RngSeed::Random,
        Err(_) => RngSeed::Fixed(20_240_614),
    }
}

/// A broken line must not make the reader report errors on valid lines around it: it reads
/// well-formed texts as the strict parser does.
#[test]
fn the_tolerant_reader_finds_nothing_in_sound_text() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut sound, mut alike) = (0, 0);
    for _ in 0..4000 {
        let text = orderly().new_tree(&mut runner).unwrap().current();
        let Ok(strict) = strict::read(&text, Frame::Document, 0) else {
            continue;
        };
        sound += 1;
        let alone = block::read(&text, Frame::Document, 0, false);
        if alone.error_starts.is_empty() && alone.builder.finish(&text) == strict.finish(&text) {
            alike += 1;
        }
    }
    println!("{alike} of {sound} alike");
    assert!(
        sound > 2000 && alike * 100 >= sound * 98,
        "{alike} of {sound}"
    );
}

/// More cases if requested, for long runs.
fn cases() -> u32 {
    let asked = std::env::var("YAML_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

/// Prints kinds and values, one node per line.
fn outline(leaf: &Leaf) -> String {
    let nodes = leaf.nodes();
    let mut ends: Vec<usize> = Vec::new();
    let mut out = String::new();
    for (at, node) in nodes.iter().enumerate() {
        ends.retain(|end| *end > at);
        let raw = &leaf.text()[node.start as usize..node.end as usize];
        let shown = if node.kind.is_scalar() || node.kind == NodeKind::Alias {
            format!(" {:?}", leaf.value(at as u32))
        } else if node.kind == NodeKind::Missing {
            format!(" @{}", node.start)
        } else {
            format!(" {raw:?}")
        };
        let flags = if node.flags & 3 != 0 { "!" } else { "" };
        out.push_str(&format!(
            "{}{:?}{flags}{shown}\n",
            " ".repeat(ends.len()),
            node.kind
        ));
        if node.size > 1 {
            ends.push(at + node.size as usize);
        }
    }
    out
}

#[test]
fn an_ordinary_entry_is_read_without_the_strict_parser() {
    let text = "# head\n  a: 1\n  b:\n  - \"x\"\n  - c: 'd'\n    e:\n  f: |\n    text\n\n  g: [h, {i: j}] # tail\n";
    assert!(block::read(text, Frame::Entries, 0, true).certain);
    let leaf = read(text, Frame::Entries, 3);
    assert_eq!(leaf.errors(), []);
    let expected = "\
BlockMapping \"a: 1\\n  b:\\n  - \\\"x\\\"\\n  - c: 'd'\\n    e:\\n  f: |\\n    text\\n\\n  g: [h, {i: j}]\"
 Plain \"a\"
 Plain \"1\"
 Plain \"b\"
 BlockSequence \"- \\\"x\\\"\\n  - c: 'd'\\n    e:\"
  Double \"x\"
  BlockMapping \"c: 'd'\\n    e:\"
   Plain \"c\"
   Single \"d\"
   Plain \"e\"
   Missing @44
 Plain \"f\"
 Literal \"text\\n\"
 Plain \"g\"
 FlowSequence \"[h, {i: j}]\"
  Plain \"h\"
  FlowMapping \"{i: j}\"
   Plain \"i\"
   Plain \"j\"
";
    assert_eq!(outline(&leaf), expected);
}

// Texts for the properties: random lines, and trees written in order.

/// A chunk built of lines that occur while typing.
fn chunks() -> impl Strategy<Value = String> {
    let values = prop::sample::select(vec![
        "",
        "",
        " ",
        " # note",
        "  x",
        " plain text",
        " https://a.example/x?y=1#z",
        " -1.5",
        " \"a \\\"b\\\" c\"",
        " \"\\x41\\t\\n\"",
        " 'it''s'",
        " '' # empty",
        " x#y # z",
        " [a, \"b\", {c: d}]",
        " []",
        " {}",
        " { a: b , c: [ ] }",
        " [a , b]",
        " {a: 'b', \"c\": d}",
        " |",
        " |-",
        " |+",
        " a:b",
        " \u{e9}\u{1d11e}",
        " ~",
        " <<",
        " x\\y",
        " a, b",
        " [a]b",
        " a\"b",
        " >",
        " *a",
        " &a b",
        " !t c",
        " \"open",
        " {a",
        " a: b",
        " ]",
    ]);
    let keys = prop::sample::select(vec![
        "a:", "b:", "key:", "\"q\":", "'s' :", "x y:", "<<:", "- ", "- ", "-", "- k:", "- - ",
        "a/b:", "200:", "", "# c", "\u{e9}:", "? k",
    ]);
    let line = (0..5_usize, keys, values, 0..20_usize).prop_map(|(indent, key, value, odd)| {
        let indent = indent * 2 + usize::from(odd == 0);
        format!("{}{key}{value}", " ".repeat(indent))
    });
    let breaks = prop::sample::select(vec!["\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n  \n"]);
    (prop::collection::vec((line, breaks), 0..8), any::<bool>()).prop_map(|(lines, ended)| {
        let mut text = String::new();
        for (line, end) in &lines {
            text.push_str(line);
            text.push_str(end);
        }
        if !ended {
            text.truncate(text.trim_end().len());
        }
        text
    })
}

/// The content of a well-formed text.
#[derive(Debug, Clone)]
enum Tree {
    Scalar(&'static str),
    List(Vec<(Tree, bool)>),
    Map(Vec<(&'static str, Tree, usize)>),
}

fn trees() -> impl Strategy<Value = Tree> {
    let scalars = prop::sample::select(vec![
        "",
        "x",
        "plain text",
        "https://a.example/x?y=1#z",
        "-1.5",
        "\"a \\\"b\\\" c\"",
        "'it''s'",
        "'' # empty",
        "x#y # z",
        "[a, \"b\", {c: d}]",
        "[]",
        "{ a: b , c: [ ] }",
        "~",
        "a:b",
        "\u{e9}\u{1d11e}",
        "{a: 'b', \"c\": d}",
        "|\n  text\n",
        "|-\n   text\n    more\n\n",
        "# note",
    ]);
    let keys = prop::sample::select(vec![
        "a", "b", "key", "\"q\"", "'s' ", "x y", "<<", "a/b", "200", "\u{e9}", "c", "d",
    ]);
    scalars
        .prop_map(Tree::Scalar)
        .prop_recursive(4, 24, 4, move |inner| {
            let list = prop::collection::vec((inner.clone(), any::<bool>()), 1..4);
            let map = prop::collection::vec((keys.clone(), inner, 0..12_usize), 1..4);
            prop_oneof![list.prop_map(Tree::List), map.prop_map(Tree::Map)]
        })
}

/// Writes a tree at an indent; `inline` says whether the first line is indented already.
fn write(tree: &Tree, indent: usize, inline: bool, out: &mut String) {
    let pad = " ".repeat(indent);
    match tree {
        Tree::Scalar(text) => {
            let text = text.replace("\n ", &format!("\n{pad}"));
            out.push_str(&text);
            if !text.ends_with('\n') {
                out.push('\n');
            }
        }
        Tree::List(items) => {
            for (at, (item, own_line)) in items.iter().enumerate() {
                if at > 0 || !inline {
                    out.push_str(&pad);
                }
                out.push('-');
                if *own_line && !matches!(item, Tree::Scalar(_)) {
                    out.push('\n');
                    write(item, indent + 2, false, out);
                } else {
                    out.push(' ');
                    write(item, indent + 2, true, out);
                }
            }
        }
        Tree::Map(entries) => {
            for (at, (key, value, style)) in entries.iter().enumerate() {
                if at > 0 || !inline {
                    out.push_str(&pad);
                }
                out.push_str(key);
                out.push(':');
                match value {
                    Tree::Scalar(_) => {
                        out.push(' ');
                        write(value, indent + 2, true, out);
                    }
                    _ => {
                        out.push_str(["\n", "\n", "\n", " # note\n", "\n\n"][style % 5]);
                        let list = matches!(value, Tree::List(_));
                        let deeper = if list && style % 2 == 0 {
                            0
                        } else {
                            2 + style % 3
                        };
                        write(value, indent + deeper, false, out);
                    }
                }
                match style {
                    0 => out.push('\n'),
                    1 => out.push_str("# note\n"),
                    _ => {}
                }
            }
        }
    }
}

/// A well-formed chunk, or nearly so: with an edit or two.
fn orderly() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "", "", ":", " ", "  ", "- ", "\n", "#", " #", "\"", "'", "{", "]", ",", "&a ", "x", "\\",
    ]);
    let edit = (any::<prop::sample::Index>(), 0..4_usize, bits);
    let edits = prop_oneof![
        Just(Vec::new()).boxed(),
        prop::collection::vec(edit, 1..3).boxed()
    ];
    let breaks = prop::sample::select(vec!["\n", "\n", "\r\n", "\r"]);
    (trees(), edits, breaks, 0..3_usize, any::<bool>()).prop_map(
        |(tree, edits, end, indent, cut)| {
            let mut text = String::new();
            write(&tree, indent, false, &mut text);
            for (place, length, bit) in edits {
                let floor = |mut at: usize| {
                    while !text.is_char_boundary(at) {
                        at -= 1;
                    }
                    at
                };
                let start = floor(place.index(text.len() + 1));
                let end = floor((start + length).min(text.len())).max(start);
                text.replace_range(start..end, bit);
            }
            if cut {
                text.truncate(text.trim_end().len());
            }
            text.replace('\n', end)
        },
    )
}
