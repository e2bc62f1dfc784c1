//! Settings before anybody knows what they mean: the values of TOML with their places. What the
//! client sends as JSON is made into the same, so that one reader serves both.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::text::range::TextRange;

/// A value with its place.
pub type Value<'v> = Spanned<DeValue<'v>>;

/// A key with its place.
pub type Key<'v> = Spanned<Cow<'v, str>>;

/// What is wrong with the grammar of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarError {
    /// Where.
    pub range: TextRange,
    /// What, in words.
    pub message: String,
}

/// Reads TOML; where its grammar is broken, what can be read nevertheless.
pub fn of_toml(text: &str) -> (Value<'_>, Vec<GrammarError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let errors = errors.iter().map(|error| GrammarError {
        range: error
            .span()
            .map_or(TextRange::empty(0), |span| visible(text, span)),
        message: error.message().trim().replace('\n', ", "),
    });
    let value = DeValue::Table(table.into_inner());
    (Spanned::new(0..text.len(), value), errors.collect())
}

/// Takes over what the client sends; its values have no places. What it does not set it may send
/// as `null`, which TOML does not have. It is no deeper than serde_json reads (128 levels).
pub fn of_json(value: &serde_json::Value) -> Value<'_> {
    let value = match value {
        serde_json::Value::String(text) => DeValue::String(Cow::Borrowed(text)),
        serde_json::Value::Bool(is_true) => DeValue::Boolean(*is_true),
        serde_json::Value::Array(items) => {
            let set = items.iter().filter(|item| !item.is_null());
            DeValue::Array(set.map(of_json).collect())
        }
        serde_json::Value::Object(fields) => {
            let set = fields.iter().filter(|(_, value)| !value.is_null());
            let entries = set.map(|(name, value)| (nowhere(name.into()), of_json(value)));
            DeValue::Table(entries.collect())
        }
        serde_json::Value::Null => DeValue::Table(DeTable::new()),
        serde_json::Value::Number(_) => DeValue::Integer(DeInteger::default()),
    };
    nowhere(value)
}

fn nowhere<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

/// Where a key or a value stands; nothing for what the client sends.
pub fn range<T>(spanned: &Spanned<T>) -> TextRange {
    let span = spanned.span();
    TextRange::new(span.start, span.end)
}

/// A word for what a value is.
pub fn kind(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Datetime(_) => "a date",
    }
}

/// A span that can be underlined: the parser's may be empty, or end behind a line break.
fn visible(text: &str, span: std::ops::Range<usize>) -> TextRange {
    let boundary = |at: &usize| text.is_char_boundary(*at);
    let start = (0..=span.start.min(text.len()))
        .rev()
        .find(boundary)
        .unwrap_or(0);
    let rest = &text[start..];
    let line = rest.split(['\r', '\n']).next().unwrap_or(rest);
    let length = (span.end.saturating_sub(start)..=line.len())
        .find(|length| line.is_char_boundary(*length))
        .unwrap_or(line.len());
    if length > 0 {
        return TextRange::new(start, start + length);
    }
    if let Some(first) = line.chars().next() {
        return TextRange::new(start, start + first.len_utf8());
    }
    match text[..start].chars().next_back() {
        Some(last) => TextRange::new(start - last.len_utf8(), start),
        None => TextRange::empty(start),
    }
}
