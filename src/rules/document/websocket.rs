//! Keys and tokens in the query of a WebSocket's URL. A browser cannot set headers when it opens
//! one (WHATWG WebSockets, `new WebSocket(url, protocols)`), so that "use a header" is no remedy.

use std::collections::HashSet;

use crate::model::effective::{On, servers_of};
use crate::model::facts::Scheme;
use crate::model::walk::UnitKind;
use crate::model::{InUnit, UnitRef};
use crate::rules::address::parse;
use crate::rules::document_context::DocumentContext;
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Severity;
use crate::text::range::TextRange;

/// Words for what is used once or soon expires.
const SHORT_LIVED: [&str; 7] = [
    "ticket",
    "temporary",
    "short-lived",
    "short lived",
    "one-time",
    "single-use",
    "ephemeral",
];

/// The schemes that are used on WebSockets.
pub(super) struct OnWebSockets<'m> {
    /// In the order of the text.
    schemes: Vec<InUnit<'m, Scheme>>,
}

impl<'m> OnWebSockets<'m> {
    /// Reads every list. A scheme that nothing requires may be meant for any server.
    pub(super) fn of(context: &DocumentContext<'m, '_>) -> Self {
        let any = (context.model.units_of(UnitKind::Server, false))
            .any(|server| is_websocket(context, server));
        let mut schemes = Vec::new();
        let mut used = HashSet::new();
        for list in &context.lists {
            let unit = context.model.unit(list.unit);
            let on_websocket = unit.is_some_and(|unit| is_on_websocket(context, unit, any));
            for found in list.all_uses() {
                // A scheme of another file has its findings there.
                let Some(scheme) = found.scheme.here() else {
                    continue;
                };
                used.insert(place(scheme));
                schemes.extend(on_websocket.then_some(scheme));
            }
        }
        let unused = (context.model.schemes()).filter(|one| any && !used.contains(&place(*one)));
        schemes.extend(unused);
        schemes.sort_by_key(|scheme| place(*scheme).start());
        Self { schemes }
    }

    /// The scheme around a finding.
    fn around(&self, finding: &Finding) -> Option<InUnit<'m, Scheme>> {
        let schemes = &self.schemes;
        let next = schemes.partition_point(|one| place(*one).start() <= finding.range.start());
        let last = *schemes.get(next.checked_sub(1)?)?;
        place(last).contains(finding.range).then_some(last)
    }

    /// Tells findings about keys and tokens in queries what browsers can do, and drops those about
    /// what they do already.
    pub(super) fn soften(&self, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| {
            let Some(scheme) = self.around(finding).filter(|_| is_key_in_query(finding)) else {
                return true;
            };
            if is_short_lived(scheme.fact) {
                return false;
            }
            let is_key = finding.rule == registry::HTTP_API_KEY_IN_QUERY;
            let what = if is_key { "key" } else { "token" };
            finding.message = format!(
                "the {what} ends up in logs with the URL; browsers cannot set headers on a \
                 WebSocket, so let them send a ticket that is valid once and briefly, or the \
                 {what} in `Sec-WebSocket-Protocol`"
            )
            .into();
            finding.severity = Some(Severity::Information);
            true
        });
    }
}

/// Whether what is sent is worth nothing when somebody finds it in a log.
fn is_short_lived(scheme: &Scheme) -> bool {
    let members = [&scheme.details().parameter, &scheme.details().description];
    let mut texts = members.into_iter().flatten();
    texts.any(|member| {
        let text = member.value.text.to_ascii_lowercase();
        SHORT_LIVED.iter().any(|word| text.contains(word))
    })
}

fn place(scheme: InUnit<'_, Scheme>) -> TextRange {
    scheme.abs(scheme.fact.range)
}

/// Whether the lists of a unit hold on a WebSocket; `any` says that some server is one.
fn is_on_websocket<'m>(context: &DocumentContext<'m, '_>, unit: UnitRef<'m>, any: bool) -> bool {
    if unit.place == UnitKind::Server {
        return is_websocket(context, unit);
    }
    match servers_of(&context.resolver, context.version, unit) {
        On::These(servers) => (servers.into_iter()).any(|server| is_websocket(context, server)),
        On::All | On::Unknown => any,
    }
}

/// Whether a finding is about a key or token in a query.
pub(super) fn is_key_in_query(finding: &Finding) -> bool {
    [
        registry::HTTP_API_KEY_IN_QUERY,
        registry::HTTP_API_KEY_QUERY_ACCESS_TOKEN,
    ]
    .contains(&finding.rule)
}

fn is_websocket<'m>(context: &DocumentContext<'m, '_>, server: UnitRef<'m>) -> bool {
    let Some(end) = context.resolver.unit(server).end() else {
        return false;
    };
    let Some(facts) = &end.unit.rest().server else {
        return false;
    };
    let protocol = facts
        .protocol
        .as_ref()
        .map(|protocol| &*protocol.value.text);
    let address = facts.address.as_ref();
    let scheme = address.and_then(|address| parse(&address.value.text).scheme);
    let mut words = protocol.into_iter().chain(scheme);
    words.any(|word| word.eq_ignore_ascii_case("ws") || word.eq_ignore_ascii_case("wss"))
}
