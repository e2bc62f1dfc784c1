//! Remedies for what is said twice, for nothing, or without effect.

use super::FixKind::{ChangesMeaning, Safe};
use super::case::Case;
use super::uses::{pointer_to, redirect, uses};
use crate::edits::path::NodePath;
use crate::edits::template::{Template, TemplateKey};
use crate::model::facts::Home;
use crate::rules::words::quoted;
use crate::syntax::node::Entry;

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "security-scopes-on-non-oauth" => empty_list(case),
        "security-duplicate-scope" => remove_item(case),
        "security-duplicate-alternative" => duplicate_alternative(case),
        "security-requirement-empty" => empty_requirement(case),
        "operation-security-empty" => {
            let Some(entry) = case.entry() else { return };
            case.offer("Remove the empty `security`", Safe, |draft| {
                draft.remove(entry)
            });
        }
        "server-security-empty" => {
            let Some(entry) = case.entry() else { return };
            case.offer_clean("Remove the empty `security`", Safe, |draft| {
                draft.remove(entry)
            });
        }
        "security-scheme-unused" => case.offer_removal(ChangesMeaning),
        "oauth2-scope-unused" => unused_scope(case),
        "security-scheme-duplicate" => duplicate_scheme(case),
        "security-inline-could-be-ref" => inline_could_be_ref(case),
        "trait-security-conflict" => trait_conflict(case),
        "oauth2-scopes-not-selected" => not_selected(case),
        _ => {}
    }
}

fn empty_list(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    case.offer("Empty the list of scopes", Safe, |draft| {
        draft.put(entry, &Template::List(Vec::new()))
    });
}

/// Offers to remove the item at the place.
pub fn remove_item(case: &mut Case<'_>) {
    let node = case.spot.node();
    let is_item = case
        .spot
        .parent()
        .is_some_and(|parent| parent.node().is_sequence());
    if is_item {
        let title = format!("Remove {}", quoted(node.value()));
        case.offer(title, Safe, |draft| draft.remove_item(node));
    }
}

/// The entry of a list whose first key the place is.
pub fn item_of_key<'a>(case: &Case<'a>) -> Option<NodePath<'a>> {
    let mapping = case.spot.parent()?;
    let list = mapping.parent()?;
    list.node().is_sequence().then_some(mapping)
}

fn duplicate_alternative(case: &mut Case<'_>) {
    let Some(item) = item_of_key(case) else {
        return;
    };
    case.offer("Remove the repeated alternative", Safe, |draft| {
        draft.remove_item(item.node())
    });
}

fn empty_requirement(case: &mut Case<'_>) {
    let node = case.spot.node();
    let Some(list) = case.spot.parent().filter(|list| list.node().is_sequence()) else {
        return;
    };
    let is_only = list.node().items().nth(1).is_none();
    let entry = list.entry().filter(|_| is_only);
    case.offer(
        "Remove the empty requirement",
        ChangesMeaning,
        |draft| match entry {
            Some(entry) => draft.remove(entry),
            None => draft.remove_item(node),
        },
    );
}

fn unused_scope(case: &mut Case<'_>) {
    let place = case.finding.range;
    let Some(scope) = case.entry().map(|entry| entry.key.value()) else {
        return;
    };
    let scheme = (case.analysis.model.schemes())
        .find(|scheme| scheme.abs(scheme.fact.range).contains(place));
    let Some(scheme) = scheme else { return };
    let tree = case.tree();
    let entries: Vec<Entry<'_>> = (scheme.fact.flows.iter())
        .flat_map(|flow| &flow.scopes)
        .filter(|declared| declared.name.text == scope)
        .filter_map(|declared| {
            NodePath::of_key(tree, scheme.abs(declared.name.range).start)?.entry()
        })
        .collect();
    case.offer_clean(
        format!("Remove the scope {}", quoted(scope)),
        ChangesMeaning,
        |draft| entries.iter().try_for_each(|entry| draft.remove(*entry)),
    );
}

fn duplicate_scheme(case: &mut Case<'_>) {
    let (Some(entry), Some(name)) = (case.entry(), case.meant()) else {
        return;
    };
    case.offer(
        format!("Write a `$ref` to {}", quoted(name)),
        Safe,
        |draft| draft.put(entry, &reference_to(name)),
    );
    let Some(uses) = uses(case, entry.key.value()) else {
        return;
    };
    let title = format!("Remove it and refer to {} instead", quoted(name));
    case.offer_clean(title, Safe, |draft| {
        redirect(draft, &uses, name)?;
        draft.remove(entry)
    });
}

/// `{$ref: ...}` to a scheme of that name.
pub fn reference_to(name: &str) -> Template {
    Template::Map(vec![(
        TemplateKey::of("$ref"),
        Template::Text(pointer_to(name)),
    )])
}

fn inline_could_be_ref(case: &mut Case<'_>) {
    let (Some(item), Some(name)) = (item_of_key(case), case.meant()) else {
        return;
    };
    case.offer(
        format!("Write a `$ref` to {}", quoted(name)),
        Safe,
        |draft| draft.put_item(item.node(), &reference_to(name)),
    );
}

fn trait_conflict(case: &mut Case<'_>) {
    let Some(own) = case.entry() else { return };
    if !case.version.is_v3() {
        case.offer(
            "Remove this `security`, which has no effect",
            Safe,
            |draft| draft.remove(own),
        );
        return;
    }
    let tree = case.tree();
    let entries: Option<Vec<Entry<'_>>> = (case.finding.other_parts())
        .map(|place| NodePath::of_key(tree, place.start)?.entry())
        .collect();
    let Some(entries) = entries else { return };
    // A trait of `components` may count for another operation.
    case.offer(
        "Remove the `security` of the trait",
        ChangesMeaning,
        |draft| entries.iter().try_for_each(|entry| draft.remove(*entry)),
    );
    case.offer(
        "Remove this `security`, so that the one of the trait counts",
        ChangesMeaning,
        |draft| draft.remove(own),
    );
}

/// Offers to ask for all declared scopes, in the scheme itself.
fn not_selected(case: &mut Case<'_>) {
    let Some(item) = item_of_key(case) else {
        return;
    };
    let tree = case.tree();
    let model = &case.analysis.model;
    let reference = tree
        .field(item.node(), "$ref")
        .map(|entry| entry.value.value());
    let scheme = match reference {
        Some(text) => {
            let resolver = crate::model::resolve::Resolver::new(tree, model);
            resolver
                .component_name(text)
                .and_then(|name| model.component(&name))
        }
        None => model.schemes().find(|scheme| {
            matches!(scheme.fact.home, Home::Entry(..))
                && scheme.abs(scheme.fact.range) == item.node().range()
        }),
    };
    let Some(scheme) = scheme else { return };
    let Some(spot) = NodePath::of_range(tree, scheme.abs(scheme.fact.range)) else {
        return;
    };
    let mut names: Vec<String> = Vec::new();
    for scope in scheme.fact.flows.iter().flat_map(|flow| &flow.scopes) {
        if !names.contains(&scope.name.text) {
            names.push(scope.name.text.clone());
        }
    }
    let members = vec![(TemplateKey::of("scopes"), Template::FlowList(names))];
    let order = ["type", "description", "scopes"];
    case.offer(
        "Require all declared scopes in the scheme",
        ChangesMeaning,
        |draft| draft.add(&spot, members, &order),
    );
}
