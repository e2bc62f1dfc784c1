//! A chunk that is read in one go: its text, its nodes in one flat list, its syntax errors.
//!
//! All offsets are bytes from the start of the chunk.

pub mod builder;
pub(super) mod keys;
mod marks;

use std::borrow::Cow;

use crate::text::range::TextRange;
use keys::Keys;
use marks::Mark;

/// Nodes deeper than this are not read.
pub const MAX_DEPTH: usize = 512;

/// What the text of a chunk is part of; decides what its root node is.
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
    /// Nothing is written where a node is expected (`key:` at the end of a line): null in YAML.
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

/// A node. Nodes are stored in preorder: a mapping is followed by key, value, key, value ..., each
/// with its own subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeData {
    /// Start offset in the leaf. Quotes and brackets belong to the node, anchor and tag do not.
    pub start: u32,
    /// End offset.
    pub end: u32,
    /// Number of nodes in this subtree, including this one.
    pub size: u32,
    /// Kind and style.
    pub kind: NodeKind,
    /// [`NO_COLON`], [`UNCLOSED`], [`HAS_PROPS`].
    pub flags: u8,
}

/// Anchor and tag of a node, as ranges in the leaf, including the `&` and `!`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Props {
    /// Index of the node.
    pub node: u32,
    /// `&name`.
    pub anchor: Option<(u32, u32)>,
    /// `!tag`, `!!tag` or `!<tag>`.
    pub tag: Option<(u32, u32)>,
}

/// The kind of a syntax error; decides which rule reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SyntaxErrorKind {
    /// The text does not follow the grammar.
    Grammar,
    /// The grammar forbids it, but the meaning is clear and many readers accept it.
    Style,
    /// An invisible character in place of a blank.
    Invisible,
    /// `...` on a line of its own, for what the author left out.
    Ellipsis,
    /// The same where it is the whole value, so that YAML reads it as a text: no error, but nothing
    /// is known about that value.
    EllipsisText,
    /// A key occurs twice in one mapping.
    DuplicateKey,
    /// A merge key (`<<`) occurs twice in one mapping of YAML.
    RepeatedMerge,
    /// A comment in JSON; many readers accept it.
    Comment,
    /// A comma before a closing bracket in JSON; few readers accept it.
    TrailingComma,
    /// A limit of this program was reached; what follows is not read.
    Limit,
}

impl SyntaxErrorKind {
    /// Whether a key occurs twice.
    pub fn is_repetition(self) -> bool {
        matches!(self, Self::DuplicateKey | Self::RepeatedMerge)
    }

    /// Whether the text is not what it should be, so that other findings may follow from it.
    pub fn is_grammar(self) -> bool {
        matches!(self, Self::Grammar | Self::Invisible | Self::Ellipsis)
    }

    /// Whether what is meant is clear, so that all of the text is read.
    pub fn is_clear(self) -> bool {
        self.is_extension() || matches!(self, Self::Style | Self::RepeatedMerge)
    }

    /// Whether the text is understood anyway, and only the document's language forbids it.
    pub fn is_extension(self) -> bool {
        matches!(self, Self::Comment | Self::TrailingComma)
    }
}

/// A syntax error. The message is lower case, without a full stop, and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyntaxError {
    /// Where; empty only if the text is.
    pub range: TextRange,
    /// What kind.
    pub kind: SyntaxErrorKind,
    /// What is wrong and what to do.
    pub message: String,
}

/// The message for a key that already occurred in its mapping.
pub(super) fn duplicate_key(name: &str) -> String {
    format!("`{name}` occurs twice here; remove or rename one of them")
}

/// The error for such a key in YAML. Many writers repeat merge keys, and nothing is lost by it.
pub(super) fn repeated_key(name: &str, range: TextRange) -> SyntaxError {
    let (kind, message) = match name {
        "<<" => {
            let message = "`<<` occurs twice here, which some readers refuse; \
                           write one with a list: `<<: [*one, *other]`";
            (SyntaxErrorKind::RepeatedMerge, message.to_owned())
        }
        _ => (SyntaxErrorKind::DuplicateKey, duplicate_key(name)),
    };
    SyntaxError {
        range,
        kind,
        message,
    }
}

/// A text with its nodes. Immutable once built.
///
/// A large document has tens of thousands of leaves, so what most of them lack costs one pointer.
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
    marks: Box<[Mark]>,
    keys: Keys,
}

impl Leaf {
    /// The source text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All nodes in preorder; never empty, the root comes first. Use [`Self::node`] for a single
    /// node.
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

    /// Whether any node is an alias.
    pub fn has_alias(&self) -> bool {
        // Every alias starts with `*`, and few leaves contain one.
        self.text.contains('*')
            && (0..self.node_count())
                .any(|index| self.node(index).map(|node| node.kind) == Some(NodeKind::Alias))
    }

    /// Anchors and tags, by node.
    pub fn props(&self) -> &[Props] {
        self.rare.as_ref().map_or(&[], |rare| &rare.props)
    }

    /// Syntax errors, in text order.
    pub fn errors(&self) -> &[SyntaxError] {
        self.rare.as_ref().map_or(&[], |rare| &rare.errors)
    }

    /// JSON: the unmatched brackets, closers before openers.
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

/// Offsets are stored in 32 bits; documents are limited to 64 MiB anyway.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The nodes of a leaf, in preorder. Nearly all leaves are short, so nodes are stored in half the
/// space where their numbers fit into 16 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Nodes {
    /// All numbers fit into 16 bits.
    Narrow(Box<[Narrow]>),
    /// Some number does not.
    Wide(Box<[NodeData]>),
}

/// A [`NodeData`] with 16-bit numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Narrow {
    start: u16,
    end: u16,
    size: u16,
    kind: NodeKind,
    flags: u8,
}

impl Nodes {
    fn new(nodes: Vec<NodeData>) -> Self {
        let most = |node: &NodeData| node.start.max(node.end).max(node.size);
        if nodes.iter().all(|node| most(node) <= u16::MAX.into()) {
            Self::Narrow(nodes.iter().map(Narrow::new).collect())
        } else {
            Self::Wide(nodes.into())
        }
    }

    fn get(&self, index: usize) -> Option<NodeData> {
        match self {
            Self::Narrow(nodes) => nodes.get(index).map(|node| node.wide()),
            Self::Wide(nodes) => nodes.get(index).copied(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Narrow(nodes) => nodes.len(),
            Self::Wide(nodes) => nodes.len(),
        }
    }

    fn all(&self) -> Cow<'_, [NodeData]> {
        match self {
            Self::Narrow(nodes) => nodes.iter().map(|node| node.wide()).collect(),
            Self::Wide(nodes) => Cow::Borrowed(nodes),
        }
    }
}

impl Narrow {
    fn new(node: &NodeData) -> Self {
        let narrow = |number| u16::try_from(number).unwrap_or(u16::MAX);
        Self {
            start: narrow(node.start),
            end: narrow(node.end),
            size: narrow(node.size),
            kind: node.kind,
            flags: node.flags,
        }
    }

    fn wide(self) -> NodeData {
        NodeData {
            start: self.start.into(),
            end: self.end.into(),
            size: self.size.into(),
            kind: self.kind,
            flags: self.flags,
        }
    }
}
