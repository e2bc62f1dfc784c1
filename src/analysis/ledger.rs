//! What depends on what: an edit lets only those units be checked again that it concerns.
//!
//! Each unit gives something to the others (its offer) and has asked for something when it was
//! checked. Where an offer says something else than before, whoever asked for it is checked
//! again; nobody else is looked at.

use std::collections::{BTreeSet, HashSet};

use super::Options;
use super::pool::Pool;
use super::units::{self, Records};
use crate::model::Model;
use crate::model::topic::Topic;
use crate::model::units::UnitId;
use crate::model::units::update::{Change, Stretch};
use crate::model::walk::Place;
use crate::rules::finding::Finding;
use crate::rules::offer::{self, Changes, Offer, Said};
use crate::rules::scene::{Climate, Outcome, Scene};
use crate::rules::totals::{Counts, Totals};
use crate::syntax::document::Tree;
use crate::text::shift::{Shift, offset_after};

/// What is known of the units of a document beside their facts.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    totals: Totals,
    climate: Option<Climate>,
    /// What servers say in the end.
    standing: Vec<Said>,
    /// By the number of the unit.
    entries: Vec<Entry>,
    /// Beside them, what each has asked for as bits: a quick no for most.
    masks: Vec<u64>,
    /// Units whose findings depend on more than topics can tell.
    always: BTreeSet<UnitId>,
    /// Units that are to be checked; servers last, since they ask what the others come to.
    early: Vec<UnitId>,
    late: Vec<UnitId>,
    changes: Changes,
    toggled: Vec<Topic>,
    /// Whether servers came or went, or may be others.
    servers_changed: bool,
    /// Whether nothing was out of sight, and the document whole, the last time.
    is_plain: bool,
    outlook: u64,
    checked: usize,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    offer: Option<Box<Offer>>,
    asked: Box<[Topic]>,
    counts: Option<Box<Counts>>,
    is_dirty: bool,
    is_server: bool,
}

/// What a check of units needs to know.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The tree.
    pub tree: &'a Tree,
    /// What the document says.
    pub model: &'a Model,
    /// What is found in units alone.
    pub records: &'a Records,
    /// What settings say.
    pub options: &'a Options,
}

impl Ledger {
    /// How many units were checked for this version.
    pub fn checked(&self) -> usize {
        self.checked
    }

    /// Begins with a new version.
    pub fn begin(&mut self) {
        self.checked = 0;
    }

    /// Takes over which units came and went.
    pub fn apply(
        &mut self,
        around: Around<'_>,
        change: &Change,
        shifts: &[Shift],
        pool: &mut Pool,
    ) {
        let Some(version) = around.model.version else {
            return;
        };
        for stretch in &change.stretches {
            for id in &stretch.come {
                self.grow(*id);
                let entry = &mut self.entries[*id as usize];
                let placed = around.model.unit(*id);
                entry.is_server = placed.is_some_and(|placed| placed.place == Place::Server);
                self.servers_changed |= entry.is_server;
                if let (None, Some(placed)) = (&entry.offer, placed) {
                    let offer = offer::offer(placed, around.model.kind, version);
                    entry.offer = Some(Box::new(offer));
                }
            }
            let offer = |id: &UnitId| self.entries[*id as usize].offer.as_deref();
            let gone = stretch.gone.iter().filter_map(|(id, _)| offer(id));
            let come = stretch.come.iter().filter_map(offer);
            offer::compare(gone, come, &mut self.changes);
            self.displace(around.model, stretch, shifts);
            // Added first, for then what is said as before does not come and go.
            for id in &stretch.come {
                if let Some(offer) = &self.entries[*id as usize].offer {
                    self.totals.add(offer, &mut self.toggled);
                }
            }
            for (id, _) in &stretch.gone {
                self.leave(*id);
            }
        }
        for id in change.stretches.iter().flat_map(|stretch| &stretch.come) {
            self.soil(around, *id);
        }
        let gone = change.stretches.iter().flat_map(|stretch| &stretch.gone);
        let mut gone: Vec<UnitId> = gone.map(|(id, _)| *id).collect();
        gone.sort_unstable();
        pool.purge(|owner| gone.binary_search(&owner).is_ok());
        for id in &change.removed {
            self.entries[*id as usize].offer = None;
        }
        self.servers_changed |= !self.always.is_empty();
        for id in std::mem::take(&mut self.always) {
            self.soil(around, id);
        }
    }

    /// What is said of units that were read again may be shown in another place than the edits
    /// have put it. Not so what one has said that stood in the very place, if the edits have
    /// touched nothing that is shown of it.
    fn displace(&mut self, model: &Model, stretch: &Stretch, shifts: &[Shift]) {
        if stretch.gone.is_empty() {
            // All that is said is new, and whoever asks for it is checked again anyway.
            return;
        }
        let are_pairs = stretch.gone.len() == stretch.come.len();
        for (at, id) in stretch.come.iter().enumerate() {
            let Some(placed) = model.unit(*id) else {
                continue;
            };
            let start = placed.range.start;
            let before = (stretch.gone.get(at))
                .filter(|(_, before)| are_pairs && offset_after(shifts, *before) == start);
            let before = before.and_then(|(gone, _)| self.entries[*gone as usize].offer.as_deref());
            let after = self.entries[*id as usize].offer.as_deref();
            let after = after.map_or(&[][..], |offer| &offer.said);
            // Of several edits each counts in another text.
            let is_touched = |reach| {
                reach > 0 && shifts.len() > 1
                    || shifts.iter().any(|shift| touches(*shift, start, reach))
            };
            let known = before.map_or_else(HashSet::new, |offer| {
                let kept = offer.said.iter().filter(|said| !is_touched(said.reach));
                kept.map(|said| said.topic).collect::<HashSet<Topic>>()
            });
            let topics = after.iter().map(|said| said.topic);
            let moved: Vec<Topic> = topics.filter(|topic| !known.contains(topic)).collect();
            if placed.place == Place::Server
                && let Some(pointer) = placed.pointer()
            {
                let topics = [Topic::server(pointer), Topic::servers()];
                self.changes.places.extend(topics);
            }
            self.changes.places.extend(moved);
        }
    }

    /// A unit is not there any more.
    fn leave(&mut self, id: UnitId) {
        let entry = &mut self.entries[id as usize];
        if let Some(offer) = &entry.offer {
            self.totals.remove(offer, &mut self.toggled);
        }
        if let Some(counts) = entry.counts.take() {
            // Of counts several things are asked, so what toggled twice may have changed.
            let meanings = &mut self.changes.meanings;
            self.totals.remove_counts(&counts, meanings);
        }
        self.servers_changed |= entry.is_server;
        entry.asked = Box::default();
        entry.is_dirty = false;
        self.masks[id as usize] = 0;
        self.always.remove(&id);
    }

    fn grow(&mut self, id: UnitId) {
        let len = id as usize + 1;
        if self.entries.len() < len {
            self.entries.resize_with(len, Entry::default);
            self.masks.resize(len, 0);
        }
    }

    /// A unit is to be checked.
    fn soil(&mut self, around: Around<'_>, id: UnitId) {
        let entry = &mut self.entries[id as usize];
        let Some(placed) = around.model.unit(id).filter(|_| !entry.is_dirty) else {
            return;
        };
        entry.is_dirty = true;
        if placed.place == Place::Server {
            self.late.push(id);
        } else {
            self.early.push(id);
        }
    }

    /// Checks units that are to be checked, at most so many; whether there is no more.
    pub fn check(&mut self, around: Around<'_>, pool: &mut Pool, mut budget: usize) -> bool {
        loop {
            self.spread(around, pool);
            let queue = if self.early.is_empty() {
                &mut self.late
            } else {
                &mut self.early
            };
            if queue.is_empty() {
                return true;
            }
            if budget == 0 {
                return false;
            }
            let most = queue.len().min(budget);
            budget -= most;
            let mut now: Vec<UnitId> = queue.split_off(queue.len() - most);
            now.retain(|id| self.entries[*id as usize].is_dirty);
            now.sort_unstable();
            now.dedup();
            pool.purge(|owner| now.binary_search(&owner).is_ok());
            self.check_some(around, &now, pool);
        }
    }

    /// Lets everything be checked again that depends on what has changed.
    fn spread(&mut self, around: Around<'_>, pool: &Pool) {
        if self.is_calm(around) {
            return;
        }
        let policy = &around.options.policy;
        let Some(mut scene) = Scene::new(around.tree, around.model, policy, &self.totals) else {
            return;
        };
        let climate = scene.climate();
        let standing = scene.standing();
        drop(scene);
        let mut changes = std::mem::take(&mut self.changes);
        self.servers_changed = false;
        self.is_plain = is_plain(around);
        self.outlook = self.totals.outlook();
        let old = std::mem::replace(&mut self.standing, standing.clone());
        offer::compare_said(old, standing, &mut changes);
        if self.climate.as_ref() != Some(&climate) {
            self.climate = Some(climate);
            self.toggled.clear();
            for placed in around.model.units() {
                self.soil(around, placed.id);
            }
            return;
        }
        changes.meanings.append(&mut odd(&mut self.toggled));
        let meanings = Topics::new(changes.meanings);
        let places = Topics::new(changes.places);
        let asked =
            |at: usize, topics: &Topics| topics.touch(self.masks[at], &self.entries[at].asked);
        let mut found: Vec<UnitId> = Vec::new();
        if !meanings.is_empty() {
            let all = (0..self.entries.len()).filter(|at| asked(*at, &meanings));
            found.extend(all.map(|at| at as UnitId));
        }
        if !places.is_empty() {
            let owners = pool
                .owners()
                .filter(|owner| (*owner as usize) < self.entries.len());
            found.extend(owners.filter(|owner| asked(*owner as usize, &places)));
        }
        for id in found {
            self.soil(around, id);
        }
    }

    /// Whether nothing has changed that anybody could have asked for; most keystrokes leave all
    /// that is not in their unit as it is.
    fn is_calm(&self, around: Around<'_>) -> bool {
        self.climate.is_some()
            && self.changes == Changes::default()
            && self.toggled.is_empty()
            && !self.servers_changed
            && self.always.is_empty()
            && self.outlook == self.totals.outlook()
            && self.is_plain
            && is_plain(around)
    }

    fn check_some(&mut self, around: Around<'_>, now: &[UnitId], pool: &mut Pool) {
        let Around {
            tree,
            model,
            records,
            options,
        } = around;
        let policy = &options.policy;
        let mut outcomes: Vec<(UnitId, Outcome)> = Vec::with_capacity(now.len());
        if let Some(mut scene) = Scene::new(tree, model, policy, &self.totals) {
            for id in now {
                let Some(placed) = model.unit(*id) else {
                    continue;
                };
                let local = (records.local(*id).iter())
                    .map(|finding| units::shifted(finding, placed.base as isize))
                    .collect();
                outcomes.push((*id, scene.check(placed, local)));
            }
        }
        self.checked += outcomes.len();
        for (id, outcome) in outcomes {
            self.take_over(id, outcome, options, model, pool);
        }
    }

    fn take_over(
        &mut self,
        id: UnitId,
        outcome: Outcome,
        options: &Options,
        model: &Model,
        pool: &mut Pool,
    ) {
        let entry = &mut self.entries[id as usize];
        entry.is_dirty = false;
        let counts = (outcome.counts != Counts::default()).then(|| Box::new(outcome.counts));
        if entry.counts != counts {
            if let Some(counts) = &counts {
                self.totals.add_counts(counts, &mut self.changes.meanings);
            }
            if let Some(counts) = std::mem::replace(&mut entry.counts, counts) {
                self.totals
                    .remove_counts(&counts, &mut self.changes.meanings);
            }
        }
        self.masks[id as usize] = bits(&outcome.asked);
        entry.asked = outcome.asked.into();
        if outcome.always {
            self.always.insert(id);
        } else {
            self.always.remove(&id);
        }
        let Some(version) = model.version else {
            return;
        };
        for finding in outcome.findings {
            if units::is_shown(finding.rule, version, options) {
                pool.push(id, decided(finding, options));
            }
        }
    }
}

/// Whether nothing is out of sight, schemes are declared, so that the document is whole, and
/// servers say all there is to say of them themselves.
fn is_plain(around: Around<'_>) -> bool {
    let Around { tree, model, .. } = around;
    let servers = [false, true].into_iter();
    let mut servers = servers.flat_map(|place| model.units_of(Place::Server, place));
    let root = tree.root();
    let components = root.get("components").map(|entry| entry.value);
    // What is merged may bring a reference along.
    let brings = |name| {
        [Some(root), components]
            .into_iter()
            .flatten()
            .any(|node| node.get(name).is_some())
    };
    model.map_references.is_empty()
        && model.has_components()
        && !brings("$ref")
        && !brings("<<")
        && servers.all(|placed| {
            let mut variables = placed
                .unit
                .server
                .iter()
                .flat_map(|server| &server.variables);
            variables.all(|variable| variable.reference.is_none())
        })
}

/// Whether an edit may have moved something of the first `reach` bytes of what starts at `start`
/// against the rest.
fn touches(shift: Shift, start: usize, reach: usize) -> bool {
    reach > 0 && shift.range.end >= start && shift.range.start < start.saturating_add(reach)
}

/// A finding with the severity that settings give it.
pub fn decided(mut finding: Finding, options: &Options) -> Finding {
    finding.severity = options.rule_set.severity(&finding);
    finding
}

/// What stands in a list an odd number of times: what toggled twice is as it was.
fn odd(topics: &mut Vec<Topic>) -> Vec<Topic> {
    let mut topics = std::mem::take(topics);
    topics.sort_unstable();
    topics
        .chunk_by(|one, other| one == other)
        .filter(|same| same.len() % 2 == 1)
        .map(|same| same[0])
        .collect()
}

/// Topics that somebody may have asked for.
struct Topics {
    sorted: Vec<Topic>,
    bits: u64,
}

impl Topics {
    fn new(mut topics: Vec<Topic>) -> Self {
        topics.sort_unstable();
        topics.dedup();
        Self {
            bits: bits(&topics),
            sorted: topics,
        }
    }

    fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    fn touch(&self, mask: u64, asked: &[Topic]) -> bool {
        mask & self.bits != 0
            && (asked.iter()).any(|topic| self.sorted.binary_search(topic).is_ok())
    }
}

fn bits(topics: &[Topic]) -> u64 {
    topics.iter().fold(0, |bits, topic| bits | topic.bit())
}
