//! Builds the edits of a document step by step: each step works on the result of the steps before,
//! and the result is a list of edits of the original document.

use std::cell::OnceCell;
use std::collections::VecDeque;

use super::path::NodePath;
use super::template::{NewMember, Template, member};
use crate::edits;
use crate::syntax::document::Document;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// How many levels of first items are searched for a node with a known place.
const MAX_DEPTH: usize = 16;

/// A part of the new text.
#[derive(Debug, Clone)]
enum Piece {
    /// A range of the original text.
    Kept(TextRange),
    /// New text.
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

/// Builds edits of a document. All nodes in arguments are nodes of the original document.
#[derive(Debug, Clone)]
pub struct EditBuilder {
    /// The document after the steps but the last ones.
    document: Document,
    /// The edits since then, each of the text after the ones before.
    unread: Vec<TextEdit>,
    /// The document after all steps, once somebody asks: most fixes are one step, and reading a
    /// long document takes longer than making it.
    read: OnceCell<Document>,
    old_len: usize,
    pieces: Vec<Piece>,
    /// The texts that the author is to replace.
    holes: Vec<String>,
}

impl EditBuilder {
    /// Starts with the original document.
    pub fn new(document: &Document) -> Self {
        Self {
            document: document.clone(),
            unread: Vec::new(),
            read: OnceCell::new(),
            old_len: document.text().len(),
            pieces: vec![Piece::Kept(TextRange::new(0, document.text().len()))],
            holes: Vec::new(),
        }
    }

    /// Declares that the author is to replace this text wherever a step writes it as a value.
    pub fn hole(&mut self, text: &str) {
        self.holes.push(text.to_owned());
    }

    /// The texts that the author is to replace, in the document after all steps. The quotes around
    /// them are not part of the ranges.
    pub fn holes(&self) -> Vec<TextRange> {
        let mut holes = Vec::new();
        let mut at = 0;
        for piece in &self.pieces {
            if let Piece::New(written) = piece {
                for hole in &self.holes {
                    let found = written.match_indices(&**hole);
                    let ranges = found.map(|(start, _)| TextRange::new(start, start + hole.len()));
                    let ranges = ranges.map(|range| range.shifted(at));
                    holes.extend(ranges.filter(|range| self.is_value(*range, hole)));
                }
            }
            at += piece.len();
        }
        holes.sort_unstable();
        holes.dedup();
        holes
    }

    /// Whether the text at a range is the value of an entry.
    fn is_value(&self, range: TextRange, text: &str) -> bool {
        NodePath::of_range(self.document().tree(), range).is_some_and(|path| {
            path.node().is_scalar() && !path.is_key() && path.node().value() == text
        })
    }

    /// The document after all steps so far.
    pub fn document(&self) -> &Document {
        match self.unread.is_empty() {
            true => &self.document,
            false => self.read.get_or_init(|| self.document.edited(&self.unread)),
        }
    }

    /// The edits of the original document: sorted, not overlapping.
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
                    if at < range.start() || !written.is_empty() {
                        edits.push(TextEdit {
                            range: TextRange::new(at, range.start()),
                            new_text: std::mem::take(&mut written),
                        });
                    }
                    at = range.end();
                }
            }
        }
        edits
    }

    /// Applies edits of the current document: sorted, not overlapping.
    pub fn apply(&mut self, edits: &[TextEdit]) {
        self.replace_pieces(edits);
        if let Some(read) = self.read.take() {
            self.document = read;
            self.unread.clear();
        }
        self.unread.extend(edits.iter().rev().cloned());
    }

    fn replace_pieces(&mut self, edits: &[TextEdit]) {
        let mut old: VecDeque<Piece> = std::mem::take(&mut self.pieces).into();
        let mut at = 0;
        for edit in edits {
            let kept = take(&mut old, edit.range.start().saturating_sub(at));
            self.pieces.extend(kept);
            self.pieces.push(Piece::New(edit.new_text.clone()));
            take(&mut old, edit.range.len());
            at = edit.range.end();
        }
        self.pieces.extend(old);
    }

    /// The current offset of an offset in the original document.
    fn current_offset(&self, offset: usize) -> Option<usize> {
        let mut at = 0;
        for piece in &self.pieces {
            if let Piece::Kept(range) = piece
                && range.start() <= offset
                && offset < range.end()
            {
                return Some(at + offset - range.start());
            }
            at += piece.len();
        }
        None
    }

    fn locate(&self, node: Node<'_>, depth: usize) -> Option<NodePath<'_>> {
        let tree = self.document().tree();
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
            kind => NodePath::of_start(tree, self.current_offset(node.range().start())?, kind),
        }
    }

    fn locate_key(&self, key: Node<'_>) -> Option<NodePath<'_>> {
        NodePath::of_key(
            self.document().tree(),
            self.current_offset(key.range().start())?,
        )
    }

    /// Applies the edits of a step, if it is possible.
    fn step(&mut self, edits: Option<Vec<TextEdit>>) -> Option<()> {
        self.apply(&edits?);
        Some(())
    }

    /// Renames a key and keeps its quotes.
    pub fn rename(&mut self, key: Node<'_>, name: &str) -> Option<()> {
        self.step(edits::set_text(
            self.document(),
            &self.locate_key(key)?,
            name,
        ))
    }

    /// Replaces the text of a scalar and keeps its quotes.
    pub fn set_text(&mut self, scalar: Node<'_>, text: &str) -> Option<()> {
        self.step(edits::set_text(
            self.document(),
            &self.locate(scalar, 0)?,
            text,
        ))
    }

    /// Replaces the text of the key or scalar at a path and keeps its quotes.
    pub fn set_scalar(&mut self, path: &NodePath<'_>, text: &str) -> Option<()> {
        if path.is_key() {
            self.rename(path.node(), text)
        } else {
            self.set_text(path.node(), text)
        }
    }

    /// Replaces the value of an entry.
    pub fn put(&mut self, entry: Entry<'_>, value: &Template) -> Option<()> {
        self.holes.extend(value.holes());
        self.step(edits::put(
            self.document(),
            &self.locate_key(entry.key)?,
            value,
        ))
    }

    /// Replaces an item.
    pub fn put_item(&mut self, item: Node<'_>, value: &Template) -> Option<()> {
        self.holes.extend(value.holes());
        self.step(edits::put_item(
            self.document(),
            &self.locate(item, 0)?,
            value,
        ))
    }

    /// Adds a member to a mapping, after the last member that precedes it in `order`.
    pub fn insert(
        &mut self,
        mapping: Node<'_>,
        name: &str,
        value: &Template,
        order: &[&str],
    ) -> Option<()> {
        self.holes.extend(value.holes());
        let member = member(name, value.clone());
        let mapping = self.locate(mapping, 0)?;
        self.step(edits::insert(self.document(), &mapping, member, order))
    }

    /// Adds members to the mapping at the path, which may be empty.
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

    /// Replaces the value or item at the path.
    pub fn replace(&mut self, path: &NodePath<'_>, value: &Template) -> Option<()> {
        match path.entry() {
            Some(entry) => self.put(entry, value),
            None => self.put_item(path.node(), value),
        }
    }

    /// Adds a member to the mapping that is the value of an entry; makes the mapping if the value
    /// is missing.
    pub fn insert_below(
        &mut self,
        entry: Entry<'_>,
        name: &str,
        value: &Template,
        order: &[&str],
    ) -> Option<()> {
        self.holes.extend(value.holes());
        let member = member(name, value.clone());
        let key = self.locate_key(entry.key)?;
        self.step(edits::insert_below(self.document(), &key, member, order))
    }

    /// Makes the value of an entry the only item of a list.
    pub fn wrap_in_list(&mut self, entry: Entry<'_>) -> Option<()> {
        self.step(edits::wrap_in_list(
            self.document(),
            &self.locate_key(entry.key)?,
        ))
    }

    /// Adds an item at the end of a list.
    pub fn append(&mut self, list: Node<'_>, value: &Template) -> Option<()> {
        self.holes.extend(value.holes());
        self.step(edits::append(
            self.document(),
            &self.locate(list, 0)?,
            value,
        ))
    }

    /// Adds an item at the start of a list.
    pub fn prepend(&mut self, list: Node<'_>, value: &Template) -> Option<()> {
        self.holes.extend(value.holes());
        self.step(edits::prepend(
            self.document(),
            &self.locate(list, 0)?,
            value,
        ))
    }

    /// Adds a member below a path of keys from the root; makes missing mappings on the way.
    pub fn insert_at(&mut self, keys: &[&str], name: &str, value: &Template) -> Option<()> {
        self.holes.extend(value.holes());
        self.step(edits::insert_at(self.document(), keys, name, value))
    }

    /// Removes a member with its own comment.
    pub fn remove(&mut self, entry: Entry<'_>) -> Option<()> {
        self.step(edits::remove(self.document(), &self.locate_key(entry.key)?))
    }

    /// Removes members with their own comments.
    pub fn remove_all(&mut self, entries: &[Entry<'_>]) -> Option<()> {
        entries.iter().try_for_each(|entry| self.remove(*entry))
    }

    /// Removes an item with its own comment.
    pub fn remove_item(&mut self, item: Node<'_>) -> Option<()> {
        self.step(edits::remove_item(self.document(), &self.locate(item, 0)?))
    }
}

/// Takes the first pieces, as many as have this length together.
fn take(pieces: &mut VecDeque<Piece>, length: usize) -> Vec<Piece> {
    let mut taken = Vec::new();
    let mut left = length;
    while left > 0
        && let Some(piece) = pieces.pop_front()
    {
        let len = piece.len();
        if len <= left {
            left -= len;
            taken.push(piece);
            continue;
        }
        taken.push(part(&piece, 0, left));
        pieces.push_front(part(&piece, left, len));
        left = 0;
    }
    taken
}

fn part(piece: &Piece, from: usize, to: usize) -> Piece {
    match piece {
        Piece::Kept(range) => Piece::Kept(TextRange::new(range.start() + from, range.start() + to)),
        Piece::New(text) => Piece::New(text.get(from..to).unwrap_or_default().to_owned()),
    }
}
