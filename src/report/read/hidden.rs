//! What is not seen of a document.

use std::collections::BTreeSet;

use crate::report::files::Files;
use crate::report::{FilePlace, Hidden, Reason};
use crate::rules::secret::mask_name;
use crate::syntax::document::Document;
use crate::syntax::leaf::SyntaxErrorKind;

/// What is not seen, with the operations that it touches, in the order in which it was met.
#[derive(Default)]
pub(super) struct HiddenParts {
    all: Vec<(Hidden, BTreeSet<usize>)>,
}

impl HiddenParts {
    /// Notes what is wrong with the text, so that parts of it are not read.
    pub(super) fn of_text(&mut self, document: &Document, files: &Files<'_>) {
        let errors = document.tree().errors();
        let errors = errors.iter().filter(|error| !error.kind.is_clear());
        let hides = errors.map(|error| {
            let what = match error.kind {
                SyntaxErrorKind::DuplicateKey => {
                    "a key that is there twice, of which the last counts"
                }
                SyntaxErrorKind::Ellipsis | SyntaxErrorKind::EllipsisText => "something left out",
                _ => "a syntax error",
            };
            (what, Some(error.range))
        });
        let of_text = if document.conflicts().is_some() {
            Some(("a merge conflict", None))
        } else if document.templated().is_some() {
            Some(("code of a template engine", None))
        } else {
            None
        };
        // One kind is said once.
        for (what, range) in of_text.map_or_else(|| hides.collect(), |one| vec![one]) {
            let place = range.map(|range| files.here(range));
            self.note(Reason::Text, what, place, None);
        }
    }

    /// Notes something, and an operation that it touches.
    pub(super) fn note(
        &mut self,
        why: Reason,
        what: &str,
        place: Option<FilePlace>,
        operation: Option<usize>,
    ) {
        // A list that cannot be read has no name but its place.
        let is_same = |known: &Hidden| {
            known.why == why
                && known.what == mask_name(what)
                && (!what.is_empty() || known.place == place)
        };
        let known = self.all.iter_mut().find(|(known, _)| is_same(known));
        if let Some((_, operations)) = known {
            operations.extend(operation);
            return;
        }
        let hidden = Hidden {
            why,
            what: mask_name(what).into_owned(),
            place,
            operations: None,
        };
        self.all.push((hidden, operation.into_iter().collect()));
    }

    /// All of it.
    pub(super) fn finish(self) -> Vec<Hidden> {
        let counted = self.all.into_iter().map(|(hidden, operations)| Hidden {
            operations: Some(operations.len()).filter(|count| *count > 0),
            ..hidden
        });
        counted.collect()
    }
}
