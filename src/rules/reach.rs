//! What holds in the end (SPEC.md A.5): which servers count, which operations they serve, and
//! which `security` list each operation has after its traits.
//!
//! An operation's list and its server's list both count. What no server or operation of the
//! document's root reaches has no effect and is not here.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::scene::{List, Meaning, Scene};
use super::traits::{self, ListsByKey};
use crate::model::facts::{Reference, Scheme, Server, ServerVariable, Site, SiteKind, Unit};
use crate::model::resolve::Target;
use crate::model::unit::transport;
use crate::model::walk::Place;
use crate::model::{At, Model, Placed};
use crate::syntax::document::Tree;
use crate::text::range::TextRange;

/// How many references from a server or channel to another one are followed.
const MAX_HOPS: usize = 16;

/// A server that counts.
pub(super) struct ServerAt<'s, 'm> {
    /// What carries its list.
    pub(super) site: At<'m, Site>,
    /// Its transport.
    pub(super) facts: At<'m, Server>,
    /// Its variables, references followed.
    pub(super) variables: Vec<ServerVariable>,
    /// Its list, if it has one that can be read.
    pub(super) list: Option<&'s List<'m>>,
}

/// The list that an operation has after its traits.
#[derive(Clone, Copy)]
pub(super) enum Effective<'s, 'm> {
    /// It has none.
    Nothing,
    /// This one.
    List(&'s List<'m>),
    /// A part of it is out of sight.
    Unknown,
}

/// The servers on which an operation is.
pub(super) enum ServersOf {
    /// All of the document.
    All,
    /// These, by their place in [`Reach::servers`].
    These(Vec<usize>),
    /// That is out of sight.
    Unknown,
}

/// An operation that counts.
pub(super) struct OperationAt<'s, 'm> {
    /// What carries its list.
    pub(super) site: At<'m, Site>,
    /// Its list.
    pub(super) list: Effective<'s, 'm>,
    /// Its servers.
    pub(super) servers: ServersOf,
}

/// Servers and operations that count.
pub(super) struct Reach<'s, 'm> {
    /// The servers.
    pub(super) servers: Vec<ServerAt<'s, 'm>>,
    /// The operations.
    pub(super) operations: Vec<OperationAt<'s, 'm>>,
    /// Whether `servers` has all there are.
    pub(super) servers_are_known: bool,
    /// Whether `operations` has all there are.
    pub(super) operations_are_known: bool,
}

/// One scheme that one entry asks for.
pub(super) struct Use<'m> {
    /// Where a finding goes: the name, the text of the `$ref`, the value of `type`.
    pub(super) place: TextRange,
    /// The scheme.
    pub(super) scheme: At<'m, Scheme>,
    /// Whether the scheme stands in the entry itself.
    pub(super) is_inline: bool,
}

/// The schemes that an entry asks for together; `None` if one of them is out of sight or wrong.
pub(super) fn uses<'m>(list: &List<'m>, meaning: &Meaning<'m>) -> Vec<Option<Use<'m>>> {
    match meaning {
        Meaning::Names(names) => names
            .iter()
            .map(|(name, resolution)| {
                Some(Use {
                    place: list.site.abs(name.name.range),
                    scheme: resolution.as_ref()?.scheme()?,
                    is_inline: false,
                })
            })
            .collect(),
        Meaning::Reference(reference, resolution) => {
            let found = || {
                Some(Use {
                    place: list.site.abs(reference.target.as_ref()?.range),
                    scheme: resolution.scheme()?,
                    is_inline: false,
                })
            };
            vec![found()]
        }
        Meaning::Inline(scheme) => {
            let found = || {
                Some(Use {
                    place: list.site.abs(scheme.scheme_type.as_ref()?.value.range),
                    scheme: list.site.with(*scheme),
                    is_inline: true,
                })
            };
            vec![found()]
        }
        Meaning::Nothing => vec![None],
    }
}

impl<'s, 'm> Reach<'s, 'm> {
    /// Follows the references of a document. Most documents have many operations and nothing
    /// that could be said about them, so those are looked at only if they are needed.
    pub(super) fn new(
        scene: &'s Scene<'m, '_>,
        tree: &Tree,
        needs_operations: impl FnOnce(&Self) -> bool,
    ) -> Self {
        let server_lists = (scene.lists.iter())
            .filter(|list| list.site.fact.kind == SiteKind::Server)
            .map(|list| (list.site.abs(list.list.key), list))
            .collect();
        let mut walker = Walker {
            scene,
            tree,
            lists: server_lists,
            units: OnceCell::new(),
            known: HashMap::new(),
            reach: Self {
                servers: Vec::new(),
                operations: Vec::new(),
                // The `$ref` of a whole map hides what is in it.
                servers_are_known: scene.model.map_references.is_empty(),
                operations_are_known: scene.model.map_references.is_empty(),
            },
        };
        walker.servers();
        if needs_operations(&walker.reach) {
            walker.lists = traits::by_key(scene);
            walker.operations();
        }
        walker.reach
    }
}

/// Units that references lead to.
fn by_pointer(model: &Model) -> HashMap<&str, Placed<'_>> {
    (model.units())
        .filter_map(|placed| Some((placed.pointer()?, placed)))
        .collect()
}

struct Walker<'s, 'm, 't, 'r> {
    scene: &'s Scene<'m, 't>,
    tree: &'r Tree,
    lists: ListsByKey<'s, 'm>,
    /// Units by their pointer; most documents need none.
    units: OnceCell<HashMap<&'m str, Placed<'m>>>,
    /// Servers that were added, by their unit.
    known: HashMap<*const Unit, usize>,
    reach: Reach<'s, 'm>,
}

impl<'s, 'm> Walker<'s, 'm, '_, '_> {
    /// The unit itself, or the one that its reference leads to.
    fn resolved(&self, placed: Placed<'m>) -> Option<Placed<'m>> {
        let mut placed = placed;
        for _ in 0..MAX_HOPS {
            let Some(reference) = own_reference(placed) else {
                return Some(placed);
            };
            let text = &reference.target.as_ref()?.text;
            let next = self.unit_at(text)?;
            if next.place != placed.place {
                return None;
            }
            placed = next;
        }
        None
    }

    fn unit_at(&self, reference: &str) -> Option<Placed<'m>> {
        match Target::of(reference) {
            Target::Local(pointer) => self.unit_of(&pointer),
            _ => None,
        }
    }

    fn unit_of(&self, pointer: &str) -> Option<Placed<'m>> {
        let model = self.scene.model;
        let units = self.units.get_or_init(|| by_pointer(model));
        units.get(pointer).copied()
    }

    fn servers(&mut self) {
        let model = self.scene.model;
        for placed in model.units() {
            if placed.place == Place::Server
                && !placed.in_components
                && self.server(placed).is_none()
            {
                self.reach.servers_are_known = false;
            }
        }
    }

    /// Adds a server once and says where it is.
    fn server(&mut self, placed: Placed<'m>) -> Option<usize> {
        let placed = self.resolved(placed)?;
        let key = std::ptr::from_ref(placed.unit);
        if let Some(at) = self.known.get(&key) {
            return Some(*at);
        }
        let site = At {
            base: placed.base,
            fact: placed.unit.sites.first()?,
        };
        let facts = site.with(placed.unit.server.as_ref()?);
        let list = (site.fact.security.as_ref())
            .and_then(|list| self.lists.get(&site.abs(list.key)).copied());
        let at = self.reach.servers.len();
        let variables = facts.fact.variables.iter();
        let variables = variables.map(|variable| self.variable(variable)).collect();
        self.reach.servers.push(ServerAt {
            site,
            facts,
            variables,
            list,
        });
        self.known.insert(key, at);
        Some(at)
    }

    fn variable(&self, variable: &ServerVariable) -> ServerVariable {
        let found = || {
            let Target::Local(pointer) = Target::of(&variable.reference.as_ref()?.text) else {
                return None;
            };
            let (map, name) = pointer.rsplit_once('/')?;
            let name = crate::syntax::pointer::unescaped(name);
            let map = self.tree.pointer(map)?;
            let entry = self.tree.field(map, &name)?;
            let mut found = transport::server_variable(self.tree, self.scene.version, &entry);
            found.name = variable.name.clone();
            Some(found)
        };
        found().unwrap_or_else(|| variable.clone())
    }

    fn operations(&mut self) {
        let model = self.scene.model;
        let place = if self.scene.version.is_v3() {
            Place::Operation
        } else {
            Place::Channel
        };
        let mut seen: HashSet<*const Unit> = HashSet::new();
        for placed in model.units() {
            if placed.place != place || placed.in_components {
                continue;
            }
            match self.resolved(placed) {
                Some(placed) if seen.insert(std::ptr::from_ref(placed.unit)) => {
                    self.operations_of(placed);
                }
                Some(_) => {}
                None => self.reach.operations_are_known = false,
            }
        }
    }

    /// The operations of a unit: itself in 3.x, those of a channel in 2.x.
    fn operations_of(&mut self, placed: Placed<'m>) {
        for site in &placed.unit.sites {
            if site.kind != SiteKind::Operation {
                continue;
            }
            let site = At {
                base: placed.base,
                fact: site,
            };
            let list = self.effective(site, &placed.unit.sites);
            let servers = self.servers_of(placed);
            self.reach.operations.push(OperationAt {
                site,
                list,
                servers,
            });
        }
    }

    fn effective(&self, operation: At<'m, Site>, sites: &'m [Site]) -> Effective<'s, 'm> {
        let resolver = &self.scene.resolver;
        let mut references = operation.fact.trait_references.iter();
        let is_hidden = references.any(|one| resolver.operation_trait(one).is_none());
        let own = operation.fact.security.as_ref();
        let of = |list: TextRange| match self.lists.get(&list) {
            Some(list) => Effective::List(list),
            None if self.scene.version < crate::spec::Version::V2_4 => Effective::Nothing,
            None => Effective::Unknown,
        };
        let is_v3 = self.scene.version.is_v3();
        // In 3.x the operation wins over its traits, in 2.x they win over it; of several
        // traits the last one does.
        if let Some(own) = own.filter(|_| is_v3) {
            return of(operation.abs(own.key));
        }
        if is_hidden {
            return Effective::Unknown;
        }
        let traits = traits::of_operation(self.scene, operation, sites, &self.lists);
        match (traits.last(), own) {
            (Some(last), _) => of(last.list.abs(last.list.fact.key)),
            (None, Some(own)) => of(operation.abs(own.key)),
            (None, None) => Effective::Nothing,
        }
    }

    fn servers_of(&mut self, placed: Placed<'m>) -> ServersOf {
        let channel = if self.scene.version.is_v3() {
            let text = placed.unit.operation_channel.as_ref();
            let unit = text.and_then(|text| self.unit_at(&text.text));
            unit.and_then(|unit| self.resolved(unit))
                .and_then(|unit| unit.unit.channel.as_ref())
        } else {
            placed.unit.channel.as_ref()
        };
        let Some(channel) = channel else {
            return ServersOf::Unknown;
        };
        let Some(names) = channel.servers.as_ref().filter(|names| !names.is_empty()) else {
            return ServersOf::All;
        };
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            let unit = if self.scene.version.is_v3() {
                self.unit_at(name)
            } else {
                let mut pointer = "/servers".to_owned();
                crate::model::walk::push_token(&mut pointer, name);
                self.unit_of(&pointer)
            };
            let unit = unit.filter(|unit| unit.place == Place::Server);
            match unit.and_then(|unit| self.server(unit)) {
                Some(at) => found.push(at),
                None => return ServersOf::Unknown,
            }
        }
        ServersOf::These(found)
    }
}

/// The reference that stands for the whole unit.
fn own_reference(placed: Placed<'_>) -> Option<&Reference> {
    placed.unit.references.first()
}
