//! Reads one version of a document, from [`crate::model::needs`], so that this cannot disagree with
//! hover and rules.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::side::{At, Definition, Flow, List, ListOf, Needed, Operation, Place, Scheme, Server};
use super::side::{Side, Unseen};
use super::url;
use crate::model::Model;
use crate::model::facts::{EntryForm, Member, Scheme as SchemeFacts, SiteKind};
use crate::model::needs::reader::NeedsReader;
use crate::model::needs::seen::{self, Placed, Why};
use crate::model::needs::{NeededScheme, Needs, NeedsOfOperation, NeedsOfServer, Origin};
use crate::model::references::known::{KnownScheme, Spot};
use crate::rules::document::exposure::{Connection, connection};
use crate::rules::document::servers::variables;
use crate::rules::environment::Environment;
use crate::syntax::tree::Tree;

/// Reads a document; `None` if its version is unknown.
pub fn read(tree: &Tree, model: &Model, environment: &Environment) -> Option<Side> {
    let version = model.version?;
    let needs = NeedsReader::new(tree, model)?;
    let mut reader = Reader {
        tree,
        model,
        environment,
        side: Side {
            version: model
                .version_field
                .as_ref()
                .map_or_else(String::new, |field| field.text.clone()),
            is_v3: version.is_v3(),
            ..Side::default()
        },
        schemes: HashMap::new(),
        servers: HashMap::new(),
        idle: (model.sites())
            .filter(|site| has_idle_scopes(site.fact))
            .map(|site| &*site.fact.pointer)
            .collect(),
    };
    for (name, scheme) in model.components() {
        if scheme.fact.reference.is_none() {
            reader.known(Some(name), KnownScheme::Here(scheme));
        }
    }
    for server in needs.servers() {
        reader.server(server);
    }
    let operations = needs.operations();
    reader.unseen(&operations.unseen, None);
    for operation in &operations.all {
        reader.operation(operation);
    }
    reader.side.unseen.sort();
    reader.side.unseen.dedup();
    Some(reader.side)
}

struct Reader<'r, 'm> {
    tree: &'r Tree,
    model: &'m Model,
    environment: &'r Environment,
    side: Side,
    schemes: HashMap<SchemeKey<'m>, usize>,
    /// By pointer: the index of the server.
    servers: HashMap<Cow<'m, str>, usize>,
    /// The pointers of what has scopes beside a reference.
    idle: HashSet<&'m str>,
}

/// What makes a scheme one, whatever way leads to it.
#[derive(PartialEq, Eq, Hash)]
enum SchemeKey<'m> {
    At(Spot<'m>),
    Unseen(String),
}

impl<'m> Reader<'_, 'm> {
    fn server(&mut self, server: &Rc<NeedsOfServer<'m>>) -> usize {
        if let Some(at) = self.servers.get(&*server.pointer) {
            return *at;
        }
        let next = self.side.servers.len();
        self.servers.insert(server.pointer.clone(), next);
        let place = Place {
            file: None,
            at: At::Pointer(server.pointer.to_string()),
        };
        let mut read = Server {
            name: server.name.to_string(),
            is_seen: server.placed.is_ok(),
            address: String::new(),
            protocol: String::new(),
            connection: Connection::Unknown,
            bound_variables: Default::default(),
            variables: Default::default(),
            list: List::nothing(),
            place: place.clone(),
        };
        match &server.placed {
            Ok(placed) => {
                self.endpoint(*placed, &mut read);
                read.list = self.list(server.needs.as_ref());
                let site = placed.site();
                read.list.is_idle =
                    server.needs.is_none() && site.is_some_and(|site| site.security.is_some());
                read.list.has_idle_scopes = site.is_some_and(has_idle_scopes);
            }
            Err(unseen) => {
                read.list.alternatives = None;
                self.unseen(std::slice::from_ref(unseen), Some(place));
            }
        }
        self.side.servers.push(read);
        self.side.servers.len() - 1
    }

    fn endpoint(&self, placed: Placed<'m>, read: &mut Server) {
        let Some(facts) = placed.unit().rest().server.as_ref() else {
            return;
        };
        let variables = match (placed, self.model.version) {
            (Placed::Here(_), Some(version)) => variables(self.tree, version, facts),
            _ => facts.variables.clone(),
        };
        read.connection = connection(facts, &variables, self.environment);
        let text = |member: &Option<Member>| match member {
            Some(member) => member.value.text.to_string(),
            None => String::new(),
        };
        read.protocol = text(&facts.protocol).to_ascii_lowercase();
        let address = text(&facts.address);
        read.address = url::address(&address);
        if facts.address.is_some() && self.side.is_v3 {
            // `host` and `pathname` are what `url` is in 2.x.
            let pathname = match placed {
                Placed::Here(unit) => unit.pointer(),
                Placed::There(_) => None,
            };
            let pathname = pathname.and_then(|pointer| self.tree.pointer(pointer));
            let pathname = pathname.and_then(|node| self.tree.field(node, "pathname"));
            if let Some(path) = pathname.and_then(|entry| entry.value.as_str()) {
                read.address = url::address(&format!(
                    "{}/{}",
                    read.address,
                    path.trim_start_matches('/')
                ));
            }
        }
        for variable in &variables {
            read.variables.insert(variable.name.text.to_string());
            if variable.enum_key.is_some() {
                read.bound_variables.insert(variable.name.text.to_string());
            }
        }
    }

    fn operation(&mut self, operation: &NeedsOfOperation<'m>) {
        let key = &operation.key;
        let place = Place {
            file: operation.origin.file.cloned(),
            at: At::Pointer(operation.origin.pointer.to_owned()),
        };
        self.unseen(&operation.unseen_servers, Some(place.clone()));
        let mut list = self.list(operation.own.as_ref());
        if operation.is_list_open {
            self.unseen(&operation.unseen_lists, Some(place.clone()));
            list.alternatives = None;
        }
        list.is_idle = operation.has_own_list && operation.own.is_none();
        list.has_idle_scopes = self.has_idle_scopes(&operation.origin);
        let servers = operation.servers.iter();
        let servers: Vec<usize> = servers.map(|server| self.server(server)).collect();
        let address = match &key.address {
            Some(address) => address.to_string(),
            None => {
                let last = key.channel.rsplit('/').next().unwrap_or_default();
                crate::syntax::tree::pointer_key(last)
            }
        };
        self.side.operations.push(Operation {
            id: key.id.as_ref().map(|id| id.to_string()),
            direction: key.direction,
            address,
            list,
            servers,
            are_servers_seen: operation.unseen_servers.is_empty(),
            place,
        });
    }

    fn has_idle_scopes(&self, origin: &Origin<'_>) -> bool {
        origin.file.is_none() && self.idle.contains(origin.pointer)
    }

    fn list(&mut self, needs: Option<&Needs<'m>>) -> List {
        let Some(needs) = needs else {
            return List::nothing();
        };
        let place = Place {
            file: needs.origin.file.cloned(),
            at: At::Pointer(format!("{}/security", needs.origin.pointer)),
        };
        let alternatives = needs.alternatives.iter().map(|one| {
            let schemes = one.schemes.iter();
            schemes.map(|one| self.needed(one, &place)).collect()
        });
        let alternatives: Vec<Vec<Needed>> = alternatives.collect();
        List {
            of: match needs.origin.kind {
                SiteKind::Server => ListOf::Server,
                SiteKind::Operation => ListOf::Operation,
                SiteKind::OperationTrait => ListOf::Trait,
            },
            alternatives: (!needs.is_torn).then_some(alternatives),
            is_idle: false,
            has_idle_scopes: false,
            place: Some(place),
        }
    }

    fn needed(&mut self, needed: &NeededScheme<'m>, place: &Place) -> Needed {
        let name = needed.name.as_deref();
        let scheme = match &needed.scheme {
            Ok(known) => self.known(name, *known),
            Err(unseen) => {
                self.unseen(std::slice::from_ref(unseen), Some(place.clone()));
                let next = self.side.schemes.len();
                let key = SchemeKey::Unseen(format!("{name:?} {}", unseen.text));
                let at = *self.schemes.entry(key).or_insert(next);
                if at == next {
                    self.side.schemes.push(Scheme {
                        name: Some(unseen.text.to_string()),
                        definition: Err(unseen.why),
                        place: None,
                    });
                }
                at
            }
        };
        let scopes = needed.scopes.iter().map(|scope| (*scope).to_owned());
        Needed {
            scheme,
            scopes: scopes.collect(),
        }
    }

    fn known(&mut self, name: Option<&str>, scheme: KnownScheme<'m>) -> usize {
        let next = self.side.schemes.len();
        let spot = scheme.place();
        let at = *self.schemes.entry(SchemeKey::At(spot)).or_insert(next);
        if at == next {
            let anchor = scheme.anchor();
            self.side.schemes.push(Scheme {
                name: name.map(str::to_owned),
                definition: Ok(definition(scheme.fact())),
                place: Some(Place {
                    file: anchor.file.cloned(),
                    at: At::Range(anchor.range),
                }),
            });
        }
        at
    }

    fn unseen(&mut self, unseen: &[seen::Unseen<'m>], place: Option<Place>) {
        let found = unseen.iter().map(|one| Unseen {
            target: one.text.to_string(),
            why: match one.why {
                Why::Unread if one.text.contains("://") => "remote",
                Why::Unread => "unread",
                Why::Missing => "missing",
                Why::Cycle => "cycle",
                Why::Wrong => "wrong",
            },
            place: place.clone(),
        });
        self.side.unseen.extend(found);
    }
}

fn has_idle_scopes(site: &crate::model::facts::Site) -> bool {
    let entries = site.security.iter().flat_map(|list| &list.entries);
    let mut siblings = entries.filter_map(|entry| match &entry.form {
        EntryForm::Reference(reference) => Some(&reference.siblings),
        _ => None,
    });
    siblings.any(|keys| keys.iter().any(|key| key.text == "scopes"))
}

fn definition(facts: &SchemeFacts) -> Definition {
    let text = |member: &Option<Member>| match member {
        Some(member) => member.value.text.to_string(),
        None => String::new(),
    };
    let link = |member: &Option<Member>| {
        let member = member.as_ref()?;
        Some(url::normal(&member.value.text))
    };
    let references = facts.flows().iter().map(|flow| flow.reference.as_ref());
    let references = references
        .chain([facts.details().flows_reference.as_ref()])
        .flatten();
    let opaque: Vec<&str> = references.map(|reference| &*reference.text).collect();
    let flows = facts.flows().iter().map(|flow| {
        let read = Flow {
            authorization: link(&flow.authorization_url),
            token: link(&flow.token_url),
            refresh: link(&flow.refresh_url),
            scopes: flow
                .scopes
                .iter()
                .map(|scope| scope.name.text.to_string())
                .collect(),
        };
        (flow.name.text.to_string(), read)
    });
    Definition {
        kind: text(&facts.scheme_type),
        parameter: text(&facts.details().parameter),
        location: text(&facts.details().location),
        http_scheme: text(&facts.details().http_scheme).to_ascii_lowercase(),
        open_id_connect_url: link(&facts.details().open_id_connect_url),
        flows: flows.collect(),
        opaque: (!opaque.is_empty()).then(|| opaque.join(" ")),
        bearer_format: text(&facts.details().bearer_format),
        fingerprint: facts.fingerprint,
    }
}
