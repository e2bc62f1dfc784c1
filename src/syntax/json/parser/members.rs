//! Members of objects: keys, colons, values, and what is missing of them.

use super::collections::collection;
use super::{Before, Inside, Parser};
use crate::syntax::json::brackets::How;
use crate::syntax::json::lexer::{self, FIRST, Token};
use crate::syntax::json::quotes;
use crate::syntax::leaf::{NO_COLON, NodeKind};

impl Parser<'_> {
    /// Reads a member as far as its value starts, or to the end of a scalar value.
    pub(super) fn member(&mut self, token: Token) {
        if token.kind.is_open() {
            self.keyless(token);
            return;
        }
        let before = self.stack.last().map(|open| open.before);
        if before == Some(Before::Value) && !token.has(FIRST) && !self.is_colon(self.at + 1) {
            self.error_at(token, "write `,` and a key before this, or remove it");
            self.at += 1;
            self.set_before(Before::Fault);
            return;
        }
        if let Some(missing) = self.missing_line() {
            self.error_at(token, "write a key and `{` above this");
            self.missing_key(token.start());
            let (inside, kind, _) = collection(missing.kind);
            self.push_open(inside, kind, token.start(), missing.end);
            return;
        }
        self.want_comma();
        self.at += 1;
        if !self.is_colon(self.at) {
            self.key_without_colon(token);
            return;
        }
        self.nodes.key(self.text, token);
        self.value_after_colon();
    }

    /// A collection where a key is wanted: kept under a missing key, unless nothing is in it.
    /// A comma that is missing as well is not asked for: what stands here may be wrong as a whole.
    fn keyless(&mut self, token: Token) {
        let end = self.take_end();
        let is_unclosed = end.how == How::Unclosed;
        if !is_unclosed {
            self.error_at(token, "write a key and `:` before this");
        }
        self.at += 1;
        if is_unclosed && end.at as usize == self.at {
            self.nodes.never_closed(token, self.at);
            self.set_before(Before::Fault);
            return;
        }
        self.missing_key(token.start());
        self.push_opener(token, end);
    }

    fn missing_key(&mut self, at: usize) {
        let key = self.nodes.builder.push(NodeKind::Missing, at, at);
        self.nodes.builder.flag(key, NO_COLON);
    }

    fn key_without_colon(&mut self, key: Token) {
        if let Some(missing) = self.missing_opener() {
            let node = self.nodes.bare_key(self.text, key);
            self.nodes.builder.flag(node, NO_COLON);
            let (inside, kind, mark) = collection(missing.kind);
            if !key.has(lexer::UNCLOSED) {
                self.error_at(key, &format!("write `:` and `{mark}` after this key"));
            }
            let start = self.token(self.at).map_or(0, |token| token.start());
            self.push_open(inside, kind, start, missing.end);
            return;
        }
        let is_other_sign = self.inner(self.at).is_some_and(|sign| {
            let sign = self.text.get(sign.start()..sign.end()).unwrap_or("");
            matches!(sign, "=" | "=>" | ":=" | "->")
        });
        // `"key" = "value"`: the sign is what the error is about, not a value.
        self.at += usize::from(is_other_sign);
        let value = self.inner(self.at).filter(|value| {
            // A bracket is no key, so it is the value even on the next line.
            let is_scalar = value.kind.is_scalar() && !value.has(FIRST);
            (is_scalar || value.kind.is_open()) && !self.is_colon(self.at + 1)
        });
        let node = self.nodes.bare_key(self.text, key);
        self.nodes.builder.flag(node, NO_COLON);
        if let Some(value) = value {
            if !key.has(lexer::UNCLOSED) {
                self.error_at(key, "write `:` after this key");
            }
            self.value(value);
            return;
        }
        if !key.has(lexer::UNCLOSED) {
            self.error_at(key, "write `\"key\": value`");
        }
        self.nodes
            .builder
            .push(NodeKind::Missing, key.end(), key.end());
        self.set_before(Before::Fault);
    }

    /// Reads from a colon to the end of a scalar value, or into a collection.
    fn value_after_colon(&mut self) {
        let colon = self.at;
        while self.is_colon(self.at + 1) {
            self.at += 1;
        }
        let doubled = (self.at > colon).then(|| self.token(colon + 1)).flatten();
        if let Some(extra) = doubled {
            let end = self.token(self.at).map_or(extra.end(), |token| token.end());
            self.error(extra.start(), end, "remove this second `:`");
        }
        self.at += 1;
        if let Some(missing) = self.missing_opener() {
            let start = self.token(self.at).map_or(0, |token| token.start());
            let (inside, kind, mark) = collection(missing.kind);
            let colon_end = self.end_before();
            let message = format!("write `{mark}` after this `:`");
            self.error(colon_end - 1, colon_end, &message);
            self.push_open(inside, kind, start, missing.end);
            return;
        }
        let value = self.inner(self.at).filter(|value| {
            // `"a": "b": 1` has its second key; `"a": 1: 2` is no second key but a stray colon.
            let is_key = self.is_colon(self.at + 1) && !self.is_sound_word(*value);
            value.kind.is_open() || (value.kind.is_scalar() && !is_key)
        });
        if let Some(value) = value {
            self.value(value);
            return;
        }
        let end = self.end_before();
        if doubled.is_none() {
            self.error(end - 1, end, "write a value after this `:`");
        }
        let place = quotes::value_place(self.text.as_bytes(), end);
        self.nodes.builder.push(NodeKind::Missing, place, place);
        self.set_before(Before::Fault);
    }

    /// Reads a colon that follows no key.
    pub(super) fn lone_colon(&mut self, token: Token) {
        let Some(open) = self.stack.last() else {
            return;
        };
        let in_object = matches!(open.inside, Inside::Object | Inside::Bare);
        if in_object && matches!(open.before, Before::Nothing | Before::Comma) {
            self.error_at(token, "write a key before this `:`");
            let start = token.start();
            self.nodes.builder.push(NodeKind::Missing, start, start);
            self.value_after_colon();
            return;
        }
        if open.before != Before::Fault {
            self.error_at(token, "this `:` follows no key, remove it");
        }
        self.at += 1;
        // What it was to introduce goes with it.
        let value = self
            .inner(self.at)
            .filter(|value| in_object && value.kind.is_scalar() && !value.has(FIRST));
        if value.is_some() && !self.is_colon(self.at + 1) {
            self.at += 1;
        }
        self.set_before(Before::Fault);
    }
}
