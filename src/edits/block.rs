//! Edits of block mappings and block sequences.

use super::layout::{column, of_members, prefix, replace, starts_line};
use super::path::NodePath;
use super::render::{self, Style};
use super::template::{NewMember, Template};
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};

/// Adds members to a mapping that is not empty.
pub fn insert(
    document: &Document,
    mapping: &NodePath<'_>,
    members: &[NewMember],
    after: Option<Entry<'_>>,
) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let layout = of_members(document, mapping);
    let written = render::members(members, &layout, false);
    let lead = format!("{}{}", layout.line_break, layout.indent);
    Some(vec![match after {
        Some(entry) => {
            let end = text.line_range(last_line(text, entry)).end();
            replace(TextRange::empty(end), format!("{lead}{written}"))
        }
        None => {
            let key = mapping.node().entries().next()?.key;
            if key.props().is_some() {
                return None;
            }
            let start = key.range().start();
            replace(TextRange::empty(start), format!("{written}{lead}"))
        }
    }])
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
    layout.style = Style::Block;
    let written = render::value(value, &layout, false, true);
    let is_block = written.starts_with(['\n', '\r']);
    let written = written.trim_start_matches(' ');
    let after_key = after_colon(text, entry)?;
    let value = entry.value.range();
    let inline = format!(" {written}");
    Some(match entry.value.kind() {
        NodeKind::Missing if is_block => {
            let end = text.line_range(text.line_of(after_key)).end();
            vec![replace(TextRange::empty(end), written.to_owned())]
        }
        NodeKind::Missing => vec![replace(TextRange::empty(after_key), inline)],
        NodeKind::BlockMapping | NodeKind::BlockSequence => {
            let first = text.line_start(text.line_of(value.start()));
            let last = text.line_of(value.end().saturating_sub(1));
            if is_block {
                let written = written.trim_start_matches(['\n', '\r']);
                vec![replace(
                    TextRange::new(first, value.end()),
                    written.to_owned(),
                )]
            } else {
                vec![
                    replace(TextRange::empty(after_key), inline),
                    replace(whole_lines(text, first, last), String::new()),
                ]
            }
        }
        NodeKind::Literal | NodeKind::Folded => {
            let end = text.floor(value.end());
            let kept = text.slice(TextRange::new(value.start(), end));
            let end = value.start() + kept.trim_end_matches(['\n', '\r']).len();
            vec![replace(
                TextRange::new(after_key, end),
                if is_block { written.to_owned() } else { inline },
            )]
        }
        _ if is_block => {
            let end = text.line_range(text.line_of(value.end())).end();
            let gone = TextRange::new(after_key, value.end());
            if end == value.end() {
                vec![replace(gone, written.to_owned())]
            } else {
                vec![
                    replace(gone, String::new()),
                    replace(TextRange::empty(end), written.to_owned()),
                ]
            }
        }
        _ => vec![replace(value, written.to_owned())],
    })
}

/// Replaces a block scalar by a text.
pub fn put_scalar(document: &Document, path: &NodePath<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let entry = path.entry().filter(|_| !path.is_key())?;
    put(document, path, entry, &Template::Text(text.to_owned()))
}

/// Adds an item to a list that is not empty.
pub fn append(document: &Document, list: &NodePath<'_>, value: &Template) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let node = list.node();
    let last = node.items().last()?;
    let dash = column(text, node.range().start());
    let mut layout = of_members(document, list);
    layout.indent = " ".repeat(dash + 2);
    let written = render::value(value, &layout, false, false);
    let end = match last.range() {
        range if range.is_empty() => return None,
        range => text.line_range(text.line_of(range.end() - 1)).end(),
    };
    let lead = format!("{}{}- ", layout.line_break, " ".repeat(dash));
    Some(vec![replace(
        TextRange::empty(end),
        format!("{lead}{written}"),
    )])
}

/// Puts a dash before a mapping and indents its other lines.
pub fn wrap_in_list(document: &Document, mapping: Node<'_>) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let range = mapping.range();
    if !starts_line(text, range.start()) {
        return None;
    }
    let first = text.line_of(range.start());
    let last = text.line_of(range.end().saturating_sub(1));
    let mut edits = vec![replace(TextRange::empty(range.start()), "- ".to_owned())];
    for line in first + 1..=last {
        let line = text.line_range(line);
        if !text.slice(line).trim().is_empty() {
            edits.push(replace(TextRange::empty(line.start()), "  ".to_owned()));
        }
    }
    Some(edits)
}

/// Removes an entry.
pub fn remove_entry(
    document: &Document,
    mapping: &NodePath<'_>,
    entry: Entry<'_>,
) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let start = entry.key.range().start();
    let last = last_line(text, entry);
    let node = mapping.node();
    if entry.key.props().is_some() {
        return None;
    }
    let next = (node.entries())
        .map(|other| other.key.range().start())
        .find(|other| *other > start);
    if node.entries().nth(1).is_none() {
        return emptied(text, mapping, start, last, "{}");
    }
    remove_lines(text, start, last, next)
}

/// Removes an item.
pub fn remove_item(
    document: &Document,
    list: &NodePath<'_>,
    item: Node<'_>,
) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let node = list.node();
    let dash = dash_of(text, node, item)?;
    let next = (node.items())
        .find(|other| other.range().start() > item.range().start())
        .map(|other| dash_of(text, node, other));
    let next = match next {
        Some(next) => Some(next?),
        None => None,
    };
    let end = item.range().end().max(dash + 1);
    let last = text.line_of(end - 1);
    if node.items().nth(1).is_none() {
        return emptied(text, list, dash, last, "[]");
    }
    remove_lines(text, dash, last, next)
}

/// Removes an entry or item from `start` to the end of the line `last`. If other text is before it
/// on its line, the `next` one takes its place.
fn remove_lines(
    text: &Text,
    start: usize,
    last: usize,
    next: Option<usize>,
) -> Option<Vec<TextEdit>> {
    if starts_line(text, start) && text.line_start(text.line_of(start)) < start + 1 {
        let from = text.line_start(text.line_of(start));
        let from = if text
            .slice(TextRange::new(from, start))
            .starts_with('\u{feff}')
        {
            from + '\u{feff}'.len_utf8()
        } else {
            from
        };
        return Some(vec![replace(whole_lines(text, from, last), String::new())]);
    }
    let next = next?;
    let end = text.line_range(last).end();
    let between = text.slice(TextRange::new(end, next));
    let end = if between.trim().is_empty() { next } else { end };
    Some(vec![replace(TextRange::new(start, end), String::new())])
}

/// Removes the only child, so that an empty collection is left.
fn emptied(
    text: &Text,
    path: &NodePath<'_>,
    start: usize,
    last: usize,
    empty: &str,
) -> Option<Vec<TextEdit>> {
    let end = text.line_range(last).end();
    match path.entry() {
        Some(entry) if starts_line(text, start) => {
            let after = after_colon(text, entry)?;
            let first = text.line_start(text.line_of(start));
            Some(vec![
                replace(TextRange::empty(after), format!(" {empty}")),
                replace(whole_lines(text, first, last), String::new()),
            ])
        }
        _ => Some(vec![replace(TextRange::new(start, end), empty.to_owned())]),
    }
}

/// From an offset at the start of a line to the end of the line `last`, with one line break.
fn whole_lines(text: &Text, first: usize, last: usize) -> TextRange {
    let end = text.line_start(last + 1);
    let is_open = end == text.len() && text.line_range(last).end() == end;
    if !is_open || first == 0 {
        return TextRange::new(first, end);
    }
    let before = text.line_range(text.line_of(first).saturating_sub(1)).end();
    TextRange::new(before.min(first), end)
}

/// The last line of an entry.
fn last_line(text: &Text, entry: Entry<'_>) -> usize {
    let end = if entry.value.is_missing() {
        entry.key.range().end()
    } else {
        let range = entry.value.range();
        let kept = text.slice(range);
        range.start() + kept.trim_end_matches(['\n', '\r', ' ', '\t']).len().max(1)
    };
    text.line_of(end.saturating_sub(1))
}

/// The offset after the colon of an entry, and after an anchor or tag on the same line.
pub fn after_colon(text: &Text, entry: Entry<'_>) -> Option<usize> {
    let from = entry.key.range().end();
    let line = text.line_range(text.line_of(from));
    let rest = text.slice(TextRange::new(from, line.end()));
    let colon = rest.find(':')?;
    if !rest[..colon].trim().is_empty() {
        return None;
    }
    let mut at = colon + 1;
    loop {
        let blanks = rest[at..].len() - rest[at..].trim_start_matches([' ', '\t']).len();
        let word = &rest[at + blanks..];
        if !word.starts_with(['&', '!']) {
            return Some(from + at);
        }
        at += blanks + word.find([' ', '\t']).unwrap_or(word.len());
    }
}

/// The offset of the dash of an item.
fn dash_of(text: &Text, list: Node<'_>, item: Node<'_>) -> Option<usize> {
    let column = column(text, list.range().start());
    let first = text.line_of(list.range().start());
    let mut line = text.line_of(item.range().start());
    while line >= first {
        let start = text.line_start(line);
        let at = if line == first {
            list.range().start()
        } else {
            start + column
        };
        let is_indented = line == first || prefix(text, line).len() == column;
        if is_indented && at <= item.range().start() && text.byte(at) == Some(b'-') {
            return Some(at);
        }
        line = line.checked_sub(1)?;
    }
    None
}
