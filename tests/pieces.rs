//! What a well-formed document says does not depend on how it is cut into pieces.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use asyncapi_security_lsp::syntax::document::{Document, Format, Tree};
use asyncapi_security_lsp::syntax::node::Node;

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

/// Compares a document in small pieces with the same in one; says how many pieces there were.
fn check(text: &str, format: Format, cut_above: usize) -> usize {
    let whole = Document::with_pieces(text, format, WHOLE);
    let pieces = Document::with_pieces(text, format, cut_above);
    if whole.tree().errors().is_empty() {
        let (whole, pieces) = (outline(whole.tree()), outline(pieces.tree()));
        let differs = whole.iter().zip(&pieces).position(|(a, b)| a != b);
        assert_eq!(differs.map(|at| (&whole[at], &pieces[at])), None);
        assert_eq!(whole.len(), pieces.len());
    }
    assert_eq!(
        whole.tree().errors().is_empty(),
        pieces.tree().errors().is_empty(),
        "{:?}\n{:?}",
        whole.tree().errors(),
        pieces.tree().errors()
    );
    pieces.tree().pieces().len()
}

/// Every way to a node leads to the same node.
fn check_ways(text: &str, format: Format) {
    let whole = Document::with_pieces(text, format, WHOLE);
    let pieces = Document::with_pieces(text, format, 40);
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
        assert_eq!(steps(&whole, offset), steps(&pieces, offset), "{offset}");
    }
    let mut open = vec![(String::new(), whole.tree().root())];
    let mut count = 0;
    while let Some((pointer, node)) = open.pop() {
        let found = pieces.tree().pointer(&pointer).unwrap();
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
    let json = include_str!("../fixtures/chat.asyncapi.json");
    for (text, format) in [(yaml, Format::Yaml), (json, Format::Json)] {
        assert!(check(text, format, 40) > 20);
        check_ways(text, format);
    }
}

/// Indentation that lies about the brackets: the brackets are right.
#[test]
fn json_is_read_by_its_brackets() {
    let text = "{\n  \"a\": {\n  \"b\": 1\n  },\n  \"c\": [\n  1,\n2\n],\n\"d\": {\n\"e\": 1}\n}\n";
    check(text, Format::Json, 10);
    let document = Document::with_pieces(text, Format::Json, 10);
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
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/corpus/docs"
    ));
    if !folder.is_dir() {
        println!("no corpus at {}: not compared", folder.display());
        return;
    }
    let mut files = 0;
    let mut cut = 0;
    for path in walk(folder) {
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some("yaml" | "yml") => Format::Yaml,
            _ => continue,
        };
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let pieces = std::panic::catch_unwind(|| check(&text, format, 200))
            .unwrap_or_else(|_| panic!("{}", path.display()));
        files += 1;
        cut += usize::from(pieces > 1);
    }
    println!("{files} documents, {cut} of them in several pieces");
    assert!(files > 1_000 && cut > 500);
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
