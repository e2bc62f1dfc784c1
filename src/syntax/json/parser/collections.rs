//! How collections start and end.

use super::{Before, Inside, Open, Parser};
use crate::syntax::json::brackets::{End, How, Virtual};
use crate::syntax::json::lexer::{Token, TokenKind};
use crate::syntax::leaf::{MAX_DEPTH, NodeKind, UNCLOSED};

impl Parser<'_> {
    pub(super) fn open(&mut self, token: Token) {
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
            // A comma alone stands behind what was opened, not in it.
            end.at -= 1;
        }
        end
    }

    /// Starts a collection whose bracket is in the text.
    pub(super) fn push_opener(&mut self, token: Token, end: End) {
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
        // The piece's own frame on the stack stands for a collection that `depth` counts.
        if self.depth + self.stack.len() - 1 > MAX_DEPTH {
            self.nodes.too_deep(start);
            self.skip_inside(end);
        }
    }

    pub(super) fn open_bare(&mut self, token: Token) {
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
    pub(super) fn closer(&mut self, token: Token) {
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
        let is_bare = self
            .stack
            .last()
            .is_some_and(|open| open.inside == Inside::Bare);
        let is_last = self.at + 1 == self.tokens.len();
        if is_bare && token.kind == TokenKind::CloseBrace {
            // Its opener has been asked for already. It ends the members of an item, but those
            // of the document only as its very last.
            let is_item = self.stack.len() > 2;
            if is_item {
                self.close_top();
            }
            if is_item || is_last {
                self.at += 1;
                self.set_before(Before::Fault);
                return;
            }
        }
        self.error_at(token, "this bracket closes nothing, remove it");
        self.at += 1;
        self.set_before(Before::Fault);
    }

    /// The collection whose line with the key and the opener is missing here, if one is.
    pub(super) fn missing_line(&mut self) -> Option<Virtual> {
        let here = |found: &&Virtual| found.at as usize >= self.at;
        let next = self.virtuals.as_slice().iter().find(here)?;
        if next.at as usize != self.at || !next.is_keyless {
            return None;
        }
        self.missing_opener()
    }

    /// The collection that lacks its opener here, if one does.
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
