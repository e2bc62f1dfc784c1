//! Values of TOML with their ranges. JSON from the client is converted to them, so that one reader
//! serves both.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::text::range::TextRange;

/// A value and its range.
pub type TomlValue<'v> = Spanned<DeValue<'v>>;

/// A key and its range.
pub type TomlKey<'v> = Spanned<Cow<'v, str>>;

/// An error in the grammar of TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarError {
    /// Its range in the text.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
}

/// Reads TOML. Where the grammar is broken, the rest is read.
pub fn of_toml(text: &str) -> (TomlValue<'_>, Vec<GrammarError>) {
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

/// Converts JSON from the client; the values have empty ranges. `null` counts as not set. The
/// recursion is limited by serde_json, which reads at most 128 levels.
pub fn of_json(value: &serde_json::Value) -> TomlValue<'_> {
    let value = match value {
        serde_json::Value::String(text) => DeValue::String(Cow::Borrowed(text)),
        serde_json::Value::Bool(is_true) => DeValue::Boolean(*is_true),
        serde_json::Value::Array(items) => {
            let set = items.iter().filter(|item| !item.is_null());
            DeValue::Array(set.map(of_json).collect())
        }
        serde_json::Value::Object(fields) => {
            let set = fields.iter().filter(|(_, value)| !value.is_null());
            let entries = set.map(|(name, value)| (without_range(name.into()), of_json(value)));
            DeValue::Table(entries.collect())
        }
        serde_json::Value::Null => DeValue::Table(DeTable::new()),
        serde_json::Value::Number(_) => DeValue::Integer(DeInteger::default()),
    };
    without_range(value)
}

fn without_range<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

/// The range of a key or a value; empty for JSON.
pub fn range<T>(spanned: &Spanned<T>) -> TextRange {
    let span = spanned.span();
    TextRange::new(span.start, span.end)
}

/// The type of a value, for messages.
pub fn kind(value: &TomlValue<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Datetime(_) => "a date",
    }
}

/// A range that can be underlined: the parser's may be empty, or end after a line break.
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
