//! The security part of 2.x as 3.x says it: requirements become references. In 3.x a scheme has the
//! scopes that it requires, so each other choice of scopes needs a copy of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::Names;
use super::work::{Placed, Work, below, need};
use crate::analysis::Analysis;
use crate::edits::template::{NewMember, Template, member};
use crate::model::effective::{has_security, traits_of};
use crate::model::facts::{EntryForm, Site, SiteKind};
use crate::model::needs::normal::takes_scopes;
use crate::model::references::Resolver;
use crate::model::references::target::is_external;
use crate::model::uses::{Naming, in_unit};
use crate::refactor::change::Refusal;
use crate::refactor::names::{component, declaration, scoped, with_scopes};
use crate::refactor::place::{EntryAt, entries};
use crate::rules::fix::names::reference_to;
use crate::rules::messages::quoted;

/// A requirement of one scheme.
struct Requirement {
    /// The pointer of the entry.
    pointer: String,
    /// The scheme; once it is known that of 3.x, which requires the scopes.
    name: String,
    /// The scopes, each once, in the order of the first.
    scopes: Vec<String>,
}

impl Placed for Requirement {
    fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// Rewrites the lists and the schemes of a document of 2.x.
pub(super) fn migrate(work: &mut Work<'_>) {
    let mut requirements = requirements(work);
    let components = work.analysis.model.components();
    let components = components.map(|(name, _)| declaration(work.analysis, name));
    let components: Vec<String> = components.collect();
    work.rename_in_flows(&components, "scopes", "availableScopes");
    let mut schemes = Schemes::of(work, &requirements);
    work.each(&mut requirements, |work, requirement| {
        requirement.name = schemes.name_for(work, requirement)?;
        Ok(())
    });
    let Schemes {
        mut first, copies, ..
    } = schemes;
    work.each(&mut first, |work, one| {
        let list = Template::FlowList(one.scopes.clone());
        need(work.draft.insert(&one.pointer, "scopes", &list, &[]))
    });
    work.attempt(DECLARED, |work| {
        need(work.draft.insert_behind(DECLARED, copies))
    });
    work.each(&mut requirements, |work, requirement| {
        let reference = reference_to(&requirement.name);
        need(work.draft.put(&requirement.pointer, &reference))
    });
}

const DECLARED: &str = "/components/securitySchemes";

/// The schemes that require scopes in 3.x.
struct Schemes {
    /// By name and scopes.
    done: HashMap<(String, BTreeSet<String>), String>,
    /// The declared ones that cannot have scopes of their own (any more).
    taken: HashSet<String>,
    names: Names,
    /// The declared ones that get scopes.
    first: Vec<Requirement>,
    /// Copies with scopes, each behind one that is declared.
    copies: Vec<(String, NewMember)>,
}

impl Schemes {
    fn of(work: &Work<'_>, all: &[Requirement]) -> Self {
        let without = all.iter().filter(|one| one.scopes.is_empty());
        let without = without.map(|one| one.name.clone());
        Self {
            done: HashMap::new(),
            taken: without.chain(referred(work.analysis)).collect(),
            names: Names::new(work.draft.keys(DECLARED)),
            first: Vec::new(),
            copies: Vec::new(),
        }
    }

    /// The scheme that requires these scopes: the declared one, if it can have them, or a copy.
    fn name_for(&mut self, work: &Work<'_>, one: &Requirement) -> Result<String, Refusal> {
        let key = (one.name.clone(), one.scopes.iter().cloned().collect());
        if let Some(name) = self.done.get(&key) {
            return Ok(name.clone());
        }
        let name = match one.scopes.is_empty() {
            true => one.name.clone(),
            false => self.with_scopes(work, one)?,
        };
        self.taken.insert(one.name.clone());
        self.done.insert(key, name.clone());
        Ok(name)
    }

    fn with_scopes(&mut self, work: &Work<'_>, one: &Requirement) -> Result<String, Refusal> {
        let (analysis, name) = (work.analysis, &one.name);
        let declared = declaration(analysis, name);
        let is_reference = work.is_reference(&declared)?;
        if !self.taken.contains(name) && !is_reference && !work.has(&declared, "scopes") {
            self.first.push(Requirement {
                pointer: declared,
                name: name.clone(),
                scopes: one.scopes.clone(),
            });
            return Ok(name.clone());
        }
        let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
        let origin = resolver.named(name).and_then(|found| found.scheme());
        let origin = origin.and_then(|scheme| scheme.fact().name());
        let origin = origin.map_or(&**name, |origin| &origin.text);
        let scheme = work.draft.copy(&declaration(analysis, origin));
        let list = Template::FlowList(one.scopes.clone());
        let scheme = need(scheme.and_then(|scheme| scoped(scheme, list)))?;
        let scopes: Vec<&str> = one.scopes.iter().map(String::as_str).collect();
        let new = self.names.free(&with_scopes(name, &scopes));
        self.copies.push((name.clone(), member(&new, scheme)));
        Ok(new)
    }
}

/// The schemes that something refers to, so that it would require their scopes too.
fn referred(analysis: &Analysis) -> impl Iterator<Item = String> {
    let units = analysis.model.units();
    let namings = units.flat_map(|unit| in_unit(unit.unit));
    namings.filter_map(|naming| match naming {
        Naming::Reference(target) => component(analysis, &target.text),
        Naming::Name(_) | Naming::Word(_) => None,
    })
}

/// What all lists require, as far as 3.x can say it.
fn requirements(work: &mut Work<'_>) -> Vec<Requirement> {
    let analysis = work.analysis;
    let resolver = Resolver::new(analysis.document.tree(), &analysis.model);
    if !work.is_pasted {
        for site in analysis.model.sites() {
            let pointer = below(&site.fact.pointer, "security");
            work.attempt(&pointer, |work| check_list(work, site.fact, &pointer));
        }
        check_traits(work, &resolver);
    }
    let mut found = Vec::new();
    for entry in entries(&analysis.model) {
        let is_of_v2 = matches!(entry.entry.form, EntryForm::Requirement(_));
        if work.is_pasted && !is_of_v2 {
            continue;
        }
        work.attempt(&entry.pointer(), |work| {
            found.extend(requirement(work, &resolver, entry)?);
            Ok(())
        });
    }
    found
}

/// A list that is none, or that begins to count, is not what it was.
fn check_list(work: &Work<'_>, site: &Site, pointer: &str) -> Result<(), Refusal> {
    let Some(list) = &site.security else {
        return Ok(());
    };
    let place = quoted(&site.pointer);
    let version = work.analysis.model.version;
    if !version.is_some_and(|version| has_security(version, site.kind)) {
        let reason =
            format!("The `security` of {place} has no effect before 2.4, and would have one.");
        return work.refuse(pointer, reason);
    }
    match list.is_list {
        true => Ok(()),
        false => work.refuse(pointer, format!("The `security` of {place} is no list.")),
    }
}

fn requirement(
    work: &Work<'_>,
    resolver: &Resolver<'_, '_>,
    entry: EntryAt<'_>,
) -> Result<Option<Requirement>, Refusal> {
    let (pointer, place) = (entry.pointer(), quoted(&entry.site.pointer));
    let required = match &entry.entry.form {
        EntryForm::Requirement(names) => match &names[..] {
            [one] => one,
            [] => {
                let reason = format!(
                    "{place} has an entry `{{}}` for clients without credentials, which 3.0 cannot say."
                );
                return work.refuse(&pointer, reason);
            }
            _ => {
                let reason = format!(
                    "{place} requires several schemes together, which 3.0 cannot say: there every entry is another choice."
                );
                return work.refuse(&pointer, reason);
            }
        },
        _ => {
            let reason = format!("An entry of the `security` of {place} is no requirement.");
            return work.refuse(&pointer, reason);
        }
    };
    let name = required.name.text.clone();
    let shown = quoted(&name);
    let refuse = |reason: String| Refusal::at(required.name.range.shifted(entry.unit.base), reason);
    let Some(scheme) = resolver.named(&name).and_then(|found| found.scheme()) else {
        let declared = work.analysis.model.component(&name);
        let reference = declared.and_then(|scheme| scheme.fact.reference.as_ref());
        let target = reference.and_then(|reference| reference.target.as_ref());
        return match target {
            // That it leads to another file is said already.
            Some(target) if is_external(&target.text) && !work.is_pasted => Ok(None),
            Some(_) => refuse(format!("The scheme {shown} leads to none.")),
            None => refuse(format!("The scheme {shown} is not declared.")),
        };
    };
    if required.has_others {
        return refuse(format!("The scopes of {shown} are not all texts."));
    }
    let mut scopes: Vec<String> = Vec::new();
    for scope in &required.scopes {
        if !scopes.iter().any(|known| *known == scope.text) {
            scopes.push(scope.text.to_string());
        }
    }
    if !scopes.is_empty() && !takes_scopes(scheme.fact()) {
        return refuse(format!(
            "The scheme {shown} has no scopes, and an entry lists some: remove them first."
        ));
    }
    Ok(Some(Requirement {
        pointer,
        name: name.into(),
        scopes,
    }))
}

/// In 2.x the list of a trait counts, in 3.x that of the operation.
pub(super) fn check_traits<'m>(work: &mut Work<'m>, resolver: &Resolver<'m, '_>) {
    for unit in work.analysis.model.units() {
        let own = unit
            .unit
            .sites()
            .iter()
            .filter(|site| site.kind == SiteKind::Operation && site.security.is_some());
        for site in own.filter(|site| !traits_of(resolver, unit, site).with_security.is_empty()) {
            let pointer = below(&site.pointer, "security");
            let reason = format!(
                "{} and a trait of it have `security`: in 2.x that of the trait counts, in 3.x its own. Remove one first.",
                quoted(&site.pointer)
            );
            work.attempt(&pointer, |work| work.refuse::<()>(&pointer, reason));
        }
    }
}
