//! What a document protects: who gets in at each server and operation, and how weak the weakest way is.

use std::collections::{BTreeMap, BTreeSet};

use asyncapi_security_lsp::analysis::Analysis;
use asyncapi_security_lsp::model::UnitRef;
use asyncapi_security_lsp::model::effective::{
    On, has_security, list_in_effect, place_of_operations, servers_of, traits_of,
};
use asyncapi_security_lsp::model::facts::{
    EntryForm, Flow, Scheme, SecurityEntry, SecurityList, Site, SiteKind,
};
use asyncapi_security_lsp::model::references::{Outcome, Resolution, Resolver};
use asyncapi_security_lsp::model::walk::UnitKind;
use asyncapi_security_lsp::spec::{Version, spec};

/// A server and an operation, by pointer; one of them may be missing.
pub type Door = (Option<String>, Option<String>);

/// For each door the ways in. No way at all means that nothing is known of it.
pub type Protection = BTreeMap<Door, Vec<Way>>;

/// One way in: everything that it asks for, together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// What it asks for; nothing for an open door.
    pub demands: BTreeSet<Demand>,
    /// Whether the connection is encrypted; `None` where the protocol does not tell.
    pub tls: Option<bool>,
}

/// What a client has to show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demand {
    /// What the client must have. Different kinds let in different clients.
    pub kind: Kind,
    /// How well it is protected: more is better within a kind.
    pub strength: u8,
    /// The scopes.
    pub scopes: BTreeSet<String>,
}

/// What a client must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something, but the document does not say what: why.
    Unreadable(&'static str),
    /// The account of a user or service: name and password.
    Password,
    ApiKey,
    /// A bearer token of unknown origin.
    Token,
    /// What stands for a key or token in the handshake of a browser's WebSocket.
    Handshake,
    /// A token that a user lets a client have.
    TokenOfUser,
    /// A token that a client has by itself.
    TokenOfClient,
    OpenId,
    Certificate,
    Kerberos,
    /// The payload is encrypted.
    Encryption,
    /// A scheme of HTTP, by name.
    Http(String),
}

impl Way {
    fn open(tls: Option<bool>) -> Self {
        Self {
            demands: BTreeSet::new(),
            tls,
        }
    }

    /// Why something that it asks for cannot be read.
    pub fn unreadable(&self) -> Option<&'static str> {
        self.demands.iter().find_map(|demand| match demand.kind {
            Kind::Unreadable(why) => Some(why),
            _ => None,
        })
    }

    /// Whether everybody who gets in here gets in there as well, and nothing is protected less.
    pub fn is_no_weaker_than(&self, other: &Self) -> bool {
        let mut demands = other.demands.iter();
        rank(self.tls) >= rank(other.tls)
            && demands.all(|demand| self.demands.iter().any(|own| own.covers(demand)))
    }
}

fn rank(tls: Option<bool>) -> u8 {
    match tls {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    }
}

impl Demand {
    fn covers(&self, other: &Self) -> bool {
        let is_unreadable = matches!(other.kind, Kind::Unreadable(_));
        let is_stand_in =
            self.kind == Kind::Handshake && matches!(other.kind, Kind::ApiKey | Kind::Token);
        is_unreadable
            || (self.kind == other.kind || is_stand_in)
                && self.strength >= other.strength
                && self.scopes.is_superset(&other.scopes)
    }

    fn new(kind: Kind, strength: u8) -> Self {
        Self {
            kind,
            strength,
            scopes: BTreeSet::new(),
        }
    }
}

/// The protection of a document.
pub fn protection(analysis: &Analysis) -> Protection {
    let mut doors = Protection::new();
    let model = &analysis.model;
    let Some(version) = model.version else {
        return doors;
    };
    let reader = Reader {
        version,
        resolver: Resolver::new(analysis.document.tree(), model),
    };
    let servers: Vec<UnitRef<'_>> = model.units_of(UnitKind::Server, false).collect();
    let mut is_busy = BTreeSet::new();
    for unit in model.units_of(place_of_operations(version), false) {
        let on: Vec<UnitRef<'_>> = match servers_of(&reader.resolver, version, unit) {
            On::These(these) => these,
            On::All | On::Unknown => servers.clone(),
        };
        let mut sites = unit.unit.sites().iter();
        for site in sites
            .by_ref()
            .filter(|site| site.kind == SiteKind::Operation)
        {
            let own = reader.operation(unit, site);
            let operation = Some(site.pointer.to_string());
            if on.is_empty() {
                doors.insert((None, operation.clone()), own.clone());
            }
            for server in &on {
                let pointer = server.pointer().map(str::to_owned);
                is_busy.insert(pointer.clone());
                let ways = both(&reader.server(*server), &own);
                doors.insert((pointer, operation.clone()), ways);
            }
        }
    }
    for server in servers {
        let pointer = server.pointer().map(str::to_owned);
        if !is_busy.contains(&pointer) {
            doors.insert((pointer, None), reader.server(server));
        }
    }
    doors
}

/// The ways in where two lists must be satisfied.
fn both(first: &[Way], second: &[Way]) -> Vec<Way> {
    let pairs = first
        .iter()
        .flat_map(|one| second.iter().map(move |two| (one, two)));
    let joined = pairs.map(|(one, two)| Way {
        demands: one.demands.union(&two.demands).cloned().collect(),
        tls: one.tls,
    });
    joined.collect()
}

struct Reader<'m, 't> {
    version: Version,
    resolver: Resolver<'m, 't>,
}

impl<'m> Reader<'m, '_> {
    fn server(&self, unit: UnitRef<'m>) -> Vec<Way> {
        let Some(unit) = self.resolver.unit(unit).end() else {
            return vec![unreadable("a server that is not there")];
        };
        let protocol =
            (unit.unit.rest().server.as_ref()).and_then(|server| server.protocol.as_ref());
        let known = protocol.and_then(|protocol| spec().protocol(&protocol.value.text));
        let tls = known.and_then(|known| known.tls);
        let list = unit
            .unit
            .sites()
            .first()
            .and_then(|site| site.security.as_ref());
        let mut ways = self.list(unit.unit.schemes(), list);
        ways.iter_mut().for_each(|way| way.tls = tls);
        ways
    }

    fn operation(&self, unit: UnitRef<'m>, site: &'m Site) -> Vec<Way> {
        if !has_security(self.version, site.kind) {
            return vec![Way::open(None)];
        }
        let traits = traits_of(&self.resolver, unit, site);
        let Some((unit, site)) = list_in_effect(self.version, unit, site, &traits.with_security)
        else {
            return vec![Way::open(None)];
        };
        self.list(unit.unit.schemes(), site.security.as_ref())
    }

    fn list(&self, schemes: &'m [Scheme], list: Option<&'m SecurityList>) -> Vec<Way> {
        let Some(list) = list else {
            return vec![Way::open(None)];
        };
        if !list.is_list {
            return vec![unreadable("`security` is no list")];
        }
        if list.entries.is_empty() {
            return vec![Way::open(None)];
        }
        let entries = list.entries.iter();
        entries
            .flat_map(|entry| self.entry(schemes, entry))
            .collect()
    }

    fn entry(&self, schemes: &'m [Scheme], entry: &'m SecurityEntry) -> Vec<Way> {
        match &entry.form {
            EntryForm::Requirement(names) if !self.version.is_v3() => {
                names.iter().fold(vec![Way::open(None)], |ways, name| {
                    let scopes = name.scopes.iter().map(|scope| scope.text.to_string());
                    let own = match self.resolver.named(&name.name.text) {
                        Some(resolution) => self.resolved(&resolution, Some(scopes.collect())),
                        None => vec![unreadable("no scheme of that name")],
                    };
                    both(&ways, &own)
                })
            }
            EntryForm::Reference(reference) if self.version.is_v3() => {
                self.resolved(&self.resolver.resolve(reference), None)
            }
            EntryForm::Inline(scheme) if self.version.is_v3() => {
                self.scheme(&schemes[*scheme], None)
            }
            _ => vec![unreadable("an entry that this version has not")],
        }
    }

    fn resolved(&self, end: &Resolution<'m>, scopes: Option<BTreeSet<String>>) -> Vec<Way> {
        match end.outcome {
            Outcome::Scheme(scheme) => self.scheme(scheme.fact, scopes),
            Outcome::Foreign(_) | Outcome::Elsewhere | Outcome::Unknown => {
                vec![unreadable("out of sight")]
            }
            Outcome::Wrong(_) => vec![unreadable("a reference to no scheme")],
            Outcome::Nothing | Outcome::Broken(_) => vec![unreadable("a reference to nothing")],
            Outcome::Cycle => vec![unreadable("references in a circle")],
        }
    }

    /// The ways in that a scheme offers: each flow of OAuth is one. `scopes` are those of 2.x.
    fn scheme(&self, scheme: &Scheme, scopes: Option<BTreeSet<String>>) -> Vec<Way> {
        let own = scheme.details().scopes.iter().flat_map(|list| &list.scopes);
        let own = || own.map(|scope| scope.text.to_string()).collect();
        let scopes: BTreeSet<String> = scopes.unwrap_or_else(own);
        let Some(kind) = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text) else {
            return vec![unreadable("a scheme without a type")];
        };
        if kind != "oauth2" {
            let mut demand = demand(kind, scheme);
            // For other types the list must be empty: nobody reads it.
            if kind == "openIdConnect" {
                demand.scopes = scopes;
            }
            return vec![way(demand)];
        }
        // A flow that does not declare a scope cannot bring it.
        let brings = |flow: &&Flow| {
            (scopes.iter()).all(|scope| flow.scopes.iter().any(|own| own.name.text == *scope))
        };
        let known = scheme
            .flows()
            .iter()
            .filter(|flow| spec().flow(&flow.name.text).is_some());
        let open: Vec<&Flow> = known.filter(brings).collect();
        if open.is_empty() {
            return vec![unreadable("no flow brings the scopes")];
        }
        let demands = open.into_iter().map(|flow| {
            let mut demand = of_flow(flow);
            demand.scopes = scopes.clone();
            way(demand)
        });
        demands.collect()
    }
}

fn way(demand: Demand) -> Way {
    Way {
        demands: BTreeSet::from([demand]),
        tls: None,
    }
}

fn unreadable(why: &'static str) -> Way {
    way(Demand::new(Kind::Unreadable(why), 0))
}

fn demand(kind: &str, scheme: &Scheme) -> Demand {
    let (kind, strength) = match kind {
        "userPassword" | "plain" => (Kind::Password, 0),
        "scramSha256" | "scramSha512" => (Kind::Password, 2),
        "apiKey" => (Kind::ApiKey, 1),
        "httpApiKey" => return of_key(scheme),
        "http" => return of_http(scheme),
        "X509" => (Kind::Certificate, 0),
        "gssapi" => (Kind::Kerberos, 0),
        "symmetricEncryption" | "asymmetricEncryption" => (Kind::Encryption, 0),
        "openIdConnect" => {
            let url = scheme.details().open_id_connect_url.as_ref();
            let is_safe = url.is_some_and(|url| !url.value.text.starts_with("http:"));
            (Kind::OpenId, u8::from(is_safe))
        }
        _ => (Kind::Unreadable("an unknown type"), 0),
    };
    Demand::new(kind, strength)
}

/// A key in a URL is logged and shared; a name of a token says that the key is one.
fn of_key(scheme: &Scheme) -> Demand {
    let place = scheme
        .details()
        .location
        .as_ref()
        .map(|place| &*place.value.text);
    let Some(name) = scheme
        .details()
        .parameter
        .as_ref()
        .map(|name| &*name.value.text)
    else {
        return Demand::new(Kind::Unreadable("a key without a name"), 0);
    };
    let kind = match name {
        "access_token" | "token" | "Authorization" => Kind::Token,
        "ticket" | "Sec-WebSocket-Protocol" => Kind::Handshake,
        _ => Kind::ApiKey,
    };
    match place {
        Some("query") => Demand::new(kind.clone(), u8::from(kind == Kind::Handshake)),
        Some("header" | "cookie") => Demand::new(kind, 1),
        _ => Demand::new(Kind::Unreadable("a key in no known place"), 0),
    }
}

fn of_http(scheme: &Scheme) -> Demand {
    let Some(name) = &scheme.details().http_scheme else {
        return Demand::new(Kind::Unreadable("`http` without a scheme"), 0);
    };
    let name = name.value.text.to_ascii_lowercase();
    let registered = spec().http_schemes().iter();
    match &*name {
        "basic" => Demand::new(Kind::Password, 0),
        "digest" | "scram-sha-1" => Demand::new(Kind::Password, 1),
        "scram-sha-256" => Demand::new(Kind::Password, 2),
        "bearer" => Demand::new(Kind::Token, 1),
        "dpop" => Demand::new(Kind::Token, 2),
        "negotiate" => Demand::new(Kind::Kerberos, 0),
        _ if registered
            .map(|known| known.value.to_ascii_lowercase())
            .any(|known| known == name) =>
        {
            Demand::new(Kind::Http(name.to_string()), 0)
        }
        _ => Demand::new(Kind::Unreadable("an unknown scheme of HTTP"), 0),
    }
}

/// The token of a flow: implicit shows it in a URL, password shows the password to the client, and
/// an endpoint over `http` shows everything to everybody.
fn of_flow(flow: &Flow) -> Demand {
    let (kind, strength) = match &*flow.name.text {
        "clientCredentials" => (Kind::TokenOfClient, 1),
        "authorizationCode" => (Kind::TokenOfUser, 2),
        _ => (Kind::TokenOfUser, 1),
    };
    let urls = [&flow.authorization_url, &flow.token_url, &flow.refresh_url];
    let is_plain = (urls.into_iter().flatten()).any(|url| url.value.text.starts_with("http:"));
    Demand::new(kind, if is_plain { 0 } else { strength })
}
