//! What to call the difference of two demands in one cell.
//!
//! The verdict is that of [`effects`](super::demands::effects); names only explain it, and a name
//! that says more than the verdict is not given.

use std::collections::BTreeSet;

use super::demands::{Alternative, Atom, Demand, Effects, effects};
use super::kind::{self, Kind};
use super::schemes::Classes;
use super::side::{Definition, Side};
use super::strength::{Wire, is_stronger};
use super::words;
use crate::model::needs::seen::Why;
use crate::rules::messages::quoted;

/// With more pairs of alternatives than these, none is looked for.
const MAX_PAIRS: usize = 4096;

/// What is compared in a cell.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'p> {
    /// Both sides.
    pub sides: (&'p Side, &'p Side),
    /// The schemes of both.
    pub classes: &'p Classes,
    /// What the cell demands.
    pub old: &'p Demand,
    /// What it demands now.
    pub new: &'p Demand,
    /// Whether `{}` is written beside other alternatives that are these.
    pub optional: (
        Option<&'p BTreeSet<Alternative>>,
        Option<&'p BTreeSet<Alternative>>,
    ),
    /// The server.
    pub wire: Wire,
}

/// A change with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its kind.
    pub kind: Kind,
    /// The scheme that it is about, by its class.
    pub scheme: Option<usize>,
    /// The scope that it is about.
    pub scope: Option<String>,
    /// What is said, without operation and server.
    pub sentence: String,
}

impl Named {
    fn new(kind: Kind, scheme: Option<usize>, sentence: String) -> Self {
        Self {
            kind,
            scheme,
            scope: None,
            sentence,
        }
    }
}

/// Names the differences; none if both are equal, or if nothing is known on both sides.
pub fn names(pair: &Pair<'_>) -> Vec<Named> {
    if pair.old == pair.new {
        return Vec::new();
    }
    let (old, new) = match (pair.old, pair.new) {
        (Some(old), Some(new)) => (old, new),
        // Nothing was demanded, so nobody new can get in.
        (Some(old), None) if is_public(old) => return Vec::new(),
        (Some(old), None) => return vec![pair.became_unknown(old)],
        (None, Some(new)) => return vec![pair.became_known(new)],
        (None, None) => return Vec::new(),
    };
    if let Some(named) = pair.hidden(old, new) {
        return vec![named];
    }
    let verdict = effects(old, new);
    let named = match (is_public(old), is_public(new)) {
        (true, false) => vec![pair.closed(new)],
        (false, true) => vec![pair.opened(old)],
        _ => pair.in_detail(old, new),
    };
    keep(named, verdict, pair, old, new)
}

fn is_public(all: &BTreeSet<Alternative>) -> bool {
    all.contains(&Alternative::new())
}

/// A name that says more than the verdict is dropped; without a name left, there is a plain one.
fn keep(
    mut named: Vec<Named>,
    verdict: Effects,
    pair: &Pair<'_>,
    old: &BTreeSet<Alternative>,
    new: &BTreeSet<Alternative>,
) -> Vec<Named> {
    named.retain(|one| {
        (verdict.wider || !one.kind.is_wider()) && (verdict.stops || !one.kind.stops_clients())
    });
    let is_said =
        |named: &[Named], is_it: fn(&Kind) -> bool| named.iter().any(|one| is_it(&one.kind));
    if verdict.stops && !is_said(&named, Kind::stops_clients) {
        let gone = old
            .iter()
            .filter(|one| !new.iter().any(|other| other.is_subset(one)));
        named.extend(gone.map(|one| pair.removed(one)));
    }
    let is_ranked = |one: &Alternative| old.iter().any(|other| pair.meets(other, one));
    let wider = new.iter().filter(|one| !is_ranked(one));
    if verdict.wider && named.is_empty() {
        named.extend(wider.map(|one| pair.added(one, old)));
    }
    named.sort_by(|one, other| {
        let key = |named: &Named| {
            (
                named.kind.severity,
                named.kind.id,
                named.scheme,
                named.scope.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    named.dedup();
    named
}

impl Pair<'_> {
    fn definition(&self, class: usize) -> Option<&Definition> {
        let new = self.classes.definition(class, self.sides.1, false);
        new.or_else(|| self.classes.definition(class, self.sides.0, true))
    }

    fn shown(&self, one: &Alternative) -> String {
        words::alternative(self.classes, one)
    }

    fn demand(&self, all: &BTreeSet<Alternative>) -> String {
        words::demand(self.classes, &Some(all.clone()))
    }

    fn became_unknown(&self, old: &BTreeSet<Alternative>) -> Named {
        let before = self.demand(old);
        let sentence = format!(
            "what is demanded cannot be read any more, and may be nothing; before: {before}"
        );
        Named::new(kind::REQUIREMENT_BECAME_UNKNOWN, None, sentence)
    }

    fn became_known(&self, new: &BTreeSet<Alternative>) -> Named {
        let now = self.demand(new);
        let sentence = match is_public(new) {
            true => "what is demanded can be read now: nothing, so anyone gets in".to_owned(),
            false => format!("what is demanded can be read now: {now}"),
        };
        Named::new(kind::REQUIREMENT_BECAME_KNOWN, None, sentence)
    }

    /// Where references count that are not followed.
    fn hidden(&self, old: &BTreeSet<Alternative>, new: &BTreeSet<Alternative>) -> Option<Named> {
        let unseen = |all: &BTreeSet<Alternative>| {
            let atoms = all.iter().flatten().map(|(class, _)| *class);
            atoms
                .filter(|class| self.is_unseen(*class))
                .collect::<BTreeSet<usize>>()
        };
        let (before, now) = (unseen(old), unseen(new));
        match (before.is_empty(), now.is_empty()) {
            _ if before == now => None,
            // Whatever is demanded now is more.
            (true, _) if is_public(old) => None,
            (true, _) => Some(self.became_unknown(old)),
            // Who is let in without anything is seen, whatever was there before.
            (false, true) if is_public(new) => None,
            (false, true) => Some(self.became_known(new)),
            (false, false) => {
                let sentence = format!(
                    "a reference leads elsewhere, and neither target is read: {} instead of {}",
                    self.demand(new),
                    self.demand(old)
                );
                Some(Named::new(kind::REFERENCE_TARGET_CHANGED, None, sentence))
            }
        }
    }

    fn is_unseen(&self, class: usize) -> bool {
        let class = &self.classes.all[class];
        let is_unseen = |side: &Side, at: Option<usize>| {
            at.is_some_and(|at| side.schemes[at].definition == Err(Why::Unread))
        };
        is_unseen(self.sides.0, class.old) || is_unseen(self.sides.1, class.new)
    }

    fn opened(&self, old: &BTreeSet<Alternative>) -> Named {
        let before = self.demand(old);
        if self.optional.1 == Some(old) {
            let sentence =
                format!("credentials became optional; `{{}}` lets everybody in beside {before}");
            return Named::new(kind::ANONYMOUS_ALLOWED, None, sentence);
        }
        let sentence = format!("anyone gets in now; before, clients needed {before}");
        Named::new(kind::SECURITY_REMOVED, None, sentence)
    }

    fn closed(&self, new: &BTreeSet<Alternative>) -> Named {
        let now = self.demand(new);
        if self.optional.0 == Some(new) {
            let sentence = format!("credentials are no longer optional; clients need {now}");
            return Named::new(kind::ANONYMOUS_REFUSED, None, sentence);
        }
        let sentence = format!("clients need {now} now; before, anyone got in");
        Named::new(kind::SECURITY_ADDED, None, sentence)
    }

    fn in_detail(&self, old: &BTreeSet<Alternative>, new: &BTreeSet<Alternative>) -> Vec<Named> {
        let went: Vec<&Alternative> = old.difference(new).collect();
        let came: Vec<&Alternative> = new.difference(old).collect();
        let mut named = Vec::new();
        let (mut went, mut came) = self.and_or(went, came, &mut named);
        for (one, other) in pairs(&mut went, &mut came) {
            named.extend(self.changed(one, other));
        }
        for one in went {
            match new.iter().find(|other| other.is_subset(one)) {
                Some(other) => named.extend(self.changed(one, other)),
                None => named.push(self.removed(one)),
            }
        }
        for one in came {
            match old.iter().find(|other| other.is_subset(one)) {
                Some(other) => named.extend(self.changed(other, one)),
                None => named.push(self.added(one, old)),
            }
        }
        named
    }

    /// All of several schemes against one of them. Returns what is left.
    fn and_or<'a>(
        &self,
        went: Vec<&'a Alternative>,
        came: Vec<&'a Alternative>,
        named: &mut Vec<Named>,
    ) -> (Vec<&'a Alternative>, Vec<&'a Alternative>) {
        let common = common(went.iter().chain(&came).copied());
        let is_and = |one: &Alternative, others: &[&Alternative]| {
            let rest: Alternative = one - &common;
            let parts: Vec<Alternative> = others.iter().map(|other| *other - &common).collect();
            let all: Alternative = parts.iter().flatten().cloned().collect();
            others.len() > 1 && all == rest && parts.iter().all(|part| classes_of(part).len() == 1)
        };
        if let [one] = *went
            && is_and(one, &came)
        {
            let sentence = format!(
                "{} were needed together, now one of them is enough",
                self.shown(&(one - &common))
            );
            named.push(Named::new(kind::AND_BECAME_OR, None, sentence));
            return (Vec::new(), Vec::new());
        }
        if let [one] = *came
            && is_and(one, &went)
        {
            let sentence = format!(
                "one of several was enough, now clients need {}",
                self.shown(&(one - &common))
            );
            named.push(Named::new(kind::OR_BECAME_AND, None, sentence));
            return (Vec::new(), Vec::new());
        }
        (went, came)
    }

    /// One alternative in place of another.
    fn changed(&self, old: &Alternative, new: &Alternative) -> Vec<Named> {
        let (before, now) = (classes_of(old), classes_of(new));
        let mut named = self.scopes(old, new, &before & &now);
        let lost: BTreeSet<usize> = &before - &now;
        let gained: BTreeSet<usize> = &now - &before;
        match (lost.is_empty(), gained.is_empty()) {
            (true, true) => {}
            (false, true) => named.extend(lost.iter().map(|class| {
                let scheme = words::scheme(self.classes, *class);
                let sentence = format!("{scheme} is no longer needed beside {}", self.shown(new));
                Named::new(
                    kind::SCHEME_DROPPED_FROM_ALTERNATIVE,
                    Some(*class),
                    sentence,
                )
            })),
            (true, false) => named.extend(gained.iter().map(|class| {
                let scheme = words::scheme(self.classes, *class);
                let sentence = format!("clients need {scheme} as well, beside {}", self.shown(old));
                Named::new(kind::SCHEME_ADDED_TO_ALTERNATIVE, Some(*class), sentence)
            })),
            (false, false) => named.push(self.replaced(old, new, &lost, &gained)),
        }
        named
    }

    fn scopes(&self, old: &Alternative, new: &Alternative, schemes: BTreeSet<usize>) -> Vec<Named> {
        let mut named = Vec::new();
        for class in schemes {
            let of = |one: &Alternative, other: &Alternative| {
                let only = one.difference(other).filter(|(at, _)| *at == class);
                let scopes: Vec<String> = only.filter_map(|(_, scope)| scope.clone()).collect();
                scopes
            };
            let (lost, gained) = (of(old, new), of(new, old));
            let shown = |scopes: &[String]| {
                let scopes: Vec<String> = scopes.iter().map(|scope| quoted(scope)).collect();
                scopes.join(" and ")
            };
            let scheme = words::scheme(self.classes, class);
            let (kind, sentence, scope) = match (&*lost, &*gained) {
                ([], []) => continue,
                (lost @ [first, ..], []) => (
                    kind::SCOPE_REMOVED,
                    format!("a token of {scheme} without {} is enough now", shown(lost)),
                    first,
                ),
                ([], gained @ [first, ..]) => (
                    kind::SCOPE_ADDED,
                    format!(
                        "clients need a token of {scheme} with {} as well",
                        shown(gained)
                    ),
                    first,
                ),
                (lost, gained @ [first, ..]) => (
                    kind::SCOPE_REPLACED,
                    format!(
                        "a token of {scheme} needs {} now, and no longer {}: other tokens get in than \
                         before",
                        shown(gained),
                        shown(lost)
                    ),
                    first,
                ),
            };
            named.push(Named {
                scope: Some(scope.clone()),
                ..Named::new(kind, Some(class), sentence)
            });
        }
        named
    }

    fn replaced(
        &self,
        old: &Alternative,
        new: &Alternative,
        lost: &BTreeSet<usize>,
        gained: &BTreeSet<usize>,
    ) -> Named {
        let part = |one: &Alternative, of: &BTreeSet<usize>| {
            let atoms = one.iter().filter(|(class, _)| of.contains(class));
            atoms.cloned().collect::<Alternative>()
        };
        let (before, now) = (part(old, lost), part(new, gained));
        let (shown_before, shown_now) = (self.shown(&before), self.shown(&now));
        let scheme = gained.first().copied();
        let is_encryption = |one: &BTreeSet<usize>| {
            let mut definitions = one.iter().map(|class| self.definition(*class));
            definitions.all(|found| found.is_some_and(Definition::is_encryption))
        };
        if is_encryption(&classes_of(new)) && !is_encryption(&classes_of(old)) {
            let sentence = format!(
                "{shown_now} encrypts payloads, but nobody has to say who they are; before: {shown_before}"
            );
            return Named::new(kind::AUTHENTICATION_LOST_ENCRYPTION_LEFT, scheme, sentence);
        }
        if self.meets(&before, &now) {
            let sentence =
                format!("clients must move from {shown_before} to {shown_now}, which is stronger");
            return Named::new(kind::ALTERNATIVE_REPLACED_STRONGER, scheme, sentence);
        }
        if self.meets(&now, &before) {
            let why = self.why_weaker(gained);
            let sentence = format!("{shown_now} instead of {shown_before} is weaker{why}");
            return Named::new(kind::ALTERNATIVE_REPLACED_WEAKER, scheme, sentence);
        }
        let scopes = |one: &Alternative| one.iter().any(|(_, scope)| scope.is_some());
        if scopes(&before) && !scopes(&now) {
            let sentence = format!(
                "{shown_now} in place of {shown_before} demands no scopes: what the old ones held back \
                 is open to everybody with {shown_now}"
            );
            return Named::new(kind::SCOPES_LOST_BY_REPLACEMENT, scheme, sentence);
        }
        if let (Some(one), Some(other), 1, 1) =
            (lost.first(), gained.first(), lost.len(), gained.len())
            && let (Some(one), Some(other)) = (self.definition(*one), self.definition(*other))
            && one.is_same_wire(other)
        {
            let sentence = format!(
                "{shown_now} instead of {shown_before} has the same definition and another name: \
                 are these other clients?"
            );
            return Named::new(kind::ALTERNATIVE_REPLACED_SAME_KIND, scheme, sentence);
        }
        let sentence = format!(
            "clients must move from {shown_before} to {shown_now}; which is stronger cannot be said"
        );
        Named::new(kind::ALTERNATIVE_REPLACED_UNRANKED, scheme, sentence)
    }

    fn why_weaker(&self, gained: &BTreeSet<usize>) -> &'static str {
        let kinds = gained.iter().filter_map(|class| self.definition(*class));
        let is = |kind: &str| kinds.clone().any(|one| one.kind == kind);
        let is_http = |scheme: &str| kinds.clone().any(|one| one.http_scheme == scheme);
        match () {
            () if is("plain") => ": the server sees the password",
            () if kinds.clone().any(|one| one.location == "query") => {
                ": the key stands in URLs, and so in logs and histories"
            }
            () if is("httpApiKey") || is("apiKey") => ": the key itself is sent",
            () if is_http("bearer") => ": a stolen token can be used by others",
            () if is_http("basic") => ": the password itself is sent",
            () => "",
        }
    }

    fn removed(&self, one: &Alternative) -> Named {
        let shown = self.shown(one);
        let sentence = format!("clients with {shown} are refused now");
        let scheme = single(one);
        Named::new(kind::ALTERNATIVE_REMOVED, scheme, sentence)
    }

    fn added(&self, one: &Alternative, old: &BTreeSet<Alternative>) -> Named {
        let shown = self.shown(one);
        let scheme = single(one);
        if old.iter().any(|other| self.meets(other, one)) {
            let sentence = format!("{shown} is another way in, no weaker than what is there");
            return Named::new(kind::ALTERNATIVE_ADDED_NOT_WEAKER, scheme, sentence);
        }
        let sentence = format!("{shown} is another way in now");
        Named::new(kind::ALTERNATIVE_ADDED, scheme, sentence)
    }

    /// Whether each atom of one alternative is in the other one, or met by something that is ranked
    /// at least as strong.
    fn meets(&self, one: &Alternative, other: &Alternative) -> bool {
        let is_met = |(class, scope): &Atom| {
            let Some(definition) = self.definition(*class).filter(|_| scope.is_none()) else {
                return false;
            };
            let mut others = other
                .iter()
                .filter_map(|(class, _)| self.definition(*class));
            others.any(|strong| is_stronger(strong, definition, self.wire))
        };
        one.iter().all(|atom| other.contains(atom) || is_met(atom))
    }
}

/// Pairs the alternatives that differ in the fewest atoms and have a scheme in common, or are the
/// only ones; takes them out.
fn pairs<'a>(
    went: &mut Vec<&'a Alternative>,
    came: &mut Vec<&'a Alternative>,
) -> Vec<(&'a Alternative, &'a Alternative)> {
    let common = common(went.iter().chain(came.iter()).copied());
    let mut found = Vec::new();
    if went.len().saturating_mul(came.len()) > MAX_PAIRS {
        return found;
    }
    while !went.is_empty() && !came.is_empty() {
        let mut best: Option<(usize, usize, usize)> = None;
        for (at, one) in went.iter().enumerate() {
            for (other_at, other) in came.iter().enumerate() {
                let (one, other): (Alternative, Alternative) = (*one - &common, *other - &common);
                let shared = &classes_of(&one) & &classes_of(&other);
                if shared.is_empty() && !(one.is_subset(&other) || other.is_subset(&one)) {
                    continue;
                }
                let distance = one.symmetric_difference(&other).count();
                if best.is_none_or(|(least, ..)| distance < least) {
                    best = Some((distance, at, other_at));
                }
            }
        }
        let is_only = went.len() == 1 && came.len() == 1;
        let (at, other_at) = match best {
            Some((_, at, other_at)) => (at, other_at),
            None if is_only => (0, 0),
            None => break,
        };
        found.push((went.remove(at), came.remove(other_at)));
    }
    found
}

/// What all alternatives have in common.
fn common<'a>(mut all: impl Iterator<Item = &'a Alternative>) -> Alternative {
    let first = all.next().cloned().unwrap_or_default();
    all.fold(first, |common, one| &common & one)
}

fn classes_of(one: &Alternative) -> BTreeSet<usize> {
    one.iter().map(|(class, _)| *class).collect()
}

fn single(one: &Alternative) -> Option<usize> {
    let classes = classes_of(one);
    classes.first().copied().filter(|_| classes.len() == 1)
}
