//! Well-formed YAML through `granit-parser`, an established and conformant parser: the second
//! opinion on a chunk.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span, StructureStyle, Tag, options};

use super::block::visible;
use super::lines::{blank_or_end, header, line_at};
use super::messages;
use crate::syntax::leaf::builder::LeafBuilder;
use crate::syntax::leaf::{Frame, MAX_DEPTH, NodeKind, SyntaxError, SyntaxErrorKind};
use crate::text::range::TextRange;

/// Reads a well-formed chunk of YAML; only the first document of a stream is kept. `depth` is how
/// many collections enclose the chunk.
///
/// # Errors
/// The first fault the parser finds, located in the chunk.
pub fn read(text: &str, frame: Frame, depth: usize) -> Result<LeafBuilder, SyntaxError> {
    // The parser treats this character as the end of the text.
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(refuse(text, at, "remove the character U+0000"));
    }
    if frame != Frame::Document
        && let Some(at) = marker(text)
    {
        return Err(refuse(text, at, "this cannot stand inside a document"));
    }
    let mut options = options! {
        strict_indentation: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: MAX_DEPTH.saturating_sub(depth),
        block_nesting_limit: MAX_DEPTH.saturating_sub(depth),
    };
    options.set_emit_comments(false);
    let mut bridge = Bridge {
        text,
        builder: LeafBuilder::default(),
        open: Vec::new(),
        documents: 0,
        last_end: 0,
        deepest: 0,
    };
    for item in Parser::new_from_str_with_options(text, options) {
        let (event, span) = item.map_err(|error| error_of(text, &error))?;
        if let Event::DocumentStart(explicit, _) = event {
            bridge.documents += 1;
            if explicit && bridge.documents == 1 {
                bridge.last_end = span.end.byte_offset().unwrap_or(0);
            }
        } else if bridge.documents == 1 {
            bridge.event(event, &span);
        }
    }
    let root = bridge.builder.node(0).map(|node| node.kind);
    let fits = match frame {
        Frame::Document => true,
        Frame::Entries => root == Some(NodeKind::BlockMapping) && bridge.documents == 1,
        Frame::Items => root == Some(NodeKind::BlockSequence) && bridge.documents == 1,
    };
    if !fits {
        return Err(refuse(text, 0, "this belongs to no collection around it"));
    }
    if bridge.deepest > 0 && bridge.deepest + depth > MAX_DEPTH {
        return Err(SyntaxError {
            kind: SyntaxErrorKind::Limit,
            ..refuse(text, 0, &messages::too_deep())
        });
    }
    Ok(bridge.builder)
}

/// The start of a line that the parser would read as a directive or the end of a document.
fn marker(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let line = line_at(bytes, at);
        let head = bytes.get(at..at + 3);
        let ends = matches!(head, Some(b"---" | b"...")) && blank_or_end(bytes, at + 3, line.end);
        if bytes[at] == b'%' || ends {
            return Some(at);
        }
        at = line.next;
    }
    None
}

fn refuse(text: &str, at: usize, message: &str) -> SyntaxError {
    SyntaxError {
        range: visible(text, at, at),
        kind: SyntaxErrorKind::Grammar,
        message: message.to_owned(),
    }
}

fn error_of(text: &str, error: &granit_parser::ScanError) -> SyntaxError {
    let mut start = error.marker().byte_offset().unwrap_or(0).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    // At the end of the text: use the last visible character.
    if text[start..].trim().is_empty() {
        start = text.trim_end().len();
    }
    let (kind, message) = match error.kind() {
        ErrorKind::RecursionLimitExceeded => (SyntaxErrorKind::Limit, messages::too_deep()),
        _ => (SyntaxErrorKind::Grammar, messages::of(error)),
    };
    SyntaxError {
        range: visible(text, start, start),
        kind,
        message,
    }
}

/// An open collection.
struct Open {
    node: u32,
    kind: NodeKind,
    /// Number of nodes in it.
    children: usize,
}

struct Bridge<'t> {
    text: &'t str,
    builder: LeafBuilder,
    open: Vec<Open>,
    documents: usize,
    last_end: usize,
    deepest: usize,
}

impl Bridge<'_> {
    fn event(&mut self, event: Event<'_>, span: &Span) {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start);
        match event {
            Event::Anchor(..) => {
                let node = self.builder.next_index().saturating_sub(1);
                self.builder
                    .set_props(node, Some(TextRange::new(start, end)), None);
                self.after_props(node, end);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.add(NodeKind::Alias, start, end);
                self.last_end = end;
            }
            Event::Scalar(value, style, _, tag) => self.scalar(&value, style, tag.as_deref(), span),
            Event::SequenceStart(style, _, tag) => {
                let kind = match style {
                    StructureStyle::Block => NodeKind::BlockSequence,
                    StructureStyle::Flow => NodeKind::FlowSequence,
                };
                self.collection(kind, start, end, tag.as_deref(), span);
            }
            Event::MappingStart(style, _, tag) => {
                let kind = match style {
                    StructureStyle::Block => NodeKind::BlockMapping,
                    StructureStyle::Flow => NodeKind::FlowMapping,
                };
                self.collection(kind, start, end, tag.as_deref(), span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(start, end),
            _ => {}
        }
    }

    /// Adds a node without children.
    fn add(&mut self, kind: NodeKind, start: usize, end: usize) -> u32 {
        let node = self.builder.push(kind, start, end);
        self.count(start);
        node
    }

    /// Counts a node in its collection. In block style the range of a mapping starts at its first
    /// child.
    fn count(&mut self, start: usize) {
        let Some(top) = self.open.last_mut() else {
            return;
        };
        top.children += 1;
        if top.children == 1 && top.kind == NodeKind::BlockMapping {
            let node = top.node;
            self.builder.set_start(node, start);
        }
    }

    fn collection(
        &mut self,
        kind: NodeKind,
        start: usize,
        end: usize,
        tag: Option<&Tag>,
        span: &Span,
    ) {
        self.pass_dash();
        let start = if kind == NodeKind::BlockSequence {
            self.seek(b'-').unwrap_or(start)
        } else {
            start
        };
        let node = self.builder.open(kind, start);
        self.count(start);
        self.open.push(Open {
            node,
            kind,
            children: 0,
        });
        self.deepest = self.deepest.max(self.open.len());
        self.last_end = match kind {
            NodeKind::FlowMapping | NodeKind::FlowSequence => end,
            NodeKind::BlockSequence => start + 1,
            _ => self.last_end.max(start),
        };
        self.tag(node, tag, span);
    }

    fn close(&mut self, start: usize, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let bracket = matches!(self.text.as_bytes().get(start), Some(b']' | b'}'));
        let flow = matches!(open.kind, NodeKind::FlowMapping | NodeKind::FlowSequence);
        // The single pair of `[key: value]` has no bracket of its own.
        let single = open.kind == NodeKind::FlowMapping
            && self
                .builder
                .node(open.node)
                .is_some_and(|node| !self.text[node.start as usize..].starts_with('{'));
        if flow && bracket && !single {
            self.last_end = self.last_end.max(end);
        }
        self.builder.close(open.node, self.last_end);
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start);
        let kind = match style {
            ScalarStyle::Plain => NodeKind::Plain,
            ScalarStyle::SingleQuoted => NodeKind::Single,
            ScalarStyle::DoubleQuoted => NodeKind::Double,
            ScalarStyle::Literal => NodeKind::Literal,
            ScalarStyle::Folded => NodeKind::Folded,
        };
        let raw = self.text.get(start..end).unwrap_or("");
        self.pass_dash();
        // The parser reports an empty node as `~`.
        if kind == NodeKind::Plain && (value.is_empty() || value == "~" && raw != "~") {
            let place = self.place();
            let node = self.add(NodeKind::Missing, place, place);
            self.last_end = self.last_end.max(place);
            self.tag(node, tag, span);
            return;
        }
        let mut end = start + raw.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        let mut start = start;
        if matches!(kind, NodeKind::Literal | NodeKind::Folded) {
            // The parser's range lacks the mark and its indicators.
            let mark = if kind == NodeKind::Literal {
                b'|'
            } else {
                b'>'
            };
            start = self.seek(mark).unwrap_or(start);
            let bytes = self.text.as_bytes();
            let header = header(bytes, start.min(bytes.len() - 1), bytes.len());
            end = end.max(header.end);
        }
        let node = self.add(kind, start, end);
        let inner = match kind {
            NodeKind::Plain => self.text.get(start..end),
            NodeKind::Single | NodeKind::Double => self
                .text
                .get(start + 1..end.saturating_sub(1).max(start + 1)),
            _ => None,
        };
        if inner != Some(value) {
            self.builder.set_value(node, value);
        }
        self.last_end = end;
        self.tag(node, tag, span);
    }

    fn tag(&mut self, node: u32, tag: Option<&Tag>, span: &Span) {
        let range = tag.and(span.tag_span()).and_then(|span| {
            Some(TextRange::new(
                span.start.byte_offset()?,
                span.end.byte_offset()?,
            ))
        });
        if let Some(range) = range {
            self.builder.set_props(node, None, Some(range));
            self.after_props(node, range.end());
        }
    }

    /// A missing node is placed after its anchor and tag.
    fn after_props(&mut self, node: u32, end: usize) {
        let missing = self
            .builder
            .node(node)
            .is_some_and(|node| node.kind == NodeKind::Missing && end > node.start as usize);
        if missing {
            let place = end + usize::from(self.text[end..].starts_with(' '));
            self.builder.move_to(node, place);
            self.last_end = self.last_end.max(place);
        }
    }

    /// Where a missing node would be typed: after its colon or dash.
    fn place(&self) -> usize {
        let bytes = self.text.as_bytes();
        let from = self.last_end;
        let Some(top) = self.open.last() else {
            return from + usize::from(from > 0 && bytes.get(from) == Some(&b' '));
        };
        let mark = match (top.kind.is_sequence(), top.children % 2 == 0) {
            (true, _) => b'-',
            (false, true) => b'?',
            (false, false) => b':',
        };
        if top.kind == NodeKind::BlockSequence {
            return from + usize::from(bytes.get(from) == Some(&b' '));
        }
        match self.seek(mark) {
            Some(at) => at + 1 + usize::from(bytes.get(at + 1) == Some(&b' ')),
            None if mark == b'?' => self.seek(b':').unwrap_or(from),
            None => from,
        }
    }

    /// Skips the dash of an item that follows another one.
    fn pass_dash(&mut self) {
        let item = self
            .open
            .last()
            .is_some_and(|top| top.kind == NodeKind::BlockSequence && top.children > 0);
        if let Some(dash) = self.seek(b'-').filter(|_| item) {
            self.last_end = dash + 1;
        }
    }

    /// The offset of `wanted` if it is the first byte after the last node, ignoring blanks,
    /// comments, anchors, tags and the marks of entries and items.
    fn seek(&self, wanted: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.last_end;
        loop {
            let byte = *bytes.get(at)?;
            let next = bytes.get(at + 1);
            let apart = matches!(next, None | Some(b' ' | b'\t' | b'\n' | b'\r'));
            if byte == wanted && (apart || !matches!(wanted, b'-' | b'?')) {
                return Some(at);
            }
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' => at = line_at(bytes, at).end,
                b':' | b'-' | b'?' if apart && matches!(wanted, b'|' | b'>' | b'-') => at += 1,
                b'&' | b'!' => {
                    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
                    at += bytes[at..]
                        .iter()
                        .take_while(|byte| !is_blank(byte))
                        .count();
                }
                0xef if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += 3,
                _ => return None,
            }
        }
    }
}
