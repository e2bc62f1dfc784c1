//! The layout of the text around a node.

use super::habits::habits;
use super::path::NodePath;
use super::render::{Layout, Style};
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::range::TextRange;
use crate::text::{Text, TextEdit};
use std::iter;

/// The style of a node at the path.
pub fn style(document: &Document, path: &NodePath<'_>) -> Style {
    match document.tree().format() {
        Format::Json => Style::Json,
        Format::Yaml if path.is_in_flow() => Style::Flow,
        Format::Yaml => Style::Block,
    }
}

/// The layout of the members of the collection at the path.
pub fn of_members(document: &Document, path: &NodePath<'_>) -> Layout {
    let text = document.text();
    let node = path.node();
    let first = first_child(node);
    let style = style(document, path);
    let line = text.line_of(first.map_or(node.range().start(), |first| first.start()));
    let unit = unit(document, path);
    let (indent, inline) = match (style, first) {
        (Style::Block, Some(first)) => (" ".repeat(column(text, first.start())), false),
        (_, Some(first)) => (prefix(text, line), !starts_line(text, first.start())),
        (_, None) => {
            let key = path
                .entry()
                .map_or(node.range().start(), |entry| entry.key.range().start());
            let inline = style != Style::Json || !starts_line(text, key);
            (format!("{}{unit}", prefix(text, line)), inline)
        }
    };
    Layout {
        style,
        base: indent.clone(),
        indent,
        unit,
        inline,
        tight: is_tight(document, path),
        line_break: text.line_break(line),
        habits: habits(document, path),
    }
}

/// The layout of the members of an item that is a mapping.
pub fn of_item(document: &Document, item: &NodePath<'_>) -> Option<Layout> {
    let mut layout = of_members(document, &item.parent()?);
    let start = item.node().range().start();
    if layout.style == Style::Block || item.parent()?.node().kind() == NodeKind::BlockSequence {
        layout.indent = " ".repeat(column(document.text(), start));
        layout.base.clone_from(&layout.indent);
    }
    Some(layout)
}

fn first_child(node: Node<'_>) -> Option<TextRange> {
    let key = node.entries().next().map(|entry| entry.key.range());
    key.or_else(|| node.items().next().map(Node::range))
}

/// One level of indentation, as in the objects around, else in the first nested object of the
/// document.
fn unit(document: &Document, path: &NodePath<'_>) -> String {
    let text = document.text();
    let root = document.tree().root();
    let step = |outer: Node<'_>, inner: Node<'_>| {
        let outer = outer.entries().next()?.key.range().start();
        let inner = inner.entries().next()?.key.range().start();
        if !starts_line(text, inner) {
            return None;
        }
        let unit = prefix(text, text.line_of(inner));
        let outer = prefix(text, text.line_of(outer));
        let unit = unit.strip_prefix(&*outer)?;
        (1..=8).contains(&unit.len()).then(|| unit.to_owned())
    };
    let mut around = iter::successors(Some(path.clone()), NodePath::parent);
    let nested = around.find_map(|path| step(path.parent()?.node(), path.node()));
    let nested = nested.or_else(|| root.entries().find_map(|entry| step(root, entry.value)));
    nested.unwrap_or_else(|| "  ".to_owned())
}

/// Whether the collection, or else one around it, has no blanks after colons.
fn is_tight(document: &Document, path: &NodePath<'_>) -> bool {
    let mut around = Some(path.clone());
    while let Some(path) = around {
        let inner = path.node().entries().next();
        if let Some(entry) = inner.filter(|entry| !entry.value.is_missing()) {
            if path.node().kind() != NodeKind::FlowMapping {
                return false;
            }
            let value = entry.value.range().start();
            return document.text().byte(value.wrapping_sub(1)) == Some(b':')
                && document.tree().format() == Format::Json;
        }
        around = path.parent();
    }
    false
}

/// The column of an offset, in characters.
pub fn column(text: &Text, offset: usize) -> usize {
    let start = text.line_start(text.line_of(offset));
    text.slice(TextRange::new(start, offset))
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
}

/// The indentation of a line.
pub fn prefix(text: &Text, line: usize) -> String {
    text.slice(blanks(text, text.line_start(line))).into_owned()
}

/// The blanks from an offset on. A document on one line has much behind them, which is not read.
pub fn blanks(text: &Text, start: usize) -> TextRange {
    let is_blank = |at: &usize| matches!(text.byte(*at), Some(b' ' | b'\t'));
    let count = (start..).take_while(is_blank).count();
    TextRange::new(start, start + count)
}

/// Whether only blanks are before an offset on its line.
pub fn starts_line(text: &Text, offset: usize) -> bool {
    let start = text.line_start(text.line_of(offset));
    let mark = '\u{feff}'.len_utf8();
    let has_mark = text.slice(TextRange::new(start, start + mark)) == "\u{feff}";
    let start = if has_mark { start + mark } else { start };
    blanks(text, start).end() >= offset
}

/// The range from the key to the end of the value.
pub fn entry_range(entry: Entry<'_>) -> TextRange {
    let key = entry.key.range();
    if entry.value.is_missing() {
        key
    } else {
        key.cover(entry.value.range())
    }
}

/// The edit that replaces a range.
pub fn replace(range: TextRange, new_text: String) -> TextEdit {
    TextEdit { range, new_text }
}
