//! Reads the facts of a unit from its node.

mod tls;
pub mod transport;

use ecow::EcoString;

use super::facts::{
    DeclaredScope, Details, EntryForm, Flow, Home, Member, Reference, RequiredScheme, Rest, Scheme,
    ScopeList, SecurityEntry, SecurityList, Site, SiteKind, Spanned, Unit,
};
use super::fingerprint::fingerprint;
use super::walk::{FoundUnit, UnitKind, members, push_token};
use crate::spec::{Version, is_extension, spec};
use crate::syntax::format::Format;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// Whether a unit contains an alias or a merge key, so that parts of it may be elsewhere.
pub fn has_alias(tree: &Tree, node: Node<'_>) -> bool {
    if tree.format() == Format::Json {
        return false;
    }
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if node.kind() == NodeKind::Alias {
            return true;
        }
        for entry in node.entries() {
            if entry.key.value() == "<<" {
                return true;
            }
            open.push(entry.key);
            open.push(entry.value);
        }
        open.extend(node.items());
    }
    false
}

/// Reads the facts of a unit; ranges are relative to `base`.
pub fn extract(tree: &Tree, version: Version, found: &FoundUnit<'_>, base: usize) -> Unit {
    let mut extractor = Extractor {
        base,
        ..Extractor::new(tree, version, found.in_components)
    };
    extractor.read(found);
    let Extractor { scheme, rest, .. } = extractor;
    match scheme {
        Some(scheme) => Unit::Scheme(Box::new(scheme)),
        None if rest == Rest::NONE => Unit::Nothing,
        None => Unit::Rest(Box::new(fitted(rest))),
    }
}

/// Reads a scheme anywhere in a tree, with absolute ranges. `key` is its name, if it has one.
pub fn scheme(tree: &Tree, version: Version, key: Option<Node<'_>>, value: Node<'_>) -> Scheme {
    let home = match key {
        Some(_) => Home::Component,
        None => Home::Fragment,
    };
    Extractor::new(tree, version, true).scheme(key, value, home)
}

/// The same without space for more: a document may have hundred thousands of them.
fn fitted(mut rest: Rest) -> Rest {
    rest.inline_schemes.shrink_to_fit();
    rest.sites.shrink_to_fit();
    for site in &mut rest.sites {
        site.trait_references.shrink_to_fit();
        site.inline_traits.shrink_to_fit();
    }
    rest
}

/// All of them, without space for more.
fn fitting<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = items.collect();
    all.shrink_to_fit();
    all
}

struct Extractor<'t> {
    tree: &'t Tree,
    version: Version,
    base: usize,
    in_components: bool,
    /// The unit itself.
    scheme: Option<Scheme>,
    rest: Rest,
}

impl<'t> Extractor<'t> {
    /// One with absolute ranges.
    fn new(tree: &'t Tree, version: Version, in_components: bool) -> Self {
        Self {
            tree,
            version,
            base: 0,
            in_components,
            scheme: None,
            rest: Rest::NONE,
        }
    }

    fn read(&mut self, found: &FoundUnit<'t>) {
        let value = found.value;
        match found.place {
            UnitKind::Scheme | UnitKind::Flow | UnitKind::Flows => {
                let home = match found.is_named {
                    true => Home::Component,
                    false => Home::Fragment,
                };
                let flows = match found.place {
                    UnitKind::Scheme => {
                        self.scheme = Some(self.scheme(found.key, value, home));
                        return;
                    }
                    UnitKind::Flow => {
                        let name = Spanned {
                            text: EcoString::new(),
                            ..self.anchor(None, value)
                        };
                        vec![self.flow(name, value)]
                    }
                    _ => self.flows(value),
                };
                let details = Details {
                    flows,
                    ..Details::NONE
                };
                self.scheme = Some(self.empty_scheme(None, value, home).with(details));
            }
            UnitKind::Server => {
                self.whole_reference(value);
                self.rest.server = Some(Box::new(self.server(value)));
                self.site(SiteKind::Server, found.key, value, found.pointer());
            }
            UnitKind::Operation => {
                self.whole_reference(value);
                self.rest.operation_channel = (self.tree.field(value, "channel"))
                    .and_then(|entry| self.reference_text(entry.value));
                self.rest.action = self.text(value, "action");
                self.operation(found.key, value, found.pointer());
            }
            UnitKind::OperationTrait => {
                self.whole_reference(value);
                self.site(SiteKind::OperationTrait, found.key, value, found.pointer());
            }
            UnitKind::Channel => {
                self.whole_reference(value);
                self.misplaced(value);
                self.rest.channel = Some(Box::new(self.channel(value, found.pointer())));
                if !self.version.is_v3() {
                    self.channel_operations(value, &found.pointer());
                }
            }
            UnitKind::Root | UnitKind::Message | UnitKind::Other => self.misplaced(value),
            UnitKind::Bindings | UnitKind::Extension => {}
        }
    }

    fn rel(&self, range: TextRange) -> TextRange {
        TextRange::new(
            range.start().saturating_sub(self.base),
            range.end().saturating_sub(self.base),
        )
    }

    fn spanned(&self, node: Node<'_>) -> Spanned {
        Spanned {
            // A key may be an alias.
            text: self.tree.resolve(node).unwrap_or(node).value().into(),
            range: self.rel(node.range()),
        }
    }

    fn member(&self, entry: &Entry<'_>) -> Option<Member> {
        entry.value.as_str()?;
        Some(Member {
            key: self.rel(entry.key.range()),
            value: self.spanned(entry.value),
        })
    }

    /// A field that is a text.
    fn text(&self, node: Node<'_>, field: &str) -> Option<Spanned> {
        let entry = self.tree.field(node, field)?;
        entry.value.as_str().map(|_| self.spanned(entry.value))
    }

    /// The key of a node, else its first key, else itself.
    fn anchor(&self, key: Option<Node<'_>>, value: Node<'_>) -> Spanned {
        match key.or_else(|| value.entries().next().map(|entry| entry.key)) {
            Some(key) => self.spanned(key),
            None => Spanned {
                text: EcoString::new(),
                range: self.rel(value.range()),
            },
        }
    }

    fn whole_reference(&mut self, value: Node<'t>) {
        self.rest.reference = self.reference(value).map(Box::new);
    }

    fn reference(&self, value: Node<'t>) -> Option<Reference> {
        let entry = self.tree.field(value, "$ref")?;
        let fields = members(self.tree, value).into_iter();
        let siblings = fields.filter(|member| member.key.value() != "$ref");
        Some(Reference {
            key: self.rel(entry.key.range()),
            target: entry.value.as_str().map(|_| self.spanned(entry.value)),
            siblings: fitting(siblings.map(|member| self.spanned(member.key))),
        })
    }

    fn misplaced(&mut self, value: Node<'t>) {
        self.rest.misplaced = self.security(value, None).map(Box::new);
    }

    fn channel_operations(&mut self, value: Node<'t>, pointer: &str) {
        for entry in members(self.tree, value) {
            let action = entry.key.value();
            if matches!(action, "publish" | "subscribe") && entry.value.is_mapping() {
                let mut pointer = pointer.to_owned();
                push_token(&mut pointer, action);
                let at = self.operation(Some(entry.key), entry.value, pointer);
                self.rest.sites[at].reference = self.reference(entry.value).map(Box::new);
            }
        }
    }

    /// Adds an operation with its traits and returns the index of its site.
    fn operation(&mut self, key: Option<Node<'t>>, value: Node<'t>, pointer: String) -> usize {
        let at = self.site(SiteKind::Operation, key, value, pointer.clone());
        let Some(traits) = self.tree.field(value, "traits") else {
            return at;
        };
        for (index, item) in traits.value.items().enumerate() {
            let Some(item) = self.tree.resolve(item).filter(|item| item.is_mapping()) else {
                continue;
            };
            if let Some(reference) = self.reference(item) {
                self.rest.sites[at].trait_references.push(reference);
                continue;
            }
            let mut pointer = pointer.clone();
            push_token(&mut pointer, "traits");
            push_token(&mut pointer, &index.to_string());
            let inline = self.site(SiteKind::OperationTrait, None, item, pointer);
            self.rest.sites[at].inline_traits.push(inline);
        }
        at
    }

    /// Adds a site and returns its index.
    fn site(
        &mut self,
        kind: SiteKind,
        key: Option<Node<'t>>,
        value: Node<'t>,
        pointer: String,
    ) -> usize {
        let index = self.rest.sites.len();
        let owner = self.anchor(key, value);
        self.rest.sites.push(Site {
            kind,
            pointer: pointer.into(),
            in_components: self.in_components,
            owner,
            security: None,
            trait_references: Vec::new(),
            inline_traits: Vec::new(),
            operation_id: self.text(value, "operationId"),
            reference: None,
        });
        let security = self.security(value, Some(index));
        self.rest.sites[index].security = security;
        index
    }

    /// The `security` list of a node. Without a site (where the key is not allowed) inline schemes
    /// are not schemes of the document.
    fn security(&mut self, value: Node<'t>, site: Option<usize>) -> Option<SecurityList> {
        let entry = self.tree.field(value, "security")?;
        let value = entry.value;
        let items: Vec<Node<'t>> = if value.is_mapping() {
            vec![value]
        } else {
            value.items().collect()
        };
        let entries = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| SecurityEntry {
                range: self.rel(item.range()),
                form: self.form(
                    item,
                    site.map(|site| Home::Entry(site as u32, index as u32)),
                ),
            })
            .collect();
        Some(SecurityList {
            key: self.rel(entry.key.range()),
            range: self.rel(value.range()),
            is_list: value.is_sequence(),
            entries,
        })
    }

    fn form(&mut self, item: Node<'t>, home: Option<Home>) -> EntryForm {
        let Some(item) = self.tree.resolve(item) else {
            return EntryForm::Other(None);
        };
        if !item.is_mapping() {
            return EntryForm::Other(item.as_str().map(|_| self.spanned(item)));
        }
        if let Some(reference) = self.reference(item) {
            return EntryForm::Reference(reference);
        }
        let fields = members(self.tree, item);
        if self.is_requirement(&fields) {
            return EntryForm::Requirement(
                fields
                    .iter()
                    .map(|entry| {
                        let scopes = self.strings(entry.value);
                        let items = entry.value.items().count();
                        RequiredScheme {
                            name: self.spanned(entry.key),
                            list: self.rel(entry.value.range()),
                            is_empty: entry.value.is_sequence() && items == 0,
                            has_others: scopes.len() < items,
                            scopes,
                        }
                    })
                    .collect(),
            );
        }
        let Some(home) = home else {
            return EntryForm::Other(None);
        };
        let scheme = self.scheme(None, item, home);
        self.rest.inline_schemes.push(scheme);
        EntryForm::Inline(self.rest.inline_schemes.len() - 1)
    }

    /// Whether the fields of an entry are names with lists (2.x) and not fields of a scheme. The
    /// form decides, not the version, so that rules can report the form of the other version.
    fn is_requirement(&self, fields: &[Entry<'_>]) -> bool {
        let is_list = |entry: &Entry<'_>| entry.value.is_sequence() || entry.value.is_missing();
        if fields.iter().any(|entry| entry.key.value() == "type") {
            return fields.iter().all(|entry| entry.value.is_sequence());
        }
        if self.version.is_v3() {
            return !fields.is_empty()
                && fields
                    .iter()
                    .all(|entry| is_list(entry) && !spec().is_scheme_field(entry.key.value()));
        }
        true
    }

    fn strings(&self, list: Node<'t>) -> Vec<Spanned> {
        let items = list.items().filter_map(|item| self.tree.resolve(item));
        let texts = items.filter(|item| item.as_str().is_some());
        fitting(texts.map(|item| self.spanned(item)))
    }

    fn empty_scheme(&self, key: Option<Node<'t>>, value: Node<'t>, home: Home) -> Scheme {
        Scheme {
            home,
            owner: self.anchor(key, value),
            is_named: key.is_some(),
            range: self.rel(value.range()),
            reference: None,
            scheme_type: None,
            details: None,
            states_tls: tls::is_stated(self.tree, value),
            fingerprint: fingerprint(self.tree, value),
        }
    }

    fn scheme(&self, key: Option<Node<'t>>, value: Node<'t>, home: Home) -> Scheme {
        let mut scheme = self.empty_scheme(key, value, home);
        scheme.reference = self.reference(value).map(Box::new);
        let mut details = Details::NONE;
        for entry in members(self.tree, value) {
            let member = self.member(&entry);
            match entry.key.value() {
                "type" => scheme.scheme_type = member,
                "description" => details.description = member,
                "in" => details.location = member,
                "name" => details.parameter = member,
                "scheme" => details.http_scheme = member,
                "bearerFormat" => details.bearer_format = member,
                "openIdConnectUrl" => details.open_id_connect_url = member,
                "flows" => {
                    let is_map = entry.value.is_mapping();
                    details.flows_key = is_map.then(|| self.rel(entry.key.range()));
                    details.flows = self.flows(entry.value);
                    details.flows_reference = self.reference_text(entry.value);
                    let mut entries = members(self.tree, entry.value).into_iter();
                    details.has_unread_flows = entries.any(|flow| {
                        let name = flow.key.value();
                        name == "$ref" || !is_extension(name) && !flow.value.is_mapping()
                    });
                }
                "scopes" if self.version.is_v3() => {
                    details.scopes = Some(ScopeList {
                        key: self.rel(entry.key.range()),
                        range: self.rel(entry.value.range()),
                        scopes: self.strings(entry.value),
                    });
                }
                _ => {}
            }
        }
        scheme.with(details)
    }

    fn flows(&self, value: Node<'t>) -> Vec<Flow> {
        let entries = members(self.tree, value).into_iter();
        let flows = entries
            .filter(|entry| !entry.key.value().starts_with("x-") && entry.key.value() != "$ref")
            .filter(|entry| entry.value.is_mapping() || entry.value.is_missing());
        fitting(flows.map(|entry| self.flow(self.spanned(entry.key), entry.value)))
    }

    fn flow(&self, name: Spanned, value: Node<'t>) -> Flow {
        let url = |field| {
            let entry = self.tree.field(value, field)?;
            self.member(&entry)
        };
        // The key of the other version is reported by itself; its scopes count.
        let names = if self.version.is_v3() {
            ["availableScopes", "scopes"]
        } else {
            ["scopes", "availableScopes"]
        };
        let scopes = names
            .iter()
            .find_map(|name| self.tree.field(value, name))
            .filter(|entry| entry.value.is_mapping());
        Flow {
            name,
            authorization_url: url("authorizationUrl"),
            token_url: url("tokenUrl"),
            refresh_url: url("refreshUrl"),
            scopes_key: scopes.map(|entry| self.rel(entry.key.range())),
            scopes: scopes.map_or_else(Vec::new, |entry| self.declared(entry.value)),
            reference: self.reference_text(value),
        }
    }

    fn reference_text(&self, value: Node<'t>) -> Option<Spanned> {
        let entry = self.tree.field(value, "$ref")?;
        entry.value.as_str().map(|_| self.spanned(entry.value))
    }

    fn declared(&self, map: Node<'t>) -> Vec<DeclaredScope> {
        members(self.tree, map)
            .iter()
            .map(|entry| DeclaredScope {
                name: self.spanned(entry.key),
                description: entry.value.as_str().map(|_| self.spanned(entry.value)),
            })
            .collect()
    }
}
