//! What every operation demands of its clients (docs/specification.md A.5), so that two documents
//! can be compared, of different versions too.
//!
//! A demand is a set of alternatives, an alternative a set of atoms: a scheme, or a scheme with a
//! scope. Schemes are told apart by what they are, for 3.x needs copies where 2.x does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::model::effective::{
    On, has_security, list_in_effect, place_of_operations, servers_of, traits_of,
};
use crate::model::facts::{
    EntryForm, Member, RequiredScheme, Scheme, SecurityEntry, SecurityList, SiteKind,
};
use crate::model::references::Resolver;
use crate::model::references::target::local_pointer;
use crate::model::walk::UnitKind;
use crate::model::{Model, UnitRef};
use crate::spec::Version;
use crate::syntax::tree::{Tree, pointer_key};

/// A scheme, with a scope or without.
pub type Atom = (String, Option<String>);

/// Alternatives in normal form; without any demand it has one that is empty. `None` if it cannot
/// be read.
pub type Demand = Option<BTreeSet<BTreeSet<Atom>>>;

/// An operation on a server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Whether the application receives (2.x: `publish`) or sends (`subscribe`).
    pub receives: bool,
    /// The address of the channel.
    pub address: String,
    /// The pointer of the server; `-` without any.
    pub server: String,
}

/// What the server of a cell and its operation demand: both must be satisfied. Operations that are
/// the same cell stand side by side.
pub type Meaning = BTreeMap<Cell, BTreeSet<(Demand, Demand)>>;

/// What every operation of a document demands on each of its servers.
pub fn meaning(analysis: &Analysis) -> Meaning {
    let tree = analysis.document.tree();
    let model = &analysis.model;
    let mut meaning = Meaning::new();
    let Some(version) = model.version else {
        return meaning;
    };
    let reader = Reader {
        tree,
        model,
        version,
        resolver: Resolver::new(tree, model),
    };
    for root in model.units_of(place_of_operations(version), false) {
        let Some(unit) = reader.resolver.unit(root).end() else {
            continue;
        };
        for (at, site) in unit.unit.sites.iter().enumerate() {
            if site.kind != SiteKind::Operation {
                continue;
            }
            let (receives, address) = match version.is_v3() {
                true => reader.operation(unit),
                false => reader.half_of_channel(root, &site.pointer),
            };
            let demand = reader.of_operation(unit, at);
            for (server, of_server) in reader.servers(unit) {
                let address = address.clone();
                let cell = Cell {
                    receives,
                    address,
                    server,
                };
                let demands = (of_server, demand.clone());
                meaning.entry(cell).or_default().insert(demands);
            }
        }
    }
    meaning
}

struct Reader<'a> {
    tree: &'a Tree,
    model: &'a Model,
    version: Version,
    resolver: Resolver<'a, 'a>,
}

impl<'a> Reader<'a> {
    fn field(&self, pointer: &str, name: &str) -> Option<&'a str> {
        let node = self.tree.pointer(pointer)?;
        self.tree.field(node, name)?.value.as_str()
    }

    /// The action and the address of an operation of 3.x.
    fn operation(&self, unit: UnitRef<'a>) -> (bool, String) {
        let pointer = unit.pointer().unwrap_or_default();
        let receives = self.field(pointer, "action") == Some("receive");
        let text = unit.unit.operation_channel.as_ref();
        let channel = text.and_then(|text| local_pointer(&text.text));
        let channel = channel.and_then(|pointer| self.resolver.unit_at(&pointer));
        let channel = channel.and_then(|unit| self.resolver.unit(unit).end());
        let pointer = channel.and_then(|channel| channel.pointer());
        let address = pointer.and_then(|pointer| self.field(pointer, "address"));
        // A channel without an address is known by its name.
        let name = pointer.or(text.map(|text| &*text.text)).map(str::to_owned);
        (
            receives,
            address.map_or(name.unwrap_or_default(), str::to_owned),
        )
    }

    /// The same of an operation of 2.x.
    fn half_of_channel(&self, root: UnitRef<'a>, operation: &str) -> (bool, String) {
        let key = root
            .pointer()
            .and_then(|pointer| pointer.rsplit('/').next());
        (
            operation.ends_with("/publish"),
            pointer_key(key.unwrap_or_default()),
        )
    }

    fn of_operation(&self, unit: UnitRef<'a>, site: usize) -> Demand {
        let operation = unit.unit.sites.get(site)?;
        if !has_security(self.version, SiteKind::Operation) {
            return nothing();
        }
        let traits = traits_of(&self.resolver, unit, operation);
        let is_own = self.version.is_v3() && operation.security.is_some();
        if !traits.are_known && !is_own {
            return None;
        }
        match list_in_effect(self.version, unit, operation, &traits.with_security) {
            None => nothing(),
            Some((unit, site)) => self.of_list(unit, site.security.as_ref()?),
        }
    }

    /// The servers of the operations of a unit, each with what it demands.
    fn servers(&self, unit: UnitRef<'a>) -> Vec<(String, Demand)> {
        let servers = match servers_of(&self.resolver, self.version, unit) {
            On::All => self.model.units_of(UnitKind::Server, false).collect(),
            On::These(these) => these,
            On::Unknown => return vec![("?".to_owned(), None)],
        };
        if servers.is_empty() {
            return vec![("-".to_owned(), nothing())];
        }
        let demand = |server: UnitRef<'a>| {
            let site = self.resolver.unit(server).end()?.unit.sites.first()?;
            match &site.security {
                None => nothing(),
                Some(list) => self.of_list(self.resolver.unit(server).end()?, list),
            }
        };
        let servers = servers.into_iter();
        let servers =
            servers.filter_map(|server| Some((server.pointer()?.to_owned(), demand(server))));
        servers.collect()
    }

    fn of_list(&self, unit: UnitRef<'a>, list: &'a SecurityList) -> Demand {
        if !list.is_list {
            return None;
        }
        let alternatives = list.entries.iter();
        let alternatives = alternatives.map(|entry| self.alternative(unit, entry));
        let mut alternatives: BTreeSet<BTreeSet<Atom>> = alternatives.collect::<Option<_>>()?;
        if alternatives.is_empty() {
            return nothing();
        }
        // Whoever satisfies a part of an alternative that is one itself needs no more.
        let all = alternatives.clone();
        alternatives.retain(|one| !all.iter().any(|other| other != one && other.is_subset(one)));
        Some(alternatives)
    }

    fn alternative(&self, unit: UnitRef<'a>, entry: &'a SecurityEntry) -> Option<BTreeSet<Atom>> {
        match &entry.form {
            EntryForm::Requirement(required) if !self.version.is_v3() => {
                let atoms = required.iter().map(|one| self.required(one));
                Some(
                    atoms
                        .collect::<Option<Vec<_>>>()?
                        .concat()
                        .into_iter()
                        .collect(),
                )
            }
            EntryForm::Reference(reference) if self.version.is_v3() => {
                let resolution = self.resolver.resolve(reference);
                let text = &reference.target.as_ref()?.text;
                Some(match resolution.scheme() {
                    Some(scheme) => self.with_scopes(scheme.fact()),
                    None => BTreeSet::from([(self.unread(text), None)]),
                })
            }
            EntryForm::Inline(index) if self.version.is_v3() => {
                Some(self.with_scopes(unit.unit.schemes.get(*index)?))
            }
            _ => None,
        }
    }

    /// A scheme of 2.x with its scopes, which only some schemes have.
    fn required(&self, required: &RequiredScheme) -> Option<Vec<Atom>> {
        if required.has_others {
            return None;
        }
        let resolution = self.resolver.named(&required.name.text);
        let scheme = resolution.and_then(|resolution| resolution.scheme());
        let (name, has_scopes) = match scheme {
            Some(scheme) => (wire(scheme.fact()), takes_scopes(scheme.fact())),
            None => (self.unread(&required.name.text), true),
        };
        let scopes = required.scopes.iter().filter(|_| has_scopes);
        let scopes = scopes.map(|scope| (name.clone(), Some(scope.text.clone())));
        Some(scopes.chain([(name.clone(), None)]).collect())
    }

    fn with_scopes(&self, scheme: &Scheme) -> BTreeSet<Atom> {
        let name = wire(scheme);
        let scopes = scheme.scopes.iter().flat_map(|list| &list.scopes);
        let scopes = scopes.map(|scope| (name.clone(), Some(scope.text.clone())));
        scopes.chain([(name.clone(), None)]).collect()
    }

    /// A scheme that is not in sight: what it is called, without the way to it.
    fn unread(&self, text: &str) -> String {
        let name = self.resolver.component_name(text);
        let name = name.as_deref().unwrap_or(text);
        let declared = self.model.component(name);
        let reference = declared.and_then(|scheme| scheme.fact.reference.as_ref()?.target.as_ref());
        format!("?{}", reference.map_or(name, |target| &target.text))
    }
}

/// Whether the scopes of a scheme mean something (docs/specification.md A.2).
pub fn takes_scopes(scheme: &Scheme) -> bool {
    let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
    matches!(kind, Some("oauth2" | "openIdConnect"))
}

fn nothing() -> Demand {
    Some(BTreeSet::from([BTreeSet::new()]))
}

/// What a client needs to know of a scheme, and its description, which may say whose it is.
fn wire(scheme: &Scheme) -> String {
    let text = |member: &Option<Member>| match member {
        Some(member) => format!("{:?}", member.value.text),
        None => String::new(),
    };
    let mut parts: Vec<String> = [
        &scheme.scheme_type,
        &scheme.description,
        &scheme.location,
        &scheme.parameter,
        &scheme.http_scheme,
        &scheme.bearer_format,
        &scheme.open_id_connect_url,
    ]
    .map(text)
    .into();
    for flow in &scheme.flows {
        parts.push(flow.name.text.clone());
        let urls = [&flow.authorization_url, &flow.token_url, &flow.refresh_url];
        parts.extend(urls.map(text));
    }
    parts.join(" ")
}
