//! Effective security (docs/specification.md A.5): which servers are in use, which operations they serve, and
//! which `security` list each operation has after its traits.
//!
//! The list of an operation and that of its server both apply. What no server or operation of the
//! root refers to has no effect and is not checked.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::model::effective::{On, list_in_effect, place_of_operations, servers_of, traits_of};
use crate::model::facts::{Site, SiteKind};
use crate::model::{DocumentKind, InUnit, Model, UnitRef};
use crate::rules::document::coverage::{Declared, OperationCounts};
use crate::rules::document::servers::{OnServers, Servers};
use crate::rules::document::{coverage, transport};
use crate::rules::document_context::{DocumentContext, List};
use crate::rules::finding::Finding;
use crate::spec::{Version, spec};

/// The list that an operation has after its traits.
#[derive(Clone, Copy)]
enum EffectiveList {
    /// It has none.
    Nothing,
    /// This one of [`DocumentContext::lists`].
    List(usize),
    /// A part of it is outside of the document.
    Unknown,
}

/// An operation in use.
struct Operation<'m> {
    site: InUnit<'m, Site>,
    list: EffectiveList,
    on: Rc<OnServers>,
}

/// The operations in use, in the order in which the document refers to them.
#[derive(Default)]
struct Operations<'m> {
    all: Vec<Operation<'m>>,
    /// Whether entries of the root refer to operations outside of the document.
    some_are_hidden: bool,
}

/// Checks servers and operations in use.
pub(super) fn check(context: &DocumentContext<'_, '_>, out: &mut Vec<Finding>) {
    let mut servers = Servers::of_root(context);
    let types = scheme_types(context.model);
    // Most documents have many operations and no finding about any of them.
    let needs_operations = coverage::needs_operations(&servers, &types)
        || transport::needs_operations(&servers, &types);
    let operations = if needs_operations {
        operations(context, &mut servers)
    } else {
        Operations::default()
    };
    let mut everywhere = OperationCounts::default();
    let mut named = vec![OperationCounts::default(); servers.found()];
    for operation in &operations.all {
        let count = count_of(context, operation);
        match &*operation.on {
            On::These(these) => {
                for server in these {
                    named[*server].add(count);
                }
            }
            // An operation whose servers are unknown may be on any.
            On::All | On::Unknown => everywhere.add(count),
        }
    }
    servers.add_named(|server| named[server].all > 0);
    // A `$ref` in place of a whole map hides its entries, and so does another file.
    let are_known = context.model.kind == DocumentKind::AsyncApi
        && context.model.map_references.is_empty()
        && !operations.some_are_hidden;
    let declared = Declared::of(context, out);
    for at in servers.all() {
        let server = servers.get(*at);
        let mut count = named[*at];
        count.add(everywhere);
        transport::check_server(server, out);
        coverage::check_server(context, &declared, server, count, are_known, out);
    }
    check_operations(context, &operations, &servers, out);
}

fn check_operations(
    context: &DocumentContext<'_, '_>,
    operations: &Operations<'_>,
    servers: &Servers<'_, '_>,
    out: &mut Vec<Finding>,
) {
    // A trait may give its list to many operations: check it once for all of them.
    let mut by_list: BTreeMap<usize, Vec<&OnServers>> = BTreeMap::new();
    for operation in &operations.all {
        match operation.list {
            EffectiveList::List(list) => by_list.entry(list).or_default().push(&operation.on),
            EffectiveList::Nothing if context.version >= Version::V2_4 => {
                out.extend(coverage::uncovered(operation.site, &operation.on, servers));
            }
            EffectiveList::Nothing | EffectiveList::Unknown => {}
        }
    }
    for (list, on) in by_list {
        let list = &context.lists[list];
        transport::check_list(list, &on, servers, out);
        if let Some(first) = on.first() {
            coverage::check_list(list, first, servers, out);
        }
    }
}

fn count_of(context: &DocumentContext<'_, '_>, operation: &Operation<'_>) -> OperationCounts {
    match operation.list {
        EffectiveList::Nothing => OperationCounts::new(false, false),
        EffectiveList::Unknown => OperationCounts::new(true, true),
        EffectiveList::List(list) => {
            let list = &context.lists[list];
            OperationCounts::new(!list.entries.is_empty(), List::authenticates(list))
        }
    }
}

/// The known types of all schemes of a document, and of those that it may mean in other files; an empty string for any other type.
fn scheme_types(model: &Model) -> HashSet<&'static str> {
    let own = model.schemes().map(|scheme| scheme.fact);
    let types =
        (own.chain(model.surroundings.schemes())).filter_map(|scheme| scheme.scheme_type.as_ref());
    let known = types.map(|written| {
        let mut known = spec().scheme_types().iter();
        let known = known.find(|known| known.value == written.value.text);
        known.map_or("", |known| &*known.value)
    });
    known.collect()
}

fn operations<'c, 'm>(
    context: &'c DocumentContext<'m, '_>,
    servers: &mut Servers<'c, 'm>,
) -> Operations<'m> {
    let mut operations = Operations::default();
    let mut seen = vec![false; context.model.unit_count()];
    let place = place_of_operations(context.version);
    for root in context.model.units_of(place, false) {
        let Some(unit_ref) = context.resolver.unit(root).end() else {
            operations.some_are_hidden = true;
            continue;
        };
        if std::mem::replace(&mut seen[unit_ref.index], true) {
            continue;
        }
        let mut on = None;
        for site in unit_ref.unit.sites() {
            if site.kind == SiteKind::Operation {
                let on = on.get_or_insert_with(|| Rc::new(on_servers(context, servers, unit_ref)));
                operations.all.push(Operation {
                    site: unit_ref.at(site),
                    list: in_effect(context, unit_ref, site),
                    on: Rc::clone(on),
                });
            }
        }
    }
    operations
}

fn in_effect<'m>(
    context: &DocumentContext<'m, '_>,
    unit_ref: UnitRef<'m>,
    operation: &'m Site,
) -> EffectiveList {
    let version = context.version;
    if operation.reference.is_some() {
        return EffectiveList::Unknown;
    }
    if version < Version::V2_4 {
        let mut traits = operation.trait_references.iter();
        let is_hidden = traits.any(|one| context.resolver.operation_trait(one).end().is_none());
        return if is_hidden {
            EffectiveList::Unknown
        } else {
            EffectiveList::Nothing
        };
    }
    let mut traits = traits_of(&context.resolver, unit_ref, operation);
    // A `security` that is not a list has a finding of its own.
    traits.with_security.retain(|one| one.list.fact.is_list);
    let is_own = version.is_v3() && operation.security.is_some();
    if !traits.are_known && !is_own {
        return EffectiveList::Unknown;
    }
    match list_in_effect(version, unit_ref, operation, &traits.with_security) {
        None => EffectiveList::Nothing,
        Some((unit_ref, site)) => {
            (context.list_of(unit_ref, site)).map_or(EffectiveList::Unknown, EffectiveList::List)
        }
    }
}

fn on_servers<'c, 'm>(
    context: &'c DocumentContext<'m, '_>,
    servers: &mut Servers<'c, 'm>,
    unit_ref: UnitRef<'m>,
) -> OnServers {
    match servers_of(&context.resolver, context.version, unit_ref) {
        On::All => On::All,
        On::Unknown => On::Unknown,
        On::These(these) => {
            let found = these.into_iter().map(|unit| servers.find(context, unit));
            found.collect::<Option<_>>().map_or(On::Unknown, On::These)
        }
    }
}
