//! A piece of a document: its text, its nodes in one flat list, its syntax errors.
//!
//! All offsets in here are bytes from the start of the piece.

mod nodes;

use std::borrow::Cow;

use nodes::Nodes;

use crate::text::range::TextRange;

/// What a piece of text stands for, which decides what its root node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// A whole document: any node (YAML: with its directives and `---`/`...` markers).
    Document,
    /// Entries of a mapping: whole lines at the mapping's indent (YAML), or members between
    /// the braces of an object, with their commas (JSON). The root is always a mapping.
    Entries,
    /// Items of a sequence: whole lines that start with `-` (YAML), or values between the
    /// brackets of an array, with their commas (JSON). The root is always a sequence.
    Items,
}

/// The kind of a node, with the style it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// Nothing stands where a node is expected (`key:` and the line ends): null in YAML.
    Missing,
    /// A plain scalar; in JSON every number, literal and bare word.
    Plain,
    /// A scalar in single quotes.
    Single,
    /// A scalar in double quotes.
    Double,
    /// A block scalar with `|`.
    Literal,
    /// A block scalar with `>`.
    Folded,
    /// `*name`.
    Alias,
    /// A mapping by indentation.
    BlockMapping,
    /// A mapping in braces; every JSON object.
    FlowMapping,
    /// A sequence by indentation.
    BlockSequence,
    /// A sequence in brackets; every JSON array.
    FlowSequence,
}

impl NodeKind {
    /// Whether the node is a mapping, in any style.
    pub fn is_mapping(self) -> bool {
        matches!(self, Self::BlockMapping | Self::FlowMapping)
    }

    /// Whether the node is a sequence, in any style.
    pub fn is_sequence(self) -> bool {
        matches!(self, Self::BlockSequence | Self::FlowSequence)
    }

    /// Whether the node is a scalar, in any style.
    pub fn is_scalar(self) -> bool {
        matches!(
            self,
            Self::Plain | Self::Single | Self::Double | Self::Literal | Self::Folded
        )
    }
}

/// A key that no colon follows (half typed).
pub const NO_COLON: u8 = 1;
/// A quote or bracket that is never closed.
pub const UNCLOSED: u8 = 2;
/// The node has an anchor or a tag, listed in [`Leaf::props`].
pub const HAS_PROPS: u8 = 4;
/// The decoded text differs from the source and is listed in the leaf's values.
const HAS_VALUE: u8 = 8;

/// One node. Nodes stand in preorder: a mapping is followed by key, value, key, value ...,
/// each with its own subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeData {
    /// First byte, in the leaf; quotes and brackets belong to the node, anchor and tag do not.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Number of nodes in this subtree, this one included.
    pub size: u32,
    /// Kind and style.
    pub kind: NodeKind,
    /// [`NO_COLON`], [`UNCLOSED`], [`HAS_PROPS`].
    pub flags: u8,
}

/// Anchor and tag of a node, as ranges in the leaf: `&name`, `!tag`, both with their mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Props {
    /// Index of the node.
    pub node: u32,
    /// `&name`.
    pub anchor: Option<(u32, u32)>,
    /// `!tag`, `!!tag` or `!<tag>`.
    pub tag: Option<(u32, u32)>,
}

/// What kind of syntax fault; decides which rule a finding belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// The text does not follow the grammar.
    Grammar,
    /// The grammar wants it otherwise, but what is meant is clear and many readers take it.
    Style,
    /// A key stands twice in one mapping.
    DuplicateKey,
    /// A comment in JSON; many readers take it.
    Comment,
    /// A comma before a closing bracket in JSON; few readers take it.
    TrailingComma,
    /// A limit of this program was reached; what follows is not looked at.
    Limit,
}

impl Fault {
    /// Whether the text is understood all the same, and only the document's language forbids it.
    pub fn is_extension(self) -> bool {
        matches!(self, Self::Comment | Self::TrailingComma)
    }
}

/// A syntax error. The message is lower case, without a full stop, and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyntaxError {
    /// Where; never empty unless the text is.
    pub range: TextRange,
    /// What kind.
    pub fault: Fault,
    /// What is wrong and what to do.
    pub message: String,
}

/// The words for a key that stands in its mapping already.
pub(super) fn duplicate_key(name: &str) -> String {
    format!("`{name}` stands twice here; remove or rename one of them")
}

/// A piece of text with its nodes. Immutable once built.
///
/// A large document has tens of thousands of leaves: what most of them lack costs one pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    text: Box<str>,
    nodes: Nodes,
    rare: Option<Box<Rare>>,
    /// JSON: whether a comma follows the last member or item.
    pub ends_with_comma: bool,
}

/// What few leaves have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rare {
    values: Box<[(u32, Box<str>)]>,
    props: Box<[Props]>,
    errors: Box<[SyntaxError]>,
    unmatched: Box<[u8]>,
}

impl Leaf {
    /// The source text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All nodes in preorder; never empty, the root is the first. [`Self::node`] is the way to
    /// one of them.
    pub fn nodes(&self) -> Cow<'_, [NodeData]> {
        self.nodes.all()
    }

    /// The node with that index.
    pub fn node(&self, index: u32) -> Option<NodeData> {
        self.nodes.get(index as usize)
    }

    /// Number of nodes.
    pub fn node_count(&self) -> u32 {
        offset(self.nodes.len())
    }

    /// Whether a node is an alias.
    pub fn has_alias(&self) -> bool {
        // A star starts each, and few leaves have one.
        self.text.contains('*')
            && (0..self.node_count())
                .any(|index| self.node(index).map(|node| node.kind) == Some(NodeKind::Alias))
    }

    /// Anchors and tags, by node.
    pub fn props(&self) -> &[Props] {
        self.rare.as_ref().map_or(&[], |rare| &rare.props)
    }

    /// Syntax errors, in order of their place.
    pub fn errors(&self) -> &[SyntaxError] {
        self.rare.as_ref().map_or(&[], |rare| &rare.errors)
    }

    /// JSON: the brackets of the text that have no partner in it, closers before openers.
    pub fn unmatched(&self) -> &[u8] {
        self.rare.as_ref().map_or(&[], |rare| &rare.unmatched)
    }

    /// The decoded text of a scalar, the name of an alias, `""` for everything else.
    pub fn value(&self, index: u32) -> &str {
        let Some(node) = self.node(index) else {
            return "";
        };
        let values = self.rare.as_ref().map_or(&[][..], |rare| &rare.values);
        value_of(&node, index, &self.text, values)
    }

    /// Anchor and tag of a node.
    pub fn props_of(&self, index: u32) -> Option<&Props> {
        if self.node(index)?.flags & HAS_PROPS == 0 {
            return None;
        }
        let props = self.props();
        let at = props
            .binary_search_by_key(&index, |props| props.node)
            .ok()?;
        props.get(at)
    }
}

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
    /// A builder with room for so many nodes.
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

    /// Sets the decoded text of a scalar where it is not simply what stands between the quotes.
    /// Values may be set once a node, in the order of the nodes.
    pub fn set_value(&mut self, index: u32, value: impl Into<Box<str>>) {
        self.flag(index, HAS_VALUE);
        self.values.push((index, value.into()));
    }

    /// Moves the start of a collection to where its first child turned out to stand.
    pub fn set_start(&mut self, index: u32, start: usize) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.start = offset(start).min(node.end.max(node.start));
        }
    }

    /// Sets anchor and tag of a node (ranges in the leaf, with their marks); of the same node
    /// one may be set after the other.
    pub fn set_props(&mut self, index: u32, anchor: Option<TextRange>, tag: Option<TextRange>) {
        let pair = |range: TextRange| (offset(range.start), offset(range.end));
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

    /// The decoded text of a scalar added before; `text` is the text the leaf is built from.
    pub fn value<'a>(&'a self, index: u32, text: &'a str) -> &'a str {
        let Some(node) = self.nodes.get(index as usize) else {
            return "";
        };
        value_of(node, index, text, &self.values)
    }

    /// A node added before.
    pub fn node(&self, index: u32) -> Option<&NodeData> {
        self.nodes.get(index as usize)
    }

    /// Reports a syntax error.
    pub fn error(&mut self, range: TextRange, fault: Fault, message: impl Into<String>) {
        self.errors.push(SyntaxError {
            range,
            fault,
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

    /// Where the first error reported so far starts.
    pub fn first_error(&self) -> Option<usize> {
        self.errors.iter().map(|error| error.range.start).min()
    }

    /// Ends the leaf. A leaf without nodes gets a missing root.
    pub fn finish(mut self, text: &str) -> Leaf {
        if self.nodes.is_empty() {
            self.push(NodeKind::Missing, 0, 0);
        }
        self.values.sort_by_key(|(index, _)| *index);
        self.props.sort_by_key(|props| props.node);
        self.errors.sort();
        let is_plain = self.values.is_empty()
            && self.props.is_empty()
            && self.errors.is_empty()
            && self.unmatched.is_empty();
        let rare = Rare {
            values: self.values.into(),
            props: self.props.into(),
            errors: self.errors.into(),
            unmatched: self.unmatched.into(),
        };
        Leaf {
            text: text.into(),
            nodes: Nodes::new(self.nodes),
            rare: (!is_plain).then(|| Box::new(rare)),
            ends_with_comma: self.ends_with_comma,
        }
    }
}

/// The decoded text of a node.
fn value_of<'a>(
    node: &NodeData,
    index: u32,
    text: &'a str,
    values: &'a [(u32, Box<str>)],
) -> &'a str {
    if node.flags & HAS_VALUE != 0 {
        return values
            .binary_search_by_key(&index, |(at, _)| *at)
            .map_or("", |at| &values[at].1);
    }
    let raw = text
        .get(node.start as usize..node.end as usize)
        .unwrap_or("");
    match node.kind {
        NodeKind::Plain => raw,
        NodeKind::Alias => raw.get(1..).unwrap_or(""),
        NodeKind::Single | NodeKind::Double => {
            let end = if node.flags & UNCLOSED != 0 {
                raw.len()
            } else {
                raw.len().saturating_sub(1)
            };
            raw.get(1..end).unwrap_or("")
        }
        _ => "",
    }
}

/// Offsets are stored in 32 bits; documents are limited to 64 MiB long before that matters.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
