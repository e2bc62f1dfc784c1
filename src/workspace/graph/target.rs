//! What a reference leads to, over all files on the way.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::meant;
use super::objects::{Due, Known, object, objects};
use crate::model::detect::is_schema_type;
use crate::model::surroundings::{ForeignScheme, Place, Target};
use crate::model::walk::{UnitKind, members};
use crate::spec::{Version, is_extension, spec};
use crate::text::range::TextRange;
use crate::workspace::reference;
use crate::workspace::source_file::{SourceFile, below};
use crate::workspace::units::{self, UnitReference};
use crate::workspace::view::{Found, View};

/// How many references are followed in a row.
const MAX_HOPS: usize = 64;

/// How a chain of references ends.
pub(super) enum End {
    Place(Arc<SourceFile>, String),
    Missing {
        has_file: bool,
        meant: Option<String>,
    },
    Cycle,
    Unread,
}

/// What a reference in a file leads to; `None` if that was not read.
pub(super) fn target(
    view: &View,
    base: &Arc<SourceFile>,
    reference: &UnitReference,
    version: Version,
    known: &Known,
) -> Option<Target> {
    let (file, pointer) = match follow(view, base, &reference.text) {
        End::Place(file, pointer) => (file, pointer),
        end => return nowhere(end),
    };
    let node = file.node(&pointer)?;
    let due = Due {
        place: reference.place,
        version,
        steps: 0,
        known,
    };
    let wrong = || Target::Wrong {
        place: place(base, &file, node.range()),
    };
    if reference.is_map {
        let is_map = node.is_mapping() || node.is_missing();
        return Some(match reference.place {
            UnitKind::Scheme if is_map => {
                Target::Schemes(schemes(view, base, &file, &pointer, version))
            }
            _ if is_map => objects(view, base, &file, &pointer, due),
            _ => wrong(),
        });
    }
    if reference.place != UnitKind::Scheme {
        return Some(match node.is_mapping() || node.is_missing() {
            true => object(view, base, &file, pointer, due),
            false => wrong(),
        });
    }
    if !is_scheme(&file, &pointer) {
        return Some(wrong());
    }
    let found = foreign(base, &file, pointer, version)?;
    Some(Target::Scheme(Arc::new(found)))
}

/// What there is to tell of a chain that ends at no place.
pub(super) fn nowhere(end: End) -> Option<Target> {
    match end {
        End::Place(..) | End::Unread => None,
        End::Missing { has_file, meant } => Some(Target::Missing { has_file, meant }),
        End::Cycle => Some(Target::Cycle),
    }
}

/// The schemes in a map, by name.
pub fn schemes(
    view: &View,
    base: &Arc<SourceFile>,
    file: &Arc<SourceFile>,
    pointer: &str,
    version: Version,
) -> BTreeMap<String, Option<Arc<ForeignScheme>>> {
    let Some(node) = file.node(pointer) else {
        return BTreeMap::new();
    };
    let tree = file.document.tree();
    let entries = members(tree, node).into_iter();
    let entries = entries.filter(|entry| entry.key.is_scalar());
    let entries = entries.filter(|entry| entry.key.value() != "$ref");
    entries
        .map(|entry| {
            let name = entry.key.value();
            let start = below(pointer, name);
            let scheme = scheme_at(view, base, file, &start, version);
            (name.to_owned(), scheme)
        })
        .collect()
}

/// The scheme at a place, or at the end of the references from there.
fn scheme_at(
    view: &View,
    base: &Arc<SourceFile>,
    file: &Arc<SourceFile>,
    pointer: &str,
    version: Version,
) -> Option<Arc<ForeignScheme>> {
    let End::Place(file, pointer) = follow_from(view, base, Arc::clone(file), pointer.to_owned())
    else {
        return None;
    };
    let is_scheme = is_scheme(&file, &pointer);
    let found = is_scheme.then(|| foreign(base, &file, pointer, version))??;
    Some(Arc::new(found))
}

pub(super) fn foreign(
    base: &SourceFile,
    file: &SourceFile,
    pointer: String,
    version: Version,
) -> Option<ForeignScheme> {
    let version = file.version.unwrap_or(version);
    let scheme = units::scheme(file, &pointer, version)?;
    Some(ForeignScheme {
        place: place(base, file, scheme.anchor()),
        pointer,
        scheme,
    })
}

fn place(base: &SourceFile, file: &SourceFile, range: TextRange) -> Place {
    Place {
        uri: Arc::clone(&file.uri),
        shown: Arc::from(reference::shown(&base.path, &file.path)),
        range,
    }
}

/// The places on the way of a chain of references, without the end.
pub fn ways(view: &View, base: &Arc<SourceFile>, text: &str) -> Vec<(Arc<SourceFile>, String)> {
    let mut trail = Vec::new();
    let mut next = view.find(base, text);
    while let Found::Place(file, pointer) = next {
        if trail.len() > MAX_HOPS {
            break;
        }
        let text = reference_at(&file, &pointer).map(str::to_owned);
        trail.push((Arc::clone(&file), pointer));
        let Some(text) = text else {
            break;
        };
        next = view.find(&file, &text);
    }
    trail
}

pub(super) fn follow(view: &View, base: &Arc<SourceFile>, text: &str) -> End {
    match view.find(base, text) {
        Found::Place(file, pointer) => follow_from(view, base, file, pointer),
        found => missing(base, found),
    }
}

fn missing(base: &SourceFile, found: Found) -> End {
    match found {
        Found::Place(file, pointer) => End::Place(file, pointer),
        Found::Nowhere(file, fragment) => End::Missing {
            has_file: true,
            meant: meant::place(base, &file, &fragment),
        },
        Found::NoFile { meant, fragment } => End::Missing {
            has_file: false,
            meant: meant.and_then(|file| meant::file(&base.path, &file, &fragment)),
        },
        Found::Wanted(_) | Found::Unread => End::Unread,
    }
}

pub(super) fn follow_from(
    view: &View,
    base: &Arc<SourceFile>,
    mut file: Arc<SourceFile>,
    mut pointer: String,
) -> End {
    let mut seen: HashSet<(Arc<Path>, String)> = HashSet::new();
    for _ in 0..MAX_HOPS {
        if !seen.insert((Arc::from(&*file.path), pointer.clone())) {
            return End::Cycle;
        }
        let Some(text) = reference_at(&file, &pointer).map(str::to_owned) else {
            return End::Place(file, pointer);
        };
        // A mistake further on is reported where it stands, if that is ours.
        match view.find(&file, &text) {
            Found::Place(next, at) => (file, pointer) = (next, at),
            found if Arc::ptr_eq(&file, base) => return missing(base, found),
            _ => return End::Unread,
        }
    }
    End::Unread
}

fn reference_at<'f>(file: &'f SourceFile, pointer: &str) -> Option<&'f str> {
    let node = file.node(pointer)?;
    let entry = file.document.tree().field(node, "$ref")?;
    entry.value.as_str()
}

/// Whether what stands at a place may be meant as a scheme: a reference, an object that says so by
/// its type, or one that is not written yet.
pub fn is_scheme(file: &SourceFile, pointer: &str) -> bool {
    let Some(node) = file.node(pointer) else {
        return false;
    };
    if node.is_missing() {
        return true;
    }
    if !node.is_mapping() {
        return false;
    }
    let tree = file.document.tree();
    if tree.field(node, "$ref").is_some() {
        return true;
    }
    match tree.field(node, "type") {
        Some(kind) => !is_schema_type(kind.value.value()),
        None => node.entries().all(|entry| {
            let key = entry.key.value();
            spec().is_scheme_field(key) || is_extension(key) || key == "<<"
        }),
    }
}
