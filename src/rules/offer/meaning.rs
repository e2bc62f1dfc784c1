//! What decides what is said about others, as numbers.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::facts::{EntryForm, Member, Scheme, SecurityList, Unit};
use crate::model::topic::hash_of;
use crate::rules::transport::speaks_of_tls;

/// The text of the reference that stands for the whole unit.
pub(super) fn target_of(unit: &Unit) -> Option<Option<&str>> {
    let reference = unit.references.first()?;
    Some(reference.target.as_ref().map(|target| &*target.text))
}

/// What a channel says about its servers.
pub(super) fn servers_of(unit: &Unit) -> Option<&[String]> {
    unit.channel.as_ref()?.servers.as_deref()
}

/// All of a scheme that lists, servers and operations look at.
pub(super) fn meaning_of_scheme(scheme: &Scheme) -> u64 {
    let mut hasher = DefaultHasher::new();
    let text = |spot: &Option<Member>| spot.as_ref().map(|member| hash_of(&*member.value.text));
    let target = (scheme.reference.as_ref()).map(|reference| reference.target.as_ref());
    (target.map(|target| target.map(|target| &*target.text))).hash(&mut hasher);
    text(&scheme.scheme_type).hash(&mut hasher);
    text(&scheme.http_scheme).hash(&mut hasher);
    speaks_of_tls(scheme).hash(&mut hasher);
    (scheme.flows_key.is_some(), scheme.scopes.is_some()).hash(&mut hasher);
    let mut flows = scheme.flows.iter();
    (flows.all(|flow| flow.scopes_key.is_some())).hash(&mut hasher);
    for flow in &scheme.flows {
        flow.name.text.hash(&mut hasher);
    }
    hasher.finish()
}

/// The scopes that its flows declare.
pub(super) fn meaning_of_scopes(scheme: &Scheme) -> u64 {
    let mut hasher = DefaultHasher::new();
    for flow in &scheme.flows {
        for scope in &flow.scopes {
            scope.name.text.hash(&mut hasher);
        }
        flow.scopes.len().hash(&mut hasher);
    }
    hasher.finish()
}

/// The scopes that each of its flows declares.
pub(super) fn scopes_of_every_flow(scheme: &Scheme) -> impl Iterator<Item = &str> {
    let (first, others) = match &*scheme.flows {
        [] => (&[][..], &[][..]),
        [first, others @ ..] => (&*first.scopes, others),
    };
    let others: Vec<HashSet<&str>> = (others.iter())
        .map(|flow| flow.scopes.iter().map(|scope| &*scope.name.text).collect())
        .collect();
    (first.iter())
        .map(|scope| &*scope.name.text)
        .filter(move |scope| others.iter().all(|flow| flow.contains(scope)))
}

/// All that a `security` list says, the order of its entries included.
pub(super) fn meaning_of_list(schemes: &[Scheme], list: &SecurityList) -> u64 {
    let mut hasher = DefaultHasher::new();
    (list.is_list, list.entries.len()).hash(&mut hasher);
    for entry in &list.entries {
        match &entry.form {
            EntryForm::Requirement(names) => {
                for name in names {
                    let scopes: Vec<&str> = name.scopes.iter().map(|scope| &*scope.text).collect();
                    (1_u8, &*name.name.text, scopes).hash(&mut hasher);
                }
                2_u8.hash(&mut hasher);
            }
            EntryForm::Reference(reference) => {
                let target = reference.target.as_ref().map(|target| &*target.text);
                (3_u8, target).hash(&mut hasher);
            }
            EntryForm::Inline(at) => {
                let scheme = schemes.get(*at);
                (4_u8, scheme.map(|scheme| scheme.fingerprint)).hash(&mut hasher);
            }
            EntryForm::Other(_) => 5_u8.hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// All that operations say about security, for the traits that they refer to.
pub(super) fn meaning_of_operations(unit: &Unit) -> u64 {
    let mut hasher = DefaultHasher::new();
    (target_of(unit), servers_of(unit)).hash(&mut hasher);
    let channel = unit.operation_channel.as_ref();
    channel.map(|channel| &*channel.text).hash(&mut hasher);
    for site in &unit.sites {
        let list = site.security.as_ref();
        let list = list.map(|list| meaning_of_list(&unit.schemes, list));
        (site.kind, &*site.pointer, list).hash(&mut hasher);
        // References and traits in place take effect in the order of the text.
        let mut traits: Vec<(usize, u64)> = (site.trait_references.iter())
            .map(|one| {
                let target = one.target.as_ref().map(|target| &*target.text);
                (one.key.start, hash_of(target))
            })
            .collect();
        for index in &site.inline_traits {
            let inline = unit.sites.get(*index);
            let key = inline.and_then(|inline| Some(inline.security.as_ref()?.key.start));
            traits.push((key.unwrap_or(0), *index as u64));
        }
        traits.sort_unstable();
        for (_, one) in traits {
            one.hash(&mut hasher);
        }
    }
    hasher.finish()
}
