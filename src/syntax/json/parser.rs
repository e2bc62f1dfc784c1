//! Builds nodes from tokens.
//!
//! A loop over the tokens with an explicit stack of open collections. Every error is reported once,
//! where it can be fixed, and the rest is read as if it were fixed.

mod collections;
mod nodes;

use super::brackets::{End, How, Pairs, Virtual};
use super::lexer::{self, JsonToken, Lexed, TokenKind};
use super::strict;
use crate::syntax::invisible;
use crate::syntax::leaf::builder::LeafBuilder;
use crate::syntax::leaf::{Frame, NodeKind, SyntaxErrorKind};
use crate::text::range::TextRange;

/// The kind of an open collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A whole document, which holds one value and has no node of its own.
    Document,
    Object,
    Array,
    /// Members without an object around them (`["a": 1]`).
    Bare,
}

/// What came before in the open collection; decides what a comma means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Comma,
    Value,
    /// Something faulty that was reported: a comma may or may not follow.
    Error,
}

struct Open {
    inside: Inside,
    node: u32,
    before: Before,
    end: End,
    /// The bracket that opened it, if it is in the text.
    bracket: Option<JsonToken>,
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [JsonToken],
    at: usize,
    /// Ends of the openers, in order; `None` if all brackets match as written.
    ends: Option<std::vec::IntoIter<End>>,
    virtuals: std::vec::IntoIter<Virtual>,
    stack: Vec<Open>,
    /// How many collections enclose the chunk.
    depth: usize,
    nodes: nodes::NodeWriter,
}

/// Builds the leaf of a chunk.
pub fn parse(text: &str, lexed: &Lexed, pairs: Pairs, frame: Frame, depth: usize) -> LeafBuilder {
    let has_node = |token: &&JsonToken| token.kind.is_open() || token.kind.is_scalar();
    let room = 1 + lexed.tokens.iter().filter(has_node).count();
    let mut parser = Parser {
        text,
        tokens: &lexed.tokens,
        at: 0,
        ends: None,
        virtuals: Vec::new().into_iter(),
        stack: Vec::new(),
        depth,
        nodes: nodes::NodeWriter::with_room(room),
    };
    if let Pairs::Mended {
        ends,
        virtuals,
        unmatched,
    } = pairs
    {
        parser.ends = Some(ends.into_iter());
        parser.virtuals = virtuals.into_iter();
        parser.nodes.builder.unmatched = unmatched;
    }
    for &(start, end) in &lexed.open_comments {
        parser.error(start, end, "this comment is never closed, add `*/`");
    }
    for &(at, sign) in &lexed.invisible {
        let range = TextRange::new(at, at + sign.len_utf8());
        let message = invisible::message(sign);
        parser
            .nodes
            .builder
            .error(range, SyntaxErrorKind::Invisible, message);
    }
    if let Some(at) = lexed.too_deep {
        parser.nodes.too_deep(text, at);
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
            bracket: None,
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

    fn finish(mut self) -> LeafBuilder {
        self.nodes.report_unclosed();
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
        self.nodes.builder
    }

    fn token(&self, at: usize) -> Option<JsonToken> {
        self.tokens.get(at).copied()
    }

    /// The token at `at` if it still belongs to the collection on top.
    fn inner(&self, at: usize) -> Option<JsonToken> {
        let end = self.stack.last().map_or(0, |open| open.end.at as usize);
        self.token(at).filter(|_| at < end)
    }

    fn is_colon(&self, at: usize) -> bool {
        self.inner(at)
            .is_some_and(|token| token.kind == TokenKind::Colon)
    }

    fn set_before(&mut self, before: Before) {
        let has_nodes = self.nodes.builder.next_index() > 0;
        if let Some(open) = self.stack.last_mut() {
            // A document has one value, complete or not.
            open.before = match open.inside {
                Inside::Document if has_nodes => Before::Value,
                _ => before,
            };
        }
    }

    fn error(&mut self, start: usize, end: usize, message: &str) {
        self.nodes.error(
            TextRange::new(start, end),
            SyntaxErrorKind::Grammar,
            message,
        );
    }

    fn error_at(&mut self, token: JsonToken, message: &str) {
        self.error(token.start(), token.end(), message);
    }

    /// The end of the last token that was read.
    fn end_before(&self) -> usize {
        self.token(self.at.wrapping_sub(1))
            .map_or(0, |token| token.end())
    }

    fn comma(&mut self, token: JsonToken) {
        let Some(open) = self.stack.last() else {
            return;
        };
        if open.inside == Inside::Bare && self.stack.len() > 2 && !self.is_member(self.at + 1) {
            self.close_top();
            return;
        }
        let after = match open.before {
            Before::Value => Before::Comma,
            Before::Error => Before::Error,
            Before::Nothing | Before::Comma => {
                self.error_at(token, "nothing stands before this `,`, remove it");
                Before::Error
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
    fn is_sound_word(&self, token: JsonToken) -> bool {
        let word = self.text.get(token.start()..token.end()).unwrap_or("");
        token.kind == TokenKind::Word && strict::is_value(word)
    }

    fn garbage(&mut self, token: JsonToken) {
        let end = lexer::line_end(self.text.as_bytes(), token.start());
        let line = self.text.get(token.start()..end).unwrap_or("");
        let end = token.start() + line.trim_end().len();
        self.error(
            token.start(),
            end.max(token.end()),
            "the document ends before this, remove it",
        );
        self.at = self.tokens.len();
    }

    fn root(&mut self, token: JsonToken) {
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

    fn item(&mut self, token: JsonToken) {
        self.want_comma();
        if self.is_member(self.at) {
            self.error_at(token, "put `{` and `}` around the members of an object");
            self.open_bare(token);
        } else {
            self.value(token);
        }
    }

    fn bare_member(&mut self, token: JsonToken) {
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

    /// Reads a value: adds a scalar or opens a collection.
    fn value(&mut self, token: JsonToken) {
        if token.kind.is_open() {
            self.open(token);
            return;
        }
        self.at += 1;
        let is_sound = self.nodes.value(self.text, token);
        // A half-typed value may still get its comma.
        self.set_before(if is_sound {
            Before::Value
        } else {
            Before::Error
        });
    }
}
