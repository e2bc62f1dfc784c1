//! Operations and their traits: whose `security` list applies (docs/specification.md A.5 and E.2).

use std::collections::{BTreeSet, HashSet};

use crate::model::effective::{Trait, traits_of};
use crate::model::facts::{Scheme, SecurityList, Site, SiteKind};
use crate::model::{InUnit, UnitRef};
use crate::rules::document::semantics::{EntryKey, entry_key};
use crate::rules::document_context::{DocumentContext, List};
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::spec::Version;
use crate::syntax::node::Entry;
use crate::text::range::TextRange;

/// Checks the `security` lists of all operations and traits.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    if context.version < Version::V2_4 {
        return;
    }
    let mut quiet = HashSet::new();
    for unit_ref in context.model.units() {
        for site in unit_ref.unit.sites() {
            let Some((own, others)) = conflicts(context, unit_ref, site) else {
                continue;
            };
            quiet.insert((unit_ref.index, own.abs(own.fact.key)));
            for other in &others {
                let key = other.list.abs(other.list.fact.key);
                quiet.extend([(unit_ref.index, key), (other.placed.index, key)]);
            }
            out.push(conflict(context.version, own, &others));
        }
    }
    let mut lists = context.lists.iter();
    let of_server =
        lists.find(|list| list.site.fact.kind == SiteKind::Server && !list.list.entries.is_empty());
    for list in &context.lists {
        let key = list.site.abs(list.list.key);
        let is_empty = list.list.entries.is_empty() && list.site.fact.kind != SiteKind::Server;
        // An empty list in a conflict is already reported with the conflict.
        if is_empty && !quiet.contains(&(list.unit, key)) {
            out.push(empty_list(of_server, key));
        }
    }
}

/// An empty list of an operation or trait. Where no server has security, it is an odd way to say
/// that the operation is public.
fn empty_list(of_server: Option<&List<'_>>, key: TextRange) -> Finding {
    const RULE: &Rule = registry::OPERATION_SECURITY_EMPTY;
    let Some(of_server) = of_server else {
        let message = "an empty `security` list says the same as none; remove it, \
                       or say in `description` that everybody may do this";
        return Finding::new(RULE, key, message).at(Severity::Hint);
    };
    let message =
        "an empty `security` list does not switch off the security of the server; remove it";
    let place = of_server.site.abs(of_server.list.key);
    Finding::new(RULE, key, message).with(place, "this holds for operations, too")
}

/// The effective list of an operation and those that conflict with it, if any do.
fn conflicts<'m>(
    context: &DocumentContext<'m, '_>,
    unit_ref: UnitRef<'m>,
    operation: &'m Site,
) -> Option<(InUnit<'m, SecurityList>, Vec<Trait<'m>>)> {
    if operation.inline_traits.is_empty() && operation.trait_references.is_empty() {
        return None;
    }
    let own = operation.security.as_ref().filter(|own| own.is_list)?;
    let version = context.version;
    let mut traits = traits_of(&context.resolver, unit_ref, operation).with_security;
    traits.retain(|one| one.list.fact.is_list);
    let mine = content(context, unit_ref.unit.schemes(), own);
    // In 2.x the last list replaces all others.
    let first = if version.is_v3() {
        0
    } else {
        traits.len().saturating_sub(1)
    };
    traits.drain(..first);
    traits.retain(|other| content(context, other.placed.unit.schemes(), other.list.fact) != mine);
    (!traits.is_empty()).then_some((unit_ref.at(own), traits))
}

/// The content of a list, regardless of the order of alternatives.
fn content<'m>(
    context: &DocumentContext<'m, '_>,
    schemes: &'m [Scheme],
    list: &'m SecurityList,
) -> BTreeSet<Option<EntryKey<'m>>> {
    let entries = list.entries.iter();
    entries
        .map(|entry| entry_key(context, schemes, &entry.form))
        .collect()
}

/// A conflict between an operation and its traits: one side has no effect.
fn conflict(version: Version, own: InUnit<'_, SecurityList>, traits: &[Trait<'_>]) -> Finding {
    let (message, at_trait) = if version.is_v3() {
        (
            "the `security` of a trait has no effect beside this one; keep only one of them",
            "this one has no effect",
        )
    } else {
        (
            "this `security` has no effect, since a trait replaces it; keep only one of them",
            "this one is in effect",
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

pub(in crate::rules) fn fix_empty_list(fix: &mut FixContext<'_>) {
    let Some(entry) = fix.entry() else { return };
    let title = "Remove the empty `security`";
    fix.offer(title, Safe, |edits| edits.remove(entry));
}

pub(in crate::rules) fn fix_conflict(fix: &mut FixContext<'_>) {
    let Some(own) = fix.entry() else { return };
    if !fix.version.is_v3() {
        let title = "Remove this `security`, which has no effect";
        fix.offer(title, Safe, |edits| edits.remove(own));
        return;
    }
    let entry = |place| fix.entry_at(place);
    let others: Option<Vec<Entry<'_>>> = fix.finding.other_parts().map(entry).collect();
    let Some(others) = others else { return };
    // Another operation may have no other protection than that of the trait.
    if !has_shared_trait(fix) {
        let title = "Remove the `security` of the trait";
        fix.offer(title, ChangesMeaning, |edits| edits.remove_all(&others));
    }
    let title = "Remove this `security`, so that the one of the trait takes effect";
    fix.offer(title, ChangesMeaning, |edits| edits.remove(own));
}

/// Whether another operation refers to a trait of the operation at the finding.
fn has_shared_trait(fix: &FixContext<'_>) -> bool {
    let is_own = |site: &InUnit<'_, Site>| {
        let list = site.fact.security.as_ref();
        list.is_some_and(|list| site.abs(list.key) == fix.finding.range)
    };
    let (own, others): (Vec<_>, Vec<_>) = fix.model.sites().partition(is_own);
    let targets = |sites: &[InUnit<'_, Site>]| -> HashSet<String> {
        let references = sites.iter().flat_map(|site| &site.fact.trait_references);
        let targets = references.filter_map(|reference| reference.target.as_ref());
        targets.map(|target| target.text.to_string()).collect()
    };
    !targets(&own).is_disjoint(&targets(&others))
}
