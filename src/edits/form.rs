//! Whether lists and objects are written on one line, as their neighbours are.

use super::habits::children;
use super::path::NodePath;
use super::template::{NewMember, Template};
use crate::syntax::document::Document;
use crate::syntax::node::Node;
use crate::text::Text;

/// Objects with more texts than this stay on lines of their own.
const MAX_TEXTS: usize = 6;

/// A member of the mapping at the path, in the form of the values under the same key nearby, else
/// of those beside it.
pub fn member(document: &Document, mapping: &NodePath<'_>, member: NewMember) -> NewMember {
    let (key, value) = member;
    let text = document.text();
    let cousins = key.text().and_then(|name| {
        let outer = mapping.parent()?.node();
        let same = children(outer).filter_map(|other| Some(other.get(name)?.value));
        nearest(text, same, &value)
    });
    let own = key.text().and_then(|name| mapping.node().get(name));
    let own = own.map(|entry| entry.value.identity());
    let beside = children(mapping.node()).filter(|other| Some(other.identity()) != own);
    let is_on_line = cousins.or_else(|| nearest(text, beside, &value));
    (key, written(value, is_on_line))
}

/// An item of the list at the path, in the form of the other items.
pub fn item(document: &Document, list: &NodePath<'_>, item: Template) -> Template {
    let is_on_line = nearest(document.text(), children(list.node()), &item);
    written(item, is_on_line)
}

/// What replaces a node: it stays on one line, or on lines of its own.
pub fn in_place(document: &Document, old: Node<'_>, new: Template) -> Option<Template> {
    let is_on_line = is_on_line(document.text(), old).filter(|_| is_like(old, &new))?;
    Some(written(new, Some(is_on_line)))
}

fn written(template: Template, is_on_line: Option<bool>) -> Template {
    match (is_on_line, template) {
        (Some(false), Template::FlowList(items)) => {
            Template::List(items.into_iter().map(Template::Text).collect())
        }
        (Some(true), template @ (Template::Map(_) | Template::List(_)))
            if texts(&template).is_some_and(|count| count <= MAX_TEXTS) =>
        {
            Template::OnLine(Box::new(template))
        }
        (_, template) => template,
    }
}

/// Whether the last of the collections that are like the new one is written on one line.
fn nearest<'t>(
    text: &Text,
    others: impl Iterator<Item = Node<'t>>,
    new: &Template,
) -> Option<bool> {
    others
        .filter(|other| is_like(*other, new))
        .filter_map(|other| is_on_line(text, other))
        .last()
}

/// Whether both are objects, lists of texts, or lists of objects, and not empty.
fn is_like(node: Node<'_>, new: &Template) -> bool {
    let first = node.items().next();
    match new {
        Template::Map(members) => node.is_mapping() && !members.is_empty(),
        Template::FlowList(_) => first.is_some_and(Node::is_scalar),
        Template::List(items) => match (first, items.first()) {
            (Some(first), Some(new)) => first.is_mapping() == matches!(new, Template::Map(_)),
            _ => false,
        },
        _ => false,
    }
}

/// `None` if it is empty or a scalar.
fn is_on_line(text: &Text, node: Node<'_>) -> Option<bool> {
    let first = children(node).next()?;
    let range = node.range();
    let is_in_brackets = matches!(text.byte(range.start()), Some(b'{' | b'['));
    let is_short = text.line_of(range.start()) == text.line_of(range.end());
    Some(is_in_brackets && is_short && first.range().start() > range.start())
}

/// How many texts a template has; `None` if it cannot stand on one line.
fn texts(template: &Template) -> Option<usize> {
    match template {
        Template::Map(members) => members.iter().map(|(_, value)| texts(value)).sum(),
        Template::List(items) => items.iter().map(texts).sum(),
        Template::FlowList(items) => Some(items.len()),
        Template::Hole(_) | Template::Text(_) | Template::Open | Template::OpenList => Some(1),
        Template::OnLine(body) => texts(body),
        Template::Verbatim(_) | Template::Piece { .. } => None,
    }
}
