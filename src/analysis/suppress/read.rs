//! Reads suppressions: comments (`# asyncapi-security: ignore[rule, rule] reason`) and the key
//! `x-asyncapi-security-ignore`, which JSON can have as well.

use super::name::{Name, RuleName, Scope};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;
use crate::text::{MAX_REACH, Text};

/// What both forms of a suppression contain, so that one search finds them.
pub(super) const MARK: &str = "asyncapi-security";

/// The key that silences rules in its object.
pub const KEY: &str = "x-asyncapi-security-ignore";

/// How many lines may lie between a comment and the line that it applies to.
const MAX_LINES: usize = 100;

/// Reads the suppression comment that contains the mark at `at`, if it is one.
pub(super) fn read_comment(document: &Document, at: usize, names: &mut Vec<Name>) {
    let text = document.text();
    let line = text.line_of(at);
    let whole = text.line_range(line);
    let after = at + MARK.len();
    let rest = text.behind(after);
    let Some(directive) = directive(&rest) else {
        return;
    };
    let before = text.before(at);
    let Some(opener) = opener(&before, is_json(document)) else {
        return;
    };
    let opener = at - (before.len() - opener);
    if document.tree().is_in_scalar(opener) {
        return;
    }
    let scope = if directive.is_file {
        file_scope(document, opener)
    } else if is_blank(text, TextRange::new(whole.start(), opener)) {
        next_line(text, line, is_json(document)).map_or(Scope::Nowhere, Scope::Line)
    } else {
        Scope::Line(whole)
    };
    let name = |range: TextRange, rule| Name {
        range: range.shifted(after),
        rule,
        scope: scope.clone(),
    };
    if let Some(words) = directive.problem {
        names.push(name(directive.keyword, RuleName::Missing(words)));
    }
    let found = directive.names.into_iter();
    names.extend(found.map(|range| name(range, RuleName::of(&rest[range.start()..range.end()]))));
}

/// The text after the mark; ranges are relative to its start.
#[derive(Debug)]
struct Directive {
    is_file: bool,
    keyword: TextRange,
    names: Vec<TextRange>,
    problem: Option<&'static str>,
}

fn directive(rest: &str) -> Option<Directive> {
    let words = rest.strip_prefix(':')?.trim_start();
    let start = rest.len() - words.len();
    let (is_file, keyword) = if words.starts_with("ignore-file") {
        (true, "ignore-file")
    } else if words.starts_with("ignore") {
        (false, "ignore")
    } else {
        return None;
    };
    let end = start + keyword.len();
    let follows = &rest[end..];
    // `ignored`, `ignore-next`: another word, perhaps of another tool.
    if follows.starts_with(|sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_') {
        return None;
    }
    let mut directive = Directive {
        is_file,
        keyword: TextRange::new(start, end),
        names: Vec::new(),
        problem: None,
    };
    let Some(list) = follows.trim_start().strip_prefix('[') else {
        directive.problem = Some("name the rules that are to be silent: `ignore[rule, rule]`");
        return Some(directive);
    };
    let open = rest.len() - list.len();
    let Some(close) = list.find(']') else {
        directive.problem = Some("close the list of rules with `]`");
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
        directive.problem = Some("name the rules that are to be silent: `ignore[rule, rule]`");
    }
    Some(directive)
}

/// The name at `offset` in the list of a suppression comment, half typed or still empty.
pub fn name_at(document: &Document, offset: usize) -> Option<TextRange> {
    let text = document.text();
    let before = text.before(offset);
    let start = offset - before.len();
    let (head, rest) = before.rsplit_once(MARK)?;
    let words = rest.strip_prefix(':')?.trim_start();
    let follows = (words.strip_prefix("ignore-file")).or_else(|| words.strip_prefix("ignore"))?;
    let list = follows.trim_start().strip_prefix('[')?;
    let opener = opener(head, is_json(document))?;
    if list.contains(']') || document.tree().is_in_scalar(start + opener) {
        return None;
    }
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '-';
    let typed = list.len() - list.trim_end_matches(is_part).len();
    let after = text.behind(offset);
    let rest = after.len() - after.trim_start_matches(is_part).len();
    Some(TextRange::new(offset - typed, offset + rest))
}

/// Where the comment starts in the text before the mark, if nothing else stands between.
fn opener(before: &str, is_json: bool) -> Option<usize> {
    let before = before.trim_end_matches([' ', '\t']);
    if is_json {
        let start = before.trim_end_matches(['/', '*']).len();
        let signs = &before[start..];
        return (signs.starts_with("//") || signs.starts_with("/*")).then_some(start);
    }
    let start = before.trim_end_matches('#').len();
    // A `#` directly after a word is part of the word (YAML 1.2.2, section 6.6).
    let is_comment =
        start < before.len() && (start == 0 || before[..start].ends_with([' ', '\t', '\u{feff}']));
    is_comment.then_some(start)
}

fn file_scope(document: &Document, at: usize) -> Scope {
    let root = document.tree().root();
    let first = root.entries().next();
    let start = first.map_or(root.range().end(), |entry| entry.key.range().start());
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
            let start = text.behind(range.start());
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
    range.len() <= MAX_REACH && (text.slice(range).trim_matches(['\u{feff}', ' ', '\t'])).is_empty()
}

fn is_json(document: &Document) -> bool {
    document.tree().format() == Format::Json
}

/// Reads the suppression key that contains the mark at `at`, if it is one.
pub(super) fn read_key(document: &Document, at: usize, names: &mut Vec<Name>) {
    let around = TextRange::new(at.saturating_sub(2), at + MARK.len() + "-ignore".len());
    if document.text().slice(around) != KEY {
        return;
    }
    let steps = document.tree().path_at(at);
    let held = steps.iter().position(|step| {
        step.entry
            .is_some_and(|entry| entry.key.value() == KEY && entry.key.range().contains(around))
    });
    let Some(depth) = held else {
        return;
    };
    let Some(entry) = steps[depth].entry else {
        return;
    };
    let scope = if depth == 0 {
        Scope::Document
    } else {
        let object = steps[depth].node;
        let owner = steps[depth - 1].entry;
        let key = owner.filter(|owner| owner.value.identity() == object.identity());
        let mut parts = vec![object.range()];
        parts.extend(key.map(|owner| owner.key.range()));
        Scope::Parts(parts)
    };
    let before = names.len();
    let mut reader = KeyReader {
        document,
        scope: &scope,
        names,
    };
    reader.value(entry.value);
    if names.len() == before {
        names.push(Name {
            range: inside(document, entry.key),
            rule: RuleName::Missing("name the rules that are to be silent: `[\"rule\", \"rule\"]`"),
            scope,
        });
    }
}

struct KeyReader<'r> {
    document: &'r Document,
    scope: &'r Scope,
    names: &'r mut Vec<Name>,
}

impl KeyReader<'_> {
    /// Reads a name, an object with `rule` and `reason`, or a list of these.
    fn value(&mut self, value: Node<'_>) {
        if !value.is_sequence() {
            return self.item(value);
        }
        for item in value.items() {
            self.item(item);
        }
    }

    fn item(&mut self, item: Node<'_>) {
        if !item.is_mapping() {
            return self.name(item);
        }
        match item.get("rule") {
            Some(Entry { value, .. }) if value.is_sequence() => {
                value.items().for_each(|name| self.name(name));
            }
            Some(Entry { value, .. }) => self.name(value),
            None => self.push(
                item,
                RuleName::Missing("name the rule: `\"rule\": \"...\"`"),
            ),
        }
    }

    fn name(&mut self, node: Node<'_>) {
        match node.as_str() {
            Some("") => self.push(
                node,
                RuleName::Missing("name the rule that is to be silent"),
            ),
            Some(text) => self.push(node, RuleName::of(text)),
            None if node.is_missing() => {}
            None => self.push(node, RuleName::Missing("write the name of a rule here")),
        }
    }

    fn push(&mut self, node: Node<'_>, rule: RuleName) {
        self.names.push(Name {
            range: inside(self.document, node),
            rule,
            scope: self.scope.clone(),
        });
    }
}

/// The range between the quotes of a scalar.
fn inside(document: &Document, node: Node<'_>) -> TextRange {
    let range = node.range();
    let quote = document.text().byte(range.start());
    let is_quoted = range.len() > 2
        && matches!(quote, Some(b'"' | b'\''))
        && document.text().byte(range.end() - 1) == quote;
    if is_quoted {
        TextRange::new(range.start() + 1, range.end() - 1)
    } else {
        range
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rest: &str) -> Option<(bool, Vec<&str>, bool)> {
        let directive = directive(rest)?;
        let names = directive.names.iter();
        let names = names
            .map(|range| &rest[range.start()..range.end()])
            .collect();
        Some((directive.is_file, names, directive.problem.is_some()))
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
