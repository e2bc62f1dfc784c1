//! The outline of a document: schemes with their flows and scopes, servers and operations with
//! their security.

use std::collections::{HashMap, HashSet};

use crate::analysis::Analysis;
use crate::edits::layout::entry_range;
use crate::model::Model;
use crate::model::facts::{EntryForm, Home, Scheme, SecurityList, Site, SiteKind, Spanned};
use crate::model::mentions::landing;
use crate::model::references::target::{schemes_pointer, tokens};
use crate::model::walk::UnitKind;
use crate::model::{InUnit, UnitRef};
use crate::rules::secret::{mask, mask_name};
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;
use crate::syntax::tree::pointer_key;
use crate::text::range::TextRange;

/// Longer descriptions are cut.
const MAX_DETAIL: usize = 80;

/// What an entry of the outline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlineKind {
    /// A map of the others.
    Group,
    /// A security scheme.
    Scheme,
    /// An OAuth flow.
    Flow,
    /// A scope that a flow declares.
    Scope,
    /// A server.
    Server,
    /// 2.x: a channel.
    Channel,
    /// An operation.
    Operation,
    /// A trait of an operation.
    OperationTrait,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// What it is, in a few words: the type of a scheme, the security of a server.
    pub detail: Option<String>,
    /// What kind of thing it is.
    pub kind: OutlineKind,
    /// The key with its value.
    pub range: TextRange,
    /// The key.
    pub key: TextRange,
    /// What is inside of it, in the order of the text.
    pub children: Vec<Outline>,
}

/// The outline of a document, in the order of the text.
pub fn outline(analysis: &Analysis) -> Vec<Outline> {
    outline_of(analysis.document.tree(), &analysis.model)
}

/// The outline of a document of which the facts are known.
pub fn outline_of(tree: &Tree, model: &Model) -> Vec<Outline> {
    let mut outline = Builder {
        tree,
        model,
        entries: entries(tree),
        seen: HashSet::new(),
        groups: Vec::new(),
    };
    for unit in model.units() {
        outline.unit(unit);
    }
    let mut groups: Vec<Outline> = outline.groups.into_iter().map(|(_, group)| group).collect();
    sort(&mut groups);
    groups
}

fn sort(entries: &mut [Outline]) {
    entries.sort_by_key(|entry| (entry.range.start(), entry.range.end()));
    for entry in entries {
        sort(&mut entry.children);
    }
}

/// All entries by the start of their key, found in one walk: a look into the tree for each would
/// take the square of its length where many stand in one line.
fn entries(tree: &Tree) -> HashMap<usize, Entry<'_>> {
    let mut entries = HashMap::new();
    let mut open: Vec<Node<'_>> = tree.documents().collect();
    while let Some(node) = open.pop() {
        for entry in node.entries() {
            entries.insert(entry.key.range().start(), entry);
            let values = [entry.key, entry.value].into_iter();
            open.extend(values.filter(|node| !node.is_scalar()));
        }
        open.extend(node.items().filter(|node| !node.is_scalar()));
    }
    entries
}

struct Builder<'a> {
    tree: &'a Tree,
    model: &'a Model,
    entries: HashMap<usize, Entry<'a>>,
    /// The keys that are in the outline already: two ways to one place are one entry.
    seen: HashSet<TextRange>,
    /// The groups by the JSON Pointer of their map.
    groups: Vec<(String, Outline)>,
}

impl<'a> Builder<'a> {
    fn unit(&mut self, unit: UnitRef<'a>) {
        let kind = match unit.place {
            UnitKind::Server => OutlineKind::Server,
            UnitKind::Channel => OutlineKind::Channel,
            UnitKind::Operation => OutlineKind::Operation,
            UnitKind::OperationTrait => OutlineKind::OperationTrait,
            UnitKind::Scheme | UnitKind::Flow | UnitKind::Flows => {
                let schemes = unit.unit.schemes().iter();
                for scheme in schemes.filter(|one| !matches!(one.home, Home::Entry(..))) {
                    self.scheme(unit.at(scheme));
                }
                return;
            }
            _ => return,
        };
        let Some((map, token)) = unit.pointer().and_then(|pointer| pointer.rsplit_once('/')) else {
            if kind == OutlineKind::Channel {
                // A file that is a channel has no name, but its operations have.
                let operations = self.operations(unit).into_iter();
                self.groups
                    .extend(operations.map(|one| (String::new(), one)));
            }
            return;
        };
        let name = pointer_key(token);
        let key = self.key_of(unit, &name);
        let mut children = Vec::new();
        if kind == OutlineKind::Channel {
            children = self.operations(unit);
            // From 3.0 on a channel has no operations, and nothing of its own about security.
            if children.is_empty() {
                return;
            }
        }
        let own = unit.unit.sites().first().filter(|_| children.is_empty());
        let detail = own.and_then(|site| self.detail_of(unit, site));
        self.add(
            map,
            Outline {
                name,
                detail,
                kind,
                range: unit.range.cover(key),
                key,
                children,
            },
        );
    }

    /// The key of a unit, which begins with it.
    fn key_of(&self, unit: UnitRef<'_>, name: &str) -> TextRange {
        let entry = self.entries.get(&unit.range.start());
        let entry = entry.filter(|entry| entry.key.value() == name);
        let start = TextRange::empty(unit.range.start());
        entry.map_or(start, |entry| entry.key.range())
    }

    fn operations(&mut self, unit: UnitRef<'a>) -> Vec<Outline> {
        let sites = unit.unit.sites().iter();
        let operations = sites.filter(|site| site.kind == SiteKind::Operation);
        let mut children = Vec::new();
        for site in operations {
            let key = site.owner.range.shifted(unit.base);
            if self.seen.insert(key) {
                children.push(Outline {
                    name: site.owner.text.to_string(),
                    detail: self.detail_of(unit, site),
                    kind: OutlineKind::Operation,
                    range: self.entry(key),
                    key,
                    children: Vec::new(),
                });
            }
        }
        children
    }

    fn detail_of(&self, unit: UnitRef<'_>, site: &Site) -> Option<String> {
        let list = site.security.as_ref()?;
        Some(security(list, unit.unit.schemes()))
    }

    fn scheme(&mut self, scheme: InUnit<'a, Scheme>) {
        let children = self.flows(scheme);
        let Some(name) = &scheme.fact.name() else {
            // A fragment that is a scheme has no name, but what is in it has.
            self.groups
                .extend(children.into_iter().map(|child| (String::new(), child)));
            return;
        };
        let key = scheme.abs(name.range);
        let range = match scheme.abs(scheme.fact.range) {
            value if value.start() >= key.end() && !value.is_empty() => self.entry(key),
            _ => key,
        };
        let map = schemes_pointer(self.tree, self.model);
        self.add(
            map,
            Outline {
                name: name.text.to_string(),
                detail: scheme_detail(scheme.fact),
                kind: OutlineKind::Scheme,
                range,
                key,
                children,
            },
        );
    }

    fn flows(&mut self, scheme: InUnit<'a, Scheme>) -> Vec<Outline> {
        let mut flows = Vec::new();
        for flow in scheme.fact.flows() {
            let scopes = (flow.scopes.iter())
                .filter_map(|scope| {
                    let detail = scope.description.as_ref().map(|text| short(&text.text));
                    self.leaf(scheme, &scope.name, OutlineKind::Scope, detail)
                })
                .collect();
            if flow.name.text.is_empty() {
                flows = scopes;
            } else if let Some(mut entry) = self.leaf(scheme, &flow.name, OutlineKind::Flow, None) {
                entry.children = scopes;
                flows.push(entry);
            }
        }
        flows
    }

    /// An entry for a key of a scheme; `None` if that has one already.
    fn leaf(
        &mut self,
        scheme: InUnit<'_, Scheme>,
        name: &Spanned,
        kind: OutlineKind,
        detail: Option<String>,
    ) -> Option<Outline> {
        let key = scheme.abs(name.range);
        // Without a name an entry cannot be shown (LSP 3.17, `DocumentSymbol`).
        let is_new = !name.text.trim().is_empty() && self.seen.insert(key);
        is_new.then(|| Outline {
            name: name.text.to_string(),
            detail: detail.filter(|detail| !detail.is_empty()),
            kind,
            range: self.entry(key),
            key,
            children: Vec::new(),
        })
    }

    /// Adds an entry to the group of its map.
    fn add(&mut self, map: &str, entry: Outline) {
        if entry.name.trim().is_empty() || !self.seen.insert(entry.key) {
            return;
        }
        let Some(name) = map.strip_prefix('/') else {
            // The entries of a file that is a map itself.
            self.groups.push((String::new(), entry));
            return;
        };
        if let Some((_, group)) = self.groups.iter_mut().find(|(known, _)| known == map) {
            group.children.push(entry);
            return;
        }
        let keys: Vec<String> = name.split('/').map(pointer_key).collect();
        let key = landing(self.tree, &keys).and_then(|there| there.key);
        let key = key.map_or(entry.key, |key| key.range());
        let group = Outline {
            name: name.replace('/', "."),
            detail: None,
            kind: OutlineKind::Group,
            range: self.entry(key),
            key,
            children: vec![entry],
        };
        self.groups.push((map.to_owned(), group));
    }

    /// The entry of a key; the key itself if it is no key.
    fn entry(&self, key: TextRange) -> TextRange {
        let entry = self.entries.get(&key.start());
        let entry = entry.filter(|entry| entry.key.range() == key);
        entry.map_or(key, |entry| entry_range(*entry))
    }
}

/// The type of a scheme, and what tells it from others of that type.
fn scheme_detail(scheme: &Scheme) -> Option<String> {
    if let Some(target) = scheme
        .reference
        .as_ref()
        .and_then(|one| one.target.as_ref())
    {
        return Some(format!("→ {}", mask(&target.text)));
    }
    let kind = &scheme.scheme_type.as_ref()?.value.text;
    match &scheme.details().http_scheme {
        Some(http) if kind == "http" => Some(format!("{kind} {}", mask(&http.value.text))),
        _ => Some(mask(kind).into_owned()),
    }
}

/// A `security` list in a few words: `oauth (read, write) or key`.
fn security(list: &SecurityList, inline: &[Scheme]) -> String {
    if list.entries.is_empty() {
        return "no security".to_owned();
    }
    let entries = list.entries.iter().map(|entry| match &entry.form {
        EntryForm::Requirement(names) if names.is_empty() => "nothing".to_owned(),
        EntryForm::Requirement(names) => {
            let names = names.iter().map(|required| {
                let scopes: Vec<&str> = required.scopes.iter().map(|one| &*one.text).collect();
                let name = mask_name(&required.name.text);
                if scopes.is_empty() {
                    return name.into_owned();
                }
                format!("{name} ({})", scopes.join(", "))
            });
            names.collect::<Vec<_>>().join(" and ")
        }
        EntryForm::Reference(reference) => match &reference.target {
            Some(target) => mask_name(&last_key(&target.text)).into_owned(),
            None => "?".to_owned(),
        },
        EntryForm::Inline(index) => {
            let scheme = inline.get(*index);
            let detail = scheme.and_then(scheme_detail);
            detail.unwrap_or_else(|| "?".to_owned())
        }
        EntryForm::Other(None) => "?".to_owned(),
        EntryForm::Other(Some(word)) => mask_name(&word.text).into_owned(),
    });
    entries.collect::<Vec<_>>().join(" or ")
}

/// The name at the end of a reference.
fn last_key(text: &str) -> String {
    let last = tokens(text).pop();
    last.map_or_else(|| text.to_owned(), |token| token.name)
}

/// The first line of a text, cut.
fn short(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= MAX_DETAIL {
        return line.to_owned();
    }
    let begin: String = line.chars().take(MAX_DETAIL).collect();
    format!("{begin}…")
}

/// A symbol of a document for a search over all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its name.
    pub name: String,
    /// What it is in.
    pub container: Option<String>,
    /// What kind of thing it is.
    pub kind: OutlineKind,
    /// The key.
    pub key: TextRange,
    /// How well it fits; smaller is better.
    pub rank: usize,
}

/// The symbols whose names have the characters of the query in their order; all for an empty one.
pub fn search(outline: &[Outline], query: &str) -> Vec<Match> {
    let mut found = Vec::new();
    collect(outline, None, &query.to_lowercase(), &mut found);
    found
}

fn collect(entries: &[Outline], container: Option<&str>, query: &str, found: &mut Vec<Match>) {
    for entry in entries {
        let rank = rank(&entry.name.to_lowercase(), query);
        if let Some(rank) = rank.filter(|_| entry.kind != OutlineKind::Group) {
            found.push(Match {
                name: entry.name.clone(),
                container: container.map(str::to_owned),
                kind: entry.kind,
                key: entry.key,
                rank,
            });
        }
        let path = match container {
            Some(container) => format!("{container} › {}", entry.name),
            None => entry.name.clone(),
        };
        collect(&entry.children, Some(&path), query, found);
    }
}

/// How well a name fits a query, both in lower case.
fn rank(name: &str, query: &str) -> Option<usize> {
    if name == query {
        return Some(0);
    }
    if name.starts_with(query) {
        return Some(1);
    }
    if name.contains(query) {
        return Some(2);
    }
    let mut rest = name.chars();
    let has_all = query.chars().all(|wanted| rest.any(|sign| sign == wanted));
    has_all.then_some(3)
}
