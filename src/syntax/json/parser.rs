//! Nodes from tokens.
//!
//! A loop over the tokens with an explicit stack of open collections. Every fault is reported
//! once, where it can be repaired, and what follows is read as if it had been.

mod nodes;

use super::brackets::{End, How, Pairs};
use super::lexer::{FIRST, Lexed, Token, TokenKind};
use super::{quotes, scalar};
use crate::syntax::index::MAX_DEPTH;
use crate::syntax::leaf::{Fault, Frame, Leaf, NO_COLON, NodeKind, UNCLOSED};
use crate::text::range::TextRange;

/// What kind of collection is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A whole document, which holds one value; has no node.
    Document,
    Object,
    Array,
    /// Members where no object was opened (`["a": 1]`); ends with them.
    Bare,
}

/// What came before in the open collection, which decides what a comma means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Comma,
    Value,
    /// Something faulty and reported: a comma may follow or not.
    Fault,
}

struct Open {
    inside: Inside,
    node: u32,
    before: Before,
    end: End,
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    /// Ends of the openers, in their order; `None` where all brackets pair up as they stand.
    ends: Option<std::vec::IntoIter<End>>,
    stack: Vec<Open>,
    /// How many collections the piece is in.
    depth: usize,
    nodes: nodes::Nodes,
}

/// Builds the leaf of a piece.
pub fn parse(text: &str, lexed: &Lexed, pairs: Pairs, frame: Frame, depth: usize) -> Leaf {
    let mut parser = Parser {
        text,
        tokens: &lexed.tokens,
        at: 0,
        ends: None,
        stack: Vec::new(),
        depth,
        nodes: nodes::Nodes::default(),
    };
    if let Pairs::Mended { ends, unmatched } = pairs {
        parser.ends = Some(ends.into_iter());
        parser.nodes.builder.unmatched = unmatched;
    }
    for &(start, end) in &lexed.open_comments {
        parser.nodes.builder.opens_comment = true;
        parser.error(start, end, "this comment is never closed, add `*/`");
    }
    if let Some(at) = lexed.too_deep {
        parser.nodes.too_deep(at);
    }
    parser.start(frame);
    parser.run();
    parser.finish()
}

impl Parser<'_> {
    fn start(&mut self, frame: Frame) {
        let start = self.tokens.first().map_or(0, |token| token.start());
        let (inside, node) = match frame {
            Frame::Document => (Inside::Document, 0),
            Frame::Entries => {
                let node = self.nodes.builder.open(NodeKind::FlowMapping, start);
                (Inside::Object, node)
            }
            Frame::Items => {
                let node = self.nodes.builder.open(NodeKind::FlowSequence, start);
                (Inside::Array, node)
            }
        };
        self.stack.push(Open {
            inside,
            node,
            before: Before::Nothing,
            end: self.last_end(),
        });
    }

    fn last_end(&self) -> End {
        End {
            at: u32::try_from(self.tokens.len()).unwrap_or(u32::MAX),
            how: How::Unclosed,
        }
    }

    fn run(&mut self) {
        loop {
            let (inside, before, end) = match self.stack.last() {
                Some(open) => (open.inside, open.before, open.end),
                None => return,
            };
            if self.stack.len() > 1 && end.at as usize == self.at {
                self.close_top();
                continue;
            }
            let Some(token) = self.token(self.at) else {
                if self.stack.len() == 1 {
                    return;
                }
                self.close_top();
                continue;
            };
            if inside == Inside::Document && before == Before::Value {
                self.garbage(token);
                return;
            }
            match token.kind {
                TokenKind::CloseBrace | TokenKind::CloseBracket => self.closer(token),
                TokenKind::Comma => self.comma(token),
                TokenKind::Colon => self.lone_colon(token),
                _ => match inside {
                    Inside::Object => self.member(token),
                    Inside::Array => self.item(token),
                    Inside::Bare => self.bare_member(token),
                    Inside::Document => self.root(token),
                },
            }
        }
    }

    fn finish(mut self) -> Leaf {
        let root = self.stack.pop();
        let end = self.tokens.last().map_or(0, |token| token.end());
        if let Some(open) = root.filter(|open| open.inside != Inside::Document) {
            let ends_with_comma = self
                .tokens
                .last()
                .is_some_and(|token| token.kind == TokenKind::Comma);
            self.nodes.builder.ends_with_comma =
                ends_with_comma && self.nodes.builder.next_index() > open.node + 1;
            self.nodes.close(self.text, open.node, end);
        }
        self.nodes.builder.finish(self.text)
    }

    fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    /// The token at `at` if it still belongs to the collection on top.
    fn inner(&self, at: usize) -> Option<Token> {
        let end = self.stack.last().map_or(0, |open| open.end.at as usize);
        self.token(at).filter(|_| at < end)
    }

    fn is_colon(&self, at: usize) -> bool {
        self.inner(at)
            .is_some_and(|token| token.kind == TokenKind::Colon)
    }

    fn set_before(&mut self, before: Before) {
        if let Some(open) = self.stack.last_mut() {
            open.before = before;
        }
    }

    fn error(&mut self, start: usize, end: usize, message: &str) {
        self.nodes
            .error(TextRange::new(start, end), Fault::Grammar, message);
    }

    fn error_at(&mut self, token: Token, message: &str) {
        self.error(token.start(), token.end(), message);
    }

    /// The end of the last token that was read.
    fn end_before(&self) -> usize {
        self.token(self.at.wrapping_sub(1))
            .map_or(0, |token| token.end())
    }

    fn close_top(&mut self) {
        let Some(open) = self.stack.pop() else {
            return;
        };
        let mut after = Before::Value;
        match (open.inside, open.end.how) {
            (Inside::Bare | Inside::Document, _) => {}
            (_, How::Unclosed) => {
                self.nodes.builder.flag(open.node, UNCLOSED);
                after = Before::Fault;
            }
            (inside, How::WrongKind) => {
                let wanted = if inside == Inside::Object { "}" } else { "]" };
                if let Some(token) = self.token(self.at) {
                    self.error_at(token, &format!("write `{wanted}` to close what was opened"));
                }
                self.at += 1;
            }
            (_, How::Closed) => self.at += 1,
        }
        self.nodes.close(self.text, open.node, self.end_before());
        self.set_before(after);
    }

    /// A closing bracket that the open collection does not end with.
    fn closer(&mut self, token: Token) {
        if self.ends.is_none() {
            // All brackets pair up, so this one closes the collection on top.
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
        self.error_at(token, "this bracket closes nothing, remove it");
        self.at += 1;
        self.set_before(Before::Fault);
    }

    fn comma(&mut self, token: Token) {
        let Some(open) = self.stack.last() else {
            return;
        };
        if open.inside == Inside::Bare && self.stack.len() > 2 && !self.is_member(self.at + 1) {
            self.close_top();
            return;
        }
        let after = match open.before {
            Before::Value => Before::Comma,
            Before::Fault => Before::Fault,
            Before::Nothing | Before::Comma => {
                self.error_at(token, "nothing stands before this `,`, remove it");
                Before::Fault
            }
        };
        self.at += 1;
        self.set_before(after);
    }

    /// Whether a key with its colon is at `at`.
    fn is_member(&self, at: usize) -> bool {
        self.inner(at).is_some_and(|token| token.kind.is_scalar()) && self.is_colon(at + 1)
    }

    /// Whether a token is a number or literal.
    fn is_sound_word(&self, token: Token) -> bool {
        let word = self.text.get(token.start()..token.end()).unwrap_or("");
        token.kind == TokenKind::Word && scalar::is_value(word.as_bytes())
    }

    fn garbage(&mut self, token: Token) {
        let end = super::lexer::line_end(self.text.as_bytes(), token.start());
        let line = self.text.get(token.start()..end).unwrap_or("");
        let end = token.start() + line.trim_end().len();
        self.error(
            token.start(),
            end.max(token.end()),
            "the document ends before this, remove it",
        );
        self.at = self.tokens.len();
    }

    fn root(&mut self, token: Token) {
        if self.is_member(self.at) {
            self.error_at(
                token,
                "put `{` before the first key and `}` after the last value",
            );
            self.open_bare(token);
            return;
        }
        let next = self.token(self.at + 1);
        if token.kind.is_scalar() && next.is_some_and(|next| next.kind.is_open()) {
            self.error_at(token, "the document starts after this, remove it");
            self.at += 1;
            return;
        }
        self.value(token);
    }

    fn item(&mut self, token: Token) {
        self.want_comma();
        if self.is_member(self.at) {
            self.error_at(token, "put `{` and `}` around the members of an object");
            self.open_bare(token);
        } else {
            self.value(token);
        }
    }

    fn open_bare(&mut self, token: Token) {
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
        });
    }

    fn bare_member(&mut self, token: Token) {
        if self.stack.len() > 2 && !self.is_member(self.at) {
            self.close_top();
        } else {
            self.member(token);
        }
    }

    fn want_comma(&mut self) {
        if self
            .stack
            .last()
            .is_none_or(|open| open.before != Before::Value)
        {
            return;
        }
        let end = self.end_before();
        let last = self
            .text
            .get(..end)
            .and_then(|text| text.chars().next_back());
        let start = end - last.map_or(0, char::len_utf8);
        self.error(start, end, "write `,` after this");
    }

    /// A value where the open collection wants one: pushes a scalar, opens a collection.
    fn value(&mut self, token: Token) {
        if token.kind.is_open() {
            self.open(token);
            return;
        }
        self.at += 1;
        self.nodes.value(self.text, token);
        self.set_before(Before::Value);
    }

    fn open(&mut self, token: Token) {
        let end = match &mut self.ends {
            Some(ends) => ends.next().unwrap_or(End {
                at: u32::MAX,
                how: How::Unclosed,
            }),
            None => End {
                at: u32::MAX,
                how: How::Closed,
            },
        };
        if end.how == How::Unclosed {
            self.error_at(token, "this bracket is never closed");
        }
        let (inside, kind) = match token.kind {
            TokenKind::OpenBrace => (Inside::Object, NodeKind::FlowMapping),
            _ => (Inside::Array, NodeKind::FlowSequence),
        };
        let node = self.nodes.builder.open(kind, token.start());
        self.at += 1;
        self.stack.push(Open {
            inside,
            node,
            before: Before::Nothing,
            end,
        });
        // The piece's own frame on the stack stands for a collection that `depth` counts.
        if self.depth + self.stack.len() - 1 > MAX_DEPTH {
            self.nodes.too_deep(token.start());
            self.skip_inside(end);
        }
    }

    /// Goes on at the end of the collection just opened.
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

    fn member(&mut self, token: Token) {
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
    fn keyless(&mut self, token: Token) {
        self.want_comma();
        let next = match &self.ends {
            Some(ends) => ends.as_slice().first().copied(),
            None => None,
        };
        let is_unclosed = next.is_some_and(|end| end.how == How::Unclosed);
        if is_unclosed && next.is_some_and(|end| end.at as usize == self.at + 1) {
            if let Some(ends) = &mut self.ends {
                ends.next();
            }
            self.error_at(token, "this bracket is never closed");
            self.at += 1;
            self.set_before(Before::Fault);
            return;
        }
        if !is_unclosed {
            self.error_at(token, "write a key and `:` before this");
        }
        let start = token.start();
        let key = self.nodes.builder.push(NodeKind::Missing, start, start);
        self.nodes.builder.flag(key, NO_COLON);
        self.open(token);
    }

    fn key_without_colon(&mut self, key: Token) {
        let value = self.inner(self.at).filter(|value| {
            (value.kind.is_scalar() || value.kind.is_open())
                && !value.has(FIRST)
                && !self.is_colon(self.at + 1)
        });
        let node = self.nodes.bare_key(self.text, key);
        self.nodes.builder.flag(node, NO_COLON);
        if let Some(value) = value {
            self.error_at(key, "write `:` after this key");
            self.value(value);
            return;
        }
        self.error_at(key, "write `\"key\": value`");
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

    fn lone_colon(&mut self, token: Token) {
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
