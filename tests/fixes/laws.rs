//! Laws that hold for every fix.

use std::collections::HashMap;

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::fixes::{Fix, fixes};
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::rules::registry::rule;
use asyncapi_security_lsp::rules::rule::Group;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::leaf::NodeKind;
use asyncapi_security_lsp::syntax::node::{Node, ScalarType};
use asyncapi_security_lsp::syntax::tree::Tree;
use asyncapi_security_lsp::text::range::TextRange;

use crate::edits::applied;

pub fn analyse(text: &str, format: Format, on: &[String]) -> Analysis {
    let options = Options {
        rule_set: RuleSet::default().switched_on(on.iter().map(String::as_str)),
        ..Options::default()
    };
    Analysis::new(Document::new(text, format), options, None)
}

/// Findings that a fix reveals in a part that was not read before. Rules that are off by default do
/// not count, nor does the one that is to find placeholders.
const UNCOVERED: &[(&str, &str)] = &[
    ("oauth2-flow-missing-field", "security-scope-undefined"),
    ("oauth2-implicit-flow", "oauth2-pkce-undocumented"),
    ("oauth2-implicit-flow", "oauth2-refresh-url-missing"),
    ("oauth2-password-flow", "oauth2-pkce-undocumented"),
    ("operation-without-security", "oauth2-scopes-not-selected"),
    ("operation-without-security", "security-scheme-unused"),
    ("security-entry-not-object", "security-ref-unresolved"),
    (
        "security-entry-not-object",
        "security-requirement-undefined",
    ),
    ("security-not-array", "security-requirement-undefined"),
    ("security-ref-invalid-uri", "security-ref-unresolved"),
    ("security-ref-yaml-comment", "security-ref-unresolved"),
    (
        "security-requirement-value-not-array",
        "security-scopes-on-non-oauth",
    ),
    ("security-scheme-missing-field", "security-scope-undefined"),
    ("security-schemes-misplaced", "security-scheme-type-missing"),
    ("security-schemes-misplaced", "security-scheme-unused"),
    ("security-v2-shape-in-v3", "oauth2-scopes-not-selected"),
    ("security-v2-shape-in-v3", "security-ref-unresolved"),
    ("server-without-security", "oauth2-scopes-not-selected"),
    ("server-without-security", "security-scheme-unused"),
    ("url-whitespace", "url-not-absolute"),
];

/// Two rules for different types of schemes over an open server have the same cause.
fn class(id: &str) -> &str {
    if id.ends_with("-without-tls") {
        "without-tls"
    } else {
        id
    }
}

fn is_advice(id: &str) -> bool {
    let group = rule(id).map(|rule| rule.group);
    !matches!(
        group,
        Some(Group::Syntax | Group::Validity | Group::References | Group::Urls)
    )
}

/// Messages for the laws that a fix breaks.
pub fn broken_laws(analysis: &Analysis, finding: &Finding, fix: &Fix) -> Vec<String> {
    let mut broken = Vec::new();
    let mut check = |holds: bool, law: String| {
        if !holds {
            broken.push(law);
        }
    };
    let text = analysis.document.text().to_string();
    for pair in fix.edits.windows(2) {
        check(
            pair[0].range.end() <= pair[1].range.start(),
            "edits are in order".to_owned(),
        );
    }
    for edit in &fix.edits {
        let ends = [edit.range.start(), edit.range.end()];
        check(
            ends.iter().all(|end| text.is_char_boundary(*end)),
            "whole characters".to_owned(),
        );
    }
    let format = analysis.document.tree().format();
    let after_text = applied(&text, &fix.edits);
    let after = Analysis::new(
        Document::new(&after_text, format),
        analysis.options.clone(),
        None,
    );
    let count = |analysis: &Analysis, rule: &str| {
        (analysis.findings.iter())
            .filter(|finding| class(finding.rule.id) == class(rule))
            .count()
    };
    check(
        count(&after, finding.rule.id) < count(analysis, finding.rule.id),
        "the finding is gone".to_owned(),
    );
    for found in &after.findings {
        // There is no advice for text that cannot be read.
        let is_new_advice = is_advice(found.rule.id) && !is_advice(finding.rule.id);
        let is_off = rule(found.rule.id).is_some_and(|rule| !rule.default_on);
        let is_off = is_off || found.rule.id == "url-example-host";
        if is_off || is_new_advice || UNCOVERED.contains(&(finding.rule.id, found.rule.id)) {
            continue;
        }
        check(
            count(&after, found.rule.id) <= count(analysis, found.rule.id),
            format!("no new finding: {} {}", found.rule.id, found.message),
        );
    }
    // The finding is gone from its place.
    let again = after.findings.iter().filter(|other| {
        other.rule.id == finding.rule.id
            && other.range == finding.range
            && other.message == finding.message
    });
    for other in again {
        let repeats = fixes(&after, other)
            .iter()
            .any(|other| other.title == fix.title);
        check(!repeats, "once is enough".to_owned());
    }
    // The meaning of a broken text is a guess that any edit may change.
    if analysis.document.tree().errors().is_empty() {
        for law in touched_elsewhere(analysis, &after, fix) {
            check(false, law);
        }
    }
    // There the comment was meant as the value.
    if finding.rule.id == "security-ref-yaml-comment" {
        return broken;
    }
    let lost = lost_comments(analysis, &after, fix);
    check(lost.is_empty(), format!("comments stay: {lost:?}"));
    broken
}

/// Values that differ although no edit touches them or a key above them.
fn touched_elsewhere(before: &Analysis, after: &Analysis, fix: &Fix) -> Vec<String> {
    let all = leaves(before.document.tree());
    let all_new = leaves(after.document.tree());
    let mut new = leaves(after.document.tree());
    let mut left: HashMap<(String, String), usize> = HashMap::new();
    for leaf in &all {
        *left
            .entry((leaf.path.clone(), leaf.value.clone()))
            .or_default() += 1;
    }
    new.retain(|leaf| {
        let same = left.get_mut(&(leaf.path.clone(), leaf.value.clone()));
        let same = same.filter(|count| **count > 0);
        same.map(|count| *count -= 1).is_none()
    });
    let mut old = leaves(before.document.tree());
    old.retain(|leaf| left[&(leaf.path.clone(), leaf.value.clone())] > 0);
    let edited: Vec<TextRange> = fix.edits.iter().map(|edit| edit.range).collect();
    let mut shift = 0;
    let written: Vec<TextRange> = (fix.edits.iter())
        .map(|edit| {
            let start = edit.range.start().wrapping_add_signed(shift);
            shift += edit.new_text.len() as isize - edit.range.len() as isize;
            TextRange::new(start, start + edit.new_text.len())
        })
        .collect();
    let is_on = |leaf: &Leaf, places: &[TextRange]| {
        leaf.places.iter().any(|place| {
            places
                .iter()
                .any(|edit| edit.start() <= place.end() && place.start() <= edit.end())
        })
    };
    // Of equal values it does not matter which one was added or removed.
    let is_meant = |leaf: &Leaf, all: &[Leaf], places: &[TextRange]| {
        (all.iter())
            .filter(|other| other.path == leaf.path && other.value == leaf.value)
            .any(|other| is_on(other, places))
    };
    let lost = (old.iter())
        .filter(|leaf| !is_meant(leaf, &all, &edited))
        .map(|leaf| ("lost", leaf));
    let gained = (new.iter())
        .filter(|leaf| !is_meant(leaf, &all_new, &written))
        .map(|leaf| ("gained", leaf));
    lost.chain(gained)
        .map(|(what, leaf)| {
            format!(
                "the same data elsewhere: {what} {} {:?}",
                leaf.path, leaf.value
            )
        })
        .collect()
}

struct Leaf {
    /// Keys from the root; items of lists have no index, because earlier items may be removed.
    path: String,
    value: String,
    /// Its own range and those of the keys above it.
    places: Vec<TextRange>,
}

fn leaves(tree: &Tree) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for root in tree.documents() {
        collect_leaves(root, String::new(), Vec::new(), &mut leaves);
    }
    leaves
}

fn collect_leaves(node: Node<'_>, path: String, places: Vec<TextRange>, out: &mut Vec<Leaf>) {
    assert!(places.len() < 200, "deep documents are not in the tests");
    let mut places = places;
    if matches!(node.kind(), NodeKind::FlowMapping | NodeKind::FlowSequence) {
        places.push(TextRange::empty(node.range().start()));
    }
    for entry in node.entries() {
        let mut places = places.clone();
        places.push(entry.key.range());
        collect_leaves(
            entry.value,
            format!("{path}/{}", entry.key.value()),
            places,
            out,
        );
    }
    for item in node.items() {
        collect_leaves(item, format!("{path}/-"), places.clone(), out);
    }
    if node.entries().next().is_none() && node.items().next().is_none() {
        places.push(node.range());
        let value = format!("{:?} {}", node.scalar_type(), node.value());
        out.push(Leaf {
            path,
            value,
            places,
        });
    }
}

/// Comments that disappeared, except those of removed entries.
fn lost_comments(before: &Analysis, after: &Analysis, fix: &Fix) -> Vec<String> {
    let mut left = comments(&after.document);
    let mut lost = Vec::new();
    for (range, comment) in comments_at(&before.document) {
        if let Some(at) = left.iter().position(|other| *other == comment) {
            left.remove(at);
            continue;
        }
        let goes_with_removed = fix.title.starts_with("Remove")
            && fix.edits.iter().any(|edit| edit.range.contains(range));
        if !goes_with_removed {
            lost.push(comment);
        }
    }
    lost
}

fn comments(document: &Document) -> Vec<String> {
    comments_at(document)
        .into_iter()
        .map(|(_, comment)| comment)
        .collect()
}

/// The comments of a text: comment signs outside of scalars.
fn comments_at(document: &Document) -> Vec<(TextRange, String)> {
    let text = document.text().to_string();
    let mut scalars = Vec::new();
    for root in document.tree().documents() {
        collect_scalars(root, &mut scalars);
    }
    let is_json = document.tree().format() == Format::Json;
    let marks: &[&str] = if is_json { &["//", "/*"] } else { &["#"] };
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_end_matches(['\n', '\r']);
        let found = marks
            .iter()
            .flat_map(|mark| content.match_indices(mark))
            .map(|(at, _)| at)
            .filter(|at| is_json || *at == 0 || matches!(content.as_bytes()[at - 1], b' ' | b'\t'))
            .filter(|at| {
                !scalars.iter().any(|range: &TextRange| {
                    range.start() <= start + at && start + at < range.end()
                })
            })
            .min();
        if let Some(at) = found {
            comments.push((
                TextRange::new(start + at, start + content.len()),
                content[at..].to_owned(),
            ));
        }
        start += line.len();
    }
    comments
}

fn collect_scalars(node: Node<'_>, out: &mut Vec<TextRange>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if node.is_scalar() {
            out.push(node.range());
        }
        for entry in node.entries() {
            open.push(entry.key);
            open.push(entry.value);
        }
        open.extend(node.items());
    }
}

/// A YAML text as JSON.
pub fn as_json(text: &str, minified: bool) -> String {
    let tree = Tree::parse(text, Format::Yaml);
    let value = value_of(&tree, tree.root());
    if minified {
        return value.to_string();
    }
    let mut text = serde_json::to_string_pretty(&value).unwrap();
    text.push('\n');
    text
}

/// A document with twice the indentation.
pub fn four_blanks(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches(' ');
        out.push_str(&"  ".repeat(line.len() - rest.len()));
        match rest.strip_prefix("- ") {
            Some(item) => out.push_str(&format!("-   {item}")),
            None => out.push_str(rest),
        }
    }
    out
}

fn value_of(tree: &Tree, node: Node<'_>) -> serde_json::Value {
    let node = tree.resolve(node).unwrap_or(node);
    if node.is_mapping() {
        let fields = tree.fields(node);
        return fields
            .into_iter()
            .map(|entry| (entry.key.value().to_owned(), value_of(tree, entry.value)))
            .collect();
    }
    if node.is_sequence() {
        return node.items().map(|item| value_of(tree, item)).collect();
    }
    match node.scalar_type() {
        Some(ScalarType::String) => node.value().into(),
        Some(ScalarType::Null) | None => serde_json::Value::Null,
        _ => serde_json::from_str(node.value()).unwrap_or_else(|_| node.value().into()),
    }
}
