//! Fixes for what is said twice, for nothing, or not at all.

use crate::edits::template::{Template, member};
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::names::{declared, entry_for, redirect, reference_to, uses};
use crate::rules::fix::{FixContext, MAX_OFFERED};
use crate::rules::messages::quoted;

pub(in crate::rules) fn duplicate_alternative(fix: &mut FixContext<'_>) {
    let Some(item) = fix.item_of_key() else {
        return;
    };
    let title = "Remove the repeated alternative";
    fix.offer(title, Safe, |edits| edits.remove_item(item.node()));
}

pub(in crate::rules) fn empty_requirement(fix: &mut FixContext<'_>) {
    let Some(list) = fix.path.parent().filter(|_| fix.is_item()) else {
        return;
    };
    let node = fix.path.node();
    let is_only = list.node().items().nth(1).is_none();
    let title = "Remove the empty requirement";
    fix.offer(title, ChangesMeaning, |edits| {
        match list.entry().filter(|_| is_only) {
            Some(entry) => edits.remove(entry),
            None => edits.remove_item(node),
        }
    });
}

/// Offers to remove the list, or to require one of the declared schemes.
pub(in crate::rules) fn empty_list_of_server(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let title = "Remove the empty `security`";
    fix.offer_clean(title, Safe, |edits| edits.remove(entry));
    for name in declared(fix).take(MAX_OFFERED) {
        let Some(item) = entry_for(fix, name) else {
            continue;
        };
        let title = format!("Require {}", quoted(name));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            edits.put(entry, &Template::list_of(item))
        });
    }
}

pub(in crate::rules) fn unused(fix: &mut FixContext<'_>) {
    fix.offer_removal(ChangesMeaning);
}

pub(in crate::rules) fn duplicate_scheme(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(name)) = (fix.entry(), fix.meant()) else {
        return;
    };
    let title = format!("Write a `$ref` to {}", quoted(name));
    fix.offer(title, Safe, |edits| edits.put(entry, &reference_to(name)));
    let Some(uses) = uses(fix, entry.key.value()) else {
        return;
    };
    let title = format!("Remove it and refer to {} instead", quoted(name));
    fix.offer_clean(title, Safe, |edits| {
        redirect(edits, &uses, name)?;
        edits.remove(entry)
    });
}

pub(in crate::rules) fn inline_could_be_ref(fix: &mut FixContext<'_>) {
    let (Some(item), Some(name)) = (fix.item_of_key(), fix.meant()) else {
        return;
    };
    let title = format!("Write a `$ref` to {}", quoted(name));
    fix.offer(title, Safe, |edits| {
        edits.put_item(item.node(), &reference_to(name))
    });
}

pub(in crate::rules) fn description_missing(fix: &mut FixContext<'_>) {
    let Some((_, scheme)) = fix.scheme() else {
        return;
    };
    let text = Template::text("TODO: say how to get credentials");
    let members = vec![member("description", text)];
    let title = "Add `description` with a placeholder";
    fix.offer(title, Placeholder, |edits| {
        edits.add(&scheme, members, &["type", "description"])
    });
}
