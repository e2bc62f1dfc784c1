#![allow(clippy::unwrap_used, clippy::expect_used)]

mod texts;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use self::texts::{orderly, pieces};
use super::{block, lines, read, strict};
use crate::syntax::leaf::MAX_DEPTH;
use crate::syntax::leaf::{Fault, Frame, Leaf, NodeKind, SyntaxError};

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

/// What holds of every leaf.
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
        prop_assert!(text.get(error.range.start..error.range.end).is_some());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn where_certain_both_readers_give_the_same_leaf(text in pieces()) {
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

/// Cuts a text at the lines that start an entry (or item) at the root's indent.
fn cut(text: &str, sequence: bool) -> Vec<&str> {
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

    /// A well-formed collection read entry by entry is the collection read at once.
    #[test]
    fn a_collection_may_be_cut_at_its_entries(text in orderly()) {
        // An anchor or tag on a line before the first entry belongs to the whole.
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
        for piece in cut(&text, frame == Frame::Items) {
            let leaf = read(piece, frame, 0);
            let grammar = |error: &&SyntaxError| matches!(error.fault, Fault::Grammar | Fault::Style);
            prop_assert_eq!(leaf.errors().iter().find(grammar), None, "{:?} of {:?}", piece, text);
            parts.extend(inside(&leaf));
        }
        prop_assert_eq!(parts, inside(&whole), "{:?}", text);
    }
}

/// The first law says something only where the tolerant reader is certain often enough.
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

/// A broken line must not make the reader find fault with the sound ones around it: alone,
/// it reads well-formed texts as the strict parser does.
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
        if alone.faults.is_empty() && alone.builder.finish(&text) == strict.finish(&text) {
            alike += 1;
        }
    }
    println!("{alike} of {sound} alike");
    assert!(
        sound > 2000 && alike * 100 >= sound * 98,
        "{alike} of {sound}"
    );
}

/// More cases where asked for, for long runs.
fn cases() -> u32 {
    let asked = std::env::var("YAML_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

/// A walk that prints kinds and values, one node a line.
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

#[test]
fn a_missing_value_stands_where_it_would_be_typed() {
    for (text, at) in [
        ("a:", 2),
        ("a: ", 3),
        ("a:   # c", 3),
        ("a:\n", 2),
        ("a: &x", 5),
        ("a: &x # c", 6),
        ("a: !t \n", 6),
    ] {
        let leaf = read(text, Frame::Entries, 0);
        let node = leaf.nodes()[2];
        assert_eq!((node.kind, node.start), (NodeKind::Missing, at), "{text:?}");
        assert_eq!(leaf.errors(), [], "{text:?}");
    }
    for (text, at) in [("-", 1), ("- ", 2), ("-   # c", 2)] {
        let leaf = read(text, Frame::Items, 0);
        let node = leaf.nodes()[1];
        assert_eq!((node.kind, node.start), (NodeKind::Missing, at), "{text:?}");
    }
}

#[test]
fn anchor_and_tag_belong_to_their_node() {
    let text = "a: &x !!str b\nc: !t &y\n  d: *x\n";
    let leaf = read(text, Frame::Entries, 0);
    let props = leaf.props_of(2).unwrap();
    let part =
        |range: Option<(u32, u32)>| range.map(|(from, to)| &text[from as usize..to as usize]);
    assert_eq!(part(props.anchor), Some("&x"));
    assert_eq!(part(props.tag), Some("!!str"));
    let props = leaf.props_of(4).unwrap();
    assert_eq!(leaf.nodes()[4].kind, NodeKind::BlockMapping);
    assert_eq!(
        (part(props.anchor), part(props.tag)),
        (Some("&y"), Some("!t"))
    );
    assert_eq!(leaf.value(6), "x");
    assert_eq!(leaf.nodes()[6].kind, NodeKind::Alias);
}

#[test]
fn the_later_of_two_equal_keys_is_reported() {
    let text = "a: 1\nb: {c: 1, 'c': 2}\n\"a\": 3\n<<: *x\n<<: *y\n1: a\n'1': b\n";
    let leaf = read(text, Frame::Entries, 0);
    let found = leaf
        .errors()
        .iter()
        .map(|error| (error.fault, error.range.start))
        .collect::<Vec<_>>();
    assert_eq!(
        found,
        [(Fault::DuplicateKey, 15), (Fault::DuplicateKey, 23)]
    );
}

#[test]
fn nothing_deeper_than_the_limit_is_looked_at() {
    let text = "a:\n  b:\n    c: d\n";
    for (depth, errors, nodes) in [
        (MAX_DEPTH - 3, 0, 7),
        (MAX_DEPTH - 2, 1, 5),
        (MAX_DEPTH, 1, 1),
    ] {
        let leaf = read(text, Frame::Entries, depth);
        assert_eq!(leaf.nodes().len(), nodes, "{depth}");
        let faults = leaf.errors().iter().map(|error| error.fault);
        assert_eq!(
            faults.collect::<Vec<_>>(),
            vec![Fault::Limit; errors],
            "{depth}"
        );
    }
    for (open, close) in [
        ("[", "]"),
        ("{a: ", "}"),
        ("[{\"a\": ", "}]"),
        ("[\n ", "\n ]"),
        ("- ", ""),
        ("? ", ""),
    ] {
        for levels in [600, 5_000] {
            let nested = format!("{}x{}", open.repeat(levels), close.repeat(levels));
            for text in [
                format!("{nested}\n"),
                format!("k:\n  {nested}\nz: 1\n"),
                format!("- {nested}\n- z\n"),
            ] {
                let leaf = read(&text, Frame::Document, 0);
                let faults: Vec<_> = leaf.errors().iter().map(|error| error.fault).collect();
                assert_eq!(faults, [Fault::Limit], "{open:?} {:?}", leaf.errors());
            }
        }
    }
    let ladder = |step: &str| -> String {
        (0..600)
            .map(|depth| format!("{}{step}\n", " ".repeat(depth)))
            .collect()
    };
    for text in [ladder("a:"), ladder("-"), format!("{}z: 1\n", ladder("a:"))] {
        let leaf = read(&text, Frame::Document, 0);
        let faults: Vec<_> = leaf.errors().iter().map(|error| error.fault).collect();
        assert_eq!(faults, [Fault::Limit], "{:?}", leaf.errors());
    }
    for open in ["[", "{a: "] {
        let leaf = read(&open.repeat(100_000), Frame::Document, 0);
        assert!(
            leaf.errors()
                .iter()
                .any(|error| error.fault == Fault::Limit)
        );
        assert!(leaf.nodes().len() < 2 * MAX_DEPTH + 10);
    }
}

#[test]
fn values_are_decoded_where_the_strict_parser_gives_up() {
    // The last line is broken; what stands before it keeps its value.
    for (text, value) in [
        ("a: 'it''s'\n", "it's"),
        (
            "a: \"x\\ty\\u00e9\\ud834\\udd1e\\x41\"\n",
            "x\ty\u{e9}\u{1d11e}A",
        ),
        ("a: one\n  two\n\n  three\n", "one two\nthree"),
        (
            "a: \"one\n  two \\\n  three\n\n  four\"\n",
            "one two three\nfour",
        ),
        ("a: 'one\n\n\n  two'\n", "one\n\ntwo"),
        ("a: |\n  x\n   y\n\n", "x\n y\n"),
        ("a: |+\n  x\n\n", "x\n\n"),
        ("a: >-\n  x\n  y\n\n  z\n", "x y\nz"),
        ("a: >\n  x\n   y\n  z\n", "x\n y\nz\n"),
        ("a: |2-\n   x\n", " x"),
    ] {
        let whole = read(text, Frame::Entries, 0);
        assert_eq!(whole.errors(), [], "{text:?}");
        assert_eq!(whole.value(2), value, "{text:?}");
        let broken = format!("{text}b: @\n");
        let leaf = read(&broken, Frame::Entries, 0);
        assert_eq!(leaf.value(2), value, "{broken:?}");
        assert_eq!(leaf.errors().len(), 1, "{broken:?}");
        assert_eq!(leaf.nodes()[2], whole.nodes()[2], "{broken:?}");
    }
}
