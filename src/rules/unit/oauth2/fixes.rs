//! Fixes for the advice of the OAuth standards.

use super::PKCE_WORDS;
use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::edits::template::{self, Template};
use crate::model::facts::EntryForm;
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder};
use crate::rules::fix::holes::other_endpoint;
use crate::rules::fix::{FixContext, SCOPE_PLACEHOLDER};
use crate::rules::messages::{listed, quoted};
use crate::rules::unit::providers::{fix_wrong_endpoint, is_endpoint};
use crate::spec::providers::{self, Endpoint};
use crate::spec::{is_scope_token, spec};
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// The description of a scheme that uses PKCE.
const PKCE: &str = "Clients use PKCE (S256).";

pub(in crate::rules) fn implicit_flow(fix: &mut FixContext<'_>) {
    if let Some(flow) = fix.path.value() {
        authorization_code(fix, &flow, "tokenUrl");
    }
    remove_flow(fix);
}

pub(in crate::rules) fn password_flow(fix: &mut FixContext<'_>) {
    client_credentials(fix);
    if let Some(flow) = fix.path.value() {
        authorization_code(fix, &flow, "authorizationUrl");
    }
    remove_flow(fix);
}

pub(in crate::rules) fn needless_refresh_url(fix: &mut FixContext<'_>) {
    fix.offer_removal(ChangesMeaning);
    let flow = fix.path.parent();
    let is_implicit =
        |flow: &NodePath<'_>| flow.entry().is_some_and(|it| it.key.value() == "implicit");
    if let Some(flow) = flow.filter(is_implicit) {
        authorization_code(fix, &flow, "tokenUrl");
    }
}

/// Offers to remove the flow, if another one is left.
fn remove_flow(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let title = format!("Remove {}", quoted(entry.key.value()));
    fix.offer_clean(title, ChangesMeaning, |edits| edits.remove(entry));
}

/// Offers to turn a flow into an authorization code flow, which has one more URL and for which
/// clients use PKCE.
fn authorization_code(fix: &mut FixContext<'_>, flow: &NodePath<'_>, lacking: &str) {
    const NAME: &str = "authorizationCode";
    let (Some(entry), Some(flows)) = (flow.entry(), flow.parent()) else {
        return;
    };
    let Some(object) = spec().flow_object(NAME) else {
        return;
    };
    let node = flow.node();
    if flows.node().get(NAME).is_some() || !node.is_mapping() {
        return;
    }
    let scheme = flows
        .parent()
        .filter(|_| flows.entry().is_some_and(|it| it.key.value() == "flows"));
    let order = template::order(object, fix.version);
    let example = (object.field(lacking, fix.version)).and_then(|field| field.example.clone());
    let sibling = ["authorizationUrl", "tokenUrl"].map(|name| node.get(name));
    let known = (sibling.into_iter().flatten()).find_map(|it| {
        let url = it.value.as_str()?;
        providers::other_endpoint(url)
    });
    let (kind, more) = match (node.get(lacking), &known) {
        (Some(_), _) => (ChangesMeaning, String::new()),
        (None, Some(_)) => (ChangesMeaning, format!(" and the provider's `{lacking}`")),
        (None, None) => (Placeholder, format!(", with a placeholder for `{lacking}`")),
    };
    let title = format!("Change the flow to `{NAME}` with PKCE{more}");
    fix.offer(title, kind, |edits| {
        if let Some(scheme) = scheme.filter(|scheme| !says_pkce(scheme.node())) {
            // A description of several lines stays as it is.
            let _ = describe_pkce(edits, scheme.node());
        }
        edits.rename(entry.key, NAME)?;
        if node.get(lacking).is_none() {
            let url = known.map(Template::text).or(example.map(Template::hole))?;
            edits.insert(node, lacking, &url, &order)?;
        }
        Some(())
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
    let known = providers::other_endpoint(url);
    if known.is_none() && other_endpoint(url).is_none() {
        return;
    }
    let is_token = url.ends_with("/token") || is_endpoint(url, Endpoint::Token);
    let (node, name) = if is_token {
        (authorization.node(), "authorizationUrl")
    } else {
        (token, "tokenUrl")
    };
    if let Some(url) = known {
        let title = format!("Write the provider's own `{name}`");
        fix.offer(title, ChangesMeaning, |edits| edits.set_text(node, &url));
        return;
    }
    let field = spec()
        .flow_object("authorizationCode")
        .and_then(|flow| flow.field(name, fix.version));
    let Some(example) = field.and_then(|field| field.example.as_deref()) else {
        return;
    };
    let title = format!("Write a placeholder for `{name}`");
    fix.offer(title, Placeholder, |edits| {
        edits.hole(example);
        edits.set_text(node, example)
    });
}

pub(in crate::rules) fn swapped(fix: &mut FixContext<'_>) {
    let Some(other) = other_part(fix) else {
        fix_wrong_endpoint(fix);
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
        let declared = scheme.fact.declared_scopes();
        let asked = scheme.fact.required_scopes();
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
        edits.put(entry, &Template::hole(SCOPE_PLACEHOLDER))
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
    let title = format!("Say so in `description`: {}", quoted(PKCE));
    fix.offer(title, ChangesMeaning, |edits| {
        describe_pkce(edits, scheme.node())
    });
}

fn says_pkce(scheme: Node<'_>) -> bool {
    let description = scheme
        .get("description")
        .and_then(|entry| entry.value.as_str());
    let description = description.unwrap_or_default().to_lowercase();
    PKCE_WORDS.iter().any(|word| description.contains(word))
}

/// Adds a sentence to the description of a scheme, unless that has several lines.
fn describe_pkce(edits: &mut EditBuilder, scheme: Node<'_>) -> Option<()> {
    let Some(entry) = scheme.get("description") else {
        let text = Template::text(PKCE);
        return edits.insert(scheme, "description", &text, &["type", "description"]);
    };
    let is_line = matches!(
        entry.value.kind(),
        NodeKind::Plain | NodeKind::Single | NodeKind::Double
    );
    let text = entry.value.value().trim_end();
    if !is_line || text.contains('\n') {
        return None;
    }
    let is_sentence = text.ends_with(['.', '!', '?']);
    let stop = if is_sentence { "" } else { "." };
    edits.set_text(entry.value, &format!("{text}{stop} {PKCE}"))
}
