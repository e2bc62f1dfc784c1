//! Fixes for the advice of the OAuth standards.

use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::edits::template::{self, Template};
use crate::model::facts::EntryForm;
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder};
use crate::rules::fix::{FixContext, SCOPE_PLACEHOLDER};
use crate::rules::messages::{listed, quoted};
use crate::rules::unit::providers;
use crate::spec::providers::Endpoint;
use crate::spec::{is_scope_token, spec};
use crate::syntax::leaf::NodeKind;
use crate::text::range::TextRange;

/// The description of a scheme that uses PKCE.
const PKCE: &str = "Clients use PKCE (S256).";

/// Common ends of endpoint URLs, each with that of the other endpoint.
const PAIRS: [(&str, &str); 3] = [
    ("/authorize", "/token"),
    ("/auth", "/token"),
    ("/token", "/authorize"),
];

/// The URL of the other endpoint of a server.
fn other_endpoint(url: &str) -> Option<String> {
    if let Some(url) = providers::other_endpoint(url) {
        return Some(url);
    }
    let mut pairs = PAIRS.iter();
    pairs.find_map(|(one, other)| Some(format!("{}{other}", url.strip_suffix(one)?)))
}

pub(in crate::rules) fn implicit_flow(fix: &mut FixContext<'_>) {
    authorization_code(fix, "tokenUrl", "authorizationUrl");
}

pub(in crate::rules) fn password_flow(fix: &mut FixContext<'_>) {
    client_credentials(fix);
    authorization_code(fix, "authorizationUrl", "tokenUrl");
}

pub(in crate::rules) fn needless_refresh_url(fix: &mut FixContext<'_>) {
    fix.offer_removal(ChangesMeaning);
}

/// Offers to turn the flow into an authorization code flow, which has one more URL.
fn authorization_code(fix: &mut FixContext<'_>, lacking: &str, has: &str) {
    const NAME: &str = "authorizationCode";
    let (Some(entry), Some(flow)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    let Some(object) = spec().flow_object(NAME) else {
        return;
    };
    if fix.sibling(NAME).is_some() {
        let title = format!("Remove {}", quoted(entry.key.value()));
        fix.offer_clean(title, ChangesMeaning, |edits| edits.remove(entry));
        return;
    }
    let node = flow.node();
    let title = format!("Change the flow to `{NAME}`");
    if node.get(lacking).is_some() {
        fix.offer(title, ChangesMeaning, |edits| edits.rename(entry.key, NAME));
        return;
    }
    let known = (node.get(has)).and_then(|entry| other_endpoint(entry.value.value()));
    let example = (object.field(lacking, fix.version)).and_then(|field| field.example.clone());
    let (url, how) = match known {
        Some(url) => (url, "a guess as placeholder for"),
        None => (example.unwrap_or_default(), "a placeholder for"),
    };
    let order = template::order(object, fix.version);
    let title = format!("{title}, with {how} `{lacking}`");
    fix.offer(title, Placeholder, |edits| {
        edits.rename(entry.key, NAME)?;
        edits.insert(node, lacking, &Template::Text(url), &order)
    });
}

fn client_credentials(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(flow)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    const NAME: &str = "clientCredentials";
    if fix.mapping().is_none_or(|flows| flows.get(NAME).is_some()) {
        return;
    }
    let refresh = flow.node().get("refreshUrl");
    let title = format!("Change the flow to `{NAME}`");
    fix.offer(title, ChangesMeaning, |edits| {
        edits.rename(entry.key, NAME)?;
        refresh.map_or(Some(()), |refresh| edits.remove(refresh))
    });
}

pub(in crate::rules) fn refresh_url(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(flow)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    let Some(token) = flow.node().get("tokenUrl") else {
        return;
    };
    let Some(object) = spec().flow_object(entry.key.value()) else {
        return;
    };
    let order = template::order(object, fix.version);
    let url = Template::text(token.value.value());
    let title = "Add `refreshUrl` with the value of `tokenUrl`";
    fix.offer_clean(title, ChangesMeaning, |edits| {
        edits.insert(flow.node(), "refreshUrl", &url, &order)
    });
}

/// The related URL of the finding.
fn other_part<'a>(fix: &FixContext<'a>) -> Option<NodePath<'a>> {
    fix.path_at(fix.finding.other_parts().next()?)
}

pub(in crate::rules) fn same_endpoint(fix: &mut FixContext<'_>) {
    let token = fix.path.node();
    let Some(authorization) = other_part(fix) else {
        return;
    };
    let url = token.value().trim_end_matches('/');
    let Some(other) = other_endpoint(url) else {
        return;
    };
    let is_token = url.ends_with("/token") || providers::is_endpoint(url, Endpoint::Token);
    let (node, name) = if is_token {
        (authorization.node(), "authorizationUrl")
    } else {
        (token, "tokenUrl")
    };
    let title = format!("Write a guess as placeholder for `{name}`");
    fix.offer(title, Placeholder, |edits| edits.set_text(node, &other));
}

pub(in crate::rules) fn swapped(fix: &mut FixContext<'_>) {
    let Some(other) = other_part(fix) else {
        providers::fix_wrong_endpoint(fix);
        return;
    };
    let (one, other) = (fix.path.node(), other.node());
    fix.offer("Let the two URLs change places", ChangesMeaning, |edits| {
        edits.set_text(one, other.value())?;
        edits.set_text(other, one.value())
    });
}

/// Every node that names a scope: keys of maps, items of lists.
fn places_of<'a>(fix: &FixContext<'a>, scope: &str) -> Vec<NodePath<'a>> {
    let mut places: Vec<TextRange> = Vec::new();
    for scheme in fix.model.schemes() {
        let declared = scheme.fact.flows.iter().flat_map(|flow| &flow.scopes);
        let asked = scheme.fact.scopes.iter().flat_map(|list| &list.scopes);
        let names = declared.map(|declared| &declared.name).chain(asked);
        let same = names.filter(|name| name.text == scope);
        places.extend(same.map(|name| scheme.abs(name.range)));
    }
    for site in fix.model.sites() {
        let entries = site.fact.security.iter().flat_map(|list| &list.entries);
        let required = entries.filter_map(|entry| match &entry.form {
            EntryForm::Requirement(required) => Some(required),
            _ => None,
        });
        let names = required.flatten().flat_map(|required| &required.scopes);
        let same = names.filter(|name| name.text == scope);
        places.extend(same.map(|name| site.abs(name.range)));
    }
    let mut paths: Vec<NodePath<'a>> = Vec::new();
    for place in places {
        if let Some(path) = fix.path_at(place)
            && path.node().range() == place
            && !paths.iter().any(|known| known.node().range() == place)
        {
            paths.push(path);
        }
    }
    paths
}

pub(in crate::rules) fn empty_description(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    fix.offer("Describe it with a placeholder", Placeholder, |edits| {
        edits.put(entry, &Template::text(SCOPE_PLACEHOLDER))
    });
}

pub(in crate::rules) fn scope_name(fix: &mut FixContext<'_>) {
    let name = fix.path.node().value();
    let words: Vec<&str> = name.split_whitespace().collect();
    let places = places_of(fix, name);
    if words.len() > 1 && words.iter().all(|word| is_scope_token(word)) {
        let title = format!("Split it into {}", listed(words.iter().copied(), "and"));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            (places.iter()).try_for_each(|place| split(edits, place, &words))
        });
    }
    let is_fine = |sign: char| is_scope_token(sign.encode_utf8(&mut [0; 4]));
    let right = name.trim().replace(|sign| !is_fine(sign), "-");
    if is_scope_token(&right) {
        let title = format!("Rename it to {} everywhere", quoted(&right));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            (places.iter()).try_for_each(|place| edits.set_scalar(place, &right))
        });
    }
}

/// Replaces one scope by several.
fn split(edits: &mut EditBuilder, place: &NodePath<'_>, words: &[&str]) -> Option<()> {
    let holder = place.parent()?.node();
    let is_there =
        |word: &str| holder.get(word).is_some() || holder.items().any(|item| item.value() == word);
    let mut new = words.iter().copied().filter(|word| !is_there(word));
    let declared = place.entry().filter(|_| place.is_key());
    let Some(first) = new.next() else {
        return match declared {
            Some(entry) => edits.remove(entry),
            None => edits.remove_item(place.node()),
        };
    };
    edits.set_scalar(place, first)?;
    for word in new {
        match declared {
            Some(entry) => {
                let description = Template::text(entry.value.as_str().unwrap_or_default());
                edits.insert(holder, word, &description, &[])?;
            }
            None => edits.append(holder, &Template::text(word))?,
        }
    }
    Some(())
}

pub(in crate::rules) fn pkce(fix: &mut FixContext<'_>) {
    let scheme = fix.path.parent().and_then(|flows| flows.parent());
    let Some(scheme) = scheme.filter(|scheme| scheme.node().get("flows").is_some()) else {
        return;
    };
    let node = scheme.node();
    let title = format!("Say so in `description`: {}", quoted(PKCE));
    let Some(entry) = node.get("description") else {
        fix.offer(title, ChangesMeaning, |edits| {
            let text = Template::text(PKCE);
            edits.insert(node, "description", &text, &["type", "description"])
        });
        return;
    };
    let is_line = matches!(
        entry.value.kind(),
        NodeKind::Plain | NodeKind::Single | NodeKind::Double
    );
    let text = entry.value.value().trim_end();
    if is_line && !text.contains('\n') {
        let is_sentence = text.ends_with(['.', '!', '?']);
        let stop = if is_sentence { "" } else { "." };
        let text = format!("{text}{stop} {PKCE}");
        fix.offer(title, ChangesMeaning, |edits| {
            edits.set_text(entry.value, &text)
        });
    }
}
