//! Matches unbalanced brackets by indentation: a member at or left of its opener's line cannot be
//! inside it, and a closing bracket at the start of a line closes the opener whose line has the
//! same indent.

use super::{End, How, Line, Mended, Pairs, Virtual, count};
use crate::syntax::json::lexer::{FIRST, JsonToken, TokenKind};
use crate::syntax::leaf::Frame;

/// How many unclosed openers a closer is compared with; bounds the time.
const REACH: usize = 32;
/// How many lines are examined to see whether a line just has the wrong indent.
const LINES_AHEAD: usize = 64;

/// Matches the brackets of an indented text.
pub fn mend(tokens: &[JsonToken], lines: Vec<Line>, frame: Frame) -> Pairs {
    let mut mender = Mender {
        tokens,
        lines,
        keeps_root: frame == Frame::Document,
        stack: Vec::new(),
        ended: Vec::new(),
        out: Mended::new(tokens),
    };
    mender.run();
    mender.out.finish(tokens)
}

/// An opener without a closer so far.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: TokenKind,
    /// Its index among the openers, or among the virtual ones.
    ordinal: usize,
    /// Whether it is missing in the text; then its ordinal is that of a [`Virtual`].
    is_virtual: bool,
    line: usize,
    indent: usize,
}

struct Mender<'t> {
    tokens: &'t [JsonToken],
    lines: Vec<Line>,
    keeps_root: bool,
    stack: Vec<Open>,
    /// The lines of the openers that have ended, with the end, in the order of the ends.
    ended: Vec<(usize, usize)>,
    out: Mended,
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
            self.start_line(number, line);
            // `start_line` may have shifted a stray line.
            let indent = self.lines.get(number).map_or(0, |line| line.indent);
            for at in line.first..end {
                let Some(token) = self.tokens.get(at).copied() else {
                    continue;
                };
                if token.kind.is_open() {
                    let ordinal = self.out.open();
                    let before = at.checked_sub(1).and_then(|before| self.kind(before));
                    if before == Some(TokenKind::OpenBrace) && !token.has(FIRST) {
                        // `{{`: an object cannot start with a bracket, so this one is extra.
                        self.out.end(ordinal, at + 1, How::Unclosed);
                        continue;
                    }
                    self.stack.push(Open {
                        kind: token.kind,
                        ordinal,
                        is_virtual: false,
                        line: number,
                        indent,
                    });
                } else if token.kind.is_close() {
                    self.close(at, token, number, end);
                }
            }
            self.end_line(number, Line { indent, ..line }, end);
        }
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Opens a collection whose bracket is missing: something is indented below a line that ends
    /// with a colon. If it could also be a plain value on its own line, it only counts if a `]`
    /// follows.
    fn end_line(&mut self, number: usize, line: Line, next: usize) {
        let is_deeper = self
            .lines
            .get(number + 1)
            .is_some_and(|below| below.indent > line.indent);
        let is_member = self.kind(next + 1) == Some(TokenKind::Colon);
        let lacks_opener = match next.checked_sub(1).and_then(|last| self.kind(last)) {
            Some(TokenKind::Colon) => true,
            // A key alone on its line.
            Some(last) => is_member && last.is_scalar() && line.first + 1 == next,
            None => false,
        };
        let starts = self
            .kind(next)
            .is_some_and(|first| first.is_scalar() || first.is_open());
        if !is_deeper || !lacks_opener || !starts {
            return;
        }
        let kind = if is_member {
            TokenKind::OpenBrace
        } else {
            TokenKind::OpenBracket
        };
        self.stack.push(Open {
            kind,
            ordinal: self.out.virtuals.len(),
            is_virtual: true,
            line: number,
            indent: line.indent,
        });
        self.out.virtuals.push(Virtual {
            at: count(next),
            kind,
            end: self.out.last,
            is_keyless: false,
        });
    }

    /// A member at or left of an opener's line ends the opener's collection.
    fn start_line(&mut self, number: usize, line: Line) {
        let Some(first) = self.tokens.get(line.first) else {
            return;
        };
        if first.kind.is_close() {
            return;
        }
        // In comma-first style members have the opener's indent.
        let slack = usize::from(first.kind == TokenKind::Comma);
        let mut asked = false;
        while let Some(top) = self.stack.last().copied() {
            if top.line == number
                || top.indent < line.indent + slack
                || (self.keeps_root && self.stack.len() == 1)
            {
                break;
            }
            if !asked && self.shift_stray_lines(number, line, top) {
                // Read it again, with its new indent.
                let line = self.lines.get(number).copied().unwrap_or(line);
                if top.indent < line.indent + slack {
                    break;
                }
            }
            asked = true;
            self.end_top(line.first, How::Unclosed);
        }
    }

    /// Shifts lines that just lack their indent (after a paste) to that of the surrounding members.
    /// These are lines left of the members of the opener on top, if such members continue below and
    /// no line in between opens a new collection for them.
    fn shift_stray_lines(&mut self, number: usize, line: Line, top: Open) -> bool {
        let is_first = top.line + 1 == number;
        let body = top.line + 1 + usize::from(is_first);
        let Some(body) = self.lines.get(body).map(|line| line.indent) else {
            return false;
        };
        // Right after an opener, a line with its indent is a sign that the opener is unclosed.
        let left = if is_first { top.indent } else { body };
        if body <= top.indent || line.indent >= left {
            return false;
        }
        let step = body - top.indent;
        let ahead = self.lines.iter().enumerate().skip(number + 1);
        let back = ahead.take(LINES_AHEAD).find(|(_, next)| {
            next.indent >= body && !self.kind(next.first).is_some_and(TokenKind::is_close)
        });
        let Some((end, next)) = back else {
            return false;
        };
        let before = self.lines.get(end - 1).map_or(0, |before| before.indent);
        let opened = self
            .kind(next.first.wrapping_sub(1))
            .is_some_and(TokenKind::is_open);
        if opened && next.indent - before.min(next.indent) <= step {
            return false;
        }
        let shift = body - line.indent;
        for stray in self.lines.iter_mut().take(end).skip(number) {
            stray.indent += shift;
        }
        true
    }

    fn close(&mut self, at: usize, token: JsonToken, number: usize, line_end: usize) {
        let Some(top) = self.stack.last().copied() else {
            self.out.extra(token);
            return;
        };
        if token.has(FIRST) && self.close_by_indent(at, token, number) {
            return;
        }
        let near = self.stack.iter().rev().take(REACH);
        let same_line = near.take_while(|open| open.line == number);
        let found = same_line
            .clone()
            .position(|open| token.kind.closes(open.kind));
        if let Some(depth) = found {
            self.close_at(at, depth, How::Closed);
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
            self.open_before(at, token, number);
            self.out.extra(token);
        }
    }

    /// A closer has no opener, but the members above it are indented more: their line with the key
    /// and the opener is missing, the closer is not extra.
    fn open_before(&mut self, at: usize, token: JsonToken, number: usize) {
        let top = self.stack.last();
        let from = top.map_or(0, |top| top.line + 1);
        let Some(indent) = self.lines.get(number).map(|line| line.indent) else {
            return;
        };
        let takes_members =
            top.is_none_or(|top| top.kind == TokenKind::OpenBrace && top.indent < indent);
        if !token.has(FIRST) || token.kind != TokenKind::CloseBrace || !takes_members {
            return;
        }
        let above = self.lines.get(from..number).unwrap_or(&[]);
        let deeper = above.iter().rev().take(LINES_AHEAD);
        let count_deeper = deeper.take_while(|line| line.indent > indent).count();
        let first = number - count_deeper;
        let Some(start) = self.lines.get(first).map(|line| line.first) else {
            return;
        };
        let is_member = self.kind(start).is_some_and(TokenKind::is_scalar)
            && self.kind(start + 1) == Some(TokenKind::Colon);
        if is_member
            && (1..LINES_AHEAD).contains(&count_deeper)
            && self.stand_alone(first, start, at)
        {
            self.out.virtual_before(start, at);
        }
    }

    /// Whether the brackets between two tokens are balanced, and no earlier bracket is closed
    /// there.
    fn stand_alone(&self, line: usize, from: usize, to: usize) -> bool {
        let mut inside = self.ended.iter().rev();
        let alone = inside
            .by_ref()
            .take_while(|(_, end)| *end > from)
            .all(|(opened, _)| *opened >= line);
        alone && super::is_balanced(self.tokens.get(from..to).unwrap_or(&[]))
    }

    /// Closes the opener whose line has the indent of the closer's line, if there is one.
    fn close_by_indent(&mut self, at: usize, token: JsonToken, number: usize) -> bool {
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

    fn close_wrong(&mut self, at: usize, token: JsonToken, depth: usize) {
        self.out.extra(token);
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
        self.ended.push((open.line, at));
        if !open.is_virtual {
            self.out.end(open.ordinal, at, how);
            return;
        }
        if let Some(found) = self.out.virtuals.get_mut(open.ordinal) {
            found.end = End { at: count(at), how };
        }
        if how == How::Closed
            && let Some(token) = self.tokens.get(at)
        {
            self.out.extra(*token);
        }
    }
}
