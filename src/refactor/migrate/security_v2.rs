//! The security part of 2.x as 3.x says it: requirements become references. In 3.x a scheme has the
//! scopes that it requires, so each other choice of scopes needs a copy of it.

use std::collections::BTreeSet;

use super::{Refusal, Work, below, need};
use crate::analysis::Analysis;
use crate::edits::template::Template;
use crate::model::effective::{has_security, traits_of};
use crate::model::facts::{EntryForm, RequiredScheme, Site, SiteKind};
use crate::model::references::Resolver;
use crate::model::{InUnit, UnitRef};
use crate::refactor::copy::{scoped, with_scopes};
use crate::refactor::inline::{component, declaration};
use crate::refactor::meaning::takes_scopes;
use crate::rules::fix::names::reference_to;
use crate::rules::messages::quoted;

/// A requirement of one scheme.
struct Requirement {
    /// The pointer of the entry.
    pointer: String,
    /// The scheme.
    name: String,
    /// The scopes, each once, in the order of the first.
    scopes: Vec<String>,
}

impl Requirement {
    fn set(&self) -> BTreeSet<&str> {
        self.scopes.iter().map(String::as_str).collect()
    }
}

/// Rewrites the lists and the schemes of a document of 2.x.
pub(super) fn migrate(work: &mut Work<'_>) -> Result<(), Refusal> {
    let analysis = work.analysis;
    let requirements = requirements(analysis)?;
    for (name, _) in analysis.model.components() {
        let flows = below(&declaration(analysis, name), "flows");
        for flow in work.draft.keys(&flows) {
            let scopes = below(&below(&flows, &flow), "scopes");
            if work.draft.node(&scopes).is_some() {
                need(work.draft.rename(&scopes, "availableScopes"))?;
            }
        }
    }
    let mut done: Vec<(&str, BTreeSet<&str>, String)> = Vec::new();
    for requirement in &requirements {
        let known = done
            .iter()
            .find(|(name, scopes, _)| *name == requirement.name && *scopes == requirement.set());
        let name = match known {
            Some((.., name)) => name.clone(),
            None => {
                let name = scheme_for(work, requirement, &requirements, &done)?;
                done.push((&requirement.name, requirement.set(), name.clone()));
                name
            }
        };
        need(work.draft.put(&requirement.pointer, &reference_to(&name)))?;
    }
    Ok(())
}

/// The scheme that requires these scopes: the declared one, if it can have them, or a copy.
fn scheme_for(
    work: &mut Work<'_>,
    requirement: &Requirement,
    all: &[Requirement],
    done: &[(&str, BTreeSet<&str>, String)],
) -> Result<String, Refusal> {
    let (analysis, name) = (work.analysis, &requirement.name);
    if requirement.scopes.is_empty() {
        return Ok(name.clone());
    }
    let of_it = |other: &&Requirement| other.name == *name;
    let is_taken = done.iter().any(|(other, ..)| other == name)
        || all
            .iter()
            .filter(of_it)
            .any(|other| other.scopes.is_empty())
        || is_referred(analysis, name);
    let list = Template::FlowList(requirement.scopes.clone());
    let declared = declaration(analysis, name);
    let is_reference = work.is_reference(&declared)?;
    if !is_taken && !is_reference {
        need(work.draft.insert(&declared, "scopes", &list, &[]))?;
        return Ok(name.clone());
    }
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    let origin = resolver.named(name).and_then(|found| found.scheme());
    let origin = origin.and_then(|scheme| scheme.fact.name.as_ref());
    let origin = origin.map_or(&**name, |origin| &origin.text);
    let scheme = work.draft.copy(&declaration(analysis, origin));
    let scheme = need(scheme.and_then(|scheme| scoped(scheme, list)))?;
    let scopes: Vec<&str> = requirement.scopes.iter().map(String::as_str).collect();
    let map = "/components/securitySchemes";
    let new = super::free(&work.draft.keys(map), &with_scopes(name, &scopes));
    need(work.draft.insert(map, &new, &scheme, &[name, &new]))?;
    Ok(new)
}

/// Whether another declared scheme refers to this one, so that it would have its scopes too.
fn is_referred(analysis: &Analysis, name: &str) -> bool {
    let mut references = (analysis.model.components())
        .filter_map(|(_, scheme)| scheme.fact.reference.as_ref()?.target.as_ref());
    references.any(|target| component(analysis, &target.text).as_deref() == Some(name))
}

/// What all lists require, if 3.x can say it.
fn requirements(analysis: &Analysis) -> Result<Vec<Requirement>, Refusal> {
    let (tree, model) = (analysis.document.tree(), &analysis.model);
    let resolver = Resolver::new(tree, model);
    let mut found = Vec::new();
    for unit in model.units() {
        for site in &unit.unit.sites {
            check_traits(&resolver, unit, site)?;
            let Some(list) = &site.security else { continue };
            let place = quoted(&site.pointer);
            let version = model
                .version
                .filter(|version| has_security(*version, site.kind));
            if version.is_none() {
                let reason = format!(
                    "The `security` of {place} has no effect before 2.4, and would have one."
                );
                return Refusal::because(reason);
            }
            if !list.is_list {
                return Refusal::because(format!("The `security` of {place} is no list."));
            }
            for (at, entry) in list.entries.iter().enumerate() {
                let EntryForm::Requirement(names) = &entry.form else {
                    let reason =
                        format!("An entry of the `security` of {place} is no requirement.");
                    return Refusal::because(reason);
                };
                let required = match &names[..] {
                    [one] => one,
                    [] => {
                        let reason = format!(
                            "{place} accepts clients without credentials (`{{}}`), which 3.0 cannot say beside others."
                        );
                        return Refusal::because(reason);
                    }
                    _ => {
                        let reason = format!(
                            "{place} requires several schemes together, which 3.0 cannot say: there every entry is another choice."
                        );
                        return Refusal::because(reason);
                    }
                };
                let pointer = format!("{}/security/{at}", site.pointer);
                found.push(requirement(&resolver, unit.at(required), pointer)?);
            }
        }
    }
    Ok(found)
}

fn requirement(
    resolver: &Resolver<'_, '_>,
    required: InUnit<'_, RequiredScheme>,
    pointer: String,
) -> Result<Requirement, Refusal> {
    let required = required.fact;
    let name = required.name.text.clone();
    let shown = quoted(&name);
    let Some(scheme) = resolver.named(&name).and_then(|found| found.scheme()) else {
        return Refusal::because(format!("The scheme {shown} is not declared."));
    };
    if required.has_others {
        return Refusal::because(format!("The scopes of {shown} are not all texts."));
    }
    let mut scopes: Vec<String> = Vec::new();
    for scope in &required.scopes {
        if !scopes.contains(&scope.text) {
            scopes.push(scope.text.clone());
        }
    }
    if !scopes.is_empty() && !takes_scopes(scheme.fact) {
        let reason = format!(
            "The scheme {shown} has no scopes, and an entry lists some: remove them first."
        );
        return Refusal::because(reason);
    }
    Ok(Requirement {
        pointer,
        name,
        scopes,
    })
}

/// In 2.x the list of a trait counts, in 3.x that of the operation.
pub(super) fn check_traits<'m>(
    resolver: &Resolver<'m, '_>,
    unit: UnitRef<'m>,
    site: &'m Site,
) -> Result<(), Refusal> {
    if site.kind != SiteKind::Operation || site.security.is_none() {
        return Ok(());
    }
    if traits_of(resolver, unit, site).with_security.is_empty() {
        return Ok(());
    }
    Refusal::because(format!(
        "{} and a trait of it have `security`: in 2.x that of the trait counts, in 3.x its own. Remove one first.",
        quoted(&site.pointer)
    ))
}
