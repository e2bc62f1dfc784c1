//! Needs in a form that can be compared, whatever the order, the repetitions and the version.

use std::collections::BTreeSet;

use super::{NeededScheme, Needs};
use crate::model::facts::Scheme;

/// A scheme, with a scope or without.
pub type Atom = (String, Option<String>);

/// Alternatives of which none contains another one; without any demand there is one, and it is
/// empty. `None` if it cannot be read.
pub type Demand = Option<BTreeSet<BTreeSet<Atom>>>;

/// What a list demands; without one, nothing. `identity` says which schemes are the same.
pub fn demand(needs: Option<&Needs<'_>>, identity: impl Fn(&NeededScheme<'_>) -> String) -> Demand {
    let Some(needs) = needs.filter(|needs| needs.asks()) else {
        return Some(BTreeSet::from([BTreeSet::new()]));
    };
    if needs.is_torn {
        return None;
    }
    let alternatives = needs.alternatives.iter();
    let alternatives: BTreeSet<BTreeSet<Atom>> = alternatives
        .map(|one| {
            let atoms = one.schemes.iter().map(|needed| atoms(needed, &identity));
            atoms.collect::<Vec<_>>().concat().into_iter().collect()
        })
        .collect();
    Some(absorbed(&alternatives))
}

/// With more alternatives a demand is not read.
const MAX_ALTERNATIVES: usize = 4096;

/// What both demand: each alternative of one with each of the other. A scheme that both need is
/// needed once, with the scopes of both.
pub fn both<A: Ord + Clone>(
    one: &Option<BTreeSet<BTreeSet<A>>>,
    other: &Option<BTreeSet<BTreeSet<A>>>,
) -> Option<BTreeSet<BTreeSet<A>>> {
    let (one, other) = (one.as_ref()?, other.as_ref()?);
    if one.len().saturating_mul(other.len()) > MAX_ALTERNATIVES {
        return None;
    }
    let pairs = one
        .iter()
        .flat_map(|one| other.iter().map(move |other| one | other));
    Some(absorbed(&pairs.collect()))
}

/// Without the alternatives that contain another one: whoever satisfies a part of one that is an
/// alternative itself needs no more.
pub fn absorbed<A: Ord + Clone>(alternatives: &BTreeSet<BTreeSet<A>>) -> BTreeSet<BTreeSet<A>> {
    let is_whole = |one: &&BTreeSet<A>| {
        let mut others = alternatives.iter().filter(|other| other != one);
        !others.any(|other| other.is_subset(one))
    };
    alternatives.iter().filter(is_whole).cloned().collect()
}

fn atoms(needed: &NeededScheme<'_>, identity: &impl Fn(&NeededScheme<'_>) -> String) -> Vec<Atom> {
    let name = identity(needed);
    let has_scopes = needed.fact().is_none_or(takes_scopes);
    let scopes = needed.scopes.iter().filter(|_| has_scopes);
    let scopes = scopes.map(|scope| (name.clone(), Some((*scope).to_owned())));
    scopes.chain([(name.clone(), None)]).collect()
}

/// Whether the scopes of a scheme mean something (docs/specification.md A.2).
pub fn takes_scopes(scheme: &Scheme) -> bool {
    let kind = scheme.scheme_type.as_ref().map(|kind| &*kind.value.text);
    matches!(kind, Some("oauth2" | "openIdConnect"))
}
