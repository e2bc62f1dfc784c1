//! Remedies for advice on OAuth, OpenID Connect and HTTP.

use super::FixKind::{ChangesMeaning, Placeholder};
use super::case::Case;
use super::schemes::order;
use super::scopes::SCOPE_PLACEHOLDER;
use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::edits::template::Template;
use crate::rules::words::{listed, quoted};
use crate::spec::{is_scope_token, spec};
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// Where a provider of OpenID Connect describes itself (Discovery 1.0, section 4).
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Where a server of OAuth does (RFC 8414, section 3).
const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What a scheme with a code says of PKCE.
const PKCE: &str = "Clients use PKCE (S256).";

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "oauth2-implicit-flow" => {
            other_flow(case, "authorizationCode", "tokenUrl", "authorizationUrl")
        }
        "oauth2-password-flow" => {
            client_credentials(case);
            other_flow(case, "authorizationCode", "authorizationUrl", "tokenUrl");
        }
        "oauth2-refresh-url-on-implicit" | "oauth2-refresh-url-on-client-credentials" => {
            case.offer_removal(ChangesMeaning);
        }
        "oauth2-refresh-url-missing" => refresh_url(case),
        "oauth2-same-endpoint-urls" => same_endpoint(case),
        "oauth2-endpoint-looks-swapped" => swapped(case),
        "oauth2-scope-name-invalid" => scope_name(case),
        "oauth2-scope-description-empty" => {
            let Some(entry) = case.entry() else { return };
            case.offer("Describe it with a placeholder", Placeholder, |draft| {
                draft.put(entry, &Template::Text(SCOPE_PLACEHOLDER.to_owned()))
            });
        }
        "oauth2-pkce-undocumented" => pkce(case),
        "oidc-url-not-discovery" => not_discovery(case),
        "oidc-url-oauth-metadata" => {
            let url = case.spot.node().value().replacen(METADATA, DISCOVERY, 1);
            write(case, "Write the URL of the discovery document", &url);
        }
        "oidc-scopes-missing-openid" => openid(case),
        "http-scheme-not-registered" => not_registered(case),
        "http-scheme-oauth1" => case.offer_text("bearer", ChangesMeaning),
        "http-api-key-in-query" | "http-api-key-in-cookie" => {
            write(case, "Send the key in a header", "header");
        }
        "http-api-key-query-access-token" => as_http(case, &["bearer"]),
        "http-api-key-authorization-header" => as_http(case, &["bearer", "basic"]),
        "sasl-plain-prefer-scram" => {
            case.offer_text("scramSha256", ChangesMeaning);
            case.offer_text("scramSha512", ChangesMeaning);
        }
        _ => {}
    }
}

fn write(case: &mut Case<'_>, title: &str, text: &str) {
    let node = case.spot.node();
    if !case.spot.is_key() {
        case.offer_clean(title, ChangesMeaning, |draft| draft.set_text(node, text));
    }
}

/// The other endpoint of a server, as most name it.
fn other_endpoint(url: &str) -> Option<String> {
    [
        ("/authorize", "/token"),
        ("/auth", "/token"),
        ("/token", "/authorize"),
    ]
    .iter()
    .find_map(|(one, other)| Some(format!("{}{other}", url.strip_suffix(one)?)))
}

/// The flow becomes another one that has one URL more.
fn other_flow(case: &mut Case<'_>, name: &str, lacking: &str, has: &str) {
    let (Some(entry), Some(flow)) = (case.entry(), case.spot.value()) else {
        return;
    };
    let Some(object) = spec().object(&format!("flow.{name}")) else {
        return;
    };
    if case
        .mapping()
        .is_some_and(|flows| flows.get(name).is_some())
    {
        let title = format!("Remove {}", quoted(entry.key.value()));
        case.offer_clean(title, ChangesMeaning, |draft| draft.remove(entry));
        return;
    }
    let node = flow.node();
    let order = order(object, case.version);
    let known = node
        .get(has)
        .and_then(|entry| other_endpoint(entry.value.value()));
    let example = object
        .field(lacking, case.version)
        .and_then(|field| field.example.clone());
    let (url, how) = match known {
        Some(url) => (url, "a guess as placeholder for"),
        None => (example.unwrap_or_default(), "a placeholder for"),
    };
    let has_both = node.get(lacking).is_some();
    let (title, kind) = if has_both {
        (format!("Change the flow to `{name}`"), ChangesMeaning)
    } else {
        let title = format!("Change the flow to `{name}`, with {how} `{lacking}`");
        (title, Placeholder)
    };
    case.offer(title, kind, |draft| {
        draft.rename(entry.key, name)?;
        if has_both {
            return Some(());
        }
        draft.insert(node, lacking, &Template::Text(url), &order)
    });
}

fn client_credentials(case: &mut Case<'_>) {
    let (Some(entry), Some(flow)) = (case.entry(), case.spot.value()) else {
        return;
    };
    let name = "clientCredentials";
    if case.mapping().is_none_or(|flows| flows.get(name).is_some()) {
        return;
    }
    let refresh = flow.node().get("refreshUrl");
    case.offer(
        format!("Change the flow to `{name}`"),
        ChangesMeaning,
        |draft| {
            draft.rename(entry.key, name)?;
            refresh.map_or(Some(()), |refresh| draft.remove(refresh))
        },
    );
}

fn refresh_url(case: &mut Case<'_>) {
    let (Some(entry), Some(flow)) = (case.entry(), case.spot.value()) else {
        return;
    };
    let Some(token) = flow.node().get("tokenUrl") else {
        return;
    };
    let Some(object) = spec().object(&format!("flow.{}", entry.key.value())) else {
        return;
    };
    let order = order(object, case.version);
    let url = Template::Text(token.value.value().to_owned());
    case.offer_clean(
        "Add `refreshUrl` with the value of `tokenUrl`",
        ChangesMeaning,
        |draft| draft.insert(flow.node(), "refreshUrl", &url, &order),
    );
}

/// The other URL that the finding is about.
fn other_part<'a>(case: &Case<'a>) -> Option<NodePath<'a>> {
    NodePath::of_range(case.tree(), case.finding.other_parts().next()?)
}

fn same_endpoint(case: &mut Case<'_>) {
    let token = case.spot.node();
    let Some(authorization) = other_part(case) else {
        return;
    };
    let url = token.value().trim_end_matches('/');
    let Some(other) = other_endpoint(url) else {
        return;
    };
    let (node, name) = if url.ends_with("/token") {
        (authorization.node(), "authorizationUrl")
    } else {
        (token, "tokenUrl")
    };
    let title = format!("Write a guess as placeholder for `{name}`");
    case.offer(title, Placeholder, |draft| draft.set_text(node, &other));
}

fn swapped(case: &mut Case<'_>) {
    let Some(other) = other_part(case) else {
        return;
    };
    let (one, other) = (case.spot.node(), other.node());
    case.offer("Let the two URLs change places", ChangesMeaning, |draft| {
        draft.set_text(one, other.value())?;
        draft.set_text(other, one.value())
    });
}

/// Every place where a scope is named: keys of maps, items of lists.
fn places_of<'a>(case: &Case<'a>, scope: &str) -> Vec<NodePath<'a>> {
    let model = &case.analysis.model;
    let mut places: Vec<TextRange> = Vec::new();
    for scheme in model.schemes() {
        let declared = scheme.fact.flows.iter().flat_map(|flow| &flow.scopes);
        let asked = scheme.fact.scopes.iter().flat_map(|list| &list.scopes);
        let spots = declared.map(|declared| &declared.name).chain(asked);
        let same = spots.filter(|spot| spot.text == scope);
        places.extend(same.map(|spot| scheme.abs(spot.range)));
    }
    for site in model.sites() {
        let entries = site.fact.security.iter().flat_map(|list| &list.entries);
        for entry in entries {
            if let crate::model::facts::EntryForm::Requirement(names) = &entry.form {
                let scopes = names.iter().flat_map(|name| &name.scopes);
                let same = scopes.filter(|spot| spot.text == scope);
                places.extend(same.map(|spot| site.abs(spot.range)));
            }
        }
    }
    let tree = case.tree();
    let mut spots: Vec<NodePath<'a>> = Vec::new();
    for place in places {
        if let Some(spot) = NodePath::of_range(tree, place)
            && spot.node().range() == place
            && !spots.iter().any(|known| known.node().range() == place)
        {
            spots.push(spot);
        }
    }
    spots
}

fn scope_name(case: &mut Case<'_>) {
    let name = case.spot.node().value();
    let words: Vec<&str> = name.split_whitespace().collect();
    let places = places_of(case, name);
    if words.len() > 1 && words.iter().all(|word| is_scope_token(word)) {
        let title = format!("Split it into {}", listed(words.iter().copied(), "and"));
        case.offer_clean(title, ChangesMeaning, |draft| {
            places
                .iter()
                .try_for_each(|place| split(draft, place, &words))
        });
    }
    let mut right = String::new();
    for sign in name.trim().chars() {
        right.push(if is_scope_token(&sign.to_string()) {
            sign
        } else {
            '-'
        });
    }
    if is_scope_token(&right) {
        let title = format!("Rename it to {} everywhere", quoted(&right));
        case.offer_clean(title, ChangesMeaning, |draft| {
            places
                .iter()
                .try_for_each(|place| draft.set_scalar(place, &right))
        });
    }
}

/// Writes several scopes in the place of one.
fn split(draft: &mut EditBuilder, place: &NodePath<'_>, words: &[&str]) -> Option<()> {
    let holder = place.parent()?.node();
    let is_there =
        |word: &str| holder.get(word).is_some() || holder.items().any(|item| item.value() == word);
    let mut new: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !is_there(word))
        .collect();
    let Some(first) = new.first().copied() else {
        return match place.entry().filter(|_| place.is_key()) {
            Some(entry) => draft.remove(entry),
            None => draft.remove_item(place.node()),
        };
    };
    draft.set_scalar(place, first)?;
    new.remove(0);
    for word in new {
        match place.entry().filter(|_| place.is_key()) {
            Some(entry) => {
                let text = entry.value.as_str().unwrap_or_default().to_owned();
                draft.insert(holder, word, &Template::Text(text), &[])?;
            }
            None => draft.append(holder, &Template::Text(word.to_owned()))?,
        }
    }
    Some(())
}

fn pkce(case: &mut Case<'_>) {
    let scheme = case.spot.parent().and_then(|flows| flows.parent());
    let Some(scheme) = scheme.filter(|scheme| scheme.node().get("flows").is_some()) else {
        return;
    };
    let node = scheme.node();
    let title = format!("Say so in `description`: {}", quoted(PKCE));
    let Some(entry) = node.get("description") else {
        let body = Template::Text(PKCE.to_owned());
        case.offer(title, ChangesMeaning, |draft| {
            draft.insert(node, "description", &body, &["type", "description"])
        });
        return;
    };
    let is_line = matches!(
        entry.value.kind(),
        NodeKind::Plain | NodeKind::Single | NodeKind::Double
    );
    let text = entry.value.value().trim_end();
    if is_line && !text.contains('\n') {
        let stop = if text.ends_with(['.', '!', '?']) {
            ""
        } else {
            "."
        };
        let text = format!("{text}{stop} {PKCE}");
        case.offer(title, ChangesMeaning, |draft| {
            draft.set_text(entry.value, &text)
        });
    }
}

fn not_discovery(case: &mut Case<'_>) {
    let url = case.spot.node().value();
    if url.contains(['?', '#']) {
        return;
    }
    let mut issuer = url.trim_end_matches('/');
    for end in ["/authorize", "/token"] {
        issuer = issuer.strip_suffix(end).unwrap_or(issuer);
    }
    write(
        case,
        "Write the URL of the discovery document",
        &format!("{issuer}{DISCOVERY}"),
    );
}

fn openid(case: &mut Case<'_>) {
    let Some(value) = case.spot.value() else {
        return;
    };
    let list: Node<'_> = value.node();
    case.offer("Ask for `openid` first", ChangesMeaning, |draft| {
        draft.prepend(list, &Template::Text("openid".to_owned()))
    });
}

fn not_registered(case: &mut Case<'_>) {
    if let Some(near) = case.meant() {
        case.offer_text(near, ChangesMeaning);
    }
}

/// An API key that is in truth a scheme of HTTP.
fn as_http(case: &mut Case<'_>, schemes: &[&str]) {
    let Some(mapping) = case.mapping() else {
        return;
    };
    let (Some(kind), Some(place), Some(name)) =
        (mapping.get("type"), mapping.get("in"), mapping.get("name"))
    else {
        return;
    };
    for scheme in schemes {
        let title = format!("Write `type: http` with `scheme: {scheme}`");
        case.offer(title, ChangesMeaning, |draft| {
            draft.set_text(kind.value, "http")?;
            draft.rename(place.key, "scheme")?;
            draft.set_text(place.value, scheme)?;
            draft.remove(name)
        });
    }
}
