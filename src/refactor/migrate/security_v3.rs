//! The security part of 3.x as 2.x says it: references become requirements, with the scopes that
//! the scheme has in 3.x. Schemes in lists are declared.

use super::security_v2::check_traits;
use super::{Refusal, Work, below, free, need};
use crate::edits::template::{Template, member};
use crate::model::UnitRef;
use crate::model::facts::{EntryForm, Scheme};
use crate::model::references::Resolver;
use crate::refactor::extract::{declared_twin, name_for};
use crate::refactor::inline::{component, declaration};
use crate::refactor::meaning::takes_scopes;
use crate::rules::fix::names::DECLARED;
use crate::rules::messages::quoted;

/// Rewrites the lists and the schemes of a document of 3.x.
pub(super) fn migrate(work: &mut Work<'_>) -> Result<(), Refusal> {
    let analysis = work.analysis;
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    // Schemes with equal content are declared once.
    let mut declared: Vec<(u64, String)> = Vec::new();
    for unit in analysis.model.units() {
        for site in &unit.unit.sites {
            check_traits(&resolver, unit, site)?;
            let Some(list) = &site.security else { continue };
            let place = quoted(&site.pointer);
            if !list.is_list {
                return Refusal::because(format!("The `security` of {place} is no list."));
            }
            for (at, entry) in list.entries.iter().enumerate() {
                let pointer = format!("{}/security/{at}", site.pointer);
                match &entry.form {
                    EntryForm::Reference(reference) => {
                        let text = reference.target.as_ref().map_or("", |target| &target.text);
                        let name = component(analysis, text);
                        let scheme = resolver.resolve(reference).scheme();
                        let (Some(name), Some(scheme)) = (name, scheme) else {
                            let reason = format!(
                                "{place} refers to {}, which is no declared scheme.",
                                quoted(text)
                            );
                            return Refusal::because(reason);
                        };
                        require(work, &pointer, &name, scheme.fact)?;
                    }
                    EntryForm::Inline(index) => {
                        let scheme = need(unit.unit.schemes.get(*index))?;
                        let name = declare(work, unit, scheme, &pointer, &mut declared)?;
                        require(work, &pointer, &name, scheme)?;
                    }
                    EntryForm::Requirement(_) | EntryForm::Other(_) => {
                        let reason = format!("An entry of the `security` of {place} is no scheme.");
                        return Refusal::because(reason);
                    }
                }
            }
        }
    }
    for name in work.draft.keys("/components/securitySchemes") {
        without_scopes(work, &name)?;
    }
    Ok(())
}

/// Puts a requirement into a list.
fn require(work: &mut Work<'_>, pointer: &str, name: &str, scheme: &Scheme) -> Result<(), Refusal> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in scheme.scopes.iter().flat_map(|list| &list.scopes) {
        if !scopes.contains(&scope.text) {
            scopes.push(scope.text.clone());
        }
    }
    if !scopes.is_empty() && !takes_scopes(scheme) {
        let reason = format!(
            "The scheme {} lists scopes, and its type has none.",
            quoted(name)
        );
        return Refusal::because(reason);
    }
    let scopes = match scopes.is_empty() {
        true => Template::List(Vec::new()),
        false => Template::FlowList(scopes),
    };
    let requirement = Template::Map(vec![member(name, scopes)]);
    need(work.draft.put_moved_item(pointer, &requirement))
}

/// Declares a scheme that stands in a list, unless one is declared that says the same.
fn declare(
    work: &mut Work<'_>,
    unit: UnitRef<'_>,
    scheme: &Scheme,
    pointer: &str,
    declared: &mut Vec<(u64, String)>,
) -> Result<String, Refusal> {
    if let Some(name) = declared_twin(work.analysis, scheme) {
        return Ok(name.to_owned());
    }
    let known = declared
        .iter()
        .find(|(content, _)| *content == scheme.fingerprint);
    if let Some((_, name)) = known {
        return Ok(name.clone());
    }
    let _ = unit;
    let name = free(
        &work.draft.keys("/components/securitySchemes"),
        &name_for(scheme),
    );
    let value = need(work.draft.moved(pointer))?;
    need(work.draft.insert_at(&DECLARED, &name, &value))?;
    declared.push((scheme.fingerprint, name.clone()));
    Ok(name)
}

/// Removes the scopes that lists have now. Those that nothing required stay as an extension.
fn without_scopes(work: &mut Work<'_>, name: &str) -> Result<(), Refusal> {
    let scheme = declaration(work.analysis, name);
    let flows = below(&scheme, "flows");
    for flow in work.draft.keys(&flows) {
        let scopes = below(&below(&flows, &flow), "availableScopes");
        if work.draft.node(&scopes).is_some() {
            need(work.draft.rename(&scopes, "scopes"))?;
        }
    }
    let scopes = below(&scheme, "scopes");
    if work.draft.node(&scopes).is_none() {
        return Ok(());
    }
    let is_declared = work.analysis.model.component(name).is_some();
    if is_declared && crate::refactor::inline::uses(work.analysis, name) == 0 {
        return work.extend(&scheme, &["scopes"]);
    }
    need(work.draft.remove(&scopes))
}
