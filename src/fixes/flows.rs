//! Remedies for OAuth flows and their scopes.

use super::FixKind::{ChangesMeaning, Placeholder, Safe};
use super::case::Case;
use super::schemes::{as_extension, order};
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::edits::template::{Template, TemplateKey};
use crate::rules::words::{listed, nearest, quoted};
use crate::spec::spec;
use crate::syntax::node::{Entry, Node};

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "oauth2-flows-empty" => flows_empty(case),
        "oauth2-flow-unknown" => flow_unknown(case),
        "oauth2-flow-missing-field" => missing_field(case),
        "oauth2-flow-forbidden-field" => forbidden_field(case),
        "oauth2-flow-unknown-field" => unknown_field(case),
        "oauth2-scopes-key-wrong-version" => scopes_key(case),
        "oauth2-scopes-not-a-map" => scopes_not_a_map(case),
        "oauth2-flows-extension" => flows_extension(case),
        _ => {}
    }
}

fn flows_empty(case: &mut Case<'_>) {
    let (Some(entry), Some(value)) = (case.entry(), case.spot.value()) else {
        return;
    };
    if entry.key.value() != "flows" || !case.spot.is_key() {
        return;
    }
    let version = case.version;
    for name in ["authorizationCode", "clientCredentials"] {
        let Some(object) = spec().object(&format!("flow.{name}")) else {
            continue;
        };
        let members = template::settled(Template::Map(template::required(object, version)));
        let member = vec![(TemplateKey::of(name), members)];
        let title = format!("Add the flow `{name}` with placeholders");
        case.offer(title, Placeholder, |draft| draft.add(&value, member, &[]));
    }
}

fn flow_unknown(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let name = entry.key.value();
    let known = spec().flows().iter().map(|flow| flow.name.as_str());
    if let Some(right) = spec().flow_alias(name).or_else(|| nearest(name, known)) {
        case.offer_rename(right, Safe);
    }
    // A scheme without any flow is the next mistake.
    let is_flow = |entry: Entry<'_>| {
        spec()
            .flows()
            .iter()
            .any(|flow| flow.name == entry.key.value())
    };
    if case
        .mapping()
        .is_some_and(|flows| flows.entries().any(is_flow))
    {
        case.offer_removal(ChangesMeaning);
    }
}

/// The flow that the place names, and the other flows beside it.
fn flow_at<'a>(case: &Case<'a>) -> Option<(NodePath<'a>, Vec<Node<'a>>)> {
    let entry = case.entry().filter(|_| case.spot.is_key())?;
    let flows = case.mapping()?;
    let others = flows
        .entries()
        .filter(|other| other.key.range() != entry.key.range());
    let others = others
        .filter_map(|other| case.tree().resolve(other.value))
        .collect();
    Some((case.spot.value()?, others))
}

fn missing_field(case: &mut Case<'_>) {
    let Some((flow, others)) = flow_at(case) else {
        return;
    };
    let (Some(entry), version, tree) = (case.entry(), case.version, case.tree()) else {
        return;
    };
    let Some(object) = spec().object(&format!("flow.{}", entry.key.value())) else {
        return;
    };
    let mut is_copied = true;
    let mut members = Vec::new();
    for field in object.required_in(version) {
        if tree.field(flow.node(), &field.name).is_some() {
            continue;
        }
        let other = others
            .iter()
            .find_map(|other| tree.field(*other, &field.name));
        let copied = other.and_then(|other| template::copy(tree, other.value));
        is_copied &= copied.is_some();
        let fresh = || template::settled(template::of_field(field, version, true));
        members.push((TemplateKey::of(&field.name), copied.unwrap_or_else(fresh)));
    }
    let names: Vec<&str> = (members.iter())
        .filter_map(|(name, _)| match name {
            TemplateKey::Text(name) => Some(name.as_str()),
            TemplateKey::Hole(_) => None,
        })
        .collect();
    let scopes = version.scopes_key();
    let (from, kind) = if is_copied {
        (" as in the other flow", ChangesMeaning)
    } else if names == [scopes] {
        (" without scopes", ChangesMeaning)
    } else if names.len() == 1 {
        (" with a placeholder", Placeholder)
    } else {
        (" with placeholders", Placeholder)
    };
    let title = format!("Add {}{from}", listed(names, "and"));
    let order = order(object, version);
    case.offer(title, kind, |draft| {
        if flow.node().is_missing() {
            draft.put(entry, &Template::Map(members))
        } else {
            draft.add(&flow, members, &order)
        }
    });
}

fn forbidden_field(case: &mut Case<'_>) {
    let (Some(entry), Some(flow)) = (case.entry(), case.spot.parent()) else {
        return;
    };
    if entry.key.value() == "tokenUrl"
        && let (Some(named), Some(flows)) = (flow.entry(), flow.parent())
        && named.key.value() == "implicit"
        && flows.node().get("authorizationCode").is_none()
    {
        let title = "Change the flow to `authorizationCode`";
        case.offer(title, ChangesMeaning, |draft| {
            draft.rename(named.key, "authorizationCode")
        });
    }
    case.offer_removal(ChangesMeaning);
}

fn unknown_field(case: &mut Case<'_>) {
    if let Some(near) = case.meant() {
        case.offer_rename(near, Safe);
    }
    as_extension(case);
    case.offer_removal(ChangesMeaning);
}

fn scopes_key(case: &mut Case<'_>) {
    let right = case.version.scopes_key();
    let (Some(entry), Some(other)) = (case.entry(), case.sibling(right)) else {
        case.offer_rename(right, Safe);
        return;
    };
    let tree = case.tree();
    let (Some(from), Some(into)) = (tree.resolve(entry.value), tree.resolve(other.value)) else {
        return;
    };
    if !from.is_mapping() || !into.is_mapping() {
        return;
    }
    let is_new = |scope: &Entry<'_>| into.get(scope.key.value()).is_none();
    let is_same = |scope: &Entry<'_>| {
        into.get(scope.key.value())
            .is_some_and(|other| other.value.value() == scope.value.value())
    };
    let kind = if from
        .entries()
        .all(|scope| is_new(&scope) || is_same(&scope))
    {
        Safe
    } else {
        ChangesMeaning
    };
    let lacking: Option<Vec<(TemplateKey, Template)>> = (from.entries().filter(is_new))
        .map(|scope| {
            Some((
                TemplateKey::of(scope.key.value()),
                template::copy(tree, scope.value)?,
            ))
        })
        .collect();
    let Some(lacking) = lacking else { return };
    let title = format!("Merge {} into `{right}`", quoted(entry.key.value()));
    case.offer(title, kind, |draft| {
        draft.remove(entry)?;
        for (at, (name, body)) in lacking.iter().enumerate() {
            let TemplateKey::Text(name) = name else {
                return None;
            };
            if at == 0 && into.entries().next().is_none() {
                draft.put(other, &Template::Map(lacking.clone()))?;
                break;
            }
            draft.insert(into, name, body, &[])?;
        }
        Some(())
    });
}

/// The scopes that a list, or a text with blanks between, names; nothing if it may mean more.
fn names_in(case: &Case<'_>, node: Node<'_>) -> Option<Vec<String>> {
    if node.is_sequence() {
        let names = node
            .items()
            .map(|item| Some(case.tree().resolve(item)?.as_str()?.to_owned()));
        return names.collect();
    }
    if node.is_missing() {
        return Some(Vec::new());
    }
    let words = node
        .as_str()?
        .split(|sign: char| sign.is_whitespace() || sign == ',');
    let words = words.filter(|word| !word.is_empty());
    Some(words.map(str::to_owned).collect())
}

fn scopes_not_a_map(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let Some(mut names) = case
        .tree()
        .resolve(entry.value)
        .and_then(|node| names_in(case, node))
    else {
        return;
    };
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let empty = || Template::Text(String::new());
    let members = names
        .into_iter()
        .map(|name| (TemplateKey::Text(name), empty()))
        .collect();
    case.offer(
        "Write a map with a description for every scope",
        Safe,
        |draft| draft.put(entry, &Template::Map(members)),
    );
}

fn flows_extension(case: &mut Case<'_>) {
    let (Some(entry), Some(flows)) = (case.entry(), case.spot.parent()) else {
        return;
    };
    let Some(scheme) = flows.parent().filter(|_| flows.entry().is_some()) else {
        return;
    };
    let name = entry.key.value();
    let Some(copy) = template::moved(&case.analysis.document, Some(entry.key), entry.value) else {
        return;
    };
    case.offer(
        format!("Move {} up, beside `flows`", quoted(name)),
        Safe,
        |draft| {
            draft.remove(entry)?;
            draft.insert(scheme.node(), name, &copy, &[])
        },
    );
}
