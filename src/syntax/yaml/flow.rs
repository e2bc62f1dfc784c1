//! Flow collections, `[...]` and `{...}`, read in one pass with their own stack.

use super::block::{BlockKind, BlockReader};
use super::lines::{
    Shape, YamlLine, is_blank, line_at, shape, skip_blanks, starts_token, trim_end,
};
use crate::syntax::invisible;
use crate::syntax::leaf::{NodeKind, UNCLOSED};

/// What is expected next inside a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
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
pub(super) struct OpenFlow {
    pub(super) node: u32,
    /// The bracket; `None` for the single pair of `[key: value]`.
    pub(super) bracket: Option<u8>,
    pub(super) at: usize,
    pub(super) map: bool,
    pub(super) expect: Expect,
    /// Where a value would be typed after the last colon.
    pub(super) place: usize,
    /// Whether there is anything before the next comma.
    pub(super) filled: bool,
}

pub(super) struct FlowState {
    pub(super) open: Vec<OpenFlow>,
    pub(super) at: usize,
    pub(super) limit: usize,
    /// The end of the line that contains `at`; only valid for `at` up to it.
    pub(super) line_end: usize,
    /// The first place where a comma is missing.
    pub(super) comma: Option<(usize, usize)>,
    /// Whether the limit of depth was reached, so that the rest is not read.
    pub(super) is_truncated: bool,
}

impl BlockReader<'_> {
    /// Reads a flow collection that starts on this line and may continue below.
    pub(super) fn flow(&mut self, at: usize, line: YamlLine) {
        let (limit, closed) = self.extent(at, line);
        let limit = if !closed && self.block_below(line, limit) {
            let content = skip_blanks(self.bytes, at + 1, line.end);
            let root = self
                .levels
                .last()
                .is_some_and(|top| top.kind == BlockKind::Document);
            if content == line.end {
                self.unclosed_bracket(at);
                return self.expect_value(at);
            }
            if root && !matches!(self.bytes[content], b'[' | b'{') {
                self.unclosed_bracket(at);
                return self.child(content, line, line.indent());
            }
            line.end
        } else {
            limit
        };
        let mut flow = FlowState {
            open: Vec::new(),
            at,
            limit,
            line_end: line.end.min(limit),
            comma: None,
            is_truncated: false,
        };
        self.flow_open(&mut flow);
        while let Some(top) = flow.open.last().copied() {
            self.flow_space(&mut flow);
            if flow.at >= flow.limit {
                break;
            }
            self.flow_step(&mut flow, top);
        }
        let bracket = |open: &&OpenFlow| open.bracket.is_some();
        let unclosed = flow.open.iter().rev().find(bracket).copied();
        if let Some(open) = unclosed {
            if !flow.is_truncated {
                self.unclosed_bracket(open.at);
            } else if closed {
                self.last_end = limit;
            }
            while !flow.open.is_empty() {
                self.flow_close(&mut flow, None);
            }
        } else if let Some((from, to)) = flow.comma {
            self.grammar_error(from, to, "a `,` is missing before this");
        }
        let last = self.line_around(self.last_end.saturating_sub(1), line);
        let inside = self.text.get(at + 1..self.last_end.saturating_sub(1));
        if unclosed.is_none() && inside.is_some_and(|inside| inside.trim() == "...") {
            self.ellipsis_text(at, self.last_end);
        }
        if unclosed.is_none() {
            self.after_value(self.last_end, last, "the closing bracket");
        }
        self.at = if closed { last.next } else { limit }.max(line.next);
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        self.certain &= self.peek().is_none_or(|next| next.indent() <= parent);
    }

    /// Whether the lines below an unclosed bracket are in block style.
    fn block_below(&mut self, line: YamlLine, limit: usize) -> bool {
        let Some(next) = self.peek().filter(|next| next.start < limit) else {
            return false;
        };
        let end = trim_end(self.bytes, next.content, next.end);
        let bare = shape(self.bytes, next.content, end) == Shape::Bare(None);
        let alone = skip_blanks(self.bytes, line.content, line.end) + 1 == line.end;
        self.bytes[end - 1] != b','
            && !matches!(self.bytes[next.content], b'"' | b'{' | b'}' | b'[' | b']')
            && (!bare || alone)
    }

    /// Where the collection ends at the latest, and whether its brackets are closed by then.
    fn extent(&mut self, at: usize, line: YamlLine) -> (usize, bool) {
        if let Some(end) = self.balanced(at, line.end) {
            return (end, true);
        }
        self.certain = false;
        let region = self.region_end(line.next).max(line.end);
        if let Some(end) = self.balanced(at, region) {
            return (end, true);
        }
        if let Some(end) = self.shallow_extent(at, line, region) {
            return (end, true);
        }
        (region, false)
    }

    /// The end of the bracket that closes the one at `at`. Quotes count if they are closed on their
    /// line.
    pub(super) fn balanced(&mut self, at: usize, limit: usize) -> Option<usize> {
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

    fn unclosed_bracket(&mut self, at: usize) {
        let (open, close) = if self.bytes[at] == b'[' {
            ('[', ']')
        } else {
            ('{', '}')
        };
        let message = format!("this `{open}` is never closed; add `{close}`");
        self.grammar_error(at, at + 1, message);
    }

    /// Skips blanks, line breaks and comments.
    fn flow_space(&mut self, flow: &mut FlowState) {
        let mut is_line_start = false;
        while flow.at < flow.limit {
            match self.bytes[flow.at] {
                b' ' | b'\t' => flow.at += 1,
                b'\n' | b'\r' => {
                    self.certain = false;
                    is_line_start = true;
                    flow.at += 1;
                }
                0xc2.. if is_line_start && invisible::sign_at(self.bytes, flow.at).is_some() => {
                    flow.at = self.pass_invisible(flow.at);
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

    fn flow_step(&mut self, flow: &mut FlowState, top: OpenFlow) {
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

    fn flow_missing(&mut self, flow: &mut FlowState, at: usize) {
        self.certain = false;
        let length = self.text[at..].chars().next().map_or(1, char::len_utf8);
        flow.comma = flow.comma.or(Some((at, at + length)));
    }

    fn flow_comma(&mut self, flow: &mut FlowState, top: OpenFlow) {
        match top.expect {
            Expect::Colon => self.flow_absent(flow, self.last_end),
            Expect::Value => self.flow_absent(flow, top.place),
            Expect::Node if !top.filled => {
                self.grammar_error(
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

    /// Adds a missing value.
    fn flow_absent(&mut self, flow: &mut FlowState, place: usize) {
        self.certain = false;
        self.push(NodeKind::Missing, place, place);
        set(flow, Expect::Comma);
    }

    fn flow_colon(&mut self, flow: &mut FlowState, top: OpenFlow) -> bool {
        let at = flow.at;
        let next = self
            .bytes
            .get(at + 1)
            .copied()
            .filter(|_| at + 1 < flow.limit);
        let sign = invisible::sign_at(self.bytes, at + 1).filter(|_| top.expect == Expect::Colon);
        let spaced = sign.is_some() || next.is_none_or(|next| b" \t\r\n,[]{}".contains(&next));
        if top.expect == Expect::Colon
            && (spaced || self.bytes[at - 1] == b'"' || self.bytes[at - 1] == b'\'')
        {
            self.certain &= next == Some(b' ');
            flow.at = self.pass_invisible(at + 1);
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
            _ => self.grammar_error(at, at + 1, "a second `: `; put the value in quotes"),
        }
        flow.at += 1;
        true
    }

    fn flow_open(&mut self, flow: &mut FlowState) {
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
            fill(flow);
            flow.at = flow.limit;
            flow.is_truncated = true;
            return;
        }
        let node = self.push(kind, at, at + 1);
        flow.at += 1;
        fill(flow);
        flow.open.push(OpenFlow {
            node,
            bracket: Some(self.bytes[at]),
            at,
            map,
            expect: Expect::Node,
            place: at + 1,
            filled: false,
        });
    }

    /// Reads a closing bracket.
    fn flow_end(&mut self, flow: &mut FlowState) {
        let at = flow.at;
        let opener = if self.bytes[at] == b']' { b'[' } else { b'{' };
        let fits = |open: &OpenFlow| open.bracket == Some(opener);
        flow.at += 1;
        if !flow.open.iter().any(fits) {
            let mark = char::from(self.bytes[at]);
            self.grammar_error(
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

    /// Ends the innermost collection; without an end it is unclosed.
    fn flow_close(&mut self, flow: &mut FlowState, end: Option<usize>) {
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
}

fn set(flow: &mut FlowState, expect: Expect) {
    if let Some(open) = flow.open.last_mut() {
        open.expect = expect;
    }
}

/// Notes that a node was added to the innermost collection.
pub(super) fn fill(flow: &mut FlowState) {
    if let Some(open) = flow.open.last_mut() {
        open.filled = true;
        open.expect = match (open.expect, open.map) {
            (Expect::Node, true) => Expect::Colon,
            _ => Expect::Comma,
        };
    }
}
