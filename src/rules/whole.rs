//! All checks of a whole document at once.

use super::finding::Finding;
use super::offer::offer;
use super::policy::Policy;
use super::reach::place_of_operations;
use super::scene::Scene;
use super::totals::{Counts, Totals};
use super::transport::merge_shared;
use crate::model::walk::Place;
use crate::model::{Model, Placed};
use crate::spec::Version;
use crate::syntax::document::Tree;

/// Checks a document. `local` has for each unit, in their order, what was found by looking at
/// nothing else, absolute.
pub fn check_document(
    tree: &Tree,
    model: &Model,
    policy: &Policy,
    local: Vec<Vec<Finding>>,
    out: &mut Vec<Finding>,
) {
    let Some(version) = model.version else {
        out.extend(local.into_iter().flatten());
        return;
    };
    let mut whole = Whole {
        tree,
        model,
        policy,
        version,
        totals: Totals::default(),
    };
    let mut toggled = Vec::new();
    for placed in model.units() {
        let offer = offer(placed, model.kind, version);
        whole.totals.add(&offer, &mut toggled);
    }
    whole.check(local, out);
}

struct Whole<'m> {
    tree: &'m Tree,
    model: &'m Model,
    policy: &'m Policy,
    version: Version,
    totals: Totals,
}

impl<'m> Whole<'m> {
    /// Operations tell what servers ask for, so servers are the last. Where entries of the root
    /// are references, or servers of `components` may count, operations have to know of that
    /// first.
    fn check(&mut self, local: Vec<Vec<Finding>>, out: &mut Vec<Finding>) {
        let place = place_of_operations(self.version);
        let is_operation = |placed: &Placed<'_>| placed.place == place;
        let is_reference = |placed: &Placed<'_>| {
            is_operation(placed) && !placed.in_components && !placed.unit.references.is_empty()
        };
        self.count(is_reference);
        let mut components = self.model.units_of(Place::Server, true);
        let is_counted = components.next().is_some();
        if is_counted {
            self.count(|placed| is_operation(placed) && !is_reference(placed));
        }
        let mut counts = Vec::new();
        let mut servers = Vec::new();
        let mut is_shared = false;
        let mut found = Vec::with_capacity(local.len());
        if let Some(mut scene) = self.scene() {
            for (placed, local) in self.model.units().zip(local) {
                if placed.place == Place::Server {
                    servers.push((placed, local));
                    continue;
                }
                let mut outcome = scene.check(placed, local);
                found.append(&mut outcome.findings);
                is_shared |= outcome.always;
                if !is_counted && !is_reference(&placed) && outcome.counts != Counts::default() {
                    counts.push(outcome.counts);
                }
            }
        }
        self.add(&counts);
        if let Some(mut scene) = self.scene() {
            for (placed, local) in servers {
                let mut outcome = scene.check(placed, local);
                out.append(&mut outcome.findings);
                is_shared |= outcome.always;
            }
        }
        out.append(&mut found);
        if is_shared {
            merge_shared(out);
        }
    }

    fn scene(&self) -> Option<Scene<'m, '_>> {
        Scene::new(self.tree, self.model, self.policy, &self.totals)
    }

    /// Counts the operations of some units and nothing else.
    fn count(&mut self, which: impl Fn(&Placed<'_>) -> bool) {
        let mut units = self.model.units().filter(which).peekable();
        if units.peek().is_none() {
            return;
        }
        let mut counts = Vec::new();
        if let Some(mut scene) = self.scene() {
            counts.extend(units.map(|placed| scene.check(placed, Vec::new()).counts));
        }
        self.add(&counts);
    }

    fn add(&mut self, counts: &[Counts]) {
        let mut toggled = Vec::new();
        for counts in counts {
            self.totals.add_counts(counts, &mut toggled);
        }
    }
}
