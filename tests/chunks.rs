//! The content of a well-formed document does not depend on how it is split into chunks.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/outside.rs"]
mod outside;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::Node;
use asyncapi_security_lsp::syntax::tree::Tree;
use asyncapi_security_lsp::text::range::TextRange;

const WHOLE: usize = usize::MAX;

fn dump(node: Node<'_>, depth: usize, out: &mut Vec<String>) {
    out.push(format!(
        "{depth} {:?} {:?} {:?} {:?} {:?}",
        node.kind(),
        node.range(),
        node.value(),
        node.anchor(),
        node.tag()
    ));
    for entry in node.entries() {
        dump(entry.key, depth + 1, out);
        dump(entry.value, depth + 1, out);
    }
    for item in node.items() {
        dump(item, depth + 1, out);
    }
}

fn outline(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for root in tree.documents() {
        dump(root, 0, &mut out);
    }
    out
}

/// Compares a document in small chunks with the same one unsplit. Returns the number of chunks.
fn check(text: &str, format: Format, split_above: usize) -> usize {
    let whole = Document::with_chunks(text, format, WHOLE);
    let chunks = Document::with_chunks(text, format, split_above);
    if whole.tree().errors().is_empty() {
        let (whole, chunks) = (outline(whole.tree()), outline(chunks.tree()));
        let differs = whole.iter().zip(&chunks).position(|(a, b)| a != b);
        assert_eq!(differs.map(|at| (&whole[at], &chunks[at])), None);
        assert_eq!(whole.len(), chunks.len());
    }
    assert_eq!(
        whole.tree().errors().is_empty(),
        chunks.tree().errors().is_empty(),
        "{:?}\n{:?}",
        whole.tree().errors(),
        chunks.tree().errors()
    );
    chunks.tree().chunks().len()
}

/// Every way to a node leads to the same node.
fn check_ways(text: &str, format: Format) {
    let whole = Document::with_chunks(text, format, WHOLE);
    let chunks = Document::with_chunks(text, format, 40);
    let steps = |document: &Document, offset: usize| -> Vec<String> {
        document
            .tree()
            .path_at(offset)
            .iter()
            .map(|step| {
                format!(
                    "{:?} {:?}",
                    step.node.range(),
                    step.entry.map(|entry| entry.key.range())
                )
            })
            .collect()
    };
    for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
        assert_eq!(steps(&whole, offset), steps(&chunks, offset), "{offset}");
    }
    let mut open = vec![(String::new(), whole.tree().root())];
    let mut count = 0;
    while let Some((pointer, node)) = open.pop() {
        let found = chunks.tree().pointer(&pointer).unwrap();
        let same = whole.tree().resolve(node).unwrap();
        assert_eq!(found.range(), same.range(), "{pointer}");
        count += 1;
        for entry in node.entries() {
            let token = entry.key.value().replace('~', "~0").replace('/', "~1");
            open.push((format!("{pointer}/{token}"), entry.value));
        }
        for (at, item) in node.items().enumerate() {
            open.push((format!("{pointer}/{at}"), item));
        }
    }
    assert!(count > 50);
}

#[test]
fn our_own_documents() {
    let yaml = include_str!("../fixtures/streetlights.asyncapi.yaml");
    let json = include_str!("../fixtures/chat.asyncapi.jsonc");
    for (text, format) in [(yaml, Format::Yaml), (json, Format::Json)] {
        assert!(check(text, format, 40) > 20);
        check_ways(text, format);
    }
}

/// Misleading indentation: the brackets are right.
#[test]
fn json_is_read_by_its_brackets() {
    let text = "{\n  \"a\": {\n  \"b\": 1\n  },\n  \"c\": [\n  1,\n2\n],\n\"d\": {\n\"e\": 1}\n}\n";
    check(text, Format::Json, 10);
    let document = Document::with_chunks(text, Format::Json, 10);
    assert!(
        document.tree().errors().is_empty(),
        "{:?}",
        document.tree().errors()
    );
    assert_eq!(document.tree().pointer("/a/b").unwrap().value(), "1");
    assert_eq!(document.tree().pointer("/d/e").unwrap().value(), "1");
}

#[test]
fn real_documents() {
    let Some(folder) = outside::outside("pieces::real_documents", "corpus/docs") else {
        return;
    };
    let mut files = 0;
    let mut split = 0;
    for path in walk(&folder) {
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some("yaml" | "yml") => Format::Yaml,
            _ => continue,
        };
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let chunks = std::panic::catch_unwind(|| check(&text, format, 200))
            .unwrap_or_else(|_| panic!("{}", path.display()));
        files += 1;
        split += usize::from(chunks > 1);
    }
    println!("{files} documents, {split} of them in several chunks");
    assert!(files > 1_000 && split > 500);
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

/// Fields of long mappings with merge keys: own keys win, then the merges in order, and the last
/// one of duplicate keys counts.
#[test]
fn fields_of_long_mappings() {
    let keys = |from: usize, to: usize, value: u8| -> String {
        (from..to)
            .map(|key| format!("  k{key}: {value}\n"))
            .collect()
    };
    let text = format!(
        "first: &a\n{}second: &b\n{}all:\n  <<: [*a, *b]\n{}  k49999: 4\n",
        keys(0, 30_000, 1),
        keys(20_000, 40_000, 2),
        keys(25_000, 50_000, 3)
    );
    for split_above in [4096, WHOLE] {
        let document = Document::with_chunks(&text, Format::Yaml, split_above);
        let tree = document.tree();
        let fields = tree.fields(tree.pointer("/all").unwrap());
        assert_eq!(fields.len(), 50_000);
        let mut values = HashMap::new();
        for field in &fields {
            let number: usize = field.key.value()[1..].parse().unwrap();
            assert!(values.insert(number, field.value.value()).is_none());
        }
        for (number, value) in values {
            let expected = match number {
                49_999 => "4",
                25_000.. => "3",
                _ => "1",
            };
            assert_eq!(value, expected, "{number}");
        }
        assert_eq!(tree.pointer("/all/k0").unwrap().value(), "1");
    }
}

/// Few and many fields are collected in the same way.
#[test]
fn merges_mean_the_same_in_short_and_long_mappings() {
    for count in [1, 10, 15, 16, 17, 40] {
        let keys = |value: &str| -> String {
            (0..count)
                .map(|key| format!("  k{key}: {value}\n"))
                .collect()
        };
        let text = format!(
            "a: &a\n  z: a\n{}b: &b\n  y: b\n  z: b\nc:\n  k0: own\n  <<: *b\n  k0: last\n  <<: *a\n",
            keys("a")
        );
        let document = Document::new(&text, Format::Yaml);
        let fields = document
            .tree()
            .fields(document.tree().pointer("/c").unwrap());
        let said: Vec<_> = fields
            .iter()
            .take(3)
            .map(|field| (field.key.value(), field.value.value()))
            .collect();
        assert_eq!(said, [("k0", "last"), ("y", "b"), ("z", "b")]);
        assert_eq!(fields.len(), count + 2);
    }
}

/// Resolving every alias of a long document collects the anchors once.
#[test]
fn many_aliases_are_followed() {
    let items: String = (0..10_000)
        .map(|number| format!("  - &a{} {number}\n  - *a{}\n", number % 100, number % 100))
        .collect();
    let text = format!("base: &a0 x\nuse: *a0\nlist:\n{items}---\nother: *a0\n");
    for split_above in [64, WHOLE] {
        let document = Document::with_chunks(&text, Format::Yaml, split_above);
        let tree = document.tree();
        let first = tree.pointer("/use").unwrap();
        assert_eq!(first.value(), "x");
        let list = tree.pointer("/list").unwrap();
        for (at, item) in list.items().enumerate() {
            let value = tree.resolve(item).unwrap().value();
            assert_eq!(value, (at / 2).to_string());
        }
        // An anchor is only valid in its document.
        let other = tree.documents().nth(1).unwrap();
        assert!(tree.resolve(other.get("other").unwrap().value).is_none());
    }
}

/// Aliases of aliases of aliases: no walk follows one twice.
#[test]
fn alias_bombs_are_harmless() {
    let mut text = String::from("a0: &a0 {x: 1}\nl0: &l0 [x]\n");
    for level in 1..=30 {
        let below = level - 1;
        let times = |name: &str| vec![format!("*{name}{below}"); 9].join(", ");
        text.push_str(&format!(
            "a{level}: &a{level}\n  <<: [{}]\n  k{level}: 1\n",
            times("a")
        ));
        text.push_str(&format!("l{level}: &l{level} [{}]\n", times("l")));
    }
    text.push_str("self: &self\n  <<: [*self, *self]\n  own: 1\n");
    for split_above in [24, WHOLE] {
        let document = Document::with_chunks(&text, Format::Yaml, split_above);
        let tree = document.tree();
        assert_eq!(tree.errors(), &[]);
        assert_eq!(tree.fields(tree.pointer("/a30").unwrap()).len(), 31);
        assert_eq!(tree.fields(tree.pointer("/self").unwrap()).len(), 1);
        assert_eq!(tree.pointer("/a30/x").unwrap().value(), "1");
        assert_eq!(tree.pointer("/a30/none").map(Node::kind), None);
        let deep = format!("/l30{}", "/8".repeat(30));
        assert!(tree.pointer(&deep).is_some());
        for offset in (0..text.len()).step_by(97) {
            assert!(!tree.path_at(offset).is_empty());
        }
        assert!(outline(tree).len() < 2_000);
    }
}

/// The innermost node that an offset touches, with all those around it, found by looking at all.
fn ranges_around(node: Node<'_>, offset: usize, out: &mut Vec<TextRange>) {
    out.push(node.range());
    let touched = |one: &Node<'_>| one.range().touches(offset);
    let mut entries: Vec<_> = node.entries().collect();
    entries.retain(|entry| touched(&entry.key) || touched(&entry.value));
    let of_entry =
        (entries.last()).map(|entry| [entry.value, entry.key].into_iter().find(touched).unwrap());
    if let Some(next) = of_entry.or_else(|| node.items().find(touched)) {
        ranges_around(next, offset, out);
    }
}

#[test]
fn a_place_is_found_in_long_collections() {
    let many = |text: &dyn Fn(usize) -> String, between: &str| -> String {
        (0..150).map(text).collect::<Vec<_>>().join(between)
    };
    let flow = many(&|at| format!("{{a: [{at}, b], c{at}: }}"), ",");
    let names = many(&|at| format!("n{at}: {{x: {at}}}"), ", ");
    let lines = many(&|at| format!("  - {at}\n  - k:\n    l: [{at}]"), "\n");
    let quoted = many(&|at| format!("\"n{at}\": [{at}, \"x\"]"), ",");
    for (text, format) in [
        (format!("list: [{flow}]\nmap: {{{names}}}\n"), Format::Yaml),
        (format!("list:\n{lines}\nend: [{flow}]\n"), Format::Yaml),
        (format!("{{{quoted}, \"in\": {{{quoted}}}}}"), Format::Json),
    ] {
        for split_above in [200, WHOLE] {
            let document = Document::with_chunks(&text, format, split_above);
            let tree = document.tree();
            assert_eq!(tree.errors(), &[]);
            for offset in 0..=text.len() {
                let found: Vec<TextRange> = (tree.path_at(offset).iter())
                    .map(|step| step.node.range())
                    .collect();
                let mut expected = Vec::new();
                ranges_around(tree.root(), offset, &mut expected);
                assert_eq!(found, expected, "{offset}");
            }
        }
    }
}

#[test]
fn finding_a_place_in_a_long_line_does_not_pass_all_before_it() {
    let list = |count: usize| format!("a: [{}]\n", "b, ".repeat(count));
    let count = 100_000;
    let text = list(count);
    let document = Document::with_chunks(&text, Format::Yaml, WHOLE);
    // A walk from the start takes minutes for so many.
    for item in 0..count {
        let offset = "a: [".len() + item * "b, ".len();
        assert_eq!(document.tree().path_at(offset).len(), 3, "{offset}");
    }
}

/// A text in which a list goes on left of its key, on each of many levels.
fn shallow_lists(levels: usize) -> String {
    let key = |level: usize| format!("{}k:\n", "  ".repeat(level));
    let list = |level: usize| {
        let blanks = "  ".repeat(level);
        format!("{blanks}  b: [1,\n{blanks}w: 2,\n{blanks}3]\n{blanks}e: 1\n")
    };
    let keys: String = (0..levels).map(key).collect();
    let lists: String = (0..levels).rev().map(list).collect();
    format!("{keys}{}z: 1\n{lists}", "  ".repeat(levels))
}

#[test]
fn what_goes_on_left_of_its_key_is_joined_once() {
    let work = |levels| {
        let text = shallow_lists(levels);
        let tree = Tree::parse(&text, Format::Yaml);
        tree.work().bytes / text.len()
    };
    // Each level may read what it joins once more, but not what those below have joined.
    assert!(work(24) <= 4 * work(12).max(6), "{} {}", work(12), work(24));
}
