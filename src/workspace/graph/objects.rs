//! Servers, channels, operations and traits of other files, with what their references lead to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::target::{End, follow, follow_from, foreign, is_scheme, nowhere};
use crate::model::facts::{Home, Scheme, Unit};
use crate::model::surroundings::{ForeignScheme, ForeignUnit, Target};
use crate::model::walk::{UnitKind, members};
use crate::spec::Version;
use crate::workspace::source_file::{SourceFile, below};
use crate::workspace::units;
use crate::workspace::view::View;

/// An operation leads to a channel, that to a server, and that to a scheme. More steps are those of a
/// circle.
const MAX_STEPS: u8 = 3;

/// What was read for one document, by file, pointer, kind, version and steps: many operations lead to
/// the same servers.
#[derive(Debug, Default)]
pub(super) struct Known(RefCell<BTreeMap<Place, Target>>);

type Place = (PathBuf, String, UnitKind, Version, u8);

/// What belongs at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due<'k> {
    /// What it is.
    pub(super) place: UnitKind,
    /// The version as which it is read.
    pub(super) version: Version,
    /// How many units lead to it.
    pub(super) steps: u8,
    /// What was read before.
    pub(super) known: &'k Known,
}

/// What a reference of `base` leads to, that is no reference itself.
pub(super) fn object(
    view: &View,
    base: &Arc<SourceFile>,
    file: &Arc<SourceFile>,
    pointer: String,
    due: Due<'_>,
) -> Target {
    if file.path == base.path {
        return Target::Here(pointer);
    }
    let place = (
        file.path.clone(),
        pointer,
        due.place,
        due.version,
        due.steps,
    );
    if let Some(known) = due.known.0.borrow().get(&place) {
        return known.clone();
    }
    let unit = read(view, base, file, place.1.clone(), due);
    let target = unit.map_or(Target::Unit, |unit| Target::Object(Arc::new(unit)));
    due.known.0.borrow_mut().insert(place, target.clone());
    target
}

/// The entries of a map, by name.
pub(super) fn objects(
    view: &View,
    base: &Arc<SourceFile>,
    file: &Arc<SourceFile>,
    pointer: &str,
    due: Due<'_>,
) -> Target {
    let node = file.node(pointer).filter(|_| has_security(due.place));
    let Some(node) = node else {
        return Target::Unit;
    };
    let entries = members(file.document.tree(), node).into_iter();
    let entries = entries.filter(|entry| entry.key.is_scalar() && entry.key.value() != "$ref");
    let entries = entries.map(|entry| {
        let name = entry.key.value();
        let place = below(pointer, name);
        let target = match follow_from(view, file, Arc::clone(file), place) {
            End::Place(file, pointer) => object(view, base, &file, pointer, due),
            end => nowhere(end).unwrap_or(Target::Unit),
        };
        (name.to_owned(), target)
    });
    Target::Objects(entries.collect())
}

/// What may have `security`, or leads to what has it.
fn has_security(place: UnitKind) -> bool {
    matches!(
        place,
        UnitKind::Server | UnitKind::Channel | UnitKind::Operation | UnitKind::OperationTrait
    )
}

fn read(
    view: &View,
    base: &Arc<SourceFile>,
    file: &Arc<SourceFile>,
    pointer: String,
    due: Due<'_>,
) -> Option<ForeignUnit> {
    if !has_security(due.place) || due.steps > MAX_STEPS {
        return None;
    }
    let version = file.version.unwrap_or(due.version);
    let (mut facts, said) = units::unit(file, &pointer, due.place, version)?;
    let schemes = facts.take_inline_schemes();
    let schemes = schemes.iter();
    let schemes = schemes
        .map(|scheme| inline(base, file, &facts, scheme, version).map(Arc::new))
        .collect();
    let mut targets = BTreeMap::new();
    for reference in said.references {
        let target = match follow(view, file, &reference.text) {
            End::Place(end, pointer) => {
                let due = Due {
                    place: reference.place,
                    version,
                    steps: due.steps + 1,
                    known: due.known,
                };
                at_end(view, base, &end, pointer, due)
            }
            // It may be behind the `$ref` of a whole map.
            End::Missing { has_file: true, .. } if reference.place != UnitKind::Scheme => None,
            end => nowhere(end),
        };
        // The same text may stand where a scheme is due and elsewhere.
        let is_first = !targets.contains_key(&reference.text);
        let Some(target) = target.filter(|_| is_first || reference.place == UnitKind::Scheme)
        else {
            continue;
        };
        targets.insert(reference.text, target);
    }
    Some(ForeignUnit {
        uri: Arc::clone(&file.uri),
        pointer,
        kind: due.place,
        version,
        facts,
        schemes,
        targets,
    })
}

/// A scheme in a list.
fn inline(
    base: &SourceFile,
    file: &SourceFile,
    facts: &Unit,
    scheme: &Scheme,
    version: Version,
) -> Option<ForeignScheme> {
    let Home::Entry(site, index) = scheme.home else {
        return None;
    };
    let list = below(&facts.sites().get(site as usize)?.pointer, "security");
    foreign(base, file, below(&list, &index.to_string()), version)
}

/// What stands at the end of a reference of another file.
fn at_end(
    view: &View,
    base: &Arc<SourceFile>,
    file: &Arc<SourceFile>,
    pointer: String,
    due: Due<'_>,
) -> Option<Target> {
    if due.place != UnitKind::Scheme {
        return Some(object(view, base, file, pointer, due));
    }
    let is_scheme = is_scheme(file, &pointer);
    let found = is_scheme.then(|| foreign(base, file, pointer, due.version))??;
    Some(Target::Scheme(Arc::new(found)))
}
