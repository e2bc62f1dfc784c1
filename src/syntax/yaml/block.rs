//! The tolerant reader, which reads by indentation. It never fails, reads each line about once, and
//! knows whether everything it saw is in the subset that it reads exactly.

use std::ops::Range;

use super::lines::{Shape, YamlLine, blank_or_end, content_from, skip_blanks, trim_end};
use crate::syntax::leaf::builder::LeafBuilder;
use crate::syntax::leaf::{Frame, MAX_DEPTH, NodeKind, SyntaxErrorKind};
use crate::text::range::TextRange;

/// The largest number of errors reported for a chunk.
const MAX_ERRORS: usize = 8;

/// The tolerant reader's result for a chunk.
#[derive(Debug)]
pub struct TolerantReading {
    /// The tree.
    pub builder: LeafBuilder,
    /// Whether the tree is exactly what the standard requires.
    pub certain: bool,
    /// Where each grammar error starts, in the order found.
    pub error_starts: Vec<usize>,
    /// Whether the limit of depth was reached.
    pub limited: bool,
}

/// Reads a chunk. With `until_unsure` it stops at the first thing that is not certain.
pub fn read(text: &str, frame: Frame, depth: usize, until_unsure: bool) -> TolerantReading {
    let mut reader = BlockReader::new(text, depth, until_unsure);
    reader.chunk(frame);
    TolerantReading {
        builder: reader.out,
        certain: reader.certain,
        error_starts: reader.error_starts,
        limited: reader.limited,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// The document itself, around its root node.
    Document,
    Mapping,
    Sequence,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct BlockLevel {
    pub kind: BlockKind,
    pub indent: i32,
    /// A wrong indent that was already accepted and reported for this level.
    pub accepted: Option<i32>,
    node: u32,
    /// Where a value is expected; it is missing unless deeper lines follow.
    pub pending: Option<usize>,
}

impl BlockLevel {
    /// Whether a line is clearly the level's next entry or item; most lines are.
    pub(super) fn is_ordinary(&self, indent: i32, shape: Shape) -> bool {
        let kind = match shape {
            Shape::Key(_) => BlockKind::Mapping,
            Shape::Item => BlockKind::Sequence,
            _ => return false,
        };
        self.indent == indent && self.kind == kind && self.pending.is_none()
    }

    /// Whether a line with this indent belongs to the level itself.
    pub(super) fn is_at(&self, indent: i32) -> bool {
        let child = indent > self.indent && self.pending.is_some();
        self.indent == indent || self.accepted == Some(indent) && !child
    }
}

pub(super) struct BlockReader<'t> {
    pub text: &'t str,
    pub bytes: &'t [u8],
    pub out: LeafBuilder,
    pub certain: bool,
    until_unsure: bool,
    pub error_starts: Vec<usize>,
    /// The line of the last of them.
    error_line: Range<usize>,
    depth: usize,
    pub levels: Vec<BlockLevel>,
    /// The first line not read yet.
    pub at: usize,
    /// Start of the current line, and of the one before it.
    current: usize,
    previous: usize,
    ahead: Option<(usize, Option<YamlLine>, bool)>,
    /// End of the last node.
    pub last_end: usize,
    /// Anchor and tag of the next node.
    pub props: (Option<TextRange>, Option<TextRange>),
    /// How many bytes may still be read twice, so that hostile text takes linear time.
    pub budget: usize,
    pub limited: bool,
    pub tabbed: bool,
    /// Whether the document's own node was read.
    rooted: bool,
}

impl<'t> BlockReader<'t> {
    pub(super) fn new(text: &'t str, depth: usize, until_unsure: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            // Usual text has about one node per ten bytes.
            out: LeafBuilder::with_room(4 + text.len() / 8),
            certain: true,
            until_unsure,
            error_starts: Vec::new(),
            error_line: 0..0,
            depth,
            levels: Vec::new(),
            at: 0,
            current: 0,
            previous: 0,
            ahead: None,
            last_end: 0,
            props: (None, None),
            budget: 4 * text.len() + 4096,
            limited: false,
            tabbed: false,
            rooted: false,
        }
    }

    pub(super) fn chunk(&mut self, frame: Frame) {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        self.certain = !unusual(&self.bytes[self.at..]);
        let root = match frame {
            Frame::Document => BlockKind::Document,
            Frame::Entries => BlockKind::Mapping,
            Frame::Items => BlockKind::Sequence,
        };
        let start = self.peek().map_or(0, |line| line.content);
        let indent = match frame {
            Frame::Document => -1,
            _ => self.peek().map_or(0, |line| self.indent_of(line)),
        };
        self.open_level(root, indent, start);
        if frame == Frame::Document {
            self.expect_value(0);
        } else if self.is_too_deep(0) && self.peek().is_some() {
            self.too_deep(start);
            self.at = self.bytes.len();
        }
        while !self.until_unsure || self.certain {
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
    pub(super) fn marker(&mut self, line: YamlLine) -> bool {
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
            self.expect_value((rest + 1).min(line.end));
            if !empty {
                self.start_value();
                self.inline(content, line);
            }
        } else if !empty || dashes {
            self.grammar_error(line.start, rest, "this marker ends the document; remove it");
        }
        true
    }

    // Lines.

    /// The next line with content, without consuming it.
    pub(super) fn peek(&mut self) -> Option<YamlLine> {
        if let Some((from, line, _)) = self.ahead
            && from == self.at
        {
            return line;
        }
        let (line, comment) = content_from(self.bytes, self.at);
        self.ahead = Some((self.at, line, comment));
        line
    }

    /// Whether a comment precedes the next line with content.
    pub(super) fn comment_ahead(&mut self) -> bool {
        self.peek();
        self.ahead.is_some_and(|(_, _, comment)| comment)
    }

    pub(super) fn take(&mut self) -> Option<YamlLine> {
        let line = self.peek()?;
        self.at = line.next;
        self.previous = std::mem::replace(&mut self.current, line.start);
        Some(line)
    }

    /// Whether the line before has an error, so that a wrong indent is only a consequence of it.
    pub(super) fn follows_error(&self) -> bool {
        let between = self.previous..self.current;
        self.error_starts
            .iter()
            .rev()
            .any(|at| between.contains(at))
    }

    pub(super) fn after_root(&mut self, line: YamlLine) {
        if self.rooted && self.error_starts.len() < MAX_ERRORS {
            let end = trim_end(self.bytes, line.content, line.end);
            self.grammar_error(
                line.content,
                end,
                "the document ends before this; remove it or make it part of the document",
            );
        }
        self.certain = false;
        self.rooted = false;
    }

    // Levels and nodes.

    /// Adds a node with the anchor and tag read before it.
    pub(super) fn push(&mut self, kind: NodeKind, start: usize, end: usize) -> u32 {
        let node = self.out.push(kind, start, end);
        self.take_props(node);
        self.last_end = self.last_end.max(end);
        node
    }

    pub(super) fn take_props(&mut self, node: u32) {
        let (anchor, tag) = std::mem::take(&mut self.props);
        if anchor.is_some() || tag.is_some() {
            self.out.set_props(node, anchor, tag);
        }
    }

    /// Starts a block collection. Returns false if that is too deep.
    pub(super) fn open_level(&mut self, kind: BlockKind, indent: i32, start: usize) -> bool {
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
            BlockKind::Document => 0,
            BlockKind::Mapping => self.out.open(NodeKind::BlockMapping, start),
            BlockKind::Sequence => self.out.open(NodeKind::BlockSequence, start),
        };
        if kind != BlockKind::Document {
            self.take_props(node);
        }
        self.last_end = self.last_end.max(start);
        self.levels.push(BlockLevel {
            kind,
            indent,
            accepted: None,
            node,
            pending: None,
        });
        true
    }

    /// Whether one more collection inside `inside` open ones would be too deep.
    pub(super) fn is_too_deep(&self, inside: usize) -> bool {
        let document = self.levels.first().map(|level| level.kind) == Some(BlockKind::Document);
        self.depth + inside >= MAX_DEPTH + usize::from(document)
    }

    /// Reports the limit, once.
    pub(super) fn too_deep(&mut self, at: usize) {
        self.certain = false;
        if !self.limited {
            self.limited = true;
            let end = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
            self.out.error(
                TextRange::new(at, end),
                SyntaxErrorKind::Limit,
                super::messages::too_deep(),
            );
        }
    }

    pub(super) fn expect_value(&mut self, at: usize) {
        if let Some(level) = self.levels.last_mut() {
            level.pending = Some(at);
        }
    }

    /// The expected value, if any, is about to be read.
    pub(super) fn start_value(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.pending = None;
            self.rooted |= level.kind == BlockKind::Document;
        }
    }

    /// The expected value, if any, is missing.
    pub(super) fn add_missing(&mut self) {
        let pending = self
            .levels
            .last_mut()
            .and_then(|level| level.pending.take());
        if let Some(at) = pending {
            self.push(NodeKind::Missing, at, at);
        }
    }

    pub(super) fn pop_to(&mut self, keep: usize) {
        while self.levels.len() > keep {
            self.add_missing();
            if let Some(level) = self.levels.pop()
                && level.kind != BlockKind::Document
            {
                self.out.close(level.node, self.last_end);
            }
        }
    }

    /// Reports a grammar error. An empty range becomes the character at or before it.
    pub(super) fn grammar_error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.error(SyntaxErrorKind::Grammar, start, end, message);
    }

    /// The same for another kind of error.
    pub(super) fn error(
        &mut self,
        kind: SyntaxErrorKind,
        start: usize,
        end: usize,
        message: impl Into<String>,
    ) {
        self.certain = false;
        // All of them are mended together.
        let is_told_once = matches!(kind, SyntaxErrorKind::Invisible | SyntaxErrorKind::Ellipsis);
        if self.error_starts.len() >= MAX_ERRORS && !is_told_once {
            return;
        }
        let range = visible(self.text, start, end);
        // Report one error per line: others usually follow from the first.
        let start = range.start();
        if self.error_line.contains(&start) {
            return;
        }
        self.error_line = line_around(self.bytes, start);
        self.error_starts.push(start);
        self.out.error(range, kind, message);
    }
}

/// The offsets from the start of the line around an offset to its line break, with that.
fn line_around(bytes: &[u8], at: usize) -> Range<usize> {
    let before = memchr::memrchr2(b'\n', b'\r', &bytes[..at]);
    let behind = memchr::memchr2(b'\n', b'\r', &bytes[at..]);
    let end = behind.map_or(bytes.len(), |behind| at + behind);
    before.map_or(0, |before| before + 1)..end + 1
}

/// Whether the text contains a character that YAML readers treat differently: tabs, control
/// characters, Unicode line breaks, byte order marks.
fn unusual(bytes: &[u8]) -> bool {
    // In blocks without early exit, so that the compiler can vectorise it.
    let common = |byte: &u8| {
        (*byte >= 0x20 || *byte == b'\n' || *byte == b'\r')
            && !matches!(*byte, 0x7f | 0xc2 | 0xe2 | 0xef)
    };
    let exact = |at: usize| match bytes[at] {
        b'\n' | b'\r' => false,
        0..0x20 | 0x7f | 0xef => true,
        0xc2 => bytes.get(at + 1).is_some_and(|next| *next < 0xa0),
        0xe2 => bytes.get(at + 1) == Some(&0x80),
        _ => false,
    };
    bytes.chunks(64).enumerate().any(|(block, chunk)| {
        let plain = chunk.iter().fold(true, |plain, byte| plain & common(byte));
        !plain && (block * 64..block * 64 + chunk.len()).any(exact)
    })
}

/// The range itself, or the character at or before it if it is empty.
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
