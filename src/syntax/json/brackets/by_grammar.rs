//! Brackets mended by what stands around them, for texts without indentation.
//!
//! Only brackets of a kind that is there too often are doubted, and only where they contradict
//! their neighbours; what is left is paired from the inside out.

use super::{How, Mended, Pairs};
use crate::syntax::json::lexer::{Token, TokenKind};
use crate::syntax::leaf::Frame;

/// How far a closer looks for its opener among those that seem unclosed; bounds the time.
const REACH: usize = 32;

/// Finds the pairs of a text that is not indented.
pub fn mend(tokens: &[Token], frame: Frame) -> Pairs {
    let count = |kind| tokens.iter().filter(|token| token.kind == kind).count();
    let opens = [count(TokenKind::OpenBrace), count(TokenKind::OpenBracket)];
    let closes = [count(TokenKind::CloseBrace), count(TokenKind::CloseBracket)];
    let surplus = |many: [usize; 2], few: [usize; 2]| {
        [
            many[0].saturating_sub(few[0]),
            many[1].saturating_sub(few[1]),
        ]
    };
    let mut mender = Mender {
        tokens,
        frame,
        stack: Vec::new(),
        opens_over: surplus(opens, closes),
        closes_over: surplus(closes, opens),
        closers_left: closes[0] + closes[1],
        out: Mended::new(tokens),
    };
    mender.run();
    mender.out.finish(tokens)
}

struct Mender<'t> {
    tokens: &'t [Token],
    frame: Frame,
    /// Kinds and numbers of the openers that wait for their closer.
    stack: Vec<(TokenKind, usize)>,
    /// How many openers, of braces and of brackets, have no closer.
    opens_over: [usize; 2],
    /// How many closers, of braces and of brackets, have no opener.
    closes_over: [usize; 2],
    /// Number of closers that are still to come.
    closers_left: usize,
    out: Mended,
}

impl Mender<'_> {
    fn run(&mut self) {
        for (at, token) in self.tokens.iter().enumerate() {
            if token.kind.is_open() {
                let ordinal = self.out.open();
                let over = self.opens_over[index(token.kind)];
                if over > 0 && self.opener_contradicts(at, *token) {
                    self.opens_over[index(token.kind)] -= 1;
                    self.out.end(ordinal, at + 1, How::Unclosed);
                } else {
                    self.stack.push((token.kind, ordinal));
                }
            } else if token.kind.is_close() {
                self.closers_left -= 1;
                self.close(at, *token);
            }
        }
    }

    fn close(&mut self, at: usize, token: Token) {
        let over = self.closes_over[index(token.kind)];
        if over > 0 && self.closer_contradicts(at) {
            self.closes_over[index(token.kind)] -= 1;
            self.out.extra(token);
            return;
        }
        let mut near = self.stack.iter().rev().take(REACH);
        let Some(depth) = near.position(|(kind, _)| token.kind.closes(*kind)) else {
            self.out.extra(token);
            // As many closers as openers: this one is only of the wrong kind.
            if self.closers_left < self.stack.len() {
                self.end_top(at, How::WrongKind);
            }
            return;
        };
        for _ in 0..depth {
            self.end_top(at, How::Unclosed);
        }
        self.end_top(at, How::Closed);
    }

    fn end_top(&mut self, at: usize, how: How) {
        if let Some((_, ordinal)) = self.stack.pop() {
            self.out.end(ordinal, at, how);
        }
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn is_member(&self, at: usize) -> bool {
        self.kind(at).is_some_and(TokenKind::is_scalar)
            && self.kind(at + 1) == Some(TokenKind::Colon)
    }

    /// Whether members are wanted `depth` below the top; `None` outside of the document.
    fn wants_members(&self, depth: usize) -> Option<bool> {
        match self.stack.iter().rev().nth(depth) {
            Some((kind, _)) => Some(*kind == TokenKind::OpenBrace),
            None if self.stack.len() < depth => None,
            None => match self.frame {
                Frame::Document => None,
                Frame::Entries => Some(true),
                Frame::Items => Some(false),
            },
        }
    }

    /// An opener where a key is wanted, or an array that starts with a key.
    fn opener_contradicts(&self, at: usize, token: Token) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.kind(before));
        match self.wants_members(0) {
            Some(true) => {
                before != Some(TokenKind::Colon)
                    || (token.kind == TokenKind::OpenBracket && self.is_member(at + 1))
            }
            _ => token.kind == TokenKind::OpenBracket && self.is_member(at + 1),
        }
    }

    /// A closer behind which something stands that cannot be outside of the collection on top.
    fn closer_contradicts(&self, at: usize) -> bool {
        let Some(next) = self.kind(at + 1) else {
            return false;
        };
        let outside = self.wants_members(1);
        match next {
            TokenKind::Comma => match outside {
                Some(members) => {
                    self.kind(at + 2).is_some_and(|kind| !kind.is_close())
                        && members != self.is_member(at + 2)
                }
                None => true,
            },
            TokenKind::CloseBrace => outside == Some(false),
            TokenKind::CloseBracket => outside == Some(true),
            _ => true,
        }
    }
}

fn index(kind: TokenKind) -> usize {
    usize::from(matches!(
        kind,
        TokenKind::OpenBracket | TokenKind::CloseBracket
    ))
}
