//! Reads marks, runs the rules, compares.

use super::walk;
use asyncapi_security_lsp::model::Fragment;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::spec::Version;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use asyncapi_security_lsp::syntax::tree::Tree;

/// Checks a document in YAML: the findings must be exactly the marks. The same document in JSON
/// must give the same findings.
pub(super) fn check(marked: &str) -> Vec<Finding> {
    let found = check_as(marked, Format::Yaml, walk::findings);
    let text = read(marked).text;
    let tree = Tree::parse(&text, Format::Yaml);
    if let Some(json) = json_of(tree.root()) {
        let twin = Tree::parse(&json, Format::Json);
        assert_eq!(twin.errors(), [], "{json}");
        let said_twice = walk::findings(&twin);
        assert_eq!(places(&json, &said_twice), places(&text, &found), "{json}");
    }
    found
}

/// The rules and texts of findings, without quotes.
fn places(text: &str, found: &[Finding]) -> Vec<(&'static str, String)> {
    let mut places: Vec<_> = found
        .iter()
        .map(|finding| {
            let place = &text[finding.range.start()..finding.range.end()];
            let place = place.trim_matches(['"', '\'']);
            // Lists have another form in JSON.
            let is_collection = place.starts_with(['[', '{', '-']);
            let place = if is_collection { "a collection" } else { place };
            (finding.rule.id, place.to_owned())
        })
        .collect();
    places.sort();
    places
}

/// The document in JSON; `None` if it has something that JSON does not.
fn json_of(node: Node<'_>) -> Option<String> {
    if node.is_mapping() {
        let members: Option<Vec<String>> = node
            .entries()
            .map(|entry| {
                let key = serde_json::to_string(entry.key.value()).unwrap();
                let is_plain = entry.key.is_scalar() && entry.key.value() != "<<";
                is_plain.then_some(format!("{key}: {}", json_of(entry.value)?))
            })
            .collect();
        return Some(format!("{{\n{}\n}}", members?.join(",\n")));
    }
    if node.is_sequence() {
        let items: Option<Vec<String>> = node.items().map(|item| json_of(item)).collect();
        return Some(format!("[{}]", items?.join(", ")));
    }
    match node.scalar_type()? {
        _ if node.is_missing() => None,
        ScalarType::String => serde_json::to_string(node.value()).ok(),
        ScalarType::Null => Some("null".to_owned()),
        _ => Some(node.value().to_owned()),
    }
}

/// The same in JSON.
pub(super) fn check_json(marked: &str) -> Vec<Finding> {
    check_as(marked, Format::Json, walk::findings)
}

/// The same for a fragment in YAML.
pub(super) fn check_fragment(fragment: Fragment, version: Version, marked: &str) -> Vec<Finding> {
    check_as(marked, Format::Yaml, |tree| {
        walk::findings_of_fragment(tree, fragment, version)
    })
}

/// Checks the value of `components.securitySchemes.k` in the version.
pub(super) fn check_scheme(version: &str, scheme: &str) -> Vec<Finding> {
    let indented: String = scheme
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    check(&format!(
        "asyncapi: {version}\ncomponents:\n  securitySchemes:\n    k:\n{indented}"
    ))
}

/// Checks schemes by name in the version.
pub(super) fn check_schemes(version: &str, schemes: &str) -> Vec<Finding> {
    let indented: String = schemes
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    check(&format!(
        "asyncapi: {version}\ncomponents:\n  securitySchemes:\n{indented}"
    ))
}

/// A document and its marks: offset of the start, of the end, label.
pub(super) struct Marked {
    pub(super) text: String,
    pub(super) marks: Vec<(usize, usize, String)>,
}

/// Removes the marks: a line of blanks, `^^^` and a label marks the text above it.
pub(super) fn read(marked: &str) -> Marked {
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut line_start = 0;
    for line in marked.lines() {
        let body = line.trim_start_matches(' ');
        if body.starts_with('^') {
            let carets = body.chars().take_while(|sign| *sign == '^').count();
            let label = body[carets..].trim().to_owned();
            // Columns are characters, ranges are bytes.
            let above = &text[line_start..];
            let width = |signs: &mut dyn Iterator<Item = char>| -> usize {
                signs.map(char::len_utf8).sum()
            };
            let before = line.len() - body.len();
            let start = line_start + width(&mut above.chars().take(before));
            let len = width(&mut above.chars().skip(before).take(carets));
            marks.push((start, start + len, label));
            continue;
        }
        line_start = text.len();
        text.push_str(line);
        text.push('\n');
    }
    marks.sort();
    Marked { text, marks }
}

fn check_as(marked: &str, format: Format, find: impl Fn(&Tree) -> Vec<Finding>) -> Vec<Finding> {
    let Marked { text, marks } = read(marked);
    let tree = Tree::parse(&text, format);
    assert_eq!(tree.errors(), [], "the document is well formed:\n{text}");
    let found = find(&tree);
    let mut shown: Vec<_> = found
        .iter()
        // Nearly every example has such a host.
        .filter(|finding| finding.rule.id != "url-example-host")
        .map(|finding| {
            (
                finding.range.start(),
                finding.range.end(),
                finding.rule.id.to_owned(),
            )
        })
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        marks,
        "found (left) is not what is marked (right) in:\n{text}\n{}",
        found
            .iter()
            .map(|finding| format!(
                "{:?} {}: {}\n",
                &text[finding.range.start()..finding.range.end()],
                finding.rule.id,
                finding.message
            ))
            .collect::<String>()
    );
    found
}
