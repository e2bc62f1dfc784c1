//! Adds scalars to a leaf, finds duplicate keys, and limits errors.

use std::collections::{HashMap, HashSet};

use crate::syntax::json::brackets::{bracket, never_closed};
use crate::syntax::json::lexer::{
    CONTROL, ESCAPED, INNER, JsonToken, STRAY, TRAILING, TokenKind, UNCLOSED as OPEN_QUOTE,
};
use crate::syntax::json::{strict, strings};
use crate::syntax::leaf::builder::LeafBuilder;
use crate::syntax::leaf::{NO_COLON, NodeKind, SyntaxErrorKind, UNCLOSED, duplicate_key};
use crate::text::range::TextRange;

/// Errors with one message beyond this number are dropped: they usually have one cause, nobody
/// reads them, and a text that is not JSON at all would produce millions.
const MAX_ERRORS: usize = 16;
/// The same for places where unclosed brackets end.
const MAX_UNCLOSED: usize = 8;
/// Objects with at most this many members are compared pair by pair.
const FEW_KEYS: usize = 8;

/// Builds a leaf from tokens.
#[derive(Default)]
pub struct NodeWriter {
    pub builder: LeafBuilder,
    /// How often each message was reported.
    errors: HashMap<Box<str>, usize>,
    /// Unclosed brackets that end before the same token, innermost first.
    unclosed: Vec<JsonToken>,
    unclosed_at: usize,
    unclosed_reports: usize,
    is_too_deep: bool,
    /// Keys whose decoded text differs from the source.
    decoded_keys: Vec<(u32, Box<str>)>,
}

impl NodeWriter {
    pub fn with_room(nodes: usize) -> Self {
        Self {
            builder: LeafBuilder::with_room(nodes),
            ..Self::default()
        }
    }

    pub fn error(&mut self, range: TextRange, kind: SyntaxErrorKind, message: &str) {
        // Every duplicate key is an error of its own.
        if kind == SyntaxErrorKind::DuplicateKey {
            return self.builder.error(range, kind, message);
        }
        let count = match self.errors.get_mut(message) {
            Some(count) => {
                *count += 1;
                *count
            }
            None => {
                self.errors.insert(message.into(), 1);
                1
            }
        };
        if count <= MAX_ERRORS {
            self.builder.error(range, kind, message);
        }
    }

    /// Reports a bracket that is never closed and ends before the token `at`. Those that end at the
    /// same place have one cause and are reported together at the innermost one.
    pub fn never_closed(&mut self, token: JsonToken, at: usize) {
        if self.unclosed_at != at {
            self.report_unclosed();
            self.unclosed_at = at;
        }
        self.unclosed.push(token);
    }

    /// Reports the unclosed brackets collected so far.
    pub fn report_unclosed(&mut self) {
        let tokens = std::mem::take(&mut self.unclosed);
        let Some(innermost) = tokens.first() else {
            return;
        };
        self.unclosed_reports += 1;
        if self.unclosed_reports <= MAX_UNCLOSED {
            let openers: Vec<u8> = tokens.iter().map(|token| bracket(token.kind)).collect();
            self.token_error(*innermost, &never_closed(&openers));
        }
    }

    /// Reports, once, that what follows `at` is not read.
    pub fn too_deep(&mut self, text: &str, at: usize) {
        if self.is_too_deep {
            return;
        }
        self.is_too_deep = true;
        let message = "what is nested this deep is not looked at, nest it less";
        let sign = text.get(at..).and_then(|rest| rest.chars().next());
        let place = TextRange::new(at, at + sign.map_or(0, char::len_utf8));
        self.error(place, SyntaxErrorKind::Limit, message);
    }

    /// Adds a scalar as a value. Returns whether it is complete.
    pub fn value(&mut self, text: &str, token: JsonToken) -> bool {
        let raw = raw(text, token);
        let is_wrong_word = token.kind == TokenKind::Word && !strict::is_value(raw);
        if is_wrong_word {
            self.token_error(token, wrong_word(raw));
        }
        self.scalar(text, token);
        !is_wrong_word && !token.has(OPEN_QUOTE)
    }

    /// Adds a word as a value, without checking for quotes.
    pub fn bare_word(&mut self, text: &str, token: JsonToken) {
        self.scalar(text, token);
    }

    /// Adds a scalar as a key.
    pub fn key(&mut self, text: &str, token: JsonToken) {
        if token.kind == TokenKind::Word {
            self.token_error(token, "put this key in double quotes");
        }
        self.bare_key(text, token);
    }

    /// Adds a scalar as a key, without checking for quotes.
    pub fn bare_key(&mut self, text: &str, token: JsonToken) -> u32 {
        let (index, decoded) = self.scalar(text, token);
        if let Some(decoded) = decoded {
            self.decoded_keys.push((index, decoded));
        }
        index
    }

    /// Ends a collection, and reports duplicate keys of a mapping.
    pub fn close(&mut self, text: &str, index: u32, end: usize) {
        // A missing value is placed after the blank that follows its colon, which may be further
        // on than the last token.
        let nodes = self.builder.nodes();
        let mut furthest = end;
        let mut at = index as usize + 1;
        while let Some(child) = nodes.get(at) {
            furthest = furthest.max(child.end as usize);
            at += child.size.max(1) as usize;
        }
        self.builder.close(index, furthest);
        let is_mapping = self
            .builder
            .node(index)
            .is_some_and(|node| node.kind == NodeKind::FlowMapping);
        if is_mapping {
            self.report_duplicates(text, index);
        }
    }

    fn token_error(&mut self, token: JsonToken, message: &str) {
        let range = TextRange::new(token.start(), token.end());
        self.error(range, SyntaxErrorKind::Grammar, message);
    }

    fn scalar(&mut self, text: &str, token: JsonToken) -> (u32, Option<Box<str>>) {
        let (kind, quote) = match token.kind {
            TokenKind::Double => (NodeKind::Double, b'"'),
            TokenKind::Single => (NodeKind::Single, b'\''),
            _ => (NodeKind::Plain, 0),
        };
        let index = self.builder.push(kind, token.start(), token.end());
        if token.has(OPEN_QUOTE) {
            self.builder.flag(index, UNCLOSED);
        }
        let raw = raw(text, token);
        let decoded = if kind == NodeKind::Plain {
            token.has(STRAY).then(|| raw.trim_end_matches('"').into())
        } else {
            self.quoted(token, raw, quote)
        };
        if let Some(decoded) = &decoded {
            self.builder.set_value(index, decoded.clone());
        }
        (index, decoded)
    }

    /// Checks a string. Returns its text if it differs from what is between the quotes.
    fn quoted(&mut self, token: JsonToken, raw: &str, quote: u8) -> Option<Box<str>> {
        let mark = char::from(quote);
        let from = 1 + usize::from(token.has(STRAY));
        let behind = usize::from(!token.has(OPEN_QUOTE)) + usize::from(token.has(TRAILING));
        let to = raw.len() - behind;
        let content = raw.get(from..to).unwrap_or("");
        let start = token.start() + from;
        if token.has(OPEN_QUOTE) {
            self.token_error(token, &format!("close this string with `{mark}`"));
        } else if token.has(STRAY) {
            let range = TextRange::new(token.start(), token.start() + 1);
            self.error(
                range,
                SyntaxErrorKind::Grammar,
                &format!("remove this second `{mark}`"),
            );
        } else if token.has(TRAILING) {
            let range = TextRange::new(token.end() - 1, token.end());
            self.error(
                range,
                SyntaxErrorKind::Grammar,
                &format!("remove this second `{mark}`"),
            );
        } else if token.has(INNER) {
            let at = start + content.find(mark).unwrap_or(0);
            let message = format!("write `\\{mark}` inside of a string");
            self.error(
                TextRange::new(at, at + 1),
                SyntaxErrorKind::Grammar,
                &message,
            );
        } else if token.kind == TokenKind::Single {
            self.token_error(token, "put this in double quotes");
        }
        if token.has(CONTROL)
            && let Some(at) = content.bytes().position(|byte| byte < 0x20)
        {
            let message = "write this control character as an escape such as `\\t` or `\\u0000`";
            let range = TextRange::new(start + at, start + at + 1);
            self.error(range, SyntaxErrorKind::Grammar, message);
        }
        if token.has(ESCAPED) {
            let decoded = strings::decode(content, quote, |bad| {
                let message = "write `\\\\` for a backslash, this is not an escape";
                self.error(bad.shifted(start), SyntaxErrorKind::Grammar, message);
            });
            return Some(decoded.into());
        }
        (token.has(STRAY) || token.has(TRAILING)).then(|| content.into())
    }

    /// Reports keys that occurred before in the same object (RFC 8259, section 4).
    fn report_duplicates(&mut self, text: &str, index: u32) {
        let Some(end) = self.builder.node(index).map(|node| index + node.size) else {
            return;
        };
        let mut few: [&str; FEW_KEYS] = [""; FEW_KEYS];
        let mut count = 0_usize;
        let mut many: HashSet<&str> = HashSet::new();
        let mut again = Vec::new();
        let mut at = index + 1;
        while at < end {
            let Some(key) = self.builder.node(at).copied() else {
                break;
            };
            let value = at + key.size;
            if key.kind.is_scalar() && key.flags & NO_COLON == 0 {
                let name = self.key_text(text, at);
                let is_new = if count < FEW_KEYS {
                    let known = few.get(..count).unwrap_or(&[]).contains(&name);
                    if let Some(place) = few.get_mut(count).filter(|_| !known) {
                        *place = name;
                        count += 1;
                    }
                    !known
                } else {
                    if many.is_empty() {
                        many.extend(few);
                    }
                    many.insert(name)
                };
                if !is_new {
                    let range = TextRange::new(key.start as usize, key.end as usize);
                    again.push((range, duplicate_key(name)));
                }
            }
            at = value + self.builder.node(value).map_or(1, |node| node.size);
        }
        for (range, message) in again {
            self.error(range, SyntaxErrorKind::DuplicateKey, &message);
        }
    }

    fn key_text<'t>(&'t self, text: &'t str, index: u32) -> &'t str {
        let decoded = self
            .decoded_keys
            .binary_search_by_key(&index, |(at, _)| *at);
        if let Some((_, decoded)) = decoded.ok().and_then(|at| self.decoded_keys.get(at)) {
            return decoded;
        }
        let Some(node) = self.builder.node(index) else {
            return "";
        };
        let raw = text
            .get(node.start as usize..node.end as usize)
            .unwrap_or("");
        if node.kind == NodeKind::Plain {
            return raw;
        }
        let end = raw.len() - usize::from(node.flags & UNCLOSED == 0);
        raw.get(1..end).unwrap_or("")
    }
}

fn raw(text: &str, token: JsonToken) -> &str {
    text.get(token.start()..token.end()).unwrap_or("")
}

fn wrong_word(word: &str) -> &'static str {
    let first = word.bytes().next().unwrap_or(0);
    if matches!(first, b'-' | b'+' | b'.' | b'0'..=b'9') {
        return "this is not a JSON number, put a text in double quotes";
    }
    match word {
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        "None" | "NULL" | "Null" | "nil" | "undefined" => "write `null`",
        _ => "put this text in double quotes",
    }
}
