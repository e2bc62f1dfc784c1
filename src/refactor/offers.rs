//! What a place suggests, tried at once or once the user has chosen it.

use super::change::{Change, RefactorKind, Refusal};

/// In a document with more bytes nothing is tried before the user has chosen it: editors ask what
/// there is whenever the cursor moves, and each try reads the whole document again.
pub const DEAR: usize = 64 << 10;

/// A refactoring that a place suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refactoring {
    /// The title in a menu.
    pub title: String,
    /// What it is.
    pub kind: RefactorKind,
    /// What it changes, or why it cannot be done; `None` if it was not tried.
    pub result: Option<Result<Change, Refusal>>,
}

/// Which refactorings are tried.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tried<'t> {
    /// All of them.
    All,
    /// None of them.
    None,
    /// The one with this title.
    Chosen(&'t str),
}

/// The refactorings that a place suggests.
#[derive(Debug)]
pub(super) struct Offers<'t> {
    tried: Tried<'t>,
    /// Those so far.
    pub found: Vec<Refactoring>,
}

impl<'t> Offers<'t> {
    pub fn new(tried: Tried<'t>) -> Self {
        let found = Vec::new();
        Self { tried, found }
    }

    /// Adds a refactoring that `work` does.
    pub fn push(
        &mut self,
        kind: RefactorKind,
        title: String,
        work: impl FnOnce() -> Result<Change, Refusal>,
    ) {
        let is_tried = match self.tried {
            Tried::All => true,
            Tried::None => false,
            Tried::Chosen(chosen) => title == chosen,
        };
        self.found.push(Refactoring {
            title,
            kind,
            result: is_tried.then(work),
        });
    }
}
