//! Findings of several places that one mistake explains: the mistake keeps its finding, what
//! follows from it has none.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::edits::path::NodePath;
use crate::model::walk::UnitKind;
use crate::rules::document_context::DocumentContext;
use crate::rules::finding::{Data, Finding};
use crate::rules::messages::{not_a_field, quoted};
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::spec::spec;
use crate::text::range::TextRange;

/// Drops findings that follow from another one.
pub(super) fn merge(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    misspelt_security(context, out);
    stray_fields(context, out);
    scopes_of_nobody(out);
    moved_fields(context, out);
}

/// A server whose `security` is misspelt has some, in the eyes of its author.
fn misspelt_security(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let misspelt = (out.iter()).filter(|one| one.rule == registry::SECURITY_FIELD_MISSPELT);
    let misspelt: BTreeSet<usize> = misspelt.map(|one| one.range.start()).collect();
    if misspelt.is_empty() {
        return;
    }
    let servers = (context.model.units()).filter(|unit| unit.place == UnitKind::Server);
    let has_one = |unit: TextRange| misspelt.range(unit.start()..unit.end()).next().is_some();
    // By start, for servers do not lie in each other.
    let units: BTreeMap<usize, TextRange> = servers
        .map(|unit| unit.range)
        .filter(|unit| has_one(*unit))
        .map(|unit| (unit.start(), unit))
        .collect();
    let is_in_one = |place: TextRange| {
        let before = units.range(..=place.start()).next_back();
        before.is_some_and(|(_, unit)| unit.contains(place))
    };
    out.retain(|one| one.rule != registry::SERVER_WITHOUT_SECURITY || !is_in_one(one.range));
}

/// Fields of a scheme whose name is missing stand among the names: one finding, at the first of
/// them or at `type`, which says so.
fn stray_fields(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let is_stray = |one: &Finding| {
        one.rule == registry::SECURITY_SCHEME_NOT_OBJECT
            && NodePath::of_key(context.tree, one.range.start())
                .and_then(|path| path.entry())
                .is_some_and(|entry| {
                    spec().is_scheme_field(entry.key.value()) && entry.key.range() == one.range
                })
    };
    let strays: Vec<usize> = (0..out.len()).filter(|at| is_stray(&out[*at])).collect();
    let is_type = |at: &&usize| {
        let key = NodePath::of_key(context.tree, out[**at].range.start());
        key.is_some_and(|key| key.node().value() == "type")
    };
    let Some(told) = strays.iter().find(is_type).or(strays.first()).copied() else {
        return;
    };
    let dropped: HashSet<usize> = strays.into_iter().filter(|at| *at != told).collect();
    drop_all(out, &dropped);
}

/// A flow without scopes, of which some are required, lacks those.
fn scopes_of_nobody(out: &mut Vec<Finding>) {
    let undefined = (out.iter()).filter(|one| one.rule == registry::SECURITY_SCOPE_UNDEFINED);
    let places: HashSet<TextRange> = undefined.flat_map(Finding::related_here).collect();
    out.retain(|one| one.rule != registry::OAUTH2_SCOPES_EMPTY || !places.contains(&one.range));
}

fn drop_all(out: &mut Vec<Finding>, dropped: &HashSet<usize>) {
    let mut at = 0..;
    out.retain(|_| at.next().is_none_or(|at| !dropped.contains(&at)));
}

/// Rules that find a field where it does not belong.
const HOMELESS: [&Rule; 8] = [
    registry::OAUTH2_FLOW_FORBIDDEN_FIELD,
    registry::OAUTH2_FLOW_UNKNOWN,
    registry::OAUTH2_FLOW_UNKNOWN_FIELD,
    registry::OAUTH2_UNKNOWN_FIELD,
    registry::SECURITY_SCHEME_FIELD_NOT_APPLICABLE,
    registry::SECURITY_SCHEME_NOT_OBJECT,
    registry::SECURITY_SCHEME_REF_SIBLINGS,
    registry::SECURITY_SCHEME_UNKNOWN_FIELD,
];

/// One field that stands beside the object that lacks it, or in the object next to that. Several of
/// one name are no single mistake.
fn moved_fields(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let missing = Missing::of(context, out);
    if missing.is_empty() {
        return;
    }
    let mut homeless: HashMap<&str, Vec<(usize, NodePath<'_>)>> = HashMap::new();
    for (at, finding) in out.iter().enumerate() {
        if !HOMELESS.contains(&finding.rule)
            || finding.other_parts().next().is_some()
            || matches!(finding.data(), Data::Meant(_))
        {
            continue;
        }
        if let Some(path) = NodePath::of_key(context.tree, finding.range.start())
            && let Some(entry) = path.entry()
        {
            let found = homeless.entry(entry.key.value()).or_default();
            found.push((at, path));
        }
    }
    let mut dropped = HashSet::new();
    for (name, found) in homeless {
        let [(at, field)] = &found[..] else { continue };
        let (shown, finding) = (quoted(name), out[*at].clone());
        if let Some(owner) = missing.object(name)
            && is_near(field, out[owner].range, context)
        {
            let place = out[owner].range;
            let owner_key = NodePath::of_key(context.tree, place.start());
            let of = owner_key.map_or_else(String::new, |key| quoted(key.node().value()));
            let message = format!("{shown} belongs to {of}, which lacks it; move it there");
            out[*at] = Finding {
                message: message.into(),
                ..finding
            }
            .at(Severity::Error)
            .with(place, "it is missing here");
            dropped.insert(owner);
        } else if let Some(uses) = missing.scopes.get(name)
            && finding.rule == registry::OAUTH2_FLOW_UNKNOWN_FIELD
        {
            let key = context.version.scopes_key();
            let message = format!("{}; move it into `{key}`", not_a_field(name, "a flow"));
            out[*at] = Finding {
                message: message.into(),
                ..finding
            };
            dropped.extend(uses);
        }
    }
    drop_all(out, &dropped);
}

/// What is missing in the document, each with the findings that say so.
#[derive(Default)]
struct Missing {
    /// Fields of schemes and flows.
    fields: HashMap<&'static str, Vec<usize>>,
    /// Flows below `flows`.
    flows: Vec<usize>,
    /// Scopes that no flow declares.
    scopes: HashMap<String, Vec<usize>>,
}

impl Missing {
    fn of(context: &DocumentContext<'_, '_>, findings: &[Finding]) -> Self {
        let mut missing = Self::default();
        for (at, finding) in findings.iter().enumerate() {
            if let Data::MissingFields(names) = finding.data()
                && let [name] = names[..]
                && finding.rule != registry::SECURITY_SCHEME_DESCRIPTION_MISSING
            {
                missing.fields.entry(name).or_default().push(at);
            } else if finding.rule == registry::OAUTH2_FLOWS_EMPTY {
                missing.flows.push(at);
            } else if finding.rule == registry::SECURITY_SCOPE_UNDEFINED
                && *finding.data() == Data::None
                && let Some(path) = NodePath::of_range(context.tree, finding.range)
            {
                let scope = path.node().value().to_owned();
                missing.scopes.entry(scope).or_default().push(at);
            }
        }
        missing
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.flows.is_empty() && self.scopes.is_empty()
    }

    /// The only finding that says that this field or flow is missing.
    fn object(&self, name: &str) -> Option<usize> {
        let flows = Some(&self.flows).filter(|_| spec().flow(name).is_some());
        match self.fields.get(name).or(flows)?[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// Whether the object with that key stands beside a field, or beside the object that has it.
fn is_near(field: &NodePath<'_>, owner: TextRange, context: &DocumentContext<'_, '_>) -> bool {
    let Some(owner) = NodePath::of_key(context.tree, owner.start()) else {
        return false;
    };
    let (Some(holder), Some(around)) = (field.parent(), owner.parent()) else {
        return false;
    };
    if holder.node().range() == around.node().range() {
        return true;
    }
    let key_of = |path: &NodePath<'_>| Some(path.entry()?.key.range());
    let mut entries = around.node().entries();
    let at = |key| entries.position(|entry| Some(entry.key.range()) == key);
    let mut places = [key_of(&owner), key_of(&holder)];
    places.sort_by_key(|place| place.map(|range| range.start()));
    // The next entry is at 0 after the first was found.
    let [first, second] = places.map(at);
    first.is_some() && second == Some(0)
}
