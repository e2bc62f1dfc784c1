//! Collects the names of a document, declarations first.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::families::Families;
use super::texts::Texts;
use super::{Meaning, Mention, Mentions, Symbol, SymbolKind, keys_of, landing};
use crate::model::facts::{Home, Scheme};
use crate::model::references::child_index::ChildIndex;
use crate::model::references::target::{Token, schemes_pointer};
use crate::model::walk::{UnitKind, push_token};
use crate::model::{DocumentKind, Fragment, InUnit, Model, UnitRef};
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::{Tree, pointer_key};
use crate::syntax::written;
use crate::text::range::TextRange;

/// The names of a document and where they are declared, as far as they are known.
pub(super) struct Collector<'a> {
    pub tree: &'a Tree,
    pub model: &'a Model,
    /// The JSON Pointer of the map of schemes.
    pub schemes: &'static str,
    pub families: Families,
    pub found: Mentions,
    pub texts: Texts<'a>,
    /// Finds what pointers lead to.
    pub children: ChildIndex<'a>,
    /// Strings in `security` lists that look like references.
    pub words: Vec<Node<'a>>,
    /// Symbols by the start of the keys that declare them.
    keys: HashMap<usize, usize>,
    /// Symbols without a key by the start of their value.
    values: HashMap<usize, usize>,
    /// Symbols by kind and JSON Pointer.
    pointers: HashMap<(SymbolKind, String), usize>,
    /// Scopes by their family.
    scopes: HashMap<(usize, String), usize>,
}

/// A name as a part of a scalar.
pub(super) struct Name<'t> {
    pub node: Node<'t>,
    /// The part of the decoded text.
    pub part: Range<usize>,
    pub text: String,
}

impl<'t> Name<'t> {
    /// A scalar that is a name as a whole.
    pub fn whole(node: Node<'t>) -> Self {
        let text = node.value();
        Self {
            node,
            part: 0..text.len(),
            text: text.to_owned(),
        }
    }

    /// What leads to something without a name.
    pub fn nothing(node: Node<'t>, part: Range<usize>) -> Self {
        Self {
            node,
            part,
            text: String::new(),
        }
    }

    /// A token of the JSON Pointer in a `$ref`.
    pub fn token(node: Node<'t>, token: &Token) -> Self {
        Self {
            node,
            part: token.range.clone(),
            text: token.name.clone(),
        }
    }
}

pub(super) fn mentions(tree: &Tree, model: &Model, pointers: &BTreeSet<String>) -> Mentions {
    let mut collector = Collector {
        tree,
        model,
        schemes: schemes_pointer(tree, model),
        families: Families::of(tree, model),
        found: Mentions::default(),
        texts: Texts::of(tree),
        children: ChildIndex::default(),
        words: Vec::new(),
        keys: HashMap::new(),
        values: HashMap::new(),
        pointers: HashMap::new(),
        scopes: HashMap::new(),
    };
    collector.found.is_v3 = model.version.is_some_and(|version| version.is_v3());
    collector.declarations();
    collector.parts();
    collector.lists();
    collector.references();
    collector.pointed_at(pointers);
    collector.finish()
}

impl<'a> Collector<'a> {
    fn declarations(&mut self) {
        if self.model.kind == DocumentKind::Fragment(Fragment::Scheme) {
            let root = self.resolved(self.tree.root()).range();
            let symbol = self.nameless(root.start(), SymbolKind::Scheme);
            let family = self.families.of_scheme(root);
            self.found.symbols[symbol].family = Some(family);
        }
        for unit in self.model.units() {
            for scheme in unit.unit.schemes() {
                self.scheme(unit.at(scheme));
            }
            self.unit(unit);
        }
    }

    /// The schemes that other files refer to one by one.
    fn parts(&mut self) {
        let parts = self.model.surroundings.parts.iter();
        for part in parts.filter(|part| part.place == UnitKind::Scheme && !part.is_map) {
            let Some(there) = landing(self.tree, &keys_of(&part.pointer)) else {
                continue;
            };
            let start = there.value.range().start();
            let symbol = match (there.key, part.pointer.rsplit_once('/')) {
                (Some(key), Some((map, _))) => self.declare(SymbolKind::Scheme, map, key),
                _ => Some(self.nameless(start, SymbolKind::Scheme)),
            };
            if let Some(symbol) = symbol {
                let family = self.families.of_scheme(there.value.range());
                self.found.symbols[symbol].family.get_or_insert(family);
            }
        }
    }

    /// What else other files refer to.
    fn pointed_at(&mut self, pointers: &BTreeSet<String>) {
        for pointer in pointers {
            let Some(there) = landing(self.tree, &keys_of(pointer)) else {
                continue;
            };
            let symbol = there.key.and_then(|key| self.symbol_of_key(key, true));
            if symbol.is_none() {
                self.nameless(there.value.range().start(), SymbolKind::Place);
            }
        }
    }

    /// A server, channel, operation or trait.
    fn unit(&mut self, unit: UnitRef<'a>) {
        let kind = match unit.place {
            UnitKind::Server => SymbolKind::Server,
            UnitKind::Channel => SymbolKind::Channel,
            UnitKind::Operation => SymbolKind::Operation,
            UnitKind::OperationTrait => SymbolKind::OperationTrait,
            _ => return,
        };
        let Some((map, token)) = unit.pointer().and_then(|at| at.rsplit_once('/')) else {
            return;
        };
        let name = pointer_key(token);
        if let Some(entry) = self.entry_at(unit.range.start(), &name) {
            self.declare(kind, map, self.resolved(entry.key));
            if kind == SymbolKind::Channel {
                self.servers_of(entry.value);
            }
        }
    }

    fn scheme(&mut self, scheme: InUnit<'a, Scheme>) {
        let name = scheme.fact.name();
        if let Some(name) = name.filter(|_| scheme.fact.home == Home::Component)
            && let Some(key) = self.scalar(scheme.abs(name.range))
            && let Some(symbol) = self.declare(SymbolKind::Scheme, self.schemes, key)
        {
            let family = self.families.of_name(&name.text);
            self.found.symbols[symbol].family = family;
        }
        let value = scheme.abs(scheme.fact.range);
        let family = self.families.of_scheme(value);
        for flow in scheme.fact.flows() {
            // A fragment that is a flow has no name.
            if !flow.name.text.is_empty()
                && let Some(key) = self.scalar(scheme.abs(flow.name.range))
            {
                self.declare(SymbolKind::Flow, "", key);
            }
            for scope in &flow.scopes {
                if let Some(key) = self.scalar(scheme.abs(scope.name.range)) {
                    let symbol = self.scope(family, key.value());
                    self.keys.insert(key.range().start(), symbol);
                    self.push(Name::whole(key), Meaning::Symbol(symbol), true, Some(value));
                }
            }
        }
        for scope in scheme.fact.required_scopes() {
            self.required_scope(scheme.abs(scope.range), family, Some(value));
        }
    }

    /// A scope in a list.
    pub fn required_scope(&mut self, range: TextRange, family: usize, scheme: Option<TextRange>) {
        if let Some(node) = self.scalar(range) {
            let symbol = self.scope(family, node.value());
            self.push(Name::whole(node), Meaning::Symbol(symbol), false, scheme);
        }
    }

    fn scope(&mut self, family: usize, name: &str) -> usize {
        let key = (family, name.to_owned());
        if let Some(known) = self.scopes.get(&key) {
            return *known;
        }
        let symbol = self.add(SymbolKind::Scope, name, "", Some(family));
        self.scopes.insert(key, symbol);
        symbol
    }

    /// A key that declares something. Of a key that is written twice in one map both declare the
    /// same.
    fn declare(&mut self, kind: SymbolKind, map: &str, key: Node<'a>) -> Option<usize> {
        let start = key.range().start();
        let known = self.keys.get(&start).copied();
        if known.is_some_and(|known| self.found.symbols[known].kind != kind) {
            return None;
        }
        let symbol = match known {
            // The same place, reached by another way.
            Some(known) => known,
            None if kind == SymbolKind::Flow => self.add(kind, key.value(), map, None),
            None => self.named(kind, map, key.value()),
        };
        if kind != SymbolKind::Flow {
            let pointer = pointer_of(map, key.value());
            self.pointers.entry((kind, pointer)).or_insert(symbol);
        }
        if self.keys.insert(start, symbol).is_none() {
            self.push(Name::whole(key), Meaning::Symbol(symbol), true, None);
        }
        Some(symbol)
    }

    /// The symbol of that name in a map, declared or not.
    pub fn named(&mut self, kind: SymbolKind, map: &str, name: &str) -> usize {
        let key = (kind, pointer_of(map, name));
        if let Some(known) = self.pointers.get(&key) {
            return *known;
        }
        let symbol = self.add(kind, name, map, None);
        self.pointers.insert(key, symbol);
        symbol
    }

    /// The symbol that a key declares. A key that nothing else is known of is a place.
    pub fn symbol_of_key(&mut self, key: Node<'a>, is_target: bool) -> Option<usize> {
        let start = key.range().start();
        if let Some(known) = self.keys.get(&start) {
            return Some(*known);
        }
        if !is_target || !key.is_scalar() {
            return None;
        }
        let symbol = self.add(SymbolKind::Place, key.value(), "", None);
        self.keys.insert(start, symbol);
        self.push(Name::whole(key), Meaning::Symbol(symbol), true, None);
        Some(symbol)
    }

    /// The symbol of a value without a key.
    pub fn nameless(&mut self, start: usize, kind: SymbolKind) -> usize {
        if let Some(known) = self.values.get(&start) {
            return *known;
        }
        let symbol = self.add(kind, "", "", None);
        self.values.insert(start, symbol);
        self.found.names.push(Mention {
            range: TextRange::empty(start),
            scalar: TextRange::empty(start),
            part: None,
            is_token: false,
            name: String::new(),
            meaning: Meaning::Symbol(symbol),
            is_declaration: true,
            scheme: None,
        });
        symbol
    }

    fn add(&mut self, kind: SymbolKind, name: &str, map: &str, family: Option<usize>) -> usize {
        self.found.symbols.push(Symbol {
            kind,
            name: name.to_owned(),
            map: map.to_owned(),
            family,
            leads_to: None,
            is_declared: false,
        });
        self.found.symbols.len() - 1
    }

    pub fn push(
        &mut self,
        name: Name<'a>,
        meaning: Meaning,
        is_declaration: bool,
        scheme: Option<TextRange>,
    ) {
        if name.part.is_empty() {
            return;
        }
        let exact = written::part(name.node, &name.part);
        let is_token = name.part.len() < name.node.value().len();
        self.found.names.push(Mention {
            range: exact.unwrap_or_else(|| written::inner(name.node)),
            scalar: name.node.range(),
            part: exact.map(|_| name.part),
            is_token,
            name: name.text,
            meaning,
            is_declaration,
            scheme,
        });
    }

    /// The scalar of exactly this range. A key that is an alias is what that stands for.
    pub fn scalar(&self, range: TextRange) -> Option<Node<'a>> {
        let node = self.texts.at(range)?;
        Some(self.resolved(node)).filter(|node| node.is_scalar())
    }

    /// The entry whose key starts there and has that name.
    fn entry_at(&self, start: usize, name: &str) -> Option<Entry<'a>> {
        let entry = self.texts.entry(start)?;
        (self.resolved(entry.key).value() == name).then_some(entry)
    }

    pub fn resolved(&self, node: Node<'a>) -> Node<'a> {
        self.tree.resolve(node).unwrap_or(node)
    }

    fn finish(mut self) -> Mentions {
        let names = &mut self.found.names;
        names.sort_by_key(|name| {
            let range = name.range;
            (
                range.start(),
                range.end(),
                name.meaning,
                !name.is_declaration,
            )
        });
        names.dedup_by(|later, earlier| {
            later.range == earlier.range && later.meaning == earlier.meaning
        });
        for name in names.iter().filter(|name| name.is_declaration) {
            if let Meaning::Symbol(symbol) = name.meaning {
                self.found.symbols[symbol].is_declared = true;
            }
        }
        self.found
    }
}

fn pointer_of(map: &str, name: &str) -> String {
    let mut pointer = map.to_owned();
    push_token(&mut pointer, name);
    pointer
}
