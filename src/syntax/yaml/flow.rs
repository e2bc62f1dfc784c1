//! Flow collections, `[...]` and `{...}`, in one pass with a stack of their own.

use super::block::Reader;
use super::lines::{Line, blank_or_end, closing_quote, is_blank, line_at, skip_blanks, trim_end};
use super::scalar;
use crate::syntax::leaf::{NodeKind, UNCLOSED};

/// What is expected next inside a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// An item of a sequence or the key of an entry.
    Node,
    /// The colon after a key.
    Colon,
    /// The value after a colon.
    Value,
    /// A comma or the end.
    Comma,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    node: u32,
    /// The bracket; nothing for the single pair of `[key: value]`.
    bracket: Option<u8>,
    at: usize,
    map: bool,
    expect: Expect,
    /// Where a value would be typed after the last colon.
    place: usize,
    /// Whether anything stands before the next comma.
    filled: bool,
}

struct Flow {
    open: Vec<Open>,
    at: usize,
    limit: usize,
    /// Where the line of `at` ends; it is only known for `at` up to it.
    line_end: usize,
    /// The first place that lacks a comma.
    comma: Option<(usize, usize)>,
}

impl Reader<'_> {
    /// Reads a flow collection that starts on the line; it may go on below.
    pub(super) fn flow(&mut self, at: usize, line: Line) {
        let (limit, closed) = self.extent(at, line);
        if !closed && skip_blanks(self.bytes, at + 1, line.end) == line.end {
            let below = self.peek().filter(|next| next.start < limit);
            let block = below.is_some_and(|next| {
                let end = trim_end(self.bytes, next.content, next.end);
                self.bytes[end - 1] != b','
                    && !matches!(self.bytes[next.content], b'"' | b'{' | b'}' | b'[' | b']')
            });
            if block {
                self.unclosed_bracket(at);
                return self.await_value(at);
            }
        }
        let mut flow = Flow {
            open: Vec::new(),
            at,
            limit,
            line_end: line.end.min(limit),
            comma: None,
        };
        self.flow_open(&mut flow);
        while let Some(top) = flow.open.last().copied() {
            self.flow_space(&mut flow);
            if flow.at >= flow.limit {
                break;
            }
            self.flow_step(&mut flow, top);
        }
        let bracket = |open: &&Open| open.bracket.is_some();
        let unclosed = flow.open.iter().rev().find(bracket).copied();
        if let Some(open) = unclosed {
            self.unclosed_bracket(open.at);
            while !flow.open.is_empty() {
                self.flow_close(&mut flow, None);
            }
        } else if let Some((from, to)) = flow.comma {
            self.fault(from, to, "a `,` is missing before this");
        }
        let last = self.line_around(self.last_end.saturating_sub(1), line);
        if unclosed.is_none() {
            self.after_value(self.last_end, last, "the closing bracket");
        }
        self.at = if closed { last.next } else { limit }.max(line.next);
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        self.certain &= self.peek().is_none_or(|next| next.indent() <= parent);
    }

    /// How far the collection may reach, and whether its brackets are closed within that.
    fn extent(&mut self, at: usize, line: Line) -> (usize, bool) {
        if let Some(end) = self.balanced(at, line.end) {
            return (end, true);
        }
        self.certain = false;
        let region = self.region_end(line.next).max(line.end);
        if let Some(end) = self.balanced(at, region) {
            return (end, true);
        }
        // The closing bracket at the indent of the key: wrong, but what many write.
        if region < self.bytes.len() && region > line.end {
            let last = line_at(self.bytes, region);
            let parent = self.levels.last().map_or(-1, |level| level.indent);
            if last.indent() == parent
                && matches!(self.bytes[last.content], b'}' | b']')
                && self.balanced(at, last.end).is_some()
            {
                let message = "indent this bracket more than the key its value belongs to";
                self.fault(last.content, last.content + 1, message);
                return (last.end, true);
            }
        }
        (region, false)
    }

    /// One past the bracket that closes the one at `at`; quotes count while they are closed
    /// on their line.
    fn balanced(&mut self, at: usize, limit: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut from = at;
        let mut line_end = at;
        let limit = limit.min(at.saturating_add(self.budget));
        while from < limit {
            match self.bytes[from] {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        self.budget -= from - at;
                        return Some(from + 1);
                    }
                }
                b'"' | b'\'' if starts_token(self.bytes, from) => {
                    if line_end <= from {
                        line_end = line_at(self.bytes, from).end.min(limit);
                    }
                    from = self.flow_quote_end(from, line_end, limit).unwrap_or(from);
                }
                b'#' if is_blank(self.bytes[from - 1]) => from = line_at(self.bytes, from).end,
                _ => {}
            }
            from += 1;
        }
        self.budget -= limit - at;
        None
    }

    /// The closing quote, where what follows it shows that it is one.
    fn flow_quote_end(&self, open: usize, line_end: usize, limit: usize) -> Option<usize> {
        for end in [line_end, limit] {
            let Some(close) = closing_quote(self.bytes, open, end) else {
                if end - open > 4096 {
                    return None;
                }
                continue;
            };
            let after = skip_blanks(self.bytes, close + 1, limit);
            let follows = self.bytes.get(after).filter(|_| after < limit);
            if matches!(
                follows,
                None | Some(b',' | b'}' | b']' | b':' | b'#' | b'\n' | b'\r')
            ) {
                return Some(close);
            }
            // Only a comma is missing.
            let next = follows.copied().unwrap_or(0);
            let apart = after > close + 1 && end == line_end;
            let starts = next.is_ascii_alphanumeric() || b"\"'{[_$".contains(&next);
            return Some(close).filter(|_| apart && starts);
        }
        None
    }

    fn unclosed_bracket(&mut self, at: usize) {
        let (open, close) = if self.bytes[at] == b'[' {
            ('[', ']')
        } else {
            ('{', '}')
        };
        let message = format!("this `{open}` is never closed; add `{close}`");
        self.fault(at, at + 1, message);
    }

    /// Passes blanks, line breaks and comments.
    fn flow_space(&mut self, flow: &mut Flow) {
        while flow.at < flow.limit {
            match self.bytes[flow.at] {
                b' ' | b'\t' => flow.at += 1,
                b'\n' | b'\r' => {
                    self.certain = false;
                    flow.at += 1;
                }
                b'#' if flow.at > 0 && !matches!(self.bytes[flow.at - 1], b',' | b'[' | b'{') => {
                    self.certain = false;
                    flow.at = line_at(self.bytes, flow.at).end;
                }
                _ => return,
            }
        }
        flow.at = flow.at.min(flow.limit);
    }

    fn flow_step(&mut self, flow: &mut Flow, top: Open) {
        let at = flow.at;
        let first = self.bytes[at];
        if first == b':' && self.flow_colon(flow, top) {
            return;
        }
        match first {
            b',' => self.flow_comma(flow, top),
            b']' | b'}' => self.flow_end(flow),
            _ if top.expect == Expect::Colon => {
                if top.bracket.is_some() || first != b':' {
                    self.flow_missing(flow, at);
                }
                self.flow_absent(flow, self.last_end);
                set(flow, Expect::Node);
            }
            _ if top.expect == Expect::Comma => {
                if top.bracket.is_none() {
                    return self.flow_close(flow, None);
                }
                self.flow_missing(flow, at);
                set(flow, Expect::Node);
            }
            b'[' | b'{' => self.flow_open(flow),
            b'&' | b'!' => {
                let stop = self.token_end(at, flow.limit);
                self.read_props(at, stop);
                flow.at = stop;
            }
            _ => self.flow_scalar(flow, top),
        }
    }

    fn flow_missing(&mut self, flow: &mut Flow, at: usize) {
        self.certain = false;
        let length = self.text[at..].chars().next().map_or(1, char::len_utf8);
        flow.comma = flow.comma.or(Some((at, at + length)));
    }

    fn flow_comma(&mut self, flow: &mut Flow, top: Open) {
        match top.expect {
            Expect::Colon => self.flow_absent(flow, self.last_end),
            Expect::Value => self.flow_absent(flow, top.place),
            Expect::Node if !top.filled => {
                self.fault(
                    flow.at,
                    flow.at + 1,
                    "nothing stands before this `,`; remove it",
                );
            }
            _ => {}
        }
        if top.bracket.is_none() {
            return self.flow_close(flow, None);
        }
        set(flow, Expect::Node);
        if let Some(open) = flow.open.last_mut() {
            open.filled = false;
        }
        flow.at += 1;
    }

    /// A missing value.
    fn flow_absent(&mut self, flow: &mut Flow, place: usize) {
        self.certain = false;
        self.push(NodeKind::Missing, place, place);
        set(flow, Expect::Comma);
    }

    fn flow_colon(&mut self, flow: &mut Flow, top: Open) -> bool {
        let at = flow.at;
        let next = self
            .bytes
            .get(at + 1)
            .copied()
            .filter(|_| at + 1 < flow.limit);
        let spaced = next.is_none_or(|next| b" \t\r\n,[]{}".contains(&next));
        if top.expect == Expect::Colon
            && (spaced || self.bytes[at - 1] == b'"' || self.bytes[at - 1] == b'\'')
        {
            self.certain &= spaced;
            flow.at += 1;
            self.last_end = self.last_end.max(at + 1);
            if let Some(open) = flow.open.last_mut() {
                open.expect = Expect::Value;
                open.place = at + 1 + usize::from(next == Some(b' '));
            }
            return true;
        }
        if !spaced {
            return false;
        }
        match top.expect {
            Expect::Node if top.map => {
                self.certain = false;
                self.push(NodeKind::Missing, at, at);
                set(flow, Expect::Colon);
                return self.flow_colon(flow, *flow.open.last().unwrap_or(&top));
            }
            _ => self.fault(at, at + 1, "a second `: `; put the value in quotes"),
        }
        flow.at += 1;
        true
    }

    fn flow_open(&mut self, flow: &mut Flow) {
        let at = flow.at;
        let map = self.bytes[at] == b'{';
        let kind = if map {
            NodeKind::FlowMapping
        } else {
            NodeKind::FlowSequence
        };
        if self.is_too_deep(self.levels.len() + flow.open.len()) {
            self.too_deep(at);
            self.push(NodeKind::Missing, at, at);
            flow.at = flow.limit;
            return;
        }
        let node = self.push(kind, at, at + 1);
        flow.at += 1;
        fill(flow);
        flow.open.push(Open {
            node,
            bracket: Some(self.bytes[at]),
            at,
            map,
            expect: Expect::Node,
            place: at + 1,
            filled: false,
        });
    }

    /// A closing bracket.
    fn flow_end(&mut self, flow: &mut Flow) {
        let at = flow.at;
        let opener = if self.bytes[at] == b']' { b'[' } else { b'{' };
        let fits = |open: &Open| open.bracket == Some(opener);
        flow.at += 1;
        if !flow.open.iter().any(fits) {
            let mark = char::from(self.bytes[at]);
            self.fault(
                at,
                at + 1,
                format!("nothing is open that `{mark}` closes; remove it"),
            );
            return;
        }
        while let Some(top) = flow.open.last().copied() {
            if fits(&top) {
                return self.flow_close(flow, Some(at + 1));
            }
            if top.bracket.is_some() {
                self.unclosed_bracket(top.at);
            }
            self.flow_close(flow, None);
        }
    }

    /// Ends the innermost collection; without an end it is not closed.
    fn flow_close(&mut self, flow: &mut Flow, end: Option<usize>) {
        let Some(top) = flow.open.last().copied() else {
            return;
        };
        match top.expect {
            Expect::Colon => self.flow_absent(flow, self.last_end),
            Expect::Value => self.flow_absent(flow, top.place),
            _ => {}
        }
        flow.open.pop();
        if end.is_none() && top.bracket.is_some() {
            self.out.flag(top.node, UNCLOSED);
        }
        self.last_end = end.unwrap_or(self.last_end);
        self.out.close(top.node, self.last_end);
    }

    fn token_end(&self, from: usize, limit: usize) -> usize {
        let mut at = from;
        while at < limit && !b" \t\r\n,[]{}".contains(&self.bytes[at]) {
            at += 1;
        }
        at
    }

    fn flow_scalar(&mut self, flow: &mut Flow, top: Open) {
        let at = flow.at;
        if flow.line_end <= at {
            flow.line_end = line_at(self.bytes, at).end.min(flow.limit);
        }
        let line_end = flow.line_end;
        let quote = matches!(self.bytes[at], b'"' | b'\'');
        let mut closed = true;
        let (kind, end) = match self.bytes[at] {
            mark @ (b'"' | b'\'') => {
                let kind = if mark == b'"' {
                    NodeKind::Double
                } else {
                    NodeKind::Single
                };
                if let Some(close) = self.flow_quote_end(at, line_end, flow.limit) {
                    self.certain &= close < line_end;
                    (kind, close + 1)
                } else {
                    closed = false;
                    let cut = memchr::memchr3(b',', b']', b'}', &self.bytes[at + 1..line_end]);
                    let end = cut.map_or(line_end, |cut| at + 1 + cut);
                    (kind, trim_end(self.bytes, at + 1, end))
                }
            }
            b'*' => (NodeKind::Alias, self.token_end(at, flow.limit)),
            _ => (NodeKind::Plain, self.flow_plain_end(flow, line_end)),
        };
        let mut end = end.max(at + 1);
        if kind == NodeKind::Plain && top.map && top.expect == Expect::Value {
            end = self.before_next_key(at, end, line_end);
        }
        let pair = !top.map && self.pair_follows(end, line_end, quote);
        if pair {
            self.certain = false;
            let node = self.out.open(NodeKind::FlowMapping, at);
            flow.open.push(Open {
                node,
                bracket: None,
                at,
                map: true,
                expect: Expect::Node,
                place: at,
                filled: false,
            });
        }
        let end = if kind == NodeKind::Plain && !pair && !(top.map && top.expect == Expect::Node) {
            self.flow_plain_lines(flow, end)
        } else {
            end
        };
        let node = self.push(kind, at, end);
        flow.at = end;
        fill(flow);
        self.flow_value(node, at, end, closed);
    }

    fn flow_value(&mut self, node: u32, at: usize, end: usize, closed: bool) {
        match self.bytes[at] {
            b'"' | b'\'' => {
                if !closed {
                    self.out.flag(node, UNCLOSED);
                    self.unclosed_quote(at);
                }
                self.decode(node, at, end);
            }
            b'*' => self.certain = false,
            first => {
                if matches!(first, b'@' | b'`' | b'%' | b'|' | b'>' | b'#') {
                    let mark = char::from(first);
                    let message = format!("a value cannot start with `{mark}`; put it in quotes");
                    self.fault(at, at + 1, message);
                }
                let dash = first == b'-';
                self.certain &= !dash;
                self.check_plain(at, end, first);
                if let Some(value) = scalar::plain(&self.text[at..end]) {
                    self.out.set_value(node, value);
                }
            }
        }
    }

    /// Whether a colon makes the item of a sequence a pair.
    fn pair_follows(&self, end: usize, line_end: usize, quote: bool) -> bool {
        let at = skip_blanks(self.bytes, end, line_end);
        at < line_end
            && self.bytes[at] == b':'
            && (quote && at == end
                || blank_or_end(self.bytes, at + 1, line_end)
                || b",[]{}".contains(&self.bytes[at + 1]))
    }

    /// The end of a value that lacks the comma before the key that ends it:
    /// `{a: value key: ...}`.
    fn before_next_key(&self, at: usize, end: usize, line_end: usize) -> usize {
        let last = self.bytes[at..end].iter().rposition(|byte| is_blank(*byte));
        match last {
            Some(blank) if self.pair_follows(end, line_end, false) => {
                trim_end(self.bytes, at, at + blank)
            }
            _ => end,
        }
    }

    fn flow_plain_end(&self, flow: &Flow, line_end: usize) -> usize {
        let mut at = flow.at;
        while at < line_end {
            match self.bytes[at] {
                b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if blank_or_end(self.bytes, at + 1, line_end)
                    || b",[]{}".contains(&self.bytes[at + 1]) =>
                {
                    break;
                }
                b'#' if at > flow.at && is_blank(self.bytes[at - 1]) => break,
                _ => at += 1,
            }
        }
        trim_end(self.bytes, flow.at, at)
    }

    /// Further lines of a plain scalar, up to one that looks like an entry.
    fn flow_plain_lines(&mut self, flow: &Flow, mut end: usize) -> usize {
        loop {
            let after = skip_blanks(self.bytes, end, flow.limit);
            if after >= flow.limit || !matches!(self.bytes[after], b'\n' | b'\r') {
                return end;
            }
            let line = line_at(self.bytes, after);
            let (next, comment) = super::lines::content_from(self.bytes, line.next);
            let Some(next) = next.filter(|next| !comment && next.content < flow.limit) else {
                return end;
            };
            let stop = next.end.min(flow.limit);
            let part = Flow {
                open: Vec::new(),
                at: next.content,
                limit: flow.limit,
                line_end: stop,
                comma: None,
            };
            let to = self.flow_plain_end(&part, stop);
            let quote = matches!(self.bytes[next.content], b'"' | b'\'');
            if quote || to == next.content || self.pair_follows(to, stop, false) {
                return end;
            }
            self.certain = false;
            end = to;
        }
    }
}

/// Whether a quote at this place opens a scalar, rather than being a part of a plain one.
fn starts_token(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at]
        .iter()
        .rev()
        .find(|byte| !is_blank(**byte))
        .copied();
    matches!(
        before,
        None | Some(b'[' | b'{' | b',' | b':' | b'\n' | b'\r')
    )
}

fn set(flow: &mut Flow, expect: Expect) {
    if let Some(open) = flow.open.last_mut() {
        open.expect = expect;
    }
}

/// A node was added to the innermost collection.
fn fill(flow: &mut Flow) {
    if let Some(open) = flow.open.last_mut() {
        open.filled = true;
        open.expect = match (open.expect, open.map) {
            (Expect::Node, true) => Expect::Colon,
            _ => Expect::Comma,
        };
    }
}
