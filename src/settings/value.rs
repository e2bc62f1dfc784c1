//! Settings before anybody knows what they mean: the same for TOML and for JSON.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::range::TextRange;

/// Settings are not nested deeper than this.
const MAX_DEPTH: usize = 8;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where it stands; nothing for what the client sends.
    pub range: TextRange,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A string.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<Value>),
    /// Keys and their values.
    Table(Vec<(Key, Value)>),
    /// JSON's `null`.
    Nothing,
    /// Anything else, with a word for it.
    Other(&'static str),
}

/// A key with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Where it stands; nothing for what the client sends.
    pub range: TextRange,
}

/// What is wrong with the grammar of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarError {
    /// Where.
    pub range: TextRange,
    /// What, in words.
    pub message: String,
}

impl Value {
    /// Reads TOML; where its grammar is broken, what can be read nevertheless.
    pub fn of_toml(text: &str) -> (Self, Vec<GrammarError>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let errors = errors
            .iter()
            .map(|error| GrammarError {
                range: error
                    .span()
                    .map_or(TextRange::empty(0), |span| visible(text, span)),
                message: error.message().trim().replace('\n', ", "),
            })
            .collect();
        let value = Self {
            range: TextRange::new(0, text.len()),
            data: of_table(table.get_ref(), 0),
        };
        (value, errors)
    }

    /// Takes over what the client sends.
    pub fn of_json(value: &serde_json::Value) -> Self {
        of_json(value, 0)
    }

    /// A word for what it is.
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Text(_) => "a string",
            Data::Bool(_) => "a boolean",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
            Data::Nothing => "null",
            Data::Other(kind) => kind,
        }
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

fn of_table(table: &DeTable<'_>, depth: usize) -> Data {
    let mut entries: Vec<(Key, Value)> = table
        .iter()
        .map(|(key, value)| {
            let key = Key {
                name: key.get_ref().to_string(),
                range: range(key),
            };
            (key, of_toml(value, depth + 1))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.range);
    Data::Table(entries)
}

fn of_toml(value: &Spanned<DeValue<'_>>, depth: usize) -> Value {
    let data = match value.get_ref() {
        _ if depth > MAX_DEPTH => Data::Other("something nested too deeply"),
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Boolean(is_true) => Data::Bool(*is_true),
        DeValue::Array(items) => {
            Data::List(items.iter().map(|item| of_toml(item, depth + 1)).collect())
        }
        DeValue::Table(table) => of_table(table, depth),
        DeValue::Integer(_) | DeValue::Float(_) => Data::Other("a number"),
        DeValue::Datetime(_) => Data::Other("a date"),
    };
    Value {
        range: range(value),
        data,
    }
}

fn range<T>(spanned: &Spanned<T>) -> TextRange {
    let span = spanned.span();
    TextRange::new(span.start, span.end)
}

fn of_json(value: &serde_json::Value, depth: usize) -> Value {
    let nowhere = TextRange::empty(0);
    let data = match value {
        _ if depth > MAX_DEPTH => Data::Other("something nested too deeply"),
        serde_json::Value::String(text) => Data::Text(text.clone()),
        serde_json::Value::Bool(is_true) => Data::Bool(*is_true),
        serde_json::Value::Array(items) => {
            Data::List(items.iter().map(|item| of_json(item, depth + 1)).collect())
        }
        serde_json::Value::Object(fields) => Data::Table(
            fields
                .iter()
                .map(|(name, value)| {
                    let key = Key {
                        name: name.clone(),
                        range: nowhere,
                    };
                    (key, of_json(value, depth + 1))
                })
                .collect(),
        ),
        serde_json::Value::Null => Data::Nothing,
        serde_json::Value::Number(_) => Data::Other("a number"),
    };
    Value {
        range: nowhere,
        data,
    }
}
