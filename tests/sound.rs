//! Trees of hostile texts are sound: nodes are nested, mappings have pairs, and there is one root.
//! Most of the texts are re-told finds of the fuzz targets, whose checks these are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "fuzz/sound.rs"]
mod sound;

use asyncapi_security_lsp::syntax::leaf::{Frame, MAX_DEPTH};
use asyncapi_security_lsp::syntax::{json, yaml};

const FRAMES: [Frame; 3] = [Frame::Document, Frame::Entries, Frame::Items];

fn check(text: &str, depth: usize) {
    for frame in FRAMES {
        sound::check(text, frame, &yaml::read(text, frame, depth));
        sound::check(text, frame, &json::read(text, frame, depth));
    }
}

/// The heads of the fuzz targets' inputs are read too.
#[test]
fn an_input_is_frame_depth_and_text() {
    assert_eq!(sound::input(&[0, 0, b'a']), Some((Frame::Document, 0, "a")));
    assert_eq!(
        sound::input(&[1, 255, b'a']),
        Some((Frame::Entries, 655, "a"))
    );
    assert_eq!(sound::input(&[0]), None);
}

/// What stands on the line of the marker is the root, however broken it is.
#[test]
fn a_document_has_one_root() {
    for value in [
        "|0",
        "|00",
        ">0",
        "|x",
        ">- a",
        "@a",
        "`",
        "%",
        "}",
        "]",
        ",",
        "- a",
        "- ",
        "*",
        "&",
        "& a",
        "&a",
        "!t",
        "[",
        "{",
        "{a",
        "'a",
        "\"a",
        "a: b",
        "a: b: c",
        "? a",
        ": a",
        "*a b",
        "'a' b",
        "[a] b",
        "a\nb: c",
        "|\na",
        "|0\n a\nb: c",
        "> #\n",
        "#a",
    ] {
        for text in [
            format!("--- {value}\n"),
            format!("--- {value}"),
            format!("---\n{value}\n"),
            format!("%YAML 1.2\n--- {value}\n...\n"),
            format!("--- {value}\na: b\n- c\n"),
        ] {
            check(&text, 0);
        }
    }
}

/// Where the limit of depth is reached, in the place of a key, a value or an item.
#[test]
fn a_mapping_has_pairs_at_the_limit_of_depth() {
    for unit in [
        "{", "[", "{a: ", "{[", "[{", "{a, ", "{? ", "- ", "[a: ", "{\n ", "{\"a\":", "{{a: ",
    ] {
        for count in [MAX_DEPTH, MAX_DEPTH + 1] {
            for rest in ["", "a", "}", ": b", "a: b}"] {
                check(&format!("{}{rest}", unit.repeat(count)), 0);
                let near = unit.repeat(5) + rest;
                check(&near, MAX_DEPTH.saturating_sub(4));
                check(&format!("a: {near}\nb: c\n"), MAX_DEPTH - 3);
            }
        }
    }
}

/// Small texts of the signs of JSON in all orders that a simple generator finds.
#[test]
fn nodes_are_nested_in_text_of_signs() {
    check("{\n  {\n]d\n  \":\n }\n]\n", 0);
    let parts = [
        "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "a", " ", "\n", "\n  ", "\n }", "{\n",
        "// b\n", "'", "- ", "|0", "*", "&",
    ];
    let mut seed = 11_u64;
    let mut text = String::new();
    for _ in 0..6_000 {
        text.clear();
        for _ in 0..3 + seed % 14 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(parts[(seed >> 33) as usize % parts.len()]);
        }
        check(&text, 0);
    }
}

/// The first sign of what is nested too deep may have several bytes.
#[test]
fn a_limit_stands_on_whole_characters() {
    for depth in MAX_DEPTH - 4..=MAX_DEPTH + 1 {
        // The bracket before the second key is missing.
        check("r:\n \u{79e}:{\n  \"", depth);
    }
}
