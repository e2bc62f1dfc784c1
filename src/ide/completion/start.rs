//! The `asyncapi` field: what a new document starts with, and the versions that are known.

use super::ItemKind;
use super::cursor::{Cursor, Slot};
use super::items::{Insert, Offer};
use crate::analysis::Analysis;
use crate::edits::render::{Layout, Style};
use crate::edits::template::{Template, TemplateKey};
use crate::ide::markdown::link;
use crate::model::DocumentKind;
use crate::spec::Version;
use crate::syntax::document::{Document, Format};
use crate::text::range::TextRange;

const FIELD: &str = "asyncapi";

/// Keys that only AsyncAPI documents and their like have at the root.
const TELLING_KEYS: [&str; 5] = ["channels", "components", "info", "operations", "servers"];

/// Keys that say that the document is of another kind.
const FOREIGN_KEYS: [&str; 4] = ["openapi", "swagger", "$schema", "apiVersion"];

/// The offers for the field and for its value; none where it does not fit.
pub fn offers(analysis: &Analysis, cursor: &Cursor<'_>) -> Vec<Offer> {
    let is_ours = analysis.model.kind == DocumentKind::AsyncApi;
    if !cursor.path.is_empty() {
        return Vec::new();
    }
    match &cursor.slot {
        Slot::Value(key) if is_ours && key == FIELD => versions(cursor),
        Slot::Key { .. } if !is_ours && fits(analysis, cursor) => field(cursor),
        Slot::Key { .. } | Slot::Value(_) | Slot::Item => Vec::new(),
    }
}

/// The cursor in a JSON document in which nothing stands yet, not even its braces.
pub fn in_nothing(document: &Document, offset: usize) -> Option<Cursor<'_>> {
    let text = document.text();
    let is_short = text.len() < 1024;
    let whole = TextRange::new(0, text.len());
    let is_json = document.tree().format() == Format::Json;
    (is_json && is_short && text.slice(whole).trim().is_empty()).then(|| Cursor {
        path: Vec::new(),
        slot: Slot::Item,
        word: TextRange::empty(offset),
        quote: None,
        siblings: Vec::new(),
        items: Vec::new(),
        container: None,
        anchor: 0,
        layout: Layout {
            style: Style::Json,
            indent: String::new(),
            unit: "  ".to_owned(),
            base: String::new(),
            inline: false,
            tight: false,
            line_break: text.line_break(0),
        },
        before: "",
        has_value: false,
        comma_at: None,
        after: super::cursor::After::Nothing,
    })
}

/// The field as the start of a document.
pub fn field(cursor: &Cursor<'_>) -> Vec<Offer> {
    let newest = Version::ALL.into_iter().next_back();
    let offer = newest.map(|version| {
        let member = (TemplateKey::of(FIELD), text(version, cursor));
        let label = format!("{FIELD}: {}", version.as_str());
        let insert = Insert::Members(vec![member]);
        let mut offer = Offer::new(label, ItemKind::Snippet, insert);
        offer.detail = Some("new AsyncAPI document".to_owned());
        offer.documentation = Some(link(version, ""));
        offer
    });
    offer.into_iter().collect()
}

fn versions(cursor: &Cursor<'_>) -> Vec<Offer> {
    let newest_first = Version::ALL.into_iter().rev().enumerate();
    newest_first
        .map(|(rank, version)| {
            let insert = Insert::Value(text(version, cursor));
            let mut offer = Offer::new(version.as_str(), ItemKind::Value, insert);
            offer.documentation = Some(link(version, ""));
            offer.rank = (5, rank);
            offer.preselect = rank == 0;
            offer
        })
        .collect()
}

/// A version needs no quotes in YAML: with two dots it is no number.
fn text(version: Version, cursor: &Cursor<'_>) -> Template {
    let text = version.as_str().to_owned();
    if cursor.layout.style == Style::Json || cursor.quote.is_some() {
        Template::Text(text)
    } else {
        Template::Verbatim(text)
    }
}

/// Whether the document is new, or one of ours in which the field lacks and is being typed.
fn fits(analysis: &Analysis, cursor: &Cursor<'_>) -> bool {
    let document = &analysis.document;
    let typed = document.text().slice(cursor.word);
    let typed = typed.trim().trim_matches(['"', '\'']);
    if !FIELD.starts_with(typed) || FOREIGN_KEYS.iter().any(|key| cursor.has(key)) {
        return false;
    }
    let root = document.tree().root();
    let is_new = cursor.siblings.is_empty()
        && (root.is_missing()
            || root.is_mapping()
            || (root.is_scalar()
                && cursor.word.start <= root.range().start + 1
                && root.range().end <= cursor.word.end + 1));
    is_new || (!typed.is_empty() && TELLING_KEYS.iter().any(|key| cursor.has(key)))
}
