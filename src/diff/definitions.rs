//! What changes in the definition of a scheme that keeps its identity.

use std::collections::BTreeSet;

use super::kind::{self, Kind};
use super::side::{Definition, Flow};
use super::strength::{Wire, is_discouraged_flow, is_stronger, is_stronger_flow};
use super::url;
use crate::rules::messages::quoted;

/// A change of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub kind: Kind,
    /// The scope that it is about.
    pub scope: Option<String>,
    /// What is said, without the name of the scheme.
    pub sentence: String,
}

/// How a scheme is used.
#[derive(Debug, Clone, Copy)]
pub struct UseOf<'u> {
    /// The servers on which it is demanded.
    pub wire: Wire,
    /// The scopes that are demanded of it on the old side.
    pub scopes: &'u BTreeSet<String>,
    /// The scopes that are demanded of it on the new side.
    pub new_scopes: &'u BTreeSet<String>,
    /// Whether one side is 2.x and the other one 3.x, where fields have other names.
    pub is_other_major: bool,
}

/// The changes of a definition.
pub fn changes(old: &Definition, new: &Definition, of: &UseOf<'_>) -> Vec<Change> {
    if old.kind != new.kind {
        return vec![type_changed(old, new, of)];
    }
    let mut out = Vec::new();
    http(old, new, of.wire, &mut out);
    key(old, new, &mut out);
    issuer(old, new, &mut out);
    flows(old, new, &mut out);
    scopes(old, new, of, &mut out);
    if old.bearer_format != new.bearer_format {
        push(
            &mut out,
            kind::BEARER_FORMAT_CHANGED,
            format!(
                "the hint about the format of tokens was {} and is {} now",
                quoted(&old.bearer_format),
                quoted(&new.bearer_format)
            ),
        );
    }
    if old.opaque != new.opaque {
        push(
            &mut out,
            kind::REFERENCE_TARGET_CHANGED,
            "its flows are behind another reference now, which is not followed".to_owned(),
        );
    }
    if out.is_empty() && old.fingerprint != new.fingerprint && !of.is_other_major {
        push(
            &mut out,
            kind::DOCUMENTATION_CHANGED,
            "only texts and extensions changed".to_owned(),
        );
    }
    // One cause, one line: the same of several endpoints is said once.
    let mut seen = BTreeSet::new();
    out.retain(|one| {
        seen.insert((
            one.kind.id,
            one.scope.clone(),
            is_of_flow(&one.kind).then(|| one.sentence.clone()),
        ))
    });
    out
}

fn is_of_flow(kind: &Kind) -> bool {
    [
        kind::FLOW_REMOVED,
        kind::FLOW_ADDED,
        kind::FLOW_ADDED_DISCOURAGED,
    ]
    .contains(kind)
}

fn push(out: &mut Vec<Change>, kind: Kind, sentence: String) {
    out.push(Change {
        kind,
        scope: None,
        sentence,
    });
}

fn type_changed(old: &Definition, new: &Definition, of: &UseOf<'_>) -> Change {
    let (before, now) = (quoted(&old.kind), quoted(&new.kind));
    let (kind, sentence) = if is_stronger(new, old, of.wire) {
        (
            kind::SCHEME_TYPE_STRONGER,
            format!(
                "under this name there is something stronger now; clients must move from {before} to {now}"
            ),
        )
    } else if is_stronger(old, new, of.wire) {
        (
            kind::SCHEME_TYPE_WEAKER,
            format!("under this name there is something weaker now, {now} instead of {before}"),
        )
    } else if !of.scopes.is_empty() && (!new.takes_scopes() || of.new_scopes.is_empty()) {
        (
            kind::SCOPES_LOST_BY_REPLACEMENT,
            format!(
                "under this name there is {now} now, and no scopes are demanded of it: what the old ones \
                 held back is open to everybody who has it"
            ),
        )
    } else {
        (
            kind::SCHEME_TYPE_UNRANKED,
            format!(
                "under this name there is something else now: clients must move from {before} to {now}; \
                 which is stronger cannot be said"
            ),
        )
    };
    Change {
        kind,
        scope: None,
        sentence,
    }
}

fn http(old: &Definition, new: &Definition, wire: Wire, out: &mut Vec<Change>) {
    if old.http_scheme == new.http_scheme {
        return;
    }
    let (before, now) = (quoted(&old.http_scheme), quoted(&new.http_scheme));
    let (kind, sentence) = if is_stronger(old, new, wire) {
        let why = match &*new.http_scheme {
            "bearer" => ": a stolen token can be used by others",
            _ => ": the password itself is sent",
        };
        (
            kind::HTTP_SCHEME_WEAKER,
            format!("{now} instead of {before} is weaker{why}"),
        )
    } else if is_stronger(new, old, wire) {
        (
            kind::SCHEME_TYPE_STRONGER,
            format!("became stronger: clients must move from {before} to {now}"),
        )
    } else {
        (
            kind::HTTP_SCHEME_CHANGED,
            format!("clients must send another `Authorization` header: {now} instead of {before}"),
        )
    };
    push(out, kind, sentence);
}

fn key(old: &Definition, new: &Definition, out: &mut Vec<Change>) {
    if old.location != new.location {
        let (before, now) = (quoted(&old.location), quoted(&new.location));
        if new.location == "query" {
            push(
                out,
                kind::KEY_MOVED_TO_QUERY,
                format!(
                    "the key stands in URLs now, and so in logs and histories; before, in {before}"
                ),
            );
        } else {
            push(
                out,
                kind::KEY_PLACE_CHANGED,
                format!("clients must send the key in {now} instead of {before}"),
            );
        }
    }
    if !old.is_same_parameter(new) {
        push(
            out,
            kind::KEY_NAME_CHANGED,
            format!(
                "clients must send the key as {} instead of {}",
                quoted(&new.parameter),
                quoted(&old.parameter)
            ),
        );
    }
}

fn issuer(old: &Definition, new: &Definition, out: &mut Vec<Change>) {
    let (before, now) = (&old.open_id_connect_url, &new.open_id_connect_url);
    if before == now {
        return;
    }
    match endpoint(before.as_deref(), now.as_deref()) {
        Some(found)
            if found.0 != kind::ENDPOINT_ORIGIN_CHANGED
                && found.0 != kind::ENDPOINT_PATH_CHANGED =>
        {
            push(out, found.0, found.1);
        }
        _ => push(
            out,
            kind::ISSUER_CHANGED,
            format!(
                "tokens of another issuer are believed: {} instead of {}",
                shown(now.as_deref()),
                shown(before.as_deref())
            ),
        ),
    }
}

fn flows(old: &Definition, new: &Definition, out: &mut Vec<Change>) {
    let went = old
        .flows
        .keys()
        .filter(|name| !new.flows.contains_key(*name));
    let came = new
        .flows
        .keys()
        .filter(|name| !old.flows.contains_key(*name));
    let (went, came): (Vec<&String>, Vec<&String>) = (went.collect(), came.collect());
    let is_exchange = old.flows.len() == 1 && new.flows.len() == 1;
    if let ([one], [other]) = (&*went, &*came)
        && is_exchange
    {
        let (before, now) = (quoted(one), quoted(other));
        if is_stronger_flow(one, other) {
            push(
                out,
                kind::FLOW_REPLACED_WEAKER,
                format!(
                    "clients get their tokens by the flow {now} instead of {before}, which is weaker"
                ),
            );
            return;
        }
        if is_stronger_flow(other, one) {
            push(
                out,
                kind::FLOW_REPLACED_STRONGER,
                format!(
                    "clients must get their tokens by the flow {now} instead of {before}, which is stronger"
                ),
            );
            return;
        }
    }
    for name in went {
        push(
            out,
            kind::FLOW_REMOVED,
            format!(
                "clients cannot get tokens by the flow {} any more",
                quoted(name)
            ),
        );
    }
    for name in came {
        match is_discouraged_flow(name) {
            true => push(
                out,
                kind::FLOW_ADDED_DISCOURAGED,
                format!(
                    "the flow {} is offered, which RFC 9700 advises against",
                    quoted(name)
                ),
            ),
            false => push(
                out,
                kind::FLOW_ADDED,
                format!("clients can get tokens by the flow {} too", quoted(name)),
            ),
        }
    }
    for (name, flow) in &old.flows {
        if let Some(other) = new.flows.get(name) {
            endpoints(flow, other, out);
        }
    }
}

fn endpoints(old: &Flow, new: &Flow, out: &mut Vec<Change>) {
    for (before, now) in [
        (&old.token, &new.token),
        (&old.authorization, &new.authorization),
    ] {
        if let Some((kind, sentence)) = endpoint(before.as_deref(), now.as_deref()) {
            push(out, kind, sentence);
        }
    }
    if old.refresh != new.refresh {
        push(
            out,
            kind::REFRESH_URL_CHANGED,
            format!(
                "clients renew tokens at another address: {} instead of {}",
                shown(new.refresh.as_deref()),
                shown(old.refresh.as_deref())
            ),
        );
    }
}

fn endpoint(old: Option<&str>, new: Option<&str>) -> Option<(Kind, String)> {
    if old == new {
        return None;
    }
    let (before, now) = (shown(old), shown(new));
    let parts = old.and_then(url::parts).zip(new.and_then(url::parts));
    let Some((one, other)) = parts else {
        let sentence = format!("clients must use the endpoint {now} instead of {before}");
        return Some((kind::ENDPOINT_ORIGIN_CHANGED, sentence));
    };
    let is_plain = |scheme: &str| scheme == "http" || scheme == "ws";
    Some(match (is_plain(one.scheme), is_plain(other.scheme)) {
        (false, true) => (
            kind::ENDPOINT_TLS_DROPPED,
            format!("secrets and tokens travel readable to {now}; before, to {before}"),
        ),
        (true, false) => (
            kind::ENDPOINT_TLS_ADDED,
            format!("clients must use the encrypted endpoint {now} instead of {before}"),
        ),
        _ if one.authority != other.authority => (
            kind::ENDPOINT_ORIGIN_CHANGED,
            format!("clients send their secrets to another host: {now} instead of {before}"),
        ),
        _ => (
            kind::ENDPOINT_PATH_CHANGED,
            format!("clients must use another address on the same host: {now} instead of {before}"),
        ),
    })
}

fn scopes(old: &Definition, new: &Definition, of: &UseOf<'_>, out: &mut Vec<Change>) {
    let (before, now) = (old.scopes(), new.scopes());
    for scope in before.difference(&now) {
        let is_needed = of.new_scopes.contains(*scope);
        let sentence = match is_needed {
            true => format!(
                "the scope {} is not declared any more, but is still demanded",
                quoted(scope)
            ),
            false => format!(
                "the scope {} is not declared any more, and is demanded nowhere",
                quoted(scope)
            ),
        };
        out.push(Change {
            kind: kind::SCOPE_UNDECLARED,
            scope: Some((*scope).to_owned()),
            sentence,
        });
    }
    for scope in now.difference(&before) {
        out.push(Change {
            kind: kind::SCOPE_DECLARED,
            scope: Some((*scope).to_owned()),
            sentence: format!("the scope {} is declared now", quoted(scope)),
        });
    }
}

fn shown(url: Option<&str>) -> String {
    url.map_or_else(|| "none".to_owned(), |url| quoted(&url::shown(url)))
}
