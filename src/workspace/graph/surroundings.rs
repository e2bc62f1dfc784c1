//! What other files say that one file depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::objects::Known;
use super::target::{schemes, target, ways};
use super::{Graph, User};
use crate::model::DocumentKind;
use crate::model::surroundings::{ForeignScheme, Part, Surroundings, Target, UsingDocument};
use crate::model::walk::UnitKind;
use crate::spec::Version;
use crate::syntax::tree::pointer_key;
use crate::workspace::reference;
use crate::workspace::source_file::{SourceFile, below, split};
use crate::workspace::units::{self, UnitReference};
use crate::workspace::view::View;

/// The map of schemes in a document.
const SCHEMES: &str = "/components/securitySchemes";

/// What other files say that a file depends on. `is_complete` says that all files which may use it
/// are known.
pub fn surroundings(
    view: &View,
    graph: &Graph,
    file: &Arc<SourceFile>,
    is_complete: bool,
) -> Surroundings {
    // Of a document whose version is not known nothing else is read.
    let is_unknown = file.kind == DocumentKind::AsyncApi && file.version.is_none();
    if graph.is_alone(file) || is_unknown {
        return Surroundings {
            is_complete,
            ..Surroundings::default()
        };
    }
    let documents = documents(view, graph, file);
    let newest = documents.iter().map(|document| document.version).max();
    let version = file.version.or(newest).unwrap_or(Version::V3_1);
    let required = graph.required.get(&file.path);
    let is_complete = is_complete && !required.is_some_and(|required| required.is_partly_unread);
    let parts = graph.parts.get(&file.path).cloned().unwrap_or_default();
    let (used_schemes, used_scopes) = match units::is_root(file) {
        true => used(view, graph, file),
        false => Default::default(),
    };
    Surroundings {
        targets: targets(view, file, &parts, version),
        documents,
        parts,
        used_schemes,
        used_scopes,
        is_complete,
    }
}

/// What each reference out of a file leads to.
fn targets(
    view: &View,
    file: &Arc<SourceFile>,
    parts: &BTreeSet<Part>,
    version: Version,
) -> BTreeMap<String, Target> {
    let mut references = file.said(version).references.clone();
    for part in parts {
        references.extend(file.said_of(part, version).references.iter().cloned());
    }
    let mut targets = BTreeMap::new();
    let known = Known::default();
    for reference in references {
        // A reference within the file may lead to one that leads out.
        let on_the_way = ways(view, file, &reference.text).into_iter();
        let on_the_way = on_the_way.take_while(|(way, _)| way.path == file.path);
        let texts = on_the_way.filter_map(|(way, pointer)| {
            let node = way.node(&pointer)?;
            let entry = way.document.tree().field(node, "$ref")?;
            entry.value.as_str().map(str::to_owned)
        });
        let texts: Vec<String> = [reference.text.clone()].into_iter().chain(texts).collect();
        for text in texts.into_iter().filter(|text| !text.starts_with('#')) {
            // The same text may stand where a scheme is due and elsewhere.
            if targets.contains_key(&text) && reference.place != UnitKind::Scheme {
                continue;
            }
            let one = UnitReference {
                text: text.clone(),
                ..reference
            };
            if let Some(target) = target(view, file, &one, version, &known) {
                targets.insert(text, target);
            }
        }
    }
    targets
}

/// The documents that reach a file without a version.
fn documents(view: &View, graph: &Graph, file: &Arc<SourceFile>) -> Vec<UsingDocument> {
    let roots = graph.roots_of(&file.path);
    let roots = roots.filter_map(|path| view.file(path));
    roots
        .filter_map(|root| {
            let version = root.version?;
            let schemes = declared(view, file, root, version);
            Some(UsingDocument {
                shown: Arc::from(reference::shown(&file.path, &root.path)),
                version,
                are_schemes_known: schemes.is_some(),
                schemes: schemes.unwrap_or_default(),
            })
        })
        .collect()
}

/// The schemes that a document declares, by name, as another file sees them; `None` if they are not
/// known.
fn declared(
    view: &View,
    file: &Arc<SourceFile>,
    root: &Arc<SourceFile>,
    version: Version,
) -> Option<BTreeMap<String, Option<Arc<ForeignScheme>>>> {
    let tree = root.document.tree();
    let hidden = root
        .node("/components")
        .and_then(|node| tree.field(node, "$ref"));
    if hidden.is_some() || root.is_broken() {
        return None;
    }
    let Some(map) = root.node(SCHEMES) else {
        return Some(BTreeMap::new());
    };
    let Some(reference) = tree
        .field(map, "$ref")
        .filter(|entry| entry.value.is_scalar())
    else {
        return Some(schemes(view, file, root, SCHEMES, version));
    };
    let ways = ways(view, root, reference.value.value());
    let (end, pointer) = ways.last()?;
    let map = end.node(pointer).filter(|map| map.is_mapping())?;
    let leads_on = end.document.tree().field(map, "$ref").is_some();
    (!leads_on).then(|| schemes(view, file, end, pointer, version))
}

/// The names of schemes and the scopes of a document that other files use.
fn used(
    view: &View,
    graph: &Graph,
    file: &Arc<SourceFile>,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut names = BTreeSet::new();
    let mut scopes = BTreeSet::new();
    if let Some(required) = graph.required.get(&file.path) {
        names.extend(required.names.iter().cloned());
        scopes.extend(required.scopes.iter().cloned());
    }
    let users = graph.users.get(&file.path).into_iter().flatten();
    names.extend(users.clone().filter_map(name_in));
    let files: BTreeSet<&Path> = users.map(|user| &*user.file).collect();
    for user in files.into_iter().filter_map(|path| view.file(path)) {
        let version = user.version.or(file.version).unwrap_or(Version::V3_1);
        scopes.extend(user.said(version).scopes.iter().cloned());
    }
    let map = file.node(SCHEMES);
    let entries = map.into_iter().flat_map(|map| map.entries());
    for entry in entries {
        let pointer = below(SCHEMES, entry.key.value());
        if is_used_elsewhere(view, graph, file, &pointer) {
            names.insert(entry.key.value().to_owned());
        }
    }
    (names, scopes)
}

/// The name of the scheme in a document that a reference leads to or into.
fn name_in(user: &User) -> Option<String> {
    let rest = user.pointer.strip_prefix(SCHEMES)?.strip_prefix('/')?;
    let token = rest.split('/').next()?;
    Some(pointer_key(token))
}

/// Whether a key refers to a scheme in another file that somebody uses there, not by this key.
fn is_used_elsewhere(view: &View, graph: &Graph, file: &Arc<SourceFile>, pointer: &str) -> bool {
    let Some((map, _)) = split(pointer) else {
        return false;
    };
    let text = (file.node(map))
        .and_then(|_| file.node(pointer))
        .and_then(|node| node.get("$ref"))
        .and_then(|entry| entry.value.as_str());
    let Some(text) = text else {
        return false;
    };
    let mut ways = ways(view, file, text).into_iter();
    ways.any(|(way, pointer)| {
        let users = graph.users.get(&way.path).into_iter().flatten();
        let mut users = users.filter(|user| !user.is_declaration);
        way.path != file.path && users.any(|user| user.pointer == pointer)
    })
}
