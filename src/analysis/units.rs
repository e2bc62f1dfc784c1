//! Units of a document with their facts and findings; those of untouched units are taken over
//! from the version before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Analysis, Options};
use crate::model::facts::{Spot, Unit};
use crate::model::walk::{self, Found, Place};
use crate::model::{DocumentKind, Model, PlacedUnit, unit};
use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::policy::Policy;
use crate::rules::table;
use crate::spec::Version;
use crate::syntax::document::Tree;
use crate::text::range::TextRange;

/// What is known of every unit beside its facts, in the order of [`Model::units`].
#[derive(Debug, Clone, Default)]
pub struct Memo {
    records: Vec<Record>,
}

#[derive(Debug, Clone)]
struct Record {
    /// The identity of the unit's value as written, if all of the unit lies in it: then the
    /// same node in the next version means the same facts and findings.
    identity: Option<(usize, u32)>,
    prefix: Cow<'static, str>,
    /// Relative to the unit's base.
    findings: Arc<[Finding]>,
}

/// Reads all units into the model, and the findings of each (absolute) into `out`.
pub fn read(
    tree: &Tree,
    model: &mut Model,
    options: &Options,
    previous: Option<&Analysis>,
    out: &mut Vec<Vec<Finding>>,
) -> Memo {
    let Some(version) = model.version else {
        out.push(unknown_version(tree, model.kind, &options.policy));
        return Memo::default();
    };
    let walk = walk::walk(tree, model.kind, version);
    model.map_references = walk
        .map_references
        .iter()
        .map(|entry| Spot {
            text: entry.value.value().to_owned(),
            range: entry.value.range(),
        })
        .collect();
    let mut known = Known::new(previous, model);
    let mut memo = Memo::default();
    model.units.reserve(walk.units.len());
    memo.records.reserve(walk.units.len());
    for found in &walk.units {
        let taken = known.find(found).filter(|(placed, record)| {
            record.prefix == found.prefix && placed.in_components == found.in_components
        });
        let (placed, record) = match taken {
            Some((placed, record)) => (
                PlacedUnit {
                    base: found.start(),
                    // The same node is as long as it was.
                    range: TextRange::new(0, placed.range.len()).shifted(found.start()),
                    ..placed.clone()
                },
                record.clone(),
            ),
            None => fresh(tree, model.kind, version, options, found),
        };
        let findings = record.findings.iter();
        out.push(
            findings
                .map(|finding| shifted(finding, placed.base as isize))
                .collect(),
        );
        model.units.push(placed);
        memo.records.push(record);
    }
    model.index_components();
    memo
}

/// Whether a rule's findings are shown.
pub fn is_shown(id: &str, version: Version, options: &Options) -> bool {
    let Some(rule) = table::rule(id) else {
        return true;
    };
    rule.applies_to(version) && options.rule_set.is_on(id)
}

/// Of a major version that nobody knows here only that is said.
fn unknown_version(tree: &Tree, kind: DocumentKind, policy: &Policy) -> Vec<Finding> {
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
    findings.retain(|finding| finding.rule.starts_with("asyncapi-version"));
    findings
}

/// By what a unit is found again: the identity of its value, and what it is.
type Wanted = ((usize, u32), Place);

/// The units of the version before that may be taken over.
struct Known<'p> {
    units: &'p [PlacedUnit],
    records: &'p [Record],
    /// Where the next unit is expected: most units follow each other as they did before.
    next: usize,
    /// Units that were not where they are expected.
    misses: usize,
    /// All of them, from the time that many were not where they are expected.
    by_identity: Option<HashMap<Wanted, usize>>,
}

/// How many units further on a unit is looked for.
const NEAR: usize = 4;

/// How many units may be missed before a table of all is made: an edit changes a few units and
/// leaves the others where they were; a pasted block moves many.
const MISSES: usize = 32;

impl<'p> Known<'p> {
    fn new(previous: Option<&'p Analysis>, model: &Model) -> Self {
        let same = previous.filter(|previous| {
            previous.model.kind == model.kind && previous.model.version == model.version
        });
        Self {
            units: same.map_or(&[], |previous| &previous.model.units),
            records: same.map_or(&[], |previous| &previous.memo.records),
            next: 0,
            misses: 0,
            by_identity: None,
        }
    }

    fn find(&mut self, found: &Found<'_>) -> Option<(&'p PlacedUnit, &'p Record)> {
        let wanted = (found.raw.identity(), found.place);
        let is_it = |at: usize| {
            let record = self.records.get(at)?;
            let placed = self.units.get(at)?;
            (record.identity == Some(wanted.0) && placed.place == wanted.1).then_some(at)
        };
        let near = (self.next..self.next + NEAR).find_map(is_it);
        let at = near.or_else(|| self.lookup(wanted))?;
        self.next = at + 1;
        Some((self.units.get(at)?, self.records.get(at)?))
    }

    fn lookup(&mut self, wanted: Wanted) -> Option<usize> {
        let (units, records) = (self.units, self.records);
        self.misses += 1;
        if self.misses < MISSES {
            return None;
        }
        let table = self.by_identity.get_or_insert_with(|| {
            (units.iter().zip(records).enumerate())
                .filter_map(|(at, (placed, record))| Some(((record.identity?, placed.place), at)))
                .collect()
        });
        table.get(&wanted).copied()
    }
}

fn fresh(
    tree: &Tree,
    kind: DocumentKind,
    version: Version,
    options: &Options,
    found: &Found<'_>,
) -> (PlacedUnit, Record) {
    // The root is never taken over: what is said about it depends on all of its keys.
    let is_whole = found.place != Place::Root && !unit::has_alias(tree, found.raw);
    let base = if is_whole { found.start() } else { 0 };
    let facts: Unit = unit::extract(tree, version, found, base);
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
    let relative: Vec<Finding> = findings
        .iter()
        .map(|finding| shifted(finding, -(base as isize)))
        .collect();
    let placed = PlacedUnit {
        base,
        range: found.range(),
        place: found.place,
        in_components: found.in_components,
        unit: Arc::new(facts),
    };
    let record = Record {
        identity: (is_whole && is_within).then(|| found.raw.identity()),
        prefix: found.prefix.clone(),
        findings: relative.into(),
    };
    (placed, record)
}

/// A finding moved as a whole. Ranges before the unit (a related place elsewhere) wrap around
/// and come back with the same base.
fn shifted(finding: &Finding, by: isize) -> Finding {
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
