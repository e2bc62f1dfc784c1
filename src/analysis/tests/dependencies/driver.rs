//! The simplest evaluation that checks only what an edit concerns.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::analysis::{Analysis, Options};
use crate::model::topic::Topic;
use crate::model::walk::{Place, walk};
use crate::model::{Model, Placed};
use crate::rules::check_unit;
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::offer::{Changes, Offer, Said, compare, compare_said, offer};
use crate::rules::scene::{Climate, Outcome, Scene};
use crate::rules::totals::Totals;
use crate::syntax::document::{Document, Format};

/// A document with what is known of its units.
pub struct State {
    pub text: String,
    pub analysis: Analysis,
    pub units: Vec<Known>,
    pub totals: Totals,
    climate: Option<Climate>,
    standing: Vec<Said>,
    /// Units that gave way to others.
    pub stretches: Vec<Stretch>,
}

/// A unit.
#[derive(Debug, Clone, Default)]
pub struct Known {
    offer: Offer,
    /// `None` if it was not checked yet.
    outcome: Option<Outcome>,
    /// Whether it was checked in this version of the document.
    pub is_fresh: bool,
}

impl Known {
    pub fn outcome(&self) -> &Outcome {
        self.outcome.as_ref().unwrap()
    }
}

/// Units of one version in the place of units of the version before.
#[derive(Debug, Clone)]
pub struct Stretch {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

fn analysis(text: &str) -> Analysis {
    Analysis::new(Document::new(text, Format::Yaml), Options::default())
}

pub fn local(analysis: &Analysis) -> Vec<Vec<Finding>> {
    let (tree, model) = (analysis.document.tree(), &analysis.model);
    let version = model.version.unwrap();
    let found = walk(tree, model.kind, version).units;
    assert_eq!(found.len(), model.units().count());
    let of = |unit: &crate::model::walk::Found<'_>| {
        let mut out = Vec::new();
        let context = UnitContext {
            tree,
            version,
            place: unit.place,
            key: unit.key,
            value: unit.value,
            pointer: &unit.pointer(),
            kind: model.kind,
            policy: &analysis.options.policy,
        };
        check_unit(&context, &mut out);
        out
    };
    found.iter().map(of).collect()
}

fn offer_of(model: &Model, placed: Placed<'_>) -> Offer {
    offer(placed, model.kind, model.version.unwrap())
}

impl State {
    /// Checks all units.
    pub fn new(text: &str) -> Self {
        let analysis = analysis(text);
        let mut state = Self {
            text: text.to_owned(),
            units: vec![Known::default(); analysis.model.units().count()],
            analysis,
            totals: Totals::default(),
            climate: None,
            standing: Vec::new(),
            stretches: Vec::new(),
        };
        for (unit, placed) in state.units.iter_mut().zip(state.analysis.model.units()) {
            unit.offer = offer_of(&state.analysis.model, placed);
            state.totals.add(&unit.offer, &mut Vec::new());
        }
        state.settle(Changes::default());
        state
    }

    /// Checks what the difference to another text concerns.
    pub fn edited(&self, text: &str) -> Self {
        let analysis = analysis(text);
        let stretches = stretches(self, &analysis, text);
        let mut state = Self {
            text: text.to_owned(),
            units: vec![Known::default(); analysis.model.units().count()],
            analysis,
            totals: self.totals.clone(),
            climate: self.climate.clone(),
            standing: self.standing.clone(),
            stretches,
        };
        let changes = state.take_over(self);
        state.settle(changes);
        state
    }

    /// Takes over what is known of the units that stayed, and puts the offers of the others in
    /// the place of those that went.
    fn take_over(&mut self, before: &Self) -> Changes {
        let mut changes = Changes::default();
        let model = &self.analysis.model;
        for (at, placed) in model.units().enumerate() {
            let unit = &mut self.units[at];
            match old_index(&self.stretches, at) {
                Some(old) => unit.clone_from(&before.units[old]),
                None => unit.offer = offer_of(model, placed),
            }
            unit.is_fresh = false;
        }
        for stretch in &self.stretches {
            for old in &before.units[stretch.old.clone()] {
                self.totals.remove(&old.offer, &mut changes.meanings);
                let counts = &old.outcome().counts;
                self.totals.remove_counts(counts, &mut changes.meanings);
            }
        }
        for stretch in &self.stretches {
            let new = &self.units[stretch.new.clone()];
            for unit in new {
                self.totals.add(&unit.offer, &mut changes.meanings);
            }
            let old = before.units[stretch.old.clone()].iter();
            compare(
                old.map(|unit| &unit.offer),
                new.iter().map(|unit| &unit.offer),
                &mut changes,
            );
        }
        changes
    }

    /// Checks until no answer is another one.
    fn settle(&mut self, mut changes: Changes) {
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        for (at, unit) in self.units.iter().enumerate() {
            if unit.outcome.as_ref().is_none_or(|outcome| outcome.always) {
                waiting.insert(at);
            }
        }
        let is_server: Vec<bool> = (self.analysis.model.units())
            .map(|placed| placed.place == Place::Server)
            .collect();
        for round in 0.. {
            assert!(round < 10, "no end in\n{}", self.text);
            self.look_around(&mut changes, &mut waiting);
            waiting.extend(self.concerned(&changes));
            changes = Changes::default();
            let (servers, others): (Vec<usize>, Vec<usize>) =
                waiting.iter().partition(|at| is_server[**at]);
            if others.is_empty() {
                self.check(&servers, &mut changes);
                assert_eq!(changes, Changes::default());
                return;
            }
            self.check(&others, &mut changes);
            waiting = servers.into_iter().collect();
        }
    }

    /// Notices what holds for the document as a whole.
    fn look_around(&mut self, changes: &mut Changes, waiting: &mut BTreeSet<usize>) {
        let (tree, model) = (self.analysis.document.tree(), &self.analysis.model);
        let policy = &self.analysis.options.policy;
        let mut scene = Scene::new(tree, model, policy, &self.totals).unwrap();
        let climate = scene.climate();
        let standing = scene.standing();
        if self.climate.as_ref() != Some(&climate) {
            waiting.extend(0..self.units.len());
        }
        compare_said(self.standing.clone(), standing.clone(), changes);
        self.climate = Some(climate);
        self.standing = standing;
    }

    /// The units that asked for what changed.
    fn concerned(&self, changes: &Changes) -> Vec<usize> {
        let meanings: BTreeSet<Topic> = changes.meanings.iter().copied().collect();
        let places: BTreeSet<Topic> = changes.places.iter().copied().collect();
        let is_concerned = |outcome: &Outcome| {
            let mut asked = outcome.asked.iter();
            let shows = outcome
                .findings
                .iter()
                .any(|finding| !finding.related.is_empty());
            asked.any(|topic| meanings.contains(topic) || (shows && places.contains(topic)))
        };
        let concerned = |at: &usize| self.units[*at].outcome.as_ref().is_some_and(is_concerned);
        (0..self.units.len()).filter(concerned).collect()
    }

    fn check(&mut self, which: &[usize], changes: &mut Changes) {
        let (tree, model) = (self.analysis.document.tree(), &self.analysis.model);
        let policy = &self.analysis.options.policy;
        let placed: Vec<_> = model.units().collect();
        let mut local = local(&self.analysis);
        let mut scene = Scene::new(tree, model, policy, &self.totals).unwrap();
        let outcomes: Vec<Outcome> = (which.iter())
            .map(|at| scene.check(placed[*at], std::mem::take(&mut local[*at])))
            .collect();
        for (at, outcome) in which.iter().zip(outcomes) {
            let unit = &mut self.units[*at];
            if let Some(old) = &unit.outcome {
                self.totals
                    .remove_counts(&old.counts, &mut changes.meanings);
            }
            self.totals
                .add_counts(&outcome.counts, &mut changes.meanings);
            unit.is_fresh = true;
            unit.outcome = Some(outcome);
        }
    }

    /// The totals without all that is in them.
    pub fn emptied(&self) -> Totals {
        let mut totals = self.totals.clone();
        for unit in &self.units {
            totals.remove(&unit.offer, &mut Vec::new());
            totals.remove_counts(&unit.outcome().counts, &mut Vec::new());
        }
        totals
    }
}

/// Where the unit of the new version was in the old one, if it stayed.
pub fn old_index(stretches: &[Stretch], new: usize) -> Option<usize> {
    if stretches.iter().any(|stretch| stretch.new.contains(&new)) {
        return None;
    }
    let before = stretches.iter().filter(|stretch| stretch.new.end <= new);
    let (gone, come) = before.fold((0, 0), |(gone, come), stretch| {
        (gone + stretch.old.len(), come + stretch.new.len())
    });
    Some(new - come + gone)
}

/// The root is always read anew, and so is what has aliases; of the others those between the
/// first and the last that differ.
fn stretches(before: &State, after: &Analysis, text: &str) -> Vec<Stretch> {
    let old: Vec<_> = before.analysis.model.units().collect();
    let new: Vec<_> = after.model.units().collect();
    let is_same = |one: Placed<'_>, other: Placed<'_>| {
        let (one_text, other_text) = (
            &before.text[one.range.start..one.range.end],
            &text[other.range.start..other.range.end],
        );
        (one.place, one.in_components, one_text) == (other.place, other.in_components, other_text)
    };
    let short = old.len().min(new.len());
    let same = (1..short).take_while(|at| is_same(old[*at], new[*at]));
    let start = 1 + same.count();
    let end = (0..short - start)
        .take_while(|at| is_same(old[old.len() - 1 - at], new[new.len() - 1 - at]))
        .count();
    let mut stretches = vec![
        Stretch {
            old: 0..1,
            new: 0..1,
        },
        Stretch {
            old: start..old.len() - end,
            new: start..new.len() - end,
        },
    ];
    for at in (1..start).chain(new.len() - end..new.len()) {
        let was = old_index(&stretches[..2], at).unwrap();
        if old[was].base == 0 || new[at].base == 0 {
            stretches.push(Stretch {
                old: was..was + 1,
                new: at..at + 1,
            });
        }
    }
    stretches
}
