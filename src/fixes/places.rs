//! Remedies for what stands at the wrong place or under the wrong name.

use super::FixKind::{ChangesMeaning, Safe};
use super::case::Case;
use super::uses::{fresh_name, redirect, uses};
use crate::edits::path::NodePath;
use crate::edits::template;
use crate::model::resolve::Target;
use crate::rules::words::quoted;
use crate::syntax::node::{Entry, Node};
use crate::syntax::pointer::unescaped;

/// Offers what can be done.
pub fn offer(case: &mut Case<'_>) {
    match case.rule() {
        "security-schemes-key-invalid" => key_invalid(case),
        "security-schemes-extension-key" => extension_key(case),
        "security-schemes-misplaced" => misplaced(case),
        "security-duplicate-key" => duplicate_key(case),
        "security-not-supported-here" => not_supported_here(case),
        _ => {}
    }
}

fn key_invalid(case: &mut Case<'_>) {
    let Some(entry) = case.entry() else { return };
    let mut name = String::new();
    for sign in entry.key.value().trim().chars() {
        let is_fine = sign.is_ascii_alphanumeric() || "._-".contains(sign);
        match sign {
            sign if is_fine => name.push(sign),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = fresh_name(case, name.trim_matches('-'));
    if name.is_empty() {
        return;
    }
    let Some(uses) = uses(case, entry.key.value()) else {
        return;
    };
    let title = format!("Rename it to {}, with all references", quoted(&name));
    case.offer(title, Safe, |draft| {
        redirect(draft, &uses, &name)?;
        draft.rename(entry.key, &name)
    });
}

fn extension_key(case: &mut Case<'_>) {
    let (Some(entry), Some(map)) = (case.entry(), case.spot.parent()) else {
        return;
    };
    let Some(components) = map.parent().filter(|_| map.entry().is_some()) else {
        return;
    };
    let Some(body) = template::moved(&case.analysis.document, Some(entry.key), entry.value) else {
        return;
    };
    let name = entry.key.value();
    case.offer(
        format!("Move {} to `components`", quoted(name)),
        Safe,
        |draft| {
            draft.remove(entry)?;
            draft.insert(components.node(), name, &body, &[])
        },
    );
}

fn misplaced(case: &mut Case<'_>) {
    let (Some(entry), Some(around)) = (case.entry(), case.spot.parent()) else {
        return;
    };
    let right = "securitySchemes";
    if around
        .entry()
        .is_some_and(|entry| entry.key.value() == "components")
    {
        case.offer_rename(right, Safe);
        return;
    }
    let document = &case.analysis.document;
    let Some(value) = case
        .tree()
        .resolve(entry.value)
        .filter(|value| value.is_mapping())
    else {
        return;
    };
    let components = document.tree().root().get("components");
    let declared = components.and_then(|components| components.value.get(right));
    let title = "Move them to `components.securitySchemes`";
    let Some(declared) = declared else {
        let Some(body) = template::moved(document, Some(entry.key), value) else {
            return;
        };
        case.offer(title, Safe, |draft| {
            draft.remove(entry)?;
            draft.insert_at(&["components"], right, &body)
        });
        return;
    };
    let is_new = |scheme: Entry<'_>| declared.value.get(scheme.key.value()).is_none();
    if !declared.value.is_mapping() || !value.entries().all(is_new) {
        return;
    }
    case.offer(title, Safe, |draft| {
        for scheme in value.entries() {
            let body = template::moved(document, Some(scheme.key), scheme.value)?;
            draft.insert_at(&["components", right], scheme.key.value(), &body)?;
        }
        draft.remove(entry)
    });
}

/// Of repeated keys parsers keep the last one.
fn duplicate_key(case: &mut Case<'_>) {
    let (Some(entry), Some(mapping)) = (case.entry(), case.mapping()) else {
        return;
    };
    let name = entry.key.value();
    let start = entry.key.range().start;
    let earlier = (mapping.entries())
        .filter(|other| other.key.value() == name && other.key.range().start < start)
        .last();
    if let Some(earlier) = earlier {
        let title = format!("Remove the earlier {}, which has no effect", quoted(name));
        case.offer(title, Safe, |draft| draft.remove(earlier));
    }
    let is_scheme = case.spot.keys().iter().rev().nth(1) == Some(&"securitySchemes");
    if is_scheme {
        let name = fresh_name(case, name);
        let title = format!("Rename it to {}", quoted(&name));
        case.offer_clean(title, ChangesMeaning, |draft| {
            draft.rename(entry.key, &name)
        });
    }
}

/// `security` of the whole document moves to the servers, that of a channel to its operations.
fn not_supported_here(case: &mut Case<'_>) {
    let (Some(entry), Some(holder)) = (case.entry(), case.spot.parent()) else {
        return;
    };
    let tree = case.tree();
    let keys = holder.keys();
    let (targets, title) = match keys[..] {
        [] => (children(case, "servers"), "Move it to every server"),
        ["channels", channel] => (
            operations(case, &holder, channel),
            "Move it to the operations of the channel",
        ),
        _ => (Vec::new(), ""),
    };
    let is_free = |target: &Node<'_>| {
        target.is_mapping()
            && tree.field(*target, "$ref").is_none()
            && tree.field(*target, "security").is_none()
    };
    let Some(body) = template::moved(&case.analysis.document, Some(entry.key), entry.value) else {
        return;
    };
    if targets.is_empty() || !targets.iter().all(is_free) {
        case.offer_clean(
            "Remove `security`, which has no effect here",
            Safe,
            |draft| draft.remove(entry),
        );
        return;
    }
    case.offer(title, ChangesMeaning, |draft| {
        (targets.iter()).try_for_each(|target| draft.insert(*target, "security", &body, &[]))?;
        draft.remove(entry)
    });
}

fn children<'a>(case: &Case<'a>, name: &str) -> Vec<Node<'a>> {
    let map = case.tree().root().get(name);
    map.into_iter()
        .flat_map(|map| map.value.entries())
        .map(|child| child.value)
        .collect()
}

/// The operations of a channel.
fn operations<'a>(case: &Case<'a>, channel: &NodePath<'a>, name: &str) -> Vec<Node<'a>> {
    if !case.version.is_v3() {
        let own = ["publish", "subscribe"]
            .iter()
            .filter_map(|key| channel.node().get(key));
        return own.map(|entry| entry.value).collect();
    }
    let tree = case.tree();
    let leads_here = |operation: &Node<'_>| {
        let reference = tree
            .field(*operation, "channel")
            .and_then(|channel| tree.field(channel.value, "$ref"));
        reference.is_some_and(|reference| match Target::of(reference.value.value()) {
            Target::Local(pointer) => pointer
                .strip_prefix("/channels/")
                .is_some_and(|token| unescaped(token) == name),
            _ => false,
        })
    };
    children(case, "operations")
        .into_iter()
        .filter(leads_here)
        .collect()
}
