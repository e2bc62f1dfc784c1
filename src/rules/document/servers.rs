//! The servers in use: those of the root, and those of `components` that operations refer to.

use std::collections::{HashMap, HashSet};

use crate::model::effective::On;
use crate::model::facts::{Server, ServerVariable, Site};
use crate::model::references::known::{KnownScheme, Spot};
use crate::model::references::target::local_pointer;
use crate::model::unit::transport;
use crate::model::walk::UnitKind;
use crate::model::{DocumentKind, InUnit, UnitRef};
use crate::rules::document::exposure::{Transport, exposed_schemes};
use crate::rules::document_context::{DocumentContext, List};
use crate::spec::Version;
use crate::syntax::tree::{Tree, pointer_key};

/// A server.
pub(super) struct ResolvedServer<'c, 'm> {
    /// The index of its unit.
    unit: usize,
    /// The object that has its list.
    pub(super) site: InUnit<'m, Site>,
    /// Its transport.
    pub(super) facts: InUnit<'m, Server>,
    /// Its variables, with references resolved.
    pub(super) variables: Vec<ServerVariable>,
    /// Its list, if it is well-formed.
    pub(super) list: Option<&'c List<'m>>,
    /// What its protocol and address say.
    pub(super) transport: Transport<'m>,
    /// The schemes of its list whose credentials others can read.
    exposed: Vec<KnownScheme<'m>>,
    /// Whether each alternative of its list authenticates the client.
    authenticates: bool,
}

/// All servers.
pub(super) struct Servers<'c, 'm> {
    /// Every server that something refers to.
    found: Vec<ResolvedServer<'c, 'm>>,
    /// For each of them, whether it is in use.
    counts: Vec<bool>,
    by_unit: HashMap<usize, usize>,
    /// The indexes of those in use: first those of the root in their order, then those of
    /// `components`.
    all: Vec<usize>,
    /// Of those in use, one for each protocol and exposure: the others give the same findings.
    kinds: Vec<usize>,
    /// Whether all servers are known.
    pub(super) are_known: bool,
    /// Whether each of them authenticates all clients.
    pub(super) all_authenticate: bool,
    /// The indexes of those in use that require nothing.
    pub(super) open: Vec<usize>,
    exposed: HashSet<Spot<'m>>,
}

impl ResolvedServer<'_, '_> {
    /// Whether its list already has a finding about the exposure of the scheme at that place.
    pub(super) fn reports(&self, place: Spot<'_>) -> bool {
        (self.exposed.iter()).any(|scheme| scheme.place() == place)
    }

    /// Whether each alternative of its list authenticates the client.
    pub(super) fn authenticates(&self) -> bool {
        self.authenticates
    }

    /// Whether its list is missing or empty.
    pub(super) fn is_open(&self) -> bool {
        let security = self.site.fact.security.as_ref();
        security.is_none_or(|list| list.is_list && list.entries.is_empty())
    }
}

impl<'c, 'm> Servers<'c, 'm> {
    /// The servers of the root.
    pub(super) fn of_root(context: &'c DocumentContext<'m, '_>) -> Self {
        let mut servers = Self {
            found: Vec::new(),
            counts: Vec::new(),
            by_unit: HashMap::new(),
            all: Vec::new(),
            kinds: Vec::new(),
            // A `$ref` in place of a whole map hides its entries, and a file without `asyncapi` has
            // those of the documents that use it.
            are_known: context.model.kind == DocumentKind::AsyncApi
                && context.model.map_references.is_empty(),
            all_authenticate: true,
            open: Vec::new(),
            exposed: HashSet::new(),
        };
        for unit_ref in context.model.units_of(UnitKind::Server, false) {
            let end = context.resolver.unit(unit_ref).end();
            match end.and_then(|end| servers.find(context, end)) {
                Some(server) => servers.add(server),
                None => servers.are_known = false,
            }
        }
        servers.kinds = one_of_each_kind(&servers);
        servers
    }

    /// Adds the servers of `components` that operations refer to.
    pub(super) fn add_named(&mut self, is_named: impl Fn(usize) -> bool) {
        let mut more: Vec<usize> = (0..self.found.len()).filter(|at| is_named(*at)).collect();
        more.sort_by_key(|server| self.found[*server].unit);
        for server in more {
            self.add(server);
        }
        self.kinds = one_of_each_kind(self);
    }

    fn add(&mut self, server: usize) {
        // Two references may have the same target.
        if std::mem::replace(&mut self.counts[server], true) {
            return;
        }
        let found = &self.found[server];
        let places = found.exposed.iter();
        self.exposed.extend(places.map(|scheme| scheme.place()));
        self.all_authenticate &= found.authenticates;
        if found.is_open() {
            self.open.push(server);
        }
        self.all.push(server);
    }

    /// The index of the server of a unit that is not a reference.
    pub(super) fn find(
        &mut self,
        context: &'c DocumentContext<'m, '_>,
        unit_ref: UnitRef<'m>,
    ) -> Option<usize> {
        if let Some(known) = self.by_unit.get(&unit_ref.index) {
            return Some(*known);
        }
        let server = read(context, unit_ref)?;
        let number = self.found.len();
        self.found.push(server);
        self.counts.push(false);
        self.by_unit.insert(unit_ref.index, number);
        Some(number)
    }

    /// How many servers something refers to, in use or not.
    pub(super) fn found(&self) -> usize {
        self.found.len()
    }

    /// A server by its index.
    pub(super) fn get(&self, server: usize) -> &ResolvedServer<'c, 'm> {
        &self.found[server]
    }

    /// The servers in use.
    pub(super) fn all(&self) -> &[usize] {
        &self.all
    }

    /// One server in use for each protocol and exposure.
    pub(super) fn kinds(&self) -> &[usize] {
        &self.kinds
    }

    /// Whether the list of a server in use already has a finding about the exposure of the scheme
    /// at that place.
    pub(super) fn is_reported(&self, place: Spot<'_>) -> bool {
        self.exposed.contains(&place)
    }
}

/// The servers of an operation, by index.
pub(super) type OnServers = On<usize>;

fn read<'c, 'm>(
    context: &'c DocumentContext<'m, '_>,
    unit_ref: UnitRef<'m>,
) -> Option<ResolvedServer<'c, 'm>> {
    let site = unit_ref.unit.sites().first()?;
    let facts = unit_ref.at(unit_ref.unit.rest().server.as_deref()?);
    let variables = variables(context.tree, context.version, facts.fact);
    let list = context.list_of(unit_ref, site).map(|at| &context.lists[at]);
    let transport = Transport::new(facts, &variables, context.environment);
    Some(ResolvedServer {
        unit: unit_ref.index,
        site: unit_ref.at(site),
        exposed: list.map_or_else(Vec::new, |list| exposed_schemes(list, &transport)),
        authenticates: list.is_some_and(List::authenticates),
        facts,
        variables,
        list,
        transport,
    })
}

/// The variables of a server of this document, with references resolved.
pub fn variables(tree: &Tree, version: Version, server: &Server) -> Vec<ServerVariable> {
    let variables = server.variables.iter();
    variables
        .map(|variable| resolved(tree, version, variable))
        .collect()
}

/// A variable, or the target of the reference in its place.
fn resolved(tree: &Tree, version: Version, variable: &ServerVariable) -> ServerVariable {
    let found = || {
        let pointer = local_pointer(&variable.reference.as_ref()?.text)?;
        let (map, name) = pointer.rsplit_once('/')?;
        let name = pointer_key(name);
        let map = tree.pointer(map)?;
        let entry = tree.field(map, &name)?;
        let mut found = transport::server_variable(tree, version, &entry);
        found.name = variable.name.clone();
        Some(found)
    };
    found().unwrap_or_else(|| variable.clone())
}

/// One server in use for each protocol and exposure.
fn one_of_each_kind(servers: &Servers<'_, '_>) -> Vec<usize> {
    let mut seen = HashSet::new();
    let all = servers.all().iter().copied();
    all.filter(|at| {
        let transport = &servers.get(*at).transport;
        let protocol = transport
            .protocol
            .map(|protocol| &*protocol.fact.value.text);
        seen.insert((protocol, transport.exposure as u8))
    })
    .collect()
}
