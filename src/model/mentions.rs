//! The names and references of a document as far as security is concerned, each where it is
//! written: what an editor goes to, lists and renames.
//!
//! A name that is reached by two ways, through an alias or a merge key, is one place.

mod collect;
mod families;
mod lists;
mod references;
mod texts;

use std::collections::BTreeSet;
use std::ops::Range;

use super::Model;
use super::references::target::{split, tokens};
use crate::syntax::node::Node;
use crate::syntax::tree::{Tree, pointer_key};
use crate::text::range::TextRange;

/// The names and references of a document. All ranges are absolute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// What has a name here, or is named.
    pub symbols: Vec<Symbol>,
    /// Every place where a symbol is named, in the order of the text.
    pub names: Vec<Mention>,
    /// The texts of all `$ref`s, in the order of the text.
    pub references: Vec<Reference>,
    /// The one that stands for the whole map of schemes: its index.
    pub schemes_reference: Option<usize>,
    /// Whether the document is read as 3.x.
    pub is_v3: bool,
}

/// What kind of thing has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A security scheme.
    Scheme,
    /// An OAuth flow.
    Flow,
    /// A scope.
    Scope,
    /// A server.
    Server,
    /// A channel.
    Channel,
    /// 3.x: an operation. In 2.x operations have no names.
    Operation,
    /// A trait of an operation.
    OperationTrait,
    /// Anything else that a `$ref` of this document leads to.
    Place,
}

/// A thing with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Its name; empty for what has none, such as the root of a file.
    pub name: String,
    /// The JSON Pointer of the map in which it is declared; empty for scopes and places.
    pub map: String,
    /// Schemes and scopes: the schemes that share their scopes have the same number.
    pub family: Option<usize>,
    /// A scheme that is a reference: what that leads to.
    pub leads_to: Option<Meaning>,
    /// Whether the document itself declares it.
    pub is_declared: bool,
}

/// What a name or reference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Meaning {
    /// A symbol of this document: its index.
    Symbol(usize),
    /// Something in another document.
    Outside {
        /// The index of the reference.
        reference: usize,
        /// How many tokens of its JSON Pointer lead there.
        tokens: usize,
    },
}

/// A place where something is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The text of the name alone, without quotes; empty where something without a name begins.
    pub range: TextRange,
    /// The key or value that it is a part of, with quotes.
    pub scalar: TextRange,
    /// Which part of the decoded text of the scalar it is; `None` if the range is not exact.
    pub part: Option<Range<usize>>,
    /// Whether it is a token of a JSON Pointer, with the escapes of such a token.
    pub is_token: bool,
    /// The name, decoded; empty where what is meant has none, such as a file.
    pub name: String,
    /// What it means.
    pub meaning: Meaning,
    /// Whether it is the key that declares the symbol.
    pub is_declaration: bool,
    /// Scopes: the value of the scheme in which it is declared or of which it is required.
    pub scheme: Option<TextRange>,
}

/// The text of a `$ref`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The text without quotes.
    pub range: TextRange,
    /// The value, with quotes.
    pub scalar: TextRange,
    /// The text, decoded.
    pub text: String,
    /// What it leads to, if that is known.
    pub target: Option<Meaning>,
}

impl Reference {
    /// The file that it leads to, as it is written; empty for this document.
    pub fn path(&self) -> &str {
        split(&self.text).0
    }

    /// The keys of its JSON Pointer.
    pub fn keys(&self) -> Vec<String> {
        let tokens = tokens(&self.text).into_iter();
        tokens.map(|token| token.name).collect()
    }
}

/// What a JSON Pointer leads to.
#[derive(Debug, Clone, Copy)]
pub struct Landing<'t> {
    /// The key there; items of lists and the root have none.
    pub key: Option<Node<'t>>,
    /// The value.
    pub value: Node<'t>,
}

impl Mentions {
    /// The names and references of a document. One that is not ours has references all the same.
    pub fn of(tree: &Tree, model: &Model) -> Self {
        Self::pointed_at(tree, model, &BTreeSet::new())
    }

    /// The same, with names for the JSON Pointers that other files refer to.
    pub fn pointed_at(tree: &Tree, model: &Model, pointers: &BTreeSet<String>) -> Self {
        if tree.is_too_long() {
            return Self::default();
        }
        collect::mentions(tree, model, pointers)
    }

    /// The name that an offset touches; the innermost of several.
    pub fn at(&self, offset: usize) -> Option<&Mention> {
        let touching = self.names.iter().filter(|name| name.range.touches(offset));
        touching.min_by_key(|name| (name.range.is_empty(), name.range.len()))
    }

    /// The `$ref` whose text an offset touches.
    pub fn reference_at(&self, offset: usize) -> Option<&Reference> {
        let mut references = self.references.iter();
        references.find(|reference| reference.scalar.touches(offset))
    }

    /// All names of a symbol.
    pub fn of_symbol(&self, symbol: usize) -> impl Iterator<Item = &Mention> {
        let meant = Meaning::Symbol(symbol);
        self.names.iter().filter(move |name| name.meaning == meant)
    }

    /// Whether the document itself declares a symbol.
    pub fn declares(&self, symbol: usize) -> bool {
        let known = self.symbols.get(symbol);
        known.is_some_and(|known| known.is_declared)
    }

    /// The symbol that is declared where a pointer leads to.
    pub fn symbol_at(&self, landing: Landing<'_>) -> Option<usize> {
        let range = match landing.key {
            Some(key) => key.range(),
            None => TextRange::empty(landing.value.range().start()),
        };
        // Names are in the order of the text.
        let from = (self.names).partition_point(|name| name.range.start() < range.start());
        let here = self.names.iter().skip(from);
        let mut here = here.take_while(|name| name.range.start() <= range.end());
        let declared = here.find(|name| {
            let is_empty = landing.key.is_none();
            name.is_declaration && name.scalar == range && name.range.is_empty() == is_empty
        });
        match declared?.meaning {
            Meaning::Symbol(symbol) => Some(symbol),
            Meaning::Outside { .. } => None,
        }
    }
}

/// The keys of a JSON Pointer.
pub fn keys_of(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(pointer_key).collect()
}

/// What the keys of a JSON Pointer lead to, aliases and merge keys followed.
pub fn landing<'t>(tree: &'t Tree, keys: &[String]) -> Option<Landing<'t>> {
    let root = Landing {
        key: None,
        value: tree.resolve(tree.root())?,
    };
    keys.iter()
        .try_fold(root, |from, key| step(tree, from.value, key))
}

/// What one key of a JSON Pointer leads to.
fn step<'t>(tree: &'t Tree, node: Node<'t>, key: &str) -> Option<Landing<'t>> {
    if node.is_sequence() {
        let item = node.items().nth(key.parse().ok()?)?;
        let value = tree.resolve(item)?;
        return Some(Landing { key: None, value });
    }
    let entry = tree.field(node, key)?;
    Some(Landing {
        key: Some(tree.resolve(entry.key)?),
        value: entry.value,
    })
}
