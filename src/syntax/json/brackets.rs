//! Which bracket closes which.
//!
//! Where all brackets pair up as they stand, that is the answer, however the text is indented.
//! Where they do not, indentation says which one is missing or too many ([`by_indent`]), and
//! in a text without any, what stands around them ([`by_grammar`]).

mod by_grammar;
mod by_indent;

use super::lexer::{FIRST, Lexed, Token, TokenKind};
use crate::syntax::leaf::Frame;

/// How a collection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By its bracket, the token at [`End::at`].
    Closed,
    /// By a bracket of the other kind, the token at [`End::at`].
    WrongKind,
    /// Before the token at [`End::at`], without a bracket.
    Unclosed,
}

/// Where a collection ends.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// Index of a token, or their number.
    pub at: u32,
    pub how: How,
}

/// A collection whose opener is missing: what is inside stands indented below a colon, or
/// deeper than the closer.
#[derive(Debug, Clone, Copy)]
pub struct Virtual {
    /// Index of the first token inside.
    pub at: u32,
    /// The bracket that is missing.
    pub kind: TokenKind,
    pub end: End,
    /// Whether the key before the opener is missing too.
    pub is_keyless: bool,
}

/// The pairs of a piece's brackets.
#[derive(Debug)]
pub enum Pairs {
    /// Every bracket pairs up as it stands.
    Balanced,
    /// The ends of all openers, in their order; closers that end none are too many.
    Mended {
        ends: Vec<End>,
        /// Collections whose opener is missing, in their order.
        virtuals: Vec<Virtual>,
        /// Brackets without a partner, closers before openers.
        unmatched: Vec<u8>,
    },
}

/// Finds the pairs.
pub fn pair(text: &str, lexed: &Lexed, frame: Frame) -> Pairs {
    let tokens = &lexed.tokens;
    if is_balanced(tokens) {
        return Pairs::Balanced;
    }
    let lines = lines(text.as_bytes(), tokens);
    if is_indented(tokens, &lines) {
        by_indent::mend(tokens, lines, frame)
    } else {
        by_grammar::mend(tokens, frame)
    }
}

/// Pairs in the making.
struct Mended {
    ends: Vec<End>,
    /// Closers that close nothing, or something of the other kind.
    extra: Vec<u8>,
    virtuals: Vec<Virtual>,
    /// What an opener has as its end until one is found.
    last: End,
}

impl Mended {
    fn new(tokens: &[Token]) -> Self {
        Self {
            ends: Vec::new(),
            extra: Vec::new(),
            virtuals: Vec::new(),
            last: End {
                at: count(tokens.len()),
                how: How::Unclosed,
            },
        }
    }

    /// The number of the next opener.
    fn open(&mut self) -> usize {
        self.ends.push(self.last);
        self.ends.len() - 1
    }

    fn end(&mut self, ordinal: usize, at: usize, how: How) {
        if let Some(end) = self.ends.get_mut(ordinal) {
            *end = End { at: count(at), how };
        }
    }

    /// A collection from one token to the closer at another, whose line with the key and the
    /// opener is missing.
    fn virtual_before(&mut self, start: usize, closer: usize) {
        let place = (self.virtuals).partition_point(|found| (found.at as usize) < start);
        let there = self.virtuals.get(place);
        if there.is_some_and(|found| found.at as usize == start) {
            return;
        }
        let found = Virtual {
            at: count(start),
            kind: TokenKind::OpenBrace,
            end: End {
                at: count(closer),
                how: How::Closed,
            },
            is_keyless: true,
        };
        self.virtuals.insert(place, found);
    }

    fn extra(&mut self, token: Token) {
        self.extra.push(bracket(token.kind));
    }

    fn finish(mut self, tokens: &[Token]) -> Pairs {
        let openers = tokens.iter().filter(|token| token.kind.is_open());
        for (end, token) in self.ends.iter().zip(openers) {
            if end.how != How::Closed {
                self.extra.push(bracket(token.kind));
            }
        }
        self.virtuals
            .retain(|found| found.kind == TokenKind::OpenBrace || found.end.how == How::Closed);
        Pairs::Mended {
            ends: self.ends,
            virtuals: self.virtuals,
            unmatched: self.extra,
        }
    }
}

fn is_balanced(tokens: &[Token]) -> bool {
    let mut stack = Vec::new();
    for token in tokens {
        if token.kind.is_open() {
            stack.push(token.kind);
        } else if token.kind.is_close()
            && !stack.pop().is_some_and(|opener| token.kind.closes(opener))
        {
            return false;
        }
    }
    stack.is_empty()
}

/// A line that has tokens.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Index of its first token.
    first: usize,
    /// Bytes of blanks before anything else.
    indent: usize,
}

fn lines(text: &[u8], tokens: &[Token]) -> Vec<Line> {
    let mut out = Vec::new();
    for (first, token) in tokens.iter().enumerate() {
        if first > 0 && !token.has(FIRST) {
            continue;
        }
        let floor = tokens
            .get(first.wrapping_sub(1))
            .map_or(0, |before| before.end());
        let before = text.get(floor..token.start()).unwrap_or(&[]);
        let start = memchr::memrchr2(b'\n', b'\r', before).map_or(floor, |at| floor + at + 1);
        let rest = text.get(start..token.start()).unwrap_or(&[]);
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        out.push(Line {
            first,
            indent: rest.iter().take_while(blank).count(),
        });
    }
    out
}

/// Whether what stands in brackets is indented, as far as lines that end with an opener tell.
fn is_indented(tokens: &[Token], lines: &[Line]) -> bool {
    let mut votes = 0_i64;
    for pair in lines.windows(2) {
        let [line, next] = pair else { continue };
        let last = tokens.get(next.first - 1);
        let starts = tokens.get(next.first);
        if !last.is_some_and(|last| last.kind.is_open())
            || starts.is_some_and(|starts| starts.kind.is_close())
        {
            continue;
        }
        votes += if next.indent > line.indent { 1 } else { -1 };
    }
    votes > 0
}

/// A bracket as it is written.
pub(super) fn bracket(kind: TokenKind) -> u8 {
    match kind {
        TokenKind::OpenBrace => b'{',
        TokenKind::OpenBracket => b'[',
        TokenKind::CloseBrace => b'}',
        _ => b']',
    }
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
