//! Text and tree of one document at one version.

use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};
use std::thread;

use super::anchors::{self, Anchors};
use super::build::together::TOGETHER_ABOVE;
use super::build::{Builder, Context, Reuse, Work};
use super::cut::CUT_ABOVE;
use super::cut::plan::Role;
use super::fields::Fields;
use super::index::Piece;
use super::leaf::{Fault, LeafBuilder, NodeKind, SyntaxError};
use super::node::{Entry, Node};
use super::pointer::unescaped;
use super::splice::{self, Change};
use crate::text::range::TextRange;
use crate::text::shift::Shift;
use crate::text::{Text, TextEdit};

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON with comments and trailing commas.
    Json,
}

/// What a document is said to be written in. All JSON is read alike; the language decides what is
/// an error in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// YAML 1.2.
    Yaml,
    /// JSON (RFC 8259).
    Json,
    /// JSON with comments and trailing commas.
    Jsonc,
}

impl Language {
    /// How it is read.
    pub fn format(self) -> Format {
        match self {
            Self::Yaml => Format::Yaml,
            Self::Json | Self::Jsonc => Format::Json,
        }
    }
}

impl From<Format> for Language {
    fn from(format: Format) -> Self {
        match format {
            Format::Yaml => Self::Yaml,
            Format::Json => Self::Jsonc,
        }
    }
}

/// A document at one version: immutable, cheap to clone, shares with its neighbours what an
/// edit did not touch.
#[derive(Debug, Clone)]
pub struct Document {
    text: Text,
    tree: Tree,
}

impl Document {
    /// Reads a document from nothing.
    pub fn new(text: &str, language: impl Into<Language>) -> Self {
        Self::with_pieces(text, language, CUT_ABOVE)
    }

    /// The same where the text is there already; the string must say the same.
    pub fn from_text(text: Text, string: &str, language: impl Into<Language>) -> Self {
        Self {
            text,
            tree: Tree::parse(string, language),
        }
    }

    /// The same with other pieces than usual: texts of up to `cut_above` bytes are not cut. What
    /// a well-formed document says does not depend on it; tests of the edit path use small
    /// values to meet every border.
    pub fn with_pieces(text: &str, language: impl Into<Language>, cut_above: usize) -> Self {
        let language = language.into();
        let tree = || Tree::built(text, language, cut_above, Reuse::default());
        if text.len() <= TOGETHER_ABOVE {
            let (text, tree) = (Text::new(text), tree());
            return Self { text, tree };
        }
        thread::scope(|scope| {
            let rope = scope.spawn(|| Text::new(text));
            let tree = tree();
            let text = rope.join().unwrap_or_else(|panic| resume_unwind(panic));
            Self { text, tree }
        })
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The document after edits, each in the coordinates of the text that the one before it
    /// left (as the protocol sends them).
    #[must_use]
    pub fn edited(&self, edits: &[TextEdit]) -> Self {
        self.edited_by(edits, |_, _| {})
    }

    /// The same; tells of what each edit has really replaced, and of the text after it.
    #[must_use]
    pub fn edited_by(&self, edits: &[TextEdit], mut tell: impl FnMut(&Text, Shift)) -> Self {
        let mut new = self.clone();
        let mut work = Work::default();
        for edit in edits {
            let mut text = new.text.clone();
            let shift = Shift {
                range: text.apply(edit.range, &edit.new_text),
                inserted: edit.new_text.len(),
            };
            new.tree = new.tree.edited(&new.text, &text, shift);
            new.text = text;
            work.bytes += new.tree.work.bytes;
            work.pieces += new.tree.work.pieces;
            tell(&new.text, shift);
        }
        new.tree.work = work;
        new
    }
}

/// What a document says, as a tree that exists for every text.
#[derive(Debug, Clone)]
pub struct Tree {
    language: Language,
    /// Texts up to this many bytes are not cut.
    cut_above: usize,
    /// The documents of the stream, each with its offset. Never empty.
    documents: Arc<Vec<(usize, Arc<Piece>)>>,
    /// What was read for this version.
    work: Work,
    too_long: bool,
    /// Where the anchors stand, from the first time that an alias asks for one.
    anchors: Arc<OnceLock<Anchors>>,
}

/// Longer documents are not read.
pub const MAX_BYTES: usize = 64 << 20;

/// How many aliases and merge keys are followed in a row before a chain counts as endless.
const MAX_HOPS: usize = 64;

impl Tree {
    /// Reads a text from nothing.
    pub fn parse(text: &str, language: impl Into<Language>) -> Self {
        Self::built(text, language.into(), CUT_ABOVE, Reuse::default())
    }

    fn built(text: &str, language: Language, cut_above: usize, reuse: Reuse) -> Self {
        if text.len() > MAX_BYTES {
            return Self::too_long(text, language, cut_above);
        }
        let mut builder = Builder::new(language.format(), cut_above, reuse);
        Self {
            language,
            cut_above,
            documents: Arc::new(builder.stream(text)),
            work: builder.work,
            too_long: false,
            anchors: Arc::default(),
        }
    }

    /// A document over the limit: nothing of it is read, and an error says so.
    fn too_long(text: &str, language: Language, cut_above: usize) -> Self {
        let mut leaf = LeafBuilder::default();
        let end = text.chars().next().map_or(0, char::len_utf8);
        leaf.error(
            TextRange::new(0, end),
            Fault::Limit,
            format!(
                "the document has more than {} MiB and is not looked at: split it",
                MAX_BYTES >> 20
            ),
        );
        Self {
            language,
            cut_above,
            documents: Arc::new(vec![(0, Arc::new(Piece::Leaf(leaf.finish(""))))]),
            work: Work::default(),
            too_long: true,
            anchors: Arc::default(),
        }
    }

    /// The tree after an edit; `old` and `text` are the texts before and after.
    fn edited(&self, old: &Text, text: &Text, edit: Shift) -> Self {
        if let [(_, piece)] = &self.documents[..]
            && let Piece::Branch(branch) = &**piece
            && text.len() <= MAX_BYTES
            // A byte order mark may come or go.
            && edit.range.start >= '\u{feff}'.len_utf8()
        {
            let mut builder = Builder::new(self.format(), self.cut_above, Reuse::default());
            let change = Change::new(old, text, edit, self.format());
            if let Some(branch) = splice::branch(&mut builder, branch, 0, &change) {
                return Self {
                    language: self.language,
                    cut_above: self.cut_above,
                    documents: Arc::new(vec![(0, Arc::new(Piece::Branch(Box::new(branch))))]),
                    work: builder.work,
                    too_long: false,
                    anchors: Arc::default(),
                };
            }
        }
        let mut reuse = Reuse::default();
        let context = Context {
            role: Role::Document,
            depth: 0,
        };
        for (at, piece) in self.documents.iter() {
            reuse.add(piece, *at, context, edit);
        }
        Self::built(&text.to_string(), self.language, self.cut_above, reuse)
    }

    /// Whether the document is over [`MAX_BYTES`], so that nothing of it was read.
    pub fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// What was read for this version: the whole text when it was opened, the touched pieces
    /// after an edit.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Where each piece that is read at once lies, in order: the smaller they are, the less an
    /// edit costs.
    pub fn pieces(&self) -> Vec<TextRange> {
        let mut pieces = Vec::new();
        for (base, piece) in self.documents.iter() {
            piece.collect_leaves(*base, &mut pieces);
        }
        pieces
    }

    /// How the document is read.
    pub fn format(&self) -> Format {
        self.language.format()
    }

    /// The root of the first document.
    pub fn root(&self) -> Node<'_> {
        let (base, piece) = &self.documents[0];
        Node::of_piece(piece, *base)
    }

    /// The roots of all documents of the stream.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.documents
            .iter()
            .map(|(base, piece)| Node::of_piece(piece, *base))
    }

    /// All syntax errors, in the order of their place.
    pub fn errors(&self) -> Vec<SyntaxError> {
        let mut errors = self.all_errors();
        errors.retain(|error| !error.fault.is_extension());
        errors
    }

    /// What is understood and yet forbidden by the document's language, in the order of the text:
    /// trailing commas and, as they have one cause, the first of the comments.
    pub fn extensions(&self) -> Vec<SyntaxError> {
        if self.language != Language::Json {
            return Vec::new();
        }
        let mut errors = self.all_errors();
        let mut has_comment = false;
        errors.retain(|error| match error.fault {
            Fault::Comment => !std::mem::replace(&mut has_comment, true),
            fault => fault.is_extension(),
        });
        errors
    }

    fn all_errors(&self) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        for (base, piece) in self.documents.iter() {
            piece.collect_errors(*base, &mut errors);
            anchors::check(piece, *base, &mut errors);
        }
        errors.sort();
        errors.dedup();
        errors
    }

    /// The node that an alias stands for (the last anchor of that name before it); every other
    /// node is itself. `None` when the anchor is not there or the chain is endless.
    pub fn resolve<'t>(&'t self, node: Node<'t>) -> Option<Node<'t>> {
        let mut node = node;
        for _ in 0..MAX_HOPS {
            if node.kind() != NodeKind::Alias {
                return Some(node);
            }
            node = self.anchor_before(node.value(), node.range().start)?;
        }
        None
    }

    fn anchor_before(&self, name: &str, before: usize) -> Option<Node<'_>> {
        let (base, document) = self
            .documents
            .iter()
            .rfind(|(base, _)| *base <= before)
            .or(self.documents.first())?;
        let anchors = self.anchors.get_or_init(|| Anchors::of(&self.documents));
        anchors.before(document, *base, name, before)
    }

    /// The entries of a mapping as a reader of the data sees them: an alias is followed, merge
    /// keys (`<<`) are applied (own keys win, earlier merges win over later ones), of repeated
    /// keys the last one counts. Values that are aliases stay aliases.
    pub fn fields<'t>(&'t self, node: Node<'t>) -> Vec<Entry<'t>> {
        let mut fields = Fields::default();
        self.collect_fields(node, &mut fields, 0);
        fields.entries
    }

    fn collect_fields<'t>(&'t self, node: Node<'t>, fields: &mut Fields<'t>, depth: usize) {
        let Some(node) = self.resolve(node) else {
            return;
        };
        // What was merged once has nothing to add, however often it is merged again.
        let is_new = depth == 0 || fields.merged.insert(node.identity());
        if !is_new || depth > MAX_HOPS || fields.entries.len() > 100_000 {
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
            let token = unescaped(token);
            node = if node.is_sequence() {
                let index: usize = token.parse().ok()?;
                self.resolve(node.items().nth(index)?)?
            } else {
                self.field(node, &token)?.value
            };
        }
        Some(node)
    }

    /// The nodes from the root to the innermost one that the offset touches: every step with
    /// the entry it lies in, if it is a value or key of a mapping.
    pub fn path_at(&self, offset: usize) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        let up_to_it = (self.documents).partition_point(|(base, _)| *base <= offset);
        let Some(root) = self.documents[..up_to_it]
            .iter()
            .rev()
            .map(|(base, piece)| Node::of_piece(piece, *base))
            .find(|root| root.range().start <= offset)
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
                .take_while(|item| item.range().start <= offset)
                .find(|item| item.range().touches(offset))
            {
                node = item;
            } else {
                break;
            }
            if steps.len() > super::index::MAX_DEPTH * 2 {
                break;
            }
        }
        steps
    }
}

/// The entry whose key or value the offset touches; an exact hit of a key wins.
fn entry_at(node: Node<'_>, offset: usize) -> Option<Entry<'_>> {
    let mut found = None;
    for entry in node.entries_near(offset) {
        if entry.key.range().start > offset {
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
