//! What a reviewer asks, answered by the cells of a report.

use std::collections::{BTreeMap, BTreeSet};

use super::{Class, Report, ReportCell, ReportScheme, Way};
use crate::diff::side::Definition;
use crate::diff::strength::{Wire, is_stronger};
use crate::rules::document::exposure::Connection;

/// What a reviewer asks. Servers, schemes and operations are named by their index.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// What is public.
    pub public: Vec<PublicGroup>,
    /// Which servers can be read by others.
    pub readable: Vec<ReadableServer>,
    /// Who needs which scope.
    pub scopes: Vec<ScopeUse>,
    /// Scopes that are declared and that nobody needs: the scheme and the scope.
    pub unneeded: Vec<(usize, String)>,
    /// Schemes that nobody needs.
    pub unused: Vec<usize>,
    /// Operations of which other things are demanded on other servers.
    pub differences: Vec<Difference>,
    /// Operations with a weaker way in beside a stronger one.
    pub mixed: Vec<MixedWays>,
}

/// Operations that are public on the same servers, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicGroup {
    /// The servers.
    pub servers: Vec<usize>,
    /// Why.
    pub why: WhyPublic,
    /// The operations.
    pub operations: Vec<usize>,
}

/// Why an operation is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyPublic {
    /// No list demands anything, or one lets everybody in beside its alternatives.
    Nothing,
    /// All that one alternative needs encrypts messages only.
    EncryptionOnly,
}

/// A server whose connection others can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadableServer {
    /// The server.
    pub server: usize,
    /// The operations on it.
    pub operations: Vec<usize>,
    /// The schemes whose password, key or token is sent as it is.
    pub secrets: Vec<usize>,
}

/// Who needs a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeUse {
    /// The scheme.
    pub scheme: usize,
    /// The scope.
    pub scope: String,
    /// Operations, by the servers on which they need it.
    pub needed: Vec<(Vec<usize>, Vec<usize>)>,
    /// Whether the scheme declares it; `true` if the scheme is not seen.
    pub is_declared: bool,
}

/// Operations that demand one thing here and another there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The operations.
    pub operations: Vec<usize>,
    /// Servers on which the same is demanded, each group by one of its cells.
    pub groups: Vec<(Vec<usize>, ReportCell)>,
}

/// Operations with a weaker way in beside a stronger one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixedWays {
    /// The scheme that is enough.
    pub weaker: usize,
    /// The scheme in whose place it stands.
    pub stronger: usize,
    /// Why the one is weaker.
    pub because: &'static str,
    /// The servers.
    pub servers: Vec<usize>,
    /// The operations.
    pub operations: Vec<usize>,
}

impl Answers {
    /// What the cells of a report say.
    pub(super) fn of(report: &Report) -> Self {
        Self {
            public: public(report),
            readable: readable(report),
            scopes: scopes(report),
            unneeded: unneeded(report),
            unused: (0..report.schemes.len())
                .filter(|at| report.schemes[*at].is_unused)
                .collect(),
            differences: differences(report),
            mixed: mixed(report),
        }
    }
}

/// Operations by what they have in common; each group in the order of its first operation.
fn grouped<K: Ord>(found: impl IntoIterator<Item = (K, usize)>) -> Vec<(K, Vec<usize>)> {
    let mut groups: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (key, operation) in found {
        groups.entry(key).or_default().push(operation);
    }
    let mut groups: Vec<(K, Vec<usize>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, operations)| operations.first().copied());
    groups
}

fn public(report: &Report) -> Vec<PublicGroup> {
    let mut found = Vec::new();
    for (at, operation) in report.operations.iter().enumerate() {
        for why in [WhyPublic::Nothing, WhyPublic::EncryptionOnly] {
            let is_it = |cell: &&ReportCell| cell.class == Class::Public && why_public(cell) == why;
            let cells = operation.cells.iter().filter(is_it);
            let servers: Vec<usize> = cells.map(|cell| cell.server).collect();
            if !servers.is_empty() {
                found.push(((servers, why), at));
            }
        }
    }
    let groups = grouped(found).into_iter();
    groups
        .map(|((servers, why), operations)| PublicGroup {
            servers,
            why,
            operations,
        })
        .collect()
}

fn why_public(cell: &ReportCell) -> WhyPublic {
    match cell.ways.iter().flatten().any(Vec::is_empty) {
        true => WhyPublic::Nothing,
        false => WhyPublic::EncryptionOnly,
    }
}

fn readable(report: &Report) -> Vec<ReadableServer> {
    let servers = report.servers.iter().enumerate();
    let plain = servers.filter(|(_, server)| server.connection == Connection::Plain);
    plain
        .map(|(server, _)| {
            let mut operations = Vec::new();
            let mut secrets = BTreeSet::new();
            for (at, operation) in report.operations.iter().enumerate() {
                let mut cells = operation.cells.iter();
                let Some(cell) = cells.find(|cell| cell.server == server) else {
                    continue;
                };
                operations.push(at);
                let needs = cell.ways.iter().flatten().flatten();
                let sent = needs.filter(|need| report.schemes[need.scheme].sends_secret);
                secrets.extend(sent.map(|need| need.scheme).filter(|_| cell.has_secret));
            }
            ReadableServer {
                server,
                operations,
                secrets: secrets.into_iter().collect(),
            }
        })
        .collect()
}

fn scopes(report: &Report) -> Vec<ScopeUse> {
    let mut found: BTreeMap<(usize, &str), Vec<_>> = BTreeMap::new();
    for (at, operation) in report.operations.iter().enumerate() {
        let mut on: BTreeMap<(usize, &str), BTreeSet<usize>> = BTreeMap::new();
        for cell in &operation.cells {
            for need in cell.ways.iter().flatten().flatten() {
                for scope in &need.scopes {
                    let servers = on.entry((need.scheme, scope)).or_default();
                    servers.insert(cell.server);
                }
            }
        }
        for (scope, servers) in on {
            let uses = found.entry(scope).or_default();
            uses.push((servers.into_iter().collect(), at));
        }
    }
    let found = found.into_iter();
    found
        .map(|((scheme, scope), uses)| ScopeUse {
            scheme,
            scope: scope.to_owned(),
            needed: grouped(uses),
            is_declared: is_declared(&report.schemes[scheme], scope),
        })
        .collect()
}

fn is_declared(scheme: &ReportScheme, scope: &str) -> bool {
    // OpenID Connect declares its scopes elsewhere.
    scheme.kind.as_deref() != Some("oauth2") || scheme.scopes.iter().any(|known| known == scope)
}

fn unneeded(report: &Report) -> Vec<(usize, String)> {
    let needed: BTreeSet<&str> = (report.operations.iter())
        .flat_map(|operation| &operation.cells)
        .flat_map(|cell| cell.ways.iter().flatten().flatten())
        .flat_map(|need| need.scopes.iter().map(String::as_str))
        .collect();
    let mut seen = BTreeSet::new();
    let schemes = report.schemes.iter().enumerate();
    // Copies of a scheme with other scopes declare the same ones.
    schemes
        .flat_map(|(at, scheme)| scheme.scopes.iter().map(move |scope| (at, scope)))
        .filter(|(_, scope)| !needed.contains(&***scope) && seen.insert(*scope))
        .map(|(at, scope)| (at, scope.clone()))
        .collect()
}

fn differences(report: &Report) -> Vec<Difference> {
    let mut found = Vec::new();
    for pattern in &report.patterns {
        let groups = pattern.groups(report);
        if groups.len() > 1 {
            found.push(Difference {
                operations: pattern.operations.clone(),
                groups: (groups.into_iter())
                    .map(|(servers, cell)| (servers, cell.clone()))
                    .collect(),
            });
        }
    }
    found
}

fn mixed(report: &Report) -> Vec<MixedWays> {
    let mut found = Vec::new();
    for (at, operation) in report.operations.iter().enumerate() {
        let mut on: BTreeMap<(usize, usize, &'static str), Vec<usize>> = BTreeMap::new();
        for cell in &operation.cells {
            for pair in weaker_in(report, cell) {
                on.entry(pair).or_default().push(cell.server);
            }
        }
        found.extend(on.into_iter().map(|(pair, servers)| ((pair, servers), at)));
    }
    let groups = grouped(found).into_iter();
    groups
        .map(
            |(((weaker, stronger, because), servers), operations)| MixedWays {
                weaker,
                stronger,
                because,
                servers,
                operations,
            },
        )
        .collect()
}

/// The schemes of a cell that are enough in place of a stronger one, with that and the reason.
fn weaker_in(report: &Report, cell: &ReportCell) -> BTreeSet<(usize, usize, &'static str)> {
    let is_encrypted = report.servers[cell.server].connection == Connection::Encrypted;
    let ways = cell.ways.as_deref().unwrap_or_default();
    let mut found = BTreeSet::new();
    for weaker in ways {
        for stronger in ways {
            let Some((weak, strong)) = difference_of(weaker, stronger) else {
                continue;
            };
            let (one, other) = (&report.schemes[weak], &report.schemes[strong]);
            if let Some(because) = weaker_because(one, other, is_encrypted) {
                found.insert((weak, strong, because));
            }
        }
    }
    found
}

/// The scheme in which each of two ways differs from the other one, if it is one alone.
fn difference_of(one: &Way, other: &Way) -> Option<(usize, usize)> {
    fn left(one: &Way, other: &Way) -> Option<usize> {
        let mut left = one.iter().filter(|need| !other.contains(need));
        let first = left.next()?;
        left.next().is_none().then_some(first.scheme)
    }
    Some((left(one, other)?, left(other, one)?))
}

/// Why one scheme is weaker than another one, where a standard says so; everything else is not
/// ranked.
fn weaker_because(
    weak: &ReportScheme,
    strong: &ReportScheme,
    is_encrypted: bool,
) -> Option<&'static str> {
    let wire = match is_encrypted {
        true => Wire::Encrypted,
        false => Wire::Mixed,
    };
    let (weak, strong) = (definition(weak)?, definition(strong)?);
    if !is_stronger(&strong, &weak, wire) {
        return None;
    }
    match (&*weak.kind, &*strong.kind) {
        ("plain" | "apiKey" | "httpApiKey" | "http", "X509") => {
            Some("a shared secret is weaker than a certificate")
        }
        ("plain", _) => Some("with SASL PLAIN the server sees the password"),
        ("http", _) => Some("whoever steals a bearer token can use it"),
        ("httpApiKey", _) => Some("a key in a query stands in logs and histories"),
        _ => None,
    }
}

/// What of a scheme decides how strong it is.
fn definition(scheme: &ReportScheme) -> Option<Definition> {
    let detail = scheme.detail.clone().unwrap_or_default();
    Some(Definition {
        kind: scheme.kind.clone()?,
        location: detail.clone(),
        http_scheme: detail,
        ..Definition::default()
    })
}
