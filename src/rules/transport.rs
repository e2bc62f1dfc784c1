//! Credentials on their way: over servers without TLS, and of a type that does not fit the
//! protocol (SPEC.md E.5, E.7 and E.8).
//!
//! What is said depends on servers, so it is said where a list asks for a scheme and not at
//! the scheme.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::address::{parse, signs};
use super::finding::Finding;
use super::policy::Policy;
use super::reach::{Effective, Reach, ServerAt, ServersOf, Use, uses};
use super::scene::{List, Scene};
use super::server::secure_variant;
use super::table::Severity;
use super::words::quoted;
use crate::model::At;
use crate::model::facts::{Member, Scheme};
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

fn exposure(server: &ServerAt<'_, '_>, policy: &Policy) -> Exposure {
    let facts = server.facts.fact;
    let tls = (facts.protocol.as_ref()).and_then(|protocol| policy.tls(&protocol.value.text));
    if tls != Some(false) || facts.may_be_ciphered {
        return Exposure::Safe;
    }
    let signs = signs(facts, &server.variables);
    if signs.is_loopback || signs.scheme_tls == Some(true) {
        Exposure::Safe
    } else if signs.has_tls_port {
        Exposure::Doubtful
    } else {
        Exposure::Plain
    }
}

/// What is known of a server beside its facts.
struct Known<'m> {
    protocol: Option<At<'m, Member>>,
    exposure: Exposure,
    family: Option<&'static Family>,
}

/// Whether operations can change what is said: where a scheme of the document would be in
/// danger, or out of place, on one of its servers.
pub(super) fn needs_operations(
    servers: &Reach<'_, '_>,
    scene: &Scene<'_, '_>,
    policy: &Policy,
) -> bool {
    let known = known(servers, policy);
    let kinds: Vec<&Known<'_>> = (one_of_each_kind(&known).into_iter())
        .filter_map(|at| known.get(at))
        .collect();
    scene.model.schemes().any(|scheme| {
        let Some(kind) = &scheme.fact.scheme_type else {
            return false;
        };
        let mut kinds = kinds.iter();
        kinds.any(|server| {
            server.exposure != Exposure::Safe || server.is_odd_place_for(&kind.value.text)
        })
    })
}

impl Known<'_> {
    fn is_odd_place_for(&self, kind: &str) -> bool {
        let mut odd = self.family.into_iter().flat_map(|family| &family.odd);
        odd.any(|odd| odd == kind)
    }
}

fn known<'m>(reach: &Reach<'_, 'm>, policy: &Policy) -> Vec<Known<'m>> {
    (reach.servers.iter())
        .map(|server| {
            let protocol = server.facts.fact.protocol.as_ref();
            let spec_of = protocol.and_then(|protocol| spec().protocol(&protocol.value.text));
            Known {
                protocol: protocol.map(|protocol| server.facts.with(protocol)),
                exposure: exposure(server, policy),
                family: spec_of
                    .map(|protocol| &*protocol.family)
                    // MQTT over WebSocket has an HTTP request at its start.
                    .filter(|family| url_family(server).is_none_or(|url| url == *family))
                    .and_then(|family| spec().family(family)),
            }
        })
        .collect()
}

/// The family of the protocol that the URL of a server names.
fn url_family(server: &ServerAt<'_, '_>) -> Option<&'static str> {
    let address = server.facts.fact.address.as_ref()?;
    let known = spec().protocol(parse(&address.value.text).scheme?)?;
    Some(&*known.family).filter(|family| *family != "other")
}

/// Checks every list of a server or operation that counts.
pub(super) fn check(reach: &Reach<'_, '_>, policy: &Policy, out: &mut Vec<Finding>) {
    let known = known(reach, policy);
    let mut report = Report::default();
    let mut told: HashMap<TextRange, BTreeSet<usize>> = HashMap::new();
    for (at, server) in reach.servers.iter().enumerate() {
        let Some(list) = server.list else { continue };
        for found in all_uses(list) {
            if report.look_at(&found, &known, &[at]) {
                told.entry(place_of(&found)).or_default().insert(at);
            }
        }
    }
    let kinds = one_of_each_kind(&known);
    let mut seen: HashSet<(TextRange, Option<&[usize]>)> = HashSet::new();
    for operation in &reach.operations {
        let Effective::List(list) = operation.list else {
            continue;
        };
        let (servers, these) = match &operation.servers {
            ServersOf::All if reach.servers_are_known => (&*kinds, None),
            ServersOf::These(these) => (&**these, Some(&**these)),
            _ => continue,
        };
        // A trait's list is looked at once for the same servers.
        if !seen.insert((list.site.abs(list.list.key), these)) {
            continue;
        }
        for found in all_uses(list) {
            let is_told = told.get(&place_of(&found)).is_some_and(|told| {
                these.is_none_or(|these| these.iter().any(|at| told.contains(at)))
            });
            if !is_told {
                report.look_at(&found, &known, servers);
            }
        }
    }
    report.hand_over(out);
}

fn all_uses<'m>(list: &List<'m>) -> impl Iterator<Item = Use<'m>> {
    let entries = list.entries.iter();
    entries.flat_map(|meaning| uses(list, meaning)).flatten()
}

fn place_of(found: &Use<'_>) -> TextRange {
    found.scheme.abs(found.scheme.fact.range)
}

/// One server for each protocol and exposure: of many that are alike one is enough.
fn one_of_each_kind(known: &[Known<'_>]) -> Vec<usize> {
    let mut seen = HashSet::new();
    (0..known.len())
        .filter(|at| {
            let one = &known[*at];
            let protocol = one.protocol.map(|protocol| &*protocol.fact.value.text);
            seen.insert((protocol, one.exposure as u8))
        })
        .collect()
}

/// Findings by rule and place, since several operations may come to the same one.
#[derive(Default)]
struct Report {
    findings: Vec<(Finding, bool)>,
    at: HashMap<(TextRange, &'static str), usize>,
}

impl Report {
    /// Looks at a scheme on servers; whether it goes over an open one.
    fn look_at(&mut self, found: &Use<'_>, known: &[Known<'_>], servers: &[usize]) -> bool {
        let scheme = found.scheme.fact;
        let Some(kind) = &scheme.scheme_type else {
            return false;
        };
        let servers: Vec<&Known<'_>> = servers.iter().filter_map(|at| known.get(*at)).collect();
        let is_odd = |server: &&Known<'_>| server.is_odd_place_for(&kind.value.text);
        // A type may suit one of the servers of an operation.
        if !servers.is_empty() && servers.iter().all(is_odd) {
            self.add(found, &servers, &Risk::unfit(&kind.value.text), false);
        }
        let open: Vec<&Known<'_>> = (servers.into_iter())
            .filter(|server| server.exposure != Exposure::Safe)
            .collect();
        let Some(risk) = Risk::of(scheme).filter(|_| !open.is_empty()) else {
            return false;
        };
        let is_doubtful = speaks_of_tls(scheme)
            || (open.iter()).all(|server| server.exposure == Exposure::Doubtful);
        self.add(found, &open, &risk, is_doubtful);
        true
    }

    fn add(&mut self, found: &Use<'_>, servers: &[&Known<'_>], risk: &Risk, is_doubtful: bool) {
        let key = (found.place, risk.rule);
        if let Some(at) = self.at.get(&key) {
            self.findings[*at].1 &= is_doubtful;
            return;
        }
        let protocols: Vec<At<'_, Member>> = servers
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
        let note = if risk.is_about_tls {
            "this protocol is not encrypted"
        } else {
            "the protocol of the server"
        };
        let shown: BTreeSet<TextRange> = protocols
            .iter()
            .map(|protocol| protocol.abs(protocol.fact.value.range))
            .collect();
        for place in shown.into_iter().take(MAX_SHOWN) {
            finding = finding.with(place, note);
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
    rule: &'static str,
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
                "basic" => Some(("http-basic-without-tls", "user name and password")),
                "bearer" => Some(("http-bearer-without-tls", "the token")),
                _ => None,
            }
        };
        let (rule, what) = match &*scheme.scheme_type.as_ref()?.value.text {
            "http" => http()?,
            "httpApiKey" => ("http-api-key-without-tls", "the key"),
            "plain" => ("sasl-plain-without-tls", "user name and password"),
            "userPassword" => ("user-password-without-tls", "user name and password"),
            "apiKey" => ("api-key-without-tls", "the key"),
            "oauth2" | "openIdConnect" => ("oauth2-without-tls", "the access token"),
            "scramSha256" | "scramSha512" => {
                let what = "passwords can be guessed from what is overheard";
                return Some(Self::about_tls("sasl-scram-without-tls", what.to_owned()));
            }
            "X509" => {
                let what = "a client cannot show its certificate";
                return Some(Self::about_tls("x509-without-tls", what.to_owned()));
            }
            "gssapi" => {
                let what = "data are protected only if both sides agree on it";
                return Some(Self::about_tls("gssapi-without-tls", what.to_owned()));
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

    fn about_tls(rule: &'static str, what: String) -> Self {
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
            rule: "security-type-not-for-protocol",
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
