//! Scalars inside flow collections.

use super::block::Reader;
use super::flow::{Expect, Flow, Open, fill};
use super::lines::{blank_or_end, closing_quote, is_blank, line_at, skip_blanks, trim_end};
use super::scalar;
use crate::syntax::leaf::{NodeKind, UNCLOSED};

impl Reader<'_> {
    /// The closing quote, where what follows it shows that it is one.
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

    pub(super) fn flow_scalar(&mut self, flow: &mut Flow, top: Open) {
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
    pub(super) fn pair_follows(&self, end: usize, line_end: usize, quote: bool) -> bool {
        let at = skip_blanks(self.bytes, end, line_end);
        at < line_end
            && self.bytes[at] == b':'
            && (quote && at == end
                || blank_or_end(self.bytes, at + 1, line_end)
                || b",[]{}".contains(&self.bytes[at + 1]))
    }

    /// The end of a value that lacks the comma before the key that ends it:
    /// `{a: value key: ...}`.
    pub(super) fn before_next_key(&self, at: usize, end: usize, line_end: usize) -> usize {
        let last = self.bytes[at..end].iter().rposition(|byte| is_blank(*byte));
        match last {
            Some(blank) if self.pair_follows(end, line_end, false) => {
                trim_end(self.bytes, at, at + blank)
            }
            _ => end,
        }
    }

    pub(super) fn flow_plain_end(&self, flow: &Flow, line_end: usize) -> usize {
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
    pub(super) fn flow_plain_lines(&mut self, flow: &Flow, mut end: usize) -> usize {
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
                cut_short: false,
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
pub(super) fn starts_token(bytes: &[u8], at: usize) -> bool {
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
