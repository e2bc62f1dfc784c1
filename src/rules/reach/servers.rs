//! The servers that count, with what operations on them ask.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::resolved;
use crate::model::facts::{Scheme, Server, ServerVariable, Site, Unit};
use crate::model::resolve::local_pointer;
use crate::model::topic::{Topic, hash_of};
use crate::model::unit::transport;
use crate::model::walk::Place;
use crate::model::{At, Placed};
use crate::rules::coverage;
use crate::rules::offer::Said;
use crate::rules::scene::{List, Scene};
use crate::rules::transport::{Known, is_told, one_of_each_kind};
use crate::text::range::TextRange;

/// A server that counts.
pub(in crate::rules) struct ServerAt<'m> {
    /// Its unit.
    placed: Placed<'m>,
    /// Its JSON Pointer.
    pub(in crate::rules) pointer: &'m str,
    /// What carries its list.
    pub(in crate::rules) site: At<'m, Site>,
    /// Its transport.
    pub(in crate::rules) facts: At<'m, Server>,
    /// Its variables, references followed.
    pub(in crate::rules) variables: Vec<ServerVariable>,
    /// Its list, if it has one that can be read.
    pub(in crate::rules) list: Option<List<'m>>,
    /// What is known beside its facts.
    pub(in crate::rules) known: Known<'m>,
    /// The schemes of its list that go over it in the open, by their places.
    told: Vec<At<'m, Scheme>>,
    /// Whether each alternative of its list authenticates somebody.
    authenticates: bool,
}

/// All servers that count.
pub(in crate::rules) struct Servers<'m> {
    /// Themselves: those of the root in their order, then those of `components` that operations
    /// are on.
    pub(in crate::rules) all: Vec<Rc<ServerAt<'m>>>,
    /// One for each protocol and exposure: of many that are alike one is enough.
    pub(in crate::rules) kinds: Vec<Rc<ServerAt<'m>>>,
    /// Whether these are all there are.
    pub(in crate::rules) are_known: bool,
    /// Whether operations can change what is said.
    pub(in crate::rules) need_operations: bool,
    /// Whether each of them authenticates everybody.
    pub(in crate::rules) all_authenticate: bool,
    /// Whether none of them has a list that says something, and there is one.
    pub(in crate::rules) all_are_open: bool,
    told: HashSet<TextRange>,
    by_unit: HashMap<*const Unit, usize>,
}

impl ServerAt<'_> {
    /// Whether its list lets a scheme go over it in the open, which is said there.
    pub(in crate::rules) fn tells(&self, place: TextRange) -> bool {
        (self.told.iter()).any(|scheme| scheme.abs(scheme.fact.range) == place)
    }

    /// Whether each alternative of its list authenticates somebody.
    pub(in crate::rules) fn authenticates(&self) -> bool {
        self.authenticates
    }

    /// Whether nothing says how clients authenticate.
    pub(in crate::rules) fn is_open(&self) -> bool {
        let security = self.site.fact.security.as_ref();
        security.is_none_or(|list| list.is_list && list.entries.is_empty())
    }

    /// What others ask about it.
    pub(in crate::rules) fn said(&self) -> Said {
        // A scheme in place is told about where it stands.
        let mut told: Vec<&str> = (self.told.iter())
            .filter_map(|scheme| Some(&*scheme.fact.name.as_ref()?.text))
            .collect();
        told.sort_unstable();
        let meaning = (
            self.known.meaning(),
            told,
            self.authenticates,
            self.is_open(),
            coverage::is_on_loopback(self),
        );
        let protocol = self.known.protocol.map(|protocol| {
            let range = protocol.abs(protocol.fact.value.range);
            let start = self.placed.range.start;
            (
                range.start.wrapping_sub(start),
                range.end.wrapping_sub(start),
            )
        });
        Said {
            topic: Topic::server(self.pointer),
            meaning: hash_of(meaning),
            places: hash_of(protocol),
            reach: 0,
        }
    }
}

impl<'m> Servers<'m> {
    /// The server of a unit, if it counts.
    pub(in crate::rules) fn of_unit(&self, placed: Placed<'m>) -> Option<&ServerAt<'m>> {
        let at = self.by_unit.get(&std::ptr::from_ref(placed.unit))?;
        self.all.get(*at).map(|server| &**server)
    }

    /// Whether the list of one of them lets a scheme go over it in the open.
    pub(in crate::rules) fn tell(&self, place: TextRange) -> bool {
        self.told.contains(&place)
    }

    /// What others ask about all of them.
    pub(in crate::rules) fn said(&self) -> Vec<Said> {
        let each: Vec<Said> = self.all.iter().map(|server| server.said()).collect();
        let meanings: Vec<(Topic, u64)> = (each.iter())
            .map(|said| (said.topic, said.meaning))
            .collect();
        let places: Vec<u64> = each.iter().map(|said| said.places).collect();
        let all = Said {
            topic: Topic::servers(),
            meaning: hash_of((self.are_known, meanings)),
            places: hash_of(places),
            reach: 0,
        };
        let mut said = vec![all];
        said.extend(each);
        said
    }

    fn add(&mut self, server: Rc<ServerAt<'m>>) {
        let unit = std::ptr::from_ref(server.placed.unit);
        if self.by_unit.contains_key(&unit) {
            return;
        }
        self.by_unit.insert(unit, self.all.len());
        let told = server.told.iter();
        self.told
            .extend(told.map(|scheme| scheme.abs(scheme.fact.range)));
        self.all_authenticate &= server.authenticates();
        self.all_are_open = server.is_open() && (self.all_are_open || self.all.is_empty());
        self.all.push(server);
    }
}

impl<'m> Scene<'m, '_> {
    /// The servers that count.
    pub(in crate::rules) fn servers(&mut self) -> Rc<Servers<'m>> {
        if let Some(known) = &self.servers {
            return Rc::clone(known);
        }
        let (servers, _) = self.aside(Self::gather_servers);
        let servers = Rc::new(servers);
        self.servers = Some(Rc::clone(&servers));
        servers
    }

    fn gather_servers(&mut self) -> Servers<'m> {
        let model = self.model;
        let mut servers = Servers {
            all: Vec::new(),
            kinds: Vec::new(),
            // The `$ref` of a whole map hides what is in it.
            are_known: model.map_references.is_empty(),
            need_operations: false,
            all_authenticate: true,
            all_are_open: false,
            told: HashSet::new(),
            by_unit: HashMap::new(),
        };
        for placed in model.units_of(Place::Server, false) {
            match self.server(placed) {
                Some(server) => servers.add(server),
                None => servers.are_known = false,
            }
        }
        servers.kinds = one_of_each_kind(&servers.all);
        servers.need_operations = coverage::needs_operations(&servers, self.totals)
            || crate::rules::transport::needs_operations(&servers, self.totals);
        if !servers.need_operations {
            return servers;
        }
        for placed in model.units_of(Place::Server, true) {
            let Some(pointer) = placed.pointer() else {
                continue;
            };
            let named = self.totals.on_server(Topic::counts(pointer));
            let is_it = |last: Placed<'_>| std::ptr::eq(last.unit, placed.unit);
            if named.all > 0
                && self.resolver.unit_at(pointer).is_some_and(is_it)
                && let Some(server) = self.server(placed)
            {
                servers.add(server);
            }
        }
        servers.kinds = one_of_each_kind(&servers.all);
        servers
    }

    /// The server of a unit, or the one that its reference leads to.
    pub(super) fn server(&mut self, placed: Placed<'m>) -> Option<Rc<ServerAt<'m>>> {
        let placed = resolved(self, placed)?;
        let key = std::ptr::from_ref(placed.unit);
        if let Some(known) = self.made.get(&key) {
            return Some(Rc::clone(known));
        }
        let (server, _) = self.aside(|scene| scene.make_server(placed));
        let server = Rc::new(server?);
        self.made.insert(key, Rc::clone(&server));
        Some(server)
    }

    fn make_server(&mut self, placed: Placed<'m>) -> Option<ServerAt<'m>> {
        let site = placed.unit.sites.first()?;
        let facts = placed.at(placed.unit.server.as_ref()?);
        let variables = facts.fact.variables.iter();
        let variables: Vec<ServerVariable> =
            variables.map(|variable| self.variable(variable)).collect();
        let list = self.list(placed, site);
        let known = Known::new(facts, &variables, self.policy);
        Some(ServerAt {
            placed,
            pointer: &site.pointer,
            site: placed.at(site),
            told: (list.as_ref()).map_or_else(Vec::new, |list| is_told(list, &known)),
            authenticates: list.as_ref().is_some_and(coverage::authenticates),
            facts,
            variables,
            list,
            known,
        })
    }

    fn variable(&self, variable: &ServerVariable) -> ServerVariable {
        let found = || {
            let pointer = local_pointer(&variable.reference.as_ref()?.text)?;
            let (map, name) = pointer.rsplit_once('/')?;
            let name = crate::syntax::pointer::unescaped(name);
            let map = self.tree.pointer(map)?;
            let entry = self.tree.field(map, &name)?;
            let mut found = transport::server_variable(self.tree, self.version, &entry);
            found.name = variable.name.clone();
            Some(found)
        };
        found().unwrap_or_else(|| variable.clone())
    }
}
