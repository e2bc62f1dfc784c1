//! What is offered by itself while the author types. In some editors the first entry of an open
//! list is selected and Enter accepts it, so no list may be open where a line may be complete.

use super::cursor::{Cursor, Slot};
use super::item::{Candidate, Insert, ItemKind};
use crate::edits::render::Style;
use crate::edits::template::{Template, TemplateKey};
use crate::text::Text;
use crate::text::range::TextRange;

/// Marks around a text.
const QUOTES: [char; 2] = ['"', '\''];

/// The candidates that may be shown at `offset` although nobody asked for them.
pub(super) fn offered(
    mut candidates: Vec<Candidate>,
    cursor: &Cursor<'_>,
    text: &Text,
    offset: usize,
) -> Vec<Candidate> {
    let start = cursor.word.start().min(offset);
    let typed = text.slice(TextRange::new(start, offset));
    let last = offset.checked_sub(1).and_then(|at| text.byte(at));
    if !has_begun(cursor, &typed, last) {
        return Vec::new();
    }
    if matches!(cursor.slot, Slot::Value(_)) {
        // An object or a list is written below its key, so Enter comes next.
        candidates.retain(is_scalar);
    }
    let begin = typed.trim_start_matches(QUOTES);
    candidates.retain(|candidate| {
        let text = candidate.filter.as_ref().unwrap_or(&candidate.label);
        !candidate.by_beginning || begins(text, begin)
    });
    if matches!(&cursor.slot, Slot::Value(key) if key == "protocol") {
        // Any name may be right: `pubsub` is not to become `googlepubsub`.
        let typed = typed.trim_start_matches(QUOTES);
        candidates.retain(|candidate| begins(&candidate.label, typed));
    }
    let whole = text.slice(cursor.word);
    let words = [typed, whole].map(|word| word.trim_matches(QUOTES).to_owned());
    let is_written = |candidate: &Candidate| {
        let written = |name: &str| words.iter().any(|word| name.eq_ignore_ascii_case(word));
        names(candidate).any(written)
            || may_end(candidate, &words[0])
            || lacks_last_number(&candidate.label, &words[0])
    };
    if candidates.iter().any(is_written) {
        return Vec::new();
    }
    candidates
}

/// Whether something was typed that only a key, value or item can follow.
fn has_begun(cursor: &Cursor<'_>, typed: &str, last: Option<u8>) -> bool {
    if !typed.is_empty() {
        let is_closed = typed.len() > 1 && typed.starts_with(QUOTES) && typed.ends_with(QUOTES);
        return !is_closed;
    }
    if cursor.quote.is_some() {
        return true;
    }
    let after_blank = last == Some(b' ');
    match cursor.slot {
        // Blanks alone are indentation.
        Slot::Key { .. } => false,
        Slot::Value(_) => after_blank,
        Slot::Item => {
            let after_dash = cursor.layout.style == Style::Block && cursor.before.is_empty();
            after_blank && after_dash
        }
    }
}

fn is_scalar(candidate: &Candidate) -> bool {
    !matches!(
        candidate.insert,
        Insert::Value(
            Template::Map(_)
                | Template::List(_)
                | Template::FlowList(_)
                | Template::Open
                | Template::OpenList
        )
    )
}

/// What an author may write in place of accepting the candidate.
fn names(candidate: &Candidate) -> impl Iterator<Item = &str> {
    let written = match &candidate.insert {
        Insert::Members(members) => members.first().and_then(|(key, _)| match key {
            TemplateKey::Text(text) => Some(text),
            TemplateKey::Hole(_) => None,
        }),
        Insert::Value(Template::Text(text) | Template::Verbatim(text)) => Some(text),
        Insert::Value(_) | Insert::Url(_) => None,
    };
    [Some(&candidate.label), candidate.filter.as_ref(), written]
        .into_iter()
        .flatten()
        .map(String::as_str)
}

/// Whether what is typed may be complete without the rest of the candidate: `read` is a scope as
/// `read:pets` is one.
fn may_end(candidate: &Candidate, typed: &str) -> bool {
    let is_free = candidate.kind == ItemKind::Scope || typed.contains("://");
    let text = candidate.filter.as_ref().unwrap_or(&candidate.label);
    let rest = text.strip_prefix(typed);
    // A file may be meant as a whole.
    let rest = rest.filter(|rest| is_free || candidate.by_beginning && rest.starts_with('#'));
    !typed.is_empty() && rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether a name begins with what is typed, in any case.
fn begins(name: &str, typed: &str) -> bool {
    let begin = name.get(..typed.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(typed))
}

/// Whether only the last number of a version is missing. VS Code leaves an open list as it is while
/// a number is typed, and Enter after `3.0.0` would accept the entry.
fn lacks_last_number(version: &str, typed: &str) -> bool {
    let rest = version.strip_prefix(typed).unwrap_or_default();
    let number = rest.strip_prefix('.').unwrap_or(rest);
    let is_number = !number.is_empty() && number.bytes().all(|at| at.is_ascii_digit());
    typed.contains('.') && is_number
}
