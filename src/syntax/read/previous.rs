//! The chunks of the text before an edit, for those that read the text after it.

use super::Context;
use crate::syntax::chunk::{Branch, Child, Chunk};
use crate::syntax::leaf::Frame;
use crate::text::kept::{Changed, Kept};
use crate::text::range::TextRange;

/// Walks through the chunks of a tree, always forward: a text is read from its start to its end.
#[derive(Debug)]
pub(in crate::syntax) struct Previous<'p> {
    kept: &'p Kept,
    /// Where the walk is: the documents, the children of one of them, and so on down.
    levels: Vec<Level<'p>>,
}

/// Neighbouring chunks that were not passed yet.
#[derive(Debug)]
struct Level<'p> {
    /// What they stand for.
    frame: Frame,
    children: &'p [Child],
    /// Where the first of them starts.
    at: usize,
}

impl<'p> Previous<'p> {
    /// `documents` are those of the text before, `kept` says what is left of it.
    pub fn new(documents: &'p [Child], kept: &'p Kept) -> Self {
        let documents = Level {
            frame: Frame::Document,
            children: documents,
            at: 0,
        };
        Self {
            kept,
            levels: vec![documents],
        }
    }

    /// What the edits have changed.
    pub fn changed(&self) -> Changed {
        self.kept.changed()
    }

    /// The chunk that had this text and stood for the same. Chunks have to be asked for in the
    /// order of their starts.
    pub fn same(&mut self, range: TextRange, context: Context) -> Option<Child> {
        let at = self.kept.start_before(range)?;
        let child = self.chunk(TextRange::new(at, at + range.len()), context)?;
        Some(child.clone())
    }

    /// The branch that stood for the same in the same place, if the edits lie within it.
    pub fn edited(&mut self, range: TextRange, context: Context) -> Option<&'p Branch> {
        let changed = self.kept.changed();
        if range.start > changed.start || range.end < changed.new_end {
            return None;
        }
        let end = range.end - changed.new_end + changed.old_end;
        match &*self.chunk(TextRange::new(range.start, end), context)?.chunk {
            Chunk::Branch(branch) => Some(branch),
            Chunk::Leaf(_) => None,
        }
    }

    /// The chunk with this range of the text before.
    fn chunk(&mut self, range: TextRange, context: Context) -> Option<&'p Child> {
        for depth in 0..=context.depth {
            if depth == self.levels.len() {
                let below = self.levels.last()?.below()?;
                self.levels.push(below);
            }
            if self.levels[depth].go_to(range.start) {
                self.levels.truncate(depth + 1);
            }
        }
        let level = self.levels.get(context.depth)?;
        let child = level.children.first()?;
        let is_it =
            level.at == range.start && child.len() == range.len() && level.frame == context.frame;
        is_it.then_some(child)
    }
}

impl<'p> Level<'p> {
    /// Passes the chunks that end at or before an offset; whether there were any.
    fn go_to(&mut self, offset: usize) -> bool {
        let mut passed = 0;
        for child in self.children {
            if self.at + child.len() > offset {
                break;
            }
            self.at += child.len();
            passed += 1;
        }
        self.children = &self.children[passed..];
        passed > 0
    }

    /// The children of the chunk at hand.
    fn below(&self) -> Option<Self> {
        let Chunk::Branch(branch) = &*self.children.first()?.chunk else {
            return None;
        };
        Some(Self {
            frame: branch.layout.inner,
            children: &branch.children,
            at: self.at + branch.layout.body,
        })
    }
}
