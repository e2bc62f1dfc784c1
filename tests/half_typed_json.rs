//! Half-typed JSON: how many of the facts around the edited place survive.
//!
//! One OAuth flow, 10 known facts before, inside and after it. The first table repeats the 26 edits
//! that other readers were measured with; the second has more.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use asyncapi_security_lsp::syntax::json;
use asyncapi_security_lsp::syntax::leaf::{Frame, Leaf, SyntaxErrorKind};

const DOCUMENT: &str = r##"{
  "asyncapi": "3.0.0",
  "info": {
    "title": "Payments",
    "version": "2.1.0"
  },
  "components": {
    "securitySchemes": {
      "first": {
        "type": "userPassword"
      },
      "login": {
        "type": "oauth2",
        "flows": {
          "authorizationCode": {
            "authorizationUrl": "https://id.example.org/authorize",
            "tokenUrl": "https://id.example.org/token",
            "availableScopes": {
              "pay:read": "see payments",
              "pay:write": "make payments"
            }
          },
          "implicit": {
            "authorizationUrl": "https://id.example.org/implicit"
          }
        }
      },
      "last": {
        "type": "httpApiKey",
        "in": "header"
      }
    }
  },
  "operations": {
    "pay": {
      "action": "send",
      "security": [
        {
          "$ref": "#/components/securitySchemes/login"
        },
        {
          "$ref": "#/components/securitySchemes/last"
        }
      ]
    }
  }
}
"##;

/// The line after which (or instead of which) something is typed.
const URL: &str = "            \"authorizationUrl\": \"https://id.example.org/authorize\",\n";

/// Facts: a path of keys and the text expected there.
const FACTS: [(&str, &str); 10] = [
    ("asyncapi", "3.0.0"),
    ("info/title", "Payments"),
    ("components/securitySchemes/first/type", "userPassword"),
    ("components/securitySchemes/login/type", "oauth2"),
    (
        "components/securitySchemes/login/flows/authorizationCode/tokenUrl",
        "https://id.example.org/token",
    ),
    (
        "components/securitySchemes/login/flows/authorizationCode/availableScopes/pay:write",
        "make payments",
    ),
    (
        "components/securitySchemes/login/flows/implicit/authorizationUrl",
        "https://id.example.org/implicit",
    ),
    ("components/securitySchemes/last/in", "header"),
    (
        "operations/pay/security/0/$ref",
        "#/components/securitySchemes/login",
    ),
    (
        "operations/pay/security/1/$ref",
        "#/components/securitySchemes/last",
    ),
];

/// The node at a path; the last one of duplicate keys.
fn find(leaf: &Leaf, path: &str) -> Option<u32> {
    let mut at = 0;
    for step in path.split('/') {
        let node = leaf.node(at)?;
        let end = at + node.size;
        let is_mapping = node.kind.is_mapping();
        let mut child = at + 1;
        let mut number = 0;
        let mut found = None;
        while child < end {
            let value = if is_mapping {
                child + leaf.nodes()[child as usize].size
            } else {
                child
            };
            let fits = if is_mapping {
                leaf.value(child) == step
            } else {
                step.parse() == Ok(number)
            };
            if fits {
                found = Some(value);
            }
            number += 1;
            child = value + leaf.nodes()[value as usize].size;
        }
        at = found?;
    }
    Some(at)
}

struct Score {
    kept: usize,
    lost: Vec<&'static str>,
    errors: Vec<String>,
}

fn score(text: &str) -> Score {
    let leaf = json::read(text, Frame::Document, 0);
    let holds = |fact: &&(&'static str, &str)| {
        find(&leaf, fact.0).is_some_and(|node| leaf.value(node) == fact.1)
    };
    let lost: Vec<_> = FACTS
        .iter()
        .filter(|fact| !holds(fact))
        .map(|fact| fact.0)
        .collect();
    let errors = leaf.errors().iter();
    Score {
        kept: FACTS.len() - lost.len(),
        lost,
        errors: errors
            .map(|error| {
                let place = &text[error.range.start()..error.range.end()];
                format!("{:?} at {place:?}: {}", error.kind, error.message)
            })
            .collect(),
    }
}

/// Scores all rows, prints them, and returns the sums of kept and possible facts.
fn table(rows: &[(&str, String, bool)]) -> (usize, usize) {
    let mut sum = 0;
    for (name, text, is_valid) in rows {
        let found = score(text);
        sum += found.kept;
        let mark = if found.errors.is_empty() { "" } else { "!" };
        println!("{name:32} {:2}{mark}", found.kept);
        for path in &found.lost {
            println!("      lost {path}");
        }
        for error in &found.errors {
            println!("      {error}");
        }
        assert_eq!(found.errors.is_empty(), *is_valid, "{name}");
    }
    println!("{sum} of {}", rows.len() * FACTS.len());
    (sum, rows.len() * FACTS.len())
}

fn typed_line(line: &str) -> String {
    assert!(DOCUMENT.contains(URL));
    DOCUMENT.replacen(URL, &format!("            {line}\n"), 1)
}

#[test]
fn the_measured_table_keeps_all() {
    let sound = r#""authorizationUrl": "https://id.example.org/authorize","#;
    let rows: Vec<(&str, String, bool)> = [
        ("valid", sound, true),
        (
            "dup key",
            "\"authorizationUrl\": \"a\", \"authorizationUrl\": \"b\",",
            false,
        ),
        ("tab in string", "\"authorizationUrl\": \"a\tb\",", false),
        ("unclosed key", "\"authorizationUr", false),
        ("lone quote", "\"", false),
        ("open value [", "\"authorizationUrl\": [", false),
        ("key only", "\"authorizationUrl\"", false),
        ("key + colon + comma", "\"authorizationUrl\": ,", false),
        ("bare word", "authorizationUrl", false),
        ("lone {", "{", false),
        ("lone ]", "]", false),
        ("lone /", "/", false),
        ("@", "@", false),
        ("key + colon", "\"authorizationUrl\":", false),
        (
            "unclosed value",
            "\"authorizationUrl\": \"https://id.exam",
            false,
        ),
        ("lone }", "}", false),
        ("open value {", "\"authorizationUrl\": {", false),
        (
            "no colon",
            "\"authorizationUrl\" \"https://id.example.org/authorize\",",
            false,
        ),
        (
            "missing comma",
            "\"authorizationUrl\": \"https://id.example.org/authorize\"",
            false,
        ),
        (
            "single quotes",
            "'authorizationUrl': 'https://id.example.org/authorize',",
            false,
        ),
        ("bad escape", "\"authorizationUrl\": \"C:\\dir\",", false),
        (
            "double comma",
            "\"authorizationUrl\": \"https://id.example.org/authorize\",,",
            false,
        ),
        (
            "bare value",
            "\"authorizationUrl\": https://id.example.org/authorize,",
            false,
        ),
        ("half literal", "\"authorizationUrl\": tru", false),
        ("lone minus", "\"authorizationUrl\": -", false),
        (
            "unclosed /*",
            "/* \"authorizationUrl\": \"https://id.example.org/authorize\",",
            false,
        ),
    ]
    .into_iter()
    .map(|(name, line, is_valid)| (name, typed_line(line), is_valid))
    .collect();
    assert_eq!(rows.len(), 26);
    assert_eq!(table(&rows), (260, 260));
}

fn swap(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1)
}

/// The document without indentation.
fn flush_left(text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect()
}

fn four_spaces(text: &str) -> String {
    let wider = |line: &str| {
        let rest = line.trim_start();
        format!("{}{rest}\n", " ".repeat(2 * (line.len() - rest.len())))
    };
    text.lines().map(wider).collect()
}

/// The document on one line.
fn minified(text: &str) -> String {
    text.lines()
        .map(str::trim_start)
        .collect::<Vec<_>>()
        .join(" ")
}

fn further_rows() -> Vec<(&'static str, String, bool)> {
    let edit = |old: &str, new: &str| swap(DOCUMENT, old, new);
    let mini = |line: &str| minified(&typed_line(line));
    let flush = |line: &str| flush_left(&typed_line(line));
    let first = "          \"$ref\": \"#/components/securitySchemes/login\"\n";
    let scopes = "              \"pay:write\": \"make payments\"\n";
    let mut rows = vec![
        (
            "4 spaces, open value {",
            four_spaces(&typed_line("\"authorizationUrl\": {")),
        ),
        ("4 spaces, lone }", four_spaces(&typed_line("}"))),
        (
            "4 spaces, unclosed value",
            four_spaces(&typed_line("\"authorizationUrl\": \"htt")),
        ),
        ("CRLF, lone {", typed_line("{").replace('\n', "\r\n")),
        (
            "CR, open value [",
            typed_line("\"authorizationUrl\": [").replace('\n', "\r"),
        ),
        (
            "tabs, open value {",
            typed_line("\"a\": {").replace("  ", "\t"),
        ),
        ("auto-closed {}", typed_line("\"authorizationUrl\": {}")),
        (
            "auto-closed quotes in key",
            typed_line("\"authorizationUrl: \"https://id.example.org\","),
        ),
        (
            "key without opening quote",
            typed_line("authorizationUrl\": \"https://id.example.org\","),
        ),
        (
            "value without opening quote",
            typed_line("\"authorizationUrl\": https://id.example.org\","),
        ),
        (
            "unclosed value with comma",
            typed_line("\"authorizationUrl\": \"https://id.example.org,"),
        ),
        (
            "quotes in a value",
            typed_line("\"description\": \"the \"best\" one\","),
        ),
        (
            "second colon",
            typed_line("\"authorizationUrl\":: \"https://id.example.org\","),
        ),
        (
            "yaml line",
            typed_line("authorizationUrl: https://id.example.org"),
        ),
        (
            "half pasted object {",
            typed_line("\"x-a\": {\n              \"a\": 1,"),
        ),
        (
            "half pasted object }",
            typed_line("  \"a\": 1\n            },"),
        ),
        (
            "pasted flush left, no }",
            typed_line("1\n\"x-a\": {\n  \"b\": 1,"),
        ),
        ("typed flush left {", edit(URL, "\"x-a\": {\n")),
        ("typed flush left }", edit(URL, "}\n")),
        (
            "lone [ in the scopes",
            edit(scopes, &format!("{scopes}              [\n")),
        ),
        (
            "open value in the scopes",
            edit(scopes, &format!("              \"pay:all\": {{\n{scopes}")),
        ),
        (
            "new item, no comma",
            edit("login\"\n        },", "login\"\n        }"),
        ),
        (
            "item half typed",
            edit(first, &format!("{first}          \"\n")),
        ),
        (
            "item key only",
            edit(first, &format!("          \"x-a\"\n{first}")),
        ),
        (
            "lone { as a third item",
            edit("last\"\n        }\n", "last\"\n        },\n        {\n"),
        ),
        (
            "lone \" as a third item",
            edit("last\"\n        }\n", "last\"\n        },\n        \"\n"),
        ),
        ("item's } deleted", edit("login\"\n        },", "login\"\n")),
        (
            "last item's } deleted",
            edit("last\"\n        }\n", "last\"\n"),
        ),
        (
            "] of security deleted",
            edit("        }\n      ]\n", "        }\n"),
        ),
        (
            "[ of security deleted",
            edit("\"security\": [\n", "\"security\":\n"),
        ),
        (
            "] of security is }",
            edit("        }\n      ]\n", "        }\n      }\n"),
        ),
        (
            "} of scopes deleted",
            edit("            }\n          },\n", "          },\n"),
        ),
        (
            "} of a flow deleted",
            edit("            }\n          },\n", "            },\n"),
        ),
        (
            "} of a scheme deleted",
            edit("      },\n      \"last\"", "      \"last\""),
        ),
        ("{ of a scheme deleted", edit("\"last\": {", "\"last\":")),
        (
            "{ of a flow deleted",
            edit("\"authorizationCode\": {", "\"authorizationCode\": "),
        ),
        (
            "last } deleted",
            DOCUMENT.trim_end().strip_suffix('}').unwrap().to_owned(),
        ),
        (
            "first { deleted",
            DOCUMENT.strip_prefix('{').unwrap().to_owned(),
        ),
        ("a } too many at the end", format!("{DOCUMENT}}}\n")),
        (
            "a } after a scheme",
            edit("      },\n      \"last\"", "      }},\n      \"last\""),
        ),
        (
            "a ] after a value",
            edit("\"userPassword\"", "\"userPassword\"]"),
        ),
        (
            "a { before a value",
            edit("\"userPassword\"", "{\"userPassword\""),
        ),
        (
            "{ and lone ]",
            edit(URL, "            \"a\": {\n").replacen(
                "\"in\": \"header\"",
                "\"in\": \"header\"\n        ]",
                1,
            ),
        ),
        (
            "top level key half typed",
            edit("  \"operations\"", "  \"chan\n  \"operations\""),
        ),
        (
            "top level value half typed",
            edit("  \"operations\"", "  \"channels\": {\n  \"operations\""),
        ),
        ("comment over the line", typed_line("/* a */ \"b\": // c")),
        ("flush left, key only", flush("\"authorizationUrl\"")),
        (
            "flush left, unclosed value",
            flush("\"authorizationUrl\": \"htt"),
        ),
        ("flush left, lone {", flush("{")),
        ("flush left, lone }", flush("}")),
        ("flush left, lone ]", flush("]")),
        ("flush left, open value {", flush("\"authorizationUrl\": {")),
        ("one line, key only", mini("\"authorizationUrl\",")),
        ("one line, key + colon", mini("\"authorizationUrl\": ")),
        ("one line, lone {", mini("{")),
        ("one line, lone }", mini("}")),
        ("one line, lone ]", mini("]")),
        ("one line, bare value", mini("\"authorizationUrl\": some,")),
        (
            "one line, unclosed value",
            mini("\"authorizationUrl\": \"htt,"),
        ),
        ("one line, open value [", mini("\"authorizationUrl\": [")),
        (
            "one line, missing comma",
            mini("\"authorizationUrl\": \"b\""),
        ),
    ];
    rows.push(("only \" typed before all", format!("\"\n{DOCUMENT}")));
    rows.into_iter()
        .map(|(name, text)| (name, text, false))
        .collect()
}

#[test]
fn further_edits_keep_nearly_all() {
    let rows = further_rows();
    assert!(rows.len() >= 52, "{}", rows.len());
    let (kept, all) = table(&rows);
    assert_eq!((kept, all), (613, 620));
}

/// Every punctuation mark of the document: deleted, doubled, and with the rest of its line removed.
#[test]
fn any_lost_mark_costs_little() {
    let mut kept = [0; 3];
    let mut all = 0;
    for (at, mark) in DOCUMENT.match_indices(['{', '}', '[', ']', '"', ',', ':']) {
        let (before, after) = (&DOCUMENT[..at], &DOCUMENT[at + 1..]);
        let rest = after.find('\n').map_or("", |end| &after[end..]);
        let texts = [
            format!("{before}{after}"),
            format!("{before}{mark}{mark}{after}"),
            format!("{before}{mark}{rest}"),
        ];
        all += FACTS.len();
        for (sum, text) in kept.iter_mut().zip(texts) {
            let found = score(&text);
            *sum += found.kept;
            if found.kept < FACTS.len() - 2 {
                let start = before.rfind('\n').map_or(0, |start| start + 1);
                println!("{} at `{}{mark}`", found.kept, &before[start..]);
            }
        }
    }
    println!("deleted, doubled, cut: {kept:?} of {all}");
    // This also removes names of collections, so what is below cannot be found.
    assert_eq!((kept, all), ([1647, 1645, 1573], 1650));
}

/// The error reported for a half-typed line is its own, not a consequence of it.
#[test]
fn a_half_typed_line_has_one_error() {
    let lines = [
        "\"authorizationUr",
        "\"",
        "\"authorizationUrl\": [",
        "\"authorizationUrl\": {",
        "\"authorizationUrl\"",
        "\"authorizationUrl\": ,",
        "\"authorizationUrl\":",
        "authorizationUrl",
        "{",
        "}",
        "]",
        "[",
        "},",
        "/",
        "@",
        "-",
        "\"authorizationUrl\": https://id.example.org,",
    ];
    for line in lines {
        let text = typed_line(line);
        let leaf = json::read(&text, Frame::Document, 0);
        let [error] = leaf.errors() else {
            panic!("{line}: {:?}", leaf.errors());
        };
        assert_eq!(error.kind, SyntaxErrorKind::Grammar);
        let start = text.find(&format!("\n            {line}\n")).unwrap() + 13;
        assert!(
            error.range.start() >= start && error.range.end() <= start + line.len(),
            "{line}"
        );
    }
}
