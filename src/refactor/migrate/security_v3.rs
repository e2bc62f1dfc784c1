//! The security part of 3.x as 2.x says it: references become requirements, with the scopes that
//! the scheme has in 3.x. Schemes in lists are declared.

use super::outside::is_alike;
use super::security_v2::check_traits;
use super::work::{Work, below, free, need};
use crate::analysis::Analysis;
use crate::edits::path::NodePath;
use crate::edits::template::{Template, member};
use crate::model::InUnit;
use crate::model::facts::{EntryForm, Reference, Scheme, Site};
use crate::model::needs::normal::takes_scopes;
use crate::model::references::Resolver;
use crate::model::references::known::KnownScheme;
use crate::model::references::target::is_external;
use crate::refactor::change::Refusal;
use crate::refactor::names::{component, declaration, declared_twin, name_for, uses};
use crate::refactor::place::{EntryAt, entries};
use crate::rules::fix::names::DECLARED;
use crate::rules::messages::quoted;
use crate::spec::is_component_key;

/// Rewrites the lists and the schemes of a document of 3.x.
pub(super) fn migrate(work: &mut Work<'_>) {
    let analysis = work.analysis;
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    if !work.is_pasted {
        check_traits(work, &resolver);
        for site in analysis.model.sites() {
            let pointer = below(&site.fact.pointer, "security");
            work.attempt(&pointer, |work| check_list(work, site.fact, &pointer));
        }
    }
    let mut declared = Declared::default();
    for entry in entries(&analysis.model) {
        work.attempt(&entry.pointer(), |work| {
            rewrite(work, &resolver, entry, &mut declared)
        });
    }
    for name in work.draft.keys("/components/securitySchemes") {
        let scheme = declaration(analysis, &name);
        work.attempt(&scheme, |work| without_scopes(work, &scheme, &name));
    }
}

fn check_list(work: &Work<'_>, site: &Site, pointer: &str) -> Result<(), Refusal> {
    match &site.security {
        Some(list) if !list.is_list => {
            let place = quoted(&site.pointer);
            work.refuse(pointer, format!("The `security` of {place} is no list."))
        }
        _ => Ok(()),
    }
}

/// The schemes that were declared on the way, by their names.
#[derive(Default)]
struct Declared<'m> {
    /// Those of lists: what has equal content is declared once.
    inline: Vec<(u64, String)>,
    /// Those of other files, by the references to them.
    far: Vec<(&'m str, String)>,
}

/// Lets an entry require by name what it refers to or is.
fn rewrite<'m>(
    work: &mut Work<'m>,
    resolver: &Resolver<'m, '_>,
    entry: EntryAt<'m>,
    declared: &mut Declared<'m>,
) -> Result<(), Refusal> {
    let pointer = entry.pointer();
    match &entry.entry.form {
        EntryForm::Reference(reference) => match referred(work, resolver, reference, entry)? {
            None => Ok(()),
            Some((Some(name), KnownScheme::Here(scheme))) => require(work, &pointer, &name, scheme),
            Some((name, scheme)) => {
                let name = match name {
                    Some(name) => name,
                    None => declare_far(work, reference, scheme.fact(), &mut declared.far)?,
                };
                put(work, &pointer, &name, Vec::new())
            }
        },
        EntryForm::Inline(index) => {
            let scheme = need(entry.unit.unit.schemes.get(*index))?;
            let name = declare(work, scheme, &pointer, &mut declared.inline)?;
            require(work, &pointer, &name, entry.unit.at(scheme))
        }
        EntryForm::Requirement(_) if work.is_pasted => Ok(()),
        EntryForm::Requirement(_) | EntryForm::Other(_) => {
            let place = quoted(&entry.site.pointer);
            let reason = format!("An entry of the `security` of {place} is no scheme.");
            work.refuse(&pointer, reason)
        }
    }
}

/// The scheme that an entry refers to, and the name by which it is declared here. One of another file
/// may have none, and takes no scopes; `None` for one of which it is said already that it does not
/// stay.
fn referred<'m>(
    work: &Work<'m>,
    resolver: &Resolver<'m, '_>,
    reference: &'m Reference,
    entry: EntryAt<'_>,
) -> Result<Option<(Option<String>, KnownScheme<'m>)>, Refusal> {
    let text = reference.target.as_ref().map_or("", |target| &target.text);
    let name = component(work.analysis, text);
    match resolver.resolve(reference).scheme() {
        Some(scheme @ KnownScheme::Here(_)) if name.is_some() => Ok(Some((name, scheme))),
        Some(scheme @ KnownScheme::There(_)) if is_alike(scheme.fact()) => Ok(Some((name, scheme))),
        _ if is_external(text) && !work.is_pasted => Ok(None),
        _ => {
            let reason = format!(
                "{} refers to {}, which is no declared scheme.",
                quoted(&entry.site.pointer),
                quoted(text)
            );
            work.refuse(&entry.pointer(), reason)
        }
    }
}

/// Declares the scheme of another file that a list refers to, unless that was done.
fn declare_far<'m>(
    work: &mut Work<'_>,
    reference: &'m Reference,
    scheme: &Scheme,
    far: &mut Vec<(&'m str, String)>,
) -> Result<String, Refusal> {
    let text = reference.target.as_ref().map_or("", |target| &target.text);
    let analysis = work.analysis;
    let is_it = |other: &Reference| {
        other
            .target
            .as_ref()
            .is_some_and(|other| other.text == text)
    };
    let mut components = analysis.model.components();
    let known = components.find(|(_, scheme)| scheme.fact.reference.as_deref().is_some_and(is_it));
    let known = known.map(|(name, _)| name.to_owned());
    let done = far.iter().find(|(other, _)| *other == text);
    if let Some(name) = known.or_else(|| done.map(|(_, name)| name.clone())) {
        return Ok(name);
    }
    let wanted = match &scheme.name {
        Some(name) if is_component_key(&name.text) => name.text.clone(),
        _ => name_for(scheme),
    };
    let name = free(&work.draft.keys("/components/securitySchemes"), &wanted);
    let value = Template::Map(vec![member("$ref", Template::text(text))]);
    need(work.draft.insert_at(&DECLARED, &name, &value))?;
    far.push((text, name.clone()));
    Ok(name)
}

/// Puts a requirement into a list.
fn require(
    work: &mut Work<'_>,
    pointer: &str,
    name: &str,
    scheme: InUnit<'_, Scheme>,
) -> Result<(), Refusal> {
    let scopes = need(scopes_of(work.analysis, scheme))?;
    if !scopes.is_empty() && !takes_scopes(scheme.fact) {
        let reason = format!(
            "The scheme {} lists scopes, and its type has none.",
            quoted(name)
        );
        return work.refuse(pointer, reason);
    }
    put(work, pointer, name, scopes)
}

fn put(work: &mut Work<'_>, pointer: &str, name: &str, scopes: Vec<String>) -> Result<(), Refusal> {
    let scopes = match scopes.is_empty() {
        true => Template::List(Vec::new()),
        false => Template::FlowList(scopes),
    };
    let requirement = Template::Map(vec![member(name, scopes)]);
    // The comment behind a scheme went with it; that behind a reference stays.
    let is_reference = work.has(pointer, "$ref");
    need(match is_reference {
        true => work.draft.put(pointer, &requirement),
        false => work.draft.put_moved_item(pointer, &requirement),
    })
}

/// The scopes that a scheme requires in 3.x, each once; also of one that was pasted into 2.x.
fn scopes_of(analysis: &Analysis, scheme: InUnit<'_, Scheme>) -> Option<Vec<String>> {
    let tree = analysis.document.tree();
    let node = NodePath::of_range(tree, scheme.abs(scheme.fact.range))?.node();
    let mut scopes: Vec<String> = Vec::new();
    let list = tree.field(node, "scopes");
    for item in list.into_iter().flat_map(|list| list.value.items()) {
        let scope = tree.resolve(item)?.as_str()?.to_owned();
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Some(scopes)
}

/// Declares a scheme that stands in a list, unless one is declared that says the same.
fn declare(
    work: &mut Work<'_>,
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
fn without_scopes(work: &mut Work<'_>, scheme: &str, name: &str) -> Result<(), Refusal> {
    let flows = below(scheme, "flows");
    for flow in work.draft.keys(&flows) {
        let scopes = below(&below(&flows, &flow), "availableScopes");
        if work.draft.node(&scopes).is_some() {
            need(work.draft.rename(&scopes, "scopes"))?;
        }
    }
    let scopes = below(scheme, "scopes");
    if work.draft.node(&scopes).is_none() {
        return Ok(());
    }
    let is_declared = work.analysis.model.component(name).is_some();
    if is_declared && uses(work.analysis, name) == 0 {
        return work.extend(scheme, &["scopes"]);
    }
    need(work.draft.remove(&scopes))
}
