//! Matches brackets.
//!
//! If all brackets are balanced, they match as written, whatever the indentation. Otherwise
//! indentation shows which one is missing or extra ([`by_indent`]), and in a text without
//! indentation the neighbouring tokens do ([`mend_by_grammar`]).

mod by_indent;

use super::lexer::{FIRST, JsonToken, Lexed, TokenKind};
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
    /// Index of a token, or the number of tokens.
    pub at: u32,
    pub how: How,
}

/// A collection whose opener is missing: its content is indented below a colon, or deeper than the
/// closer.
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

/// The matched brackets of a chunk.
#[derive(Debug)]
pub enum Pairs {
    /// Every bracket matches as written.
    Balanced,
    /// The ends of all openers, in order. Closers that end nothing are extra.
    Mended {
        ends: Vec<End>,
        /// Collections whose opener is missing, in order.
        virtuals: Vec<Virtual>,
        /// Unmatched brackets, closers before openers.
        unmatched: Vec<u8>,
    },
}

/// Matches the brackets of a chunk.
pub fn pair(text: &str, lexed: &Lexed, frame: Frame) -> Pairs {
    let tokens = &lexed.tokens;
    if is_balanced(tokens) {
        return Pairs::Balanced;
    }
    let lines = lines(text.as_bytes(), tokens);
    if is_indented(tokens, &lines) {
        by_indent::mend(tokens, lines, frame)
    } else {
        mend_by_grammar(tokens, frame)
    }
}

/// Matches found so far.
struct Mended {
    ends: Vec<End>,
    /// Closers that close nothing, or something of the other kind.
    extra: Vec<u8>,
    virtuals: Vec<Virtual>,
    /// The end of an opener until a closer is found.
    last: End,
}

impl Mended {
    fn new(tokens: &[JsonToken]) -> Self {
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

    /// Adds an opener and returns its ordinal.
    fn open(&mut self) -> usize {
        self.ends.push(self.last);
        self.ends.len() - 1
    }

    fn end(&mut self, ordinal: usize, at: usize, how: How) {
        if let Some(end) = self.ends.get_mut(ordinal) {
            *end = End { at: count(at), how };
        }
    }

    /// Adds a collection from `start` to the closer, whose line with the key and the opener is
    /// missing.
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

    fn extra(&mut self, token: JsonToken) {
        self.extra.push(bracket(token.kind));
    }

    fn finish(mut self, tokens: &[JsonToken]) -> Pairs {
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

fn is_balanced(tokens: &[JsonToken]) -> bool {
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

/// A line with tokens.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Index of its first token.
    first: usize,
    /// Leading blanks in bytes.
    indent: usize,
}

fn lines(text: &[u8], tokens: &[JsonToken]) -> Vec<Line> {
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

/// Whether content in brackets is indented, judged by the lines that end with an opener.
fn is_indented(tokens: &[JsonToken], lines: &[Line]) -> bool {
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

/// How many unclosed openers a closer is compared with; bounds the time.
const REACH: usize = 32;

/// Matches the brackets of a text that is not indented.
fn mend_by_grammar(tokens: &[JsonToken], frame: Frame) -> Pairs {
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
    tokens: &'t [JsonToken],
    frame: Frame,
    /// Kinds and ordinals of the openers without a closer so far.
    stack: Vec<(TokenKind, usize)>,
    /// How many openers (braces, brackets) have no closer.
    opens_over: [usize; 2],
    /// How many closers (braces, brackets) have no opener.
    closes_over: [usize; 2],
    /// Number of closers still to come.
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

    fn close(&mut self, at: usize, token: JsonToken) {
        let over = self.closes_over[index(token.kind)];
        if over > 0 && self.closer_contradicts(at) {
            self.closes_over[index(token.kind)] -= 1;
            self.out.extra(token);
            return;
        }
        let mut near = self.stack.iter().rev().take(REACH);
        let Some(depth) = near.position(|(kind, _)| token.kind.closes(*kind)) else {
            self.out.extra(token);
            // There are as many closers as openers: this one just has the wrong kind.
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

    /// Whether members are expected `depth` below the top; `None` outside the document.
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

    /// Whether an opener is where a key is expected, or is an array that starts with a key.
    fn opener_contradicts(&self, at: usize, token: JsonToken) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.kind(before));
        match self.wants_members(0) {
            Some(true) => {
                before != Some(TokenKind::Colon)
                    || (token.kind == TokenKind::OpenBracket && self.is_member(at + 1))
            }
            _ => token.kind == TokenKind::OpenBracket && self.is_member(at + 1),
        }
    }

    /// Whether what follows a closer cannot be outside the collection on top.
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

/// At most this many closing brackets are written out in a message.
const FEW: usize = 8;

/// What is said of a closing bracket of the wrong kind.
pub(in crate::syntax) fn wrong_closer(wanted: char) -> String {
    format!("write `{wanted}` to close what was opened")
}

/// The message for brackets that are never closed, innermost first. They all end at the same place,
/// so they have one cause.
pub(in crate::syntax) fn never_closed(openers: &[u8]) -> String {
    let close = |opener: &u8| if *opener == b'{' { '}' } else { ']' };
    let closers: String = openers.iter().take(FEW).map(close).collect();
    let open = openers.first().map_or('{', |opener| char::from(*opener));
    let add = if openers.len() > FEW {
        String::new()
    } else {
        format!(", add `{closers}`")
    };
    match openers.len() {
        0 | 1 => format!("close this `{open}` with `{closers}`"),
        2 => format!("close this `{open}` and the bracket around it{add}"),
        many => format!(
            "close this `{open}` and the {} brackets around it{add}",
            many - 1
        ),
    }
}
