//! Fixes for the form of `security` lists and their entries.

use std::collections::HashSet;

use crate::edits::builder::EditBuilder;
use crate::edits::path::NodePath;
use crate::edits::template::{self, Template, member};
use crate::model::facts::Scheme;
use crate::model::{DocumentKind, InUnit};
use crate::rules::fix::FixKind::{self, ChangesMeaning, Safe};
use crate::rules::fix::declare::declare_and_refer;
use crate::rules::fix::names::{
    DECLARED, NameUse, entry_for, fresh_name, reference_to, requirement_of, uses,
};
use crate::rules::fix::{FixContext, words_in};
use crate::rules::messages::quoted;
use crate::rules::unit::scheme::types::is_doubtful;
use crate::spec::is_component_key;
use crate::syntax::node::{Entry, ScalarType};

pub(in crate::rules) fn not_array(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let value = entry.value;
    let title = "Write a list with this entry";
    if value.scalar_type() == Some(ScalarType::Null) {
        let title = "Remove the empty `security`";
        fix.offer(title, Safe, |edits| edits.remove(entry));
    } else if value.is_mapping() {
        let is_ambiguous = value.entries().nth(1).is_some() && !fix.version.is_v3();
        if !is_ambiguous {
            fix.offer(title, Safe, |edits| edits.wrap_in_list(entry));
            return;
        }
        let title = "Write a list with one entry: all are required together";
        fix.offer(title, ChangesMeaning, |edits| edits.wrap_in_list(entry));
        let tree = fix.tree();
        let title = "Write a list with an entry for each: one of them is enough";
        fix.offer(title, ChangesMeaning, |edits| {
            let item = |(name, scopes)| Template::Map(vec![member(name, scopes)]);
            let items = (value.entries())
                .map(|one| Some((one.key.value(), template::copy(tree, one.value)?)))
                .map(|one| one.map(item));
            edits.put(entry, &Template::List(items.collect::<Option<_>>()?))
        });
    } else if let Some(item) = value.as_str().and_then(|name| entry_for(fix, name)) {
        fix.offer(title, Safe, |edits| {
            edits.put(entry, &Template::list_of(item))
        });
    }
}

pub(in crate::rules) fn entry_not_object(fix: &mut FixContext<'_>) {
    let node = fix.path.node();
    if fix.path.is_key() {
        let Some(entry) = fix.entry() else { return };
        fix.offer("Remove the empty entry", ChangesMeaning, |edits| {
            let first = entry.value.items().find(|item| item.is_missing())?;
            edits.remove_item(first)
        });
        return;
    }
    let Some(text) = node.as_str() else { return };
    let referred = fix.component_name(text);
    let name = referred.as_deref().unwrap_or(text);
    if let Some(item) = entry_for(fix, name) {
        let title = if fix.version.is_v3() {
            format!("Write a `$ref` to {}", quoted(text))
        } else {
            format!("Write `{text}: []`")
        };
        let is_declared = fix.model.component(name).is_some();
        fix.offer(title, FixKind::safe_if(is_declared), |edits| {
            edits.put_item(node, &item)
        });
    }
}

pub(in crate::rules) fn value_not_array(fix: &mut FixContext<'_>) {
    if !fix.is_item() {
        let kind = FixKind::safe_if(fix.entry().is_some_and(|entry| are_scopes(fix, entry)));
        fix.offer_list_of_words(kind);
    } else if fix.path.node().as_str().is_some() {
        fix.offer_item_removal(Safe);
    } else {
        fix.offer_quotes();
    }
}

/// Whether the value of a requirement is nothing, or scopes that the scheme declares.
fn are_scopes(fix: &FixContext<'_>, entry: Entry<'_>) -> bool {
    let text = match entry.value.scalar_type() {
        Some(ScalarType::Null) => return true,
        Some(ScalarType::String) => entry.value.value(),
        _ => return false,
    };
    let Some(scheme) = fix.scheme_named(entry.key.value()) else {
        return false;
    };
    let declared = scheme.fact.declared_scopes();
    let declared: HashSet<&str> = declared.map(|scope| &*scope.name.text).collect();
    words_in(text).iter().all(|word| declared.contains(&**word))
}

/// `{name: [scopes]}` in 3.x.
pub(in crate::rules) fn v2_shape(fix: &mut FixContext<'_>) {
    let (Some(item), Some(entry)) = (fix.item_of_key(), fix.entry()) else {
        return;
    };
    let name = entry.key.value();
    if fix.meant() == Some("$ref") {
        let kind = FixKind::safe_if(fix.leads_somewhere(entry.value.value()));
        fix.offer_rename("$ref", kind);
        return;
    }
    // Several names require all of these schemes, which 3.x cannot express (asyncapi/spec#1129).
    if item.node().entries().nth(1).is_some() {
        return;
    }
    let Some(value) = fix.tree().resolve(entry.value) else {
        return;
    };
    let is_null = value.scalar_type() == Some(ScalarType::Null);
    let scopes = fix
        .texts_of(value)
        .filter(|_| is_null || value.is_sequence());
    let Some(scheme) = fix.model.component(name) else {
        if scopes.is_some_and(|scopes| scopes.is_empty()) {
            undeclared(fix, &item, name);
        }
        return;
    };
    let target = fix.scheme_named(name).map(|scheme| scheme.fact);
    let is_doubtful = target.is_none_or(is_doubtful);
    let kind = target.and_then(|target| Some(&*target.scheme_type.as_ref()?.value.text));
    let has_scopes = matches!(kind, Some("oauth2" | "openIdConnect"));
    match scopes {
        Some(scopes) if scopes.is_empty() => offer_reference(fix, &item, name, Safe),
        Some(scopes) if has_scopes => with_scopes(fix, &item, name, scheme, scopes),
        _ if kind.is_some() && !has_scopes && !is_doubtful => {
            offer_reference(fix, &item, name, ChangesMeaning);
        }
        _ => {}
    }
}

/// A name in 3.x that is declared nowhere.
fn undeclared(fix: &mut FixContext<'_>, item: &NodePath<'_>, name: &str) {
    if let Some(near) = fix.meant() {
        offer_reference(fix, item, near, ChangesMeaning);
    }
    if matches!(fix.model.kind, DocumentKind::Fragment(_)) {
        offer_reference(fix, item, name, ChangesMeaning);
        return;
    }
    declare_and_refer(fix, name, item.node());
}

fn offer_reference(fix: &mut FixContext<'_>, item: &NodePath<'_>, name: &str, kind: FixKind) {
    if is_component_key(name) {
        let title = format!("Write a `$ref` to {}", quoted(name));
        fix.offer(title, kind, |edits| {
            edits.put_item(item.node(), &reference_to(name))
        });
    }
}

/// `scopes` beside `$ref`.
pub(in crate::rules) fn ref_scopes_ignored(fix: &mut FixContext<'_>) {
    let (Some(item), Some(entry)) = (fix.item_of_key(), fix.entry()) else {
        return;
    };
    let Some(reference) = fix.tree().field(item.node(), "$ref") else {
        return;
    };
    if let Some(name) = fix.component_name(reference.value.value())
        && let Some(scopes) = fix.texts_of(entry.value)
        && let Some(scheme) = fix.model.component(&name)
        && entry.value.is_sequence()
    {
        with_scopes(fix, &item, &name, scheme, scopes);
    }
    let title = "Remove `scopes`, which has no effect";
    fix.offer(title, ChangesMeaning, |edits| edits.remove(entry));
}

/// Offers an entry that requires scopes of a declared scheme: in the scheme, if nothing else uses
/// it, or in a copy of it in the entry.
fn with_scopes(
    fix: &mut FixContext<'_>,
    item: &NodePath<'_>,
    name: &str,
    scheme: InUnit<'_, Scheme>,
    scopes: Vec<String>,
) {
    let Some(target) = fix.path_at(scheme.abs(scheme.fact.range)) else {
        return;
    };
    let own_use = |one: &NameUse<'_>| match one {
        NameUse::Name(node) | NameUse::Target(node) => item.node().range().contains(node.range()),
    };
    let is_alone = uses(fix, name).is_some_and(|uses| uses.iter().all(own_use));
    let list = Template::FlowList(scopes);
    let order = ["type", "description", "scopes"];
    if is_alone && target.node().get("scopes").is_none() && scheme.fact.reference.is_none() {
        let title = format!("Write a `$ref` and move the scopes to {}", quoted(name));
        let members = vec![member("scopes", list)];
        fix.offer(title, Safe, |edits| {
            edits.put_item(item.node(), &reference_to(name))?;
            edits.add(&target, members, &order)
        });
        return;
    }
    let Some(Template::Map(mut members)) = template::copy(fix.tree(), target.node()) else {
        return;
    };
    members.retain(|(key, _)| key.text() != Some("scopes"));
    let has_type_first = members.first().and_then(|(key, _)| key.text()) == Some("type");
    let at = usize::from(has_type_first);
    members.insert(at, member("scopes", list));
    let title = format!("Write a copy of {} with these scopes", quoted(name));
    fix.offer_clean(title, Safe, |edits| {
        edits.put_item(item.node(), &Template::Map(members))
    });
}

/// A reference or a scheme in 2.x.
pub(in crate::rules) fn v3_shape(fix: &mut FixContext<'_>) {
    let (Some(item), Some(entry)) = (fix.item_of_key(), fix.entry()) else {
        return;
    };
    if entry.key.value() == "type" {
        declare_inline(fix, &item);
        return;
    }
    let Some(name) = fix.component_name(entry.value.value()) else {
        return;
    };
    let is_alone = item.node().entries().nth(1).is_none();
    let is_certain = is_alone && fix.model.component(&name).is_some();
    fix.offer(
        format!("Write `{name}: []`"),
        FixKind::safe_if(is_certain),
        |edits| edits.put_item(item.node(), &requirement_of(&name)),
    );
}

/// An inline scheme in 2.x.
fn declare_inline(fix: &mut FixContext<'_>, item: &NodePath<'_>) {
    if !fix.can_declare() {
        return;
    }
    let (tree, node) = (fix.tree(), item.node());
    let Some(Template::Map(mut members)) = template::copy(tree, node) else {
        return;
    };
    let mut keys = members.iter().map(|(key, _)| key.text());
    let scopes = keys.position(|key| key == Some("scopes"));
    let scopes = match scopes.map(|at| members.remove(at).1) {
        Some(list @ (Template::FlowList(_) | Template::List(_))) => list,
        Some(_) => return,
        None => Template::List(Vec::new()),
    };
    let kind = tree.field(node, "type").map(|entry| entry.value.value());
    let wanted = kind.filter(|kind| is_component_key(kind));
    let name = fresh_name(fix.model, wanted.unwrap_or("scheme"));
    let title = format!(
        "Declare it in `components.securitySchemes` as {}",
        quoted(&name)
    );
    let item = Template::Map(vec![member(&name, scopes)]);
    let scheme = Template::Map(members);
    let make = |edits: &mut EditBuilder| {
        edits.put_item(node, &item)?;
        edits.insert_at(&DECLARED, &name, &scheme)
    };
    // Nobody checked the scheme where it stands, and in its new place it may have errors.
    fix.offer_clean(&title, Safe, make);
    fix.offer(title, ChangesMeaning, make);
}
