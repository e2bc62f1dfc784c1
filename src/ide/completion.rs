//! Completion wherever security is written, for every version.

// What is half typed has columns in any order; a list that is missing is better than a panic.
#![deny(clippy::string_slice, clippy::indexing_slicing)]

mod block;
mod candidates;
mod cursor;
mod fields;
mod flow;
pub mod item;
mod json;
mod lex;
mod rule_names;
mod schemes;
pub mod settings;
mod typing;
mod urls;

use cursor::Cursor;
use flow::FlowCursor;
use item::{Candidate, CompletionContext, CompletionItem, CompletionOptions};

use super::role::{Role, role_at};
use crate::analysis::Analysis;
use crate::model::DocumentKind;
use crate::rules::notation::in_notation;
use crate::spec::Version;
use crate::syntax::document::Document;
use crate::syntax::format::Format;
use crate::workspace::graph::offered::SchemeElsewhere;

/// The items at `offset` (bytes); empty where nothing about security can be written.
///
/// The further lines of a snippet are indented relative to the line of the cursor, as editors
/// expect it by default (LSP 3.17, `InsertTextMode.adjustIndentation`); plain texts are to be
/// inserted as they are.
pub fn complete(
    analysis: &Analysis,
    offset: usize,
    options: CompletionOptions,
) -> Vec<CompletionItem> {
    complete_with(analysis, offset, options, &Vec::new)
}

/// The same with the schemes of other files, which are only looked for where they may be written.
pub fn complete_with(
    analysis: &Analysis,
    offset: usize,
    options: CompletionOptions,
    elsewhere: &dyn Fn() -> Vec<SchemeElsewhere>,
) -> Vec<CompletionItem> {
    let document = &analysis.document;
    if let Some(cursor) = rule_names::cursor_in_comment(analysis, offset) {
        let rules = rule_names::all(analysis, true);
        return items(rules, cursor, analysis, offset, options);
    }
    let Some(mut cursor) = cursor_at(document, offset) else {
        let Some(cursor) = fields::cursor_in_empty_json(document, offset) else {
            return Vec::new();
        };
        let first = fields::asyncapi_field(&cursor);
        return items(first, cursor, analysis, offset, options);
    };
    let first = fields::asyncapi(analysis, &cursor);
    let model = &analysis.model;
    let Some(version) = model.version.filter(|_| model.kind != DocumentKind::Other) else {
        return items(first, cursor, analysis, offset, options);
    };
    if rule_names::are_named(&cursor) {
        let rules = rule_names::all(analysis, false);
        return items(rules, cursor, analysis, offset, options);
    }
    let role = role_at(model, &cursor.path);
    let mut found = candidates_at(role, analysis, version, &mut cursor, elsewhere);
    if found.is_empty()
        && document.tree().format() == Format::Yaml
        && let Some((role, in_list)) = other_cursor(role, analysis, offset)
    {
        cursor = in_list;
        found = candidates_at(role, analysis, version, &mut cursor, elsewhere);
    }
    found.extend(first);
    items(found, cursor, analysis, offset, options)
}

/// What a line of block YAML may be the beginning of, if it is not what it looks like.
fn other_cursor(role: Role, analysis: &Analysis, offset: usize) -> Option<(Role, Cursor<'_>)> {
    let cursor = match role {
        Role::Site(_) | Role::Scheme { .. } | Role::Requirement => {
            block::in_list_of_key(&analysis.document, offset)
        }
        Role::Field => block::in_item_with_colon(&analysis.document, offset),
        _ => None,
    }?;
    let role = role_at(&analysis.model, &cursor.path);
    Some((role, cursor))
}

/// The cursor at `offset`; `None` in comments and wherever else nothing can be completed.
fn cursor_at(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    if offset > document.text().len() {
        return None;
    }
    match document.tree().format() {
        Format::Json => json::cursor(document, offset),
        Format::Yaml => match flow::cursor(document, offset) {
            FlowCursor::Cursor(cursor) => Some(*cursor),
            FlowCursor::Nothing => None,
            FlowCursor::Block => block::cursor(document, offset),
        },
    }
}

fn candidates_at(
    role: Role,
    analysis: &Analysis,
    version: Version,
    cursor: &mut Cursor<'_>,
    elsewhere: &dyn Fn() -> Vec<SchemeElsewhere>,
) -> Vec<Candidate> {
    candidates::start_list(role, cursor);
    candidates::begin_scope(role, cursor, analysis.document.text());
    let context = CompletionContext {
        analysis,
        version,
        cursor,
        elsewhere,
    };
    candidates::candidates(role, &context)
}

fn items(
    candidates: Vec<Candidate>,
    mut cursor: Cursor<'_>,
    analysis: &Analysis,
    offset: usize,
    options: CompletionOptions,
) -> Vec<CompletionItem> {
    let document = &analysis.document;
    let text = document.text();
    cursor.layout.habits = cursor.habits(document);
    let candidates = if options.is_asked {
        candidates
    } else {
        typing::offered(candidates, &cursor, text, offset)
    };
    let mut items: Vec<CompletionItem> = candidates
        .into_iter()
        .filter_map(|candidate| item::item(candidate, &cursor, document, options))
        .collect();
    let format = analysis.document.tree().format();
    for item in &mut items {
        for text in [&mut item.detail, &mut item.documentation]
            .into_iter()
            .flatten()
        {
            *text = in_notation(text, format).into_owned();
        }
    }
    items.sort_by(|left, right| left.sort.cmp(&right.sort));
    items
}
