//! Comments: `# asyncapi-security: ignore[rule, rule] reason`.

use super::{MARK, Name, Said, Scope, is_in_scalar, is_json, said};
use crate::syntax::document::Document;
use crate::text::Text;
use crate::text::range::TextRange;

/// So much of a line is read before and behind the mark.
const REACH: usize = 4096;

/// So many lines are passed over between a comment and what it is about.
const MAX_LINES: usize = 100;

/// Reads the comment that the mark at `at` belongs to, if it is one that silences rules.
pub fn read(document: &Document, at: usize, names: &mut Vec<Name>) {
    let text = document.text();
    let line = text.line_of(at);
    let whole = text.line_range(line);
    let after = at + MARK.len();
    let rest = text.slice(TextRange::new(after, whole.end.min(after + REACH)));
    let Some(directive) = directive(&rest) else {
        return;
    };
    let before = text.slice(TextRange::new(
        whole.start.max(at.saturating_sub(REACH)),
        at,
    ));
    let Some(opener) = opener(&before, is_json(document)) else {
        return;
    };
    let opener = at - (before.len() - opener);
    if is_in_scalar(document, opener) {
        return;
    }
    let scope = if directive.is_file {
        file_scope(document, opener)
    } else if is_blank(text, TextRange::new(whole.start, opener)) {
        next_line(text, line, is_json(document)).map_or(Scope::Nowhere, Scope::Line)
    } else {
        Scope::Line(whole)
    };
    let name = |range: TextRange, said| Name {
        range: range.shifted(after),
        said,
        scope: scope.clone(),
    };
    if let Some(words) = directive.fault {
        names.push(name(directive.keyword, Said::Nothing(words)));
    }
    let found = directive.names.into_iter();
    names.extend(found.map(|range| name(range, said(&rest[range.start..range.end]))));
}

/// What stands behind the mark; ranges are relative to its end.
#[derive(Debug)]
struct Directive {
    is_file: bool,
    keyword: TextRange,
    names: Vec<TextRange>,
    fault: Option<&'static str>,
}

fn directive(rest: &str) -> Option<Directive> {
    let said = rest.strip_prefix(':')?.trim_start();
    let start = rest.len() - said.len();
    let (is_file, keyword) = if said.starts_with("ignore-file") {
        (true, "ignore-file")
    } else if said.starts_with("ignore") {
        (false, "ignore")
    } else {
        return None;
    };
    let end = start + keyword.len();
    let follows = &rest[end..];
    // `ignored`, `ignore-next`: some other word, and so some other tool's or nobody's.
    if follows.starts_with(|sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_') {
        return None;
    }
    let mut directive = Directive {
        is_file,
        keyword: TextRange::new(start, end),
        names: Vec::new(),
        fault: None,
    };
    let Some(list) = follows.trim_start().strip_prefix('[') else {
        directive.fault = Some("name the rules that are to be silent: `ignore[rule, rule]`");
        return Some(directive);
    };
    let open = rest.len() - list.len();
    let Some(close) = list.find(']') else {
        directive.fault = Some("close the list of rules with `]`");
        return Some(directive);
    };
    let mut from = open;
    for part in list[..close].split(',') {
        let name = part.trim();
        let at = from + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            directive.names.push(TextRange::new(at, at + name.len()));
        }
        from += part.len() + 1;
    }
    if directive.names.is_empty() {
        directive.fault = Some("name the rules that are to be silent: `ignore[rule, rule]`");
    }
    Some(directive)
}

/// Where the comment starts in what stands before the mark, if the mark is the first in it.
fn opener(before: &str, is_json: bool) -> Option<usize> {
    let before = before.trim_end_matches([' ', '\t']);
    if is_json {
        let start = before.trim_end_matches(['/', '*']).len();
        let signs = &before[start..];
        return (signs.starts_with("//") || signs.starts_with("/*")).then_some(start);
    }
    let start = before.trim_end_matches('#').len();
    // A `#` right behind a word belongs to it (YAML 1.2.2, section 6.6).
    let is_comment =
        start < before.len() && (start == 0 || before[..start].ends_with([' ', '\t', '\u{feff}']));
    is_comment.then_some(start)
}

fn file_scope(document: &Document, at: usize) -> Scope {
    let root = document.tree().root();
    let first = root.entries().next();
    let start = first.map_or(root.range().end, |entry| entry.key.range().start);
    if at < start || root.is_missing() {
        Scope::Document
    } else {
        Scope::Nowhere
    }
}

/// The next line that is neither empty nor a comment.
fn next_line(text: &Text, line: usize, is_json: bool) -> Option<TextRange> {
    let last = text.line_count().min(line + 1 + MAX_LINES);
    (line + 1..last)
        .map(|line| text.line_range(line))
        .find(|range| {
            let start = text.slice(TextRange::new(
                range.start,
                range.end.min(range.start + REACH),
            ));
            let start = start.trim();
            let is_comment = if is_json {
                start.starts_with("//") || start.starts_with("/*") && start.ends_with("*/")
            } else {
                start.starts_with('#')
            };
            !start.is_empty() && !is_comment
        })
}

fn is_blank(text: &Text, range: TextRange) -> bool {
    range.len() <= REACH && (text.slice(range).trim_matches(['\u{feff}', ' ', '\t'])).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rest: &str) -> Option<(bool, Vec<&str>, bool)> {
        let directive = directive(rest)?;
        let names = directive.names.iter();
        let names = names.map(|range| &rest[range.start..range.end]).collect();
        Some((directive.is_file, names, directive.fault.is_some()))
    }

    #[test]
    fn what_silences_rules_is_read_and_all_else_is_not() {
        for (rest, expected) in [
            (": ignore[a]", Some((false, vec!["a"], false))),
            (
                ":ignore[ a , b-c ] why",
                Some((false, vec!["a", "b-c"], false)),
            ),
            (": ignore-file [a] why [b]", Some((true, vec!["a"], false))),
            (": ignore[a,,]", Some((false, vec!["a"], false))),
            (": ignore", Some((false, vec![], true))),
            (": ignore a", Some((false, vec![], true))),
            (": ignore[]", Some((false, vec![], true))),
            (": ignore[a", Some((false, vec![], true))),
            (": ignored[a]", None),
            (": ignore-line[a]", None),
            (": see the page", None),
            (" ignore[a]", None),
            (".toml", None),
        ] {
            assert_eq!(names(rest), expected, "{rest}");
        }
    }

    #[test]
    fn a_comment_has_its_sign_right_before_the_mark() {
        for (before, is_json, expected) in [
            ("# ", false, Some(0)),
            ("a: b  ## ", false, Some(6)),
            ("a: b # why # ", false, Some(11)),
            ("a: b#", false, None),
            ("a: b # see ", false, None),
            ("// ", false, None),
            ("\"a\": 1, // ", true, Some(8)),
            ("/** ", true, Some(0)),
            ("*/", true, None),
            ("# ", true, None),
        ] {
            assert_eq!(opener(before, is_json), expected, "{before:?}");
        }
    }
}
