//! Scalars in block style, on one line or several, and inside flow collections.

use super::block::BlockReader;
use super::decode;
use super::flow::{Expect, FlowState, OpenFlow, fill};
use super::lines::{
    Shape, YamlLine, blank_or_end, closing_quote, comment_start, content_from, header, is_blank,
    line_at, shape, skip_blanks, starts_block, trim_end,
};
use crate::syntax::invisible;
use crate::syntax::leaf::{NodeKind, UNCLOSED};

impl BlockReader<'_> {
    /// Checks whether a plain scalar is one that is read exactly.
    pub(super) fn check_plain(&mut self, start: usize, end: usize, first: u8) {
        let safe = match first {
            b'-' => end > start + 1 && self.bytes[start + 1].is_ascii_alphanumeric(),
            b'_' | b'/' | b'.' | b'$' | b'(' | b'+' | b'<' | b'^' | b'~' | b'=' | b';' => true,
            _ => first.is_ascii_alphanumeric() || first >= 0x80,
        };
        self.certain &= safe;
    }

    pub(super) fn plain(&mut self, at: usize, line: YamlLine) {
        let first = self.bytes[at];
        let mut end = comment_start(self.bytes, at, line.end);
        self.check_plain(at, end, first);
        if let Shape::Key(key) = shape(self.bytes, at, line.end) {
            self.grammar_error(
                key.colon,
                key.colon + 1,
                "a second `: ` in one line; put the value in quotes",
            );
        }
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let mut commented = end != trim_end(self.bytes, at, line.end);
        let mut lines = 0;
        while !commented && !self.comment_ahead() {
            let Some(next) = self.peek() else { break };
            let bare = matches!(shape(self.bytes, next.content, next.end), Shape::Bare(_));
            if next.indent() <= parent || !bare || self.is_marker(next) {
                break;
            }
            self.certain = false;
            self.take();
            self.invisible_before(next);
            lines += 1;
            end = comment_start(self.bytes, next.content, next.end);
            commented = end != trim_end(self.bytes, next.content, next.end);
        }
        if lines == 0 {
            return self.scalar(NodeKind::Plain, at, end, line);
        }
        let node = self.push(NodeKind::Plain, at, end);
        if let Some(value) = decode::plain(&self.text[at..end]) {
            self.out.set_value(node, value);
        }
    }

    pub(super) fn is_marker(&self, line: YamlLine) -> bool {
        line.content == line.start
            && matches!(
                self.bytes.get(line.start..line.start + 3),
                Some(b"---" | b"...")
            )
            && blank_or_end(self.bytes, line.start + 3, line.end)
    }

    /// Sets the value of a quoted scalar.
    pub(super) fn decode(&mut self, node: u32, start: usize, end: usize) {
        let Some(data) = self.out.node(node).copied() else {
            return;
        };
        let end = end - usize::from(data.flags & UNCLOSED == 0);
        let inner = self.text.get(start + 1..end).unwrap_or("");
        let value = if data.kind == NodeKind::Single {
            decode::single(inner)
        } else {
            let (value, bad) = decode::double(inner);
            if let Some(bad) = bad {
                let written = &inner[bad.start()..bad.end()];
                let message = format!("`{written}` is not an escape; write `\\\\` for a backslash");
                self.grammar_error(start + 1 + bad.start(), start + 1 + bad.end(), message);
            }
            self.certain &= value.is_none() || !inner.contains("\\u") && !inner.contains("\\U");
            value
        };
        if let Some(value) = value {
            self.out.set_value(node, value);
        }
    }

    pub(super) fn unclosed_quote(&mut self, at: usize) {
        let quote = char::from(self.bytes[at]);
        let message = format!("this quote is never closed; add `{quote}` where the text ends");
        self.grammar_error(at, at + 1, message);
    }

    pub(super) fn quoted(&mut self, at: usize, line: YamlLine) {
        let kind = if self.bytes[at] == b'"' {
            NodeKind::Double
        } else {
            NodeKind::Single
        };
        if let Some(close) = closing_quote(self.bytes, at, line.end) {
            self.after_value(close + 1, line, "the closing quote");
            return self.scalar(kind, at, close + 1, line);
        }
        self.certain = false;
        let region = self.region_end(line.next);
        if let Some(close) = closing_quote(self.bytes, at, region) {
            let last = self.line_around(close, line);
            let rest = skip_blanks(self.bytes, close + 1, last.end);
            if rest == last.end || self.bytes[rest] == b'#' {
                let mut next = line;
                while next.next <= close {
                    next = line_at(self.bytes, next.next);
                    self.invisible_before(next);
                }
                self.at = last.next;
                let node = self.push(kind, at, close + 1);
                return self.decode(node, at, close + 1);
            }
        }
        if let Some(close) = self.shallow_close(at, line) {
            self.at = self.line_around(close, line).next;
            let node = self.push(kind, at, close + 1);
            return self.decode(node, at, close + 1);
        }
        self.unclosed_quote(at);
        let mut end = trim_end(self.bytes, at, line.end);
        let mut lines = 0;
        while let Some(next) = self.peek()
            && next.start < region
            && matches!(shape(self.bytes, next.content, next.end), Shape::Bare(_))
        {
            self.take();
            lines += 1;
            end = trim_end(self.bytes, next.content, next.end);
        }
        if lines == 0 && self.entries_instead(at, end, line) {
            return;
        }
        let node = self.push(kind, at, end);
        self.out.flag(node, UNCLOSED);
        self.decode(node, at, end);
    }

    /// The end of the lines that are indented more than the innermost level.
    pub(super) fn region_end(&mut self, from: usize) -> usize {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let mut at = from;
        while at < self.bytes.len() {
            let line = line_at(self.bytes, at);
            if !line.is_blank() && (line.indent() <= parent || self.is_marker(line)) {
                break;
            }
            let spent = line.next - at;
            if spent > self.budget {
                return from;
            }
            self.budget -= spent;
            at = line.next;
        }
        at
    }

    /// The line that contains an offset, at or after the given line.
    pub(super) fn line_around(&self, offset: usize, from: YamlLine) -> YamlLine {
        let mut line = from;
        while line.next <= offset && line.next > line.end {
            line = line_at(self.bytes, line.next);
        }
        line
    }

    pub(super) fn block_scalar(&mut self, at: usize, line: YamlLine) {
        let header = header(self.bytes, at, line.end);
        self.certain &= header.end == line.end;
        if !starts_block(self.bytes, at, line.end) {
            let rest = skip_blanks(self.bytes, header.end, line.end);
            let end = comment_start(self.bytes, rest, line.end).max(rest + 1);
            let mark = char::from(self.bytes[at]);
            let message = format!("the text after `{mark}` starts on the next line; move it there");
            self.grammar_error(rest, end, message);
        }
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let body = decode::body(self.text, line.next, parent, header);
        let kind = if header.folded {
            NodeKind::Folded
        } else {
            NodeKind::Literal
        };
        let node = self.push(kind, at, body.end.unwrap_or(header.end));
        self.out.set_value(node, body.value);
        self.at = body.next;
        self.certain &= body.exact;
        let next = self.peek();
        self.certain &= next.is_none_or(|next| next.indent() <= parent);
    }
}

impl BlockReader<'_> {
    /// The closing quote, if what follows confirms that it is one.
    pub(super) fn flow_quote_end(
        &self,
        open: usize,
        line_end: usize,
        limit: usize,
    ) -> Option<usize> {
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

    pub(super) fn token_end(&self, from: usize, limit: usize) -> usize {
        let mut at = from;
        while at < limit && !b" \t\r\n,[]{}".contains(&self.bytes[at]) {
            at += 1;
        }
        at
    }

    pub(super) fn flow_scalar(&mut self, flow: &mut FlowState, top: OpenFlow) {
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
            b'*' => {
                let mut end = self.token_end(at, flow.limit);
                if top.map && top.expect == Expect::Node && self.bytes[end - 1] == b':' {
                    end -= 1;
                    self.alias_colon(end);
                }
                (NodeKind::Alias, end)
            }
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
            flow.open.push(OpenFlow {
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

    pub(super) fn flow_value(&mut self, node: u32, at: usize, end: usize, closed: bool) {
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
                    let message = super::messages::cannot_start_with(char::from(first));
                    self.grammar_error(at, at + 1, message);
                }
                let dash = first == b'-';
                self.certain &= !dash;
                self.check_plain(at, end, first);
                if let Some(value) = decode::plain(&self.text[at..end]) {
                    self.out.set_value(node, value);
                }
            }
        }
    }

    /// Whether a colon makes the item of a sequence a pair.
    pub(super) fn pair_follows(&self, end: usize, line_end: usize, quote: bool) -> bool {
        let at = skip_blanks(self.bytes, end, line_end);
        at < line_end
            && self.bytes[at] == b':'
            && (quote && at == end
                || blank_or_end(self.bytes, at + 1, line_end)
                || b",[]{}".contains(&self.bytes[at + 1]))
    }

    /// The end of a value if the comma before the next key is missing: `{a: value key: ...}`.
    pub(super) fn before_next_key(&self, at: usize, end: usize, line_end: usize) -> usize {
        let last = self.bytes[at..end].iter().rposition(|byte| is_blank(*byte));
        match last {
            Some(blank) if self.pair_follows(end, line_end, false) => {
                trim_end(self.bytes, at, at + blank)
            }
            _ => end,
        }
    }

    pub(super) fn flow_plain_end(&self, flow: &FlowState, line_end: usize) -> usize {
        let is_key = (flow.open.last()).is_some_and(|top| top.map && top.expect == Expect::Node);
        let mut at = flow.at;
        while at < line_end {
            match self.bytes[at] {
                b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if blank_or_end(self.bytes, at + 1, line_end)
                    || b",[]{}".contains(&self.bytes[at + 1])
                    || is_key && invisible::sign_at(self.bytes, at + 1).is_some() =>
                {
                    break;
                }
                b'#' if at > flow.at && is_blank(self.bytes[at - 1]) => break,
                _ => at += 1,
            }
        }
        trim_end(self.bytes, flow.at, at)
    }

    /// Extends a plain scalar by further lines, up to one that looks like an entry.
    pub(super) fn flow_plain_lines(&mut self, flow: &FlowState, mut end: usize) -> usize {
        loop {
            let after = skip_blanks(self.bytes, end, flow.limit);
            if after >= flow.limit || !matches!(self.bytes[after], b'\n' | b'\r') {
                return end;
            }
            let line = line_at(self.bytes, after);
            let (next, comment) = content_from(self.bytes, line.next);
            let Some(next) = next.filter(|next| !comment && next.content < flow.limit) else {
                return end;
            };
            let stop = next.end.min(flow.limit);
            let part = FlowState {
                open: Vec::new(),
                at: next.content,
                limit: flow.limit,
                line_end: stop,
                comma: None,
                is_truncated: false,
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
