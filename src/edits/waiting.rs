//! Edits of one text that do not touch each other. To read a long document again after each of many
//! steps takes too long; those that are apart wait, and are read together.

use std::collections::{BTreeMap, HashSet};

use super::layout::entry_range;
use super::path::NodePath;
use crate::syntax::tree::{Tree, pointer_key};
use crate::text::TextEdit;
use crate::text::range::TextRange;

/// What the text before the edits says of a place.
pub(super) enum Seen<'t> {
    /// What stands there, which no edit touches.
    There(NodePath<'t>),
    /// Nothing stands there, with and without the edits.
    Nowhere,
    /// The edits have to be read first.
    Changed,
}

/// Edits of one text that do not touch each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting {
    /// By their starts and their order.
    edits: BTreeMap<(usize, usize), TextEdit>,
    /// The pointers of what has other children than in the text.
    changed: HashSet<String>,
    /// These, and the pointers of all that they are in.
    within: HashSet<String>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits, sorted.
    pub(super) fn edits(&self) -> Vec<TextEdit> {
        self.edits.values().cloned().collect()
    }

    /// Whether an edit touches a range.
    pub(super) fn touches(&self, range: TextRange) -> bool {
        let mut before = self.edits.range(..=(range.end(), usize::MAX));
        let last = before.next_back();
        last.is_some_and(|(_, edit)| edit.range.end() >= range.start())
    }

    /// Adds the edits of a step, which change the children of what is at a pointer; `false` if they
    /// touch others.
    pub(super) fn add(&mut self, edits: &[TextEdit], changed: &str) -> bool {
        if edits.iter().any(|edit| self.touches(edit.range)) {
            return false;
        }
        for edit in edits {
            let key = (edit.range.start(), self.edits.len());
            self.edits.insert(key, edit.clone());
        }
        self.changed.insert(changed.to_owned());
        let ends = changed.match_indices('/').map(|(at, _)| at);
        for end in ends.chain([changed.len()]) {
            self.within
                .insert(changed.get(..end).unwrap_or_default().to_owned());
        }
        true
    }

    /// Whether an edit changes what is at a pointer, or something in it.
    pub(super) fn is_within(&self, pointer: &str) -> bool {
        self.within.contains(pointer)
    }

    /// What the text before the edits says of a JSON Pointer. Aliases and merge keys are not
    /// followed.
    pub(super) fn look<'t>(&self, tree: &'t Tree, pointer: &str) -> Seen<'t> {
        let mut path = NodePath::root(tree);
        let mut end = 0;
        let mut own = path.node().range();
        for token in pointer.split('/').skip(1) {
            let has_changed = self
                .changed
                .contains(pointer.get(..end).unwrap_or_default());
            end += 1 + token.len();
            let token = pointer_key(token);
            let is_list = path.node().is_sequence();
            let next = match is_list {
                true => token.parse().ok().and_then(|at| path.item(at)),
                false => path.field(&token),
            };
            let Some(next) = next.filter(|_| !(is_list && has_changed)) else {
                return match has_changed {
                    true => Seen::Changed,
                    false => Seen::Nowhere,
                };
            };
            own = match next.entry() {
                Some(entry) if self.touches(entry.key.range()) => return Seen::Changed,
                Some(entry) => entry_range(entry),
                None => next.node().range(),
            };
            path = next;
        }
        match self.touches(own) || self.is_within(pointer) {
            true => Seen::Changed,
            false => Seen::There(path),
        }
    }
}
