//! Operations and their traits: whose `security` list counts (SPEC.md A.5 and E.2).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::finding::Finding;
use super::scene::{List, Scene};
use super::semantics::{EntryKey, entry_key};
use crate::model::At;
use crate::model::facts::{Reference, SecurityList, Site, SiteKind};
use crate::spec::Version;
use crate::text::range::TextRange;

/// Checks the `security` lists of all operations.
pub fn check(scene: &Scene<'_, '_>, out: &mut Vec<Finding>) {
    if scene.version < Version::V2_4 {
        return;
    }
    // Few operations have traits, and without any there is nothing to look up.
    let mut lists = HashMap::new();
    if scene.model.sites().any(|site| has_traits(site.fact)) {
        lists = by_key(scene);
    }
    let mut quiet: HashSet<TextRange> = HashSet::new();
    for placed in scene.model.units() {
        for site in &placed.unit.sites {
            let Some(own) = site.security.as_ref().filter(|own| own.is_list) else {
                continue;
            };
            if !has_traits(site) {
                continue;
            }
            let own = At {
                base: placed.base,
                fact: own,
            };
            let traits = of_operation(scene, own.with(site), &placed.unit.sites, &lists);
            let mine = content(&lists, own);
            let differs = |other: &&Trait<'_>| content(&lists, other.list) != mine;
            let conflicts: Vec<&Trait<'_>> = if scene.version.is_v3() {
                traits.iter().filter(differs).collect()
            } else {
                traits.last().filter(differs).into_iter().collect()
            };
            if conflicts.is_empty() {
                continue;
            }
            quiet.insert(own.abs(own.fact.key));
            quiet.extend((conflicts.iter()).map(|other| other.list.abs(other.list.fact.key)));
            out.push(conflict(scene.version, own, &conflicts));
        }
    }
    // An empty list that stands against another one was told about above.
    for list in &scene.lists {
        let key = list.site.abs(list.list.key);
        let is_empty = list.list.entries.is_empty() && list.site.fact.kind != SiteKind::Server;
        if is_empty && !quiet.contains(&key) {
            out.push(Finding::new(
                "operation-security-empty",
                key,
                "an empty `security` list does not switch off the security of the server; remove it",
            ));
        }
    }
}

/// Lists by the place of their key.
pub(super) type ListsByKey<'s, 'm> = HashMap<TextRange, &'s List<'m>>;

/// The lists of a document by the place of their key.
pub(super) fn by_key<'s, 'm>(scene: &'s Scene<'m, '_>) -> ListsByKey<'s, 'm> {
    (scene.lists.iter())
        .map(|list| (list.site.abs(list.list.key), list))
        .collect()
}

fn has_traits(site: &Site) -> bool {
    !site.inline_traits.is_empty() || !site.trait_references.is_empty()
}

/// A trait with a `security` list.
pub(super) struct Trait<'m> {
    /// The list.
    pub(super) list: At<'m, SecurityList>,
    /// The reference that brings it, if it does not stand in the operation.
    reference: Option<At<'m, Reference>>,
}

/// The traits of an operation that have a list, in their order.
pub(super) fn of_operation<'m>(
    scene: &Scene<'m, '_>,
    operation: At<'m, Site>,
    sites: &'m [Site],
    lists: &ListsByKey<'_, 'm>,
) -> Vec<Trait<'m>> {
    let inline = (operation.fact.inline_traits.iter())
        .filter_map(|index| sites.get(*index))
        .map(|site| (operation.with(site), None));
    let referred = operation.fact.trait_references.iter().filter_map(|one| {
        let site = scene.resolver.operation_trait(one)?;
        Some((site, Some(operation.with(one))))
    });
    let mut traits: Vec<Trait<'m>> = inline
        .chain(referred)
        .filter_map(|(site, reference)| {
            let list = site.with(site.fact.security.as_ref()?);
            let is_known = lists.contains_key(&list.abs(list.fact.key));
            is_known.then_some(Trait { list, reference })
        })
        .collect();
    traits.sort_by_key(|one| match one.reference {
        Some(reference) => reference.abs(reference.fact.key),
        None => one.list.abs(one.list.fact.key),
    });
    traits
}

/// What a list says: the order of alternatives does not matter.
fn content<'m>(
    lists: &HashMap<TextRange, &List<'m>>,
    list: At<'_, SecurityList>,
) -> BTreeSet<Option<EntryKey<'m>>> {
    (lists.get(&list.abs(list.fact.key)))
        .map(|list| list.entries.iter().map(entry_key).collect())
        .unwrap_or_default()
}

/// An operation and its traits disagree, and one side has no effect.
fn conflict(version: Version, own: At<'_, SecurityList>, traits: &[&Trait<'_>]) -> Finding {
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
    let mut finding = Finding::new("trait-security-conflict", own.abs(own.fact.key), message);
    for one in traits {
        finding = finding.with(one.list.abs(one.list.fact.key), at_trait);
        if let Some(reference) = one.reference {
            let place = reference.abs(reference.fact.key);
            finding = finding.with(place, "the trait is applied here");
        }
    }
    finding
}
