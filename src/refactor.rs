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
pub mod offers;
pub mod place;
mod scopes;

use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::text::range::TextRange;
use change::{Change, RefactorKind, Refusal};
use offers::{DEAR, Offers, Refactoring, Tried};

/// The refactorings that a place suggests, of the kinds that `is_wanted` accepts. Those that the
/// place suggests and the document does not allow say why; of a document that is longer than
/// [`DEAR`] none was tried.
pub fn refactorings(
    analysis: &Analysis,
    place: TextRange,
    is_wanted: impl Fn(RefactorKind) -> bool,
) -> Vec<Refactoring> {
    let tried = match analysis.document.text().len() > DEAR {
        true => Tried::None,
        false => Tried::All,
    };
    suggested(analysis, place.start(), tried, is_wanted)
}

/// Does the refactoring of that title that a place suggests; `None` if there is none.
pub fn chosen(analysis: &Analysis, offset: usize, title: &str) -> Option<Result<Change, Refusal>> {
    let found = suggested(analysis, offset, Tried::Chosen(title), |_| true);
    found.into_iter().find_map(|one| one.result)
}

fn suggested(
    analysis: &Analysis,
    offset: usize,
    tried: Tried<'_>,
    is_wanted: impl Fn(RefactorKind) -> bool,
) -> Vec<Refactoring> {
    let document = &analysis.document;
    let is_read = analysis.model.kind != DocumentKind::Other && !document.tree().is_too_long();
    // What is written in a template, or on one side of a merge conflict, is not what it means.
    if !is_read || document.templated().is_some() || document.conflicts().is_some() {
        return Vec::new();
    }
    let offset = place::settled(document, offset);
    let mut found = Offers::new(tried);
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
        migrate::offer(analysis, offset, &mut found);
        migrate::offer_pasted(analysis, offset, &mut found);
    }
    if is_wanted(RefactorKind::Move) {
        files::offer(analysis, offset, &mut found);
    }
    found.found
}
