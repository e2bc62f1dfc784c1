//! Which schemes and scopes are used, and where.

use std::borrow::Cow;
use std::collections::HashSet;

use super::effective::has_security;
use super::facts::{EntryForm, Reference, RequiredScheme, Scheme, SecurityList, Spanned, Unit};
use super::references::Resolver;
use super::references::target::{component_in, schemes_pointer};
use super::surroundings::Target;
use super::{Model, UnitRef};
use crate::spec::Version;
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// A use of a scheme.
#[derive(Debug, Clone, Copy)]
pub enum Naming<'m> {
    /// A name in a requirement.
    Name(&'m RequiredScheme),
    /// The text of a `$ref`.
    Reference(&'m Spanned),
    /// A string as an entry of a list, which may be meant as a name or as a reference.
    Word(&'m Spanned),
}

/// The schemes that the entries of a list use.
pub fn in_list(list: &SecurityList) -> impl Iterator<Item = Naming<'_>> {
    list.entries.iter().flat_map(|entry| {
        let (names, one) = match &entry.form {
            EntryForm::Requirement(names) => (&names[..], None),
            EntryForm::Reference(reference) => (&[][..], target(reference)),
            EntryForm::Other(word) => (&[][..], word.as_ref().map(Naming::Word)),
            EntryForm::Inline(_) => (&[][..], None),
        };
        names.iter().map(Naming::Name).chain(one)
    })
}

/// The schemes that a unit uses: in its lists, misplaced ones too, and as the target of a scheme or
/// unit that is a reference.
pub fn in_unit(unit: &Unit) -> impl Iterator<Item = Naming<'_>> {
    let schemes = (unit.schemes().iter()).filter_map(|scheme| scheme.reference.as_deref());
    let wholes = unit.rest().reference.as_deref().into_iter();
    let wholes = wholes.chain(schemes).filter_map(target);
    let lists = (unit.sites().iter()).filter_map(|site| site.security.as_ref());
    wholes.chain(
        lists
            .chain(unit.rest().misplaced.as_deref())
            .flat_map(in_list),
    )
}

fn target(reference: &Reference) -> Option<Naming<'_>> {
    reference.target.as_ref().map(Naming::Reference)
}

/// The names of all schemes that are used, and of all scopes that are required.
#[derive(Debug)]
pub struct Usage<'m> {
    /// Names of schemes.
    pub schemes: HashSet<Cow<'m, str>>,
    /// Names of scopes, regardless of the scheme: in 3.x each choice of scopes needs a copy of the
    /// scheme.
    pub scopes: HashSet<&'m str>,
}

impl<'m> Usage<'m> {
    /// The usage of a whole document.
    pub fn of(tree: &Tree, model: &'m Model) -> Self {
        let map = schemes_pointer(tree, model);
        let component = |text: &'m str| component_in(map, text).map(|(name, _)| name);
        let mut usage = Self {
            schemes: HashSet::new(),
            scopes: HashSet::new(),
        };
        for unit in model.units() {
            for naming in in_unit(unit.unit) {
                match naming {
                    Naming::Name(required) => {
                        usage.schemes.insert(Cow::Borrowed(&required.name.text));
                    }
                    Naming::Reference(target) => usage.schemes.extend(component(&target.text)),
                    Naming::Word(word) => {
                        usage.schemes.insert(Cow::Borrowed(&word.text));
                        usage.schemes.extend(component(&word.text));
                    }
                }
            }
            let scopes = required_scopes(model, unit).map(|scope| &*scope.text);
            usage.scopes.extend(scopes);
        }
        let maps = model.map_references.iter();
        usage
            .schemes
            .extend(maps.filter_map(|map| component(&map.target.text)));
        usage.schemes.extend(used_by_place(model));
        let elsewhere = &model.surroundings;
        usage.schemes.extend(
            elsewhere
                .used_schemes
                .iter()
                .map(|name| Cow::Borrowed(&**name)),
        );
        usage
            .scopes
            .extend(elsewhere.used_scopes.iter().map(String::as_str));
        usage
    }
}

/// The components that are references to other files, to schemes that lists refer to directly.
fn used_by_place(model: &Model) -> impl Iterator<Item = Cow<'_, str>> {
    let place = |text: &Spanned| match model.surroundings.targets.get(&*text.text) {
        Some(Target::Scheme(foreign)) => Some((&*foreign.place.uri, foreign.place.range)),
        _ => None,
    };
    let sites = model.units().flat_map(|unit| unit.unit.sites());
    let lists = sites.filter_map(|site| site.security.as_ref());
    let used: HashSet<(&str, TextRange)> = (lists.flat_map(in_list))
        .filter_map(|naming| match naming {
            Naming::Reference(target) => place(target),
            Naming::Name(_) | Naming::Word(_) => None,
        })
        .collect();
    let components = model.components();
    components.filter_map(move |(name, scheme)| {
        let target = scheme.fact.reference.as_ref()?.target.as_ref()?;
        used.contains(&place(target)?)
            .then_some(Cow::Borrowed(name))
    })
}

/// The scopes that a unit requires: in 3.x in its schemes, in 2.x in `security` lists.
fn required_scopes<'m>(model: &Model, unit: UnitRef<'m>) -> impl Iterator<Item = &'m Spanned> {
    let version = model.version.filter(|version| !version.is_v3());
    let in_schemes = (unit.unit.schemes().iter()).flat_map(Scheme::required_scopes);
    let lists = unit.unit.sites().iter().filter_map(move |site| {
        let counts = version.is_some_and(|version| has_security(version, site.kind));
        site.security.as_ref().filter(|list| counts && list.is_list)
    });
    let in_lists = lists.flat_map(in_list).filter_map(|naming| match naming {
        Naming::Name(required) => Some(&required.scopes),
        Naming::Reference(_) | Naming::Word(_) => None,
    });
    in_schemes.chain(in_lists.flatten())
}

/// The sites that use something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// How many there are.
    pub count: usize,
    /// The first few.
    pub first: Vec<Use>,
}

/// A site that uses something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The pointer of the site.
    pub pointer: String,
    /// Where its list says so first.
    pub range: TextRange,
}

/// Sites after this many are only counted.
const MAX_LISTED: usize = 5;

/// What can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used<'n> {
    /// A component by its name.
    Scheme(&'n str),
    /// A component and one of its scopes by their names.
    Scope(&'n str, &'n str),
}

/// The sites that use a component or, in 2.x, require one of its scopes.
pub fn uses(tree: &Tree, model: &Model, used: Used<'_>) -> Uses {
    let map = schemes_pointer(tree, model);
    let resolver = Resolver::new(tree, model);
    let mut uses = Uses::default();
    for site in model.sites() {
        let mut lists = site.fact.security.iter();
        let found = lists.find_map(|list| {
            let mut ranges = in_list(list).filter_map(|naming| named(&resolver, map, naming, used));
            ranges.next()
        });
        let Some(range) = found else {
            continue;
        };
        uses.count += 1;
        if uses.first.len() < MAX_LISTED {
            uses.first.push(Use {
                pointer: site.fact.pointer.to_string(),
                range: site.abs(range),
            });
        }
    }
    uses
}

/// Every place that names a component or requires one of its scopes, in the order of the text: in
/// 3.x a scheme itself lists the scopes that its users need.
pub fn places(tree: &Tree, model: &Model, used: Used<'_>) -> Vec<TextRange> {
    let map = schemes_pointer(tree, model);
    let resolver = Resolver::new(tree, model);
    let is_v3 = model.version.is_some_and(Version::is_v3);
    let mut places = Vec::new();
    match used {
        Used::Scope(name, scope) if is_v3 => {
            let scheme = model.component(name);
            for scheme in scheme.iter() {
                let listed = scheme.fact.required_scopes();
                let same = listed.filter(|one| one.text == scope);
                places.extend(same.map(|one| scheme.abs(one.range)));
            }
        }
        _ => {
            for unit in model.units() {
                let ranges = in_unit(unit.unit)
                    .filter_map(|naming| named(&resolver, map, naming, used))
                    .map(|range| range.shifted(unit.base));
                places.extend(ranges);
            }
        }
    }
    // Units with aliases share lists.
    places.sort();
    places.dedup();
    places
}

/// Where a naming means what is asked for.
fn named(
    resolver: &Resolver<'_, '_>,
    map: &str,
    naming: Naming<'_>,
    used: Used<'_>,
) -> Option<TextRange> {
    match (naming, used) {
        (Naming::Name(required), Used::Scheme(name)) => {
            (required.name.text == name).then_some(required.name.range)
        }
        (Naming::Name(required), Used::Scope(name, scope)) => {
            let found = required.scopes.iter().find(|one| one.text == scope)?;
            let is_meant = required.name.text == name || leads_to(resolver, required, name);
            is_meant.then_some(found.range)
        }
        (Naming::Reference(target), Used::Scheme(name)) => {
            let (found, is_whole) = component_in(map, &target.text)?;
            (is_whole && found == name).then_some(target.range)
        }
        _ => None,
    }
}

/// Whether a required name is that of a reference to the component.
fn leads_to(resolver: &Resolver<'_, '_>, required: &RequiredScheme, name: &str) -> bool {
    let end = |name: &str| Some(resolver.named(name)?.scheme()?.fact());
    let (one, other) = (end(&required.name.text), end(name));
    one.zip(other)
        .is_some_and(|(one, other)| std::ptr::eq(one, other))
}
