//! Where a line belongs: which levels it ends, which one takes it, and which lines are strays.

use super::block::{Kind, Level, Reader};
use super::lines::{Key, Line, Shape, content_from, shape, skip_blanks, trim_end};

/// How a key's value may begin on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inline {
    Nothing,
    Scalar,
    Other,
}

impl Reader<'_> {
    /// The indent of a line. A tab stands for whatever depth suits the lines around.
    pub(super) fn indent_of(&mut self, line: Line) -> i32 {
        let blanks = &self.bytes[line.start..line.content];
        if !blanks.contains(&b'\t') {
            return line.indent();
        }
        let wide = blanks
            .iter()
            .map(|byte| if *byte == b'\t' { 2 } else { 1 })
            .sum::<i32>();
        let Some(top) = self.levels.last() else {
            return wide;
        };
        let (next, _) = content_from(self.bytes, line.next);
        let next = next
            .filter(|next| !self.bytes[next.start..next.content].contains(&b'\t'))
            .map(Line::indent);
        if top.pending.is_some() {
            return match next {
                Some(next) if next > top.indent => next,
                _ => wide.max(top.indent + 1),
            };
        }
        let open = |indent: i32| self.levels.iter().any(|level| level.indent == indent);
        match next {
            Some(next) if open(next) => next,
            None if open(wide) => wide,
            _ => top.indent,
        }
    }

    pub(super) fn line(&mut self, line: Line) {
        if self.bytes[line.start..line.content].contains(&b'\t') {
            let (from, to) = (line.start, line.content);
            // Once is enough: who indents by tabs does so on every line.
            if !self.tabbed {
                self.fault(from, to, "a tab cannot indent YAML; use spaces");
            }
            self.tabbed = true;
            self.certain = false;
        }
        let indent = self.indent_of(line);
        let shape = shape(self.bytes, line.content, line.end);
        let Some(indent) = self.level_for(indent, shape, line) else {
            return;
        };
        let Some(top) = self.levels.last().copied() else {
            return;
        };
        if indent > top.indent && top.pending.is_some() {
            if self.bytes[line.content] == b'#' {
                return;
            }
            if shape == Shape::Item && self.is_dash_before_key(line) {
                return self.missing_colon(line.content, line.content + 1, true);
            }
            return self.child(line.content, line, indent);
        }
        match (top.kind, shape) {
            (Kind::Document, _) => self.after_root(line),
            (Kind::Mapping, Shape::Item) => self.item_in_mapping(line, indent),
            (Kind::Mapping, _) => self.entry(line.content, line, shape),
            (Kind::Sequence, Shape::Item) => self.item(line.content, line),
            (Kind::Sequence, _) => self.missing_dash(line, indent),
        }
    }

    /// Ends the levels that the line does not belong to, and returns the indent it counts
    /// with; `None` where the line is a stray that belongs to none.
    fn level_for(&mut self, indent: i32, shape: Shape, line: Line) -> Option<i32> {
        if let Some(top) = self.levels.last()
            && top.is_ordinary(indent, shape)
        {
            return Some(indent);
        }
        let fits = |level: &Level| level.indent <= indent || level.is_at(indent);
        let mut keep = self.levels.iter().rposition(fits).map_or(0, |at| at + 1);
        if keep == 0 {
            // Left of the root: the root takes it.
            keep = 1;
            self.odd_indent(line);
            self.levels[0].indent = indent;
        }
        let next = self.peek().map(|next| self.indent_of(next));
        if let Some(result) = self.stray(keep, indent, next, shape, line) {
            return result;
        }
        let under = self.levels[keep - 1];
        let same = under.is_at(indent);
        if !same && keep < self.levels.len() {
            // Between two levels: one of them takes it, the deeper one where it can.
            let deeper = self.levels[keep];
            let item = shape == Shape::Item;
            if (deeper.kind == Kind::Sequence) == item || under.kind != Kind::Mapping {
                self.pop_to(keep + 1);
            } else {
                self.pop_to(keep);
            }
            self.accept_odd(indent, line);
            return self.levels.last().map(|level| level.indent);
        }
        self.pop_to(keep);
        if same {
            let mut keep = keep;
            // A sequence at the indent of its key ends at the next key, and entries that
            // lack their dash end at the next dash.
            while keep > 1 && self.levels[keep - 2].indent == under.indent {
                let ends = match self.levels[keep - 1].kind {
                    Kind::Sequence => shape != Shape::Item,
                    _ => shape == Shape::Item && self.levels[keep - 1].pending.is_none(),
                };
                if !ends {
                    break;
                }
                keep -= 1;
            }
            self.pop_to(keep);
            return self.levels.last().map(|level| level.indent);
        }
        if under.pending.is_none() && under.kind != Kind::Document {
            self.accept_odd(indent, line);
            return self.levels.last().map(|level| level.indent);
        }
        Some(indent)
    }

    /// Lines too far left, which the next line shows to be in the midst of something deeper.
    fn stray(
        &mut self,
        keep: usize,
        indent: i32,
        next: Option<i32>,
        shape: Shape,
        line: Line,
    ) -> Option<Option<i32>> {
        let next = next?;
        let under = self.levels[keep - 1];
        let inline = shape.key().map(|key| self.inline_of(key, line.end));
        let deeper = self.levels[keep..]
            .iter()
            .position(|level| level.indent == next)
            .map(|at| at + keep);
        // The next line is the first one below a key, and this one stands between them.
        let awaited = keep < self.levels.len()
            && self
                .levels
                .last()
                .is_some_and(|top| top.pending.is_some() && top.indent < next);
        let nothing = match shape {
            Shape::Bare(None) => true,
            Shape::Item => !(under.kind == Kind::Sequence && under.is_at(indent)),
            Shape::Explicit => !under.is_at(indent),
            Shape::Key(key) => key.start == key.colon && !under.is_at(indent),
            Shape::Bare(Some(_)) => false,
        };
        if nothing {
            let on = next > indent && (deeper.is_some() || awaited);
            let items = under.kind == Kind::Sequence && next == indent && {
                let ahead = self.peek()?;
                shape != Shape::Item
                    && super::lines::shape(self.bytes, ahead.content, ahead.end) == Shape::Item
            };
            if on || items && keep > 1 && self.levels[keep - 2].indent == indent {
                self.missing_colon(line.content, line.end, shape == Shape::Item);
                return Some(None);
            }
            // Deeper than all that is open: the key of what follows, half typed.
            let last = self.levels.len() - 1;
            let inner = self.levels[last];
            if keep <= last
                && shape == Shape::Bare(None)
                && inner.kind == Kind::Mapping
                && next > inner.indent
            {
                self.accept_odd(indent, line);
                self.levels[last].also = None;
                return Some(Some(inner.indent));
            }
            return None;
        }
        if inline != Some(Inline::Scalar) || next <= indent {
            return None;
        }
        let ahead = self.peek()?;
        if !matches!(
            super::lines::shape(self.bytes, ahead.content, ahead.end),
            Shape::Key(_)
        ) {
            return None;
        }
        if let Some(at) = deeper
            && self.levels[at].kind == Kind::Mapping
        {
            self.pop_to(at + 1);
            self.accept_odd(indent, line);
            self.levels[at].also = None;
            return Some(Some(next));
        }
        let first = keep == self.levels.len()
            && under.kind == Kind::Mapping
            && under.pending.is_some()
            && under.indent == indent;
        if first || awaited {
            self.odd_indent(line);
            return Some(Some(next));
        }
        None
    }

    fn inline_of(&self, key: Key, end: usize) -> Inline {
        let at = skip_blanks(self.bytes, key.colon + 1, end);
        match self.bytes.get(at).filter(|_| at < end) {
            None | Some(b'#') => Inline::Nothing,
            Some(b'|' | b'>' | b'[' | b'{' | b'&' | b'!' | b'*') => Inline::Other,
            Some(_) => Inline::Scalar,
        }
    }

    fn accept_odd(&mut self, indent: i32, line: Line) {
        let known = self.levels.last().and_then(|level| level.also) == Some(indent);
        if let Some(level) = self.levels.last_mut() {
            level.also = Some(indent);
        }
        self.certain = false;
        if !known {
            self.odd_indent(line);
        }
    }

    fn odd_indent(&mut self, line: Line) {
        let tab = self.bytes[line.start..line.content].contains(&b'\t');
        if tab || self.follows_fault() {
            self.certain = false;
            return;
        }
        let end = shape(self.bytes, line.content, line.end).key().map_or_else(
            || trim_end(self.bytes, line.content, line.end),
            |key| key.end,
        );
        self.fault(
            line.content,
            end,
            "the indentation matches no level above; align this with its neighbours",
        );
    }
}
