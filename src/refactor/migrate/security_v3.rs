//! The security part of 3.x as 2.x says it: references become requirements, with the scopes that
//! the scheme has in 3.x. Schemes in lists are declared.

use std::collections::HashMap;

use super::names::Names;
use super::outside::is_alike;
use super::security_v2::check_traits;
use super::work::{Placed, Work, below, need};
use crate::analysis::Analysis;
use crate::edits::path::NodePath;
use crate::edits::template::{NewMember, Template, member};
use crate::model::InUnit;
use crate::model::facts::{EntryForm, Reference, Scheme, Site};
use crate::model::needs::normal::takes_scopes;
use crate::model::references::Resolver;
use crate::model::references::known::KnownScheme;
use crate::model::references::target::is_external;
use crate::refactor::change::Refusal;
use crate::refactor::names::{component, declaration, name_for, uses};
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
    let mut declared = Declared::of(work);
    let mut required = Vec::new();
    for entry in entries(&analysis.model) {
        let pointer = entry.pointer();
        let found = work.attempt(&pointer, |work| {
            requirement(work, &resolver, entry, &mut declared)
        });
        let found = found.flatten();
        required.extend(found.map(|value| Required { pointer, value }));
    }
    let new = declared.new;
    work.attempt("/components/securitySchemes", |work| {
        work.append(&DECLARED, new, &[])
    });
    work.each(&mut required, |work, one| {
        // The comment behind a scheme went with it; that behind a reference stays.
        let is_reference = work.has(&one.pointer, "$ref");
        need(match is_reference {
            true => work.draft.put(&one.pointer, &one.value),
            false => work.draft.put_moved_item(&one.pointer, &one.value),
        })
    });
    without_scopes(work);
}

/// A requirement and the entry that becomes it.
struct Required {
    pointer: String,
    value: Template,
}

impl Placed for Required {
    fn pointer(&self) -> &str {
        &self.pointer
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

/// The schemes that are declared, and those that will be.
struct Declared<'m> {
    names: Names,
    /// By their content: what is equal is declared once.
    inline: HashMap<u64, String>,
    /// Those that refer to other files, by the references.
    far: HashMap<&'m str, String>,
    /// What is to be declared.
    new: Vec<NewMember>,
}

impl<'m> Declared<'m> {
    fn of(work: &Work<'m>) -> Self {
        let mut declared = Self {
            names: Names::new(work.draft.keys("/components/securitySchemes")),
            inline: HashMap::new(),
            far: HashMap::new(),
            new: Vec::new(),
        };
        for (name, scheme) in work.analysis.model.components() {
            let content = scheme.fact.fingerprint;
            declared.inline.entry(content).or_insert(name.to_owned());
            let reference = scheme.fact.reference.as_deref();
            if let Some(target) = reference.and_then(|reference| reference.target.as_ref()) {
                declared.far.entry(&target.text).or_insert(name.to_owned());
            }
        }
        declared
    }

    fn add(&mut self, wanted: &str, value: Template) -> String {
        let name = self.names.free(wanted);
        self.new.push(member(&name, value));
        name
    }

    /// Declares the scheme of another file that a list refers to, unless that was done.
    fn far(&mut self, reference: &'m Reference, scheme: &Scheme) -> String {
        let text = reference.target.as_ref().map_or("", |target| &target.text);
        if let Some(name) = self.far.get(text) {
            return name.clone();
        }
        let wanted = match scheme.name() {
            Some(name) if is_component_key(&name.text) => name.text.to_string(),
            _ => name_for(scheme),
        };
        let value = Template::Map(vec![member("$ref", Template::text(text))]);
        let name = self.add(&wanted, value);
        self.far.insert(text, name.clone());
        name
    }

    /// Declares a scheme that stands in a list, unless one is declared that says the same.
    fn inline(&mut self, work: &Work<'_>, scheme: &Scheme, at: &str) -> Result<String, Refusal> {
        if let Some(name) = self.inline.get(&scheme.fingerprint) {
            return Ok(name.clone());
        }
        let value = need(work.draft.moved(at))?;
        let name = self.add(&name_for(scheme), value);
        self.inline.insert(scheme.fingerprint, name.clone());
        Ok(name)
    }
}

/// The requirement by name of what an entry refers to or is; `None` for an entry that stays or was
/// spoken of before.
fn requirement<'m>(
    work: &Work<'m>,
    resolver: &Resolver<'m, '_>,
    entry: EntryAt<'m>,
    declared: &mut Declared<'m>,
) -> Result<Option<Template>, Refusal> {
    let pointer = entry.pointer();
    let (name, scopes) = match &entry.entry.form {
        EntryForm::Reference(reference) => match referred(work, resolver, reference, entry)? {
            None => return Ok(None),
            Some((Some(name), KnownScheme::Here(scheme))) => {
                let scopes = scopes_for(work, &pointer, &name, scheme)?;
                (name, scopes)
            }
            Some((Some(name), _)) => (name, Vec::new()),
            Some((None, scheme)) => (declared.far(reference, scheme.fact()), Vec::new()),
        },
        EntryForm::Inline(index) => {
            let scheme = need(entry.unit.unit.schemes().get(*index))?;
            let name = declared.inline(work, scheme, &pointer)?;
            let scopes = scopes_for(work, &pointer, &name, entry.unit.at(scheme))?;
            (name, scopes)
        }
        EntryForm::Requirement(_) if work.is_pasted => return Ok(None),
        EntryForm::Requirement(_) | EntryForm::Other(_) => {
            let place = quoted(&entry.site.pointer);
            let reason = format!("An entry of the `security` of {place} is no scheme.");
            return work.refuse(&pointer, reason);
        }
    };
    let scopes = match scopes.is_empty() {
        true => Template::List(Vec::new()),
        false => Template::FlowList(scopes),
    };
    Ok(Some(Template::Map(vec![member(&name, scopes)])))
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

/// The scopes of a requirement.
fn scopes_for(
    work: &Work<'_>,
    pointer: &str,
    name: &str,
    scheme: InUnit<'_, Scheme>,
) -> Result<Vec<String>, Refusal> {
    let scopes = need(scopes_of(work.analysis, scheme))?;
    if !scopes.is_empty() && !takes_scopes(scheme.fact) {
        let reason = format!(
            "The scheme {} lists scopes, and its type has none.",
            quoted(name)
        );
        return work.refuse(pointer, reason);
    }
    Ok(scopes)
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

/// Removes the scopes that lists have now. Those that nothing required stay as an extension.
fn without_scopes(work: &mut Work<'_>) {
    let analysis = work.analysis;
    let names = work.draft.keys("/components/securitySchemes");
    let schemes: Vec<String> = (names.iter())
        .map(|name| declaration(analysis, name))
        .collect();
    work.rename_in_flows(&schemes, "availableScopes", "scopes");
    let uses = uses(analysis);
    let is_unused =
        |name: &str| !uses.contains_key(name) && analysis.model.component(name).is_some();
    let schemes = names.iter().zip(schemes);
    let (unused, others): (Vec<_>, Vec<_>) = schemes.partition(|(name, _)| is_unused(name));
    let [mut unused, mut others] =
        [unused, others].map(|all| all.into_iter().map(|(_, scheme)| scheme).collect());
    work.extend(&mut unused, &["scopes"]);
    work.remove(&mut others, &["scopes"]);
}
