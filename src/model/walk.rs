//! Finds the units of a document: the objects that may have security (docs/specification.md A.1).

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::facts::Spanned;
use super::surroundings::Part;
use super::{DocumentKind, Fragment};
use crate::spec::{Version, is_extension};
use crate::syntax::format::Format;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::{Tree, pointer_key};
use crate::text::range::TextRange;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    /// The root of the document (its own keys, not what is below them).
    Root,
    /// A value of `components.securitySchemes`, of a fragment's map, or a fragment that is a scheme.
    Scheme,
    /// A fragment that is one OAuth flow.
    Flow,
    /// A fragment that is the map of flows.
    Flows,
    /// `servers/*`, `components/servers/*`.
    Server,
    /// `channels/*`, `components/channels/*` (in 2.x with its operations).
    Channel,
    /// 3.x: `operations/*`, `components/operations/*`.
    Operation,
    /// `components/operationTraits/*`.
    OperationTrait,
    /// `components/messages/*`, `components/messageTraits/*`.
    Message,
    /// The bindings of `components`: `components/serverBindings/*` and the like.
    Bindings,
    /// A field of the root whose name starts with `x-`.
    Extension,
    /// Another object, in which a `security` key is not allowed: replies, and messages inside of
    /// other units.
    Other,
}

/// A unit found in a tree.
#[derive(Debug, Clone)]
pub struct FoundUnit<'t> {
    /// What it is.
    pub place: UnitKind,
    /// Its key; fragments, the root and items of lists have none.
    pub key: Option<Node<'t>>,
    /// Its value as written, possibly an alias.
    pub raw: Node<'t>,
    /// Its value with aliases followed.
    pub value: Node<'t>,
    /// Whether it is an entry of a map that is a section, so that its key is a name.
    pub is_named: bool,
    /// The JSON Pointer of the parent of the key; of a unit without key its own.
    pub prefix: Cow<'static, str>,
    /// Whether it is below `components`.
    pub in_components: bool,
}

impl FoundUnit<'_> {
    /// The unit's JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let mut pointer = self.prefix.clone().into_owned();
        if let Some(key) = self.key {
            push_token(&mut pointer, key.value());
        }
        pointer
    }

    /// The offset of its key, or of its value if it has no key.
    pub fn start(&self) -> usize {
        self.key.unwrap_or(self.raw).range().start()
    }

    /// Its range, including its key.
    pub fn range(&self) -> TextRange {
        let raw = self.raw.range();
        self.key.map_or(raw, |key| key.range().cover(raw))
    }
}

/// Whether an entry is a `$ref` that replaces its whole map (`channels: {$ref: ...}`), whose units
/// are unknown.
pub fn is_reference(entry: &Entry<'_>) -> bool {
    entry.key.is_scalar() && entry.key.value() == "$ref" && entry.value.is_scalar()
}

/// The node at a JSON Pointer as it is written, possibly an alias, with its key; the root and items
/// of lists have none.
pub fn at_pointer<'t>(tree: &'t Tree, pointer: &str) -> Option<(Option<Node<'t>>, Node<'t>)> {
    let (mut key, mut node) = (None, tree.root());
    if pointer.is_empty() {
        return Some((key, node));
    }
    for token in pointer.strip_prefix('/')?.split('/') {
        let parent = tree.resolve(node)?;
        if parent.is_sequence() {
            (key, node) = (None, parent.items().nth(token.parse().ok()?)?);
        } else {
            let name = pointer_key(token);
            let entry = parent.get(&name).or_else(|| tree.field(parent, &name))?;
            (key, node) = (Some(entry.key), entry.value);
        }
    }
    Some((key, node))
}

/// The text of a `$ref`.
pub fn reference(entry: &Entry<'_>) -> Spanned {
    Spanned {
        text: entry.value.value().into(),
        range: entry.value.range(),
    }
}

/// A map whose entries are units, or a single unit outside of a map.
#[derive(Debug, Clone)]
pub struct Section<'t> {
    /// What it contains.
    pub kind: SectionKind,
    /// The map, or the unit itself; possibly an alias.
    pub node: Node<'t>,
    /// The key of a single unit that has one.
    key: Option<Node<'t>>,
    /// Whether some of its entries come from merge keys.
    has_merges: bool,
}

/// The identity of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionKind {
    /// What its units are.
    pub place: UnitKind,
    /// Whether it is a map, not a single unit.
    pub is_map: bool,
    /// The JSON Pointer of the map. That of the parent of a single unit, or of the unit itself if it
    /// has no key.
    pub prefix: Cow<'static, str>,
    /// Whether it is below `components`.
    pub in_components: bool,
}

/// Adds a token to a JSON Pointer.
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The entries of a mapping with aliases resolved and merge keys applied; nothing for other nodes.
/// An alias without its anchor stays an alias.
pub fn members<'t>(tree: &'t Tree, node: Node<'t>) -> Vec<Entry<'t>> {
    let mut entries = raw_members(tree, node);
    for entry in &mut entries {
        entry.value = tree.resolve(entry.value).unwrap_or(entry.value);
    }
    entries
}

fn raw_members<'t>(tree: &'t Tree, node: Node<'t>) -> Vec<Entry<'t>> {
    let Some(node) = tree.resolve(node) else {
        return Vec::new();
    };
    let entries: Vec<Entry<'t>> = node.entries().collect();
    if tree.format() == Format::Yaml && entries.iter().any(|entry| entry.key.value() == "<<") {
        return tree.fields(node);
    }
    entries
}

/// Some fields of a node as [`Tree::field`] finds them, in one pass.
fn pick<'t, const N: usize>(
    tree: &'t Tree,
    node: Node<'t>,
    names: [&str; N],
) -> [Option<Entry<'t>>; N] {
    let mut picked = [None; N];
    let Some(node) = tree.resolve(node) else {
        return picked;
    };
    for entry in node.entries() {
        let name = entry.key.value();
        if name == "<<" {
            return names.map(|name| tree.field(node, name));
        }
        if let Some(at) = names.iter().position(|wanted| *wanted == name)
            && entry.key.is_scalar()
        {
            picked[at] = (tree.resolve(entry.value)).map(|value| Entry { value, ..entry });
        }
    }
    picked
}

/// The sections of the first document of the stream, the root first, and the `$ref`s that replace
/// `components`. Schemas and payloads are not read.
pub fn sections(
    tree: &Tree,
    kind: DocumentKind,
    version: Version,
) -> (Vec<Section<'_>>, Vec<Entry<'_>>) {
    let mut finder = Finder {
        tree,
        version,
        sections: Vec::new(),
        references: Vec::new(),
    };
    let root = tree.root();
    match kind {
        DocumentKind::AsyncApi => finder.document(root),
        DocumentKind::Fragment(fragment) => finder.fragment(root, fragment),
        DocumentKind::Other => {}
    }
    let mut sections = finder.sections;
    sort(&mut sections);
    (sections, finder.references)
}

/// Adds the parts of a file that others refer to, where none of the sections contains them.
pub fn add_parts<'t>(tree: &'t Tree, parts: &BTreeSet<Part>, sections: &mut Vec<Section<'t>>) {
    for part in parts {
        let Some((key, node)) = at_pointer(tree, &part.pointer) else {
            continue;
        };
        let is_read = |section: &Section<'_>| {
            !matches!(section.kind.place, UnitKind::Root | UnitKind::Extension)
                && section.node.range().contains(node.range())
        };
        if sections.iter().any(is_read) || part.is_map && !node.is_mapping() {
            continue;
        }
        let parent = part
            .pointer
            .rfind('/')
            .filter(|_| key.is_some() && !part.is_map);
        let prefix = parent.map_or(&*part.pointer, |end| &part.pointer[..end]);
        sections.push(Section {
            kind: SectionKind {
                place: part.place,
                is_map: part.is_map,
                prefix: Cow::Owned(prefix.to_owned()),
                in_components: !has_effect(part.place),
            },
            node,
            key: key.filter(|_| !part.is_map),
            has_merges: part.is_map && has_merges(tree, node),
        });
    }
    sort(sections);
}

/// Whether a unit has an effect because another file uses it.
pub fn has_effect(place: UnitKind) -> bool {
    matches!(
        place,
        UnitKind::Server | UnitKind::Channel | UnitKind::Operation
    )
}

fn has_merges(tree: &Tree, node: Node<'_>) -> bool {
    tree.format() == Format::Yaml && node.get("<<").is_some()
}

fn sort(sections: &mut [Section<'_>]) {
    sections.sort_by_key(|section| {
        let is_root = section.kind.place == UnitKind::Root;
        (!is_root, section.node.range().start())
    });
}

/// The units in one entry of a section's map, in the order of the text.
pub fn entry<'t>(
    tree: &'t Tree,
    version: Version,
    section: &SectionKind,
    entry: Entry<'t>,
) -> Vec<FoundUnit<'t>> {
    let mut walker = Walker {
        tree,
        version,
        section,
        units: Vec::new(),
    };
    walker.entry(entry);
    walker.units.sort_by_key(FoundUnit::start);
    walker.units
}

impl<'t> Section<'t> {
    /// The entries of the map in the order of the text, with merge keys applied.
    pub fn entries(&self, tree: &'t Tree) -> impl Iterator<Item = Entry<'t>> + use<'t> {
        let mut merged = Vec::new();
        if self.has_merges {
            merged = tree.fields(self.node);
            merged.sort_by_key(|entry| entry.key.range().start());
        }
        let plain = (!self.has_merges).then(|| self.node.entries());
        merged.into_iter().chain(plain.into_iter().flatten())
    }

    /// The unit of a section that is not a map.
    pub fn single(&self, tree: &'t Tree) -> Option<FoundUnit<'t>> {
        // The value of an alias without its anchor is unknown: no unit, no findings.
        let value = tree.resolve(self.node)?;
        Some(FoundUnit {
            place: self.kind.place,
            key: self.key,
            raw: self.node,
            value,
            is_named: false,
            prefix: self.kind.prefix.clone(),
            in_components: self.kind.in_components,
        })
    }
}

/// The maps below `components` that contain units, with the version that introduced them.
#[rustfmt::skip]
const COMPONENT_MAPS: [(&str, UnitKind, Version); 12] = [
    ("/components/securitySchemes", UnitKind::Scheme, Version::V2_0),
    ("/components/servers", UnitKind::Server, Version::V2_3),
    ("/components/channels", UnitKind::Channel, Version::V2_3),
    ("/components/operations", UnitKind::Operation, Version::V3_0),
    ("/components/operationTraits", UnitKind::OperationTrait, Version::V2_0),
    ("/components/messages", UnitKind::Message, Version::V2_0),
    ("/components/messageTraits", UnitKind::Message, Version::V2_0),
    ("/components/serverBindings", UnitKind::Bindings, Version::V2_0),
    ("/components/channelBindings", UnitKind::Bindings, Version::V2_0),
    ("/components/operationBindings", UnitKind::Bindings, Version::V2_0),
    ("/components/messageBindings", UnitKind::Bindings, Version::V2_0),
    ("/components/replies", UnitKind::Other, Version::V3_0),
];

/// The same at the root.
const ROOT_MAPS: [(&str, UnitKind, Version); 3] = [
    ("/servers", UnitKind::Server, Version::V2_0),
    ("/channels", UnitKind::Channel, Version::V2_0),
    ("/operations", UnitKind::Operation, Version::V3_0),
];

/// The maps all of whose entries are units: whatever is inside is read there.
pub fn maps_of_units(version: Version) -> impl Iterator<Item = &'static str> {
    let maps = COMPONENT_MAPS.into_iter().chain(ROOT_MAPS);
    maps.filter(move |(_, place, since)| *since <= version && *place != UnitKind::Other)
        .map(|(pointer, ..)| pointer)
}

struct Finder<'t> {
    tree: &'t Tree,
    version: Version,
    sections: Vec<Section<'t>>,
    references: Vec<Entry<'t>>,
}

impl<'t> Finder<'t> {
    fn document(&mut self, root: Node<'t>) {
        self.single(root, UnitKind::Root, false);
        for (pointer, place, since) in ROOT_MAPS {
            if self.version >= since {
                self.map_at(root, &pointer[1..], place, pointer, false);
            }
        }
        if let Some(components) = self.tree.field(root, "components") {
            self.components(components.value, false);
        }
        let extensions = (root.entries())
            .filter(|entry| entry.key.is_scalar() && is_extension(entry.key.value()));
        for entry in extensions {
            self.sections.push(Section {
                kind: SectionKind {
                    place: UnitKind::Extension,
                    is_map: false,
                    prefix: Cow::Borrowed(""),
                    in_components: false,
                },
                node: entry.value,
                key: Some(entry.key),
                has_merges: false,
            });
        }
    }

    fn fragment(&mut self, root: Node<'t>, fragment: Fragment) {
        match fragment {
            Fragment::Scheme => self.single(root, UnitKind::Scheme, true),
            Fragment::Flow => self.single(root, UnitKind::Flow, true),
            Fragment::Flows => self.single(root, UnitKind::Flows, true),
            Fragment::Schemes => self.map(root, UnitKind::Scheme, "", true),
            Fragment::Components if self.tree.field(root, "securitySchemes").is_some() => {
                self.components(root, true);
            }
            Fragment::Parts => {}
            Fragment::Components => {
                if let Some(components) = self.tree.field(root, "components") {
                    self.components(components.value, false);
                }
            }
        }
    }

    fn components(&mut self, node: Node<'t>, at_root: bool) {
        self.references.extend(node.get("$ref"));
        for (pointer, place, since) in COMPONENT_MAPS {
            if self.version < since {
                continue;
            }
            let short = pointer.strip_prefix("/components").unwrap_or(pointer);
            let name = short.strip_prefix('/').unwrap_or(short);
            let prefix = if at_root { short } else { pointer };
            self.map_at(node, name, place, prefix, true);
        }
    }

    fn map_at(
        &mut self,
        node: Node<'t>,
        name: &str,
        place: UnitKind,
        prefix: &'static str,
        in_components: bool,
    ) {
        if let Some(found) = self.tree.field(node, name) {
            self.map(found.value, place, prefix, in_components);
        }
    }

    fn map(&mut self, node: Node<'t>, place: UnitKind, prefix: &'static str, in_components: bool) {
        let has_merges = has_merges(self.tree, node);
        self.sections.push(Section {
            kind: SectionKind {
                place,
                is_map: true,
                prefix: Cow::Borrowed(prefix),
                in_components,
            },
            node,
            key: None,
            has_merges,
        });
    }

    fn single(&mut self, node: Node<'t>, place: UnitKind, in_components: bool) {
        self.sections.push(Section {
            kind: SectionKind {
                place,
                is_map: false,
                prefix: Cow::Borrowed(""),
                in_components,
            },
            node,
            key: None,
            has_merges: false,
        });
    }
}

struct Walker<'t, 's> {
    tree: &'t Tree,
    version: Version,
    section: &'s SectionKind,
    units: Vec<FoundUnit<'t>>,
}

impl<'t> Walker<'t, '_> {
    fn entry(&mut self, entry: Entry<'t>) {
        if !entry.key.is_scalar() || is_reference(&entry) {
            return;
        }
        let place = self.section.place;
        let prefix = self.section.prefix.clone();
        if place == UnitKind::Other {
            self.other(entry, &[]);
        } else if place == UnitKind::Scheme || self.is_mapping(entry.value) {
            self.push(place, Some(entry.key), entry.value, prefix);
            self.below(entry);
        }
    }

    fn is_mapping(&self, node: Node<'t>) -> bool {
        self.tree.resolve(node).is_some_and(Node::is_mapping)
    }

    fn push(
        &mut self,
        place: UnitKind,
        key: Option<Node<'t>>,
        raw: Node<'t>,
        prefix: Cow<'static, str>,
    ) {
        // The value of an alias without its anchor is unknown: no unit, no findings.
        let Some(value) = self.tree.resolve(raw) else {
            return;
        };
        self.units.push(FoundUnit {
            place,
            key,
            raw,
            value,
            is_named: self.section.is_map,
            prefix,
            in_components: self.section.in_components,
        });
    }

    /// Messages and replies inside of channels and operations.
    fn below(&mut self, entry: Entry<'t>) {
        let place = self.section.place;
        let name = entry.key.value();
        let node = entry.value;
        if place == UnitKind::Message {
            if let [Some(traits)] = pick(self.tree, node, ["traits"]) {
                self.items(traits.value, &[name, "traits"]);
            }
        } else if place == UnitKind::Operation {
            if let [Some(reply)] = pick(self.tree, node, ["reply"]) {
                self.other(reply, &[name]);
            }
        } else if place == UnitKind::Channel && self.version.is_v3() {
            if let [Some(messages)] = pick(self.tree, node, ["messages"]) {
                for message in raw_members(self.tree, messages.value) {
                    self.other(message, &[name, "messages"]);
                }
            }
        } else if place == UnitKind::Channel {
            let operations = pick(self.tree, node, ["publish", "subscribe"]);
            for operation in operations.into_iter().flatten() {
                let action = operation.key.value();
                let [Some(message)] = pick(self.tree, operation.value, ["message"]) else {
                    continue;
                };
                self.other(message, &[name, action]);
                if let [Some(choice)] = pick(self.tree, message.value, ["oneOf"]) {
                    self.items(choice.value, &[name, action, "message", "oneOf"]);
                }
            }
        }
    }

    /// An object that becomes a unit only if it has a `security` key, and its traits.
    fn other(&mut self, entry: Entry<'t>, tokens: &[&str]) {
        let [security, traits] = pick(self.tree, entry.value, ["security", "traits"]);
        if security.is_some() {
            let pointer = Cow::Owned(self.joined(tokens));
            self.push(UnitKind::Other, Some(entry.key), entry.value, pointer);
        }
        if let Some(traits) = traits {
            let mut tokens = tokens.to_vec();
            tokens.extend([entry.key.value(), "traits"]);
            self.items(traits.value, &tokens);
        }
    }

    fn items(&mut self, list: Node<'t>, tokens: &[&str]) {
        for (index, item) in list.items().enumerate() {
            if self.tree.field(item, "security").is_some() {
                let mut pointer = self.joined(tokens);
                push_token(&mut pointer, &index.to_string());
                self.push(UnitKind::Other, None, item, Cow::Owned(pointer));
            }
        }
    }

    fn joined(&self, tokens: &[&str]) -> String {
        let mut pointer = self.section.prefix.clone().into_owned();
        for token in tokens {
            push_token(&mut pointer, token);
        }
        pointer
    }
}
