//! Checks that look at one unit alone: a scheme, a server, an operation.

pub(super) mod bindings;
pub(super) mod entries;
pub(super) mod flows;
pub(super) mod http;
pub(super) mod oauth2;
pub(super) mod openid;
mod parts;
pub(super) mod providers;
pub(super) mod ref_object;
pub(super) mod root;
pub(super) mod scheme;
pub(super) mod secrets;
pub(super) mod server;
pub(super) mod sites;
mod subject;
pub(super) mod urls;

use std::collections::HashSet;

use crate::model::walk::{UnitKind, maps_of_units};
use crate::rules::context::UnitContext;
use crate::rules::fault;
use crate::rules::finding::Finding;
use crate::syntax::leaf::NodeKind;
use crate::syntax::node::Node;
use crate::text::range::TextRange;

/// Checks that need nothing but the unit: whether its security objects and their URLs are valid.
/// Ranges are absolute and inside the unit.
pub fn check(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    let mut found = Vec::new();
    let rules = match context.place {
        UnitKind::Root => "root",
        UnitKind::Scheme => "scheme",
        UnitKind::Flow | UnitKind::Flows => "flows",
        _ => "sites",
    };
    let at = context.pointer;
    fault::named(rules, at, || check_kind(context, &mut found));
    let parts = parts::of_unit(context);
    fault::named("secrets", at, || {
        secrets::check(context, &parts, &mut found);
    });
    fault::named("bindings", at, || {
        bindings::check(context, &parts, &mut found);
    });
    #[cfg(debug_assertions)]
    fault::named("test", at, || fault::on_request(at));
    dedup(context, found, out);
}

fn check_kind(context: &UnitContext<'_>, out: &mut Vec<Finding>) {
    match context.place {
        UnitKind::Root => root::check(context, out),
        UnitKind::Scheme => scheme::check_component(context, out),
        UnitKind::Flow => flows::check_flow(context, None, context.key, context.value, out),
        UnitKind::Flows => flows::check_flows(context, context.key, context.value, out),
        UnitKind::Server => sites::check_server(context, out),
        UnitKind::Channel => sites::check_channel(context, out),
        UnitKind::Operation => sites::check_operation(context, context.value, out),
        UnitKind::OperationTrait => sites::check_trait(context, context.value, out),
        UnitKind::Message | UnitKind::Other => sites::check_other(context, context.value, out),
        UnitKind::Bindings | UnitKind::Extension => {}
    }
}

/// Keeps findings inside the unit, each once.
///
/// The target of an alias or a merge key may be anywhere. A target that another unit checks is not
/// reported twice; for any other target, the finding goes to the alias.
fn dedup(context: &UnitContext<'_>, found: Vec<Finding>, out: &mut Vec<Finding>) {
    let value = context.value.range();
    let unit = context.key.map_or(value, |key| key.range().cover(value));
    let mut known = HashSet::new();
    let mut checked = None;
    let mut aliases = None;
    for mut finding in found {
        if !unit.contains(finding.range) {
            let checked = checked.get_or_insert_with(|| checked_elsewhere(context));
            if checked.iter().any(|place| place.contains(finding.range)) {
                continue;
            }
            let aliases = aliases.get_or_insert_with(|| Aliases::of(context));
            let Some(alias) = aliases.containing(finding.range) else {
                continue;
            };
            finding.range = alias;
        }
        if finding.range.is_empty() {
            finding.range = context.key.map_or(value, Node::range);
        }
        if !finding.range.is_empty() && known.insert((finding.rule, finding.range)) {
            finding.retain_related(|related| {
                unit.contains(related.range) && !related.range.is_empty()
            });
            out.push(finding);
        }
    }
}

/// How many nodes of a unit are searched for aliases.
const MAX_SEARCHED: usize = 10_000;

/// How many aliases are compared for all findings of a unit together.
const MAX_COMPARED: usize = 200_000;

/// The ranges of the maps of units.
fn checked_elsewhere(context: &UnitContext<'_>) -> Vec<TextRange> {
    maps_of_units(context.version)
        .filter_map(|pointer| context.tree.pointer(pointer))
        .map(Node::range)
        .collect()
}

/// The aliases of a unit.
struct Aliases {
    /// The range of each target and of its alias; of several aliases with one target, the first.
    found: Vec<(TextRange, TextRange)>,
    budget: usize,
}

impl Aliases {
    fn of(context: &UnitContext<'_>) -> Self {
        let tree = context.tree;
        let mut known = HashSet::new();
        let mut found = Vec::new();
        let mut open = vec![context.value];
        for _ in 0..MAX_SEARCHED {
            let Some(node) = open.pop() else { break };
            if node.kind() == NodeKind::Alias
                && let Some(target) = tree.resolve(node)
                && known.insert(target.range())
            {
                found.push((target.range(), node.range()));
            }
            open.extend(node.entries().map(|entry| entry.value));
            open.extend(node.items());
        }
        Self {
            found,
            budget: MAX_COMPARED,
        }
    }

    /// The alias whose target contains a range outside of the unit.
    fn containing(&mut self, place: TextRange) -> Option<TextRange> {
        let cheap = self.found.iter().take(self.budget);
        let compared = cheap.clone().position(|(target, _)| target.contains(place));
        self.budget -= compared.map_or(cheap.len(), |at| at + 1);
        Some(self.found.get(compared?)?.1)
    }
}
