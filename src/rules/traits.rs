//! Operations and their traits: whose `security` list counts (SPEC.md A.5 and E.2).

pub(super) mod fixes;

use crate::rules::registry;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::finding::Finding;
use super::offer::has_security;
use super::reach;
use super::scene::{List, Scene};
use super::semantics::{EntryKey, entry_key};
use crate::model::facts::{Reference, Scheme, SecurityList, Site, SiteKind};
use crate::model::topic::Topic;
use crate::model::walk::Place;
use crate::model::{At, Placed};
use crate::spec::Version;
use crate::text::range::TextRange;

/// Checks the `security` lists of the operations and traits of a unit.
pub(super) fn check<'m>(
    scene: &mut Scene<'m, '_>,
    placed: Placed<'m>,
    lists: &[List<'m>],
    out: &mut Vec<Finding>,
) {
    if scene.version < Version::V2_4 {
        return;
    }
    let mut quiet: Vec<TextRange> = Vec::new();
    for site in &placed.unit.sites {
        let Some((own, conflicts)) = conflicts(scene, placed, site) else {
            continue;
        };
        quiet.push(own.abs(own.fact.key));
        quiet.extend((conflicts.iter()).map(|other| other.list.abs(other.list.fact.key)));
        out.push(conflict(scene.version, own, &conflicts));
    }
    for list in lists {
        let is_empty = list.list.entries.is_empty() && list.site.fact.kind != SiteKind::Server;
        if !is_empty {
            continue;
        }
        // An empty list that stands against another one was told about with that.
        let key = list.site.abs(list.list.key);
        if !quiet.contains(&key) && !is_quiet(scene, list.site) {
            out.push(Finding::new(
                registry::OPERATION_SECURITY_EMPTY,
                key,
                "an empty `security` list does not switch off the security of the server; remove it",
            ));
        }
    }
}

/// Whether an operation elsewhere stands against the list of a trait.
fn is_quiet<'m>(scene: &mut Scene<'m, '_>, site: At<'m, Site>) -> bool {
    if !is_applied_by_reference(scene, site.fact) {
        return false;
    }
    let appliers = appliers(scene);
    ask_for_appliers(scene, &appliers, site.fact);
    let all = appliers.all.get(&std::ptr::from_ref(site.fact));
    all.into_iter().flatten().any(|(placed, operation)| {
        let found = conflicts(scene, *placed, operation);
        let mut others = found.iter().flat_map(|(_, others)| others);
        others.any(|other| std::ptr::eq(other.site, site.fact))
    })
}

/// Whether a site is a trait to which a reference leads, as far as their texts go.
pub(super) fn is_applied_by_reference(scene: &mut Scene<'_, '_>, site: &Site) -> bool {
    if site.kind != SiteKind::OperationTrait {
        return false;
    }
    let topic = Topic::trait_at(&site.pointer);
    scene.resolver.ask(topic);
    scene.totals.has(topic)
}

/// The operations that traits serve.
#[derive(Default)]
pub(super) struct Appliers<'m> {
    /// The operations that refer to a trait, whether they have an effect or not.
    all: HashMap<*const Site, Vec<(Placed<'m>, &'m Site)>>,
    /// The operations that count and have a trait, in place or by a reference, in the order in
    /// which the document leads to them.
    pub(super) counted: HashMap<*const Site, Vec<Applier<'m>>>,
    /// What decides that references lead to a trait.
    ways: HashMap<*const Site, Vec<Topic>>,
}

/// An operation that a trait serves.
#[derive(Clone, Copy)]
pub(super) struct Applier<'m> {
    /// Its unit.
    pub(super) placed: Placed<'m>,
    /// Itself.
    pub(super) site: &'m Site,
    /// Whether it is not where the document comes to it first.
    pub(super) is_behind_reference: bool,
}

/// The operations of all traits; this walks over all of them.
pub(super) fn appliers<'m>(scene: &mut Scene<'m, '_>) -> Rc<Appliers<'m>> {
    if let Some(known) = &scene.appliers {
        return Rc::clone(known);
    }
    let (found, _) = scene.aside(gather);
    let found = Rc::new(found);
    scene.appliers = Some(Rc::clone(&found));
    found
}

fn gather<'m>(scene: &mut Scene<'m, '_>) -> Appliers<'m> {
    let mut appliers = Appliers::default();
    let model = scene.model;
    let place = reach::place_of_operations(scene.version);
    let roots = model.units_of(place, false);
    for placed in roots.chain(model.units_of(place, true)) {
        for site in &placed.unit.sites {
            for reference in &site.trait_references {
                if let Some((_, found)) = scene.resolver.operation_trait(reference) {
                    let all = appliers.all.entry(found).or_default();
                    all.push((placed, site));
                }
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    for root in model.units_of(place, false) {
        let Some(placed) = reach::resolved(scene, root) else {
            continue;
        };
        let is_behind_reference = !std::ptr::eq(placed.unit, root.unit);
        if !placed.unit.sites.iter().any(has_traits)
            || !seen.insert(std::ptr::from_ref(placed.unit))
        {
            continue;
        }
        for site in &placed.unit.sites {
            let inline = site.inline_traits.iter();
            let mut traits: Vec<&Site> = inline
                .filter_map(|index| placed.unit.sites.get(*index))
                .collect();
            for reference in &site.trait_references {
                traits.extend((scene.resolver.operation_trait(reference)).map(|(_, site)| site));
            }
            for found in traits {
                let all = appliers.counted.entry(found).or_default();
                all.push(Applier {
                    placed,
                    site,
                    is_behind_reference,
                });
            }
        }
    }
    for placed in model.units_of(Place::OperationTrait, true) {
        let Some(reference) = placed.unit.references.first() else {
            continue;
        };
        let (found, asked) = scene.aside(|scene| scene.resolver.operation_trait(reference));
        if let (Some((_, site)), Some(pointer)) = (found, placed.pointer()) {
            let ways = appliers.ways.entry(site).or_default();
            ways.push(Topic::applies(pointer));
            ways.extend(asked.topics);
        }
    }
    appliers
}

/// Notes that what comes depends on who refers to a trait.
pub(super) fn ask_for_appliers<'m>(
    scene: &mut Scene<'m, '_>,
    appliers: &Appliers<'m>,
    site: &'m Site,
) {
    scene.resolver.ask(Topic::applies(&site.pointer));
    scene.resolver.ask(Topic::unit(&site.pointer));
    let key = std::ptr::from_ref(site);
    for topic in appliers.ways.get(&key).into_iter().flatten() {
        scene.resolver.ask(*topic);
    }
    for (placed, _) in appliers.all.get(&key).into_iter().flatten() {
        if let Some(pointer) = placed.pointer().filter(|_| placed.in_components) {
            scene.resolver.ask(Topic::reached(pointer));
            scene.resolver.ask(Topic::unit(pointer));
        }
    }
}

fn has_traits(site: &Site) -> bool {
    !site.inline_traits.is_empty() || !site.trait_references.is_empty()
}

/// A trait with a `security` list.
pub(super) struct Trait<'m> {
    /// Its unit.
    pub(super) placed: Placed<'m>,
    /// Itself.
    pub(super) site: &'m Site,
    /// The list.
    list: At<'m, SecurityList>,
    /// The reference that brings it, if it does not stand in the operation.
    reference: Option<At<'m, Reference>>,
}

/// The traits of an operation that have a list, in their order.
pub(super) fn of_operation<'m>(
    scene: &mut Scene<'m, '_>,
    placed: Placed<'m>,
    operation: &'m Site,
) -> Vec<Trait<'m>> {
    if !has_security(scene.version, SiteKind::OperationTrait) {
        return Vec::new();
    }
    let resolver = &mut scene.resolver;
    let inline = (operation.inline_traits.iter())
        .filter_map(|index| placed.unit.sites.get(*index))
        .map(|site| (placed, site, None));
    let referred = operation.trait_references.iter().filter_map(|one| {
        let (unit, site) = resolver.operation_trait(one)?;
        Some((unit, site, Some(placed.at(one))))
    });
    let mut traits: Vec<Trait<'m>> = inline
        .chain(referred)
        .filter_map(|(placed, site, reference)| {
            let list = site.security.as_ref().filter(|list| list.is_list)?;
            Some(Trait {
                placed,
                site,
                list: placed.at(list),
                reference,
            })
        })
        .collect();
    traits.sort_by_key(|one| match one.reference {
        Some(reference) => reference.abs(reference.fact.key),
        None => one.list.abs(one.list.fact.key),
    });
    traits
}

/// The list of an operation with the traits that stand against it, if some do.
fn conflicts<'m>(
    scene: &mut Scene<'m, '_>,
    placed: Placed<'m>,
    operation: &'m Site,
) -> Option<(At<'m, SecurityList>, Vec<Trait<'m>>)> {
    if !has_traits(operation) {
        return None;
    }
    let own = operation.security.as_ref().filter(|own| own.is_list)?;
    let version = scene.version;
    let mut traits = of_operation(scene, placed, operation);
    let mine = content(version, &placed.unit.schemes, own);
    // In 2.x the last one replaces all the others.
    let first = if version.is_v3() {
        0
    } else {
        traits.len().saturating_sub(1)
    };
    traits.drain(..first);
    traits.retain(|other| content(version, &other.placed.unit.schemes, other.list.fact) != mine);
    (!traits.is_empty()).then_some((placed.at(own), traits))
}

/// What a list says: the order of alternatives does not matter.
fn content<'m>(
    version: Version,
    schemes: &'m [Scheme],
    list: &'m SecurityList,
) -> BTreeSet<Option<EntryKey<'m>>> {
    let entries = list.entries.iter();
    entries
        .map(|entry| entry_key(version, schemes, &entry.form))
        .collect()
}

/// An operation and its traits disagree, and one side has no effect.
fn conflict(version: Version, own: At<'_, SecurityList>, traits: &[Trait<'_>]) -> Finding {
    let (message, at_trait) = if version.is_v3() {
        (
            "the `security` of a trait has no effect beside this one; keep one of them",
            "this one has no effect",
        )
    } else {
        (
            "this `security` has no effect, since a trait replaces it; keep one of them",
            "this one counts",
        )
    };
    let mut finding = Finding::new(
        registry::TRAIT_SECURITY_CONFLICT,
        own.abs(own.fact.key),
        message,
    );
    for one in traits {
        finding = finding.with_part(one.list.abs(one.list.fact.key), at_trait);
        if let Some(reference) = one.reference {
            let place = reference.abs(reference.fact.key);
            finding = finding.with(place, "the trait is applied here");
        }
    }
    finding
}
