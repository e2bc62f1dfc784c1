//! The tolerant reader: indentation first. It never fails, reads each line about once, and
//! knows whether all it saw belongs to the subset it reads exactly.

use super::lines::{Key, Line, Shape, blank_or_end, content_from, shape, skip_blanks, trim_end};
use crate::syntax::index::MAX_DEPTH;
use crate::syntax::leaf::{Fault, Frame, LeafBuilder, NO_COLON, NodeKind, UNCLOSED};
use crate::text::range::TextRange;

/// No more errors than these are reported for a piece.
const MAX_ERRORS: usize = 8;

/// What the tolerant reader made of a piece.
#[derive(Debug)]
pub struct Reading {
    /// The tree.
    pub builder: LeafBuilder,
    /// Whether the tree is exactly what the standard says.
    pub certain: bool,
    /// Where each grammar error starts, in the order found.
    pub faults: Vec<usize>,
}

/// Reads a piece. With `until_unsure` the reading ends at the first thing that is not certain.
pub fn read(text: &str, frame: Frame, depth: usize, until_unsure: bool) -> Reading {
    let mut reader = Reader::new(text, depth, until_unsure);
    reader.piece(frame);
    Reading {
        builder: reader.out,
        certain: reader.certain,
        faults: reader.faults,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The document itself, around its root node.
    Document,
    Mapping,
    Sequence,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub kind: Kind,
    pub indent: i32,
    /// An indent that is wrong but was taken for this level's before, and reported then.
    also: Option<i32>,
    node: u32,
    /// Where a value is awaited; it is missing unless deeper lines follow.
    pub pending: Option<usize>,
}

/// How a key's value may begin on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inline {
    Nothing,
    Scalar,
    Other,
}

impl Level {
    /// Whether a line with this indent is one of the level's own.
    fn is_at(&self, indent: i32) -> bool {
        let child = indent > self.indent && self.pending.is_some();
        self.indent == indent || self.also == Some(indent) && !child
    }
}

pub(super) struct Reader<'t> {
    pub text: &'t str,
    pub bytes: &'t [u8],
    pub out: LeafBuilder,
    pub certain: bool,
    until_unsure: bool,
    pub faults: Vec<usize>,
    depth: usize,
    pub levels: Vec<Level>,
    /// The first line not read yet.
    pub at: usize,
    ahead: Option<(usize, Option<Line>, bool)>,
    /// End of the last node.
    pub last_end: usize,
    /// Anchor and tag of the next node.
    pub props: (Option<TextRange>, Option<TextRange>),
    /// Bytes that may still be looked at twice, so that hostile text takes linear time.
    pub budget: usize,
    limited: bool,
    /// Whether the document's own node was read.
    rooted: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, depth: usize, until_unsure: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            out: LeafBuilder::default(),
            certain: true,
            until_unsure,
            faults: Vec::new(),
            depth,
            levels: Vec::new(),
            at: 0,
            ahead: None,
            last_end: 0,
            props: (None, None),
            budget: 4 * text.len() + 4096,
            limited: false,
            rooted: false,
        }
    }

    fn piece(&mut self, frame: Frame) {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        self.certain = !unusual(&self.bytes[self.at..]);
        let root = match frame {
            Frame::Document => Kind::Document,
            Frame::Entries => Kind::Mapping,
            Frame::Items => Kind::Sequence,
        };
        let start = self.peek().map_or(0, |line| line.content);
        let indent = match frame {
            Frame::Document => -1,
            _ => self.peek().map_or(0, |line| self.indent_of(line)),
        };
        self.open_level(root, indent, start);
        if frame == Frame::Document {
            self.await_value(0);
        } else if self.is_too_deep(0) && self.peek().is_some() {
            self.too_deep(start);
            self.at = self.bytes.len();
        }
        while !(self.until_unsure && !self.certain) {
            let Some(line) = self.take() else { break };
            if frame == Frame::Document && self.marker(line) {
                continue;
            }
            self.line(line);
        }
        if frame == Frame::Document && self.out.next_index() == 0 {
            self.levels.clear();
        }
        self.pop_to(0);
    }

    /// `---`, `...` and directives.
    fn marker(&mut self, line: Line) -> bool {
        if line.content != line.start {
            return false;
        }
        let text = &self.bytes[line.start..line.end];
        let rest = line.start + 3;
        if text.starts_with(b"%") && self.out.next_index() == 0 {
            self.certain = false;
            return true;
        }
        let dashes = text.starts_with(b"---");
        if !(dashes || text.starts_with(b"...")) || !blank_or_end(self.bytes, rest, line.end) {
            return false;
        }
        let content = skip_blanks(self.bytes, rest, line.end);
        let empty = content == line.end || self.bytes[content] == b'#';
        self.certain &= rest == line.end && dashes && self.out.next_index() == 0;
        if dashes && self.out.next_index() == 0 {
            self.await_value((rest + 1).min(line.end));
            if !empty {
                self.inline(content, line);
            }
        } else if !empty || dashes {
            self.fault(line.start, rest, "this marker ends the document; remove it");
        }
        true
    }

    // --- lines ---------------------------------------------------------------------------

    /// The next line with content, which stays unread.
    pub fn peek(&mut self) -> Option<Line> {
        if let Some((from, line, _)) = self.ahead
            && from == self.at
        {
            return line;
        }
        let (line, comment) = content_from(self.bytes, self.at);
        self.ahead = Some((self.at, line, comment));
        line
    }

    /// Whether a comment stands before the next line with content.
    pub fn comment_ahead(&mut self) -> bool {
        self.peek();
        self.ahead.is_some_and(|(_, _, comment)| comment)
    }

    pub fn take(&mut self) -> Option<Line> {
        let line = self.peek()?;
        self.at = line.next;
        Some(line)
    }

    /// The indent of a line. A tab stands for whatever depth suits the lines around.
    pub fn indent_of(&mut self, line: Line) -> i32 {
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

    fn line(&mut self, line: Line) {
        if self.bytes[line.start..line.content].contains(&b'\t') {
            let (from, to) = (line.start, line.content);
            self.fault(from, to, "a tab cannot indent YAML; use spaces");
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
        if shape == Shape::Bare(None) || shape == Shape::Item && self.is_lone(line) {
            let on = next > indent && deeper.is_some();
            let items = under.kind == Kind::Sequence && next == indent && {
                let ahead = self.peek()?;
                shape != Shape::Item
                    && super::lines::shape(self.bytes, ahead.content, ahead.end) == Shape::Item
            };
            if on || items && keep > 1 && self.levels[keep - 2].indent == indent {
                self.missing_colon(line.content, line.end, shape == Shape::Item);
                return Some(None);
            }
            return None;
        }
        if inline != Some(Inline::Scalar) || next <= indent {
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
        let ahead = self.peek()?;
        let entry = super::lines::shape(self.bytes, ahead.content, ahead.end);
        if keep == self.levels.len()
            && under.kind == Kind::Mapping
            && under.pending.is_some()
            && under.indent == indent
            && matches!(entry, Shape::Key(_))
        {
            self.odd_indent(line);
            return Some(Some(next));
        }
        None
    }

    fn is_lone(&self, line: Line) -> bool {
        trim_end(self.bytes, line.content, line.end) == line.content + 1
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
        if self.bytes[line.start..line.content].contains(&b'\t') {
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

    fn after_root(&mut self, line: Line) {
        if self.rooted && self.faults.len() < MAX_ERRORS {
            let end = trim_end(self.bytes, line.content, line.end);
            self.fault(
                line.content,
                end,
                "the document ends before this; remove it or make it part of the document",
            );
        }
        self.certain = false;
        self.rooted = false;
    }

    // --- levels and nodes ----------------------------------------------------------------

    /// Adds a node with the anchor and tag read before it.
    pub fn push(&mut self, kind: NodeKind, start: usize, end: usize) -> u32 {
        let node = self.out.push(kind, start, end);
        self.take_props(node);
        self.last_end = self.last_end.max(end);
        node
    }

    pub fn take_props(&mut self, node: u32) {
        let (anchor, tag) = std::mem::take(&mut self.props);
        if anchor.is_some() || tag.is_some() {
            self.out.set_props(node, anchor, tag);
        }
    }

    /// Starts a block collection; false where the limit of depth is reached.
    pub fn open_level(&mut self, kind: Kind, indent: i32, start: usize) -> bool {
        if !self.levels.is_empty() && self.is_too_deep(self.levels.len()) {
            self.too_deep(start);
            self.push(NodeKind::Missing, start, start);
            while let Some(line) = self.peek()
                && line.indent() >= indent
            {
                self.take();
            }
            return false;
        }
        let node = match kind {
            Kind::Document => 0,
            Kind::Mapping => self.out.open(NodeKind::BlockMapping, start),
            Kind::Sequence => self.out.open(NodeKind::BlockSequence, start),
        };
        if kind != Kind::Document {
            self.take_props(node);
        }
        self.last_end = self.last_end.max(start);
        self.levels.push(Level {
            kind,
            indent,
            also: None,
            node,
            pending: None,
        });
        true
    }

    /// Whether one more collection inside `inside` open ones would be too deep.
    pub fn is_too_deep(&self, inside: usize) -> bool {
        let document = self.levels.first().map(|level| level.kind) == Some(Kind::Document);
        self.depth + inside >= MAX_DEPTH + usize::from(document)
    }

    /// Reports the limit, once.
    pub fn too_deep(&mut self, at: usize) {
        self.certain = false;
        if !self.limited {
            self.limited = true;
            let end = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
            self.out.error(
                TextRange::new(at, end),
                Fault::Limit,
                format!("nested deeper than {MAX_DEPTH} levels; what is inside is not looked at"),
            );
        }
    }

    pub fn await_value(&mut self, at: usize) {
        if let Some(level) = self.levels.last_mut() {
            level.pending = Some(at);
        }
    }

    /// The awaited value, if one is awaited, is not missing: it is about to be read.
    pub fn fulfil(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.pending = None;
            self.rooted |= level.kind == Kind::Document;
        }
    }

    /// The awaited value, if one is awaited, is missing.
    pub fn settle(&mut self) {
        let pending = self
            .levels
            .last_mut()
            .and_then(|level| level.pending.take());
        if let Some(at) = pending {
            self.push(NodeKind::Missing, at, at);
        }
    }

    fn pop_to(&mut self, keep: usize) {
        while self.levels.len() > keep {
            self.settle();
            if let Some(level) = self.levels.pop()
                && level.kind != Kind::Document
            {
                self.out.close(level.node, self.last_end);
            }
        }
    }

    /// Reports a grammar error; an empty place becomes the character at or before it.
    pub fn fault(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.certain = false;
        if self.faults.len() >= MAX_ERRORS {
            return;
        }
        let range = visible(self.text, start, end);
        // One cause, one error: what else is wrong on a line follows from the first.
        if let Some(last) = self.faults.last().copied() {
            let between = last.min(range.start)..last.max(range.start);
            if memchr::memchr2(b'\n', b'\r', &self.bytes[between]).is_none() {
                return;
            }
        }
        self.faults.push(range.start);
        self.out.error(range, Fault::Grammar, message);
    }

    /// A line that reads like a key but has no colon.
    pub fn missing_colon(&mut self, start: usize, end: usize, dash: bool) {
        let end = comment_start(self.bytes, start, end);
        let name = &self.text[start..end];
        let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let message = if dash {
            "a list item cannot stand among keys; indent it below its key".to_owned()
        } else if word && name.len() <= 40 {
            format!("a `:` is missing after this key; write `{name}:`")
        } else {
            "this is neither a key nor a value; write `key: value`".to_owned()
        };
        self.fault(start, end, message);
    }

    /// Adds a key and reads its value.
    pub fn entry(&mut self, at: usize, line: Line, shape: Shape) {
        match shape {
            Shape::Key(key) | Shape::Bare(Some(key)) => {
                if self.explicit_value(key, line) {
                    return;
                }
                self.settle();
                self.read_props(at, key.start);
                if let Some(bracket) = self.bracket_without_colon(key, line.end) {
                    return self.key_without_colon(key.start, bracket, line);
                }
                self.key(key);
                if shape != Shape::Key(key) {
                    self.fault(key.colon, key.colon + 1, "put a space after the `:`");
                }
                self.value_after(key.colon + 1, line);
            }
            Shape::Explicit => {
                self.certain = false;
                self.settle();
                let start = skip_blanks(self.bytes, at + 1, line.end);
                let end = comment_start(self.bytes, start, line.end);
                let kind = if start == end {
                    NodeKind::Missing
                } else {
                    NodeKind::Plain
                };
                self.push(kind, start, end);
                self.await_value(end);
            }
            Shape::Bare(None) | Shape::Item => self.bare_key(at, line),
        }
    }

    /// The bracket in `key {a: b}`, which lacks the colon of its key.
    fn bracket_without_colon(&mut self, key: Key, end: usize) -> Option<usize> {
        if key.kind != NodeKind::Plain {
            return None;
        }
        let at = key.start + memchr::memchr2(b'{', b'[', &self.bytes[key.start..key.end])?;
        self.certain = false;
        let name = trim_end(self.bytes, key.start, at);
        let word = !self.bytes[key.start..name].contains(&b' ');
        let last = comment_start(self.bytes, at, end);
        let closed = matches!(self.bytes.get(last - 1), Some(b'}' | b']'));
        Some(at).filter(|_| closed && word && key.start < name && name < at)
    }

    fn key_without_colon(&mut self, start: usize, bracket: usize, line: Line) {
        let end = trim_end(self.bytes, start, bracket);
        let node = self.push(NodeKind::Plain, start, end);
        self.out.flag(node, NO_COLON);
        self.missing_colon(start, end, false);
        self.flow(bracket, line);
    }

    /// `: value` after `? key`.
    fn explicit_value(&mut self, key: Key, line: Line) -> bool {
        let awaited = self.levels.last().is_some_and(|top| top.pending.is_some());
        if key.start != key.colon || !awaited {
            return false;
        }
        self.certain = false;
        self.value_after(key.colon + 1, line);
        true
    }

    fn bare_key(&mut self, at: usize, line: Line) {
        self.settle();
        let quote = matches!(self.bytes[at], b'"' | b'\'');
        let end = comment_start(self.bytes, at, line.end);
        let closed = quote && super::lines::closing_quote(self.bytes, at, end).is_some();
        let kind = match self.bytes[at] {
            b'"' if end > at + 1 => NodeKind::Double,
            b'\'' if end > at + 1 => NodeKind::Single,
            b'*' => NodeKind::Alias,
            _ => NodeKind::Plain,
        };
        let end = match super::lines::closing_quote(self.bytes, at, end) {
            Some(close) if quote => close + 1,
            _ => end,
        };
        let node = self.push(kind, at, end);
        self.out.flag(node, NO_COLON);
        if quote && !closed {
            self.out.flag(node, UNCLOSED);
            self.unclosed_quote(at);
        } else {
            self.missing_colon(at, end, false);
        }
        self.await_value(end);
    }

    fn key(&mut self, key: Key) {
        let first = self.bytes[key.start];
        let node = if key.start == key.colon {
            self.certain = false;
            self.push(NodeKind::Missing, key.start, key.start)
        } else {
            self.push(key.kind, key.start, key.end)
        };
        // A simple key has at most 1024 characters (YAML 1.2, 7.4.2).
        if key.end - key.start > 1000 {
            self.certain = false;
        }
        match key.kind {
            NodeKind::Plain => self.check_plain(key.start, key.end, first),
            NodeKind::Alias => self.certain = false,
            _ if !key.closed => {
                self.out.flag(node, UNCLOSED);
                self.unclosed_quote(key.start);
            }
            _ => self.decode(node, key.start, key.end),
        }
        self.last_end = self.last_end.max(key.colon + 1);
    }
}

/// Whether there is a character that readers of YAML treat in ways of their own: tabs,
/// controls, Unicode line breaks, byte order marks.
fn unusual(bytes: &[u8]) -> bool {
    let found = |at: usize| match bytes[at] {
        b'\n' | b'\r' => false,
        0..0x20 | 0x7f | 0xef => true,
        0xc2 => bytes.get(at + 1).is_some_and(|next| *next < 0xa0),
        0xe2 => bytes.get(at + 1) == Some(&0x80),
        _ => false,
    };
    (0..bytes.len()).any(found)
}

/// The end of the text before a comment, without trailing blanks.
pub(super) fn comment_start(bytes: &[u8], start: usize, end: usize) -> usize {
    for offset in memchr::memchr_iter(b'#', &bytes[start..end]) {
        let at = start + offset;
        if at == start || super::lines::is_blank(bytes[at - 1]) {
            return trim_end(bytes, start, at);
        }
    }
    trim_end(bytes, start, end)
}

/// The range itself, or the character at it or before it where it is empty.
pub(super) fn visible(text: &str, start: usize, end: usize) -> TextRange {
    if end > start || text.is_empty() {
        return TextRange::new(start, end);
    }
    let start = start.min(text.len());
    let after = text[start..].chars().next();
    if let Some(found) = after.filter(|found| !matches!(found, '\n' | '\r')) {
        return TextRange::new(start, start + found.len_utf8());
    }
    let before = text[..start].chars().next_back().map_or(0, char::len_utf8);
    if before > 0 {
        return TextRange::new(start - before, start);
    }
    TextRange::new(start, start + after.map_or(0, char::len_utf8))
}
