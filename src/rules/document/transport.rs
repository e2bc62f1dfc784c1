//! Credentials in transport: over servers without TLS, and of a type that does not fit the protocol
//! (docs/specification.md E.5, E.7 and E.8).
//!
//! Findings depend on servers, so they are at the entry that requires a scheme, not at the scheme.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::InUnit;
use crate::model::effective::On;
use crate::model::facts::{Member, Scheme};
use crate::rules::document::exposure::{Exposure, Risk, Transport};
use crate::rules::document::servers::{OnServers, ResolvedServer, Servers};
use crate::rules::document_context::{List, UsedScheme};
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::ChangesMeaning;
use crate::rules::messages::MAX_SHOWN;
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::rules::unit::scheme::types::is_doubtful;
use crate::rules::unit::server::{encrypt, protocol_over_tls};
use crate::text::range::TextRange;

/// Whether findings depend on operations: a scheme of the document is at risk, or does not fit, on
/// one of its servers.
pub(super) fn needs_operations(servers: &Servers<'_, '_>, types: &HashSet<&'static str>) -> bool {
    types.iter().any(|kind| {
        let mut kinds = (servers.kinds().iter()).map(|at| &servers.get(*at).transport);
        kinds.any(|server| server.exposure != Exposure::Safe || server.is_odd_place_for(kind))
    })
}

/// Checks the list of a server in use.
pub(super) fn check_server(server: &ResolvedServer<'_, '_>, out: &mut Vec<Finding>) {
    let Some(list) = server.list else { return };
    let mut report = Report::default();
    for found in list.all_uses() {
        report.check(&found, || std::iter::once(&server.transport));
    }
    report.finish(out);
}

/// Checks a list that several operations share; `on` are the servers of each of them.
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
        for found in list.all_uses() {
            // Already reported at the list of the server.
            let place = found.scheme.place();
            let is_reported = if is_all {
                servers.is_reported(place)
            } else {
                these.iter().any(|at| servers.get(*at).reports(place))
            };
            if !is_reported {
                report.check(&found, || {
                    these.iter().map(|at| &servers.get(*at).transport)
                });
            }
        }
    }
    report.finish(out);
}

/// Findings by rule and range: several operations may give the same one.
#[derive(Default)]
struct Report {
    findings: Vec<(Finding, bool)>,
    at: HashMap<(TextRange, &'static Rule), usize>,
}

impl Report {
    /// Checks a scheme on servers.
    fn check<'k, 'm: 'k, I: Iterator<Item = &'k Transport<'m>>>(
        &mut self,
        found: &UsedScheme<'_>,
        servers: impl Fn() -> I,
    ) {
        let scheme = found.scheme.fact();
        let Some(kind) = &scheme.scheme_type else {
            return;
        };
        // A type that fits one of the servers of an operation is fine, and one that may be a mistake
        // has a finding of its own.
        if !is_doubtful(scheme)
            && servers().next().is_some()
            && servers().all(|server| server.is_odd_place_for(&kind.value.text))
        {
            let servers: Vec<&Transport<'_>> = servers().collect();
            self.add(found, &servers, &Risk::unfit(&kind.value.text), false);
            return;
        }
        let open: Vec<&Transport<'_>> = servers()
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

    fn add(
        &mut self,
        found: &UsedScheme<'_>,
        servers: &[&Transport<'_>],
        risk: &Risk,
        is_doubtful: bool,
    ) {
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
            finding = finding.with_spot(found.scheme.anchor(), "the scheme is declared here");
        }
        let places: BTreeSet<TextRange> = protocols
            .iter()
            .map(|protocol| protocol.abs(protocol.fact.value.range))
            .collect();
        let places: Vec<TextRange> = places.into_iter().collect();
        for place in places.iter().copied().take(MAX_SHOWN) {
            finding = if risk.is_about_tls {
                finding.with_part(place, "this protocol is not encrypted")
            } else {
                finding.with(place, "the protocol of the server")
            };
        }
        self.at.insert(key, self.findings.len());
        let finding = finding.with_data(Data::Servers(places));
        self.findings.push((finding, is_doubtful));
    }

    /// A type that does not fit is the one cause of both findings at a place.
    fn finish(self, out: &mut Vec<Finding>) {
        let unfit = registry::SECURITY_TYPE_NOT_FOR_PROTOCOL;
        let places = self.findings.iter().filter(|(one, _)| one.rule == unfit);
        let places: HashSet<TextRange> = places.map(|(one, _)| one.range).collect();
        let mut findings = self.findings;
        findings.retain(|(one, _)| one.rule == unfit || !places.contains(&one.range));
        out.extend(findings.into_iter().map(|(finding, is_doubtful)| {
            if is_doubtful {
                finding.at(Severity::Hint)
            } else {
                finding
            }
        }));
    }
}

/// Whether the name or description of a scheme mentions TLS. Some documents write `kafka` for every
/// listener, encrypted or not.
fn speaks_of_tls(scheme: &Scheme) -> bool {
    let name = scheme.name().map(|name| &*name.text);
    let description = (scheme.details().description.as_ref()).map(|member| &*member.value.text);
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["ssl", "tls"].iter().any(|word| text.contains(word))
    };
    name.is_some_and(says) || description.is_some_and(says)
}

/// Offers the TLS variant of every protocol in the finding.
pub(in crate::rules) fn fix_without_tls(fix: &mut FixContext<'_>) {
    let Some(protocols) = fix.other_parts() else {
        return;
    };
    let variants: Option<Vec<&str>> = (protocols.iter())
        .map(|protocol| protocol_over_tls(protocol.node().value()))
        .collect();
    let Some([first, rest @ ..]) = variants.as_deref() else {
        return;
    };
    let title = if rest.is_empty() {
        format!("Change the protocol of the server to `{first}`")
    } else {
        "Change the protocols of the servers to their variants over TLS".to_owned()
    };
    fix.offer(title, ChangesMeaning, |edits| {
        (protocols.iter()).try_for_each(|protocol| encrypt(edits, protocol))
    });
}
