//! Collections and their members: where they start and end, keys, colons, values, and what is
//! missing.

use super::{Before, Inside, Open, Parser};
use crate::syntax::json::brackets::{End, How, Virtual, wrong_closer};
use crate::syntax::json::lexer::{self, FIRST, JsonToken, TokenKind};
use crate::syntax::json::strings;
use crate::syntax::leaf::{MAX_DEPTH, NO_COLON, NodeKind, UNCLOSED};

impl Parser<'_> {
    pub(super) fn open(&mut self, token: JsonToken) {
        let end = self.take_end();
        self.at += 1;
        self.push_opener(token, end);
    }

    /// The end of the collection that the token at [`Self::at`] opens.
    pub(super) fn take_end(&mut self) -> End {
        let Some(ends) = &mut self.ends else {
            return End {
                at: u32::MAX,
                how: How::Closed,
            };
        };
        let mut end = ends.next().unwrap_or(End {
            at: u32::MAX,
            how: How::Unclosed,
        });
        let next = self.tokens.get(self.at + 1);
        let is_comma = next.is_some_and(|next| next.kind == TokenKind::Comma);
        if end.how == How::Unclosed && end.at as usize == self.at + 2 && is_comma {
            // A comma directly after an opener belongs to the outer collection.
            end.at -= 1;
        }
        end
    }

    /// Starts a collection whose bracket is in the text.
    pub(super) fn push_opener(&mut self, token: JsonToken, end: End) {
        let (inside, kind, _) = collection(token.kind);
        self.push_open(inside, kind, token.start(), end);
        if let Some(open) = self.stack.last_mut() {
            open.bracket = Some(token);
        }
    }

    pub(super) fn push_open(&mut self, inside: Inside, kind: NodeKind, start: usize, end: End) {
        let node = self.nodes.builder.open(kind, start);
        self.stack.push(Open {
            inside,
            node,
            before: Before::Nothing,
            end,
            bracket: None,
        });
        // The chunk's own frame on the stack is a collection that `depth` includes already.
        if self.depth + self.stack.len() - 1 > MAX_DEPTH {
            self.nodes.too_deep(self.text, start);
            self.skip_inside(end);
        }
    }

    pub(super) fn open_bare(&mut self, token: JsonToken) {
        let end = self
            .stack
            .last()
            .map_or_else(|| self.last_end(), |open| open.end);
        let node = self
            .nodes
            .builder
            .open(NodeKind::FlowMapping, token.start());
        self.stack.push(Open {
            inside: Inside::Bare,
            node,
            before: Before::Nothing,
            end,
            bracket: None,
        });
    }

    /// Continues at the end of the collection just opened.
    fn skip_inside(&mut self, end: End) {
        let mut depth = 0_usize;
        while let Some(token) = self.token(self.at) {
            if self.at == end.at as usize {
                return;
            }
            if token.kind.is_open() {
                depth += 1;
                if let Some(ends) = &mut self.ends {
                    ends.next();
                }
            } else if token.kind.is_close() && self.ends.is_none() {
                if depth == 0 {
                    return;
                }
                depth -= 1;
            }
            self.at += 1;
        }
    }

    pub(super) fn close_top(&mut self) {
        let Some(open) = self.stack.pop() else {
            return;
        };
        let mut after = Before::Value;
        match (open.inside, open.end.how) {
            (Inside::Bare | Inside::Document, _) => {}
            (_, How::Unclosed) => {
                self.nodes.builder.flag(open.node, UNCLOSED);
                if let Some(bracket) = open.bracket {
                    self.nodes.never_closed(bracket, self.at);
                }
                after = Before::Error;
            }
            (inside, How::WrongKind) => {
                let wanted = if inside == Inside::Object { '}' } else { ']' };
                if let Some(token) = self.token(self.at) {
                    self.error_at(token, &wrong_closer(wanted));
                }
                self.at += 1;
            }
            (_, How::Closed) => self.at += 1,
        }
        self.nodes.close(self.text, open.node, self.end_before());
        self.set_before(after);
    }

    /// Reads a closing bracket that does not end the open collection.
    pub(super) fn closer(&mut self, token: JsonToken) {
        if self.ends.is_none() {
            // All brackets match, so this one closes the collection on top.
            while let Some(open) = self.stack.last_mut() {
                let is_bare = open.inside == Inside::Bare;
                open.end = End {
                    at: u32::try_from(self.at).unwrap_or(u32::MAX),
                    how: How::Closed,
                };
                self.close_top();
                if !is_bare {
                    return;
                }
            }
            return;
        }
        let is_bare = self
            .stack
            .last()
            .is_some_and(|open| open.inside == Inside::Bare);
        let is_last = self.at + 1 == self.tokens.len();
        if is_bare && token.kind == TokenKind::CloseBrace {
            // Its missing opener was reported already. It ends the members of an item, but those of
            // the document only if it is the very last token.
            let is_item = self.stack.len() > 2;
            if is_item {
                self.close_top();
            }
            if is_item || is_last {
                self.at += 1;
                self.set_before(Before::Error);
                return;
            }
        }
        self.error_at(token, "this bracket closes nothing, remove it");
        self.at += 1;
        self.set_before(Before::Error);
    }

    /// The collection whose line with the key and the opener is missing here.
    pub(super) fn missing_line(&mut self) -> Option<Virtual> {
        let here = |found: &&Virtual| found.at as usize >= self.at;
        let next = self.virtuals.as_slice().iter().find(here)?;
        if next.at as usize != self.at || !next.is_keyless {
            return None;
        }
        self.missing_opener()
    }

    /// The collection whose opener is missing here.
    pub(super) fn missing_opener(&mut self) -> Option<Virtual> {
        while let Some(next) = self.virtuals.as_slice().first().copied() {
            if next.at as usize > self.at {
                return None;
            }
            self.virtuals.next();
            if next.at as usize == self.at {
                return Some(next);
            }
        }
        None
    }
}

/// What an opener starts: kind of collection, kind of node, and the bracket as a character.
pub(super) fn collection(opener: TokenKind) -> (Inside, NodeKind, char) {
    match opener {
        TokenKind::OpenBrace => (Inside::Object, NodeKind::FlowMapping, '{'),
        _ => (Inside::Array, NodeKind::FlowSequence, '['),
    }
}

impl Parser<'_> {
    /// Reads a member up to the start of its value, or to the end of a scalar value.
    pub(super) fn member(&mut self, token: JsonToken) {
        if token.kind.is_open() {
            self.keyless(token);
            return;
        }
        let before = self.stack.last().map(|open| open.before);
        if before == Some(Before::Value) && !token.has(FIRST) && !self.is_colon(self.at + 1) {
            self.error_at(token, "write `,` and a key before this, or remove it");
            self.at += 1;
            self.set_before(Before::Error);
            return;
        }
        if let Some(missing) = self.missing_line() {
            self.error_at(token, "write a key and `{` above this");
            self.missing_key(token.start());
            let (inside, kind, _) = collection(missing.kind);
            self.push_open(inside, kind, token.start(), missing.end);
            return;
        }
        if self.is_foreign(token) {
            self.foreign_text(token);
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

    /// Reads a collection where a key is expected. It is kept under a missing key, unless it is
    /// empty. A missing comma is not reported as well, because the whole collection may be wrong
    /// here.
    fn keyless(&mut self, token: JsonToken) {
        let end = self.take_end();
        let is_unclosed = end.how == How::Unclosed;
        if !is_unclosed {
            self.error_at(token, "write a key and `:` before this");
        }
        self.at += 1;
        if is_unclosed && end.at as usize == self.at {
            self.nodes.never_closed(token, self.at);
            self.set_before(Before::Error);
            return;
        }
        self.missing_key(token.start());
        self.push_opener(token, end);
    }

    /// Whether a bare word cannot be the begin of a key, such as a tag of XML.
    fn is_foreign(&self, token: JsonToken) -> bool {
        let word = self.text.get(token.start()..).unwrap_or("");
        token.kind == TokenKind::Word && word.starts_with(['<', '>', '=', '#', ';', '(', '&', '*'])
    }

    /// Reads text that is not JSON up to the key in it, or to the end of the line: one error.
    fn foreign_text(&mut self, token: JsonToken) {
        let mut end = self.at + 1;
        while (self.inner(end)).is_some_and(|next| next.kind.is_scalar() && !next.has(FIRST)) {
            end += 1;
        }
        let run = self.tokens.get(self.at..end).unwrap_or(&[]);
        let last = run.last().map_or(token, |last| *last);
        let key = (run.iter().rev()).find(|token| token.kind == TokenKind::Double);
        let key = key.copied().filter(|_| self.is_colon(end));
        let before_key = key.and_then(|key| self.text.get(token.start()..key.start()));
        let stop = before_key.map_or(last.end(), |text| token.start() + text.trim_end().len());
        self.at = end;
        self.error(
            token.start(),
            stop,
            "this text does not belong here; remove it, or put it in double quotes if it is a key",
        );
        let Some(key) = key else {
            self.missing_key(token.start());
            let start = token.start();
            self.nodes.builder.push(NodeKind::Missing, start, start);
            self.set_before(Before::Error);
            return;
        };
        self.want_comma();
        self.nodes.key(self.text, key);
        self.value_after_colon();
    }

    fn missing_key(&mut self, at: usize) {
        let key = self.nodes.builder.push(NodeKind::Missing, at, at);
        self.nodes.builder.flag(key, NO_COLON);
    }

    fn key_without_colon(&mut self, key: JsonToken) {
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
        // `"key" = "value"`: the error is about the sign, it is not a value.
        self.at += usize::from(is_other_sign);
        let value = self.inner(self.at).filter(|value| {
            // A bracket cannot be a key, so it is the value even on the next line.
            let is_scalar = value.kind.is_scalar() && !value.has(FIRST);
            (is_scalar || value.kind.is_open()) && !self.is_colon(self.at + 1)
        });
        let node = self.nodes.bare_key(self.text, key);
        self.nodes.builder.flag(node, NO_COLON);
        if let Some(value) = value {
            if !key.has(lexer::UNCLOSED) {
                self.error_at(key, "write `:` after this key");
            }
            if value.kind == TokenKind::Word && value.start() == key.end() {
                self.word_beside_key(value);
            } else {
                self.value(value);
            }
            return;
        }
        if !key.has(lexer::UNCLOSED) {
            self.error_at(
                key,
                "this is neither a key nor a value; write `\"key\": value`",
            );
        }
        self.nodes
            .builder
            .push(NodeKind::Missing, key.end(), key.end());
        self.set_before(Before::Error);
    }

    /// Reads a word that touches a key without its colon: what is said about the key is enough.
    fn word_beside_key(&mut self, word: JsonToken) {
        self.at += 1;
        self.nodes.bare_word(self.text, word);
        self.set_before(Before::Error);
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
            // `"a": "b": 1` has a second key; in `"a": 1: 2` the second colon is just extra.
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
        let place = strings::value_place(self.text.as_bytes(), end);
        self.nodes.builder.push(NodeKind::Missing, place, place);
        self.set_before(Before::Error);
    }

    /// Reads a colon that follows no key.
    pub(super) fn lone_colon(&mut self, token: JsonToken) {
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
        if open.before != Before::Error {
            self.error_at(token, "this `:` follows no key, remove it");
        }
        self.at += 1;
        // The value after it is skipped too.
        let value = self
            .inner(self.at)
            .filter(|value| in_object && value.kind.is_scalar() && !value.has(FIRST));
        if value.is_some() && !self.is_colon(self.at + 1) {
            self.at += 1;
        }
        self.set_before(Before::Error);
    }
}
