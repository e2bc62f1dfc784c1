//! Fixes for OAuth flows and their maps of scopes.

use std::collections::HashSet;

use crate::edits::template::{self, Template, TemplateKey, member};
use crate::model::DocumentKind;
use crate::rules::fix::FixKind::{self, ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::{FixContext, words_in};
use crate::rules::messages::{listed, nearest, quoted};
use crate::spec::spec;
use crate::syntax::node::{Entry, Node};

pub(in crate::rules) fn flows_empty(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(value)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    if entry.key.value() != "flows" || !fix.path.is_key() {
        return;
    }
    for name in ["authorizationCode", "clientCredentials"] {
        let Some(object) = spec().flow_object(name) else {
            continue;
        };
        let flow = Template::Map(template::required(object, fix.version));
        let members = vec![member(name, template::settled(flow))];
        let title = format!("Add the flow `{name}` with placeholders");
        fix.offer(title, Placeholder, |edits| edits.add(&value, members, &[]));
    }
}

pub(in crate::rules) fn flow_unknown(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let name = entry.key.value();
    let known = spec().flows().iter().map(|flow| flow.name.as_str());
    if let Some(right) = spec().flow_alias(name).or_else(|| nearest(name, known)) {
        fix.offer_rename(right, Safe);
    }
    // A scheme without any flow is an error as well.
    let is_flow = |entry: Entry<'_>| spec().flow(entry.key.value()).is_some();
    if (fix.mapping()).is_some_and(|flows| flows.entries().any(is_flow)) {
        fix.offer_removal(ChangesMeaning);
    }
}

/// Offers to add the missing fields, copied from another flow of the scheme where possible.
pub(in crate::rules) fn missing_field(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(flow)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    let object = spec().flow_object(entry.key.value());
    let (Some(object), true) = (object, fix.path.is_key()) else {
        return;
    };
    let (tree, version) = (fix.tree(), fix.version);
    let flows = fix.mapping().into_iter().flat_map(Node::entries);
    let others: Vec<Node<'_>> = flows
        .filter(|other| other.key.range() != entry.key.range())
        .filter_map(|other| tree.resolve(other.value))
        .collect();
    let mut is_copied = true;
    let mut members = Vec::new();
    for field in object.required_in(version) {
        if tree.field(flow.node(), &field.name).is_some() {
            continue;
        }
        let other = (others.iter()).find_map(|other| tree.field(*other, &field.name));
        let copied = other.and_then(|other| template::copy(tree, other.value));
        is_copied &= copied.is_some();
        let fresh = || template::settled(template::of_field(field, version, true));
        members.push(member(&field.name, copied.unwrap_or_else(fresh)));
    }
    let names: Vec<&str> = members.iter().filter_map(|(key, _)| key.text()).collect();
    let (from, kind) = if is_copied {
        ("as in the other flow", ChangesMeaning)
    } else if names == [version.scopes_key()] {
        ("without scopes", ChangesMeaning)
    } else if names.len() == 1 {
        ("with a placeholder", Placeholder)
    } else {
        ("with placeholders", Placeholder)
    };
    let title = format!("Add {} {from}", listed(names, "and"));
    let order = template::order(object, version);
    fix.offer(title, kind, |edits| {
        if flow.node().is_missing() {
            edits.put(entry, &Template::Map(members))
        } else {
            edits.add(&flow, members, &order)
        }
    });
}

pub(in crate::rules) fn forbidden_field(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(flow)) = (fix.entry(), fix.path.parent()) else {
        return;
    };
    if entry.key.value() == "tokenUrl"
        && let (Some(named), Some(flows)) = (flow.entry(), flow.parent())
        && named.key.value() == "implicit"
        && flows.node().get("authorizationCode").is_none()
    {
        let title = "Change the flow to `authorizationCode`";
        fix.offer(title, ChangesMeaning, |edits| {
            edits.rename(named.key, "authorizationCode")
        });
    }
    fix.offer_removal(ChangesMeaning);
}

pub(in crate::rules) fn unknown_field(fix: &mut FixContext<'_>) {
    if let (Some(near), Some(entry)) = (fix.meant(), fix.entry()) {
        let value = fix.tree().resolve(entry.value);
        // A map of scopes in another form would be the next error.
        let is_fit = value.is_some_and(|value| match near == fix.version.scopes_key() {
            true => value.is_mapping(),
            false => value.as_str().is_some(),
        });
        fix.offer_rename(near, FixKind::safe_if(is_fit));
    }
    fix.offer_extension(ChangesMeaning);
    fix.offer_removal(ChangesMeaning);
}

/// Offers to rename the key, or to merge the map into the one under the right key.
pub(in crate::rules) fn scopes_key(fix: &mut FixContext<'_>) {
    let right = fix.version.scopes_key();
    let (Some(entry), Some(other)) = (fix.entry(), fix.sibling(right)) else {
        // Documents of the other major version may refer to a file without `asyncapi`.
        let is_version_known = !matches!(fix.model.kind, DocumentKind::Fragment(_));
        fix.offer_rename(right, FixKind::safe_if(is_version_known));
        return;
    };
    let tree = fix.tree();
    let (Some(from), Some(into)) = (tree.resolve(entry.value), tree.resolve(other.value)) else {
        return;
    };
    if !from.is_mapping() || !into.is_mapping() {
        return;
    }
    let there = |scope: &Entry<'_>| into.get(scope.key.value());
    let loses_text = from
        .entries()
        .any(|scope| there(&scope).is_some_and(|other| other.value.value() != scope.value.value()));
    let kind = if loses_text { ChangesMeaning } else { Safe };
    let title = format!("Merge {} into `{right}`", quoted(entry.key.value()));
    fix.offer(title, kind, |edits| {
        let new = from.entries().filter(|scope| there(scope).is_none());
        let new = new.map(|scope| {
            let description = template::copy(tree, scope.value)?;
            Some(member(scope.key.value(), description))
        });
        let new: Vec<_> = new.collect::<Option<_>>()?;
        edits.remove(entry)?;
        if into.entries().next().is_none() && !new.is_empty() {
            return edits.put(other, &Template::Map(new));
        }
        new.iter()
            .try_for_each(|(key, description)| edits.insert(into, key.text()?, description, &[]))
    });
}

pub(in crate::rules) fn scopes_not_a_map(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let value = fix.tree().resolve(entry.value);
    let Some(mut names) = value.and_then(|value| names_in(fix, value)) else {
        return;
    };
    // A text may be prose, the name of a file, or a note that something is missing.
    let is_certain = value.is_some_and(|value| value.is_sequence() || value.is_missing());
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let undescribed = |name| (TemplateKey::Text(name), Template::text(""));
    let members = names.into_iter().map(undescribed).collect();
    let title = "Write a map with a description for every scope";
    fix.offer(title, FixKind::safe_if(is_certain), |edits| {
        edits.put(entry, &Template::Map(members))
    });
}

/// The scopes of a list, or of a text with blanks between them; `None` for anything else.
fn names_in(fix: &FixContext<'_>, node: Node<'_>) -> Option<Vec<String>> {
    if node.is_sequence() {
        return fix.texts_of(node);
    }
    if node.is_missing() {
        return Some(Vec::new());
    }
    node.as_str().map(words_in)
}

pub(in crate::rules) fn flows_extension(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(flows)) = (fix.entry(), fix.path.parent()) else {
        return;
    };
    let Some(scheme) = flows.parent().filter(|_| flows.entry().is_some()) else {
        return;
    };
    let Some(value) = fix.moved(entry) else {
        return;
    };
    let name = entry.key.value();
    let title = format!("Move {} up, beside `flows`", quoted(name));
    fix.offer(title, Safe, |edits| {
        edits.remove(entry)?;
        edits.insert(scheme.node(), name, &value, &[])
    });
}

pub(in crate::rules) fn description_not_string(fix: &mut FixContext<'_>) {
    fix.offer_quotes();
    let Some(entry) = fix.entry() else { return };
    let is_null =
        entry.value.is_missing() || matches!(entry.value.value(), "null" | "~" | "Null" | "NULL");
    let kind = if is_null { Safe } else { ChangesMeaning };
    fix.offer("Write an empty description", kind, |edits| {
        edits.put(entry, &Template::text(""))
    });
}

/// Offers the target in place of the reference.
pub(in crate::rules) fn reference(fix: &mut FixContext<'_>) {
    let (Some(mapping), Some(holder)) = (fix.mapping(), fix.path.parent()) else {
        return;
    };
    let Some(entry) = holder.entry() else { return };
    let target = fix.target_of(mapping);
    let copy = target.and_then(|target| template::copy(fix.tree(), target));
    let is_alone = mapping.entries().nth(1).is_none();
    if let Some(copy @ Template::Map(_)) = copy.filter(|_| is_alone) {
        let title = "Write a copy in place of `$ref`";
        fix.offer(title, Safe, |edits| edits.put(entry, &copy));
    }
}
