//! One open document.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{PublishDiagnosticsParams, TextDocumentContentChangeEvent};

use crate::analysis::{Analysis, Options};
use crate::lsp::convert;
use crate::settings::effective::Effective;
use crate::syntax::document::Document;
use crate::syntax::format::Language;
use crate::text::range::TextRange;
use crate::text::{Encoding, Text, TextEdit};

/// An open document at its newest version.
#[derive(Debug)]
pub struct OpenDocument {
    /// The version of the text as the client counts.
    pub version: i32,
    /// The newest version that the client has told of; another one only if a change was lost.
    pub(super) newest: i32,
    /// Whether diagnostics were published of it, even if there were none.
    pub is_published: bool,
    /// What was published last.
    pub published: Option<PublishDiagnosticsParams>,
    /// Whether it has to be published even if nothing changes by that: more happened than that the
    /// search for its users came to its end.
    pub is_due: bool,
    /// Changes whenever diagnostics may change; unique among all documents.
    pub state: u64,
    /// Whether a change was lost, so that this text differs from the client's.
    pub(super) is_stale: bool,
    pub(super) text: Text,
    pub(super) language: Language,
    pub(super) options: Options,
    /// Its real path, if it is a file.
    pub(super) path: Option<PathBuf>,
    /// The root of the repository that it is in.
    pub(super) repository: Option<PathBuf>,
    /// Whether it waits to be published.
    pub(super) is_marked: bool,
    /// Whether the workspace knows this version.
    pub(super) is_shared: bool,
    /// The last analysis: without [`Self::edits`], and perhaps with other options.
    pub(super) analysis: Option<Arc<Analysis>>,
    /// Edits of the text since the last analysis.
    pub(super) edits: Vec<TextEdit>,
    /// In which state a panic kept it from being checked.
    pub(super) failed: Option<u64>,
    /// Where and in which state completion was last requested.
    pub(super) completed: Option<(u64, usize)>,
    /// What the last notification of changes put in, from its first place to its last; `None` as
    /// long as nothing was changed.
    pub(super) typed: Option<TextRange>,
}

impl OpenDocument {
    /// Applies the settings; returns whether they change anything.
    pub(super) fn set_settings(&mut self, effective: Effective) -> bool {
        let options = Options {
            surroundings: Arc::clone(&self.options.surroundings),
            ..Options::of(effective)
        };
        if self.options == options {
            return false;
        }
        self.options = options;
        self.is_due = true;
        true
    }

    /// The analysis of the newest version. It is computed on demand, so that the changes of a burst
    /// are analysed together.
    pub fn analysis(&mut self) -> Arc<Analysis> {
        let edits = std::mem::take(&mut self.edits);
        // Taken out first: if the analysis panics, the next one starts from the text.
        let analysis = match self.analysis.take() {
            Some(known) if edits.is_empty() && known.options == self.options => known,
            Some(known) => {
                let document = known.document.edited(&edits);
                Arc::new(Analysis::new(document, self.options.clone(), Some(&known)))
            }
            None => Arc::new(Analysis::new(self.document(), self.options.clone(), None)),
        };
        // Share the text with the analysis instead of keeping it twice.
        self.text = analysis.document.text().clone();
        Arc::clone(self.analysis.insert(analysis))
    }

    /// Text and tree of the newest version, read from its start.
    pub(super) fn document(&self) -> Document {
        Document::from_text(self.text.clone(), &self.text.to_string(), self.language)
    }

    /// Whether a panic kept it from being checked as it is now.
    pub(super) fn has_failed(&self) -> bool {
        self.failed == Some(self.state)
    }

    /// Its real path, if it is a file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Notes a request for completion that did not come from a character. Returns whether the
    /// author must have made it: editors ask by themselves once after each letter, so it is certain
    /// where the request before it was the same, or where the last change was on other lines.
    pub fn is_asked_by_author(&mut self, offset: usize) -> bool {
        let request = Some((self.state, offset));
        let is_again = std::mem::replace(&mut self.completed, request) == request;
        let line = |offset| self.text.line_of(offset);
        let is_elsewhere = self.typed.is_none_or(|typed| {
            line(offset) < line(typed.start()) || line(typed.end()) < line(offset)
        });
        is_again || is_elsewhere
    }

    /// Notes that a range was replaced by so many bytes.
    fn note_typed(&mut self, replaced: TextRange, length: usize) {
        let mut typed = TextRange::new(replaced.start(), replaced.start() + length);
        if let Some(before) = self.typed {
            let moved = |at: usize| match at < replaced.end() {
                true => at.min(replaced.start()),
                false => at - replaced.len() + length,
            };
            typed = typed.cover(TextRange::new(moved(before.start()), moved(before.end())));
        }
        self.typed = Some(typed);
    }

    /// Makes the next analysis start from the text.
    pub(super) fn forget_analysis(&mut self) {
        self.edits.clear();
        self.analysis = None;
    }

    pub(super) fn apply(&mut self, change: TextDocumentContentChangeEvent, encoding: Encoding) {
        self.is_shared = false;
        let Some(range) = change.range else {
            self.text = Text::new(&change.text);
            self.typed = Some(TextRange::new(0, self.text.len()));
            self.is_stale = false;
            self.version = self.newest;
            self.forget_analysis();
            return;
        };
        if self.is_stale {
            return;
        }
        let range = convert::text_range(&self.text, range, encoding);
        let range = self.text.apply(range, &change.text);
        self.note_typed(range, change.text.len());
        if self.analysis.is_some() {
            let new_text = change.text;
            self.edits.push(TextEdit { range, new_text });
        }
    }
}
