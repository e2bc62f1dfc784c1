//! Servers and operations without authentication (docs/specification.md E.5). Their fixes are below.

use std::collections::HashSet;

use crate::edits::template::{Template, TemplateKey, member, required, settled};
use crate::model::InUnit;
use crate::model::effective::On;
use crate::model::facts::{Scheme, Site};
use crate::model::walk::UnitKind;
use crate::rules::address::signs;
use crate::rules::document::servers::{OnServers, ResolvedServer, Servers};
use crate::rules::document::{address_credential, semantics};
use crate::rules::document_context::{DocumentContext, List, is_encryption};
use crate::rules::finding::Finding;
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder};
use crate::rules::fix::names::{DECLARED, declared, entry_for, fresh_name};
use crate::rules::fix::{FixContext, MAX_OFFERED};
use crate::rules::messages::{MAX_SHOWN, listed, quoted};
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::spec::spec;

/// Counts of operations, by what their lists require.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OperationCounts {
    /// All of them.
    pub(super) all: usize,
    /// With a list of their own, or with one outside of the document.
    covered: usize,
    /// With a list whose entries all authenticate the client.
    authenticated: usize,
}

impl OperationCounts {
    /// One operation.
    pub(super) fn new(is_covered: bool, is_authenticated: bool) -> Self {
        Self {
            all: 1,
            covered: usize::from(is_covered),
            authenticated: usize::from(is_authenticated),
        }
    }

    /// Adds others.
    pub(super) fn add(&mut self, other: Self) {
        self.all += other.all;
        self.covered += other.covered;
        self.authenticated += other.authenticated;
    }

    /// Whether that many are all operations. Without operations, only if some may be unknown.
    fn are_all(self, so_many: usize, are_known: bool) -> bool {
        so_many == self.all && (self.all > 0 || !are_known)
    }
}

/// Checks a server in use. `count` counts its operations; `are_known` says whether all of them are
/// in the document.
pub(super) fn check_server(
    context: &DocumentContext<'_, '_>,
    declared: &Declared<'_>,
    server: &ResolvedServer<'_, '_>,
    count: OperationCounts,
    are_known: bool,
    out: &mut Vec<Finding>,
) {
    let lacks_security = server.site.fact.security.is_none()
        && !count.are_all(count.covered, are_known)
        && !declared.has_list_at_root;
    let asked = address_credential::check(context, server);
    if is_anypoint(server) {
        out.extend(anypoint(server));
    } else if lacks_security {
        let finding = without_security(declared, server);
        let is_vague = finding.severity != Some(Severity::Warning);
        out.push(asked.filter(|_| is_vague).unwrap_or(finding));
    } else {
        out.extend(asked);
    }
    if let Some(list) = server.list
        && !count.are_all(count.authenticated, are_known)
    {
        encryption_only(list, out);
    }
}

/// What a document declares, for servers without `security`.
pub(super) struct Declared<'m> {
    /// The schemes that nothing requires, but for those that only encrypt.
    unused: Vec<(&'m str, InUnit<'m, Scheme>)>,
    /// Whether it says anything about security.
    is_any: bool,
    /// Whether its root has a list, which has a finding of its own: it is to be moved to the
    /// servers.
    has_list_at_root: bool,
}

impl<'m> Declared<'m> {
    /// `found` are the findings so far.
    pub(super) fn of(context: &DocumentContext<'m, '_>, found: &[Finding]) -> Self {
        let mut unused = semantics::unused_schemes(context, found);
        unused.retain(|(_, scheme)| !is_encryption(type_of(scheme.fact)));
        let mut lists = context.lists.iter();
        let mut roots = context.model.units_of(UnitKind::Root, false);
        Self {
            unused,
            is_any: context.model.schemes().next().is_some()
                || lists.any(|list| !list.entries.is_empty()),
            has_list_at_root: roots.any(|root| root.unit.rest().misplaced.is_some()),
        }
    }
}

fn type_of(scheme: &Scheme) -> &str {
    let kind = scheme.scheme_type.as_ref();
    kind.map_or("", |kind| &*kind.value.text)
}

/// A server without `security`: probably forgotten where a scheme is declared that nothing
/// requires, and hardly worth a word where the document says nothing of security at all.
fn without_security(declared: &Declared<'_>, server: &ResolvedServer<'_, '_>) -> Finding {
    let fits = |scheme: &Scheme| !server.transport.is_odd_place_for(type_of(scheme));
    let unused = declared.unused.iter();
    let schemes: Vec<_> = (unused.filter(|(_, scheme)| fits(scheme.fact)))
        .take(MAX_SHOWN)
        .collect();
    let place = server.site.abs(server.site.fact.owner.range);
    let mut finding = if schemes.is_empty() {
        let message = "nothing says how clients authenticate here; add `security`";
        Finding::new(registry::SERVER_WITHOUT_SECURITY, place, message)
    } else {
        let names = listed(schemes.iter().map(|(name, _)| *name), "and");
        let (are, it) = match schemes.len() {
            1 => ("is", "it"),
            _ => ("are", "one of them"),
        };
        let message =
            format!("{names} {are} declared but required nowhere; add `security` with {it} here");
        Finding::new(registry::SERVER_WITHOUT_SECURITY, place, message).at(Severity::Warning)
    };
    for (_, scheme) in &schemes {
        finding = finding.with(scheme.abs(scheme.fact.anchor()), "declared here");
    }
    // A developer's own machine often has no authentication, nor has a network of containers.
    if !declared.is_any || is_local(server) {
        return finding.at(Severity::Hint);
    }
    finding
}

/// Whether only those near by can reach the server.
fn is_local(server: &ResolvedServer<'_, '_>) -> bool {
    signs(server.facts.fact, &server.variables).is_local
}

/// Checks the effective list of an operation.
pub(super) fn check_list(
    list: &List<'_>,
    on: &OnServers,
    servers: &Servers<'_, '_>,
    out: &mut Vec<Finding>,
) {
    let is_open = || match on {
        On::All => servers.are_known && !servers.all_authenticate,
        On::These(these) => (these.iter()).any(|at| !servers.get(*at).authenticates()),
        On::Unknown => false,
    };
    if list.has_encryption() && is_open() {
        encryption_only(list, out);
    }
}

/// Whether findings depend on operations: a server has no list, or a scheme only encrypts.
pub(super) fn needs_operations(servers: &Servers<'_, '_>, types: &HashSet<&'static str>) -> bool {
    let mut lists = servers.all().iter().map(|at| servers.get(*at).list);
    lists.any(|list| list.is_none_or(|list| list.entries.is_empty()))
        || types.iter().any(|kind| is_encryption(kind))
}

/// Checks an operation that has no list.
pub(super) fn uncovered(
    operation: InUnit<'_, Site>,
    on: &OnServers,
    servers: &Servers<'_, '_>,
) -> Option<Finding> {
    let is_open = |at: &usize| servers.get(*at).is_open();
    let (open, all) = match on {
        On::All if servers.are_known => (servers.open.clone(), servers.all().len()),
        On::These(these) => (these.iter().copied().filter(is_open).collect(), these.len()),
        _ => return None,
    };
    let count = open.len();
    let shown = open.into_iter().take(MAX_SHOWN);
    let open: Vec<_> = shown.map(|at| servers.get(at)).collect();
    let message = match open[..] {
        [] => return None,
        _ if count == all => "neither this operation nor one of its servers has `security`; \
             add it to one of them"
            .to_owned(),
        [first, ..] => format!(
            "the server {} asks for nothing, and neither does this operation, which can be \
             reached through it; add `security` to one of them",
            quoted(&first.site.fact.owner.text)
        ),
    };
    let place = operation.abs(operation.fact.owner.range);
    let mut finding = Finding::new(registry::OPERATION_WITHOUT_SECURITY, place, message);
    for server in open {
        let place = server.site.abs(server.site.fact.owner.range);
        finding = finding.with(place, "this server has no `security`");
    }
    Some(finding)
}

fn encryption_only(list: &List<'_>, out: &mut Vec<Finding>) {
    let others = list.entries.len() > 1;
    for meaning in &list.entries {
        if !list.only_encrypts(meaning) {
            continue;
        }
        let Some(Some(found)) = list.uses(meaning).next() else {
            continue;
        };
        let effect = if others {
            "this alternative encrypts payloads but authenticates nobody, so a client may choose it \
             instead of logging in; require it in addition, not as an alternative"
        } else {
            "this encrypts payloads but authenticates nobody; \
             require a scheme that authenticates the client in addition"
        };
        let finding = Finding::new(registry::SECURITY_ENCRYPTION_ONLY, found.place, effect);
        out.push(if found.is_inline {
            finding
        } else {
            finding.with_spot(found.scheme.anchor(), "the scheme is declared here")
        });
    }
}

fn is_anypoint(server: &ResolvedServer<'_, '_>) -> bool {
    let protocol = server.facts.fact.protocol.as_ref();
    protocol.is_some_and(|protocol| protocol.value.text.eq_ignore_ascii_case("anypointmq"))
}

/// The bindings of Anypoint MQ require OAuth 2 with client credentials.
fn anypoint(server: &ResolvedServer<'_, '_>) -> Option<Finding> {
    const RULE: &Rule = registry::ANYPOINTMQ_OAUTH2_REQUIRED;
    const MESSAGE: &str =
        "Anypoint MQ requires the OAuth 2 client credentials flow; add a scheme with it";
    let Some(security) = &server.site.fact.security else {
        let owner = server.site.fact.owner.range;
        return Some(Finding::new(RULE, server.site.abs(owner), MESSAGE));
    };
    let list = server.list?;
    for meaning in &list.entries {
        for found in list.uses(meaning) {
            // A scheme outside of the document may be right.
            let scheme = found?.scheme.fact();
            let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
            let mut flows = scheme.flows().iter();
            if kind == Some("oauth2") && flows.any(|flow| flow.name.text == "clientCredentials") {
                return None;
            }
        }
    }
    let key = server.site.abs(security.key);
    Some(Finding::new(RULE, key, MESSAGE))
}

/// The token URL of Anypoint MQ; the author must fill in the region.
const ANYPOINT_TOKENS: &str = "https://mq-us-east-1.anypoint.mulesoft.com/api/v1/authorize";

/// Offers the declared schemes as `security`.
pub(in crate::rules) fn fix_uncovered(fix: &mut FixContext<'_>) {
    let Some(value) = fix.path.value().filter(|_| fix.path.is_key()) else {
        return;
    };
    for name in declared(fix).take(MAX_OFFERED) {
        let Some(item) = entry_for(fix, name) else {
            continue;
        };
        let members = vec![member("security", Template::list_of(item))];
        let title = format!("Add `security` with {}", quoted(name));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            edits.add(&value, members, &[])
        });
    }
}

/// Offers to declare and require a scheme for clients of Anypoint MQ.
pub(in crate::rules) fn fix_anypoint(fix: &mut FixContext<'_>) {
    if !fix.can_declare() {
        return;
    }
    let name = fresh_name(fix.model, "anypoint");
    let (Some(item), Some(flow)) = (
        entry_for(fix, &name),
        spec().object("flow.clientCredentials"),
    ) else {
        return;
    };
    let mut members = required(flow, fix.version);
    for (key, value) in &mut members {
        if matches!(key, TemplateKey::Text(name) if name == "tokenUrl") {
            *value = Template::text(ANYPOINT_TOKENS);
        }
    }
    let flow = settled(Template::Map(members));
    let scheme = Template::Map(vec![
        member("type", Template::text("oauth2")),
        member(
            "flows",
            Template::Map(vec![member("clientCredentials", flow)]),
        ),
    ]);
    let (Some(entry), Some(value)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    let list = value.node();
    let has_list = entry.key.value() == "security";
    if has_list && !list.is_sequence() {
        return;
    }
    let title = format!(
        "Declare {} with a placeholder and require it",
        quoted(&name)
    );
    fix.offer(title, Placeholder, |edits| {
        if has_list && list.items().next().is_some() {
            edits.append(list, &item)?;
        } else if has_list {
            edits.put(entry, &Template::list_of(item))?;
        } else {
            let members = vec![member("security", Template::list_of(item))];
            edits.add(&value, members, &[])?;
        }
        edits.insert_at(&DECLARED, &name, &scheme)
    });
}
