//! What the grammar leaves to the author: quotes, the place of dashes, blanks in braces.

use super::layout::{column, starts_line};
use super::path::NodePath;
use super::render::is_plain;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Node, ScalarType};
use crate::text::Text;

/// How many neighbours are looked at.
const MAX_NEIGHBOURS: usize = 20;

/// How many mappings are searched for a list.
const MAX_SEARCHED: usize = 500;

/// How the author writes YAML; blanks in braces also in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// The quotes around keys that need none.
    pub key_quotes: Option<char>,
    /// The quotes around values that need none.
    pub value_quotes: Option<char>,
    /// The quotes around what needs some.
    pub quotes: char,
    /// Whether the dashes of a list are indented more than its key.
    pub indents_lists: bool,
    /// Whether blanks stand inside of braces.
    pub pads_braces: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            key_quotes: None,
            value_quotes: None,
            quotes: '\'',
            indents_lists: true,
            pads_braces: true,
        }
    }
}

/// How the mapping or list at the path and those around it are written; the nearest decide.
pub fn habits(document: &Document, path: &NodePath<'_>) -> Habits {
    let usual = Habits::default();
    let text = document.text();
    let around = || std::iter::successors(Some(path.clone()), NodePath::parent);
    let nodes = || around().map(|path| path.node());
    let pads_braces = nodes().find_map(|node| pads_braces(text, node));
    let pads_braces = pads_braces.unwrap_or(usual.pads_braces);
    if document.tree().format() == Format::Json {
        return Habits {
            pads_braces,
            ..usual
        };
    }
    Habits {
        key_quotes: nodes().find_map(quotes_of_keys).flatten(),
        value_quotes: nodes().find_map(quotes_of_values).flatten(),
        quotes: nodes().find_map(any_quotes).unwrap_or(usual.quotes),
        indents_lists: indents_lists(document).unwrap_or(usual.indents_lists),
        pads_braces,
    }
}

/// Whether lists under keys of that name are written in brackets in the mappings beside the one at
/// the path, and how their braces are written.
pub fn list_in_brackets(document: &Document, path: &NodePath<'_>, name: &str) -> Option<Habits> {
    let parent = path.parent()?.node();
    let values = parent.entries().map(|entry| entry.value);
    let list = (values.chain(parent.items()))
        .take(MAX_NEIGHBOURS)
        .filter_map(|other| other.get(name))
        .map(|entry| entry.value)
        .find(|list| list.items().next().is_some())?;
    (list.kind() == NodeKind::FlowSequence).then(|| {
        let habits = habits(document, path);
        let inner = list
            .items()
            .find_map(|item| pads_braces(document.text(), item));
        Habits {
            pads_braces: inner.unwrap_or(habits.pads_braces),
            ..habits
        }
    })
}

/// `None` for what is no text on one line.
fn quotes_of(node: Node<'_>) -> Option<Option<char>> {
    match node.kind() {
        NodeKind::Plain => Some(None),
        NodeKind::Single => Some(Some('\'')),
        NodeKind::Double => Some(Some('"')),
        _ => None,
    }
}

/// The quotes that all have in common; `None` if there are none to look at.
fn common(mut quotes: impl Iterator<Item = Option<char>>) -> Option<Option<char>> {
    let first = quotes.next()?;
    Some(first.filter(|_| quotes.all(|other| other == first)))
}

fn quotes_of_keys(node: Node<'_>) -> Option<Option<char>> {
    let keys = node.entries().take(MAX_NEIGHBOURS).map(|entry| entry.key);
    common(keys.filter_map(quotes_of))
}

fn quotes_of_values(node: Node<'_>) -> Option<Option<char>> {
    let is_free = |value: &Node<'_>| {
        value.scalar_type() == Some(ScalarType::String) && is_plain(value.value(), true)
    };
    let values = node.entries().map(|entry| entry.value).chain(node.items());
    common(
        values
            .take(MAX_NEIGHBOURS)
            .filter(is_free)
            .filter_map(quotes_of),
    )
}

fn any_quotes(node: Node<'_>) -> Option<char> {
    let entries = node.entries().take(MAX_NEIGHBOURS);
    let scalars = entries.flat_map(|entry| [entry.value, entry.key]);
    scalars
        .chain(node.items().take(MAX_NEIGHBOURS))
        .find_map(|scalar| quotes_of(scalar)?)
}

/// Whether blanks follow the brace of an object on one line.
fn pads_braces(text: &Text, node: Node<'_>) -> Option<bool> {
    let first = node.entries().next()?.key.range().start;
    let is_inline = node.kind() == NodeKind::FlowMapping && !starts_line(text, first);
    is_inline.then(|| text.byte(node.range().start + 1) == Some(b' '))
}

/// Whether the first list below a key is indented more than the key.
fn indents_lists(document: &Document) -> Option<bool> {
    let mut open = std::collections::VecDeque::from([document.tree().root()]);
    let mut searched = 0;
    while let Some(node) = open.pop_front() {
        for entry in node.entries().take(MAX_NEIGHBOURS) {
            if entry.value.kind() == NodeKind::BlockSequence {
                let column = |node: Node<'_>| column(document.text(), node.range().start);
                return Some(column(entry.value) > column(entry.key));
            }
            open.push_back(entry.value);
        }
        open.extend(node.items().take(MAX_NEIGHBOURS));
        searched += 1;
        if searched > MAX_SEARCHED {
            return None;
        }
    }
    None
}
