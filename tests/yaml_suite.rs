//! The YAML reader against the YAML test suite (if present), against two established parsers on
//! mutated AsyncAPI texts, and against hostile input.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "yaml_suite/data.rs"]
mod data;
#[path = "yaml_suite/leaves.rs"]
mod leaves;
#[path = "support/outside.rs"]
mod outside;

use asyncapi_security_lsp::syntax::leaf::{Frame, Leaf, NodeKind, SyntaxErrorKind};
use asyncapi_security_lsp::syntax::yaml;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use data::{granit, of_leaf, saphyr};

/// Splits a stream into documents at the lines of `---` and `...`, as our reader does.
fn documents(text: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut started = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mark = |mark: &str| {
            line.strip_prefix(mark)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
        };
        if mark("---") {
            if started {
                cuts.push(at);
            }
            started = true;
        } else if mark("...") {
            started = false;
            cuts.push(at + line.len());
        } else {
            let content = line.trim_start_matches('\u{feff}').trim();
            let ignored = content.is_empty() || content.starts_with('#');
            started |= !ignored && (started || !line.starts_with('%'));
        }
        at += line.len();
    }
    cuts.push(text.len());
    let pieces = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]);
    pieces
        .filter(|piece| {
            piece.lines().any(|line| {
                let line = line.trim_start_matches('\u{feff}').trim_start();
                !line.is_empty() && !line.starts_with('#') && !line.starts_with("...")
            })
        })
        .collect()
}

/// Grammar errors of a leaf; also checks what must hold for every leaf.
fn grammar_errors(leaf: &Leaf) -> usize {
    let text = leaf.text();
    for (at, node) in leaf.nodes().iter().enumerate() {
        let (start, end) = (node.start as usize, node.end as usize);
        assert!(
            text.get(start..end).is_some(),
            "node {at} {node:?} in {text:?}"
        );
        let end_of_children = at + node.size as usize;
        assert!(end_of_children <= leaf.nodes().len());
        for child in &leaf.nodes()[at + 1..end_of_children] {
            assert!(
                child.start >= node.start && child.end <= node.end,
                "{child:?} is not inside {node:?} in {text:?}"
            );
        }
    }
    for error in leaf.errors() {
        let range = error.range;
        assert!(
            text.get(range.start()..range.end()).is_some(),
            "{error:?} in {text:?}"
        );
        assert!(
            !range.is_empty() || text.is_empty(),
            "{error:?} in {text:?}"
        );
    }
    leaf.errors()
        .iter()
        .filter(|error| error.kind.is_grammar() || error.kind == SyntaxErrorKind::Style)
        .count()
}

#[test]
fn the_suite_is_read_as_two_established_parsers_read_it() {
    let test = "the_suite_is_read_as_two_established_parsers_read_it";
    let Some(folder) = outside::outside(test, "suites/yaml") else {
        return;
    };
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        cases.push(path.clone());
        if path.is_dir() {
            let inner = std::fs::read_dir(path).unwrap();
            cases.extend(inner.map(|entry| entry.unwrap().path()));
        }
    }
    cases.retain(|case| case.join("in.yaml").is_file());
    cases.sort();
    let mut wrong = Vec::new();
    let (mut valid, mut invalid) = (0, 0);
    for case in &cases {
        let text = std::fs::read_to_string(case.join("in.yaml")).unwrap();
        let name = case.strip_prefix(&folder).unwrap().display().to_string();
        let pieces = documents(&text);
        let leaves = pieces
            .iter()
            .map(|piece| yaml::read(piece, Frame::Document, 0))
            .collect::<Vec<_>>();
        let errors = leaves.iter().map(grammar_errors).sum::<usize>();
        if case.join("error").is_file() {
            invalid += 1;
            if errors == 0 && !leaves.is_empty() {
                wrong.push(format!("{name}: no error in {text:?}"));
            }
            continue;
        }
        valid += 1;
        let ours = leaves.iter().map(of_leaf).collect::<Vec<_>>();
        let messages = leaves
            .iter()
            .flat_map(Leaf::errors)
            .filter(|error| error.kind != SyntaxErrorKind::DuplicateKey);
        let messages = messages.collect::<Vec<_>>();
        if Some(&ours) != saphyr(&text).as_ref()
            || Some(&ours) != granit(&text).as_ref()
            || !messages.is_empty()
        {
            wrong.push(format!(
                "{name}: {text:?}\n  ours   {ours:?}\n  saphyr {:?}\n  {messages:?}",
                saphyr(&text)
            ));
        }
    }
    println!("{valid} valid, {invalid} invalid, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(valid > 250 && invalid > 60);
}

const TEXTS: [&str; 3] = [
    r#"asyncapi: 3.0.0
info: {title: "Lights", version: '1.0'}
servers:
  main:
    host: broker.example:1883 # where it is
    protocol: mqtt
    security:
      - $ref: '#/components/securitySchemes/login'
      - type: http
        scheme: bearer
components:
  securitySchemes:
    login:
      type: oauth2
      description: |
        First line.

          deeper line
      flows:
        implicit:
          authorizationUrl: "https://a.example/x\ty"
          availableScopes:
            'read:it': reading
            write: ~
        password: {tokenUrl: https://a.example/t, availableScopes: {}}
      scopes: [read, "write it", 'it''s']
"#,
    "asyncapi: 2.6.0\r\n# a comment\r\nservers:\r\n  a: &a\r\n    url: mqtt://x\r\n    security:\r\n    - k: []\r\n    -\r\n      o: [a,\r\n        b]\r\n  b: *a\r\n  c:\r\n    <<: *a\r\n    text: >-\r\n      folded\r\n      text\r\n    more: plain\r\n      text\r\n",
    "---\na:\n- b: 1\n  c:\n  - d\n  - - e\n    - \"f\"\n- ? g\n  : h\n- !!str i\n- {j: k, l: [m, n: o]}\n...\n",
];

/// Cuts, pastes and typed characters.
fn mutate(text: &str, edits: &[(usize, usize, usize)]) -> String {
    const BITS: [&str; 40] = [
        "", "", "", ":", ": ", "- ", "-", "\"", "'", "{", "}", "[", "]", ",", "#", " #", "&a ",
        "*a", "!x ", "|", ">", "\n", "\n  ", "  ", " ", "\t", "x", "key: v\n", "@", "`", "%", "\\",
        "? ", "\r", "\r\n", "\n\n", "\u{e9}", "---\n", "<<: ", "a: b: c",
    ];
    let mut text = text.to_owned();
    for (place, length, bit) in edits {
        let floor = |at: usize| {
            let mut at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(place % (text.len() + 1));
        let end = floor(start + length);
        text.replace_range(start..end, BITS[bit % BITS.len()]);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn what_both_accept_is_read_alike_and_what_both_refuse_has_an_error(
        which in 0..TEXTS.len(),
        edits in prop::collection::vec((0..2000_usize, prop_oneof![0..4_usize, 0..40_usize], 0..40_usize), 1..4),
    ) {
        let text = mutate(TEXTS[which], &edits);
        let pieces = documents(&text);
        if pieces.len() != 1 {
            return Ok(());
        }
        let leaf = yaml::read(&text, Frame::Document, 0);
        let errors = grammar_errors(&leaf);
        match (saphyr(&text), granit(&text)) {
            (Some(one), Some(two)) if one == two && one.len() == 1 => {
                prop_assert_eq!(of_leaf(&leaf), one.into_iter().next().unwrap(), "{:?}", text);
                prop_assert_eq!(errors, 0, "{:?} {:?}", text, leaf.errors());
            }
            (None, None) => {
                // An alias without its anchor may have it in another chunk.
                let known = text.contains('*');
                prop_assert!(errors > 0 || known, "{:?}", text);
            }
            _ => {}
        }
    }
}

/// The same cases in every ordinary run, new ones in long runs.
fn seed() -> RngSeed {
    match std::env::var("YAML_CASES") {
        Ok(_) => RngSeed::Random,
        Err(_) => RngSeed::Fixed(20_240_614),
    }
}

/// More cases if requested, for long runs.
fn cases() -> u32 {
    let asked = std::env::var("YAML_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(6000)
}

#[test]
fn hostile_input_is_read() {
    let ladder = |step: &str| {
        (0..1200)
            .map(|depth| format!("{}{step}\n", " ".repeat(depth)))
            .collect::<String>()
    };
    let texts = [
        "[".repeat(100_000),
        "{".repeat(100_000),
        "{a: ".repeat(100_000),
        "[\"a, ".repeat(12_000),
        "['\n".repeat(12_000),
        "- ".repeat(12_000),
        "a: ".repeat(12_000),
        "\0".repeat(2_000),
        "a: \0\nb: 1\n".to_owned(),
        format!("a: {}", "x".repeat(1 << 20)),
        format!("a: [{}]", "x, ".repeat(75_000)),
        format!("a: [{}", "'x', ".repeat(50_000)),
        "\t".repeat(1 << 16),
        "\t\n".repeat(25_000),
        "\ta: b\n".repeat(12_000),
        "\"".repeat(100_000),
        "a: \"x\n".repeat(12_000),
        "a: {\n".repeat(12_000),
        "a: {\n  b\n".repeat(12_000),
        ladder("a: \"x"),
        ladder("a: [x"),
        ladder("a:"),
        ladder("-"),
        ladder("a"),
        "? ".repeat(5_000),
        "&a ".repeat(12_000),
        "!a\n".repeat(12_000),
        "*a : *a : ".repeat(5_000),
        "\r".repeat(50_000),
        "a\n b\n".repeat(12_000),
        "|\n".repeat(12_000),
        "\u{feff}".repeat(2_000),
        "x\n".repeat(40_000),
        "a: b\n".repeat(25_000),
    ];
    for text in &texts {
        for frame in [Frame::Document, Frame::Entries, Frame::Items] {
            for depth in [0, 500, 600] {
                let leaf = yaml::read(text, frame, depth);
                assert_eq!(leaf.text(), text);
                let root = leaf.nodes()[0].kind;
                match frame {
                    Frame::Document => {}
                    Frame::Entries => assert_eq!(root, NodeKind::BlockMapping),
                    Frame::Items => assert_eq!(root, NodeKind::BlockSequence),
                }
            }
        }
    }
}
