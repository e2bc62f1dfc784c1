//! Where a `$ref` leads inside of a document.

use std::collections::HashMap;

use super::detect::is_schema_type;
use super::facts::{Home, Reference, Scheme, Site, SiteKind};
use super::walk::{Place, members};
use super::{At, DocumentKind, Fragment, Model, Placed};
use crate::syntax::document::Tree;
use crate::syntax::node::Node;
use crate::syntax::pointer::unescaped;
use crate::text::range::TextRange;

/// How many references are followed in a row.
const MAX_HOPS: usize = 64;

/// What the text of a `$ref` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A JSON Pointer into this document, percent-decoded.
    Local(String),
    /// A fragment that is no JSON Pointer (`#name`).
    Name,
    /// Another document.
    External,
}

impl Target {
    /// Reads a URI reference (RFC 3986) with a JSON Pointer as its fragment (RFC 6901, section 6).
    pub fn of(text: &str) -> Self {
        let Some(fragment) = text.strip_prefix('#') else {
            return if text.is_empty() {
                Self::Local(String::new())
            } else {
                Self::External
            };
        };
        if fragment.is_empty() || fragment.starts_with('/') {
            Self::Local(percent_decoded(fragment))
        } else {
            Self::Name
        }
    }
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = (after.get(..2))
            .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The name of the component that a reference leads to or into, and whether it leads to the
/// component itself.
pub fn component(tree: &Tree, model: &Model, text: &str) -> Option<(String, bool)> {
    let Target::Local(pointer) = Target::of(text) else {
        return None;
    };
    let (token, below) = component_token(tree, model, &pointer)?;
    Some((unescaped(token), below.is_empty()))
}

/// The first token below the map of schemes, and what follows it.
fn component_token<'p>(tree: &Tree, model: &Model, pointer: &'p str) -> Option<(&'p str, &'p str)> {
    let map = match model.kind {
        DocumentKind::Fragment(Fragment::Schemes) => "",
        DocumentKind::Fragment(Fragment::Components)
            if tree.root().get("securitySchemes").is_some() =>
        {
            "/securitySchemes"
        }
        _ => "/components/securitySchemes",
    };
    let below = pointer.strip_prefix(map)?.strip_prefix('/')?;
    let end = below.find('/').unwrap_or(below.len());
    Some(below.split_at(end))
}

/// How a chain of references ends.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'m> {
    /// At a scheme of the model, which is not itself a reference.
    Scheme(At<'m, Scheme>),
    /// At a scheme somewhere else in the document, where the model does not look.
    Elsewhere,
    /// At something that is no scheme.
    Wrong(TextRange),
    /// At nothing.
    Nothing,
    /// Nowhere: the chain is endless.
    Cycle,
    /// Out of sight: in another document, behind the `$ref` of a whole map, or at a `$ref`
    /// without text.
    Unknown,
}

/// The end of a chain of references and the way there.
#[derive(Debug, Clone)]
pub struct Resolution<'m> {
    /// How it ends.
    pub outcome: Outcome<'m>,
    /// The places passed, the last one included; a chain that ends at its first step has at
    /// most one.
    pub trail: Vec<TextRange>,
}

impl<'m> Resolution<'m> {
    /// The scheme at the end, if it is one of the model.
    pub fn scheme(&self) -> Option<At<'m, Scheme>> {
        match self.outcome {
            Outcome::Scheme(scheme) => Some(scheme),
            _ => None,
        }
    }
}

/// Resolves the references of one document.
#[derive(Debug)]
pub struct Resolver<'m, 't> {
    tree: &'t Tree,
    model: &'m Model,
    /// Schemes that stand in `security` lists, by their place.
    inline: HashMap<TextRange, At<'m, Scheme>>,
    traits: Sites<'m>,
    nodes: HashMap<String, Option<Node<'t>>>,
    children: Children<'t>,
}

enum Stop<'m, 't> {
    Scheme(At<'m, Scheme>),
    Node(Node<'t>),
}

impl<'m, 't> Resolver<'m, 't> {
    /// A resolver for a model and the tree it was read from.
    pub fn new(tree: &'t Tree, model: &'m Model) -> Self {
        let inline = model
            .schemes()
            .filter(|scheme| matches!(scheme.fact.home, Home::Entry(..)))
            .map(|scheme| (scheme.abs(scheme.fact.range), scheme))
            .collect();
        Self {
            tree,
            model,
            inline,
            traits: Sites::new(model, &[SiteKind::OperationTrait]),
            nodes: HashMap::new(),
            children: Children::default(),
        }
    }

    /// Follows a `$ref` that should lead to a scheme.
    pub fn resolve(&mut self, reference: &Reference) -> Resolution<'m> {
        let mut trail = Vec::new();
        let outcome = match &reference.target {
            Some(target) => self.follow(&target.text, &mut trail),
            None => Outcome::Unknown,
        };
        Resolution { outcome, trail }
    }

    /// What a name in a 2.x requirement stands for; `None` if nothing has that name.
    pub fn named(&mut self, name: &str) -> Option<Resolution<'m>> {
        let scheme = self.model.component(name)?;
        let mut trail = Vec::new();
        let outcome = match &scheme.fact.reference {
            None => Outcome::Scheme(scheme),
            Some(reference) => match &reference.target {
                Some(target) => {
                    trail.push(scheme.abs(scheme.fact.range));
                    self.follow(&target.text, &mut trail)
                }
                None => Outcome::Unknown,
            },
        };
        Some(Resolution { outcome, trail })
    }

    fn follow(&mut self, text: &str, trail: &mut Vec<TextRange>) -> Outcome<'m> {
        let mut text = text.to_owned();
        for _ in 0..MAX_HOPS {
            let pointer = match Target::of(&text) {
                Target::Local(pointer) => pointer,
                Target::Name => return Outcome::Nothing,
                Target::External => return Outcome::Unknown,
            };
            let Some(stop) = self.stop(&pointer) else {
                return if self.is_hidden(&pointer) {
                    Outcome::Unknown
                } else {
                    Outcome::Nothing
                };
            };
            let range = match &stop {
                Stop::Scheme(scheme) => scheme.abs(scheme.fact.range),
                Stop::Node(node) => node.range(),
            };
            if trail.contains(&range) {
                return Outcome::Cycle;
            }
            trail.push(range);
            text = match stop {
                Stop::Scheme(scheme) => {
                    let Some(reference) = &scheme.fact.reference else {
                        return Outcome::Scheme(scheme);
                    };
                    let Some(target) = &reference.target else {
                        return Outcome::Unknown;
                    };
                    target.text.clone()
                }
                Stop::Node(node) => match self.tree.field(node, "$ref") {
                    Some(entry) if entry.value.as_str().is_some() => entry.value.value().to_owned(),
                    Some(_) => return Outcome::Unknown,
                    None if self.may_be_scheme(node) => return Outcome::Elsewhere,
                    None => return Outcome::Wrong(node.range()),
                },
            };
        }
        Outcome::Unknown
    }

    fn stop(&mut self, pointer: &str) -> Option<Stop<'m, 't>> {
        if let Some((name, "")) = component_token(self.tree, self.model, pointer)
            && let Some(scheme) = self.model.component(&unescaped(name))
        {
            return Some(Stop::Scheme(scheme));
        }
        let node = match self.nodes.get(pointer) {
            Some(known) => *known,
            None => {
                let node = self.node(pointer);
                self.nodes.insert(pointer.to_owned(), node);
                node
            }
        }?;
        Some(match self.inline.get(&node.range()) {
            Some(scheme) => Stop::Scheme(*scheme),
            None => Stop::Node(node),
        })
    }

    /// [`Tree::pointer`], for many pointers into the same collections.
    fn node(&mut self, pointer: &str) -> Option<Node<'t>> {
        let mut node = self.tree.resolve(self.tree.root())?;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            node = self.children.child(self.tree, node, token)?;
        }
        Some(node)
    }

    /// The name of the component that a reference leads to or into.
    pub fn component_name(&self, text: &str) -> Option<String> {
        component(self.tree, self.model, text).map(|(name, _)| name)
    }

    /// Whether a reference names a component and not something in it or elsewhere.
    pub fn is_component(&self, text: &str) -> bool {
        component(self.tree, self.model, text).is_some_and(|(_, is_whole)| is_whole)
    }

    /// Whether something on the way to a pointer is a `$ref`, so that its end is out of sight.
    pub fn is_hidden(&mut self, pointer: &str) -> bool {
        let tree = self.tree;
        let mut node = tree.root();
        for token in pointer.split('/').skip(1) {
            if self.children.child(tree, node, "$ref").is_some() {
                return true;
            }
            let Some(next) = self.children.child(tree, node, token) else {
                return false;
            };
            node = next;
        }
        self.children.child(tree, node, "$ref").is_some()
    }

    /// Whether a mapping could be meant as a scheme: it says of what type, and that type is
    /// none of JSON Schema's.
    fn may_be_scheme(&self, node: Node<'t>) -> bool {
        (self.tree.field(node, "type"))
            .and_then(|entry| entry.value.as_str())
            .is_some_and(|kind| !is_schema_type(kind))
    }

    /// The trait that a reference leads to, if it is one of the model.
    pub fn operation_trait(&self, reference: &Reference) -> Option<At<'m, Site>> {
        match self.traits.behind(&reference.target.as_ref()?.text) {
            Reached::Site(placed, fact) => Some(At {
                base: placed.base,
                fact,
            }),
            _ => None,
        }
    }
}

/// Servers, operations and traits by their pointers, with the references in their place.
#[derive(Debug)]
pub struct Sites<'m> {
    by_pointer: HashMap<&'m str, (Placed<'m>, &'m Site, Option<&'m Reference>)>,
}

/// Where a reference to a site leads.
#[derive(Debug, Clone)]
pub enum Reached<'m> {
    /// To a site, which is not itself a reference, in its unit.
    Site(Placed<'m>, &'m Site),
    /// Into another document: the text of the last reference.
    External(String),
    /// To nothing that is a site.
    Nothing,
}

impl<'m> Sites<'m> {
    /// The sites of some kinds.
    pub fn new(model: &'m Model, kinds: &[SiteKind]) -> Self {
        let mut by_pointer = HashMap::new();
        for placed in model.units() {
            // A unit is its own first site, except for a channel, which only holds sites.
            let mut own =
                (placed.unit.references.first()).filter(|_| placed.place != Place::Channel);
            for site in &placed.unit.sites {
                let reference = own.take();
                if kinds.contains(&site.kind) {
                    by_pointer.insert(&*site.pointer, (placed, site, reference));
                }
            }
        }
        Self { by_pointer }
    }

    /// The site that a reference leads to.
    pub fn behind(&self, text: &str) -> Reached<'m> {
        match Target::of(text) {
            Target::Local(pointer) => self.at(&pointer),
            Target::Name => Reached::Nothing,
            Target::External => Reached::External(text.to_owned()),
        }
    }

    /// The site at a pointer, with the references that stand there followed.
    pub fn at(&self, pointer: &str) -> Reached<'m> {
        let mut found = self.by_pointer.get(pointer);
        for _ in 0..MAX_HOPS {
            let Some((placed, site, reference)) = found else {
                break;
            };
            let Some(reference) = reference else {
                return Reached::Site(*placed, site);
            };
            let Some(target) = &reference.target else {
                break;
            };
            match Target::of(&target.text) {
                Target::Local(pointer) => found = self.by_pointer.get(&*pointer),
                Target::Name => break,
                Target::External => return Reached::External(target.text.clone()),
            }
        }
        Reached::Nothing
    }
}

/// Children of collections by the tokens of pointers. A collection that is asked often is put
/// into a table, or as many references as it has items would cost a square.
#[derive(Debug, Default)]
struct Children<'t> {
    tables: HashMap<(usize, u32), Table<'t>>,
}

#[derive(Debug, Default)]
struct Table<'t> {
    asked: usize,
    items: Vec<Node<'t>>,
    fields: HashMap<&'t str, Node<'t>>,
}

/// How often a collection is asked before it gets a table.
const ASKED_OFTEN: usize = 32;

impl<'t> Children<'t> {
    /// The child that a token of a pointer means, with aliases followed.
    fn child(&mut self, tree: &'t Tree, node: Node<'t>, token: &str) -> Option<Node<'t>> {
        let node = tree.resolve(node)?;
        let table = self.tables.entry(node.identity()).or_default();
        table.asked += 1;
        if table.asked == ASKED_OFTEN {
            table.fill(tree, node);
        }
        let is_filled = table.asked >= ASKED_OFTEN;
        let child = if node.is_sequence() {
            let index: usize = token.parse().ok()?;
            if is_filled {
                *table.items.get(index)?
            } else {
                node.items().nth(index)?
            }
        } else if is_filled {
            *table.fields.get(&*unescaped(token))?
        } else {
            tree.field(node, &unescaped(token))?.value
        };
        tree.resolve(child)
    }
}

impl<'t> Table<'t> {
    fn fill(&mut self, tree: &'t Tree, node: Node<'t>) {
        self.items = node.items().collect();
        let fields = members(tree, node).into_iter();
        let fields = fields.filter(|entry| entry.key.is_scalar());
        // Of repeated keys the last one counts.
        self.fields = fields
            .map(|entry| (entry.key.value(), entry.value))
            .collect();
    }
}
