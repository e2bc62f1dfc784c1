//! Collections in brackets and quoted texts that go on at the indent of their key or left of it.

use super::block::Reader;
use super::lines::{
    Line, Shape, closing_quote, comment_start, content_from, line_at, shape, trim_end,
};
use crate::syntax::leaf::Fault;

impl Reader<'_> {
    /// Where a collection ends that goes on at the indent of its key or left of it: wrong, but
    /// what many write and many readers take. Its lines show that they go on: the one before
    /// ends, or the next one starts, as none does outside of brackets.
    pub(super) fn shallow_extent(&mut self, at: usize, line: Line, region: usize) -> Option<usize> {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let mut shallow: Option<Line> = None;
        let mut last = line;
        while let (Some(next), _) = content_from(self.bytes, last.next) {
            let end = comment_start(self.bytes, last.content, last.end);
            let goes_on = matches!(self.bytes[end.max(1) - 1], b',' | b'[' | b'{')
                || matches!(self.bytes[next.content], b'}' | b']' | b',');
            let spent = next.next - last.next;
            if self.is_marker(next)
                || next.start >= region && next.indent() <= parent && !goes_on
                || spent > self.budget
            {
                break;
            }
            self.budget -= spent;
            if next.indent() <= parent {
                shallow = shallow.or(Some(next));
            }
            last = next;
        }
        let shallow = shallow?;
        let end = self.balanced(at, last.end)?;
        let rest = self.line_around(end - 1, line);
        if comment_start(self.bytes, end, rest.end) > end {
            return None;
        }
        if matches!(self.bytes[shallow.content], b'}' | b']') {
            let message = "YAML wants this bracket indented more than its key; many readers take \
                           it all the same, strict ones do not";
            self.fault_of(Fault::Style, shallow.content, shallow.content + 1, message);
        } else {
            self.shallow_line(shallow);
        }
        Some(end)
    }

    /// The closing quote of a text that goes on at the indent of its key or left of it: wrong,
    /// but what many write and many readers take. Lines that read like entries end it, for the
    /// quote is rather forgotten then.
    pub(super) fn shallow_close(&mut self, at: usize, line: Line) -> Option<usize> {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let mut shallow: Option<Line> = None;
        let mut end = line.end;
        let mut from = line.next;
        while from < self.bytes.len() {
            let next = line_at(self.bytes, from);
            let spent = next.next - from;
            let bare = shape(self.bytes, next.content, next.end) == Shape::Bare(None);
            let text = next.is_blank() || bare && self.bytes[next.content] != b'#';
            if !text || self.is_marker(next) || spent > self.budget {
                break;
            }
            self.budget -= spent;
            if !next.is_blank() && next.indent() <= parent {
                shallow = shallow.or(Some(next));
            }
            end = next.end;
            from = next.next;
        }
        let shallow = shallow?;
        let close = closing_quote(self.bytes, at, end)?;
        let last = self.line_around(close, line);
        if comment_start(self.bytes, close + 1, last.end) > close + 1 {
            return None;
        }
        self.shallow_line(shallow);
        Some(close)
    }

    /// Reports a line that should be indented more than its key, which many readers forgive.
    fn shallow_line(&mut self, line: Line) {
        let end = trim_end(self.bytes, line.content, line.end);
        let message = "YAML wants this line indented more than its key; many readers take it all \
                       the same, strict ones do not";
        self.fault_of(Fault::Style, line.content, end, message);
    }
}
