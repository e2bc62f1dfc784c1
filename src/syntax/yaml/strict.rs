//! Well-formed YAML through `granit-parser`, an established and conformant parser: the second
//! opinion on a piece, and the words for what is wrong with it.

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle, Tag, options};

use crate::syntax::leaf::{Fault, Frame, HAS_PROPS, Leaf, LeafBuilder, NodeKind, SyntaxError};
use crate::text::range::TextRange;

/// Reads a piece of YAML that is well formed; only the first document of a stream is kept.
///
/// # Errors
/// The first fault the parser finds, located in the piece.
pub fn read(text: &str, frame: Frame) -> Result<Leaf, SyntaxError> {
    let mut options = options! {
        strict_indentation: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: super::super::index::MAX_DEPTH,
        block_nesting_limit: super::super::index::MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let mut bridge = Bridge {
        text,
        builder: LeafBuilder::default(),
        open: Vec::new(),
        anchors: Vec::new(),
        documents: 0,
        last_end: 0,
        pending_tag: None,
    };
    for item in Parser::new_from_str_with_options(text, options) {
        let (event, span) = item.map_err(|error| fault(text, &error))?;
        if let Event::DocumentStart(..) = event {
            bridge.documents += 1;
        } else if bridge.documents == 1 {
            bridge.event(event, &span);
        }
    }
    let leaf = bridge.builder.finish(text);
    let root = leaf.nodes().first().map(|node| node.kind);
    let fits = match frame {
        Frame::Document => true,
        Frame::Entries => root.is_some_and(NodeKind::is_mapping),
        Frame::Items => root.is_some_and(NodeKind::is_sequence),
    };
    if fits {
        Ok(leaf)
    } else {
        Err(SyntaxError {
            range: TextRange::new(0, text.trim_end().len()),
            fault: Fault::Grammar,
            message: "this is not an entry of the collection around it".to_owned(),
        })
    }
}

fn fault(text: &str, error: &granit_parser::ScanError) -> SyntaxError {
    let mut start = error.marker().byte_offset().unwrap_or(0).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = text[start..]
        .chars()
        .next()
        .map_or(start, |found| start + found.len_utf8());
    SyntaxError {
        range: TextRange::new(start, end),
        fault: Fault::Grammar,
        message: error.info(),
    }
}

struct Bridge<'t> {
    text: &'t str,
    builder: LeafBuilder,
    open: Vec<u32>,
    /// Names by the parser's anchor id, in order of definition.
    anchors: Vec<(usize, String)>,
    documents: usize,
    last_end: usize,
    /// The node just added and its tag, until we know whether an anchor follows.
    pending_tag: Option<(u32, Option<TextRange>)>,
}

impl Bridge<'_> {
    fn event(&mut self, event: Event<'_>, span: &Span) {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start);
        match event {
            Event::Anchor(id, name) => {
                self.anchors.push((id, name.into_owned()));
                if let Some((node, tag)) = self.pending_tag.take() {
                    self.builder
                        .set_props(node, Some(TextRange::new(start, end)), tag);
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.builder.push(NodeKind::Alias, start, end);
                self.last_end = end;
            }
            Event::Scalar(value, style, _, tag) => self.scalar(&value, style, tag.as_deref(), span),
            Event::SequenceStart(style, _, tag) => {
                let kind = match style {
                    StructureStyle::Block => NodeKind::BlockSequence,
                    StructureStyle::Flow => NodeKind::FlowSequence,
                };
                self.collection(kind, start, tag.as_deref(), span);
            }
            Event::MappingStart(style, _, tag) => {
                let kind = match style {
                    StructureStyle::Block => NodeKind::BlockMapping,
                    StructureStyle::Flow => NodeKind::FlowMapping,
                };
                self.collection(kind, start, tag.as_deref(), span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end),
            _ => {}
        }
    }

    fn collection(&mut self, kind: NodeKind, start: usize, tag: Option<&Tag>, span: &Span) {
        let node = self.builder.open(kind, start);
        self.open.push(node);
        self.remember_tag(node, tag, span);
    }

    fn close(&mut self, end: usize) {
        let Some(index) = self.open.pop() else { return };
        let flow = self.builder.node(index).is_some_and(|node| {
            matches!(node.kind, NodeKind::FlowMapping | NodeKind::FlowSequence)
        });
        let end = if flow { end } else { self.last_end };
        // A block collection starts at its first child, which may have a tag or anchor before it.
        self.builder.close(index, end);
        self.last_end = self.last_end.max(end);
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) {
        let start = span.start.byte_offset().unwrap_or(0);
        let mut end = span.end.byte_offset().unwrap_or(start);
        let kind = match style {
            ScalarStyle::Plain => NodeKind::Plain,
            ScalarStyle::SingleQuoted => NodeKind::Single,
            ScalarStyle::DoubleQuoted => NodeKind::Double,
            ScalarStyle::Literal => NodeKind::Literal,
            ScalarStyle::Folded => NodeKind::Folded,
        };
        let raw = self.text.get(start..end).unwrap_or("");
        let empty = matches!(kind, NodeKind::Plain)
            && (start == end || !raw.starts_with(value.chars().next().unwrap_or('\0')));
        if empty {
            let node = self.builder.push(
                NodeKind::Missing,
                start.max(self.last_end),
                start.max(self.last_end),
            );
            self.remember_tag(node, tag, span);
            return;
        }
        end = start + raw.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        let node = self.builder.push(kind, start, end);
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
        self.remember_tag(node, tag, span);
    }

    fn remember_tag(&mut self, node: u32, tag: Option<&Tag>, span: &Span) {
        let range = tag.and(span.tag_span()).and_then(|span| {
            Some(TextRange::new(
                span.start.byte_offset()?,
                span.end.byte_offset()?,
            ))
        });
        if range.is_some() {
            self.builder.set_props(node, None, range);
        }
        self.pending_tag = Some((node, range));
        debug_assert!(HAS_PROPS != 0);
    }
}
