//! Texts for the laws: lines at random, and trees written in order.

use proptest::prelude::*;

/// A piece, built of lines that a typed document is made of.
pub fn pieces() -> impl Strategy<Value = String> {
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

/// What an orderly text says.
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

/// Writes a tree at an indent; `inline` is whether the first line has its indent already.
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

/// A well-formed piece, or nearly so: with an edit or two.
pub fn orderly() -> impl Strategy<Value = String> {
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
