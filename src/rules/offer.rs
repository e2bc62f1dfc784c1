//! What a unit gives to the others: a function of its own facts.
//!
//! An edit changes the offers of the units that it touches. Whoever asked for something that an
//! offer says otherwise now, or no longer, is checked again; nobody else is.

mod meaning;

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::facts::{
    EntryForm, Home, Reference, Scheme, SecurityList, Site, SiteKind, Spot, Unit,
};
use crate::model::resolve::{
    DOCUMENT_SCHEMES, component_token, is_external, local_pointer, name_of,
};
use crate::model::topic::{Topic, hash_of};
use crate::model::walk::Place;
use crate::model::{DocumentKind, Placed};
use crate::spec::{Version, spec};
use crate::text::range::TextRange;
use meaning::{
    meaning_of_list, meaning_of_operations, meaning_of_scheme, meaning_of_scopes,
    scopes_of_every_flow, servers_of, target_of,
};

/// What is said without showing anything.
const NO_PLACES: (u64, usize) = (0, 0);

/// What a unit gives to the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// What is counted in [`super::totals::Totals`], repeated where the unit says it twice.
    pub counted: Vec<Topic>,
    /// What others can see of it, in the order of its text.
    pub said: Vec<Said>,
    /// The known types of its schemes; an empty word for any other type.
    pub kinds: Vec<&'static str>,
    /// Whether it is a server, operation or trait (2.x: a channel), or stands for one, with a
    /// reference that leads out of sight.
    pub is_unknown_carrier: bool,
    /// Whether it is one of those at the root of the document.
    pub is_own_carrier: bool,
}

/// Something that others can see of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub topic: Topic,
    /// The same as long as the same is said about the units that asked for it.
    pub meaning: u64,
    /// The same as long as what their findings show of it stands in the same place of its unit.
    pub places: u64,
    /// How far these places reach, in bytes from the start of the unit.
    pub reach: usize,
}

/// Topics that a difference between two versions is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whoever asked for these may have other findings.
    pub meanings: Vec<Topic>,
    /// Whoever asked for these has the same findings; related places may have moved.
    pub places: Vec<Topic>,
}

/// What changes where some units give way to others. Both are all units of one stretch of the
/// document in their order; what stands before and after it is untouched.
pub fn compare<'o>(
    before: impl IntoIterator<Item = &'o Offer>,
    after: impl IntoIterator<Item = &'o Offer>,
    changes: &mut Changes,
) {
    let all = |offers: &mut dyn Iterator<Item = &'o Offer>| {
        let said = offers.flat_map(|offer| offer.said.iter().copied());
        said.collect::<Vec<Said>>()
    };
    let before = all(&mut before.into_iter());
    let after = all(&mut after.into_iter());
    compare_said(before, after, changes);
}

/// The same for what was said, in its order.
pub fn compare_said(mut before: Vec<Said>, mut after: Vec<Said>, changes: &mut Changes) {
    if before == after {
        return;
    }
    before.sort_by_key(|said| said.topic);
    after.sort_by_key(|said| said.topic);
    let (mut before, mut after) = (&*before, &*after);
    while let Some(topic) = first_of(before, after) {
        let old = take(&mut before, topic);
        let new = take(&mut after, topic);
        let meanings = |said: &[Said]| said.iter().map(|said| said.meaning).collect::<Vec<_>>();
        if old == new {
            continue;
        }
        if meanings(old) == meanings(new) {
            changes.places.push(topic);
        } else {
            changes.meanings.push(topic);
        }
    }
}

fn first_of(before: &[Said], after: &[Said]) -> Option<Topic> {
    let firsts = before.first().into_iter().chain(after.first());
    firsts.map(|said| said.topic).min()
}

fn take<'s>(said: &mut &'s [Said], topic: Topic) -> &'s [Said] {
    let all: &'s [Said] = said;
    let (taken, rest) = all.split_at(all.partition_point(|said| said.topic <= topic));
    *said = rest;
    taken
}

/// Reads what a unit of a document gives.
pub fn offer(placed: Placed<'_>, kind: DocumentKind, version: Version) -> Offer {
    let mut reader = Reader {
        placed,
        version,
        is_document: kind == DocumentKind::AsyncApi,
        offer: Offer::default(),
    };
    reader.read();
    reader.offer
}

struct Reader<'m> {
    placed: Placed<'m>,
    version: Version,
    /// Whether it matters what is used: of a part of a document nobody knows.
    is_document: bool,
    offer: Offer,
}

impl<'m> Reader<'m> {
    fn read(&mut self) {
        let unit = self.placed.unit;
        for scheme in &unit.schemes {
            self.scheme(scheme);
        }
        self.carrier(unit);
        for reference in &unit.references {
            self.used(reference.target.as_ref());
        }
        for list in &unit.misplaced {
            self.list(list);
        }
        for site in &unit.sites {
            self.site(site);
        }
        if let Some(pointer) = self.placed.pointer() {
            let meaning = hash_of((self.placed.place, target_of(unit), servers_of(unit)));
            let own = unit.sites.first();
            let own = own.filter(|site| site.kind == SiteKind::OperationTrait);
            self.said_of_unit(pointer, meaning, own);
        }
        self.trait_references(unit);
    }

    fn scheme(&mut self, scheme: &'m Scheme) {
        let fact = scheme;
        if let Some(kind) = &fact.scheme_type {
            let mut known = spec().scheme_types().iter();
            let known = known.find(|known| known.value == kind.value.text);
            let known = known.map_or("", |known| &*known.value);
            self.offer.kinds.push(known);
        }
        let reference = fact.reference.as_ref();
        self.used(reference.and_then(|reference| reference.target.as_ref()));
        if let Some(list) = fact.scopes.as_ref().filter(|_| self.is_document) {
            self.wishes(&list.scopes);
        }
        let (Home::Component, Some(name)) = (fact.home, &fact.name) else {
            return;
        };
        // An alias is one definition in two places.
        let place = fact.range.shifted(self.placed.base);
        let elsewhere = (!self.placed.range.contains(place)).then_some(place.start);
        let name = &*name.text;
        let kind = fact.scheme_type.as_ref().map(|kind| kind.value.range);
        // The whole of a reference is shown as a part of a circle.
        let whole = fact.reference.as_ref().map(|_| fact.range);
        let places = self.places([Some(fact.anchor), kind, whole]);
        self.say(
            Topic::scheme(name),
            hash_of((elsewhere, meaning_of_scheme(fact))),
            places,
        );
        if !fact.flows.is_empty() {
            let flows = fact.flows.iter().flat_map(|flow| {
                let scopes = flow.scopes.iter().map(|scope| Some(scope.name.range));
                [Some(flow.name.range), flow.scopes_key]
                    .into_iter()
                    .chain(scopes)
            });
            let places = self.places(flows);
            self.say(Topic::scopes(name), meaning_of_scopes(fact), places);
            for scope in scopes_of_every_flow(fact) {
                self.say(Topic::declared(name, scope), 0, NO_PLACES);
            }
        }
        self.say(Topic::names(), hash_of(name), NO_PLACES);
        if reference.is_none() && fact.scheme_type.is_some() {
            let topic = Topic::fingerprint(fact.fingerprint);
            self.offer.counted.push(topic);
            self.say(
                topic,
                hash_of((name, elsewhere)),
                self.places([Some(fact.anchor)]),
            );
        }
    }

    fn carrier(&mut self, unit: &Unit) {
        let carries = match self.placed.place {
            Place::Server | Place::Operation | Place::OperationTrait => true,
            // Channels of 3.x have no security.
            Place::Channel => !self.version.is_v3(),
            _ => false,
        };
        if !carries {
            return;
        }
        self.offer.is_own_carrier = !self.placed.in_components;
        let traits = unit.sites.iter().flat_map(|site| &site.trait_references);
        let mut references = unit.references.iter().chain(traits);
        self.offer.is_unknown_carrier = references
            .any(|one| (one.target.as_ref()).is_none_or(|target| is_external(&target.text)));
    }

    fn site(&mut self, site: &'m Site) {
        let Some(list) = &site.security else { return };
        self.list(list);
        let counts = list.is_list && has_security(self.version, site.kind);
        if !self.is_document || self.version.is_v3() || !counts {
            return;
        }
        for entry in &list.entries {
            let EntryForm::Requirement(names) = &entry.form else {
                continue;
            };
            for name in names {
                self.wishes(&name.scopes);
            }
        }
    }

    fn list(&mut self, list: &SecurityList) {
        if !self.is_document {
            return;
        }
        for entry in &list.entries {
            match &entry.form {
                EntryForm::Requirement(names) => {
                    let names = names.iter().map(|name| Topic::use_of(&name.name.text));
                    self.offer.counted.extend(names);
                }
                EntryForm::Reference(reference) => self.used(reference.target.as_ref()),
                EntryForm::Other(Some(word)) => {
                    self.offer.counted.push(Topic::use_of(&word.text));
                    self.used(Some(word));
                }
                EntryForm::Inline(_) | EntryForm::Other(None) => {}
            }
        }
    }

    /// Counts the component that a reference leads to or into.
    fn used(&mut self, target: Option<&Spot>) {
        let Some(target) = target.filter(|_| self.is_document) else {
            return;
        };
        let Some(pointer) = local_pointer(&target.text) else {
            return;
        };
        if let Some((token, _)) = component_token(DOCUMENT_SCHEMES, &pointer) {
            let topic = Topic::use_of(&name_of(token));
            self.offer.counted.push(topic);
        }
    }

    fn wishes(&mut self, scopes: &[Spot]) {
        let scopes = scopes.iter().map(|scope| Topic::wish(&scope.text));
        self.offer.counted.extend(scopes);
    }

    fn trait_references(&mut self, unit: &'m Unit) {
        for site in &unit.sites {
            if site.kind != SiteKind::Operation {
                continue;
            }
            for index in &site.inline_traits {
                if let Some(inline) = unit.sites.get(*index) {
                    let place = Place::OperationTrait;
                    self.said_of_unit(&inline.pointer, hash_of(place), Some(inline));
                }
            }
            if !site.trait_references.is_empty() {
                let meaning = meaning_of_operations(unit);
                for reference in &site.trait_references {
                    self.applies(reference, meaning);
                }
            }
        }
        let own = unit.references.first();
        if let Some(reference) = own.filter(|_| self.placed.place == Place::OperationTrait) {
            self.applies(reference, hash_of(self.placed.pointer()));
        }
    }

    fn applies(&mut self, reference: &Reference, meaning: u64) {
        let target = reference.target.as_ref();
        let Some(pointer) = target.and_then(|target| local_pointer(&target.text)) else {
            return;
        };
        self.offer.counted.push(Topic::trait_at(&pointer));
        self.say(Topic::applies(&pointer), meaning, NO_PLACES);
    }

    fn said_of_unit(&mut self, pointer: &str, meaning: u64, own: Option<&Site>) {
        let list = own.and_then(|site| site.security.as_ref());
        let schemes = &self.placed.unit.schemes;
        let (meaning, places) = match list {
            Some(list) => (
                hash_of((meaning, meaning_of_list(schemes, list))),
                self.places([Some(list.key)]),
            ),
            None => (meaning, NO_PLACES),
        };
        self.say(Topic::unit(pointer), meaning, places);
    }

    fn say(&mut self, topic: Topic, meaning: u64, (places, reach): (u64, usize)) {
        self.offer.said.push(Said {
            topic,
            meaning,
            places,
            reach,
        });
    }

    /// Places as a number, and how far they reach.
    fn places(&self, ranges: impl IntoIterator<Item = Option<TextRange>>) -> (u64, usize) {
        let mut hasher = DefaultHasher::new();
        let mut reach = 0;
        for range in ranges {
            let seen = range.map(|range| self.seen_from_start(range));
            seen.hash(&mut hasher);
            reach = reach.max(seen.map_or(0, |(_, end)| end));
        }
        (hasher.finish(), reach)
    }

    /// A range as seen from where the unit starts, wherever it lies.
    fn seen_from_start(&self, range: TextRange) -> (usize, usize) {
        let by = self.placed.base.wrapping_sub(self.placed.range.start);
        (range.start.wrapping_add(by), range.end.wrapping_add(by))
    }
}

/// Whether a `security` list has a meaning there (SPEC.md A.1).
pub(super) fn has_security(version: Version, kind: SiteKind) -> bool {
    kind == SiteKind::Server || version >= Version::V2_4
}
