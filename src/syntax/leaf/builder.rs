//! Builds a leaf.

use super::keys::Keys;
use super::{
    HAS_PROPS, HAS_VALUE, Leaf, NodeData, NodeKind, Nodes, Props, Rare, SyntaxError,
    SyntaxErrorKind, marks, offset, value_of,
};
use crate::text::range::TextRange;

/// Builds a leaf node by node, in preorder.
#[derive(Debug, Default)]
pub struct LeafBuilder {
    nodes: Vec<NodeData>,
    values: Vec<(u32, Box<str>)>,
    props: Vec<Props>,
    errors: Vec<SyntaxError>,
    /// See [`Leaf::unmatched`].
    pub unmatched: Vec<u8>,
    /// See [`Leaf::ends_with_comma`].
    pub ends_with_comma: bool,
}

impl LeafBuilder {
    /// A builder with room for this many nodes.
    pub fn with_room(nodes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(nodes),
            ..Self::default()
        }
    }

    /// Number of nodes so far, which is the index of the next one.
    pub fn next_index(&self) -> u32 {
        offset(self.nodes.len())
    }

    /// Starts a mapping or sequence; [`Self::close`] ends it.
    pub fn open(&mut self, kind: NodeKind, start: usize) -> u32 {
        self.push(kind, start, start)
    }

    /// Ends a collection that [`Self::open`] started, after all its children were added.
    pub fn close(&mut self, index: u32, end: usize) {
        let size = self.next_index() - index;
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.size = size;
            node.end = offset(end).max(node.start);
        }
    }

    /// Adds a node without children: a scalar, an alias or a missing node.
    pub fn push(&mut self, kind: NodeKind, start: usize, end: usize) -> u32 {
        let index = self.next_index();
        self.nodes.push(NodeData {
            start: offset(start),
            end: offset(end),
            size: 1,
            kind,
            flags: 0,
        });
        index
    }

    /// Sets the decoded text of a scalar where it differs from the text between the quotes. At most
    /// once per node, in the order of the nodes.
    pub fn set_value(&mut self, index: u32, value: impl Into<Box<str>>) {
        self.flag(index, HAS_VALUE);
        self.values.push((index, value.into()));
    }

    /// Moves the start of a collection to that of its first child.
    pub fn set_start(&mut self, index: u32, start: usize) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.start = offset(start).min(node.end.max(node.start));
        }
    }

    /// Sets anchor and tag of a node (ranges in the leaf, including their marks). Both may be set
    /// in separate calls.
    pub fn set_props(&mut self, index: u32, anchor: Option<TextRange>, tag: Option<TextRange>) {
        let pair = |range: TextRange| (offset(range.start()), offset(range.end()));
        let (anchor, tag) = (anchor.map(pair), tag.map(pair));
        self.flag(index, HAS_PROPS);
        if let Some(last) = self.props.last_mut().filter(|last| last.node == index) {
            last.anchor = anchor.or(last.anchor);
            last.tag = tag.or(last.tag);
            return;
        }
        self.props.push(Props {
            node: index,
            anchor,
            tag,
        });
    }

    /// Moves a node without children to the empty range at an offset.
    pub fn move_to(&mut self, index: u32, place: usize) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.start = offset(place);
            node.end = offset(place);
        }
    }

    /// Sets a flag of a node.
    pub fn flag(&mut self, index: u32, flag: u8) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.flags |= flag;
        }
    }

    /// All nodes so far.
    pub fn nodes(&self) -> &[NodeData] {
        &self.nodes
    }

    /// The decoded text of a scalar that was added before; `text` is the text of the leaf.
    pub fn value<'a>(&'a self, index: u32, text: &'a str) -> &'a str {
        let Some(node) = self.nodes.get(index as usize) else {
            return "";
        };
        value_of(node, index, text, &self.values)
    }

    /// A node that was added before.
    pub fn node(&self, index: u32) -> Option<&NodeData> {
        self.nodes.get(index as usize)
    }

    /// Reports a syntax error.
    pub fn error(&mut self, range: TextRange, kind: SyntaxErrorKind, message: impl Into<String>) {
        self.errors.push(SyntaxError {
            range,
            kind,
            message: message.into(),
        });
    }

    /// The errors reported so far.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Whether an error was reported.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether an error of this kind was reported so far.
    pub fn has_error(&self, kind: SyntaxErrorKind) -> bool {
        self.errors.iter().any(|error| error.kind == kind)
    }

    /// Where the first error reported so far starts.
    pub fn first_error(&self) -> Option<usize> {
        self.errors.iter().map(|error| error.range.start()).min()
    }

    /// Finishes the leaf. A leaf without nodes gets a missing root.
    pub fn finish(mut self, text: &str) -> Leaf {
        if self.nodes.is_empty() {
            self.push(NodeKind::Missing, 0, 0);
        }
        self.values.sort_by_key(|(index, _)| *index);
        self.props.sort_by_key(|props| props.node);
        self.errors.sort();
        let marks = marks::of(&self.nodes);
        let is_plain = self.values.is_empty()
            && self.props.is_empty()
            && self.errors.is_empty()
            && self.unmatched.is_empty()
            && marks.is_empty();
        let rare = Rare {
            values: self.values.into(),
            props: self.props.into(),
            errors: self.errors.into(),
            unmatched: self.unmatched.into(),
            marks: marks.into(),
            keys: Keys::default(),
        };
        Leaf {
            text: text.into(),
            nodes: Nodes::new(self.nodes),
            rare: (!is_plain).then(|| Box::new(rare)),
            ends_with_comma: self.ends_with_comma,
        }
    }
}
