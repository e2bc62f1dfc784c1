//! Credentials on their way: over servers without TLS, and of a type that does not fit the
//! protocol (SPEC.md E.5, E.7 and E.8).
//!
//! What is said depends on servers, so it is said where a list asks for a scheme and not at
//! the scheme.

pub(in crate::rules) mod fixes;

use crate::rules::registry;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::InUnit;
use crate::model::effective::On;
use crate::model::facts::{Member, Scheme, Server, ServerVariable};
use crate::rules::address::{parse, signs};
use crate::rules::document::effective::{Use, uses};
use crate::rules::document::servers::{OnServers, ServerAt, Servers};
use crate::rules::document_context::List;
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::rules::messages::quoted;
use crate::rules::rule::{Rule, Severity};
use crate::rules::unit::server::secure_variant;
use crate::spec::{Family, spec};
use crate::text::range::TextRange;

/// How many servers a finding shows.
const MAX_SHOWN: usize = 3;

/// Whether what goes to a server can be read on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exposure {
    /// It cannot, or nobody can tell.
    Safe,
    /// The protocol says so, the port says otherwise.
    Doubtful,
    /// It can.
    Plain,
}

fn exposure(facts: &Server, variables: &[ServerVariable], environment: &Environment) -> Exposure {
    let tls = (facts.protocol.as_ref()).and_then(|protocol| environment.tls(&protocol.value.text));
    if tls != Some(false) || facts.may_be_ciphered {
        return Exposure::Safe;
    }
    let signs = signs(facts, variables);
    if signs.is_loopback || signs.scheme_tls == Some(true) {
        Exposure::Safe
    } else if signs.has_tls_port {
        Exposure::Doubtful
    } else {
        Exposure::Plain
    }
}

/// What is known of a server beside its facts.
pub(super) struct Known<'m> {
    /// Its protocol.
    pub(super) protocol: Option<InUnit<'m, Member>>,
    exposure: Exposure,
    family: Option<&'static Family>,
}

/// Whether operations can change what is said: where a scheme of the document would be in
/// danger, or out of place, on one of its servers.
pub(super) fn needs_operations(servers: &Servers<'_, '_>, types: &HashSet<&'static str>) -> bool {
    types.iter().any(|kind| {
        let mut kinds = (servers.kinds().iter()).map(|at| &servers.get(*at).known);
        kinds.any(|server| server.exposure != Exposure::Safe || server.is_odd_place_for(kind))
    })
}

impl<'m> Known<'m> {
    /// Finds out what is known of a server.
    pub(super) fn new(
        facts: InUnit<'m, Server>,
        variables: &[ServerVariable],
        environment: &Environment,
    ) -> Self {
        let protocol = facts.fact.protocol.as_ref();
        let spec_of = protocol.and_then(|protocol| spec().protocol(&protocol.value.text));
        Self {
            protocol: protocol.map(|protocol| facts.with(protocol)),
            exposure: exposure(facts.fact, variables, environment),
            family: spec_of
                .map(|protocol| &*protocol.family)
                // MQTT over WebSocket has an HTTP request at its start.
                .filter(|family| url_family(facts.fact).is_none_or(|url| url == *family))
                .and_then(|family| spec().family(family)),
        }
    }

    fn is_odd_place_for(&self, kind: &str) -> bool {
        let mut odd = self.family.into_iter().flat_map(|family| &family.odd);
        odd.any(|odd| odd == kind)
    }
}

/// The family of the protocol that the URL of a server names.
fn url_family(server: &Server) -> Option<&'static str> {
    let address = server.address.as_ref()?;
    let known = spec().protocol(parse(&address.value.text).scheme?)?;
    Some(&*known.family).filter(|family| *family != "other")
}

/// Checks the list of a server that counts.
pub(super) fn check_server(server: &ServerAt<'_, '_>, out: &mut Vec<Finding>) {
    let Some(list) = server.list else { return };
    let mut report = Report::default();
    for found in all_uses(list) {
        report.look_at(&found, || std::iter::once(&server.known));
    }
    report.hand_over(out);
}

/// Checks the list of operations; `on` are the servers of each of them.
pub(super) fn check_list(
    list: &List<'_>,
    on: &[&OnServers],
    servers: &Servers<'_, '_>,
    out: &mut Vec<Finding>,
) {
    let mut report = Report::default();
    for on in on {
        let (these, is_all) = match on {
            On::All if servers.are_known => (servers.kinds(), true),
            On::These(these) => (&these[..], false),
            _ => continue,
        };
        for found in all_uses(list) {
            // What a server says of itself is not said again.
            let place = place_of(&found);
            let is_told = if is_all {
                servers.tell(place)
            } else {
                these.iter().any(|at| servers.get(*at).tells(place))
            };
            if !is_told {
                report.look_at(&found, || these.iter().map(|at| &servers.get(*at).known));
            }
        }
    }
    report.hand_over(out);
}

/// The schemes of the list of a server that go over it in the open.
pub(super) fn is_told<'m>(list: &List<'m>, server: &Known<'m>) -> Vec<InUnit<'m, Scheme>> {
    if server.exposure == Exposure::Safe {
        return Vec::new();
    }
    let schemes = all_uses(list).map(|found| found.scheme);
    schemes
        .filter(|scheme| Risk::of(scheme.fact).is_some())
        .collect()
}

fn all_uses<'l, 'm>(list: &'l List<'m>) -> impl Iterator<Item = Use<'m>> + use<'l, 'm> {
    let entries = list.entries.iter();
    entries.flat_map(|meaning| uses(list, meaning)).flatten()
}

fn place_of(found: &Use<'_>) -> TextRange {
    found.scheme.abs(found.scheme.fact.range)
}

/// One server for each protocol and exposure of those that count.
pub(super) fn one_of_each_kind(servers: &Servers<'_, '_>) -> Vec<usize> {
    let mut seen = HashSet::new();
    let all = servers.all().iter().copied();
    all.filter(|at| {
        let known = &servers.get(*at).known;
        let protocol = known.protocol.map(|protocol| &*protocol.fact.value.text);
        seen.insert((protocol, known.exposure as u8))
    })
    .collect()
}

/// Findings by rule and place, since several operations may come to the same one.
#[derive(Default)]
struct Report {
    findings: Vec<(Finding, bool)>,
    at: HashMap<(TextRange, &'static Rule), usize>,
}

impl Report {
    /// Looks at a scheme on servers.
    fn look_at<'k, 'm: 'k, I: Iterator<Item = &'k Known<'m>>>(
        &mut self,
        found: &Use<'_>,
        servers: impl Fn() -> I,
    ) {
        let scheme = found.scheme.fact;
        let Some(kind) = &scheme.scheme_type else {
            return;
        };
        // A type may suit one of the servers of an operation.
        if servers().next().is_some()
            && servers().all(|server| server.is_odd_place_for(&kind.value.text))
        {
            let servers: Vec<&Known<'_>> = servers().collect();
            self.add(found, &servers, &Risk::unfit(&kind.value.text), false);
        }
        let open: Vec<&Known<'_>> = servers()
            .filter(|server| server.exposure != Exposure::Safe)
            .collect();
        if open.is_empty() {
            return;
        }
        let Some(risk) = Risk::of(scheme) else {
            return;
        };
        let is_doubtful = speaks_of_tls(scheme)
            || (open.iter()).all(|server| server.exposure == Exposure::Doubtful);
        self.add(found, &open, &risk, is_doubtful);
    }

    fn add(&mut self, found: &Use<'_>, servers: &[&Known<'_>], risk: &Risk, is_doubtful: bool) {
        let key = (found.place, risk.rule);
        if let Some(at) = self.at.get(&key) {
            self.findings[*at].1 &= is_doubtful;
            return;
        }
        let protocols: Vec<InUnit<'_, Member>> = servers
            .iter()
            .filter_map(|server| server.protocol)
            .collect();
        let Some(first) = protocols.first() else {
            return;
        };
        let name = &*first.fact.value.text;
        let mut finding = Finding::new(risk.rule, found.place, risk.message(name));
        if !found.is_inline {
            let anchor = found.scheme.abs(found.scheme.fact.anchor);
            finding = finding.with(anchor, "the scheme is declared here");
        }
        let shown: BTreeSet<TextRange> = protocols
            .iter()
            .map(|protocol| protocol.abs(protocol.fact.value.range))
            .collect();
        for place in shown.into_iter().take(MAX_SHOWN) {
            finding = if risk.is_about_tls {
                finding.with_part(place, "this protocol is not encrypted")
            } else {
                finding.with(place, "the protocol of the server")
            };
        }
        self.at.insert(key, self.findings.len());
        self.findings.push((finding, is_doubtful));
    }

    fn hand_over(self, out: &mut Vec<Finding>) {
        out.extend(self.findings.into_iter().map(|(finding, is_doubtful)| {
            if is_doubtful {
                finding.at(Severity::Hint)
            } else {
                finding
            }
        }));
    }
}

/// Whether name or description of a scheme speak of TLS, whatever the protocol is called: some
/// write `kafka` for every listener.
fn speaks_of_tls(scheme: &Scheme) -> bool {
    let name = scheme.name.as_ref().map(|name| &*name.text);
    let description = (scheme.description.as_ref()).map(|member| &*member.value.text);
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["ssl", "tls"].iter().any(|word| text.contains(word))
    };
    name.is_some_and(says) || description.is_some_and(says)
}

/// What is wrong with a scheme on a server.
struct Risk {
    rule: &'static Rule,
    /// What happens, before the protocol's name.
    what: String,
    is_about_tls: bool,
}

impl Risk {
    /// What a reader on the way gets, by the type of the scheme.
    fn of(scheme: &Scheme) -> Option<Self> {
        let http = || {
            let name = scheme.http_scheme.as_ref()?.value.text.to_ascii_lowercase();
            match &*name {
                "basic" => Some((registry::HTTP_BASIC_WITHOUT_TLS, "user name and password")),
                "bearer" => Some((registry::HTTP_BEARER_WITHOUT_TLS, "the token")),
                _ => None,
            }
        };
        let (rule, what) = match &*scheme.scheme_type.as_ref()?.value.text {
            "http" => http()?,
            "httpApiKey" => (registry::HTTP_API_KEY_WITHOUT_TLS, "the key"),
            "plain" => (registry::SASL_PLAIN_WITHOUT_TLS, "user name and password"),
            "userPassword" => (
                registry::USER_PASSWORD_WITHOUT_TLS,
                "user name and password",
            ),
            "apiKey" => (registry::API_KEY_WITHOUT_TLS, "the key"),
            "oauth2" | "openIdConnect" => (registry::OAUTH2_WITHOUT_TLS, "the access token"),
            "scramSha256" | "scramSha512" => {
                let what = "passwords can be guessed from what is overheard";
                return Some(Self::about_tls(
                    registry::SASL_SCRAM_WITHOUT_TLS,
                    what.to_owned(),
                ));
            }
            "X509" => {
                let what = "a client cannot show its certificate";
                return Some(Self::about_tls(registry::X509_WITHOUT_TLS, what.to_owned()));
            }
            "gssapi" => {
                let what = "data are protected only if both sides agree on it";
                return Some(Self::about_tls(
                    registry::GSSAPI_WITHOUT_TLS,
                    what.to_owned(),
                ));
            }
            _ => return None,
        };
        let verb = if what.contains(" and ") {
            "cross"
        } else {
            "crosses"
        };
        let what = format!("{what} {verb} the network in clear text");
        Some(Self::about_tls(rule, what))
    }

    fn about_tls(rule: &'static Rule, what: String) -> Self {
        Self {
            rule,
            what,
            is_about_tls: true,
        }
    }

    fn unfit(kind: &str) -> Self {
        let what = if matches!(kind, "http" | "httpApiKey") {
            format!("`{kind}` describes HTTP requests")
        } else {
            format!("`{kind}` is a mechanism of SASL")
        };
        Self {
            rule: registry::SECURITY_TYPE_NOT_FOR_PROTOCOL,
            what,
            is_about_tls: false,
        }
    }

    fn message(&self, protocol: &str) -> String {
        let shown = quoted(protocol);
        let what = &self.what;
        if self.is_about_tls {
            let advice = secure_variant(protocol);
            format!("{what}, since {shown} is not encrypted; {advice}")
        } else {
            format!("{what}, which {shown} has not; choose a type that the server understands")
        }
    }
}
