//! What holds in the end (SPEC.md A.5): which servers count, which operations they serve, and
//! which `security` list each operation has after its traits.
//!
//! An operation's list and its server's list both count. What no server or operation of the
//! document's root reaches has no effect and is not here.

pub(super) mod servers;

use std::rc::Rc;

use super::finding::Finding;
use super::scene::{List, Meaning, Scene};
use super::totals::{Count, Counts};
use super::traits::{self, is_applied_by_reference};
use super::{coverage, transport};
use crate::model::facts::{Reference, Scheme, Site, SiteKind};
use crate::model::resolve::local_pointer;
use crate::model::topic::Topic;
use crate::model::walk::Place;
use crate::model::{At, Placed};
use crate::spec::Version;
use crate::text::range::TextRange;
use servers::ServerAt;

/// How many references from a server or channel to another one are followed.
const MAX_HOPS: usize = 16;

/// The list that an operation has after its traits.
#[derive(Clone, Copy)]
enum Effective<'m> {
    /// It has none.
    Nothing,
    /// The one of this site, in its unit.
    List(Placed<'m>, &'m Site),
    /// A part of it is out of sight.
    Unknown,
}

/// The servers on which an operation is.
pub(super) enum On<'m> {
    /// All of the document.
    All,
    /// These.
    These(Vec<Rc<ServerAt<'m>>>),
    /// That is out of sight.
    Unknown,
}

/// One scheme that one entry asks for.
pub(super) struct Use<'m> {
    /// Where a finding goes: the name, the text of the `$ref`, the value of `type`.
    pub(super) place: TextRange,
    /// The scheme.
    pub(super) scheme: At<'m, Scheme>,
    /// Whether the scheme stands in the entry itself.
    pub(super) is_inline: bool,
}

/// The schemes that an entry asks for together; `None` if one of them is out of sight or wrong.
pub(super) fn uses<'l, 'm>(
    list: &'l List<'m>,
    meaning: &'l Meaning<'m>,
) -> impl Iterator<Item = Option<Use<'m>>> + use<'l, 'm> {
    let names = match meaning {
        Meaning::Names(names) => &**names,
        _ => &[],
    };
    let names = names.iter().map(|(name, resolution)| {
        Some(Use {
            place: list.site.abs(name.name.range),
            scheme: resolution.as_ref()?.scheme()?,
            is_inline: false,
        })
    });
    let one = match meaning {
        Meaning::Names(_) => None,
        Meaning::Reference(reference, resolution) => {
            let target = reference.target.as_ref().zip(resolution.scheme());
            Some(target.map(|(target, scheme)| Use {
                place: list.site.abs(target.range),
                scheme,
                is_inline: false,
            }))
        }
        Meaning::Inline(scheme) => {
            let kind = scheme.scheme_type.as_ref();
            Some(kind.map(|kind| Use {
                place: list.site.abs(kind.value.range),
                scheme: list.site.with(*scheme),
                is_inline: true,
            }))
        }
        Meaning::Nothing => Some(None),
    };
    names.chain(one)
}

/// Checks servers and operations of a unit that count, and the lists of its traits.
pub(super) fn check<'m>(
    scene: &mut Scene<'m, '_>,
    placed: Placed<'m>,
    lists: &[List<'m>],
    out: &mut Vec<Finding>,
) -> Counts {
    if placed.place == Place::Server {
        server(scene, placed, out);
    }
    if placed.unit.sites.is_empty() && placed.unit.references.is_empty()
        || placed.place == Place::Server
        || !scene.servers().need_operations
    {
        return Counts::default();
    }
    for list in lists {
        if is_applied_by_reference(scene, list.site.fact) {
            applied(scene, list, out);
        }
    }
    if placed.place == place_of_operations(scene.version) {
        operations(scene, placed, lists, out)
    } else {
        Counts::default()
    }
}

/// The units that have operations.
pub(super) fn place_of_operations(version: Version) -> Place {
    if version.is_v3() {
        Place::Operation
    } else {
        Place::Channel
    }
}

fn server<'m>(scene: &mut Scene<'m, '_>, placed: Placed<'m>, out: &mut Vec<Finding>) {
    let Some(pointer) = placed.pointer() else {
        return;
    };
    scene.resolver.ask(Topic::server(pointer));
    // Of several of one name only the last one may be reached.
    scene.resolver.ask(Topic::unit(pointer));
    let servers = scene.servers();
    let Some(server) = servers.of_unit(placed) else {
        return;
    };
    let topic = Topic::counts(pointer);
    scene.resolver.ask(topic);
    scene.resolver.ask(Topic::everywhere());
    let mut count = scene.totals.everywhere();
    let named = scene.totals.on_server(topic);
    // Of servers of one name the last one is meant.
    if named != Count::default()
        && (scene.resolver.unit_at(pointer))
            .is_some_and(|last| std::ptr::eq(last.unit, placed.unit))
    {
        count = count.plus(named);
    }
    transport::check_server(server, out);
    coverage::check_server(scene, server, count, out);
}

/// Checks the list of a trait for all operations that it serves.
fn applied<'m>(scene: &mut Scene<'m, '_>, list: &List<'m>, out: &mut Vec<Finding>) {
    let site = list.site.fact;
    let appliers = traits::appliers(scene);
    traits::ask_for_appliers(scene, &appliers, site);
    let counted = appliers.counted.get(&std::ptr::from_ref(site));
    let mut on = Vec::new();
    for applier in counted.into_iter().flatten() {
        // No topic has the order in which the document leads to it.
        scene.resolver.asked.is_loose |= applier.is_behind_reference;
        if let Effective::List(_, found) = effective(scene, applier.placed, applier.site)
            && std::ptr::eq(found, site)
        {
            on.push(servers_of(scene, applier.placed));
        }
    }
    let servers = scene.servers();
    transport::check_list(list, &on, &servers, out);
    if let Some(first) = on.first() {
        coverage::check_list(list, first, &servers, out);
    }
}

/// Checks the operations of a unit: itself in 3.x, those of a channel in 2.x.
fn operations<'m>(
    scene: &mut Scene<'m, '_>,
    placed: Placed<'m>,
    lists: &[List<'m>],
    out: &mut Vec<Finding>,
) -> Counts {
    if own_reference(placed).is_some() {
        return if placed.in_components {
            Counts::default()
        } else {
            stands_for(scene, placed)
        };
    }
    if placed.in_components && !is_reached(scene, placed) {
        return Counts::default();
    }
    let mut counts = Counts::default();
    let mut on = None;
    for site in &placed.unit.sites {
        if site.kind != SiteKind::Operation {
            continue;
        }
        let on = &*on.get_or_insert_with(|| servers_of(scene, placed));
        let list = effective(scene, placed, site);
        let is_own = |list: &&List<'m>, found: &Site| std::ptr::eq(list.site.fact, found);
        let count = match list {
            Effective::Nothing => Count::new(false, false),
            Effective::Unknown => Count::new(true, true),
            Effective::List(unit, found) => {
                match lists.iter().find(|list| is_own(list, found)) {
                    Some(list) => {
                        // The list of a trait is checked for all its operations together.
                        if !is_applied_by_reference(scene, found) {
                            let servers = scene.servers();
                            transport::check_list(list, std::slice::from_ref(on), &servers, out);
                            coverage::check_list(list, on, &servers, out);
                        }
                        count_of(list)
                    }
                    None => (scene.list(unit, found))
                        .map_or_else(Count::default, |list| count_of(&list)),
                }
            }
        };
        if matches!(list, Effective::Nothing) && scene.version >= Version::V2_4 {
            let servers = scene.servers();
            out.extend(coverage::uncovered(placed.at(site), on, &servers));
        }
        counts.count = counts.count.plus(count);
    }
    if let Some(On::These(these)) = on {
        counts.on = these
            .iter()
            .map(|server| Topic::counts(server.pointer))
            .collect();
    }
    counts
}

fn count_of(list: &List<'_>) -> Count {
    Count::new(!list.entries.is_empty(), coverage::authenticates(list))
}

/// What an entry of the root adds that is a reference.
fn stands_for<'m>(scene: &mut Scene<'m, '_>, placed: Placed<'m>) -> Counts {
    let found = resolved(scene, placed);
    Counts {
        is_hidden: found.is_none(),
        reaches: found.and_then(|found| Some(Topic::reached(found.pointer()?))),
        ..Counts::default()
    }
}

fn is_reached<'m>(scene: &mut Scene<'m, '_>, placed: Placed<'m>) -> bool {
    let Some(pointer) = placed.pointer() else {
        return false;
    };
    let topic = Topic::reached(pointer);
    scene.resolver.ask(topic);
    scene.totals.is_reached(topic)
        && (scene.resolver.unit_at(pointer))
            .is_some_and(|last| std::ptr::eq(last.unit, placed.unit))
}

/// The unit itself, or the one that its reference leads to.
pub(super) fn resolved<'m>(scene: &mut Scene<'m, '_>, placed: Placed<'m>) -> Option<Placed<'m>> {
    let mut placed = placed;
    for _ in 0..MAX_HOPS {
        let Some(reference) = own_reference(placed) else {
            return Some(placed);
        };
        let next = unit_behind(scene, &reference.target.as_ref()?.text)?;
        if next.place != placed.place {
            return None;
        }
        placed = next;
    }
    None
}

/// The reference that stands for the whole unit.
fn own_reference(placed: Placed<'_>) -> Option<&Reference> {
    placed.unit.references.first()
}

fn unit_behind<'m>(scene: &mut Scene<'m, '_>, reference: &str) -> Option<Placed<'m>> {
    let pointer = local_pointer(reference)?;
    scene.resolver.unit_at(&pointer)
}

fn effective<'m>(
    scene: &mut Scene<'m, '_>,
    placed: Placed<'m>,
    operation: &'m Site,
) -> Effective<'m> {
    let own = |own: &crate::model::facts::SecurityList, version: Version| {
        if version < Version::V2_4 {
            Effective::Nothing
        } else if own.is_list {
            Effective::List(placed, operation)
        } else {
            Effective::Unknown
        }
    };
    let version = scene.version;
    // In 3.x the operation wins over its traits, in 2.x they win over it; of several traits the
    // last one does.
    if let Some(list) = operation.security.as_ref().filter(|_| version.is_v3()) {
        return own(list, version);
    }
    for one in &operation.trait_references {
        if scene.resolver.operation_trait(one).is_none() {
            return Effective::Unknown;
        }
    }
    let traits = traits::of_operation(scene, placed, operation);
    match (traits.last(), &operation.security) {
        (Some(last), _) => Effective::List(last.placed, last.site),
        (None, Some(list)) => own(list, version),
        (None, None) => Effective::Nothing,
    }
}

/// The servers of the operations of a unit.
fn servers_of<'m>(scene: &mut Scene<'m, '_>, placed: Placed<'m>) -> On<'m> {
    let channel = if scene.version.is_v3() {
        let text = placed.unit.operation_channel.as_ref();
        let unit = text.and_then(|text| unit_behind(scene, &text.text));
        unit.and_then(|unit| resolved(scene, unit))
            .and_then(|unit| unit.unit.channel.as_ref())
    } else {
        placed.unit.channel.as_ref()
    };
    let Some(channel) = channel else {
        return On::Unknown;
    };
    let Some(names) = channel.servers.as_ref().filter(|names| !names.is_empty()) else {
        scene.resolver.ask(Topic::servers());
        return On::All;
    };
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let unit = if scene.version.is_v3() {
            unit_behind(scene, name)
        } else {
            let mut pointer = "/servers".to_owned();
            crate::model::walk::push_token(&mut pointer, name);
            scene.resolver.unit_at(&pointer)
        };
        let unit = unit.filter(|unit| unit.place == Place::Server);
        match unit.and_then(|unit| scene.server(unit)) {
            Some(server) => {
                scene.resolver.ask(Topic::server(server.pointer));
                found.push(server);
            }
            None => return On::Unknown,
        }
    }
    if found.len() > 1 {
        // Findings show servers in their order.
        scene.resolver.ask(Topic::servers());
    }
    On::These(found)
}
