//! Refactorings: changes that an author asks for, of what security parts say in which place.
//!
//! Each is a function of an analysis, and of a place in it, that returns a change or the reason why
//! there is none. What is done by [`change::checked`] holds for all of them: no comment is lost and
//! no error is added, and most keep what every operation demands ([`meaning`]).

pub mod change;
mod copy;
mod extract;
pub mod files;
mod flow;
mod inline;
pub mod meaning;
pub mod migrate;
mod names;
mod place;
mod scopes;

use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::text::range::TextRange;
use change::{RefactorKind, Refactoring};

/// The refactorings that a place suggests, of the kinds that `is_wanted` accepts. Those that the
/// place suggests and the document does not allow say why.
pub fn refactorings(
    analysis: &Analysis,
    place: TextRange,
    is_wanted: impl Fn(RefactorKind) -> bool,
) -> Vec<Refactoring> {
    let document = &analysis.document;
    let is_read = analysis.model.kind != DocumentKind::Other && !document.tree().is_too_long();
    // What is written in a template, or on one side of a merge conflict, is not what it means.
    if !is_read || document.templated().is_some() || document.conflicts().is_some() {
        return Vec::new();
    }
    let offset = place::settled(document, place.start);
    let mut found = Vec::new();
    if is_wanted(RefactorKind::Extract) {
        extract::offer(analysis, offset, &mut found);
    }
    if is_wanted(RefactorKind::Inline) {
        inline::offer(analysis, offset, &mut found);
    }
    if is_wanted(RefactorKind::Rewrite) {
        copy::offer(analysis, offset, &mut found);
        scopes::offer(analysis, offset, &mut found);
        flow::offer(analysis, offset, &mut found);
        if document.text().len() <= migrate::DEAR {
            migrate::offer(analysis, offset, &mut found);
        }
        migrate::offer_pasted(analysis, offset, &mut found);
    }
    if is_wanted(RefactorKind::Move) {
        files::offer(analysis, offset, &mut found);
    }
    found
}
