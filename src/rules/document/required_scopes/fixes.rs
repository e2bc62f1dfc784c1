//! Fixes for required scopes that are not declared, and declared scopes that are not required.

use crate::edits::template::{self, Template, member};
use crate::model::InUnit;
use crate::model::facts::{Flow, Home, Scheme};
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::{FixContext, FixKind, SCOPE_PLACEHOLDER};
use crate::rules::messages::{listed, quoted};
use crate::syntax::node::Entry;

/// The scheme whose scope is required at the finding.
fn asked<'a>(fix: &FixContext<'a>) -> Option<InUnit<'a, Scheme>> {
    let entry = fix.path.parent()?.entry()?;
    if !fix.version.is_v3() {
        return fix.scheme_named(entry.key.value());
    }
    let schemes = fix.model.schemes();
    let around = schemes.filter(|scheme| scheme.abs(scheme.fact.range).contains(fix.finding.range));
    around.min_by_key(|scheme| scheme.fact.range.len())
}

fn declares(flow: &Flow, scope: &str) -> bool {
    let mut scopes = flow.scopes.iter();
    scopes.any(|declared| declared.name.text == scope)
}

pub(in crate::rules) fn undefined(fix: &mut FixContext<'_>) {
    let node = fix.path.node();
    if let Some(near) = fix.meant() {
        let title = format!("Write {}", quoted(near));
        fix.offer_clean(title, Safe, |edits| edits.set_text(node, near));
    }
    let Some(scheme) = asked(fix) else { return };
    let flows: Vec<&Flow> = scheme.fact.flows().iter().collect();
    let everywhere = match flows[..] {
        [_] => "",
        _ => " in every flow,",
    };
    let name = quoted(node.value());
    let title = format!("Declare {name}{everywhere} with a placeholder for what it allows");
    let description = Template::hole(SCOPE_PLACEHOLDER);
    offer_declaration(fix, title, Placeholder, scheme, &flows, &description);
}

/// Offers to declare a scope in the other flows, with the same description.
pub(in crate::rules) fn not_in_every_flow(fix: &mut FixContext<'_>) {
    let Some(scheme) = asked(fix) else { return };
    let scope = fix.path.node().value();
    let (having, lacking): (Vec<&Flow>, Vec<&Flow>) =
        (scheme.fact.flows().iter()).partition(|flow| declares(flow, scope));
    let mut declared = having.iter().flat_map(|flow| &flow.scopes);
    let description = declared
        .find(|declared| declared.name.text == scope)
        .and_then(|declared| fix.entry_at(scheme.abs(declared.name.range)))
        .and_then(|entry| template::copy(fix.tree(), entry.value));
    let Some(description) = description else {
        return;
    };
    let names = listed(lacking.iter().map(|flow| flow.name.text.as_str()), "and");
    let title = format!("Declare {} in {names} as well", quoted(scope));
    offer_declaration(fix, title, ChangesMeaning, scheme, &lacking, &description);
}

/// Offers to declare the scope in flows of a scheme.
fn offer_declaration(
    fix: &mut FixContext<'_>,
    title: String,
    kind: FixKind,
    scheme: InUnit<'_, Scheme>,
    flows: &[&Flow],
    description: &Template,
) {
    let map = |flow: &&Flow| fix.entry_at(scheme.abs(flow.scopes_key?));
    let Some(maps) = flows.iter().map(map).collect::<Option<Vec<_>>>() else {
        return;
    };
    let scope = fix.path.node().value();
    fix.offer(title, kind, |edits| {
        let mut maps = maps.iter();
        maps.try_for_each(|map| edits.insert_below(*map, scope, description, &[]))
    });
}

pub(in crate::rules) fn scopes_on_non_oauth(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    // The scopes say what the author wants, perhaps of a scheme of another type.
    fix.offer("Empty the list of scopes", ChangesMeaning, |edits| {
        edits.put(entry, &Template::List(Vec::new()))
    });
}

pub(in crate::rules) fn duplicate(fix: &mut FixContext<'_>) {
    fix.offer_item_removal(Safe);
}

pub(in crate::rules) fn unused(fix: &mut FixContext<'_>) {
    let Some(scope) = fix.entry().map(|entry| entry.key.value()) else {
        return;
    };
    let mut schemes = fix.model.schemes();
    let around = schemes.find(|one| one.abs(one.fact.range).contains(fix.finding.range));
    let Some(scheme) = around else { return };
    let declared = scheme.fact.declared_scopes();
    let entries: Vec<Entry<'_>> = declared
        .filter(|declared| declared.name.text == scope)
        .filter_map(|declared| fix.entry_at(scheme.abs(declared.name.range)))
        .collect();
    let title = format!("Remove the scope {}", quoted(scope));
    fix.offer_clean(title, ChangesMeaning, |edits| edits.remove_all(&entries));
}

/// The scopes that every flow of a scheme declares: clients of each flow can ask for them.
fn declared_scopes(scheme: &Scheme) -> Option<Template> {
    let (first, others) = scheme.flows().split_first()?;
    let mut names: Vec<String> = Vec::new();
    for scope in &first.scopes {
        let name = &scope.name.text;
        let declares = |flow: &Flow| flow.scopes.iter().any(|scope| scope.name.text == *name);
        if !names.iter().any(|known| known == name) && others.iter().all(declares) {
            names.push(name.to_string());
        }
    }
    (!names.is_empty()).then_some(Template::FlowList(names))
}

/// Offers to require all declared scopes: in 2.x in the list, in 3.x in the scheme.
pub(in crate::rules) fn not_selected(fix: &mut FixContext<'_>) {
    if !fix.version.is_v3() {
        let required = (fix.entry()).and_then(|entry| {
            let scheme = fix.scheme_named(entry.key.value())?;
            Some((entry, declared_scopes(scheme.fact)?))
        });
        let Some((entry, scopes)) = required else {
            return;
        };
        let title = "Require the scopes of all flows";
        fix.offer(title, ChangesMeaning, |edits| edits.put(entry, &scopes));
        return;
    }
    let Some(item) = fix.item_of_key() else {
        return;
    };
    let scheme = match fix.tree().field(item.node(), "$ref") {
        Some(reference) => {
            let component = fix.component(reference.value.value());
            component.and_then(|(name, _)| fix.model.component(&name))
        }
        None => fix.model.schemes().find(|scheme| {
            matches!(scheme.fact.home, Home::Entry(..))
                && scheme.abs(scheme.fact.range) == item.node().range()
        }),
    };
    let Some(scheme) = scheme else { return };
    let Some(path) = fix.path_at(scheme.abs(scheme.fact.range)) else {
        return;
    };
    let Some(scopes) = declared_scopes(scheme.fact) else {
        return;
    };
    let members = vec![member("scopes", scopes)];
    let title = "Require the scopes of all flows in the scheme";
    fix.offer(title, ChangesMeaning, |edits| {
        edits.add(&path, members, &["type", "description", "scopes"])
    });
}
