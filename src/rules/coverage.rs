//! What no list covers, or only seems to (SPEC.md E.5).

use super::address::signs;
use super::finding::Finding;
use super::reach::{Effective, OperationAt, Reach, ServerAt, ServersOf, uses};
use super::scene::{List, Meaning, Scene};
use super::table::Severity;
use crate::model::facts::Scheme;
use crate::spec::Version;

/// Checks servers and operations that count.
pub(super) fn check(reach: &Reach<'_, '_>, version: Version, out: &mut Vec<Finding>) {
    let counts = count(reach);
    for (server, count) in reach.servers.iter().zip(&counts) {
        if is_anypoint(server) {
            out.extend(anypoint(server));
        } else if server.site.fact.security.is_none()
            && !count.are_all(count.covered, reach.operations_are_known)
        {
            let finding = Finding::new(
                "server-without-security",
                server.site.abs(server.site.fact.owner.range),
                "nothing says how clients authenticate here; add `security`",
            );
            // The machine of a developer is open in most cases.
            let is_loopback = signs(server.facts.fact, &server.variables).is_loopback;
            out.push(if is_loopback {
                finding.at(Severity::Hint)
            } else {
                finding
            });
        }
        if let Some(list) = server.list
            && !count.are_all(count.authenticated, reach.operations_are_known)
        {
            encryption_only(list, out);
        }
    }
    let mut seen = std::collections::HashSet::new();
    for operation in &reach.operations {
        match operation.list {
            Effective::List(list) => {
                let is_open = || {
                    let mut servers = servers_of(reach, operation).into_iter().flatten();
                    servers.any(|server| !server.list.is_some_and(authenticates))
                };
                if seen.insert(list.site.abs(list.list.key)) && has_encryption(list) && is_open() {
                    encryption_only(list, out);
                }
            }
            Effective::Nothing if version >= Version::V2_4 => {
                out.extend(uncovered(reach, operation));
            }
            _ => {}
        }
    }
}

/// Whether operations can change what is said: where a server has no list, or something asks
/// for nothing but encryption.
pub(super) fn needs_operations(servers: &Reach<'_, '_>, scene: &Scene<'_, '_>) -> bool {
    let mut all = servers.servers.iter();
    all.any(|server| server.list.is_none_or(|list| list.entries.is_empty()))
        || scene
            .model
            .schemes()
            .any(|scheme| is_encryption(scheme.fact))
}

/// How many operations a server has, and what they ask for.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    /// With a list of their own, or with one that is out of sight.
    covered: usize,
    /// With a list of which each entry authenticates.
    authenticated: usize,
}

impl Count {
    fn add(&mut self, operation: &OperationAt<'_, '_>) {
        self.all += 1;
        match operation.list {
            Effective::Nothing => {}
            Effective::Unknown => {
                self.covered += 1;
                self.authenticated += 1;
            }
            Effective::List(list) => {
                self.covered += usize::from(!list.entries.is_empty());
                self.authenticated += usize::from(authenticates(list));
            }
        }
    }

    /// Whether so many are all operations, as far as can be seen.
    fn are_all(self, so_many: usize, are_known: bool) -> bool {
        so_many == self.all && (self.all > 0 || !are_known)
    }
}

fn count(reach: &Reach<'_, '_>) -> Vec<Count> {
    let mut everywhere = Count::default();
    let mut counts = vec![Count::default(); reach.servers.len()];
    for operation in &reach.operations {
        match &operation.servers {
            ServersOf::These(these) => {
                for at in these {
                    counts[*at].add(operation);
                }
            }
            // An operation whose servers are out of sight may be on any.
            ServersOf::All | ServersOf::Unknown => everywhere.add(operation),
        }
    }
    for count in &mut counts {
        count.all += everywhere.all;
        count.covered += everywhere.covered;
        count.authenticated += everywhere.authenticated;
    }
    counts
}

/// The servers of an operation, if they can be seen.
fn servers_of<'r, 's, 'm>(
    reach: &'r Reach<'s, 'm>,
    operation: &OperationAt<'_, '_>,
) -> Option<Vec<&'r ServerAt<'s, 'm>>> {
    match &operation.servers {
        ServersOf::All if reach.servers_are_known => Some(reach.servers.iter().collect()),
        ServersOf::These(these) => Some(these.iter().map(|at| &reach.servers[*at]).collect()),
        _ => None,
    }
}

fn uncovered(reach: &Reach<'_, '_>, operation: &OperationAt<'_, '_>) -> Option<Finding> {
    let servers = servers_of(reach, operation)?;
    let is_open = |server: &&ServerAt<'_, '_>| {
        let security = server.site.fact.security.as_ref();
        security.is_none_or(|list| list.is_list && list.entries.is_empty())
    };
    if servers.is_empty() || !servers.iter().all(is_open) {
        return None;
    }
    Some(Finding::new(
        "operation-without-security",
        operation.site.abs(operation.site.fact.owner.range),
        "neither this operation nor one of its servers has `security`; add it to one of them",
    ))
}

fn is_encryption(scheme: &Scheme) -> bool {
    let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
    matches!(kind, Some("symmetricEncryption" | "asymmetricEncryption"))
}

/// Whether an entry asks for nothing but encrypted payloads.
fn only_encrypts<'m>(list: &List<'m>, meaning: &Meaning<'m>) -> bool {
    let uses = uses(list, meaning);
    let is_one = |found: &Option<_>| {
        let found: &Option<super::reach::Use<'_>> = found;
        (found.as_ref()).is_some_and(|found| is_encryption(found.scheme.fact))
    };
    !uses.is_empty() && uses.iter().all(is_one)
}

fn has_encryption(list: &List<'_>) -> bool {
    let mut entries = list.entries.iter();
    entries.any(|meaning| only_encrypts(list, meaning))
}

/// Whether each alternative of a list authenticates somebody.
fn authenticates(list: &List<'_>) -> bool {
    !list.entries.is_empty() && !has_encryption(list)
}

fn encryption_only(list: &List<'_>, out: &mut Vec<Finding>) {
    let others = list.entries.len() > 1;
    for meaning in &list.entries {
        if !only_encrypts(list, meaning) {
            continue;
        }
        let Some(Some(found)) = uses(list, meaning).into_iter().next() else {
            continue;
        };
        let effect = if others {
            "this alternative encrypts payloads and authenticates nobody, \
             so it makes the others optional; require it beside them"
        } else {
            "this encrypts payloads and authenticates nobody; \
             add a scheme that says who the client is"
        };
        let finding = Finding::new("security-encryption-only", found.place, effect);
        let anchor = found.scheme.abs(found.scheme.fact.anchor);
        out.push(if found.is_inline {
            finding
        } else {
            finding.with(anchor, "the scheme is declared here")
        });
    }
}

fn is_anypoint(server: &ServerAt<'_, '_>) -> bool {
    let protocol = server.facts.fact.protocol.as_ref();
    protocol.is_some_and(|protocol| protocol.value.text.eq_ignore_ascii_case("anypointmq"))
}

/// The bindings of Anypoint MQ require OAuth 2 with client credentials.
fn anypoint(server: &ServerAt<'_, '_>) -> Option<Finding> {
    const RULE: &str = "anypointmq-oauth2-required";
    const MESSAGE: &str =
        "clients of Anypoint MQ have OAuth 2 client credentials; add a scheme with that flow";
    let Some(security) = &server.site.fact.security else {
        let owner = server.site.fact.owner.range;
        return Some(Finding::new(RULE, server.site.abs(owner), MESSAGE));
    };
    let list = server.list?;
    for meaning in &list.entries {
        for found in uses(list, meaning) {
            // What is out of sight may be right.
            let scheme = found?.scheme.fact;
            let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
            let mut flows = scheme.flows.iter();
            if kind == Some("oauth2") && flows.any(|flow| flow.name.text == "clientCredentials") {
                return None;
            }
        }
    }
    let key = server.site.abs(security.key);
    Some(Finding::new(RULE, key, MESSAGE))
}
