//! Completion at every security place of every version.

mod block;
mod cursor;
mod fields;
mod flow;
mod items;
mod json;
mod lex;
mod offers;
mod schemes;
mod start;

use cursor::Cursor;
use items::Offer;

use super::place::{Part, part_at};
use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::spec::Version;
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
    /// A second edit, above the first: the comma that lacks after the member before (JSON).
    pub also: Option<TextEdit>,
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
///
/// The further lines of a snippet are indented relative to the line of the cursor, as editors
/// expect it by default (LSP 3.17, `InsertTextMode.adjustIndentation`); plain texts are to be
/// inserted as they are.
pub fn complete(
    analysis: &Analysis,
    offset: usize,
    options: CompletionOptions,
) -> Vec<CompletionItem> {
    let Some(mut cursor) = cursor::at(analysis, offset) else {
        let nothing = start::in_nothing(&analysis.document, offset);
        return nothing.map_or_else(Vec::new, |cursor| {
            written(start::field(&cursor), &cursor, analysis, options)
        });
    };
    let first = start::offers(analysis, &cursor);
    let model = &analysis.model;
    let Some(version) = model.version.filter(|_| model.kind != DocumentKind::Other) else {
        return written(first, &cursor, analysis, options);
    };
    let part = part_at(model, &cursor.path);
    let mut found = part_offers(part, analysis, version, &mut cursor);
    let may_hold_list = matches!(
        part,
        Part::Site(_) | Part::Scheme { .. } | Part::Requirement
    );
    if found.is_empty()
        && may_hold_list
        && let Some(in_list) = cursor::in_list_of_key(analysis, offset)
    {
        cursor = in_list;
        let part = part_at(model, &cursor.path);
        found = part_offers(part, analysis, version, &mut cursor);
    }
    found.extend(first);
    written(found, &cursor, analysis, options)
}

fn part_offers(
    part: Part,
    analysis: &Analysis,
    version: Version,
    cursor: &mut Cursor<'_>,
) -> Vec<Offer> {
    offers::start_list(part, cursor);
    let around = offers::Around {
        analysis,
        version,
        cursor,
    };
    offers::offers(part, &around)
}

fn written(
    offers: Vec<Offer>,
    cursor: &Cursor<'_>,
    analysis: &Analysis,
    options: CompletionOptions,
) -> Vec<CompletionItem> {
    let text = analysis.document.text();
    let mut items: Vec<CompletionItem> = offers
        .into_iter()
        .filter_map(|offer| items::item(offer, cursor, text, options))
        .collect();
    items.sort_by(|left, right| left.sort.cmp(&right.sort));
    items
}
