//! What is said twice, for nothing, or not at all (SPEC.md E.2).

use std::collections::HashMap;

use super::finding::Finding;
use super::scene::{List, Meaning, Scene};
use super::table::Severity;
use super::words::quoted;
use crate::model::At;
use crate::model::facts::{Home, Scheme, SecurityEntry, SiteKind};
use crate::model::resolve::Target;
use crate::model::walk::Place;
use crate::text::range::TextRange;

/// Checks lists and schemes against each other.
pub fn check(scene: &Scene<'_, '_>, out: &mut Vec<Finding>) {
    for list in &scene.lists {
        duplicate_alternatives(list, out);
        for (meaning, entry) in list.entries.iter().zip(&list.list.entries) {
            if let Meaning::Names(names) = meaning {
                let names: Vec<_> = names.iter().map(|(name, _)| &name.name).collect();
                match *names {
                    [] => out.push(empty_requirement(list, entry)),
                    [first, second, ..] if first.text != second.text => out.push(
                        Finding::new(
                            "security-and-not-portable",
                            list.site.abs(first.range),
                            format!(
                                "{} and {} are required together, which 3.x cannot say; split them into alternatives only if one is enough",
                                quoted(&first.text), quoted(&second.text)
                            ),
                        )
                        .with(list.site.abs(second.range), "required together with this one"),
                    ),
                    _ => {}
                }
            }
        }
        if list.site.fact.kind == SiteKind::Server && list.list.entries.is_empty() {
            out.push(Finding::new(
                "server-security-empty",
                list.site.abs(list.list.key),
                "an empty `security` list says nothing; remove it or add an entry",
            ));
        }
    }
    duplicate_schemes(scene, out);
    unused(scene, out);
    undescribed(scene, out);
}

/// What makes two entries the same, on whatever lines they stand.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKey<'m> {
    /// Names with their scopes, both sorted.
    Names(Vec<(&'m str, Vec<&'m str>)>),
    /// Where a reference leads.
    Reference(String),
    /// The content of an inline scheme.
    Inline(u64),
}

/// What an entry says, if it says anything.
pub fn entry_key<'m>(meaning: &Meaning<'m>) -> Option<EntryKey<'m>> {
    match meaning {
        Meaning::Names(names) if !names.is_empty() => {
            let mut key: Vec<(&str, Vec<&str>)> = (names.iter())
                .map(|(name, _)| {
                    let mut scopes: Vec<&str> =
                        name.scopes.iter().map(|scope| &*scope.text).collect();
                    scopes.sort_unstable();
                    (&*name.name.text, scopes)
                })
                .collect();
            key.sort();
            Some(EntryKey::Names(key))
        }
        Meaning::Reference(reference, _) => {
            let text = &reference.target.as_ref()?.text;
            Some(EntryKey::Reference(match Target::of(text) {
                Target::Local(pointer) => format!("#{pointer}"),
                _ => text.clone(),
            }))
        }
        Meaning::Inline(scheme) => {
            scheme.scheme_type.as_ref()?;
            Some(EntryKey::Inline(scheme.fingerprint))
        }
        _ => None,
    }
}

fn duplicate_alternatives(list: &List<'_>, out: &mut Vec<Finding>) {
    if list.entries.len() < 2 {
        return;
    }
    let mut first: HashMap<EntryKey<'_>, TextRange> = HashMap::new();
    for (meaning, entry) in list.entries.iter().zip(&list.list.entries) {
        let Some(key) = entry_key(meaning) else {
            continue;
        };
        let anchor = list.site.abs(meaning.anchor().unwrap_or(entry.range));
        let Some(earlier) = first.get(&key) else {
            first.insert(key, anchor);
            continue;
        };
        out.push(
            Finding::new(
                "security-duplicate-alternative",
                anchor,
                "this alternative is listed twice and one of a list is enough; remove it",
            )
            .with(*earlier, "first listed here"),
        );
    }
}

fn empty_requirement(list: &List<'_>, entry: &SecurityEntry) -> Finding {
    let effect = if list.list.entries.len() > 1 {
        "makes all the others optional"
    } else {
        "reads as \"no security needed\""
    };
    Finding::new(
        "security-requirement-empty",
        list.site.abs(entry.range),
        format!("an empty requirement {effect}; remove it or say so in the description"),
    )
}

fn duplicate_schemes(scene: &Scene<'_, '_>, out: &mut Vec<Finding>) {
    let mut first: HashMap<u64, (&str, At<'_, Scheme>)> = HashMap::new();
    let is_plain = |scheme: &Scheme| scheme.reference.is_none() && scheme.scheme_type.is_some();
    for &(name, scheme) in &scene.components {
        if !is_plain(scheme.fact) {
            continue;
        }
        let (earlier_name, earlier) = *first
            .entry(scheme.fact.fingerprint)
            .or_insert((name, scheme));
        // An alias is one definition in two places, and that is meant.
        if earlier_name == name || place(earlier) == place(scheme) {
            continue;
        }
        out.push(
            Finding::new(
                "security-scheme-duplicate",
                scheme.abs(scheme.fact.anchor),
                format!(
                    "{} is defined exactly like {}; replace one by a `$ref` or remove it",
                    quoted(name),
                    quoted(earlier_name)
                ),
            )
            .with(earlier.abs(earlier.fact.anchor), "the same definition"),
        );
    }
    if !scene.version.is_v3() {
        return;
    }
    for scheme in scene.model.schemes() {
        if !matches!(scheme.fact.home, Home::Entry(..)) || !is_plain(scheme.fact) {
            continue;
        }
        let Some((name, component)) = first.get(&scheme.fact.fingerprint) else {
            continue;
        };
        if place(*component) == place(scheme) {
            continue;
        }
        out.push(
            Finding::new(
                "security-inline-could-be-ref",
                scheme.abs(scheme.fact.anchor),
                format!(
                    "this scheme equals {}; refer to it with a `$ref`",
                    quoted(name)
                ),
            )
            .with(component.abs(component.fact.anchor), "the same definition"),
        );
    }
}

fn place(scheme: At<'_, Scheme>) -> TextRange {
    scheme.abs(scheme.fact.range)
}

/// Whether schemes and scopes can be used by something that is out of sight, or the document
/// is a library for others.
pub fn uses_are_unknown(scene: &Scene<'_, '_>) -> bool {
    let model = scene.model;
    let is_external = |text: &str| Target::of(text) == Target::External;
    if !scene.is_whole() || model.map_references.iter().any(|at| is_external(&at.text)) {
        return true;
    }
    let mut has_own = false;
    for placed in model.units() {
        // Channels of 3.x have no security.
        let carries = match placed.place {
            Place::Server | Place::Operation | Place::OperationTrait => true,
            Place::Channel => !scene.version.is_v3(),
            _ => false,
        };
        if !carries {
            continue;
        }
        has_own |= !placed.in_components;
        let traits = placed
            .unit
            .sites
            .iter()
            .flat_map(|site| &site.trait_references);
        let mut references = placed.unit.references.iter().chain(traits);
        if references.any(|one| one.target.as_ref().is_none_or(|at| is_external(&at.text))) {
            return true;
        }
    }
    !has_own
}

fn unused(scene: &Scene<'_, '_>, out: &mut Vec<Finding>) {
    if uses_are_unknown(scene) {
        return;
    }
    for &(name, scheme) in &scene.components {
        // An extension that was put here by mistake has a finding of its own.
        if !scene.used.contains(name) && !name.starts_with("x-") {
            out.push(Finding::new(
                "security-scheme-unused",
                scheme.abs(scheme.fact.anchor),
                format!("the security scheme {} is never used; refer to it from a `security` list or remove it", quoted(name)),
            ));
        }
    }
}

/// Rules about schemes that are weak in themselves, wherever they are used.
const WEAK: [&str; 4] = [
    "http-api-key-in-query",
    "http-api-key-query-access-token",
    "oauth2-implicit-flow",
    "oauth2-password-flow",
];

/// A weak scheme that nothing uses endangers nobody yet, so it is only a hint.
pub fn soften_unused(scene: &Scene<'_, '_>, findings: &mut [Finding]) {
    let mut weak: Vec<&mut Finding> = (findings.iter_mut())
        .filter(|finding| WEAK.contains(&finding.rule))
        .collect();
    if weak.is_empty() || uses_are_unknown(scene) {
        return;
    }
    let mut unused: Vec<TextRange> = (scene.components.iter())
        .filter(|(name, _)| !scene.used.contains(*name))
        .map(|(_, scheme)| scheme.abs(scheme.fact.range))
        .collect();
    unused.sort_by_key(|range| range.start);
    for finding in &mut weak {
        let after = unused.partition_point(|range| range.start <= finding.range.start);
        let inside = (after.checked_sub(1)).and_then(|at| unused.get(at));
        if inside.is_some_and(|range| range.contains(finding.range)) {
            finding.severity = Some(Severity::Hint);
        }
    }
}

fn undescribed(scene: &Scene<'_, '_>, out: &mut Vec<Finding>) {
    for scheme in scene.model.schemes() {
        let fact = scheme.fact;
        if fact.reference.is_none() && fact.scheme_type.is_some() && fact.description.is_none() {
            out.push(Finding::new(
                "security-scheme-description-missing",
                scheme.abs(fact.anchor),
                "this security scheme has no `description`; say how to get credentials",
            ));
        }
    }
}
