//! After any sequence of edits the pieces, the tree and the errors equal those of a reading from
//! nothing, and the text equals the rope.
//!
//! Each run makes the same edits. `INCREMENTAL_SEED=7` makes others, `INCREMENTAL_SEED=random` ones
//! that nobody has seen yet (a failure names the seed), and `INCREMENTAL_CASES=100000` more of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::hash::{BuildHasher, RandomState};

use asyncapi_security_lsp::syntax::document::{Document, Format};
use asyncapi_security_lsp::syntax::node::Node;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Sequences of edits for each format, unless `INCREMENTAL_CASES` says otherwise; together at
/// least 20,000.
const SEQUENCES: u32 = 10_500;

const YAML: &str = include_str!("../fixtures/streetlights.asyncapi.yaml");
const JSON: &str = include_str!("../fixtures/chat.asyncapi.json");

/// What is typed or pasted: harmless, half typed, and hostile.
const PASTES: &[&str] = &[
    "x",
    "\n",
    "\r",
    "\r\n",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    ",",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "#",
    "- ",
    "-",
    "|",
    ">",
    "&a ",
    "*a",
    "? ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "é",
    "𝄞",
    "\u{feff}",
    "\\",
    "/*",
    "*/",
    "//",
    "aut",
    "key: value\n",
    "  key: value\n",
    "    deep:\n      deeper: 1\n",
    "a: [1, 2",
    "\"k\": {\n",
    "\"k\": 1,\n",
    "  \"k\": \"v\",\n",
    "},\n",
    "  },\n",
    "    }\n",
    "- item\n",
    "  - item: 1\n    other: 2\n",
    "# comment\n",
    "\"k\":",
    "\"k\":\n",
    "plain ",
    "}, {",
    "components:\n  securitySchemes:\n    o:\n      type: oauth2\n",
    "key: |\n  text\n   more\n",
    "<<: *a\n",
    "\"components\": {\n    \"securitySchemes\": {\n      \"k\": {\n        \"type\": \"X509\"\n      }\n    }\n  },\n",
];

#[derive(Debug, Clone)]
struct Step {
    at: f64,
    delete: Delete,
    paste: usize,
    line_start: bool,
}

#[derive(Debug, Clone)]
enum Delete {
    Nothing,
    Bytes(usize),
    Lines(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let delete = prop_oneof![
        4 => Just(Delete::Nothing),
        3 => (1..6_usize).prop_map(Delete::Bytes),
        1 => (20..400_usize).prop_map(Delete::Bytes),
        2 => (1..8_usize).prop_map(Delete::Lines),
    ];
    let step = (0.0..1.0, delete, 0..PASTES.len() + 8, any::<bool>()).prop_map(
        |(at, delete, paste, line_start)| Step {
            at,
            delete,
            paste,
            line_start,
        },
    );
    prop::collection::vec(step, 1..7)
}

/// The edit that a step means in a text.
fn edit(step: &Step, document: &Document) -> TextEdit {
    let text = document.text();
    let mut start = text.floor((step.at * text.len() as f64) as usize);
    if step.line_start {
        start = text.line_start(text.line_of(start));
    }
    let end = match step.delete {
        Delete::Nothing => start,
        Delete::Bytes(count) => text.floor(start + count),
        Delete::Lines(count) => text.line_start(text.line_of(start) + count),
    };
    TextEdit {
        range: TextRange::new(start, end),
        new_text: PASTES.get(step.paste).copied().unwrap_or("").to_owned(),
    }
}

fn dump(node: Node<'_>, depth: usize, out: &mut Vec<String>) {
    let props = (
        node.anchor(),
        node.tag(),
        node.lacks_colon(),
        node.is_unclosed(),
    );
    out.push(format!(
        "{depth} {:?} {:?} {:?} {props:?}",
        node.kind(),
        node.range(),
        node.value()
    ));
    for entry in node.entries() {
        dump(entry.key, depth + 1, out);
        dump(entry.value, depth + 1, out);
    }
    for item in node.items() {
        dump(item, depth + 1, out);
    }
}

/// Everything a document says, one line a node.
fn outline(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    for root in document.tree().documents() {
        dump(root, 0, &mut out);
    }
    out.extend(
        document
            .tree()
            .pieces()
            .iter()
            .map(|piece| format!("piece {piece:?}")),
    );
    out.extend(
        document
            .tree()
            .errors()
            .iter()
            .map(|error| format!("{error:?}")),
    );
    out
}

fn check(
    text: &str,
    format: Format,
    cut_above: usize,
    steps: &[Step],
) -> Result<(), TestCaseError> {
    let mut document = Document::with_pieces(text, format, cut_above);
    let mut plain = text.to_owned();
    for step in steps {
        let edit = edit(step, &document);
        plain.replace_range(edit.range.start..edit.range.end, &edit.new_text);
        document = document.edited(std::slice::from_ref(&edit));
        prop_assert_eq!(&document.text().to_string(), &plain);
        let fresh = outline(&Document::with_pieces(&plain, format, cut_above));
        let kept = outline(&document);
        if fresh != kept {
            let first = fresh
                .iter()
                .zip(&kept)
                .position(|(a, b)| a != b)
                .unwrap_or(0);
            prop_assert!(
                false,
                "after {edit:?} on {plain:?}\nfresh {:?}\nkept  {:?}",
                fresh.get(first),
                kept.get(first)
            );
        }
    }
    Ok(())
}

/// The source with the line breaks of a seed: `\n`, `\r\n`, a lone `\r`.
fn with_breaks(text: &str, breaks: usize) -> String {
    text.replace('\n', ["\n", "\r\n", "\r"][breaks])
}

/// What `INCREMENTAL_SEED` says.
fn seed(word: Option<&str>) -> u64 {
    match word {
        None => 0,
        Some("random") => RandomState::new().hash_one(()),
        Some(number) => number
            .parse()
            .expect("`INCREMENTAL_SEED` is a number or `random`"),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn run(text: &str, format: Format) {
    let seed = seed(variable("INCREMENTAL_SEED").as_deref());
    let cases = variable("INCREMENTAL_CASES").map_or(SEQUENCES, |number| {
        number.parse().expect("`INCREMENTAL_CASES` is a number")
    });
    let mut runner = TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    });
    let strategy = (
        steps(),
        prop::sample::select(vec![24_usize, 40, 64, 120, 400, 4096]),
        0..6_usize,
    );
    runner
        .run(&strategy, |(steps, cut_above, breaks)| {
            let source = with_breaks(text, breaks.saturating_sub(3));
            check(&source, format, cut_above, &steps)
        })
        .unwrap_or_else(|error| panic!("INCREMENTAL_SEED={seed}: {error}"));
}

#[test]
fn a_seed_makes_the_same_edits_again() {
    let made = |seed| {
        let mut runner = TestRunner::new(Config {
            rng_seed: RngSeed::Fixed(seed),
            ..Config::default()
        });
        let made: Vec<String> = (0..20)
            .map(|_| steps().new_tree(&mut runner).unwrap().current())
            .map(|steps| format!("{steps:?}"))
            .collect();
        made
    };
    assert_eq!(made(seed(None)), made(seed(Some("0"))));
    assert_ne!(made(seed(None)), made(seed(Some("7"))));
    assert_ne!(seed(Some("random")), seed(Some("random")));
}

#[test]
fn yaml_edits_equal_a_full_reading() {
    run(YAML, Format::Yaml);
}

#[test]
fn json_edits_equal_a_full_reading() {
    run(JSON, Format::Json);
}

/// A colon at a line's end makes the next line its value, whatever that line looks like.
#[test]
fn a_value_on_its_way_takes_the_next_line() {
    let text =
        "{\n  \"servers\": {\n    \"b\": {\"host\":\nh\", \"security\":{}{\"type\": \"X509\"}]}\n";
    let colon = text.find("\"host\":").unwrap() + 6;
    for cut_above in [10, 24, 64] {
        let dangling = Document::with_pieces(text, Format::Json, cut_above);
        let edit = |new_text: &str, length: usize| TextEdit {
            range: TextRange::new(colon, colon + length),
            new_text: new_text.to_owned(),
        };
        let ended = dangling.edited(&[edit("x ", 1)]);
        let again = ended.edited(&[edit(":", 2)]);
        for document in [ended, again] {
            let text = document.text().to_string();
            let fresh = Document::with_pieces(&text, Format::Json, cut_above);
            assert_eq!(outline(&document), outline(&fresh), "{cut_above}");
        }
    }
}

/// An edit in a long document reads a piece, not the document.
#[test]
fn an_edit_reads_only_what_it_touches() {
    let mut text = String::from("asyncapi: 3.0.0\noperations:\n");
    for number in 0..2_000 {
        text.push_str(&format!(
            "  operation{number}:\n    action: send\n    summary: some words here\n"
        ));
    }
    let document = Document::new(&text, Format::Yaml);
    let at = text.find("operation1000").unwrap() + 30;
    let edited = document.edited(&[TextEdit {
        range: TextRange::empty(at),
        new_text: "x".to_owned(),
    }]);
    assert!(document.tree().work().bytes >= text.len() - 64);
    assert!(
        edited.tree().work().bytes < 1_000,
        "{:?}",
        edited.tree().work()
    );
    assert_eq!(
        outline(&edited),
        outline(&Document::new(&edited.text().to_string(), Format::Yaml))
    );
}
