//! A document in rework: one change after the other, each at a JSON Pointer of the text as it is by
//! then. Where [`EditBuilder`] takes nodes of the original, this finds what earlier steps wrote.

use super::builder::EditBuilder;
use super::layout;
use super::path::NodePath;
use super::template::{self, Template, member};
use crate::edits;
use crate::syntax::document::Document;
use crate::syntax::node::Node;
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// A document in rework. Steps return `None` if they are not possible, and change nothing then.
#[derive(Debug, Clone)]
pub struct Draft {
    builder: EditBuilder,
}

impl Draft {
    /// Starts with the original document.
    pub fn new(document: &Document) -> Self {
        Self {
            builder: EditBuilder::new(document),
        }
    }

    /// The document after all steps so far.
    pub fn document(&self) -> &Document {
        self.builder.document()
    }

    /// The edits of the original document: sorted, not overlapping.
    pub fn finish(self) -> Vec<TextEdit> {
        self.builder.finish()
    }

    fn path(&self, pointer: &str) -> Option<NodePath<'_>> {
        NodePath::at_pointer(self.document().tree(), pointer)
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
        let mut keys: Vec<String> = Vec::new();
        for entry in entries {
            if !keys.iter().any(|key| key == entry.key.value()) {
                keys.push(entry.key.value().to_owned());
            }
        }
        keys
    }

    /// How many items the list at a pointer has.
    pub fn count(&self, pointer: &str) -> usize {
        self.node(pointer).map_or(0, |node| node.items().count())
    }

    /// What stands at a pointer, as it is written, to be put elsewhere.
    pub fn moved(&self, pointer: &str) -> Option<Template> {
        let path = self.path(pointer)?;
        let key = path.entry().map(|entry| entry.key);
        template::moved(self.document(), key, path.node())
    }

    /// The same without the comments between the key and the value, which stay when something else
    /// is put there.
    pub fn moved_value(&self, pointer: &str) -> Option<Template> {
        template::moved(self.document(), None, self.path(pointer)?.node())
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
            let text = self.document().text();
            let above = self.comments_above(pointer)?;
            let above = text.slice(above);
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

    /// The lines of comments right above the key or item at a pointer, as far to the right; empty
    /// if there are none.
    fn comments_above(&self, pointer: &str) -> Option<TextRange> {
        let path = self.path(pointer)?;
        let text = self.document().text();
        let start = match path.entry() {
            Some(entry) => entry.key.range().start,
            None => path.node().range().start,
        };
        let own = text.line_of(start);
        let indent = layout::prefix(text, own);
        let is_comment = |line: &usize| {
            let line = text.slice(text.line_range(*line)).into_owned();
            line.strip_prefix(&*indent)
                .is_some_and(|rest| rest.starts_with('#'))
        };
        let first = (0..own).rev().take_while(is_comment).last().unwrap_or(own);
        Some(TextRange::new(text.line_start(first), text.line_start(own)))
    }

    /// Lifts what stands at a pointer and removes it there.
    pub fn take(&mut self, pointer: &str) -> Option<Template> {
        let lifted = self.lifted(pointer)?;
        if matches!(lifted, Template::Piece { is_block: true, .. }) {
            let gone = self.comments_above(pointer)?;
            if !gone.is_empty() {
                self.step(Some(vec![layout::replace(gone, String::new())]))?;
            }
        }
        self.remove(pointer)?;
        Some(lifted)
    }

    /// A copy of what stands at a pointer, in no particular style.
    pub fn copy(&self, pointer: &str) -> Option<Template> {
        template::copy(self.document().tree(), self.node(pointer)?)
    }

    fn step(&mut self, edits: Option<Vec<TextEdit>>) -> Option<()> {
        self.builder.apply(&edits?);
        Some(())
    }

    /// Replaces the value or item at a pointer.
    pub fn put(&mut self, pointer: &str, value: &Template) -> Option<()> {
        let path = self.path(pointer)?;
        let edits = match path.entry() {
            Some(_) => edits::put(self.document(), &path, value),
            None => edits::put_item(self.document(), &path, value),
        };
        self.step(edits)
    }

    /// Replaces an item whose text was moved elsewhere.
    pub fn put_moved_item(&mut self, pointer: &str, value: &Template) -> Option<()> {
        self.put_moved_items(&[pointer.to_owned()], value)
    }

    /// Replaces items whose texts were moved elsewhere, all in one step: to read a long document
    /// again after each of many takes too long.
    pub fn put_moved_items(&mut self, pointers: &[String], value: &Template) -> Option<()> {
        let mut edits = Vec::new();
        for pointer in pointers {
            let path = self.path(pointer)?;
            edits.extend(edits::put_moved_item(self.document(), &path, value)?);
        }
        edits.sort_by_key(|edit| edit.range.start);
        let are_apart = (edits.windows(2)).all(|pair| pair[0].range.end <= pair[1].range.start);
        self.step(Some(edits).filter(|_| are_apart))
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
        let path = self.path(pointer)?;
        let member = member(name, value.clone());
        let edits = match path.entry() {
            Some(_) => edits::insert_below(self.document(), &path, member, order),
            None => edits::insert(self.document(), &path, member, order),
        };
        self.step(edits)
    }

    /// Adds a member below a path of keys from the root; makes missing mappings on the way.
    pub fn insert_at(&mut self, keys: &[&str], name: &str, value: &Template) -> Option<()> {
        let edits = edits::insert_at(self.document(), keys, name, value);
        self.step(edits)
    }

    /// Renames the key at a pointer and keeps its quotes.
    pub fn rename(&mut self, pointer: &str, name: &str) -> Option<()> {
        let start = self.path(pointer)?.entry()?.key.range().start;
        let key = NodePath::of_key(self.document().tree(), start)?;
        let edits = edits::set_text(self.document(), &key, name);
        self.step(edits)
    }

    /// Replaces the text of the scalar at a pointer and keeps its quotes.
    pub fn set_text(&mut self, pointer: &str, text: &str) -> Option<()> {
        let edits = edits::set_text(self.document(), &self.path(pointer)?, text);
        self.step(edits)
    }

    /// Removes the member or item at a pointer.
    pub fn remove(&mut self, pointer: &str) -> Option<()> {
        let path = self.path(pointer)?;
        let edits = match path.entry() {
            Some(_) => edits::remove(self.document(), &path),
            None => edits::remove_item(self.document(), &path),
        };
        self.step(edits)
    }
}
