//! Documents as strings with `^^^ label` lines below the marked text.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::rules::rule::Group;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Format;
use asyncapi_security_lsp::text::range::TextRange;

/// A marked range with its label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The text above the carets.
    pub range: TextRange,
    /// The text after the carets.
    pub label: String,
}

/// Splits a source into the text and the marks.
pub fn marked(source: &str) -> (String, Vec<Mark>) {
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut line_start = 0;
    for line in source.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with('^') {
            let column = line.len() - trimmed.len();
            let carets = trimmed.bytes().take_while(|byte| *byte == b'^').count();
            let start = line_start + column;
            marks.push(Mark {
                range: TextRange::new(start, start + carets),
                label: trimmed[carets..].trim().to_owned(),
            });
        } else {
            line_start = text.len();
            text.push_str(line);
            text.push('\n');
        }
    }
    (text, marks)
}

/// JSON if the text starts with a brace, YAML otherwise.
pub fn format_of(text: &str) -> Format {
    if text.trim_start().starts_with('{') {
        Format::Json
    } else {
        Format::Yaml
    }
}

/// Analyses a text with some rules switched on.
pub fn analyse(text: &str, switched_on: &[&str]) -> Analysis {
    let options = Options {
        rule_set: RuleSet::default().switched_on(switched_on.iter().copied()),
        ..Options::default()
    };
    Analysis::new(Document::new(text, format_of(text)), options, None)
}

/// Checks that the findings of rules about references (docs/specification.md E.2) are exactly the marked ones.
/// A label is a rule's id, then words of its message.
pub fn check(source: &str) {
    check_with(source, &[]);
}

/// The same with rules switched on that are off by default.
pub fn check_with(source: &str, switched_on: &[&str]) {
    let (text, mut marks) = marked(source);
    let analysis = analyse(&text, switched_on);
    let grammar = (analysis.findings.iter()).find(|finding| finding.rule.id == "syntax-error");
    assert!(grammar.is_none(), "{grammar:?} in\n{text}");
    let found: Vec<_> = (analysis.findings.iter())
        .filter(|finding| finding.rule.group == Group::References)
        .collect();
    marks.sort_by_key(|mark| (mark.range.start(), mark.range.end(), mark.label.clone()));
    let shown: Vec<String> = found
        .iter()
        .map(|finding| {
            let place = &text[finding.range.start()..finding.range.end()];
            format!("{} at {place:?}: {}", finding.rule.id, finding.message)
        })
        .collect();
    assert_eq!(found.len(), marks.len(), "in\n{text}\n{shown:#?}");
    for (finding, mark) in found.iter().zip(&marks) {
        let (rule, words) = mark.label.split_once(' ').unwrap_or((&mark.label, ""));
        let is_expected = finding.rule.id == rule
            && finding.range == mark.range
            && finding.message.contains(words);
        assert!(is_expected, "{mark:?} not met in\n{text}\n{shown:#?}");
    }
}
