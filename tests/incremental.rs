//! After any sequence of edits the chunks, the tree and the errors equal those of a document read
//! from scratch, and the text equals the rope.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "incremental/outline.rs"]
mod outline;

use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::{Format, Language};
use asyncapi_security_lsp::text::range::TextRange;
use asyncapi_security_lsp::text::{Text, TextEdit};
use outline::{difference, outline};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Number of edit sequences for each format in an ordinary run; `INCREMENTAL_CASES` sets another
/// number, and uses new random ones.
const SEQUENCES: u32 = 10_500;

const YAML: &str = include_str!("../fixtures/streetlights.asyncapi.yaml");
const JSON: &str = include_str!("../fixtures/chat.asyncapi.jsonc");

/// Short texts cover more chunk boundaries with as many edits.
const YAML_SHORT: &str = "# top
a: &m
  # before the first
  b: 1

  c: {d: [x, y]}
  e:
  - f: 1
    g: 2
  - h
# between
i:
    - |
      text

      more
    - *m
\"j k\": \"l
  m\"
n:
  <<: *m
  o:
    p:
      q: r
";
const YAML_STREAM: &str = "---
a:
  b: 1
  c:
    d: 2
    e: 3
...
# between
---
f:
  - g: 1
  - h:
      i: 1
      j: 2
k: 1
";
const JSON_SHORT: &str = "{
  // top
  \"a\": {
    /* one line */
    \"b\": 1,

    \"c\": [\"x\", {\"d\": 1}],
    \"e\": [
      1,
      {
        \"f\": 2
      },
      [
        3,
        4
      ]
    ]
  },
  \"g\":
  {
    \"h\": \"i\"
  },
  \"j\": {
    \"k\": {
      \"l\": {
        \"m\": null
      }
    }
  } // end
}
";
const JSON_LOOSE: &str = "[
  {
  \"a\": {
  \"b\": 1
  },
  \"c\": [
 1,
   2
],
},
  \"d\"
  ,{
    \"e\": {
      \"f\": 1,
      \"f\": 2
      \"g\": 3
    }
  }
] /* end */
";

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
    "{{- if a }}\n",
    "{{ b }}",
    "<% c\n%>",
    "${D}",
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
    "\"",
    "\n\n",
    "\"k\":\r",
    "/* ",
    " */\n",
    "// x\n",
    "{\n",
    "[\n",
    "]\n",
    "  }\n",
    "\n}",
    "\n  ]",
    "? k\n: v\n",
    "  ? k\n",
    "  # comment\n",
    "\u{a0}",
    "\u{200b}",
    "word\n",
    "  word\n",
    "\\\n",
    "key: \"a\\\n",
    "key: {\n",
    "<<<<<<< a\n",
    "=======\n",
    ">>>>>>> b\n",
    "*a :",
    "---",
    "--- a\n",
    "...",
    "\n---\n",
    "k:\n",
    "  k:\n",
    "a:\n  b:\n    c:\n      d: 1\n",
    "- - x\n",
    "  - x\n",
    "!t ",
    "    ",
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
    Rest,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let delete = prop_oneof![
        4 => Just(Delete::Nothing),
        3 => (1..6_usize).prop_map(Delete::Bytes),
        1 => (20..400_usize).prop_map(Delete::Bytes),
        2 => (1..8_usize).prop_map(Delete::Lines),
        1 => Just(Delete::Rest),
    ];
    let at = prop_oneof![
        2 => Just(0.0),
        18 => 0.0..1.0,
        1 => Just(1.0),
    ];
    let step = (at, delete, 0..PASTES.len() + 8, any::<bool>()).prop_map(
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
fn edit(step: &Step, text: &Text) -> TextEdit {
    let mut start = text.floor((step.at * text.len() as f64) as usize);
    if step.line_start {
        start = text.line_start(text.line_of(start));
    }
    let end = match step.delete {
        Delete::Nothing => start,
        Delete::Bytes(count) => text.floor(start + count),
        Delete::Lines(count) => text.line_start(text.line_of(start) + count),
        Delete::Rest => text.len(),
    };
    TextEdit {
        range: TextRange::new(start, end),
        new_text: PASTES.get(step.paste).copied().unwrap_or("").to_owned(),
    }
}

/// The language with the most errors.
fn strict(format: Format) -> Language {
    match format {
        Format::Yaml => Language::Yaml,
        Format::Json => Language::Json,
    }
}

/// Applies the steps, this many at once.
fn check(
    text: &str,
    format: Format,
    split_above: usize,
    steps: &[Step],
    at_once: usize,
) -> Result<(), TestCaseError> {
    let mut document = Document::with_chunks(text, strict(format), split_above);
    let mut plain = text.to_owned();
    for steps in steps.chunks(at_once) {
        let before = plain.clone();
        let mut text = document.text().clone();
        let mut edits = Vec::new();
        for step in steps {
            let edit = edit(step, &text);
            plain.replace_range(edit.range.start()..edit.range.end(), &edit.new_text);
            text.apply(edit.range, &edit.new_text);
            edits.push(edit);
        }
        document = document.edited(&edits);
        prop_assert_eq!(&document.text().to_string(), &plain);
        if let Some(difference) = difference(&document, strict(format), split_above) {
            prop_assert!(
                false,
                "split_above {split_above}: after {edits:?} on {before:?}\n{difference}"
            );
        }
    }
    Ok(())
}

/// The source with the line breaks of a seed: `\n`, `\r\n`, a lone `\r`.
fn with_breaks(text: &str, breaks: usize) -> String {
    text.replace('\n', ["\n", "\r\n", "\r"][breaks])
}

/// A long text with short entries, some of them longer or duplicated.
fn long(format: Format) -> String {
    let entries = (0..260).map(|number| match (format, number % 65) {
        (Format::Yaml, 7) => format!("k{number}:\n  a: 1\n  b: [2]\n"),
        (Format::Yaml, 33) => format!("# c\nl{number}:\n  - *a\n"),
        (Format::Yaml, 50) => "same: &a\n".to_owned(),
        (Format::Yaml, _) => format!("k{number}: v\n"),
        (Format::Json, 7) => format!("\"k{number}\": {{\n  \"a\": 1,\n  \"b\": [2]\n }},\n"),
        (Format::Json, 33) => format!("\"l{number}\": [\n  // c\n  1\n ],\n"),
        (Format::Json, 50) => "\"same\": 1,\n".to_owned(),
        (Format::Json, _) => format!("\"k{number}\": 0,\n"),
    });
    match format {
        Format::Yaml => entries.collect(),
        Format::Json => {
            let entries: String = entries.map(|entry| format!(" {entry}")).collect();
            format!("{{\n{entries}}}\n")
        }
    }
}

fn run(texts: &[&str], format: Format) {
    let asked = std::env::var("INCREMENTAL_CASES").ok();
    let cases = asked.as_ref().and_then(|cases| cases.parse().ok());
    let mut runner = TestRunner::new(Config {
        cases: cases.unwrap_or(SEQUENCES),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        rng_seed: match asked {
            Some(_) => RngSeed::Random,
            None => RngSeed::Fixed(0),
        },
        ..Config::default()
    });
    let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    texts.push(long(format));
    let strategy = (
        prop::sample::select(texts),
        steps(),
        prop::sample::select(vec![10_usize, 24, 40, 64, 120, 400, 1024, 4096]),
        0..6_usize,
        prop::sample::select(vec![1_usize, 1, 1, 2, 3, 6]),
        // Half of the texts have about the length up to which texts are not split.
        prop::option::of(0..32_usize),
    );
    let texts_of_any_length = long(format);
    runner
        .run(
            &strategy,
            |(text, steps, split_above, breaks, at_once, length)| {
                let length = length.map(|more| split_above + more - 10);
                let text = match length {
                    Some(length) => texts_of_any_length.get(..length).unwrap_or(&text),
                    None => &text,
                };
                let source = with_breaks(text, breaks.saturating_sub(3));
                check(&source, format, split_above, &steps, at_once)
            },
        )
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn yaml_edits_equal_a_full_reading() {
    run(&[YAML, YAML_SHORT, YAML_STREAM], Format::Yaml);
}

#[test]
fn json_edits_equal_a_full_reading() {
    run(&[JSON, JSON_SHORT, JSON_LOOSE], Format::Json);
}

/// Types each of these characters at every offset, and deletes each character. An ordinary run does
/// one in 29 of these edits, spread over offsets and characters.
fn every_small_edit(text: &str, format: Format) {
    const TYPED: [&str; 14] = [
        " ", ":", "\"", "{", "}", "[", "]", ",", "#", "-", "\n", "x", "/", "",
    ];
    let stride = match std::env::var("INCREMENTAL_CASES") {
        Ok(_) => 1,
        Err(_) => 29,
    };
    for (turn, breaks) in [0, 1, 2].into_iter().enumerate() {
        let text = with_breaks(text, breaks);
        let split_above = [24, 10, 64][turn];
        let document = Document::with_chunks(&text, strict(format), split_above);
        let mut edits = 0;
        for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for (number, typed) in TYPED.into_iter().enumerate() {
                let next = text[offset..].chars().next();
                let deleted = usize::from(typed.is_empty()) * next.map_or(0, char::len_utf8);
                if (offset + 3 * number + turn) % stride != 0 || typed.len() + deleted == 0 {
                    continue;
                }
                let edit = TextEdit {
                    range: TextRange::new(offset, offset + deleted),
                    new_text: typed.to_owned(),
                };
                let edited = document.edited(std::slice::from_ref(&edit));
                let found = difference(&edited, strict(format), split_above);
                assert_eq!(found, None, "{edit:?} with {split_above}, {breaks}");
                edits += 1;
            }
        }
        assert!(edits * 3 >= text.len());
    }
}

#[test]
fn every_small_edit_of_yaml_equals_a_full_reading() {
    every_small_edit(YAML, Format::Yaml);
    every_small_edit(YAML_SHORT, Format::Yaml);
    every_small_edit(YAML_STREAM, Format::Yaml);
}

#[test]
fn every_small_edit_of_json_equals_a_full_reading() {
    every_small_edit(JSON, Format::Json);
    every_small_edit(JSON_SHORT, Format::Json);
    every_small_edit(JSON_LOOSE, Format::Json);
}

/// A colon at the end of a line makes the next line its value, whatever that line looks like.
#[test]
fn a_value_on_its_way_takes_the_next_line() {
    let text =
        "{\n  \"servers\": {\n    \"b\": {\"host\":\nh\", \"security\":{}{\"type\": \"X509\"}]}\n";
    let colon = text.find("\"host\":").unwrap() + 6;
    for split_above in [10, 24, 64] {
        let dangling = Document::with_chunks(text, strict(Format::Json), split_above);
        let edit = |new_text: &str, length: usize| TextEdit {
            range: TextRange::new(colon, colon + length),
            new_text: new_text.to_owned(),
        };
        let ended = dangling.edited(&[edit("x ", 1)]);
        let again = ended.edited(&[edit(":", 2)]);
        for document in [ended, again] {
            assert_eq!(
                difference(&document, strict(Format::Json), split_above),
                None
            );
        }
    }
}

/// A line that becomes a comment no longer separates a colon from the next line.
#[test]
fn a_comment_leaves_the_colon_to_the_line_behind_it() {
    let text = "{\n  \"a\": {\n    deep:\n      deeper: 1\nb: 1\n";
    let at = text.find("deeper").unwrap();
    for split_above in [10, 24, 40] {
        let document = Document::with_chunks(text, strict(Format::Json), split_above);
        for (new_text, length) in [("//", 0), ("", 9), ("/* */", 9), ("x", 9)] {
            let edited = document.edited(&[TextEdit {
                range: TextRange::new(at, at + length),
                new_text: new_text.to_owned(),
            }]);
            assert_eq!(difference(&edited, strict(Format::Json), split_above), None);
            let back = edited.edited(&[TextEdit {
                range: TextRange::new(at, at + new_text.len()),
                new_text: text[at..at + length].to_owned(),
            }]);
            assert_eq!(difference(&back, strict(Format::Json), split_above), None);
        }
    }
}

/// An edit in a long document reads one chunk, not the document, wherever it is.
#[test]
fn an_edit_reads_only_what_it_touches() {
    let mut text = String::from("asyncapi: 3.0.0\noperations:\n");
    for number in 0..2_000 {
        text.push_str(&format!(
            "  operation{number}:\n    action: send\n    summary: some words here\n"
        ));
    }
    let document = Document::new(&text, Format::Yaml);
    assert!(document.tree().work().bytes >= text.len() - 64);
    let inside = text.find("operation1000").unwrap() + 30;
    let typed = |at: usize, new_text: &str| TextEdit {
        range: TextRange::empty(at),
        new_text: new_text.to_owned(),
    };
    for edits in [
        vec![typed(inside, "x")],
        vec![typed(0, "x")],
        vec![typed(0, "# a comment\n")],
        vec![typed(text.len(), "x")],
        vec![typed(inside, "x"), typed(0, "x: y\n"), typed(90, "x")],
        // Another mapping starts in the middle of the long one.
        vec![typed(text.find("  operation1000").unwrap(), "more:\n")],
    ] {
        let edited = document.edited(&edits);
        let work = edited.tree().work();
        assert!(work.bytes < 1_000, "{edits:?} {work:?}");
        let fresh = Document::new(&edited.text().to_string(), Format::Yaml);
        assert_eq!(outline(&edited), outline(&fresh));
    }
}
