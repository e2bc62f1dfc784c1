//! The servers that count: those of the root, and those of `components` that operations are on.

use std::collections::{HashMap, HashSet};

use super::coverage;
use super::document_context::{DocumentContext, List};
use super::transport::{Known, is_told, one_of_each_kind};
use crate::model::effective::On;
use crate::model::facts::{Scheme, Server, ServerVariable, Site};
use crate::model::references::target::local_pointer;
use crate::model::unit::transport;
use crate::model::walk::UnitKind;
use crate::model::{InUnit, UnitRef};
use crate::text::range::TextRange;

/// A server.
pub(super) struct ServerAt<'c, 'm> {
    /// The number of its unit.
    unit: usize,
    /// What carries its list.
    pub(super) site: InUnit<'m, Site>,
    /// Its transport.
    pub(super) facts: InUnit<'m, Server>,
    /// Its variables, references followed.
    pub(super) variables: Vec<ServerVariable>,
    /// Its list, if it has one that can be read.
    pub(super) list: Option<&'c List<'m>>,
    /// What is known beside its facts.
    pub(super) known: Known<'m>,
    /// The schemes of its list that go over it in the open.
    told: Vec<InUnit<'m, Scheme>>,
    /// Whether each alternative of its list authenticates somebody.
    authenticates: bool,
}

/// All servers.
pub(super) struct Servers<'c, 'm> {
    /// Every server that something leads to.
    found: Vec<ServerAt<'c, 'm>>,
    /// Beside them, whether they count.
    counts: Vec<bool>,
    by_unit: HashMap<usize, usize>,
    /// Those that count, by their number: those of the root in their order, then those of
    /// `components` that operations are on.
    all: Vec<usize>,
    /// Of those one for each protocol and exposure: of many that are alike one is enough.
    kinds: Vec<usize>,
    /// Whether these are all there are.
    pub(super) are_known: bool,
    /// Whether each of them authenticates everybody.
    pub(super) all_authenticate: bool,
    /// Whether none of them has a list that says something, and there is one.
    pub(super) all_are_open: bool,
    told: HashSet<TextRange>,
}

impl ServerAt<'_, '_> {
    /// Whether its list lets a scheme go over it in the open, which is said there.
    pub(super) fn tells(&self, place: TextRange) -> bool {
        (self.told.iter()).any(|scheme| scheme.abs(scheme.fact.range) == place)
    }

    /// Whether each alternative of its list authenticates somebody.
    pub(super) fn authenticates(&self) -> bool {
        self.authenticates
    }

    /// Whether nothing says how clients authenticate.
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
            // The `$ref` of a whole map hides what is in it.
            are_known: context.model.map_references.is_empty(),
            all_authenticate: true,
            all_are_open: false,
            told: HashSet::new(),
        };
        for placed in context.model.units_of(UnitKind::Server, false) {
            let end = context.resolver.unit(placed).end();
            match end.and_then(|end| servers.find(context, end)) {
                Some(server) => servers.add(server),
                None => servers.are_known = false,
            }
        }
        servers.kinds = one_of_each_kind(&servers);
        servers
    }

    /// Adds the servers of `components` that operations are on, by their number.
    pub(super) fn add_named(&mut self, is_named: impl Fn(usize) -> bool) {
        let mut more: Vec<usize> = (0..self.found.len()).filter(|at| is_named(*at)).collect();
        more.sort_by_key(|server| self.found[*server].unit);
        for server in more {
            self.add(server);
        }
        self.kinds = one_of_each_kind(self);
    }

    fn add(&mut self, server: usize) {
        // Two references may lead to the same one.
        if std::mem::replace(&mut self.counts[server], true) {
            return;
        }
        let found = &self.found[server];
        let places = found.told.iter();
        self.told
            .extend(places.map(|scheme| scheme.abs(scheme.fact.range)));
        self.all_authenticate &= found.authenticates;
        self.all_are_open = found.is_open() && (self.all_are_open || self.all.is_empty());
        self.all.push(server);
    }

    /// The server of a unit that is no reference, by its number.
    pub(super) fn find(
        &mut self,
        context: &'c DocumentContext<'m, '_>,
        placed: UnitRef<'m>,
    ) -> Option<usize> {
        if let Some(known) = self.by_unit.get(&placed.index) {
            return Some(*known);
        }
        let server = read(context, placed)?;
        let number = self.found.len();
        self.found.push(server);
        self.counts.push(false);
        self.by_unit.insert(placed.index, number);
        Some(number)
    }

    /// How many were found, whether they count or not.
    pub(super) fn found(&self) -> usize {
        self.found.len()
    }

    /// A server by its number.
    pub(super) fn get(&self, server: usize) -> &ServerAt<'c, 'm> {
        &self.found[server]
    }

    /// Those that count.
    pub(super) fn all(&self) -> &[usize] {
        &self.all
    }

    /// One for each protocol and exposure of those that count.
    pub(super) fn kinds(&self) -> &[usize] {
        &self.kinds
    }

    /// Whether the list of one of them lets a scheme go over it in the open.
    pub(super) fn tell(&self, place: TextRange) -> bool {
        self.told.contains(&place)
    }
}

/// The servers that operations are on, by their numbers.
pub(super) type OnServers = On<usize>;

fn read<'c, 'm>(
    context: &'c DocumentContext<'m, '_>,
    placed: UnitRef<'m>,
) -> Option<ServerAt<'c, 'm>> {
    let site = placed.unit.sites.first()?;
    let facts = placed.at(placed.unit.server.as_ref()?);
    let variables = facts.fact.variables.iter();
    let variables: Vec<ServerVariable> = variables
        .map(|variable| resolved(context, variable))
        .collect();
    let list = context.list_of(placed, site).map(|at| &context.lists[at]);
    let known = Known::new(facts, &variables, context.environment);
    Some(ServerAt {
        unit: placed.index,
        site: placed.at(site),
        told: list.map_or_else(Vec::new, |list| is_told(list, &known)),
        authenticates: list.is_some_and(coverage::authenticates),
        facts,
        variables,
        list,
        known,
    })
}

/// A variable, or the one that the reference in its place leads to.
fn resolved(context: &DocumentContext<'_, '_>, variable: &ServerVariable) -> ServerVariable {
    let found = || {
        let pointer = local_pointer(&variable.reference.as_ref()?.text)?;
        let (map, name) = pointer.rsplit_once('/')?;
        let name = crate::syntax::tree::pointer_key(name);
        let map = context.tree.pointer(map)?;
        let entry = context.tree.field(map, &name)?;
        let mut found = transport::server_variable(context.tree, context.version, &entry);
        found.name = variable.name.clone();
        Some(found)
    };
    found().unwrap_or_else(|| variable.clone())
}
