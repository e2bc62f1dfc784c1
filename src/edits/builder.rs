//! Builds the edits of a document: steps are taken one after the other, each on what the ones
//! before left, and come out as edits of the document as it was.

use super::path::NodePath;
use super::template::{NewMember, Template, member};
use crate::edits;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// How deep first items are followed to find where a list went.
const MAX_DEPTH: usize = 16;

/// A piece of the new text.
#[derive(Debug, Clone)]
enum Piece {
    /// Kept from the old text.
    Kept(TextRange),
    /// Written.
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Kept(range) => range.len(),
            Self::New(text) => text.len(),
        }
    }
}

/// Edits of a document. Nodes that are handed in are those of the document as it was.
#[derive(Debug, Clone)]
pub struct EditBuilder {
    document: Document,
    old_len: usize,
    pieces: Vec<Piece>,
}

impl EditBuilder {
    /// Begins with a document as it is.
    pub fn new(document: &Document) -> Self {
        Self {
            document: document.clone(),
            old_len: document.text().len(),
            pieces: vec![Piece::Kept(TextRange::new(0, document.text().len()))],
        }
    }

    /// The document as it has become.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What is to be changed in the document as it was: in order, apart from each other.
    pub fn finish(self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let mut at = 0;
        let mut written = String::new();
        for piece in self
            .pieces
            .into_iter()
            .chain([Piece::Kept(TextRange::empty(self.old_len))])
        {
            match piece {
                Piece::New(text) => written.push_str(&text),
                Piece::Kept(range) => {
                    if at < range.start || !written.is_empty() {
                        edits.push(TextEdit {
                            range: TextRange::new(at, range.start),
                            new_text: std::mem::take(&mut written),
                        });
                    }
                    at = range.end;
                }
            }
        }
        edits
    }

    /// Applies edits of the document as it has become: in order, apart from each other.
    pub fn apply(&mut self, edits: &[TextEdit]) {
        let mut backwards: Vec<TextEdit> = edits.to_vec();
        backwards.reverse();
        for edit in &backwards {
            self.splice(edit);
        }
        self.document = self.document.edited(&backwards);
    }

    fn splice(&mut self, edit: &TextEdit) {
        let mut pieces = Vec::with_capacity(self.pieces.len() + 2);
        let mut at = 0;
        let mut is_written = false;
        for piece in std::mem::take(&mut self.pieces) {
            let len = piece.len();
            let before = edit.range.start.saturating_sub(at).min(len);
            let after = edit.range.end.saturating_sub(at).min(len);
            push(&mut pieces, part(&piece, 0, before));
            if !is_written && edit.range.start <= at + len {
                pieces.push(Piece::New(edit.new_text.clone()));
                is_written = true;
            }
            push(&mut pieces, part(&piece, after, len));
            at += len;
        }
        if !is_written {
            pieces.push(Piece::New(edit.new_text.clone()));
        }
        self.pieces = pieces;
    }

    /// Where something of the document as it was stands now.
    fn now(&self, offset: usize) -> Option<usize> {
        let mut at = 0;
        for piece in &self.pieces {
            if let Piece::Kept(range) = piece
                && range.start <= offset
                && offset < range.end
            {
                return Some(at + offset - range.start);
            }
            at += piece.len();
        }
        None
    }

    fn locate(&self, node: Node<'_>, depth: usize) -> Option<NodePath<'_>> {
        let tree = self.document.tree();
        match node.kind() {
            _ if depth > MAX_DEPTH => None,
            NodeKind::BlockMapping => node
                .entries()
                .find_map(|entry| self.locate_key(entry.key))?
                .parent(),
            NodeKind::BlockSequence => node
                .items()
                .find_map(|item| self.locate(item, depth + 1))?
                .parent(),
            kind => NodePath::of_start(tree, self.now(node.range().start)?, kind),
        }
    }

    fn locate_key(&self, key: Node<'_>) -> Option<NodePath<'_>> {
        NodePath::of_key(self.document.tree(), self.now(key.range().start)?)
    }

    /// Takes a step, if it can be taken.
    fn step(&mut self, edits: Option<Vec<TextEdit>>) -> Option<()> {
        self.apply(&edits?);
        Some(())
    }

    /// Gives a key another name and leaves its quotes.
    pub fn rename(&mut self, key: Node<'_>, name: &str) -> Option<()> {
        self.step(edits::set_text(
            &self.document,
            &self.locate_key(key)?,
            name,
        ))
    }

    /// Gives a scalar another text and leaves its quotes.
    pub fn set_text(&mut self, scalar: Node<'_>, text: &str) -> Option<()> {
        self.step(edits::set_text(
            &self.document,
            &self.locate(scalar, 0)?,
            text,
        ))
    }

    /// Gives the key or scalar at a path another text and leaves its quotes.
    pub fn set_scalar(&mut self, path: &NodePath<'_>, text: &str) -> Option<()> {
        if path.is_key() {
            self.rename(path.node(), text)
        } else {
            self.set_text(path.node(), text)
        }
    }

    /// Writes another value after a key.
    pub fn put(&mut self, entry: Entry<'_>, value: &Template) -> Option<()> {
        self.step(edits::put(
            &self.document,
            &self.locate_key(entry.key)?,
            value,
        ))
    }

    /// Writes another item in the place of one.
    pub fn put_item(&mut self, item: Node<'_>, value: &Template) -> Option<()> {
        self.step(edits::put_item(
            &self.document,
            &self.locate(item, 0)?,
            value,
        ))
    }

    /// Adds a member to a mapping, after the last of those that stand before it in `order`.
    pub fn insert(
        &mut self,
        mapping: Node<'_>,
        name: &str,
        value: &Template,
        order: &[&str],
    ) -> Option<()> {
        let member = member(name, value.clone());
        let mapping = self.locate(mapping, 0)?;
        self.step(edits::insert(&self.document, &mapping, member, order))
    }

    /// Adds members to the mapping at the path (of the document as it was), which may be an empty
    /// one.
    pub fn add(
        &mut self,
        path: &NodePath<'_>,
        members: Vec<NewMember>,
        order: &[&str],
    ) -> Option<()> {
        let node = path.node();
        if node.entries().next().is_none() {
            return self.replace(path, &Template::Map(members));
        }
        for (name, value) in &members {
            self.insert(node, name.text()?, value, order)?;
        }
        Some(())
    }

    /// Writes another value in the place of the one at the path, be it a member's or an item.
    pub fn replace(&mut self, path: &NodePath<'_>, value: &Template) -> Option<()> {
        match path.entry() {
            Some(entry) => self.put(entry, value),
            None => self.put_item(path.node(), value),
        }
    }

    /// Adds a member to the mapping that is, or shall be, the value of an entry.
    pub fn insert_below(
        &mut self,
        entry: Entry<'_>,
        name: &str,
        value: &Template,
        order: &[&str],
    ) -> Option<()> {
        let member = member(name, value.clone());
        let key = self.locate_key(entry.key)?;
        self.step(edits::insert_below(&self.document, &key, member, order))
    }

    /// Makes the value of an entry the only item of a list.
    pub fn wrap_in_list(&mut self, entry: Entry<'_>) -> Option<()> {
        self.step(edits::wrap_in_list(
            &self.document,
            &self.locate_key(entry.key)?,
        ))
    }

    /// Adds an item at the end of a list.
    pub fn append(&mut self, list: Node<'_>, value: &Template) -> Option<()> {
        self.step(edits::append(&self.document, &self.locate(list, 0)?, value))
    }

    /// Adds an item at the start of a list.
    pub fn prepend(&mut self, list: Node<'_>, value: &Template) -> Option<()> {
        self.step(edits::prepend(
            &self.document,
            &self.locate(list, 0)?,
            value,
        ))
    }

    /// Adds a member to what stands below the keys, from the root, making what lacks on the way.
    pub fn insert_at(&mut self, keys: &[&str], name: &str, value: &Template) -> Option<()> {
        self.step(edits::insert_at(&self.document, keys, name, value))
    }

    /// Removes a member with its own comment.
    pub fn remove(&mut self, entry: Entry<'_>) -> Option<()> {
        self.step(edits::remove(&self.document, &self.locate_key(entry.key)?))
    }

    /// Removes members with their own comments.
    pub fn remove_all(&mut self, entries: &[Entry<'_>]) -> Option<()> {
        entries.iter().try_for_each(|entry| self.remove(*entry))
    }

    /// Removes an item with its own comment.
    pub fn remove_item(&mut self, item: Node<'_>) -> Option<()> {
        self.step(edits::remove_item(&self.document, &self.locate(item, 0)?))
    }
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    if piece.len() > 0 {
        pieces.push(piece);
    }
}

fn part(piece: &Piece, from: usize, to: usize) -> Piece {
    match piece {
        Piece::Kept(range) => Piece::Kept(TextRange::new(range.start + from, range.start + to)),
        Piece::New(text) => Piece::New(text.get(from..to).unwrap_or_default().to_owned()),
    }
}
