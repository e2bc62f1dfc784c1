//! Scalars of the block style, on one line or several.

use super::block::Reader;
use super::lines::{
    Line, Shape, blank_or_end, closing_quote, comment_start, line_at, shape, skip_blanks,
    starts_block, trim_end,
};
use super::scalar;
use crate::syntax::leaf::{NodeKind, UNCLOSED};

impl Reader<'_> {
    /// Whether a plain scalar is one that is read exactly.
    pub(super) fn check_plain(&mut self, start: usize, end: usize, first: u8) {
        let safe = match first {
            b'-' => end > start + 1 && self.bytes[start + 1].is_ascii_alphanumeric(),
            b'_' | b'/' | b'.' | b'$' | b'(' | b'+' | b'<' | b'^' | b'~' | b'=' | b';' => true,
            _ => first.is_ascii_alphanumeric() || first >= 0x80,
        };
        self.certain &= safe;
    }

    pub(super) fn plain(&mut self, at: usize, line: Line) {
        let first = self.bytes[at];
        let mut end = comment_start(self.bytes, at, line.end);
        self.check_plain(at, end, first);
        if let Shape::Key(key) = shape(self.bytes, at, line.end) {
            self.fault(
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
            lines += 1;
            end = comment_start(self.bytes, next.content, next.end);
            commented = end != trim_end(self.bytes, next.content, next.end);
        }
        if lines == 0 {
            return self.scalar(NodeKind::Plain, at, end, line);
        }
        let node = self.push(NodeKind::Plain, at, end);
        if let Some(value) = scalar::plain(&self.text[at..end]) {
            self.out.set_value(node, value);
        }
    }

    pub(super) fn is_marker(&self, line: Line) -> bool {
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
            scalar::single(inner)
        } else {
            let (value, bad) = scalar::double(inner);
            if let Some((from, to)) = bad {
                let written = &inner[from..to];
                let message = format!("`{written}` is no escape; write `\\\\` for a backslash");
                self.fault(start + 1 + from, start + 1 + to, message);
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
        self.fault(at, at + 1, message);
    }

    pub(super) fn quoted(&mut self, at: usize, line: Line) {
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

    /// Where the lines end that are indented more than the innermost level.
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

    /// The line that holds an offset, at or after the given line.
    pub(super) fn line_around(&self, offset: usize, from: Line) -> Line {
        let mut line = from;
        while line.next <= offset && line.next > line.end {
            line = line_at(self.bytes, line.next);
        }
        line
    }

    pub(super) fn block_scalar(&mut self, at: usize, line: Line) {
        let header = scalar::header(self.bytes, at, line.end);
        self.certain &= header.end == line.end;
        if !starts_block(self.bytes, at, line.end) {
            let rest = skip_blanks(self.bytes, header.end, line.end);
            let end = comment_start(self.bytes, rest, line.end).max(rest + 1);
            self.fault(
                rest,
                end,
                "the text of a block scalar starts on the next line; move this",
            );
        }
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let body = scalar::body(self.text, line.next, parent, header);
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
