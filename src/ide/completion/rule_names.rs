//! Ids of rules in the suppressions of a document: comments, and the key that JSON has as well.

use super::cursor::{Cursor, Slot};
use super::item::{Candidate, Insert, ItemKind};
use crate::analysis::Analysis;
use crate::analysis::suppress::read::{KEY, name_at};
use crate::edits::render::Style;
use crate::edits::template::Template;
use crate::ide::role::last_key;
use crate::ide::summary;
use crate::rules::registry::RULES;
use crate::rules::rule::Group;

/// The cursor in the list of a comment `asyncapi-security: ignore[...]`.
pub fn cursor_in_comment(analysis: &Analysis, offset: usize) -> Option<Cursor<'_>> {
    let document = &analysis.document;
    let word = name_at(document, offset)?;
    Some(Cursor::alone(word, Style::Flow, document.text()))
}

/// Whether a rule is named at the cursor: after the key that silences rules, in its list, or after
/// `rule` in its object.
pub fn are_named(cursor: &Cursor<'_>) -> bool {
    let is_inside = last_key(&cursor.path) == Some(KEY);
    match &cursor.slot {
        Slot::Value(key) => key == KEY || (is_inside && key == "rule"),
        Slot::Item => is_inside,
        Slot::Key { .. } => false,
    }
}

/// All rules that can be silenced, first those that found something in the document.
pub fn all(analysis: &Analysis, in_comment: bool) -> Vec<Candidate> {
    let has_found = |id: &str| {
        analysis
            .findings
            .iter()
            .any(|finding| finding.rule.id == id)
    };
    let rules = RULES.iter().filter(|rule| rule.group != Group::Suppression);
    let candidates = rules.enumerate().map(|(at, rule)| {
        let id = rule.id.to_owned();
        let insert = Insert::Value(match in_comment {
            true => Template::Verbatim(id),
            false => Template::Text(id),
        });
        let mut candidate = Candidate::new(rule.id, ItemKind::Value, insert);
        candidate.detail = Some(rule.title.to_owned());
        candidate.documentation = Some(summary::linked_rule(rule));
        candidate.rank = (if has_found(rule.id) { 0 } else { 1 }, at);
        candidate
    });
    candidates.collect()
}
