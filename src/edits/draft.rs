//! A document in rework: one change after the other, each at a JSON Pointer of the text as it is by
//! then. Where [`EditBuilder`] takes nodes of the original, this finds what earlier steps wrote.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use super::builder::EditBuilder;
use super::layout;
use super::path::NodePath;
use super::template::{self, NewMember, Template, member};
use super::waiting::{Seen, Waiting};
use crate::edits;
use crate::model::walk::push_token;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// A document in rework. Steps return `None` if they are not possible, and change nothing then.
///
/// Steps in different parts of the document are read together: those that do the same in many
/// places should follow each other, before the next ones begin.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The document without the edits that wait.
    builder: EditBuilder,
    /// The edits of the last steps, which were not read yet.
    waiting: Waiting,
    /// The document after all steps, once somebody asks.
    settled: OnceCell<EditBuilder>,
    /// See [`Self::rounds`].
    rounds: usize,
}

/// What stands at a pointer, and the version of the document that it is a part of.
#[derive(Debug, Clone)]
pub struct Place<'d> {
    /// The document.
    pub document: &'d Document,
    /// The node in it.
    pub path: NodePath<'d>,
}

/// What a step looks at, which no edit that waits may touch.
#[derive(Clone, Copy)]
enum Scope {
    /// What stands at the pointer.
    Own,
    /// All that stands beside it.
    Siblings,
}

impl Draft {
    /// Starts with the original document.
    pub fn new(document: &Document) -> Self {
        Self {
            builder: EditBuilder::new(document),
            waiting: Waiting::default(),
            settled: OnceCell::new(),
            rounds: 0,
        }
    }

    /// How often edits that waited were read.
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    fn current(&self) -> &EditBuilder {
        match self.waiting.is_empty() {
            true => &self.builder,
            false => self.settled.get_or_init(|| {
                let mut builder = self.builder.clone();
                builder.apply(&self.waiting.edits());
                builder
            }),
        }
    }

    /// The document after all steps so far.
    pub fn document(&self) -> &Document {
        self.current().document()
    }

    /// The edits of the original document: sorted, not overlapping.
    pub fn finish(mut self) -> Vec<TextEdit> {
        self.settle();
        self.builder.finish()
    }

    /// Lets nothing wait.
    fn settle(&mut self) {
        let edits = std::mem::take(&mut self.waiting).edits();
        self.rounds += usize::from(!edits.is_empty());
        match self.settled.take() {
            Some(settled) => self.builder = settled,
            None if edits.is_empty() => {}
            None => self.builder.apply(&edits),
        }
    }

    /// What stands at a pointer, perhaps an alias.
    pub fn place(&self, pointer: &str) -> Option<Place<'_>> {
        let read = match self.settled.get() {
            Some(_) => Seen::Changed,
            None => self.waiting.look(self.builder.document().tree(), pointer),
        };
        let (document, path) = match read {
            Seen::There(path) => (self.builder.document(), path),
            Seen::Nowhere => return None,
            Seen::Changed => {
                let document = self.document();
                (document, NodePath::at_pointer(document.tree(), pointer)?)
            }
        };
        Some(Place { document, path })
    }

    fn path(&self, pointer: &str) -> Option<NodePath<'_>> {
        Some(self.place(pointer)?.path)
    }

    /// The node at a pointer as it is written, perhaps an alias.
    pub fn node(&self, pointer: &str) -> Option<Node<'_>> {
        Some(self.path(pointer)?.node())
    }

    /// The text at a pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.node(pointer)?.as_str()
    }

    /// The keys of the mapping at a pointer, each once.
    pub fn keys(&self, pointer: &str) -> Vec<String> {
        let entries = self.node(pointer).into_iter().flat_map(Node::entries);
        let mut seen = HashSet::new();
        entries
            .map(|entry| entry.key.value())
            .filter(|key| seen.insert(*key))
            .map(str::to_owned)
            .collect()
    }

    /// The pointers of the items of the list at a pointer.
    pub fn items(&self, pointer: &str) -> Vec<String> {
        let items = self.node(pointer).map_or(0, |node| node.items().count());
        (0..items).map(|at| format!("{pointer}/{at}")).collect()
    }

    /// What stands at a pointer, as it is written, to be put elsewhere.
    pub fn moved(&self, pointer: &str) -> Option<Template> {
        let place = self.place(pointer)?;
        let key = place.path.entry().map(|entry| entry.key);
        template::moved(place.document, key, place.path.node())
    }

    /// The same without the comments between the key and the value, which stay when something else
    /// is put there.
    pub fn moved_value(&self, pointer: &str) -> Option<Template> {
        let place = self.place(pointer)?;
        template::moved(place.document, None, place.path.node())
    }

    /// The same with the comments right above the key or dash, which are about it.
    pub fn lifted(&self, pointer: &str) -> Option<Template> {
        let Template::Piece {
            head,
            mut lines,
            is_block,
        } = self.moved(pointer)?
        else {
            return None;
        };
        if is_block {
            let place = self.place(pointer)?;
            let above = comments_above(place.document, &place.path);
            let above = place.document.text().slice(above);
            lines.splice(0..0, above.lines().map(|line| line.trim().to_owned()));
        }
        Some(Template::Piece {
            head,
            lines,
            is_block,
        })
    }

    /// The same for a place in the object at `holder`: what has lines of its own becomes a copy
    /// between brackets, without comments.
    pub fn lifted_for(&self, pointer: &str, holder: &str) -> Option<Template> {
        let is_flow = self.path(holder)?.is_in_flow();
        match self.lifted(pointer)? {
            Template::Piece { is_block: true, .. } if is_flow => self.copy(pointer),
            lifted => Some(lifted),
        }
    }

    /// Lifts what stands at a pointer and removes it there.
    pub fn take(&mut self, pointer: &str) -> Option<Template> {
        let lifted = self.lifted(pointer)?;
        match lifted {
            Template::Piece { is_block: true, .. } => {
                self.remove_with(pointer, |document, path| {
                    let gone = comments_above(document, path);
                    Some(joined(document, gone, removed(document, path)?))
                })?;
            }
            _ => self.remove(pointer)?,
        }
        Some(lifted)
    }

    /// Removes all members of a mapping as [`Self::take`] does, so that comments which are about none
    /// of them stay. Nothing is removed between the brackets of YAML.
    pub fn clear(&mut self, pointer: &str) -> Option<()> {
        self.step(pointer, Scope::Own, pointer, |document, map| {
            if map.node().kind() != NodeKind::BlockMapping {
                let range = map.node().range();
                let inner = TextRange::new(range.start() + 1, range.end().saturating_sub(1));
                let is_json = document.tree().format() == Format::Json && map.node().is_mapping();
                let is_whole = is_json && !map.node().is_unclosed();
                let edit = is_whole.then(|| layout::replace(inner, String::new()));
                return Some(edit.into_iter().collect());
            }
            let keys: Vec<&str> = (map.node().entries())
                .map(|entry| entry.key.value())
                .collect();
            let mut edits = match keys.len() {
                // Without the only one empty brackets are left already.
                0 | 1 => Vec::new(),
                _ => edits::mark_empty(document, map)?,
            };
            for key in keys {
                let member = map.field(key)?;
                let edits_of = removed(document, &member)?;
                edits.extend(match is_block(member.node()) {
                    true => joined(document, comments_above(document, &member), edits_of),
                    false => edits_of,
                });
            }
            edits.sort_by_key(|edit| edit.range.start());
            // The last line of the text goes with the break before it.
            let mut end = 0;
            for edit in &mut edits {
                edit.range = edit.range.with_start(edit.range.start().max(end));
                end = edit.range.end();
            }
            Some(edits)
        })
    }

    /// A copy of what stands at a pointer, in no particular style.
    pub fn copy(&self, pointer: &str) -> Option<Template> {
        let node = self.node(pointer)?;
        if has_alias(node) {
            // What it stands for may have changed.
            let tree = self.document().tree();
            return template::copy(tree, NodePath::at_pointer(tree, pointer)?.node());
        }
        template::copy(self.place(pointer)?.document.tree(), node)
    }

    /// Makes the edits of a step with what stands at a pointer, which change the children of what is
    /// at `changed`.
    fn step(
        &mut self,
        pointer: &str,
        scope: Scope,
        changed: &str,
        edits: impl Fn(&Document, &NodePath<'_>) -> Option<Vec<TextEdit>>,
    ) -> Option<()> {
        if self.settled.get().is_some() {
            self.settle();
        }
        loop {
            let document = self.builder.document();
            let is_clean = |path: &NodePath<'_>| match scope {
                Scope::Own => true,
                Scope::Siblings => {
                    let around = path.parent().map(|parent| parent.node().range());
                    !around.is_some_and(|range| self.waiting.touches(range))
                        && !self.waiting.is_within(holder_of(pointer))
                }
            };
            match self.waiting.look(document.tree(), pointer) {
                Seen::Nowhere => return None,
                Seen::There(path) if is_clean(&path) => {
                    let edits = edits(document, &path)?;
                    if self.waiting.add(&edits, changed) {
                        return Some(());
                    }
                }
                _ => {}
            }
            // What waits is in the way. Without it nothing is.
            self.settle();
        }
    }

    /// Replaces the value or item at a pointer.
    pub fn put(&mut self, pointer: &str, value: &Template) -> Option<()> {
        self.step(pointer, Scope::Own, pointer, |document, path| {
            match path.entry() {
                Some(_) => edits::put(document, path, value),
                None => edits::put_item(document, path, value),
            }
        })
    }

    /// Replaces an item whose text was moved elsewhere.
    pub fn put_moved_item(&mut self, pointer: &str, value: &Template) -> Option<()> {
        self.step(pointer, Scope::Own, pointer, |document, path| {
            edits::put_moved_item(document, path, value)
        })
    }

    /// Adds a member to the mapping at a pointer, after the last member that precedes it in `order`;
    /// makes the mapping if nothing stands there.
    pub fn insert(
        &mut self,
        pointer: &str,
        name: &str,
        value: &Template,
        order: &[&str],
    ) -> Option<()> {
        self.step(pointer, Scope::Own, pointer, |document, path| {
            let member = member(name, value.clone());
            match path.entry() {
                Some(_) => edits::insert_below(document, path, member, order),
                None => edits::insert(document, path, member, order),
            }
        })
    }

    /// Adds members with different names at the end of the mapping at a pointer; makes the mapping if
    /// nothing stands there.
    pub fn append_members(&mut self, pointer: &str, members: Vec<NewMember>) -> Option<()> {
        if members.is_empty() {
            return Some(());
        }
        self.step(pointer, Scope::Own, pointer, |document, path| {
            let members = members.clone();
            match path.node().is_missing() && path.entry().is_some() {
                true => edits::put(document, path, &Template::Map(members)),
                false => edits::append_members(document, path, members),
            }
        })
    }

    /// Adds members to the mapping at a pointer, each behind the one that it is given with, those of
    /// the same one in their order.
    pub fn insert_behind(
        &mut self,
        pointer: &str,
        members: Vec<(String, NewMember)>,
    ) -> Option<()> {
        if members.is_empty() {
            return Some(());
        }
        self.step(pointer, Scope::Own, pointer, |document, path| {
            let last = path.node().entries().last();
            let mut groups: BTreeMap<usize, (Entry<'_>, Vec<NewMember>)> = BTreeMap::new();
            for (before, member) in &members {
                let before = path.node().get(before).or(last)?;
                let start = before.key.range().start();
                let (_, members) = groups.entry(start).or_insert((before, Vec::new()));
                members.push(member.clone());
            }
            let mut edits = Vec::new();
            for (before, members) in groups.into_values() {
                edits.extend(edits::insert_behind(document, path, members, before)?);
            }
            Some(edits)
        })
    }

    /// Adds a member below a path of keys from the root; makes missing mappings on the way.
    pub fn insert_at(&mut self, keys: &[&str], name: &str, value: &Template) -> Option<()> {
        let mut holder = keys;
        while let [before @ .., _] = holder
            && self.node(&pointer_of(holder)).is_none()
        {
            holder = before;
        }
        let pointer = pointer_of(holder);
        self.step(&pointer, Scope::Own, &pointer, |document, _| {
            edits::insert_at(document, keys, name, value)
        })
    }

    /// Renames the key at a pointer and keeps its quotes.
    pub fn rename(&mut self, pointer: &str, name: &str) -> Option<()> {
        let holder = holder_of(pointer);
        self.step(pointer, Scope::Own, holder, |document, path| {
            let start = path.entry()?.key.range().start();
            let key = NodePath::of_key(document.tree(), start)?;
            edits::set_text(document, &key, name)
        })
    }

    /// Replaces the text of the scalar at a pointer and keeps its quotes.
    pub fn set_text(&mut self, pointer: &str, text: &str) -> Option<()> {
        self.step(pointer, Scope::Own, pointer, |document, path| {
            edits::set_text(document, path, text)
        })
    }

    /// Removes the member or item at a pointer.
    pub fn remove(&mut self, pointer: &str) -> Option<()> {
        self.remove_with(pointer, removed)
    }

    fn remove_with(
        &mut self,
        pointer: &str,
        edits: impl Fn(&Document, &NodePath<'_>) -> Option<Vec<TextEdit>>,
    ) -> Option<()> {
        self.step(pointer, Scope::Siblings, holder_of(pointer), edits)
    }
}

fn removed(document: &Document, path: &NodePath<'_>) -> Option<Vec<TextEdit>> {
    match path.entry() {
        Some(_) => edits::remove(document, path),
        None => edits::remove_item(document, path),
    }
}

/// The lines of comments right above a key or item, as far to the right; empty if there are none.
fn comments_above(document: &Document, path: &NodePath<'_>) -> TextRange {
    let text = document.text();
    let start = match path.entry() {
        Some(entry) => entry.key.range().start(),
        None => path.node().range().start(),
    };
    let own = text.line_of(start);
    let indent = layout::prefix(text, own);
    let is_comment = |line: &usize| {
        let line = text.slice(text.line_range(*line)).into_owned();
        line.strip_prefix(&*indent)
            .is_some_and(|rest| rest.starts_with('#'))
    };
    let first = (0..own).rev().take_while(is_comment).last().unwrap_or(own);
    TextRange::new(text.line_start(first), text.line_start(own))
}

/// The edits that remove something, and the lines above it.
fn joined(document: &Document, lines: TextRange, mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    if lines.is_empty() {
        return edits;
    }
    let text = document.text();
    let behind = (edits.iter_mut()).find(|edit| edit.range.end() > lines.start());
    match behind {
        Some(edit) if edit.range.start() < lines.end() => {
            // The last line of the text goes with the break before it.
            let before = text.line_of(lines.start()).checked_sub(1);
            let start = before.map_or(0, |line| text.line_range(line).end());
            edit.range = edit.range.with_start(start);
        }
        Some(edit) if edit.range.start() == lines.end() => {
            edit.range = edit.range.with_start(lines.start());
        }
        _ => {
            edits.push(layout::replace(lines, String::new()));
            edits.sort_by_key(|edit| edit.range.start());
        }
    }
    edits
}

fn is_block(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        NodeKind::BlockMapping | NodeKind::BlockSequence
    )
}

fn has_alias(node: Node<'_>) -> bool {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if node.kind() == NodeKind::Alias {
            return true;
        }
        open.extend(node.entries().map(|entry| entry.value));
        open.extend(node.items());
    }
    false
}

/// The pointer of what is at a path of keys from the root.
pub fn pointer_of(keys: &[&str]) -> String {
    let mut pointer = String::new();
    for key in keys {
        push_token(&mut pointer, key);
    }
    pointer
}

/// The pointer of what holds the member or item at a pointer.
fn holder_of(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(holder, _)| holder)
}
