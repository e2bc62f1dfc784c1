//! Which bracket closes which.
//!
//! Where all brackets pair up as they stand, that is the answer, however the text is indented.
//! Where they do not, indentation says which one is missing or too many: a member that starts a
//! line at or left of its opener's line cannot be inside it, and a closing bracket at the start
//! of a line closes the opener whose line has its indent.

use super::lexer::{FIRST, Lexed, Token, TokenKind};
use crate::syntax::leaf::Frame;

/// How far a closer looks for its opener among those that seem unclosed; bounds the time.
const REACH: usize = 32;
/// How many lines are looked at to see whether a line is merely indented wrongly.
const LINES_AHEAD: usize = 64;

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

/// The pairs of a piece's brackets.
#[derive(Debug)]
pub enum Pairs {
    /// Every bracket pairs up as it stands.
    Balanced,
    /// The ends of all openers, in their order; closers that end none are too many.
    Mended {
        ends: Vec<End>,
        /// Brackets without a partner, closers before openers.
        unmatched: Vec<u8>,
    },
}

/// Finds the pairs.
pub fn pair(text: &str, lexed: &Lexed, frame: Frame) -> Pairs {
    if is_balanced(&lexed.tokens) {
        return Pairs::Balanced;
    }
    let lines = lines(text.as_bytes(), &lexed.tokens);
    let mut mender = Mender {
        tokens: &lexed.tokens,
        by_indent: is_indented(&lexed.tokens, &lines),
        lines,
        keeps_root: frame == Frame::Document,
        stack: Vec::new(),
        closers_left: lexed
            .tokens
            .iter()
            .filter(|token| token.kind.is_close())
            .count(),
        ends: Vec::new(),
        extra: Vec::new(),
    };
    mender.run();
    mender.finish()
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

/// An opener that waits for its closer.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: TokenKind,
    /// Its number among the openers.
    ordinal: usize,
    line: usize,
    indent: usize,
}

struct Mender<'t> {
    tokens: &'t [Token],
    lines: Vec<Line>,
    by_indent: bool,
    keeps_root: bool,
    stack: Vec<Open>,
    /// Number of closers that are still to come.
    closers_left: usize,
    ends: Vec<End>,
    /// Closers that close nothing, or something of the other kind.
    extra: Vec<u8>,
}

impl Mender<'_> {
    fn run(&mut self) {
        for number in 0..self.lines.len() {
            let Some(&line) = self.lines.get(number) else {
                continue;
            };
            let end = self
                .lines
                .get(number + 1)
                .map_or(self.tokens.len(), |next| next.first);
            if self.by_indent {
                self.start_line(number, line);
            }
            for at in line.first..end {
                let Some(token) = self.tokens.get(at).copied() else {
                    continue;
                };
                if token.kind.is_open() {
                    self.stack.push(Open {
                        kind: token.kind,
                        ordinal: self.ends.len(),
                        line: number,
                        indent: line.indent,
                    });
                    self.ends.push(End {
                        at: count(self.tokens.len()),
                        how: How::Unclosed,
                    });
                } else if token.kind.is_close() {
                    self.closers_left -= 1;
                    self.close(at, token, number, end);
                }
            }
        }
    }

    fn finish(mut self) -> Pairs {
        let mut openers: Vec<u8> = Vec::new();
        let kinds = self.tokens.iter().filter(|token| token.kind.is_open());
        for (end, token) in self.ends.iter().zip(kinds) {
            if end.how != How::Closed {
                openers.push(bracket(token.kind));
            }
        }
        self.extra.append(&mut openers);
        Pairs::Mended {
            ends: self.ends,
            unmatched: self.extra,
        }
    }

    /// A member at or left of an opener's line ends what the opener started.
    fn start_line(&mut self, number: usize, line: Line) {
        let Some(first) = self.tokens.get(line.first) else {
            return;
        };
        if first.kind.is_close() {
            return;
        }
        // Comma-first style has its members at the opener's indent.
        let slack = usize::from(first.kind == TokenKind::Comma);
        let mut asked = false;
        while let Some(top) = self.stack.last().copied() {
            if top.line == number
                || top.indent < line.indent + slack
                || (self.keeps_root && self.stack.len() == 1)
            {
                break;
            }
            if !asked && self.is_stray_line(number, line, top) {
                break;
            }
            asked = true;
            self.end_top(line.first, How::Unclosed);
        }
    }

    /// Whether a line merely lacks its indent (a paste): the members that the opener on top
    /// had so far go on below, and nothing on the way there has opened them anew.
    fn is_stray_line(&self, number: usize, line: Line, top: Open) -> bool {
        let Some(body) = self
            .lines
            .get(top.line + 1)
            .filter(|_| top.line + 1 < number)
        else {
            return false;
        };
        if body.indent <= top.indent || line.indent >= body.indent {
            return false;
        }
        let step = body.indent - top.indent;
        let ahead = self.lines.iter().enumerate().skip(number + 1);
        for (at, next) in ahead.take(LINES_AHEAD) {
            let starts = self.tokens.get(next.first).map(|token| token.kind);
            if next.indent < body.indent || starts.is_some_and(TokenKind::is_close) {
                continue;
            }
            let opened = self
                .tokens
                .get(next.first.wrapping_sub(1))
                .is_some_and(|token| token.kind.is_open());
            let before = self.lines.get(at - 1).map_or(0, |before| before.indent);
            return !(opened && next.indent - before.min(next.indent) <= step);
        }
        false
    }

    fn close(&mut self, at: usize, token: Token, number: usize, line_end: usize) {
        let Some(top) = self.stack.last().copied() else {
            self.extra.push(bracket(token.kind));
            return;
        };
        if self.by_indent && token.has(FIRST) && self.close_by_indent(at, token, number) {
            return;
        }
        let known = self.stack.iter().rev().take(REACH);
        let same_line = known.clone().take_while(|open| open.line == number);
        let found = same_line
            .clone()
            .position(|open| token.kind.closes(open.kind));
        if let Some(depth) = found {
            self.close_at(at, depth, How::Closed);
            return;
        }
        if !self.by_indent {
            let found = known.clone().position(|open| token.kind.closes(open.kind));
            match found {
                Some(depth) => self.close_at(at, depth, How::Closed),
                None if self.closers_left < self.stack.len() => self.close_wrong(at, token, 0),
                None => self.extra.push(bracket(token.kind)),
            }
            return;
        }
        let skipped = same_line.count();
        let outer = self.stack.iter().rev().nth(skipped).copied();
        let last = self.tokens.get(at + 1..line_end).unwrap_or(&[]);
        let is_last = last
            .iter()
            .all(|next| next.kind.is_close() || next.kind == TokenKind::Comma);
        let fits = outer.is_some_and(|open| {
            token.kind.closes(open.kind) && !(is_last && self.goes_on(open, number))
        });
        if fits {
            self.close_at(at, skipped, How::Closed);
        } else if top.line == number {
            self.close_wrong(at, token, 0);
        } else {
            self.extra.push(bracket(token.kind));
        }
    }

    /// Closes the opener whose line has the indent of the closer's line, if there is one.
    fn close_by_indent(&mut self, at: usize, token: Token, number: usize) -> bool {
        let Some(indent) = self.lines.get(number).map(|line| line.indent) else {
            return false;
        };
        let near = self.stack.iter().rev().take(REACH).enumerate();
        let mut level = near
            .skip_while(|(_, open)| open.indent > indent)
            .take_while(|(_, open)| open.indent == indent);
        let Some((nearest, open)) = level.next() else {
            return false;
        };
        let is_root = |depth: usize| self.keeps_root && depth + 1 == self.stack.len();
        let found = if token.kind.closes(open.kind) {
            Some(nearest)
        } else {
            level
                .find(|(_, open)| token.kind.closes(open.kind))
                .map(|(depth, _)| depth)
        };
        let depth = found.unwrap_or(nearest);
        let goes_on = self.goes_on(*open, number);
        if (is_root(depth) || found.is_none()) && goes_on {
            return false;
        }
        if found.is_some() {
            self.close_at(at, depth, How::Closed);
        } else {
            self.close_wrong(at, token, depth);
        }
        true
    }

    /// Whether the lines after `number` still belong to the opener.
    fn goes_on(&self, open: Open, number: usize) -> bool {
        let Some(next) = self.lines.get(number + 1) else {
            return false;
        };
        let closes = self
            .tokens
            .get(next.first)
            .is_some_and(|token| token.kind.is_close());
        if closes {
            next.indent == open.indent
        } else {
            next.indent > open.indent
        }
    }

    fn close_wrong(&mut self, at: usize, token: Token, depth: usize) {
        self.extra.push(bracket(token.kind));
        self.close_at(at, depth, How::WrongKind);
    }

    /// Ends the opener `depth` below the top, and those above it as unclosed.
    fn close_at(&mut self, at: usize, depth: usize, how: How) {
        for _ in 0..depth {
            self.end_top(at, How::Unclosed);
        }
        self.end_top(at, how);
    }

    fn end_top(&mut self, at: usize, how: How) {
        let Some(open) = self.stack.pop() else {
            return;
        };
        if let Some(end) = self.ends.get_mut(open.ordinal) {
            *end = End { at: count(at), how };
        }
    }
}

fn bracket(kind: TokenKind) -> u8 {
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
