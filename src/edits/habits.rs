//! What the grammar leaves to the author: quotes, the place of dashes, blanks in braces. It is read
//! from the nearest neighbours of what is written.

use super::layout::{column, starts_line};
use super::path::NodePath;
use super::render::is_plain;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Node, ScalarType};
use crate::text::Text;
use std::collections::VecDeque;
use std::iter;

/// How many neighbours are looked at.
pub const MAX_NEIGHBOURS: usize = 20;

/// How many collections of a document are searched for an example.
const MAX_SEARCHED: usize = 500;

/// What a text is: many authors quote some kinds only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextKind {
    Word,
    Sentence,
    /// A URL, a pointer, a scope.
    Other,
}

/// How the author writes YAML; blanks in braces also in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// The quotes around keys that need none.
    pub key_quotes: Option<char>,
    word_quotes: Option<char>,
    sentence_quotes: Option<char>,
    other_quotes: Option<char>,
    /// The quotes around what needs some.
    pub quotes: char,
    /// How many columns the dashes of a list stand to the right of its key; one level of
    /// indentation if `None`.
    pub dash_indent: Option<usize>,
    /// Whether blanks stand inside of braces.
    pub pads_braces: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            key_quotes: None,
            word_quotes: None,
            sentence_quotes: None,
            other_quotes: None,
            quotes: '\'',
            dash_indent: None,
            pads_braces: true,
        }
    }
}

impl Habits {
    /// The quotes around a value that needs none.
    pub fn value_quotes(&self, text: &str) -> Option<char> {
        match kind_of(text) {
            TextKind::Word => self.word_quotes,
            TextKind::Sentence => self.sentence_quotes,
            TextKind::Other => self.other_quotes,
        }
    }
}

/// How the collection at the path and those around it are written; the nearest decide.
pub fn habits(document: &Document, path: &NodePath<'_>) -> Habits {
    let usual = Habits::default();
    let text = document.text();
    let padding = |node| pads_braces(text, node);
    let pads_braces = (around(path).find_map(padding))
        .or_else(|| all(document).find_map(padding))
        .unwrap_or(usual.pads_braces);
    if document.tree().format() == Format::Json {
        return Habits {
            pads_braces,
            ..usual
        };
    }
    let quotes = |kind| around(path).find_map(|node| quotes_of_values(node, kind));
    let dashes = |node| dash_indent(text, node);
    Habits {
        key_quotes: around(path).find_map(quotes_of_keys).flatten(),
        word_quotes: quotes(TextKind::Word).flatten(),
        sentence_quotes: quotes(TextKind::Sentence).flatten(),
        other_quotes: quotes(TextKind::Other).flatten(),
        quotes: (around(path).find_map(any_quotes))
            .or_else(|| all(document).find_map(any_quotes))
            .unwrap_or(usual.quotes),
        dash_indent: (around(path).find_map(dashes)).or_else(|| all(document).find_map(dashes)),
        pads_braces,
    }
}

/// The values of a mapping or the items of a list.
pub fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let values = node.entries().map(|entry| entry.value);
    values.chain(node.items()).take(MAX_NEIGHBOURS)
}

/// The collections from the path to the root, each followed by those in it.
fn around<'t>(path: &NodePath<'t>) -> impl Iterator<Item = Node<'t>> {
    iter::successors(Some(path.clone()), NodePath::parent)
        .map(|path| path.node())
        .flat_map(|node| iter::once(node).chain(children(node)))
}

/// The first collections of the document, the outer ones first.
fn all(document: &Document) -> impl Iterator<Item = Node<'_>> {
    let mut open = VecDeque::from([document.tree().root()]);
    let next = move || {
        let node = open.pop_front()?;
        open.extend(children(node).filter(|child| !child.is_scalar()));
        Some(node)
    };
    iter::from_fn(next).take(MAX_SEARCHED)
}

fn kind_of(text: &str) -> TextKind {
    if text.contains(' ') {
        TextKind::Sentence
    } else if text.contains([':', '/', '#', '.']) {
        TextKind::Other
    } else {
        TextKind::Word
    }
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

/// Whether the scalar is the same text with and without quotes.
fn is_free(node: &Node<'_>) -> bool {
    node.scalar_type() == Some(ScalarType::String) && is_plain(node.value(), true)
}

/// The quotes that all have in common; `None` if there are none to look at.
fn common<'t>(scalars: impl Iterator<Item = Node<'t>>) -> Option<Option<char>> {
    let mut quotes = scalars.filter(is_free).filter_map(quotes_of);
    let first = quotes.next()?;
    Some(first.filter(|_| quotes.all(|other| other == first)))
}

fn quotes_of_keys(node: Node<'_>) -> Option<Option<char>> {
    let keys = node.entries().take(MAX_NEIGHBOURS).map(|entry| entry.key);
    common(keys.filter(|key| !key.lacks_colon()))
}

fn quotes_of_values(node: Node<'_>, kind: TextKind) -> Option<Option<char>> {
    common(children(node).filter(|value| kind_of(value.value()) == kind))
}

fn any_quotes(node: Node<'_>) -> Option<char> {
    let keys = node.entries().take(MAX_NEIGHBOURS).map(|entry| entry.key);
    let mut scalars = children(node).chain(keys);
    scalars.find_map(|scalar| quotes_of(scalar)?)
}

/// Whether blanks follow the brace of an object on one line.
fn pads_braces(text: &Text, node: Node<'_>) -> Option<bool> {
    let next = (node.kind() == NodeKind::FlowMapping)
        .then(|| text.byte(node.range().start() + 1))
        .flatten()?;
    // Most objects of JSON are told apart by this one byte.
    let first = node.entries().next()?.key.range().start();
    let is_inline = !matches!(next, b'\n' | b'\r') && !starts_line(text, first);
    is_inline.then_some(next == b' ')
}

/// Where the dashes of the first list below a key of the mapping stand.
fn dash_indent(text: &Text, node: Node<'_>) -> Option<usize> {
    let mut entries = node.entries().take(MAX_NEIGHBOURS);
    let list = entries.find(|entry| entry.value.kind() == NodeKind::BlockSequence)?;
    let column = |node: Node<'_>| column(text, node.range().start());
    column(list.value).checked_sub(column(list.key))
}
