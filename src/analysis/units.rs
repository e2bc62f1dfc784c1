//! Units of a document with their facts and findings. Units that an edit did not change are reused
//! from the previous version.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::surroundings::Part;
use crate::model::walk::{self, FoundUnit, Section, SectionKind, UnitKind};
use crate::model::{DocumentKind, KeptUnit, MapReference, Model, UnitContent, unit};
use crate::rules::context::UnitContext;
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::settings::rule_set::RuleSet;
use crate::spec::Version;
use crate::syntax::node::{Entry, Node};
use crate::syntax::tree::Tree;
use crate::text::range::TextRange;

/// What the next version of the document can reuse.
#[derive(Debug, Clone, Default)]
pub struct Memo {
    entries: Vec<KeptEntry>,
    /// What the entries are in.
    sections: Vec<SectionKind>,
    /// The local findings of each unit if it has some, parallel to [`Model::units`]; ranges are
    /// relative to the unit's base.
    findings: Vec<Option<Arc<[Finding]>>>,
}

/// An entry of a map of units, or a unit outside of a map. It holds any number of units.
#[derive(Debug, Clone)]
struct KeptEntry {
    /// Its index among the sections.
    section: u32,
    /// The identity of the value, if its facts and findings depend on this node alone and not on
    /// an anchor elsewhere.
    identity: Option<(usize, u32)>,
    start: usize,
    first_unit: u32,
    units: u32,
}

impl Memo {
    /// The index of a section, the last one that was read or a new one.
    fn section(&mut self, section: &SectionKind) -> u32 {
        if self.sections.last() != Some(section) {
            self.sections.push(section.clone());
        }
        number(self.sections.len() - 1)
    }

    /// The local findings of each unit with absolute ranges, parallel to [`Model::units`].
    pub fn local<'m>(&'m self, model: &'m Model) -> impl Iterator<Item = Vec<Finding>> {
        let units = model.kept_units().iter().zip(&self.findings);
        units.map(|(unit, findings)| {
            let findings = findings.iter().flat_map(|findings| &**findings);
            findings
                .map(|finding| with_ranges(finding, |range| range.seen_from_zero(unit.base())))
                .collect()
        })
    }
}

/// What decides on the findings of a unit.
#[derive(Clone, Copy)]
pub struct Rules<'r> {
    /// Which rules run.
    pub rule_set: &'r RuleSet,
    /// What is known about the environment of the document.
    pub environment: &'r Environment,
}

/// Reads all units into the model, and checks each of them by `rules`; without these only facts are
/// read, and there is nothing to reuse.
pub fn read(
    tree: &Tree,
    model: &mut Model,
    rules: Option<Rules<'_>>,
    previous: Option<(&Model, &Memo)>,
) -> Memo {
    let Some(version) = model.version else {
        return Memo::default();
    };
    let previous = previous
        .filter(|(previous, _)| (previous.kind, previous.version) == (model.kind, model.version));
    let (sections, references) = sections(tree, model, version);
    let surroundings = Arc::clone(&model.surroundings);
    let mut reader = UnitReader {
        tree,
        parts: &surroundings.parts,
        kind: model.kind,
        version,
        rules,
        previous: previous.map(|(model, memo)| Previous::new(model, memo)),
        units: Vec::with_capacity(previous.map_or(0, |(previous, _)| previous.unit_count())),
        memo: Memo::default(),
    };
    let map_reference = |place, entry: &Entry<'_>| MapReference {
        place,
        target: walk::reference(entry),
    };
    let mut map_references: Vec<_> = (references.iter())
        .map(|entry| map_reference(None, entry))
        .collect();
    for section in sections {
        if section.kind.is_map {
            for entry in section.entries(tree) {
                if walk::is_reference(&entry) {
                    map_references.push(map_reference(Some(section.kind.place), &entry));
                } else {
                    reader.entry(&section.kind, entry);
                }
            }
        } else if let Some(found) = section.single(tree) {
            reader.single(&section.kind, found);
        }
    }
    let UnitReader {
        mut units,
        mut memo,
        ..
    } = reader;
    units.shrink_to_fit();
    memo.entries.shrink_to_fit();
    memo.findings.shrink_to_fit();
    model.map_references = map_references;
    model.set_units(units);
    memo
}

fn sections<'t>(
    tree: &'t Tree,
    model: &Model,
    version: Version,
) -> (Vec<Section<'t>>, Vec<Entry<'t>>) {
    let (mut sections, references) = walk::sections(tree, model.kind, version);
    walk::add_parts(tree, &model.surroundings.parts, &mut sections);
    (sections, references)
}

/// The local findings of each unit, as [`Memo::local`] has them, for who keeps none: each unit is
/// checked when its turn comes.
pub fn local<'a>(
    tree: &'a Tree,
    model: &'a Model,
    rules: Rules<'a>,
) -> impl Iterator<Item = Vec<Finding>> + 'a {
    model.version.into_iter().flat_map(move |version| {
        let sections = sections(tree, model, version).0.into_iter();
        let units = sections.flat_map(move |section| units_of(tree, version, section));
        units.map(move |found| check(tree, version, model.kind, rules, &found))
    })
}

fn units_of<'t>(
    tree: &'t Tree,
    version: Version,
    section: Section<'t>,
) -> Box<dyn Iterator<Item = FoundUnit<'t>> + 't> {
    if !section.kind.is_map {
        return Box::new(section.single(tree).into_iter());
    }
    let entries = (section.entries(tree)).filter(|entry| !walk::is_reference(entry));
    Box::new(entries.flat_map(move |entry| walk::entry(tree, version, &section.kind, entry)))
}

/// The findings of a unit by itself.
fn check(
    tree: &Tree,
    version: Version,
    kind: DocumentKind,
    rules: Rules<'_>,
    found: &FoundUnit<'_>,
) -> Vec<Finding> {
    let pointer = found.pointer();
    let context = UnitContext {
        tree,
        version,
        place: found.place,
        key: found.key,
        value: found.value,
        pointer: &pointer,
        kind,
        environment: rules.environment,
    };
    let mut findings = Vec::new();
    crate::rules::unit::check(&context, &mut findings);
    findings.retain(|finding| is_shown(finding.rule, version, rules.rule_set));
    findings
}

struct UnitReader<'t, 'p> {
    tree: &'t Tree,
    /// What other files use of this one.
    parts: &'p BTreeSet<Part>,
    kind: DocumentKind,
    version: Version,
    rules: Option<Rules<'t>>,
    previous: Option<Previous<'p>>,
    units: Vec<KeptUnit>,
    memo: Memo,
}

impl<'t> UnitReader<'t, '_> {
    /// Reads an entry of a map.
    fn entry(&mut self, section: &SectionKind, entry: Entry<'t>) {
        let start = entry.key.range().start();
        if !self.reuse(section, entry.value.identity(), start) {
            let units = walk::entry(self.tree, self.version, section, entry);
            let is_whole = !unit::has_alias(self.tree, entry.value);
            self.add(section, entry.value, start, is_whole, units);
        }
    }

    /// Reads a unit outside of a map. The root is never reused: its findings depend on all of its
    /// keys.
    fn single(&mut self, section: &SectionKind, found: FoundUnit<'t>) {
        let (node, start) = (found.raw, found.start());
        let is_root = found.place == UnitKind::Root;
        if is_root || !self.reuse(section, node.identity(), start) {
            let is_whole = !is_root && !unit::has_alias(self.tree, node);
            self.add(section, node, start, is_whole, vec![found]);
        }
    }

    /// Reuses the entry of the previous version, if it has the same.
    fn reuse(&mut self, section: &SectionKind, identity: (usize, u32), start: usize) -> bool {
        let Some(previous) = &mut self.previous else {
            return false;
        };
        let Some(old) = previous.find(section, identity) else {
            return false;
        };
        let first_unit = number(self.units.len());
        let moved = |at: usize| at - old.start + start;
        let section = self.memo.section(section);
        let numbers = old.first_unit as usize..(old.first_unit + old.units) as usize;
        for number in numbers {
            let unit = &previous.model.kept_units()[number];
            self.units.push(KeptUnit {
                start: moved(unit.start),
                content: Arc::clone(&unit.content),
            });
            let findings = &previous.memo.findings[number];
            self.memo.findings.push(findings.clone());
        }
        self.memo.entries.push(KeptEntry {
            section,
            start,
            first_unit,
            ..old.clone()
        });
        true
    }

    /// Reads the units of an entry. `is_whole` says that it has no aliases or merge keys.
    fn add(
        &mut self,
        section: &SectionKind,
        value: Node<'t>,
        start: usize,
        is_whole: bool,
        mut units: Vec<FoundUnit<'t>>,
    ) {
        let first_unit = number(self.units.len());
        let mut keeps = is_whole;
        for found in &mut units {
            found.in_components &= !self.is_in_effect(found);
        }
        for found in &units {
            let base = if is_whole { found.start() } else { 0 };
            let (findings, is_within) = self.check(found, base);
            keeps &= is_within;
            let range = found.range();
            self.units.push(KeptUnit {
                start: range.start(),
                content: Arc::new(UnitContent {
                    place: found.place,
                    in_components: found.in_components,
                    is_relative: is_whole,
                    len: number(range.len()),
                    unit: unit::extract(self.tree, self.version, found, base),
                }),
            });
            if self.rules.is_some() {
                let findings = (!findings.is_empty()).then(|| findings.into());
                self.memo.findings.push(findings);
            }
        }
        if self.rules.is_none() {
            return;
        }
        let entry = KeptEntry {
            section: self.memo.section(section),
            identity: keeps.then(|| value.identity()),
            start,
            first_unit,
            units: number(units.len()),
        };
        self.memo.entries.push(entry);
    }

    /// Whether a document uses the unit of a file without `asyncapi`, so that it has an effect.
    fn is_in_effect(&self, found: &FoundUnit<'_>) -> bool {
        if self.parts.is_empty() || !matches!(self.kind, DocumentKind::Fragment(_)) {
            return false;
        }
        let part = |pointer: String, is_map| Part {
            pointer,
            place: found.place,
            is_map,
        };
        walk::has_effect(found.place)
            && (self.parts.contains(&part(found.pointer(), false))
                || self.parts.contains(&part(found.prefix.to_string(), true)))
    }

    /// The local findings of a unit, and whether all of their ranges are inside of the unit.
    fn check(&self, found: &FoundUnit<'_>, base: usize) -> (Vec<Finding>, bool) {
        let Some(rules) = self.rules else {
            return (Vec::new(), true);
        };
        let findings = check(self.tree, self.version, self.kind, rules, found);
        let extent = TextRange::new(base, found.raw.range().end());
        let is_within = findings.iter().all(|finding| {
            extent.contains(finding.range)
                && (finding.related().iter()).all(|related| extent.contains(related.range))
        });
        let relative = findings.iter();
        let relative = relative.map(|finding| with_ranges(finding, |range| range.seen_from(base)));
        (relative.collect(), is_within)
    }
}

/// The previous version. Each entry is reused at most once, because the tree may share one node
/// between two places with equal text.
struct Previous<'p> {
    model: &'p Model,
    memo: &'p Memo,
    is_taken: Vec<bool>,
    /// The index at which the next entry is expected: most keep their order.
    next: usize,
    /// How many entries were not found near that index.
    misses: usize,
    /// All entries; built after too many misses.
    by_identity: Option<HashMap<(usize, u32), usize>>,
}

/// How many entries are searched from the expected one.
const NEAR: usize = 4;

/// How many misses are allowed before a table of all entries is built. Typing changes a few entries
/// and keeps the order of the others; a pasted block moves many.
const MISSES: usize = 32;

impl<'p> Previous<'p> {
    fn new(model: &'p Model, memo: &'p Memo) -> Self {
        Self {
            model,
            memo,
            is_taken: vec![false; memo.entries.len()],
            next: 0,
            misses: 0,
            by_identity: None,
        }
    }

    fn find(&mut self, section: &SectionKind, identity: (usize, u32)) -> Option<&'p KeptEntry> {
        let entries = &self.memo.entries;
        let is_it = |entry: &KeptEntry| entry.identity == Some(identity);
        let mut near = (self.next..entries.len()).take(NEAR);
        let near = near.find(|at| is_it(&entries[*at]));
        let at = near.or_else(|| self.look_up(identity))?;
        let entry = &self.memo.entries[at];
        if self.memo.sections[entry.section as usize] != *section
            || std::mem::replace(&mut self.is_taken[at], true)
        {
            return None;
        }
        self.next = at + 1;
        Some(entry)
    }

    fn look_up(&mut self, identity: (usize, u32)) -> Option<usize> {
        self.misses += 1;
        if self.misses < MISSES {
            return None;
        }
        let entries = self.memo.entries.iter().enumerate();
        let table = self.by_identity.get_or_insert_with(|| {
            entries
                .filter_map(|(at, entry)| Some((entry.identity?, at)))
                .collect()
        });
        table.get(&identity).copied()
    }
}

/// A document of 64 MiB has fewer units than that.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Whether a rule is on and applies to the version.
pub fn is_shown(rule: &Rule, version: Version, rule_set: &RuleSet) -> bool {
    rule.applies_to(version) && rule_set.is_on(rule)
}

/// The only rules that run for an unknown major version.
const ABOUT_VERSION: [&Rule; 2] = [
    registry::ASYNCAPI_VERSION_PATCH,
    registry::ASYNCAPI_VERSION_UNKNOWN,
];

/// The findings of a document of an unknown major version.
pub fn unknown_version(tree: &Tree, kind: DocumentKind, environment: &Environment) -> Vec<Finding> {
    let context = UnitContext {
        tree,
        version: Version::V3_1,
        place: UnitKind::Root,
        key: None,
        value: tree.root(),
        pointer: "",
        kind,
        environment,
    };
    let mut findings = Vec::new();
    crate::rules::unit::check(&context, &mut findings);
    findings.retain(|finding| ABOUT_VERSION.contains(&finding.rule));
    findings
}

/// A finding with all of its ranges changed.
fn with_ranges(finding: &Finding, change: impl Fn(TextRange) -> TextRange) -> Finding {
    let mut finding = finding.clone();
    finding.range = change(finding.range);
    if !finding.related().is_empty() {
        finding.change_related(|related| {
            for related in related {
                related.range = change(related.range);
            }
        });
    }
    finding
}
