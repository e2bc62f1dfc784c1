//! The tree of a document, and ways to navigate it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::anchors::{self, Anchors};
use super::chunk::{self, Child, Chunk};
use super::format::{Format, Language};
use super::leaf::builder::LeafBuilder;
use super::leaf::{MAX_DEPTH, NodeKind, SyntaxError, SyntaxErrorKind};
use super::node::{Entry, Node};
use super::read::{ChunkReader, Previous, Work};
use super::split::SPLIT_ABOVE;
use crate::text::kept::Kept;
use crate::text::range::TextRange;

/// The tree of a document. Exists for every text, however broken.
#[derive(Debug, Clone)]
pub struct Tree {
    language: Language,
    /// Texts up to this many bytes are not split.
    split_above: usize,
    /// The documents of the stream, in order. Never empty.
    documents: Arc<[Child]>,
    /// The start of each of them.
    starts: Arc<[usize]>,
    /// What was read for this version.
    work: Work,
    /// YAML: whether the text may contain document markers.
    has_markers: bool,
    too_long: bool,
    /// The anchors, collected when an alias is first resolved.
    anchors: Arc<OnceLock<Anchors>>,
}

/// Longer documents are not read.
pub const MAX_BYTES: usize = 64 << 20;

/// A mapping with more fields gets no more of them by merge keys.
const MAX_MERGED: usize = 100_000;

/// How many aliases and merge keys are followed in a row before a chain counts as endless.
const MAX_HOPS: usize = 64;

impl Tree {
    /// Reads a text from scratch.
    pub fn parse(text: &str, language: impl Into<Language>) -> Self {
        Self::new(text, language.into(), SPLIT_ABOVE)
    }

    /// The same with another chunk size: texts of up to `split_above` bytes are not split.
    pub(super) fn new(text: &str, language: Language, split_above: usize) -> Self {
        let reader = ChunkReader::new(language.format(), split_above, None);
        Self::read(text, reader, language, split_above)
    }

    /// The tree of another text, read in the same way from scratch.
    pub(super) fn of_other_text(&self, text: &str) -> Self {
        Self::new(text, self.language, self.split_above)
    }

    /// Whether there is any syntax error, also a mild one.
    pub(super) fn has_errors(&self) -> bool {
        self.documents.iter().any(|document| document.has_errors)
    }

    /// The tree of a text that edits made from the text of this tree. Reuses every chunk that they
    /// did not change.
    pub(super) fn edited(&self, text: &str, kept: &Kept) -> Self {
        let previous = Previous::new(&self.documents, kept);
        let mut reader = ChunkReader::new(self.format(), self.split_above, Some(previous));
        reader.has_markers = self.has_markers;
        Self::read(text, reader, self.language, self.split_above)
    }

    fn read(
        text: &str,
        mut reader: ChunkReader<'_>,
        language: Language,
        split_above: usize,
    ) -> Self {
        let too_long = text.len() > MAX_BYTES;
        let documents = if too_long {
            vec![Child::new(too_long_text(text))]
        } else {
            reader.stream(text)
        };
        Self {
            language,
            split_above,
            starts: chunk::with_offsets(&documents, 0)
                .map(|(at, _)| at)
                .collect(),
            documents: documents.into(),
            work: reader.work,
            has_markers: reader.has_markers,
            too_long,
            anchors: Arc::default(),
        }
    }

    /// Whether the document is over [`MAX_BYTES`], so that nothing of it was read.
    pub fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// What was read for this version: the whole text when it was opened, the touched chunks after
    /// an edit.
    pub fn work(&self) -> Work {
        self.work
    }

    /// The ranges of the chunks that are read in one go, in order. Smaller chunks make edits
    /// cheaper.
    pub fn chunks(&self) -> Vec<TextRange> {
        let mut ranges = Vec::new();
        chunk::leaves(&self.documents, 0, &mut ranges);
        ranges
    }

    /// How the document is read.
    pub fn format(&self) -> Format {
        self.language.format()
    }

    /// The root of the first document.
    pub fn root(&self) -> Node<'_> {
        Node::of_chunk(&self.documents[0].chunk, 0)
    }

    /// The roots of all documents of the stream.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.documents_with_starts().map(|(_, root)| root)
    }

    /// The same with the offset where each starts.
    pub fn documents_with_starts(&self) -> impl Iterator<Item = (usize, Node<'_>)> {
        chunk::with_offsets(&self.documents, 0)
            .map(|(base, child)| (base, Node::of_chunk(&child.chunk, base)))
    }

    /// The documents that start at or before an offset with their starts, from last to first.
    fn documents_up_to(&self, offset: usize) -> impl Iterator<Item = (usize, &Child)> {
        let count = self.starts.partition_point(|start| *start <= offset);
        // Not `take(count).rev()`, which walks over all that are not taken.
        let starts = self.starts[..count].iter().copied();
        starts.zip(&self.documents[..count]).rev()
    }

    /// All syntax errors, in text order.
    pub fn errors(&self) -> Vec<SyntaxError> {
        let mut errors = self.all_errors();
        errors.retain(|error| !error.kind.is_extension());
        errors
    }

    /// What is understood but forbidden by the document's language, in text order: trailing commas,
    /// and the first comment only, because all comments have one cause.
    pub fn extensions(&self) -> Vec<SyntaxError> {
        if self.language != Language::Json {
            return Vec::new();
        }
        let mut errors = self.all_errors();
        let mut has_comment = false;
        errors.retain(|error| match error.kind {
            SyntaxErrorKind::Comment => !std::mem::replace(&mut has_comment, true),
            kind => kind.is_extension(),
        });
        errors
    }

    fn all_errors(&self) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        for (base, document) in chunk::with_offsets(&self.documents, 0) {
            document.collect_errors(base, &mut errors);
            anchors::check(document, base, &mut errors);
        }
        errors.sort();
        errors.dedup();
        errors
    }

    /// The node that an alias refers to (the last anchor with that name before it); every other
    /// node is itself. `None` if the anchor is missing or the chain is endless.
    pub fn resolve<'t>(&'t self, node: Node<'t>) -> Option<Node<'t>> {
        let mut node = node;
        for _ in 0..MAX_HOPS {
            if node.kind() != NodeKind::Alias {
                return Some(node);
            }
            node = self.anchor_before(node.value(), node.range().start())?;
        }
        None
    }

    fn anchor_before(&self, name: &str, before: usize) -> Option<Node<'_>> {
        let (base, document) = self.documents_up_to(before).next()?;
        let anchors = self.anchors.get_or_init(|| Anchors::of(&self.documents));
        anchors.before(document, base, name, before)
    }

    /// The entries of a mapping as data: aliases are followed, merge keys (`<<`) are applied (own
    /// keys win, earlier merges win over later ones), and the last one of duplicate keys counts.
    /// Values that are aliases stay aliases.
    pub fn fields<'t>(&'t self, node: Node<'t>) -> Vec<Entry<'t>> {
        let mut fields = Fields::default();
        self.collect_fields(node, &mut fields, 0);
        fields.entries
    }

    fn collect_fields<'t>(&'t self, node: Node<'t>, fields: &mut Fields<'t>, depth: usize) {
        let Some(node) = self.resolve(node) else {
            return;
        };
        // Merging the same mapping again adds nothing.
        let is_new = depth == 0 || fields.merged.insert(node.identity());
        if !is_new || depth > MAX_HOPS || fields.entries.len() > MAX_MERGED {
            return;
        }
        let inherited = fields.entries.len();
        let mut merges = Vec::new();
        for entry in node.entries() {
            if self.format() == Format::Yaml && entry.key.value() == "<<" {
                merges.push(entry.value);
                continue;
            }
            match fields.place(entry.key.value()) {
                Some(at) if at >= inherited => fields.entries[at] = entry,
                Some(_) => {}
                None => fields.push(entry),
            }
        }
        for merge in merges {
            if merge.is_sequence() {
                for item in merge.items() {
                    self.collect_fields(item, fields, depth + 1);
                }
            } else {
                self.collect_fields(merge, fields, depth + 1);
            }
        }
    }

    /// The value of a field, as [`Self::fields`] sees it, with aliases followed.
    pub fn field<'t>(&'t self, node: Node<'t>, name: &str) -> Option<Entry<'t>> {
        let node = self.resolve(node)?;
        let entry = match node.get(name) {
            Some(entry) => entry,
            None if self.format() == Format::Yaml && node.get("<<").is_some() => self
                .fields(node)
                .into_iter()
                .find(|entry| entry.key.value() == name)?,
            None => return None,
        };
        Some(Entry {
            key: entry.key,
            value: self.resolve(entry.value)?,
        })
    }

    /// The node at a JSON Pointer (RFC 6901; `""` is the root), with aliases followed.
    pub fn pointer(&self, pointer: &str) -> Option<Node<'_>> {
        let mut node = self.resolve(self.root())?;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            let token = pointer_key(token);
            node = if node.is_sequence() {
                let index: usize = token.parse().ok()?;
                self.resolve(node.items().nth(index)?)?
            } else {
                self.field(node, &token)?.value
            };
        }
        Some(node)
    }

    /// Whether an offset is in the text of a key or scalar, so that no comment starts there.
    pub fn is_in_scalar(&self, offset: usize) -> bool {
        self.path_at(offset).iter().any(|step| {
            let scalars = [Some(step.node), step.entry.map(|entry| entry.key)];
            (scalars.into_iter().flatten()).any(|node| {
                let range = node.range();
                node.is_scalar() && range.start() <= offset && offset < range.end()
            })
        })
    }

    /// The nodes from the root to the innermost one that the offset touches. Each step has the
    /// entry it is in, if it is a value or key of a mapping.
    pub fn path_at(&self, offset: usize) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        let Some(root) = (self.documents_up_to(offset))
            .map(|(base, document)| Node::of_chunk(&document.chunk, base))
            .find(|root| root.range().start() <= offset)
        else {
            return steps;
        };
        let mut node = root;
        loop {
            steps.push(Step { node, entry: None });
            if let Some(entry) = entry_at(node, offset) {
                if let Some(step) = steps.last_mut() {
                    step.entry = Some(entry);
                }
                let next = if entry.value.range().touches(offset) {
                    entry.value
                } else if entry.key.range().touches(offset) {
                    entry.key
                } else {
                    break;
                };
                node = next;
            } else if let Some(item) = node
                .items_near(offset)
                .take_while(|item| item.range().start() <= offset)
                .find(|item| item.range().touches(offset))
            {
                node = item;
            } else {
                break;
            }
            if steps.len() > MAX_DEPTH * 2 {
                break;
            }
        }
        steps
    }
}

/// The entry whose key or value the offset touches; the last one if two touch it.
fn entry_at(node: Node<'_>, offset: usize) -> Option<Entry<'_>> {
    let mut found = None;
    for entry in node.entries_near(offset) {
        if entry.key.range().start() > offset {
            break;
        }
        if entry.key.range().touches(offset) || entry.value.range().touches(offset) {
            found = Some(entry);
        }
    }
    found
}

/// A step of [`Tree::path_at`].
#[derive(Debug, Clone, Copy)]
pub struct Step<'t> {
    /// The node.
    pub node: Node<'t>,
    /// The entry of this node (a mapping) that the offset touches.
    pub entry: Option<Entry<'t>>,
}

/// A document over the limit: nothing of it is read, and an error says so.
fn too_long_text(text: &str) -> Chunk {
    let mut leaf = LeafBuilder::default();
    let end = text.chars().next().map_or(0, char::len_utf8);
    leaf.error(
        TextRange::new(0, end),
        SyntaxErrorKind::Limit,
        format!(
            "the document has more than {} MiB and is not looked at: split it",
            MAX_BYTES >> 20
        ),
    );
    Chunk::Leaf(leaf.finish(""))
}

/// Mappings with at most this many fields are searched linearly.
const FEW_FIELDS: usize = 16;

/// Collects the fields of a mapping. Finds them by key in constant time, however many there are.
#[derive(Default)]
struct Fields<'t> {
    /// The fields so far, in order.
    entries: Vec<Entry<'t>>,
    /// The index of each key, once there are more than [`FEW_FIELDS`].
    places: HashMap<&'t str, usize>,
    /// The mappings that were merged.
    merged: HashSet<(usize, u32)>,
}

impl<'t> Fields<'t> {
    /// The index of the field with that key.
    fn place(&self, name: &str) -> Option<usize> {
        if self.places.is_empty() {
            return self
                .entries
                .iter()
                .position(|field| field.key.value() == name);
        }
        self.places.get(name).copied()
    }

    /// Adds a field whose key is new.
    fn push(&mut self, entry: Entry<'t>) {
        self.entries.push(entry);
        let len = self.entries.len();
        if self.places.is_empty() && len > FEW_FIELDS {
            let names = self.entries.iter().map(|field| field.key.value());
            self.places = names.enumerate().map(|(at, name)| (name, at)).collect();
        } else if len > FEW_FIELDS {
            self.places.insert(entry.key.value(), len - 1);
        }
    }
}

/// The key that a token of a JSON Pointer means (RFC 6901, section 4).
pub fn pointer_key(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
