//! Minimal edits in the document's own style. All other bytes stay as they are.

mod block;
pub mod builder;
pub mod draft;
mod flow;
pub mod form;
pub mod habits;
pub mod layout;
pub mod part;
pub mod path;
pub mod render;
pub mod template;
mod waiting;

use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::TextEdit;
use crate::text::range::TextRange;
use layout::{entry_range, replace};
use path::NodePath;
use render::Style;
use template::{NewMember, Template, member};

/// Replaces the text of a scalar (a key or a value) and keeps its quotes.
pub fn set_text(document: &Document, path: &NodePath<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let node = path.node();
    let style = layout::style(document, path);
    let range = node.range();
    if node.is_unclosed() {
        return None;
    }
    let inner = TextRange::new(range.start() + 1, range.end().saturating_sub(1));
    Some(vec![match node.kind() {
        NodeKind::Single if !text.chars().any(char::is_control) => {
            replace(inner, render::inside(text, '\''))
        }
        NodeKind::Double => replace(inner, render::inside(text, '"')),
        NodeKind::Plain | NodeKind::Single => replace(range, render::scalar(text, style)),
        NodeKind::Literal | NodeKind::Folded => return block::put_scalar(document, path, text),
        _ => return None,
    }])
}

/// Replaces the value of the key at the path.
pub fn put(document: &Document, key: &NodePath<'_>, value: &Template) -> Option<Vec<TextEdit>> {
    let entry = key.entry()?;
    if entry.key.lacks_colon() {
        return None;
    }
    let mapping = key.parent()?;
    let value = form::in_place(document, entry.value, value.clone()).unwrap_or_else(|| {
        let new = member(entry.key.value(), value.clone());
        form::member(document, &mapping, new).1
    });
    if mapping.node().kind() == NodeKind::BlockMapping {
        block::put(document, key, entry, &value)
    } else {
        flow::put(document, key, entry, &value)
    }
}

/// Replaces the item at the path.
pub fn put_item(
    document: &Document,
    item: &NodePath<'_>,
    value: &Template,
) -> Option<Vec<TextEdit>> {
    let node = item.node();
    if node.is_missing() {
        return None;
    }
    let list = item.parent()?;
    let mut layout = layout::of_item(document, item)?;
    if list.node().kind() == NodeKind::BlockSequence {
        layout.style = Style::Block;
    }
    let value = form::in_place(document, node, value.clone())
        .unwrap_or_else(|| form::item(document, &list, value.clone()));
    let text = render::value(&value, &layout, false, false);
    Some(vec![replace(node.range(), text)])
}

/// Replaces the item at the path together with the comment behind its last line, which goes where
/// the item goes.
pub fn put_moved_item(
    document: &Document,
    item: &NodePath<'_>,
    value: &Template,
) -> Option<Vec<TextEdit>> {
    let mut edits = put_item(document, item, value)?;
    if item.node().kind() == NodeKind::BlockMapping {
        let text = document.text();
        let last = edits.last_mut()?;
        let end = last.range.end();
        let line = text.line_range(text.line_of(end.saturating_sub(1)));
        last.range = last.range.with_end(line.end().max(end));
    }
    Some(edits)
}

/// Adds a member to the mapping at the path.
pub fn insert(
    document: &Document,
    mapping: &NodePath<'_>,
    member: NewMember,
    order: &[&str],
) -> Option<Vec<TextEdit>> {
    let after = predecessor(mapping.node(), member_name(&member)?, order);
    insert_after(document, mapping, vec![member], after)
}

/// Adds members with different names at the end of the mapping at the path.
pub fn append_members(
    document: &Document,
    mapping: &NodePath<'_>,
    members: Vec<NewMember>,
) -> Option<Vec<TextEdit>> {
    insert_after(document, mapping, members, mapping.node().entries().last())
}

/// Adds members with different names behind another one.
pub fn insert_behind(
    document: &Document,
    mapping: &NodePath<'_>,
    members: Vec<NewMember>,
    before: Entry<'_>,
) -> Option<Vec<TextEdit>> {
    insert_after(document, mapping, members, Some(before))
}

fn insert_after(
    document: &Document,
    mapping: &NodePath<'_>,
    members: Vec<NewMember>,
    after: Option<Entry<'_>>,
) -> Option<Vec<TextEdit>> {
    let node = mapping.node();
    if !node.is_mapping() || node.is_unclosed() {
        return None;
    }
    let mut formed = Vec::new();
    for member in members {
        let member = form::member(document, mapping, member);
        if node.get(member_name(&member)?).is_some() {
            return None;
        }
        formed.push(member);
    }
    if node.kind() == NodeKind::BlockMapping {
        return block::insert(document, mapping, &formed, after);
    }
    if node.entries().next().is_none()
        && document.tree().format() == Format::Yaml
        && let Some(parent) = mapping.parent()
        && parent.node().kind() == NodeKind::BlockMapping
    {
        let entry = mapping.entry()?;
        return block::put(document, mapping, entry, &Template::Map(formed));
    }
    flow::insert(document, mapping, &formed, after)
}

/// Adds a member to the mapping that is the value of the key at the path; makes the mapping if the
/// value is missing.
pub fn insert_below(
    document: &Document,
    key: &NodePath<'_>,
    member: NewMember,
    order: &[&str],
) -> Option<Vec<TextEdit>> {
    let value = key.value()?;
    if value.node().is_mapping() {
        return insert(document, &value, member, order);
    }
    if value.node().is_missing() {
        return put(document, key, &Template::Map(vec![member]));
    }
    None
}

/// Adds a member below a path of keys from the root; makes missing mappings on the way.
pub fn insert_at(
    document: &Document,
    keys: &[&str],
    name: &str,
    value: &Template,
) -> Option<Vec<TextEdit>> {
    let mut path = NodePath::root(document.tree());
    let mut missing = keys;
    while let [first, rest @ ..] = missing {
        let Some(next) = path.field(first) else {
            break;
        };
        path = next;
        missing = rest;
    }
    let mut new = member(name, value.clone());
    for key in missing.iter().rev() {
        new = member(key, Template::Map(vec![new]));
    }
    if path.node().is_missing() {
        let key = NodePath::of_key(document.tree(), path.entry()?.key.range().start())?;
        return put(document, &key, &Template::Map(vec![new]));
    }
    insert(document, &path, new, &[])
}

/// Adds an item at the end of the list at the path.
pub fn append(document: &Document, list: &NodePath<'_>, value: &Template) -> Option<Vec<TextEdit>> {
    let node = list.node();
    if !node.is_sequence() || node.is_unclosed() {
        return None;
    }
    let value = form::item(document, list, value.clone());
    if node.kind() == NodeKind::BlockSequence {
        return block::append(document, list, &value);
    }
    flow::append(document, list, &value)
}

/// Adds an item at the start of the list at the path, which must not be empty.
pub fn prepend(
    document: &Document,
    list: &NodePath<'_>,
    value: &Template,
) -> Option<Vec<TextEdit>> {
    let node = list.node();
    let first = node.items().next()?;
    let mut layout = layout::of_members(document, list);
    let (at, lead, tail) = if node.kind() == NodeKind::BlockSequence {
        let indent = " ".repeat(layout::column(document.text(), node.range().start()));
        let at = node.range().start();
        layout.indent = format!("{indent}  ");
        (at, "- ", format!("{}{indent}", layout.line_break))
    } else if layout.inline {
        let comma = if layout.tight { "," } else { ", " };
        (first.range().start(), "", comma.to_owned())
    } else {
        let comma = format!(",{}{}", layout.line_break, layout.indent);
        (first.range().start(), "", comma)
    };
    let value = form::item(document, list, value.clone());
    let written = render::value(&value, &layout, false, false);
    let new_text = format!("{lead}{written}{tail}");
    Some(vec![replace(TextRange::empty(at), new_text)])
}

/// Makes the value of the key at the path the only item of a list.
pub fn wrap_in_list(document: &Document, key: &NodePath<'_>) -> Option<Vec<TextEdit>> {
    let value = key.value()?.node();
    if value.kind() == NodeKind::BlockMapping {
        return block::wrap_in_list(document, value);
    }
    let range = value.range();
    if value.is_missing() || value.is_unclosed() || value.props().is_some() {
        return None;
    }
    Some(vec![
        replace(TextRange::empty(range.start()), "[".to_owned()),
        replace(TextRange::empty(range.end()), "]".to_owned()),
    ])
}

/// Removes the member whose key is at the path.
pub fn remove(document: &Document, key: &NodePath<'_>) -> Option<Vec<TextEdit>> {
    let entry = key.entry()?;
    let mapping = key.parent()?;
    if mapping.node().kind() == NodeKind::BlockMapping {
        block::remove_entry(document, &mapping, entry)
    } else {
        let children: Vec<TextRange> = (mapping.node().entries())
            .map(|entry| entry_range(entry))
            .collect();
        flow::remove(document, mapping.node(), &children, entry_range(entry))
    }
}

/// Writes empty braces behind the key of a block mapping, of which all members are removed.
pub fn mark_empty(document: &Document, mapping: &NodePath<'_>) -> Option<Vec<TextEdit>> {
    let at = block::after_colon(document.text(), mapping.entry()?)?;
    Some(vec![replace(TextRange::empty(at), " {}".to_owned())])
}

/// Removes the item at the path.
pub fn remove_item(document: &Document, item: &NodePath<'_>) -> Option<Vec<TextEdit>> {
    let list = item.parent()?;
    if list.node().kind() == NodeKind::BlockSequence {
        block::remove_item(document, &list, item.node())
    } else {
        let children: Vec<TextRange> = list.node().items().map(Node::range).collect();
        flow::remove(document, list.node(), &children, item.node().range())
    }
}

fn member_name(member: &NewMember) -> Option<&str> {
    member.0.text()
}

/// The entry after which a new member belongs; `None` if it belongs first.
fn predecessor<'t>(mapping: Node<'t>, name: &str, order: &[&str]) -> Option<Entry<'t>> {
    let Some(rank) = order.iter().position(|known| *known == name) else {
        return mapping.entries().last();
    };
    let before = &order[..rank];
    let ranked = mapping.entries().filter_map(|entry| {
        let rank = before
            .iter()
            .position(|known| *known == entry.key.value())?;
        Some((rank, entry))
    });
    let nearest = ranked.max_by_key(|(rank, _)| *rank).map(|(_, entry)| entry);
    nearest.or_else(|| {
        let known = mapping
            .entries()
            .any(|entry| order.contains(&entry.key.value()));
        if known || rank == 0 {
            None
        } else {
            mapping.entries().last()
        }
    })
}
