//! What a refactoring returns, and what holds for all of them.

use super::meaning::meaning;
use crate::analysis::Analysis;
use crate::fixes::{backwards, has_more, is_error};
use crate::rules::fix::comments;
use crate::rules::fix::holes::Hole;
use crate::text::TextEdit;

/// What a refactoring is (LSP 3.17, `CodeActionKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefactorKind {
    /// What stands in place is declared elsewhere.
    Extract,
    /// What is declared elsewhere stands in place.
    Inline,
    /// A declaration goes to another file.
    Move,
    /// The same is said in another way, or something else in its place.
    Rewrite,
}

/// Why a refactoring is not possible: a sentence with a full stop, for the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    /// A refusal for a reason.
    pub fn because<T>(reason: impl Into<String>) -> Result<T, Self> {
        Err(Self(reason.into()))
    }

    /// The edits cannot be written in this text: an anchor, an alias or a bracket is in the way.
    pub fn unwritable() -> Self {
        let reason = "An anchor, an alias or the style of the text is in the way.";
        Self(reason.to_owned())
    }
}

/// A file to be created beside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What a refactoring changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The edits of the current text: sorted, not overlapping.
    pub edits: Vec<TextEdit>,
    /// What the author may replace.
    pub holes: Vec<Hole>,
    /// The file that takes what goes out of the document.
    pub new_file: Option<NewFile>,
}

impl From<Vec<TextEdit>> for Change {
    fn from(edits: Vec<TextEdit>) -> Self {
        Self {
            edits,
            ..Self::default()
        }
    }
}

/// Whether a change keeps what every operation demands of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It does.
    Keeps,
    /// It may not.
    Changes,
}

/// A change after a look at what it does to the document.
pub fn checked(analysis: &Analysis, change: Change, effect: Effect) -> Result<Change, Refusal> {
    if change.new_file.is_none() && comments::are_lost(&analysis.document, &change.edits) {
        return Refusal::because("A comment would be lost: move it first.");
    }
    let after = analysis.edited(&backwards(&change.edits));
    if has_more(analysis, &after, is_error) {
        let is_new = |message: &str| analysis.findings.iter().all(|old| old.message != message);
        let mut errors = after.findings.iter().filter(|finding| is_error(finding));
        let error = errors.find(|error| is_new(&error.message));
        let error = error.map_or("one more error", |error| &error.message);
        return Refusal::because(format!("The document would then have an error: {error}."));
    }
    if effect == Effect::Keeps && meaning(analysis) != meaning(&after) {
        return Refusal::because("It would change what some operation demands.");
    }
    Ok(change)
}
