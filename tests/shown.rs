//! What an author sees of short documents: how the text is read, each finding with its place and
//! words, and what each of its fixes makes of the text.
//!
//! The files in `shown` have the documents too: `==== NAME`, with rules that are off by default
//! behind a colon, then the text, then `----` and what is expected. After a change that is meant,
//! `UPDATE_EXPECT=1 cargo test --test shown` writes what is shown now; read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/edits.rs"]
mod edits;

use std::fmt::Write;

use asyncapi_security_lsp::analysis::{Analysis, Options};

use asyncapi_security_lsp::fixes::fixes;
use asyncapi_security_lsp::rules::finding::Finding;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::syntax::leaf::NodeKind;
use asyncapi_security_lsp::syntax::node::{Entry, Node};
use asyncapi_security_lsp::text::extent::{Extent, Point};
use asyncapi_security_lsp::text::range::TextRange;
use edits::applied;
use expect_test::expect_file;
use similar::{ChangeTag, TextDiff};

#[test]
fn broken_yaml() {
    let shown = shown(include_str!("shown/yaml.txt"), Format::Yaml, true);
    expect_file!["shown/yaml.txt"].assert_eq(&shown);
}

#[test]
fn broken_json() {
    let shown = shown(include_str!("shown/json.txt"), Format::Json, true);
    expect_file!["shown/json.txt"].assert_eq(&shown);
}

#[test]
fn documents() {
    let shown = shown(include_str!("shown/documents.txt"), Format::Yaml, false);
    expect_file!["shown/documents.txt"].assert_eq(&shown);
}

/// All cases, each with what is shown of it now.
fn shown(cases: &str, format: Format, with_tree: bool) -> String {
    let mut all = String::new();
    for case in cases.split("==== ").skip(1) {
        let (head, rest) = case.split_once('\n').unwrap();
        let (text, _) = rest.split_once("----\n").unwrap_or((rest, ""));
        let on = head.split_once(": ").map_or("", |(_, rules)| rules);
        let options = Options {
            rule_set: RuleSet::default()
                .switched_on(on.split(", ").filter(|rule| !rule.is_empty())),
            ..Options::default()
        };
        let analysis = Analysis::new(Document::new(text, format), options, None);
        write!(all, "==== {head}\n{text}----\n").unwrap();
        if with_tree {
            let tree = analysis.document.tree();
            writeln!(all, "{}", read(tree.root())).unwrap();
            for error in tree.errors() {
                let place = place(&analysis, error.range);
                writeln!(all, "{place} {}", error.message).unwrap();
            }
        }
        for finding in &analysis.findings {
            all.push_str(&told(&analysis, finding, text));
        }
        all.push('\n');
    }
    all
}

/// A node as it was read, in one line.
fn read(node: Node<'_>) -> String {
    let entries = node.entries();
    let entry = |entry: Entry<'_>| format!("{}: {}", entry.key.value(), read(entry.value));
    match node.kind() {
        NodeKind::Missing => "∅".to_owned(),
        NodeKind::Alias => format!("*{}", node.value()),
        _ if node.is_mapping() => {
            format!("{{{}}}", entries.map(entry).collect::<Vec<_>>().join(", "))
        }
        _ if node.is_sequence() => format!(
            "[{}]",
            node.items().map(read).collect::<Vec<_>>().join(", ")
        ),
        _ => format!("{:?}", node.value()),
    }
}

fn place(analysis: &Analysis, range: TextRange) -> String {
    let Extent { start, end } = Extent::new(analysis.document.text(), range);
    let point = |point: Point| format!("{}:{}", point.line, point.column);
    format!("{}-{}", point(start), point(end))
}

fn told(analysis: &Analysis, finding: &Finding, text: &str) -> String {
    let severity = finding.shown_severity().as_str();
    let mut told = format!(
        "{} {severity} {}: {}\n",
        place(analysis, finding.range),
        finding.rule.id,
        finding.message
    );
    for related in finding.related() {
        writeln!(
            told,
            "  {} {}",
            place(analysis, related.range),
            related.message
        )
        .unwrap();
    }
    for fix in fixes(analysis, finding) {
        writeln!(told, "  fix: {}", fix.title).unwrap();
        let after = applied(text, &fix.edits);
        for change in TextDiff::from_lines(text, &after).iter_all_changes() {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => continue,
            };
            writeln!(told, "    {sign}{}", change.value().trim_end()).unwrap();
        }
    }
    told
}
