//! References between requirements, lists and schemes (SPEC.md E.2).

pub(in crate::rules) mod fixes;

use crate::model::InUnit;
use crate::model::facts::{Home, Reference, RequiredScheme, Scheme};
use crate::model::references::target::is_external;
use crate::model::references::{Outcome, Resolution};
use crate::rules::document_context::{DocumentContext, List, Meaning};
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::text::range::TextRange;

/// Checks where the entries of lists and the references in the place of schemes lead.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    for list in &context.lists {
        check_list(context, list, out);
    }
    for scheme in context.model.schemes() {
        // The references of lists are looked at with the lists.
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
                    // A name that is not there yet is no wrong name.
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

/// A finding that ends in the name that was probably meant, with the place of its declaration,
/// or in what else is to be done.
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

/// Checks where a reference leads. A chain that breaks later is the fault of a later one.
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
    // A part of a document may be meant to be read from another one, and a text that is no
    // URI reference has a finding of its own.
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

/// A cycle is reported once, at the first of its references in the text.
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

/// `components/...` with no `#/` before it names a file, and so does a bare name. Where the same
/// text is a pointer to a component of this document or its name, that was meant.
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
