//! References from requirements, lists and schemes (docs/specification.md E.2). Their fixes are below.

pub(super) mod near;
mod outside;

use std::collections::HashSet;

use crate::edits::template;
use crate::model::InUnit;
use crate::model::facts::{EntryForm, Home, Reference, RequiredScheme, Scheme};
use crate::model::references::target::{is_external, local_pointer};
use crate::model::references::{Outcome, Resolution, Resolver};
use crate::model::walk::UnitKind;
use crate::rules::document_context::{DocumentContext, List, Meaning};
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::rules::fix::declare::declare;
use crate::rules::fix::names::{DECLARED, declared, fresh_name, pointer_to, reference_to};
use crate::rules::fix::{FixContext, MAX_OFFERED};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::unit::ref_object;
use crate::spec::is_component_key;
use crate::text::range::TextRange;

/// Checks the targets of list entries, and of references in place of schemes.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    // A `$ref` with another name, such as `ref`, is no name of a scheme.
    let references = (out.iter()).filter(|one| one.rule == registry::SECURITY_V3_SHAPE_IN_V2);
    let references: HashSet<TextRange> = references.map(|one| one.range).collect();
    for list in &context.lists {
        check_list(context, list, &references, out);
    }
    for scheme in context.model.schemes() {
        // References in lists are checked with the lists.
        if matches!(scheme.fact.home, Home::Entry(..)) {
            continue;
        }
        let Some(reference) = &scheme.fact.reference else {
            continue;
        };
        let resolution = context.resolver.resolve(reference);
        let own = scheme.abs(scheme.fact.range);
        check_reference(context, scheme.with(reference), &resolution, own, out);
    }
    let maps = context.model.map_references.iter();
    for map in maps.filter(|map| map.place == Some(UnitKind::Scheme)) {
        outside::check_map(context, &map.target, out);
    }
}

fn check_list(
    context: &DocumentContext<'_, '_>,
    list: &List<'_>,
    references: &HashSet<TextRange>,
    out: &mut Vec<Finding>,
) {
    for (meaning, entry) in list.entries.iter().zip(&list.list.entries) {
        match meaning {
            Meaning::Names(names) if context.names_are_known => {
                for (name, resolution) in names {
                    let required = list.site.with(*name);
                    // An empty name is not written yet.
                    let is_name = !name.name.text.is_empty()
                        && !references.contains(&required.abs(name.name.range));
                    if resolution.is_none() && is_name {
                        out.push(undefined(context, required));
                    }
                }
            }
            Meaning::Reference(reference, resolution) => {
                let own = list.site.abs(entry.range);
                let reference = list.site.with(*reference);
                check_reference(context, reference, resolution, own, out);
                outside_components(context, reference, resolution, out);
            }
            _ => {}
        }
    }
}

fn undefined(context: &DocumentContext<'_, '_>, required: InUnit<'_, RequiredScheme>) -> Finding {
    let name = &required.fact.name;
    let place = required.abs(name.range);
    let shown = quoted(&name.text);
    let rule = registry::SECURITY_REQUIREMENT_UNDEFINED;
    let Some((near, scheme)) = context.nearest_name(&name.text) else {
        let of = match &context.model.surroundings.documents[..] {
            _ if context.is_whole => String::new(),
            [only] => format!(" of {}, which uses this file", quoted(&only.shown)),
            _ => " of the documents that use this file".to_owned(),
        };
        let message = format!(
            "there is no security scheme {shown}; declare it under `components.securitySchemes`{of}"
        );
        return Finding::new(rule, place, message);
    };
    let meant = quoted(near);
    let message = format!("there is no security scheme {shown}; did you mean {meant}?");
    let finding = Finding::new(rule, place, message).meant(Some(near));
    match scheme {
        Some(scheme) => finding.with_spot(scheme.anchor(), format!("{meant} is declared here")),
        None => finding,
    }
}

/// The finding with the declaration of the scheme that was probably meant as related range.
pub(super) fn declared_here(finding: Finding, name: &str, scheme: InUnit<'_, Scheme>) -> Finding {
    let message = format!("{} is declared here", quoted(name));
    finding.with(scheme.abs(scheme.fact.anchor()), message)
}

/// Checks the target of a reference. If a later reference of the chain is broken, only that one is
/// reported.
fn check_reference(
    context: &DocumentContext<'_, '_>,
    reference: InUnit<'_, Reference>,
    resolution: &Resolution<'_>,
    own: TextRange,
    out: &mut Vec<Finding>,
) {
    let Some(target) = &reference.fact.target else {
        return;
    };
    let range = reference.abs(target.range);
    let text = &target.text;
    let is_direct = resolution.trail.is_empty();
    match resolution.outcome {
        Outcome::Nothing if is_direct => out.extend(unresolved(context, range, text, own)),
        Outcome::Wrong(place) if resolution.trail.len() == 1 => {
            out.push(wrong_target(context, range, text, own, place));
        }
        Outcome::Cycle => out.extend(cycle(range, resolution, own)),
        Outcome::Broken(broken) if is_direct && outside::is_uri_reference(text) => {
            let forgotten = forgotten_number_sign(context, range, text, own);
            out.push(forgotten.unwrap_or_else(|| outside::broken(range, text, broken)));
        }
        Outcome::Unknown if is_direct && is_external(text) => {
            let forgotten = forgotten_number_sign(context, range, text, own);
            out.extend(forgotten.or_else(|| outside::unread(context, range, text)));
        }
        _ => {}
    }
}

fn unresolved(
    context: &DocumentContext<'_, '_>,
    range: TextRange,
    text: &str,
    own: TextRange,
) -> Option<Finding> {
    // An invalid URI reference has a finding of its own.
    if !outside::is_uri_reference(text) {
        return None;
    }
    if !context.is_whole {
        return outside::nothing_here(context, range, text);
    }
    let finding = |advice: &str| {
        let message = format!("{} points to nothing; {advice}", quoted(text));
        Finding::new(registry::SECURITY_REF_UNRESOLVED, range, message)
    };
    let Some((near, scheme)) = near::meant(context, text, own) else {
        return Some(finding("declare the scheme, or correct the reference"));
    };
    let found = finding(&format!("did you mean `{}`?", pointer_to(near)))
        .with_data(Data::MeantReference(pointer_to(near)));
    Some(declared_here(found, near, scheme))
}

fn wrong_target(
    context: &DocumentContext<'_, '_>,
    range: TextRange,
    text: &str,
    own: TextRange,
    place: TextRange,
) -> Finding {
    const RULE: &Rule = registry::SECURITY_REF_WRONG_TARGET;
    if text.is_empty() {
        let message = "`$ref` is empty; refer to one of `components.securitySchemes`, \
                       or remove `$ref`";
        return Finding::new(RULE, range, message);
    }
    let meant = near::meant(context, text, own);
    let advice = meant.map_or_else(
        || "refer to one of `components.securitySchemes`".to_owned(),
        |(near, _)| format!("did you mean `{}`?", pointer_to(near)),
    );
    let message = format!("{} is not a security scheme; {advice}", quoted(text));
    let finding = Finding::new(RULE, range, message).with(place, "the reference points here");
    match meant {
        Some((near, scheme)) => declared_here(
            finding.with_data(Data::MeantReference(pointer_to(near))),
            near,
            scheme,
        ),
        None => finding,
    }
}

/// Report a cycle once, at its first reference in the text.
fn cycle(range: TextRange, resolution: &Resolution<'_>, own: TextRange) -> Option<Finding> {
    let trail = &resolution.trail;
    if !trail.contains(&own) || trail.iter().any(|place| place.start() < own.start()) {
        return None;
    }
    let message = match trail.as_slice() {
        [_] => "this reference points to itself; write a security scheme in its place",
        _ => "these references form a circle; write a security scheme in place of one of them",
    };
    let mut finding = Finding::new(registry::SECURITY_REF_CYCLE, range, message);
    for place in trail.iter().filter(|place| **place != own) {
        finding = finding.with(*place, "this is a part of the circle");
    }
    Some(finding)
}

/// A reference to a file that would lead to a scheme of this document, if it began with `#`.
fn forgotten_number_sign(
    context: &DocumentContext<'_, '_>,
    range: TextRange,
    text: &str,
    own: TextRange,
) -> Option<Finding> {
    let (meant, name, scheme) = near::meant_fragment(context, text, own)?;
    let message = format!(
        "{} names a file; write `{meant}` for the scheme of this document",
        quoted(text)
    );
    let finding = Finding::new(registry::SECURITY_REF_UNRESOLVED, range, message)
        .with_data(Data::MeantReference(meant));
    Some(declared_here(finding, name, scheme))
}

fn outside_components(
    context: &DocumentContext<'_, '_>,
    reference: InUnit<'_, Reference>,
    resolution: &Resolution<'_>,
    out: &mut Vec<Finding>,
) {
    let Some(target) = &reference.fact.target else {
        return;
    };
    let is_scheme = matches!(resolution.outcome, Outcome::Scheme(_) | Outcome::Elsewhere);
    if is_scheme && context.is_whole && !context.resolver.is_component(&target.text) {
        out.push(Finding::new(
            registry::SECURITY_REF_OUTSIDE_COMPONENTS,
            reference.abs(target.range),
            format!(
                "{} is a scheme outside `components.securitySchemes`; declare it there, since some tools look nowhere else",
                quoted(&target.text)
            ),
        ));
    }
}

/// Offers the name that was meant, or a new scheme of this name.
pub(in crate::rules) fn fix_undefined(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let name = entry.key.value();
    if let Some(near) = fix.meant() {
        fix.offer_rename(near, Safe);
    }
    let mut scopes: Vec<String> = Vec::new();
    for site in fix.model.sites() {
        let lists = site.fact.security.iter().flat_map(|list| &list.entries);
        let names = lists.filter_map(|entry| match &entry.form {
            EntryForm::Requirement(names) => Some(names),
            _ => None,
        });
        let same = (names.flatten()).filter(|required| required.name.text == name);
        for scope in same.flat_map(|required| &required.scopes) {
            if !scopes.iter().any(|known| *known == scope.text) {
                scopes.push(scope.text.to_string());
            }
        }
    }
    declare(fix, name, &scopes);
}

pub(in crate::rules) fn fix_unresolved(fix: &mut FixContext<'_>) {
    if let Data::MeantReference(reference) = fix.finding.data() {
        fix.offer_text(reference, Safe);
    }
    if let Some(name) = fix.component_name(fix.path.node().value()) {
        declare(fix, &name, &[]);
    }
}

/// Offers the schemes that do not lead back to the reference. An empty `$ref` may go as well.
pub(in crate::rules) fn fix_wrong_target(fix: &mut FixContext<'_>) {
    let Some(holder) = fix.mapping() else { return };
    if let Data::MeantReference(reference) = fix.finding.data() {
        fix.offer_text(reference, Safe);
    }
    if fix.path.node().value().is_empty() {
        ref_object::offer_without_reference(fix);
    }
    let resolver = Resolver::new(fix.tree(), fix.model);
    let is_free = |name: &&str| {
        let found = resolver.named(name);
        found.is_some_and(|found| !found.trail.contains(&holder.range()))
    };
    for name in declared(fix).filter(is_free).take(MAX_OFFERED) {
        fix.offer_text(&pointer_to(name), ChangesMeaning);
    }
}

/// Moves a scheme into `components`.
pub(in crate::rules) fn fix_outside_components(fix: &mut FixContext<'_>) {
    let reference = fix.path.node();
    let Some(pointer) = local_pointer(reference.value()) else {
        return;
    };
    let tree = fix.tree();
    let Some(target) = (tree.pointer(&pointer)).filter(|target| target.is_mapping()) else {
        return;
    };
    let Some(path) = fix.path_at(target.range()) else {
        return;
    };
    if target.range().contains(reference.range()) {
        return;
    }
    let token = pointer.rsplit('/').next().unwrap_or_default();
    let is_name = is_component_key(token) && !token.bytes().all(|byte| byte.is_ascii_digit());
    let kind = (tree.field(target, "type")).map_or("scheme", |entry| entry.value.value());
    let wanted = if is_name { token } else { kind };
    if !is_component_key(wanted) {
        return;
    }
    let name = fresh_name(fix.model, wanted);
    let key = path.entry().map(|entry| entry.key);
    let Some(scheme) = template::moved(fix.document, key, target) else {
        return;
    };
    let title = format!(
        "Declare it in `components.securitySchemes` as {}",
        quoted(&name)
    );
    fix.offer(title, Safe, |edits| {
        edits.set_text(reference, &pointer_to(&name))?;
        edits.replace(&path, &reference_to(&name))?;
        edits.insert_at(&DECLARED, &name, &scheme)
    });
}
