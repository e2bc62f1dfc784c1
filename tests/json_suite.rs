//! The JSON reader against JSONTestSuite, other parsers and hostile texts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/outside.rs"]
mod outside;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::{Format, Language};
use asyncapi_security_lsp::syntax::json;
use asyncapi_security_lsp::syntax::leaf::{Frame, Leaf, MAX_DEPTH, NodeKind, SyntaxErrorKind};
use asyncapi_security_lsp::syntax::tree::Tree;
use jsonc_parser::tokens::Token;
use jsonc_parser::{
    CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast, parse_to_serde_value,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// `n_` files that are wrong only because JSON forbids what JSONC allows: comments and trailing
/// commas.
const JSONC: [&str; 7] = [
    "n_array_extra_comma.json",
    "n_array_number_and_comma.json",
    "n_object_lone_continuation_byte_in_key_and_trailing_comma.json",
    "n_object_trailing_comma.json",
    "n_object_trailing_comment.json",
    "n_object_trailing_comment_slash_open.json",
    "n_structure_object_with_comment.json",
];

/// `n_` files without an error in our reader: an empty document is not one.
const EMPTY: [&str; 3] = [
    "n_single_space.json",
    "n_structure_UTF8_BOM_no_data.json",
    "n_structure_no_data.json",
];

/// What must hold for every leaf of every text.
fn assert_sound(leaf: &Leaf) {
    let text = leaf.text();
    let nodes = leaf.nodes();
    assert!(!nodes.is_empty());
    assert_eq!(nodes[0].size as usize, nodes.len(), "the root holds all");
    let mut ends: Vec<(usize, u32, u32)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let (start, end) = (node.start as usize, node.end as usize);
        assert!(text.get(start..end).is_some(), "node {start}..{end}");
        while ends.last().is_some_and(|(last, ..)| *last <= index) {
            ends.pop();
        }
        let last = index + node.size as usize;
        if let Some((parent, from, to)) = ends.last() {
            assert!(last <= *parent, "sizes nest");
            assert!(*from <= node.start && node.end <= *to, "ranges nest");
        }
        let is_leaf = node.kind.is_scalar() || node.kind == NodeKind::Missing;
        assert!(!is_leaf || node.size == 1);
        ends.push((last, node.start, node.end));
    }
    let mut at = 0;
    for error in leaf.errors() {
        let range = error.range;
        assert!(text.get(range.start()..range.end()).is_some(), "{error:?}");
        assert!(!range.is_empty() || text.is_empty(), "{error:?}");
        assert!(!error.message.ends_with('.'), "{error:?}");
        assert!(range.start() >= at, "errors are in order");
        at = range.start();
    }
}

/// The data of a leaf as `serde_json` would give it. `None` if it is not JSON.
fn data(leaf: &Leaf) -> Option<Value> {
    value(leaf, &mut 0)
}

fn value(leaf: &Leaf, at: &mut u32) -> Option<Value> {
    let index = *at;
    let node = leaf.nodes()[index as usize];
    let end = index + node.size;
    *at += 1;
    Some(match node.kind {
        NodeKind::FlowMapping => {
            let mut map = Map::new();
            while *at < end {
                let key = leaf.value(*at).to_owned();
                assert_eq!(leaf.nodes()[*at as usize].size, 1, "keys are scalars");
                *at += 1;
                map.insert(key, value(leaf, at)?);
            }
            Value::Object(map)
        }
        NodeKind::FlowSequence => {
            let mut list = Vec::new();
            while *at < end {
                list.push(value(leaf, at)?);
            }
            Value::Array(list)
        }
        NodeKind::Double => Value::String(leaf.value(index).to_owned()),
        NodeKind::Plain => serde_json::from_str(leaf.value(index)).ok()?,
        _ => return None,
    })
}

fn read(text: &str) -> Leaf {
    let leaf = json::read(text, Frame::Document, 0);
    assert_sound(&leaf);
    leaf
}

fn grammar_errors(leaf: &Leaf) -> Vec<String> {
    let errors = leaf.errors().iter();
    errors
        .filter(|error| error.kind == SyntaxErrorKind::Grammar)
        .map(|error| {
            format!(
                "{}..{} {}",
                error.range.start(),
                error.range.end(),
                error.message
            )
        })
        .collect()
}

/// What the parser accepts for a language.
fn options(language: Language) -> ParseOptions {
    let is_loose = language == Language::Jsonc;
    ParseOptions {
        allow_comments: is_loose,
        allow_trailing_commas: is_loose,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// Whether the parser accepts a text. Excludes what it accepts against the grammar: control
/// characters in strings, and blanks other than those of RFC 8259 (section 2).
fn accepts(text: &str, language: Language) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::AsTokens,
        tokens: true,
    };
    // Comments are always collected if requested.
    let judge = CollectOptions::default();
    if parse_to_ast(text, &judge, &options(language)).is_err() {
        return false;
    }
    let parsed = parse_to_ast(text, &collect, &options(language)).unwrap();
    let mut at = 0;
    let mut is_sound = true;
    let mut pass = |blanks: &str| {
        is_sound &= blanks
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    };
    let mut has_control = false;
    for token in parsed.tokens.unwrap() {
        pass(&text[at..token.range.start]);
        at = token.range.end;
        let is_string = matches!(token.token, Token::String(_));
        let source = &text[token.range.start..at];
        has_control |= is_string && source.bytes().any(|byte| byte < 0x20);
    }
    pass(&text[at..]);
    is_sound && !has_control
}

fn jsonc_accepts(text: &str) -> bool {
    parse_to_ast(text, &CollectOptions::default(), &options(Language::Jsonc)).is_ok()
}

/// The errors of a text, except duplicate keys.
fn faults(text: &str, language: Language) -> Vec<(SyntaxErrorKind, usize)> {
    let tree = Tree::parse(text, language);
    let errors = [tree.errors(), tree.extensions()].concat();
    errors
        .iter()
        .filter(|error| error.kind != SyntaxErrorKind::DuplicateKey)
        .map(|error| (error.kind, error.range.start()))
        .collect()
}

#[test]
fn the_suite_is_read_as_it_says() {
    let test = "json_suite::the_suite_is_read_as_it_says";
    let Some(folder) = outside::outside(test, "suites/json/test_parsing") else {
        return;
    };
    let mut wrong = String::new();
    let mut counts = [0_usize; 4];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else {
            counts[3] += 1;
            continue;
        };
        let leaf = read(&text);
        let errors = grammar_errors(&leaf);
        let strict = faults(&text, Language::Json);
        match name.as_bytes()[0] {
            b'y' => {
                counts[0] += 1;
                let expected: Value = serde_json::from_str(&text).unwrap();
                if !errors.is_empty() || !strict.is_empty() || data(&leaf) != Some(expected) {
                    let _ = writeln!(wrong, "{name}: {errors:?} {strict:?}");
                }
            }
            b'n' if strict.is_empty() && !EMPTY.contains(&name.as_str()) => {
                let _ = writeln!(wrong, "{name}: no error");
            }
            b'n' if !JSONC.contains(&name.as_str()) && !EMPTY.contains(&name.as_str()) => {
                counts[1] += 1;
                if leaf.errors().is_empty() {
                    let _ = writeln!(wrong, "{name}: no error");
                }
            }
            _ => counts[2] += 1,
        }
    }
    let [yes, no, other, binary] = counts;
    println!("{yes} y, {no} n, {other} read without an expectation, {binary} not UTF-8");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(yes > 90 && no > 150, "{yes} {no}");
}

/// All files with an extension in a folder and below it.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn real_documents_are_read_as_others_read_them() {
    let test = "json_suite::real_documents_are_read_as_others_read_them";
    let Some(folder) = outside::outside(test, "corpus/docs") else {
        return;
    };
    let (mut sound, mut jsonc, mut wrong) = (0, 0, 0);
    for path in files(&folder, ".json") {
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else {
            continue;
        };
        let leaf = read(&text);
        let errors = grammar_errors(&leaf);
        if let Ok(expected) = serde_json::from_str::<Value>(&text) {
            sound += 1;
            assert_eq!(errors, Vec::<String>::new(), "{path:?}");
            assert!(data(&leaf) == Some(expected), "{path:?}");
        } else if jsonc_accepts(&text) {
            jsonc += 1;
            assert_eq!(errors, Vec::<String>::new(), "{path:?}");
        } else {
            wrong += 1;
            assert!(!errors.is_empty(), "{path:?}");
        }
    }
    println!("{sound} JSON, {jsonc} JSONC, {wrong} neither");
    assert!(sound > 0);
}

#[test]
fn what_jsonc_allows_is_no_error() {
    for text in [
        "// a\n{ /* b */ \"a\": 1, // c\n /* d\n e */ \"b\": [1, 2,], }\n// f",
        "\u{feff}{}",
        "",
        " \r\n\t",
        "// only a comment",
        "{\"a\":1,}\r",
    ] {
        assert_eq!(
            grammar_errors(&read(text)),
            Vec::<String>::new(),
            "{text:?}"
        );
    }
    assert_eq!(read(" \n").nodes()[0].kind, NodeKind::Missing);
}

/// What JSONC allows and JSON does not, each error at its place; of comments only the first.
#[test]
fn json_is_stricter_than_jsonc() {
    let cases: [(&str, &[&str]); 15] = [
        ("{\"a\": [1], \"b\": \"// , ]\"}", &[]),
        ("{\"a\": 1,}", &[","]),
        (
            "{\"a\": [1,], \"b\": [{\"c\": {},},],\n}\n",
            &[",", ",", ",", ","],
        ),
        ("{\"a\": 1 , // c,\n}", &[",", "// c,"]),
        ("// a\r\n{\"a\": 1} // b", &["// a"]),
        ("\u{feff}/* é */{\"a\": 1}", &["/* é */"]),
        ("{\n  \"a\": 1\n}\n// é", &["// é"]),
        (
            "{ // a\n  \"a\": {\n    \"b\": 1,\n  },\n}\n",
            &["// a", ",", ","],
        ),
        (
            "{\n  \"a\": {\n    \"b\": 1\n  }, // b\n}\n",
            &[",", "// b"],
        ),
        (
            "{\n  \"a\": [ // a\n    1,\n    2,\n  ] /* b */\n}\n",
            &["// a", ","],
        ),
        ("// only a comment", &["// only a comment"]),
        ("", &[]),
        // The grammar allows half a surrogate pair and arbitrarily large numbers.
        ("[\"\\ud834x\", 1e999]", &[]),
        ("[\"\\ud834\\u0041\",]", &[","]),
        // Syntax errors come first: the bracket may be wrong, not the comma.
        ("{\n  \"a\": 1,\n}\n  \"b\": 2\n}\n", &[]),
    ];
    for (text, expected) in cases {
        for cut_above in [1, 1024] {
            let strict = Document::with_chunks(text, Language::Json, cut_above);
            let found = strict.tree().extensions();
            let places = found
                .iter()
                .map(|error| &text[error.range.start()..error.range.end()]);
            assert!(places.eq(expected.iter().copied()), "{text}: {found:?}");
            let loose = Document::with_chunks(text, Language::Jsonc, cut_above);
            assert_eq!(loose.tree().extensions(), [], "{text}");
            assert_eq!(loose.tree().errors(), strict.tree().errors(), "{text}");
        }
    }
}

/// The parser is recursive; that must work on a thread with a small stack.
#[test]
fn no_text_is_too_deep_for_a_small_stack() {
    let texts = [
        format!("// a\n{}1{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH)),
        format!(
            "{}1{}//",
            "{\"a\":".repeat(MAX_DEPTH),
            "}".repeat(MAX_DEPTH)
        ),
        format!("// a\n{}", "[".repeat(100_000)),
        // Here the parser sees brackets where our reader sees strings.
        format!("[\"x\n\",{}", "[".repeat(100_000)),
    ];
    for text in texts {
        let reader = std::thread::Builder::new().stack_size(512 << 10);
        let reading = reader.spawn(move || assert!(!read(&text).errors().is_empty()));
        reading.unwrap().join().unwrap();
    }
}

/// One mistake gives one error, at the place where it can be fixed.
#[test]
fn one_cause_is_one_error() {
    let cases = [
        ("{\"a\" 1}", "\"a\""),
        ("{\"a\"}", "\"a\""),
        ("{\"a\":}", ":"),
        ("{\"a\"::1}", ":"),
        ("{\"a\":1 \"b\":2}", "1"),
        ("{\"a\":1,,\"b\":2}", ","),
        ("{\"a\":1,,,\"b\":2}", ","),
        ("[,1]", ","),
        ("[1 2]", "1"),
        ("{a:1}", "a"),
        ("{\"a\":b}", "b"),
        ("{\"a\":some more words}", "some more words"),
        ("{\"a\":https://a.example/b?c=d}", "https://a.example/b?c=d"),
        ("{'a':1}", "'a'"),
        ("{\"a\":\"\\x\"}", "\\x"),
        ("{\"a\":\"\\u12\"}", "\\u12"),
        ("[\"a\tb\"]", "\t"),
        ("{\"a\":01}", "01"),
        ("{\"a\":+1}", "+1"),
        ("{\"a\":1} x", "x"),
        ("{\"a\":1}\n]", "]"),
        ("{\"a\":1}}", "}"),
        ("{\"a\":[1}", "["),
        ("[\"a\": 1, \"b\": 2]", "\"a\""),
        ("\"a\": 1, \"b\": 2", "\"a\""),
        ("{: 1}", ":"),
        ("{\"a\": 1: 2}", ":"),
        ("{\"a\": 1 2}", "2"),
        ("{\"a\": \"b}", "\"b"),
        ("{\"a: \"b\"}", "\"a"),
        ("{a\": \"b\"}", "a\""),
        ("{\"a\": b\"}", "b\""),
        ("{\"a\": \"b, \"c\": \"d\"}", "\"b"),
        ("[\"a, \"b\"]", "\"a"),
        ("{\"a\": \"the \"best\" one\"}", "\""),
        ("{\"\"a\": 1}", "\""),
        ("{ /* }", "/* }"),
        ("{\"a\": {\"b\": 1}", "{"),
        ("[1}", "}"),
        ("x {\"a\": 1}", "x"),
        ("{{\"a\": 1}}", "{"),
        ("{\"a\" = \"b\"}", "\"a\""),
        ("{\"a\": \"b\"; \"c\": 1}", ";"),
        ("{\n  \"a\": {,\n  \"b\": 1\n}", "{"),
        ("{\n  \"a\": 1,\n  {,\n  \"b\": 1\n}", "{"),
        ("\"a\": 1\n}", "\"a\""),
        ("{\"a\": 'it's'}", "'"),
        ("{\"a\": localhost:80/b}", "localhost:80/b"),
        ("{pay:read\": 1}", "pay:read\""),
        ("[\n  \"a\": 1\n  },\n  {}\n]", "\"a\""),
        ("[\n  {},\n    \"a\": 1\n  },\n  {}\n]", "\"a\""),
        ("{\"a\": 1, # b\n \"c\": 1}", "# b"),
    ];
    let mut wrong = String::new();
    for (text, place) in cases {
        let leaf = read(text);
        let mut errors = leaf.errors().to_vec();
        if place == "/* }" {
            // The comment hides the bracket, so there are two causes.
            errors.retain(|error| error.range.start() != 0);
        }
        let [error] = errors.as_slice() else {
            let _ = writeln!(wrong, "{text}: {errors:?}");
            continue;
        };
        let found = &text[error.range.start()..error.range.end()];
        if found != place {
            let _ = writeln!(wrong, "{text}: at {found}, not {place}: {}", error.message);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn keys_that_stand_twice_are_reported_at_the_later_one() {
    let many: String = (0..40).fold(String::new(), |mut text, at| {
        let _ = write!(text, "\"k{at}\": {at}, ");
        text
    });
    let cases = [
        (
            "{\"a\": 1, \"b\": 2, \"a\": 3}".to_owned(),
            Frame::Document,
            vec!["\"a\""],
        ),
        (
            "\"a\": 1, \"\\u0061\": 3".to_owned(),
            Frame::Entries,
            vec!["\"\\u0061\""],
        ),
        (
            "[{\"a\": {\"b\": 1, \"b\": 1}, \"a\": 1}]".to_owned(),
            Frame::Document,
            vec!["\"b\"", "\"a\""],
        ),
        (
            format!("{many} \"k3\": 0, \"k39\": 0, \"k40\": 0"),
            Frame::Entries,
            vec!["\"k3\"", "\"k39\""],
        ),
        (
            "{\"a\": {\"b\": 1}, \"b\": {\"a\": 1}}".to_owned(),
            Frame::Document,
            vec![],
        ),
    ];
    for (text, frame, expected) in cases {
        let leaf = json::read(&text, frame, 0);
        assert_sound(&leaf);
        let found: Vec<&str> = leaf
            .errors()
            .iter()
            .inspect(|error| assert_eq!(error.kind, SyntaxErrorKind::DuplicateKey))
            .map(|error| &text[error.range.start()..error.range.end()])
            .collect();
        assert_eq!(found, expected, "{text}");
        let second = leaf.errors().iter().all(|error| error.range.start() > 3);
        assert!(second, "{text}");
    }
}

#[test]
fn pieces_have_their_root_and_their_signs() {
    let piece = |text: &str, frame| {
        let leaf = json::read(text, frame, 3);
        assert_sound(&leaf);
        let errors = leaf.errors().iter();
        let unmatched = String::from_utf8(leaf.unmatched().to_vec()).unwrap();
        (
            leaf.nodes()[0].kind,
            leaf.nodes().len(),
            errors.filter(|error| !error.kind.is_extension()).count(),
            unmatched,
            leaf.ends_with_comma,
        )
    };
    let map = NodeKind::FlowMapping;
    let list = NodeKind::FlowSequence;
    let none = String::new;
    let entries = |text| piece(text, Frame::Entries);
    let items = |text| piece(text, Frame::Items);
    assert_eq!(entries(""), (map, 1, 0, none(), false));
    assert_eq!(items(" \n"), (list, 1, 0, none(), false));
    assert_eq!(entries("  \"a\": 1,\n"), (map, 3, 0, none(), true));
    assert_eq!(entries("  \"a\": [1,]\n"), (map, 4, 0, none(), false));
    assert_eq!(items("  \"a\",\n 2, // c\n"), (list, 3, 0, none(), true));
    assert_eq!(entries("  \"a\": {\n"), (map, 3, 1, "{".to_owned(), false));
    assert_eq!(
        entries("  \"a\": 1\n}\n"),
        (map, 3, 1, "}".to_owned(), false)
    );
    assert_eq!(items("{\n}\n]\n[\n"), (list, 3, 2, "][".to_owned(), false));
    assert_eq!(entries("  \"a\": 1, /* \n"), (map, 3, 1, none(), true));
    let leaf = json::read("[1,]", Frame::Document, 0);
    assert!(!leaf.ends_with_comma);
}

#[test]
fn strings_are_decoded() {
    let cases = [
        (r#""a""#, "a"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\ud834\udd1e""#, "Aé𝄞"),
        (r#""\ud834x""#, "\u{fffd}x"),
        (r#""\udd1e\ud834""#, "\u{fffd}\u{fffd}"),
        (r#""\ud834\u0041""#, "\u{fffd}A"),
        (r#""\x\u12""#, "xu12"),
        (r#"'it\'s'"#, "it's"),
        (r#""open"#, "open"),
        (r#""open\"#, "open"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).value(0), expected, "{text}");
    }
}

#[test]
fn depth_has_a_limit_that_says_so() {
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let cases = [
        (MAX_DEPTH, 0, 0),
        (MAX_DEPTH + 1, 0, 1),
        (5 * MAX_DEPTH, 0, 1),
        (100_000, 0, 1),
        (MAX_DEPTH - 9, 10, 1),
    ];
    for (levels, depth, limits) in cases {
        let leaf = json::read(&nested(levels), Frame::Document, depth);
        assert_sound(&leaf);
        let found = leaf
            .errors()
            .iter()
            .filter(|error| error.kind == SyntaxErrorKind::Limit);
        assert_eq!(found.count(), limits, "{levels} {depth}");
        assert_eq!(leaf.errors().len(), limits, "{levels} {depth}");
    }
    // The same object, read as a chunk of its document, has the same depth.
    let inner = nested(MAX_DEPTH - 1);
    let whole = json::read(&format!("{{\"a\": {inner}}}"), Frame::Document, 0);
    let piece = json::read(&format!("\"a\": {inner}"), Frame::Entries, 1);
    assert_eq!(whole.nodes().len(), piece.nodes().len());
    assert_eq!((whole.errors(), piece.errors()), (&[][..], &[][..]));
}

/// Many errors of one kind are limited to the first few.
#[test]
fn a_flood_is_told_by_its_first_errors() {
    // The largest number of errors, and within how many units the first of them is: that of
    // unclosed brackets is at the innermost one that is read.
    let deepest = MAX_DEPTH + 1;
    let floods = [
        ("[", 1, deepest),
        ("{", 8, deepest),
        ("{\"a\":", 1, deepest),
        ("[[", 1, deepest),
        ("[{", 8, deepest),
        ("]", 16, 1),
        ("}]", 16, 1),
        ("- ", 1, 1),
        ("[\n", 1, deepest),
        ("@\n", 2, 1),
        ("{\"a\": @,\n", 24, 1),
        ("'a',\n", 2, 1),
    ];
    for (unit, most, first) in floods {
        let leaf = read(&unit.repeat(100_000 / unit.len()));
        let faults: Vec<_> = leaf
            .errors()
            .iter()
            .filter(|error| error.kind == SyntaxErrorKind::Grammar)
            .collect();
        assert!(
            (1..=most).contains(&faults.len()),
            "{unit:?} {} {:?}",
            faults.len(),
            faults.first()
        );
        let place = faults[0].range.start();
        assert!(place <= first * unit.len(), "{unit:?} {place}");
    }
    // Split into chunks by its indentation, it gives no more errors.
    let printed: String = (0..600)
        .map(|depth| format!("{}\"a\": {{\n", " ".repeat(depth + 1)))
        .collect();
    let document = Document::with_chunks(&format!("{{\n{printed}"), Format::Json, 64);
    let errors = document.tree().errors();
    let faults: Vec<SyntaxErrorKind> = errors.iter().map(|error| error.kind).collect();
    assert_eq!(faults, [SyntaxErrorKind::Grammar, SyntaxErrorKind::Limit]);
    assert!(errors[0].message.contains("512 brackets"), "{errors:?}");
    assert!(errors[1].message.contains("this deep"), "{errors:?}");
}

/// Hostile texts: each is read in bounded time, and the leaf is valid.
#[test]
fn hostile_texts_are_read() {
    let many = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
    let lines = "{\n\"a\": \"b,\n'c: 'd: \"e\n/* x\n";
    let units = [
        "[",
        "]",
        "{",
        "}",
        "{[",
        "]}",
        "[}",
        "\"",
        "'",
        "\"\"a",
        "\"a\"b",
        "\"a: \\",
        "\"a: \"b",
        "/*",
        "/* \n",
        ",",
        ":",
        ",:",
        "\0",
        "\\",
        "{\"a\":",
        "a b ",
        "{\n",
        "}\n",
        "[\n ",
        "- ",
        "\u{feff}",
        "é",
        "\r",
        "{\"a\":1}",
        "\"a\":",
        "1,",
        "\"\\u",
        "//",
        "[1,],",
        "// a\n",
        "\"\\ud834\",",
        "1e999,//\n",
        lines,
    ];
    for unit in units {
        let text = many(unit, 100_000);
        for frame in [Frame::Document, Frame::Entries, Frame::Items] {
            let leaf = json::read(&text, frame, 0);
            assert_sound(&leaf);
        }
    }
    let text = format!("[{}0]", many("{\"a\":[1,\"b\"]},", 50_000_000));
    let leaf = json::read(&text, Frame::Document, 0);
    assert_eq!(leaf.errors(), &[]);
    assert!(leaf.nodes().len() > 10_000_000);
}

const DOCUMENT: &str = r##"{
  "asyncapi": "3.0.0",
  "info": { "title": "Orders é𝄞", "version": "1.0.0" },
  "servers": {
    "main": {
      "host": "broker.example.com:9092",
      "protocol": "kafka-secure",
      "security": [{ "$ref": "#/components/securitySchemes/oauth" }]
    }
  },
  "components": {
    "securitySchemes": {
      // the one in use
      "oauth": {
        "type": "oauth2",
        "description": "say \"hello\"\n\u00e9",
        "flows": {
          "clientCredentials": {
            "tokenUrl": "https://auth.example.com/token",
            "availableScopes": { "orders:read": "read", "orders:write": "write" }
          }
        },
        "scopes": ["orders:read"]
      },
      "key": { "type": "apiKey", "in": "user", "x-n": -1.5e3, "x-b": [true, false, null] }
    }
  }
}
"##;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e12..1e12_f64).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z\"\\\\/{}\\[\\],: \t\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let key = prop_oneof!["[a-zA-Z$]{1,8}", any::<String>()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::hash_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// One random edit: what it removes (by fraction of the text and length), what it inserts.
fn any_edit() -> impl Strategy<Value = (f64, usize, String)> {
    let insert = prop_oneof![
        "[\\[\\]{}\",:'/*a1 \n\\\\-]{0,3}",
        Just(String::new()),
        Just("\u{0}".to_owned()),
        Just("\r\n".to_owned()),
        Just("é".to_owned()),
        Just("\"a\": {\n".to_owned()),
    ];
    (0.0..1.0_f64, 0..12_usize, insert)
}

fn mutate(text: &str, edits: &[(f64, usize, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (place, gone, new) in edits {
        let start = ((chars.len() as f64) * place) as usize;
        let end = (start + gone).min(chars.len());
        chars.splice(start..end, new.chars());
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// The content between the brackets of a printed document, read as a chunk, gives the same
    /// nodes as the whole, with smaller offsets.
    #[test]
    fn pieces_equal_the_whole(json in any_json(), as_list in any::<bool>()) {
        let (json, frame) = if as_list {
            (Value::from(vec![json.clone(), json]), Frame::Items)
        } else {
            let members = [("a".to_owned(), json.clone()), ("b".to_owned(), json)];
            (Value::Object(members.into_iter().collect()), Frame::Entries)
        };
        let text = serde_json::to_string_pretty(&json).unwrap();
        let whole = read(&text);
        let piece = json::read(&text[2..text.len() - 1], frame, 1);
        assert_sound(&piece);
        prop_assert_eq!(piece.errors(), &[]);
        prop_assert!(piece.unmatched().is_empty() && !piece.ends_with_comma);
        let (piece_nodes, whole_nodes) = (piece.nodes(), whole.nodes());
        let nodes = piece_nodes.iter().skip(1).map(|node| {
            (node.kind, node.size, node.start + 2, node.end + 2, node.flags)
        });
        let expected = whole_nodes.iter().skip(1).map(|node| {
            (node.kind, node.size, node.start, node.end, node.flags)
        });
        prop_assert!(nodes.eq(expected));
        prop_assert_eq!(data(&piece), data(&whole));
    }

    #[test]
    fn sound_json_is_read_exactly(json in any_json()) {
        for text in [json.to_string(), serde_json::to_string_pretty(&json).unwrap()] {
            let leaf = read(&text);
            prop_assert_eq!(leaf.errors(), &[]);
            prop_assert_eq!(data(&leaf), serde_json::from_str(&text).ok());
            let crlf = read(&text.replace('\n', "\r"));
            prop_assert_eq!(data(&crlf), data(&leaf));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutations_agree_with_other_parsers(
        edits in proptest::collection::vec(any_edit(), 0..4),
        with_comment in any::<bool>(),
    ) {
        let base = DOCUMENT.replace("// the one in use", if with_comment { "/* a */ // b" } else { "" });
        let text = mutate(&base, &edits);
        for frame in [Frame::Entries, Frame::Items] {
            assert_sound(&json::read(&text, frame, 1));
        }
        let leaf = read(&text);
        let errors = grammar_errors(&leaf);
        if let Ok(expected) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(&errors, &Vec::<String>::new());
            prop_assert_eq!(data(&leaf), Some(expected));
        }
        prop_assert!(jsonc_accepts(&text) || !errors.is_empty(), "{}", text);
        for language in [Language::Json, Language::Jsonc] {
            let faults = faults(&text, language);
            // Half a surrogate pair is not an error.
            if accepts(&text, language) || faults.is_empty() && !text.contains("\\ud") {
                prop_assert!(accepts(&text, language) && faults.is_empty(), "{} {:?}", text, faults);
                let parsed = parse_to_serde_value(text.trim_start_matches('\u{feff}'), &options(language));
                prop_assert_eq!(data(&leaf), Some(parsed.unwrap()));
            }
        }
    }

    /// However a text is split, every trailing comma and the first comment are reported.
    #[test]
    fn what_only_jsonc_has_is_found_in_all_pieces(
        json in any_json(),
        loose in proptest::collection::vec(0..8_u8, 1..40),
    ) {
        let printed = serde_json::to_string_pretty(&json).unwrap();
        let mut text = String::new();
        let mut expected = Vec::new();
        let mut has_comment = false;
        let mut lines = printed.lines().zip(loose.iter().cycle()).peekable();
        while let Some((line, loose)) = lines.next() {
            text += line;
            let closes = lines.peek().is_some_and(|(next, _)| next.trim_start().starts_with(['}', ']']));
            if closes && *loose % 2 == 0 && expected.len() < 12 {
                expected.push((SyntaxErrorKind::TrailingComma, text.len()));
                text.push(',');
            }
            if *loose > 5 {
                if !std::mem::replace(&mut has_comment, true) {
                    expected.push((SyntaxErrorKind::Comment, text.len() + 1));
                }
                text += " // a, ]";
            }
            text.push('\n');
        }
        for cut_above in [0, 10, 60, 1024] {
            let document = Document::with_chunks(&text, Language::Json, cut_above);
            let found = document.tree().extensions();
            let found: Vec<_> = found.iter().map(|error| (error.kind, error.range.start())).collect();
            prop_assert_eq!(document.tree().errors(), vec![]);
            prop_assert_eq!(&found, &expected, "{} {}", cut_above, text);
        }
    }
}
