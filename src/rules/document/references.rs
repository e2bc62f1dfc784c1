//! References from requirements, lists and schemes (docs/specification.md E.2). Their fixes are below.

use crate::edits::template::{self, Template, TemplateKey, member};
use crate::model::InUnit;
use crate::model::facts::{EntryForm, Home, Reference, RequiredScheme, Scheme};
use crate::model::references::target::{is_external, local_pointer};
use crate::model::references::{Outcome, Resolution};
use crate::rules::document_context::{DocumentContext, List, Meaning};
use crate::rules::finding::{Data, Finding};
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder, Safe};
use crate::rules::fix::names::{DECLARED, declared, fresh_name, pointer_to, reference_to};
use crate::rules::fix::{FixContext, MAX_OFFERED, SCOPE_PLACEHOLDER};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::spec::{is_component_key, spec};
use crate::text::range::TextRange;

/// Checks the targets of list entries, and of references in place of schemes.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    for list in &context.lists {
        check_list(context, list, out);
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
}

fn check_list(context: &DocumentContext<'_, '_>, list: &List<'_>, out: &mut Vec<Finding>) {
    for (meaning, entry) in list.entries.iter().zip(&list.list.entries) {
        match meaning {
            Meaning::Names(names) if context.names_are_known => {
                for (name, resolution) in names {
                    // An empty name is not written yet.
                    if resolution.is_none() && !name.name.text.is_empty() {
                        out.push(undefined(context, list.site.with(*name)));
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
    let near = context.nearest_component(&name.text);
    meant(
        Finding::new(
            registry::SECURITY_REQUIREMENT_UNDEFINED,
            required.abs(name.range),
            format!("there is no security scheme {}", quoted(&name.text)),
        ),
        near,
        "declare it under `components.securitySchemes`",
    )
}

/// A finding whose message ends in the name that was probably meant, with its declaration as
/// related range, or in other advice.
fn meant(
    mut finding: Finding,
    near: Option<(&str, InUnit<'_, Scheme>)>,
    otherwise: &str,
) -> Finding {
    let Some((near, scheme)) = near else {
        finding.message.push_str(&format!("; {otherwise}"));
        return finding;
    };
    let shown = quoted(near);
    finding.message.push_str(&format!("; did you mean {shown}"));
    finding.meant(Some(near)).with(
        scheme.abs(scheme.fact.anchor),
        format!("{shown} is declared here"),
    )
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
        Outcome::Nothing if is_direct => out.extend(unresolved(context, range, text)),
        Outcome::Wrong(place) if resolution.trail.len() == 1 => out.push(
            Finding::new(
                registry::SECURITY_REF_WRONG_TARGET,
                range,
                format!(
                    "{} is not a security scheme; refer to one of `components.securitySchemes`",
                    quoted(text)
                ),
            )
            .with(place, "the reference leads here"),
        ),
        Outcome::Cycle => out.extend(cycle(range, resolution, own)),
        Outcome::Unknown if is_direct && is_external(text) => {
            out.extend(external(context, range, text));
        }
        _ => {}
    }
}

fn unresolved(context: &DocumentContext<'_, '_>, range: TextRange, text: &str) -> Option<Finding> {
    // A fragment may be meant for use in another document, and an invalid URI reference has a
    // finding of its own.
    if !context.is_whole || !is_uri_reference(text) {
        return None;
    }
    let near = (context.resolver.component_name(text))
        .filter(|_| context.resolver.is_component(text))
        .and_then(|name| context.nearest_component(&name));
    Some(meant(
        Finding::new(
            registry::SECURITY_REF_UNRESOLVED,
            range,
            format!("{} leads to nothing", quoted(text)),
        ),
        near,
        "declare the scheme or correct the reference",
    ))
}

fn is_uri_reference(text: &str) -> bool {
    fluent_uri::UriRef::parse(text).is_ok()
}

/// Report a cycle once, at its first reference in the text.
fn cycle(range: TextRange, resolution: &Resolution<'_>, own: TextRange) -> Option<Finding> {
    let trail = &resolution.trail;
    if !trail.contains(&own) || trail.iter().any(|place| place.start < own.start) {
        return None;
    }
    let mut finding = Finding::new(
        registry::SECURITY_REF_CYCLE,
        range,
        "these references lead round in a circle; let one of them be a security scheme",
    );
    for place in trail.iter().filter(|place| **place != own) {
        finding = finding.with(*place, "this is part of the circle");
    }
    Some(finding)
}

fn external(context: &DocumentContext<'_, '_>, range: TextRange, text: &str) -> Option<Finding> {
    if !is_uri_reference(text) {
        return None;
    }
    if let Some(meant) = meant_fragment(context, text) {
        let message = format!(
            "{} names a file; write `{meant}` for the scheme of this document",
            quoted(text)
        );
        return Some(
            Finding::new(registry::SECURITY_REF_UNRESOLVED, range, message)
                .data(Data::MeantReference(meant)),
        );
    }
    Some(Finding::new(
        registry::SECURITY_REF_EXTERNAL,
        range,
        format!(
            "{} is in another document and was not checked",
            quoted(text)
        ),
    ))
}

/// Without `#/`, `components/...` or a bare name refers to a file. If the text is also the pointer
/// or the name of a component of this document, the component was meant.
fn meant_fragment(context: &DocumentContext<'_, '_>, text: &str) -> Option<String> {
    let path = text.strip_prefix('/').unwrap_or(text);
    let fragment = if path.starts_with("components/") {
        format!("#/{path}")
    } else if text.contains(['.', '/', ':', '~']) {
        return None;
    } else {
        format!("#/components/securitySchemes/{text}")
    };
    let name = context.resolver.component_name(&fragment)?;
    let is_declared = context.resolver.is_component(&fragment) && context.is_whole;
    (is_declared && context.model.component(&name).is_some()).then_some(fragment)
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
                "{} is a scheme outside of `components.securitySchemes`; declare it there, since other tools look nowhere else",
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
            if !scopes.contains(&scope.text) {
                scopes.push(scope.text.clone());
            }
        }
    }
    declare(fix, name, &scopes);
}

/// Offers to declare a scheme of that name, with placeholders.
fn declare(fix: &mut FixContext<'_>, name: &str, scopes: &[String]) {
    if !is_component_key(name) {
        return;
    }
    let version = fix.version;
    let is_known = |scheme_type: &str| {
        let mut types = spec().scheme_types().iter();
        types.any(|known| known.value == scheme_type && known.since <= version)
    };
    let by_name = match spec().type_alias(name) {
        Some(alias) if alias.scheme_type != "apiKey" => alias.scheme_type.as_str(),
        _ => name,
    };
    let scheme_type = if !scopes.is_empty() {
        "oauth2"
    } else if is_known(by_name) {
        by_name
    } else {
        let usual = usual_type(fix).filter(|usual| is_known(usual));
        usual.unwrap_or("http")
    };
    let Some(object) = spec().object(scheme_type) else {
        return;
    };
    let mut members = vec![member("type", Template::text(scheme_type))];
    members.extend(template::required(object, version));
    let mut scheme = template::settled(Template::Map(members));
    if !scopes.is_empty() {
        declare_scopes(&mut scheme, version.scopes_key(), scopes);
    }
    let title = format!(
        "Declare {} with a placeholder, as `type: {scheme_type}`",
        quoted(name)
    );
    fix.offer(title, Placeholder, |edits| {
        edits.insert_at(&DECLARED, name, &scheme)
    });
}

/// A scheme type for the first server with a known protocol.
fn usual_type(fix: &FixContext<'_>) -> Option<&'static str> {
    let servers = (fix.model.units()).filter_map(|unit_ref| unit_ref.unit.server.as_ref());
    let family = servers
        .filter_map(|server| spec().protocol(&server.protocol.as_ref()?.value.text))
        .find_map(|protocol| spec().family(&protocol.family))?;
    // Do not propose PLAIN, which sends the password.
    let mut natural = family.natural.iter().map(String::as_str);
    natural.find(|usual| *usual != "plain")
}

/// Adds a scope to every map of scopes in a template.
fn declare_scopes(object: &mut Template, key: &str, scopes: &[String]) {
    let Template::Map(members) = object else {
        return;
    };
    for (name, value) in members {
        match name {
            TemplateKey::Text(name) if name == key => {
                let described = |scope: &String| member(scope, Template::hole(SCOPE_PLACEHOLDER));
                *value = Template::Map(scopes.iter().map(described).collect());
            }
            // Schemes, flows, scopes: there are no more than three levels.
            _ => declare_scopes(value, key, scopes),
        }
    }
}

pub(in crate::rules) fn fix_unresolved(fix: &mut FixContext<'_>) {
    if let Data::MeantReference(reference) = &fix.finding.data {
        fix.offer_text(reference, Safe);
        return;
    }
    let Some(name) = fix.component_name(fix.path.node().value()) else {
        return;
    };
    if let Some(near) = fix.meant() {
        fix.offer_text(&pointer_to(near), Safe);
    }
    declare(fix, &name, &[]);
}

pub(in crate::rules) fn fix_wrong_target(fix: &mut FixContext<'_>) {
    for name in declared(fix).take(MAX_OFFERED) {
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
    let token = pointer.rsplit('/').next().unwrap_or_default();
    let is_name = is_component_key(token) && !token.bytes().all(|byte| byte.is_ascii_digit());
    let kind = (tree.field(target, "type")).map_or("scheme", |entry| entry.value.value());
    let wanted = if is_name { token } else { kind };
    if !is_component_key(wanted) {
        return;
    }
    let name = fresh_name(fix, wanted);
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
