//! Reads marks, runs the rules, compares.

use super::walk;
use crate::model::Fragment;
use crate::rules::finding::Finding;
use crate::spec::Version;
use crate::syntax::document::{Format, Tree};

/// Checks a document in YAML: what is found must be what is marked, no more and no less.
pub(super) fn check(marked: &str) -> Vec<Finding> {
    check_as(marked, Format::Yaml, walk::findings)
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

/// Takes the marks out: a line of blanks, `^^^` and a label marks what stands above it.
pub(super) fn read(marked: &str) -> Marked {
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut line_start = 0;
    for line in marked.lines() {
        let body = line.trim_start_matches(' ');
        if body.starts_with('^') {
            let carets = body.chars().take_while(|sign| *sign == '^').count();
            let column = line.len() - body.len();
            let label = body[carets..].trim().to_owned();
            let start = line_start + column;
            marks.push((start, start + carets, label));
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
        // Nearly every sample is about such a host, and the rule is off by default.
        .filter(|finding| finding.rule != "url-example-host")
        .map(|finding| {
            (
                finding.range.start,
                finding.range.end,
                finding.rule.to_owned(),
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
                &text[finding.range.start..finding.range.end],
                finding.rule,
                finding.message
            ))
            .collect::<String>()
    );
    found
}
