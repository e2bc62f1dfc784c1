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

/// Reads all units into the model, and their findings (absolute) into `out`.
pub fn read(
    tree: &Tree,
    model: &mut Model,
    options: &Options,
    previous: Option<&Analysis>,
    out: &mut Vec<Finding>,
) -> Memo {
    let Some(version) = model.version else {
        unknown_version(tree, model.kind, &options.policy, out);
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
    let known = previous.map_or_else(HashMap::new, |previous| reusable(previous, model));
    let mut memo = Memo::default();
    model.units.reserve(walk.units.len());
    memo.records.reserve(walk.units.len());
    for found in &walk.units {
        let taken = known
            .get(&(found.raw.identity(), found.place))
            .filter(|(placed, record)| {
                record.prefix == found.prefix && placed.in_components == found.in_components
            });
        let (placed, record) = match taken {
            Some((placed, record)) => (
                PlacedUnit {
                    base: found.start(),
                    ..(*placed).clone()
                },
                (*record).clone(),
            ),
            None => fresh(tree, model.kind, version, options, found),
        };
        out.extend((record.findings.iter()).map(|finding| shifted(finding, placed.base as isize)));
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
    rule.applies_to(version) && (rule.default_on || options.switched_on.iter().any(|on| on == id))
}

/// Of a major version that nobody knows here only that is said.
fn unknown_version(tree: &Tree, kind: DocumentKind, policy: &Policy, out: &mut Vec<Finding>) {
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
    out.append(&mut findings);
}

type Known<'p> = HashMap<((usize, u32), Place), (&'p PlacedUnit, &'p Record)>;

fn reusable<'p>(previous: &'p Analysis, model: &Model) -> Known<'p> {
    if previous.model.kind != model.kind || previous.model.version != model.version {
        return HashMap::new();
    }
    previous
        .model
        .units
        .iter()
        .zip(&previous.memo.records)
        .filter_map(|(placed, record)| Some(((record.identity?, placed.place), (placed, record))))
        .collect()
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
