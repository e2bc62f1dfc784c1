//! Text and tree of one version of a document.

use std::sync::Arc;
use std::thread;

use super::conflict::Conflicts;
use super::format::Language;
use super::read::parallel::{PARALLEL_ABOVE, Started};
use super::split::SPLIT_ABOVE;
use super::templated::Templated;
use super::tree::Tree;
use crate::text::kept::Kept;
use crate::text::{Text, TextEdit};

/// One version of a document. Immutable and cheap to clone; shares with other versions what an edit
/// did not change.
#[derive(Debug, Clone)]
pub struct Document {
    text: Text,
    /// The tree of the text as it is, from which that of the next version is made.
    tree: Tree,
    templated: Option<Arc<Templated>>,
    conflicts: Option<Arc<Conflicts>>,
}

impl Document {
    /// Reads a document from scratch.
    pub fn new(text: &str, language: impl Into<Language>) -> Self {
        Self::with_chunks(text, language, SPLIT_ABOVE)
    }

    /// The same for a text that exists already; `string` must be equal to it.
    pub fn from_text(text: Text, string: &str, language: impl Into<Language>) -> Self {
        Self::of(text, string, Tree::parse(string, language))
    }

    fn of(text: Text, string: &str, tree: Tree) -> Self {
        let conflicts = Conflicts::of(string, &tree).map(Arc::new);
        let templated = match conflicts {
            Some(_) => None,
            None => Templated::of(string, &tree).map(Arc::new),
        };
        Self {
            text,
            tree,
            templated,
            conflicts,
        }
    }

    /// The same with another chunk size: texts of up to `split_above` bytes are not split. The
    /// content of a well-formed document does not depend on it; tests of edits use small values to
    /// cover chunk boundaries.
    pub fn with_chunks(string: &str, language: impl Into<Language>, split_above: usize) -> Self {
        let language = language.into();
        let tree = || Tree::new(string, language, split_above);
        if string.len() <= PARALLEL_ABOVE {
            return Self::of(Text::new(string), string, tree());
        }
        let (text, tree) = thread::scope(|scope| {
            let rope = Started::new(scope, || Text::new(string));
            let tree = tree();
            (rope.finish(), tree)
        });
        Self::of(text, string, tree)
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The tree; that of the text without its code, if it is a template, and without the marks of
    /// merge conflicts.
    pub fn tree(&self) -> &Tree {
        match (&self.conflicts, &self.templated) {
            (Some(conflicts), _) => &conflicts.tree,
            (_, Some(templated)) => &templated.tree,
            _ => &self.tree,
        }
    }

    /// What is known of the text as a template, if it is one.
    pub fn templated(&self) -> Option<&Templated> {
        self.templated.as_deref()
    }

    /// The merge conflicts of the text, if it has any.
    pub fn conflicts(&self) -> Option<&Conflicts> {
        self.conflicts.as_deref()
    }

    /// The document after edits, each relative to the text after the one before (as the protocol
    /// sends them).
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        let mut text = self.text.clone();
        let mut kept = Kept::all(text.len());
        let applied = (edits.iter())
            .map(|edit| (text.apply(edit.range, &edit.new_text), edit.new_text.len()));
        kept.edit(&applied.collect::<Vec<_>>());
        let string = text.to_string();
        let tree = self.tree.edited(&string, &kept);
        Self::of(text, &string, tree)
    }
}
