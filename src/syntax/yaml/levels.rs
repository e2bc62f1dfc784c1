//! Where a line belongs: which levels it ends, which one it is added to, and which lines are
//! strays. Also how far brackets and quotes reach that continue at a wrong indent.

use super::block::{BlockKind, BlockLevel, BlockReader};
use super::lines::{
    LineKey, Shape, YamlLine, closing_quote, comment_start, content_from, line_at, shape,
    skip_blanks, trim_end,
};
use crate::syntax::chunk::OpenPlace;
use crate::syntax::invisible;
use crate::syntax::leaf::{NodeKind, SyntaxErrorKind};
use crate::text::range::TextRange;

/// A quote that was forgotten is not looked for further than this.
const FEW_LINES: usize = 40;
const FEW_LINES_BYTES: usize = 4_000;

/// How a key's value may start on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inline {
    Nothing,
    Scalar,
    Other,
}

impl BlockReader<'_> {
    /// The indent of a line. A tab counts as whatever depth fits the surrounding lines.
    pub(super) fn indent_of(&mut self, line: YamlLine) -> i32 {
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
            .map(YamlLine::indent);
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

    pub(super) fn line(&mut self, line: YamlLine) {
        if self.bytes[line.start..line.content].contains(&b'\t') {
            let (from, to) = (line.start, line.content);
            // Report only the first: people who indent with tabs do so on every line.
            if !self.tabbed {
                self.grammar_error(from, to, "a tab cannot indent YAML; use spaces");
            }
            self.tabbed = true;
            self.certain = false;
        }
        if let Some((at, sign)) = invisible::first(&self.text[line.start..line.content]) {
            self.invisible(line.start + at, sign);
        } else if let Some(sign) = invisible::sign_at(self.bytes, line.content) {
            // Nothing else is in the line.
            return self.invisible(line.content, sign);
        }
        let indent = self.indent_of(line);
        if self.is_ellipsis(line) && self.ellipsis(indent, line) {
            return;
        }
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
            (BlockKind::Document, _) => self.after_root(line),
            (BlockKind::Mapping, Shape::Item) => self.item_in_mapping(line, indent),
            (BlockKind::Mapping, _) => self.entry(line.content, line, shape),
            (BlockKind::Sequence, Shape::Item) => self.item(line.content, line),
            (BlockKind::Sequence, _) => self.missing_dash(line, indent),
        }
    }

    /// Whether a line is `...` alone and indented, so that it does not end a document.
    fn is_ellipsis(&self, line: YamlLine) -> bool {
        let end = comment_start(self.bytes, line.content, line.end);
        line.content > line.start && &self.bytes[line.content..end] == b"..."
    }

    /// Reads `...` in place of entries or items that were left out. Where nothing else is in the
    /// collection, it is the value. Returns false where it is the first line of a longer text.
    fn ellipsis(&mut self, indent: i32, line: YamlLine) -> bool {
        let (at, end) = (line.content, line.content + 3);
        let top = self.levels.last().copied();
        if let Some(top) = top.filter(|top| top.pending.is_some() && indent > top.indent) {
            let next = self.peek().filter(|next| next.indent() > top.indent);
            let kind = next.and_then(|next| {
                let shape = shape(self.bytes, next.content, next.end);
                match shape {
                    Shape::Item => Some(BlockKind::Sequence),
                    Shape::Key(_) => Some(BlockKind::Mapping),
                    _ => None,
                }
            });
            let is_text = |next: YamlLine| self.bytes[next.content] != b'#';
            if kind.is_none() && next.is_some_and(is_text) {
                return false;
            }
            self.start_value();
            if let Some(kind) = kind.filter(|_| next.is_some_and(|next| next.indent() == indent)) {
                self.open_level(kind, indent, at);
            } else {
                self.push(NodeKind::Plain, at, end);
                if kind.is_none() {
                    self.last_end = self.last_end.max(end);
                    self.ellipsis_text(at, end);
                    return true;
                }
            }
        } else {
            let is_outer = |level: &BlockLevel| level.indent <= indent;
            let keep = self.levels.iter().rposition(is_outer).unwrap_or(0) + 1;
            self.pop_to(keep);
            self.add_missing();
        }
        self.last_end = self.last_end.max(end);
        let message = "`...` is not YAML here; if it stands for what is left out, write `# ...`";
        self.error(SyntaxErrorKind::Ellipsis, at, end, message);
        true
    }

    /// Marks a value that is nothing but `...`, alone or in brackets.
    pub(super) fn ellipsis_text(&mut self, at: usize, end: usize) {
        self.certain = false;
        let range = TextRange::new(at, end);
        let message = "YAML reads this `...` as a text";
        self.out
            .error(range, SyntaxErrorKind::EllipsisText, message);
    }

    /// Reports an invisible character without which a line does not go on a text, since its
    /// ordinary blanks are too few.
    pub(super) fn invisible_before(&mut self, line: YamlLine) {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        if let Some((at, sign)) = invisible::first(&self.text[line.start..line.content])
            && i32::try_from(at).is_ok_and(|blanks| blanks <= parent)
        {
            self.invisible(line.start + at, sign);
        }
    }

    /// Reports an invisible character that is taken for a blank.
    fn invisible(&mut self, at: usize, sign: char) {
        let message = invisible::message(sign);
        self.error(
            SyntaxErrorKind::Invisible,
            at,
            at + sign.len_utf8(),
            message,
        );
    }

    /// Skips an invisible character that stands in place of a blank, and reports it.
    pub(super) fn pass_invisible(&mut self, at: usize) -> usize {
        let Some(sign) = invisible::sign_at(self.bytes, at) else {
            return at;
        };
        self.invisible(at, sign);
        at + sign.len_utf8()
    }

    /// Ends the levels that the line does not belong to, and returns its effective indent; `None`
    /// if the line is a stray that belongs to no level.
    fn level_for(&mut self, indent: i32, shape: Shape, line: YamlLine) -> Option<i32> {
        if let Some(top) = self.levels.last()
            && top.is_ordinary(indent, shape)
        {
            return Some(indent);
        }
        let fits = |level: &BlockLevel| level.indent <= indent || level.is_at(indent);
        let mut keep = self.levels.iter().rposition(fits).map_or(0, |at| at + 1);
        if keep == 0 {
            // Left of the root: add it to the root.
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
            // Between two levels: add it to the deeper one if possible.
            let deeper = self.levels[keep];
            let item = shape == Shape::Item;
            if (deeper.kind == BlockKind::Sequence) == item || under.kind != BlockKind::Mapping {
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
            // A sequence at the indent of its key ends at the next key, and entries without their
            // dash end at the next dash.
            while keep > 1 && self.levels[keep - 2].indent == under.indent {
                let ends = match self.levels[keep - 1].kind {
                    BlockKind::Sequence => shape != Shape::Item,
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
        if under.pending.is_none() && under.kind != BlockKind::Document {
            self.accept_odd(indent, line);
            return self.levels.last().map(|level| level.indent);
        }
        Some(indent)
    }

    /// Handles lines too far left that, as the next line shows, are inside something deeper.
    fn stray(
        &mut self,
        keep: usize,
        indent: i32,
        next: Option<i32>,
        shape: Shape,
        line: YamlLine,
    ) -> Option<Option<i32>> {
        let next = next?;
        let under = self.levels[keep - 1];
        let inline = shape.key().map(|key| self.inline_of(key, line.end));
        let deeper = self.levels[keep..]
            .iter()
            .position(|level| level.indent == next)
            .map(|at| at + keep);
        // The next line is the first one below a key, and this line is between them.
        let awaited = keep < self.levels.len()
            && self
                .levels
                .last()
                .is_some_and(|top| top.pending.is_some() && top.indent < next);
        let nothing = match shape {
            Shape::Bare(None) => true,
            Shape::Item => !(under.kind == BlockKind::Sequence && under.is_at(indent)),
            Shape::Explicit => !under.is_at(indent),
            Shape::Key(key) => key.start == key.colon && !under.is_at(indent),
            Shape::Bare(Some(_)) => false,
        };
        if nothing {
            let on = next > indent && (deeper.is_some() || awaited);
            let items = under.kind == BlockKind::Sequence && next == indent && {
                let ahead = self.peek()?;
                shape != Shape::Item
                    && super::lines::shape(self.bytes, ahead.content, ahead.end) == Shape::Item
            };
            if on || items && keep > 1 && self.levels[keep - 2].indent == indent {
                self.missing_colon(line.content, line.end, shape == Shape::Item);
                return Some(None);
            }
            // Deeper than all open levels: this is the half-typed key of what follows.
            let last = self.levels.len() - 1;
            let inner = self.levels[last];
            if keep <= last
                && shape == Shape::Bare(None)
                && inner.kind == BlockKind::Mapping
                && next > inner.indent
            {
                self.accept_odd(indent, line);
                self.levels[last].accepted = None;
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
            && self.levels[at].kind == BlockKind::Mapping
        {
            self.pop_to(at + 1);
            self.accept_odd(indent, line);
            self.levels[at].accepted = None;
            return Some(Some(next));
        }
        let first = keep == self.levels.len()
            && under.kind == BlockKind::Mapping
            && under.pending.is_some()
            && under.indent == indent;
        if first || awaited {
            self.odd_indent(line);
            return Some(Some(next));
        }
        None
    }

    fn inline_of(&self, key: LineKey, end: usize) -> Inline {
        let at = skip_blanks(self.bytes, key.colon + 1, end);
        match self.bytes.get(at).filter(|_| at < end) {
            None | Some(b'#') => Inline::Nothing,
            Some(b'|' | b'>' | b'[' | b'{' | b'&' | b'!' | b'*') => Inline::Other,
            Some(_) => Inline::Scalar,
        }
    }

    fn accept_odd(&mut self, indent: i32, line: YamlLine) {
        let known = self.levels.last().and_then(|level| level.accepted) == Some(indent);
        if let Some(level) = self.levels.last_mut() {
            level.accepted = Some(indent);
        }
        self.certain = false;
        if !known {
            self.odd_indent(line);
        }
    }

    fn odd_indent(&mut self, line: YamlLine) {
        let tab = self.bytes[line.start..line.content].contains(&b'\t');
        if tab || self.follows_error() {
            self.certain = false;
            return;
        }
        let end = shape(self.bytes, line.content, line.end).key().map_or_else(
            || trim_end(self.bytes, line.content, line.end),
            |key| key.end,
        );
        self.grammar_error(
            line.content,
            end,
            "the indentation matches no level above; align this with its neighbours",
        );
    }
}

/// Whether a line of a text in double quotes ends with an escaped line break, so that the next one
/// belongs to it whatever it looks like.
fn goes_on(line: &[u8]) -> bool {
    line.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

impl BlockReader<'_> {
    /// Where the lines end that an open bracket or quote goes on in, if it is closed there.
    pub(super) fn continued_end(&mut self, open: OpenPlace) -> Option<usize> {
        let indent = i32::try_from(open.indent).unwrap_or(i32::MAX);
        self.open_level(BlockKind::Mapping, indent, 0);
        let line = self.line_around(open.at, line_at(self.bytes, 0));
        let end = match self.bytes[open.at] {
            b'"' | b'\'' => self.shallow_close(open.at, line)? + 1,
            _ => {
                let region = self.region_end(line.next).max(line.end);
                self.shallow_extent(open.at, line, region)?
            }
        };
        Some(self.line_around(end - 1, line).next)
    }

    /// The end of a collection that continues at the indent of its key or left of it. This is
    /// wrong, but many people write it and many readers accept it. A line continues the collection
    /// if the line before ends, or the line itself starts, in a way that is only possible inside
    /// brackets.
    pub(super) fn shallow_extent(
        &mut self,
        at: usize,
        line: YamlLine,
        region: usize,
    ) -> Option<usize> {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let mut shallow: Option<YamlLine> = None;
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
            let message = "YAML wants this bracket indented more than its key; many parsers accept \
                           it anyway, strict ones do not";
            self.error(
                SyntaxErrorKind::Style,
                shallow.content,
                shallow.content + 1,
                message,
            );
        } else {
            self.shallow_line(shallow);
        }
        Some(end)
    }

    /// The closing quote of a text that continues at the indent of its key or left of it. This is
    /// wrong, but many people write it and many readers accept it. Lines that look like entries end
    /// it, because then the quote was probably forgotten.
    pub(super) fn shallow_close(&mut self, at: usize, line: YamlLine) -> Option<usize> {
        let parent = self.levels.last().map_or(-1, |level| level.indent);
        let mut shallow: Option<YamlLine> = None;
        let mut end = line.end;
        let mut from = line.next;
        let certain = self.closes_a_line(at);
        while from < self.bytes.len() {
            let next = line_at(self.bytes, from);
            let spent = next.next - from;
            let bare = shape(self.bytes, next.content, next.end) == Shape::Bare(None);
            let text = next.is_blank()
                || bare && self.bytes[next.content] != b'#'
                || next.start <= certain
                || self.bytes[at] == b'"' && goes_on(&self.bytes[at..end]);
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

    /// The offset of the double quote that closes the one at an offset in a few lines, if it ends
    /// its line and cannot be the start of another text; else 0. Then the lines between belong to
    /// the text, also if they look like entries.
    fn closes_a_line(&self, at: usize) -> usize {
        let limit = self.bytes.len().min(at.saturating_add(FEW_LINES_BYTES));
        let Some(close) = closing_quote(self.bytes, at, limit).filter(|_| self.bytes[at] == b'"')
        else {
            return 0;
        };
        let line = line_at(self.bytes, close);
        let is_last = comment_start(self.bytes, close + 1, line.end) <= close + 1;
        let breaks = self.bytes[at..close].iter().filter(|byte| **byte == b'\n');
        let after_text = !matches!(self.bytes[close - 1], b' ' | b'\t' | b':' | b'\n' | b'\r');
        if is_last && after_text && breaks.count() <= FEW_LINES {
            close
        } else {
            0
        }
    }

    /// Reports a line that should be indented more than its key, which many readers accept.
    fn shallow_line(&mut self, line: YamlLine) {
        let end = trim_end(self.bytes, line.content, line.end);
        let message = "YAML wants this line indented more than its key; many parsers accept it \
                       anyway, strict ones do not";
        self.error(SyntaxErrorKind::Style, line.content, end, message);
    }
}
