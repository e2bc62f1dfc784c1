//! Text and tree of one version of a document.

use std::thread;

use super::format::Language;
use super::read::parallel::{PARALLEL_ABOVE, Started};
use super::split::SPLIT_ABOVE;
use super::tree::Tree;
use crate::text::kept::Kept;
use crate::text::{Text, TextEdit};

/// One version of a document. Immutable and cheap to clone; shares with other versions what an edit
/// did not change.
#[derive(Debug, Clone)]
pub struct Document {
    text: Text,
    tree: Tree,
}

impl Document {
    /// Reads a document from scratch.
    pub fn new(text: &str, language: impl Into<Language>) -> Self {
        Self::with_chunks(text, language, SPLIT_ABOVE)
    }

    /// The same for a text that exists already; `string` must be equal to it.
    pub fn from_text(text: Text, string: &str, language: impl Into<Language>) -> Self {
        Self {
            text,
            tree: Tree::parse(string, language),
        }
    }

    /// The same with another chunk size: texts of up to `split_above` bytes are not split. The
    /// content of a well-formed document does not depend on it; tests of edits use small values to
    /// cover chunk boundaries.
    pub fn with_chunks(text: &str, language: impl Into<Language>, split_above: usize) -> Self {
        let language = language.into();
        let tree = || Tree::new(text, language, split_above);
        if text.len() <= PARALLEL_ABOVE {
            let (text, tree) = (Text::new(text), tree());
            return Self { text, tree };
        }
        thread::scope(|scope| {
            let rope = Started::new(scope, || Text::new(text));
            let tree = tree();
            let text = rope.finish();
            Self { text, tree }
        })
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The document after edits, each relative to the text after the one before (as the protocol
    /// sends them).
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        let mut text = self.text.clone();
        let mut kept = Kept::all(text.len());
        for edit in edits {
            let range = text.apply(edit.range, &edit.new_text);
            kept.edit(range, edit.new_text.len());
        }
        let tree = self.tree.edited(&text.to_string(), &kept);
        Self { text, tree }
    }
}
