//! Where the cursor is: in which object or list, and at which word of it.

use std::borrow::Cow;

use crate::edits::habits::{Habits, habits};
use crate::edits::path::NodePath;
use crate::edits::render::{Layout, Style};
use crate::ide::role::Segment;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::{Step, Tree};
use crate::text::Text;
use crate::text::range::TextRange;

/// How much of a line, and of a collection in brackets, is looked at on each side of the cursor.
pub const WINDOW: usize = 16 * 1024;

/// More members of an object are not read. Objects about security have few fields, and nothing
/// asks for the members of a map of names.
pub const MAX_SIBLINGS: usize = 500;

/// What is expected at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// A key of the object.
    Key {
        /// Whether a colon follows it already.
        colon: bool,
    },
    /// The value of that key of the object.
    Value(String),
    /// An item of the list.
    Item,
}

/// A member of the object around the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    pub key: String,
    /// Only if it is a scalar.
    pub value: Option<String>,
}

/// The quote around the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// `'` or `"`.
    pub mark: char,
    /// Whether the closing one is there.
    pub closed: bool,
}

/// What separates an item from what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Nothing,
    Comma,
    /// A line break and the indentation of the object.
    Line,
}

/// A cursor and what is around it.
#[derive(Debug, Clone)]
pub struct Cursor<'t> {
    /// The path to the object or list.
    pub path: Vec<Segment>,
    /// What is expected.
    pub slot: Slot,
    /// The word at the cursor; the item replaces it.
    pub word: TextRange,
    /// The quote around the word, which stays (YAML values).
    pub quote: Option<Quote>,
    /// The other members of the object.
    pub siblings: Vec<Sibling>,
    /// The other scalars of the list.
    pub items: Vec<String>,
    /// The object or list, if the tree has it.
    pub container: Option<Node<'t>>,
    /// An offset before the cursor, in the same object or in the one around it.
    pub anchor: usize,
    /// How new text is laid out here.
    pub layout: Layout,
    /// What the item needs before it (a blank, a dash, a comma).
    pub before: &'static str,
    /// Whether the value of the key at the cursor is on the lines below already.
    pub has_value: bool,
    /// Where a comma is missing on a line above.
    pub comma_at: Option<usize>,
    /// What the item needs after it.
    pub after: After,
}

impl Cursor<'_> {
    /// A cursor at the start of a text, or in a place that is no part of the tree.
    pub fn alone(word: TextRange, style: Style, text: &Text) -> Self {
        Self {
            path: Vec::new(),
            slot: Slot::Item,
            word,
            quote: None,
            siblings: Vec::new(),
            items: Vec::new(),
            container: None,
            anchor: 0,
            layout: Layout {
                style,
                indent: String::new(),
                unit: "  ".to_owned(),
                base: String::new(),
                inline: false,
                tight: false,
                line_break: text.line_break(0),
                habits: Habits::default(),
            },
            before: "",
            has_value: false,
            comma_at: None,
            after: After::Nothing,
        }
    }

    /// How the author writes around here. Quotes that stand around the word already stay.
    pub fn habits(&self, document: &Document) -> Habits {
        let near = self.container.map(Node::range);
        let near = near.unwrap_or(TextRange::empty(self.anchor));
        let path = NodePath::of_range(document.tree(), near);
        let mut habits = path.map_or_else(Habits::default, |path| habits(document, &path));
        let first = document.text().byte(self.word.start());
        if matches!(self.slot, Slot::Key { .. }) && !self.word.is_empty() {
            habits.key_quotes = match first {
                Some(b'"') => Some('"'),
                Some(b'\'') => Some('\''),
                _ => self.quote.map(|quote| quote.mark).or(habits.key_quotes),
            };
        }
        habits
    }

    /// The scalar value of a member of the object.
    pub fn value_of(&self, key: &str) -> Option<&str> {
        self.siblings
            .iter()
            .find(|sibling| sibling.key == key)?
            .value
            .as_deref()
    }

    /// Whether the object has that member.
    pub fn has(&self, key: &str) -> bool {
        self.siblings.iter().any(|sibling| sibling.key == key)
    }
}

/// The start and text of a line, without its line break. Of a long line only the beginning: it
/// has the indentation and the key.
pub fn line_at(text: &Text, line: usize) -> Option<(usize, Cow<'_, str>)> {
    if line >= text.line_count() {
        return None;
    }
    let line = text.line_range(line);
    let beginning = line.with_end(line.end().min(line.start() + WINDOW));
    Some((line.start(), text.slice(beginning)))
}

/// An offset to read from, near the cursor: the start of a collection in brackets or of one of
/// its members.
pub struct Beginning<'t> {
    pub at: usize,
    /// The steps to the collection.
    pub steps: Vec<Step<'t>>,
    /// Whether a member of the collection starts there, not the collection itself.
    pub is_member: bool,
}

/// Where to start reading if the bracket around `offset` is too far away to read from there.
pub fn beginning(tree: &Tree, offset: usize) -> Option<Beginning<'_>> {
    let mut steps = tree.path_at(offset);
    let holds = |step: &Step<'_>| {
        let flow = !matches!(
            step.node.kind(),
            NodeKind::BlockMapping | NodeKind::BlockSequence
        );
        flow && (step.node.is_mapping() || step.node.is_sequence())
            && step.node.range().start() < offset
    };
    let near = |at: usize| offset - at <= WINDOW;
    if let Some(outermost) = steps
        .iter()
        .position(|step| holds(step) && near(step.node.range().start()))
    {
        steps.truncate(outermost + 1);
        let at = steps.last()?.node.range().start();
        return Some(Beginning {
            at,
            steps,
            is_member: false,
        });
    }
    let innermost = steps.iter().rposition(holds)?;
    steps.truncate(innermost + 1);
    let node = steps.last()?.node;
    let mut starts: Vec<usize> = if node.is_mapping() {
        let entries = node.entries_near(offset.saturating_sub(WINDOW));
        let starts = entries.map(|entry| entry.key.range().start());
        starts.take_while(|at| *at < offset).collect()
    } else {
        let items = node.items_near(offset.saturating_sub(WINDOW));
        let starts = items.map(|item| item.range().start());
        starts.take_while(|at| *at < offset).collect()
    };
    starts.retain(|at| near(*at));
    Some(Beginning {
        at: *starts.first()?,
        steps,
        is_member: true,
    })
}

/// The members of a mapping, merged ones too, except those whose key is in `without`.
pub fn siblings(tree: &Tree, node: Node<'_>, without: TextRange) -> Vec<Sibling> {
    let own = |entry: &Entry<'_>| {
        let key = entry.key.range();
        !(without.start() <= key.start() && key.start() < without.end())
    };
    let sibling = |entry: Entry<'_>| Sibling {
        key: entry.key.value().to_owned(),
        value: entry
            .value
            .is_scalar()
            .then(|| entry.value.value().to_owned()),
    };
    let mut siblings: Vec<Sibling> = node
        .entries()
        .take(MAX_SIBLINGS)
        .filter(own)
        .map(sibling)
        .collect();
    if siblings.iter().any(|sibling| sibling.key == "<<") {
        siblings.extend(tree.fields(node).into_iter().filter(own).map(sibling));
    }
    siblings
}

/// The scalars of a sequence, except those in `without`.
pub fn items(node: Node<'_>, without: TextRange) -> Vec<String> {
    node.items()
        .take(MAX_SIBLINGS)
        .filter(|item| {
            let start = item.range().start();
            item.is_scalar() && !(without.start() <= start && start < without.end())
        })
        .map(|item| item.value().to_owned())
        .collect()
}
