//! Completion at every security place of every version.

use crate::analysis::Analysis;
use crate::text::TextEdit;

/// What the client can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompletionOptions {
    /// Snippets with tab stops (`$1`, `${1:text}`, `$0`), else plain text.
    pub snippets: bool,
}

/// What an item stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A key of an object.
    Field,
    /// A value of an enumeration.
    Value,
    /// A whole object.
    Snippet,
    /// The name of a scheme, or a `$ref` to it.
    Reference,
    /// A scope.
    Scope,
}

/// One completion item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What the list shows.
    pub label: String,
    /// A few words after the label (type of the value, `required` ...).
    pub detail: Option<String>,
    /// What it stands for.
    pub kind: ItemKind,
    /// Markdown.
    pub documentation: Option<String>,
    /// What to put where. The range is on the line of the cursor and touches it.
    pub edit: TextEdit,
    /// Whether the new text is a snippet.
    pub is_snippet: bool,
    /// What the client compares with what stands in the range.
    pub filter: String,
    /// The order in the list.
    pub sort: String,
    /// Struck through.
    pub deprecated: bool,
    /// Chosen first.
    pub preselect: bool,
}

/// The items at `offset` (bytes); empty where nothing of ours stands.
pub fn complete(
    _analysis: &Analysis,
    _offset: usize,
    _options: CompletionOptions,
) -> Vec<CompletionItem> {
    Vec::new()
}
