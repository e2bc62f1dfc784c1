//! Units of a document with their facts and findings; those of untouched units are taken over
//! from the version before.

use std::sync::Arc;

use super::Options;
use crate::model::externals::Externals;
use crate::model::units::UnitId;
use crate::model::units::update::{Change, Fresh, Read};
use crate::model::uses::Tally;
use crate::model::walk::Place;
use crate::model::{DocumentKind, Model, unit};
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::policy::Policy;
use crate::rules::rule::Rule;
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::text::range::TextRange;
use crate::text::shift::Shift;

/// What is said of each unit alone, by its number; ranges count from the unit's base.
#[derive(Debug, Clone, Default)]
pub struct Records {
    local: Vec<Arc<[Finding]>>,
    /// How many sites use what.
    pub tally: Tally,
    /// What is referred to in other documents.
    pub externals: Externals,
}

impl Records {
    /// What is said of a unit alone.
    pub fn local(&self, id: UnitId) -> &[Finding] {
        self.local.get(id as usize).map_or(&[], |local| local)
    }

    fn forget(&mut self, id: UnitId) {
        if let Some(local) = self.local.get_mut(id as usize) {
            *local = Arc::default();
        }
    }

    fn set(&mut self, id: UnitId, local: Vec<Finding>) {
        let id = id as usize;
        if self.local.len() <= id {
            self.local.resize(id + 1, Arc::default());
        }
        self.local[id] = local.into();
    }
}

/// Takes over into the model what a tree says now.
pub fn update(
    tree: &Tree,
    model: &mut Model,
    records: &mut Records,
    options: &Options,
    budget: usize,
    edits: Option<&[Shift]>,
) -> Change {
    let Some(version) = model.version else {
        return Change::default();
    };
    let kind = model.kind;
    let change = model.update(tree, budget, edits, &mut |fresh| {
        let unit = unit::extract(tree, version, fresh.found, fresh.base);
        let (local, keeps) = check(tree, kind, version, options, fresh);
        records.set(fresh.id, local);
        Read { unit, keeps }
    });
    for id in &change.removed {
        records.forget(*id);
    }
    for (id, _) in change.stretches.iter().flat_map(|stretch| &stretch.gone) {
        records.tally.leave(*id);
        records.externals.leave(*id);
    }
    for id in change.stretches.iter().flat_map(|stretch| &stretch.come) {
        if let Some(placed) = model.unit(*id) {
            records.tally.enter(tree, model, placed);
            records.externals.enter(placed);
        }
    }
    change
}

/// What is said of a unit alone, and whether the same text means the same the next time.
fn check(
    tree: &Tree,
    kind: DocumentKind,
    version: Version,
    options: &Options,
    fresh: &Fresh<'_, '_>,
) -> (Vec<Finding>, bool) {
    let Fresh { found, base, .. } = *fresh;
    let pointer = found.pointer();
    let context = UnitContext {
        tree,
        version,
        place: found.place,
        key: found.key,
        value: found.value,
        pointer: &pointer,
        kind,
        policy: &options.policy,
    };
    let mut findings = Vec::new();
    crate::rules::check_unit(&context, &mut findings);
    findings.retain(|finding| is_shown(finding.rule, version, options));
    let extent = TextRange::new(base, found.raw.range().end);
    let is_within = findings.iter().all(|finding| {
        extent.contains(finding.range)
            && (finding.related.iter()).all(|related| extent.contains(related.range))
    });
    let relative = findings
        .iter()
        .map(|finding| shifted(finding, -(base as isize)))
        .collect();
    (relative, is_within)
}

/// Whether a rule's findings are shown.
pub fn is_shown(rule: &Rule, version: Version, options: &Options) -> bool {
    rule.applies_to(version) && options.rule_set.is_on(rule)
}

/// Of a major version that nobody knows here only that is said.
pub fn unknown_version(tree: &Tree, kind: DocumentKind, policy: &Policy, out: &mut Vec<Finding>) {
    let root = tree.root();
    let context = UnitContext {
        tree,
        version: Version::V3_1,
        place: Place::Root,
        key: None,
        value: root,
        pointer: "",
        kind,
        policy,
    };
    let mut findings = Vec::new();
    crate::rules::check_unit(&context, &mut findings);
    let about_version = [
        crate::rules::registry::ASYNCAPI_VERSION_PATCH,
        crate::rules::registry::ASYNCAPI_VERSION_UNKNOWN,
    ];
    findings.retain(|finding| about_version.contains(&finding.rule));
    out.append(&mut findings);
}

/// A finding moved as a whole. Ranges before the unit (a related place elsewhere) wrap around
/// and come back with the same base.
pub fn shifted(finding: &Finding, by: isize) -> Finding {
    let shift = |range: TextRange| TextRange {
        start: range.start.wrapping_add_signed(by),
        end: range.end.wrapping_add_signed(by),
    };
    let mut finding = finding.clone();
    finding.range = shift(finding.range);
    for related in &mut finding.related {
        related.range = shift(related.range);
    }
    finding
}
