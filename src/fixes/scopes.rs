//! Remedies for scopes that are asked for and not declared.

use super::FixKind::{ChangesMeaning, Placeholder, Safe};
use super::case::Case;
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::edits::template::Template;
use crate::model::At;
use crate::model::facts::{Flow, Scheme};
use crate::model::resolve::Resolver;
use crate::rules::words::{listed, quoted};
use crate::syntax::node::{Entry, Node};

/// What a scope is described with until somebody knows better.
pub const SCOPE_PLACEHOLDER: &str = "TODO: say what it allows";

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "security-scope-undefined" => scope_undefined(case),
        "security-scope-not-in-every-flow" => {
            copy_scope(case);
        }
        _ => {}
    }
}

/// The scheme whose scopes are asked for at the place.
fn asked<'a>(case: &Case<'a>) -> Option<At<'a, Scheme>> {
    let model = &case.analysis.model;
    let place = case.finding.range;
    let list = case.spot.parent()?;
    let entry = list.entry()?;
    if case.version.is_v3() {
        let own = (model.schemes()).filter(|scheme| scheme.abs(scheme.fact.range).contains(place));
        return own.min_by_key(|scheme| scheme.fact.range.len());
    }
    let mut resolver = Resolver::new(case.tree(), model);
    resolver.named(entry.key.value())?.scheme()
}

fn scope_undefined(case: &mut Case<'_>) {
    if let Some(near) = case.meant() {
        let node = case.spot.node();
        case.offer_clean(format!("Write {}", quoted(near)), Safe, |draft| {
            draft.set_text(node, near)
        });
    }
    let Some(scheme) = asked(case) else { return };
    let scope = case.spot.node().value();
    let title = match scheme.fact.flows.len() {
        1 => format!(
            "Declare {} with a placeholder for what it allows",
            quoted(scope)
        ),
        _ => format!(
            "Declare {} in every flow, with a placeholder for what it allows",
            quoted(scope)
        ),
    };
    let body = Template::Text(SCOPE_PLACEHOLDER.to_owned());
    let flows: Vec<&Flow> = scheme.fact.flows.iter().collect();
    let maps = maps_of(case, scheme, &flows);
    let Some(maps) = maps else { return };
    case.offer(title, Placeholder, |draft| {
        maps.iter()
            .try_for_each(|map| draft.insert_below(*map, scope, &body, &[]))
    });
}

/// The entries of the maps of scopes of flows.
fn maps_of<'a>(case: &Case<'a>, scheme: At<'_, Scheme>, flows: &[&Flow]) -> Option<Vec<Entry<'a>>> {
    let tree = case.tree();
    let map = |flow: &&Flow| {
        let key = scheme.abs(flow.scopes_key?);
        NodePath::of_key(tree, key.start)?.entry()
    };
    flows.iter().map(map).collect()
}

fn copy_scope(case: &mut Case<'_>) -> Option<()> {
    let scheme = asked(case)?;
    let scope = case.spot.node().value();
    let declares = |flow: &Flow| {
        flow.scopes
            .iter()
            .any(|declared| declared.name.text == scope)
    };
    let lacking: Vec<&Flow> = scheme
        .fact
        .flows
        .iter()
        .filter(|flow| !declares(flow))
        .collect();
    let declared = (scheme.fact.flows.iter())
        .flat_map(|flow| &flow.scopes)
        .find(|declared| declared.name.text == scope)?;
    let tree = case.tree();
    let entry = NodePath::of_key(tree, scheme.abs(declared.name.range).start)?.entry()?;
    let description: Node<'_> = entry.value;
    let body = template::copy(tree, description)?;
    let maps = maps_of(case, scheme, &lacking)?;
    let names = listed(lacking.iter().map(|flow| flow.name.text.as_str()), "and");
    case.offer(
        format!("Declare {} in {names} as well", quoted(scope)),
        ChangesMeaning,
        |draft| {
            maps.iter()
                .try_for_each(|map| draft.insert_below(*map, scope, &body, &[]))
        },
    );
    Some(())
}
