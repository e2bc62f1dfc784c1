//! Hover on every key and value of a security part.

use crate::analysis::Analysis;
use crate::text::range::TextRange;

/// What a hover shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: TextRange,
    /// Markdown.
    pub markdown: String,
}

/// The hover at `offset` (bytes), if something of ours stands there.
pub fn hover(_analysis: &Analysis, _offset: usize) -> Option<Hover> {
    None
}
