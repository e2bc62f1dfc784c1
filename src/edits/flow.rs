//! Edits of flow mappings and flow sequences, and of JSON.

use super::layout::{blanks, entry_range, of_members, prefix, replace, starts_line};
use super::path::NodePath;
use super::render;
use super::template::{NewMember, Template};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};

/// Adds members.
pub fn insert(
    document: &Document,
    mapping: &NodePath<'_>,
    members: &[NewMember],
    after: Option<Entry<'_>>,
) -> Option<Vec<TextEdit>> {
    let layout = of_members(document, mapping);
    let written = render::members(members, &layout, false);
    let node = mapping.node();
    match (after, node.entries().next()) {
        (Some(after), _) => Some(add(document, entry_range(after).end(), &written, &layout)),
        (None, Some(first)) => {
            let lead = if layout.inline {
                if layout.tight { "," } else { ", " }.to_owned()
            } else {
                format!(",{}{}", layout.line_break, layout.indent)
            };
            let at = TextRange::empty(first.key.range().start());
            Some(vec![replace(at, format!("{written}{lead}"))])
        }
        (None, None) => fill(document, mapping, &written, &layout),
    }
}

/// Adds an item at the end.
pub fn append(document: &Document, list: &NodePath<'_>, value: &Template) -> Option<Vec<TextEdit>> {
    let layout = of_members(document, list);
    let written = render::value(value, &layout, false, false);
    match list.node().items().last() {
        Some(last) => Some(add(document, last.range().end(), &written, &layout)),
        None => fill(document, list, &written, &layout),
    }
}

/// Replaces the value of a key.
pub fn put(
    document: &Document,
    key: &NodePath<'_>,
    entry: Entry<'_>,
    value: &Template,
) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let mut layout = of_members(document, &key.parent()?);
    layout.indent = prefix(text, text.line_of(entry.key.range().start()));
    layout.base.clone_from(&layout.indent);
    let written = render::value(value, &layout, false, true);
    let written = written.trim_start();
    if !entry.value.is_missing() {
        return Some(vec![replace(entry.value.range(), written.to_owned())]);
    }
    let end = entry.key.range().end();
    let at = TextRange::empty(end + 1);
    (text.byte(end) == Some(b':')).then(|| vec![replace(at, format!(" {written}"))])
}

/// Adds a child after one that ends at `end`.
fn add(document: &Document, end: usize, written: &str, layout: &render::Layout) -> Vec<TextEdit> {
    let text = document.text();
    if layout.inline {
        let comma = if layout.tight { "," } else { ", " };
        return vec![replace(TextRange::empty(end), format!("{comma}{written}"))];
    }
    let lead = format!("{}{}", layout.line_break, layout.indent);
    let line = text.line_range(text.line_of(end));
    let rest = text.slice(TextRange::new(end, line.end()));
    let blanks = rest.len() - rest.trim_start().len();
    let has_comma = rest[blanks..].starts_with(',');
    let after = if has_comma { blanks + 1 } else { 0 };
    let tail = rest[after..].trim();
    let is_comment = is_comment(document, tail);
    match (has_comma, is_comment) {
        (true, true) => vec![replace(
            TextRange::empty(line.end()),
            format!("{lead}{written},"),
        )],
        (false, true) => vec![
            replace(TextRange::empty(end), ",".to_owned()),
            replace(TextRange::empty(line.end()), format!("{lead}{written}")),
        ],
        _ => vec![replace(TextRange::empty(end), format!(",{lead}{written}"))],
    }
}

fn is_comment(document: &Document, tail: &str) -> bool {
    match document.tree().format() {
        Format::Json => tail.starts_with("//") || (tail.starts_with("/*") && tail.ends_with("*/")),
        Format::Yaml => tail.starts_with('#'),
    }
}

/// Adds a child to an empty collection.
fn fill(
    document: &Document,
    path: &NodePath<'_>,
    written: &str,
    layout: &render::Layout,
) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let range = path.node().range();
    let inner = TextRange::new(range.start() + 1, range.end().saturating_sub(1));
    let is_blank = text.slice(inner).trim().is_empty();
    let is_padded = !layout.tight && layout.habits.pads_braces && path.node().is_mapping();
    let new_text = if layout.inline && !is_padded {
        written.to_owned()
    } else if layout.inline {
        format!(" {written} ")
    } else {
        let outer = prefix(text, text.line_of(range.start()));
        let line = layout.line_break;
        format!("{line}{}{written}{line}{outer}", layout.indent)
    };
    is_blank.then(|| vec![replace(inner, new_text)])
}

/// Removes the child at `gone`, with its comma.
pub fn remove(
    document: &Document,
    node: Node<'_>,
    children: &[TextRange],
    gone: TextRange,
) -> Option<Vec<TextEdit>> {
    let text = document.text();
    if node.is_unclosed() {
        return None;
    }
    let at = children.iter().position(|child| *child == gone)?;
    let comma = next_comma(document, gone.end(), node.range().end());
    let (start, end) = match comma {
        Some(comma) => (gone.start(), comma + 1),
        None => (gone.start(), gone.end()),
    };
    let mut edits = Vec::new();
    if comma.is_none() && at > 0 {
        let before = next_comma(document, children[at - 1].end(), gone.start())?;
        let line = text.line_of(before);
        if line == text.line_of(start) {
            // `a, b` on one line: remove the blanks between them too.
            edits.push(replace(TextRange::new(before, end), String::new()));
            return Some(edits);
        }
        edits.push(replace(TextRange::new(before, before + 1), String::new()));
    }
    let line = text.line_range(text.line_of(end.saturating_sub(1)));
    let is_alone = starts_line(text, start) && {
        let rest = text.slice(TextRange::new(end, line.end()));
        rest.trim().is_empty() || is_comment(document, rest.trim())
    };
    let range = if is_alone {
        let first = text.line_start(text.line_of(start));
        TextRange::new(first, text.line_start(text.line_of(line.start()) + 1))
    } else if comma.is_some() {
        TextRange::new(start, blanks(text, end).end())
    } else {
        // `{ a }` becomes `{}`.
        let inner = TextRange::new(
            node.range().start() + 1,
            node.range().end().saturating_sub(1),
        );
        let before = text.slice(TextRange::new(inner.start(), start));
        let after = text.slice(TextRange::new(end, inner.end()));
        if children.len() == 1 && before.trim().is_empty() && after.trim().is_empty() {
            inner
        } else {
            TextRange::new(start, end)
        }
    };
    edits.push(replace(range, String::new()));
    // The only child on lines of its own: leave `{}` or `[]`.
    if children.len() == 1 && is_alone {
        let inner = TextRange::new(
            node.range().start() + 1,
            node.range().end().saturating_sub(1),
        );
        let before = text.slice(TextRange::new(inner.start(), range.start()));
        let after = text.slice(TextRange::new(range.end().min(inner.end()), inner.end()));
        if before.trim().is_empty() && after.trim().is_empty() {
            return Some(vec![replace(inner, String::new())]);
        }
    }
    Some(edits)
}

/// The next comma after blanks and comments.
fn next_comma(document: &Document, from: usize, to: usize) -> Option<usize> {
    let at = skip_comments(document.text(), document.tree().format(), from, to);
    (at < to && document.text().byte(at) == Some(b',')).then_some(at)
}

fn skip_comments(text: &Text, format: Format, from: usize, to: usize) -> usize {
    let source = text.slice(TextRange::new(from, to));
    let mut at = 0;
    loop {
        let rest = &source[at..];
        let blanks = rest.len() - rest.trim_start().len();
        at += blanks;
        let rest = &source[at..];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let comment = match format {
            Format::Json if rest.starts_with("//") => line,
            Format::Json if rest.starts_with("/*") => {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            }
            Format::Yaml if rest.starts_with('#') => line,
            _ => return from + at,
        };
        at += comment.max(1).min(rest.len());
        if at >= source.len() {
            return to;
        }
    }
}
